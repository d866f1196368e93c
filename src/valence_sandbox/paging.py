"""Pages of records: by offset, by page number, after an id, by an opaque cursor."""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from valence_sandbox.fields import values_at
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list; `next_offset` is where the rest begins, also when there is none."""

    rows: Sequence[Record]
    total: int
    offset: int
    limit: int

    @property
    def has_more(self) -> bool:
        """Whether anything is left behind this page."""
        return self.offset + len(self.rows) < self.total

    @property
    def next_offset(self) -> int:
        """Where the next page begins."""
        return self.offset + len(self.rows)


def by_offset(records: Sequence[Record], *, offset: int, limit: int) -> Page:
    """Return the records from an offset (0: the first)."""
    return Page(records[offset : offset + limit], len(records), offset, limit)


def by_number(records: Sequence[Record], *, number: int, size: int) -> Page:
    """Return a numbered page (1: the first)."""
    return by_offset(records, offset=(number - 1) * size, limit=size)


def after_id(
    records: Sequence[Record], last_id: Any, *, limit: int, id_name: str = "id"
) -> Page | None:
    """Return what follows a record in the list's order; None: the record is not there."""
    if last_id is None:
        return by_offset(records, offset=0, limit=limit)
    for position, record in enumerate(records):
        if record[id_name] == last_id:
            return by_offset(records, offset=position + 1, limit=limit)
    return None


def cursor_of(state: Any) -> str:
    """Return an opaque cursor that holds a state."""
    return base64.urlsafe_b64encode(orjson.dumps(state)).decode().rstrip("=")


def state_of(cursor: str) -> Any:
    """Return the state of a cursor. Raises Refusal (`invalid`)."""
    try:
        return orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as exc:
        raise Refusal("invalid", "The cursor is not valid") from exc


def filtered(
    records: Iterable[Record], *conditions: Callable[[Record], bool] | None
) -> list[Record]:
    """Return the records that fulfil every condition; None is no condition."""
    asked = [condition for condition in conditions if condition is not None]
    return [record for record in records if all(condition(record) for condition in asked)]


def arranged(
    records: Iterable[Record], *orders: tuple[str, bool], has_nulls_first: bool = True
) -> list[Record]:
    """Return records in the order of (dotted path, is descending) pairs, the first weighs most.

    Texts are compared without case; ties keep their order.
    """
    rows = list(records)
    for path, is_descending in reversed(orders):
        rows.sort(
            key=lambda row, path=path: _weight(row, path),  # type: ignore[misc]
            reverse=is_descending,
        )
        if not has_nulls_first:
            rows.sort(key=lambda row, path=path: not values_at(row, path))  # type: ignore[misc]
    return rows


def _weight(record: Record, path: str) -> tuple[int, Any]:
    for value in values_at(record, path):
        if isinstance(value, bool | int | float):
            return (1, value)
        return (2, value.casefold()) if isinstance(value, str) else (3, repr(value))
    return (0, 0)
