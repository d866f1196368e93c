"""The `filter` of Keap's REST API, version 2: `field==value` joined by `;`.

`*` at the end of a value is a wildcard, a comma joins the values of a list (`ids==1,2`), and
`NONE` means that there is no value. None of the three can be escaped, so a value that holds one
cannot be said.

What a field takes differs from field to field. Where a definition names them, a key of `fields`
with an operator says that a field takes it, and what goes before the value: `id>: id>`,
`update_time>=: start_update_time==`, `id in: ids==`; `name*: name` that `name` takes a wildcard,
and so LIKE 'text%'. Where it names none, every field takes =, IN and LIKE 'text%'."""

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
        case Comparison(path, operator, value) if _word(path, operator, rule):
            return f"{_word(path, operator, rule)}{_text(value)}"
        case InList(path, values, False):
            before = _word(path, " in", rule)
            if rule.fields is None:
                before = f"{_field(path, rule)}=="
            if before is None:
                raise unsayable(f"IN of {str(path)!r}", _ABILITY)
            return f"{before}{','.join(_text(value) for value in values)}"
        case Like(path, pattern, False):
            place, text = placement(pattern)
            if place == "exact":
                return f"{_field(path, rule)}=={_text(text)}"
            is_taken = rule.fields is None or _word(path, "*", rule) is not None
            if place != "prefix" or not is_taken:
                raise unsayable(f"LIKE {pattern!r} of {str(path)!r}", _ABILITY)
            return f"{_word(path, '*', rule) or _field(path, rule)}=={_text(text)}*"
        case _:
            raise unsayable(term, _ABILITY)


def _word(path: Path, operator: str, rule: Filter) -> str | None:
    """Return what the definition says of a field and an operator, or None."""
    return None if rule.fields is None else rule.fields.get(f"{path}{operator}")


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
