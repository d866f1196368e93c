"""Common resources by id: one document over all levels, of which the caller's levels are written.

A resource is known to its whole organization. What a caller may not touch is left out of a write,
never refused: the answer says which parts were ignored. By an id of the system level one sees what
that level holds with what the organization's levels add to it under the same name.

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
from valence.common_resources.system_level import (
    SystemLevel,
    SystemObject,
    Template,
    blank,
    is_system_id,
    read_objects,
)
from valence.domain import SYSTEM_ACCOUNT, Conflict, InvalidRequest, NotFound, Principal
from valence.elements import Elements
from valence.storage import Database, Place, common_resources
from valence.transformations import LEVELS, Level

Owner = tuple[Level, int]
_SHOWN = ("path", "type", "displayName", "description")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered, and what of the request was ignored."""

    value: Any
    ignored: tuple[str, ...] = ()


@dataclass(slots=True)
class _Held:
    """What an organization holds of one resource, as a caller sees it.

    `elsewhere` are definitions of other accounts, which he does not see. `system` is what the
    system level holds of it, where that is looked at. `is_system_only`: no other level is.
    """

    id: int
    name: str
    principal: Principal
    own_instances: Mapping[int, int]
    all_instances: frozenset[int]
    definitions: list[Any] = field(default_factory=list)
    mappings: list[Any] = field(default_factory=list)
    elsewhere: list[Any] = field(default_factory=list)
    system: SystemObject | None = None
    is_system_only: bool = False

    def fields(self, instance_id: int | None = None) -> list[Json]:
        """Return the defined fields with their owners; of all instances, or of one.

        A field of the system is not among them where another level has one of its path.
        """
        own = [
            {**one, **({"associatedId": row.owner_id} if _is_owned(row) else {})}
            for row in self.definitions
            if instance_id is None or row.level != "instance" or row.owner_id in (0, instance_id)
            for one in json.loads(row.document)["fields"]
        ]
        paths = {one["path"] for one in own}
        above = self.system.fields if self.system is not None else []
        return [*(one for one in above if one["path"] not in paths), *own]

    def known(self) -> dict[int, Json]:
        """Return every field by id."""
        above = self.system.fields if self.system is not None else []
        return {one["id"]: one for one in (*above, *self.fields())}

    def level_of(self, row: Mapping[str, Any]) -> Level:
        """Return the level that a part of a body names."""
        named = row.get("level") or row.get("associatedLevel")
        for level in LEVELS:
            if level == named:
                return level
        return "system" if self.is_system_only else "organization"

    def owner_of(self, row: Mapping[str, Any], default: int | None) -> Owner | None:
        """Return whose a part of a body is, or None: it names what is not there."""
        level = self.level_of(row)
        if level == "system":
            return None if self.system is None else (level, self.system.id)
        if self.is_system_only:
            return None
        if level == "organization":
            return level, self.principal.organization_id
        if level == "account":
            return level, self.principal.account_id
        given = _number(row.get("associatedId"))
        if given is None:
            given = _number(row.get("instanceId")) or default
        if given is None and any(_is_unbound(one) for one in self.definitions):
            return level, 0
        return None if given not in self.all_instances else (level, given)


