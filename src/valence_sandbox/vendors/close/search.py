"""The language of `query` on leads: `name:"Acme" (status:a or status:b) not x sort:-date_updated`.

Terms side by side must all hold. A text holds where its words stand in the field one after the
other, whatever their case; times are compared to the minute."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from valence_sandbox.fields import values_at
from valence_sandbox.store import Record

Holds = Callable[[Record], bool]

_TOKEN = re.compile(
    r"""\s*(?:(?P<mark>[()])|(?P<field>[\w.]+)\s*(?P<operator>:|>=|<=|>|<|=)\s*
    (?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s()"]+))
    |"(?P<phrase>(?:[^"\\]|\\.)*)"|(?P<word>[^\s()"]+))""",
    re.VERBOSE,
)
_MINUTE = len("2018-01-15T10:30")
TEXTS: Mapping[str, tuple[str, ...]] = {
    "name": ("display_name",),
    "company": ("display_name",),
    "description": ("description",),
    "url": ("url",),
    "status": ("status_label",),
    "lead_status": ("status_label",),
    "contact": ("contacts.name",),
    "contact_name": ("contacts.name",),
    "title": ("contacts.title",),
    "email": ("contacts.emails.email",),
    "email_address": ("contacts.emails.email",),
    "phone": ("contacts.phones.phone",),
    "user_id": ("opportunities.user_id",),
}
TIMES = {
    "date_created": "date_created",
    "created": "date_created",
    "date_updated": "date_updated",
    "updated": "date_updated",
}
SORTS = {**TIMES, "name": "display_name", "display_name": "display_name", "status": "status_label"}
_EVERYTHING = ("display_name", "description", "contacts.name", "contacts.emails.email")


class BadSearch(Exception):
    """The query cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a query means: a condition, and (path, is descending) pairs."""

    holds: Holds
    orders: tuple[tuple[str, bool], ...]


def search_of(query: str) -> Search:
    """Read a query. Raises BadSearch."""
    reader = _Reader(query)
    holds = reader.either()
    if reader.token is not None:
        raise BadSearch("Unbalanced parenthesis")
    return Search(holds, tuple(reader.orders))


class _Reader:
    def __init__(self, query: str) -> None:
        self._query = query
        self._at = 0
        self._depth = 0
        self.orders: list[tuple[str, bool]] = []
        self.token: re.Match[str] | None = None
        self._advance()

    def _advance(self) -> None:
        if not self._query[self._at :].strip():
            self.token = None
            return
        self.token = _TOKEN.match(self._query, self._at)
        if self.token is None:
            raise BadSearch(f"Unexpected text at position {self._at}")
        self._at = self.token.end()

    def _is(self, kind: str, text: str) -> bool:
        return self.token is not None and (self.token[kind] or "").lower() == text

    def either(self) -> Holds:
        """Read terms joined by `or`."""
        terms = [self._every()]
        while self._is("word", "or"):
            self._advance()
            terms.append(self._every())
        return terms[0] if len(terms) == 1 else lambda record: any(t(record) for t in terms)

    def _every(self) -> Holds:
        terms: list[Holds] = []
        while self.token is not None and not self._is("mark", ")") and not self._is("word", "or"):
            if self._is("word", "and"):
                self._advance()
                continue
            terms.append(self._term())
        return lambda record: all(term(record) for term in terms)

    def _term(self) -> Holds:
        if self._is("word", "not"):
            self._advance()
            if self.token is None:
                raise BadSearch("Nothing follows not")
            negated = self._term()
            return lambda record: not negated(record)
        if self._is("mark", "("):
            self._depth += 1
            if self._depth > 20:
                raise BadSearch("Too many parentheses")
            self._advance()
            inside = self.either()
            if not self._is("mark", ")"):
                raise BadSearch("Unbalanced parenthesis")
            self._advance()
            self._depth -= 1
            return inside
        return self._leaf(self.token)

    def _leaf(self, token: re.Match[str] | None) -> Holds:
        if token is None:
            return lambda _: True
        self._advance()
        if token["field"] is None:
            text = token["phrase"] if token["phrase"] is not None else token["word"]
            return _has_words(_EVERYTHING, _unquoted(text))
        quoted, bare = token["quoted"], token["bare"]
        value = _unquoted(quoted) if quoted is not None else bare
        return self._condition(token["field"], token["operator"], value)

    def _condition(self, field: str, operator: str, value: str) -> Holds:
        if field == "sort":
            self._sort(value)
            return lambda _: True
        if field in TIMES and operator != ":":
            return _compared(TIMES[field], operator, value)
        if field in TEXTS and operator in (":", "="):
            return _has_words(TEXTS[field], value)
        if field.startswith("custom.") and operator in (":", "="):
            return lambda record: _holds_words(record.get(field), value)
        if field == "id" and operator in (":", "="):
            return lambda record: bool(record["id"] == value)
        raise BadSearch(f"Unknown keyword: {field}{operator}")

    def _sort(self, value: str) -> None:
        for name in value.split(","):
            path = SORTS.get(name.removeprefix("-"))
            if path is None:
                raise BadSearch(f"Unknown sort: {name}")
            self.orders.append((path, name.startswith("-")))


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _has_words(paths: tuple[str, ...], text: str) -> Holds:
    return lambda record: any(
        _holds_words(value, text) for path in paths for value in values_at(record, path)
    )


def _holds_words(value: Any, text: str) -> bool:
    wanted, found = _words(text), _words(str(value))
    size = len(wanted)
    return bool(wanted) and any(
        found[start : start + size] == wanted for start in range(len(found) - size + 1)
    )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _compared(path: str, operator: str, value: str) -> Holds:
    wanted = _minute(value)

    def holds(record: Record) -> bool:
        found = record[path][:_MINUTE]
        match operator:
            case ">=":
                return bool(found >= wanted)
            case "<=":
                return bool(found <= wanted)
            case ">":
                return bool(found > wanted)
            case "<":
                return bool(found < wanted)
            case _:
                return bool(found == wanted)

    return holds


def _minute(value: str) -> str:
    try:
        found = datetime.fromisoformat(value)
    except ValueError as exc:
        raise BadSearch(f"Could not parse date: {value}") from exc
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat()[:_MINUTE]
