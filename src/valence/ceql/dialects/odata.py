"""One `$filter` expression of OData version 4.

Source: OData Version 4.01, URL conventions, section 5.1.1. LIKE becomes `startswith`, `endswith`
or `contains` by the place of its `%`; a `%` between texts cannot be said. A text that is an ISO
date or date-time is written as one, without quotes."""

import re
from functools import partial

from valence.ceql.moments import iso_literal
from valence.ceql.nodes import Comparison, Expression, InList, IsNull, Like, Path, Value
from valence.ceql.translated import (
    Leaf,
    Translated,
    infix,
    placement,
    plain_text,
    refuse_null,
    say_terms,
    unsayable,
    unsayable_field,
    vendor_word,
)
from valence.domain import Filter

_ABILITY = "filters by OData"
_OPERATORS = {"=": "eq", "!=": "ne", "<": "lt", ">": "gt", "<=": "le", ">=": "ge"}
_FUNCTIONS = {"prefix": "startswith", "suffix": "endswith", "inside": "contains"}
_IDENTIFIER = re.compile(r"[A-Za-z_]\w{0,127}\Z")


def translate(expression: Expression, rule: Filter) -> Translated:
    """Translate to `$filter`, or to the rule's parameter."""

    def say(term: Expression) -> str:
        return infix(term, partial(_leaf, rule=rule), ("and", "or"))

    said, residue = say_terms(expression, rule, say)
    if not said:
        return Translated((), residue)
    return Translated(((rule.parameter or "$filter", " and ".join(said)),), residue)


def _leaf(leaf: Leaf, rule: Filter) -> str:
    field = _field(leaf.path, rule)
    match leaf:
        case Comparison(_, operator, value):
            return f"{field} {_OPERATORS[operator]} {_literal(value)}"
        case InList(_, values, is_negated):
            verb, word = ("ne", "and") if is_negated else ("eq", "or")
            terms = [f"{field} {verb} {_literal(value)}" for value in values]
            return terms[0] if len(terms) == 1 else "(" + f" {word} ".join(terms) + ")"
        case IsNull(_, is_negated):
            return f"{field} {'ne' if is_negated else 'eq'} null"
        case Like():
            return _like(leaf, field)


def _like(like: Like, field: str) -> str:
    place, text = placement(like.pattern)
    quoted = _quoted(text)
    if place == "other" or (place == "any" and like.is_negated):
        raise unsayable(f"LIKE {like.pattern!r}", "filters by the start, the end or a part of it")
    if place == "any":
        return f"{field} ne null"
    if place == "exact":
        return f"{field} {'ne' if like.is_negated else 'eq'} {quoted}"
    call = f"{_FUNCTIONS[place]}({field},{quoted})"
    return f"not {call}" if like.is_negated else call


def _field(path: Path, rule: Filter) -> str:
    word = vendor_word(path, rule)
    if word is not None:
        return word
    names = [name for segment in path.segments for name in segment.split(".")]
    if not all(_IDENTIFIER.match(name) for name in names):
        raise unsayable_field(path, "OData")
    return "/".join(names)


def _literal(value: Value) -> str:
    refuse_null(value, _ABILITY)
    if isinstance(value, str):
        return iso_literal(value) or _quoted(value)
    return plain_text(value)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
