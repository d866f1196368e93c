"""Rules for dialects: the vendor's words, residues, and what is refused."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from tests.ceql.trees import TREES, UNTIMED
from valence.ceql import (
    And,
    Expression,
    compile_filter,
    dialect,
    dialect_names,
    dialects,
    parse,
    to_query_parameters,
    to_text,
)
from valence.domain import DefinitionError, Filter, InvalidRequest

# Dialects that leave everything to be evaluated: what they say makes the vendor's list shorter.
NARROWING = {"close-search", "search"}
WORDS = {"email": "email", "since": "since_time", "active": "is_active", "city": "address.city"}


def test_dialects_are_found_by_name() -> None:
    """Each file of the folder; another name is a fault of the definition."""
    files = Path(dialects.__file__).parent.glob("[a-z]*.py")
    assert dialect_names() == tuple(sorted(file.stem.replace("_", "-") for file in files))
    for wrong in ("nothing", "", "query_parameters", "__init__", "../odata", "ODATA"):
        with pytest.raises(DefinitionError, match=r"there are .*keap, .*odata, .*query-parameters"):
            dialect(wrong)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("query-parameters", (("email", "a"), ("is_active", "true"), ("address.city", "x"))),
        ("bracketed", (("email", "a"), ("is_active", "true"), ("address.city", "x"))),
        ("odata", (("q", "email eq 'a' and is_active eq true and address.city eq 'x'"),)),
        ("soql", (("q", "email = 'a' AND is_active = true AND address.city = 'x'"),)),
        (
            "sql",
            (
                ("q", '"email" = :q_1 AND "is_active" = true AND "address"."city" = :q_2'),
                ("q_1", "a"),
                ("q_2", "x"),
            ),
        ),
        ("keap", (("q", "email==a;is_active==true;address.city==x"),)),
        ("lookups", (("email", "a"), ("is_active", "true"), ("address.city", "x"))),
    ],
)
def test_the_vendors_words_and_parameter(
    name: str, parameters: tuple[tuple[str, str], ...]
) -> None:
    """A definition's words are sent as they are; its parameter takes the whole."""
    rule = Filter(name, parameter="q", fields=WORDS)
    translated = dialect(name)(parse("email='a' and active=true and city='x'"), rule)
    assert translated.parameters == parameters
    assert translated.residue is None


@pytest.mark.parametrize("name", sorted({*dialect_names()} - NARROWING))
def test_a_field_that_is_not_filterable(name: str) -> None:
    """It is named, with those that are; or it is left over."""
    expression = parse("email = 'a' and name = 'x'")
    with pytest.raises(InvalidRequest, match="'name'; it can by email, since") as caught:
        dialect(name)(expression, Filter(name, fields=WORDS))
    assert caught.value.code == "unsupported-field"
    translated = dialect(name)(expression, Filter(name, fields=WORDS, has_residue=True))
    assert translated.residue == parse("name = 'x'")
    assert "a" in translated.parameters[-1][1]


@pytest.mark.parametrize(
    ("name", "clause", "said", "residue"),
    [
        ("query-parameters", "a=1 and b>2 and (c=3 and d in (4))", "1", "b > 2 and d in (4)"),
        ("query-parameters", "a=1 or b=2", None, "a = 1 or b = 2"),
        ("query-parameters", "a=1 and a=2", "1", "a = 2"),
        ("odata", "x[*].y = 1 and a=1", "a eq 1", "x[*].y = 1"),
        ("odata", "(a=1 or x[*] = 1) and b=2", "b eq 2", "a = 1 or x[*] = 1"),
        ("odata", "a like 'x%y' and a like 'x%'", "startswith(a,'x')", "a like 'x%y'"),
        ("soql", "a = null and b = 1", "b = 1", "a = null"),
        ("sql", "(a='x' or t[*]=1) and b='y'", '"b" = :where_1', "a = 'x' or t[*] = 1"),
        ("keap", "a != 1 and b = 'x' and c like '%x'", "b==x", "a != 1 and c like '%x'"),
        ("lookups", "a > 1 and b != 2 and (c=1 or d=2)", "1", "b != 2 and (c=1 or d=2)"),
        ("lookups", "a < 1 and a < 2", "1", "a < 2"),
        ("bracketed", "a > 1 and b in (2) and a = 3", "1", "b in (2) and a = 3"),
    ],
)
def test_what_a_dialect_cannot_say_is_left(
    name: str, clause: str, said: str | None, residue: str
) -> None:
    """Term by term; an OR that cannot be said in full is left in full."""
    translated = dialect(name)(parse(clause), Filter(name, has_residue=True))
    assert translated.residue == parse(residue)
    assert (translated.parameters[0][1] if translated.parameters else None) == said
    with pytest.raises(InvalidRequest):
        dialect(name)(parse(clause), Filter(name))


LOOKUPS = Filter("lookups", fields={"owner": "user_id", "made": "date_created__"}, has_residue=True)


@pytest.mark.parametrize(
    ("clause", "parameters", "residue"),
    [
        ("owner = 'u1'", (("user_id", "u1"),), None),
        ("made > '2018-01-15'", (("date_created__gt", "2018-01-15"),), None),
        (
            "made >= '2018-01-15' and made < '2018-02-01'",
            (("date_created__gte", "2018-01-15"), ("date_created__lt", "2018-02-01")),
            None,
        ),
        ("made <= 5", (("date_created__lte", "5"),), None),
        ("made = '2018-01-15'", (), "made = '2018-01-15'"),
        ("owner > 'u1'", (), "owner > 'u1'"),
        ("owner = null and made > null", (), "owner = null and made > null"),
        ("owner in ('u1', 'u2')", (), "owner in ('u1', 'u2')"),
    ],
)
def test_lookups_know_which_fields_have_bounds(
    clause: str, parameters: tuple[tuple[str, str], ...], residue: str | None
) -> None:
    """A word that ends in `__` has bounds and nothing else."""
    translated = dialect("lookups")(parse(clause), LOOKUPS)
    assert translated.parameters == parameters
    assert translated.residue == (None if residue is None else parse(residue))


