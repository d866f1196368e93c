"""Reads SOQL: the text of a query to its parts, strictly.

Source: SOQL and SOSL Reference. Served are the field list with relationship paths, `FIELDS()`,
`COUNT()`, WHERE with AND, OR, NOT, the comparisons, LIKE, IN and NOT IN with lists, ORDER BY, LIMIT
and OFFSET. As at the vendor AND and OR cannot be mixed without parentheses, texts stand in single
quotes with backslash escapes, dates and date-times without quotes. Subqueries, grouping, functions
and aliases are not served: a query that uses them is malformed here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<text>'(?:[^'\\]|\\.)*')"
    r"|(?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))"
    r"|(?P<date>\d{4}-\d\d-\d\d(?![\dT]))"
    r"|(?P<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w-]))"
    r"|(?P<name>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*)"
    r"|(?P<sign><=|>=|!=|<>|[=<>(),])",
    re.DOTALL,
)
_ESCAPES = {
    **{"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"},
    **{"N": "\n", "R": "\r", "T": "\t", "B": "\b", "F": "\f"},
    **{"'": "'", '"': '"', "\\": "\\", "_": "\\_", "%": "\\%"},
}
_COMPARISONS = {"=", "!=", "<>", "<", "<=", ">", ">="}
_RESERVED = {"and", "or", "not", "in", "like", "asc", "desc", "nulls", "where", "order", "limit"}
_DEEPEST = 50

Kind = Literal["text", "number", "boolean", "null", "date", "datetime"]


class Malformed(Exception):
    """A text that is no query; the message is the vendor's."""


@dataclass(frozen=True, slots=True)
class Literal_:
    """A value in a condition, and how it was written."""

    kind: Kind
    value: Any


@dataclass(frozen=True, slots=True)
class Compare:
    """`path operator value`; LIKE is one of the operators."""

    path: str
    operator: str
    value: Literal_
    column: int


@dataclass(frozen=True, slots=True)
class Within:
    """`path [NOT] IN (values)`."""

    path: str
    values: tuple[Literal_, ...]
    is_negated: bool
    column: int


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    term: "Condition"


@dataclass(frozen=True, slots=True)
class Joined:
    """Terms of which all (`and`) or one (`or`) must hold."""

    word: Literal["and", "or"]
    terms: tuple["Condition", ...]


Condition = Compare | Within | Not | Joined


@dataclass(frozen=True, slots=True)
class Order:
    """One part of ORDER BY."""

    path: str
    is_descending: bool
    nulls_last: bool
    column: int


@dataclass(frozen=True, slots=True)
class Query:
    """A query. `columns` says where each field stood; `every` is the word in `FIELDS()`."""

    text: str
    fields: tuple[str, ...]
    columns: tuple[int, ...]
    source: str
    every: str = ""
    is_count: bool = False
    where: Condition | None = None
    orders: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0


def pointed(text: str, column: int, what: str) -> str:
    """Return a message of the vendor's with the place in the query."""
    start = max(0, column - 30)
    return (
        f"\n{text[start : column + 30]}\n{' ' * (column - start)}^\n"
        f"ERROR at Row:1:Column:{column + 1}\n{what}"
    )


