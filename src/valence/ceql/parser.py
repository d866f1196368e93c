"""A recursive descent parser of CEQL.

    select = "select" ( "*" | path { "," path } ) "from" name
             [ "where" expr ] [ "order by" order { "," order } ] [ "limit" INT ] ;
    order = path [ "asc" | "desc" ] ;
    expr = conj { "or" conj } ;  conj = prim { "and" prim } ;
    prim = "(" expr ")" | path op value | path [ "not" ] "in" "(" value { "," value } ")"
         | path [ "not" ] "like" string | path "is" [ "not" ] "null" ;

Source: the wire contract, section CEQL.
"""

import math
import re

from valence.ceql.lexer import Token, parsing_error, tokenize
from valence.ceql.nodes import (
    And,
    Comparison,
    Expression,
    InList,
    IsNull,
    Like,
    Operator,
    Or,
    Order,
    Path,
    Select,
    Value,
)

LONGEST = 16_384
DEEPEST = 64
_OPERATORS: dict[str, Operator] = {
    "=": "=",
    "!=": "!=",
    "<>": "!=",
    "<": "<",
    ">": ">",
    "<=": "<=",
    ">=": ">=",
}
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}
# What a number's text must look like to be one. `007`, `+1123` and numbers beyond any use are
# texts: as a number they would lose what was written.
_INTEGER = re.compile(r"(?:0|-?[1-9][0-9]{0,39})\Z")
_FRACTION = re.compile(r"-?(?:0|[1-9][0-9]{0,39})(?:\.[0-9]{1,40})?(?:[eE][-+]?[0-9]{1,3})?\Z")


def parse(text: str) -> Expression:
    """Parse a `where` expression.

    Raises:
        InvalidRequest: it cannot be parsed; position and expectation are in the message.
    """
    parser = _parser(text)
    expression = parser.expression()
    parser.expect_end("AND, OR or the end")
    return expression


def parse_select(text: str) -> Select:
    """Parse a bulk query. Raises InvalidRequest, as `parse` does."""
    parser = _parser(text)
    return parser.select()


def parse_order_by(text: str) -> tuple[Order, ...]:
    """Parse `field`, `field asc`, `field desc`, or a list of them; blank: no order.

    Raises InvalidRequest, as `parse` does.
    """
    parser = _parser(text)
    if not text.strip():
        return ()
    orders = parser.orders()
    parser.expect_end("ASC, DESC, ',' or the end")
    return orders


def parse_fields(text: str) -> tuple[Path, ...]:
    """Parse a list of fields; blanks and empty places in it are skipped.

    Raises InvalidRequest, as `parse` does.
    """
    parser = _parser(text)
    fields = parser.fields()
    parser.expect_end("',' or the end")
    return fields


