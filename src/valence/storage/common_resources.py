"""Rows of common resources: their definitions and transformations, level by level.

A resource is a name in an organization. What levels hold of it hangs on its row, which writers
lock: of two changes to one resource the second sees what the first did."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Table,
    and_,
    delete,
    exists,
    false,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.tables import (
    accounts,
    common_resources,
    instances,
    object_definitions,
    organizations,
    transformations,
)
from valence.storage.tenants import SYSTEM_UID
from valence.storage.upsert import insert_into

Kind = Table
DEFINITIONS: Kind = object_definitions
TRANSFORMATIONS: Kind = transformations


@dataclass(frozen=True, slots=True)
class Place:
    """A level and whose it is: the id of an organization, account or instance; 0 of the system."""

    level: str
    owner_id: int


async def held(
    connection: AsyncConnection, organization_id: int, name: str, *, now: int
) -> Row[Any]:
    """Return the row of a resource, made where it was not there, locked until the end."""
    made = insert_into(connection, common_resources).values(
        organization_id=organization_id, name=name, created_ms=now
    )
    # One statement that changes the row or makes it: whoever sweeps at the same moment either
    # waits for us or has deleted it before.
    statement = made.on_conflict_do_update(
        index_elements=[common_resources.c.organization_id, common_resources.c.name],
        set_={"name": name},
    ).returning(common_resources)
    found: Row[Any] = (await connection.execute(statement)).one()
    return found


async def locked(connection: AsyncConnection, organization_id: int, name: str) -> Row[Any] | None:
    """Return the row of a resource, locked until the end."""
    statement = _resource(organization_id, name).with_for_update()
    found: Row[Any] | None = (await connection.execute(statement)).first()
    return found


async def by_id(connection: AsyncConnection, resource_id: int) -> Row[Any] | None:
    """Return the row of a resource."""
    statement = select(common_resources).where(common_resources.c.id == resource_id)
    return (await connection.execute(statement)).first()


async def definitions(
    connection: AsyncConnection,
    organization_id: int,
    *,
    places: Iterable[Place] | None = None,
    name: str | None = None,
) -> list[Row[Any]]:
    """Return definitions with their resource's `name`, the oldest resource first.

    Args:
        places: of these alone; None: of every level of the organization.
    """
    statement = _rows(object_definitions, organization_id, places, name)
    return list((await connection.execute(statement)).all())


async def mappings(
    connection: AsyncConnection,
    organization_id: int,
    *,
    places: Iterable[Place] | None = None,
    name: str | None = None,
    element_key: str | None = None,
) -> list[Row[Any]]:
    """Return transformations with their resource's `name`, as `definitions`."""
    statement = _rows(transformations, organization_id, places, name)
    if element_key is not None:
        is_text = "\x00" not in element_key
        statement = statement.where(
            transformations.c.element_key == element_key if is_text else false()
        )
    return list((await connection.execute(statement)).all())


async def put_definition(
    connection: AsyncConnection,
    resource_id: int,
    place: Place,
    *,
    document: str,
    now: int,
) -> None:
    """Store a definition, in place of the level's own where it has one."""
    statement = insert_into(connection, object_definitions).values(
        resource_id=resource_id, document=document, created_ms=now, updated_ms=now, **_where(place)
    )
    table = object_definitions.c
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[table.resource_id, table.level, table.owner_id],
            set_={"document": document, "updated_ms": now},
        )
    )


async def put_mapping(
    connection: AsyncConnection,
    resource_id: int,
    place: Place,
    element_key: str,
    *,
    number: int,
    document: str,
    now: int,
) -> None:
    """Store a transformation, in place of the level's own where it has one.

    `number` counts where no level has one for the element yet."""
    table = transformations.c
    known = await connection.execute(
        select(table.number)
        .where(table.resource_id == resource_id, table.element_key == element_key)
        .limit(1)
    )
    statement = insert_into(connection, transformations).values(
        resource_id=resource_id,
        element_key=element_key,
        number=known.scalar() or number,
        document=document,
        created_ms=now,
        updated_ms=now,
        **_where(place),
    )
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[table.resource_id, table.element_key, table.level, table.owner_id],
            set_={"document": document, "updated_ms": now},
        )
    )


async def drop(connection: AsyncConnection, kind: Kind, row_ids: Iterable[int]) -> None:
    """Delete rows of definitions or transformations."""
    ids = list(row_ids)
    if ids:
        await connection.execute(delete(kind).where(kind.c.id.in_(ids)))


async def move(connection: AsyncConnection, place: Place, old_id: int, new_id: int) -> None:
    """Hang what a level has of one resource on another."""
    for table in (object_definitions, transformations):
        await connection.execute(
            update(table)
            .where(
                table.c.resource_id == old_id,
                table.c.level == place.level,
                table.c.owner_id == place.owner_id,
            )
            .values(resource_id=new_id)
        )


