"""CEQL's tokens.

What a word means is decided by position, so `order` or `from` are fields where a field is
expected. A string in double quotes is a field on the left of an operator and a value on its
right."""

import re
from typing import Literal, NamedTuple

from valence.domain import InvalidRequest

Kind = Literal["word", "number", "string", "quoted", "backquoted", "operator", "mark", "end"]

_WORD = r"[^\s'\"`<>=!(),.\[\]]"
_TOKEN = re.compile(
    rf"""\s*(?:
      (?P<string>'[^']*(?:''[^']*)*')
    | (?P<quoted>"[^"]*(?:""[^"]*)*")
    | (?P<backquoted>`[^`]+`)
    | (?P<operator><>|!=|<=|>=|=|<|>)
    | (?P<mark>\[\*\]|\[[0-9]{{1,9}}\]|[(),.])
    | (?P<number>[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?!{_WORD}))
    | (?P<word>{_WORD}+)
    )""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """One token, from `start` to before `end`. A tuple, because a clause makes a dozen of them."""

    kind: Kind
    text: str
    start: int
    end: int


def parsing_error(expectation: str, position: int) -> InvalidRequest:
    """Return the error of a text that cannot be parsed; `position` counts characters from 1."""
    return InvalidRequest(
        f"Error parsing query at position {position}: expected {expectation}.", code="bad-query"
    )


def tokenize(text: str) -> list[Token]:
    """Return the tokens, an end token last. Raises InvalidRequest."""
    position, end = 0, len(text.rstrip())
    match = _TOKEN.match
    tokens: list[Token] = []
    while position < end:
        found = match(text, position)
        if found is None:
            blanks = len(text) - position - len(text[position:].lstrip())
            raise parsing_error("a field, an operator or a value", position + blanks + 1)
        kind: Kind = found.lastgroup  # type: ignore[assignment]
        start, position = found.span(kind)
        tokens.append(Token(kind, found[kind], start, position))
    tokens.append(Token("end", "", end, end))
    return tokens
