"""`orderBy`, said to a vendor."""

import re

from valence.ceql.nodes import Order
from valence.domain import InvalidRequest, Ordering

# In one parameter a name with a blank or a comma would be read as two orders.
_NAME = re.compile(r"[\w$@:/.-]+\Z")
# A direction that ends so stands before its field: `-created`, `sort:-created`.
_BEFORE = ("-", "+", ":")


def order_parameters(orders: tuple[Order, ...], rule: Ordering) -> tuple[tuple[str, str], ...]:
    """Return the vendor's parameters of an order; of none: the rule's default.

    Raises:
        InvalidRequest: the vendor cannot order by that field, or takes one field only.
    """
    if not orders:
        return () if rule.default is None else ((rule.parameter, rule.default),)
    if rule.direction_parameter is None:
        said = [_said(order, rule) for order in orders]
        if rule.tie and all(str(order.path).casefold() != rule.tie.casefold() for order in orders):
            said.append(rule.tie)
        return ((rule.parameter, rule.prefix + ",".join(said)),)
    if len(orders) > 1:
        raise InvalidRequest(
            "This resource orders by one field; it cannot do several.", code="unsupported-operator"
        )
    return (
        (rule.parameter, _word(orders[0], rule)),
        (rule.direction_parameter, _direction(orders[0], rule)),
    )


def _said(order: Order, rule: Ordering) -> str:
    word, direction = _word(order, rule), _direction(order, rule)
    if direction.endswith(_BEFORE):
        return direction + word
    return f"{word} {direction}".rstrip()


def _word(order: Order, rule: Ordering) -> str:
    name = str(order.path)
    own = name if _NAME.match(name) else None
    word = own if rule.fields is None else rule.fields.get(name)
    if word is None:
        known = f"; it can by {', '.join(rule.fields)}" if rule.fields else ""
        raise InvalidRequest(
            f"This resource cannot order by {name!r}{known}.", code="unsupported-field"
        )
    return word


def _direction(order: Order, rule: Ordering) -> str:
    return rule.descending if order.is_descending else rule.ascending
