"""The one place that reads the time.

Wall-clock time is UTC and travels as epoch milliseconds (`now_ms`) or as an aware `datetime`;
durations are measured with `monotonic`. Leases do not use this clock but the database's own, so
that nodes need not agree on the time.
"""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What tells the time; tests bring one that they move by hand."""

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; never goes back."""
        ...


class SystemClock:
    """The machine's clock."""

    # The system's function itself: a call of a resource asks it ten times.
    monotonic = staticmethod(time.monotonic)

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""
        return time.time_ns() // 1_000_000


def iso_seconds(epoch_ms: int) -> str:
    """Render a time as the wire does: ISO 8601, UTC, whole seconds (`2024-05-14T09:30:00Z`)."""
    return datetime.fromtimestamp(epoch_ms // 1000, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
