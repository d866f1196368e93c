"""An object as it is stored, or as it would be with a draft: its transformation and its fields.

A draft is what a client might save at a level. It is checked as if it were saved, laid over the
levels above, and stored nowhere; levels below its own are left out, for there it need not count."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from valence.common_resources.common_resources import in_order
from valence.common_resources.documents import Json, checked_definition, types_of
from valence.common_resources.scopes import Scope
from valence.common_resources.system_level import read_objects
from valence.domain import InvalidRequest, NotFound
from valence.storage import Database, common_resources
from valence.transformations import LEVELS, Level, Transformation, checked, effective


@dataclass(frozen=True, slots=True)
class Draft:
    """A transformation as a client would save it at a level; none: the most specific it can be.

    `definition` may hold the `fields` that the level's definition would have.
    """

    transformation: Mapping[str, Any] = field(repr=False)
    level: Level | None = None
    definition: Mapping[str, Any] | None = field(default=None, repr=False)

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> "Draft":
        """Return the draft of a body that is a transformation, with `level` and `definition`.

        Raises:
            InvalidRequest: one of those two is none.
        """
        level, definition = body.get("level"), body.get("definition")
        if level not in (None, "", *LEVELS[1:]):
            raise InvalidRequest(f"level must be one of {', '.join(LEVELS[1:])}.", code="bad-body")
        if definition is not None and not isinstance(definition, dict):
            raise InvalidRequest("definition must be an object with fields.", code="bad-body")
        return cls(body, level or None, definition)

    @property
    def has_script(self) -> bool:
        """Tell whether there is a script in it."""
        return bool(self.transformation.get("script") or self.transformation.get("scripts"))


@dataclass(frozen=True, slots=True)
class DefinedField:
    """A field of a definition, of the most specific level that has it."""

    path: str
    type: str
    level: Level
    display_name: str | None = None


@dataclass(frozen=True, slots=True)
class Drafted:
    """An object for one scope: how it is mapped, None: not at all, and the fields it is to have."""

    transformation: Transformation | None
    fields: tuple[DefinedField, ...]


class Drafts:
    """Finds what is stored of an object, with or without a draft in it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def found(
        self, scope: Scope, element_key: str, name: str, draft: Draft | None = None
    ) -> Drafted:
        """Return an object of a scope.

        Raises:
            InvalidRequest: the draft cannot be read, the message says where; or its level is none
                of the scope's.
            NotFound: without a draft: there is neither a definition nor a transformation.
        """
        level: Level = scope.level if draft is None else draft.level or scope.level
        chain = [place.level for place in scope.chain]
        if level not in chain:
            raise InvalidRequest(
                f"A draft of the {level} level cannot be tried out here; name one of"
                f" {', '.join(chain)}.",
                code="bad-body",
            )
        own = None if draft is None else checked(draft.transformation, level=level)
        mapped, defined, types = await self._rows(scope, element_key, name)
        if draft is None and not mapped and not defined:
            raise NotFound(f"No object found with name {name[:100]!r}.")
        fields = _fields(defined, draft, level)
        documents = [json.loads(row.document) for row in mapped]
        if own is not None:
            above = chain[: chain.index(level)]
            documents = [json.loads(row.document) for row in mapped if row.level in above]
            documents.append(own)
        types = {**types, **{one.path: one.type for one in fields}}
        transformation = effective(documents, name=name, types=types) if documents else None
        return Drafted(transformation, tuple(fields))

    async def _rows(
        self, scope: Scope, element_key: str, name: str
    ) -> tuple[Sequence[Any], Sequence[Any], Mapping[str, str]]:
        async with self._database.read() as connection:
            mapped = await common_resources.mappings(
                connection,
                scope.organization_id,
                places=scope.chain,
                name=name,
                element_key=element_key,
            )
            defined = await common_resources.definitions(
                connection, scope.organization_id, places=scope.chain, name=name
            )
            of_system = await read_objects(connection)
        types = types_of([one.document for one in of_system if one.name == name])
        return in_order(mapped), in_order(defined), types


def _fields(rows: Sequence[Any], draft: Draft | None, level: Level) -> list[DefinedField]:
    """Return the fields of definitions, a drafted one in the place of its level's."""
    documents: list[tuple[Level, Json]] = [(row.level, json.loads(row.document)) for row in rows]
    if draft is not None and draft.definition is not None:
        stored = next((one for at, one in documents if at == level), None)
        own = checked_definition(draft.definition, level=level, stored=stored)
        documents = [(at, one) for at, one in documents if at != level]
        documents.append((level, own))
        documents.sort(key=lambda pair: LEVELS.index(pair[0]))
    found: dict[str, DefinedField] = {}
    for at, document in documents:
        for row in document["fields"]:
            shown = row.get("displayName")
            found[row["path"]] = DefinedField(row["path"], row["type"], at, shown)
    return list(found.values())
