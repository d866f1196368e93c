"""Where the values of a mapped answer are said to be from."""

import json
from typing import Any

import pytest

from valence.transformations import (
    FieldMapping,
    Given,
    Transformation,
    checked,
    effective,
    provenance_of,
)
from valence.transformations.provenance import MOST_CHARACTERS

FIELDS = (
    FieldMapping("id", "Id"),
    FieldMapping("name.last", "LastName", level="account"),
    FieldMapping("mails[*].address", "emails[*].email"),
    FieldMapping("kind", default="person", level="instance"),
    FieldMapping("nothing"),
    FieldMapping("secret", "Secret", is_read=False),
    FieldMapping("shown", "Shown", is_written=False),
)
TOLD = {
    "id": {"vendorPath": "Id", "level": "organization"},
    "name.last": {"vendorPath": "LastName", "level": "account"},
    "mails[*].address": {"vendorPath": "emails[*].email", "level": "organization"},
    "kind": {"default": True, "level": "instance"},
    "shown": {"vendorPath": "Shown", "level": "organization"},
}
SCRIPTED: dict[str, tuple[Given, dict[str, Any]]] = {
    "a new field": (Given(x="account"), {"x": {"script": True, "level": "account"}}),
    "a mapped field": (
        Given({"name.last": "organization"}),
        {"name.last": {"script": True, "level": "organization"}},
    ),
    "the list around a field": (
        Given(mails="instance"),
        {"mails": {"script": True, "level": "instance"}, "mails[*].address": None},
    ),
    "a field with the same beginning": (
        Given(na="account"),
        {"na": {"script": True, "level": "account"}},
    ),
}


def told(*fields: FieldMapping, given: Given | None = None, is_read: bool = True) -> Any:
    return json.loads(provenance_of(Transformation("x", "X", fields), given or {}, is_read=is_read))


def test_a_field_is_the_vendors_or_a_default() -> None:
    """What is not read, or has no source, is not told."""
    assert told(*FIELDS) == TOLD


def test_what_goes_to_the_vendor_is_told_by_its_names() -> None:
    """With the path of the caller's that it was made of."""
    found = told(*FIELDS, is_read=False)
    assert found.keys() == {"Id", "LastName", "emails[*].email", "Secret"}
    assert found["LastName"] == {"path": "name.last", "level": "account"}


@pytest.mark.parametrize("name", SCRIPTED)
def test_a_script_stands_in_place_of_what_it_gave(name: str) -> None:
    """By itself, or by the object or list around it."""
    given, expected = SCRIPTED[name]
    merged = TOLD | expected
    assert told(*FIELDS, given=given) == {k: v for k, v in merged.items() if v is not None}


def test_a_long_one_is_cut_and_says_so() -> None:
    """Every entry that is there is whole, and those that are not are counted."""
    fields = [FieldMapping(f"field{number}", f"vëndor{number}") for number in range(500)]
    text = provenance_of(Transformation("x", "X", tuple(fields)), {}, is_read=True)
    found = json.loads(text)
    assert text.isascii()
    assert MOST_CHARACTERS - 100 < len(text) <= MOST_CHARACTERS
    assert found["field0"]["vendorPath"] == "vëndor0"
    assert found["..."] == {"more": 500 - (len(found) - 1)}
    assert "..." not in told(*fields[:50])


def test_levels_come_from_where_a_field_and_a_script_were_stored() -> None:
    """Also after they were merged."""
    script = {"body": "done({})"}
    above = checked(
        {"vendorName": "X", "fields": [{"path": "a", "vendorPath": "A"}], "script": script},
        level="organization",
    )
    below = checked(
        {
            "vendorName": "X",
            "fields": [{"path": "b", "vendorPath": "B"}],
            "configuration": [{"type": "inherit"}],
            "script": script,
        },
        level="instance",
    )
    found = effective([above, below], name="x")
    assert [one.level for one in found.fields] == ["organization", "instance"]
    assert [one.level for one in found.scripts] == ["organization", "instance"]
