"""The system level and who writes it: everybody sees what is changed, nobody else changes it."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.journeys.conftest import Caller
from valence.assembly import open_services
from valence.cli.children import command
from valence.settings import Settings

KEAP, CLOSE = "infusionsoftrest", "closeio"


def role(caller: Caller, verb: str, email: str = "demo@valence.example") -> int:
    """Give or take the role at a terminal, as the operator does; return the exit code."""
    environment = {**os.environ, "VALENCE_DATA_DIR": str(caller.hub.data_dir)}
    words = command("users", verb, email, "vdrAdmin")
    return subprocess.run(words, env=environment, capture_output=True, check=False).returncode


async def given(caller: Caller, *, is_one: bool) -> None:
    """Give or take the role in this process, which is quicker."""
    async with open_services(Settings(data_dir=caller.hub.data_dir)) as services:
        await services.tenancy.make_vdr_admin("demo@valence.example", is_one=is_one)


@pytest.fixture
def admin(caller: Caller) -> Iterator[Caller]:
    """The caller with the role; the system level is the catalog's before and afterwards."""
    asyncio.run(given(caller, is_one=True))
    before = system(caller)
    yield caller
    asyncio.run(given(caller, is_one=True))
    for one in caller.call("GET", "/vdrs").json:
        caller.call("DELETE", f"/vdrs/{one['id']}")
    restored = system(caller)
    for number in restored.keys() - before.keys():
        caller.call("DELETE", f"/vdrs/{number}?systemOnly=true")
    for number, one in before.items():
        if number not in restored:
            caller.call("POST", "/vdrs?systemOnly=true", one)
        elif restored[number] != one:
            caller.call("PUT", f"/vdrs/{number}?systemOnly=true", one)
    asyncio.run(given(caller, is_one=False))


def system(caller: Caller) -> dict[int, dict[str, Any]]:
    """Return the system level by id."""
    return {one["id"]: one for one in caller.call("GET", "/vdrs?systemOnly=true").json}


def contacts(caller: Caller) -> dict[str, Any]:
    """Return the canonical contacts."""
    where = quote("objectName='contacts'")
    found: dict[str, Any] = caller.call("GET", f"/vdrs?systemOnly=true&where={where}").json[0]
    return found


def ignored(answer: Any) -> bool:
    assert answer.status == 200, answer.text
    return "ignored" in answer.headers.get("elements-error", "")


def test_the_role_is_the_operators_to_give(caller: Caller) -> None:
    """It counts from the next call on, stands in the login, and is taken as it was given."""
    at = f"/vdrs/{contacts(caller)['id']}?systemOnly=true"
    change = {"description": "Ours"}

    def keys() -> list[str]:
        login = {"username": "demo@valence.example", "password": "Sandbox-2026!"}
        answer = caller.call("POST", "/authentication", login, authorization=None)
        return [one["key"] for one in answer.json["roles"]]

    before = contacts(caller)
    assert ignored(caller.call("PUT", at, {"fields": [{"path": "x", "level": "system"}]}))
    assert contacts(caller) == before
    assert keys() == ["org-admin"]
    assert role(caller, "grant") == 0
    assert keys() == ["org-admin", "vdrAdmin"]
    told = caller.call("PUT", at, change)
    assert (told.json["description"], ignored(told)) == ("Ours", False)
    assert caller.call("PUT", at, {"description": before["description"]}).json == before
    assert role(caller, "revoke") == 0
    assert keys() == ["org-admin"]
    caller.call("PUT", at, change)
    assert contacts(caller) == before


def test_a_changed_shape_is_everybodys_in_every_view(admin: Caller, stranger: Caller) -> None:
    """Fields keep their ids through a new path; the templates stay; clones are of what it is now."""
    before = contacts(admin)
    at = f"/vdrs/{before['id']}"
    first, *rest = before["fields"]
    fields = [
        {**first, "path": "key"},
        *rest,
        {"path": "vip", "type": "boolean", "level": "system"},
    ]
    told = admin.call("PUT", at, {"fields": fields})
    assert not ignored(told)
    by_path = {one["path"]: one for one in told.json["fields"]}
    assert (by_path["key"]["id"], by_path["vip"]["type"]) == (first["id"], "boolean")
    assert len(told.json["fields"]) == len(fields)
    for caller in (admin, stranger):
        assert contacts(caller)["fields"] == told.json["fields"]
        for path in (
            "/organizations/objects/contacts/definitions",
            "/accounts/objects/contacts/definitions",
            "/common-resources/contacts",
        ):
            assert (
                caller.call("GET", f"{path}?systemOnly=true").json["fields"] == told.json["fields"]
            )
        listed = caller.call("GET", "/organizations/objects/definitions?systemOnly=true").json
        assert listed["contacts"]["fields"] == told.json["fields"]
    assert contacts(admin)["mappedElementIds"] == before["mappedElementIds"]
    made = admin.call("POST", f"{at}/clone", {"objectName": "people"}).json
    assert {one["path"] for one in made["fields"]} == by_path.keys()
    assert {one["level"] for one in made["fields"]} == {"account"}


