"""The search language of Close, which narrows a list of leads: `name:"Acme" date_updated>="..."`.

Texts are searched by words and whatever their case, times to the minute: the vendor's answer holds
more than was asked for. So it is said to narrow the list, and the whole filter is left to be
evaluated; a rule without a residue cannot be served. Source: what clients of Close send as `query`.
A word of the rule that ends in `>=` is a time."""

import re

from valence.ceql.moments import moment
from valence.ceql.nodes import Comparison, Expression, InList, Value
from valence.ceql.translated import Translated, conjuncts, unsayable, vendor_word
from valence.domain import Filter, InvalidRequest

_ABILITY = "is searched by words only"
_TIME = ">="
_MINUTE = len("2018-01-15T10:30")
_WORD = re.compile(r"\w")
_UTC = re.compile(r"[T ][0-9:.]+(Z|\+00:?00)?\Z")


def translate(expression: Expression, rule: Filter) -> Translated:
    """Translate to `query`, or to the rule's parameter, and leave everything as residue."""
    said = []
    for term in conjuncts(expression):
        try:
            text = _narrowed(term, rule)
        except InvalidRequest:
            if not rule.has_residue:
                raise
            text = None
        if text is not None:
            said.append(text)
    if not rule.has_residue:
        raise unsayable(expression, _ABILITY)
    parameters = ((rule.parameter or "query", " ".join(said)),) if said else ()
    return Translated(parameters, expression)


def _narrowed(term: Expression, rule: Filter) -> str | None:
    """Return what narrows the list to a term's records, or None: nothing safely does."""
    match term:
        case Comparison(path, "=", value):
            return _searched(vendor_word(path, rule) or str(path), value)
        case Comparison(path, (">" | ">="), value):
            return _since(vendor_word(path, rule) or str(path), value)
        case InList(path, values, False):
            word = vendor_word(path, rule) or str(path)
            texts = [_searched(word, value) for value in values]
            if any(text is None for text in texts):
                return None
            return "(" + " or ".join(text for text in texts if text) + ")"
        case _:
            return None


def _searched(word: str, value: Value) -> str | None:
    is_sayable = isinstance(value, str) and _WORD.search(value) and not set(value) & {'"', "\\"}
    return f'{word}:"{value}"' if is_sayable and not word.endswith(_TIME) else None


def _since(word: str, value: Value) -> str | None:
    if not word.endswith(_TIME) or not isinstance(value, str) or moment(value) is None:
        return None
    if len(value) > _MINUTE and not _UTC.search(value):
        return None  # another offset would have to be reckoned with: the residue does it
    return f'{word}"{value[:_MINUTE].replace(" ", "T")}"'
