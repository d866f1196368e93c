"""Filtering records here, where the vendor cannot.

How values meet, since JSON's types and a query's quotes seldom agree:

- A missing field is null. Null is neither equal, unequal nor in any order to anything, null
  itself included, as in SQL; so `a != 1`, `a NOT IN (1)` and `a NOT LIKE 'x'` are false where `a`
  is null, `a = null` is always false, and so is `NOT IN` of a list with a null. IS NULL finds it.
- Two texts are equal by their characters, in their case, and ordered by code point. If both are
  ISO dates or date-times they are compared as moments, whatever their offsets; without an offset
  the time is UTC, and a date is its midnight.
- A number and a text are compared as numbers if the text is one: `5` equals `'5'`. `'007'` is
  none. Two texts are never numbers: `'10' < '9'`.
- A boolean equals the same boolean and the words `true` and `false` in any case. It has no order.
- What cannot be compared (a boolean and a number, a number and `'abc'`) is unequal and has no
  order. A list or an object equals nothing and differs from nothing; it only is not null.
- LIKE sees the text of a text, number or boolean, in its case. `%` is any number of characters; a
  pattern without one is exact.
- `[n]` is an element counted from 0, `[*]` any element: a condition holds if it holds for one. Of
  an empty or missing list `[*]` is null. `a.b` in quotes is the field of that name, else `a`'s `b`.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from valence.ceql.moments import moment
from valence.ceql.nodes import (
    And,
    Comparison,
    Expression,
    InList,
    IsNull,
    Like,
    Or,
    Path,
    Value,
    split_segment,
)

Record = Mapping[str, Any]
Predicate = Callable[[Record], bool]
_Test = Callable[[Any], bool]
_Step = Callable[[Any], Any]

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,39})(?:\.[0-9]{1,40})?\Z")
_INDEX = re.compile(r"\[(\*|[0-9]+)\]")
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_BOOLEANS = {"true": True, "false": False}


def compile_filter(expression: Expression) -> Predicate:
    """Return a function that tells whether a record passes.

    The tree is walked once; per record only closures run.
    """
    match expression:
        case And(terms):
            return _every([compile_filter(term) for term in terms])
        case Or(terms):
            return _some([compile_filter(term) for term in terms])
        case _:
            return _on(expression.path, _test(expression))


def compile_path(path: Path) -> Callable[[Record], Any]:
    """Return a function that reads a field; of `[*]` the first value."""
    steps = _steps(path)
    if None not in steps:
        return _reader([step for step in steps if step is not None])
    read = _reader_of_all(steps)
    return lambda record: read(record)[0]


def read_number(text: str) -> int | float | None:
    """Return the number that a text is, or None."""
    if not _NUMBER.match(text):
        return None
    return float(text) if "." in text else int(text)


def _every(terms: Sequence[Predicate]) -> Predicate:
    if len(terms) == 2:
        one, two = terms
        return lambda record: one(record) and two(record)

    def every(record: Record) -> bool:
        for term in terms:  # noqa: SIM110 - all() costs a generator a record
            if not term(record):
                return False
        return True

    return every


def _some(terms: Sequence[Predicate]) -> Predicate:
    if len(terms) == 2:
        one, two = terms
        return lambda record: one(record) or two(record)

    def some(record: Record) -> bool:
        for term in terms:  # noqa: SIM110 - any() costs a generator a record
            if term(record):
                return True
        return False

    return some


def _on(path: Path, test: _Test) -> Predicate:
    steps = _steps(path)
    if None in steps:
        read_all = _reader_of_all(steps)
        return lambda record: any(test(value) for value in read_all(record))
    if len(path.segments) == 1 and len(steps) == 1 and "." not in path.segments[0]:
        name = path.segments[0]
        return lambda record: test(record.get(name))
    read = _reader([step for step in steps if step is not None])
    return lambda record: test(read(record))


def _steps(path: Path) -> list[_Step | None]:
    """Return what is done to a record to reach the field; None stands for `[*]`."""
    steps: list[_Step | None] = []
    for segment in path.segments:
        name, indexes = split_segment(segment)
        steps.append(_field(name))
        for index in _INDEX.findall(indexes):
            steps.append(None if index == "*" else _element(int(index)))
    return steps


def _field(name: str) -> _Step:
    parts = name.split(".")

    def field(value: Any) -> Any:
        return value.get(name) if isinstance(value, (dict, Mapping)) else None

    def dotted(value: Any) -> Any:
        if isinstance(value, (dict, Mapping)) and name in value:
            return value[name]
        for part in parts:
            value = value.get(part) if isinstance(value, (dict, Mapping)) else None
        return value

    return field if len(parts) == 1 else dotted


def _element(index: int) -> _Step:
    return lambda value: value[index] if isinstance(value, list) and index < len(value) else None


def _reader(steps: Sequence[_Step]) -> Callable[[Record], Any]:
    def read(record: Record) -> Any:
        value: Any = record
        for step in steps:
            if value is None:
                return None
            value = step(value)
        return value

    return read


def _reader_of_all(steps: Sequence[_Step | None]) -> Callable[[Record], list[Any]]:
    def read_all(record: Record) -> list[Any]:
        values: list[Any] = [record]
        for step in steps:
            if step is None:
                values = [part for value in values if isinstance(value, list) for part in value]
            else:
                values = [step(value) for value in values]
        return values or [None]

    return read_all


def _test(leaf: Comparison | InList | Like | IsNull) -> _Test:
    match leaf:
        case IsNull(_, is_negated):
            return (
                (lambda value: value is not None) if is_negated else (lambda value: value is None)
            )
        case Comparison(_, "=", constant):
            return _membership((constant,))
        case Comparison(_, "!=", constant):
            return _outside((constant,))
        case Comparison(_, symbol, constant):
            return _order(_ORDERS[symbol], constant)
        case InList(_, values, is_negated):
            return _outside(values) if is_negated else _membership(values)
        case Like(_, pattern, is_negated):
            return _likeness(pattern, is_negated)


def _membership(constants: Sequence[Value]) -> _Test:
    """Tell whether a value equals one of the constants, by one look into a set for each kind."""
    texts = frozenset(c for c in constants if isinstance(c, str))
    flags = frozenset(c for c in constants if isinstance(c, bool))
    numbers = frozenset(
        c for c in constants if isinstance(c, (int, float)) and not isinstance(c, bool)
    )
    moments = frozenset(m for m in map(moment, texts) if m is not None)
    all_numbers = numbers | {n for n in map(read_number, texts) if n is not None}
    all_flags = flags | {_BOOLEANS[t.lower()] for t in texts if t.lower() in _BOOLEANS}
    has_texts_only = not (moments or numbers or flags)

    def member(value: Any) -> bool:
        if isinstance(value, str):
            return value in texts or not (has_texts_only or not _meets(value))
        if isinstance(value, bool):
            return value in all_flags
        return isinstance(value, (int, float)) and value in all_numbers

    def _meets(value: str) -> bool:
        return (
            (bool(moments) and moment(value) in moments)
            or (bool(numbers) and read_number(value) in numbers)
            or (bool(flags) and _BOOLEANS.get(value.lower()) in flags)
        )

    return member


def _outside(constants: Sequence[Value]) -> _Test:
    if None in constants:
        return lambda value: False
    member = _membership(constants)
    return lambda value: isinstance(value, (str, int, float)) and not member(value)


def _order(compare: Callable[[Any, Any], bool], constant: Value) -> _Test:
    if isinstance(constant, str):
        return _order_by_text(compare, constant)
    if constant is None or isinstance(constant, bool):
        return lambda value: False

    def test(value: Any) -> bool:
        if isinstance(value, str):
            value = read_number(value)
        if value is None or isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        return compare(value, constant)

    return test


def _order_by_text(compare: Callable[[Any, Any], bool], constant: str) -> _Test:
    at: timedelta | None = moment(constant)
    number = read_number(constant)

    def test(value: Any) -> bool:
        if isinstance(value, str):
            if at is not None:
                when = moment(value)
                if when is not None:
                    return compare(when, at)
            return compare(value, constant)
        if number is None or isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        return compare(value, number)

    return test


def _likeness(pattern: str, is_negated: bool) -> _Test:
    matches = _matcher(pattern)

    def test(value: Any) -> bool:
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, (int, float)):
            value = repr(value)
        return isinstance(value, str) and matches(value) is not is_negated

    return test


def _matcher(pattern: str) -> Callable[[str], bool]:
    if "%" not in pattern:
        return lambda text: text == pattern
    first, *middle, last = pattern.split("%")
    middle = [part for part in middle if part]
    shortest = len(first) + len(last)

    def matches(text: str) -> bool:
        if len(text) < shortest or not (text.startswith(first) and text.endswith(last)):
            return False
        position, end = len(first), len(text) - len(last)
        for part in middle:  # the leftmost place is always the best one
            position = text.find(part, position, end)
            if position < 0:
                return False
            position += len(part)
        return True

    return matches
