"""Which records fulfil a condition, and in what order they come.

Texts are compared whatever their case, an empty text is no value, and a value of the wrong type is
refused. Source: SOQL and SOSL Reference, "Comparison Operators" and "Condition Expression Syntax".
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record
from valence_sandbox.vendors.salesforce import ids
from valence_sandbox.vendors.salesforce.objects import object_named
from valence_sandbox.vendors.salesforce.sobjects import NUMBERS, SField, SObject
from valence_sandbox.vendors.salesforce.soql import (
    Compare,
    Condition,
    Joined,
    Literal_,
    Not,
    Order,
    Query,
    Within,
    pointed,
)

Test = Callable[[Record], bool]
Follow = Callable[[Record, SField], Record | None]
_DEEPEST = 5
_QUOTED = "must be of type {} and should {}be enclosed in quotes"


def resolved(
    query: Query, said: SObject, path: str, column: int
) -> tuple[tuple[SField, ...], SField]:
    """Return the references that a path follows and the field it ends in. Raises Refusal."""
    *steps, last = path.split(".")
    if steps and steps[0].lower() == said.name.lower() and said.related(steps[0]) is None:
        steps = steps[1:]  # fields may be qualified by their own object
    if len(steps) > _DEEPEST:
        raise Refusal("INVALID_FIELD", "Maximum child to parent relationship depth is 5")
    followed: list[SField] = []
    holders: tuple[SObject, ...] = (said,)
    for step in steps:
        reference = next((found for one in holders if (found := one.related(step))), None)
        if reference is None:
            what = f"Didn't understand relationship '{step}' in field path."
            raise Refusal("INVALID_FIELD", pointed(query.text, column, what))
        followed.append(reference)
        holders = tuple(one for name in reference.refers_to if (one := object_named(name)))
    found = next((row for one in holders if (row := one.field(last))), None)
    if found is None:
        holder = holders[0] if holders else said
        what = (
            f"No such column '{last}' on entity '{holder.name}'. If you are attempting to use a"
            " custom field, be sure to append the '__c' after the custom field name. Please"
            " reference your WSDL or the describe call for the appropriate names."
        )
        raise Refusal("INVALID_FIELD", pointed(query.text, column, what))
    return tuple(followed), found


class Judge:
    """Compiles the conditions of one query over one object."""

    def __init__(self, query: Query, said: SObject, follow: Follow) -> None:
        self._query = query
        self._said = said
        self._follow = follow

    def test(self, condition: Condition) -> Test:
        """Return what tells whether a record fulfils a condition. Raises Refusal."""
        match condition:
            case Joined(word, terms):
                tests = [self.test(term) for term in terms]
                if word == "and":
                    return lambda record: all(test(record) for test in tests)
                return lambda record: any(test(record) for test in tests)
            case Not(term):
                inner = self.test(term)
                return lambda record: not inner(record)
            case Within(path, values, is_negated, column):
                read, row = self._read(path, column)
                wanted = [self._wanted(row, value, path, column, "=") for value in values]
                return lambda record: (read(record) in wanted) is not is_negated
            case Compare(path, operator, value, column):
                read, row = self._read(path, column)
                wanted = self._wanted(row, value, path, column, operator)
                compare = _COMPARE[operator]
                return lambda record: compare(read(record), wanted)

    def key(self, order: Order) -> Callable[[Record], tuple[bool, Any]]:
        """Return a sort key for one part of ORDER BY. Raises Refusal."""
        read, row = self._read(order.path, order.column, what="can not be sorted in a query call")
        # A reversed sort turns the place of nulls round as well.
        is_null_great = order.nulls_last is not order.is_descending

        def key(record: Record) -> tuple[bool, Any]:
            value = read(record)
            if value is None:
                return (is_null_great, 0 if row.type in NUMBERS or row.type == "boolean" else "")
            return (not is_null_great, value)

        return key

    def _read(
        self, path: str, column: int, *, what: str = "can not be filtered in a query call"
    ) -> tuple[Callable[[Record], Any], SField]:
        followed, row = resolved(self._query, self._said, path, column)
        if not row.is_filterable:
            said = f"field '{path}' {what}"
            raise Refusal("INVALID_FIELD", pointed(self._query.text, column, said))

        def read(record: Record) -> Any:
            here: Record | None = record
            for reference in followed:
                here = self._follow(here, reference) if here is not None else None
            return comparable(row, here.get(row.name) if here is not None else None)

        return read, row

    def _wanted(self, row: SField, value: Literal_, path: str, column: int, operator: str) -> Any:
        if value.kind == "null":
            if operator not in ("=", "!="):
                raise self._wrong(row, path, column, operator)
            return None
        kinds, name, is_quoted = _expected(row)
        if value.kind not in kinds:
            said = _QUOTED.format(name, "" if is_quoted else "not ")
            what = f"value of filter criterion for field '{path}' {said}"
            raise Refusal("INVALID_FIELD", pointed(self._query.text, column, what))
        if row.type in ("id", "reference") and operator in ("=", "!=") and value.value:
            found = ids.read(value.value)
            if found is None:
                what = f"invalid ID field: {value.value}"
                raise Refusal(
                    "INVALID_QUERY_FILTER_OPERATOR", pointed(self._query.text, column, what)
                )
            return found
        is_ordered = operator in ("<", "<=", ">", ">=")
        if (operator == "like" and (not row.is_text or row.type in ("id", "reference"))) or (
            is_ordered and row.type in ("boolean", "multipicklist")
        ):
            raise self._wrong(row, path, column, operator)
        if operator == "like":
            return _pattern(value.value)
        return comparable(row, value.value)

    def _wrong(self, row: SField, path: str, column: int, operator: str) -> Refusal:
        what = f"{path} {operator}: invalid operator on {row.type} field"
        return Refusal("INVALID_QUERY_FILTER_OPERATOR", pointed(self._query.text, column, what))


def comparable(row: SField, value: Any) -> Any:
    """Return a value as it is compared: texts in lower case, moments as numbers of one clock."""
    if value is None or value == "":
        return None
    if row.type in ("id", "reference"):
        return value
    if row.type == "datetime":
        return epoch_ms(value) if isinstance(value, str) else value
    if isinstance(value, str):
        return value.lower()
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def epoch_ms(text: str) -> int | None:
    """Return the milliseconds since 1970 of a date-time, or None: it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    whole = found if found.tzinfo else found.replace(tzinfo=UTC)
    return round(whole.timestamp() * 1000)


