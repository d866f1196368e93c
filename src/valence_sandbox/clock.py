"""The sandbox's own time, which tests move."""

import time


class SandboxClock:
    """Wall-clock time plus what it was advanced by."""

    def __init__(self) -> None:
        self._ahead_ms = 0

    def now_ms(self) -> int:
        """Epoch milliseconds as the vendor sees them."""
        return time.time_ns() // 1_000_000 + self._ahead_ms

    def advance(self, seconds: float) -> None:
        """Move the time forward."""
        self._ahead_ms += int(seconds * 1000)

    def reset(self) -> None:
        """Go back to the machine's time."""
        self._ahead_ms = 0
