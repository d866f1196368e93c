"""Parsing and printing, for any tree and any text; bulk queries, orders, fields."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ceql.trees import ORDERS, PATHS, SELECTS, TEXTS, TREES, UNTIMED
from valence.ceql import (
    Expression,
    Order,
    Path,
    Select,
    parse,
    parse_fields,
    parse_order_by,
    parse_select,
    to_text,
)
from valence.domain import InvalidRequest


@UNTIMED
@given(TREES)
def test_printing_and_parsing_agree(tree: Expression) -> None:
    """For any tree, parsing what was printed gives the tree."""
    assert parse(to_text(tree)) == tree


@UNTIMED
@given(SELECTS)
def test_a_printed_select_parses_to_itself(select: Select) -> None:
    """Whatever its names, its clause, its order and its limit."""
    assert parse_select(to_text(select)) == select


@UNTIMED
@given(ORDERS, st.lists(PATHS, max_size=3).map(tuple))
def test_printed_orders_and_fields_parse_to_themselves(
    orders: tuple[Order, ...], fields: tuple[Path, ...]
) -> None:
    """With any names."""
    assert parse_order_by(", ".join(map(to_text, orders))) == orders
    assert parse_fields(" , ".join(map(to_text, fields))) == fields


_PIECES = ["select", "*", "from", "where", "order", "by", "limit", "and", "or", "not", "in", "is"]
_PIECES += ["null", "like", "a", "b.c", "[*]", "(", ")", ",", ".", "=", "<", "1", "1e999", "'", '"']
_PIECES += [
    "`",
    " ",
    "  ",
    "'x'",
    "%",
    "9" * 5000,
    "[" + "9" * 5000 + "]",
    "\0",
    "٣",
    "é",
    "\u2028",
]
_TEXT = TEXTS | st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)
_TEXT |= st.lists(st.sampled_from(_PIECES), max_size=12).map(" ".join)


@pytest.mark.parametrize("read", [parse, parse_select, parse_order_by, parse_fields])
@UNTIMED
@given(text=_TEXT)
def test_any_text_is_parsed_or_refused(read: Callable[[str], object], text: str) -> None:
    """Nothing but InvalidRequest comes out."""
    try:
        read(text)
    except InvalidRequest as refused:
        assert refused.code == "bad-query"
        assert refused.message.startswith("Error parsing query at position ")


@pytest.mark.parametrize("text", ["", "   ", "\t\n"])
def test_nothing_is_no_clause(text: str) -> None:
    """An absent `where` is its caller's business."""
    with pytest.raises(InvalidRequest, match="position 1: expected a field name"):
        parse(text)


def test_nesting_and_length_have_an_end() -> None:
    """What is beyond any use is refused, not run into the interpreter's limit."""
    parse("(" * 64 + "a=1" + ")" * 64)
    with pytest.raises(InvalidRequest, match="at most 64 nested parentheses"):
        parse("(" * 65 + "a=1" + ")" * 65)
    with pytest.raises(InvalidRequest, match="at most 16384 characters"):
        parse("a='" + "x" * 20_000 + "'")
    assert isinstance(parse(" and ".join(["(a=1)"] * 100)), Expression)
    assert isinstance(parse(" and ".join(["a=1"] * 2000)), Expression)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("select * from contacts", "select * from contacts"),
        ("SELECT Name, Parent.Name FROM Account", "select Name, Parent.Name from Account"),
        (
            'select * from accounts where name = "Churro\'s Inn"',
            "select * from accounts where name = 'Churro''s Inn'",
        ),
        (
            "select id from x where a=1 or b=2 order by c desc, d asc limit 10",
            "select id from x where a = 1 or b = 2 order by c desc, d limit 10",
        ),
        ("select * from x order by `a.b`", "select * from x order by `a.b`"),
        ("select * from x limit 0", "select * from x limit 0"),
        # By position: where a field or a name is expected, every word is one.
        (
            "select from, limit from order where where = order order by desc desc limit 5",
            "select from, limit from order where where = 'order' order by desc desc limit 5",
        ),
        ("select `first name` from `my objects`", "select `first name` from `my objects`"),
        ("select * from activities/calls", "select * from `activities/calls`"),
        ("select * from a.b", "select * from `a.b`"),
    ],
)
def test_bulk_queries(text: str, printed: str) -> None:
    """In one printed form, which parses to the same."""
    assert to_text(parse_select(text)) == printed
    assert parse_select(printed) == parse_select(text)


