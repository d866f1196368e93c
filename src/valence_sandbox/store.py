"""Records in memory, in order of id."""

from collections.abc import Callable, Iterable
from typing import Any

Record = dict[str, Any]


class Collection:
    """The records of one object of one tenant; ids are integers and ascend."""

    def __init__(self, first_id: int = 1) -> None:
        self._records: dict[int, Record] = {}
        self._next = first_id

    def __len__(self) -> int:
        return len(self._records)

    def add(self, record: Record, *, record_id: int | None = None) -> Record:
        """Store a record under the next id, or a chosen one, and return it with `id`."""
        number = self._next if record_id is None else record_id
        self._next = max(self._next, number + 1)
        stored = {"id": number, **{k: v for k, v in record.items() if k != "id"}}
        self._records[number] = stored
        return stored

    def get(self, record_id: int) -> Record | None:
        """Return a record."""
        return self._records.get(record_id)

    def remove(self, record_id: int) -> bool:
        """Delete a record; tell whether it was there."""
        return self._records.pop(record_id, None) is not None

    def all(self) -> list[Record]:
        """Return every record, by id: insertion order, since ids ascend, but for chosen ones."""
        return list(self._records.values())

    def find(
        self,
        conditions: Iterable[Callable[[Record], bool]] = (),
        *,
        order: Callable[[Record], Any] | None = None,
        is_descending: bool = False,
    ) -> list[Record]:
        """Return the records that fulfil all conditions; ties keep the order of id."""
        found = sorted(self._records.values(), key=lambda record: record["id"])
        for condition in conditions:
            found = [record for record in found if condition(record)]
        if order is not None:
            found.sort(key=order, reverse=is_descending)
        return found
