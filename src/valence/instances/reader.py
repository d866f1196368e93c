"""Rows of instances as values, secrets opened into `Secret`."""

from collections import OrderedDict
from typing import Any

from valence.domain import Instance, InstanceOwner, Secret, TimelineEntry, Unauthenticated
from valence.instances.seals import InstanceSeals
from valence.storage import Connection, Database, Revisions, instances, timeline

_REMEMBERED = 10_000


class InstanceReader:
    """Finds instances; the ones found by token are remembered while their revision is current."""

    def __init__(self, database: Database, seals: InstanceSeals, *, revisions: Revisions) -> None:
        self._database = database
        self._seals = seals
        self._revisions = revisions
        self._revision = -1
        self._by_token: OrderedDict[str, Instance] = OrderedDict()

    def cached_by_token(self, token: str) -> Instance | None:
        """Return the instance of a token if it is remembered and unchanged; costs no I/O."""
        if self._revisions.current("instances") != self._revision:
            self._revision = self._revisions.current("instances")
            self._by_token.clear()
            return None
        return self._by_token.get(token)

    async def by_token(self, token: str) -> Instance:
        """Return the instance of a token. Raises Unauthenticated: unknown or deleted."""
        found = self.cached_by_token(token)
        if found is not None:
            return found
        revision = self._revisions.current("instances")
        async with self._database.read() as connection:
            row = await instances.by_token(connection, self._seals.token_hash(token))
            instance = None if row is None else (await self.read_rows(connection, [row]))[0]
        if instance is None:
            raise Unauthenticated("The Element token is not known.")
        if revision == self._revision:
            self._by_token[token] = instance
            if len(self._by_token) > _REMEMBERED:
                self._by_token.popitem(last=False)
        return instance

    async def by_id(self, instance_id: int) -> Instance | None:
        """Return an instance."""
        async with self._database.read() as connection:
            row = await instances.by_id(connection, instance_id)
            return None if row is None else (await self.read_rows(connection, [row]))[0]

    async def every(self) -> list[Instance]:
        """Return all instances of all organizations, by id; for the operator."""
        async with self._database.read() as connection:
            return await self.read_rows(connection, await instances.every(connection))

    async def timeline(self, instance_id: int, *, limit: int) -> list[TimelineEntry]:
        """Return what happened to an instance, newest first."""
        async with self._database.read() as connection:
            return await timeline.latest(connection, instance_id, limit=limit)

    async def read_rows(self, connection: Connection, rows: list[Any]) -> list[Instance]:
        """Return rows as values, with tags and configuration, in the same order."""
        ids = [row.id for row in rows]
        tags = await instances.tags_of(connection, ids)
        configuration = await instances.configuration_of(connection, ids)
        return [
            await self._value(row, tags.get(row.id, []), configuration.get(row.id, []))
            for row in rows
        ]

    async def _value(self, row: Any, tags: list[str], stored: list[Any]) -> Instance:
        values: dict[str, str | Secret] = {}
        for entry in stored:
            if entry.sealed is not None:
                values[entry.key] = await self._seals.open_value(
                    entry.sealed,
                    organization_id=row.organization_id,
                    uid=row.uid,
                    key=entry.key,
                )
            elif entry.value is not None:
                values[entry.key] = entry.value
        return Instance(
            id=row.id,
            uid=row.uid,
            organization_id=row.organization_id,
            account_id=row.account_id,
            owner=InstanceOwner(row.user_id, row.email, row.first_name, row.last_name),
            element_key=row.element_key,
            element_id=row.element_id,
            name=row.name,
            token=await self._seals.open_token(
                row.token_sealed, organization_id=row.organization_id, uid=row.uid
            ),
            tags=tuple(tags),
            configuration=values,
            external_authentication=row.external_authentication,
            is_valid=row.credential_state != "needs-owner",
            is_disabled=row.is_disabled,
            events_enabled=row.events_enabled,
            created_ms=row.created_ms,
            updated_ms=row.updated_ms,
            needs_owner_reason=row.credential_reason,
            token_expires_ms=row.credential_expires_ms,
            trace_until_ms=row.trace_until_ms,
        )
