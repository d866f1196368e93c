"""Keap's dates: `2018-12-08T22:49:29.000+0000` out; ISO 8601 with `Z` or an offset in."""

from datetime import UTC, datetime


def render(epoch_ms: int) -> str:
    """Return a time as v1 answers it, with `+0000` for the offset."""
    moment = datetime.fromtimestamp(epoch_ms / 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{epoch_ms % 1000:03d}+0000"


def render_z(epoch_ms: int) -> str:
    """Return a time as v2 answers it."""
    moment = datetime.fromtimestamp(epoch_ms / 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{epoch_ms % 1000:03d}Z"


def parse(text: str) -> int | None:
    """Return epoch milliseconds, or None: not a date."""
    try:
        moment = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)
