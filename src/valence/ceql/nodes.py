"""The trees of CEQL, and their one way of being printed."""

import re
from dataclasses import dataclass
from typing import Literal

Value = str | int | float | bool | None
Operator = Literal["=", "!=", "<", ">", "<=", ">="]

_PLAIN = re.compile(r"[A-Za-z_$@][A-Za-z0-9_$@-]*\Z")
_SEGMENT = re.compile(r"(.+?)((?:\[(?:\*|[0-9]{1,9})\])*)\Z", re.DOTALL)
KEYWORDS = frozenset({"and", "or", "not", "in", "like", "is", "null", "true", "false"})


@dataclass(frozen=True, slots=True)
class Path:
    """A field, such as `address.city` or `tags[*].name`; segments without their dots."""

    segments: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.segments)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`path op value`."""

    path: Path
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class InList:
    """`path [not] in (values)`."""

    path: Path
    values: tuple[Value, ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Like:
    """`path [not] like pattern`; `%` stands for anything."""

    path: Path
    pattern: str
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class IsNull:
    """`path is [not] null`."""

    path: Path
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class And:
    """All of them hold; binds tighter than `Or`."""

    terms: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of them holds."""

    terms: tuple["Expression", ...]


Expression = Comparison | InList | Like | IsNull | And | Or


@dataclass(frozen=True, slots=True)
class Order:
    """One field of an order; ascending unless it says otherwise."""

    path: Path
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A bulk query: `select paths from name where ... order by ... limit ...`.

    No paths: all of them (`*`).
    """

    name: str
    paths: tuple[Path, ...] = ()
    where: Expression | None = None
    orders: tuple[Order, ...] = ()
    limit: int | None = None


def to_text(node: Expression | Path | Order | Select) -> str:
    """Print a tree so that parsing it gives the same tree."""
    match node:
        case Comparison(path, operator, value):
            return f"{_path(path)} {operator} {_value(value)}"
        case InList(path, values, is_negated):
            inside = ", ".join(_value(value) for value in values)
            return f"{_path(path)} {'not in' if is_negated else 'in'} ({inside})"
        case Like(path, pattern, is_negated):
            return f"{_path(path)} {'not like' if is_negated else 'like'} {_value(pattern)}"
        case IsNull(path, is_negated):
            return f"{_path(path)} {'is not null' if is_negated else 'is null'}"
        case And(terms):
            return " and ".join(_grouped(term, Or | And) for term in terms)
        case Or(terms):
            return " or ".join(_grouped(term, Or) for term in terms)
        case Path():
            return _path(node)
        case Order(path, is_descending):
            return f"{_path(path)} desc" if is_descending else _path(path)
        case Select():
            return _select(node)


def split_segment(segment: str) -> tuple[str, str]:
    """Return a segment's name and its steps into lists: `tags[*]` is `tags` and `[*]`."""
    found = _SEGMENT.match(segment)
    return (found[1], found[2]) if found else (segment, "")


def _select(select: Select) -> str:
    fields = ", ".join(map(_path, select.paths)) or "*"
    parts = [f"select {fields}", f"from {_name(select.name)}"]
    if select.where is not None:
        parts.append(f"where {to_text(select.where)}")
    if select.orders:
        parts.append(f"order by {', '.join(map(to_text, select.orders))}")
    if select.limit is not None:
        parts.append(f"limit {select.limit}")
    return " ".join(parts)


def _grouped(term: Expression, kinds: object) -> str:
    text = to_text(term)
    return f"({text})" if isinstance(term, kinds) else text  # type: ignore[arg-type]


def _path(path: Path) -> str:
    return ".".join(_segment(segment) for segment in path.segments)


def _segment(segment: str) -> str:
    name, steps = split_segment(segment)
    return _name(name) + steps


def _name(name: str) -> str:
    if _PLAIN.match(name) and name.lower() not in KEYWORDS:
        return name
    if "`" in name:
        return '"' + name.replace('"', '""') + '"'
    return f"`{name}`"


def _value(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)
