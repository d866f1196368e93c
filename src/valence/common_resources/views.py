"""Common resources over all levels at once, by name and by id.

What a caller sees is his organization, his account and its instances. A write distributes its
fields over the levels that they name, in one transaction. A field of an instance that nobody names
waits, seen by the whole organization, for a write that does.

Source: the wire contract on transformations, its sections on the other two views.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from valence.common_resources.common_resources import (
    WAITING,
    CommonResources,
    in_order,
    require_mappable,
)
from valence.common_resources.documents import Json, checked_name
from valence.common_resources.scopes import Scope, Scopes, require_level
from valence.domain import Conflict, Forbidden, InvalidRequest, NotFound, Principal
from valence.elements import Elements
from valence.instances import Instances
from valence.storage import Connection, Database, Place, common_resources
from valence.transformations import LEVELS, Level


@dataclass(slots=True)
class _Seen:
    """What a caller sees of one resource."""

    id: int
    definitions: list[Any] = field(default_factory=list)
    mappings: list[Any] = field(default_factory=list)


class Views:
    """The views over all levels."""

    def __init__(
        self,
        database: Database,
        elements: Elements,
        instances: Instances,
        scopes: Scopes,
        resources: CommonResources,
    ) -> None:
        self._database = database
        self._elements = elements
        self._instances = instances
        self._scopes = scopes
        self._resources = resources

    async def all(self, principal: Principal) -> list[Json]:
        """Return every resource with a definition, by id."""
        seen = await self._seen(principal)
        return [
            await self._shown(principal, name, one) for name, one in seen.items() if one.definitions
        ]

    async def one(self, principal: Principal, name_or_id: str) -> Json:
        """Return a resource; digits that are no resource's name are an id. Raises NotFound."""
        seen = await self._seen(principal, name_or_id)
        number = _number(name_or_id)
        if number is not None and name_or_id not in seen:
            seen = await self._seen(principal)
        for name, one in seen.items():
            if one.definitions and (name == name_or_id or one.id == number):
                return await self._shown(principal, name, one)
        raise NotFound(f"No common resource found with name or ID {name_or_id[:100]!r}.")

    async def put(self, principal: Principal, body: Json) -> Json:
        """Store a resource, over what its levels have; a level that nothing is said of stays.

        Raises:
            InvalidRequest: it cannot be read. Forbidden: a field is for a level that the caller
                may not write. NotFound: an account or instance is not there.
        """
        name = checked_name(body.get("name"))
        renames = _renames(body.get("changedFields"))
        by_scope: dict[tuple[Level, int | None], list[Json]] = {}
        for row in _rows(body.get("fields"), "fields"):
            level = _level(row, "organization")
            for owner in self._owners(row, body, level):
                path = str(row.get("path") or "")
                renamed = renames.get((level, path), path)
                by_scope.setdefault((level, owner), []).append({**row, "path": renamed})
        waiting = _waiting((await self._seen(principal, name)).get(name), renames)
        if waiting:  # what is bound now waits no more; what is not brought waits on
            brought = {
                row["path"]
                for (level, _), rows in by_scope.items()
                if level == "instance"
                for row in rows
            }
            kept = [one for one in waiting if one["path"] not in brought]
            by_scope["instance", 0] = [*by_scope.get(("instance", 0), []), *kept]
        if not by_scope:
            by_scope["organization", None] = []
        parts = [
            (await self._scope(principal, level, owner), {**_texts(body), "fields": rows})
            for (level, owner), rows in by_scope.items()
        ]
        await self._resources.spread(name, parts, renames=renames)
        return await self.one(principal, name)

    async def rename(self, principal: Principal, name: str, new_name: object) -> Json:
        """Rename a resource at every level.

        Raises:
            NotFound: there is none. Conflict: the new name is taken. Forbidden: a level of it is
                not the caller's to write.
        """
        wanted = checked_name(new_name)
        seen = (await self._seen(principal, name)).get(name)
        if seen is None or not seen.definitions:
            raise NotFound(f"No common resource found with name {name[:100]!r}.")
        for level in {row.level for row in (*seen.definitions, *seen.mappings)}:
            require_level(principal, level)
        if wanted != name:
            await self._resources.rename_everywhere(principal.organization_id, name, wanted)
        return await self.one(principal, wanted)

    async def delete(self, principal: Principal, name: str, *, is_forced: bool) -> None:
        """Delete what the caller sees of a resource; with its transformations where `is_forced`.

        Raises:
            NotFound, Forbidden: as `rename`. Conflict: it is mapped.
        """
        seen = (await self._seen(principal, name)).get(name)
        if seen is None or not seen.definitions:
            raise NotFound(f"No common resource found with name {name[:100]!r}.")
        for row in (*seen.definitions, *seen.mappings):
            require_level(principal, row.level)
        if seen.mappings and not is_forced:
            raise Conflict(
                f"The object {name} is mapped to {seen.mappings[0].element_key}; force=true"
                " deletes its transformations too.",
                code="object-mapped",
            )
        await self._resources.drop(
            principal.organization_id,
            definitions=[row.id for row in seen.definitions],
            mappings=[row.id for row in seen.mappings],
        )

    async def put_transformation(self, principal: Principal, body: Json) -> Json:
        """Store one transformation: options and script at its level, each field at its own.

        Raises:
            InvalidRequest: it cannot be read, or names no element. NotFound: the object is not
                defined. Forbidden: a level is not the caller's to write.
        """
        name, level = checked_name(body.get("objectName") or body.get("name")), _level(body, None)
        key = await self._element_key(principal, body)
        scope = await self._scope(principal, level, self._owner_of(body, body, level))
        fields: dict[Place, list[Json]] = {scope.place: []}
        scopes = {scope.place: scope}
        for row in _rows(body.get("fields"), "fields"):
            below = _level(row, level)
            one = await self._scope(principal, below, self._owner_of(row, body, below))
            scopes[one.place] = one
            fields.setdefault(one.place, []).append(row)
        await self._resources.spread_mappings(
            name,
            key,
            [
                (
                    scopes[place],
                    {**body, "fields": rows}
                    if place == scope.place
                    else {"vendorName": body.get("vendorName"), "fields": rows},
                )
                for place, rows in fields.items()
            ],
            edits={place: _with_fields for place in fields if place != scope.place},
        )
        return await self._resources.transformation(scope, key, name)

    # -- inside ----------------------------------------------------------------------------------

    async def _seen(self, principal: Principal, name: str | None = None) -> dict[str, _Seen]:
        async with self._database.read() as connection:
            places = await self._places(connection, principal)
            defined = await common_resources.definitions(
                connection, principal.organization_id, places=places, name=name
            )
            mapped = await common_resources.mappings(
                connection, principal.organization_id, places=places, name=name
            )
        found: dict[str, _Seen] = {}
        for row in in_order(defined):
            found.setdefault(row.name, _Seen(row.resource_id)).definitions.append(row)
        for row in in_order(mapped):
            found.setdefault(row.name, _Seen(row.resource_id)).mappings.append(row)
        return dict(sorted(found.items(), key=lambda pair: pair[1].id))

    async def _places(self, connection: Connection, principal: Principal) -> list[Place]:
        own = await common_resources.instances_of(connection, principal.account_id)
        return [
            Place("organization", principal.organization_id),
            Place("account", principal.account_id),
            WAITING,
            *(Place("instance", number) for number in own),
        ]

    async def _shown(self, principal: Principal, name: str, seen: _Seen) -> Json:
        documents = [(row, json.loads(row.document)) for row in seen.definitions]
        texts = {
            key: document[key]
            for _, document in documents
            for key in ("description", "displayName")
            if key in document
        }
        fields = [
            {
                **one,
                "associatedLevel": row.level,
                **({} if row.level == "organization" else _named_owner(row)),
            }
            for row, document in documents
            for one in document["fields"]
        ]
        instances = {row.instance_id for row in (*seen.definitions, *seen.mappings)} - {None}
        keys = dict.fromkeys(row.element_key for row in seen.mappings)
        return {
            "id": seen.id,
            "name": name,
            "objectName": name,
            **texts,
            "fields": fields,
            "elementInstanceIds": sorted(instances),
            "mappedElementIds": await self._element_ids(principal, keys),
            "mappedElementKeys": sorted(keys),
        }

    async def _element_ids(self, principal: Principal, keys: Iterable[str]) -> list[int]:
        found = []
        for key in keys:
            try:
                found.append((await self._elements.require(principal, key)).id)
            except NotFound:
                continue  # brought by an import, for an element that is not here yet
        return sorted(set(found))

    async def _element_key(self, principal: Principal, body: Mapping[str, Any]) -> str:
        number = _number(body.get("elementInstanceId"))
        if number is not None:
            instance = await self._instances.get(principal, number)
            element = await self._elements.require(principal, str(instance.element_id))
            require_mappable(element)
            return instance.element_key
        named = body.get("elementKey") or body.get("elementId")
        if named is None and isinstance(body.get("mappedElementIds"), list):
            named = next(iter(body["mappedElementIds"]), None)
        if not isinstance(named, str | int):
            raise InvalidRequest("Name the element: by elementInstanceId, elementKey or elementId.")
        element = await self._elements.require(principal, str(named))
        require_mappable(element)
        return element.key

    def _owners(self, row: Json, body: Json, level: Level) -> list[int | None]:
        """Return whose a field is: as it says, else the body's instances, else the caller's."""
        given = _number(row.get("associatedId"))
        if given is not None and level != "organization":
            return [given]
        if level != "instance":
            return [None]
        listed = body.get("elementInstanceIds")
        numbers = [_number(one) for one in listed] if isinstance(listed, list) else []
        found: list[int | None] = [one for one in numbers if one is not None]
        return found or [0]

    def _owner_of(self, row: Json, body: Json, level: Level) -> int | None:
        """Return whose a part of a transformation is; None: the caller's."""
        given = None if row is body else _number(row.get("associatedId"))
        if level == "instance" and given is None:
            listed = body.get("elementInstanceIds")
            first = listed[0] if isinstance(listed, list) and listed else None
            given = _number(body.get("elementInstanceId")) or _number(first)
        return None if level == "organization" else given

    async def _scope(self, principal: Principal, level: Level, owner: int | None) -> Scope:
        require_level(principal, level)
        if level == "organization":
            return self._scopes.organization(principal)
        if level == "account":
            return await self._scopes.account(principal, owner)
        if owner is None:
            raise InvalidRequest("Name the instance: by elementInstanceId.")
        if owner == 0:
            return Scope(principal.organization_id, WAITING, "instance")
        return await self._scopes.instance(principal, owner)


