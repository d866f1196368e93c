"""Objects of the caller's own shape, defined, mapped and called over real sockets."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.conftest import Caller

KEY = "infusionsoftrest"
FIELDS = [
    {"path": "id", "type": "string"},
    {"path": "firstName", "type": "string"},
    {"path": "name.last", "type": "string"},
    {"path": "mails[*].address", "type": "string"},
]
MAPPED = [
    {"path": "id", "vendorPath": "id", "vendorType": "number"},
    {"path": "firstName", "vendorPath": "given_name"},
    {"path": "name.last", "vendorPath": "family_name"},
    {"path": "mails[*].address", "vendorPath": "email_addresses[*].email"},
    {"path": "mails[*].kind", "vendorPath": "email_addresses[*].field"},
]
ONLY_MAPPED = {"type": "passThrough", "properties": {"fromVendor": False, "toVendor": False}}


def mapping(**more: Any) -> dict[str, Any]:
    return {"vendorName": "contacts", "fields": MAPPED, "configuration": [ONLY_MAPPED], **more}


@pytest.fixture
def clean(caller: Caller) -> Iterator[Caller]:
    """The caller, whose organization and account have nothing afterwards."""
    yield caller
    for level in ("organizations", "accounts"):
        listed = caller.call("GET", f"/{level}/elements/{KEY}/transformations")
        for name in listed.json if listed.status == 200 else ():
            caller.call("DELETE", f"/{level}/elements/{KEY}/transformations/{name}?propagate=true")
        caller.call("DELETE", f"/{level}/objects/definitions")


def test_a_definition_lives_at_its_level(clean: Caller) -> None:
    """Created once, replaced with its ids, renamed alone, and gone: 409, 404, 409, 404."""
    at = "/organizations/objects/my Contact/definitions".replace(" ", "%20")
    made = clean.call(
        "POST", at, {"fields": [*FIELDS, {"path": "x"}], "level": "account", "name": "y"}
    )
    assert made.status == 200, made.text
    shown = made.json
    assert (shown["objectName"], shown["level"], shown["vdrShared"]) == (
        "my Contact",
        "organization",
        False,
    )
    assert [(f["path"], f["type"], f["level"]) for f in shown["fields"]][-1] == (
        "x",
        "string",
        "organization",
    )
    assert clean.call("GET", at).json == shown
    assert clean.call("POST", at, {"fields": []}).status == 409
    ids = {field["path"]: field["id"] for field in shown["fields"]}
    renamed = [{"id": ids["x"], "path": "y"}, {"path": "id"}, {"path": "new", "id": 1}]
    put = clean.call("PUT", at, {"fields": renamed}).json
    assert {f["path"]: f["id"] for f in put["fields"]} | {"new": 0} == {
        "y": ids["x"],
        "id": ids["id"],
        "new": 0,
    }
    own = "/accounts/objects/my%20Contact/definitions"
    assert clean.call("GET", own).status == 404
    assert clean.call("POST", own, {"fields": [{"path": "a"}]}).status == 200
    assert clean.call("GET", "/accounts/objects/definitions").json.keys() == {"my Contact"}
    moved = clean.call("PATCH", "/accounts/objects/my%20Contact", {"objectName": "other"})
    assert moved.json["objectName"] == "other"
    assert clean.call("GET", own).status == 404
    assert clean.call("GET", at).json["id"] == shown["id"]
    assert clean.call("DELETE", at).status == 200
    gone = clean.call("GET", at)
    assert gone.status == 404
    assert gone.json["message"].startswith("No object definition found")
    assert clean.call("GET", "/organizations/objects/definitions").status == 404


def test_definitions_come_in_bulk_or_not_at_all(clean: Caller) -> None:
    """One that exists, or cannot be read, keeps the others out."""
    at = "/organizations/objects/definitions"
    assert clean.call("POST", at, {"a": {"fields": FIELDS}, "b": {"fields": []}}).status == 200
    assert clean.call("POST", at, {"c": {"fields": []}, "a": {"fields": []}}).status == 409
    bad = clean.call("POST", at, {"d": {"fields": []}, "e": {"fields": [{"path": "a["}]}})
    assert (bad.status, bad.json["code"]) == (400, "bad-path")
    assert clean.call("GET", at).json.keys() == {"a", "b"}
    path = f"/organizations/elements/{KEY}/transformations/a"
    assert clean.call("POST", path, mapping()).status == 200
    refused = clean.call("DELETE", at)
    assert (refused.status, refused.json["code"]) == (409, "object-mapped")
    assert clean.call("DELETE", path).status == 200
    assert clean.call("DELETE", at).status == 200


def test_a_transformation_lives_at_its_level(clean: Caller) -> None:
    """The object must be defined; 404, 200, 409; the engine goes one way; levels inherit."""
    at = f"/organizations/elements/{KEY}/transformations/thing"
    assert clean.call("POST", at, mapping()).status == 404
    clean.call("POST", "/organizations/objects/thing/definitions", {"fields": FIELDS})
    assert clean.call("GET", at).status == 404
    assert clean.call("PUT", at, mapping()).status == 404
    assert clean.call("POST", at, {"fields": []}).status == 400
    legacy = {"isLegacy": True, "script": {"body": "return transformedObject"}}
    made = clean.call("POST", at, mapping(**legacy, configuration=None))
    assert made.status == 200, made.text
    assert made.json["configuration"] == []
    assert made.json["fields"][0] == {
        "path": "id", "type": "string", "vendorPath": "id", "vendorType": "number",
        "level": "organization", "configuration": [],
    }  # fmt: skip
    assert clean.call("POST", at, mapping()).status == 409
    assert clean.call("PUT", at, mapping()).json["isLegacy"] is False
    assert clean.call("PUT", at, mapping(**legacy)).json["code"] == "engine-downgrade"
    below = f"/accounts/elements/{KEY}/transformations/thing"
    body = {"vendorName": "contacts", "fields": [{"path": "more", "vendorPath": "job_title"}]}
    own = clean.call("POST", below, body).json
    assert [field["path"] for field in own["fields"]] == ["more"]
    merged = clean.call("PUT", below, body | {"configuration": [{"type": "inherit"}]}).json
    assert {f["path"]: f["level"] for f in merged["fields"]} == {
        **{field["path"]: "organization" for field in MAPPED}, "more": "account",
    }  # fmt: skip
    assert merged["id"] == made.json["id"]
    listed = clean.call("GET", "/organizations/objects/thing/transformations").json
    assert [(one["level"], one["element"]["key"]) for one in listed] == [("organization", KEY)]
    assert clean.call("DELETE", f"{at}?propagate=true").status == 200
    assert clean.call("GET", below).status == 404


def test_levels_are_for_whom_they_belong_to(
    clean: Caller, plain_user: Caller, sibling: Caller, stranger: Caller
) -> None:
    """A lack of privilege or of the level is 403, before it is told whether anything is there."""
    at = "/organizations/objects/ours/definitions"
    clean.call("POST", at, {"fields": FIELDS})
    assert plain_user.call("GET", at).status == 200
    assert plain_user.call("POST", at, {"fields": []}).json["code"] == "privilege-missing"
    assert plain_user.call("DELETE", "/organizations/objects/none/definitions").status == 403
    assert sibling.call("POST", at, {"fields": []}).json["code"] == "level-forbidden"
    assert stranger.call("GET", at).status == 404
    mine = stranger.hub.secrets["accountId"]
    assert clean.call("GET", f"/accounts/{mine}/objects/definitions").status == 403
    theirs = sibling.hub.secrets["accountId"]
    assert clean.call("GET", f"/accounts/{theirs}/objects/definitions").status == 404
    assert sibling.call("GET", "/accounts/1/objects/definitions").status in (403, 404)
    assert clean.call("GET", "/accounts/999999/objects/definitions").status == 404
    connected = clean.connected()
    here = "/instances/objects/ours/definitions"
    made = connected.call("POST", here, {"fields": [{"path": "inst"}]})
    assert (made.status, made.json["level"]) == (200, "instance")
    assert [field["path"] for field in connected.call("GET", here).json["fields"]] == ["inst"]
    number = connected.call("GET", "/contacts").headers["elements-element-instance-id"]
    by_id = f"/instances/{number}/objects/ours/definitions"
    assert clean.call("GET", by_id).json == made.json
    assert stranger.call("GET", by_id).status == 403
