"""A recursive descent parser of CEQL expressions.

    expr = conj { "or" conj } ;  conj = prim { "and" prim } ;
    prim = "(" expr ")" | path op value | path [ "not" ] "in" "(" value { "," value } ")"
         | path [ "not" ] "like" string | path "is" [ "not" ] "null" ;

Source: the wire contract, section CEQL.
"""

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
    Path,
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


def parse(text: str) -> Expression:
    """Parse a `where` expression.

    Raises:
        InvalidRequest: it cannot be parsed; position and expectation are in the message.
    """
    if len(text) > LONGEST:
        raise parsing_error(f"at most {LONGEST} characters", LONGEST + 1)
    parser = _Parser(list(tokenize(text)))
    expression = parser.expression()
    parser.expect_end()
    return expression


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def expression(self) -> Expression:
        terms = [self._conjunction()]
        while self._take_word("or"):
            terms.append(self._conjunction())
        return terms[0] if len(terms) == 1 else Or(tuple(terms))

    def expect_end(self) -> None:
        if self._peek().kind != "end":
            raise self._error("AND, OR or the end")

    def _conjunction(self) -> Expression:
        terms = [self._primary()]
        while self._take_word("and"):
            terms.append(self._primary())
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def _primary(self) -> Expression:
        if self._take("mark", "("):
            self._depth += 1
            if self._depth > DEEPEST:
                raise self._error(f"at most {DEEPEST} nested parentheses")
            inside = self.expression()
            if not self._take("mark", ")"):
                raise self._error("')'")
            self._depth -= 1
            return inside
        path = self._path()
        token = self._peek()
        if token.kind == "operator":
            self._advance()
            return Comparison(path, _OPERATORS[token.text], self._value())
        if self._take_word("is"):
            is_negated = self._take_word("not")
            if not self._take_word("null"):
                raise self._error("NULL")
            return IsNull(path, is_negated)
        is_negated = self._take_word("not")
        if self._take_word("in"):
            return InList(path, self._list(), is_negated)
        if self._take_word("like"):
            pattern = self._value()
            return Like(path, pattern if isinstance(pattern, str) else str(pattern), is_negated)
        raise self._error("an operator (=, !=, <, >, <=, >=, IN, LIKE, IS)")

    def _list(self) -> tuple[Value, ...]:
        if not self._take("mark", "("):
            raise self._error("'('")
        values = [self._value()]
        while self._take("mark", ","):
            values.append(self._value())
        if not self._take("mark", ")"):
            raise self._error("',' or ')'")
        return tuple(values)

    def _path(self) -> Path:
        segments = [self._segment()]
        while self._take("mark", "."):
            segments.append(self._segment())
        return Path(tuple(segments))

    def _segment(self) -> str:
        token = self._peek()
        match token.kind:
            case "word":
                name = token.text
            case "quoted":
                name = token.text[1:-1].replace('""', '"')
            case "backquoted":
                name = token.text[1:-1]
            case _:
                raise self._error("a field name")
        self._advance()
        while self._peek().kind == "mark" and self._peek().text.startswith("["):
            name += self._advance().text
        return name

    def _value(self) -> Value:
        token = self._peek()
        match token.kind:
            case "string":
                value: Value = token.text[1:-1].replace("''", "'")
            case "quoted":
                value = token.text[1:-1].replace('""', '"')
            case "number":
                value = float(token.text) if _is_fraction(token.text) else int(token.text)
            case "word":
                return self._bareword()
            case _:
                raise self._error("a value")
        self._advance()
        return value

    def _bareword(self) -> Value:
        # A word with dots, such as an unquoted date-time or a host name, is one value.
        text = self._advance().text
        while self._peek().kind == "mark" and self._peek().text == ".":
            after = self._tokens[self._next + 1]
            if after.kind not in ("word", "number"):
                break
            self._advance()
            text += "." + self._advance().text
        words: dict[str, Value] = {"true": True, "false": False, "null": None}
        return words.get(text.lower(), text)

    def _take_word(self, word: str) -> bool:
        token = self._peek()
        if token.kind == "word" and token.text.lower() == word:
            self._advance()
            return True
        return False

    def _take(self, kind: str, text: str) -> bool:
        token = self._peek()
        if token.kind == kind and token.text == text:
            self._advance()
            return True
        return False

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _advance(self) -> Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _error(self, expectation: str) -> Exception:
        return parsing_error(expectation, self._peek().position)


def _is_fraction(text: str) -> bool:
    return any(mark in text for mark in ".eE")
