"""Bodies that are too large to hold."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.egress.conftest import Server
from valence.domain import (
    PayloadTooLarge,
    VendorMalformed,
    VendorRefused,
    VendorTimeout,
    VendorUnreachable,
)
from valence.egress import AddressRefused, BudgetKey, Egress, OutboundRequest, Trace


async def parts(*given: bytes) -> AsyncIterator[bytes]:
    for part in given:
        yield part


async def test_a_body_is_sent_as_it_comes(server: Server, egress: Egress) -> None:
    """In one piece at the vendor; with a length when the caller knows it."""
    request = OutboundRequest("POST", server.url + "/echo", body=parts(b"ab", b"cd"))
    assert (await egress.send(request)).body == b"abcd"
    assert server.headers[-1]["Transfer-Encoding"] == "chunked"
    known = replace(request, headers=(("Content-Length", "4"),), body=parts(b"ab", b"cd"))
    assert (await egress.send(known)).body == b"abcd"
    assert server.headers[-1]["Content-Length"] == "4"
    assert "Transfer-Encoding" not in server.headers[-1]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_streamed_body_is_never_sent_twice(
    method: str, server: Server, still: Egress
) -> None:
    """Not after a 429 with a time, not along a redirect."""
    server.told = [(429, {"Retry-After": "0"})]
    request = OutboundRequest(method, server.url + "/told", body=parts(b"ab"))
    assert (await still.send(request)).status == 429
    away = OutboundRequest(method, server.url + "/away", body=parts(b"ab"))
    assert (await still.send(away)).status == 302
    assert server.bodies == [b"ab", b"ab"]


async def test_a_body_that_fails_fails_with_its_own_error(server: Server, egress: Egress) -> None:
    """It is the caller's, so it is no failure of the vendor either."""

    async def broken() -> AsyncIterator[bytes]:
        yield b"ab"
        raise PayloadTooLarge("The file is larger than promised.")

    for _ in range(6):
        with pytest.raises(PayloadTooLarge):
            await egress.send(OutboundRequest("POST", server.url + "/echo", body=broken()))
    assert (await egress.send(OutboundRequest("GET", server.url + "/ok"))).status == 200


async def test_an_answer_is_read_as_it_comes(server: Server, egress: Egress) -> None:
    """Status and headers before the body has ended."""
    request = OutboundRequest("GET", server.url + "/drip")
    async with egress.stream(request) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"] == "application/octet-stream"
        async for chunk in stream.chunks():
            assert chunk == b"x" * len(chunk)
            break


async def test_a_read_body_is_whole_and_its_connection_kept(server: Server, egress: Egress) -> None:
    """Decompressed; the next call needs no new connection."""
    async with egress.stream(OutboundRequest("GET", server.url + "/bomb")) as stream:
        assert sum([len(chunk) async for chunk in stream.chunks()]) == 20_000_000
    await egress.send(OutboundRequest("GET", server.url + "/ok"))
    assert server.peers[-1] == server.peers[-2]


async def test_a_redirect_of_a_download_is_followed(server: Server, egress: Egress) -> None:
    """To where the file lies, without credentials; each hop is judged and shown."""
    trace = Trace()
    request = OutboundRequest("GET", server.url + "/away", (("Authorization", "Bearer x"),))
    async with egress.stream(request, trace=trace) as stream:
        assert b"".join([chunk async for chunk in stream.chunks()]) == b'{"a": 1}'
    assert "Authorization" not in server.headers[-1]
    assert [(shown.status, shown.response_body) for shown in trace.exchanges] == [
        (302, None),
        (200, None),
    ]
    with pytest.raises(AddressRefused):
        async with egress.stream(OutboundRequest("GET", server.url + "/private")):
            raise AssertionError("refused before")
    with pytest.raises(VendorMalformed):
        async with egress.stream(OutboundRequest("GET", server.url + "/loop")):
            raise AssertionError("refused before")


@pytest.mark.parametrize(
    ("path", "fields", "error"),
    [
        ("/bomb", {"size_limit_bytes": 1_000_000}, VendorMalformed),
        ("/drip", {"timeout_seconds": 0.3}, VendorTimeout),
        ("/cut", {}, VendorUnreachable),
    ],
)
async def test_what_ends_a_body_early(
    path: str, fields: dict[str, float], error: type[Exception], server: Server, egress: Egress
) -> None:
    """Its size, the deadline of the whole call, the connection."""
    request = replace(OutboundRequest("GET", server.url + path), **fields)  # type: ignore[arg-type]
    async with egress.stream(request) as stream:
        with pytest.raises(error):
            async for _ in stream.chunks():
                pass


async def test_the_consumers_own_errors_are_his(server: Server, egress: Egress) -> None:
    """They pass through, even those that look like the wire's."""
    with pytest.raises(asyncio.TimeoutError, match="mine"):
        async with egress.stream(OutboundRequest("GET", server.url + "/ok")) as stream:
            async for _ in stream.chunks():
                raise TimeoutError("mine")


async def test_a_stream_learns_and_keeps_to_limits(server: Server, still: Egress) -> None:
    """It is sent once, whatever comes back."""
    server.told = [(429, {"Retry-After": "1"}), (429, {"Retry-After": "60"})]
    request = OutboundRequest("GET", server.url + "/told", budget=BudgetKey("a", 1))
    for _ in range(2):
        async with still.stream(request) as stream:
            assert stream.status == 429
    with pytest.raises(VendorRefused):
        await still.send(request)
    assert len(server.seen) == 2
