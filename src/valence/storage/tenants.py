"""Rows of organizations, accounts and users."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.tables import accounts, organizations, users
from valence.storage.upsert import insert_into

SYSTEM_UID = "0" * 32


SYSTEM_ORGANIZATION = 1  # the catalog's; nobody is a member of it


async def reserve_system_rows(
    connection: AsyncConnection, *, unusable: tuple[bytes, bytes], now: int
) -> None:
    """Give id 1 to the system's organization, account and user, so that tenants start at 2.

    `unusable` are two random hashes that no presented secret leads to.
    """
    if (await connection.execute(select(func.count()).select_from(organizations))).scalar_one():
        return
    organization_id = await add_organization(
        connection,
        {
            "uid": SYSTEM_UID,
            "name": "System",
            "secret_sealed": b"",
            "secret_hash": unusable[0],
            "created_ms": now,
        },
    )
    account_id = await add_account(connection, organization_id, name="System", now=now)
    await add_user(
        connection,
        {
            "uid": SYSTEM_UID,
            "organization_id": organization_id,
            "account_id": account_id,
            "email": "system",
            "email_folded": "system",
            "first_name": "System",
            "last_name": "",
            "role": "default-user",
            "password_hash": "!",
            "secret_sealed": b"",
            "secret_hash": unusable[1],
            "is_active": False,
            "created_ms": now,
        },
    )


async def add_organization(connection: AsyncConnection, values: Mapping[str, object]) -> int:
    """Insert an organization and return its id."""
    statement = insert(organizations).values(values).returning(organizations.c.id)
    return int((await connection.execute(statement)).scalar_one())


async def add_account(
    connection: AsyncConnection, organization_id: int, *, name: str, now: int
) -> int:
    """Insert the default account of an organization and return its id."""
    statement = (
        insert(accounts)
        .values(
            organization_id=organization_id,
            name=name,
            description="",
            is_default=True,
            is_active=True,
            created_ms=now,
        )
        .returning(accounts.c.id)
    )
    return int((await connection.execute(statement)).scalar_one())


async def add_user(connection: AsyncConnection, values: Mapping[str, object]) -> int | None:
    """Insert a user and return its id, or None when the e-mail is taken."""
    statement = (
        insert_into(connection, users)
        .values(values)
        .on_conflict_do_nothing(index_elements=[users.c.email_folded])
        .returning(users.c.id)
    )
    found = (await connection.execute(statement)).scalar_one_or_none()
    return None if found is None else int(found)


async def user_by_id(connection: AsyncConnection, user_id: int) -> Row[Any] | None:
    """Return the user's row."""
    return (await connection.execute(select(users).where(users.c.id == user_id))).first()


async def user_by_email(connection: AsyncConnection, folded: str) -> Row[Any] | None:
    """Return the row of the user with this e-mail, already case-folded."""
    return (await connection.execute(select(users).where(users.c.email_folded == folded))).first()


async def user_by_secret(connection: AsyncConnection, secret_hash: bytes) -> Row[Any] | None:
    """Return the row of the user whose secret has this keyed hash."""
    statement = select(users).where(users.c.secret_hash == secret_hash)
    return (await connection.execute(statement)).first()


async def organization_by_id(connection: AsyncConnection, organization_id: int) -> Row[Any] | None:
    """Return the organization's row."""
    statement = select(organizations).where(organizations.c.id == organization_id)
    return (await connection.execute(statement)).first()


async def organization_by_secret(
    connection: AsyncConnection, secret_hash: bytes
) -> Row[Any] | None:
    """Return the row of the organization whose secret has this keyed hash."""
    statement = select(organizations).where(organizations.c.secret_hash == secret_hash)
    return (await connection.execute(statement)).first()


async def account_by_id(connection: AsyncConnection, account_id: int) -> Row[Any] | None:
    """Return the account's row."""
    return (await connection.execute(select(accounts).where(accounts.c.id == account_id))).first()


async def change_user(
    connection: AsyncConnection, user_id: int, values: Mapping[str, object]
) -> None:
    """Set columns of a user."""
    await connection.execute(update(users).where(users.c.id == user_id).values(values))


async def change_organization(
    connection: AsyncConnection, organization_id: int, values: Mapping[str, object]
) -> None:
    """Set columns of an organization."""
    await connection.execute(
        update(organizations).where(organizations.c.id == organization_id).values(values)
    )
