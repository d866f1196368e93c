"""Pending authorizations: what a `state` stands for until the browser comes back, once."""

from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.tables import authorizations


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


async def pending(
    connection: AsyncConnection,
    *,
    user_id: int,
    element_key: str,
    client_hash: bytes,
    callback_url: str,
    now: int,
) -> list[Row[Any]]:
    """Return what a user has pending for one element, client and callback."""
    statement = select(authorizations).where(
        authorizations.c.user_id == user_id,
        authorizations.c.element_key == element_key,
        authorizations.c.client_hash == client_hash,
        authorizations.c.callback_url == callback_url,
        authorizations.c.expires_ms > now,
    )
    return list((await connection.execute(statement)).all())
