"""The reference scenarios of common resources, as clients of the wire contract walk them."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.journeys.conftest import Caller, _as, _join
from valence.domain import Role
from valence.elements import Catalog

KEY = "infusionsoftrest"
OFF = {"type": "passThrough", "properties": {"fromVendor": False, "toVendor": False}}
MAIL = {"email_addresses": [{"email": "s@example.com", "field": "EMAIL1"}]}
LISTS = {
    "closeio": "contacts",
    "hubspotcrm": "contacts",
    "infusionsoftrest": "contacts",
    "pipedrive": "contacts",
    "sfdc": "accounts",
}
"""A list of each element; the first string or number of its records that is not `id` is mapped."""


@pytest.fixture
def clean(caller: Caller) -> Iterator[Caller]:
    """The caller, without any common resource afterwards."""
    yield caller
    for one in caller.call("GET", "/vdrs").json:
        caller.call("DELETE", f"/vdrs/{one['id']}")


def mapped(caller: Caller, name: str, body: dict[str, Any], *, key: str = KEY, **more: Any) -> str:
    """Define an object and map it for the organization; return the transformation's path."""
    fields = more.get("fields", [])
    made = caller.call("POST", f"/organizations/objects/{name}/definitions", {"fields": fields})
    assert made.status == 200, made.text
    at = f"/organizations/elements/{key}/transformations/{name}"
    told = caller.call("POST", at, body)
    assert told.status == 200, told.text
    return at


def tried(caller: Caller, name: str, payload: Any, method: str = "GET") -> Any:
    """Return what a transformation makes of a payload."""
    element_id = caller.call("GET", f"/elements/{KEY}").json["id"]
    body = {"payload": payload, "elementId": element_id, "method": method}
    answer = caller.call("POST", f"/transformations/{name}/execute", body)
    assert answer.status == 200, answer.text
    return answer.json


def has_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(has_null(one) for one in value.values())
    if isinstance(value, list):
        return any(has_null(one) for one in value)
    return value is None


@pytest.mark.parametrize("key", LISTS)
def test_1_with_pass_through_a_record_has_all_and_what_is_mapped(clean: Caller, key: str) -> None:
    """Of every vendor: its own fields stand beside the mapped one, which is read from one of them."""
    element = next(one for one in Catalog.load().all() if one.key == key)
    vendor = clean.connected_to(element)
    path = f"/{LISTS[key]}?pageSize=5"
    raw = vendor.call("GET", path)
    assert raw.status == 200, raw.text
    assert len(raw.json) > 0
    source = next(name for name, v in raw.json[0].items() if name != "id" and type(v) in (str, int))
    fields = [{"path": "uniform", "vendorPath": source}]
    mapped(clean, "passing", {"vendorName": LISTS[key], "fields": fields}, key=key)
    records = vendor.call("GET", "/passing?pageSize=5").json
    assert len(records) == len(raw.json)
    for before, after in zip(raw.json, records, strict=True):
        kept = {name: value for name, value in before.items() if name != source}
        assert after == kept | {"uniform": str(before[source])}


def test_2_without_pass_through_there_are_mapped_keys_and_no_nulls(clean: Caller) -> None:
    """Also where the instance asks for nulls."""
    vendor = clean.connected()
    vendor.call("POST", "/contacts", {"given_name": "Two"} | MAIL)
    number = vendor.call("GET", "/contacts").headers["elements-element-instance-id"]
    records = vendor.call("GET", f"/instances/{number}/configuration").json
    nulls = next(one for one in records if one["key"] == "filter.response.nulls")
    at = f"/instances/{number}/configuration/{nulls['id']}"
    assert vendor.call("PATCH", at, {"propertyValue": "false"}).status == 200
    raw = vendor.call("GET", "/contacts?pageSize=20").json
    assert any(has_null(one) for one in raw)
    fields = [
        {"path": "id", "vendorPath": "id"},
        {"path": "name.first", "vendorPath": "given_name"},
        {"path": "name.suffix", "vendorPath": "suffix"},
        {"path": "nowhere", "vendorPath": "no_such_key"},
    ]
    mapped(clean, "lean", {"vendorName": "contacts", "fields": fields, "configuration": [OFF]})
    lean = vendor.call("GET", "/lean?pageSize=20").json
    assert len(lean) == len(raw)
    assert all(one.keys() <= {"id", "name"} for one in lean)
    assert not has_null(lean)


