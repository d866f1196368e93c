"""The system level: the catalog's canonical shapes and templates, as its administrators have them.

What they change lies over the catalog in the database, row by row: a new release changes what they
left alone. The level is the same for every organization and in force for none; whoever wants it
clones it.

Source: the wire contract on transformations, its sections on levels and on the VDR view."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

from valence.common_resources.documents import Json
from valence.domain import NotFound, Principal
from valence.domain.elements import SYSTEM_ACCOUNT
from valence.elements import Elements, canonical_objects, templates_of
from valence.storage import Connection, Database, system_level

FIRST_SYSTEM_ID = 2**52
"""From here on ids are derived from names: tenants' are counted and never come so far, and every
client that keeps numbers as floats still tells one from the next."""


@dataclass(frozen=True, slots=True)
class Template:
    """How an object is mapped to an element at the system level, as levels store it."""

    id: int
    document: Json
    updated_ms: int = 0
    element_id: int | None = None


@dataclass(frozen=True, slots=True)
class SystemObject:
    """An object of the system level; `hub` is empty for what no hub's catalog has.

    `document` is a definition as levels store it. `templates` are by element key."""

    id: int
    hub: str
    name: str
    document: Json
    created_ms: int = 0
    templates: Mapping[str, Template] = field(default_factory=dict)

    @property
    def fields(self) -> list[Json]:
        """The fields with their ids."""
        found: list[Json] = self.document["fields"]
        return found


def is_system_id(number: int) -> bool:
    """Tell whether an id is of the system level."""
    return number >= FIRST_SYSTEM_ID


def system_id(*names: str) -> int:
    """Return the id of what names say; the same on every start and every machine."""
    return FIRST_SYSTEM_ID + crc32("\n".join(names).encode())


def template_id(object_: SystemObject, element_key: str) -> int:
    """Return the id of an object's transformation to an element, by the name it was made under."""
    for shape in canonical_objects():
        if system_id(shape.hub, shape.name) == object_.id:
            return system_id("transformation", shape.hub, shape.name, element_key)
    return system_id("transformation", str(object_.id), element_key)


def blank(name: str) -> SystemObject:
    """Return an object that is to be made: one that the catalog knows under its own id."""
    hub = next((shape.hub for shape in canonical_objects() if shape.name == name), "")
    return SystemObject(system_id(hub, name), hub, name, {"fields": []})


async def read_objects(connection: Connection) -> list[SystemObject]:
    """Return the objects of the level without their templates, the catalog's first."""
    changed = {row.id: row for row in await system_level.objects(connection)}
    found = []
    for known in _catalog():
        row = changed.pop(known.id, None)
        if row is None:
            found.append(known)
        elif row.document is not None:
            found.append(replace(_of_row(row), created_ms=0))  # the catalog's is not of a day
    return found + [_of_row(row) for row in changed.values() if row.document is not None]


class SystemLevel:
    """Reads the level with the templates of the elements that a caller sees."""

    def __init__(self, database: Database, elements: Elements) -> None:
        self._database = database
        self._elements = elements

    async def all(self, principal: Principal) -> list[SystemObject]:
        """Return every object."""
        known = await self._elements.all(principal)
        # By its key an element of the account's own comes before one of the catalog.
        known.sort(key=lambda element: element.owner_account_id != SYSTEM_ACCOUNT)
        async with self._database.read() as connection:
            objects = await read_objects(connection)
            changed: dict[int, list[Any]] = {}
            for row in await system_level.templates(connection):
                changed.setdefault(row.object_id, []).append(row)
        names = {system_id(shape.hub, shape.name): shape.name for shape in canonical_objects()}
        given = [(element, templates_of(element)) for element in known]
        ids = {element.key: element.id for element in known}
        found = []
        for one in objects:
            templates: dict[str, Template] = {}
            for element, by_name in given:
                template = by_name.get(names.get(one.id, ""))
                if element.hub == one.hub and template is not None:
                    number = template_id(one, element.key)
                    templates[element.key] = Template(number, template, 0, element.id)
            for row in changed.get(one.id, ()):
                templates.pop(row.element_key, None)
                if row.document is not None:
                    templates[row.element_key] = Template(
                        row.id, json.loads(row.document), row.updated_ms, ids.get(row.element_key)
                    )
            found.append(replace(one, templates=templates))
        return found

    async def require(self, principal: Principal, vdr_id: int) -> SystemObject:
        """Return an object. Raises NotFound."""
        for one in await self.all(principal):
            if one.id == vdr_id:
                return one
        raise NotFound(f"No common resource of the system found with ID {vdr_id}.")


def _catalog() -> list[SystemObject]:
    return [
        SystemObject(
            system_id(shape.hub, shape.name),
            shape.hub,
            shape.name,
            {
                "description": shape.description,
                "fields": [
                    {
                        "id": system_id(shape.hub, shape.name, path),
                        "path": path,
                        "type": type_,
                        "level": "system",
                    }
                    for path, type_ in shape.fields.items()
                ],
            },
        )
        for shape in canonical_objects()
    ]


def _of_row(row: Any) -> SystemObject:
    return SystemObject(row.id, row.hub, row.name, json.loads(row.document), row.created_ms)
