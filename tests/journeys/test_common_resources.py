"""Objects of the caller's own shape, defined, mapped and called over real sockets."""

import json
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
LEVELS = ("organization", "account")
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


def mails(*, raw: bool = False) -> dict[str, Any]:
    """Return an address, without which the vendor takes no contact."""
    if raw:
        return {"email_addresses": [{"email": "q@example.com", "field": "EMAIL1"}]}
    return {"mails": [{"address": "q@example.com", "kind": "EMAIL1"}]}


def defined(caller: Caller, name: str = "thing", **more: Any) -> None:
    """Define and map an object for the organization."""
    made = caller.call("POST", f"/organizations/objects/{name}/definitions", {"fields": FIELDS})
    assert made.status == 200, made.text
    at = f"/organizations/elements/{KEY}/transformations/{name}"
    mapped = caller.call("POST", at, mapping(**more))
    assert mapped.status == 200, mapped.text


@pytest.fixture
def mapped(clean: Caller) -> Caller:
    """A caller with an instance, whose organization has `thing` for contacts."""
    defined(clean)
    return clean.connected()


def test_a_mapped_object_has_every_verb(mapped: Caller) -> None:
    """Created, read, changed, listed and deleted in the caller's own names."""
    grace = {
        "firstName": "Grace",
        "name": {"last": "Hopper"},
        "mails": [{"address": "grace@example.com", "kind": "EMAIL1"}],
        "unmapped": "stays here",
    }
    made = mapped.call("POST", "/hubs/crm/thing", grace)
    assert made.status == 200, made.text
    shown = made.json
    number = shown.pop("id")
    assert number.isdecimal(), "a vendor's number is declared a text"
    assert shown == {key: value for key, value in grace.items() if key != "unmapped"}
    one = f"/hubs/crm/thing/{number}"
    assert mapped.call("GET", one).json == {"id": number, **shown}
    changed = mapped.call("PATCH", one, {"name": {"last": "H."}}).json
    assert changed == {"id": number, **shown, "name": {"last": "H."}}
    raw = mapped.call("GET", f"/contacts/{number}").json
    assert (raw["id"], raw["family_name"], raw["given_name"]) == (int(number), "H.", "Grace")
    listed = mapped.call("GET", "/thing?pageSize=50")
    assert {frozenset(record) for record in listed.json} <= {
        frozenset(keys) for keys in (
            ("id", "firstName", "name", "mails"), ("id", "firstName", "name"), ("id", "mails"),
        )
    }  # fmt: skip
    raws = mapped.call("GET", "/contacts?pageSize=50").json
    assert [record["id"] for record in listed.json] == [str(record["id"]) for record in raws]
    assert mapped.call("DELETE", one).status == 200
    assert mapped.call("GET", one).status == 404


def test_queries_say_the_callers_names(mapped: Caller) -> None:
    """Where, order and fields are the vendor's on their way to it; pages go on by token."""
    for first in ("Ada", "Bea", "Cleo"):
        mapped.call("POST", "/thing", {"firstName": first, "name": {"last": "Query"}} | mails())
    where = "/thing?where=firstName%3D'Bea'%20and%20name.last%3D'Query'"
    found = mapped.call("GET", where)
    assert [record["firstName"] for record in found.json] == ["Bea"], found.text
    chosen = mapped.call("GET", f"{where}&fields=name.last,id").json
    assert [set(record) for record in chosen] == [{"name", "id"}]
    plain = mapped.call("GET", "/contacts?where=given_name%3D'Bea'&fields=given_name").json
    assert plain == [{"given_name": "Bea"}]
    ordered = mapped.call("GET", "/thing?orderBy=id%20desc&pageSize=2")
    numbers = [int(record["id"]) for record in ordered.json]
    assert numbers == sorted(numbers, reverse=True)
    token = ordered.headers["elements-next-page-token"]
    following = mapped.call("GET", f"/thing?orderBy=id%20desc&pageSize=2&nextPage={token}").json
    assert int(following[0]["id"]) < numbers[-1]
    refused = mapped.call("GET", "/thing?where=mails.address%3D'x'%20or%201")
    assert refused.status == 400


def test_unmapped_fields_pass_unless_told_otherwise(clean: Caller) -> None:
    """With pass-through the vendor's fields stand beside the mapped ones, both ways."""
    defined(
        clean, "wide", configuration=[], fields=[{"path": "key", "vendorPath": "id"}],
    )  # fmt: skip
    connected = clean.connected()
    made = connected.call(
        "POST", "/wide", {"given_name": "Kim", "family_name": "W"} | mails(raw=True)
    ).json
    assert (made["given_name"], "id" in made) == ("Kim", False)
    assert connected.call("GET", f"/wide/{made['key']}").json["family_name"] == "W"


