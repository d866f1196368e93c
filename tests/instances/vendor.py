"""A strict vendor of the tests: it authenticates in one way and refuses everything else."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from aiohttp import web

CLIENT_ID, CLIENT_SECRET = "client-1", "s3cret of/app"
CALLBACK = "http://localhost/callback"


@dataclass
class Vendor:
    """One authorization server and one API, with its own idea of what is right.

    `extra` is added to every token answer; `lifetime` None: it says no expires_in; `rotates` tells
    whether it gives refresh tokens.
    """

    url: str = ""
    codes: dict[str, str] = field(default_factory=dict)  # code -> callback
    access: set[str] = field(default_factory=set)
    refresh: set[str] = field(default_factory=set)
    extra: dict[str, Any] = field(default_factory=dict)
    lifetime: int | None = 3600
    rotates: bool = True
    scope: str | None = None
    by_header: bool = False
    fault: tuple[int, object] | None = None
    grants: int = 0
    calls: list[str] = field(default_factory=list)

    def code(self, callback: str = CALLBACK) -> str:
        """Let an owner consent."""
        code = f"code-{len(self.codes) + 1}-{self.grants}"
        self.codes[code] = callback
        return code

    def count(self, call: str) -> int:
        """Return how often a call came."""
        return self.calls.count(call)

    async def handle(self, request: web.Request) -> web.Response:
        """Serve what came."""
        self.calls.append(f"{request.method} {request.path}")
        if self.fault is not None:
            status, body = self.fault
            return web.json_response(body, status=status)
        if request.path.endswith("/token"):
            return await self.token(request)
        if request.path.endswith("/me"):
            return await self.me(request)
        return web.json_response({"message": "unknown path"}, status=404)

    async def token(self, request: web.Request) -> web.Response:
        """RFC 6749 to the letter."""
        if request.method != "POST" or request.content_type != "application/x-www-form-urlencoded":
            return web.json_response({"error": "invalid_request"}, status=405)
        form = dict(parse_qsl(await request.text(), strict_parsing=True))
        if not self._is_client(request, form):
            return web.json_response({"error": "invalid_client"}, status=401)
        if self.scope is not None and form.pop("scope", "") != self.scope:
            return web.json_response({"error": "invalid_scope"}, status=400)
        match form:
            case {"grant_type": "authorization_code", "code": code, "redirect_uri": back}:
                is_granted = len(form) == 3 and self.codes.pop(code, None) == back
            case {"grant_type": "refresh_token", "refresh_token": token}:
                is_granted = len(form) == 2 and token in self.refresh
                self.refresh.discard(token)
            case _:
                return web.json_response({"error": "unsupported_grant_type"}, status=400)
        if not is_granted:
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response(self.grant())

    def grant(self) -> dict[str, Any]:
        """Issue tokens."""
        self.grants += 1
        self.access.add(f"a-{self.grants}")
        answer: dict[str, Any] = {"access_token": f"a-{self.grants}", "token_type": "bearer"}
        if self.lifetime is not None:
            answer["expires_in"] = self.lifetime
        if self.rotates:
            self.refresh.add(f"r-{self.grants}")
            answer["refresh_token"] = f"r-{self.grants}"
        return answer | self.extra

    def _is_client(self, request: web.Request, form: dict[str, str]) -> bool:
        header = request.headers.get("Authorization", "")
        if self.by_header:
            pair = base64.b64decode(header.removeprefix("Basic ")).decode().split(":", 1)
            shown = tuple(unquote_plus(part) for part in pair)
            return shown == (CLIENT_ID, CLIENT_SECRET) and not {"client_id", "client_secret"} & set(
                form
            )
        shown = (form.pop("client_id", ""), form.pop("client_secret", ""))
        return shown == (CLIENT_ID, CLIENT_SECRET) and not header

    async def me(self, request: web.Request) -> web.Response:
        """Tell who is calling."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.access:
            return web.json_response({"message": "who are you"}, status=401)
        return web.json_response({"id": 1, "path": request.path, "token": token})


@asynccontextmanager
async def serving(vendor: Vendor) -> AsyncIterator[Vendor]:
    """Serve a vendor on a port of loopback."""
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", vendor.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    vendor.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield vendor
    finally:
        await runner.cleanup()
