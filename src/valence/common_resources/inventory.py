"""What a caller sees of every common resource at a glance: fields by level, and who maps it.

Where the views answer documents of the wire, this answers values for pages, read in one go."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from valence.common_resources.common_resources import in_order
from valence.common_resources.documents import fingerprint
from valence.domain import Instance, NotFound, Principal
from valence.storage import Database, common_resources
from valence.transformations import LEVELS, Level


@dataclass(frozen=True, slots=True)
class HeldField:
    """A field as one level defines it."""

    path: str
    type: str
    id: int
    display_name: str = ""


@dataclass(frozen=True, slots=True)
class HeldDefinition:
    """What one level defines of a resource; `owner_id` is its organization, account or instance.

    `version` changes whenever the rest does.
    """

    level: Level
    owner_id: int
    fields: tuple[HeldField, ...]
    description: str = ""
    display_name: str = ""
    created_ms: int = 0
    version: str = ""


@dataclass(frozen=True, slots=True)
class HeldMapping:
    """How one level maps a resource to an element; `paths` are the fields that it fills."""

    element_key: str
    level: Level
    owner_id: int
    vendor_name: str
    paths: tuple[str, ...]
    inherits: bool
    is_documented: bool
    has_script: bool


@dataclass(frozen=True, slots=True)
class Resource:
    """A common resource over the levels that a caller sees, from the general on."""

    id: int
    name: str
    definitions: tuple[HeldDefinition, ...] = ()
    mappings: tuple[HeldMapping, ...] = ()

    @property
    def description(self) -> str:
        """What the most specific level that says something says it is."""
        return next((one.description for one in self.definitions[::-1] if one.description), "")

    @property
    def created_ms(self) -> int:
        """When it was first defined."""
        return min((one.created_ms for one in self.definitions), default=0)

    @property
    def field_count(self) -> int:
        """How many fields it has; the same path at two levels counts once."""
        return len({one.path for part in self.definitions for one in part.fields})

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels that define something of it."""
        held = {one.level for one in self.definitions}
        return tuple(level for level in LEVELS if level in held)

    @property
    def element_keys(self) -> tuple[str, ...]:
        """The elements that it is mapped to, by key."""
        return tuple(sorted({one.element_key for one in self.mappings}))

    def defined_at(self, level: Level, owner_id: int) -> HeldDefinition | None:
        """Return what one level defines, or None."""
        for one in self.definitions:
            if (one.level, one.owner_id) == (level, owner_id):
                return one
        return None

    def mapped_for(self, instance: Instance) -> tuple[HeldMapping, ...]:
        """Return the mappings that an instance goes through, from the general on."""
        owners = {
            "organization": instance.organization_id,
            "account": instance.account_id,
            "instance": instance.id,
        }
        return tuple(
            one
            for one in self.mappings
            if one.element_key == instance.element_key and owners.get(one.level) == one.owner_id
        )


@dataclass(slots=True)
class _Rows:
    id: int
    definitions: list[Any] = field(default_factory=list)
    mappings: list[Any] = field(default_factory=list)


class Inventory:
    """Reads resources for pages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, principal: Principal) -> list[Resource]:
        """Return what organization, account and its instances hold, by name."""
        found = await self._read(principal, None)
        return sorted(found, key=lambda one: (one.name.casefold(), one.name))

    async def one(self, principal: Principal, name: str) -> Resource:
        """Return one resource. Raises NotFound."""
        for one in await self._read(principal, name):
            return one
        raise NotFound(f"No common resource found with name {name[:100]!r}.")

    async def _read(self, principal: Principal, name: str | None) -> list[Resource]:
        async with self._database.read() as connection:
            own = await common_resources.instances_of(connection, principal.account_id)
            defined = await common_resources.definitions(
                connection, principal.organization_id, name=name
            )
            mapped = await common_resources.mappings(
                connection, principal.organization_id, name=name
            )

        def is_seen(row: Any) -> bool:
            # Filtered here: a question that names ten thousand instances is one no database takes.
            if row.level == "account":
                return bool(row.owner_id == principal.account_id)
            return row.level != "instance" or row.owner_id in own

        found: dict[str, _Rows] = {}
        for row in filter(is_seen, in_order(defined)):
            found.setdefault(row.name, _Rows(row.resource_id)).definitions.append(row)
        for row in filter(is_seen, in_order(mapped)):
            if row.name in found:
                found[row.name].mappings.append(row)
        return [_resource(name, rows) for name, rows in found.items()]


def _resource(name: str, rows: _Rows) -> Resource:
    return Resource(
        id=rows.id,
        name=name,
        definitions=tuple(_definition(row, json.loads(row.document)) for row in rows.definitions),
        mappings=tuple(_mapping(row, json.loads(row.document)) for row in rows.mappings),
    )


def _definition(row: Any, document: Mapping[str, Any]) -> HeldDefinition:
    return HeldDefinition(
        level=row.level,
        owner_id=row.owner_id,
        fields=tuple(
            HeldField(one["path"], one["type"], one["id"], one.get("displayName", ""))
            for one in document["fields"]
        ),
        description=document.get("description", ""),
        display_name=document.get("displayName", ""),
        created_ms=row.created_ms,
        version=fingerprint(document),
    )


def _mapping(row: Any, document: Mapping[str, Any]) -> HeldMapping:
    kinds = {option["type"] for option in document["configuration"]}
    return HeldMapping(
        element_key=row.element_key,
        level=row.level,
        owner_id=row.owner_id,
        vendor_name=document["vendorName"],
        paths=tuple(one["path"] for one in document["fields"]),
        inherits="inherit" in kinds,
        is_documented="addToDocumentation" in kinds,
        has_script=bool(document.get("script")),
    )
