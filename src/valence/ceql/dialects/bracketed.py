"""`field = value` as a parameter, an order as one in brackets: `created[gte]=1500000000`.

Source: https://stripe.com/docs/api/charges/list, "created". In a definition: `fields` maps a field
to the vendor's parameter; one that can be compared too has `[]` behind it (`created: created[]`).
Without `fields` any field can. An ISO date or date-time for a field with `[]` is sent as seconds
since 1970, as vendors of this kind count. OR, IN, LIKE and inequality cannot be said, nor two
conditions that need the same parameter, nor an exact value beside an order."""

from valence.ceql.moments import moment
from valence.ceql.nodes import Comparison, Expression, Path, Value
from valence.ceql.translated import (
    Translated,
    plain_text,
    refuse_null,
    say_terms,
    unsayable,
    unsayable_field,
    vendor_word,
)
from valence.domain import Filter

_ABILITY = "filters by =, <, <=, > and >= joined by AND"
_ORDERS = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
_RANGE = "[]"


def translate(expression: Expression, rule: Filter) -> Translated:
    """Translate to one parameter a condition, in the order of the expression."""
    sent: dict[str, str] = {}
    kinds: dict[str, bool] = {}

    def say(term: Expression) -> None:
        if not isinstance(term, Comparison) or term.operator == "!=":
            raise unsayable(term, _ABILITY)
        word = vendor_word(term.path, rule)
        name = _flat(term.path) if word is None else word.removesuffix(_RANGE)
        is_range = word is not None and word.endswith(_RANGE)
        is_exact = term.operator == "="
        if not is_exact and not is_range and word is not None:
            raise unsayable(f"{term.operator} of {str(term.path)!r}", _ABILITY)
        parameter = name if is_exact else f"{name}[{_ORDERS[term.operator]}]"
        value = _text(term.value, is_range=is_range)
        if kinds.get(name, is_exact) is not is_exact or sent.get(parameter, value) != value:
            raise unsayable(f"two conditions on {str(term.path)!r}", _ABILITY)
        kinds[name] = is_exact
        sent[parameter] = value

    _, residue = say_terms(expression, rule, say)
    return Translated(tuple(sent.items()), residue)


def _flat(path: Path) -> str:
    """Return how a field inside of another is named: `source.object` is `source[object]`."""
    first, *rest = [name for segment in path.segments for name in segment.split(".")]
    if any("[" in name or not name for name in (first, *rest)):
        raise unsayable_field(path, "the vendor's filter")
    return first + "".join(f"[{name}]" for name in rest)


def _text(value: Value, *, is_range: bool) -> str:
    refuse_null(value, _ABILITY)
    if is_range and isinstance(value, str):
        when = moment(value)
        if when is not None:
            return str(int(when.total_seconds()))
    return plain_text(value)
