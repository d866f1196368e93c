"""A whole common resource as one document, out and in again.

Two forms: one resource with its transformations by element (`vdrName`, `definition`,
`transformation`), and the backup of an organization (`objectDefinitions`, `transformations`).
An import is checked as a whole and then stored in one transaction. A transformation of an element
that this installation does not have is kept: it counts once the element is there.

Source: the wire contract on transformations, its section on export and import.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from valence.common_resources.common_resources import in_order, require_change
from valence.common_resources.documents import (
    Json,
    checked_definition,
    checked_name,
    iso_millis,
    numbered,
)
from valence.common_resources.scopes import may_touch
from valence.domain import Clock, InvalidRequest, NotFound, Principal
from valence.storage import (
    Connection,
    Database,
    Place,
    Revisions,
    bump,
    common_resources,
    counters,
)
from valence.transformations import LEVELS, Level, checked

Parts = dict[Level, Json]
MOST_ELEMENTS = 500
MOST_OBJECTS = 2000


class Exchange:
    """Exports and imports."""

    def __init__(self, database: Database, *, clock: Clock, revisions: Revisions) -> None:
        self._database = database
        self._clock = clock
        self._revisions = revisions

    async def export(self, principal: Principal, name: str) -> Json:
        """Return a resource with all that organization and account hold of it.

        Raises:
            NotFound: neither defines it.
        """
        places = list(_places(principal).values())
        async with self._database.read() as connection:
            version = await common_resources.version_of(connection, principal.organization_id)
            defined = await common_resources.definitions(
                connection, principal.organization_id, places=places, name=name
            )
            mapped = await common_resources.mappings(
                connection, principal.organization_id, places=places, name=name
            )
        if not defined:
            raise NotFound(f"No common resource found with name {name[:100]!r}.")
        by_element: dict[str, list[Any]] = {}
        for row in in_order(mapped):
            by_element.setdefault(row.element_key, []).append(row)
        return {
            "vdrName": name,
            "vdrVersion": version,
            "definition": _definition_out(name, in_order(defined)),
            "transformation": {
                key: _transformation_out(name, key, rows) for key, rows in by_element.items()
            },
        }

    async def backup(self, principal: Principal) -> Json:
        """Return all that organization and account hold, in the form that `restore` takes."""
        places = list(_places(principal).values())
        async with self._database.read() as connection:
            defined = await common_resources.definitions(
                connection, principal.organization_id, places=places
            )
            mapped = await common_resources.mappings(
                connection, principal.organization_id, places=places
            )
        definitions: dict[str, list[Any]] = {}
        for row in in_order(defined):
            definitions.setdefault(row.name, []).append(row)
        transformations: dict[str, dict[str, list[Any]]] = {}
        for row in in_order(mapped):
            # What only an instance defines is not in the document, and its mapping is: a backup
            # defines whatever it maps.
            definitions.setdefault(row.name, [])
            transformations.setdefault(row.element_key, {}).setdefault(row.name, []).append(row)
        return {
            "objectDefinitions": {
                name: _definition_out(name, rows) for name, rows in sorted(definitions.items())
            },
            "transformations": {
                key: {
                    name: _transformation_out(name, key, rows)
                    for name, rows in sorted(objects.items())
                }
                for key, objects in sorted(transformations.items())
            },
        }

    async def import_(
        self, principal: Principal, document: Mapping[str, Any]
    ) -> tuple[str, list[Level]]:
        """Store a resource, over what is there; return its name and which levels were left out.

        A field goes to the level it names, organization where it names none; what the caller may
        not touch is left out.

        Raises:
            InvalidRequest: a part cannot be read, or takes a script back to the legacy engine;
                nothing is stored then.
        """
        one = _one(document)
        return one.name, await self._take(principal, [one])

    async def restore(
        self, principal: Principal, document: Mapping[str, Any]
    ) -> tuple[list[str], list[Level]]:
        """Store a backup, over what is there; return its objects and which levels were left out.

        Raises:
            InvalidRequest: a part cannot be read, or an object is mapped that the backup does not
                define; nothing is stored then.
        """
        brought = _many(document)
        dropped = await self._take(principal, sorted(brought, key=lambda one: one.name))
        return [one.name for one in brought], dropped

    async def _take(self, principal: Principal, brought: Sequence["Brought"]) -> list[Level]:
        """Store resources in one transaction; return the levels that are not the caller's."""
        places = _places(principal)
        dropped = {
            level
            for one in brought
            for parts in (one.definitions, *one.transformations.values())
            for level in parts
            if level not in places or not may_touch(principal, level)
        }
        async with self._database.write() as connection:
            for one in brought:
                await self._store(
                    connection,
                    principal,
                    one.name,
                    one.definitions,
                    one.transformations,
                    places,
                    dropped,
                )
            await common_resources.sweep(connection, principal.organization_id)
            await bump(connection, "mappings")
        self._revisions.announce("mappings")
        return [level for level in LEVELS if level in dropped]

    async def _store(
        self,
        connection: Connection,
        principal: Principal,
        name: str,
        definitions: Parts,
        transformations: Mapping[str, Parts],
        places: Mapping[Level, Place],
        dropped: Iterable[Level],
    ) -> None:
        now, organization_id = self._clock.now_ms(), principal.organization_id
        row = await common_resources.held(connection, organization_id, name, now=now)
        held = await common_resources.definitions(connection, organization_id, name=name)
        stored = {(one.level, one.owner_id): json.loads(one.document) for one in held}
        for level, part in definitions.items():
            if level in dropped:
                continue
            place = places[level]
            before = stored.get((place.level, place.owner_id))
            document = checked_definition(part, level=level, stored=before)
            count = len(document["fields"]) or 1
            first = await counters.take(connection, "object fields", count=count)
            document = numbered(document, iter(range(first, first + count)).__next__)
            await common_resources.put_definition(
                connection, row.id, place, document=json.dumps(document), now=now
            )
        mapped = await common_resources.mappings(connection, organization_id, name=name)
        known = {(one.element_key, one.level, one.owner_id): one.document for one in mapped}
        for key, parts in transformations.items():
            number = await counters.take(connection, "transformations")
            for level, document in parts.items():
                if level in dropped:
                    continue
                before = known.get((key, places[level].level, places[level].owner_id))
                if before is not None:
                    require_change(json.loads(before), document)
                await common_resources.put_mapping(
                    connection,
                    row.id,
                    places[level],
                    key,
                    number=number,
                    document=json.dumps(document),
                    now=now,
                )