def test_a_new_resource_of_the_system_is_named_once(admin: Caller, stranger: Caller) -> None:
    """Made, mapped, renamed, read by strangers, and gone; what is of the catalog comes back."""
    body = {"objectName": "parcels", "fields": [{"path": "id", "level": "system"}]}
    made = admin.call("POST", "/vdrs", body)
    assert (made.status, ignored(made)) == (200, False)
    assert made.json["id"] >= 2**52
    assert admin.call("POST", "/vdrs", body).status == 409
    assert admin.call("POST", "/vdrs?systemOnly=true", {"objectName": "contacts"}).status == 409
    at = f"/vdrs/{made.json['id']}"
    template = {
        "elementKey": KEAP, "vendorName": "orders",
        "fields": [{"vdrFieldId": made.json["fields"][0]["id"], "vendorPath": "id", "level": "system"}],
    }  # fmt: skip
    mapped = admin.call("POST", f"{at}/transformations", template)
    assert (mapped.status, mapped.json["level"]) == (200, "system"), mapped.text
    assert admin.call("POST", f"{at}/transformations", template).status == 409
    seen = stranger.call("GET", f"{at}/transformations/{mapped.json['id']}").json
    assert [(f["path"], f["vendorPath"], f["level"]) for f in seen["fields"]] == [
        ("id", "id", "system")
    ]
    assert stranger.call("GET", f"/elements/{KEAP}/transformations").json["parcels"] == seen
    by_name = f"/organizations/elements/{KEAP}/transformations"
    assert stranger.call("GET", f"{by_name}/parcels?systemOnly=true").json == seen
    assert stranger.call("GET", f"{by_name}?systemOnly=true").json["parcels"] == seen
    assert stranger.call("GET", f"{by_name}/parcels").status == 404
    of_object = "/organizations/objects/parcels/transformations?systemOnly=true"
    assert stranger.call("GET", of_object).json == [seen]
    changed = admin.call(
        "PUT", f"{at}/transformations/{seen['id']}", template | {"vendorName": "o"}
    )
    assert (changed.json["vendorName"], changed.json["id"]) == ("o", seen["id"])
    renamed = admin.call("PUT", at, {"objectName": "packets"})
    assert (renamed.json["objectName"], renamed.json["id"]) == ("packets", made.json["id"])
    assert admin.call("PUT", at, {"objectName": "contacts"}).status == 409
    assert ignored(stranger.call("DELETE", f"{at}/transformations/{seen['id']}"))
    assert not ignored(admin.call("DELETE", f"{at}/transformations/{seen['id']}"))
    assert admin.call("GET", f"{at}/transformations").json == []
    assert ignored(stranger.call("DELETE", at))
    assert not ignored(admin.call("DELETE", at))
    assert stranger.call("GET", at).status == 404


def test_what_the_catalog_has_is_deleted_and_made_again(admin: Caller, stranger: Caller) -> None:
    """Under the id that it had, with the templates of the catalog."""
    before = contacts(admin)
    at = f"/vdrs/{before['id']}"
    assert not ignored(admin.call("DELETE", at))
    assert stranger.call("GET", at).status == 404
    assert before["id"] not in system(stranger)
    again = admin.call("POST", "/vdrs?systemOnly=true", before)
    assert (again.status, again.json["id"]) == (200, before["id"])
    assert again.json["mappedElementIds"] == before["mappedElementIds"]


