"""The `filter` of Keap's REST API, version 2: `field==value` joined by `;`.

`*` at the end of a value is a wildcard, a comma joins the values of a list (`ids==1,2`), and
`NONE` means that there is no value. None of the three can be escaped, so a value that holds one
cannot be said; nor can an inequality, which few of its fields take."""

import re

from valence.ceql.nodes import Comparison, Expression, InList, Like, Path, Value
from valence.ceql.translated import (
    Translated,
    placement,
    plain_text,
    refuse_null,
    say_terms,
    unsayable,
    unsayable_field,
    vendor_word,
)
from valence.domain import Filter

_ABILITY = "filters by =, IN and LIKE 'text%' joined by AND"
_NAME = re.compile(r"[\w.]+\Z")


def translate(expression: Expression, rule: Filter) -> Translated:
    """Translate to `filter`, or to the rule's parameter."""
    said, residue = say_terms(expression, rule, lambda term: _say(term, rule))
    if not said:
        return Translated((), residue)
    return Translated(((rule.parameter or "filter", ";".join(said)),), residue)


def _say(term: Expression, rule: Filter) -> str:
    match term:
        case Comparison(path, "=", value):
            return f"{_field(path, rule)}=={_text(value)}"
        case InList(path, values, False):
            return f"{_field(path, rule)}=={','.join(_text(value) for value in values)}"
        case Like(path, pattern, False):
            place, text = placement(pattern)
            if place not in ("exact", "prefix"):
                raise unsayable(f"LIKE {pattern!r}", _ABILITY)
            return f"{_field(path, rule)}=={_text(text)}{'*' if place == 'prefix' else ''}"
        case _:
            raise unsayable(term, _ABILITY)


def _field(path: Path, rule: Filter) -> str:
    word = vendor_word(path, rule)
    if word is not None:
        return word
    if not _NAME.match(str(path)):
        raise unsayable_field(path, "the vendor's filter")
    return str(path)


def _text(value: Value) -> str:
    refuse_null(value, _ABILITY)
    text = plain_text(value)
    if text in ("", "NONE") or any(mark in text for mark in ";,*"):
        raise unsayable(f"the value {text!r}", _ABILITY)
    return text