class Vdrs:
    """The view by id."""

    def __init__(
        self,
        database: Database,
        elements: Elements,
        resources: CommonResources,
        system: SystemLevel,
    ) -> None:
        self._database = database
        self._elements = elements
        self._resources = resources
        self._system = system

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

    async def all_system(self, principal: Principal) -> list[Json]:
        """Return what the system level holds, without the other levels."""
        return [
            await self._shown(_only(one, principal), None)
            for one in await self._system.all(principal)
        ]

    async def one(
        self,
        principal: Principal,
        vdr_id: int,
        *,
        instance_id: int | None = None,
        is_system_only: bool = False,
    ) -> Json:
        """Return a resource. Raises NotFound."""
        held = await self._held(principal, vdr_id, is_system_only=is_system_only)
        return await self._shown(held, instance_id)

    async def create(
        self, principal: Principal, body: Json, *, is_system_only: bool = False
    ) -> Answer:
        """Store a new resource; one of the system level where a field of it says so.

        Raises:
            InvalidRequest: it cannot be read, or nothing of it is for the caller to write.
            Conflict: the organization, or the system level, has one of that name.
        """
        name = checked_name(body.get("objectName") or body.get("name"))
        held = await self._blank(principal, name)
        held.is_system_only = is_system_only
        levels = {held.level_of(row) for row in _rows(body.get("fields"))}
        if is_system_only or (principal.is_vdr_admin and "system" in levels):
            async with self._database.read() as connection:
                if any(one.name == name for one in await read_objects(connection)):
                    raise Conflict(f"There is a common resource {name} of the system already.")
            held.system = blank(name)
        if held.definitions and not is_system_only:
            raise Conflict(f"There is a common resource {name} already.")
        by_owner, ignored = self._spread(held, body, body.get("fields"))
        if not by_owner:
            if ignored or (is_system_only and not principal.is_vdr_admin):
                raise InvalidRequest(
                    "Nothing of this resource is for the caller to write; bring fields of an"
                    " instance.",
                    code="nothing-to-write",
                )
            by_owner = {_most_general(held): []}
        parts = [
            (_scope(principal, owner), {**_texts(body), "fields": rows})
            for owner, rows in by_owner.items()
        ]
        await self._resources.spread(name, parts, renames={}, system=held.system, is_new=True)
        if held.system is not None:
            made = await self._held(principal, held.system.id, is_system_only=is_system_only)
        else:
            made = await self._blank(principal, name)
        return Answer(await self._shown(made, _number(body.get("instanceId"))), ignored)

    async def replace(
        self, principal: Principal, vdr_id: int, body: Json, *, is_system_only: bool = False
    ) -> Answer:
        """Replace what the caller may write of a resource; fields keep their ids.

        A body without `fields` leaves them as they are.

        Raises:
            NotFound. InvalidRequest: it cannot be read. Conflict: the new name is taken.
        """
        held = await self._held(principal, vdr_id, is_system_only=is_system_only)
        instance_id = _number(body.get("instanceId"))
        known = held.known()
        given = body.get("fields")
        rows = [
            {
                **{
                    k: v
                    for k, v in known.get(_number(row.get("id")) or 0, {}).items()
                    if k != "path"
                },
                **row,
            }
            for row in _rows(list(known.values()) if given is None else given)
        ]
        by_owner, ignored = self._spread(held, body, rows)
        for row in held.definitions:  # what is not brought any more is gone
            is_other = row.level == "instance" and instance_id not in (None, row.owner_id)
            if may_touch(principal, row.level) and (not is_other or _is_unbound(row)):
                by_owner.setdefault((row.level, row.owner_id), [])
        stored = {(row.level, row.owner_id): json.loads(row.document) for row in held.definitions}
        if held.system is not None:
            stored["system", held.system.id] = held.system.document
            if may_touch(principal, "system"):
                by_owner.setdefault(("system", held.system.id), [])
        parts: list[tuple[Scope, Json]] = [
            (
                _scope(principal, owner),
                _kept_texts(stored.get(owner)) | _texts(body) | {"fields": one},
            )
            for owner, one in by_owner.items()
        ]
        if parts:
            await self._resources.spread(held.name, parts, renames={}, system=held.system)
        name = body.get("objectName")
        if name is not None and checked_name(name) != held.name:
            if all(may_touch(principal, level) for level, _ in stored):
                await self._resources.rename_everywhere(
                    None if held.is_system_only else principal.organization_id,
                    held.name,
                    checked_name(name),
                    system=held.system,
                )
            else:
                ignored = (*ignored, "the name")
        changed = await self._held(principal, vdr_id, is_system_only=is_system_only)
        return Answer(await self._shown(changed, instance_id), ignored)

    async def delete(
        self, principal: Principal, vdr_id: int, *, is_system_only: bool = False
    ) -> Answer:
        """Delete the levels that the caller may touch. Raises NotFound."""
        held = await self._held(principal, vdr_id, is_system_only=is_system_only)
        defined = [row.id for row in held.definitions if may_touch(principal, row.level)]
        mapped = [row.id for row in held.mappings if may_touch(principal, row.level)]
        levels: set[Level] = {row.level for row in held.definitions}
        if held.system is not None:
            levels.add("system")
        left = {level for level in levels if not may_touch(principal, level)}
        gone = None if "system" in left else held.system
        await self._resources.drop(
            principal.organization_id, definitions=defined, mappings=mapped, system=gone
        )
        return Answer({}, tuple(f"the level {level}" for level in LEVELS if level in left))

    # -- transformations -------------------------------------------------------------------------

    async def transformations(
        self,
        principal: Principal,
        vdr_id: int,
        *,
        instance_id: int | None = None,
        is_system_only: bool = False,
    ) -> list[Json]:
        """Return a resource's transformations, one for each element. Raises NotFound."""
        held = await self._held(principal, vdr_id, is_system_only=is_system_only)
        return self._mapped(held, instance_id)

    async def transformation(
        self,
        principal: Principal,
        vdr_id: int,
        number: int,
        *,
        instance_id: int | None = None,
        is_system_only: bool = False,
    ) -> Json:
        """Return one transformation, of all levels or with those of one instance. NotFound."""
        held = await self._held(principal, vdr_id, is_system_only=is_system_only)
        for one in self._mapped(held, instance_id):
            if one["id"] == number:
                return one
        raise _no_transformation(number)

    async def map(
        self, principal: Principal, vdr_id: int, body: Json, *, is_system_only: bool = False
    ) -> Answer:
        """Store a new transformation.

        Raises:
            NotFound: no such resource or element. Conflict: it is mapped to that element at a
                level that the body is of.
            InvalidRequest: it cannot be read, or is the system's and not of a catalog's element.
        """
        held = await self._held(principal, vdr_id, is_system_only=is_system_only)
        named = body.get("elementKey") or body.get("elementId")
        if not isinstance(named, str | int) or isinstance(named, bool):
            raise InvalidRequest("Name the element: by elementKey or elementId.")
        element = await self._elements.require(principal, str(named))
        require_mappable(element)
        parts, ignored = _parts_of(held, body, element.key)
        is_system = any(level == "system" for level, _ in parts)
        if is_system and element.owner_account_id != SYSTEM_ACCOUNT:
            raise InvalidRequest("The system level maps the elements of the catalog alone.")
        is_mapped = any(row.element_key == element.key for row in held.mappings)
        has_template = held.system is not None and element.key in held.system.templates
        if (is_system and has_template) or (is_mapped and len(parts) > is_system):
            raise Conflict(f"The object {held.name} is mapped to {element.key}.")
        return await self._stored(held, element.key, body, parts, ignored)

    async def remap(
        self,
        principal: Principal,
        vdr_id: int,
        number: int,
        body: Json,
        *,
        is_system_only: bool = False,
    ) -> Answer:
        """Replace what the caller may write of a transformation. Raises as `map`."""
        held = await self._held(principal, vdr_id, is_system_only=is_system_only)
        key = _key_of(held, number)
        parts, ignored = _parts_of(held, body, key)
        instance_id = _number(body.get("instanceId"))
        gone: dict[Owner, Json | None] = {}
        for row in held.mappings:  # a level that nothing is brought of any more is gone
            is_other = row.level == "instance" and instance_id not in (None, row.owner_id)
            if row.element_key == key and _may_write(held, row) and not is_other:
                gone[row.level, row.owner_id] = None
        has_template = held.system is not None and key in held.system.templates
        if held.system is not None and has_template and may_touch(principal, "system"):
            gone["system", held.system.id] = None
        return await self._stored(held, key, body, gone | parts, ignored)

    async def unmap(
        self, principal: Principal, vdr_id: int, number: int, *, is_system_only: bool = False
    ) -> Answer:
        """Delete the levels of a transformation that the caller may touch. Raises NotFound."""
        held = await self._held(principal, vdr_id, is_system_only=is_system_only)
        key = _key_of(held, number)
        rows = [row for row in held.mappings if row.element_key == key]
        gone: dict[Owner, Json | None] = {
            (row.level, row.owner_id): None for row in rows if _may_write(held, row)
        }
        levels: set[Level] = {row.level for row in rows if not _may_write(held, row)}
        if held.system is not None and key in held.system.templates:
            if may_touch(principal, "system"):
                gone["system", held.system.id] = None
            else:
                levels.add("system")
        await self._write(held, key, gone)
        return Answer({}, tuple(f"the level {level}" for level in LEVELS if level in levels))

    # -- inside ----------------------------------------------------------------------------------

    async def _held(
        self, principal: Principal, vdr_id: int, *, is_system_only: bool = False
    ) -> _Held:
        if is_system_only or is_system_id(vdr_id):
            system = await self._system.require(principal, vdr_id)
            if is_system_only:
                return _only(system, principal)
            held = await self._blank(principal, system.name)
            held.id, held.system = system.id, system
            return held
        row = None
        if 0 < vdr_id < 2**62:
            async with self._database.read() as connection:
                row = await common_resources.by_id(connection, vdr_id)
        found = None
        if row is not None and row.organization_id == principal.organization_id:
            found = await self._blank(principal, row.name)
        if found is None or not found.definitions:
            raise NotFound(f"No common resource found with ID {vdr_id}.")
        return found

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
            elif "element_key" not in row._mapping:
                held.elsewhere.append(row)
        return held

    def _spread(
        self, held: _Held, body: Json, given: object
    ) -> tuple[dict[Owner, list[Json]], tuple[str, ...]]:
        """Return the fields of a body by their owners, and what the caller may not write.

        What he may not write and brings as it is, is not told: nothing of it is lost."""
        default = _number(body.get("instanceId"))
        shown = [_words(one) for one in held.known().values()]
        by_owner: dict[Owner, list[Json]] = {}
        ignored: list[str] = []
        for row in _rows(given):
            owner = held.owner_of(row, default)
            if owner is None or not may_touch(held.principal, owner[0]):
                if owner is None or _words(row) not in shown:
                    ignored.append(f"the field {row.get('path')}")
            else:
                by_owner.setdefault(owner, []).append(row)
        return by_owner, tuple(ignored)

    async def _shown(self, held: _Held, instance_id: int | None) -> Json:
        documents = [json.loads(row.document) for row in held.definitions]
        created = [row.created_ms for row in held.definitions]
        element_ids = []
        if held.system is not None:
            documents.insert(0, held.system.document)
            created.append(held.system.created_ms)
            element_ids += [one.element_id for one in held.system.templates.values()]
        texts = {
            key: one[key]
            for one in documents
            for key in ("description", "displayName")
            if key in one
        }
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
            **({"createdDate": iso_millis(min(created))} if min(created) else {}),
            "vdrShared": False,
            **({} if held.system is None else {"level": "system"}),
            "fields": held.fields(instance_id),
            "elementInstanceIds": sorted({row.instance_id for row in held.definitions} - {None}),
            "mappedElementIds": sorted({one for one in element_ids if one is not None}),
        }

    def _mapped(self, held: _Held, instance_id: int | None) -> list[Json]:
        templates = {} if held.system is None else held.system.templates
        by_key: dict[str, list[Any]] = {key: [] for key in templates}
        for row in held.mappings:
            if instance_id is None or row.level != "instance" or row.owner_id == instance_id:
                by_key.setdefault(row.element_key, []).append(row)
        shown = held.fields(instance_id)
        ids = {(one["level"], one["path"]): one["id"] for one in (*held.known().values(), *shown)}
        by_path = {one["path"]: one["id"] for one in shown}
        documents = [json.loads(row.document) for row in held.definitions]
        types = types_of([*([held.system.document] if held.system else []), *documents])
        found = []
        for key, own in by_key.items():
            # As in calls: what the system has of an element counts where no other level has one.
            rows = own or [_TemplateRow(held.name, key, templates[key])]
            number = templates[key].id if key in templates else rows[0].number
            wire = transformation_to_wire(
                rows, types=types, element={"key": key}, is_always_merged=True
            )
            for one in wire["fields"]:
                field_id = ids.get((one["level"], one["path"]), by_path.get(one["path"]))
                if field_id is not None:
                    one["vdrFieldId"] = field_id
            found.append({**wire, "id": number, "elementKey": key})
        return found

    async def _stored(
        self,
        held: _Held,
        key: str,
        body: Json,
        parts: Mapping[Owner, Json | None],
        ignored: tuple[str, ...],
    ) -> Answer:
        """Store the parts of a transformation, and return what it then is."""
        await self._write(held, key, parts)
        changed = await self._blank(held.principal, held.name)
        if held.system is not None:
            changed = await self._held(
                held.principal, held.system.id, is_system_only=held.is_system_only
            )
        for one in self._mapped(changed, _number(body.get("instanceId"))):
            if one["elementKey"] == key:
                return Answer(one, ignored)
        return Answer({}, ignored)

    async def _write(self, held: _Held, key: str, parts: Mapping[Owner, Json | None]) -> None:
        if parts:
            await self._resources.spread_mappings(
                held.name,
                key,
                [(_scope(held.principal, owner), part) for owner, part in parts.items()],
                system=held.system,
            )


