"""The condition of an SQL query, with bound values.

The first parameter is the condition; the others are the values it names (`:where_1`), in order.
Only texts are bound; numbers and booleans are written by us, so that they keep their type. Fields
are quoted identifiers."""

from valence.ceql.nodes import Comparison, Expression, InList, IsNull, Like, Path, Value
from valence.ceql.translated import (
    Leaf,
    Translated,
    infix,
    plain_text,
    refuse_null,
    say_terms,
    unsayable_field,
    vendor_word,
)
from valence.domain import Filter, InvalidRequest


def translate(expression: Expression, rule: Filter) -> Translated:
    """Translate to a condition in the parameter `where`, or in the rule's, and its values."""
    name = rule.parameter or "where"
    bound: list[tuple[str, str]] = []

    def bind(text: str) -> str:
        bound.append((f"{name}_{len(bound) + 1}", text))
        return f":{bound[-1][0]}"

    def literal(value: Value) -> str:
        refuse_null(value, "filters by SQL")
        return bind(value) if isinstance(value, str) else plain_text(value)

    def leaf(node: Leaf) -> str:
        field = _field(node.path, rule)
        match node:
            case Comparison(_, operator, value):
                return f"{field} {'<>' if operator == '!=' else operator} {literal(value)}"
            case InList(_, values, is_negated):
                inside = ", ".join([literal(value) for value in values])
                return f"{field} {'NOT IN' if is_negated else 'IN'} ({inside})"
            case IsNull(_, is_negated):
                return f"{field} {'IS NOT NULL' if is_negated else 'IS NULL'}"
            case Like(_, pattern, is_negated):
                word = "NOT LIKE" if is_negated else "LIKE"
                return f"{field} {word} {bind(_escaped(pattern))} ESCAPE '!'"

    def say(term: Expression) -> str:
        before = len(bound)
        try:
            return infix(term, leaf, ("AND", "OR"))
        except InvalidRequest:
            del bound[before:]  # a term that cannot be said leaves no values behind
            raise

    said, residue = say_terms(expression, rule, say)
    if not said:
        return Translated((), residue)
    return Translated(((name, " AND ".join(said)), *bound), residue)


def _field(path: Path, rule: Filter) -> str:
    word = vendor_word(path, rule)
    names = path.segments if word is None else tuple(word.split("."))
    # A colon would be read as the name of a value by what binds them.
    if any(name.endswith("]") or ":" in name or "\0" in name for name in names):
        raise unsayable_field(path, "SQL")
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


def _escaped(pattern: str) -> str:
    # `_` is a wildcard there and a character here. `!`, as a backslash is special in some.
    return pattern.replace("!", "!!").replace("_", "!_")
