"""Records in memory, in order of id."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from typing import Any, overload

Record = dict[str, Any]


class Collection:
    """The records of one object of one tenant; ids are integers and ascend."""

    def __init__(self, first_id: int = 1) -> None:
        self._records: dict[int, Record] = {}
        self._ids: list[int] = []
        self._next = first_id

    def __len__(self) -> int:
        return len(self._records)

    def add(self, record: Record, *, record_id: int | None = None) -> Record:
        """Store a record under the next id, or a chosen one, and return it with `id`."""
        number = self._next if record_id is None else record_id
        self._next = max(self._next, number + 1)
        stored = {"id": number, **{k: v for k, v in record.items() if k != "id"}}
        if number not in self._records:
            insort(self._ids, number)
        self._records[number] = stored
        return stored

    def get(self, record_id: int) -> Record | None:
        """Return a record."""
        return self._records.get(record_id)

    def remove(self, record_id: int) -> bool:
        """Delete a record; tell whether it was there."""
        if self._records.pop(record_id, None) is None:
            return False
        del self._ids[bisect_left(self._ids, record_id)]
        return True

    def all(self) -> Sequence[Record]:
        """Return every record by id, without copying: a slice costs what it holds."""
        return _InOrder(self._records, self._ids)

    def find(
        self,
        conditions: Iterable[Callable[[Record], bool]] = (),
        *,
        order: Callable[[Record], Any] | None = None,
        is_descending: bool = False,
    ) -> Sequence[Record]:
        """Return the records that fulfil all conditions; ties keep the order of id."""
        conditions = tuple(conditions)
        if not conditions and order is None:
            return self.all()
        found: list[Record] = list(self.all())
        for condition in conditions:
            found = [record for record in found if condition(record)]
        if order is not None:
            found.sort(key=order, reverse=is_descending)
        return found


class _InOrder(Sequence[Record]):
    def __init__(self, records: dict[int, Record], ids: list[int]) -> None:
        self._records = records
        self._ids = ids

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> list[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | list[Record]:
        if isinstance(index, slice):
            return [self._records[number] for number in self._ids[index]]
        return self._records[self._ids[index]]
