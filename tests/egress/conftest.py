"""A vendor on loopback that misbehaves as it is told, and ways out to it."""

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from tests.conftest import FixedClock
from valence.domain import SystemClock
from valence.egress import Egress, OutboundPolicy


class Sleeper:
    """Waits by moving a clock; keeps what it was told to wait."""

    def __init__(self, clock: FixedClock) -> None:
        self.pauses: list[float] = []
        self._clock = clock

    async def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._clock.advance(seconds + 0.001)  # the clock counts whole milliseconds


class Server:
    """A vendor on loopback; counts what reaches it."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.peers: list[object] = []
        self.url = ""
        self.told: list[tuple[int, dict[str, str]]] = []
        self.is_dripping = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(f"{request.method} {request.path}")
        self.headers.append(dict(request.headers))
        self.bodies.append(await request.read())
        assert request.transport is not None
        self.peers.append(request.transport.get_extra_info("peername"))
        match request.path:
            case "/ok":
                return web.json_response({"a": 1})
            case "/loop":
                raise web.HTTPFound("/loop")
            case "/away":
                raise web.HTTPFound(self.url.replace("127.0.0.1", "localhost") + "/ok")
            case "/private":
                raise web.HTTPFound("https://169.254.169.254/latest/meta-data")
            case "/bomb":
                body = gzip.compress(b"0" * 20_000_000)
                return web.Response(body=body, headers={"Content-Encoding": "gzip"})
            case "/drip":
                response = web.StreamResponse()
                await response.prepare(request)
                self.is_dripping.set()
                for _ in range(1000):
                    await response.write(b"x")
                    await asyncio.sleep(0.02)
                return response
            case "/told":  # what the test prepared, then 200
                status, headers = self.told.pop(0) if self.told else (200, {})
                return web.json_response({}, status=status, headers=headers)
            case "/echo":
                return web.Response(body=self.bodies[-1], content_type=request.content_type)
            case "/drop":
                request.transport.abort()
                return web.Response()
            case "/cut":
                response = web.StreamResponse(headers={"Content-Length": "10"})
                await response.prepare(request)
                await response.write(b"x")
                request.transport.close()
                return response
            case _:
                return web.Response(status=404)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    vendor = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", vendor.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    vendor.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield vendor
    await runner.cleanup()


@pytest.fixture
async def egress() -> AsyncIterator[Egress]:
    opened = Egress.open(OutboundPolicy(allow_loopback=True), clock=SystemClock())
    yield opened
    await opened.close()


@pytest.fixture
def sleeper(clock: FixedClock) -> Sleeper:
    """What waits in place of the machine."""
    return Sleeper(clock)


@pytest.fixture
async def still(clock: FixedClock, sleeper: Sleeper) -> AsyncIterator[Egress]:
    """A way out whose time moves when told."""
    opened = Egress.open(OutboundPolicy(allow_loopback=True), clock=clock, sleep=sleeper)
    yield opened
    await opened.close()
