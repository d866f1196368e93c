"""Rows of `credentials`, written by compare-and-set: a lost one is a lost grant.

Every write names the version it was made from and the fence of the lease it was made under. "No row"
means that somebody else was there first; it is a value, not an error. Why these conditions are
enough is argued in `valence/instances/refresh.py`."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, case, insert, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.rows import CredentialRow
from valence.storage.tables import credentials, instances

_COLUMNS = tuple(credentials.c)
_UNTROUBLED: dict[str, object] = {
    "state": "active",
    "reason": None,
    "retry_ms": 0,
    "failures": 0,
    "intent_fence": None,
    "intent_ms": None,
}


async def read(connection: AsyncConnection, instance_id: int) -> CredentialRow | None:
    """Return the instance's credentials."""
    statement = select(*_COLUMNS).where(credentials.c.instance_id == instance_id)
    row = (await connection.execute(statement)).first()
    return None if row is None else CredentialRow(**row._mapping)


async def add(
    connection: AsyncConnection, instance_id: int, values: Mapping[str, object]
) -> None:
    """Insert the first credentials of an instance."""
    first = {"instance_id": instance_id, "version": 1, "fence": 0, **_UNTROUBLED}
    await connection.execute(insert(credentials).values({**first, **values}))


async def replace_by_consent(
    connection: AsyncConnection, instance_id: int, values: Mapping[str, object]
) -> bool:
    """Write the grant of a new consent, whatever was there; tell whether there was a row.

    The version rises by two, so that a refresh of the old grant that is still under way can match
    neither its own version nor the one after it (see `store_grant`)."""
    statement = (
        update(credentials)
        .where(credentials.c.instance_id == instance_id)
        .values({"version": credentials.c.version + 2, **_UNTROUBLED, **values})
        .returning(credentials.c.version)
    )
    return (await connection.execute(statement)).first() is not None


async def record_intent(
    connection: AsyncConnection, instance_id: int, *, version: int, fence: int, now: int
) -> bool:
    """Mark that a token call is about to be made under this fence; tell whether it may be.

    The mark of an earlier holder whose call was never answered stays: it is the oldest unresolved
    one."""
    unresolved = credentials.c.intent_fence.is_not(None)
    statement = (
        update(credentials)
        .where(
            credentials.c.instance_id == instance_id,
            credentials.c.version == version,
            credentials.c.fence <= fence,
            credentials.c.state == "active",
        )
        .values(
            fence=fence,
            intent_fence=case((unresolved, credentials.c.intent_fence), else_=fence),
            intent_ms=case((unresolved, credentials.c.intent_ms), else_=now),
        )
        .returning(credentials.c.version)
    )
    return (await connection.execute(statement)).first() is not None


async def withdraw_intent(
    connection: AsyncConnection, instance_id: int, *, version: int, fence: int
) -> None:
    """The call of this fence was not made after all; an earlier holder's mark stays."""
    await connection.execute(
        update(credentials)
        .where(
            credentials.c.instance_id == instance_id,
            credentials.c.version == version,
            credentials.c.intent_fence == fence,
        )
        .values(intent_fence=None, intent_ms=None)
    )


async def store_grant(
    connection: AsyncConnection,
    instance_id: int,
    *,
    version: int,
    fence: int,
    values: Mapping[str, object],
) -> bool:
    """Write a new grant obtained with the credentials of `version`; tell whether it was taken.

    It is taken when that version is still the stored one, whatever the fence: a genuine new grant
    is not thrown away because its lease ran out, not even when another holder was refused
    meanwhile. It is also taken over a grant stored from the same version under an older fence,
    because the vendor issued this one later. Either way the version rises, so that whoever read
    the row before cannot act on it any more."""
    current = credentials.c.version == version
    older_holder = and_(credentials.c.version == version + 1, credentials.c.fence < fence)
    statement = (
        update(credentials)
        .where(credentials.c.instance_id == instance_id, or_(current, older_holder))
        .values(
            {"version": credentials.c.version + 1, "fence": fence, **_UNTROUBLED, **values}
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
        .where(*_still(instance_id, version=version, fence=fence))
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
    is_answered: bool,
) -> bool:
    """After a transient failure: not before `retry_ms`. Tell whether it was recorded.

    Args:
        is_answered: nothing was sent, or the vendor said that it did nothing; else the mark of
            this call stays, because the vendor may have acted.
    """
    mine = credentials.c.intent_fence == fence
    values: dict[str, object] = {"retry_ms": retry_ms, "failures": credentials.c.failures + 1}
    if is_answered:
        for column in (credentials.c.intent_fence, credentials.c.intent_ms):
            values[column.name] = case((mine, null()), else_=column)
    statement = (
        update(credentials)
        .where(*_still(instance_id, version=version, fence=fence))
        .values(values)
        .returning(credentials.c.version)
    )
    return (await connection.execute(statement)).first() is not None


async def retry_at_once(connection: AsyncConnection, instance_id: int) -> None:
    """Something that made refreshes fail was changed: the next one need not wait."""
    await connection.execute(
        update(credentials)
        .where(credentials.c.instance_id == instance_id, credentials.c.retry_ms > 0)
        .values(retry_ms=0)
    )


async def due_for_sweep(connection: AsyncConnection, *, now: int, limit: int) -> list[int]:
    """Return instances that want a refresh though nobody calls, most overdue first.

    Disabled instances are among them: enabling one restores everything, its grant included."""
    statement = (
        select(credentials.c.instance_id)
        .join(instances, instances.c.id == credentials.c.instance_id)
        .where(
            credentials.c.sweep_ms <= now,
            credentials.c.retry_ms <= now,
            credentials.c.state == "active",
        )
        .order_by(credentials.c.sweep_ms, credentials.c.instance_id)
        .limit(limit)
    )
    return [int(row.instance_id) for row in (await connection.execute(statement)).all()]


def _still(instance_id: int, *, version: int, fence: int) -> tuple[ColumnElement[bool], ...]:
    """Nothing newer is there: neither another version nor a later holder's mark."""
    return (
        credentials.c.instance_id == instance_id,
        credentials.c.version == version,
        credentials.c.fence <= fence,
    )
