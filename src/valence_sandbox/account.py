"""One account at a vendor: its collections, its singletons, its time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from valence_sandbox.clock import SandboxClock
from valence_sandbox.identifiers import Spelling
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Collection, Key, Record


def iso_z(now_ms: int) -> str:
    """Return a moment as `2026-01-31T12:00:00.000Z`."""
    moment = datetime.fromtimestamp(now_ms / 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now_ms % 1000:03}Z"


def iso_offset(now_ms: int) -> str:
    """Return a moment as `2026-01-31T12:00:00.000000+00:00`."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Kept:
    """How one collection is kept: ids, and the fields that hold times of writing, "" for none.

    `written` makes their value of epoch milliseconds. Without `spell` ids are integers.
    """

    first_id: int = 1
    spell: Spelling | None = None
    id_name: str = "id"
    created: str = ""
    updated: str = ""
    written: Callable[[int], Any] = iso_z


class Account:
    """The data of one account; a collection that nobody used yet is empty."""

    def __init__(
        self,
        name: str,
        *,
        clock: SandboxClock,
        kept: Mapping[str, Kept],
        plant: Callable[["Account"], None],
        seeders: Mapping[str, Callable[["Account", int], Any]],
    ) -> None:
        self.name = name
        self.clock = clock
        self._kept = kept
        self._plant = plant
        self._seeders = seeders
        self.clear()

    def clear(self) -> None:
        """Empty the account and put the usual records into it."""
        self._collections: dict[str, Collection] = {}
        self.state: dict[str, Any] = {}  # whatever is not a collection
        self._plant(self)

    def seed(self, name: str, count: int) -> Any:
        """Add that many made-up records to a collection and return what its seeder does."""
        return self._seeders[name](self, count)

    def now_ms(self) -> int:
        """The account's time."""
        return self.clock.now_ms()

    def __getitem__(self, name: str) -> Collection:
        if name not in self._collections:
            kept = self._kept.get(name, Kept())
            spell = partial(kept.spell, self.name) if kept.spell else None
            self._collections[name] = Collection(kept.first_id, spell=spell, id_name=kept.id_name)
        return self._collections[name]

    def names(self) -> tuple[str, ...]:
        """Return the collections in use."""
        return tuple(self._collections)

    def add(self, name: str, values: Record, *, record_id: Key | None = None) -> Record:
        """Store a new record with id and times; times among the values are kept."""
        kept = self._kept.get(name, Kept())
        now = kept.written(self.now_ms())
        stamps = {stamp: now for stamp in (kept.created, kept.updated) if stamp}
        return self[name].add({**stamps, **values}, record_id=record_id)

    def change(self, name: str, record: Record, values: Record) -> Record:
        """Put values into a stored record, with the time of the change."""
        kept = self._kept.get(name, Kept())
        record.update(values)
        if kept.updated:
            record[kept.updated] = kept.written(self.now_ms())
        return record

    def need(self, name: str, record_id: Any, *, message: str = "") -> Record:
        """Return a record; a number may come as text. Raises Refusal (`missing`)."""
        kept = self._kept.get(name, Kept())
        if kept.spell is None and isinstance(record_id, str):
            record_id = int(record_id) if record_id.isdecimal() else None
        record = self[name].get(record_id) if isinstance(record_id, int | str) else None
        if record is None:
            raise Refusal("missing", message)
        return record