def test_3_a_removed_field_is_absent(clean: Caller) -> None:
    """In its direction alone; `passThrough: false` of a field is the same; texts are booleans."""
    options = {
        "a": {"type": "remove", "properties": {"fromVendor": True, "toVendor": False}},
        "b": {"type": "remove", "properties": {"fromVendor": "false", "toVendor": "true"}},
        "c": {"type": "passThrough", "properties": {"fromVendor": "false"}},
        "d": {"type": "remove", "properties": {"fromVendor": True, "toVendor": True}},
    }
    fields = [
        {"path": k, "vendorPath": k.upper(), "configuration": [v]} for k, v in options.items()
    ]
    mapped(clean, "removing", {"vendorName": "contacts", "fields": fields})
    vendor = {"A": "1", "B": "2", "C": "3", "D": "4", "E": "5"}
    assert tried(clean, "removing", vendor) == {"b": "2", "E": "5"}
    ours = {"a": "1", "b": "2", "c": "3", "d": "4", "e": "5"}
    assert tried(clean, "removing", ours, "POST") == {"A": "1", "C": "3", "e": "5"}


def test_4_what_cannot_be_converted_stays(clean: Caller) -> None:
    """An alphanumeric id that is declared a number; nothing fails and nothing is null."""
    types = {"n": "number", "i": "int", "b": "boolean", "d": "date", "s": "string", "l": "array"}
    definition = [{"path": path, "type": type_} for path, type_ in types.items()]
    fields = [{"path": path, "vendorPath": path.upper()} for path in types]
    mapped(clean, "typed", {"vendorName": "contacts", "fields": fields}, fields=definition)
    odd = {"N": "001A", "I": "x1", "B": "perhaps", "D": "soon", "S": 7, "L": "one"}
    assert tried(clean, "typed", odd) == {
        "n": "001A", "i": "x1", "b": "perhaps", "d": "soon", "s": "7", "l": ["one"],
    }  # fmt: skip
    even = {"N": "7.5", "I": "8", "B": "true", "S": True}
    assert tried(clean, "typed", even) == {"n": 7.5, "i": 8, "b": True, "s": "true"}


def test_5_arrays_are_copied_and_renamed_at_once(clean: Caller) -> None:
    """Both copies are present, the renamed part too; what a predicate finds is read."""
    pairs = {
        "users": "Users[*]",
        "users[*].displayName": "Users[*].DisplayName",
        "other[*]": "Users[*]",
        "firstProduct": "Products[0].id",
        "fourth": "Products[id=4].name",
        "touch": "details.Products[?(@.features.touchId==true)].id",
        "howMany": "Products[*].size()",
    }
    fields = [{"path": path, "vendorPath": place} for path, place in pairs.items()]
    mapped(clean, "nested", {"vendorName": "contacts", "fields": fields, "configuration": [OFF]})
    products = [{"id": 2, "name": "two", "features": {"touchId": True}}, {"id": 4, "name": "four"}]
    made = tried(clean, "nested", {
        "Users": [{"DisplayName": "Ada", "Age": 36}, {"DisplayName": "Bea"}],
        "Products": products, "details": {"Products": products},
    })  # fmt: skip
    assert made == {
        "users": [{"displayName": "Ada", "Age": 36}, {"displayName": "Bea"}],
        "other": [{"DisplayName": "Ada", "Age": 36}, {"DisplayName": "Bea"}],
        "firstProduct": "2", "fourth": "four", "touch": "2", "howMany": "2",
    }  # fmt: skip


