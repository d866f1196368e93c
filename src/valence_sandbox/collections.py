"""A vendor's collections as data: what may be filtered, in what order, and how records are made.

A plain resource is one row of `Resource`; only what is peculiar to it is code of the vendor.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from valence_sandbox.fields import Dialect, Field, Invalid, Kind, scalar, shown, values_at
from valence_sandbox.store import Collection, Record

Test = Callable[[list[Any], Any], bool]
View = Callable[[Record], Record]


def equal(values: list[Any], wanted: Any) -> bool:
    """One of the values is the wanted one."""
    return wanted in values


def same_text(values: list[Any], wanted: Any) -> bool:
    """One of the values is the wanted text, whatever its case."""
    return any(str(value).lower() == wanted.lower() for value in values)


def contains(values: list[Any], wanted: Any) -> bool:
    """One of the values contains the wanted text, whatever its case."""
    return any(wanted.lower() in str(value).lower() for value in values)


def pattern(values: list[Any], wanted: Any) -> bool:
    """As the wanted text with `*` at either end says, whatever its case."""
    text = wanted.strip("*").lower()
    for value in (str(value).lower() for value in values):
        if wanted.startswith("*") and wanted.endswith("*") and len(wanted) > 1:
            is_hit = text in value
        elif wanted.startswith("*"):
            is_hit = value.endswith(text)
        elif wanted.endswith("*"):
            is_hit = value.startswith(text)
        else:
            is_hit = value == text
        if is_hit:
            return True
    return False


def at_least(values: list[Any], wanted: Any) -> bool:
    """One of the values is not below the wanted one."""
    return any(value >= wanted for value in values)


def at_most(values: list[Any], wanted: Any) -> bool:
    """One of the values is not above the wanted one."""
    return any(value <= wanted for value in values)


def present(values: list[Any], wanted: Any) -> bool:
    """There is a value, or there is none, as wanted."""
    return bool(values) is wanted


@dataclass(frozen=True, slots=True)
class Filter:
    """One query parameter that narrows a list.

    `paths` are tried together; `neutral` is the value that narrows nothing. A `default` counts
    where the parameter is absent.
    """

    parameter: str
    kind: Kind = Kind.TEXT
    paths: tuple[str, ...] = ()
    test: Test = equal
    choices: tuple[str, ...] = ()
    neutral: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class Resource:
    """One collection of a vendor.

    `key` is the name of the list in answers, `title` what messages call one record. `orders` says
    which (dotted) path each name of an ordering means; `-` in front means newest first.
    """

    key: str
    title: str
    fields: tuple[Field, ...]
    filters: tuple[Filter, ...] = ()
    orders: Mapping[str, str] = field(default_factory=dict)
    default_order: str = ""
    has_direction: bool = False
    has_free_order: bool = False  # an unknown order is no error
    created_at: str = ""
    updated_at: str = ""


def select(
    records: Collection,
    resource: Resource,
    query: Mapping[str, str],
    *,
    dialect: Dialect,
    view: View | None = None,
    moved: Mapping[str, str] | None = None,
    only: Callable[[Record], bool] | None = None,
) -> Sequence[Record]:
    """Return the records that a query asks for, in its order; ties are broken by id.

    `view` makes a record complete before it is judged. `moved` names other paths for parameters.
    A plain list is not copied. Raises Invalid.
    """
    conditions = [
        condition
        for row in resource.filters
        if (condition := _condition(row, query, dialect, (moved or {}).get(row.parameter)))
    ]
    path, is_descending = ordering(resource, query)
    if not conditions and only is None and path == "":
        return records.all()
    found: Iterable[Record] = records.all()
    if only is not None:
        found = filter(only, found)
    if conditions:
        found = [
            record
            for record, whole in ((record, view(record) if view else record) for record in found)
            if all(condition(whole) for condition in conditions)
        ]
    result = list(found)
    if path:
        root = path.partition(".")[0]
        # Most orders are by what is stored: completing every record for them would cost too much.
        is_stored = "." not in path and all(root in record for record in result)
        complete = None if is_stored else view
        result.sort(
            key=lambda record: _sort_key(complete(record) if complete else record, path),
            reverse=is_descending,
        )
    return result


def _condition(
    row: Filter, query: Mapping[str, str], dialect: Dialect, moved: str | None
) -> Callable[[Record], bool] | None:
    text = query.get(row.parameter) or row.default
    if text == "":
        return None
    if row.choices and text not in row.choices:
        raise Invalid(f"Invalid value for {row.parameter}: {text}")
    if text == row.neutral:
        return None
    wanted = query_value(row.parameter, text, row.kind, dialect=dialect)
    paths = (moved,) if moved else row.paths or (row.parameter,)
    return lambda record: row.test(
        [value for path in paths for value in values_at(record, path)], wanted
    )


def query_value(name: str, text: str, kind: Kind, *, dialect: Dialect) -> Any:
    """Return a query parameter as a value of its kind. Raises Invalid."""
    if kind is Kind.BOOLEAN:
        value: Any = {"true": True, "false": False}.get(text.lower())
    elif kind is Kind.MOMENT:
        value = dialect.parse(text)
    else:
        value = scalar(kind, text, dialect=dialect)
    if value is None:
        raise Invalid(f"Invalid value for {name}: {text}")
    return value


def ordering(resource: Resource, query: Mapping[str, str]) -> tuple[str, bool]:
    """Return the path to order by ("" is by id, ascending) and whether the greatest comes first."""
    name = query.get("order") or resource.default_order
    is_strict = bool(resource.orders) and not resource.has_free_order
    if query.get("order") and is_strict and name not in resource.orders:
        raise Invalid(f"Invalid value for order: {name}")
    path = resource.orders.get(name, "")
    direction = (query.get("order_direction") or "ASCENDING").upper()
    if resource.has_direction and direction not in ("ASCENDING", "DESCENDING"):
        raise Invalid(f"Invalid value for order_direction: {direction}")
    is_descending = path.startswith("-")
    if resource.has_direction and direction == "DESCENDING":
        is_descending = not is_descending
    path = path.removeprefix("-")
    if path in ("", "id"):
        return ("id", True) if is_descending else ("", False)
    return path, is_descending


def _sort_key(record: Record, path: str) -> tuple[bool, Any]:
    found = values_at(record, path)
    if not found:
        return (False, 0)
    value = found[0]
    return (True, value.lower() if isinstance(value, str) else value)


def stamped(resource: Resource, values: Record, now_ms: int, *, is_new: bool) -> Record:
    """Return values with the times that the vendor keeps, to the second."""
    now = now_ms // 1000 * 1000
    stamps = {name: now for name in (resource.updated_at,) if name}
    if is_new and resource.created_at:
        stamps[resource.created_at] = now
    return {**values, **stamps}


def answered(
    resource: Resource, record: Record, *, dialect: Dialect, asked: Sequence[str] = ()
) -> Record:
    """Return a record as the vendor answers it."""
    return shown(resource.fields, record, dialect=dialect, asked=asked)


def optional_names(resource: Resource) -> tuple[str, ...]:
    """Return the fields that are shown only when asked for."""
    return tuple(row.name for row in resource.fields if row.is_optional)
