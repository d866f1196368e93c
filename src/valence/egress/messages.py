"""What goes out and what comes back, as values, and the ways a connection ends early."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace

from valence.domain import VendorUnreachable, quick
from valence.egress.budget import BudgetKey

DEFAULT_SIZE_LIMIT = 32 * 1024 * 1024


@quick
@dataclass(frozen=True, slots=True)
class OutboundRequest:
    """One request as it goes on the wire; `url` is already percent-encoded.

    A body that is an iterator is sent piece by piece, once: such a request is never repeated and
    never follows a redirect. `budget` says whose limits it uses up; None: nobody's. `sign` makes
    of it what goes on the wire, anew for every attempt: a signature holds a time and a number that
    are good for one; another origin than the first gets none.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | AsyncIterator[bytes] | None = field(default=None, repr=False)
    timeout_seconds: float = 60.0
    size_limit_bytes: int = DEFAULT_SIZE_LIMIT
    budget: BudgetKey | None = None
    sign: "Callable[[OutboundRequest], OutboundRequest] | None" = field(default=None, repr=False)

    def signed(self) -> "OutboundRequest":
        """Return what goes on the wire in this attempt."""
        return self if self.sign is None else replace(self.sign(self), sign=None)

    @property
    def is_one_shot(self) -> bool:
        """Tell whether the body can be sent once only."""
        return self.body is not None and not isinstance(self.body, bytes)


@quick
@dataclass(frozen=True, slots=True)
class OutboundResponse:
    """One answer; `headers` are looked up without case.

    `received_ms` is when its last byte came, epoch milliseconds; `duration_ms` the whole call with
    its waits and repeats; `repeats` how often the request was sent again before this answer.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    received_ms: int = 0
    duration_ms: int = 0
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as the wire gave it; the body is None when it is streamed."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)


class NeverSent(VendorUnreachable):
    """No connection was opened, so the vendor cannot have acted."""


class ConnectionLost(VendorUnreachable):
    """The connection ended before the answer was complete; the vendor may have acted."""
