"""A filter as scripts read it: `request_expression`."""

from valence.ceql.nodes import And, Comparison, Expression, InList, IsNull, Like, Or, Path, Value
from valence.ceql.translated import conjuncts, operator_name, unsayable


def expression_list(expression: Expression) -> list[dict[str, object]]:
    """Return `{attribute, operator, value}` of each comparison joined by AND, in their order.

    Operators are `=`, `!=`, `<`, `>`, `<=`, `>=`, `IN`, `LIKE`, `IS NULL` and the last three with
    NOT; the value of IN is a list.

    Raises:
        InvalidRequest: there is an OR, which a list cannot say.
    """
    return [_entry(term) for term in conjuncts(expression)]


def _entry(term: Expression) -> dict[str, object]:
    path: Path
    value: Value | list[Value]
    match term:
        case Comparison(path, _, value) | Like(path, value):
            pass
        case InList(path, values):
            value = list(values)
        case IsNull(path):
            value = None
        case And() | Or():
            raise unsayable(term, "takes comparisons joined by AND")
    return {"attribute": str(path), "operator": operator_name(term), "value": value}
