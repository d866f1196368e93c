"""Rows of tenants' elements, their extensions of catalog elements, and who else may use them."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.tables import element_extensions, element_shares, elements, instances
from valence.storage.upsert import insert_into


async def add(connection: AsyncConnection, values: Mapping[str, object]) -> bool:
    """Insert an element; tell whether its account had none of that key."""
    statement = (
        insert_into(connection, elements)
        .values(values)
        .on_conflict_do_nothing(index_elements=[elements.c.account_id, elements.c.key_folded])
        .returning(elements.c.id)
    )
    return (await connection.execute(statement)).first() is not None


async def by_id(connection: AsyncConnection, element_id: int) -> Row[Any] | None:
    """Return the element's row."""
    return (await connection.execute(select(elements).where(elements.c.id == element_id))).first()


async def by_key(connection: AsyncConnection, account_id: int, key_folded: str) -> Row[Any] | None:
    """Return the row of the account's own element of that key."""
    statement = select(elements).where(
        elements.c.account_id == account_id, elements.c.key_folded == key_folded
    )
    return (await connection.execute(statement)).first()


async def shared_by_key(
    connection: AsyncConnection, account_id: int, key_folded: str
) -> Row[Any] | None:
    """Return the row of the oldest element of that key that is shared with the account."""
    statement = (
        select(elements)
        .join(element_shares, element_shares.c.element_id == elements.c.id)
        .where(element_shares.c.account_id == account_id, elements.c.key_folded == key_folded)
        .order_by(elements.c.id)
        .limit(1)
    )
    return (await connection.execute(statement)).first()


async def of(connection: AsyncConnection, account_id: int) -> list[Row[Any]]:
    """Return the rows of an account's own elements and of those shared with it, by id."""
    shared = select(element_shares.c.element_id).where(element_shares.c.account_id == account_id)
    statement = (
        select(elements)
        .where((elements.c.account_id == account_id) | elements.c.id.in_(shared))
        .order_by(elements.c.id)
    )
    return list((await connection.execute(statement)).all())


async def locked(connection: AsyncConnection, element_id: int) -> Row[Any] | None:
    """Return the row, which nobody else changes until the transaction ends."""
    statement = select(elements).where(elements.c.id == element_id).with_for_update()
    return (await connection.execute(statement)).first()


async def held(connection: AsyncConnection, element_id: int) -> bool:
    """Tell whether the element is there, and keep it from being deleted until the end."""
    statement = select(elements.c.id).where(elements.c.id == element_id)
    return (await connection.execute(statement.with_for_update(read=True))).first() is not None


async def keys_like(connection: AsyncConnection, account_id: int, prefix: str) -> set[str]:
    """Return the folded keys of the account that begin with a text."""
    statement = select(elements.c.key_folded).where(
        elements.c.account_id == account_id,
        elements.c.key_folded.startswith(prefix, autoescape=True),
    )
    return {row.key_folded for row in (await connection.execute(statement)).all()}


async def change(
    connection: AsyncConnection, element_id: int, values: Mapping[str, object]
) -> None:
    """Set columns and raise the version."""
    await connection.execute(
        update(elements)
        .where(elements.c.id == element_id)
        .values({**values, "version": elements.c.version + 1})
    )


async def drop(connection: AsyncConnection, element_id: int) -> None:
    """Delete an element with its shares."""
    await connection.execute(delete(elements).where(elements.c.id == element_id))


async def count_instances(connection: AsyncConnection, element_id: int) -> int:
    """Return how many instances of all accounts an element has."""
    statement = select(func.count()).where(instances.c.element_id == element_id)
    return int((await connection.execute(statement)).scalar_one())


async def extension(
    connection: AsyncConnection, account_id: int, element_id: int
) -> Row[Any] | None:
    """Return the row of what an account added to a catalog element."""
    return (await connection.execute(_extension(account_id, element_id))).first()


async def extensions(connection: AsyncConnection, account_id: int) -> list[Row[Any]]:
    """Return the rows of all that an account added to catalog elements."""
    statement = select(element_extensions).where(element_extensions.c.account_id == account_id)
    return list((await connection.execute(statement)).all())


async def locked_extension(
    connection: AsyncConnection, account_id: int, element_id: int, *, now: int
) -> Row[Any]:
    """Return the row, made where it was not there; nobody else changes it until the end."""
    made = insert_into(connection, element_extensions).values(
        account_id=account_id, element_id=element_id, version=0, document="{}", updated_ms=now
    )
    await connection.execute(made.on_conflict_do_nothing())
    statement = _extension(account_id, element_id).with_for_update()
    return (await connection.execute(statement)).one()


async def change_extension(
    connection: AsyncConnection, account_id: int, element_id: int, *, document: str, now: int
) -> None:
    """Store what an account added, and raise the version."""
    await connection.execute(
        update(element_extensions)
        .where(
            element_extensions.c.account_id == account_id,
            element_extensions.c.element_id == element_id,
        )
        .values(document=document, updated_ms=now, version=element_extensions.c.version + 1)
    )


async def share(connection: AsyncConnection, element_id: int, account_id: int) -> None:
    """Let another account use an element; a second time changes nothing."""
    statement = insert_into(connection, element_shares).values(
        element_id=element_id, account_id=account_id
    )
    await connection.execute(statement.on_conflict_do_nothing())


async def unshare(connection: AsyncConnection, element_id: int, account_id: int) -> bool:
    """Take an element from another account; tell whether it had it."""
    statement = (
        delete(element_shares)
        .where(element_shares.c.element_id == element_id, element_shares.c.account_id == account_id)
        .returning(element_shares.c.account_id)
    )
    return (await connection.execute(statement)).first() is not None


async def shares(connection: AsyncConnection, element_ids: Iterable[int]) -> dict[int, list[int]]:
    """Return the accounts that elements are shared with."""
    statement = (
        select(element_shares)
        .where(element_shares.c.element_id.in_(list(element_ids)))
        .order_by(element_shares.c.account_id)
    )
    found: dict[int, list[int]] = {}
    for row in (await connection.execute(statement)).all():
        found.setdefault(row.element_id, []).append(row.account_id)
    return found


def _extension(account_id: int, element_id: int) -> Any:
    return select(element_extensions).where(
        element_extensions.c.account_id == account_id,
        element_extensions.c.element_id == element_id,
    )
