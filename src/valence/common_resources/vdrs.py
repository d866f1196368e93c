"""Common resources by id: one document over all levels, of which the caller's levels are written.

A resource is known to its whole organization. What a caller may not touch is left out of a write,
never refused: the answer says which parts were ignored.

Source: the wire contract on transformations, its sections on the VDR view and on privileges.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from valence.common_resources.common_resources import CommonResources, in_order, require_mappable
from valence.common_resources.documents import (
    Json,
    checked_name,
    iso_millis,
    transformation_to_wire,
    types_of,
)
from valence.common_resources.scopes import Scope, may_touch
from valence.domain import Conflict, InvalidRequest, NotFound, Principal
from valence.elements import Elements
from valence.storage import Database, Place, common_resources
from valence.transformations import LEVELS, Level

Owner = tuple[Level, int]
_OWN_LEVELS: tuple[Level, ...] = LEVELS[1:]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered, and what of the request was ignored."""

    value: Any
    ignored: tuple[str, ...] = ()


@dataclass(slots=True)
class _Held:
    """What an organization holds of one resource, as a caller sees it."""

    id: int
    name: str
    principal: Principal
    own_instances: Mapping[int, int]
    all_instances: frozenset[int]
    definitions: list[Any] = field(default_factory=list)
    mappings: list[Any] = field(default_factory=list)

    def fields(self, instance_id: int | None = None) -> list[Json]:
        """Return the defined fields with their owners; of all instances, or of one."""
        return [
            {**one, **({} if row.level == "organization" else {"associatedId": row.owner_id})}
            for row in self.definitions
            if instance_id is None or row.level != "instance" or row.owner_id == instance_id
            for one in json.loads(row.document)["fields"]
        ]

    def owner_of(self, row: Mapping[str, Any], default: int | None) -> Owner | None:
        """Return whose a part of a body is, or None: it names an instance that is not there."""
        level = _level(row)
        if level == "organization":
            return level, self.principal.organization_id
        if level == "account":
            return level, self.principal.account_id
        given = _number(row.get("associatedId"))
        if given is None:
            given = _number(row.get("instanceId")) or default
        return None if given not in self.all_instances else (level, given)


