"""Small charts as numbers; the templates draw them as SVG, whose axes carry words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from valence.activity import HourCount

WIDTH, FLOOR, ROOM = 720, 96, 88


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour of traffic: where its two parts stand, and what they say."""

    x: float
    width: float
    answered_y: float
    answered_height: float
    failed_y: float
    failed_height: float
    label: str
    hour: str


@dataclass(frozen=True, slots=True)
class DayChart:
    """A day of traffic; `most` is the value at the top of the axis."""

    bars: tuple[Bar, ...]
    most: int
    answered: int
    failed: int


def day_chart(hours: Sequence[HourCount]) -> DayChart:
    """Return a day's hours as bars, failures standing on answers."""
    most = max((hour.answered + hour.failed for hour in hours), default=0)
    step = WIDTH / max(len(hours), 1)
    unit = ROOM / most if most else 0.0
    bars = []
    for position, hour in enumerate(hours):
        answered, failed = hour.answered * unit, hour.failed * unit
        name = datetime.fromtimestamp(hour.start_ms / 1000, UTC).strftime("%H:%M")
        bars.append(
            Bar(
                x=round(position * step + 2, 1),
                width=round(step - 4, 1),
                answered_y=round(FLOOR - answered, 1),
                answered_height=round(answered, 1),
                failed_y=round(FLOOR - answered - failed, 1),
                failed_height=round(failed, 1),
                label=f"{name} UTC: {hour.answered} answered, {hour.failed} failed",
                hour=name,
            )
        )
    return DayChart(
        tuple(bars),
        most,
        sum(hour.answered for hour in hours),
        sum(hour.failed for hour in hours),
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of a call: where its bar begins and how long it is, in hundredths of the whole."""

    name: str
    us: int
    x: float
    width: float


def waterfall(stages: Sequence[tuple[str, int]], *, total_us: int) -> tuple[Step, ...]:
    """Return a call's stages one after the other."""
    whole = max(total_us, sum(us for _, us in stages), 1)
    found, before = [], 0
    for name, us in stages:
        width = max(round(us / whole * 100, 2), 0.4)
        found.append(Step(name, us, round(before / whole * 100, 2), width))
        before += us
    return tuple(found)
