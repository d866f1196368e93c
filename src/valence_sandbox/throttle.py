"""Call quotas: how many in a window, counted per subject."""

from dataclasses import dataclass

UNIT_MS = {"second": 1000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000}


@dataclass(slots=True)
class Window:
    """A fixed window of one quota and one subject; `units` of them long."""

    limit: int
    unit: str
    ends_ms: int = 0
    used: int = 0
    units: int = 1

    def count(self, now_ms: int) -> bool:
        """Count a call; tell whether it is still within the limit."""
        if now_ms >= self.ends_ms:
            unit = UNIT_MS[self.unit] * self.units
            self.ends_ms = now_ms - now_ms % unit + unit
            self.used = 0
        self.used += 1
        return self.used <= self.limit

    @property
    def available(self) -> int:
        """What is left in the window."""
        return max(0, self.limit - self.used)