class Vdrs:
    """The view by id."""

    def __init__(self, database: Database, elements: Elements, resources: CommonResources) -> None:
        self._database = database
        self._elements = elements
        self._resources = resources

    # -- resources -------------------------------------------------------------------------------

    async def all(self, principal: Principal) -> list[Json]:
        """Return the resources of the organization, by id."""
        async with self._database.read() as connection:
            rows = await common_resources.definitions(connection, principal.organization_id)
        found = [
            await self._blank(principal, name) for name in dict.fromkeys(row.name for row in rows)
        ]
        # What only other accounts define is not for this caller.
        return [await self._shown(held, None) for held in found if held.definitions]

    async def one(
        self, principal: Principal, vdr_id: int, *, instance_id: int | None = None
    ) -> Answer:
        """Return a resource. Raises NotFound."""
        held = await self._held(principal, vdr_id)
        return Answer(await self._shown(held, instance_id))

    async def create(self, principal: Principal, body: Json) -> Answer:
        """Store a new resource.

        Raises:
            InvalidRequest: it cannot be read, or nothing of it is for the caller to write.
            Conflict: the organization has one of that name.
        """
        name = checked_name(body.get("objectName") or body.get("name"))
        held = await self._blank(principal, name)
        if held.definitions:
            raise Conflict(f"There is a common resource {name} already.")
        by_owner, ignored = self._spread(held, body, body.get("fields"))
        if not by_owner:
            if ignored:
                raise InvalidRequest(
                    "Nothing of this resource is for the caller to write; bring fields of an"
                    " instance.",
                    code="nothing-to-write",
                )
            by_owner = {_most_general(principal): []}
        parts = [
            (_scope(principal, owner), {**_texts(body), "fields": rows})
            for owner, rows in by_owner.items()
        ]
        await self._resources.spread(name, parts, renames={})
        made = await self._blank(principal, name)
        return Answer(await self._shown(made, _number(body.get("instanceId"))), ignored)

    async def replace(self, principal: Principal, vdr_id: int, body: Json) -> Answer:
        """Replace what the caller may write of a resource; fields keep their ids.

        Raises:
            NotFound. InvalidRequest: it cannot be read. Conflict: the new name is taken.
        """
        held = await self._held(principal, vdr_id)
        instance_id = _number(body.get("instanceId"))
        known = {one["id"]: one for one in held.fields()}
        rows = [
            {
                **{
                    k: v
                    for k, v in known.get(_number(row.get("id")) or 0, {}).items()
                    if k != "path"
                },
                **row,
            }
            for row in _rows(body.get("fields"))
        ]
        by_owner, ignored = self._spread(held, body, rows)
        for row in held.definitions:  # what is not brought any more is gone
            is_other = row.level == "instance" and instance_id not in (None, row.owner_id)
            if may_touch(principal, row.level) and not is_other:
                by_owner.setdefault((row.level, row.owner_id), [])
        stored = {(row.level, row.owner_id): json.loads(row.document) for row in held.definitions}
        parts: list[tuple[Scope, Json]] = [
            (
                _scope(principal, owner),
                _kept_texts(stored.get(owner)) | _texts(body) | {"fields": one},
            )
            for owner, one in by_owner.items()
        ]
        if parts:
            await self._resources.spread(held.name, parts, renames={})
        name = body.get("objectName")
        if name is not None and checked_name(name) != held.name:
            if all(may_touch(principal, row.level) for row in held.definitions):
                await self._resources.rename_everywhere(
                    principal.organization_id, held.name, checked_name(name)
                )
            else:
                ignored = (*ignored, "the name")
        changed = await self._held(principal, vdr_id)
        return Answer(await self._shown(changed, instance_id), ignored)

    async def delete(self, principal: Principal, vdr_id: int) -> Answer:
        """Delete the levels that the caller may touch. Raises NotFound."""
        held = await self._held(principal, vdr_id)
        defined = [row.id for row in held.definitions if may_touch(principal, row.level)]
        mapped = [row.id for row in held.mappings if may_touch(principal, row.level)]
        left = {row.level for row in held.definitions if not may_touch(principal, row.level)}
        await self._resources.drop(principal.organization_id, definitions=defined, mappings=mapped)
        return Answer({}, tuple(f"the level {level}" for level in LEVELS if level in left))

    # -- transformations -------------------------------------------------------------------------

    async def transformations(
        self, principal: Principal, vdr_id: int, *, instance_id: int | None = None
    ) -> list[Json]:
        """Return a resource's transformations, one for each element. Raises NotFound."""
        return self._mapped(await self._held(principal, vdr_id), instance_id)

    async def transformation(
        self, principal: Principal, vdr_id: int, number: int, *, instance_id: int | None = None
    ) -> Json:
        """Return one transformation, of all levels or with those of one instance. NotFound."""
        for one in self._mapped(await self._held(principal, vdr_id), instance_id):
            if one["id"] == number:
                return one
        raise _no_transformation(number)

    async def map(self, principal: Principal, vdr_id: int, body: Json) -> Answer:
        """Store a new transformation.

        Raises:
            NotFound: no such resource or element. Conflict: it is mapped to that element.
            InvalidRequest: it cannot be read.
        """
        held = await self._held(principal, vdr_id)
        named = body.get("elementKey") or body.get("elementId")
        if not isinstance(named, str | int) or isinstance(named, bool):
            raise InvalidRequest("Name the element: by elementKey or elementId.")
        element = await self._elements.require(principal, str(named))
        require_mappable(element)
        if any(row.element_key == element.key for row in held.mappings):
            raise Conflict(f"The object {held.name} is mapped to {element.key}.")
        return await self._remapped(held, element.key, body)

    async def remap(self, principal: Principal, vdr_id: int, number: int, body: Json) -> Answer:
        """Replace what the caller may write of a transformation. Raises as `map`."""
        held = await self._held(principal, vdr_id)
        return await self._remapped(held, _key_of(held, number), body)

    async def unmap(self, principal: Principal, vdr_id: int, number: int) -> Answer:
        """Delete the levels of a transformation that the caller may touch. Raises NotFound."""
        held = await self._held(principal, vdr_id)
        key = _key_of(held, number)
        rows = [row for row in held.mappings if row.element_key == key]
        mine = [row for row in rows if _may_write(held, row)]
        await self._resources.drop(
            principal.organization_id, definitions=[], mappings=[row.id for row in mine]
        )
        left = {row.level for row in rows} - {row.level for row in mine}
        return Answer({}, tuple(f"the level {level}" for level in LEVELS if level in left))

    # -- inside ----------------------------------------------------------------------------------

    async def _held(self, principal: Principal, vdr_id: int) -> _Held:
        row = None
        if 0 < vdr_id < 2**62:
            async with self._database.read() as connection:
                row = await common_resources.by_id(connection, vdr_id)
        held = None
        if row is not None and row.organization_id == principal.organization_id:
            held = await self._blank(principal, row.name)
        if held is None or not held.definitions:
            raise NotFound(f"No common resource found with ID {vdr_id}.")
        return held

    async def _blank(self, principal: Principal, name: str) -> _Held:
        """Return what there is of a name, which may be nothing."""
        async with self._database.read() as connection:
            own = await common_resources.instances_of(connection, principal.account_id)
            everyone = await common_resources.instances_in(connection, principal.organization_id)
            defined = await common_resources.definitions(
                connection, principal.organization_id, name=name
            )
            mapped = await common_resources.mappings(
                connection, principal.organization_id, name=name
            )
        held = _Held(0, name, principal, own, everyone)
        for row in in_order(defined + mapped):
            held.id = row.resource_id
            if row.level != "account" or row.owner_id == principal.account_id:
                rows = held.mappings if "element_key" in row._mapping else held.definitions
                rows.append(row)
        return held

    def _spread(
        self, held: _Held, body: Json, given: object
    ) -> tuple[dict[Owner, list[Json]], tuple[str, ...]]:
        """Return the fields of a body by their owners, and what the caller may not write."""
        default = _number(body.get("instanceId"))
        by_owner: dict[Owner, list[Json]] = {}
        ignored: list[str] = []
        for row in _rows(given):
            owner = held.owner_of(row, default)
            if owner is None or not may_touch(held.principal, owner[0]):
                ignored.append(f"the field {row.get('path')}")
            else:
                by_owner.setdefault(owner, []).append(row)
        return by_owner, tuple(ignored)

    async def _shown(self, held: _Held, instance_id: int | None) -> Json:
        documents = [json.loads(row.document) for row in held.definitions]
        texts = {
            key: one[key]
            for one in documents
            for key in ("description", "displayName")
            if key in one
        }
        element_ids = []
        for key in dict.fromkeys(row.element_key for row in held.mappings):
            try:
                element_ids.append((await self._elements.require(held.principal, key)).id)
            except NotFound:
                continue  # brought by an import, for an element that is not here yet
        return {
            "id": held.id,
            "name": held.name,
            "objectName": held.name,
            **texts,
            "createdDate": iso_millis(min(row.created_ms for row in held.definitions)),
            "vdrShared": False,
            "fields": held.fields(instance_id),
            "elementInstanceIds": sorted(
                {row.owner_id for row in held.definitions if row.level == "instance"}
            ),
            "mappedElementIds": sorted(set(element_ids)),
        }

    def _mapped(self, held: _Held, instance_id: int | None) -> list[Json]:
        by_key: dict[str, list[Any]] = {}
        for row in held.mappings:
            if instance_id is None or row.level != "instance" or row.owner_id == instance_id:
                by_key.setdefault(row.element_key, []).append(row)
        ids = {(one["level"], one["path"]): one["id"] for one in held.fields(instance_id)}
        types = types_of(json.loads(row.document) for row in held.definitions)
        found = []
        for key, rows in by_key.items():
            shown = transformation_to_wire(
                rows, types=types, element={"key": key}, is_always_merged=True
            )
            for one in shown["fields"]:
                number = ids.get((one["level"], one["path"]))
                if number is not None:
                    one["vdrFieldId"] = number
            found.append({**shown, "elementKey": key})
        return found

    async def _remapped(self, held: _Held, key: str, body: Json) -> Answer:
        parts, ignored = _parts_of(held, body)
        for row in held.mappings:  # a level that nothing is brought of any more is gone
            is_listed = row.element_key == key and _may_write(held, row)
            instance_id = _number(body.get("instanceId"))
            is_other = row.level == "instance" and instance_id not in (None, row.owner_id)
            if is_listed and not is_other:
                parts.setdefault((row.level, row.owner_id), None)
        await self._resources.spread_mappings(
            held.name,
            key,
            [(_scope(held.principal, owner), part) for owner, part in parts.items()],
        )
        changed = await self._blank(held.principal, held.name)
        for one in self._mapped(changed, _number(body.get("instanceId"))):
            if one["elementKey"] == key:
                return Answer(one, ignored)
        return Answer({}, ignored)


