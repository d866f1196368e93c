"""The ASGI application: Keap at the addresses it has, every other vendor below its key.

`/_sim` moves Keap, `/_sim/<vendor>` any of them.
"""

import asyncio
from collections.abc import Iterable
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from valence_sandbox.admin import Admin, EveryAdmin
from valence_sandbox.answers import Answer
from valence_sandbox.authorize import AuthorizationPages
from valence_sandbox.clock import SandboxClock
from valence_sandbox.discovery import descriptions
from valence_sandbox.forced import ForcedFault
from valence_sandbox.host import Host, not_found
from valence_sandbox.journal import Journal, Received
from valence_sandbox.settings import SandboxSettings
from valence_sandbox.simulation import Simulation
from valence_sandbox.vendor import Description, Vendor
from valence_sandbox.vendors.keap import Keap
from valence_sandbox.vendors.keap.vendor import throttled, unauthorized

_HTML_FAULT = "<html><body><h1>502 Bad Gateway</h1><p>Developer Inactive</p></body></html>"
_API_PREFIX = "/crm/rest"
_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def create_app(
    settings: SandboxSettings | None = None, *, further: Iterable[Description] = ()
) -> Starlette:
    """Return the sandbox as an ASGI application with nothing in it but the usual seeds.

    `further` are vendors beside those of the folder.
    """
    settings = settings or SandboxSettings()
    keap = Keap(clock=SandboxClock(), has_limits=settings.has_limits)
    keap.oauth.clients[settings.client_id] = settings.client_secret
    next(iter(keap.tenants.values())).seed_contacts(settings.contacts)
    simulation = Simulation(keap, journal=Journal(frozenset({"x-keap-api-key", "access_token"})))
    endpoints = VendorEndpoints(keap, simulation)
    admins = [Admin(simulation), Admin(simulation, root="/_sim/keap")]
    hosted: list[Route] = []
    for description in (*descriptions(), *further):
        vendor = Vendor(description, clock=SandboxClock(), has_limits=settings.has_limits)
        vendor.oauth.clients[settings.client_id] = settings.client_secret
        moved = Simulation(vendor, journal=Journal(description.secret_names))
        admins.append(Admin(moved, root=f"/_sim/{description.key}"))
        hosted += Host(vendor, moved, settings).routes()
    return Starlette(
        routes=[
            Route("/crm/rest/{path:path}", endpoints.api, methods=_VERBS),
            Route(keap.token_path, endpoints.token, methods=["POST"]),
            *AuthorizationPages(keap, settings).routes(),
            *hosted,
            *EveryAdmin(admins[1:]).routes(),
            *(route for admin in admins for route in admin.routes()),
        ],
        exception_handlers={404: not_found},
    )


class VendorEndpoints:
    """Keap's token endpoint and API, with forced faults in front."""

    def __init__(self, vendor: Keap, simulation: Simulation) -> None:
        self._vendor = vendor
        self._sim = simulation

    async def token(self, request: Request) -> Response:
        """Issue tokens, late if told so, before or after having acted."""
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        counters = self._vendor.oauth.counters
        counters.count(counters.received, form.get("grant_type", ""))
        forced = await self._forced(request.url.path)
        if forced is not None:
            return forced
        delay = self._sim.delay
        if delay.when == "before":
            await asyncio.sleep(delay.seconds)
        answer = self._vendor.token_answer(form, request.headers.get("authorization", ""))
        if delay.when == "after":
            await asyncio.sleep(delay.seconds)
        return answer.to_response()

    async def api(self, request: Request) -> Response:
        """Answer a call below /crm/rest."""
        self._sim.api_calls += 1
        body = await request.body()
        response = await self._forced(request.url.path) or await self._answered(request, body)
        self._sim.journal.write(
            Received(
                request.method,
                request.url.path,
                request.query_params.multi_items(),
                request.headers,
                body,
                response.status_code,
            )
        )
        return response

    async def _answered(self, request: Request, body: bytes) -> Response:
        path = request.url.path[len(_API_PREFIX) :]
        base = f"{request.url.scheme}://{request.headers.get('host', '')}{_API_PREFIX}{path[:3]}"
        answer = await self._vendor.api_answer(
            request.method,
            path,
            query=request.query_params,
            headers=request.headers,
            body=body,
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
        case "403" | "404":
            return Answer(int(fault.kind), {"message": "Forced"}).to_response()
        case "answer" if fault.answer is not None:
            return fault.answer.to_response()
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
