"""A transformation as values, whatever level its parts come from."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

Level = Literal["system", "organization", "account", "instance"]
LEVELS: tuple[Level, ...] = ("system", "organization", "account", "instance")
"""From the general to the specific; the more specific wins."""


class Missing:
    """The value of a place that is not there; `None` is a value, JSON's null."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()
Json = Any


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """One field of the caller's object and where the vendor has it.

    `path` is the caller's, `vendor_path` the vendor's; none: the field is mapped to nothing, and
    only its `default` can give it a value. `pattern` is the date mask of the caller's side, `level`
    where the field was mapped.
    """

    path: str
    vendor_path: str | None = None
    type: str = "string"
    vendor_type: str | None = None
    is_read: bool = True
    is_written: bool = True
    pattern: str | None = None
    default: Json = MISSING
    level: Level = "organization"


@dataclass(frozen=True, slots=True)
class Script:
    """What reworks a mapped object; a legacy one ends with `return`, another calls `done`."""

    body: str = field(repr=False)
    is_legacy: bool = False
    drops_empty: bool = False
    level: Level = "organization"


@dataclass(frozen=True, slots=True)
class Transformation:
    """The effective transformation of one object for one caller: what a plan is compiled from.

    `passes_read` and `passes_written` tell whether fields that are not mapped pass, from the vendor
    and to it. `scripts` run from the general level to the specific.
    """

    name: str
    vendor_name: str
    fields: tuple[FieldMapping, ...] = ()
    passes_read: bool = True
    passes_written: bool = True
    is_documented: bool = False
    scripts: tuple[Script, ...] = ()