@dataclass(frozen=True, slots=True)
class _TemplateRow:
    """A template as rows of transformations are."""

    name: str
    element_key: str
    template: Template

    level = "system"

    @property
    def number(self) -> int:
        return self.template.id

    @property
    def updated_ms(self) -> int:
        return self.template.updated_ms

    @property
    def document(self) -> str:
        return json.dumps(self.template.document)


def _only(system: SystemObject, principal: Principal) -> _Held:
    """Return what the system level alone holds."""
    return _Held(
        system.id, system.name, principal, {}, frozenset(), system=system, is_system_only=True
    )


def _parts_of(
    held: _Held, body: Json, key: str
) -> tuple[dict[Owner, Json | None], tuple[str, ...]]:
    """Return a transformation by the owners of its parts, and what the caller may not write."""
    default = _number(body.get("instanceId"))
    # A field of another account is known by its id: mapping its path is the caller's own affair.
    fields = {
        one["id"]: one for row in held.elsewhere for one in json.loads(row.document)["fields"]
    } | held.known()
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
        owner = _most_general(held)
        is_mapped = any(row.element_key == key and _may_write(held, row) for row in held.mappings)
        if held.system is not None and owner[0] != "system" and not is_mapped:
            # What names no level is of the level that it is read at.
            return {}, ("the transformation",)
        parts[owner] = {**plain, "fields": [], "configuration": []}
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
    for key, template in {} if held.system is None else held.system.templates.items():
        if template.id == number:
            return key
    for row in held.mappings:
        if row.number == number:
            return str(row.element_key)
    raise _no_transformation(number)


def _scope(principal: Principal, owner: Owner) -> Scope:
    level, owner_id = owner
    return Scope(principal.organization_id, Place(level, owner_id), level)


def _most_general(held: _Held) -> Owner:
    principal = held.principal
    if held.system is not None and may_touch(principal, "system"):
        return "system", held.system.id
    if may_touch(principal, "organization"):
        return "organization", principal.organization_id
    return "account", principal.account_id


def _is_unbound(row: Any) -> bool:
    """Tell whether a row holds the fields of instances that are still to be named."""
    return bool(row.level == "instance" and row.owner_id == 0)


def _is_owned(row: Any) -> bool:
    return row.level != "organization" and not _is_unbound(row)


def _words(row: Mapping[str, Any]) -> Json:
    """Return what a field says, as it is shown."""
    return {"id": row.get("id")} | {
        name: row[name] for name in _SHOWN if row.get(name) not in ("", None)
    }


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
