"""The system level of common resources: read by id, kept as it is, cloned and then called."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.journeys.conftest import Caller
from valence.elements import Catalog, canonical_objects, templates_of

KEAP, CLOSE, HUBSPOT = "infusionsoftrest", "closeio", "hubspotcrm"


@pytest.fixture
def cleaned(caller: Caller) -> Iterator[Caller]:
    """The caller, without any common resource before and afterwards."""
    sweep(caller)
    yield caller
    sweep(caller)


def sweep(caller: Caller) -> None:
    """Delete what the organization holds."""
    for one in caller.call("GET", "/vdrs").json:
        caller.call("DELETE", f"/vdrs/{one['id']}")


def canonical(caller: Caller, name: str = "contacts") -> dict[str, Any]:
    """Return a system VDR, found by a filter as clients do."""
    where = quote(f"objectName='{name}'")
    found: list[dict[str, Any]] = caller.call("GET", f"/vdrs?systemOnly=true&where={where}").json
    assert len(found) == 1
    return found[0]


def test_canonical_shapes_are_vdrs_with_ids_that_stay(
    cleaned: Caller, plain_user: Caller, stranger: Caller
) -> None:
    """The same for everybody, each id its own, and not among the organization's."""
    listed = cleaned.call("GET", "/vdrs?systemOnly=true").json
    assert [one["objectName"] for one in listed] == [one.name for one in canonical_objects()]
    fields = [field["id"] for one in listed for field in one["fields"]]
    ids = [*(one["id"] for one in listed), *fields]
    assert len(set(ids)) == len(ids)
    assert all(2**52 <= number < 2**53 for number in ids)
    assert canonical(cleaned)["id"] == 4503601322024161
    assert {field["level"] for one in listed for field in one["fields"]} == {"system"}
    assert cleaned.call("GET", "/vdrs").json == []
    for caller in (plain_user, stranger):
        assert caller.call("GET", "/vdrs?systemOnly=true").json == listed
    contacts = canonical(cleaned)
    at = f"/vdrs/{contacts['id']}"
    for path in (at, f"{at}?systemOnly=true"):
        assert cleaned.call("GET", path).json == contacts
    mapped = {
        one.id
        for one in Catalog.load().all()
        if one.hub == "crm" and "contacts" in templates_of(one)
    }
    assert set(contacts["mappedElementIds"]) == mapped
    templates = cleaned.call("GET", f"{at}/transformations").json
    assert {one["elementKey"] for one in templates} >= {KEAP, CLOSE, HUBSPOT}
    assert len({one["id"] for one in templates}) == len(templates) == len(mapped)
    ids_of = {field["path"]: field["id"] for field in contacts["fields"]}
    for one in templates:
        assert cleaned.call("GET", f"{at}/transformations/{one['id']}").json == one
        assert all(field["vdrFieldId"] == ids_of[field["path"]] for field in one["fields"])
    own = cleaned.call("POST", "/vdrs", {"objectName": "own"}).json
    assert cleaned.call("GET", f"/vdrs/{own['id']}?systemOnly=true").status == 404
    assert cleaned.call("GET", f"/vdrs/{2**52}").status == 404
    assert cleaned.call("GET", f"{at}/transformations/1").status == 404


def test_the_system_level_is_nobodys_to_write(cleaned: Caller) -> None:
    """Every change is 200, ignored, and says so; what does not exist is 404."""
    contacts = canonical(cleaned)
    at = f"/vdrs/{contacts['id']}"
    before = cleaned.call("GET", f"{at}/transformations").json
    one = f"{at}/transformations/{before[0]['id']}"
    changes: list[tuple[str, str, Any]] = [
        ("PUT", at, {"objectName": "mine", "fields": []}),
        ("DELETE", at, None),
        ("POST", f"{at}/transformations", {"elementKey": "zendesk", "vendorName": "x"}),
        ("PUT", one, {"vendorName": "x"}),
        ("DELETE", one, None),
    ]
    for method, path, body in changes:
        told = cleaned.call(method, path, body)
        assert (told.status, "ignored" in told.headers["elements-error"]) == (200, True), path
        unknown = path.replace(str(contacts["id"]), str(2**52))
        assert cleaned.call(method, unknown, body).status == 404, path
    assert canonical(cleaned) == contacts
    assert cleaned.call("GET", f"{at}/transformations").json == before
    assert cleaned.call("GET", "/vdrs").json == []