@dataclass(frozen=True, slots=True)
class Brought:
    """A resource as an import brings it, checked; its transformations as levels store them."""

    name: str
    definitions: Parts
    transformations: Mapping[str, Parts]

    @property
    def field_count(self) -> int:
        """How many fields it defines; the same path at two levels counts once."""
        return len(
            {row["path"] for part in self.definitions.values() for row in part.get("fields", ())}
        )

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels that it has parts for."""
        parts = [self.definitions, *self.transformations.values()]
        return tuple(level for level in LEVELS if any(level in part for part in parts))


def is_backup(document: Mapping[str, Any]) -> bool:
    """Tell whether a document is a backup of many resources and not the export of one."""
    return "objectDefinitions" in document


def brought_by(document: Mapping[str, Any]) -> list[Brought]:
    """Return what a document brings, checked whole as an import checks it.

    Raises:
        InvalidRequest: a part cannot be read.
    """
    return _many(document) if is_backup(document) else [_one(document)]


def _one(document: Mapping[str, Any]) -> Brought:
    definition = document.get("definition")
    if not isinstance(definition, dict):
        raise InvalidRequest("The import has no definition.", code="bad-body")
    name = checked_name(document.get("vdrName") or definition.get("objectName"))
    return _brought(name, definition, document.get("transformation") or {})


def _many(document: Mapping[str, Any]) -> list[Brought]:
    defined = document.get("objectDefinitions")
    by_element = document.get("transformations") or {}
    if not isinstance(defined, dict) or not defined or len(defined) > MOST_OBJECTS:
        raise InvalidRequest(
            f"objectDefinitions must be an object of 1 to {MOST_OBJECTS} definitions.",
            code="bad-body",
        )
    if not isinstance(by_element, dict) or not all(
        isinstance(mapped, dict) for mapped in by_element.values()
    ):
        raise InvalidRequest(
            "transformations must hold objects by element, then by name.", code="bad-body"
        )
    mapped: dict[str, dict[str, Any]] = {}
    for key, bodies in by_element.items():
        for name, body in bodies.items():
            if name not in defined:
                raise InvalidRequest(
                    f"The backup maps {name[:100]} and does not define it.", code="bad-body"
                )
            mapped.setdefault(name, {})[key] = body
    brought = []
    for name, definition in defined.items():
        if not isinstance(definition, dict):
            raise InvalidRequest("A definition must be an object.", code="bad-body")
        brought.append(_brought(checked_name(name), definition, mapped.get(name, {})))
    return brought


def _brought(name: str, definition: Mapping[str, Any], mapped: object) -> Brought:
    if not isinstance(mapped, dict) or len(mapped) > MOST_ELEMENTS:
        raise InvalidRequest(
            f"transformation must be an object of at most {MOST_ELEMENTS} elements.",
            code="bad-body",
        )
    definitions = _by_level(definition, ("fields",))
    for level, part in definitions.items():
        checked_definition(part, level=level)
    ready = {
        str(key): {
            level: checked(part, level=level)
            for level, part in _transformation_parts(body, str(key)).items()
        }
        for key, body in mapped.items()
    }
    return Brought(name, definitions, ready)


def _places(principal: Principal) -> dict[Level, Place]:
    return {
        "organization": Place("organization", principal.organization_id),
        "account": Place("account", principal.account_id),
    }


def _definition_out(name: str, rows: list[Any]) -> Json:
    documents = [json.loads(row.document) for row in rows]
    texts = {
        key: one[key] for one in documents for key in ("description", "displayName") if key in one
    }
    fields = [
        {key: value for key, value in field.items() if key != "id"}
        for one in documents
        for field in one["fields"]
    ]
    return {
        "objectName": name,
        **texts,
        **({"createdDate": iso_millis(rows[0].created_ms)} if rows else {}),
        "vdrShared": False,
        "vdrShareLevel": None,
        **_untold(rows, fields),
        "fields": fields,
    }


def _transformation_out(name: str, key: str, rows: list[Any]) -> Json:
    documents = [json.loads(row.document) for row in rows]
    scripts = [one["script"] for one in documents if one.get("script")]
    options = [option for one in documents for option in one["configuration"]]
    fields = [field for one in documents for field in one["fields"]]
    return {
        "objectName": name,
        "elementKey": key,
        "vendorName": documents[-1]["vendorName"],
        "isLegacy": documents[-1]["isLegacy"],
        **_untold(rows, [*fields, *options, *scripts]),
        "configuration": options,
        "fields": fields,
        "script": scripts[-1] if scripts else None,
        "scripts": scripts,
    }


def _untold(rows: list[Any], parts: list[Any]) -> Json:
    """Return the level of what only one level holds and no part of it tells."""
    return {"level": rows[-1].level} if rows and not parts else {}


def _by_level(body: Mapping[str, Any], lists: tuple[str, ...]) -> Parts:
    """Return a body for every level that a row of its lists names; rows without one count as
    the organization's."""
    texts = {key: value for key, value in body.items() if key not in lists}
    found: dict[Level, dict[str, list[Any]]] = {}
    for name in lists:
        rows = body.get(name) or []
        if not isinstance(rows, list):
            raise InvalidRequest(f"{name} must be a list.", code="bad-body")
        for row in rows:
            found.setdefault(_level(row), {}).setdefault(name, []).append(row)
    if not found:
        found[_level(body)] = {}
    return {level: {**texts, **parts} for level, parts in found.items()}


def _transformation_parts(body: object, key: str) -> Parts:
    if not isinstance(body, dict):
        raise InvalidRequest(f"transformation.{key[:100]} must be an object.", code="bad-body")
    plain = {name: value for name, value in body.items() if name not in ("script", "scripts")}
    scripts = body.get("scripts") or ([body["script"]] if body.get("script") else [])
    if not isinstance(scripts, list):
        raise InvalidRequest("scripts must be a list.", code="bad-body")
    parts: Parts = {}
    if not scripts or plain.get("fields") or plain.get("configuration"):
        parts = _by_level(plain, ("fields", "configuration"))
    for script in scripts:
        level = _level(script)
        held = parts.setdefault(level, {**plain, "fields": [], "configuration": []})
        held["script"] = script
    return parts


def _level(row: object) -> Level:
    named = row.get("level") or row.get("associatedLevel") if isinstance(row, dict) else None
    for level in LEVELS:
        if level == named:
            return level
    return "organization"
