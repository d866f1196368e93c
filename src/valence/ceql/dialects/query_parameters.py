"""`attribute = value` joined by AND, as query parameters of the vendor.

In a definition: `where: [email, since]`, the names a vendor takes. OR, IN, LIKE and inequality
cannot be said and are refused, never ignored."""

from collections.abc import Mapping

from valence.ceql.nodes import And, Comparison, Expression, Value
from valence.domain import InvalidRequest


def to_query_parameters(
    expression: Expression, allowed: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Translate an expression to vendor parameters, in the order of the expression.

    Args:
        allowed: field of the expression -> the vendor's parameter.

    Raises: InvalidRequest: the dialect cannot say it, or the field is not filterable; the message
    names it."""
    terms = expression.terms if isinstance(expression, And) else (expression,)
    found: list[tuple[str, str]] = []
    for term in terms:
        if isinstance(term, And):
            found += to_query_parameters(term, allowed)
            continue
        if not isinstance(term, Comparison) or term.operator != "=":
            raise InvalidRequest(
                "This resource filters by field = 'value' joined by AND; it cannot do"
                f" {_name(term)}.",
                code="unsupported-operator",
            )
        field = str(term.path)
        if field not in allowed:
            raise InvalidRequest(
                f"This resource cannot filter by {field!r}; it can by {', '.join(allowed)}.",
                code="unsupported-field",
            )
        found.append((allowed[field], _text(term.value)))
    return found


def _name(term: Expression) -> str:
    if isinstance(term, Comparison):
        return term.operator
    return {"Or": "OR", "InList": "IN", "Like": "LIKE", "IsNull": "IS NULL"}[type(term).__name__]


def _text(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
