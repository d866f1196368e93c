"""`field = value` and `field__gt = value`, as query parameters of the vendor, joined by AND.

In a definition a word that ends in `__` (`created: date_created__`) is a field of which the vendor
knows bounds only: `<`, `>`, `<=` and `>=` become `__lt`, `__gt`, `__lte` and `__gte`. Any other
word is compared by `=` only. Without `fields` everything is taken for both."""

from valence.ceql.nodes import Comparison, Expression
from valence.ceql.translated import (
    Translated,
    plain_text,
    refuse_null,
    say_terms,
    unsayable,
    vendor_word,
)
from valence.domain import Filter

_ABILITY = "filters by field = 'value' and by the bounds of some fields, joined by AND"
_BOUNDS = {"<": "lt", ">": "gt", "<=": "lte", ">=": "gte"}


def translate(expression: Expression, rule: Filter) -> Translated:
    """Translate to one parameter a term, in the order of the expression."""
    sent: dict[str, str] = {}

    def say(term: Expression) -> None:
        if not isinstance(term, Comparison):
            raise unsayable(term, _ABILITY)
        name = _parameter(term, rule)
        refuse_null(term.value, _ABILITY)
        value = plain_text(term.value)
        if sent.setdefault(name, value) != value:
            raise unsayable(f"two values for {str(term.path)!r}", _ABILITY)

    _, residue = say_terms(expression, rule, say)
    return Translated(tuple(sent.items()), residue)


def _parameter(term: Comparison, rule: Filter) -> str:
    word = vendor_word(term.path, rule)
    bound = _BOUNDS.get(term.operator)
    is_bounded = word is None or word.endswith("__")
    is_equal = word is None or not word.endswith("__")
    name = word or str(term.path)
    if bound is not None and is_bounded:
        return f"{name.removesuffix('__')}__{bound}"
    if term.operator == "=" and is_equal:
        return name
    raise unsayable(term, _ABILITY)
