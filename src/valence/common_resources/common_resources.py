"""Definitions and transformations, level by level: read, written, renamed.

Each write is one transaction that locks the resource, and raises the revision `mappings`, so that
every process forgets the plans it has. Whether a caller may touch a level is asked by whoever
calls (`scopes.py`): a view that drops what is forbidden, and one that refuses it, share this."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from valence.common_resources.documents import (
    Allocate,
    Json,
    checked_definition,
    checked_name,
    definition_to_wire,
    numbered,
    transformation_to_wire,
    types_of,
)
from valence.common_resources.scopes import Scope
from valence.domain import Clock, Conflict, Element, InvalidRequest, NotFound
from valence.storage import Connection, Database, Place, Revisions, bump, common_resources, counters
from valence.transformations import checked

Renames = Mapping[tuple[str, str], str]
NOT_MAPPABLE = frozenset({"documents", "messaging"})
"""Hubs without transformations."""


class CommonResources:
    """The common resources of every organization."""

    def __init__(self, database: Database, *, clock: Clock, revisions: Revisions) -> None:
        self._database = database
        self._clock = clock
        self._revisions = revisions

    # -- definitions -----------------------------------------------------------------------------

    async def definition(self, scope: Scope, name: str) -> Json:
        """Return a level's definition of an object. Raises NotFound."""
        async with self._database.read() as connection:
            return await self._definition(connection, scope, name)

    async def definitions(self, scope: Scope) -> dict[str, Json]:
        """Return a level's definitions by name. Raises NotFound where there is none."""
        async with self._database.read() as connection:
            rows = await common_resources.definitions(
                connection, scope.organization_id, places=[scope.place]
            )
        if not rows:
            raise NotFound("No object definitions found.")
        return {row.name: definition_to_wire(row, json.loads(row.document)) for row in rows}

    async def define(self, scope: Scope, bodies: Mapping[str, Json]) -> dict[str, Json]:
        """Store new definitions, all or none.

        Raises:
            InvalidRequest: one cannot be read. Conflict: the level has one of that name.
        """
        documents = {
            checked_name(name): checked_definition(body, level=scope.level)
            for name, body in bodies.items()
        }
        async with self._database.write() as connection:
            allocate = await _numbers(connection, documents.values())
            for name, document in sorted(
                documents.items()
            ):  # one order, so that none waits in a ring
                await self._hold(connection, scope, name)
                row = await self._definition_row(connection, scope, name)
                if row is not None:
                    raise Conflict(f"The object {name} is defined at the {scope.level} level.")
                await self._put(connection, scope, name, numbered(document, allocate))
            await bump(connection, "mappings")
            found = {name: await self._definition(connection, scope, name) for name in documents}
        self._revisions.announce("mappings")
        return found

    async def redefine(self, scope: Scope, name: str, body: Json) -> Json:
        """Replace a level's definition; fields keep their ids.

        Raises:
            InvalidRequest: it cannot be read. NotFound: the level has none.
        """
        async with self._database.write() as connection:
            await self._definition(connection, scope, name)
            await self._replace(connection, scope, name, body)
            await bump(connection, "mappings")
            found = await self._definition(connection, scope, name)
        self._revisions.announce("mappings")
        return found

    async def spread(
        self, name: str, parts: Sequence[tuple[Scope, Json]], *, renames: Renames
    ) -> None:
        """Store what several levels hold of a definition, new or in place of what they have.

        Args:
            renames: new paths by level and old path; mapped fields of the parts' levels follow.

        Raises:
            InvalidRequest: a part cannot be read; nothing is stored then.
        """
        name = checked_name(name)
        async with self._database.write() as connection:
            for scope, body in parts:
                await self._replace(connection, scope, name, body, renames=renames)
            if renames:
                for scope, _ in parts:
                    await self._rename_fields(connection, scope, name, renames)
            await bump(connection, "mappings")
        self._revisions.announce("mappings")

    async def undefine(self, scope: Scope, name: str | None = None) -> None:
        """Delete a level's definition, or all of them.

        Raises:
            NotFound: there is none. Conflict: the level has a transformation of it; nothing is
                deleted then.
        """
        async with self._database.write() as connection:
            rows = await common_resources.definitions(
                connection, scope.organization_id, places=[scope.place], name=name
            )
            if not rows:
                raise _no_definition(name) if name else NotFound("No object definitions found.")
            mapped = await common_resources.mappings(
                connection, scope.organization_id, places=[scope.place], name=name
            )
            defined = {row.resource_id for row in rows}
            for row in mapped:
                if row.resource_id in defined:
                    raise Conflict(
                        f"The object {row.name} is mapped to {row.element_key};"
                        " delete the transformation first.",
                        code="object-mapped",
                    )
            await common_resources.drop(
                connection, common_resources.DEFINITIONS, (row.id for row in rows)
            )
            await self._settle(connection, scope.organization_id)
        self._revisions.announce("mappings")

    async def rename(self, scope: Scope, name: str, new_name: object) -> Json:
        """Rename what a level has of an object; other levels keep the old name.

        Raises:
            NotFound: the level has no such definition. Conflict: it has one of the new name.
        """
        wanted = checked_name(new_name)
        async with self._database.write() as connection:
            row = await self._definition_row(connection, scope, name)
            if row is None:
                raise _no_definition(name)
            if wanted != name:
                taken = await common_resources.definitions(
                    connection, scope.organization_id, places=[scope.place], name=wanted
                )
                taken += await common_resources.mappings(
                    connection, scope.organization_id, places=[scope.place], name=wanted
                )
                if taken:
                    raise Conflict(f"The object {wanted} is defined at the {scope.level} level.")
                await self._move(connection, scope, row.resource_id, wanted)
            found = await self._definition(connection, scope, wanted)
        self._revisions.announce("mappings")
        return found

    # -- transformations -------------------------------------------------------------------------

    async def transformation(self, scope: Scope, element_key: str, name: str) -> Json:
        """Return a level's transformation, with what it inherits. Raises NotFound."""
        found = await self._shown(scope, element_key=element_key, name=name)
        if not found:
            raise _no_transformation(name)
        return found[0]

    async def transformations(
        self, scope: Scope, *, element_key: str | None = None, name: str | None = None
    ) -> list[Json]:
        """Return a level's transformations: of an element, of an object, or all.

        Raises:
            NotFound: there is none.
        """
        found = await self._shown(scope, element_key=element_key, name=name)
        if not found:
            raise _no_transformation(name) if name else NotFound("No transformations found.")
        return found

    async def map(
        self, scope: Scope, element_key: str, bodies: Mapping[str, Json]
    ) -> dict[str, Json]:
        """Store new transformations, all or none.

        Raises:
            InvalidRequest: one cannot be read. NotFound: an object is not defined at any level
                that the caller sees. Conflict: the level has one of that object.
        """
        documents = {name: checked(body, level=scope.level) for name, body in bodies.items()}
        async with self._database.write() as connection:
            number = await counters.take(connection, "transformations", count=len(documents) or 1)
            for offset, (name, document) in enumerate(sorted(documents.items())):
                resource = await self._required(connection, scope, name)
                if await self._mapping_row(connection, scope, element_key, name) is not None:
                    raise Conflict(
                        f"The object {name} is mapped to {element_key} at the {scope.level} level."
                    )
                await common_resources.put_mapping(
                    connection,
                    resource,
                    scope.place,
                    element_key,
                    number=number + offset,
                    document=json.dumps(document),
                    now=self._clock.now_ms(),
                )
            await bump(connection, "mappings")
        self._revisions.announce("mappings")
        return {name: await self.transformation(scope, element_key, name) for name in documents}

    async def remap(
        self,
        scope: Scope,
        element_key: str,
        name: str,
        body: Json,
        *,
        is_upsert: bool = False,
        edit: Callable[[Json | None, Json], Json] | None = None,
    ) -> Json:
        """Replace a level's transformation.

        Args:
            edit: makes what is stored of what was stored and what was sent.

        Raises:
            InvalidRequest: it cannot be read, or takes a script back to the legacy engine.
            NotFound: the level has none, unless `is_upsert`; then, as `map`.
        """
        document = checked(body, level=scope.level)
        async with self._database.write() as connection:
            await common_resources.locked(connection, scope.organization_id, name)
            row = await self._mapping_row(connection, scope, element_key, name)
            if row is None and not is_upsert:
                raise _no_transformation(name)
            stored = None if row is None else json.loads(row.document)
            _require_engine(row, document)
            if row is None:
                resource = await self._required(connection, scope, name)
            else:
                resource = row.resource_id
            await common_resources.put_mapping(
                connection,
                resource,
                scope.place,
                element_key,
                number=await counters.take(connection, "transformations"),
                document=json.dumps(document if edit is None else edit(stored, document)),
                now=self._clock.now_ms(),
            )
            await bump(connection, "mappings")
        self._revisions.announce("mappings")
        return await self.transformation(scope, element_key, name)

    async def unmap(
        self,
        scope: Scope,
        *,
        element_key: str | None = None,
        name: str | None = None,
        is_propagated: bool = False,
    ) -> None:
        """Delete a level's transformation, or all of them.

        Args:
            is_propagated: those of the other levels too.

        Raises:
            NotFound: there is none.
        """
        async with self._database.write() as connection:
            rows = await common_resources.mappings(
                connection,
                scope.organization_id,
                places=None if is_propagated else [scope.place],
                name=name,
                element_key=element_key,
            )
            if not rows:
                raise _no_transformation(name) if name else NotFound("No transformations found.")
            await common_resources.drop(
                connection, common_resources.TRANSFORMATIONS, (row.id for row in rows)
            )
            await self._settle(connection, scope.organization_id)
        self._revisions.announce("mappings")

    async def install(
        self, scope: Scope, name: str, definition: Json, mappings: Mapping[str, Json]
    ) -> int:
        """Store a new object with its transformations by element; return its id. All or nothing.

        Raises:
            InvalidRequest: a part cannot be read. Conflict: the level has such an object, or maps
                one of that name.
        """
        name = checked_name(name)
        document = checked_definition(definition, level=scope.level)
        ready = {key: checked(body, level=scope.level) for key, body in mappings.items()}
        now = self._clock.now_ms()
        async with self._database.write() as connection:
            resource = await common_resources.held(connection, scope.organization_id, name, now=now)
            if await self._definition_row(connection, scope, name) is not None:
                raise Conflict(f"The object {name} is defined at the {scope.level} level.")
            allocate = await _numbers(connection, [document])
            await self._put(connection, scope, name, numbered(document, allocate))
            for key, mapping in ready.items():
                if await self._mapping_row(connection, scope, key, name) is not None:
                    raise Conflict(
                        f"The object {name} is mapped to {key} at the {scope.level} level."
                    )
                await common_resources.put_mapping(
                    connection,
                    resource.id,
                    scope.place,
                    key,
                    number=await counters.take(connection, "transformations"),
                    document=json.dumps(mapping),
                    now=now,
                )
            await bump(connection, "mappings")
        self._revisions.announce("mappings")
        return int(resource.id)

    # -- all levels ------------------------------------------------------------------------------

    async def rename_everywhere(self, organization_id: int, name: str, new_name: str) -> None:
        """Rename an object at every level. Raises NotFound; Conflict: the new name is taken."""
        async with self._database.write() as connection:
            row = await common_resources.locked(connection, organization_id, name)
            if row is None:
                raise _no_definition(name)
            if await common_resources.locked(connection, organization_id, new_name) is not None:
                raise Conflict(f"There is an object {new_name} already.")
            await common_resources.rename(connection, row.id, new_name)
            await bump(connection, "mappings")
        self._revisions.announce("mappings")

    async def spread_mappings(
        self, name: str, element_key: str, parts: Sequence[tuple[Scope, Json | None]]
    ) -> None:
        """Store what several levels hold of a transformation; None: a level has none any more.

        Raises:
            InvalidRequest: a part cannot be read, or takes a script back to the legacy engine;
                nothing is stored then. NotFound: the object is not defined.
        """
        ready = [
            (scope, None if body is None else checked(body, level=scope.level))
            for scope, body in parts
        ]
        async with self._database.write() as connection:
            for scope, document in ready:
                resource = await self._required(connection, scope, name)
                row = await self._mapping_row(connection, scope, element_key, name)
                if document is None:
                    gone = [] if row is None else [row.id]
                    await common_resources.drop(connection, common_resources.TRANSFORMATIONS, gone)
                    continue
                _require_engine(row, document)
                await common_resources.put_mapping(
                    connection,
                    resource,
                    scope.place,
                    element_key,
                    number=await counters.take(connection, "transformations"),
                    document=json.dumps(document),
                    now=self._clock.now_ms(),
                )
            await bump(connection, "mappings")
        self._revisions.announce("mappings")

    async def drop(
        self, organization_id: int, *, definitions: Sequence[int], mappings: Sequence[int]
    ) -> None:
        """Delete rows of definitions and transformations."""
        async with self._database.write() as connection:
            await common_resources.drop(connection, common_resources.DEFINITIONS, definitions)
            await common_resources.drop(connection, common_resources.TRANSFORMATIONS, mappings)
            await self._settle(connection, organization_id)
        self._revisions.announce("mappings")

    # -- the version of the view ------------------------------------------------------------------

    async def version(self, organization_id: int) -> str:
        """Return `v1` or `v2`: which view an organization's users work with."""
        async with self._database.read() as connection:
            return await common_resources.version_of(connection, organization_id)

    async def set_version(self, organization_id: int, version: str) -> None:
        """Choose the view; nothing that is stored changes, so neither do answers."""
        async with self._database.write() as connection:
            await common_resources.set_version(connection, organization_id, version)

    # -- inside ----------------------------------------------------------------------------------

    async def _definition(self, connection: Connection, scope: Scope, name: str) -> Json:
        row = await self._definition_row(connection, scope, name)
        if row is None:
            raise _no_definition(name)
        return definition_to_wire(row, json.loads(row.document))

    async def _definition_row(self, connection: Connection, scope: Scope, name: str) -> Any:
        rows = await common_resources.definitions(
            connection, scope.organization_id, places=[scope.place], name=name
        )
        return rows[0] if rows else None

    async def _mapping_row(
        self, connection: Connection, scope: Scope, element_key: str, name: str
    ) -> Any:
        rows = await common_resources.mappings(
            connection,
            scope.organization_id,
            places=[scope.place],
            name=name,
            element_key=element_key,
        )
        return rows[0] if rows else None

    async def _hold(self, connection: Connection, scope: Scope, name: str) -> None:
        """Keep others from writing an object until the transaction ends."""
        now = self._clock.now_ms()
        await common_resources.held(connection, scope.organization_id, name, now=now)

    async def _replace(
        self,
        connection: Connection,
        scope: Scope,
        name: str,
        body: Json,
        *,
        renames: Renames | None = None,
    ) -> None:
        await self._hold(connection, scope, name)
        row = await self._definition_row(connection, scope, name)
        stored: Json = {"fields": []} if row is None else json.loads(row.document)
        for field in stored["fields"]:
            field["path"] = (renames or {}).get((scope.level, field["path"]), field["path"])
        document = checked_definition(body, level=scope.level, stored=stored)
        allocate = await _numbers(connection, [document])
        await self._put(connection, scope, name, numbered(document, allocate))

    async def _rename_fields(
        self, connection: Connection, scope: Scope, name: str, renames: Renames
    ) -> None:
        for row in await common_resources.mappings(
            connection, scope.organization_id, places=[scope.place], name=name
        ):
            document = json.loads(row.document)
            for field in document["fields"]:
                field["path"] = renames.get((row.level, field["path"]), field["path"])
            await common_resources.put_mapping(
                connection,
                row.resource_id,
                Place(row.level, row.owner_id),
                row.element_key,
                number=row.number,
                document=json.dumps(document),
                now=self._clock.now_ms(),
            )

    async def _put(self, connection: Connection, scope: Scope, name: str, document: Json) -> None:
        now = self._clock.now_ms()
        resource = await common_resources.held(connection, scope.organization_id, name, now=now)
        await common_resources.put_definition(
            connection, resource.id, scope.place, document=json.dumps(document), now=now
        )

    async def _required(self, connection: Connection, scope: Scope, name: str) -> int:
        """Return the resource of an object that is defined at a level that the caller sees."""
        resource = await common_resources.locked(connection, scope.organization_id, name)
        rows = await common_resources.definitions(connection, scope.organization_id, name=name)
        if resource is None or not rows:
            raise _no_definition(name)
        return int(resource.id)

    async def _move(
        self, connection: Connection, scope: Scope, resource_id: int, new_name: str
    ) -> None:
        now = self._clock.now_ms()
        target = await common_resources.held(connection, scope.organization_id, new_name, now=now)
        await common_resources.move(connection, scope.place, resource_id, target.id)
        await self._settle(connection, scope.organization_id)

    async def _settle(self, connection: Connection, organization_id: int) -> None:
        await common_resources.sweep(connection, organization_id)
        await bump(connection, "mappings")

    async def _shown(
        self, scope: Scope, *, element_key: str | None, name: str | None
    ) -> list[Json]:
        async with self._database.read() as connection:
            rows = await common_resources.mappings(
                connection,
                scope.organization_id,
                places=scope.chain,
                name=name,
                element_key=element_key,
            )
            defined = await common_resources.definitions(
                connection, scope.organization_id, places=scope.chain, name=name
            )
        types: dict[str, dict[str, str]] = {}
        for row in in_order(defined):
            types.setdefault(row.name, {}).update(types_of([json.loads(row.document)]))
        levels: dict[tuple[str, str], list[Any]] = {}
        for row in in_order(rows):
            levels.setdefault((row.name, row.element_key), []).append(row)
        return [
            transformation_to_wire(
                chain, types=types.get(named, {}), element={"key": chain[-1].element_key}
            )
            for (named, _), chain in levels.items()
            if chain[-1].level == scope.level
        ]


