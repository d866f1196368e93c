"""The condition of a SOQL query.

Source: SOQL and SOSL Reference, "Condition Expression Syntax", "Quoted String Escape Sequences" and
"Date Formats and Date Literals". Texts stand in quotes; numbers, booleans, dates and date-times do
not, and SOQL refuses the one for the other. So where the rule knows a field's type, its value is
written as that type wants it, however the caller wrote it. A field it does not know (one reached
through a relationship) goes by the look of the value: an ISO date or date-time is one."""

import re
from functools import partial

from valence.ceql.moments import iso_literal
from valence.ceql.nodes import Comparison, Expression, InList, IsNull, Like, Path, Value
from valence.ceql.translated import (
    Leaf,
    Translated,
    infix,
    known_field,
    plain_text,
    refuse_null,
    say_terms,
    unsayable_field,
    vendor_word,
)
from valence.domain import Filter, InvalidRequest

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?\Z", re.ASCII)
# TODAY, LAST_WEEK, NEXT_N_DAYS:7: moments that the vendor works out.
_DATE_WORD = re.compile(
    r"(?:YESTERDAY|TODAY|TOMORROW"
    r"|(?:LAST|THIS|NEXT)_(?:FISCAL_)?(?:WEEK|MONTH|QUARTER|YEAR)|(?:LAST|NEXT)_90_DAYS"
    r"|(?:LAST|NEXT)_N_(?:FISCAL_)?(?:DAYS|WEEKS|MONTHS|QUARTERS|YEARS):\d{1,4}"
    r"|N_(?:DAYS|WEEKS|MONTHS|QUARTERS|YEARS)_AGO:\d{1,4})\Z",
    re.ASCII | re.IGNORECASE,
)
_NUMBERS = frozenset({"int", "long", "double", "currency", "percent"})
_ESCAPES = str.maketrans(
    {
        "\\": "\\\\",
        "'": "\\'",
        '"': '\\"',
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\b": "\\b",
        "\f": "\\f",
    }
)


def translate(expression: Expression, rule: Filter) -> Translated:
    """Translate to a condition in the parameter `where`, or in the rule's."""

    def say(term: Expression) -> str:
        return infix(term, partial(_leaf, rule=rule), ("AND", "OR"))

    said, residue = say_terms(expression, rule, say)
    if not said:
        return Translated((), residue)
    return Translated(((rule.parameter or "where", " AND ".join(said)),), residue)


def quoted(text: str) -> str:
    """Return a text as a query holds it."""
    return "'" + text.translate(_ESCAPES) + "'"


def _leaf(leaf: Leaf, rule: Filter) -> str:
    field = _field(leaf.path, rule)
    match leaf:
        case Comparison(path, operator, value):
            return f"{field} {operator} {_literal(value, path, rule)}"
        case InList(path, values, is_negated):
            inside = ", ".join(_literal(value, path, rule) for value in values)
            return f"{field} {'NOT IN' if is_negated else 'IN'} ({inside})"
        case IsNull(_, is_negated):
            return f"{field} {'!=' if is_negated else '='} null"
        case Like(_, pattern, is_negated):
            # An underscore is a wildcard there and a character here.
            said = f"{field} LIKE " + quoted(pattern).replace("_", "\\_")
            return f"(NOT {said})" if is_negated else said


def _field(path: Path, rule: Filter) -> str:
    word = vendor_word(path, rule)
    if word is not None:
        return word
    names = [name for segment in path.segments for name in segment.split(".")]
    if not all(_IDENTIFIER.match(name) for name in names):
        raise unsayable_field(path, "SOQL")
    return ".".join(names)


def _literal(value: Value, path: Path, rule: Filter) -> str:
    refuse_null(value, "filters by SOQL")
    known = known_field(path, rule)
    if known is None:
        if isinstance(value, str):
            return iso_literal(value) or quoted(value)
        return plain_text(value)
    kind = known[1]
    text = plain_text(value)
    if kind in _NUMBERS:
        wanted = "a number", text if _NUMBER.match(text) else None
    elif kind == "boolean":
        wanted = "true or false", text.lower() if text.lower() in ("true", "false") else None
    elif kind in ("date", "datetime"):
        wanted = "a date in ISO form", _moment(text, is_date=kind == "date")
    else:
        return quoted(text)
    if text == "":
        return "null"  # as with texts, where the vendor takes an empty one for none
    what, said = wanted
    if said is None:
        raise InvalidRequest(f"{known[0]} is compared with {what}, not {text[:60]!r}.")
    return said


def _moment(text: str, *, is_date: bool) -> str | None:
    if _DATE_WORD.match(text):
        return text.upper()
    said = iso_literal(text)
    if said is None:
        return None
    if is_date:
        return said[:10]
    return said if "T" in said else said + "T00:00:00Z"
