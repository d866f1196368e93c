"""A vendor's search for a text, whose answers hold more than was asked for.

In a definition: `parameter` is the vendor's, `fields` maps a field to the record's fields that it
searches, divided by `|` (`username: displayName|name`). The text of one `field = value` is sent;
the whole filter is left to be evaluated on the records, of which one of those fields must be equal.
A rule without a residue cannot be served."""

from dataclasses import replace

from valence.ceql.nodes import And, Comparison, Expression, Or, Path
from valence.ceql.translated import Translated, conjuncts, plain_text, unsayable
from valence.domain import Filter

_ABILITY = "is searched by one text"


def translate(expression: Expression, rule: Filter) -> Translated:
    """Translate to `query`, or to the rule's parameter, and leave everything as residue."""
    if not rule.has_residue:
        raise unsayable(expression, _ABILITY)
    for term in conjuncts(expression):
        is_known = isinstance(term, Comparison) and str(term.path) in (rule.fields or {})
        if is_known and isinstance(term, Comparison) and term.operator == "=" and term.value:
            sent = ((rule.parameter or "query", plain_text(term.value)),)
            return Translated(sent, _on_records(expression, rule))
    return Translated((), _on_records(expression, rule))


def _on_records(expression: Expression, rule: Filter) -> Expression:
    match expression:
        case And(terms) | Or(terms):
            return type(expression)(tuple(_on_records(term, rule) for term in terms))
        case _:
            said = (rule.fields or {}).get(str(expression.path))
    if said is None:
        return expression
    names = [tuple(name.split(".")) for name in said.split("|")]
    either = tuple(replace(expression, path=Path(name)) for name in names)
    return either[0] if len(either) == 1 else Or(either)