def test_a_resource_is_shaped_under_its_own_name(clean: Caller) -> None:
    """A transformation with the name of a resource keeps its path; children are not touched."""
    before = clean.connected()
    before.call("POST", "/contacts", {"given_name": "Kim"} | mails(raw=True))
    raw = before.call("GET", "/contacts?pageSize=1").json
    assert "given_name" in raw[0]
    defined(clean, "contacts")
    shaped = before.call("GET", "/hubs/crm/contacts?pageSize=1").json
    assert "firstName" in shaped[0], "workers that knew the instance know of it"
    assert "given_name" not in shaped[0]
    child = before.call("GET", f"/contacts/{shaped[0]['id']}/tags")
    assert child.status == 200
    clean.call("DELETE", f"/organizations/elements/{KEY}/transformations/contacts")
    assert before.call("GET", "/contacts?pageSize=1").json == raw


def test_levels_come_together_for_an_instance(clean: Caller) -> None:
    """Organization, account and instance each add a field; the more specific replaces or inherits."""
    clean.call("POST", "/organizations/objects/person/definitions", {"fields": []})
    connected = clean.connected()
    number = connected.call(
        "POST", "/contacts", {"given_name": "L", "family_name": "V"} | mails(raw=True)
    ).json["id"]
    seen = []
    for at, fields in (
        (f"/organizations/elements/{KEY}", {"path": "a", "vendorPath": "id"}),
        (f"/accounts/elements/{KEY}", {"path": "b", "vendorPath": "given_name"}),
        ("/instances", {"path": "c", "vendorPath": "family_name"}),
    ):
        body = mapping(fields=[fields], configuration=[ONLY_MAPPED, {"type": "inherit"}])
        made = connected.call("POST", f"{at}/transformations/person", body)
        assert made.status == 200, made.text
        seen.append(set(connected.call("GET", f"/person/{number}").json))
    assert seen == [{"a"}, {"a", "b"}, {"a", "b", "c"}]
    assert set(clean.connected().call("GET", f"/person/{number}").json) == {"a", "b"}
    connected.call("PUT", "/instances/transformations/person", mapping(fields=[fields]))
    assert set(connected.call("GET", f"/person/{number}").json) == {"c"}


def test_mapped_objects_are_listed_and_described(clean: Caller) -> None:
    """Among the objects, with the fields that are mapped, and in documents that are asked to."""
    defined(clean, configuration=[ONLY_MAPPED, {"type": "addToDocumentation"}])
    connected = clean.connected()
    assert "thing" in connected.call("GET", "/objects").json
    helium = connected.call("GET", "/hubs/crm/objects", headers={"Elements-Version": "Helium"}).json
    assert [one for one in helium if one["type"] == "vdr"] == [
        {"name": "thing", "vendorName": "contacts", "type": "vdr"}
    ]
    fields = connected.call("GET", "/objects/thing/metadata").json["fields"]
    assert {field["path"]: field["vendorPath"] for field in fields} == {
        field["path"]: field["vendorPath"] for field in MAPPED
    }
    assert [field for field in fields if "vendorNativeType" not in field] == []
    document = connected.call("GET", "/instances/docs").json
    assert {"/thing", "/contacts"} <= document["paths"].keys()
    assert set(document["definitions"]["thing"]["properties"]) == {
        "id",
        "firstName",
        "name",
        "mails",
    }
    assert "/thing" in clean.call("GET", f"/elements/{KEY}/docs").json["paths"]
    assert set(connected.call("GET", "/objects/thing/docs").json["definitions"]) >= {"thing"}


def test_a_script_reworks_what_was_mapped(clean: Caller) -> None:
    """Both ways; what fails in it is told beside the mapped record, which stands."""
    script = """
    if (fromVendor) {
      if (originalObject.given_name === "Fail") { transformedObject.firstName = "no"; none.such }
      transformedObject.whole = `${originalObject.given_name} ${transformedObject.name.last}`;
      console.log("seen");
    } else transformedObject.family_name = transformedObject.family_name.toUpperCase();
    done(transformedObject);"""
    defined(clean, script={"body": script})
    connected = clean.connected()
    made = connected.call(
        "POST", "/thing", {"firstName": "Sue", "name": {"last": "Script"}} | mails()
    )
    assert (made.json["name"]["last"], made.json["whole"]) == ("SCRIPT", "Sue SCRIPT")
    assert "elements-error" not in made.headers
    connected.call("POST", "/thing", {"firstName": "Fail", "name": {"last": "Script"}} | mails())
    page = connected.call("GET", "/thing?where=name.last%3D'SCRIPT'")
    assert {(one["firstName"], one.get("whole")) for one in page.json} == {
        ("Sue", "Sue SCRIPT"), ("Fail", None),
    }  # fmt: skip
    assert "ignored: ReferenceError" in page.headers["elements-error"]