def test_7_the_view_changes_nothing_that_the_hub_answers(clean: Caller) -> None:
    """First, second, first: records, a script's work, levels, queries, descriptions, ids."""
    vendor = clean.connected()
    made = vendor.call("POST", "/contacts", {"given_name": "Upgrade", "family_name": "V"} | MAIL)
    number = made.json["id"]
    body = {
        "vendorName": "contacts",
        "fields": [
            {"path": "id", "vendorPath": "id"},
            {"path": "name.last", "vendorPath": "family_name"},
            {"path": "mails[*].address", "vendorPath": "email_addresses[*].email"},
        ],
        "configuration": [OFF, {"type": "addToDocumentation"}],
        "script": {"body": "transformedObject.s = fromVendor; done(transformedObject)"},
    }
    at = mapped(clean, "stable", body)
    below = {
        "vendorName": "contacts",
        "fields": [{"path": "nick", "vendorPath": "given_name"}],
        "configuration": [{"type": "inherit"}],
    }
    assert vendor.call("POST", "/instances/transformations/stable", below).status == 200
    where = quote("name.last='V'")
    asked = [
        f"/stable/{number}",
        f"/hubs/crm/stable?where={where}&fields=id,nick",
        "/stable?pageSize=3&orderBy=id%20desc",
        "/objects/stable/metadata",
        "/objects",
        at,
        "/instances/transformations/stable",
        "/organizations/objects/stable/definitions",
    ]

    def answers() -> list[tuple[int, Any]]:
        found = [vendor.call("GET", path) for path in asked]
        return [(one.status, one.json) for one in found]

    first = answers()
    assert [status for status, _ in first] == [200] * len(asked)
    assert first[0][1] == {
        "id": str(number), "name": {"last": "V"}, "mails": [{"address": "s@example.com"}],
        "nick": "Upgrade", "s": True,
    }  # fmt: skip
    assert clean.call("PUT", "/vdrs/upgrade/v2", {}).status == 200
    assert answers() == first
    vdr = first[-1][1]["id"]
    by_id = clean.call("GET", f"/vdrs/{vdr}/transformations/{first[5][1]['id']}").json
    assert (by_id["vendorName"], by_id["elementKey"]) == ("contacts", KEY)
    assert clean.call("GET", f"/common-resources/{vdr}").json["name"] == "stable"
    assert clean.call("DELETE", "/vdrs/upgrade/v2").status == 200
    assert answers() == first


def test_10_a_transformation_is_written_as_far_as_each_may(
    clean: Caller, plain_user: Caller, sibling: Caller
) -> None:
    """Four parts: the organization's administrator 4, an account's 3, a user 2; then 3, 2, 1.

    An instance of another account is not the caller's to map, its definition is.
    """
    joined = asyncio.run(_join(clean.hub, Role.ACCOUNT_ADMIN, has_own_account=False))
    account_admin = _as(clean.hub, clean.sim, joined)
    numbers = [
        int(clean.connected().call("GET", "/contacts").headers["elements-element-instance-id"])
        for _ in range(2)
    ]
    fields: list[dict[str, Any]] = [
        {"path": "o", "level": "organization"},
        {"path": "a", "level": "account"},
        *({"path": f"i{n}", "level": "instance", "associatedId": n} for n in numbers),
    ]
    made = clean.call("POST", "/vdrs", {"objectName": "ten", "fields": fields}).json
    at = f"/vdrs/{made['id']}/transformations"
    body = {
        "vendorName": "contacts",
        "elementKey": KEY,
        "fields": [
            {"vdrFieldId": one["id"], "vendorPath": "id", "level": one["level"]}
            for one in made["fields"]
        ],
    }
    for caller, count in ((clean, 4), (account_admin, 3), (plain_user, 2)):
        told = caller.call("POST", at, body)
        assert told.status == 200, told.text
        assert len(told.json["fields"]) == count
        assert ("ignored" in told.headers.get("elements-error", "")) is (count != 4)
        one = f"{at}/{told.json['id']}"
        less = {**body, "fields": told.json["fields"][:-1]}
        put = caller.call("PUT", one, less)
        assert (len(put.json["fields"]), "elements-error" in put.headers) == (count - 1, False)
        assert "elements-error" not in clean.call("DELETE", one).headers
        assert clean.call("GET", at).json == []
    own = sibling.call("POST", at, body)
    assert [one["level"] for one in own.json["fields"]] == ["account"]
    assert own.headers["elements-error"].count("the field") == 3
    instance_only = {**body, "fields": body["fields"][2:]}
    nothing = sibling.call("PUT", f"{at}/{own.json['id']}", instance_only)
    assert (nothing.status, "ignored" in nothing.headers["elements-error"]) == (200, True)


