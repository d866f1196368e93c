"""Ordering: said to a vendor, or done here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ceql.trees import UNTIMED
from valence.ceql import order_parameters, parse_order_by, sort_key, sort_records
from valence.domain import InvalidRequest, Ordering

PLAIN = Ordering("order")
TWO = Ordering("order", "order_direction", "ASCENDING", "DESCENDING", {"id": "id", "at": "created"})


@pytest.mark.parametrize(
    ("text", "rule", "parameters"),
    [
        ("name", PLAIN, (("order", "name asc"),)),
        ("a.b desc, c", PLAIN, (("order", "a.b desc,c asc"),)),
        ("name", Ordering("o", ascending="", descending="desc"), (("o", "name"),)),
        ("a, b desc", Ordering("o", ascending="", descending="-"), (("o", "a,-b"),)),
        ("a, b desc", Ordering("q", prefix="ORDER BY "), (("q", "ORDER BY a asc,b desc"),)),
        ("a desc", Ordering("q", ascending="sort:", descending="sort:-"), (("q", "sort:-a"),)),
        ("a, b desc", Ordering("o", ascending="+", descending="-"), (("o", "+a,-b"),)),
        (
            "at desc",
            Ordering("$orderby", fields={"at": "created/on"}),
            (("$orderby", "created/on desc"),),
        ),
        ("at desc", TWO, (("order", "created"), ("order_direction", "DESCENDING"))),
        ("id", TWO, (("order", "id"), ("order_direction", "ASCENDING"))),
        ("", PLAIN, ()),
        ("", Ordering("order", default="id"), (("order", "id"),)),
        ("name desc", Ordering("o", tie="Id"), (("o", "name desc,Id"),)),
        ("name, id desc", Ordering("o", tie="Id"), (("o", "name asc,id desc"),)),
    ],
)
def test_orders_are_said_to_a_vendor(
    text: str, rule: Ordering, parameters: tuple[tuple[str, str], ...]
) -> None:
    """By the rule's words; its default where nobody asks."""
    assert order_parameters(parse_order_by(text), rule) == parameters


@pytest.mark.parametrize(
    ("text", "rule", "code", "named"),
    [
        ("name", TWO, "unsupported-field", "order by 'name'; it can by id, at"),
        ("id, at", TWO, "unsupported-operator", "several"),
        ("`a desc, b`", PLAIN, "unsupported-field", "order by 'a desc, b'"),
        ("tags[*].x", PLAIN, "unsupported-field", "tags"),
        ("id", Ordering("o", fields={}), "unsupported-field", "order by 'id'"),
    ],
)
def test_orders_that_cannot_be_said(text: str, rule: Ordering, code: str, named: str) -> None:
    """They are refused by name."""
    with pytest.raises(InvalidRequest) as caught:
        order_parameters(parse_order_by(text), rule)
    assert caught.value.code == code
    assert named in caught.value.message


RECORDS = [
    {"id": 1, "a": 10, "d": "2018-01-15T00:00:00+02:00"},
    {"id": 2, "a": 9.5, "d": "2018-01-14T23:00:00Z"},
    {"id": 3, "a": None, "d": "2018-01-14"},
    {"id": 4, "a": "b"},
    {"id": 5, "a": "B", "d": "not a day"},
    {"id": 6, "a": 10},
    {"id": 7, "a": [1], "d": {}},
    {"id": 8, "a": False, "d": ""},
]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("id desc", [8, 7, 6, 5, 4, 3, 2, 1]),
        ("a", [8, 2, 1, 6, 5, 4, 3, 7]),
        ("a desc", [4, 5, 1, 6, 2, 8, 3, 7]),
        ("a, id desc", [8, 2, 6, 1, 5, 4, 7, 3]),
        ("d", [3, 1, 2, 8, 5, 4, 6, 7]),
        ("missing, a desc", [4, 5, 1, 6, 2, 8, 3, 7]),
        ("missing", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("", [1, 2, 3, 4, 5, 6, 7, 8]),
    ],
)
def test_records_are_ordered(text: str, ids: list[int]) -> None:
    """Kind by kind, nulls last either way, equal ones as they came."""
    orders = parse_order_by(text)
    assert [record["id"] for record in sort_records(RECORDS, orders)] == ids
    assert [record["id"] for record in sorted(RECORDS, key=sort_key(orders))] == ids


def test_records_are_ordered_by_what_is_inside() -> None:
    """A dotted path; of a list the first."""
    records = [{"a": {"b": [{"c": c}]}, "c": c} for c in (3, 1, 2)]
    for text in ("a.b[0].c", "a.b[*].c"):
        assert [record["c"] for record in sort_records(records, parse_order_by(text))] == [1, 2, 3]


_VALUES = (
    st.none()
    | st.booleans()
    | st.integers(0, 3)
    | st.sampled_from(
        ["", "a", "2018-01-15", "2018-01-15T00:00:00Z", "2018-01-14T20:00:00-04:00", 1.5, "x" * 3]
    )
)


@UNTIMED
@given(
    st.lists(st.fixed_dictionaries({"a": _VALUES, "b": _VALUES}), max_size=12),
    st.sampled_from(["a", "a desc", "a, b desc", "b desc, a desc", "b, a"]),
)
def test_the_two_ways_of_ordering_agree(records: list[dict[str, object]], text: str) -> None:
    """One key for all, or one pass an order."""
    orders = parse_order_by(text)
    numbered = [{**record, "n": n} for n, record in enumerate(records)]
    assert sort_records(numbered, orders) == sorted(numbered, key=sort_key(orders))
