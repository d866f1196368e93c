"""JQL, the query language of Jira.

Source: https://confluence.atlassian.com/jirasoftwareserver/advanced-searching-939938733.html, on
operators, fields, text searches and dates. Texts can only be searched (`~`), by words and whatever
their case, so a search narrows the list and the condition is left to be evaluated here.

In a definition a field's word is `jql record.path`, both optional: what Jira calls it, and where a
record has it (`assignee: "assignee fields.assignee.name"`). Marks at the end of Jira's word: `~` a
text, `~#` a text or a number, `@` a time. A field that ends in `*` stands for all that begin so,
and the `*` of its word for the rest of the name. Without `fields` any is compared by its name."""

import re
from dataclasses import dataclass, replace
from functools import partial

from valence.ceql.moments import moment
from valence.ceql.nodes import And, Comparison, Expression, InList, IsNull, Like, Or, Path, Value
from valence.ceql.translated import (
    Leaf,
    Translated,
    conjuncts,
    infix,
    plain_text,
    refuse_null,
    unsayable,
    unsayable_field,
    vendor_word,
)
from valence.domain import Filter, InvalidRequest

_ABILITY = "filters by JQL"
_ORDERS = ("<", ">", "<=", ">=")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
# A part of a text that is one word to Jira too: it splits at other characters, but not at all.
_WORD = re.compile(r"\w+\Z")
# Words of its text searches that say something of the others; which is not to be said here.
_OPERATORS = frozenset({"AND", "OR", "NOT", "TO"})
_MARKS = ("~#", "~", "@")


@dataclass(frozen=True, slots=True)
class _Field:
    """A field as Jira and as its records have it; without a word Jira cannot filter by it."""

    word: str
    mark: str
    path: Path


def translate(expression: Expression, rule: Filter) -> Translated:
    """Translate to `jql`, or to the rule's parameter; what JQL only narrows is left as well."""
    said: list[str] = []
    left: list[Expression] = []
    for term in conjuncts(expression):
        inexact: list[Leaf] = []
        try:
            text = infix(term, partial(_leaf, rule=rule, inexact=inexact), ("AND", "OR"))
        except InvalidRequest:
            if not rule.has_residue:
                raise
            left.append(_on_records(term, rule))
            continue
        if inexact:
            if not rule.has_residue:
                raise unsayable(inexact[0], _ABILITY)
            left.append(_on_records(term, rule))
        said.append(text)
    residue = And(tuple(left)) if len(left) > 1 else left[0] if left else None
    if not said:
        return Translated((), residue)
    return Translated(((rule.parameter or "jql", " AND ".join(said)),), residue)


def _leaf(leaf: Leaf, rule: Filter, inexact: list[Leaf]) -> str:
    field = _field(leaf.path, rule)
    if not field.word:
        raise unsayable(leaf, f"is not filtered by {str(leaf.path)!r}")
    if isinstance(leaf, IsNull):
        return f"{field.word} {'is not' if leaf.is_negated else 'is'} EMPTY"
    is_number = isinstance(leaf, Comparison) and isinstance(leaf.value, (int, float))
    if field.mark == "~" or (field.mark == "~#" and not is_number):
        inexact.append(leaf)
        return f"{field.word} ~ {_quoted(_words(leaf))}"
    if field.mark == "@":
        return _time(leaf, field.word)
    match leaf:
        case Comparison(_, operator, value):
            return f"{field.word} {operator} {_literal(value)}"
        case InList(_, values, is_negated):
            inside = ", ".join(_literal(value) for value in values)
            return f"{field.word} {'not in' if is_negated else 'in'} ({inside})"
        case _:
            raise unsayable(leaf, _ABILITY)


def _time(leaf: Leaf, word: str) -> str:
    # As milliseconds: a date in words is read in the time zone of whoever asks, to the minute.
    if isinstance(leaf, Comparison) and leaf.operator in _ORDERS and isinstance(leaf.value, str):
        when = moment(leaf.value)
        if when is not None:
            return f"{word} {leaf.operator} {when.total_seconds() * 1000:.0f}"
    raise unsayable(leaf, "filters times by <, <=, > and >= an ISO date-time")


def _words(leaf: Leaf) -> str:
    """Return the words that every record has that fulfils a condition on its text."""
    is_prefix = False
    match leaf:
        case Comparison(_, "=", value):
            refuse_null(value, _ABILITY)
            text = plain_text(value)
        case Like(_, pattern, False):
            text = pattern.strip("%")
            is_prefix = True
        case _:
            raise unsayable(leaf, "searches texts")
    parts = [part for part in text.split() if _WORD.match(part) and part not in _OPERATORS]
    if not parts or "%" in text:
        raise unsayable(leaf, "searches texts by words")
    is_last = text.split()[-1] == parts[-1]
    return " ".join(parts) + ("*" if is_prefix and is_last else "")


def _field(path: Path, rule: Filter) -> _Field:
    name = str(path)
    if rule.fields is None:
        if not _IDENTIFIER.match(name):
            raise unsayable_field(path, "JQL")
        return _Field(name, "", path)
    entry = _entry(path, rule)
    word, _, where = entry.partition(" ")
    mark = next((mark for mark in _MARKS if word.endswith(mark)), "")
    return _Field(word.removesuffix(mark), mark, Path(tuple((where or name).split("."))))


def _entry(path: Path, rule: Filter) -> str:
    name = str(path)
    if rule.fields is not None and name not in rule.fields:
        for known, word in rule.fields.items():
            if known.endswith("*") and name.startswith(known[:-1]):
                return word.replace("*", name[len(known) - 1 :])
    return vendor_word(path, rule) or ""


def _on_records(expression: Expression, rule: Filter) -> Expression:
    """Return an expression about records: fields where records have them, LIKE as containing."""
    match expression:
        case And(terms) | Or(terms):
            return type(expression)(tuple(_on_records(term, rule) for term in terms))
        case _:
            pass
    try:
        field = _field(expression.path, rule)
    except InvalidRequest:
        return expression  # a field that the rule does not name, or JQL cannot
    if isinstance(expression, Like) and field.mark.startswith("~"):
        # A text without a wildcard is searched in Jira, so it means containing here too.
        pattern = expression.pattern if "%" in expression.pattern else f"%{expression.pattern}%"
        return replace(expression, path=field.path, pattern=pattern)
    return replace(expression, path=field.path)


def _literal(value: Value) -> str:
    refuse_null(value, _ABILITY)
    return _quoted(value) if isinstance(value, str) else plain_text(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'
