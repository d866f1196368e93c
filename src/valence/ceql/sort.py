"""Ordering records here, where the vendor cannot."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import total_ordering
from typing import Any, TypeVar

from valence.ceql.evaluate import Record, compile_path
from valence.ceql.moments import moment
from valence.ceql.nodes import Order, Path

_AnyRecord = TypeVar("_AnyRecord", bound=Record)
_Key = tuple[int, bool | int | float | timedelta | str]


def sort_records(records: Iterable[_AnyRecord], orders: tuple[Order, ...]) -> list[_AnyRecord]:
    """Return the records in order; equal ones stay as they came, nulls are last either way.

    Booleans come before numbers, numbers before ISO dates and date-times, these before other
    texts, and each kind in its own order: texts by code point. Lists and objects count as null.
    """
    found = list(records)
    for order in reversed(orders):
        read = _read_key(order.path)
        present: list[tuple[_Key, _AnyRecord]] = []
        absent: list[_AnyRecord] = []
        for record in found:
            key = read(record)
            if key is None:
                absent.append(record)
            else:
                present.append((key, record))
        present.sort(key=lambda pair: pair[0], reverse=order.is_descending)
        found = [record for _, record in present] + absent
    return found


def sort_key(orders: tuple[Order, ...]) -> Callable[[Record], tuple[Any, ...]]:
    """Return a key under which anything that sorts gives the order of `sort_records`."""
    readers = [(_read_key(order.path), order.is_descending) for order in orders]

    def key(record: Record) -> tuple[Any, ...]:
        parts: list[Any] = []
        for read, is_descending in readers:
            found = read(record)
            parts.append(found is None)
            parts.append(_Backwards(found) if found is not None and is_descending else found)
        return tuple(parts)

    return key


@total_ordering
class _Backwards:
    __slots__ = ("key",)

    def __init__(self, key: _Key) -> None:
        self.key = key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Backwards) and self.key == other.key

    def __lt__(self, other: "_Backwards") -> bool:
        return other.key < self.key

    __hash__ = None  # type: ignore[assignment]


def _read_key(path: Path) -> Callable[[Record], _Key | None]:
    read = compile_path(path)

    def read_key(record: Record) -> _Key | None:
        value = read(record)
        if isinstance(value, str):
            when = moment(value)
            return (3, value) if when is None else (2, when)
        if isinstance(value, bool):
            return 0, value
        return (1, value) if isinstance(value, (int, float)) else None

    return read_key
