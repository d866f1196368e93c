"""Fields that metadata tells and fields that records have, as one list."""

from typing import Any

import pytest

from valence.transformations import DocumentedField, SampledField, documented_fields, sampled_fields

D = DocumentedField

ROWS: dict[str, tuple[dict[str, Any], DocumentedField | None]] = {
    "derived from models": (
        {"type": "number", "path": "a.b", "vendorPath": "a.b", "vendorNativeType": "number"},
        D("a.b", "number", vendor_type="number"),
    ),
    "declared": (
        {"type": "string", "vendorPath": "Name", "vendorDisplayName": "Full name",
         "vendorNativeType": "text", "vendorReadOnly": True, "custom": True},
        D("Name", "string", is_custom=True, display_name="Full name", vendor_type="text", is_read_only=True),
    ),
    "a place of its own in records": (
        {"type": "string", "vendorPath": "cf.182", "path": "cf[id=182].content", "custom": True},
        D("cf[id=182].content", is_custom=True),
    ),
    "a date and time": ({"type": "date-time", "vendorPath": "at"}, D("at", "date")),
    "a whole number": ({"type": "integer", "vendorPath": "n"}, D("n", "int")),
    "a model": ({"type": "CompanyReference", "vendorPath": "c"}, D("c", "object")),
    "a type nobody knows": ({"type": "unknown", "vendorPath": "u"}, D("u")),
    "no type": ({"vendorPath": "u"}, D("u")),
    "no path that can be read": ({"vendorPath": "a["}, None),
    "no path": ({"type": "string"}, None),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_rows_of_metadata_are_fields(name: str) -> None:
    """In the words of object definitions; what has no place is left out."""
    row, expected = ROWS[name]
    assert documented_fields([row]) == ([] if expected is None else [expected])


def test_the_first_row_of_a_place_counts() -> None:
    """Metadata may tell a field twice."""
    rows = [{"vendorPath": "a", "custom": True}, {"vendorPath": "a"}]
    assert documented_fields(rows) == [D("a", is_custom=True)]


def test_seen_and_documented_are_one_field() -> None:
    """Records first; the type is theirs, the label the metadata's."""
    documented = [
        D("gone", "date", display_name="Gone"),
        D("n", "string", display_name="Number", vendor_type="text", is_read_only=True),
        D("tags", "array"),
        D("void", "int"),
    ]
    found = sampled_fields([{"new": "x", "n": 1, "tags": ["a"], "void": None}], documented)
    assert found == [
        SampledField("new", "string", {"string": 1}, 1, 0, ("x",)),
        SampledField(
            "n", "int", {"int": 1}, 1, 0, (1,), is_documented=True, display_name="Number",
            vendor_type="text", is_read_only=True,
        ),
        SampledField("tags[*]", "array[string]", {"array[string]": 1}, 1, 0, ("a",), is_documented=True),
        SampledField("void", "int", {}, 0, 1, is_documented=True),
        SampledField("gone", "date", is_documented=True, display_name="Gone"),
    ]  # fmt: skip


def test_what_holds_fields_is_no_field_beside_them() -> None:
    """Whether records show what is inside, or metadata tells it."""
    documented = [
        D("address", "object"),
        D("mails", "array"),
        D("a", "object"),
        D("a.b"),
        D("links", "array"),
    ]
    records = [{"address": {"city": "x"}, "mails": [{"at": "y"}]}]
    found = [one.path for one in sampled_fields(records, documented)]
    assert found == ["address.city", "mails[*].at", "a.b", "links"]


def test_a_documented_search_is_looked_up_in_the_records() -> None:
    """A custom field in a list of names and values is seen where that finds it."""
    documented = [D("cf[id=7].content", is_custom=True), D("cf[id=8].content", is_custom=True)]
    records = [
        {"cf": [{"id": "7", "content": "rye"}, {"id": "8", "content": None}]},
        {"cf": [{"id": 7, "content": 3}]},
        {"cf": []},
    ]
    found = {one.path: one for one in sampled_fields(records, documented)}
    assert found["cf[id=7].content"] == SampledField(
        "cf[id=7].content", "string", {"string": 1, "int": 1}, 2, 0, ("rye", 3),
        is_documented=True, is_custom=True,
    )  # fmt: skip
    eighth = found["cf[id=8].content"]
    assert (eighth.seen, eighth.nulls, eighth.is_custom) == (0, 1, True)


def test_a_name_with_dots_is_documented_in_back_quotes() -> None:
    """So is it found in records."""
    [found] = sampled_fields([{"custom.cf_1": "x"}], [D("`custom.cf_1`", is_custom=True)])
    assert (found.path, found.seen, found.is_custom) == ("`custom.cf_1`", 1, True)