def test_the_parts_of_a_bulk_query() -> None:
    """Each under its name; none where it is not written."""
    found = parse_select("select a.b, c from d where e = 1 order by f, g desc limit 7")
    assert found == Select(
        "d",
        (Path(("a", "b")), Path(("c",))),
        parse("e = 1"),
        (Order(Path(("f",))), Order(Path(("g",)), is_descending=True)),
        7,
    )
    assert parse_select("select * from d") == Select("d", (), None, (), None)


@pytest.mark.parametrize(
    ("text", "position", "expectation"),
    [
        ("", 1, "SELECT"),
        ("contacts", 1, "SELECT"),
        ("select * contacts", 10, "FROM"),
        ("select *, a from x", 9, "FROM"),
        ("select a b from x", 10, "FROM"),
        ("select from x", 13, "FROM"),
        ("select * from", 14, "a name"),
        ("select * from x y", 17, "WHERE, ORDER BY, LIMIT, the end"),
        ("select * from x where", 22, "a field name"),
        ("select * from x where a=1 b", 27, "AND, OR, ORDER BY, LIMIT, the end"),
        ("select * from x order c", 23, "BY"),
        ("select * from x order by a b", 28, "',', LIMIT, the end"),
        ("select * from x limit", 22, "a whole number"),
        ("select * from x limit -1", 23, "a whole number"),
        ("select * from x limit 1.5", 23, "a whole number"),
        ("select * from x limit 5 order by a", 25, "the end"),
    ],
)
def test_malformed_bulk_queries(text: str, position: int, expectation: str) -> None:
    """The contract's words, the position, and what was expected."""
    with pytest.raises(InvalidRequest) as caught:
        parse_select(text)
    assert caught.value.message == (
        f"Error parsing query at position {position}: expected {expectation}."
    )


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("", []),
        (" ", []),
        ("name", ["name"]),
        ("name asc", ["name"]),
        ("name DESC", ["name desc"]),
        ("a.b desc,c", ["a.b desc", "c"]),
        ("asc desc , `x y` asc", ["asc desc", "`x y`"]),
    ],
)
def test_orders(text: str, printed: list[str]) -> None:
    """Ascending unless said otherwise; blank is no order."""
    assert [to_text(order) for order in parse_order_by(text)] == printed


@pytest.mark.parametrize(
    ("text", "position"), [("a b", 3), ("a desc asc", 8), ("a,", 3), (",a", 1), ("5", 1)]
)
def test_malformed_orders(text: str, position: int) -> None:
    """The position is told."""
    with pytest.raises(InvalidRequest, match=f"query at position {position}: expected"):
        parse_order_by(text)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", []),
        (" , ", []),
        ("id", ["id"]),
        (" id , name,department.name ,", ["id", "name", "department.name"]),
        ("a,,b", ["a", "b"]),
        ("`first name`,`a.b`, tags[*].id", ["first name", "a.b", "tags[*].id"]),
    ],
)
def test_fields(text: str, fields: list[str]) -> None:
    """Blanks and empty places are skipped."""
    assert [str(path) for path in parse_fields(text)] == fields


@pytest.mark.parametrize(("text", "position"), [("a b", 3), ("a.", 3), ("a='b'", 2)])
def test_malformed_fields(text: str, position: int) -> None:
    """The position is told."""
    with pytest.raises(InvalidRequest, match=f"query at position {position}: expected"):
        parse_fields(text)
