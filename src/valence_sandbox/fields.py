"""What the fields of a vendor's object are: data that says how bodies are read and records shown.

A vendor describes its objects as rows of `Field`; `checked` and `shown` play them. Times are kept
as epoch milliseconds and spoken in the vendor's `Dialect`, so one stored record can be shown in
the shapes of several API versions.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import Any

from valence_sandbox.store import Record


class Kind(Enum):
    """The type of a value on the wire."""

    TEXT = auto()
    INTEGER = auto()
    NUMBER = auto()
    BOOLEAN = auto()
    KEY = auto()  # an integer that is written as text
    MOMENT = auto()  # a time of day of a date
    DAY = auto()
    OBJECT = auto()
    LIST = auto()  # of objects where `fields` are given, else of `items`
    ANY = auto()


class Invalid(Exception):
    """A body or a query that the vendor would refuse, with the sentence it says."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    `source` is the (dotted) name it is kept under, where that differs. An `is_optional` field is
    shown only when asked for; a write-only one never. `words` translates kept to shown values.
    """

    name: str
    kind: Kind = Kind.TEXT
    is_required: bool = False
    is_read_only: bool = False
    is_write_only: bool = False
    is_optional: bool = False
    choices: tuple[Any, ...] = ()
    fields: tuple["Field", ...] = ()
    items: Kind = Kind.ANY
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    source: str = ""
    words: Mapping[Any, Any] | None = None

    @property
    def kept_as(self) -> str:
        """The name in the stored record."""
        return self.source or self.name


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a vendor writes times."""

    parse: Callable[[str], int | None]
    render: Callable[[int], str]


def checked(
    fields: Iterable[Field], body: Record, *, dialect: Dialect, is_partial: bool = False
) -> Record:
    """Return what a body says, ready to be stored; unknown and read-only names are ignored.

    Without `is_partial` required fields must be there and the rest get their defaults.
    Raises Invalid.
    """
    values: Record = {}
    for row in fields:
        if row.is_read_only:
            continue
        value = body.get(row.name)
        if row.is_required and (row.name in body or not is_partial) and value in (None, "", []):
            raise Invalid(f"{row.name} is required")
        if row.name in body:
            values[row.kept_as] = parsed(row, value, dialect=dialect)
        elif not is_partial:
            values[row.kept_as] = row.default
    return values


def parsed(row: Field, value: Any, *, dialect: Dialect) -> Any:
    """Return one value as it is stored. Raises Invalid."""
    if value is None:
        return [] if row.kind is Kind.LIST else row.default
    if row.words is not None:
        known = {shown: kept for kept, shown in row.words.items()}
        if value not in known:
            raise Invalid(f"{row.name} must be one of {', '.join(map(str, known))}")
        return known[value]
    result = _parsed(row, value, dialect)
    if row.choices and result not in row.choices:
        raise Invalid(f"{row.name} must be one of {', '.join(map(str, row.choices))}")
    if row.minimum is not None and result < row.minimum:
        raise Invalid(f"{row.name} must not be less than {row.minimum:g}")
    if row.maximum is not None and result > row.maximum:
        raise Invalid(f"{row.name} must not be greater than {row.maximum:g}")
    return result


def _parsed(row: Field, value: Any, dialect: Dialect) -> Any:
    match row.kind:
        case Kind.OBJECT:
            if isinstance(value, dict):
                return checked(row.fields, value, dialect=dialect)
        case Kind.LIST:
            if isinstance(value, list):
                return [_item(row, item, dialect) for item in value]
        case Kind.ANY:
            return value
        case kind:
            plain = scalar(kind, value, dialect=dialect)
            if plain is not None:
                return plain
    raise Invalid(f"Invalid value for {row.name}: {_short(value)}")


def _item(row: Field, item: Any, dialect: Dialect) -> Any:
    if row.fields:
        if not isinstance(item, dict):
            raise Invalid(f"Invalid value for {row.name}: {_short(item)}")
        return checked(row.fields, item, dialect=dialect)
    if row.items is Kind.ANY:
        return item
    plain = scalar(row.items, item, dialect=dialect)
    if plain is None:
        raise Invalid(f"Invalid value for {row.name}: {_short(item)}")
    return plain


def scalar(kind: Kind, value: Any, *, dialect: Dialect) -> Any:
    """Return a plain value of that kind, or None: it is not one."""
    match kind:
        case Kind.TEXT:
            return value if isinstance(value, str) else None
        case Kind.BOOLEAN:
            return value if isinstance(value, bool) else None
        case Kind.INTEGER | Kind.KEY:
            return _integer(value)
        case Kind.NUMBER:
            return _number(value)
        case Kind.MOMENT:
            return dialect.parse(value) if isinstance(value, str) else None
        case Kind.DAY:
            return _day(value)
        case _:
            return value


def _integer(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.removeprefix("-").isdecimal():
        return int(value)
    return None


def _number(value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _day(value: Any) -> str | None:
    try:
        return date.fromisoformat(value[:10]).isoformat() if isinstance(value, str) else None
    except ValueError:
        return None


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def shown(
    fields: Iterable[Field], record: Record, *, dialect: Dialect, asked: Iterable[str] = ()
) -> Record:
    """Return a stored record as the vendor answers it; what is absent is null, or [] in a list."""
    asked = frozenset(asked)
    return {
        row.name: _shown(row, _kept(record, row.kept_as), dialect)
        for row in fields
        if not row.is_write_only and (not row.is_optional or row.name in asked)
    }


def _kept(record: Record, name: str) -> Any:
    if "." not in name:
        return record.get(name)
    for value in values_at(record, name):
        return value
    return None


def _shown(row: Field, value: Any, dialect: Dialect) -> Any:
    if value is None:
        return [] if row.kind is Kind.LIST else row.default
    if row.words is not None:
        return row.words.get(value, row.default)
    match row.kind:
        case Kind.OBJECT if row.fields:
            return shown(row.fields, value, dialect=dialect)
        case Kind.LIST if row.fields:
            return [shown(row.fields, item, dialect=dialect) for item in value]
        case Kind.LIST if row.items is Kind.KEY:
            return [str(item) for item in value]
        case Kind.KEY:
            return str(value)
        case Kind.MOMENT:
            return dialect.render(value)
        case _:
            return value


def values_at(record: Any, path: str) -> list[Any]:
    """Return every value that a dotted path reaches, through lists as well; null is none."""
    reached = [record]
    for name in path.split("."):
        reached = [
            item
            for holder in reached
            if isinstance(holder, dict)
            for value in [holder.get(name)]
            for item in (value if isinstance(value, list) else [value])
        ]
    return [value for value in reached if value is not None]
