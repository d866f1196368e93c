"""Rows of the vault's wrapped data keys."""

from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.tables import data_keys
from valence.storage.upsert import insert_into


async def find(connection: AsyncConnection, organization_id: int, purpose: str) -> Row[Any] | None:
    """Return the data key of an organization."""
    statement = select(data_keys).where(
        data_keys.c.organization_id == organization_id, data_keys.c.purpose == purpose
    )
    return (await connection.execute(statement)).first()


async def by_id(connection: AsyncConnection, key_id: int) -> Row[Any] | None:
    """Return a data key by its id."""
    return (await connection.execute(select(data_keys).where(data_keys.c.id == key_id))).first()


async def every(connection: AsyncConnection) -> list[Row[Any]]:
    """Return all data keys."""
    return list((await connection.execute(select(data_keys).order_by(data_keys.c.id))).all())


async def add(
    connection: AsyncConnection,
    organization_id: int,
    purpose: str,
    *,
    wrapped: bytes,
    master_key_id: str,
    now: int,
) -> None:
    """Store a new data key; when somebody else was first, his stays."""
    await connection.execute(
        insert_into(connection, data_keys)
        .values(
            organization_id=organization_id,
            purpose=purpose,
            wrapped=wrapped,
            master_key_id=master_key_id,
            created_ms=now,
        )
        .on_conflict_do_nothing()
    )


async def rewrap(
    connection: AsyncConnection, key_id: int, *, wrapped: bytes, master_key_id: str
) -> None:
    """Replace the wrapping of a data key; the key itself stays."""
    await connection.execute(
        update(data_keys)
        .where(data_keys.c.id == key_id)
        .values(wrapped=wrapped, master_key_id=master_key_id)
    )