def test_11_a_script_goes_to_the_newer_engine_and_not_back(clean: Caller) -> None:
    """200, 200, 400, whichever way it is sent; a part that is refused leaves all as it was."""
    legacy = {
        "vendorName": "contacts",
        "isLegacy": True,
        "script": {"body": "transformedObject.e = 1; return transformedObject"},
    }
    newer = {**legacy, "isLegacy": False, "script": {"body": "done({e: 2})"}}
    at = mapped(clean, "engine", legacy)
    assert tried(clean, "engine", {})["e"] == 1
    export = clean.call("GET", "/vdrs/engine/export").json
    told = clean.call("PUT", at, newer)
    assert (told.status, told.json["isLegacy"]) == (200, False)
    vdr = clean.call("GET", "/common-resources/engine").json["id"]
    ways: list[tuple[str, str, Any]] = [
        ("PUT", at, legacy),
        ("PUT", f"/vdrs/{vdr}/transformations/{told.json['id']}", legacy),
        ("PUT", "/transformations",
         {**legacy, "level": "organization", "objectName": "engine", "elementKey": KEY}),
        ("PUT", "/vdrs/import", export),
        ("PUT", "/vdrs/import", {
            "objectDefinitions": {"engine": {"fields": [{"path": "more"}]}},
            "transformations": {KEY: {"engine": legacy}},
        }),
    ]  # fmt: skip
    for method, path, body in ways:
        refused = clean.call(method, path, body)
        assert (refused.status, refused.json["code"]) == (400, "engine-downgrade"), path
    assert clean.call("GET", "/organizations/objects/engine/definitions").json["fields"] == []
    assert tried(clean, "engine", {}) == {"e": 2}


def test_11_each_levels_script_keeps_its_engine(clean: Caller) -> None:
    """One that returns, inherited by one that calls `done`, and the other way round."""
    returns = {
        "vendorName": "contacts",
        "isLegacy": True,
        "script": {"body": "transformedObject.r = (transformedObject.d || 0) + 1; return transformedObject"},
    }  # fmt: skip
    calls = {
        "vendorName": "contacts",
        "script": {"body": "transformedObject.d = (transformedObject.r || 0) + 1; done(transformedObject)"},
    }  # fmt: skip
    vendor = clean.connected()
    number = vendor.call("POST", "/contacts", {"given_name": "Mixed"} | MAIL).json["id"]
    for name, above, below, expected in (
        ("returnsFirst", returns, calls, {"r": 1, "d": 2}),
        ("callsFirst", calls, returns, {"d": 1, "r": 2}),
    ):
        mapped(clean, name, above | {"configuration": [OFF]})
        own = below | {"configuration": [OFF, {"type": "inherit"}]}
        at = f"/instances/transformations/{name}"
        assert vendor.call("POST", at, own).status == 200
        answer = vendor.call("GET", f"/{name}/{number}")
        assert (answer.json, answer.headers.get("elements-error")) == (expected, None)


def test_12_the_vendor_is_asked_in_its_own_names(clean: Caller) -> None:
    """A filter by the name of the caller's field reaches the vendor, and not under that name."""
    vendor = clean.connected()
    for first in ("Filter", "Other"):
        vendor.call("POST", "/contacts", {"given_name": first} | MAIL)
    fields = [{"path": "callSign", "vendorPath": "given_name"}]
    mapped(clean, "filtered", {"vendorName": "contacts", "fields": fields, "configuration": [OFF]})
    where = quote("callSign='Filter'")
    found = vendor.call("GET", f"/filtered?where={where}").json
    assert found == [{"callSign": "Filter"}]
    asked = json.dumps(clean.sim.get("calls"))
    assert "given_name" in asked
    assert "callSign" not in asked


EMPTY = {
    "drops": (True, [{"kept": True}]),
    "keeps": (False, [{"kept": True}, {}, {}]),
}


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_result_is_dropped_or_kept(clean: Caller, name: str) -> None:
    """`done()` and `done({})` are the same; a single record is never dropped."""
    drops, expected = EMPTY[name]
    body = """if (originalObject.n === 1) done({kept: true});
    else if (originalObject.n === 2) done(); else done({});"""
    script = {"body": body, "filterEmptyResponse": drops}
    mapped(clean, "emptying", {"vendorName": "contacts", "script": script})
    assert tried(clean, "emptying", [{"n": 1}, {"n": 2}, {"n": 3}]) == expected
    assert tried(clean, "emptying", {"n": 2}) == {}


