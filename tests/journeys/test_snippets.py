"""Pieces of script kept for reuse: by level, for those who may see it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.conftest import Caller

AT = "/vdrs/snippets"
BODY = {
    "name": "upper",
    "body": "transformedObject.name = transformedObject.name.toUpperCase()",
    "description": "Names in capitals",
    "snippetType": "transformation",
}


@pytest.fixture
def tidy(caller: Caller) -> Iterator[Caller]:
    """The caller, whose organization has no snippet afterwards."""
    yield caller
    for one in caller.call("GET", AT).json:
        caller.call("DELETE", f"{AT}/{one['id']}")


def test_a_snippet_is_made_read_changed_and_gone(tidy: Caller) -> None:
    """What a change leaves out stays; the list has it while it is there."""
    made = tidy.call("POST", AT, BODY)
    assert made.status == 200, made.text
    shown = made.json
    assert {name: shown[name] for name in BODY} == BODY
    assert (type(shown["id"]), shown["level"]) == (int, "organization")
    one = f"{AT}/{shown['id']}"
    assert tidy.call("GET", one).json == shown
    assert tidy.call("GET", AT).json == [shown]
    assert tidy.call("GET", f"{AT}?systemOnly=true").json == []
    changed = tidy.call("PUT", one, {"name": "capitals", "level": "account"})
    assert changed.json == {**shown, "name": "capitals"}
    assert tidy.call("POST", AT, BODY).json["id"] > shown["id"]
    gone = tidy.call("DELETE", one)
    assert (gone.status, gone.json, "elements-error" in gone.headers) == (200, {}, False)
    assert [tidy.call(verb, one, body).status for verb, body in (
        ("GET", None), ("PUT", BODY), ("DELETE", None),
    )] == [404, 404, 404]  # fmt: skip


REFUSED: dict[str, dict[str, Any]] = {
    "no name": {"name": " "},
    "a name that is no text": {"name": 7},
    "no body": {"body": ""},
    "another type": {"snippetType": "hook"},
    "a description that is no text": {"description": ["x"]},
    "a level that is none": {"level": "instance"},
    "a level that is no text": {"level": {}},
    "too long": {"body": "x" * 200_001},
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_snippet_is_refused(tidy: Caller, name: str) -> None:
    """And nothing is kept."""
    refused = tidy.call("POST", AT, BODY | REFUSED[name])
    assert (refused.status, refused.json["code"]) == (400, "bad-body")
    assert tidy.call("GET", AT).json == []


def test_a_snippet_is_of_its_level(
    tidy: Caller, sibling: Caller, plain_user: Caller, stranger: Caller
) -> None:
    """Seen from below, written by who may; a foreign one is not there."""
    whole = tidy.call("POST", AT, BODY).json
    own = tidy.call("POST", AT, BODY | {"level": "account"}).json
    theirs = sibling.call("POST", AT, BODY).json
    assert (whole["level"], own["level"], theirs["level"]) == ("organization", "account", "account")
    seen = {
        "org-admin": (tidy, [whole["id"], own["id"]]),
        "a user of the account": (plain_user, [whole["id"], own["id"]]),
        "another account": (sibling, [whole["id"], theirs["id"]]),
        "another organization": (stranger, []),
    }
    for who, (caller, ids) in seen.items():
        assert [one["id"] for one in caller.call("GET", AT).json] == ids, who
    for level in ("organization", "system"):
        refused = sibling.call("POST", AT, BODY | {"level": level})
        assert (refused.status, refused.json["code"]) == (400, "nothing-to-write"), level
    assert plain_user.call("POST", AT, BODY).json["code"] == "nothing-to-write"
    for verb, body in (("PUT", {"name": "mine"}), ("DELETE", None)):
        told = sibling.call(verb, f"{AT}/{whole['id']}", body)
        assert (told.status, "ignored" in told.headers["elements-error"]) == (200, True), verb
        assert sibling.call(verb, f"{AT}/{own['id']}", body).status == 404
        assert stranger.call(verb, f"{AT}/{whole['id']}", body).status == 404
    assert tidy.call("GET", f"{AT}/{whole['id']}").json == whole
    assert sibling.call("DELETE", f"{AT}/{theirs['id']}").json == {}
    assert tidy.call("GET", f"{AT}/{2**62}").status == tidy.call("GET", f"{AT}/x").status == 404
