"""Models from samples: exact definitions, exact bytes of CSV, and the way back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valence.domain import InvalidRequest
from valence.elements.samples import (
    COLUMNS,
    csv_from_definitions,
    definitions_from_csv,
    definitions_from_sample,
    java_order,
)

INVOICE = {"tranId": "21", "terms": {"name": "Net 30"}}


def test_a_nested_sample_becomes_two_definitions() -> None:
    """As the wire contract writes them out."""
    assert definitions_from_sample("invoices", INVOICE) == {
        "invoices": {
            "title": "invoices",
            "x-has-customfields": False,
            "properties": {
                "tranId": {"type": "string", "x-samplevalue": "21"},
                "terms": {"type": "terms"},
            },
        },
        "terms": {
            "type": "object",
            "title": "terms",
            "x-has-customfields": False,
            "properties": {"name": {"type": "string", "x-samplevalue": "Net 30"}},
        },
    }


def test_a_list_of_records_has_an_object_of_its_own() -> None:
    """Whose keys are those of all records."""
    found = definitions_from_sample("contacts", [{"a": None}, {"a": 1, "b": [{"c": True}]}])
    assert found["contacts"] == {"type": "array", "items": {"type": "contactsObject"}}
    assert found["contactsObject"] == {
        "type": "object",
        "title": "contacts",
        "x-has-customfields": False,
        "properties": {
            "a": {"type": "integer", "format": "int32", "x-samplevalue": 1},
            "b": {"type": "array", "items": {"type": "b"}},
        },
    }
    assert "type" not in found["b"]


@pytest.mark.parametrize(
    ("value", "leaf"),
    [
        (1, {"type": "integer", "format": "int32", "x-samplevalue": 1}),
        (2**40, {"type": "integer", "format": "int64", "x-samplevalue": 2**40}),
        (1.5, {"type": "number", "x-samplevalue": 1.5}),
        (True, {"type": "boolean", "x-samplevalue": True}),
        ("", {"type": "string", "x-samplevalue": ""}),
        ("2026-01-31", {"type": "string", "x-samplevalue": "2026-01-31"}),
        ("2026-01-31T10:00:00.000Z",
         {"type": "string", "format": "date-time", "x-mask": "yyyy-MM-dd'T'HH:mm:ss.SSSZ"}),
        ([1, 2, 3], {"type": "array", "items": {"type": "integer"}, "x-samplevalue": [1, 2, 3]}),
        (None, {"type": "string"}),
        ({}, {"type": "object"}),
    ],
)  # fmt: skip
def test_leaves(value: object, leaf: dict[str, Any]) -> None:
    """By the type of the sample's value."""
    assert definitions_from_sample("x", {"f": value})["x"]["properties"]["f"] == leaf


def test_names_that_are_taken_get_their_parent_in_front() -> None:
    """In the order of Java's map: what comes first there keeps the short name."""
    sample = {"timeTaxCode": {"type": {"value": "a"}}, "terms": {"type": {"value": "b"}}}
    found = definitions_from_sample("t", sample)
    assert set(found) == {"t", "timeTaxCode", "terms", "type", "timeTaxCodetype"}
    assert java_order(["timeTaxCode", "terms"]) == ["terms", "timeTaxCode"]
    assert found["terms"]["properties"]["type"] == {"type": "type"}
    assert found["timeTaxCode"]["properties"]["type"] == {"type": "timeTaxCodetype"}
    assert found["timeTaxCodetype"]["title"] == "type"


@pytest.mark.parametrize(
    ("keys", "ordered"),
    [
        # "Aa" and "BB" have one hash code: the order of insertion decides.
        (["BB", "Aa"], ["BB", "Aa"]),
        (["Aa", "BB"], ["Aa", "BB"]),
        # hashCode "a" = 97: bucket 1 of 16; "p" = 112: bucket 0.
        (["a", "p"], ["p", "a"]),
        (["q", "a"], ["q", "a"]),
        # With thirteen keys the table has 32 buckets: "q" = 113 is in 17, "a" in 1.
        (["q", *"bcdefghijkl", "a"],
         ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "q"]),
        (["\U0001f600", "a"], ["a", "\U0001f600"]),
    ],
)  # fmt: skip
def test_keys_are_walked_as_java_does(keys: list[str], ordered: list[str]) -> None:
    """Hash of UTF-16 units, spread, masked by a table that grows at three quarters."""
    assert java_order(keys) == ordered


