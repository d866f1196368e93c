"""The short way of an exchange does what the library's own does."""

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest

from valence.domain import VendorError, VendorMalformed, VendorTimeout
from valence.egress import OutboundPolicy, OutboundRequest
from valence.egress.direct import Direct
from valence.egress.messages import ConnectionLost, NeverSent
from valence.egress.wire import exchange, open_session

SOON = 5.0


class Vendor:
    """A socket that keeps what it gets, and says what it is told, byte by byte."""

    def __init__(self) -> None:
        self.url = ""
        self.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        self.is_closing = False
        self.connections = 0
        self.got: list[bytes] = []
        self.ended = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = 0
                for line in head.lower().split(b"\r\n"):
                    if line.startswith(b"content-length:"):
                        length = int(line.partition(b":")[2])
                self.got.append(head + await reader.readexactly(length))
                writer.write(self.answer)
                await writer.drain()
                if self.is_closing:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            self.ended.set()
        finally:
            writer.close()


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    """One that listens."""
    made = Vendor()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield made
    server.close()


class Ways:
    """Both ways over one session."""

    def __init__(self) -> None:
        self.session = open_session(OutboundPolicy(allow_loopback=True), is_pooled=True)
        self.direct = Direct(self.session)

    async def short(
        self, request: OutboundRequest, vendor: Vendor, *, seconds: float = SOON
    ) -> tuple[int, dict[str, str], bytes]:
        assert self.direct.takes(request, vendor.url)
        status, headers, body = await self.direct.exchange(request, vendor.url, seconds=seconds)
        return status, dict(headers), body

    async def long(self, request: OutboundRequest) -> tuple[int, dict[str, str], bytes]:
        status, headers, body = await exchange(self.session, request, seconds=SOON)
        return status, dict(headers), body


@pytest.fixture
async def ways() -> AsyncIterator[Ways]:
    """Both ways."""
    made = Ways()
    yield made
    await made.session.close()


REQUESTS = [
    ("GET", "/a", (), None),
    ("GET", "/", (("Accept", "application/json"), ("Authorization", "Bearer t")), None),
    ("GET", "/a%2Fb/ü".replace("ü", "%C3%BC") + "?q=a%20b&r=%26", (), None),
    ("GET", "/a?x=1&x=2", (("X-Two", "1"), ("X-Two", "2"), ("x-ü", "ü")), None),
    ("GET", "/a", (("accept-encoding", "identity"), ("USER-AGENT", "mine")), None),
    ("HEAD", "/a", (), None),
    ("OPTIONS", "/a", (), None),
    ("DELETE", "/a", (), None),
    ("DELETE", "/a", (), b"{}"),
    ("GET", "/a", (), b"{}"),
    ("POST", "/a", (), None),
    ("POST", "/a", (), b""),
    ("POST", "/a", (("Content-Type", "application/json"),), b'{"a": 1}'),
    ("PUT", "/a", (("Content-Type", "text/plain"), ("X-Tab", "a\tb")), b"x" * 300_000),
    ("PATCH", "/a", (), b"{}"),
]


@pytest.mark.parametrize(("method", "target", "headers", "body"), REQUESTS)
async def test_both_ways_send_the_same(
    vendor: Vendor,
    ways: Ways,
    method: str,
    target: str,
    headers: tuple[tuple[str, str], ...],
    body: bytes | None,
) -> None:
    """The same line, the same headers in whatever order, the same body."""
    if method == "HEAD":
        vendor.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
    plain = tuple((name, value) for name, value in headers if name.isascii())
    request = OutboundRequest(method, vendor.url + target, headers=plain, body=body)
    assert await ways.short(request, vendor) == await ways.long(request)
    (short, short_body), (long, long_body) = (got.split(b"\r\n\r\n", 1) for got in vendor.got)
    assert short.split(b"\r\n")[0] == long.split(b"\r\n")[0]
    names = [
        sorted(line.partition(b":")[0].lower() + line.partition(b":")[2] for line in head)
        for head in (short.split(b"\r\n")[1:], long.split(b"\r\n")[1:])
    ]
    assert names[0] == names[1]
    assert short_body == long_body == (body or b"")


