"""Call quotas by name, counted per subject, told in the vendor's own headers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from valence_sandbox.throttle import Window


@dataclass(frozen=True, slots=True)
class Standing:
    """How a window stands after a call."""

    quota: str
    limit: int
    used: int
    left: int
    ends_ms: int
    now_ms: int

    @property
    def seconds_left(self) -> int:
        """Whole seconds until the window ends, at least one."""
        return max(1, -((self.now_ms - self.ends_ms) // 1000))


def _no_headers(_: Standing) -> Mapping[str, str]:
    return {}


def _everything(_: str, __: Sequence[str]) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Quota:
    """One quota: `limit` calls in `units` of `unit` (second, minute, hour, day).

    `per` says whose calls are counted together: `client` (an OAuth client or a key), `account`, or
    `all`. `headers` tells the standing on every answer, `refused` more on a refusal; `covers`
    (method, path segments) says which calls count.
    """

    limit: int
    unit: str
    units: int = 1
    per: str = "client"
    headers: Callable[[Standing], Mapping[str, str]] = _no_headers
    refused: Callable[[Standing], Mapping[str, str]] = _no_headers
    covers: Callable[[str, Sequence[str]], bool] = _everything


class Quotas:
    """All quotas of a vendor, with the limits that were set for now."""

    def __init__(self, quotas: Mapping[str, Quota], *, has_limits: bool) -> None:
        self._quotas = quotas
        self._windows: dict[tuple[str, str], Window] = {}
        self.has_limits = has_limits
        self.limits: dict[str, int] = {}
        self.reset()

    def reset(self) -> None:
        """Go back to the vendor's limits and count from nothing."""
        self.limits = {name: quota.limit for name, quota in self._quotas.items()}
        self._windows.clear()

    def count(
        self, method: str, path: Sequence[str], *, client: str, account: str, now_ms: int
    ) -> tuple[dict[str, str], Standing | None]:
        """Count a call; return headers for its answer, and the standing that refuses it or None."""
        headers: dict[str, str] = {}
        refusing: tuple[Quota, Standing] | None = None
        for name, quota in self._quotas.items():
            if not quota.covers(method, path):
                continue
            subject = {"client": client, "account": account}.get(quota.per, "")
            limit = self.limits[name]
            window = self._windows.get((name, subject))
            if window is None or window.limit != limit:
                window = self._windows[name, subject] = Window(limit, quota.unit, units=quota.units)
            is_within = window.count(now_ms)
            # Who refuses nobody has something left: callers keep to what they are told.
            left = max(0 if self.has_limits else 1, window.available)
            standing = Standing(name, limit, window.used, left, window.ends_ms, now_ms)
            headers.update(quota.headers(standing))
            if not is_within and self.has_limits and refusing is None:
                refusing = (quota, standing)
        if refusing is None:
            return headers, None
        quota, standing = refusing
        return {**headers, **quota.headers(standing), **quota.refused(standing)}, standing
