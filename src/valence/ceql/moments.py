"""Dates and date-times of ISO 8601, as texts carry them."""

import re
from datetime import UTC, datetime, timedelta

_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?:(Z)|([-+][0-9]{2})(?::?([0-9]{2}))?)?)?\Z"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(text: str) -> timedelta | None:
    """Return the time since 1970 that a text means, or None: it is no ISO date or date-time.

    A date is its midnight; without an offset the time is UTC; parts of a microsecond are cut.
    """
    if len(text) < 10 or text[4] != "-" or not _ISO.match(text):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None  # such as the 30th of February
    return (found if found.tzinfo else found.replace(tzinfo=UTC)) - _EPOCH


def iso_literal(text: str) -> str | None:
    """Return a date or date-time as query languages write it unquoted, or None: it is none.

    `2018-01-15` stays; a date-time gets seconds and an offset (`Z` or `-07:00`).
    """
    found = _ISO.match(text)
    if found is None or moment(text) is None:
        return None
    date, minutes, seconds, _, hours, rest = found.groups()
    if minutes is None:
        return date
    offset = f"{hours}:{rest or '00'}" if hours else "Z"
    return f"{date}T{minutes}{seconds or ':00'}{offset}"
