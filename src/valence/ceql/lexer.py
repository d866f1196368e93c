"""CEQL's tokens.

What a word means is decided by position, so `order` or `from` are fields where a field is
expected. A string in double quotes is a field on the left of an operator and a value on its
right."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from valence.domain import InvalidRequest

Kind = Literal["word", "number", "string", "quoted", "backquoted", "operator", "mark", "end"]

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")*")
    | (?P<backquoted>`[^`]+`)
    | (?P<operator><>|!=|<=|>=|=|<|>)
    | (?P<mark>\[\*\]|\[\d+\]|[(),.])
    | (?P<number>[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w:-]))
    | (?P<word>[^\s'"`<>=!(),.\[\]]+)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `position` counts characters from 1."""

    kind: Kind
    text: str
    position: int


def parsing_error(expectation: str, position: int) -> InvalidRequest:
    """Return the error of an expression that cannot be parsed, in the contract's words."""
    return InvalidRequest(
        f"Error parsing query at position {position}: expected {expectation}.", code="bad-query"
    )


def tokenize(text: str) -> Iterator[Token]:
    """Yield the tokens, an end token last. Raises InvalidRequest."""
    position, end = 0, len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None:
            raise parsing_error("a field, an operator or a value", position + 1)
        kind: Kind = found.lastgroup  # type: ignore[assignment]
        yield Token(kind, found[found.lastgroup], found.start(found.lastgroup) + 1)
        position = found.end()
    yield Token("end", "", end + 1)
