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
    fingerprint,
    numbered,
    transformation_to_wire,
    types_of,
)
from valence.common_resources.scopes import Scope
from valence.common_resources.system_level import SystemObject, read_objects, template_id
from valence.domain import Clock, Conflict, Element, InvalidRequest, NotFound
from valence.storage import (
    Connection,
    Database,
    Place,
    Revisions,
    bump,
    common_resources,
    counters,
    system_level,
)
from valence.transformations import Level, checked

Renames = Mapping[tuple[str, str], str]
Edit = Callable[[Json | None, Json], Json]
WAITING = Place("instance", 0)
"""Where fields of instances wait until somebody says of which."""
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
        checked_definition(body, level=scope.level)  # before it is looked whether there is one
        async with self._database.write() as connection:
            await self._hold(connection, scope, name)
            await self._definition(connection, scope, name)
            await self._replace(connection, scope, name, body)
            await bump(connection, "mappings")
            found = await self._definition(connection, scope, name)
        self._revisions.announce("mappings")
        return found

    async def spread(
        self,
        name: str,
        parts: Sequence[tuple[Scope, Json]],
        *,
        renames: Renames,
        system: SystemObject | None = None,
        is_new: bool = False,
        versions: Mapping[Level, str] | None = None,
    ) -> None:
        """Store what several levels hold of a definition, new or in place of what they have.

        Args:
            renames: new paths by level and old path; what maps them at the parts' levels and below
                follows.
            system: what a part of the system level changes.
            is_new: no level may have one yet.
            versions: fingerprints of the definitions that the parts were made from, by level.

        Raises:
            InvalidRequest: a part cannot be read; nothing is stored then.
            Conflict: there is one, and it must be new; or a level holds something else by now.
        """
        name = checked_name(name)
        async with self._database.write() as connection:
            own = [(scope, body) for scope, body in parts if scope.level != "system"]
            for scope, _ in own[:1]:
                # Of two that make one name, the second looks when the first is there.
                await self._hold(connection, scope, name)
                number = scope.organization_id
                if is_new and await common_resources.definitions(connection, number, name=name):
                    raise Conflict(f"There is a common resource {name} already.")
            for scope, body in own:
                if scope.place == WAITING and not body.get("fields"):
                    row = await self._definition_row(connection, scope, name)
                    gone = [] if row is None else [row.id]
                    await common_resources.drop(connection, common_resources.DEFINITIONS, gone)
                    continue
                version = (versions or {}).get(scope.level)
                await self._replace(connection, scope, name, body, renames=renames, version=version)
            if renames:
                for scope, _ in own:
                    await self._rename_fields(connection, scope, name, renames)
            for scope, body in parts:
                if scope.level == "system" and system is not None:
                    await self._replace_system(connection, system, body, is_new=is_new)
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
            for held in sorted({row.name for row in rows}):  # whoever maps one waits, or was first
                await common_resources.locked(connection, scope.organization_id, held)
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
            for held in sorted({name, wanted}):  # one order, so that none waits in a ring
                await self._hold(connection, scope, held)
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
            await self._settle(connection, scope.organization_id)
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

    async def rename_everywhere(
        self,
        organization_id: int | None,
        name: str,
        new_name: str,
        *,
        system: SystemObject | None = None,
    ) -> None:
        """Rename an object at every level of an organization; with `system` at that one too.

        Raises:
            NotFound: no level has it. Conflict: the new name is taken.
        """
        async with self._database.write() as connection:
            if organization_id is not None:
                is_there = await self._rename_own(connection, organization_id, name, new_name)
                if not is_there and system is None:
                    raise _no_definition(name)
            if system is not None:
                await self._rename_system(connection, system, new_name)
            await bump(connection, "mappings")
        self._revisions.announce("mappings")

    async def spread_mappings(
        self,
        name: str,
        element_key: str,
        parts: Sequence[tuple[Scope, Json | None]],
        *,
        system: SystemObject | None = None,
        edits: Mapping[Place, Edit] | None = None,
    ) -> None:
        """Store what several levels hold of a transformation; None: a level has none any more.

        Args:
            system: what a part of the system level changes.
            edits: make what is stored of what was stored and what was sent, by level.

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
                if scope.level == "system":
                    await self._put_template(connection, system, element_key, document)
                    continue
                resource = await self._required(connection, scope, name)
                row = await self._mapping_row(connection, scope, element_key, name)
                if document is None:
                    gone = [] if row is None else [row.id]
                    await common_resources.drop(connection, common_resources.TRANSFORMATIONS, gone)
                    continue
                _require_engine(row, document)
                edit = (edits or {}).get(scope.place)
                if edit is not None:
                    document = edit(None if row is None else json.loads(row.document), document)
                await common_resources.put_mapping(
                    connection,
                    resource,
                    scope.place,
                    element_key,
                    number=await counters.take(connection, "transformations"),
                    document=json.dumps(document),
                    now=self._clock.now_ms(),
                )
            for scope, _ in ready[:1]:
                await common_resources.sweep(connection, scope.organization_id)
            await bump(connection, "mappings")
        self._revisions.announce("mappings")

    async def drop(
        self,
        organization_id: int,
        *,
        definitions: Sequence[int],
        mappings: Sequence[int],
        system: SystemObject | None = None,
    ) -> None:
        """Delete rows of definitions and transformations, and with `system` what that level has."""
        async with self._database.write() as connection:
            if system is not None:
                await self._forget_system(connection, system)
            await common_resources.drop(connection, common_resources.DEFINITIONS, definitions)
            await common_resources.drop(connection, common_resources.TRANSFORMATIONS, mappings)
            await self._settle(connection, organization_id)
        self._revisions.announce("mappings")

    # -- the version of the view ------------------------------------------------------------------

    async def version(self, organization_id: int) -> str:
        """Return `v1` or `v2`: which view an organization's users work with."""
        async with self._database.read() as connection:
            return await common_resources.version_of(connection, organization_id)

    async def set_version(self, organization_ids: Sequence[int], version: str) -> None:
        """Choose the view of organizations; nothing that is stored changes, so neither do answers.

        Raises:
            NotFound: there is no such organization; all others keep their view then.
        """
        async with self._database.write() as connection:
            for number in sorted(organization_ids):
                is_number = 0 < number < 2**62
                if not is_number or not await common_resources.set_version(
                    connection, number, version
                ):
                    raise NotFound(f"No organization found with ID {number}.")

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
        version: str | None = None,
    ) -> None:
        await self._hold(connection, scope, name)
        row = await self._definition_row(connection, scope, name)
        if version not in (None, fingerprint(None if row is None else json.loads(row.document))):
            raise Conflict(
                f"Somebody else changed what the {scope.level} level holds of {name}.",
                code="changed-meanwhile",
            )
        stored: Json = {"fields": []} if row is None else json.loads(row.document)
        for field in stored["fields"]:
            field["path"] = (renames or {}).get((scope.level, field["path"]), field["path"])
        document = checked_definition(body, level=scope.level, stored=stored)
        allocate = await _numbers(connection, [document])
        await self._put(connection, scope, name, numbered(document, allocate))

    async def _rename_fields(
        self, connection: Connection, scope: Scope, name: str, renames: Renames
    ) -> None:
        """Rename what a level's transformations map, and those of the levels below it, where no
        definition of theirs has the old path."""
        given = {path: new for (level, path), new in renames.items() if level == scope.level}
        if not given:
            return
        below = await common_resources.places_below(connection, scope.place)
        defined: dict[Place, set[str]] = {}
        for row in await common_resources.definitions(
            connection, scope.organization_id, places=below, name=name
        ):
            paths = {field["path"] for field in json.loads(row.document)["fields"]}
            defined[Place(row.level, row.owner_id)] = paths
        for row in await common_resources.mappings(
            connection, scope.organization_id, places=[scope.place, *below], name=name
        ):
            place = Place(row.level, row.owner_id)
            kept = defined.get(place, set())
            document = json.loads(row.document)
            for field in document["fields"]:
                if field["path"] not in kept:
                    field["path"] = given.get(field["path"], field["path"])
            await common_resources.put_mapping(
                connection,
                row.resource_id,
                place,
                row.element_key,
                number=row.number,
                document=json.dumps(document),
                now=self._clock.now_ms(),
            )

    async def _rename_own(
        self, connection: Connection, organization_id: int, name: str, new_name: str
    ) -> bool:
        """Rename an object at every level of an organization; tell whether there was one."""
        now = self._clock.now_ms()
        rows = {}
        for one in sorted({name, new_name}):  # one order, so that none waits in a ring
            rows[one] = await common_resources.held(connection, organization_id, one, now=now)
        for read in (common_resources.definitions, common_resources.mappings):
            if await read(connection, organization_id, name=new_name):
                raise Conflict(f"There is an object {new_name} already.")
        is_there = bool(await common_resources.definitions(connection, organization_id, name=name))
        if is_there:
            await common_resources.discard(connection, rows[new_name].id)
            await common_resources.rename(connection, rows[name].id, new_name)
        await common_resources.sweep(connection, organization_id)
        return is_there

    # -- the system level ------------------------------------------------------------------------

    async def _hold_system(self, connection: Connection) -> list[SystemObject]:
        """Keep others from writing the system level until the transaction ends; return it."""
        await counters.take(connection, "system level")
        return await read_objects(connection)

    async def _replace_system(
        self, connection: Connection, system: SystemObject, body: Json, *, is_new: bool
    ) -> None:
        known = await self._hold_system(connection)
        if is_new and any(one.name == system.name for one in known):
            raise Conflict(f"There is a common resource {system.name} of the system already.")
        document = checked_definition(body, level="system", stored=system.document)
        document = numbered(document, await _numbers(connection, [document]))
        await self._put_system(connection, system, system.name, document)

    async def _rename_system(
        self, connection: Connection, system: SystemObject, new_name: str
    ) -> None:
        if any(one.name == new_name for one in await self._hold_system(connection)):
            raise Conflict(f"There is a common resource {new_name} of the system already.")
        known = {one.id: one for one in await read_objects(connection)}
        document = known.get(system.id, system).document
        await self._put_system(connection, system, new_name, document)

    async def _forget_system(self, connection: Connection, system: SystemObject) -> None:
        await self._hold_system(connection)
        await self._put_system(connection, system, system.name, None)
        # Made again, it has the catalog's templates: those are hidden with it, not changed.
        await system_level.drop_templates(connection, system.id)

    async def _put_system(
        self, connection: Connection, system: SystemObject, name: str, document: Json | None
    ) -> None:
        await system_level.put_object(
            connection,
            system.id,
            hub=system.hub,
            name=name,
            document=None if document is None else json.dumps(document),
            now=self._clock.now_ms(),
        )

    async def _put_template(
        self,
        connection: Connection,
        system: SystemObject | None,
        element_key: str,
        document: Json | None,
    ) -> None:
        if system is None:
            return
        stored = system.templates.get(element_key)
        if document is not None and stored is not None:
            require_change(stored.document, document)
        await system_level.put_template(
            connection,
            template_id(system, element_key),
            object_id=system.id,
            element_key=element_key,
            document=None if document is None else json.dumps(document),
            now=self._clock.now_ms(),
        )

    # -- rows ------------------------------------------------------------------------------------

    async def _put(self, connection: Connection, scope: Scope, name: str, document: Json) -> None:
        now = self._clock.now_ms()
        resource = await common_resources.held(connection, scope.organization_id, name, now=now)
        await common_resources.put_definition(
            connection, resource.id, scope.place, document=json.dumps(document), now=now
        )

    async def _required(self, connection: Connection, scope: Scope, name: str) -> int:
        """Return the resource of an object that is defined at a level that the scope sees."""
        now = self._clock.now_ms()
        resource = await common_resources.held(connection, scope.organization_id, name, now=now)
        places: list[Place] | None = None
        if scope.account is not None:
            below = await common_resources.places_below(connection, scope.account)
            places = [*scope.chain, scope.account, *below, WAITING]
        rows = await common_resources.definitions(
            connection, scope.organization_id, places=places, name=name
        )
        if not rows and all(one.name != name for one in await read_objects(connection)):
            raise _no_definition(name)
        return int(resource.id)

    async def _move(
        self, connection: Connection, scope: Scope, resource_id: int, new_name: str
    ) -> None:
        now = self._clock.now_ms()
        target = await common_resources.held(connection, scope.organization_id, new_name, now=now)
        await common_resources.move(connection, scope.place, resource_id, target.id)

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
            types = {one.name: types_of([one.document]) for one in await read_objects(connection)}
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
    if row is not None:
        require_change(json.loads(row.document), document)


def require_change(stored: Json, document: Json) -> None:
    """Refuse to take a script back to the legacy engine. Raises InvalidRequest."""
    if document["isLegacy"] and not stored["isLegacy"]:
        raise InvalidRequest(
            "A script of the second engine cannot go back to the first: leave isLegacy out.",
            code="engine-downgrade",
        )


def _no_definition(name: str) -> NotFound:
    return NotFound(f"No object definition found with name {name[:100]!r}.")


def _no_transformation(name: str) -> NotFound:
    return NotFound(f"No transformation found for object {name[:100]!r}.")
