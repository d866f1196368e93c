"""The condition of a SOQL query.

Source: SOQL and SOSL Reference, "Condition Expression Syntax" and "Quoted String Escape
Sequences". A text that is an ISO date or date-time is written as one, without quotes."""

import re
from functools import partial

from valence.ceql.moments import iso_literal
from valence.ceql.nodes import Comparison, Expression, InList, IsNull, Like, Path, Value
from valence.ceql.translated import (
    Leaf,
    Translated,
    infix,
    plain_text,
    refuse_null,
    say_terms,
    unsayable_field,
    vendor_word,
)
from valence.domain import Filter

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_ESCAPES = str.maketrans(
    {
        "\\": "\\\\",
        "'": "\\'",
        '"': '\\"',
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\b": "\\b",
        "\f": "\\f",
    }
)


def translate(expression: Expression, rule: Filter) -> Translated:
    """Translate to a condition in the parameter `where`, or in the rule's."""

    def say(term: Expression) -> str:
        return infix(term, partial(_leaf, rule=rule), ("AND", "OR"))

    said, residue = say_terms(expression, rule, say)
    if not said:
        return Translated((), residue)
    return Translated(((rule.parameter or "where", " AND ".join(said)),), residue)


def _leaf(leaf: Leaf, rule: Filter) -> str:
    field = _field(leaf.path, rule)
    match leaf:
        case Comparison(_, operator, value):
            return f"{field} {operator} {_literal(value)}"
        case InList(_, values, is_negated):
            inside = ", ".join(_literal(value) for value in values)
            return f"{field} {'NOT IN' if is_negated else 'IN'} ({inside})"
        case IsNull(_, is_negated):
            return f"{field} {'!=' if is_negated else '='} null"
        case Like(_, pattern, is_negated):
            # An underscore is a wildcard there and a character here.
            said = f"{field} LIKE " + _quoted(pattern).replace("_", "\\_")
            return f"(NOT {said})" if is_negated else said


def _field(path: Path, rule: Filter) -> str:
    word = vendor_word(path, rule)
    if word is not None:
        return word
    names = [name for segment in path.segments for name in segment.split(".")]
    if not all(_IDENTIFIER.match(name) for name in names):
        raise unsayable_field(path, "SOQL")
    return ".".join(names)


def _literal(value: Value) -> str:
    refuse_null(value, "filters by SOQL")
    if isinstance(value, str):
        return iso_literal(value) or _quoted(value)
    return plain_text(value)


def _quoted(text: str) -> str:
    return "'" + text.translate(_ESCAPES) + "'"
