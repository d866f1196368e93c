"""Rows of snippets: scripts that are kept for reuse, by level."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, and_, delete, false, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.common_resources import Place
from valence.storage.tables import snippets


async def add(connection: AsyncConnection, place: Place, values: Mapping[str, object]) -> int:
    """Insert a snippet of a level and return its id."""
    statement = insert(snippets).values(level=place.level, owner_id=place.owner_id, **values)
    return int((await connection.execute(statement.returning(snippets.c.id))).scalar_one())


async def at(
    connection: AsyncConnection, places: Iterable[Place], *, snippet_id: int | None = None
) -> list[Row[Any]]:
    """Return the snippets of levels, or the one of an id if it is of them, the oldest first."""
    table = snippets.c
    terms = [and_(table.level == one.level, table.owner_id == one.owner_id) for one in places]
    statement = select(snippets).where(or_(false(), *terms)).order_by(table.id)
    if snippet_id is not None:
        statement = statement.where(table.id == snippet_id)
    return list((await connection.execute(statement)).all())


async def change(
    connection: AsyncConnection, snippet_id: int, values: Mapping[str, object]
) -> None:
    """Set columns of a snippet."""
    await connection.execute(update(snippets).where(snippets.c.id == snippet_id).values(values))


async def drop(connection: AsyncConnection, snippet_id: int) -> None:
    """Delete a snippet."""
    await connection.execute(delete(snippets).where(snippets.c.id == snippet_id))