NOT_TAKEN = [
    ("CONNECT", "/a", (), None),
    ("get", "/a", (), None),
    ("GET", "", (), None),
    ("GET", "?a=1", (), None),
    ("GET", "/a#b", (), None),
    ("GET", "/a?", (), None),
    ("GET", "/a b", (), None),
    ("GET", "/a\r\nX: y", (), None),
    ("GET", "/ü", (), None),
    ("GET", "/a\n", (), None),
    ("GET", "/a", (("Host", "other"),), None),
    ("GET", "/a", (("x-ü", "1"),), None),
    ("GET", "/a", (("x\r\nY", "1"),), None),
    ("GET", "/a", (("x y", "1"),), None),
    ("GET", "/a", (("", "1"),), None),
    ("POST", "/a", (("content-length", "9"),), b"x"),
    ("POST", "/a", (("Transfer-Encoding", "chunked"),), b"x"),
    ("POST", "/a", (("Expect", "100-continue"),), b"x"),
    ("GET", "/a", (("Connection", "close"),), None),
]


@pytest.mark.parametrize(("method", "target", "headers", "body"), NOT_TAKEN)
async def test_what_is_not_plain_goes_the_long_way(
    ways: Ways,
    method: str,
    target: str,
    headers: tuple[tuple[str, str], ...],
    body: bytes | None,
) -> None:
    """Framing, connections and odd addresses are the library's to judge."""
    request = OutboundRequest(method, "https://a.example" + target, headers=headers, body=body)
    assert not ways.direct.takes(request, "https://a.example")


@pytest.mark.parametrize(
    "origin",
    ["https://[::1]", "https://ü.example", "https://A.example", "https://u@a.example", "ftp://a"],
)
async def test_an_odd_origin_goes_the_long_way(ways: Ways, origin: str) -> None:
    """So does a URL whose origin is written otherwise than the origin."""
    assert not ways.direct.takes(OutboundRequest("GET", origin + "/a"), origin)
    assert not ways.direct.takes(OutboundRequest("GET", origin + "/a"), "https://a.example")


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "a\x00", "a\x7f"])
async def test_a_header_ends_nothing(vendor: Vendor, ways: Ways, value: str) -> None:
    """A control character in a value is sent by neither way."""
    request = OutboundRequest("GET", vendor.url + "/a", headers=(("X-A", value),))
    with pytest.raises(VendorError):
        await ways.short(request, vendor)
    with pytest.raises(VendorError):
        await ways.long(request)
    assert vendor.got == []


ANSWERS = [
    ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-A: b\r\n\r\nabc", False),
    ("GET", b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", False),
    ("GET", b"HTTP/1.1 200 OK\r\n\r\nuntil it closes", True),
    ("GET", b"HTTP/1.0 200 OK\r\n\r\nold", True),
    ("GET", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", False),
    ("GET", b"HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", False),
    ("GET", b"HTTP/1.1 204 None\r\n\r\n", False),
    ("GET", b"HTTP/1.1 304 Same\r\nContent-Length: 5\r\n\r\n", False),
    ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", False),
    ("GET", b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(gzip.compress(b"z" * 99, mtime=0)), gzip.compress(b"z" * 99, mtime=0)), False),
    ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n" + b"y" * 500_000, False),
]  # fmt: skip


@pytest.mark.parametrize(("method", "answer", "is_closing"), ANSWERS)
async def test_both_ways_read_the_same(
    vendor: Vendor, ways: Ways, method: str, answer: bytes, is_closing: bool
) -> None:
    """Lengths, chunks, the end of the connection, interim answers, compression."""
    vendor.answer, vendor.is_closing = answer, is_closing
    request = OutboundRequest(method, vendor.url + "/a")
    short = await ways.short(request, vendor)
    assert short == await ways.long(request)
    assert short[0] in (200, 204, 304, 404)


BROKEN = [
    (b"", ConnectionLost),
    (b"HTTP/1.1 200 OK\r\nContent-Le", ConnectionLost),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", ConnectionLost),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", ConnectionLost),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", VendorError),
    (b"SSH-2.0-OpenSSH\r\n\r\n", VendorMalformed),
    (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", VendorMalformed),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + b"x" * 1001, VendorMalformed),
    (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip", VendorError),
    (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"0" * 9_000_000, mtime=0), VendorMalformed),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "error"), BROKEN)
