"""Snippets: pieces of script that transformations are written from, kept at a level.

A caller sees those of the system, of his organization and of his account. What he may not write
stays as it is and is told to be ignored, as with everything of the view by id.

Source: the wire contract on transformations, its section on the VDR view.
"""

from collections.abc import Mapping
from typing import Any

from valence.common_resources.documents import LONGEST_NAME, Json, iso_millis
from valence.common_resources.scopes import may_touch
from valence.common_resources.vdrs import Answer
from valence.domain import Clock, InvalidRequest, NotFound, Principal
from valence.storage import Connection, Database, Place, snippets
from valence.transformations import LONGEST_SCRIPT, Level

TYPE = "transformation"
LONGEST_DESCRIPTION = 4000
# Where none is said, the first of them that the caller may write.
_LEVELS: tuple[Level, ...] = ("organization", "account", "system")


class Snippets:
    """The snippets of every level."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def all(self, principal: Principal, *, is_system_only: bool = False) -> list[Json]:
        """Return the snippets that a caller sees, the oldest first."""
        places = _places(principal)
        if is_system_only:
            places = {"system": places["system"]}
        async with self._database.read() as connection:
            return [_shown(row) for row in await snippets.at(connection, places.values())]

    async def one(self, principal: Principal, snippet_id: int) -> Json:
        """Return a snippet. Raises NotFound."""
        async with self._database.read() as connection:
            return _shown(await _required(connection, principal, snippet_id))

    async def create(self, principal: Principal, body: Mapping[str, Any]) -> Json:
        """Store a new snippet, at the most general level of the caller's where none is said.

        Raises:
            InvalidRequest: it cannot be read, or its level is not the caller's to write.
        """
        values = _checked(body)
        level = _level(principal, body.get("level"))
        now = self._clock.now_ms()
        async with self._database.write() as connection:
            made = await snippets.add(
                connection,
                _places(principal)[level],
                {**values, "created_ms": now, "updated_ms": now},
            )
            return _shown(await _required(connection, principal, made))

    async def replace(
        self, principal: Principal, snippet_id: int, body: Mapping[str, Any]
    ) -> Answer:
        """Replace a snippet; what the body leaves out stays, and so does the level.

        Raises:
            NotFound. InvalidRequest: it cannot be read.
        """
        async with self._database.write() as connection:
            row = await _required(connection, principal, snippet_id)
            if not may_touch(principal, row.level):
                return Answer(_shown(row), (f"the level {row.level}",))
            values = _checked({**_words(row), **body})
            now = self._clock.now_ms()
            await snippets.change(connection, row.id, {**values, "updated_ms": now})
            return Answer(_shown(await _required(connection, principal, snippet_id)))

    async def delete(self, principal: Principal, snippet_id: int) -> Answer:
        """Delete a snippet. Raises NotFound."""
        async with self._database.write() as connection:
            row = await _required(connection, principal, snippet_id)
            if not may_touch(principal, row.level):
                return Answer({}, (f"the level {row.level}",))
            await snippets.drop(connection, row.id)
        return Answer({})


async def _required(connection: Connection, principal: Principal, snippet_id: int) -> Any:
    found: list[Any] = []
    if 0 < snippet_id < 2**62:
        found = await snippets.at(connection, _places(principal).values(), snippet_id=snippet_id)
    if not found:
        raise NotFound(f"No snippet found with ID {snippet_id}.")
    return found[0]


def _places(principal: Principal) -> dict[Level, Place]:
    return {
        "system": Place("system", 0),
        "organization": Place("organization", principal.organization_id),
        "account": Place("account", principal.account_id),
    }


def _level(principal: Principal, given: object) -> Level:
    if given not in (None, "", *_LEVELS):
        raise InvalidRequest(
            "A snippet's level is organization, account or system.", code="bad-body"
        )
    wanted = [level for level in _LEVELS if given in (None, "", level)]
    for level in wanted:
        if may_touch(principal, level):
            return level
    raise InvalidRequest(
        f"The role {principal.role.value} may not write the level that the snippet is for.",
        code="nothing-to-write",
    )


def _checked(body: Mapping[str, Any]) -> Json:
    name, text = body.get("name"), body.get("body")
    found = name.strip() if isinstance(name, str) else ""
    if not found or len(found) > LONGEST_NAME:
        raise InvalidRequest(
            f"A snippet's name has 1 to {LONGEST_NAME} characters.", code="bad-body"
        )
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_SCRIPT:
        raise InvalidRequest(
            f"body must be a script of at most {LONGEST_SCRIPT} characters.", code="bad-body"
        )
    said = body.get("description") or ""
    if not isinstance(said, str) or len(said) > LONGEST_DESCRIPTION:
        raise InvalidRequest(
            f"description must be a text of at most {LONGEST_DESCRIPTION} characters.",
            code="bad-body",
        )
    if (body.get("snippetType") or TYPE) != TYPE:
        raise InvalidRequest(f"snippetType must be {TYPE}.", code="bad-body")
    return {"name": found, "body": text, "description": said, "snippet_type": TYPE}


def _words(row: Any) -> Json:
    return {
        "name": row.name,
        "description": row.description,
        "body": row.body,
        "snippetType": row.snippet_type,
    }


def _shown(row: Any) -> Json:
    return {
        "id": row.id,
        **_words(row),
        "level": row.level,
        "createdDate": iso_millis(row.created_ms),
    }