def test_refusals_come_in_one_order(
    clean: Caller, plain_user: Caller, sibling: Caller, stranger: Caller
) -> None:
    """What the caller may; whose it is; what he sent; what is there; what stands in the way."""
    mapped(clean, "ordered", {"vendorName": "contacts"})
    broken, least = b"{", b"{}"
    defined, at = "/organizations/objects/{}/definitions", "/organizations/elements/{}"
    theirs = stranger.hub.secrets["accountId"]
    rows: list[tuple[Caller, str, str, bytes, int, str | None]] = [
        (plain_user, "POST", defined.format("none"), broken, 403, "privilege-missing"),
        (plain_user, "DELETE", f"{at.format('nobody')}/transformations/none", b"", 403, None),
        (sibling, "PUT", f"{at.format('nobody')}/transformations/none", broken, 403, "level-forbidden"),
        (clean, "POST", "/accounts/999999/objects/none/definitions", broken, 404, None),
        (clean, "POST", f"/accounts/{theirs}/objects/none/definitions", broken, 403, None),
        (clean, "PUT", f"{at.format('nobody')}/transformations/none", broken, 400, "bad-body"),
        (clean, "PUT", f"{at.format('nobody')}/transformations/none", least, 404, None),
        (clean, "PUT", f"{at.format(KEY)}/transformations/none", least, 400, "bad-body"),
        (clean, "POST", f"{at.format(KEY)}/transformations/none", b'{"vendorName": "x"}', 404, None),
        (clean, "PUT", f"{at.format(KEY)}/transformations/none", b'{"vendorName": "x"}', 404, None),
        (clean, "POST", f"{at.format(KEY)}/transformations/ordered", least, 400, "bad-body"),
        (clean, "POST", f"{at.format(KEY)}/transformations/ordered", b'{"vendorName": "x"}', 409, None),
        (clean, "PUT", defined.format("none"), b'{"fields": 1}', 400, "bad-body"),
        (clean, "PUT", defined.format("none"), least, 404, None),
        (clean, "POST", defined.format("ordered"), b'{"fields": 1}', 400, "bad-body"),
        (clean, "POST", defined.format("ordered"), least, 409, None),
        (clean, "DELETE", defined.format("ordered"), b"", 409, "object-mapped"),
        (stranger, "GET", defined.format("ordered"), b"", 404, None),
    ]  # fmt: skip
    for caller, method, path, body, status, code in rows:
        answer = caller.call(method, path, raw=body or None)
        assert (answer.status, answer.json["code"]) == (status, code or answer.json["code"]), path


def test_files_and_messages_have_no_transformations(clean: Caller) -> None:
    """Refused whichever way one is sent; one that an import brings does not count."""
    element = next(one for one in Catalog.load().all() if one.key == "onedrivev2")
    drive = clean.connected_to(element)
    number = int(drive.call("GET", "/ping").headers["elements-element-instance-id"])
    vdr = clean.call("POST", "/vdrs", {"objectName": "files", "fields": [{"path": "mine"}]}).json
    body = {"vendorName": "files", "fields": [{"path": "mine", "vendorPath": "name"}]}
    ways: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/organizations/elements/onedrivev2/transformations/files", body),
        ("POST", f"/instances/{number}/transformations/files", body),
        ("PUT", f"/instances/{number}/transformations/files", body),
        ("POST", f"/vdrs/{vdr['id']}/transformations", {**body, "elementKey": "onedrivev2"}),
        ("PUT", "/transformations",
         {**body, "level": "instance", "objectName": "files", "elementInstanceId": number}),
        ("POST", "/transformations/files/execute", {"payload": {}, "elementId": element.id}),
    ]  # fmt: skip
    for method, path, sent in ways:
        refused = clean.call(method, path, sent)
        assert (refused.status, refused.json["code"]) == (400, "not-mappable"), path
    where = f"/hubs/documents/folders/contents?path={quote('/')}"
    before = drive.call("GET", where)
    assert before.status == 200, before.text
    export = clean.call("GET", "/vdrs/files/export").json
    export["transformation"]["onedrivev2"] = body | {"vendorName": "folders"}
    assert clean.call("PUT", "/vdrs/import", export).status == 200
    assert drive.call("GET", where).json == before.json
    clean.call("DELETE", f"/instances/{number}")