async def test_both_ways_fail_the_same(
    vendor: Vendor, ways: Ways, answer: bytes, error: type[VendorError]
) -> None:
    """A cut connection, what is no HTTP, and what is too large."""
    vendor.answer, vendor.is_closing = answer, True
    request = OutboundRequest("POST", vendor.url + "/a", body=b"x", size_limit_bytes=1000)
    with pytest.raises(error) as short:
        await ways.short(request, vendor)
    with pytest.raises(error) as long:
        await ways.long(request)
    assert type(short.value) is type(long.value)
    assert len(vendor.got) == 2  # nothing was sent a second time


async def test_a_connection_is_used_again(vendor: Vendor, ways: Ways) -> None:
    """Unless its answer said otherwise, or more came than was asked for."""
    request = OutboundRequest("GET", vendor.url + "/a")
    for _ in range(3):
        await ways.short(request, vendor)
    await ways.long(request)
    assert vendor.connections == 1
    vendor.answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    await ways.short(request, vendor)
    vendor.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" * 2
    await ways.short(request, vendor)
    assert vendor.connections == 2
    await ways.short(request, vendor)
    assert vendor.connections == 3


async def test_a_connection_without_an_answer_is_closed(vendor: Vendor, ways: Ways) -> None:
    """Past the deadline, and when nobody waits any more; it must not serve the next call."""
    vendor.answer = b""
    request = OutboundRequest("GET", vendor.url + "/a")
    with pytest.raises(VendorTimeout):
        await ways.short(request, vendor, seconds=0.05)
    await asyncio.wait_for(vendor.ended.wait(), SOON)
    vendor.ended.clear()
    vendor.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"
    with pytest.raises(VendorTimeout):
        await ways.short(request, vendor, seconds=0.05)
    await asyncio.wait_for(vendor.ended.wait(), SOON)
    vendor.ended.clear()
    waiting = asyncio.create_task(ways.short(request, vendor))
    while len(vendor.got) < 3:
        await asyncio.sleep(0.001)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.wait_for(vendor.ended.wait(), SOON)


async def test_a_closed_client_sends_nothing(vendor: Vendor, ways: Ways) -> None:
    """It says so."""
    await ways.session.close()
    with pytest.raises(NeverSent):
        await ways.short(OutboundRequest("GET", vendor.url + "/a"), vendor)


async def _pieces() -> AsyncIterator[bytes]:
    yield b"abcd"
    yield b"efgh"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ((("Content-Length", "3"),), b"abcdefgh"),
        ((("content-length", "300"),), b"abcdefgh"),
        ((("Transfer-Encoding", "chunked"),), b"abcdefgh"),
        ((("Transfer-Encoding", "chunked"), ("Content-Length", "0")), b"abcdefgh"),
        ((("Connection", "X-Kept, Content-Length"), ("Upgrade", "h2c"), ("TE", "x")), b"abcdefgh"),
        ((("Content-Length", "3"), ("content-length", "8")), None),
        ((("Transfer-Encoding", "chunked"), ("Content-Length", "8")), None),
    ],
)
async def test_nobody_else_says_where_a_request_ends(
    vendor: Vendor, ways: Ways, headers: tuple[tuple[str, str], ...], body: bytes | None
) -> None:
    """A length or a coding that a row or a script sets would leave bytes for the next caller."""
    given = _pieces() if body is None else body
    request = OutboundRequest(
        "POST", vendor.url + "/a", headers=(*headers, ("X-Kept", "1")), body=given
    )
    assert not ways.direct.takes(request, vendor.url)
    assert (await ways.long(request))[0] == 200
    head, _, sent = vendor.got[0].partition(b"\r\n\r\n")
    lines = sorted(head.lower().split(b"\r\n")[1:])
    framing = (b"content-length", b"transfer-encoding", b"connection", b"upgrade", b"te:")
    assert [line for line in lines if line.startswith(framing)] == [b"content-length: 8"]
    assert b"x-kept: 1" in lines
    assert sent == b"abcdefgh"
