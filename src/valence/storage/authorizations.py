"""Pending authorizations: what a `state` stands for until the browser comes back, once."""

from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.tables import authorizations
from valence.storage.upsert import insert_into


async def add(connection: AsyncConnection, values: dict[str, object], *, now: int) -> None:
    """Store a pending authorization and forget the expired ones."""
    await connection.execute(delete(authorizations).where(authorizations.c.expires_ms <= now))
    await connection.execute(insert(authorizations).values(values))


async def take(connection: AsyncConnection, state_hash: bytes, *, now: int) -> Row[Any] | None:
    """Remove and return the pending authorization of this state; of two takers one gets it."""
    statement = (
        delete(authorizations)
        .where(authorizations.c.state_hash == state_hash, authorizations.c.expires_ms > now)
        .returning(*authorizations.c)
    )
    return (await connection.execute(statement)).first()


async def share(connection: AsyncConnection, values: dict[str, object], *, now: int) -> Row[Any]:
    """Return the pending authorization of this state with its life renewed, or store this one.

    Of any number of concurrent sharers the first one's stays."""
    await connection.execute(delete(authorizations).where(authorizations.c.expires_ms <= now))
    statement = insert_into(connection, authorizations).values(values)
    row = await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[authorizations.c.state_hash],
            set_={"expires_ms": values["expires_ms"]},
        ).returning(*authorizations.c)
    )
    return row.one()


async def shared(connection: AsyncConnection, state_hash: bytes, *, now: int) -> Row[Any] | None:
    """Return a pending authorization that stays where it is."""
    statement = select(authorizations).where(
        authorizations.c.state_hash == state_hash, authorizations.c.expires_ms > now
    )
    return (await connection.execute(statement)).first()
