"""Rows of element instances, their tags and configuration."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.tables import (
    credentials,
    instance_configuration,
    instance_tags,
    instances,
    users,
)
from valence.storage.upsert import insert_into


@dataclass(frozen=True, slots=True)
class InstanceQuery:
    """What a search asks for; all criteria hold at once."""

    account_id: int
    user_id: int | None = None
    element_key: str | None = None
    element_id: int | None = None
    tags: tuple[str, ...] = ()
    text: str | None = None
    state: str | None = None
    after_id: int = 0
    limit: int = 200
    is_newest_first: bool = False


async def add(connection: AsyncConnection, values: Mapping[str, object]) -> int:
    """Insert an instance and return its id."""
    statement = insert(instances).values(values).returning(instances.c.id)
    return int((await connection.execute(statement)).scalar_one())


async def set_tags(connection: AsyncConnection, instance_id: int, tags: Sequence[str]) -> None:
    """Replace the tags, keeping their order."""
    await connection.execute(
        delete(instance_tags).where(instance_tags.c.instance_id == instance_id)
    )
    if tags:
        await connection.execute(
            insert(instance_tags),
            [
                {"instance_id": instance_id, "tag": tag, "position": position}
                for position, tag in enumerate(dict.fromkeys(tags))
            ],
        )


async def set_configuration(
    connection: AsyncConnection,
    instance_id: int,
    *,
    plain: Mapping[str, str | None],
    sealed: Mapping[str, bytes],
) -> None:
    """Insert or replace configuration values by key; the others stay."""
    rows: list[dict[str, object]] = [
        {"instance_id": instance_id, "key": key, "value": value, "sealed": None}
        for key, value in plain.items()
    ]
    rows += [
        {"instance_id": instance_id, "key": key, "value": None, "sealed": value}
        for key, value in sealed.items()
    ]
    if not rows:
        return
    statement = insert_into(connection, instance_configuration)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[instance_configuration.c.instance_id, instance_configuration.c.key],
            set_={"value": statement.excluded.value, "sealed": statement.excluded.sealed},
        ),
        rows,
    )


async def by_id(connection: AsyncConnection, instance_id: int) -> Row[Any] | None:
    """Return the instance's row joined with its owner and the state of its credentials."""
    found: Row[Any] | None = (
        await connection.execute(_joined().where(instances.c.id == instance_id))
    ).first()
    return found


async def by_token(connection: AsyncConnection, token_hash: bytes) -> Row[Any] | None:
    """Return the row of the instance whose token has this keyed hash."""
    found: Row[Any] | None = (
        await connection.execute(_joined().where(instances.c.token_hash == token_hash))
    ).first()
    return found


async def search(connection: AsyncConnection, query: InstanceQuery) -> list[Row[Any]]:
    """Return matching rows from after `after_id` on, in ascending order of id unless asked for
    the newest first."""
    statement = _joined().where(instances.c.account_id == query.account_id)
    statement = statement.where(instances.c.id > query.after_id)
    if query.user_id is not None:
        statement = statement.where(instances.c.user_id == query.user_id)
    if query.element_key is not None:
        statement = statement.where(instances.c.element_key == query.element_key)
    if query.element_id is not None:
        statement = statement.where(instances.c.element_id == query.element_id)
    for tag in query.tags:
        statement = statement.where(
            select(instance_tags.c.tag)
            .where(instance_tags.c.instance_id == instances.c.id, instance_tags.c.tag == tag)
            .exists()
        )
    if query.text:
        folded = query.text.casefold()
        statement = statement.where(
            or_(
                instances.c.name_folded.contains(folded, autoescape=True),
                instances.c.element_key.contains(folded, autoescape=True),
            )
        )
    if query.state:
        statement = statement.where(_state_condition(query.state))
    order = instances.c.id.desc() if query.is_newest_first else instances.c.id
    statement = statement.order_by(order).limit(query.limit)
    return list((await connection.execute(statement)).all())


async def every(connection: AsyncConnection) -> list[Row[Any]]:
    """Return all rows of all organizations, by id."""
    return list((await connection.execute(_joined().order_by(instances.c.id))).all())


