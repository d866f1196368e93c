"""What happened to an instance's health, appended and read, never rewritten."""

import json
from collections.abc import Mapping

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.domain import TimelineEntry
from valence.storage.tables import timeline


async def add(
    connection: AsyncConnection,
    instance_id: int,
    *,
    at_ms: int,
    kind: str,
    message: str,
    details: Mapping[str, str] | None = None,
) -> None:
    """Append one entry."""
    await connection.execute(
        insert(timeline).values(
            instance_id=instance_id,
            at_ms=at_ms,
            kind=kind,
            message=message,
            details=json.dumps(dict(details or {})),
        )
    )


async def latest(
    connection: AsyncConnection, instance_id: int, *, limit: int
) -> list[TimelineEntry]:
    """Return the newest entries, newest first."""
    statement = (
        select(timeline)
        .where(timeline.c.instance_id == instance_id)
        .order_by(timeline.c.id.desc())
        .limit(limit)
    )
    return [
        TimelineEntry(row.at_ms, row.kind, row.message, json.loads(row.details))
        for row in (await connection.execute(statement)).all()
    ]
