"""Statements written from the templates of definitions."""

import pytest

from valence.ceql import Slots, statement_headers, written
from valence.domain import DefinitionError, InvalidRequest, Statement

FIELDS = ("Id", "Parent.Name")
LIST = (
    "SELECT {fields} FROM {object}[ WHERE {where}] ORDER BY {orderBy}[ LIMIT {pageSize}]"
    "[ OFFSET {page}]"
)


def said(text: str, texts: dict[str, str] | None = None, **values: str) -> str:
    return written(
        Statement("soql", "q", text),
        Slots(texts or {}, FIELDS),
        value=lambda name: values.get(name),
    )


@pytest.mark.parametrize(
    ("text", "texts", "values", "expected"),
    [
        (
            LIST,
            {"orderBy": "Id", "where": "a = 1", "pageSize": "5", "page": "10"},
            {"object": "Account"},
            "SELECT Id, Parent.Name FROM Account WHERE a = 1 ORDER BY Id LIMIT 5 OFFSET 10",
        ),
        (
            LIST,
            {"orderBy": "Id"},
            {"object": "Invoice__c"},
            "SELECT Id, Parent.Name FROM Invoice__c ORDER BY Id",
        ),
        ("SELECT {A.fields} FROM B", {}, {}, "SELECT A.Id, A.Parent.Name FROM B"),
        ("x = '{id}'[ AND {where}]", {}, {"id": "O'x\\"}, "x = 'O\\'x\\\\'"),
        ("x = '{id}'[ AND y = '{other}']", {}, {"id": "{where}"}, "x = '{where}'"),
    ],
)
def test_a_template_is_filled(
    text: str, texts: dict[str, str], values: dict[str, str], expected: str
) -> None:
    """Brackets without a value are left out, texts are escaped, what is filled in is not read."""
    assert said(text, texts, **values) == expected


@pytest.mark.parametrize("name", ["Account; DELETE", "a b", "", "1a", "a.b", "größe", "x" * 200])
def test_what_must_be_a_name_is_one(name: str) -> None:
    """A value of the call cannot become a part of the statement."""
    with pytest.raises(InvalidRequest) as caught:
        said("FROM {object}", object=name)
    assert caught.value.code == "bad-name"


def test_fields_must_be_names_too() -> None:
    """Those that a caller asks for come from outside."""
    statement = Statement("soql", "q", "SELECT {fields}")
    with pytest.raises(InvalidRequest) as caught:
        written(statement, Slots({}, ("Id", "(SELECT 1)")), value=lambda _: None)
    assert caught.value.code == "unsupported-field"


@pytest.mark.parametrize("text", ["FROM {nothing}", "x = '{nothing}'"])
def test_an_author_is_told_what_nothing_fills(text: str) -> None:
    """Outside of brackets."""
    with pytest.raises(DefinitionError, match="nothing"):
        said(text)


def test_a_statement_without_fields_is_the_authors_fault() -> None:
    """Nothing describes the object."""
    with pytest.raises(DefinitionError, match="describes"):
        written(Statement("soql", "q", "SELECT {fields}"), Slots({}, ()), value=lambda _: None)


def test_headers_go_with_a_statement() -> None:
    """Filled by the same parts; without them they are left out."""
    statement = Statement("soql", "q", "x", {"A": "batch={batch}", "B": "{page}"})
    assert statement_headers(statement, Slots({"batch": "200"}, ())) == {"A": "batch=200"}
