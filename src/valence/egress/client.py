"""The one HTTP client.

Token requests go over a session of their own that closes each connection after its answer: on a
dying pooled connection "never arrived" cannot be told from "arrived, then died", and that
difference is a rotated refresh token."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urljoin, urlsplit

import aiohttp

from valence.domain import Clock, VendorMalformed
from valence.egress.attempt import Attempt, Call
from valence.egress.budget import LONGEST_BUDGET_WAIT_SECONDS, BudgetKey, Budgets
from valence.egress.circuit import Circuits
from valence.egress.direct import Direct
from valence.egress.messages import (
    ConnectionLost,
    NeverSent,
    OutboundRequest,
    OutboundResponse,
)
from valence.egress.policy import OutboundPolicy
from valence.egress.retry import (
    CONNECT_PAUSE_SECONDS,
    LONGEST_WAIT_SECONDS,
    REPEATS,
    SAFE_METHODS,
    pause_before_repeat,
)
from valence.egress.trace import Trace
from valence.egress.wire import ask, exchange, open_session, pieces

REDIRECTS = 5
REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
# Calls held for the same limit do not come back in the same instant.
LONGEST_SPREAD_SECONDS = 0.1
_CHECKED_ORIGINS = 1024


@dataclass(frozen=True, slots=True)
class Hold:
    """Why calls are not sent just now: the vendor is `down`, or its `limit` is used up."""

    by: Literal["down", "limit"]
    seconds: float


class OutboundStream:
    """An answer whose body is read piece by piece, within the request's size limit and deadline.

    The body comes decompressed, so `Content-Length` in `headers` may be of something shorter.
    """

    def __init__(self, response: aiohttp.ClientResponse, *, size_limit_bytes: int) -> None:
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers
        self._response = response
        self._size_limit_bytes = size_limit_bytes

    def chunks(self) -> AsyncIterator[bytes]:
        """Return the body as it comes; once.

        Raises:
            VendorMalformed: it is larger than the limit.
            VendorTimeout: the deadline of the whole call passed.
            VendorUnreachable: the connection was lost.
        """
        return pieces(self._response, limit=self._size_limit_bytes)


class Egress:
    """The way out. Open it on the event loop that uses it; give it `close()` at the end."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        token_session: aiohttp.ClientSession,
        *,
        policy: OutboundPolicy,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._session = session
        self._direct = Direct(session)
        self._token_session = token_session
        self._policy = policy
        self._clock = clock
        self._sleep = sleep
        self._budgets = Budgets(clock)
        self._circuits = Circuits(clock)
        self._checked: dict[str, str] = {}

    @classmethod
    def open(
        cls,
        policy: OutboundPolicy,
        *,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> "Egress":
        """Make the sessions; nothing is connected yet.

        Args:
            sleep: what waits before a repeat; it must take as long by `clock` as it is told.
        """
        return cls(
            open_session(policy, is_pooled=True),
            open_session(policy, is_pooled=False),
            policy=policy,
            clock=clock,
            sleep=sleep,
        )

    @property
    def policy(self) -> OutboundPolicy:
        """The outbound policy in force."""
        return self._policy

    def hold(self, budget: BudgetKey, url: str) -> Hold | None:
        """Tell whether this process would hold a call now, as far as it has learned; sends nothing.

        Args:
            budget, url: as the call would have them.
        """
        pause = self._circuits.pause_seconds(_origin(url))
        if pause is not None:
            return Hold("down", pause)
        held = self._budgets.held_seconds(budget)
        return Hold("limit", held) if held > 0 else None

    async def send(
        self, request: OutboundRequest, *, trace: Trace | None = None
    ) -> OutboundResponse:
        """Send a vendor call, following redirects and repeating only what is safe to repeat.

        Raises:
            AddressRefused: the policy does not allow an address on the way.
            VendorRefused: `vendor-limited`, the vendor said that it takes no calls for a while.
            VendorUnreachable: no connection, or it was lost before the answer was complete; or
                `vendor-down`, the last calls to the vendor all failed and this one was not sent.
            VendorTimeout: the deadline of the whole call passed.
            VendorMalformed: the answer is larger than the limit, or is not HTTP.
        """
        call = self._begin(request, trace)
        repeats = 0 if request.is_one_shot else REPEATS
        for repeat in range(repeats + 1):
            call.repeat = repeat
            if request.budget is not None and self._budgets.held_seconds(request.budget) > 0:
                await self._wait_for_budget(request.budget, call.deadline)
            try:
                response = await self._follow(request, call)
            except (NeverSent, ConnectionLost) as exc:
                # A kept connection may be closed by the vendor just as it is used again: what
                # only reads is asked once more, what may have acted is not.
                if isinstance(exc, ConnectionLost) and request.method not in SAFE_METHODS:
                    raise
                pause = CONNECT_PAUSE_SECONDS
                if repeat == repeats or not self._may_repeat(request, pause, call.deadline):
                    raise
            else:
                wait = self._pause_after(request, response, repeat)
                if wait is None or repeat == repeats:
                    return response
                if not self._may_repeat(request, wait, call.deadline):
                    return response
                pause = wait
            await self._sleep(pause)
        raise AssertionError("unreachable: the last repeat returns or raises")

    async def send_token_request(
        self, request: OutboundRequest, *, trace: Trace | None = None
    ) -> OutboundResponse:
        """Send a token request once, on a fresh connection, without redirects or repeats.

        No circuit refuses it: whether a refresh is due and when it is tried again is decided by
        those who know what hangs on it. Its end counts as evidence like any other.

        Raises:
            NeverSent: no connection was opened: the endpoint cannot have acted.
            VendorUnreachable, VendorTimeout, VendorMalformed, AddressRefused: as `send`.
        """
        call = self._begin(request, trace)
        return await self._exchange(self._token_session, request, call, is_refusable=False)

    @asynccontextmanager
    async def stream(
        self, request: OutboundRequest, *, trace: Trace | None = None
    ) -> AsyncIterator[OutboundStream]:
        """Send a vendor call whose answer is too large to hold; once, with redirects.

        Raises:
            What `send` raises; on leaving the body early the connection is closed.
        """
        call = self._begin(request, trace)
        if request.budget is not None:
            await self._wait_for_budget(request.budget, call.deadline)
        response = await self._follow_to_body(request, call)
        try:
            yield OutboundStream(response, size_limit_bytes=request.size_limit_bytes)
        finally:
            # A connection whose body was read to its end is back in the pool already.
            response.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()
        await self._token_session.close()

    def _begin(self, request: OutboundRequest, trace: Trace | None) -> Call:
        begun = self._clock.monotonic()
        return Call(begun, begun + request.timeout_seconds, trace)

    async def _wait_for_budget(self, key: BudgetKey, deadline: float) -> None:
        waited = 0.0
        while (held := self._budgets.held_seconds(key)) > 0:
            pause = held + random.uniform(0, LONGEST_SPREAD_SECONDS)  # noqa: S311 - no secret
            is_too_long = waited + held > LONGEST_BUDGET_WAIT_SECONDS
            if is_too_long or self._clock.monotonic() + pause >= deadline:
                raise self._budgets.refusal(held)
            await self._sleep(pause)
            waited += pause

    def _pause_after(
        self, request: OutboundRequest, response: OutboundResponse, repeat: int
    ) -> float | None:
        """Learn from an answer; return how long to wait before a repeat, None: it is the last."""
        if request.budget is not None:
            self._budgets.learn(request.budget, response.status, response.headers)
        if response.status not in (429, 503):
            return None
        pause = pause_before_repeat(
            request.method,
            response.status,
            response.headers,
            repeat=repeat,
            now_ms=response.received_ms,
        )
        if pause is None or request.budget is None:
            return pause
        held = self._budgets.held_seconds(request.budget)
        return max(pause, held) if held <= LONGEST_WAIT_SECONDS else None

    def _may_repeat(self, request: OutboundRequest, pause: float, deadline: float) -> bool:
        # A circuit that opened on this very answer would refuse the repeat; the answer says more.
        return self._clock.monotonic() + pause <= deadline and not self._circuits.is_open(
            self._check(request.url)
        )

    async def _follow(self, request: OutboundRequest, call: Call) -> OutboundResponse:
        for _ in range(REDIRECTS + 1):
            response = await self._exchange(self._session, request, call)
            if response.status not in REDIRECT_STATUSES:
                return response
            following = _redirected(request, response.headers)
            if following is None:
                return response
            request = following
        raise _too_many_redirects()

    async def _follow_to_body(self, request: OutboundRequest, call: Call) -> aiohttp.ClientResponse:
        for _ in range(REDIRECTS + 1):
            origin = self._check(request.url)
            wired = request.signed()
            with Attempt(
                wired, origin, call=call, circuits=self._circuits, clock=self._clock
            ) as attempt:
                response = await ask(self._session, wired, seconds=attempt.seconds)
                attempt.answered(response.status, response.headers, None)
            following = (
                _redirected(request, response.headers)
                if response.status in REDIRECT_STATUSES
                else None
            )
            if following is None:
                if request.budget is not None:
                    self._budgets.learn(request.budget, response.status, response.headers)
                return response
            response.close()
            request = following
        raise _too_many_redirects()

    async def _exchange(
        self,
        session: aiohttp.ClientSession,
        request: OutboundRequest,
        call: Call,
        *,
        is_refusable: bool = True,
    ) -> OutboundResponse:
        origin = self._check(request.url)
        request = request.signed()
        with Attempt(
            request,
            origin,
            call=call,
            circuits=self._circuits,
            clock=self._clock,
            is_refusable=is_refusable,
        ) as attempt:
            if session is self._session and self._direct.takes(request, origin):
                status, headers, body = await self._direct.exchange(
                    request, origin, seconds=attempt.seconds
                )
            else:
                status, headers, body = await exchange(session, request, seconds=attempt.seconds)
            attempt.answered(status, headers, body)
        return OutboundResponse(
            status,
            headers,
            body,
            received_ms=self._clock.now_ms(),
            duration_ms=round((self._clock.monotonic() - call.begun) * 1000),
            repeats=call.repeat,
        )

    def _check(self, url: str) -> str:
        """Return the origin of a URL that the policy allows."""
        # The verdict depends on scheme and host only, so it is kept per origin.
        end = url.find("/", 8)
        start = url[:end] if end > 0 else url
        origin = self._checked.get(start)
        if origin is not None:
            return origin
        self._policy.check_url(url)
        origin = _origin(url)
        if not any(mark in start for mark in "@?#"):
            if len(self._checked) >= _CHECKED_ORIGINS:
                self._checked.clear()
            self._checked[start] = origin
        return origin


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _too_many_redirects() -> VendorMalformed:
    return VendorMalformed(f"The vendor redirected more than {REDIRECTS} times.")


def _redirected(request: OutboundRequest, headers: Mapping[str, str]) -> OutboundRequest | None:
    """Return the request that a redirect leads to; None when it is not followed."""
    location = headers.get("Location")
    if not location or request.method not in SAFE_METHODS or request.is_one_shot:
        return None
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
    return replace(request, url=target, headers=kept, sign=None)
