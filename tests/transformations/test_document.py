"""What levels store of a transformation, and what they come to together."""

from typing import Any

import pytest

from valence.domain import InvalidRequest
from valence.transformations import Level, checked, compile_plan, effective, merged, old_masks

LEVELS: tuple[Level, ...] = ("organization", "account", "instance")
INHERIT = {"type": "inherit"}


def level(number: int, *options: Any, **more: Any) -> dict[str, Any]:
    fields = [{"path": f"field{number}", "vendorPath": f"v{number}"}]
    body = {"vendorName": f"V{number}", "fields": fields, "configuration": list(options), **more}
    return checked(body, level=LEVELS[number - 1])


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([level(1)], ["field1"]),
        ([level(1), level(2)], ["field2"]),
        ([level(1), level(2, INHERIT)], ["field1", "field2"]),
        ([level(1), level(2, INHERIT), level(3, INHERIT)], ["field1", "field2", "field3"]),
        ([level(1), level(2), level(3, INHERIT)], ["field2", "field3"]),
        ([level(1), level(2, {"type": "inherit", "properties": {"bool": "false"}})], ["field2"]),
        ([level(1), level(2, {"type": "inherit", "properties": {"bool": "true"}})], ["field1", "field2"]),
        ([level(2, INHERIT)], ["field2"]),
    ],
)  # fmt: skip
def test_a_level_replaces_those_above_unless_it_inherits(
    documents: list[dict[str, Any]], expected: list[str]
) -> None:
    """Fields keep the level they come from; the vendor's name is the most specific one's."""
    found = merged(documents)
    assert [field["path"] for field in found["fields"]] == expected
    assert {f"field{LEVELS.index(f['level']) + 1}" for f in found["fields"]} == set(expected)
    assert found["vendorName"] == documents[-1]["vendorName"]


def test_the_specific_wins_by_path_and_by_option() -> None:
    """And scripts run one after the other, the general first."""
    off = {"type": "passThrough", "properties": {"fromVendor": "false", "toVendor": False}}
    above = level(1, off, {"type": "addToDocumentation"}, script={"body": "done(1)"})
    on = {"type": "passThrough", "properties": {"fromVendor": True}}
    below = checked(
        {
            "vendorName": "V",
            "configuration": [INHERIT, on],
            "fields": [{"path": "field1", "vendorPath": "mine"}],
            "script": {"body": "done(2)", "filterEmptyResponse": "true"},
        },
        level="instance",
    )
    found = effective([above, below], name="o", types={"field1": "number"})
    assert (found.passes_read, found.passes_written, found.is_documented) == (True, True, True)
    assert [script.body for script in found.scripts] == ["done(1)", "done(2)"]
    assert [script.drops_empty for script in found.scripts] == [False, True]
    assert compile_plan(found).read({"mine": "5", "v1": 1}) == {"field1": 5, "v1": 1}


def test_options_of_a_field_close_a_direction() -> None:
    """By `remove`, or by a `passThrough` of its own."""
    options = {"a": ("remove", {"fromVendor": True}), "b": ("passThrough", {"toVendor": "false"})}
    fields = [
        {"path": p, "vendorPath": p.upper(), "configuration": [{"type": t, "properties": v}]}
        for p, (t, v) in options.items()
    ]
    plan = compile_plan(
        effective([checked({"vendorName": "V", "fields": fields}, level="account")], name="o")
    )
    assert plan.read({"A": "1", "B": "2"}) == {"b": "2"}
    assert plan.write({"a": "1", "b": "2"}) == {"A": "1"}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "vendorName"),
        ({"vendorName": " "}, "vendorName"),
        ({"vendorName": "V", "fields": {}}, "fields"),
        ({"vendorName": "V", "fields": [{"vendorPath": "x"}]}, r"fields\[0\]"),
        ({"vendorName": "V", "fields": [{"path": "a", "vendorPath": 3}]}, r"fields\[0\].vendorPath"),
        ({"vendorName": "V", "fields": [{"path": "b"}, {"path": "a["}]}, r"fields\[1\].path: .*a\["),
        ({"vendorName": "V", "fields": [{"path": "a", "vendorPath": "b."}]}, r"fields\[0\].vendorPath: .*'b\.'"),
        ({"vendorName": "V", "fields": [{"path": "a", "configuration": [
            {"type": "transformDate", "properties": {"pattern": "QQ"}}]}]}, r"fields\[0\].configuration: .*QQ"),
        ({"vendorName": "V", "configuration": {}}, "configuration"),
        ({"vendorName": "V", "configuration": [{}]}, "configuration"),
        ({"vendorName": "V", "configuration": [{"type": "inherit", "properties": 1}]}, "properties"),
        ({"vendorName": "V", "script": {"body": 1}}, "script.body"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_by_name(body: dict[str, Any], named: str) -> None:
    """Before anything is stored."""
    with pytest.raises(InvalidRequest, match=named):
        checked(body, level="organization")


MASKS = {"yyyy-mm-dd": True, "dd.mm.yy": True, "yyyy-MM-dd": False, "HH:mm": False, 7: False}


@pytest.mark.parametrize("mask", MASKS)
def test_a_mask_of_old_data_is_found(mask: Any) -> None:
    """In what a client sent, whatever else is wrong with it."""
    options = [
        7,
        {"type": "transformDate"},
        {"type": "transformDate", "properties": {"pattern": mask}},
    ]
    body = {"fields": [None, {"path": "a", "configuration": options}, {"configuration": "x"}]}
    assert old_masks(body) == (["a"] if MASKS[mask] else [])
    assert old_masks({"fields": "x"}) == []
