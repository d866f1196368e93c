"""A record made up for a transformation."""

import pytest

from valence.transformations import FieldMapping, Transformation, compile_plan, example

FIELDS = (
    FieldMapping("id", "Id", type="string", vendor_type="int"),
    FieldMapping("name.first", "given_name"),
    FieldMapping("mails[*].address", "emails[*].email"),
    FieldMapping("tags[*]", "tagList[*]"),
    FieldMapping("all", "Users[*]", type="array"),
    FieldMapping("first", "Products[0].id", type="number"),
    FieldMapping("at", "changed", type="date"),
    FieldMapping("kind"),
    FieldMapping("found", "Products[id=4].name"),
    FieldMapping("sought", "Products[?(@.id>4)].name"),
    FieldMapping("count", "Products[*].size()", type="int"),
)
WHOLE = Transformation("thing", "contacts", fields=FIELDS, passes_read=False, passes_written=False)
OURS = {
    "id": "text", "name": {"first": "text"}, "mails": [{"address": "text"}], "tags": ["text"],
    "all": [], "first": 1.5, "at": "2026-01-31T10:00:00Z", "found": "text",
}  # fmt: skip
THEIRS = {
    "Id": 1, "given_name": "text", "emails": [{"email": "text"}], "tagList": ["text"],
    "Users": [], "Products": [{"id": 1.5}, {"id": 4, "name": "text"}], "changed": "2026-01-31T10:00:00Z",
}  # fmt: skip


@pytest.mark.parametrize(("is_read", "expected"), [(True, THEIRS), (False, OURS)])
def test_it_has_what_can_be_written(is_read: bool, expected: dict[str, object]) -> None:
    """On the vendor's side or the caller's; predicates, counts and constants have no place."""
    assert example(WHOLE, is_read=is_read) == expected


def test_it_can_be_tried_out() -> None:
    """What is made up for the vendor's side fills the caller's fields."""
    made = compile_plan(WHOLE).read(example(WHOLE, is_read=True))
    assert made["mails"] == [{"address": "text"}]
    assert made["id"] == "1"
