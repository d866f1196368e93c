"""When a call is repeated, and after how long.

Only what cannot have been acted on twice is repeated:
- a request whose connection never opened;
- a safe method whose connection was lost;
- any request that was answered 429 with a short `Retry-After`: a 429 says that the vendor did not
  act (RFC 6585 section 4), and the vendor itself says when to come again. This includes POST;
- a safe method that was answered 429 or 503, after the vendor's short `Retry-After` or, where it
  names no time, after a pause that grows and varies.

A POST that was answered 503, or whose connection was lost, may have been acted on: it is never
repeated here. Neither is a request whose body is streamed."""

import random
from collections.abc import Mapping

from valence.domain import retry_after_seconds

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REPEATS = 2
LONGEST_WAIT_SECONDS = 2.0
CONNECT_PAUSE_SECONDS = 0.1
FIRST_BACKOFF_SECONDS = 0.5


def pause_before_repeat(
    method: str, status: int, headers: Mapping[str, str], *, repeat: int, now_ms: int
) -> float | None:
    """Return the seconds to wait before the same request is sent again, or None: do not.

    Args:
        repeat: how often it was repeated already.
    """
    is_safe = method in SAFE_METHODS
    if status != 429 and not (status == 503 and is_safe):
        return None
    seconds = retry_after_seconds(headers, now_ms=now_ms)
    if seconds is not None:
        return float(seconds) if seconds <= LONGEST_WAIT_SECONDS else None
    return backoff_seconds(repeat) if is_safe else None


def backoff_seconds(repeat: int) -> float:
    """Return a pause between half and all of 0.5, 1, 2 .. seconds.

    It varies so that callers who were refused together do not come back together.
    """
    return FIRST_BACKOFF_SECONDS * 2.0**repeat * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