async def rename(connection: AsyncConnection, resource_id: int, name: str) -> None:
    """Give a resource another name, at every level; the name must be free."""
    await connection.execute(
        update(common_resources).where(common_resources.c.id == resource_id).values(name=name)
    )


async def discard(connection: AsyncConnection, resource_id: int) -> None:
    """Delete the row of a resource, which nothing hangs on."""
    await connection.execute(delete(common_resources).where(common_resources.c.id == resource_id))


async def places_below(connection: AsyncConnection, place: Place) -> list[Place]:
    """Return the accounts and instances that are below a level."""
    found: list[Place] = []
    if place.level == "organization":
        ids = select(accounts.c.id).where(accounts.c.organization_id == place.owner_id)
        found += [Place("account", one) for one in (await connection.execute(ids)).scalars()]
        found += [Place("instance", one) for one in await instances_in(connection, place.owner_id)]
    elif place.level == "account":
        found += [Place("instance", one) for one in await instances_of(connection, place.owner_id)]
    return found


async def instances_of(connection: AsyncConnection, account_id: int) -> dict[int, int]:
    """Return the elements of an account's instances by instance."""
    statement = select(instances.c.id, instances.c.element_id).where(
        instances.c.account_id == account_id
    )
    return {row.id: row.element_id for row in (await connection.execute(statement)).all()}


async def instances_in(connection: AsyncConnection, organization_id: int) -> frozenset[int]:
    """Return the instances of an organization."""
    statement = select(instances.c.id).where(instances.c.organization_id == organization_id)
    return frozenset((await connection.execute(statement)).scalars())


async def sweep(connection: AsyncConnection, organization_id: int) -> None:
    """Delete the resources of an organization that no level has anything of."""
    is_used = [
        exists().where(table.c.resource_id == common_resources.c.id)
        for table in (object_definitions, transformations)
    ]
    unused = common_resources.c.organization_id == organization_id, ~or_(*is_used)
    # Who holds a row is about to use it. Once locked, what was just stored is seen by the second
    # look, which the deletion takes.
    found = select(common_resources.c.id).where(*unused).with_for_update(skip_locked=True)
    ids = list((await connection.execute(found)).scalars())
    if ids:
        await connection.execute(
            delete(common_resources).where(common_resources.c.id.in_(ids), *unused)
        )


async def version_of(connection: AsyncConnection, organization_id: int) -> str:
    """Return which of the two views of common resources an organization uses: `v1` or `v2`."""
    statement = select(organizations.c.vdr_version).where(organizations.c.id == organization_id)
    return str((await connection.execute(statement)).scalar_one())


async def set_version(connection: AsyncConnection, organization_id: int, version: str) -> bool:
    """Choose the view; tell whether there is such a tenant."""
    found = await connection.execute(
        update(organizations)
        .where(organizations.c.id == organization_id, organizations.c.uid != SYSTEM_UID)
        .values(vdr_version=version)
        .returning(organizations.c.id)
    )
    return found.first() is not None


def _resource(organization_id: int, name: str) -> Select[Any]:
    return select(common_resources).where(
        common_resources.c.organization_id == organization_id, _named(name)
    )


def _named(name: str) -> ColumnElement[bool]:
    # No database stores NUL in text, and PostgreSQL does not take it in a question either.
    return false() if "\x00" in name else common_resources.c.name == name


def _rows(
    table: Table, organization_id: int, places: Iterable[Place] | None, name: str | None
) -> Select[Any]:
    statement = (
        select(table, common_resources.c.name)
        .join(common_resources, common_resources.c.id == table.c.resource_id)
        .where(common_resources.c.organization_id == organization_id)
        .order_by(table.c.resource_id, table.c.id)
    )
    if name is not None:
        statement = statement.where(_named(name))
    if places is not None:
        wanted: dict[str, list[int]] = {}
        for place in places:
            wanted.setdefault(place.level, []).append(place.owner_id)
        terms = [and_(table.c.level == le, table.c.owner_id.in_(ids)) for le, ids in wanted.items()]
        statement = statement.where(or_(false(), *terms))
    return statement


def _where(place: Place) -> Mapping[str, object]:
    return {
        "level": place.level,
        "owner_id": place.owner_id,
        # 0: fields of instances that are still to be named.
        "instance_id": (place.owner_id or None) if place.level == "instance" else None,
    }


__all__ = [
    "DEFINITIONS",
    "TRANSFORMATIONS",
    "Kind",
    "Place",
    "by_id",
    "definitions",
    "discard",
    "drop",
    "held",
    "instances_in",
    "instances_of",
    "locked",
    "mappings",
    "move",
    "places_below",
    "put_definition",
    "put_mapping",
    "rename",
    "set_version",
    "sweep",
    "version_of",
]
