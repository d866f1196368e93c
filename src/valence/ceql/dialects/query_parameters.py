"""`attribute = value` joined by AND, as query parameters of the vendor.

In a definition: `where: [email, since]`, the names a vendor takes. OR, IN, LIKE and inequality
cannot be said, nor two values for one parameter."""

from collections.abc import Mapping

from valence.ceql.nodes import Comparison, Expression
from valence.ceql.translated import Translated, plain_text, say_terms, unsayable, vendor_word
from valence.domain import Filter

_ABILITY = "filters by field = 'value' joined by AND"


def translate(expression: Expression, rule: Filter) -> Translated:
    """Translate to one parameter a field, in the order of the expression."""
    sent: dict[str, str] = {}

    def say(term: Expression) -> None:
        if not isinstance(term, Comparison) or term.operator != "=":
            raise unsayable(term, _ABILITY)
        name = vendor_word(term.path, rule) or str(term.path)
        value = plain_text(term.value)
        if sent.setdefault(name, value) != value:
            raise unsayable(f"two values for {str(term.path)!r}", _ABILITY)

    _, residue = say_terms(expression, rule, say)
    return Translated(tuple(sent.items()), residue)


def to_query_parameters(
    expression: Expression, allowed: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Translate an expression to vendor parameters, in the order of the expression.

    Args:
        allowed: field of the expression -> the vendor's parameter.

    Raises: InvalidRequest: the dialect cannot say it, or the field is not filterable; the message
    names it."""
    rule = Filter(dialect="query-parameters", fields=allowed)
    return list(translate(expression, rule).parameters)