SCRIPTS = {
    "a new object": ({"body": "done({n: 1})"}, {"n": 1}),
    "never calls done": ({"body": "console.log('x'); transformedObject.x = 1"}, {"id": "7", "x": 1}),
    "calls it later": ({"body": "setTimeout(() => done({late: true}), 50)"}, {"late": True}),
    "awaits": ({"body": "await null; done({late: true})"}, {"late": True}),
    "nothing": ({"body": "done()"}, {}),
    "may not assign": ({"body": "transformedObject = {}; done({})"}, {"id": "7"}),
    "does not parse": ({"body": "done({"}, {"id": "7"}),
    "runs away": ({"body": "while (true) {}"}, {"id": "7"}),
    "answers for all": ({"body": "finish({made: 1}); done({})"}, {"id": "7"}),
    "answers nothing for all": ({"body": "finish()"}, {"id": "7"}),
    "spoils the errors": ({"body": "errors.push(1); done({})"}, {"id": "7"}),
    "forgets the others": ({"body": "finish({made: [], errors: []})"}, {"id": "7"}),
    "library": ({"body": "done({h: CE.b64('ä'), u: require('lodash').upperCase('ab')})"}, {"h": "w6Q=", "u": "AB"}),
}  # fmt: skip
FAILING = {
    *("may not assign", "does not parse", "runs away", "answers for all"),
    *("answers nothing for all", "spoils the errors", "forgets the others"),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_a_script_may_do(clean: Caller, name: str) -> None:
    """Tried out without the vendor; a failing one is told in a header that says ignored."""
    script, expected = SCRIPTS[name]
    fields = [{"path": "id", "vendorPath": "id"}]
    defined(clean, script=script, fields=fields)
    element_id = clean.call("GET", f"/elements/{KEY}").json["id"]
    body = {"payload": {"id": 7, "given_name": "x"}, "elementId": element_id}
    ran = clean.call("POST", "/transformations/thing/execute", body)
    assert (ran.status, ran.json) == (200, expected), ran.text
    assert ("ignored" in ran.headers.get("elements-error", "")) is (name in FAILING)


def test_a_legacy_script_returns(clean: Caller) -> None:
    """Where `isLegacy` says so."""
    script = {"body": "transformedObject.f = fromVendor; return transformedObject"}
    defined(clean, script=script, isLegacy=True, fields=[{"path": "id", "vendorPath": "id"}])
    connected = clean.connected()
    number = connected.call("POST", "/contacts", {"given_name": "L"} | mails(raw=True)).json["id"]
    assert connected.call("GET", f"/thing/{number}").json == {"id": str(number), "f": True}


def test_a_transformation_is_tried_out_in_both_directions(mapped: Caller) -> None:
    """By element or by instance; what is not mapped, or names neither, is refused."""
    number = int(mapped.call("GET", "/contacts").headers["elements-element-instance-id"])
    at = "/transformations/thing/execute"
    payload = {"id": 5, "given_name": "Ada", "other": 1}
    read = mapped.call("POST", at, {"payload": payload, "instanceId": number})
    assert read.json == {"id": "5", "firstName": "Ada"}
    back = {"payload": read.json, "instanceId": number, "method": "PATCH"}
    assert mapped.call("POST", at, back).json == {"id": 5, "given_name": "Ada"}
    assert mapped.call("POST", at, {"payload": payload}).status == 400
    assert mapped.call("POST", at, {"instanceId": number}).status == 400
    none = mapped.call(
        "POST", "/transformations/none/execute", {"payload": {}, "instanceId": number}
    )
    assert none.status == 404


def test_an_answer_tells_where_its_values_are_from(mapped: Caller) -> None:
    """On request alone: the vendor's path and the level, or the script and its level."""
    record = mapped.call("POST", "/thing", {"firstName": "Pro", "name": {"last": "V"}} | mails())
    assert "elements-provenance" not in record.headers
    below = {
        "vendorName": "contacts",
        "fields": [{"path": "nick", "vendorPath": "given_name"}],
        "configuration": [{"type": "inherit"}],
        "script": {
            "body": "transformedObject.name.last += '!'; transformedObject.x = {y: 1};"
            "done(transformedObject)"
        },
    }
    assert mapped.call("POST", "/instances/transformations/thing", below).status == 200
    expected = {
        "id": {"vendorPath": "id", "level": "organization"},
        "firstName": {"vendorPath": "given_name", "level": "organization"},
        "mails[*].address": {"vendorPath": "email_addresses[*].email", "level": "organization"},
        "mails[*].kind": {"vendorPath": "email_addresses[*].field", "level": "organization"},
        "nick": {"vendorPath": "given_name", "level": "instance"},
        "name.last": {"script": True, "level": "instance"},
        "x.y": {"script": True, "level": "instance"},
    }
    at = f"/thing/{record.json['id']}"
    for path in (f"{at}?provenance=true", "/thing?provenance=true&pageSize=2"):
        answer = mapped.call("GET", path)
        assert answer.status == 200, answer.text
        assert json.loads(answer.headers["elements-provenance"]) == expected
        assert "elements-error" not in answer.headers
    for path in (at, f"{at}?provenance=false", "/contacts?provenance=true"):
        assert "elements-provenance" not in mapped.call("GET", path).headers
    number = int(answer.headers["elements-element-instance-id"])
    body = {"payload": {"id": 1, "family_name": "F"}, "instanceId": number}
    tried = mapped.call("POST", "/transformations/thing/execute?provenance=true", body)
    assert json.loads(tried.headers["elements-provenance"]) == expected
    back = mapped.call(
        "POST", "/transformations/thing/execute?provenance=true", {**body, "method": "POST"}
    )
    assert json.loads(back.headers["elements-provenance"])["id"] == {
        "path": "id",
        "level": "organization",
    }
    plain = mapped.call("POST", "/transformations/thing/execute", body)
    assert "elements-provenance" not in plain.headers
    assert plain.json == tried.json


@pytest.fixture
def swept(clean: Caller) -> Iterator[Caller]:
    """The caller, without any common resource afterwards."""
    yield clean
    for one in clean.call("GET", "/common-resources").json:
        clean.call("DELETE", f"/common-resources/{one['name']}?force=true")


def test_a_common_resource_is_one_over_its_levels(swept: Caller) -> None:
    """Fields go to the levels they name, renamed paths follow into mappings, names move whole."""
    connected = swept.connected()
    number = int(connected.call("GET", "/contacts").headers["elements-element-instance-id"])
    fields = [
        {"path": "orgId", "type": "string", "associatedLevel": "organization"},
        {"path": "accId", "associatedLevel": "account"},
        {"path": "instId", "associatedLevel": "instance", "associatedId": number},
    ]
    made = swept.call("PUT", "/common-resources", {"name": "mine", "fields": fields})
    assert (made.status, made.json["name"]) == (200, "mine"), made.text
    assert [(f["path"], f["associatedLevel"]) for f in made.json["fields"]] == [
        ("orgId", "organization"), ("accId", "account"), ("instId", "instance"),
    ]  # fmt: skip
    own = swept.call("GET", "/accounts/objects/mine/definitions").json
    assert [field["path"] for field in own["fields"]] == ["accId"]
    mapped = [
        {**field, "vendorPath": place}
        for field, place in zip(fields, ("id", "given_name", "family_name"), strict=True)
    ]
    put = swept.call("PUT", "/transformations", {
        "level": "instance", "objectName": "mine", "vendorName": "contacts",
        "elementInstanceId": number, "fields": mapped,
        "configuration": [ONLY_MAPPED, {"type": "inherit"}],
    })  # fmt: skip
    assert put.status == 200, put.text
    assert {f["path"]: f["level"] for f in put.json["fields"]} == {
        "orgId": "organization", "accId": "account", "instId": "instance",
    }  # fmt: skip
    shown = swept.call("GET", "/common-resources/mine").json
    element_id = swept.call("GET", f"/elements/{KEY}").json["id"]
    assert (shown["mappedElementIds"], shown["elementInstanceIds"]) == ([element_id], [number])
    changed = [
        {
            "path": f["path"] + "2",
            "oldPath": f["path"],
            **{k: v for k, v in f.items() if k != "path"},
        }
        for f in fields
    ]
    again = swept.call(
        "PUT", "/common-resources", {"name": "mine", "fields": fields, "changedFields": changed}
    )
    assert [f["path"] for f in again.json["fields"]] == ["orgId2", "accId2", "instId2"]
    assert [f["id"] for f in again.json["fields"]] == [f["id"] for f in made.json["fields"]]
    body = {"given_name": "G", "family_name": "F"} | mails(raw=True)
    record = connected.call("POST", "/contacts", body).json["id"]
    expected = {"orgId2": str(record), "accId2": "G", "instId2": "F"}
    assert connected.call("GET", f"/mine/{record}").json == expected
    assert swept.call("PATCH", "/common-resources/mine", {"name": "yours"}).json["name"] == "yours"
    assert swept.call("GET", "/common-resources/mine").status == 404
    assert connected.call("GET", f"/yours/{record}").json == expected
    assert swept.call("GET", f"/vdrs/{shown['id']}").json["objectName"] == "yours"
    for verb, status in (("v2", 200), ("v2", 200)):
        assert swept.call("PUT", f"/vdrs/upgrade/{verb}", {}).status == status
    assert swept.call("GET", "/organizations/me").json["vdrVersion"] == "v2"
    assert connected.call("GET", f"/yours/{record}").json == expected
    assert swept.call("GET", "/organizations/objects/yours/definitions").json["id"] == shown["id"]
    assert swept.call("DELETE", "/vdrs/upgrade/v2").json == {"vdrVersion": "v1"}
    refused = swept.call("DELETE", "/common-resources/yours")
    assert (refused.status, refused.json["code"]) == (409, "object-mapped")
    assert swept.call("DELETE", "/common-resources/yours?force=true").status == 200
    assert swept.call("GET", "/common-resources/yours").status == 404
    assert connected.call("GET", f"/yours/{record}").status != 200


def test_a_renamed_field_is_renamed_at_the_levels_that_are_written(
    swept: Caller, sibling: Caller
) -> None:
    """Neither another account's transformations follow nor those of a level that is not his."""
    fields = [{"path": level, "associatedLevel": level} for level in LEVELS]
    assert swept.call("PUT", "/common-resources", {"name": "ours", "fields": fields}).status == 200
    for level in LEVELS:
        body = {"vendorName": "contacts", "fields": [{"path": level, "vendorPath": "id"}]}
        at = f"/{level}s/elements/{KEY}/transformations/ours"
        assert swept.call("POST", at, body).status == 200
    renamed = [{"path": "other", "oldPath": level, "associatedLevel": level} for level in LEVELS]
    own = [{"path": "other", "associatedLevel": "account"}]
    made = sibling.call(
        "PUT", "/common-resources", {"name": "ours", "fields": own, "changedFields": renamed}
    )
    assert made.status == 200, made.text
    for level in LEVELS:
        shown = swept.call("GET", f"/{level}s/elements/{KEY}/transformations/ours").json
        assert [field["path"] for field in shown["fields"]] == [level]
    assert sibling.call("DELETE", "/accounts/objects/ours/definitions").status == 200


@pytest.mark.parametrize("given", [[], {}, True, "1", 1.5, None])
def test_an_id_that_is_none_is_no_fields(swept: Caller, given: object) -> None:
    """Whatever stands for the id of a field, it gets one of its own."""
    body = {"fields": [{"path": "a", "id": given}]}
    made = swept.call("POST", "/organizations/objects/numbered/definitions", body)
    assert made.status == 200, made.text
    assert type(made.json["fields"][0]["id"]) is int


def test_what_a_common_resource_view_refuses(
    swept: Caller, plain_user: Caller, sibling: Caller
) -> None:
    """No name, a level that is none, a field without a path; and who may not."""
    at = "/common-resources"
    bad = [
        {"fields": []},
        {"name": "x", "fields": [{"path": "a", "associatedLevel": "moon"}]},
        {"name": "x", "fields": [{"path": ""}]},
        {"name": "x", "fields": 1},
    ]
    assert [swept.call("PUT", at, body).status for body in bad] == [400] * 4
    assert swept.call("GET", f"{at}/x").status == 404
    assert plain_user.call("PUT", at, {"name": "x"}).json["code"] == "privilege-missing"
    assert sibling.call("PUT", at, {"name": "x"}).json["code"] == "level-forbidden"
    nowhere = {"level": "organization", "objectName": "none", "vendorName": "contacts"}
    assert swept.call("PUT", "/transformations", nowhere).status == 400
    assert swept.call("PUT", "/transformations", nowhere | {"elementKey": KEY}).status == 404


def test_an_export_imports_again(swept: Caller, sibling: Caller, stranger: Caller) -> None:
    """The same document comes out, with elements that are not here; forbidden levels are told."""
    off = {"type": "passThrough", "properties": {"fromVendor": False, "toVendor": False}}
    script = {"body": "done(transformedObject)", "mimeType": "application/javascript",
              "filterEmptyResponse": False, "level": "organization"}  # fmt: skip
    document = {
        "vdrName": "catalogThing",
        "vdrVersion": "v1",
        "definition": {
            "objectName": "catalogThing", "createdDate": "2020-11-20 09:38:43.675231", "vdrShared": True,
            "fields": [
                {"path": "list[*].code", "type": "string", "level": "organization"},
                {"path": "at", "type": "string", "level": "account"},
                {"path": "at", "type": "string", "level": "organization"},
            ],
        },
        "transformation": {
            "elsewhere": {
                "objectName": "catalogThing", "elementKey": "elsewhere", "vendorName": "Thing", "isLegacy": False,
                "configuration": [{**off, "level": "account"}, {"type": "inherit", "level": "account"}],
                "fields": [
                    {"path": "at", "type": "string", "vendorPath": "a.at", "vendorType": "date", "level": "account"},
                    {"path": "list[*].code", "vendorPath": "l.x[*].c", "level": "organization",
                     "configuration": [{"type": "passThrough", "properties": {"toVendor": False}}]},
                ],
                "script": script, "scripts": [script],
            },
        },
    }  # fmt: skip
    made = swept.call("PUT", "/vdrs/import", document)
    assert (made.status, made.json) == (200, {"vdrName": "catalogThing"}), made.text
    assert "elements-error" not in made.headers
    out = swept.call("GET", "/vdrs/catalogThing/export").json
    assert [(f["path"], f["level"]) for f in out["definition"]["fields"]] == [
        ("list[*].code", "organization"), ("at", "organization"), ("at", "account"),
    ]  # fmt: skip
    mapped = out["transformation"]["elsewhere"]
    assert mapped["scripts"] == [script]
    assert {option["type"]: option["level"] for option in mapped["configuration"]} == {
        "passThrough": "account", "inherit": "account",
    }  # fmt: skip
    assert {f["path"]: f["level"] for f in mapped["fields"]} == {
        "at": "account",
        "list[*].code": "organization",
    }
    assert swept.call("PUT", "/vdrs/import", out).status == 200
    again = swept.call("GET", "/vdrs/catalogThing/export").json
    assert again == out
    stranger.call("PUT", "/vdrs/import", out)
    assert (
        stranger.call("GET", "/vdrs/catalogThing/export").json["transformation"]
        == out["transformation"]
    )
    told = sibling.call("PUT", "/vdrs/import", {**out, "vdrName": "catalogThing"})
    assert (told.status, "ignored" in told.headers["elements-error"]) == (200, True)
    broken = {**out, "vdrName": "half", "transformation": {"elsewhere": {"vendorName": ""}}}
    assert swept.call("PUT", "/vdrs/import", broken).status == 400
    assert swept.call("GET", "/vdrs/half/export").status == 404


def test_a_vdr_is_written_as_far_as_each_may(
    swept: Caller, plain_user: Caller, sibling: Caller, stranger: Caller
) -> None:
    """Four fields: the organization's administrator 4, an account's 3, a user 2; one less after a PUT."""
    numbers = [
        int(swept.connected().call("GET", "/contacts").headers["elements-element-instance-id"])
        for _ in range(2)
    ]
    fields = [
        {"path": "o", "type": "string", "level": "organization"},
        {"path": "a", "type": "string", "level": "account"},
        *({"path": "i", "type": "string", "level": "instance", "associatedId": n} for n in numbers),
    ]
    for caller, expected in ((swept, 4), (sibling, 3), (plain_user, 2)):
        name = f"vdr{expected}"
        made = caller.call("POST", "/vdrs", {"objectName": name, "fields": fields})
        assert made.status == 200, made.text
        assert len(made.json["fields"]) == expected
        assert ("ignored" in made.headers.get("elements-error", "")) is (expected != 4)
        at = f"/vdrs/{made.json['id']}"
        assert caller.call("GET", at).json == made.json
        ids = [field["id"] for field in made.json["fields"]]
        less = made.json["fields"][:-1]
        less[0] = {**less[0], "path": "renamed"}
        put = caller.call("PUT", at, {"fields": less})
        assert (put.status, "elements-error" in put.headers) == (200, False), put.text
        assert [field["id"] for field in put.json["fields"]] == ids[:-1]
        assert put.json["fields"][0]["path"] == "renamed"
        assert swept.call("GET", at).status == plain_user.call("GET", at).status == 200
        assert stranger.call("GET", at).status == 404
        assert caller.call("POST", "/vdrs", {"objectName": name, "fields": fields}).status == 409
    assert {one["objectName"] for one in swept.call("GET", "/vdrs").json} == {
        "vdr4",
        "vdr3",
        "vdr2",
    }
    where = "/vdrs?where=objectName%20in%20('vdr4','none')"
    (four,) = swept.call("GET", where).json
    told = plain_user.call("DELETE", f"/vdrs/{four['id']}")
    assert (told.status, "ignored" in told.headers["elements-error"]) == (200, True)
    assert {f["level"] for f in swept.call("GET", f"/vdrs/{four['id']}").json["fields"]} == {
        "organization", "account",
    }  # fmt: skip
    assert "elements-error" not in swept.call("DELETE", f"/vdrs/{four['id']}").headers
    assert swept.call("GET", f"/vdrs/{four['id']}").status == 404
    for one in swept.call("GET", "/vdrs").json:
        for caller in (swept, sibling):
            caller.call("DELETE", f"/vdrs/{one['id']}")


def test_a_vdr_is_mapped_by_the_ids_of_its_fields(swept: Caller, plain_user: Caller) -> None:
    """One transformation over its levels, written as far as each may, served by the hub."""
    connected = swept.connected()
    number = int(connected.call("GET", "/contacts").headers["elements-element-instance-id"])
    fields = [
        {"path": "o", "type": "string", "level": "organization"},
        {"path": "a", "type": "string", "level": "account"},
        {"path": "i", "type": "string", "level": "instance", "associatedId": number},
    ]
    vdr = swept.call("POST", "/vdrs", {"objectName": "byId", "fields": fields}).json
    ids = {field["path"]: field["id"] for field in vdr["fields"]}
    at = f"/vdrs/{vdr['id']}/transformations"
    assert swept.call("GET", at).json == []
    body = {
        "vendorName": "contacts", "elementKey": KEY, "instanceId": number,
        "configuration": [{**ONLY_MAPPED, "level": "organization"}],
        "script": {"body": "transformedObject.s = 1; done(transformedObject)", "level": "organization"},
        "fields": [
            {"vdrFieldId": ids["o"], "vendorPath": "id", "level": "organization"},
            {"vdrFieldId": ids["a"], "vendorPath": "given_name", "level": "account"},
            {"vdrFieldId": ids["i"], "vendorPath": "family_name", "level": "instance"},
        ],
    }  # fmt: skip
    made = swept.call("POST", at, body)
    assert made.status == 200, made.text
    assert {(f["path"], f["level"], f["vdrFieldId"]) for f in made.json["fields"]} == {
        ("o", "organization", ids["o"]), ("a", "account", ids["a"]), ("i", "instance", ids["i"]),
    }  # fmt: skip
    assert made.json["script"]["level"] == "organization"
    assert "elements-error" not in made.headers
    assert swept.call("POST", at, body).status == 409
    one = f"{at}/{made.json['id']}"
    assert swept.call("GET", f"{one}?instanceId={number}").json["fields"] == made.json["fields"]
    assert len(swept.call("GET", f"{one}?instanceId=999999").json["fields"]) == 2
    odd = {**body, "configuration": [{"type": [], "level": level} for level in LEVELS]}
    assert swept.call("PUT", one, odd).status == 400
    element_id = swept.call("GET", f"/elements/{KEY}").json["id"]
    assert swept.call("GET", f"/vdrs/{vdr['id']}").json["mappedElementIds"] == [element_id]
    record = connected.call(
        "POST", "/contacts", {"given_name": "G", "family_name": "F"} | mails(raw=True)
    ).json
    served = connected.call("GET", f"/byId/{record['id']}").json
    assert served == {"o": str(record["id"]), "a": "G", "i": "F", "s": 1}
    assert (
        swept.call("GET", f"/organizations/elements/{KEY}/transformations/byId").json["id"]
        == made.json["id"]
    )
    told = plain_user.call("PUT", one, {**body, "fields": body["fields"][:2]})
    assert "ignored" in told.headers["elements-error"]
    assert [field["path"] for field in told.json["fields"]] == ["o", "a"], "its own level is gone"
    put = swept.call("PUT", one, {**body, "fields": body["fields"][:1]})
    assert [field["path"] for field in put.json["fields"]] == ["o"]
    bad = {**body, "fields": [{"vdrFieldId": 1, "vendorPath": "x"}]}
    assert swept.call("PUT", one, bad).status == 400
    assert swept.call("GET", f"{at}/999999").status == 404
    assert swept.call("DELETE", one).status == 200
    assert swept.call("GET", at).json == []
    assert swept.call("DELETE", f"/vdrs/{vdr['id']}").status == 200


def test_a_mask_of_old_data_is_taken_and_told(swept: Caller) -> None:
    """`mm` beside year and day is the month; every way of saving says so, and a right one nothing."""

    def dated(pattern: str) -> dict[str, Any]:
        options = [{"type": "transformDate", "properties": {"pattern": pattern}}]
        field = {"path": "changed", "vendorPath": "last_updated", "configuration": options}
        return {"vendorName": "contacts", "fields": [field]}

    definition = {"objectName": "dated", "fields": [{"path": "changed", "type": "date"}]}
    vdr = swept.call("POST", "/vdrs", definition).json["id"]
    at = f"/organizations/elements/{KEY}/transformations/dated"
    view = {"level": "organization", "objectName": "dated", "elementKey": KEY}
    ways: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", at, {}),
        ("PUT", at, {}),
        ("PUT", "/transformations", view),
    ]
    for method, path, more in ways:
        told = swept.call(method, path, dated("yyyy-mm-dd") | more)
        assert told.status == 200, told.text
        assert "changed, mm is read as the month" in told.headers["elements-error"]
    right = swept.call("PUT", at, dated("yyyy-MM-dd'T'HH:mm"))
    assert (right.status, "elements-error" in right.headers) == (200, False)
    number = swept.call("GET", at).json["id"]
    by_id = f"/vdrs/{vdr}/transformations/{number}"
    assert "month" in swept.call("PUT", by_id, dated("dd.mm.yyyy")).headers["elements-error"]
    element_id = swept.call("GET", f"/elements/{KEY}").json["id"]
    body = {"payload": {"last_updated": "2026-01-31T10:00:00Z"}, "elementId": element_id}
    tried = swept.call("POST", "/transformations/dated/execute", body).json
    assert tried["changed"] == "31.01.2026"


