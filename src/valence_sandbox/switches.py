"""Named switches for what a vendor's documentation leaves open.

A client that is right about the vendor passes with every value of every switch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Switch:
    """One open point: its default and the other values, None for any of the default's kind."""

    default: Any
    others: tuple[Any, ...] | None
    about: str


class UnknownSwitch(Exception):
    """No such switch, or not one of its values."""


class Switches:
    """The switches of one vendor and their current values."""

    def __init__(self, known: Mapping[str, Switch]) -> None:
        self._known = known
        self._values: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        return self._values.get(name, self._known[name].default)

    def all(self) -> dict[str, Any]:
        """Return every switch with its current value."""
        return {name: self[name] for name in self._known}

    def set(self, name: str, value: Any) -> None:
        """Turn one. Raises UnknownSwitch."""
        switch = self._known.get(name)
        if switch is None:
            raise UnknownSwitch(f"there is no switch {name!r}")
        if switch.others is not None and value != switch.default and value not in switch.others:
            raise UnknownSwitch(
                f"{name} is one of {[switch.default, *switch.others]}, not {value!r}"
            )
        if switch.others is None and not isinstance(value, type(switch.default)):
            raise UnknownSwitch(f"{name} wants a {type(switch.default).__name__}")
        self._values[name] = value

    def reset(self) -> None:
        """Put all back to their defaults."""
        self._values.clear()