def _parser(text: str) -> "_Parser":
    if len(text) > LONGEST:
        raise parsing_error(f"at most {LONGEST} characters", LONGEST + 1)
    return _Parser(tokenize(text))


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def select(self) -> Select:
        self._expect_word("select")
        token = self._peek()
        if token.kind == "word" and token.text == "*":
            self._next += 1
            paths: tuple[Path, ...] = ()
        else:
            paths = self._paths()
        self._expect_word("from")
        name = self._name()
        expectations = ["WHERE", "ORDER BY", "LIMIT", "the end"]
        where: Expression | None = None
        orders: tuple[Order, ...] = ()
        limit: int | None = None
        if self._take_word("where"):
            where = self.expression()
            expectations[0] = "AND, OR"
        if self._take_word("order"):
            self._expect_word("by")
            orders = self.orders()
            expectations[:2] = ["','"]
        if self._take_word("limit"):
            limit = self._limit()
            expectations[:] = ["the end"]
        self.expect_end(", ".join(expectations))
        return Select(name, paths, where, orders, limit)

    def orders(self) -> tuple[Order, ...]:
        orders = [self._order()]
        while self._take(","):
            orders.append(self._order())
        return tuple(orders)

    def fields(self) -> tuple[Path, ...]:
        paths: list[Path] = []
        while True:
            while self._take(","):
                pass
            if self._peek().kind == "end":
                return tuple(paths)
            paths.append(self._path())
            if not self._take(","):
                return tuple(paths)

    def expression(self) -> Expression:
        first = self._conjunction()
        if not self._take_word("or"):
            return first
        terms = [first, self._conjunction()]
        while self._take_word("or"):
            terms.append(self._conjunction())
        return Or(tuple(terms))

    def expect_end(self, expectation: str) -> None:
        if self._peek().kind != "end":
            raise self._error(expectation)

    def _conjunction(self) -> Expression:
        first = self._primary()
        if not self._take_word("and"):
            return first
        terms = [first, self._primary()]
        while self._take_word("and"):
            terms.append(self._primary())
        return And(tuple(terms))

    def _primary(self) -> Expression:
        if self._take("("):
            self._depth += 1
            if self._depth > DEEPEST:
                raise self._error(f"at most {DEEPEST} nested parentheses")
            inside = self.expression()
            if not self._take(")"):
                raise self._error("')'")
            self._depth -= 1
            return inside
        path = self._path()
        token = self._tokens[self._next]
        if token.kind == "operator":
            self._next += 1
            return Comparison(path, _OPERATORS[token.text], self._value())
        if self._take_word("is"):
            is_negated = self._take_word("not")
            self._expect_word("null")
            return IsNull(path, is_negated)
        is_negated = self._take_word("not")
        if self._take_word("in"):
            return InList(path, self._list(), is_negated)
        if self._take_word("like"):
            return Like(path, self._literal("a pattern"), is_negated)
        raise self._error("an operator (=, !=, <, >, <=, >=, IN, LIKE, IS)")

    def _list(self) -> tuple[Value, ...]:
        if not self._take("("):
            raise self._error("'('")
        values = [self._value()]
        while self._take(","):
            values.append(self._value())
        if not self._take(")"):
            raise self._error("',' or ')'")
        return tuple(values)

    def _order(self) -> Order:
        path = self._path()
        if self._take_word("desc"):
            return Order(path, is_descending=True)
        self._take_word("asc")
        return Order(path)

    def _limit(self) -> int:
        token = self._peek()
        if token.kind != "number" or not (token.text.isdecimal() and len(token.text) < 19):
            raise self._error("a whole number")
        self._next += 1
        return int(token.text)

    def _paths(self) -> tuple[Path, ...]:
        paths = [self._path()]
        while self._take(","):
            paths.append(self._path())
        return tuple(paths)

    def _path(self) -> Path:
        first = self._segment()
        token = self._tokens[self._next]
        if token.kind != "mark" or token.text != ".":
            return Path((first,))
        segments = [first]
        while self._take("."):
            segments.append(self._segment())
        return Path(tuple(segments))

    def _segment(self) -> str:
        name = self._identifier("a field name")
        token = self._tokens[self._next]
        while token.kind == "mark" and token.text[0] == "[":
            name += token.text
            self._next += 1
            token = self._tokens[self._next]
        return name

    def _name(self) -> str:
        name = self._identifier("a name")
        while self._take("."):
            name += "." + self._identifier("a name")
        return name

    def _identifier(self, expectation: str) -> str:
        kind, name, _, _ = self._tokens[self._next]
        if kind != "word":
            if kind == "quoted":
                name = name[1:-1].replace('""', '"')
            elif kind == "backquoted":
                name = name[1:-1]
            else:
                raise self._error(expectation)
            if not name:
                raise self._error(expectation)
        self._next += 1
        return name

    def _value(self) -> Value:
        kind = self._tokens[self._next].kind
        text = self._literal("a value")
        if kind == "number":
            return _number(text)
        if kind == "word":
            return _WORDS.get(text.lower(), text)
        return text

    def _literal(self, expectation: str) -> str:
        """Take one value as it is written, without its quotes."""
        kind, text, _, end = self._tokens[self._next]
        if kind == "string":
            text = text[1:-1].replace("''", "'")
        elif kind == "quoted":
            text = text[1:-1].replace('""', '"')
        elif kind != "word" and kind != "number":
            raise self._error(expectation)
        self._next += 1
        if kind == "word" or kind == "number":
            # What is written together with dots, such as an unquoted date-time, is one value.
            while self._tokens[self._next].text == ".":
                after = self._tokens[self._next + 1]
                if after.kind not in ("word", "number") or after.start != end + 1:
                    break
                text += "." + after.text
                end = after.end
                self._next += 2
        return text

    def _expect_word(self, word: str) -> None:
        if not self._take_word(word):
            raise self._error(word.upper())

    def _take_word(self, word: str) -> bool:
        token = self._tokens[self._next]
        if token.kind == "word" and token.text.lower() == word:
            self._next += 1
            return True
        return False

    def _take(self, mark: str) -> bool:
        token = self._tokens[self._next]
        if token.kind == "mark" and token.text == mark:
            self._next += 1
            return True
        return False

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _error(self, expectation: str) -> Exception:
        return parsing_error(expectation, self._peek().start + 1)


def _number(text: str) -> Value:
    if _INTEGER.match(text):
        return int(text)
    if _FRACTION.match(text) and math.isfinite(fraction := float(text)):
        return fraction
    return text
