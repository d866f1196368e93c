"""A statement of a vendor's query language, from the template of a definition.

`SELECT {fields} FROM Event WHERE WhatId='{id}'[ AND {where}] ORDER BY {orderBy}[ OFFSET {page}]`:
a bracket whose placeholder has no value is left out. `{fields}` are the object's fields, or those a
caller asks for, `{Other.fields}` the same, each after `Other.`; `{where}`, `{orderBy}`, `{page}`,
`{pageSize}` and `{batch}` are parts that are written already. Any other name is a value of the
call: in quotes it is a text, written as the language writes one; without them it must be a name."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from valence.ceql.dialects import quoted_text
from valence.domain import DefinitionError, InvalidRequest, Statement

_PIECE = re.compile(r"'\{(?P<text>[^{}']+)\}'|\{(?P<name>[^{}]+)\}")
_BRACKET = re.compile(r"\[([^\[\]]*)\]")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,127}\Z")
_FIELD = re.compile(r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)*\Z", re.ASCII)
_FIELDS = "fields"

Lookup = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Slots:
    """What there is for a statement: parts in its language, and the fields to read."""

    texts: Mapping[str, str]
    fields: tuple[str, ...]


def written(statement: Statement, slots: Slots, *, value: Lookup) -> str:
    """Return a statement with its template filled.

    Args:
        value: looks a value of the call up.

    Raises:
        InvalidRequest: a value that must be a name is none.
        DefinitionError: nothing fills a placeholder outside brackets.
    """
    template, language = statement.text, statement.language
    found, start = [], 0
    for bracket in _BRACKET.finditer(template):
        found.append(_filled(template[start : bracket.start()], language, slots, value))
        names = [piece["text"] or piece["name"] for piece in _PIECE.finditer(bracket[1])]
        if all(_has(name, slots, value) for name in names):
            found.append(_filled(bracket[1], language, slots, value))
        start = bracket.end()
    found.append(_filled(template[start:], language, slots, value))
    return "".join(found)


def statement_headers(statement: Statement, slots: Slots) -> dict[str, str]:
    """Return the headers that go with a statement; one that nothing fills is left out."""
    found = {}
    for name, template in statement.headers.items():
        needed = [piece["name"] for piece in _PIECE.finditer(template)]
        if all(text in slots.texts for text in needed):
            found[name] = _PIECE.sub(lambda piece: slots.texts[piece["name"]], template)
    return found


def _has(name: str, slots: Slots, value: Lookup) -> bool:
    return name in slots.texts or name.endswith(_FIELDS) or value(name) is not None


def _filled(template: str, language: str, slots: Slots, value: Lookup) -> str:
    def fill(piece: re.Match[str]) -> str:
        if piece["text"] is not None:
            return quoted_text(language, _needed(piece["text"], value))
        name = piece["name"]
        if name in slots.texts:
            return slots.texts[name]
        if name == _FIELDS or name.endswith("." + _FIELDS):
            return _list(slots.fields, name.removesuffix(_FIELDS))
        found = _needed(name, value)
        if not _NAME.match(found):
            raise InvalidRequest(f"{found[:60]!r} is not the name of an object.", code="bad-name")
        return found

    return _PIECE.sub(fill, template)


def _needed(name: str, value: Lookup) -> str:
    found = value(name)
    if found is None:
        raise DefinitionError(f"Nothing fills {{{name}}} of the vendor's statement.")
    return found


@lru_cache(maxsize=1024)
def _list(fields: tuple[str, ...], prefix: str) -> str:
    for field in fields:
        if not _FIELD.match(field):
            raise InvalidRequest(
                f"This resource has no field {field[:60]!r}.", code="unsupported-field"
            )
    if not fields:
        raise DefinitionError("The statement reads {fields}, but nothing describes the object.")
    return ", ".join(prefix + field for field in fields)
