"""Leaving a vendor alone that is down.

Each origin (scheme, host and port) has a circuit. It opens when calls fail again and again with
no success between: no connection, a lost one, no answer in time, a 5xx. While it is open calls are
refused at once, which spares their callers the wait and the vendor the load. After a pause one
call, the probe, is let through: if it fails the pause doubles, any answer below 500 closes the
circuit. An answer of 400 to 499 is a sign of life.

Only origins with failures have an entry, so a healthy call costs two look-ups in a small or empty
dictionary. Everything happens on one event loop, between two awaits: no lock is needed."""

import math
from collections import deque
from dataclasses import dataclass, field

import structlog

from valence.domain import Clock, VendorUnreachable

FAILURES_TO_OPEN = 5
FAILURES_WITHIN_SECONDS = 30.0
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
ORIGINS_KEPT = 1024

_log = structlog.get_logger(__name__)


class VendorDown(VendorUnreachable):
    """The last calls all failed, so this one was not sent."""

    code = "vendor-down"


@dataclass(slots=True)
class _Circuit:
    """One origin's failures in a row; `probe_at` is when a call may try again, None: closed."""

    failures: deque[float] = field(default_factory=lambda: deque(maxlen=FAILURES_TO_OPEN))
    pause_seconds: float = FIRST_PAUSE_SECONDS
    probe_at: float | None = None
    is_probed: bool = False


class Circuits:
    """The circuits of this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._circuits: dict[str, _Circuit] = {}

    def is_open(self, origin: str) -> bool:
        """Tell whether calls to the origin are refused, but for a probe."""
        circuit = self._circuits.get(origin)
        return circuit is not None and circuit.probe_at is not None

    def pause_seconds(self, origin: str) -> float | None:
        """Return how long calls to the origin are refused yet; None: they are not.

        0 while the next call is the probe, or the probe is under way."""
        circuit = self._circuits.get(origin)
        if circuit is None or circuit.probe_at is None:
            return None
        return max(0.0, circuit.probe_at - self._clock.monotonic())

    def admit(self, origin: str) -> bool:
        """Let a call pass; True when it is the probe, whose end must be told.

        Raises:
            VendorDown: the circuit is open and it is not time for a probe.
        """
        circuit = self._circuits.get(origin)
        if circuit is None or circuit.probe_at is None:
            return False
        wait = circuit.probe_at - self._clock.monotonic()
        if wait > 0 or circuit.is_probed:
            seconds = max(1, math.ceil(wait))
            raise VendorDown(
                "The vendor does not answer: the last calls all failed, so this one was not sent."
                f" Try again in {seconds} s.",
                retry_after_seconds=seconds,
            )
        circuit.is_probed = True
        return True

    def tell(self, origin: str, is_alive: bool | None, *, is_probe: bool) -> None:
        """Take the end of a call: answered, failed, or None when it says nothing."""
        if is_alive:
            circuit = self._circuits.pop(origin, None)
            if circuit is not None and circuit.probe_at is not None:
                _log.info("vendor answers again", origin=origin)
            return
        if is_probe:
            # The entry is gone when another call succeeded meanwhile.
            circuit = self._circuits.get(origin)
            if circuit is not None:
                circuit.is_probed = False
                if is_alive is False:
                    self._open(origin, circuit, circuit.pause_seconds * 2)
        elif is_alive is False:
            self._failed(origin)

    def _failed(self, origin: str) -> None:
        now = self._clock.monotonic()
        circuit = self._circuits.get(origin)
        if circuit is None:
            while len(self._circuits) >= ORIGINS_KEPT:
                del self._circuits[next(iter(self._circuits))]
            circuit = self._circuits[origin] = _Circuit()
        circuit.failures.append(now)
        # Calls that were under way when it opened fail too; they are no news.
        if circuit.probe_at is not None or len(circuit.failures) < FAILURES_TO_OPEN:
            return
        if now - circuit.failures[0] <= FAILURES_WITHIN_SECONDS:
            self._open(origin, circuit, FIRST_PAUSE_SECONDS)
            _log.warning("vendor down, calls are refused", origin=origin)

    def _open(self, origin: str, circuit: _Circuit, pause_seconds: float) -> None:
        circuit.pause_seconds = min(pause_seconds, LONGEST_PAUSE_SECONDS)
        circuit.probe_at = self._clock.monotonic() + circuit.pause_seconds
