"""The ASGI application: Keap at the addresses it has, `/_sim` beside it.

A later vendor is one more folder in `vendors/`, mounted below its key.
"""

import asyncio
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from valence_sandbox.admin import Admin, Simulation
from valence_sandbox.answers import Answer
from valence_sandbox.authorize import AuthorizationPages
from valence_sandbox.clock import SandboxClock
from valence_sandbox.forced import ForcedFault
from valence_sandbox.settings import SandboxSettings
from valence_sandbox.vendors.keap import Keap
from valence_sandbox.vendors.keap.vendor import throttled, unauthorized

_HTML_FAULT = "<html><body><h1>502 Bad Gateway</h1><p>Developer Inactive</p></body></html>"
_API_PREFIX = "/crm/rest"
_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def create_app(settings: SandboxSettings | None = None) -> Starlette:
    """Return the sandbox as an ASGI application with nothing in it but the usual seed."""
    settings = settings or SandboxSettings()
    vendor = Keap(clock=SandboxClock(), has_limits=settings.has_limits)
    vendor.oauth.clients[settings.client_id] = settings.client_secret
    next(iter(vendor.tenants.values())).seed_contacts(settings.contacts)
    simulation = Simulation(vendor)
    endpoints = VendorEndpoints(simulation)
    return Starlette(
        routes=[
            Route("/crm/rest/{path:path}", endpoints.api, methods=_VERBS),
            Route(vendor.token_path, endpoints.token, methods=["POST"]),
            *AuthorizationPages(vendor, settings).routes(),
            *Admin(simulation).routes(),
        ],
        exception_handlers={404: _not_found},
    )


async def _not_found(_: Request, __: Exception) -> Response:
    return HTMLResponse("<html><body><h1>404 Not Found</h1></body></html>", 404)


class VendorEndpoints:
    """The token endpoint and the API, with forced faults in front."""

    def __init__(self, simulation: Simulation) -> None:
        self._sim = simulation

    async def token(self, request: Request) -> Response:
        """Issue tokens, late if told so, before or after having acted."""
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        counters = self._sim.vendor.oauth.counters
        counters.count(counters.received, form.get("grant_type", ""))
        forced = await self._forced(request.url.path)
        if forced is not None:
            return forced
        delay = self._sim.delay
        if delay.when == "before":
            await asyncio.sleep(delay.seconds)
        answer = self._sim.vendor.token_answer(form, request.headers.get("authorization", ""))
        if delay.when == "after":
            await asyncio.sleep(delay.seconds)
        return answer.to_response()

    async def api(self, request: Request) -> Response:
        """Answer a call below /crm/rest."""
        self._sim.api_calls += 1
        forced = await self._forced(request.url.path)
        if forced is not None:
            return forced
        path = request.url.path[len(_API_PREFIX) :]
        base = f"{request.url.scheme}://{request.headers.get('host', '')}{_API_PREFIX}{path[:3]}"
        answer = await self._sim.vendor.api_answer(
            request.method,
            path,
            query=request.query_params,
            headers=request.headers,
            body=await request.body(),
            base=base,
        )
        return answer.to_response()

    async def _forced(self, path: str) -> Response | None:
        fault = self._sim.faults.take(path)
        if fault is None:
            return None
        await asyncio.sleep(fault.seconds)
        return _forced_answer(fault)


def _forced_answer(fault: ForcedFault) -> Response | None:
    match fault.kind:
        case "401":
            return unauthorized().to_response()
        case "429":
            return throttled({"Retry-After": "1"}).to_response()
        case "500":
            return Answer(500, {"message": "Internal error"}).to_response()
        case "503":
            return JSONResponse({"message": "Service unavailable"}, 503)
        case "html":
            return HTMLResponse(_HTML_FAULT, 502)
        case "cut":
            return Response(b'{"contacts":[{"id":', media_type="application/json")
        case _:  # slow: late, but as usual
            return None
