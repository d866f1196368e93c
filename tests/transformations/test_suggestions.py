"""Which field is likely meant: by name, by canonical model, by what values look like."""

import pytest

from valence.transformations import NO_CANON, Canon, SampledField, Suggestion, folded, suggest
from valence.transformations.suggestions import MOST_OFFERED, MOST_WANTED

S = SampledField


def field(path: str, kind: str = "string", *samples: object, label: str | None = None) -> S:
    types = {kind: max(len(samples), 1)}
    return S(path, kind, types, len(samples) or 1, 0, tuple(samples), display_name=label)


CANON = Canon(
    {"firstname": "firstName", "givenname": "firstName", "modifieddate": "modifiedDate"},
    {"firstName": "properties.fname", "modifiedDate": "changed"},
)

CASES: dict[str, tuple[tuple[str, str], list[S], Canon, tuple[str, tuple[str, ...]] | None]] = {
    "the same name": (("id", "string"), [field("id")], NO_CANON, ("id", ("name", "type"))),
    "in other case and separators": (
        ("firstName", "string"), [field("First-Name"), field("last_name")], NO_CANON,
        ("First-Name", ("name", "type"))),
    "in one word there": (("firstName", "string"), [field("properties.firstname")], NO_CANON, ("properties.firstname", ("name", "type"))),
    "and in one word here": (("postcode", "string"), [field("Post_Code")], NO_CANON, ("Post_Code", ("name", "type"))),
    "in another order": (
        ("createdDate", "date"), [field("date_created", "date", "2026-01-31")], NO_CANON,
        ("date_created", ("name", "value", "type"))),
    "one of several": (("email", "string"), [field("emails[*].email")], NO_CANON, ("emails[0].email", ("name", "type"))),
    "a list for a list": (
        ("mails[*].email", "string"), [field("emails[*].email")], NO_CANON, ("emails[*].email", ("name", "type"))),
    "a list of plain values": (
        ("tags", "array"), [field("tags[*]", "array[string]", "a")], NO_CANON, ("tags[*]", ("name", "type"))),
    "the shorter of two that end alike": (
        ("id", "string"), [field("company.id"), field("id")], NO_CANON, ("id", ("name", "type"))),
    "by its label": (
        ("nickname", "string"), [field("`custom.cf_9x`", label="Nickname")], NO_CANON,
        ("`custom.cf_9x`", ("name", "type"))),
    "what a canonical model says": (
        ("firstName", "string"), [field("properties.fname"), field("name")], CANON,
        ("properties.fname", ("canonical", "type"))),
    "by a synonym": (
        ("given_name", "string"), [field("properties.fname")], CANON, ("properties.fname", ("canonical", "type"))),
    "and by its values too": (
        ("modifiedDate", "date"), [field("changed", "date", "2026-01-31")], CANON,
        ("changed", ("canonical", "value", "type"))),
    "what values look like": (
        ("phone", "string"), [field("phone_numbers[*].number", "string", "+1 (650) 555-0101")], NO_CANON,
        ("phone_numbers[0].number", ("value", "type"))),
    "values that look otherwise": (("phone", "string"), [field("phone_numbers[*].number", "string", "none")], NO_CANON, None),
    "nothing alike": (("stage", "string"), [field("colour")], NO_CANON, None),
    "a type alone is no reason": (("amount", "number"), [field("colour", "number", 1)], NO_CANON, None),
    "a word for all of it": (("phone", "string"), [field("phone_no")], NO_CANON, ("phone_no", ("name", "type"))),
    "but not a word that many names have": (("id", "string"), [field("account_id")], NO_CANON, None),
    "a list where one value is": (("l[*].city", "string"), [field("address.city")], NO_CANON, None),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_likely_field_is_suggested(name: str) -> None:
    """With the reasons, or not at all."""
    wanted, offered, canon, expected = CASES[name]
    found = suggest([wanted], offered, canon=canon)
    assert [(one.vendor_path, one.why) for one in found] == ([] if expected is None else [expected])


def test_each_field_is_used_once_the_surest_first() -> None:
    """A field that fits two goes to the one that it fits better."""
    offered = [field("name"), field("last_name"), field("Id")]
    found = suggest(
        [("lastName", "string"), ("name", "string"), ("surname", "string"), ("id", "int")], offered
    )
    assert [(one.path, one.vendor_path) for one in found] == [
        ("lastName", "last_name"), ("name", "name"), ("id", "Id"),
    ]  # fmt: skip
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0.5 <= score <= 1 for score in scores)


def test_a_type_that_cannot_be_speaks_against() -> None:
    """Of two with the same words the one whose values fit is taken."""
    offered = [field("amount.text", "string", "ten"), field("amount_value", "number", 10)]
    [found] = suggest([("amount", "number")], offered)
    assert found.vendor_path == "amount_value"


def test_the_more_often_seen_wins_between_equals() -> None:
    """Empty fields are named like full ones at many vendors."""
    offered = [S("a.city", "string"), S("b.city", "string", {"string": 3}, 3)]
    assert suggest([("city", "string")], offered)[0].vendor_path == "b.city"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("firstName", "firstname"),
        ("first_name", "firstname"),
        ("First Name", "firstname"),
        ("emails[*].address", "emailaddress"),
        ("HTTPServer2", "httpserver2"),
        ("status", "status"),
        ("companies", "companie"),
    ],
)
def test_names_are_compared_by_their_words(path: str, text: str) -> None:
    """Without case, separators, brackets and the s of a plural."""
    assert folded(path) == text


def test_as_many_are_compared_as_a_person_can_look_at() -> None:
    """What is beyond is left alone, and the rest is quick."""
    offered = [field(f"f{number}") for number in range(MOST_OFFERED + 5)]
    wanted = [(f"f{number}", "string") for number in range(MOST_WANTED + 5)]
    assert len(suggest(wanted, offered)) == MOST_WANTED
    assert suggest([(f"f{MOST_OFFERED + 1}", "string")], offered) == []


def test_a_suggestion_is_a_value() -> None:
    """Equal where its parts are."""
    found = suggest([("id", "string")], [field("id")])
    assert found == [Suggestion("id", "id", 0.9, ("name", "type"))]