def test_an_object_is_mapped_by_those_who_see_it(clean: Caller, sibling: Caller) -> None:
    """What only another account defines is not there; what the organization or system defines is."""
    at = f"/accounts/elements/{KEY}/transformations"
    body = {"vendorName": "contacts", "fields": [{"path": "firstName", "vendorPath": "given_name"}]}
    clean.call("POST", "/accounts/objects/inner/definitions", {"fields": []})
    assert sibling.call("POST", f"{at}/inner", body).status == 404
    clean.call("POST", "/organizations/objects/inner/definitions", {"fields": []})
    assert sibling.call("POST", f"{at}/inner", body).status == 200
    assert sibling.call("DELETE", f"{at}/inner").status == 200
    assert clean.call("POST", f"{at}/contacts", body).status == 200, "the system defines it"
    assert clean.call("DELETE", f"{at}/contacts").status == 200


def test_a_field_of_an_instance_waits_for_one(clean: Caller, sibling: Caller) -> None:
    """Kept without any, seen by the organization, bound by a later write, and then called."""
    vendor = clean.connected()
    number = int(vendor.call("GET", "/contacts").headers["elements-element-instance-id"])
    at = "/common-resources"
    waiting = [{"path": path, "associatedLevel": "instance"} for path in ("later", "never")]
    made = clean.call("PUT", at, {"name": "waits", "fields": waiting})
    assert made.status == 200, made.text
    assert [(f["path"], f.get("associatedId")) for f in made.json["fields"]] == [
        ("later", None), ("never", None),
    ]  # fmt: skip
    assert made.json["elementInstanceIds"] == []
    assert sibling.call("GET", f"{at}/waits").json["fields"] == made.json["fields"]
    by_id = clean.call("GET", f"/vdrs/{made.json['id']}").json
    assert [field["path"] for field in by_id["fields"]] == ["later", "never"]
    bound = clean.call("PUT", at, {
        "name": "waits", "elementInstanceIds": [number],
        "fields": [{"path": "later", "associatedLevel": "instance"}],
    })  # fmt: skip
    assert [(f["path"], f.get("associatedId")) for f in bound.json["fields"]] == [
        ("never", None), ("later", number),
    ]  # fmt: skip
    own = clean.call("GET", f"/instances/{number}/objects/waits/definitions").json
    assert [field["path"] for field in own["fields"]] == ["later"]
    told = clean.call("PUT", f"/vdrs/{made.json['id']}", {
        "instanceId": number,
        "fields": [{**one, "associatedId": number} for one in bound.json["fields"]],
    })  # fmt: skip
    assert {(f["path"], f.get("associatedId")) for f in told.json["fields"]} == {
        ("never", number), ("later", number),
    }  # fmt: skip


def test_a_common_resource_is_read_by_its_id(clean: Caller, stranger: Caller) -> None:
    """A name of digits comes first; another organization's id is not there."""
    one = clean.call("PUT", "/common-resources", {"name": "plain", "fields": []}).json
    at = f"/common-resources/{one['id']}"
    assert clean.call("GET", at).json == clean.call("GET", "/common-resources/plain").json == one
    assert stranger.call("GET", at).status == 404
    assert clean.call("GET", f"/common-resources/{10**30}").status == 404
    digits = clean.call("PUT", "/common-resources", {"name": str(one["id"]), "fields": []}).json
    assert clean.call("GET", at).json == digits


def test_a_transformation_over_levels_is_stored_whole_or_not_at_all(clean: Caller) -> None:
    """A part that cannot be read keeps the others out."""
    vendor = clean.connected()
    number = int(vendor.call("GET", "/contacts").headers["elements-element-instance-id"])
    clean.call("PUT", "/common-resources", {"name": "whole", "fields": [{"path": "a"}]})
    body = {
        "level": "instance", "objectName": "whole", "vendorName": "contacts",
        "elementInstanceIds": [number], "configuration": [OFF, {"type": "inherit"}],
        "fields": [
            {"path": "a", "vendorPath": "id", "associatedLevel": "organization"},
            {"path": "b", "vendorPath": "given_name", "associatedLevel": "account"},
            {"path": "c", "vendorPath": "family_name[", "associatedLevel": "instance"},
        ],
    }  # fmt: skip
    key = {"elementKey": KEY}
    refused = clean.call("PUT", "/transformations", body | key)
    assert (refused.status, refused.json["code"]) == (400, "bad-path")
    assert clean.call("GET", "/organizations/objects/whole/transformations").status == 404
    body["fields"][2]["vendorPath"] = "family_name"
    told = clean.call("PUT", "/transformations", body | key)
    assert {f["path"]: f["level"] for f in told.json["fields"]} == {
        "a": "organization", "b": "account", "c": "instance",
    }  # fmt: skip


