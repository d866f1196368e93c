"""One exchange with one origin: let through by the circuit, its end told to circuit and trace."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType

from valence.domain import Clock, VendorError, VendorMalformed, VendorTimeout
from valence.egress.circuit import Circuits
from valence.egress.messages import Answer, OutboundRequest
from valence.egress.trace import Trace

# An attempt that had less time than this and failed says nothing about the vendor.
FAIR_SECONDS = 1.0


@dataclass(slots=True)
class Call:
    """What the attempts of one call share, and which of them it is at; times are monotonic.

    Not frozen: it is made for every call, counts its repeats, and never leaves this room.
    """

    begun: float
    deadline: float
    trace: Trace | None
    repeat: int = 0


class Attempt:
    """Wraps one exchange: `with Attempt(..) as attempt: .. attempt.answered(..)`.

    Args:
        is_refusable: False for what must go out whatever the circuit says.

    Raises:
        VendorDown: the circuit of the origin is open.
        VendorTimeout: no time is left.
    """

    def __init__(
        self,
        request: OutboundRequest,
        origin: str,
        *,
        call: Call,
        circuits: Circuits,
        clock: Clock,
        is_refusable: bool = True,
    ) -> None:
        self._started = clock.monotonic()
        if call.deadline <= self._started:
            raise VendorTimeout("The vendor did not answer in time.")
        self._is_probe = is_refusable and circuits.admit(origin)
        self._request, self._origin, self._call = request, origin, call
        self._circuits, self._clock = circuits, clock
        self._status: int | None = None
        self._answer: Answer | None = None

    @property
    def seconds(self) -> float:
        """How long it may take."""
        return self._call.deadline - self._started

    def answered(self, status: int, headers: Mapping[str, str], body: bytes | None) -> None:
        """Take the answer; a body that is streamed is None."""
        self._status = status
        if self._call.trace is not None:
            self._answer = Answer(status, headers, body)

    def __enter__(self) -> "Attempt":
        return self

    def __exit__(
        self,
        _: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._circuits.tell(self._origin, self._is_alive(error), is_probe=self._is_probe)
        trace = self._call.trace
        if trace is None:
            return
        duration_ms = round((self._clock.monotonic() - self._started) * 1000)
        trace.record(
            self._request,
            self._answer,
            started_ms=self._clock.now_ms() - duration_ms,
            duration_ms=duration_ms,
            error=error,
            repeat=self._call.repeat,
        )

    def _is_alive(self, error: BaseException | None) -> bool | None:
        """Tell whether the vendor showed life; None when the end says nothing about it."""
        if self._status is not None:
            return self._status < 500
        if isinstance(error, VendorMalformed):
            return True
        if isinstance(error, VendorError):
            return None if self.seconds < FAIR_SECONDS else False
        return None
