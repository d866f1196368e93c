"""CEQL by lines: input, and what it means per dialect."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valence.ceql import (
    And,
    Comparison,
    Expression,
    InList,
    IsNull,
    Like,
    Or,
    Path,
    parse,
    to_query_parameters,
    to_text,
)
from valence.domain import InvalidRequest


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("id='1'", "id = '1'"),
        ("user_id= 1", "user_id = 1"),
        ("id ='3'  ", "id = '3'"),
        ("Name='O''Brien'", "Name = 'O''Brien'"),
        ("a<>1", "a != 1"),
        ("a >= 1.5 and b<2", "a >= 1.5 and b < 2"),
        ("a=1 or b=2 and c=3", "a = 1 or b = 2 and c = 3"),
        ("(a=1 OR b=2) AND c=3", "(a = 1 or b = 2) and c = 3"),
        ("active=true", "active = true"),
        ("active = True", "active = true"),
        ("x = NULL", "x = null"),
        ("type = string", "type = 'string'"),
        ("email=''", "email = ''"),
        ("\"$city\"='Dallas'", "$city = 'Dallas'"),
        ('name="it""s"', "name = 'it\"s'"),
        (
            "`metaData.lastUpdateTime`>'2018-01-15T00:00:00.000Z'",
            "`metaData.lastUpdateTime` > '2018-01-15T00:00:00.000Z'",
        ),
        ("t > 2018-01-15T00:00:00.000Z", "t > '2018-01-15T00:00:00.000Z'"),
        ("address.city = 'x'", "address.city = 'x'"),
        ("tags[*].name = 'x'", "tags[*].name = 'x'"),
        ("key in ('a', 'b')", "key in ('a', 'b')"),
        ("key NOT IN (1,2)", "key not in (1, 2)"),
        ("name like '%a'", "name like '%a'"),
        ("name not like 'a%'", "name not like 'a%'"),
        ("a is null", "a is null"),
        ("a IS NOT NULL", "a is not null"),
        ("from='+1123'", "from = '+1123'"),
        ("order='id'", "order = 'id'"),
        ("communicationItems.value='2'", "communicationItems.value = '2'"),
        ("x='a|b:c==d[e]é'", "x = 'a|b:c==d[e]é'"),
    ],
)
def test_lines(line: str, printed: str) -> None:
    """Each line parses, prints as stated, and parses again to the same tree."""
    tree = parse(line)
    assert to_text(tree) == printed
    assert parse(printed) == tree


@pytest.mark.parametrize(
    ("line", "position"),
    [
        ("", 1),
        ("   ", 1),
        ("a", 2),
        ("a=", 3),
        ("=1", 1),
        ("a=1 b=2", 5),
        ("a=1 and", 8),
        ("(a=1", 5),
        ("a in 1", 6),
        ("a in (1", 8),
        ("a is 5", 6),
        ("select * contacts", 8),
        ("a='x", 3),
        ("a==1", 3),
    ],
)
def test_what_cannot_be_parsed_says_where(line: str, position: int) -> None:
    """The contract's words, the position, and what was expected."""
    with pytest.raises(
        InvalidRequest, match=f"Error parsing query at position {position}: expected"
    ):
        parse(line)


def test_nesting_has_an_end() -> None:
    """Parentheses beyond any use are refused, not run into the interpreter's limit."""
    with pytest.raises(InvalidRequest):
        parse("(" * 5000 + "a=1" + ")" * 5000)
    with pytest.raises(InvalidRequest):
        parse("a='" + "x" * 20_000 + "'")


_names = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True) | st.sampled_from(
    ["and", "in", "x y", "a.b"]
)
_paths = st.lists(_names, min_size=1, max_size=3).map(lambda parts: Path(tuple(parts)))
_values = (
    st.text(alphabet=st.characters(exclude_categories=["Cs"]))
    | st.integers(-(10**12), 10**12)
    | st.booleans()
    | st.none()
    | st.floats(-1e9, 1e9, allow_nan=False).filter(lambda x: x != int(x))
)
_leaves: st.SearchStrategy[Expression] = (
    st.builds(Comparison, _paths, st.sampled_from(["=", "!=", "<", ">", "<=", ">="]), _values)
    | st.builds(InList, _paths, st.lists(_values, min_size=1, max_size=3).map(tuple), st.booleans())
    | st.builds(
        Like, _paths, st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.booleans()
    )
    | st.builds(IsNull, _paths, st.booleans())
)
_trees = st.recursive(
    _leaves,
    lambda inner: (
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple))
        | st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=6,
)


@given(_trees)
def test_printing_and_parsing_agree(tree: Expression) -> None:
    """For any tree, printing what was parsed gives the same text."""
    text = to_text(tree)
    assert to_text(parse(text)) == text


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    """Nothing but InvalidRequest comes out."""
    try:
        parse(text)
    except InvalidRequest as refused:
        assert refused.code == "bad-query"


ALLOWED = {"email": "email", "since": "since", "active": "is_active"}


@pytest.mark.parametrize(
    ("line", "parameters"),
    [
        ("email='a@b.c'", [("email", "a@b.c")]),
        ("email='a' and since='2020'", [("email", "a"), ("since", "2020")]),
        (
            "(email='a' and active=true) and since=5",
            [("email", "a"), ("is_active", "true"), ("since", "5")],
        ),
        ("active = null", [("is_active", "null")]),
    ],
)
def test_equalities_become_parameters(line: str, parameters: list[tuple[str, str]]) -> None:
    """In their order, under the vendor's names."""
    assert to_query_parameters(parse(line), ALLOWED) == parameters


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("email='a' or since='b'", "OR"),
        ("email != 'a'", "!="),
        ("email like '%a'", "LIKE"),
        ("email in ('a')", "IN"),
        ("email is null", "IS NULL"),
        ("name='x'", "name"),
    ],
)
def test_what_the_dialect_cannot_say_is_refused_by_name(line: str, named: str) -> None:
    """Never ignored."""
    with pytest.raises(InvalidRequest, match=named):
        to_query_parameters(parse(line), ALLOWED)
