"""The evaluator, the SQL dialect and SQLite agree, on any data and any clause.

SQLite is the witness for what null, NOT IN and LIKE mean. It sees one spelling of each moment and
booleans as 0 and 1; the records and the clause have others."""

import sqlite3
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from tests.ceql.trees import OPERATORS, UNTIMED, trees
from valence.ceql import (
    And,
    Comparison,
    Expression,
    InList,
    IsNull,
    Like,
    Or,
    Path,
    Value,
    compile_filter,
    dialect,
    parse,
    to_text,
)
from valence.domain import Filter

_COLUMNS = {"i": "INTEGER", "r": "REAL", "t": "TEXT", "d": "TEXT"}
_INTEGERS = [-2, 0, 1, 3, 10, 12345678901]
_REALS = [-1.5, 0.0, 0.25, 2.0, 1e3]
# No texts that read as numbers: SQLite compares a text column by characters, whatever the query.
_TEXTS = ["", "a", "ab", "aB", "ba%b", "a_b", "abab", "é", "z'", "a!", "\\", "true"]
# The spelling in SQLite, and spellings that mean the same.
_DAYS = {
    "2018-01-14T23:00:00Z": ["2018-01-14T23:00:00Z", "2018-01-14 23:00", "2018-01-15T01:00+02:00"],
    "2018-01-15T00:00:00Z": ["2018-01-15", "2018-01-15T00:00:00.000", "2018-01-14T17:00:00-0700"],
    "2018-01-15T05:30:00Z": ["2018-01-15T05:30:00Z", "2018-01-15T11:00:00.0+0530"],
}


@dataclass(frozen=True)
class Spelled:
    """A leaf as SQLite is told it, and as the evaluator is."""

    told: Expression
    spelled: Expression


def _spelled(name: str) -> st.SearchStrategy[tuple[Value, Value]]:
    """Return constants for a column: what SQLite is told, and a spelling of it."""
    if name == "d":
        pairs = [(day, spelling) for day, spellings in _DAYS.items() for spelling in spellings]
        return st.sampled_from(pairs)
    if name == "t":
        return st.sampled_from(_TEXTS).map(lambda text: (text, text))
    # A number in quotes is that number.
    numbers = st.sampled_from(_INTEGERS if name == "i" else _REALS + [1, 2])
    return st.tuples(numbers, st.booleans()).map(
        lambda drawn: (drawn[0], str(drawn[0]) if drawn[1] else drawn[0])
    )


@st.composite
def _comparisons(draw: st.DrawFn) -> Spelled:
    name = draw(st.sampled_from(list(_COLUMNS)))
    operator = draw(OPERATORS)
    told, spelled = draw(_spelled(name))
    path = Path((name,))
    return Spelled(Comparison(path, operator, told), Comparison(path, operator, spelled))


@st.composite
def _lists(draw: st.DrawFn) -> Spelled:
    name = draw(st.sampled_from(list(_COLUMNS)))
    pairs = draw(st.lists(_spelled(name) | st.just((None, None)), min_size=1, max_size=4))
    told, spelled = (tuple(pair[place] for pair in pairs) for place in (0, 1))
    path, is_negated = Path((name,)), draw(st.booleans())
    return Spelled(InList(path, told, is_negated), InList(path, spelled, is_negated))


_PATTERNS = st.lists(st.sampled_from(["%", "a", "b", "_", "!", "\\", "B", "é"]), max_size=5)
_same = st.builds(
    Like,
    st.sampled_from(["t", "i"]).map(lambda name: Path((name,))),
    _PATTERNS.map("".join),
    st.booleans(),
) | st.builds(
    IsNull, st.sampled_from(list(_COLUMNS)).map(lambda name: Path((name,))), st.booleans()
)
_LEAVES = _comparisons() | _lists() | _same.map(lambda leaf: Spelled(leaf, leaf))
_TREES = trees(_LEAVES)  # type: ignore[arg-type]


def _side(tree: object, side: str) -> Expression:
    if isinstance(tree, And | Or):
        return type(tree)(tuple(_side(term, side) for term in tree.terms))
    return getattr(tree, side)  # type: ignore[no-any-return]


_ROWS = st.fixed_dictionaries(
    {
        "i": st.none() | st.sampled_from(_INTEGERS),
        "r": st.none() | st.sampled_from(_REALS),
        "t": st.none() | st.sampled_from(_TEXTS),
        "d": st.none() | st.sampled_from(list(_DAYS)),
    }
)


def _matching(rows: list[dict[str, object]], expression: Expression) -> list[int]:
    """Return the places of the rows that SQLite finds, told by the SQL dialect."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("PRAGMA case_sensitive_like = ON")
        columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
        connection.execute(f"CREATE TABLE records (place INTEGER, {columns})")
        connection.executemany(
            "INSERT INTO records VALUES (?, ?, ?, ?, ?)",
            [(place, *map(row.get, _COLUMNS)) for place, row in enumerate(rows)],
        )
        condition, values = _told(expression)
        found = connection.execute(
            f"SELECT place FROM records WHERE {condition} ORDER BY 1", values
        )
        return [place for (place,) in found]
    finally:
        connection.close()


def _told(expression: Expression) -> tuple[str, dict[str, str]]:
    """Say it in SQL; the nulls in lists, which the dialect refuses, are bound by hand."""
    marked = _mark_nulls(expression)
    (_, condition), *values = dialect("sql")(marked, Filter("sql")).parameters
    return condition, {name: None if v == _NULL else v for name, v in values}  # type: ignore[misc]


_NULL = "\x01null"


def _mark_nulls(node: Expression) -> Expression:
    if isinstance(node, And | Or):
        return type(node)(tuple(map(_mark_nulls, node.terms)))
    if isinstance(node, InList):
        values = tuple(_NULL if value is None else value for value in node.values)
        return InList(node.path, values, node.is_negated)
    return node


@UNTIMED
@given(st.lists(_ROWS, max_size=8), _TREES, st.data())
def test_the_evaluator_and_sqlite_agree(
    rows: list[dict[str, object]], tree: object, data: st.DataObject
) -> None:
    """They find the same records, however numbers are quoted and moments are spelled."""
    records = []
    for row in rows:
        day = row["d"]
        spelling = data.draw(st.sampled_from(_DAYS[day])) if isinstance(day, str) else None
        record = {**row, "d": spelling}
        if data.draw(st.booleans()):  # a null field and a missing one are the same
            record = {name: value for name, value in record.items() if value is not None}
        records.append(record)
    passes = compile_filter(parse(to_text(_side(tree, "spelled"))))
    found = [place for place, record in enumerate(records) if passes(record)]
    told = _side(tree, "told")
    assert found == _matching(rows, told), (to_text(told), records)
