"""Answers forced through `/_sim/faults`: the next N calls below a path go wrong in a chosen way."""

from dataclasses import dataclass, replace

from valence_sandbox.answers import Answer

# `answer` is whatever the order says; `slow` answers late but as usual.
KINDS = ("401", "403", "404", "429", "500", "503", "html", "slow", "cut", "answer")


@dataclass(frozen=True, slots=True)
class ForcedFault:
    """One order: what the next `count` calls below `path` meet."""

    kind: str
    count: int
    path: str = "/crm"
    seconds: float = 0.0
    answer: Answer | None = None


class ForcedFaults:
    """Orders, oldest first; each call uses up one count of the first that fits."""

    def __init__(self) -> None:
        self._orders: list[ForcedFault] = []

    def add(self, order: ForcedFault) -> None:
        """Append an order."""
        self._orders.append(order)

    def clear(self) -> None:
        """Forget all orders."""
        self._orders.clear()

    def take(self, path: str) -> ForcedFault | None:
        """Return what happens to this call, or None: nothing unusual."""
        for position, order in enumerate(self._orders):
            if path.startswith(order.path):
                if order.count > 1:
                    self._orders[position] = replace(order, count=order.count - 1)
                else:
                    del self._orders[position]
                return order
        return None
