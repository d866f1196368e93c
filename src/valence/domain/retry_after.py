"""When a server wants to be asked again. Source: RFC 9110 section 10.2.3.

`Retry-After` is a number of seconds or an HTTP date. A date is measured against the same answer's
own `Date`, where there is one: what counts is how long the server wants to be left alone, not
whether its clock agrees with ours."""

import math
import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

# Some vendors send fractions, which the RFC does not know; more digits than these say nothing.
_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")


def retry_after_seconds(headers: Mapping[str, str], *, now_ms: int) -> int | None:
    """Read `Retry-After`, seconds or an HTTP date; None when absent or unreadable.

    Args:
        headers: the answer's, looked up without case.
        now_ms: our own time, for a date in an answer that has no `Date`.
    """
    value = headers.get("Retry-After", "").strip()
    if not value:
        return None
    if _SECONDS.fullmatch(value):
        return math.ceil(float(value))
    moment_ms = http_date_ms(value)
    if moment_ms is None:
        return None
    return max(0, math.ceil((moment_ms - server_now_ms(headers, now_ms=now_ms)) / 1000))


def server_now_ms(headers: Mapping[str, str], *, now_ms: int) -> int:
    """Return the server's time by its answer's `Date`; our own where that is absent or bad."""
    told = http_date_ms(headers.get("Date", ""))
    return now_ms if told is None else told


def http_date_ms(text: str) -> int | None:
    """Read an HTTP date to epoch milliseconds; None when it is none."""
    try:
        moment = parsedate_to_datetime(text)
        # A date without a zone is read as UTC, which every HTTP date is.
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return round(moment.timestamp() * 1000)
    except (TypeError, ValueError, OverflowError):
        return None
