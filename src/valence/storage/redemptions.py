"""Which authorization codes were submitted: a code is redeemed once."""

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.tables import redemptions
from valence.storage.upsert import insert_into


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


async def instance_of(connection: AsyncConnection, code_hash: bytes) -> int | None:
    """Return the instance a code led to; None: unknown, or still under way."""
    statement = select(redemptions.c.instance_id).where(redemptions.c.code_hash == code_hash)
    found = (await connection.execute(statement)).scalar_one_or_none()
    return None if found is None else int(found)


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
    await connection.execute(delete(redemptions).where(redemptions.c.code_hash == code_hash))
