"""What is moved from outside: a vendor with its forced faults and its counters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from valence_sandbox.clock import SandboxClock
from valence_sandbox.forced import ForcedFaults
from valence_sandbox.journal import Journal
from valence_sandbox.oauth import AuthorizationServer
from valence_sandbox.switches import Switches

Order = dict[str, Any]


class BadOrder(Exception):
    """The body of an admin call makes no sense."""


class Seeded(Protocol):
    """An account that can be filled with made-up records."""

    def seed(self, name: str, count: int) -> Any:
        """Add so many records to a collection."""
        ...


class Simulated(Protocol):
    """A vendor as `/_sim` sees it."""

    clock: SandboxClock
    switches: Switches
    oauth: AuthorizationServer

    @property
    def tenants(self) -> Mapping[str, Seeded]:
        """The accounts by name."""
        ...

    @property
    def keys(self) -> dict[str, str]:
        """The accounts by API key; they may be changed."""
        ...

    @property
    def seedable(self) -> tuple[str, ...]:
        """What records can be made up."""
        ...

    @property
    def fault_path(self) -> str:
        """Where forced faults strike unless told otherwise."""
        ...

    @property
    def limits(self) -> dict[str, int]:
        """The limits of the quotas by name; they may be changed."""
        ...

    @property
    def has_limits(self) -> bool:
        """Whether calls above a quota are refused."""
        ...

    @has_limits.setter
    def has_limits(self, value: bool) -> None: ...

    def reset(self) -> None:
        """Forget everything that happened."""
        ...

    def orders(self) -> Mapping[str, Callable[[Order], Any]]:
        """Return the orders that only this vendor knows."""
        ...


@dataclass(slots=True)
class TokenDelay:
    """How long the token endpoint waits, before it acts or after it has."""

    seconds: float = 0.0
    when: str = "before"


@dataclass(slots=True)
class Simulation:
    """Everything `/_sim` reaches of one vendor."""

    vendor: Simulated
    faults: ForcedFaults = field(default_factory=ForcedFaults)
    delay: TokenDelay = field(default_factory=TokenDelay)
    journal: Journal = field(default_factory=Journal)
    api_calls: int = 0
