"""A whole exchange over the library's connections, past its session.

For every call the session makes a request, a response, a writer and a dozen helpers, and that is
most of what a call costs. Here are only the request's bytes and the reading of its answer. The
pool, names, the address check, TLS, the parser and decompression stay the library's, and what is
not quite plain goes through the session: see `takes`.

A few of the names used are the library's own business, so its minor version is bounded, and the
tests compare what both ways send."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from aiohttp.client_reqrep import ClientRequest, ConnectionKey
from aiohttp.connector import Connection
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from valence.domain import VendorError, VendorMalformed
from valence.egress.messages import NeverSent, OutboundRequest
from valence.egress.wire import CONNECT_SECONDS, FOREIGN, USER_AGENT, translated

_ORIGIN = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?", re.ASCII)
_TARGET = re.compile(r"/[!\"$-~]*[!\"$->@-~]|/", re.ASCII)  # visible, no fragment, no empty query
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
# What says how a message is framed or a connection used is the session's to judge.
_NOT_PLAIN = frozenset(
    {
        *("host", "content-length", "transfer-encoding", "content-encoding", "connection"),
        *("keep-alive", "expect", "upgrade", "te", "trailer", "cookie", "proxy-authorization"),
    }
)
_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_DEFAULTS = tuple(
    (name.lower(), f"{name}: {value}\r\n")
    for name, value in (*ClientRequest.DEFAULT_HEADERS.items(), ("User-Agent", USER_AGENT))
)
_TYPED = frozenset({"POST", "PUT", "PATCH"})
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_PLACES = 1024
_NAMES = 1024


class Direct:
    """Exchanges over the connections of a session that keeps them."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._places: dict[str, _Place] = {}
        self._names: dict[str, str] = {}

    def takes(self, request: OutboundRequest, origin: str) -> bool:
        """Tell whether a request is plain enough; the others go through the session."""
        url = request.url
        return (
            (origin in self._places or self._knows(origin))
            and url.startswith(origin)
            and _TARGET.fullmatch(url, len(origin)) is not None
            and request.method in _METHODS
            and (request.body is None or type(request.body) is bytes)
            and self._takes_all(request.headers)
        )

    async def exchange(
        self, request: OutboundRequest, origin: str, *, seconds: float
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send a request that is taken; return status, headers and whole body of its answer."""
        ends = asyncio.get_running_loop().time() + seconds
        try:
            place = self._places[origin]
            sent = self._bytes_of(request, request.url[len(origin) :], place.host)
            connection = await self._connection(place, seconds)
            return await _exchanged(connection, request, sent, ends=ends)
        except VendorError:
            raise
        except HttpProcessingError as exc:
            raise VendorMalformed("The vendor's answer is not valid HTTP.") from exc
        except FOREIGN as exc:
            raise translated(exc) from exc

    def _knows(self, origin: str) -> bool:
        if _ORIGIN.fullmatch(origin) is None:
            return False
        if len(self._places) >= _PLACES:
            self._places.clear()
        asked = ClientRequest(
            "GET", URL(origin), loop=asyncio.get_running_loop(), session=self._session
        )
        self._places[origin] = _Place(asked, asked.connection_key, asked.headers["Host"])
        return True

    def _takes_all(self, headers: tuple[tuple[str, str], ...]) -> bool:
        for name, _ in headers:
            if name not in self._names:
                lowered = name.lower()
                if lowered in _NOT_PLAIN or _NAME.fullmatch(name) is None:
                    return False
                if len(self._names) >= _NAMES:
                    self._names.clear()
                self._names[name] = lowered
        return True

    def _bytes_of(self, request: OutboundRequest, target: str, host: str) -> bytes:
        """Return a request as it goes on the wire. Raises ValueError: it would not be one."""
        lines = [f"{request.method} {target} HTTP/1.1\r\nHost: {host}\r\n"]
        names = set()
        for name, value in request.headers:
            if not value.isprintable() and _FORBIDDEN.search(value):
                raise ValueError("a header has a control character")
            names.add(self._names.get(name) or name.lower())
            lines.append(f"{name}: {value}\r\n")
        lines += [line for name, line in _DEFAULTS if name not in names]
        body = request.body
        if not isinstance(body, bytes):
            body = b""
        if request.body is None and request.method in _TYPED and "content-type" not in names:
            lines.append("Content-Type: application/octet-stream\r\n")  # as the session would
        if body or request.method not in _BODILESS:
            lines.append(f"Content-Length: {len(body)}\r\n")
        lines.append("\r\n")
        return "".join(lines).encode() + body

    async def _connection(self, place: "_Place", seconds: float) -> Connection:
        connector = self._session.connector
        if connector is None:
            raise NeverSent("The HTTP client is closed.")
        kept = await connector._get(place.key, [])
        if kept is not None:
            return kept
        limits = aiohttp.ClientTimeout(sock_connect=min(CONNECT_SECONDS, seconds))
        whole = asyncio.timeout(seconds)
        try:
            async with whole:
                return await connector.connect(place.asked, [], limits)
        except TimeoutError as exc:
            if whole.expired() and seconds > CONNECT_SECONDS:
                raise  # it waited for a name or for its turn
            raise NeverSent("No connection to the vendor could be made in time.") from exc


@dataclass(frozen=True, slots=True)
class _Place:
    """An origin: a request of the library, which is what it asks where to connect, and its key."""

    asked: ClientRequest
    key: ConnectionKey
    host: str


class _Deadline:
    """Ends whoever waits for an answer, without a task of its own."""

    __slots__ = ("payload", "protocol")

    def __init__(self, protocol: aiohttp.client_proto.ResponseHandler) -> None:
        self.protocol = protocol
        self.payload: aiohttp.StreamReader | None = None

    def passed(self) -> None:
        late = TimeoutError()
        self.protocol.set_exception(late)
        if self.payload is not None:
            self.payload.set_exception(late)


async def _exchanged(
    connection: Connection, request: OutboundRequest, sent: bytes, *, ends: float
) -> tuple[int, Mapping[str, str], bytes]:
    protocol, transport = connection.protocol, connection.transport
    try:
        if protocol is None or transport is None:
            raise aiohttp.ServerDisconnectedError
        deadline = _Deadline(protocol)
        timer = asyncio.get_running_loop().call_at(ends, deadline.passed)
        try:
            protocol.set_response_params(
                skip_payload=request.method == "HEAD", read_until_eof=True, auto_decompress=True
            )
            transport.write(sent)
            message, payload = await protocol.read()
            while 100 <= message.code < 200 and message.code != 101:
                message, payload = await protocol.read()
            deadline.payload = payload
            body = await _read(payload, request.size_limit_bytes)
        finally:
            timer.cancel()
    except BaseException:
        connection.close()
        raise
    connection.release()
    return message.code, message.headers, body


async def _read(payload: aiohttp.StreamReader, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while chunk := await payload.readany():
        size += len(chunk)
        if size > limit:
            raise VendorMalformed(f"The vendor's answer is larger than {limit} bytes.")
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
