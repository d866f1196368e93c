"""The HTTP client library, and all that is known about it.

What aiohttp does by itself and must not here:
- it repeats GET, PUT and DELETE when a pooled connection dies, though the vendor may have acted
  (`_retry_connection` is switched off; a test fails when an upgrade changes that);
- its redirects forward `X-Api-Key` and the like to other origins (they are followed by hand);
- `read()` inflates a small gzip body without bound (the body is counted as it comes);
- it sends `Content-Length` and `Transfer-Encoding` as they are given, whatever the body is: what
  the vendor then takes for the next request would be answered to the connection's next user."""

import socket
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
from yarl import URL

from valence.domain import (
    ValenceError,
    VendorError,
    VendorMalformed,
    VendorTimeout,
    VendorUnreachable,
)
from valence.egress.messages import ConnectionLost, NeverSent, OutboundRequest
from valence.egress.policy import AddressRefused, OutboundPolicy

CONNECT_SECONDS = 10.0
USER_AGENT = "Valence/0.1"
SILENCE_SECONDS = 60.0
"""Longest pause between two pieces of an answer whose whole may take long."""

_NO_CONTENT_TYPE = ("Content-Type",)
# Where a message ends and what becomes of its connection is the client's to say, not a script's.
_FRAMING = frozenset(
    {
        *("content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection"),
        *("expect", "upgrade", "te", "trailer"),
    }
)
FOREIGN = (TimeoutError, aiohttp.ClientError, OSError, ValueError)


def open_session(policy: OutboundPolicy, *, is_pooled: bool) -> aiohttp.ClientSession:
    """Make a session that keeps its connections, or one that closes each after its answer."""
    connector = (
        aiohttp.TCPConnector(
            socket_factory=_guard(policy),
            limit=0,
            limit_per_host=256,
            keepalive_timeout=30,
            ttl_dns_cache=30,
        )
        if is_pooled
        else aiohttp.TCPConnector(
            socket_factory=_guard(policy), limit=0, force_close=True, ttl_dns_cache=30
        )
    )
    session = aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=True,
        headers={"User-Agent": USER_AGENT},
    )
    session._retry_connection = False  # repeats are decided in retry.py; there is no public switch
    return session


async def exchange(
    session: aiohttp.ClientSession, request: OutboundRequest, *, seconds: float
) -> tuple[int, Mapping[str, str], bytes]:
    """Send a request; return status, headers and whole body of its answer."""
    try:
        async with await _ask(session, request, seconds) as response:
            body = await _read(response, request.size_limit_bytes)
            return response.status, response.headers, body
    except VendorError:
        raise
    except FOREIGN as exc:
        raise translated(exc) from exc


async def ask(
    session: aiohttp.ClientSession, request: OutboundRequest, *, seconds: float
) -> aiohttp.ClientResponse:
    """Send a request; return its answer, the body yet unread, for the caller to close."""
    try:
        return await _ask(session, request, seconds, silence=SILENCE_SECONDS)
    except FOREIGN as exc:
        raise translated(exc) from exc


async def pieces(response: aiohttp.ClientResponse, *, limit: int) -> AsyncIterator[bytes]:
    """Yield the body of an answer as it comes."""
    size = 0
    while True:
        # Only the reading is translated: what the consumer raises at the `yield` is his own.
        try:
            chunk = await response.content.readany()
        except FOREIGN as exc:
            raise translated(exc) from exc
        if not chunk:
            return
        size += len(chunk)
        if size > limit:
            raise _too_large(response, limit)
        yield chunk


async def _ask(
    session: aiohttp.ClientSession,
    request: OutboundRequest,
    seconds: float,
    *,
    silence: float | None = None,
) -> aiohttp.ClientResponse:
    return await session.request(
        request.method,
        URL(request.url, encoded=True),
        headers=_unframed(request),
        data=request.body,
        # Only with a body would the library add a type of its own; to leave a header out it copies
        # and sorts all of them, which is a twentieth of what it costs a call.
        skip_auto_headers=_NO_CONTENT_TYPE if request.body is not None else None,
        allow_redirects=False,
        timeout=aiohttp.ClientTimeout(
            total=seconds, sock_connect=min(CONNECT_SECONDS, seconds), sock_read=silence
        ),
    )


def _unframed(request: OutboundRequest) -> tuple[tuple[str, str], ...]:
    """Return a request's headers without those that say how it is framed.

    The length of a body that comes piece by piece is told by whoever makes it, last.
    """
    headers = tuple(pair for pair in request.headers if pair[0].lower() not in _FRAMING)
    if request.is_one_shot:
        lengths = [pair for pair in request.headers if pair[0].lower() == "content-length"]
        headers += tuple(lengths[-1:])
    return headers


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    # Not by way of `pieces`: this is every call's path, and most bodies come in one piece.
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        if size > limit:
            raise _too_large(response, limit)
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _too_large(response: aiohttp.ClientResponse, limit: int) -> VendorMalformed:
    response.close()
    return VendorMalformed(f"The vendor's answer is larger than {limit} bytes.")


def _guard(policy: OutboundPolicy) -> Any:
    """Return a socket factory that sees the address really connected to, every time."""

    def make_socket(address_info: Any) -> socket.socket:
        family, kind, protocol, _, address = address_info
        if policy.refuses(address[0]):
            raise _Refused(address[0])
        return socket.socket(family, kind, protocol)

    return make_socket


class _Refused(OSError):
    """Raised inside the connector, which wraps it; found again in the chain of causes."""


def translated(exc: Exception) -> ValenceError:
    """Return what an exception of the library or the system means."""
    cause: BaseException | None = exc
    while cause is not None:
        refused = getattr(cause, "os_error", cause)
        if isinstance(refused, _Refused):
            return AddressRefused(
                "The vendor's name leads to an address that outbound calls may not reach."
            )
        # The iterator of a streamed body may fail for a reason of its own, such as its size.
        if isinstance(cause, ValenceError):
            return cause
        cause = cause.__cause__
    # TimeoutError is an OSError, so it is looked at first; a connect timeout sent nothing.
    if isinstance(exc, aiohttp.ConnectionTimeoutError):
        return NeverSent("No connection to the vendor could be made in time.")
    if isinstance(exc, TimeoutError):
        return VendorTimeout("The vendor did not answer in time.")
    if isinstance(exc, aiohttp.ClientConnectorError):
        return NeverSent("No connection to the vendor could be made.")
    if isinstance(exc, aiohttp.ClientPayloadError | aiohttp.ServerDisconnectedError | OSError):
        return ConnectionLost("The connection to the vendor was lost before its answer.")
    if isinstance(exc, aiohttp.ClientResponseError):
        return VendorMalformed("The vendor's answer is not valid HTTP.")
    return VendorUnreachable("The call to the vendor failed on the way.")
