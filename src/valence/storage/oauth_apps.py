"""Rows of stored OAuth apps; client id and secret are sealed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.tables import oauth_apps
from valence.storage.upsert import insert_into


async def add(connection: AsyncConnection, values: Mapping[str, object]) -> int | None:
    """Insert an app and return its id, or None when the organization has one of that name."""
    statement = (
        insert_into(connection, oauth_apps)
        .values(values)
        .on_conflict_do_nothing()
        .returning(oauth_apps.c.id)
    )
    found = (await connection.execute(statement)).scalar_one_or_none()
    return None if found is None else int(found)


async def of(
    connection: AsyncConnection, organization_id: int, *, element_key: str | None = None
) -> list[Row[Any]]:
    """Return an organization's apps by name, of one element or of all."""
    statement = select(oauth_apps).where(oauth_apps.c.organization_id == organization_id)
    if element_key is not None:
        statement = statement.where(oauth_apps.c.element_key == element_key)
    return list((await connection.execute(statement.order_by(oauth_apps.c.name))).all())


async def drop(connection: AsyncConnection, organization_id: int, app_id: int) -> bool:
    """Delete an app of the organization; tell whether it was there."""
    statement = (
        delete(oauth_apps)
        .where(oauth_apps.c.organization_id == organization_id, oauth_apps.c.id == app_id)
        .returning(oauth_apps.c.id)
    )
    return (await connection.execute(statement)).first() is not None
