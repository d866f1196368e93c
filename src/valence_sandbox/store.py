"""Records in memory, in order of id (integers) or of arrival (texts)."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from typing import Any, overload

Record = dict[str, Any]
Key = int | str


class Collection:
    """The records of one object of one account.

    Ids are integers that ascend, or what `spell` makes of them: texts, kept in order of arrival.
    `id_name` is the field that holds them.
    """

    def __init__(
        self,
        first_id: int = 1,
        *,
        spell: Callable[[int], str] | None = None,
        id_name: str = "id",
    ) -> None:
        self._records: dict[Any, Record] = {}
        self._ids: list[Any] = []
        self._next = first_id
        self._spell = spell
        self._id_name = id_name

    def __len__(self) -> int:
        return len(self._records)

    def add(self, record: Record, *, record_id: Key | None = None) -> Record:
        """Store a record under the next id, or a chosen one, and return it with its id."""
        key = self._key(record_id)
        name = self._id_name
        stored = {name: key, **{k: v for k, v in record.items() if k != name}}
        if key not in self._records:
            if self._spell is None:
                insort(self._ids, key)
            else:
                self._ids.append(key)
        self._records[key] = stored
        return stored

    def _key(self, chosen: Key | None) -> Key:
        if isinstance(chosen, str):
            return chosen
        number = self._next if chosen is None else chosen
        self._next = max(self._next, number + 1)
        return number if self._spell is None else self._spell(number)

    def get(self, record_id: Key) -> Record | None:
        """Return a record."""
        return self._records.get(record_id)

    def remove(self, record_id: Key) -> bool:
        """Delete a record; tell whether it was there."""
        if self._records.pop(record_id, None) is None:
            return False
        if self._spell is None:
            del self._ids[bisect_left(self._ids, record_id)]
        else:
            self._ids.remove(record_id)
        return True

    def clear(self) -> None:
        """Delete every record; ids go on from where they are."""
        self._records.clear()
        self._ids.clear()

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
    def __init__(self, records: dict[Any, Record], ids: list[Any]) -> None:
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