def _parts_of(held: _Held, body: Json) -> tuple[dict[Owner, Json | None], tuple[str, ...]]:
    """Return a transformation by the owners of its parts, and what the caller may not write."""
    default = _number(body.get("instanceId"))
    fields = {one["id"]: one for one in held.fields()}
    plain = {name: body.get(name) for name in ("vendorName", "isLegacy")}
    parts: dict[Owner, Json] = {}
    ignored: list[str] = []

    def part_of(row: Json, what: str) -> Json | None:
        """Return what a row belongs into, or None: it is not the caller's to write."""
        owner = held.owner_of(row, default)
        is_usable = owner is not None and (owner[0] != "instance" or owner[1] in held.own_instances)
        if owner is None or not is_usable or not may_touch(held.principal, owner[0]):
            ignored.append(what)
            return None
        return parts.setdefault(owner, {**plain, "fields": [], "configuration": []})

    for row in _rows(body.get("fields")):
        one = {**fields.get(_number(row.get("vdrFieldId")) or 0, {}), **row}
        if "path" not in one:
            raise InvalidRequest(
                f"The resource has no field with ID {row.get('vdrFieldId')}.", code="bad-body"
            )
        part = part_of(one, f"the field {one['path']}")
        if part is not None:
            part["fields"].append(one)
    for row in _rows(body.get("configuration")):
        part = part_of(row, f"the option {row.get('type')}")
        if part is not None:
            part["configuration"].append(row)
    script = body.get("script")
    part = part_of(script, "the script") if isinstance(script, dict) else None
    if part is not None:
        part["script"] = script
    if not parts and not ignored:
        parts[_most_general(held.principal)] = {**plain, "fields": [], "configuration": []}
    ordered = sorted(parts.items(), key=lambda pair: LEVELS.index(pair[0][0]))
    for place, (_, part) in enumerate(ordered):
        inherits = any(one.get("type") == "inherit" for one in part["configuration"])
        if place and not inherits:
            # It is one transformation: its parts count together.
            part["configuration"].append({"type": "inherit"})
    return dict(ordered), tuple(ignored)


