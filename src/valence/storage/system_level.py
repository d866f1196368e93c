"""Rows of the system level: what its administrators changed of the catalog, and added to it.

A row without a document says that the catalog's own does not count any more."""

from typing import Any

from sqlalchemy import Row, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.tables import system_objects, system_templates
from valence.storage.upsert import insert_into


async def objects(connection: AsyncConnection) -> list[Row[Any]]:
    """Return the changed objects, the oldest first."""
    statement = select(system_objects).order_by(system_objects.c.created_ms, system_objects.c.id)
    return list((await connection.execute(statement)).all())


async def templates(connection: AsyncConnection) -> list[Row[Any]]:
    """Return the changed transformations, the oldest first."""
    table = system_templates
    statement = select(table).order_by(table.c.created_ms, table.c.id)
    return list((await connection.execute(statement)).all())


async def put_object(
    connection: AsyncConnection,
    object_id: int,
    *,
    hub: str,
    name: str,
    document: str | None,
    now: int,
) -> None:
    """Store what counts of an object from now on; None: nothing."""
    changed = {"name": name, "document": document, "updated_ms": now}
    await _put(connection, system_objects, {"id": object_id, "hub": hub, **changed}, changed)


async def put_template(
    connection: AsyncConnection,
    template_id: int,
    *,
    object_id: int,
    element_key: str,
    document: str | None,
    now: int,
) -> None:
    """Store what counts of a transformation from now on; None: nothing."""
    changed = {"document": document, "updated_ms": now}
    row = {"id": template_id, "object_id": object_id, "element_key": element_key, **changed}
    await _put(connection, system_templates, row, changed)


async def drop_templates(connection: AsyncConnection, object_id: int) -> None:
    """Forget what was changed of an object's transformations."""
    await connection.execute(
        delete(system_templates).where(system_templates.c.object_id == object_id)
    )


async def _put(
    connection: AsyncConnection, table: Table, row: dict[str, Any], changed: dict[str, Any]
) -> None:
    made = insert_into(connection, table).values(created_ms=row["updated_ms"], **row)
    await connection.execute(made.on_conflict_do_update(index_elements=[table.c.id], set_=changed))
