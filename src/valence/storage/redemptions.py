"""Which authorization codes were submitted: a code is redeemed once.

A row without an instance is a claim: somebody is exchanging the code. Rows are forgotten after
their time; by then no vendor would take the code anyway."""

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.tables import redemptions
from valence.storage.upsert import insert_into

SPENT_IN_VAIN = 0
"""Stands for the instance of a code that the vendor called used or expired; ids start at 1."""


async def begin(
    connection: AsyncConnection, code_hash: bytes, *, now: int, expires_ms: int
) -> bool:
    """Claim a code for one exchange; False: somebody did already."""
    await connection.execute(delete(redemptions).where(redemptions.c.expires_ms <= now))
    statement = (
        insert_into(connection, redemptions)
        .values(code_hash=code_hash, instance_id=None, expires_ms=expires_ms)
        .on_conflict_do_nothing()
        .returning(redemptions.c.code_hash)
    )
    return (await connection.execute(statement)).first() is not None


async def made_by(connection: AsyncConnection, code_hash: bytes) -> int | None:
    """Return the instance that a code made or renewed, `SPENT_IN_VAIN`, or None: not known."""
    statement = select(redemptions.c.instance_id).where(redemptions.c.code_hash == code_hash)
    found: int | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


async def finish(
    connection: AsyncConnection, code_hash: bytes, *, instance_id: int, expires_ms: int
) -> None:
    """Record which instance the code made."""
    await connection.execute(
        update(redemptions)
        .where(redemptions.c.code_hash == code_hash)
        .values(instance_id=instance_id, expires_ms=expires_ms)
    )


async def give_back(connection: AsyncConnection, code_hash: bytes) -> None:
    """The exchange failed in a way that may have left the code unused: it may be tried again."""
    await connection.execute(
        delete(redemptions).where(
            redemptions.c.code_hash == code_hash, redemptions.c.instance_id.is_(None)
        )
    )
