"""What a dialect answers, and what all dialects share: one term at a time, said or left over."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar

from valence.ceql.nodes import And, Comparison, Expression, InList, IsNull, Like, Or, Path, Value
from valence.domain import Filter, InvalidRequest


@dataclass(frozen=True, slots=True)
class Translated:
    """The vendor's parameters, in order, and what is left to be evaluated here."""

    parameters: tuple[tuple[str, str], ...]
    residue: Expression | None = None


Dialect = Callable[[Expression, Filter], Translated]
"""Translates by a rule. Raises InvalidRequest where the rule allows no residue and the dialect
cannot say an operator (`unsupported-operator`) or a field (`unsupported-field`)."""

Said = TypeVar("Said")
Leaf = Comparison | InList | Like | IsNull


def conjuncts(expression: Expression) -> Iterator[Expression]:
    """Yield the terms that must all hold, from nested ANDs too."""
    if isinstance(expression, And):
        for term in expression.terms:
            yield from conjuncts(term)
    else:
        yield expression


def say_terms(
    expression: Expression, rule: Filter, say: Callable[[Expression], Said]
) -> tuple[list[Said], Expression | None]:
    """Return what could be said, term by term, and the residue.

    Raises InvalidRequest where a term cannot be said and the rule allows no residue, or the term
    names a field that only the vendor knows: evaluated here it would silently find nothing.
    """
    said: list[Said] = []
    left: list[Expression] = []
    for term in conjuncts(expression):
        try:
            said.append(say(term))
        except InvalidRequest:
            if not rule.has_residue or not rule.vendor_only.isdisjoint(_names(term)):
                raise
            left.append(term)
    if len(left) > 1:
        return said, And(tuple(left))
    return said, left[0] if left else None


def _names(expression: Expression) -> Iterator[str]:
    if isinstance(expression, And | Or):
        for term in expression.terms:
            yield from _names(term)
    else:
        yield str(expression.path)


def infix(expression: Expression, leaf: Callable[[Leaf], str], words: tuple[str, str]) -> str:
    """Write a tree with `words` for AND and OR; each group stands in parentheses."""
    match expression:
        case And(terms):
            word = words[0]
        case Or(terms):
            word = words[1]
        case _:
            return leaf(expression)
    return "(" + f" {word} ".join(infix(term, leaf, words) for term in terms) + ")"


def vendor_word(path: Path, rule: Filter) -> str | None:
    """Return the vendor's word for a field, or None: any field goes under its own name.

    Raises InvalidRequest: the rule names the fields and this is none of them."""
    if rule.fields is None:
        described = known_field(path, rule)
        return described[0] if described is not None else None
    name = str(path)
    word = rule.fields.get(name)
    if word is None:
        known = ", ".join(rule.fields)
        raise InvalidRequest(
            f"This resource cannot filter by {name!r}; it can by {known or 'no field'}.",
            code="unsupported-field",
        )
    return word


def known_field(path: Path, rule: Filter) -> tuple[str, str] | None:
    """Return the vendor's name and type of a field, whatever its case, or None: not described."""
    return rule.known.get(str(path).casefold()) if rule.known else None


def unsayable_field(path: Path, language: str) -> InvalidRequest:
    """Return the error of a field whose name a language cannot write."""
    return InvalidRequest(
        f"This resource cannot filter by {str(path)!r}: {language} has no such field names.",
        code="unsupported-field",
    )


def unsayable(what: Expression | str, ability: str) -> InvalidRequest:
    """Return the error of an operator that a dialect lacks; `ability` says what it has."""
    name = what if isinstance(what, str) else operator_name(what)
    return InvalidRequest(
        f"This resource {ability}; it cannot do {name}.", code="unsupported-operator"
    )


def refuse_null(value: Value, ability: str) -> None:
    """Refuse a comparison with null: it holds for nothing, though vendors often say otherwise."""
    if value is None:
        raise unsayable("a comparison with null (write IS NULL)", ability)


def operator_name(expression: Expression) -> str:
    """Return how a person would call what an expression does."""
    match expression:
        case Comparison():
            return expression.operator
        case InList():
            return "NOT IN" if expression.is_negated else "IN"
        case Like():
            return "NOT LIKE" if expression.is_negated else "LIKE"
        case IsNull():
            return "IS NOT NULL" if expression.is_negated else "IS NULL"
        case And():
            return "AND"
        case Or():
            return "OR"


def plain_text(value: Value) -> str:
    """Return a value as a parameter carries it, without quotes."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


Placement = Literal["exact", "prefix", "suffix", "inside", "any", "other"]


def placement(pattern: str) -> tuple[Placement, str]:
    """Return where a LIKE pattern has its wildcards, and the text without them."""
    text = pattern.strip("%")
    if "%" in text:
        return "other", pattern
    if not text:
        return ("any" if pattern else "exact"), text
    before, after = pattern.startswith("%"), pattern.endswith("%")
    if before and after:
        return "inside", text
    if after:
        return "prefix", text
    return ("suffix" if before else "exact"), text
