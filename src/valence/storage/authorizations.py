"""Pending authorizations: what a `state` stands for until the browser comes back, once.

A row is taken by one DELETE that names everything it is bound to, so of two takers one gets it, and
who brings the right state with the wrong user, client, callback or browser gets nothing and spoils
nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.tables import authorizations
from valence.storage.upsert import insert_into


@dataclass(frozen=True, slots=True)
class Binding:
    """What an authorization of the API flow is bound to."""

    user_id: int
    element_key: str
    client_hash: bytes
    callback_url: str


async def add(connection: AsyncConnection, values: Mapping[str, object], *, now: int) -> None:
    """Store a pending authorization and forget the expired ones."""
    await connection.execute(delete(authorizations).where(authorizations.c.expires_ms <= now))
    await connection.execute(insert(authorizations).values(values))


async def put_back(connection: AsyncConnection, row: Row[Any]) -> None:
    """Undo a taking: what it was taken for did not happen and may be tried again."""
    await connection.execute(
        insert_into(connection, authorizations).values(dict(row._mapping)).on_conflict_do_nothing()
    )


async def take_bound(
    connection: AsyncConnection, state_hash: bytes, *, binding: Binding, now: int
) -> Row[Any] | None:
    """Remove and return an authorization of the API flow."""
    return await _take(
        connection, authorizations.c.state_hash == state_hash, *_bound_to(binding), now=now
    )


async def take_of_browser(
    connection: AsyncConnection,
    state_hash: bytes,
    *,
    user_id: int,
    browser_hash: bytes,
    now: int,
) -> Row[Any] | None:
    """Remove and return an authorization that began in this browser."""
    return await _take(
        connection,
        authorizations.c.state_hash == state_hash,
        authorizations.c.user_id == user_id,
        authorizations.c.browser_hash == browser_hash,
        now=now,
    )


async def pending(
    connection: AsyncConnection, *, binding: Binding, now: int
) -> list[Row[Any]]:
    """Return what is pending in the API flow for one user, element, client and callback."""
    statement = select(authorizations).where(
        *_bound_to(binding), authorizations.c.expires_ms > now
    )
    return list((await connection.execute(statement)).all())


def _bound_to(binding: Binding) -> tuple[ColumnElement[bool], ...]:
    return (
        authorizations.c.user_id == binding.user_id,
        authorizations.c.element_key == binding.element_key,
        authorizations.c.client_hash == binding.client_hash,
        authorizations.c.callback_url == binding.callback_url,
        authorizations.c.browser_hash.is_(None),
    )


async def _take(
    connection: AsyncConnection, *conditions: ColumnElement[bool], now: int
) -> Row[Any] | None:
    statement = (
        delete(authorizations)
        .where(*conditions, authorizations.c.expires_ms > now)
        .returning(*authorizations.c)
    )
    return (await connection.execute(statement)).first()