def _may_write(held: _Held, row: Any) -> bool:
    is_usable = row.level != "instance" or row.owner_id in held.own_instances
    return is_usable and may_touch(held.principal, row.level)


def _key_of(held: _Held, number: int) -> str:
    for row in held.mappings:
        if row.number == number:
            return str(row.element_key)
    raise _no_transformation(number)


def _scope(principal: Principal, owner: Owner) -> Scope:
    level, owner_id = owner
    return Scope(principal.organization_id, Place(level, owner_id), level)


def _most_general(principal: Principal) -> Owner:
    if may_touch(principal, "organization"):
        return "organization", principal.organization_id
    return "account", principal.account_id


def _level(row: Mapping[str, Any]) -> Level:
    named = row.get("level") or row.get("associatedLevel")
    for level in _OWN_LEVELS:
        if level == named:
            return level
    return "organization"


def _rows(given: object) -> list[Json]:
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise InvalidRequest("fields and configuration must be lists of objects.", code="bad-body")
    return given


def _texts(body: Json) -> Json:
    return {name: body[name] for name in ("description", "displayName") if name in body}


def _kept_texts(stored: Json | None) -> Json:
    return _texts(stored or {})


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**62:
        return value
    return None


def _no_transformation(number: int) -> NotFound:
    return NotFound(f"No transformation found with ID {number}.")
