"""How much of a vendor's limits is left, learned from the vendor's own answers.

Nothing is counted here. A vendor that limits its callers says so: in headers on every answer
(`X-RateLimit-Remaining: 0`), or with a 429 and `Retry-After`. Once it has said "no more until T",
the calls that share the limit are held until T instead of being sent to be refused.

Two scopes, because vendors have two kinds of limits: those of an app (a client id, over all the
accounts it serves) and those of one account (an instance). A hold is kept by the process that
heard it: another worker learns from its own first refusal, which costs one call.

Only holds are kept, so a call whose limits are not used up costs one look into an empty
dictionary, or two into one that is not."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from valence.domain import (
    Clock,
    VendorRefused,
    Whose,
    http_date_ms,
    retry_after_seconds,
    server_now_ms,
)

LONGEST_BUDGET_WAIT_SECONDS = 2.0
# A daily limit may be lifted, and a vendor's header may be wrong: ask again after a quarter hour.
LONGEST_HOLD_SECONDS = 900.0
HOLDS_KEPT = 10_000
_UNIT_MS = {"second": 1000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000}
_LONGEST_NUMBER = 20
# Larger numbers than these are moments, not spans: 1e9 s is 2001, 1e11 ms is 1973.
_EPOCH_SECONDS, _EPOCH_MS = 1e9, 1e11


class LimitScope(StrEnum):
    """Who shares a limit."""

    APP = "app"
    INSTANCE = "instance"


@dataclass(frozen=True, slots=True)
class LimitWindow:
    """One limit of a vendor, by the names of the headers that tell it.

    Args:
        remaining: the header with the number of calls that are left.
        reset: the header with when the window ends: a span in seconds, a moment in epoch seconds
            or epoch milliseconds, or an HTTP date; the size of the number tells which.
        unit: the header with the window's length in a word (`second`, `minute`, `hour`, `day`)
            or in milliseconds, for vendors that do not say when it ends. It is then taken to end
            when the vendor's clock begins the next such unit: the earliest that can be true.
        scope: who shares it.
    """

    remaining: str
    reset: str | None = None
    unit: str | None = None
    scope: LimitScope = LimitScope.INSTANCE


GENERIC_WINDOWS = (
    LimitWindow("RateLimit-Remaining", reset="RateLimit-Reset"),
    LimitWindow("X-RateLimit-Remaining", reset="X-RateLimit-Reset"),
)


@dataclass(frozen=True, slots=True)
class LimitHeaders:
    """How a vendor tells its limits.

    `windows` is empty for a vendor whose headers speak of something narrower than an app or an
    account, such as one endpoint; then only 429 holds its calls.

    `refusal_scope` is who is held by a 429 with `Retry-After` that does not show which limit was
    hit. By default the one account: holding every customer for the load of one would be worse
    than a second refusal.
    """

    windows: tuple[LimitWindow, ...] = GENERIC_WINDOWS
    refusal_scope: LimitScope = LimitScope.INSTANCE


@dataclass(frozen=True, slots=True)
class BudgetKey:
    """Whose limits a call uses up: `app` names the element with its client, never a secret."""

    app: str
    instance: int
    limits: LimitHeaders = LimitHeaders()


class Budgets:
    """The holds in force in this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # A key is an app, or an app with an instance; the value is a monotonic time. Setting
        # a hold moves it to the end, so what is dropped for want of room was told longest ago.
        self._holds: dict[object, float] = {}

    def held_seconds(self, key: BudgetKey) -> float:
        """Return how long calls of this key are held yet; 0 as a rule."""
        if not self._holds:
            return 0.0
        return max(self._left(key.app), self._left((key.app, key.instance)))

    def refusal(self, seconds: float) -> VendorRefused:
        """Return the error of a call that was not sent because it is held so long."""
        wait = max(1, math.ceil(seconds))
        return VendorRefused(
            "The vendor's limit for this account or application is used up; it takes calls again"
            f" in {wait} s.",
            code="vendor-limited",
            status=429,
            whose=Whose.VENDOR,
            retryable=True,
            retry_after_seconds=wait,
        )

    def learn(self, key: BudgetKey, status: int, headers: Mapping[str, str]) -> None:
        """Take from an answer what it says about the limits of this key.

        On a 429 `Retry-After` decides how long, the windows that are used up decide who is held.
        """
        now_ms = self._clock.now_ms()
        wait: float | None = None
        if status == 429:
            wait = retry_after_seconds(headers, now_ms=now_ms)
        is_shown = False
        for window in key.limits.windows:
            left = headers.get(window.remaining)
            if left is None or not _is_none_left(left):
                continue
            is_shown = True
            until = wait if wait is not None else _seconds_to_reset(window, headers, now_ms=now_ms)
            self._hold(key, window.scope, until)
        if not is_shown:
            self._hold(key, key.limits.refusal_scope, wait)

    def _left(self, key: object) -> float:
        until = self._holds.get(key)
        if until is None:
            return 0.0
        left = until - self._clock.monotonic()
        if left <= 0:
            del self._holds[key]
            return 0.0
        return left

    def _hold(self, key: BudgetKey, scope: LimitScope, seconds: float | None) -> None:
        if not seconds or seconds <= 0:
            return
        holder = key.app if scope is LimitScope.APP else (key.app, key.instance)
        until = self._clock.monotonic() + min(seconds, LONGEST_HOLD_SECONDS)
        # Answers overtake each other; the longest hold told is the one to keep.
        until = max(until, self._holds.pop(holder, until))
        while len(self._holds) >= HOLDS_KEPT:
            del self._holds[next(iter(self._holds))]
        self._holds[holder] = until


def _is_none_left(text: str) -> bool:
    # Almost every answer ends here, at its first character.
    if text[:1] not in ("0", "-"):
        return False
    number = _number(text)
    return number is not None and number <= 0


def _seconds_to_reset(
    window: LimitWindow, headers: Mapping[str, str], *, now_ms: int
) -> float | None:
    now = server_now_ms(headers, now_ms=now_ms)
    if window.reset is not None:
        return _span(headers.get(window.reset, "").strip(), now_ms=now)
    unit = _unit_ms(headers.get(window.unit, "").strip().lower()) if window.unit else None
    return None if unit is None else (unit - now % unit) / 1000


def _unit_ms(text: str) -> int | None:
    known = _UNIT_MS.get(text)
    if known is None and text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER:
        known = int(text) or None
    return known


def _span(text: str, *, now_ms: int) -> float | None:
    number = _number(text)
    if number is None:
        moment_ms = http_date_ms(text)
        return None if moment_ms is None else (moment_ms - now_ms) / 1000
    if number >= _EPOCH_MS:
        return (number - now_ms) / 1000
    return number - now_ms / 1000 if number >= _EPOCH_SECONDS else number


def _number(text: str) -> float | None:
    if len(text) > _LONGEST_NUMBER:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