def test_no_formula_uses_a_common_resource(caller: Caller) -> None:
    """Whether or not there is one of that name."""
    answer = caller.call("GET", "/common-resources/nothing/usages")
    assert (answer.status, answer.json) == (200, {"formulaUsages": []})
    refused = caller.call("GET", "/common-resources/nothing/usages", authorization=None)
    assert refused.status == 401


def test_a_backup_is_restored_as_a_whole(swept: Caller, sibling: Caller) -> None:
    """Made of what the organization's paths answer; a broken part keeps all of it out."""
    for name in ("one", "two"):
        defined(swept, name)
    definitions = swept.call("GET", "/organizations/objects/definitions").json
    at = f"/organizations/elements/{KEY}/transformations"
    mappings = swept.call("GET", at).json
    backup = {"objectDefinitions": definitions, "transformations": {KEY: mappings}}
    for name in ("one", "two"):
        assert swept.call("DELETE", f"/common-resources/{name}?force=true").status == 200
    broken: list[dict[str, Any]] = [
        {**backup, "transformations": {KEY: {**mappings, "two": {"vendorName": ""}}}},
        {**backup, "transformations": {KEY: {"three": mappings["one"]}}},
        {**backup, "transformations": {KEY: []}},
        {**backup, "objectDefinitions": {**definitions, "a/b": {"fields": []}}},
        {**backup, "objectDefinitions": {**definitions, "two": 7}},
        {"objectDefinitions": {}},
    ]
    for document in broken:
        refused = swept.call("PUT", "/vdrs/import", document)
        assert (refused.status, refused.json["code"]) == (400, "bad-body")
        assert swept.call("GET", "/organizations/objects/definitions").status == 404
    told = sibling.call("PUT", "/vdrs/import", backup)
    assert (told.status, "ignored" in told.headers["elements-error"]) == (200, True)
    assert swept.call("GET", "/organizations/objects/definitions").status == 404
    restored = swept.call("PUT", "/vdrs/import", backup)
    assert (restored.status, restored.json) == (200, {"vdrNames": ["one", "two"]}), restored.text
    again = swept.call("GET", "/organizations/objects/definitions").json
    for name, definition in definitions.items():
        assert [(f["path"], f["type"]) for f in again[name]["fields"]] == [
            (f["path"], f["type"]) for f in definition["fields"]
        ]
    assert {name: one["fields"] for name, one in swept.call("GET", at).json.items()} == {
        name: one["fields"] for name, one in mappings.items()
    }