def require_mappable(element: Element) -> None:
    """Refuse an element of a hub without transformations. Raises InvalidRequest."""
    if element.hub in NOT_MAPPABLE:
        raise InvalidRequest(
            f"Elements of the hub {element.hub} have no transformations.", code="not-mappable"
        )


def in_order(rows: list[Any]) -> list[Any]:
    """Return rows from the general level to the specific."""
    return sorted(rows, key=lambda row: _ORDER[row.level])


_ORDER = {"system": 0, "organization": 1, "account": 2, "instance": 3}


async def _numbers(connection: Connection, documents: Any) -> Allocate:
    most = sum(len(document["fields"]) for document in documents) or 1
    first = await counters.take(connection, "object fields", count=most)
    return iter(range(first, first + most)).__next__


def _require_engine(row: Any, document: Json) -> None:
    """Refuse to take a script back to the legacy engine. Raises InvalidRequest."""
    if row is not None and document["isLegacy"] and not json.loads(row.document)["isLegacy"]:
        raise InvalidRequest(
            "A script of the second engine cannot go back to the first: leave isLegacy out.",
            code="engine-downgrade",
        )


def _no_definition(name: str) -> NotFound:
    return NotFound(f"No object definition found with name {name[:100]!r}.")


def _no_transformation(name: str) -> NotFound:
    return NotFound(f"No transformation found for object {name[:100]!r}.")