def test_a_clone_is_of_the_level_and_the_elements_that_are_named(cleaned: Caller) -> None:
    """Under its own name or another; without elements none is mapped; a second one is 409."""
    clone = f"/vdrs/{canonical(cleaned)['id']}/clone"
    listed = f"{clone}?level=organization&elementKeys[]={CLOSE},{KEAP}"
    made = cleaned.call("POST", listed, {"objectName": "people"})
    assert made.status == 200, made.text
    assert made.json["objectName"] == "people"
    assert {field["level"] for field in made.json["fields"]} == {"organization"}
    assert len(made.json["mappedElementIds"]) == 2
    assert cleaned.call("GET", "/organizations/objects/people/definitions").json["fields"]
    at = "/organizations/elements/{}/transformations/people"
    template = cleaned.call("GET", f"/elements/{KEAP}/transformations").json["contacts"]
    found = cleaned.call("GET", at.format(KEAP)).json
    assert found["vendorName"] == template["vendorName"]
    assert [(f["path"], f["vendorPath"], f["level"]) for f in found["fields"]] == [
        (f["path"], f["vendorPath"], "organization") for f in template["fields"]
    ]
    assert found.get("script", {}).get("body") == template.get("script", {}).get("body")
    statuses = [cleaned.call("GET", at.format(key)).status for key in (CLOSE, HUBSPOT, "sfdc")]
    assert statuses == [200, 404, 404]
    assert cleaned.call("POST", listed, {"objectName": "people"}).status == 409
    bare = cleaned.call("POST", clone).json
    assert {field["level"] for field in bare["fields"]} == {"account"}
    assert (bare["objectName"], bare["mappedElementIds"]) == ("contacts", [])
    everything = cleaned.call(
        "POST", f"{clone}?cloneAllTransformations=true", {"objectName": "all"}
    )
    assert everything.json["mappedElementIds"] == canonical(cleaned)["mappedElementIds"]


REFUSED = {
    "an element without a template": ("?elementKeys[]=closeio,zendesk", {}, 404),
    "an unknown element": ("?elementKeys[]=closeio,nobody", {}, 404),
    "an instance": ("?level=instance", {}, 400),
    "a name with a slash": ("", {"objectName": "a/b"}, 400),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_clone_that_cannot_be_made_leaves_nothing(cleaned: Caller, name: str) -> None:
    """All of it or none."""
    query, body, status = REFUSED[name]
    answer = cleaned.call("POST", f"/vdrs/{canonical(cleaned)['id']}/clone{query}", body)
    assert answer.status == status, answer.text
    assert cleaned.call("GET", "/vdrs").json == []


def test_a_clone_is_for_who_may_write_its_level(
    cleaned: Caller, plain_user: Caller, sibling: Caller
) -> None:
    """An account's administrator clones into his account; a user cannot; one's own is no system's."""
    clone = f"/vdrs/{canonical(cleaned)['id']}/clone"
    refused = plain_user.call("POST", clone)
    assert (refused.status, refused.json["code"]) == (400, "nothing-to-write")
    assert sibling.call("POST", f"{clone}?level=organization").json["code"] == "nothing-to-write"
    made = sibling.call("POST", clone)
    assert made.status == 200, made.text
    assert cleaned.call("POST", f"/vdrs/{made.json['id']}/clone").status == 404
    sibling.call("DELETE", f"/vdrs/{made.json['id']}")


def test_a_clone_is_called(cleaned: Caller) -> None:
    """At once, on an instance that was there before."""
    vendor = cleaned.connected()
    (raw,) = vendor.call("GET", "/hubs/crm/contacts?pageSize=1").json
    assert "firstName" not in raw
    clone = f"/vdrs/{canonical(cleaned)['id']}/clone?cloneAllTransformations=true"
    assert cleaned.call("POST", clone).status == 200
    (record,) = vendor.call("GET", "/hubs/crm/contacts?pageSize=1").json
    assert record["firstName"] == raw["given_name"]
