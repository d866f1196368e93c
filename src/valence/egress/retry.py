"""When a call is repeated, and after how long.

Only what cannot have been acted on twice is repeated: a request whose connection never opened, or
a safe method whose connection was lost or that was answered 429 or 503 with a short `Retry-After`.
A POST that may have reached the vendor is never repeated here."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REPEATS = 2
LONGEST_WAIT_SECONDS = 2.0
CONNECT_PAUSE_SECONDS = 0.1


def retry_after_seconds(headers: Mapping[str, str], *, now_ms: int) -> int | None:
    """Read `Retry-After`, seconds or an HTTP date; None when absent or unreadable."""
    value = headers.get("Retry-After", "").strip()
    if not value:
        return None
    if value.isdecimal():
        return int(value)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(
        0, round(moment.timestamp() - datetime.fromtimestamp(now_ms / 1000, UTC).timestamp())
    )


def pause_before_repeat(
    method: str, status: int, headers: Mapping[str, str], *, now_ms: int
) -> float | None:
    """Return the seconds to wait before the same request is sent again, or None: do not."""
    if method not in SAFE_METHODS or status not in (429, 503):
        return None
    seconds = retry_after_seconds(headers, now_ms=now_ms)
    return float(seconds) if seconds is not None and seconds <= LONGEST_WAIT_SECONDS else None
