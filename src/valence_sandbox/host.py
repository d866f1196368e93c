"""The endpoints of a described vendor: forced faults in front, the journal behind."""

import asyncio
from urllib.parse import parse_qsl, unquote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from valence_sandbox.answers import Answer
from valence_sandbox.authorize import AuthorizationPages
from valence_sandbox.forced import ForcedFault
from valence_sandbox.journal import Received
from valence_sandbox.refusals import Refusal
from valence_sandbox.settings import SandboxSettings
from valence_sandbox.simulation import Simulation
from valence_sandbox.token_endpoint import revoke_answer, token_answer
from valence_sandbox.vendor import Vendor

_VERBS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
_HTML_FAULT = "<html><body><h1>502 Bad Gateway</h1></body></html>"
_WORDS = {
    "401": "unauthorized",
    "403": "forbidden",
    "404": "missing",
    "429": "throttled",
    "500": "failed",
    "503": "unavailable",
}


class Host:
    """One described vendor over HTTP."""

    def __init__(self, vendor: Vendor, simulation: Simulation, settings: SandboxSettings) -> None:
        self._vendor = vendor
        self._sim = simulation
        self._settings = settings

    def routes(self) -> list[Route]:
        """Return the routes to mount."""
        vendor, root = self._vendor, f"/{self._vendor.key}"
        routes: list[Route] = []
        if vendor.says.oauth is not None:
            rules = vendor.says.oauth
            routes += AuthorizationPages(vendor, self._settings).routes()
            routes.append(Route(f"{root}/{rules.token_path}", self.token, methods=["POST"]))
            if rules.revoke_path:
                routes.append(Route(f"{root}/{rules.revoke_path}", self.revoke, methods=["POST"]))
        return [*routes, Route(root + "/{path:path}", self.api, methods=_VERBS)]

    async def token(self, request: Request) -> Response:
        """Issue tokens, late if told so, before or after having acted."""
        form = await _form(request)
        counters = self._vendor.oauth.counters
        counters.count(counters.received, form.get("grant_type", ""))
        forced = await self._forced(request)
        if forced is not None:
            return forced.to_response()
        delay = self._sim.delay
        if delay.when == "before":
            await asyncio.sleep(delay.seconds)
        answer = token_answer(
            self._vendor,
            form,
            authorization=request.headers.get("authorization", ""),
            base=self._base(request),
        )
        if delay.when == "after":
            await asyncio.sleep(delay.seconds)
        return answer.to_response()

    async def revoke(self, request: Request) -> Response:
        """End a token."""
        forced = await self._forced(request)
        if forced is not None:
            return forced.to_response()
        form = await _form(request)
        authorization = request.headers.get("authorization", "")
        return revoke_answer(self._vendor, form, authorization=authorization).to_response()

    async def api(self, request: Request) -> Response:
        """Answer a call below the vendor's root."""
        self._sim.api_calls += 1
        body = await self._body(request)
        answer = await self._forced(request)
        if answer is None and body is None:
            answer = self._vendor.says.shape(Refusal("too-large", "The body is too large"))
        if answer is None:
            answer = await self._vendor.answer(
                request.method,
                self._segments(request),
                query=request.query_params,
                headers=request.headers,
                body=body or b"",
                base=self._base(request),
            )
        self._sim.journal.write(
            Received(
                request.method,
                request.url.path,
                request.query_params.multi_items(),
                request.headers,
                body or b"",
                answer.status,
            )
        )
        return answer.to_response()

    async def _body(self, request: Request) -> bytes | None:
        """Return the body; None where it is larger than the vendor takes (the rest is unread)."""
        parts, size = [], 0
        async for part in request.stream():
            size += len(part)
            if size > self._vendor.says.most_body_bytes:
                return None
            parts.append(part)
        return b"".join(parts)

    def _segments(self, request: Request) -> tuple[str, ...]:
        # Decoded one by one: an encoded slash belongs to its segment.
        raw = request.scope.get("raw_path") or request.url.path.encode()
        parts = raw.decode("latin-1").split("?")[0].split("/")[2:]
        return tuple(unquote(part) for part in parts if part)

    def _base(self, request: Request) -> str:
        host = request.headers.get("host", "")
        return f"{request.url.scheme}://{host}/{self._vendor.key}"

    async def _forced(self, request: Request) -> Answer | None:
        fault = self._sim.faults.take(request.url.path)
        if fault is None:
            return None
        await asyncio.sleep(fault.seconds)
        return self._forced_answer(fault)

    def _forced_answer(self, fault: ForcedFault) -> Answer | None:
        match fault.kind:
            case "html":
                return Answer(502, html=_HTML_FAULT)
            case "cut":
                return Answer(200, body=b'{"data":[{"id":')
            case "answer":
                return fault.answer
            case "slow":  # late, but as usual
                return None
            case kind:
                return self._vendor.says.shape(Refusal(_WORDS[kind]))


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace")))


async def not_found(_: Request, __: Exception) -> Response:
    """Answer where nobody is at home."""
    return HTMLResponse("<html><body><h1>404 Not Found</h1></body></html>", 404)