def test_an_organization_adds_to_the_systems_resource(
    admin: Caller, plain_user: Caller, sibling: Caller, stranger: Caller
) -> None:
    """Its own fields stand beside the system's; those and the name are not its to change."""
    number = int(admin.connected().call("GET", "/contacts").headers["elements-element-instance-id"])
    asyncio.run(given(admin, is_one=False))
    before = contacts(admin)
    at, count = f"/vdrs/{before['id']}", len(before["fields"])
    more = {"path": "vip", "type": "boolean", "level": "organization"}
    told = admin.call("PUT", at, {**before, "fields": [*before["fields"], more]})
    assert not ignored(told), "what is as it was is not lost"
    assert len(told.json["fields"]) == count + 1
    assert len(admin.call("GET", at).json["fields"]) == count + 1
    assert admin.call("GET", f"{at}?systemOnly=true").json == before
    assert len(stranger.call("GET", at).json["fields"]) == count
    assert admin.call("GET", "/organizations/objects/contacts/definitions").json["fields"][0][
        "path"
    ] == "vip"  # fmt: skip
    broken = [{**one, "path": "x" + one["path"]} for one in told.json["fields"]]
    told = admin.call("PUT", at, {"objectName": "mine", "fields": broken})
    assert ignored(told)
    assert "the name" in told.headers["elements-error"]
    assert [one["path"] for one in told.json["fields"] if one["level"] == "organization"] == [
        "xvip"
    ]
    assert contacts(admin) == before
    ours = {"path": "mine", "level": "instance", "associatedId": number}
    told = plain_user.call("PUT", at, {"fields": [more, ours]})
    assert ignored(told)
    assert {one["path"] for one in told.json["fields"] if one["level"] != "system"} == {
        "xvip", "mine",
    }  # fmt: skip
    mapped = admin.call("POST", f"{at}/transformations", {
        "elementKey": KEAP, "vendorName": "contacts",
        "fields": [
            {"vdrFieldId": before["fields"][0]["id"], "vendorPath": "id", "level": "organization"},
            {"vdrFieldId": before["fields"][1]["id"], "vendorPath": "x", "level": "system"},
        ],
    })  # fmt: skip
    assert ignored(mapped)
    assert [one["level"] for one in mapped.json["fields"]] == ["organization"]
    assert mapped.json["id"] in {
        one["id"] for one in admin.call("GET", f"{at}/transformations?systemOnly=true").json
    }
    assert ignored(admin.call("DELETE", at))
    assert admin.call("GET", at).json == before
    assert admin.call("GET", "/vdrs").json == []


def test_a_system_transformation_is_of_the_catalogs_elements(admin: Caller) -> None:
    """Another is not everybody's to see."""
    made = admin.call("POST", f"/elements/{CLOSE}/clone")
    assert made.status == 200, made.text
    at = f"/vdrs/{contacts(admin)['id']}/transformations?systemOnly=true"
    body = {"elementId": made.json["id"], "vendorName": "x", "fields": [{"path": "a"}]}
    assert admin.call("POST", at, body).status == 400
    admin.call("DELETE", f"/elements/{made.json['id']}")


def test_the_view_of_other_organizations_is_the_administrators(
    admin: Caller, stranger: Caller
) -> None:
    """All that are named or none; without the role only one's own."""
    mine = admin.call("GET", "/organizations/me").json["id"]
    theirs = stranger.call("GET", "/organizations/me").json["id"]

    def versions() -> list[str]:
        return [
            caller.call("GET", "/organizations/me").json["vdrVersion"]
            for caller in (admin, stranger)
        ]

    at = "/vdrs/upgrade/v2?orgIds[]="
    for named in (1, 0, -1, 2**63, "x"):
        assert admin.call("PUT", f"{at}{theirs},{named}", {}).status == 404, named
    assert versions() == ["v1", "v1"]
    for _ in range(2):
        assert admin.call("PUT", f"{at}{theirs}", {}).status == 200
    assert versions() == ["v1", "v2"]
    assert admin.call("PUT", f"{at}{mine}&orgIds[]={theirs}", {}).status == 200
    assert versions() == ["v2", "v2"]
    assert admin.call("DELETE", f"{at}{mine},{theirs}").status == 200
    assert versions() == ["v1", "v1"]
    refused = stranger.call("PUT", f"{at}{theirs}", {})
    assert (refused.status, refused.json["code"]) == (403, "level-forbidden")
    assert stranger.call("PUT", "/vdrs/upgrade/v2", {}).status == 200
    assert versions() == ["v1", "v2"]


def test_a_snippet_of_the_system_is_everybodys(admin: Caller, stranger: Caller) -> None:
    """Kept and changed with the role alone."""
    body = {"name": "n", "body": "done({})", "level": "system"}
    made = admin.call("POST", "/vdrs/snippets", body).json
    one = f"/vdrs/snippets/{made['id']}"
    assert made["level"] == "system"
    assert stranger.call("GET", one).json == made
    assert stranger.call("GET", "/vdrs/snippets?systemOnly=true").json == [made]
    assert ignored(stranger.call("DELETE", one))
    assert not ignored(admin.call("DELETE", one))
    assert stranger.call("GET", one).status == 404
