"""The one HTTP client.

What aiohttp does by itself and must not here:
- it repeats GET, PUT and DELETE when a pooled connection dies, though the vendor may have acted
  (`_retry_connection` is switched off; a test fails when an upgrade changes that);
- its redirects forward `X-Api-Key` and the like to other origins (they are followed by hand);
- `read()` inflates a small gzip body without bound (the body is counted as it comes).

Token requests go over a connector of their own that closes after each answer: on a dying pooled
connection "never arrived" cannot be told from "arrived, then died", and that difference is a
rotated refresh token."""

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from valence.domain import (
    Clock,
    VendorError,
    VendorMalformed,
    VendorTimeout,
    VendorUnreachable,
)
from valence.egress.policy import AddressRefused, OutboundPolicy
from valence.egress.retry import CONNECT_PAUSE_SECONDS, REPEATS, SAFE_METHODS, pause_before_repeat

REDIRECTS = 5
DEFAULT_SIZE_LIMIT = 32 * 1024 * 1024
CONNECT_SECONDS = 10.0
_CHECKED_ORIGINS = 1024


@dataclass(frozen=True, slots=True)
class OutboundRequest:
    """One request as it goes on the wire; `url` is already percent-encoded."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)
    timeout_seconds: float = 60.0
    size_limit_bytes: int = DEFAULT_SIZE_LIMIT


@dataclass(frozen=True, slots=True)
class OutboundResponse:
    """One answer; `headers` are looked up without case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class NeverSent(VendorUnreachable):
    """No connection was opened, so the vendor cannot have acted."""


class ConnectionLost(VendorUnreachable):
    """The connection ended before the answer was complete; the vendor may have acted."""


class Egress:
    """The way out. Open it on the event loop that uses it; give it `close()` at the end."""

    def __init__(
        self, session: aiohttp.ClientSession, token_session: aiohttp.ClientSession, **owned: Any
    ) -> None:
        self._session = session
        self._token_session = token_session
        self._policy: OutboundPolicy = owned["policy"]
        self._clock: Clock = owned["clock"]
        self._checked: set[str] = set()

    @classmethod
    def open(cls, policy: OutboundPolicy, *, clock: Clock) -> "Egress":
        """Make the sessions; nothing is connected yet."""
        pooled = aiohttp.TCPConnector(
            socket_factory=_guard(policy),
            limit=0,
            limit_per_host=256,
            keepalive_timeout=30,
            ttl_dns_cache=30,
        )
        closing = aiohttp.TCPConnector(
            socket_factory=_guard(policy), limit=0, force_close=True, ttl_dns_cache=30
        )
        return cls(_session(pooled), _session(closing), policy=policy, clock=clock)

    @property
    def policy(self) -> OutboundPolicy:
        """The outbound policy in force."""
        return self._policy

    async def send(self, request: OutboundRequest) -> OutboundResponse:
        """Send a vendor call, following redirects and repeating only what is safe to repeat.

        Raises:
            AddressRefused: the policy does not allow an address on the way.
            VendorUnreachable: no connection, or it was lost before the answer was complete.
            VendorTimeout: the deadline of the whole call passed.
            VendorMalformed: the answer is larger than the limit, or is not HTTP.
        """
        deadline = self._clock.monotonic() + request.timeout_seconds
        for repeat in range(REPEATS + 1):
            try:
                response = await self._follow(request, deadline)
            except (NeverSent, ConnectionLost) as exc:
                # A kept connection may be closed by the vendor just as it is used again: what
                # only reads is asked once more, what may have acted is not.
                if isinstance(exc, ConnectionLost) and request.method not in SAFE_METHODS:
                    raise
                pause = CONNECT_PAUSE_SECONDS
                if repeat == REPEATS or self._clock.monotonic() + CONNECT_PAUSE_SECONDS > deadline:
                    raise
            else:
                if response.status != 429 and response.status != 503:
                    return response
                wait = pause_before_repeat(
                    request.method, response.status, response.headers, now_ms=self._clock.now_ms()
                )
                if wait is None or repeat == REPEATS or self._clock.monotonic() + wait > deadline:
                    return response
                pause = wait
            await asyncio.sleep(pause)
        raise AssertionError("unreachable: the last repeat returns or raises")

    async def send_token_request(self, request: OutboundRequest) -> OutboundResponse:
        """Send a token request once, on a fresh connection, without redirects or repeats.

        Raises:
            NeverSent: no connection was opened: the endpoint cannot have acted.
            VendorUnreachable, VendorTimeout, VendorMalformed, AddressRefused: as `send`.
        """
        self._check(request.url)
        return await _exchange(self._token_session, request, request.timeout_seconds)

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()
        await self._token_session.close()

    async def _follow(self, request: OutboundRequest, deadline: float) -> OutboundResponse:
        for _ in range(REDIRECTS + 1):
            self._check(request.url)
            response = await _exchange(self._session, request, deadline - self._clock.monotonic())
            if response.status not in (301, 302, 303, 307, 308):
                return response
            location = response.headers.get("Location")
            if not location or request.method not in SAFE_METHODS:
                return response
            request = _redirected(request, location)
        raise VendorMalformed(f"The vendor redirected more than {REDIRECTS} times.")

    def _check(self, url: str) -> None:
        # The verdict depends on scheme and host only, so it is kept per origin.
        origin = url[: url.find("/", 8)] if url.find("/", 8) > 0 else url
        if origin in self._checked:
            return
        self._policy.check_url(url)
        if "@" in origin or "?" in origin or "#" in origin:
            return
        if len(self._checked) >= _CHECKED_ORIGINS:
            self._checked.clear()
        self._checked.add(origin)


def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    session = aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=True,
        skip_auto_headers=("User-Agent", "Content-Type"),
        headers={"User-Agent": "Valence/0.1"},
    )
    session._retry_connection = False  # repeats are decided above; there is no public switch
    return session


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


async def _exchange(
    session: aiohttp.ClientSession, request: OutboundRequest, seconds: float
) -> OutboundResponse:
    if seconds <= 0:
        raise VendorTimeout("The vendor did not answer in time.")
    timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=min(CONNECT_SECONDS, seconds))
    try:
        async with session.request(
            request.method,
            URL(request.url, encoded=True),
            headers=request.headers,
            data=request.body,
            allow_redirects=False,
            timeout=timeout,
        ) as response:
            body = await _read(response, request.size_limit_bytes)
            return OutboundResponse(response.status, response.headers, body)
    except VendorError:
        raise
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as exc:
        raise _translated(exc) from exc


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        if size > limit:
            response.close()
            raise VendorMalformed(f"The vendor's answer is larger than {limit} bytes.")
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _translated(exc: Exception) -> VendorError | AddressRefused:
    cause: BaseException | None = exc
    while cause is not None:
        refused = getattr(cause, "os_error", cause)
        if isinstance(refused, _Refused):
            return AddressRefused(
                "The vendor's name leads to an address that outbound calls may not reach."
            )
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


def _redirected(request: OutboundRequest, location: str) -> OutboundRequest:
    target = urljoin(request.url, location)
    before, after = urlsplit(request.url), urlsplit(target)
    if (before.scheme, before.netloc) == (after.scheme, after.netloc):
        return replace(request, url=target)
    # Another origin gets no header that could be a credential: only what describes the wish.
    kept = tuple(
        (name, value)
        for name, value in request.headers
        if name.lower() in ("accept", "accept-language", "user-agent")
    )
    return replace(request, url=target, headers=kept)