CLOSE = Filter(
    "close-search", fields={"display_name": "name", "date_updated": "date_updated>="},
    has_residue=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("display_name = 'Acme Corp'", 'name:"Acme Corp"'),
        ("display_name in ('A', 'B') and date_updated > '2018-01-15T10:30:59.123456+00:00'",
         '(name:"A" or name:"B") date_updated>="2018-01-15T10:30"'),
        ("date_updated >= '2018-01-15'", 'date_updated>="2018-01-15"'),
        ("date_updated > '2018-01-15 10:30:00'", 'date_updated>="2018-01-15T10:30"'),
        ("date_updated > '2018-01-15T10:30:00+02:00'", None),
        ("date_updated < '2018-01-15'", None),
        ("date_updated = '2018-01-15'", None),
        ("date_updated > 'yesterday'", None),
        ("display_name = '!?'", None),
        ("display_name = 'the \"one\"'", None),
        ("display_name in ('A', '!')", None),
        ("display_name > 'A'", None),
        ("display_name = 5", None),
        ("display_name like 'A%'", None),
        ("display_name != 'A'", None),
        ("display_name = 'A' or display_name = 'B'", None),
        ("phone = '1' and display_name = 'A'", 'name:"A"'),
    ],
)  # fmt: skip
def test_a_search_narrows_and_the_filter_decides(clause: str, said: str | None) -> None:
    """Only what cannot lose a record is said, and all of it is evaluated again."""
    translated = dialect("close-search")(parse(clause), CLOSE)
    assert translated.parameters == ((("query", said),) if said else ())
    assert translated.residue == parse(clause)
    with pytest.raises(InvalidRequest):
        dialect("close-search")(parse(clause), replace(CLOSE, has_residue=False))


@pytest.mark.parametrize("clause", ["since != 1", "since = 1 or name = 'x'"])
def test_a_field_that_only_the_vendor_knows(clause: str) -> None:
    """It is refused where it cannot be said, not looked for in records that lack it."""
    rule = Filter("keap", has_residue=True, vendor_only=frozenset({"since"}))
    with pytest.raises(InvalidRequest):
        dialect("keap")(parse(clause), rule)
    assert dialect("keap")(parse("since = 1 and a != 2"), rule).residue == parse("a != 2")


KEAP = {
    "name": "name",
    "name*": "name",
    "city": "city",
    "id": "id",
    "id>": "id>",
    "id in": "ids==",
    "update_time>=": "start_update_time==",
}


@pytest.mark.parametrize(
    ("clause", "said", "residue"),
    [
        ("name like 'Jo%' and city = 'X'", "name==Jo*;city==X", None),
        ("city like 'X%'", None, "city like 'X%'"),
        ("city like 'X'", "city==X", None),
        ("id > 5 and id < 9", "id>5", "id < 9"),
        ("id in (1, 2) and city in ('a')", "ids==1,2", "city in ('a')"),
        ("update_time >= '2026-01-01'", "start_update_time==2026-01-01", None),
        ("update_time = '2026-01-01'", None, "update_time = '2026-01-01'"),
        ("name = 'a,b' and name = 'NONE'", None, "name = 'a,b' and name = 'NONE'"),
    ],
)
def test_keap_fields_take_what_their_definition_says(
    clause: str, said: str | None, residue: str | None
) -> None:
    """Operators, lists and wildcards differ from field to field."""
    translated = dialect("keap")(parse(clause), Filter("keap", fields=KEAP, has_residue=True))
    assert (translated.parameters[0][1] if translated.parameters else None) == said
    assert translated.residue == (None if residue is None else parse(residue))
    if residue is not None:
        with pytest.raises(InvalidRequest):
            dialect("keap")(parse(clause), Filter("keap", fields=KEAP))


def test_values_of_a_term_that_was_left_are_not_sent() -> None:
    """The values that remain are numbered without a gap."""
    rule = Filter("sql", has_residue=True)
    translated = dialect("sql")(parse("(a='x' or t[*]=1) and b='y' and c='z'"), rule)
    assert translated.parameters == (
        ("where", '"b" = :where_1 AND "c" = :where_2'),
        ("where_1", "y"),
        ("where_2", "z"),
    )


def test_two_fields_that_share_a_parameter() -> None:
    """One of them would be lost on the way."""
    with pytest.raises(InvalidRequest, match="two values for 'b'"):
        to_query_parameters(parse("a=1 and b=2"), {"a": "x", "b": "x"})


@UNTIMED
@given(TREES)
def test_nothing_is_lost(tree: Expression) -> None:
    """With a residue allowed every term is said or left; without, it is said or refused."""
    terms = _terms(tree)
    for name in dialect_names():
        translate, strict = dialect(name), Filter(name)
        translated = translate(tree, Filter(name, has_residue=True))
        left = _terms(translated.residue)
        assert [term for term in terms if term in left] == left
        if translated.residue is None:
            assert translated == translate(tree, strict)
        else:
            compile_filter(translated.residue)({})
            with pytest.raises(InvalidRequest):
                translate(tree, strict)
        for term in terms:
            if term not in left:  # what was not left can be said alone
                assert translate(term, strict).parameters, to_text(term)


def _terms(node: Expression | None) -> list[Expression]:
    if isinstance(node, And):
        return [term for part in node.terms for term in _terms(part)]
    return [] if node is None else [node]
