"""Any tree that the parser can make."""

from hypothesis import settings
from hypothesis import strategies as st

from valence.ceql import (
    And,
    Comparison,
    Expression,
    InList,
    IsNull,
    Like,
    Or,
    Order,
    Path,
    Select,
    Value,
)

# A timing is never a test; enough examples for a run, more by hand.
UNTIMED = settings(deadline=None, max_examples=80)

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)
OPERATORS = st.sampled_from(["=", "!=", "<", ">", "<=", ">="])

# A name that holds a backquote and ends in one of both kinds of quotes is still one name.
NAMES = (
    st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True)
    | st.sampled_from(["and", "In", "null", "order", "select", "x y", "a.b", "*", "1", "-", "[0]"])
    | TEXTS.filter(bool)
)
SEGMENTS = st.builds(str.__add__, NAMES, st.sampled_from(["", "", "", "[*]", "[3]", "[0][*]"]))
PATHS = st.lists(SEGMENTS, min_size=1, max_size=3).map(lambda parts: Path(tuple(parts)))
VALUES: st.SearchStrategy[Value] = (
    TEXTS
    | st.sampled_from(["null", "true", "007", "1", "'", "''", '"', "2018-01-01"])
    | st.integers(-(10**30), 10**30)
    | st.booleans()
    | st.none()
    | st.floats(allow_nan=False, allow_infinity=False)
)
LEAVES: st.SearchStrategy[Expression] = (
    st.builds(Comparison, PATHS, OPERATORS, VALUES)
    | st.builds(InList, PATHS, st.lists(VALUES, min_size=1, max_size=3).map(tuple), st.booleans())
    | st.builds(Like, PATHS, TEXTS, st.booleans())
    | st.builds(IsNull, PATHS, st.booleans())
)


def trees(leaves: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    """Return ANDs and ORs of leaves, nested either way."""
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple))
            | st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple))
        ),
        max_leaves=6,
    )


TREES = trees(LEAVES)
ORDERS = st.lists(st.builds(Order, PATHS, st.booleans()), max_size=3).map(tuple)
SELECTS = st.builds(
    Select,
    NAMES,
    st.lists(PATHS, max_size=3).map(tuple),
    st.none() | TREES,
    ORDERS,
    st.none() | st.integers(0, 10**17),
)