def _expected(row: SField) -> tuple[tuple[str, ...], str, bool]:
    if row.type in NUMBERS:
        return ("number",), row.type, False
    if row.type == "boolean":
        return ("boolean",), "boolean", False
    if row.type == "date":
        return ("date",), "date", False
    if row.type == "datetime":
        return ("datetime",), "dateTime", False
    return ("text",), "string", True


def _pattern(text: str) -> re.Pattern[str]:
    parts, position = [], 0
    while position < len(text):
        sign = text[position]
        if sign == "\\" and text[position + 1 : position + 2] in ("_", "%"):
            position += 1
            parts.append(re.escape(text[position]))
        elif sign == "%":
            parts.append(".*")
        elif sign == "_":
            parts.append(".")
        else:
            parts.append(re.escape(sign))
        position += 1
    return re.compile("".join(parts) + r"\Z", re.IGNORECASE | re.DOTALL)


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, wanted: value is not None and wanted is not None and test(value, wanted)


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda value, wanted: value == wanted,
    "!=": lambda value, wanted: value != wanted,
    "<": _ordered(lambda value, wanted: value < wanted),
    "<=": _ordered(lambda value, wanted: value <= wanted),
    ">": _ordered(lambda value, wanted: value > wanted),
    ">=": _ordered(lambda value, wanted: value >= wanted),
    "like": lambda value, wanted: value is not None and wanted.match(value) is not None,
}
