"""What each level by itself holds of a resource for one element, read and written as one.

An editor shows the levels of an instance side by side and stores its work in one transaction. A
layer's `version` changes whenever what it holds does: who sends the version he began with cannot
overwrite what somebody else stored meanwhile."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from valence.common_resources.documents import Json, checked_definition, checked_name, numbered
from valence.common_resources.scopes import Scope
from valence.domain import Clock, Conflict, NotFound
from valence.storage import (
    Connection,
    Database,
    Place,
    Revisions,
    bump,
    common_resources,
    counters,
)
from valence.transformations import Level, checked

_LEVELS: tuple[Level, ...] = ("organization", "account", "instance")


@dataclass(frozen=True, slots=True)
class Layer:
    """What one level holds, as it is stored; None: nothing."""

    level: Level
    place: Place
    definition: Json | None = None
    transformation: Json | None = None

    @property
    def version(self) -> str:
        """What changes whenever the layer does."""
        held = json.dumps([self.definition, self.transformation], sort_keys=True)
        return hashlib.sha256(held.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Change:
    """What a level is to hold: new fields of its definition, its transformation, or both.

    `fields` are all of the level's, None: they stay; `transformation` None: it stays. `version` is
    that of the layer which the change was made from.
    """

    level: Level
    version: str
    fields: Sequence[Json] | None = None
    transformation: Json | None = None


class Layers:
    """The layers of resources."""

    def __init__(self, database: Database, *, clock: Clock, revisions: Revisions) -> None:
        self._database = database
        self._clock = clock
        self._revisions = revisions

    async def of(self, scope: Scope, element_key: str, name: str) -> list[Layer]:
        """Return the layers of an instance's levels, from the general on.

        Raises:
            NotFound: none of them defines the object.
        """
        async with self._database.read() as connection:
            return await self._read(connection, scope, element_key, name)

    async def change(
        self, scope: Scope, element_key: str, name: str, changes: Sequence[Change]
    ) -> list[Layer]:
        """Store changes of an instance's levels, all or none; return the layers after them.

        Raises:
            InvalidRequest: a part cannot be read; the message names it. NotFound: as `of`.
            Conflict: a layer is no longer what its change was made from.
        """
        name = checked_name(name)
        for change in changes:
            # Before anything is locked: what cannot be read is refused whoever else is writing.
            if change.transformation is not None:
                checked(change.transformation, level=change.level)
        async with self._database.write() as connection:
            await common_resources.locked(connection, scope.organization_id, name)
            before = await self._read(connection, scope, element_key, name)
            for layer in before:
                for change in changes:
                    if change.level == layer.level:
                        await self._apply(connection, scope, element_key, name, layer, change)
            await bump(connection, "mappings")
            after = await self._read(connection, scope, element_key, name)
        self._revisions.announce("mappings")
        return after

    async def _apply(
        self,
        connection: Connection,
        scope: Scope,
        element_key: str,
        name: str,
        layer: Layer,
        change: Change,
    ) -> None:
        if change.version != layer.version:
            raise Conflict(
                f"Somebody else changed what the {layer.level} level holds of {name}.",
                code="changed-meanwhile",
            )
        now = self._clock.now_ms()
        row = await common_resources.held(connection, scope.organization_id, name, now=now)
        if change.fields is not None:
            stored = layer.definition or {"fields": []}
            texts = {key: value for key, value in stored.items() if key != "fields"}
            body = {**texts, "fields": list(change.fields)}
            document = checked_definition(body, level=layer.level, stored=stored)
            count = len(document["fields"]) or 1
            first = await counters.take(connection, "object fields", count=count)
            document = numbered(document, iter(range(first, first + count)).__next__)
            await common_resources.put_definition(
                connection, row.id, layer.place, document=json.dumps(document), now=now
            )
        if change.transformation is not None:
            await common_resources.put_mapping(
                connection,
                row.id,
                layer.place,
                element_key,
                number=await counters.take(connection, "transformations"),
                document=json.dumps(
                    _kept_engine(layer, checked(change.transformation, level=layer.level))
                ),
                now=now,
            )

    async def _read(
        self, connection: Connection, scope: Scope, element_key: str, name: str
    ) -> list[Layer]:
        places = dict(zip(_LEVELS, scope.chain, strict=False))
        defined = await common_resources.definitions(
            connection, scope.organization_id, places=scope.chain, name=name
        )
        if not defined:
            raise NotFound(f"No common resource found with name {name[:100]!r}.")
        mapped = await common_resources.mappings(
            connection,
            scope.organization_id,
            places=scope.chain,
            name=name,
            element_key=element_key,
        )
        definitions, transformations = _by_level(defined), _by_level(mapped)
        return [
            Layer(level, place, definitions.get(level), transformations.get(level))
            for level, place in places.items()
        ]


def _by_level(rows: Sequence[Any]) -> Mapping[str, Json]:
    return {row.level: json.loads(row.document) for row in rows}


def _kept_engine(layer: Layer, document: Json) -> Json:
    """Return a transformation that runs its script by the engine that the level's has.

    A script of the second engine cannot go back to the first, and an editor changes none."""
    if layer.transformation is None:
        return document
    return document | {"isLegacy": layer.transformation["isLegacy"]}