async def counts_by_element(
    connection: AsyncConnection, account_id: int, *, user_id: int | None
) -> list[tuple[str, int]]:
    """Return how many instances each element has."""
    statement = (
        select(instances.c.element_key, func.count())
        .where(instances.c.account_id == account_id)
        .group_by(instances.c.element_key)
        .order_by(instances.c.element_key)
    )
    if user_id is not None:
        statement = statement.where(instances.c.user_id == user_id)
    return [(key, int(n)) for key, n in (await connection.execute(statement)).all()]


async def counts_by_element_id(
    connection: AsyncConnection, account_id: int, *, user_id: int | None
) -> list[tuple[int, int]]:
    """Return how many instances each element has by its id: a key may be that of two."""
    statement = (
        select(instances.c.element_id, func.count())
        .where(instances.c.account_id == account_id)
        .group_by(instances.c.element_id)
        .order_by(instances.c.element_id)
    )
    if user_id is not None:
        statement = statement.where(instances.c.user_id == user_id)
    return [(int(one), int(n)) for one, n in (await connection.execute(statement)).all()]


async def counts_by_state(
    connection: AsyncConnection, account_id: int, *, user_id: int | None
) -> dict[str, int]:
    """Return how many instances are connected, disabled, and in need of their owner."""
    found = {}
    for state in ("connected", "disabled", "needs-owner"):
        statement = (
            select(func.count())
            .select_from(instances.outerjoin(credentials))
            .where(instances.c.account_id == account_id, _state_condition(state))
        )
        if user_id is not None:
            statement = statement.where(instances.c.user_id == user_id)
        found[state] = int((await connection.execute(statement)).scalar_one())
    return found


async def tags_in_use(connection: AsyncConnection, account_id: int) -> list[str]:
    """Return the account's tags in alphabetical order."""
    statement = (
        select(instance_tags.c.tag)
        .join(instances, instances.c.id == instance_tags.c.instance_id)
        .where(instances.c.account_id == account_id)
        .distinct()
        .order_by(instance_tags.c.tag)
        .limit(500)
    )
    return [row.tag for row in (await connection.execute(statement)).all()]


async def tags_of(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the tags of several instances."""
    statement = (
        select(instance_tags.c.instance_id, instance_tags.c.tag)
        .where(instance_tags.c.instance_id.in_(list(ids)))
        .order_by(instance_tags.c.instance_id, instance_tags.c.position)
    )
    found: dict[int, list[str]] = {}
    for instance_id, tag in (await connection.execute(statement)).all():
        found.setdefault(instance_id, []).append(tag)
    return found


async def configuration_of(
    connection: AsyncConnection, ids: Iterable[int]
) -> dict[int, list[Row[Any]]]:
    """Return the configuration rows of several instances, in the order they were stored."""
    statement = (
        select(instance_configuration)
        .where(instance_configuration.c.instance_id.in_(list(ids)))
        .order_by(instance_configuration.c.id)
    )
    found: dict[int, list[Row[Any]]] = {}
    for row in (await connection.execute(statement)).all():
        found.setdefault(row.instance_id, []).append(row)
    return found


async def change(
    connection: AsyncConnection, instance_id: int, values: Mapping[str, object]
) -> bool:
    """Set columns; tell whether the instance is still there."""
    statement = (
        update(instances)
        .where(instances.c.id == instance_id)
        .values(values)
        .returning(instances.c.id)
    )
    return (await connection.execute(statement)).first() is not None


async def drop(connection: AsyncConnection, instance_id: int) -> bool:
    """Delete the instance with everything it owns; tell whether it was there."""
    statement = delete(instances).where(instances.c.id == instance_id).returning(instances.c.id)
    return (await connection.execute(statement)).first() is not None


def _joined() -> Any:
    return select(
        instances,
        users.c.email,
        users.c.first_name,
        users.c.last_name,
        credentials.c.state.label("credential_state"),
        credentials.c.reason.label("credential_reason"),
        credentials.c.expires_ms.label("credential_expires_ms"),
    ).select_from(
        instances.join(users, users.c.id == instances.c.user_id).outerjoin(
            credentials, credentials.c.instance_id == instances.c.id
        )
    )


def _state_condition(state: str) -> Any:
    needs_owner = func.coalesce(credentials.c.state, "none") == "needs-owner"
    if state == "needs-owner":
        return needs_owner
    if state == "disabled":
        return and_(instances.c.is_disabled.is_(True), ~needs_owner)
    return and_(instances.c.is_disabled.is_(False), ~needs_owner)
