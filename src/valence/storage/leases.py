"""Leases with a fencing number, by the database's own clock.

A lease is never deleted: the number would start again, and an old holder could pass for a new one.
"""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.sql_clock import now_ms
from valence.storage.tables import leases
from valence.storage.upsert import insert_into


async def acquire(connection: AsyncConnection, key: str, *, owner: str, ttl_ms: int) -> int | None:
    """Take the lease when nobody holds it; return its fence, or None: somebody does."""
    statement = insert_into(connection, leases).values(
        key=key, owner=owner, fence=1, expires_ms=now_ms() + ttl_ms
    )
    row = await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[leases.c.key],
            where=leases.c.expires_ms <= now_ms(),
            set_={
                "owner": owner,
                "fence": leases.c.fence + 1,
                "expires_ms": now_ms() + ttl_ms,
            },
        ).returning(leases.c.fence)
    )
    found = row.scalar_one_or_none()
    return None if found is None else int(found)


async def release(connection: AsyncConnection, key: str, *, fence: int) -> None:
    """Let go early, if it is still held under this fence."""
    await connection.execute(
        update(leases).where(leases.c.key == key, leases.c.fence == fence).values(expires_ms=0)
    )


async def is_held(connection: AsyncConnection, key: str) -> bool:
    """Tell whether somebody holds the lease now."""
    statement = select(leases.c.key).where(leases.c.key == key, leases.c.expires_ms > now_ms())
    return (await connection.execute(statement)).first() is not None
