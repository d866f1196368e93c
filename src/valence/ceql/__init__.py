"""CEQL, the `where` language: parsed to a tree, printed back, translated per vendor dialect.

Open `parser.py` first; `tests/ceql` is the specification, a table of lines. The room does no I/O
and refuses to guess: what a dialect cannot say is an error that names it."""

from valence.ceql.dialects.query_parameters import to_query_parameters
from valence.ceql.nodes import (
    And,
    Comparison,
    Expression,
    InList,
    IsNull,
    Like,
    Or,
    Path,
    to_text,
)
from valence.ceql.parser import parse

__all__ = [
    "And",
    "Comparison",
    "Expression",
    "InList",
    "IsNull",
    "Like",
    "Or",
    "Path",
    "parse",
    "to_query_parameters",
    "to_text",
]
