"""Numbers that are given once and never again, whatever is deleted."""

from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.tables import counters
from valence.storage.upsert import insert_into

CounterName = Literal[
    "elements", "element parts", "transformations", "object fields", "system level"
]
_FIRST: dict[CounterName, int] = {
    "elements": 100_000,  # catalog ids stay below
    # Parts of catalog elements are numbered by element, a million to each; ids of JSON are exact
    # up to 2**53.
    "element parts": 1_000_000_000_000,
    "transformations": 1,
    "object fields": 1,
    "system level": 1,  # its changes; the row keeps two writers from being there at once
}


async def take(connection: AsyncConnection, name: CounterName, *, count: int = 1) -> int:
    """Return the first of `count` numbers in a row that nobody else gets."""
    statement = insert_into(connection, counters).values(name=name, number=_FIRST[name] + count - 1)
    statement = statement.on_conflict_do_update(
        index_elements=[counters.c.name], set_={"number": counters.c.number + count}
    ).returning(counters.c.number)
    last = int((await connection.execute(statement)).scalar_one())
    return last - count + 1