def test_the_csv_has_exactly_these_bytes() -> None:
    """Header, one row a leaf, a line feed at the end of each."""
    sample = {"terms": {"name": "Net 30"}, "numbers": [1, 2, 3], "list": {"item": [{"rate": 2}]}}
    text = csv_from_definitions("x", definitions_from_sample("x", sample))
    tail = ",true,true,,,,,false,,,,,,,false,false,false,false,,,,,,"
    assert text == "\n".join(
        [
            ",".join(COLUMNS),
            f"Net 30,terms.name,string,,,,{tail}",
            f'"[1, 2, 3]",numbers,array-integer,,,,{tail}',
            f"2,list.item[*].rate,integer,int32,,,{tail}",
            "",
        ]
    )


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text("ab,\"' \n", max_size=5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.lists(st.integers(0, 9), min_size=1, max_size=3),
    lambda inner: st.dictionaries(st.text("abcXYZ_", min_size=1, max_size=4), inner, min_size=1,
                                  max_size=5)
    | st.lists(st.dictionaries(st.sampled_from(["id", "name", "type"]), inner, min_size=1),
               min_size=1, max_size=2),
    max_leaves=12,
)  # fmt: skip


@given(
    st.dictionaries(st.text("abcdefgXYZ", min_size=1, max_size=5), values, min_size=1, max_size=6)
)
def test_a_sample_and_its_dictionary_have_one_csv(sample: dict[str, Any]) -> None:
    """Also after the dictionary went through JSON."""
    definitions = definitions_from_sample("root", sample)
    text = csv_from_definitions("root", json.loads(json.dumps(definitions)))
    assert text == csv_from_definitions("root", definitions)
    assert text.endswith("\n")


@pytest.mark.parametrize(
    "sample",
    [
        INVOICE,
        [{"id": 1, "tags": [{"name": "a", "on": True}], "when": "2026-01-31T10:00:00Z"}],
        {"a": {"type": {"v": 1.5}}, "b": {"type": {"v": 2}}, "c": [1, 2, 3], "d": ["x", "y"]},
    ],
)
def test_csv_leads_back_to_the_dictionary(sample: Any) -> None:
    """Whatever the order of its rows."""
    definitions = definitions_from_sample("root", sample)
    header, *rows = csv_from_definitions("root", definitions).splitlines()
    for order in (rows, sorted(rows), sorted(rows, reverse=True)):
        assert definitions_from_csv("root", "\n".join([header, *order])) == definitions


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "columns name and type"),
        ("a,b\n1,2\n", "columns name and type"),
        ("name,type\n,string\n", "Line 2 of the file has no name"),
        ("sampleValue,name,type\nx,a,integer\n", "Line 2 of the file: 'x' is no integer"),
        ("name,type\na,string\na.b,string\n", "Line 3 of the file: a is a field"),
        ('name,type\n"a,string\n', "not CSV"),
    ],
)
def test_a_file_that_is_none_is_refused(text: str, says: str) -> None:
    """With line and reason."""
    with pytest.raises(InvalidRequest, match=says):
        definitions_from_csv("x", text)


@pytest.mark.parametrize("sample", [1, "a", None, [], [1], True, [{"a": 1}, None]])
def test_a_sample_that_is_none_is_refused(sample: object) -> None:
    """Neither an object nor a list of them."""
    with pytest.raises(InvalidRequest, match="JSON object"):
        definitions_from_sample("x", sample)


def test_what_is_no_dictionary_of_definitions_is_refused() -> None:
    """And one that holds itself, or nests without end, ends."""
    for given_ in ([], {}, {"y": {}}, {"x": 1}, {"x": {}, "y": 1}):
        with pytest.raises(InvalidRequest):
            csv_from_definitions("x", given_)
    itself = {"x": {"properties": {"x": {"type": "x"}, "a": {"type": "string"}}}}
    assert csv_from_definitions("x", itself).count("\n") == 3
    deep: Any = {}
    for _ in range(200):
        deep = {"a": deep, "b": 1}
    with pytest.raises(InvalidRequest, match="deeper"):
        definitions_from_sample("x", deep)