def test_a_renamed_field_is_renamed_in_what_maps_it_below(clean: Caller) -> None:
    """Unless a level below has a field of its own of the old path."""
    vendor = clean.connected()
    for path in ("/organizations", "/instances"):
        at = f"{path}/objects/moved/definitions"
        fields = [{"path": "a"}] if path == "/organizations" else [{"path": "b"}]
        extra = [{"path": "b"}] if path == "/organizations" else []
        assert vendor.call("POST", at, {"fields": [*fields, *extra]}).status == 200
    body = {
        "vendorName": "contacts",
        "fields": [{"path": "a", "vendorPath": "id"}, {"path": "b", "vendorPath": "given_name"}],
    }
    assert vendor.call("POST", "/instances/transformations/moved", body).status == 200
    renames = [
        {"path": one + "2", "oldPath": one, "associatedLevel": "organization"} for one in "ab"
    ]
    fields = [{"path": one, "associatedLevel": "organization"} for one in "ab"]
    told = clean.call(
        "PUT", "/common-resources", {"name": "moved", "fields": fields, "changedFields": renames}
    )
    assert told.status == 200, told.text
    shown = vendor.call("GET", "/instances/transformations/moved").json
    assert [one["path"] for one in shown["fields"]] == ["a2", "b"]


def test_propagating_a_deletion_takes_all_levels(clean: Caller, sibling: Caller) -> None:
    """Of the element that is named; without it the other levels stay."""
    vendor = clean.connected()
    mapped(clean, "spread", {"vendorName": "contacts"})
    body = {"vendorName": "contacts"}
    places = [
        f"/organizations/elements/{KEY}/transformations/spread",
        f"/accounts/elements/{KEY}/transformations/spread",
        "/instances/transformations/spread",
    ]
    for at in places[1:]:
        assert vendor.call("POST", at, body).status == 200
    other = "/organizations/elements/closeio/transformations/spread"
    assert clean.call("POST", other, {"vendorName": "leads"}).status == 200
    assert vendor.call("DELETE", places[0]).status == 200
    assert [vendor.call("GET", at).status for at in places] == [404, 200, 200]
    assert vendor.call("POST", places[0], body).status == 200
    refused = sibling.call("DELETE", f"{places[1]}?propagate=true")
    assert (refused.status, refused.json["code"]) == (403, "level-forbidden")
    assert vendor.call("DELETE", f"{places[0]}?propagate=true").status == 200
    assert [vendor.call("GET", at).status for at in places] == [404, 404, 404]
    assert clean.call("GET", other).status == 200
    assert vendor.call("POST", places[2], body).status == 200
    number = vendor.call("GET", "/contacts").headers["elements-element-instance-id"]
    assert vendor.call("DELETE", f"/instances/{number}/transformations").status == 200
    assert vendor.call("GET", places[2]).status == 404


DEPTHS = (100, 240, 250, 251, 252, 254, 256, 300, 1000, 5000)


def test_a_deep_body_is_worked_on_or_refused(clean: Caller) -> None:
    """Whatever stands on its way, a script of ours or a definition's hook: never a failure of ours."""
    script = {"body": "done(transformedObject)"}
    mapped(clean, "deep", {"vendorName": "contacts", "script": script})
    vendor = clean.connected()
    seen = set()
    for depth in DEPTHS:
        deep = "[" * depth + "]" * depth
        raw = json.dumps({"given_name": "D", "x": 0} | MAIL).replace("0", deep).encode()
        answer = vendor.call("POST", "/deep", raw=raw)
        assert answer.status in (200, 400), (depth, answer.text)
        assert answer.status == 200 or answer.json["code"] == "bad-body"
        seen.add(answer.status)
    assert seen == {200, 400}