def _waiting(seen: _Seen | None, renames: Mapping[tuple[str, str], str]) -> list[Json]:
    """Return the fields of instances that are still to be named, under their new paths."""
    return [
        {**one, "path": renames.get(("instance", one["path"]), one["path"])}
        for row in (() if seen is None else seen.definitions)
        if row.level == "instance" and row.owner_id == 0
        for one in json.loads(row.document)["fields"]
    ]


def _named_owner(row: Any) -> Json:
    return {"associatedId": row.owner_id} if row.owner_id else {}


def _with_fields(stored: Json | None, sent: Json) -> Json:
    """Return what a level has with some fields over its own; its options and script stay."""
    if stored is None:
        return {**sent, "configuration": [{"type": "inherit"}]}
    fields = {one["path"]: one for one in stored["fields"]}
    fields |= {one["path"]: one for one in sent["fields"]}
    return {**stored, "fields": list(fields.values())}


def _renames(rows: object) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for row in _rows(rows, "changedFields"):
        old, new = row.get("oldPath"), row.get("path")
        if isinstance(old, str) and isinstance(new, str) and old and new:
            found[_level(row, "organization"), old] = new
    return found


def _rows(given: object, name: str) -> list[Json]:
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise InvalidRequest(f"{name} must be a list of objects.", code="bad-body")
    return given


def _texts(body: Json) -> Json:
    return {name: body[name] for name in ("description", "displayName") if name in body}


def _level(row: Mapping[str, Any], default: Level | None) -> Level:
    named = row.get("associatedLevel") or row.get("level") or default or "organization"
    for level in LEVELS[1:]:
        if level == named:
            return level
    if named == "system":
        raise Forbidden("The system level is the catalog's.", code="level-forbidden")
    raise InvalidRequest(f"{str(named)[:50]!r} is no level: organization, account or instance.")


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**62:
        return value
    return None