def parse(text: str) -> Query:
    """Return the query that a text is. Raises Malformed."""
    return _Parser(text).query()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int

    @property
    def word(self) -> str:
        return self.text.lower() if self.kind == "name" else self.text


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            bad = text[position]
            what = f"line 1:{position} no viable alternative at character '{bad}'"
            raise Malformed(
                what if bad != "'" else f"line 1:{position} mismatched character '<EOF>'"
            )
        kind = str(found.lastgroup)
        if kind != "space":
            yield _Token(kind, found[0], position)
        position = found.end()
    yield _Token("end", "<EOF>", len(text))


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._at = 0
        self._depth = 0

    def query(self) -> Query:
        self._word("select")
        is_count, every, fields = self._selected()
        self._word("from")
        source = self._name()
        where, orders, limit, offset = None, (), None, 0
        if self._takes("where"):
            where = self._condition()
        if self._takes("order"):
            self._word("by")
            orders = tuple(self._listed(self._order))
        if self._takes("limit"):
            limit = self._whole()
        if self._takes("offset"):
            offset = self._whole()
        if self._here.kind != "end":
            raise self._unexpected()
        return Query(
            self._text,
            tuple(token.text for token in fields),
            tuple(token.column for token in fields),
            source.text,
            every,
            is_count,
            where,
            orders,
            limit,
            offset,
        )

    def _selected(self) -> tuple[bool, str, list[_Token]]:
        if self._here.word == "count" and self._next.text == "(":
            self._at += 2
            self._sign(")")
            return True, "", []
        if self._here.word == "fields" and self._next.text == "(":
            self._at += 2
            every = self._name().text.upper()
            if every not in ("ALL", "STANDARD", "CUSTOM"):
                raise Malformed(f"unexpected token: '{every}'")
            self._sign(")")
            return False, every, []
        return False, "", self._listed(self._name)

    # -- conditions --------------------------------------------------------------------------------

    def _condition(self) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Malformed("The query is too complicated.")
        first = self._term()
        word = self._here.word
        terms = [first]
        if word in ("and", "or"):
            while self._takes(word):
                terms.append(self._term())
            if self._here.word in ("and", "or"):
                raise self._unexpected()  # AND and OR need parentheses between them
        self._depth -= 1
        if len(terms) == 1:
            return first
        return Joined("and" if word == "and" else "or", tuple(terms))

    def _term(self) -> Condition:
        if self._takes("not"):
            self._depth += 1
            if self._depth > _DEEPEST:
                raise Malformed("The query is too complicated.")
            term = self._term()
            self._depth -= 1
            return Not(term)
        if self._here.text == "(":
            self._at += 1
            inside = self._condition()
            self._sign(")")
            return inside
        path = self._name()
        operator = self._here
        if operator.kind == "sign" and operator.text in _COMPARISONS:
            self._at += 1
            said = "!=" if operator.text == "<>" else operator.text
            return Compare(path.text, said, self._value(), path.column)
        if self._takes("like"):
            value = self._value()
            if value.kind != "text":
                raise Malformed(pointed(self._text, path.column, "LIKE takes a text"))
            return Compare(path.text, "like", value, path.column)
        is_negated = self._takes("not")
        self._word("in")
        self._sign("(")
        values = self._listed(self._value)
        self._sign(")")
        return Within(path.text, tuple(values), is_negated, path.column)

    def _value(self) -> Literal_:
        token = self._here
        self._at += 1
        match token.kind:
            case "text":
                return Literal_("text", self._unescaped(token))
            case "number":
                return Literal_("number", float(token.text))
            case "date":
                return Literal_("date", token.text)
            case "datetime":
                return Literal_("datetime", token.text)
            case "name" if token.word in ("true", "false"):
                return Literal_("boolean", token.word == "true")
            case "name" if token.word == "null":
                return Literal_("null", None)
        self._at -= 1
        if token.kind == "name" and token.word not in _RESERVED:
            raise Malformed(
                pointed(
                    self._text,
                    token.column,
                    f"Bind variables only allowed in Apex code: {token.text}",
                )
            )
        raise self._unexpected()

    def _unescaped(self, token: _Token) -> str:
        inner, found, position = token.text[1:-1], [], 0
        while position < len(inner):
            sign = inner[position]
            if sign == "\\":
                position += 1
                escaped = _ESCAPES.get(inner[position])
                if escaped is None:
                    raise Malformed(
                        pointed(
                            self._text,
                            token.column,
                            f"Invalid string literal '{inner}'. "
                            f"Illegal character sequence '\\{inner[position]}' in string literal",
                        )
                    )
                sign = escaped
            found.append(sign)
            position += 1
        return "".join(found)

    # -- small parts -------------------------------------------------------------------------------

    def _order(self) -> Order:
        path = self._name()
        is_descending = self._takes("desc")
        if not is_descending:
            self._takes("asc")
        nulls_last = is_descending
        if self._takes("nulls"):
            nulls_last = self._takes("last")
            if not nulls_last:
                self._word("first")
        return Order(path.text, is_descending, nulls_last, path.column)

    def _listed(self, read: Any) -> list[Any]:
        found = [read()]
        while self._here.text == ",":
            self._at += 1
            found.append(read())
        return found

    def _whole(self) -> int:
        token = self._here
        if token.kind != "number" or not token.text.isdecimal():
            raise self._unexpected()
        self._at += 1
        return int(token.text)

    def _name(self) -> _Token:
        token = self._here
        if token.kind != "name" or token.word in _RESERVED or token.word == "from":
            raise self._unexpected()
        self._at += 1
        return token

    def _word(self, word: str) -> None:
        if not self._takes(word):
            raise self._unexpected()

    def _takes(self, word: str) -> bool:
        if self._here.kind == "name" and self._here.word == word:
            self._at += 1
            return True
        return False

    def _sign(self, sign: str) -> None:
        if self._here.text != sign:
            raise self._unexpected()
        self._at += 1

    @property
    def _here(self) -> _Token:
        return self._tokens[self._at]

    @property
    def _next(self) -> _Token:
        return self._tokens[min(self._at + 1, len(self._tokens) - 1)]

    def _unexpected(self) -> Malformed:
        token = self._here
        if token.kind == "end":
            return Malformed("unexpected token: '<EOF>'")
        return Malformed(pointed(self._text, token.column, f"unexpected token: '{token.text}'"))