def test_a_child_resource_is_mapped_by_the_names_on_its_way(clean: Caller) -> None:
    """`contactsTags` is `/contacts/{id}/tags`: the object is called with the contact's id after it."""
    vendor = clean.connected()
    number = vendor.call("POST", "/contacts", {"given_name": "Child"} | MAIL).json["id"]
    tag = vendor.call("GET", "/tags?pageSize=1").json[0]["id"]
    tagged = vendor.call("POST", f"/contacts/{number}/tags", {"tagIds": [tag]})
    assert tagged.status == 200, tagged.text
    raw = vendor.call("GET", f"/contacts/{number}/tags").json
    assert len(raw) == 1
    source = next(name for name in raw[0] if name != "id")
    fields = [{"path": "mine", "vendorPath": source}]
    body = {"vendorName": "contactsTags", "fields": fields, "configuration": [OFF]}
    mapped(clean, "label", body)
    served = vendor.call("GET", f"/hubs/crm/label/{number}")
    assert served.status == 200, served.text
    assert [one.keys() for one in served.json] == [{"mine"}]
    assert vendor.call("GET", f"/contacts/{number}/tags").json == raw
    assert vendor.call("GET", "/label").status in (400, 404)


def test_an_import_tells_of_masks_of_old_data(clean: Caller) -> None:
    """As every other way of saving does."""
    options = [{"type": "transformDate", "properties": {"pattern": "yyyy-mm-dd"}}]
    body = {
        "vendorName": "contacts",
        "fields": [{"path": "changed", "vendorPath": "x", "configuration": options}],
    }
    definition = {"fields": [{"path": "changed"}]}
    one = {"vdrName": "aged", "definition": definition, "transformation": {KEY: body}}
    several = {"objectDefinitions": {"aged": definition}, "transformations": {KEY: {"aged": body}}}
    for document in (one, several):
        told = clean.call("PUT", "/vdrs/import", document)
        assert told.status == 200, told.text
        assert "changed, mm is read as the month" in told.headers["elements-error"]


def test_an_instance_is_named_once_for_what_names_none(clean: Caller) -> None:
    """New fields and scripts go to the body's `instanceId`; `associatedId` comes first."""
    callers = [clean.connected() for _ in range(2)]
    one, two = (
        int(caller.call("GET", "/contacts").headers["elements-element-instance-id"])
        for caller in callers
    )
    fields = [
        {"path": "o", "level": "organization"},
        {"path": "i", "level": "instance", "associatedId": one},
    ]
    vdr = clean.call("POST", "/vdrs", {"objectName": "attached", "fields": fields}).json
    at = f"/vdrs/{vdr['id']}"
    more = [vdr["fields"][0], {"path": "i", "level": "instance"}]
    told = clean.call("PUT", at, {"instanceId": two, "fields": more})
    assert "elements-error" not in told.headers
    assert [(f["path"], f.get("associatedId")) for f in told.json["fields"]] == [
        ("o", None), ("i", two),
    ]  # fmt: skip
    everything = clean.call("GET", at).json["fields"]
    assert {f.get("associatedId") for f in everything} == {None, one, two}
    assert [f["id"] for f in everything][:2] == [f["id"] for f in vdr["fields"]]
    ids = {f.get("associatedId"): f["id"] for f in everything}
    script = {"body": "done({ran: true})", "level": "instance"}
    body = {
        "vendorName": "contacts", "elementKey": KEY, "instanceId": two, "configuration": [OFF],
        "fields": [{"vdrFieldId": ids[None], "vendorPath": "id", "level": "organization"}],
        "script": {**script, "associatedId": one, "instanceId": "none"},
    }  # fmt: skip
    made = clean.call("POST", f"{at}/transformations", body)
    assert made.status == 200, made.text
    assert "script" not in made.json, "it is the other instance's"
    view = f"{at}/transformations/{made.json['id']}?instanceId="
    assert clean.call("GET", f"{view}{one}").json["script"]["level"] == "instance"
    assert "script" not in clean.call("GET", f"{view}{two}").json
    number = callers[0].call("POST", "/contacts", {"given_name": "A"} | MAIL).json["id"]
    assert callers[0].call("GET", f"/attached/{number}").json == {"ran": True}
    assert callers[1].call("GET", f"/attached/{number}").json == {"o": str(number)}