def test_everything_is_exported_as_one_backup(
    swept: Caller, plain_user: Caller, stranger: Caller
) -> None:
    """It imports back as it came out, levels and all, here and in another organization."""
    assert swept.call("GET", "/vdrs/export").json == {
        "objectDefinitions": {},
        "transformations": {},
    }
    defined(swept, "one")
    swept.call("POST", "/accounts/objects/one/definitions", {"fields": [{"path": "id"}]})
    swept.call("POST", "/accounts/objects/bare/definitions", {"fields": []})
    script = {"body": "done(transformedObject)"}
    at = f"/accounts/elements/{KEY}/transformations"
    for name, body in (
        ("bare", {"vendorName": "contacts"}),
        ("one", {"vendorName": "contacts", "script": script}),
    ):
        assert swept.call("POST", f"{at}/{name}", body).status == 200
    connected = swept.connected()
    inner = "/instances/objects/inner/definitions"
    assert connected.call("POST", inner, {"fields": [{"path": "own"}]}).status == 200
    path = f"/organizations/elements/{KEY}/transformations/inner"
    assert swept.call("POST", path, mapping()).status == 200
    out = swept.call("GET", "/vdrs/export").json
    assert out["objectDefinitions"].keys() == {"bare", "inner", "one"}
    assert out["objectDefinitions"]["inner"]["fields"] == [], "the instance's are its own"
    assert out["objectDefinitions"]["bare"]["level"] == "account"
    assert {(f["path"], f["level"]) for f in out["objectDefinitions"]["one"]["fields"]} == {
        *((field["path"], "organization") for field in FIELDS), ("id", "account"),
    }  # fmt: skip
    assert out["transformations"][KEY]["one"]["scripts"][0]["level"] == "account"
    assert plain_user.call("GET", "/vdrs/export").json == out
    assert plain_user.call("GET", "/vdrs/export", authorization=None).status == 401
    assert swept.call("DELETE", "/common-resources/one?force=true").status == 200
    assert swept.call("DELETE", "/common-resources/bare?force=true").status == 200
    for caller in (swept, stranger):
        restored = caller.call("PUT", "/vdrs/import", out)
        assert (restored.status, restored.json) == (
            200, {"vdrNames": ["bare", "inner", "one"]},
        ), restored.text  # fmt: skip
        again = caller.call("GET", "/vdrs/export").json
        assert again["transformations"] == out["transformations"]
        for name, definition in out["objectDefinitions"].items():
            assert again["objectDefinitions"][name]["fields"] == definition["fields"]
    assert swept.call("GET", f"/organizations/elements/{KEY}/transformations/bare").status == 404
    for one in stranger.call("GET", "/common-resources").json:
        stranger.call("DELETE", f"/common-resources/{one['name']}?force=true")
