"""JQL as Jira reads it: clauses, AND, OR, NOT, parentheses, ORDER BY.

Source: https://confluence.atlassian.com/jirasoftwareserver/advanced-searching-939938733.html. Texts
are only searched (`~`), by words, whatever their case; `*` at a word's end is the rest of it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from valence_sandbox.fields import values_at
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record
from valence_sandbox.vendors.jira.refused import refused

Test = Callable[[Record], bool]
_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|(?P<sign>!=|!~|>=|<=|[=~<>(),])"
    r"|(?P<field>cf\[\d+\])|(?P<word>[^\s\"'=~<>!(),]+))"
)
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"n": "\n", "r": "\r", "t": "\t"}
_WORDS = re.compile(r"\w+(?:\.\w+)*\*?")


@dataclass(frozen=True, slots=True)
class Kind:
    """A field: where a record has it, which operators it knows, what it is ordered by.

    `known` names the collection whose names, keys and ids are its values; another is refused."""

    paths: tuple[str, ...]
    operators: frozenset[str]
    order: str = ""
    known: str = ""


_EXACT = frozenset({"=", "!=", "in", "not in", "is", "is not"})
_TEXT = frozenset({"~", "!~", "is", "is not"})
_TIME = frozenset({"=", "!=", ">", ">=", "<", "<=", "is", "is not"})
_ID = Kind(("id", "key"), _EXACT | {">", ">=", "<", "<="}, "id", "issues")
FIELDS = {
    "id": _ID,
    "key": _ID,
    "issue": _ID,
    "issuekey": _ID,
    "project": Kind(("fields.project.key", "fields.project.id", "fields.project.name"), _EXACT,
                    "fields.project.key", "projects"),
    "issuetype": Kind(("fields.issuetype.name", "fields.issuetype.id"), _EXACT,
                      "fields.issuetype.name", "issuetypes"),
    "status": Kind(("fields.status.name", "fields.status.id"), _EXACT,
                   "fields.status.name", "statuses"),
    "priority": Kind(("fields.priority.name", "fields.priority.id"), _EXACT,
                     "fields.priority.id", "priorities"),
    "assignee": Kind(("fields.assignee.name", "fields.assignee.key"), _EXACT,
                     "fields.assignee.name", "users"),
    "reporter": Kind(("fields.reporter.name", "fields.reporter.key"), _EXACT,
                     "fields.reporter.name", "users"),
    "labels": Kind(("fields.labels",), _EXACT),
    "component": Kind(("fields.components.name", "fields.components.id"), _EXACT),
    "summary": Kind(("fields.summary",), _TEXT, "fields.summary"),
    "description": Kind(("fields.description",), _TEXT),
    "comment": Kind(("fields.comment.comments.body",), frozenset({"~", "!~"})),
    "created": Kind(("fields.created",), _TIME, "fields.created"),
    "updated": Kind(("fields.updated",), _TIME, "fields.updated"),
}  # fmt: skip
FIELDS["type"] = FIELDS["issuetype"]


def query(jql: str, *, known: Callable[[str, str], bool]) -> tuple[Test, list[tuple[str, bool]]]:
    """Return what an issue must fulfil, and the (path, is descending) it is ordered by.

    Args:
        known: tells whether a collection has something of that name. Raises Refusal.
    """
    parser = _Parser(_tokens(jql), known)
    test: Test = lambda record: True  # noqa: E731 - what an empty query asks
    if parser.ahead() not in ("", "order"):
        test = parser.either()
    orders = parser.orders()
    if parser.ahead():
        raise refused(f"Error in the JQL Query: Expecting either 'OR' or 'AND' but got"
                      f" '{parser.ahead()}'.")  # fmt: skip
    return test, orders


def _tokens(jql: str) -> list[tuple[str, str]]:
    found, position = [], 0
    jql = jql.rstrip()
    while position < len(jql):
        match = _TOKEN.match(jql, position)
        if match is None:
            raise refused(f"Error in the JQL Query: The character '{jql[position]}' is reserved.")
        kind = str(match.lastgroup)
        text = match[kind]
        if kind == "text":
            text = _ESCAPED.sub(lambda at: _MEANT.get(at[1], at[1]), text[1:-1])
        found.append((kind, text))
        position = match.end()
    return found


class _Parser:
    def __init__(self, tokens: Sequence[tuple[str, str]], known: Callable[[str, str], bool]):
        self._tokens = [*tokens, ("end", "")]
        self._known = known
        self._position = 0

    def ahead(self) -> str:
        """The next token, words in lower case; a quoted text is none of them."""
        kind, text = self._tokens[self._position]
        return text.lower() if kind in ("word", "sign") else "'text'" if kind == "text" else text

    def _take(self) -> tuple[str, str]:
        token = self._tokens[self._position]
        self._position += 1
        if token[0] == "end":
            raise refused("Error in the JQL Query: Expecting more at the end of the query.")
        return token

    def _took(self, word: str) -> bool:
        if self.ahead() == word:
            self._position += 1
            return True
        return False

    def either(self) -> Test:
        terms = [self._both()]
        while self._took("or"):
            terms.append(self._both())
        return lambda record: any(term(record) for term in terms)

    def _both(self) -> Test:
        terms = [self._one()]
        while self._took("and"):
            terms.append(self._one())
        return lambda record: all(term(record) for term in terms)

    def _one(self) -> Test:
        if self._took("not"):
            term = self._one()
            return lambda record: not term(record)
        if self._took("("):
            term = self.either()
            if not self._took(")"):
                raise refused("Error in the JQL Query: Expecting ')' before the end of the query.")
            return term
        return self._clause()

    def _clause(self) -> Test:
        name = self._take()[1]
        kind = _kind(name)
        operator = self._take()[1].lower()
        if operator in ("not", "is") and self.ahead() in ("in", "not"):
            operator += f" {self._take()[1].lower()}"
        if operator not in kind.operators:
            raise refused(f"The operator '{operator}' is not supported by the '{name}' field.")
        if operator in ("is", "is not"):
            word = self._take()[1].lower()
            if word not in ("empty", "null"):
                raise refused(f"The value '{word}' is not supported by the operator '{operator}'.")
            wants = operator == "is not"
            return lambda record: bool(_values(record, kind)) is wants
        if operator in ("in", "not in"):
            return self._among(name, kind, is_in=operator == "in")
        return self._compared(name, kind, operator, self._take()[1])

    def _among(self, name: str, kind: Kind, *, is_in: bool) -> Test:
        if not self._took("("):
            raise refused(f"Error in the JQL Query: Expecting '(' after '{name} in'.")
        wanted = [self._value(name, kind)]
        while self._took(","):
            wanted.append(self._value(name, kind))
        if not self._took(")"):
            raise refused("Error in the JQL Query: Expecting ')' before the end of the query.")
        if is_in:
            return lambda record: any(value in wanted for value in _values(record, kind))
        return lambda record: (
            bool(_values(record, kind))
            and not any(value in wanted for value in _values(record, kind))
        )

    def _value(self, name: str, kind: Kind) -> str:
        return self._checked(name, kind, self._take()[1])

    def _checked(self, name: str, kind: Kind, text: str) -> str:
        if kind.known and not self._known(kind.known, text):
            if kind.known == "issues":
                raise refused(f"An issue with key '{text}' does not exist for field '{name}'.")
            raise refused(f"The value '{text}' does not exist for the field '{name}'.")
        return text

    def _compared(self, name: str, kind: Kind, operator: str, text: str) -> Test:
        if operator in ("~", "!~"):
            words = _WORDS.findall(text.lower())
            if not words:
                raise refused(f"The text query '{text}' for field '{name}' is not allowed to start"
                              " with that character.")  # fmt: skip
            wants = operator == "~"
            return lambda record: _has_words(_values(record, kind), words) is wants
        if kind.operators is _TIME:
            at = _time(name, text)
            return lambda record: any(
                _ordered(operator, _parsed(value), at) for value in _values(record, kind)
            )
        wanted = self._checked(name, kind, text)
        if operator in (">", ">=", "<", "<="):
            project, _, number = wanted.rpartition("-")
            shown = "key" if project else "id"
            return lambda record: (
                record[shown].rpartition("-")[0] == project
                and _ordered(operator, int(record[shown].rpartition("-")[2]), int(number))
            )
        if operator == "=":
            return lambda record: wanted in _values(record, kind)
        return lambda record: bool(_values(record, kind)) and wanted not in _values(record, kind)

    def orders(self) -> list[tuple[str, bool]]:
        """Return what follows ORDER BY; without it the newest come first."""
        if not self._took("order"):
            return [("number", True)]
        if not self._took("by"):
            raise refused("Error in the JQL Query: Expecting 'by' after 'order'.")
        found = []
        while True:
            name = self._take()[1]
            kind = _kind(name)
            if not kind.order:
                raise refused(f"Field '{name}' cannot be used for sorting.")
            is_descending = self.ahead() == "desc"
            if self.ahead() in ("asc", "desc"):
                self._take()
            found.append(("number" if kind is _ID else kind.order, is_descending))
            if not self._took(","):
                return found


def _kind(name: str) -> Kind:
    if name.startswith("cf["):
        return Kind((f"fields.customfield_{name[3:-1]}",), _TEXT)
    kind = FIELDS.get(name.lower())
    if kind is None:
        raise refused(f"Field '{name}' does not exist or you do not have permission to view it.")
    return kind


def _values(record: Record, kind: Kind) -> list[Any]:
    found = [value for path in kind.paths for value in values_at(record, path)]
    return [value for value in found if value not in (None, "")]


def _has_words(values: list[Any], words: list[str]) -> bool:
    for value in values:
        there = set(_WORDS.findall(str(value).lower()))
        if all(
            word in there
            or (word.endswith("*") and any(other.startswith(word[:-1]) for other in there))
            for word in words
        ):
            return True
    return False


def _time(name: str, text: str) -> float:
    if text.isdecimal():
        return int(text) / 1000  # milliseconds since 1970
    for mask in ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d"):
        try:
            return datetime.strptime(text, mask).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    raise _bad_date(name, text)


def _bad_date(name: str, text: str) -> Refusal:
    return refused(
        f"Date value '{text}' for field '{name}' is invalid. Valid formats include:"
        " 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format"
        " e.g. '-5d', '4w 2d'."
    )


def _parsed(value: Any) -> float:
    return datetime.strptime(str(value), "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()


def _ordered(operator: str, value: float, wanted: float) -> bool:
    return {
        "=": value == wanted,
        "!=": value != wanted,
        ">": value > wanted,
        ">=": value >= wanted,
        "<": value < wanted,
        "<=": value <= wanted,
    }[operator]
