"""Rows of `credentials`, written by compare-and-set: a lost one is a lost grant."""

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.rows import CredentialRow
from valence.storage.tables import credentials, instances

_COLUMNS = tuple(credentials.c)


async def read(connection: AsyncConnection, instance_id: int) -> CredentialRow | None:
    """Return the instance's credentials."""
    statement = select(*_COLUMNS).where(credentials.c.instance_id == instance_id)
    row = (await connection.execute(statement)).first()
    return None if row is None else CredentialRow(**row._mapping)


async def add(connection: AsyncConnection, instance_id: int, values: dict[str, object]) -> None:
    """Insert the first credentials of an instance."""
    await connection.execute(
        insert(credentials).values(
            instance_id=instance_id, version=1, fence=0, state="active", **values
        )
    )


async def replace_by_consent(
    connection: AsyncConnection, instance_id: int, values: dict[str, object]
) -> None:
    """A new consent wins over everything: new version, active, no intent, no failures."""
    await connection.execute(
        update(credentials)
        .where(credentials.c.instance_id == instance_id)
        .values(
            version=credentials.c.version + 1,
            state="active",
            reason=None,
            retry_ms=0,
            failures=0,
            intent_fence=None,
            intent_ms=None,
            **values,
        )
    )


async def record_intent(
    connection: AsyncConnection, instance_id: int, *, version: int, fence: int, now: int
) -> bool:
    """Mark that a token call is about to be made under this fence; tell whether it may be."""
    statement = (
        update(credentials)
        .where(
            credentials.c.instance_id == instance_id,
            credentials.c.version == version,
            credentials.c.fence <= fence,
            credentials.c.state == "active",
        )
        .values(fence=fence, intent_fence=fence, intent_ms=now)
        .returning(credentials.c.version)
    )
    return (await connection.execute(statement)).first() is not None


async def store_grant(
    connection: AsyncConnection,
    instance_id: int,
    *,
    version: int,
    fence: int,
    values: dict[str, object],
) -> bool:
    """Write a new grant obtained with the credentials of `version`; tell whether it was taken.

    It is taken when that version is still the stored one, whatever the fence: a genuine new grant
    is not thrown away because its lease ran out, not even when another holder was refused
    meanwhile. It is also taken over a grant stored from the same version under an older fence,
    because the vendor issued this one later."""
    current = credentials.c.version == version
    older_holder = and_(credentials.c.version == version + 1, credentials.c.fence < fence)
    statement = (
        update(credentials)
        .where(credentials.c.instance_id == instance_id, or_(current, older_holder))
        .values(
            version=version + 1,
            fence=fence,
            state="active",
            reason=None,
            retry_ms=0,
            failures=0,
            intent_fence=None,
            intent_ms=None,
            **values,
        )
        .returning(credentials.c.version)
    )
    return (await connection.execute(statement)).first() is not None


async def need_owner(
    connection: AsyncConnection, instance_id: int, *, version: int, fence: int, reason: str
) -> bool:
    """Record a refusal for good; not when anything newer is there. Tell whether it was recorded."""
    statement = (
        update(credentials)
        .where(
            credentials.c.instance_id == instance_id,
            credentials.c.version == version,
            credentials.c.fence <= fence,
        )
        .values(
            state="needs-owner",
            reason=reason,
            intent_fence=None,
            intent_ms=None,
            sweep_ms=None,
        )
        .returning(credentials.c.version)
    )
    return (await connection.execute(statement)).first() is not None


async def postpone(
    connection: AsyncConnection,
    instance_id: int,
    *,
    version: int,
    fence: int,
    retry_ms: int,
    clear_intent: bool,
) -> None:
    """After a transient failure: not before `retry_ms`; the intent stays if anything was sent."""
    values: dict[str, object] = {
        "retry_ms": retry_ms,
        "failures": credentials.c.failures + 1,
    }
    if clear_intent:
        values |= {"intent_fence": None, "intent_ms": None}
    await connection.execute(
        update(credentials)
        .where(
            credentials.c.instance_id == instance_id,
            credentials.c.version == version,
            credentials.c.fence <= fence,
        )
        .values(values)
    )


async def due_for_sweep(connection: AsyncConnection, *, now: int, limit: int) -> list[int]:
    """Return instances that want a refresh though nobody calls, most overdue first."""
    statement = (
        select(credentials.c.instance_id)
        .join(instances, instances.c.id == credentials.c.instance_id)
        .where(
            credentials.c.sweep_ms <= now,
            credentials.c.retry_ms <= now,
            credentials.c.state == "active",
            instances.c.is_disabled.is_(False),
        )
        .order_by(credentials.c.sweep_ms, credentials.c.instance_id)
        .limit(limit)
    )
    return [int(row.instance_id) for row in (await connection.execute(statement)).all()]
