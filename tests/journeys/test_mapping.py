"""Samples, coverage, drafts and suggestions over real sockets: what whoever maps an object sees."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.conftest import Sim
from tests.journeys.conftest import Caller
from valence.elements import Catalog

CATALOG = Catalog.load()
KEY = "infusionsoftrest"
MAIL = {"email_addresses": [{"email": "ada@example.com", "field": "EMAIL1"}]}
ONLY_MAPPED = {"type": "passThrough", "properties": {"fromVendor": False, "toVendor": False}}
INHERIT = {"type": "inherit"}
DEFINED = [
    {"path": "id", "type": "string"},
    {"path": "givenName", "type": "string"},
    {"path": "lastName", "type": "string"},
    {"path": "email", "type": "string"},
    {"path": "age", "type": "number"},
    {"path": "colour"},
]
MAPPED = [
    {"path": "id", "vendorPath": "id"},
    {"path": "givenName", "vendorPath": "given_name"},
    {"path": "age", "vendorPath": "family_name"},
    {"path": "mobile", "vendorPath": "mobile_nubmer"},
]


@pytest.fixture
def person(caller: Caller) -> Iterator[Caller]:
    """A caller with an instance that has contacts, whose organization has `person` for them."""
    made = caller.call("POST", "/organizations/objects/person/definitions", {"fields": DEFINED})
    assert made.status == 200, made.text
    at = f"/organizations/elements/{KEY}/transformations"
    made = caller.call("POST", f"{at}/person", {"vendorName": "contacts", "fields": MAPPED})
    assert made.status == 200, made.text
    connected = caller.connected()
    for first in ("Ada", "Bea", "Cleo"):
        body = {"given_name": first, "family_name": "Lovelace", **MAIL}
        assert connected.call("POST", "/contacts", body).status == 200
    yield connected
    for name in ("person", "contacts"):
        caller.call("DELETE", f"{at}/{name}?propagate=true")
    caller.call("DELETE", "/organizations/objects/definitions")


def number_of(caller: Caller) -> str:
    """Return the id of the caller's instance."""
    return caller.call("GET", "/ping").headers["elements-element-instance-id"]


def sample(caller: Caller, name: str, **query: Any) -> dict[str, Any]:
    """Return a sample of the caller's instance."""
    answer = caller.call("GET", f"/instances/objects/{quote(name)}/samples?{urlencode(query)}")
    assert answer.status == 200, answer.text
    assert "elements-error" not in answer.headers
    return dict(answer.json)


def by_path(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["path"]: row for row in rows}


# -- samples ---------------------------------------------------------------------------------------


def test_a_sample_is_the_vendors_with_its_nulls_and_pages(person: Caller) -> None:
    """By resource or by the caller's own object: the same records, page by page, or one of them."""
    first = sample(person, "contacts", pageSize=2)
    assert (first["objectName"], first["path"], first["recordCount"]) == (
        "contacts",
        "/contacts",
        2,
    )
    assert "family_name" in first["records"][0]
    raw = person.call("GET", "/contacts?pageSize=2").json
    assert [one["id"] for one in first["records"]] == [one["id"] for one in raw]
    assert None in first["records"][0].values(), "calls drop nulls, a sample shows them"
    assert None not in raw[0].values()
    own = sample(person, "person", pageSize=2)
    assert (own["objectName"], own["path"]) == ("person", "/contacts")
    assert own["records"] == first["records"]
    following = sample(person, "contacts", pageSize=2, nextPage=first["nextPage"])
    ids = [one["id"] for one in (*first["records"], *following["records"])]
    assert len(set(ids)) == len(ids) > 2
    one = sample(person, "contacts", recordId=ids[1])
    assert (one["recordCount"], one["records"][0]["id"], "nextPage" in one) == (1, ids[1], False)
    found = sample(person, "contacts", where="given_name='Bea'")
    assert {one["given_name"] for one in found["records"]} == {"Bea"}
    shown = by_path(first["fields"])
    given = shown["given_name"]
    assert (given["type"], given["seen"], given["documented"]) == ("string", 2, True)
    assert set(given["samples"]) <= {one["given_name"] for one in raw}
    mails = [mail["email"] for one in raw for mail in one["email_addresses"]]
    assert shown["email_addresses[*].email"]["samples"] == mails


@pytest.mark.parametrize(
    ("query", "status", "named"),
    [
        ("pageSize=0", 400, "pageSize"),
        ("pageSize=201", 400, "200"),
        ("pageSize=x", 400, "pageSize"),
        ("nextPage=x", 400, ""),
        ("where=nope%3D1", 400, "nope"),
        ("recordId=987654321", 404, ""),
        ("recordId=..", 400, "segment"),
    ],
)
def test_a_sample_that_cannot_be_taken_is_refused(
    query: str, status: int, named: str, person: Caller
) -> None:
    """As the call itself is."""
    refused = person.call("GET", f"/instances/objects/contacts/samples?{query}")
    assert refused.status == status, refused.text
    assert named in refused.json["message"]


def test_what_cannot_be_called_gives_no_sample(person: Caller) -> None:
    """An object that the vendor does not have, or any of a disabled instance."""
    missing = person.call("GET", "/instances/objects/nothing/samples")
    assert (missing.status, missing.json["code"]) == (404, "vendor-refused")
    assert person.call("DELETE", "/instances/enabled").status == 200
    refused = person.call("GET", "/instances/objects/contacts/samples")
    assert (refused.status, refused.json["code"]) == (403, "instance-disabled")


CUSTOM: list[tuple[str, str, str, dict[str, Any]]] = [
    ("keap", "contacts", "Favourite bread",
     {**MAIL, "custom_fields": [{"id": "182", "content": "Rye"}]}),
    ("closeio", "contacts", "Nickname", {"name": "Ada", "custom": "Rye"}),
    ("hubspotcrm", "contacts", "Favourite bread",
     {"properties": {"email": "n@example.com", "favourite_bread": "rye"}}),
    ("sfdc", "Contact", "Languages", {"LastName": "Ng", "Languages__c": "Rye"}),
]  # fmt: skip


@pytest.mark.parametrize(("key", "name", "label", "body"), CUSTOM, ids=[row[0] for row in CUSTOM])
def test_custom_fields_are_told_with_their_place_and_label(
    key: str, name: str, label: str, body: dict[str, Any], caller: Caller, sandbox_url: str
) -> None:
    """The path is the one a transformation reads the value by; so is the value seen, and mapped."""
    element = CATALOG.require(key)
    for vendor in ("close", "hubspot", "salesforce"):
        Sim(sandbox_url).vendor(vendor)
    connected = caller.connected_to(element)
    before = sample(connected, name, pageSize=3)
    [custom] = [field for field in before["fields"] if field["custom"]]
    assert (custom["displayName"], custom["documented"]) == (label, True)
    if "custom" in body:
        lead = connected.call("POST", "/accounts", {"name": "Ours"}).json["id"]
        body = {"name": "Ada", "lead_id": lead, custom["path"].strip("`"): body["custom"]}
    made = connected.call("POST", f"/{name}", body)
    assert made.status == 200, made.text
    made_id = next(made.json[word] for word in ("vid", "id", "Id") if word in made.json)
    shown = sample(connected, name, recordId=made_id)
    [field] = [one for one in shown["fields"] if one["custom"]]
    assert (field["path"], field["seen"]) == (custom["path"], 1)
    assert [value.lower() for value in field["samples"]] == ["rye"]
    draft = {
        "vendorName": name,
        "fields": [{"path": "bread", "vendorPath": field["path"]}],
        "configuration": [ONLY_MAPPED],
    }
    tried = {"payload": shown["records"][0], "transformation": draft}
    answer = connected.call(
        "POST", "/transformations/x/execute", tried | {"instanceId": number_of(connected)}
    )
    assert answer.json == {"bread": field["samples"][0]}


def test_fields_on_demand_are_in_a_sample(caller: Caller) -> None:
    """Records of Keap have custom fields only where they are asked for; a sample shows them."""
    connected = caller.connected_to(CATALOG.require("infusionsoftrest"))
    own = [one for one in sample(connected, "contacts", pageSize=1)["fields"] if one["custom"]]
    text = next(one for one in own if one["displayName"] == "Favourite bread")
    number = int(text["path"].partition("=")[2].partition("]")[0])
    body = {
        "given_name": "Onde",
        "email_addresses": [{"email": "onde@example.com", "field": "EMAIL1"}],
        "custom_fields": [{"id": number, "content": "Rye"}],
    }
    assert connected.call("POST", "/contacts", body).status == 200
    shown = sample(connected, "contacts", where="given_name='Onde'")
    found = next(one for one in shown["fields"] if one["path"] == text["path"])
    assert (found["samples"], found["seen"], found["custom"]) == (["Rye"], 1, True)


def test_what_a_vendor_calls_an_object_leads_to_its_resource(
    caller: Caller, sandbox_url: str
) -> None:
    """A dynamic element takes the vendor's name as it is; others have a resource for it."""
    Sim(sandbox_url).vendor("salesforce")
    salesforce = caller.connected_to(CATALOG.require("sfdc"))
    raw = sample(salesforce, "Contact", pageSize=1)
    assert raw["path"] == "/Contact"
    assert sample(salesforce, "contacts", pageSize=1)["path"] == "/contacts"
    assert {"Id", "LastName"} <= raw["records"][0].keys()


# -- who may ---------------------------------------------------------------------------------------


def test_a_sample_is_no_way_around_a_transformation(
    person: Caller, plain_user: Caller, sibling: Caller, stranger: Caller
) -> None:
    """What calls show in another shape is shown raw only to who may change the shape."""
    number = number_of(person)
    at = f"/instances/{number}/objects/contacts/samples?pageSize=1"
    assert plain_user.call("GET", at).status == 200, "person hides nothing: contacts can be called"
    hides = {
        "vendorName": "contacts",
        "fields": [{"path": "key", "vendorPath": "id"}],
        "configuration": [ONLY_MAPPED],
    }
    mine = f"/organizations/elements/{KEY}/transformations/contacts"
    person.call("POST", "/organizations/objects/contacts/definitions", {"fields": []})
    assert person.call("POST", mine, hides).status == 200
    assert set(person.call("GET", "/contacts?pageSize=1").json[0]) == {"key"}
    shown = person.call("GET", at)
    assert "given_name" in shown.json["records"][0], "untransformed all the same"
    coverage = f"/instances/{number}/transformations"
    for method, path, body in (
        ("GET", at, None),
        ("GET", f"{at}&recordId={shown.json['records'][0]['id']}", None),
        ("GET", f"/instances/{number}/objects/person/samples", None),
        ("GET", f"{coverage}/contacts/coverage", None),
        ("POST", f"{coverage}/any/coverage", hides),
        ("GET", f"{coverage}/person/suggestions", None),
    ):
        refused = plain_user.call(method, path, body)
        assert (refused.status, refused.json.get("code")) == (403, "privilege-missing"), path
        assert "editCommonObjects" in refused.json["message"]
    for path in (at, f"{coverage}/person/coverage", f"{coverage}/person/suggestions"):
        assert stranger.call("GET", path).status == 403
        assert sibling.call("GET", path).status == 403
        assert person.call("GET", path.replace(number, "999999")).status == 404
        assert person.call("GET", path, authorization=None).status == 401


def test_who_may_not_store_a_script_may_not_try_one_out(person: Caller, plain_user: Caller) -> None:
    """A draft without one is anybody's who may view."""
    number = number_of(person)
    body = {"payload": {"id": 1}, "instanceId": number}
    draft: dict[str, Any] = {"vendorName": "contacts", "fields": MAPPED[:1]}
    tried = plain_user.call("POST", "/transformations/x/execute", body | {"transformation": draft})
    assert (tried.status, tried.json) == (200, {"id": "1"})
    scripted = draft | {"script": {"body": "done({})"}}
    for refused in (
        plain_user.call("POST", "/transformations/x/execute", body | {"transformation": scripted}),
        plain_user.call("POST", f"/instances/{number}/transformations/x/coverage", scripted),
    ):
        assert (refused.status, refused.json["code"]) == (403, "privilege-missing")


# -- coverage --------------------------------------------------------------------------------------


def test_coverage_tells_of_every_field_on_both_sides(person: Caller) -> None:
    """What is filled, what is mistyped, what keeps the wrong type, and what the caller never gets."""
    answer = person.call("GET", "/instances/transformations/person/coverage?pageSize=3")
    assert answer.status == 200, answer.text
    report = answer.json
    assert (report["objectName"], report["vendorName"]) == ("person", "contacts")
    assert (report["recordCount"], report["scripted"]) == (3, False)
    own = by_path(report["fields"])
    assert {path: field["state"] for path, field in own.items()} == {
        "id": "mapped", "givenName": "mapped", "age": "mapped", "mobile": "neverSeen",
        "lastName": "unmapped", "email": "unmapped", "colour": "unmapped",
    }  # fmt: skip
    assert {"sample": "Gold", "declared": "number", "found": "string"} in own["age"]["conflicts"]
    assert (own["age"]["conflictCount"], own["id"]["level"]) == (3, "organization")
    assert "vendorPath" not in own["lastName"]
    theirs = by_path(report["vendorFields"])
    assert (theirs["given_name"]["state"], theirs["given_name"]["mappedTo"]) == (
        "mapped",
        ["givenName"],
    )
    assert theirs["email_addresses[*].email"]["state"] == "passed"
    summary = report["summary"]
    assert summary["fields"]["neverSeen"] == 1
    assert summary["vendorFields"]["dropped"] == 0
    assert sum(summary["vendorFields"].values()) == len(report["vendorFields"])
    assert summary["vendorShare"] == 1.0
    number = number_of(person)
    by_id = person.call("GET", f"/instances/{number}/transformations/person/coverage?pageSize=3")
    assert by_id.json == report
    assert person.call("GET", "/instances/transformations/nothing/coverage").status == 404


def test_a_draft_is_covered_and_not_stored(person: Caller) -> None:
    """Laid over the levels above; its own level is replaced, and a definition may come along."""
    at = "/instances/transformations/person"
    stored = person.call("GET", f"{at}/coverage").json
    draft = {
        "vendorName": "contacts",
        "fields": [{"path": "lastName", "vendorPath": "family_name"}],
        "configuration": [ONLY_MAPPED],
    }
    alone = person.call("POST", f"{at}/coverage", draft).json
    own = by_path(alone["fields"])
    assert (own["lastName"]["state"], own["lastName"]["level"]) == ("mapped", "instance")
    assert own["givenName"]["state"] == "unmapped"
    assert by_path(alone["vendorFields"])["given_name"]["state"] == "dropped"
    assert alone["summary"]["vendorShare"] < 0.2
    inherits = draft | {"configuration": [INHERIT]}
    merged = by_path(person.call("POST", f"{at}/coverage", inherits).json["fields"])
    assert (merged["givenName"]["state"], merged["givenName"]["level"]) == (
        "mapped",
        "organization",
    )
    replaced = by_path(
        person.call("POST", f"{at}/coverage", inherits | {"level": "organization"}).json["fields"]
    )
    assert replaced["givenName"]["state"] == "unmapped", "it stands in the organization's place"
    assert replaced["lastName"]["level"] == "organization"
    defined = draft | {
        "definition": {"fields": [{"path": "lastName", "type": "int"}, {"path": "x"}]}
    }
    fields = by_path(
        person.call("POST", f"{at}/coverage", defined | {"level": "organization"}).json["fields"]
    )
    assert fields.keys() == {"lastName", "x"}
    assert fields["lastName"]["conflicts"][0]["found"] == "string"
    new = person.call("POST", "/instances/transformations/brandNew/coverage", draft)
    assert new.json["summary"]["fields"]["mapped"] == 1, "no object of that name is defined yet"
    assert person.call("GET", f"{at}/coverage").json == stored
    assert person.call("GET", "/instances/transformations/brandNew").status == 404


BAD: list[tuple[dict[str, Any], str]] = [
    ({"fields": []}, "vendorName"),
    ({"vendorName": "contacts", "fields": [{"path": "a"}, {"path": "b["}]}, "fields[1].path"),
    ({"vendorName": "contacts", "fields": [{"path": "a", "vendorPath": "x..y"}]}, "fields[0].vendorPath"),
    ({"vendorName": "contacts", "fields": [{"path": "a", "vendorPath": "b", "configuration": [
        {"type": "transformDate", "properties": {"pattern": "QQ"}}]}]}, "fields[0].configuration"),
    ({"vendorName": "contacts", "level": "system"}, "level"),
    ({"vendorName": "contacts", "level": 3}, "level"),
    ({"vendorName": "contacts", "definition": []}, "definition"),
    ({"vendorName": "contacts", "definition": {"fields": [{"type": "int"}]}}, "fields[0]"),
    ({"vendorName": "contacts", "fields": "all"}, "fields"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("draft", "named"), BAD, ids=[row[1] + str(at) for at, row in enumerate(BAD)]
)
def test_a_draft_that_cannot_be_read_is_refused(
    draft: dict[str, Any], named: str, person: Caller
) -> None:
    """The message says where, in coverage as when it is tried out."""
    refused = person.call("POST", "/instances/transformations/person/coverage", draft)
    assert refused.status == 400, refused.text
    assert named in refused.json["message"]
    tried = {"payload": {}, "instanceId": number_of(person), "transformation": draft}
    refused = person.call("POST", "/transformations/person/execute", tried)
    assert refused.status == 400
    assert named in refused.json["message"]


# -- trying out ------------------------------------------------------------------------------------


def test_a_draft_is_tried_out_both_ways(person: Caller) -> None:
    """For an instance or an element, with its script; errors of it are told; nothing is stored."""
    script = """if (fromVendor) transformedObject.whole = originalObject.given_name + "!";
    else transformedObject.family_name = "L.";
    done(transformedObject);"""
    draft: dict[str, Any] = {
        "vendorName": "contacts",
        "fields": [{"path": "first", "vendorPath": "given_name"}],
        "configuration": [ONLY_MAPPED],
        "script": {"body": script},
    }
    element = person.call("GET", f"/elements/{KEY}").json["id"]
    where = ({"instanceId": number_of(person)}, {"elementId": element})
    for named in where:
        body = named | {"transformation": draft, "payload": {"given_name": "Ada", "x": 1}}
        read = person.call("POST", "/transformations/person/execute?provenance=true", body)
        assert (read.status, read.json) == (200, {"first": "Ada", "whole": "Ada!"}), read.text
        assert "script" in read.headers["elements-provenance"]
        many = person.call(
            "POST", "/transformations/person/execute", body | {"payload": [body["payload"]] * 2}
        )
        assert many.json == [read.json] * 2
        written = person.call(
            "POST",
            "/transformations/person/execute",
            body | {"payload": {"first": "Ada"}, "method": "POST"},
        )
        assert written.json == {"given_name": "Ada", "family_name": "L."}
        broken = draft | {"script": {"body": "none.such"}}
        failed = person.call(
            "POST", "/transformations/person/execute", body | {"transformation": broken}
        )
        assert failed.json == {"first": "Ada"}
        assert "none is not defined" in failed.headers["elements-error"]
    body = where[0] | {"payload": {"given_name": "Ada", "id": 7}}
    stored = person.call("POST", "/transformations/person/execute", body)
    assert stored.json == {"id": "7", "givenName": "Ada"}
    inherits = {"vendorName": "contacts", "fields": draft["fields"], "configuration": [INHERIT]}
    merged = person.call(
        "POST", "/transformations/person/execute", body | {"transformation": inherits}
    )
    assert merged.json == {"id": "7", "givenName": "Ada", "first": "Ada"}
    outside = body | {"transformation": inherits | {"level": "instance"}} | where[1]
    del outside["instanceId"]
    refused = person.call("POST", "/transformations/person/execute", outside)
    assert (refused.status, "instance level" in refused.json["message"]) == (400, True)
    at_account = outside | {"transformation": inherits | {"level": "account"}}
    over = person.call("POST", "/transformations/person/execute", at_account)
    assert over.json == merged.json
    bad = person.call("POST", "/transformations/person/execute", body | {"transformation": [1]})
    assert (bad.status, bad.json["code"]) == (400, "bad-body")


def test_a_date_mask_of_old_is_hinted_at_in_a_draft(person: Caller) -> None:
    """As when it is saved."""
    mask = {"type": "transformDate", "properties": {"pattern": "yyyy-mm-dd"}}
    draft = {
        "vendorName": "contacts",
        "fields": [{"path": "d", "vendorPath": "at", "type": "date", "configuration": [mask]}],
    }
    tried = person.call(
        "POST",
        "/transformations/person/execute",
        {"payload": {"at": "2026-01-31T10:00:00Z"}, "instanceId": number_of(person),
         "transformation": draft},
    )  # fmt: skip
    assert tried.json == {"d": "2026-01-31"}
    assert "month" in tried.headers["elements-error"]


# -- suggestions -----------------------------------------------------------------------------------


def test_fields_are_suggested_by_name_model_and_value(person: Caller) -> None:
    """What the canonical model calls first name is found though nothing is named so."""
    answer = person.call("GET", "/instances/transformations/person/suggestions")
    assert answer.status == 200, answer.text
    found = by_path(answer.json)
    assert found["id"]["vendorPath"] == "id"
    assert found["givenName"]["vendorPath"] == "given_name"
    assert "canonical" in found["givenName"]["why"]
    assert found["lastName"]["vendorPath"] == "family_name"
    assert found["lastName"]["why"][0] == "canonical"
    assert found["email"]["vendorPath"] == "email_addresses[0].email"
    assert {"name", "value"} <= set(found["email"]["why"])
    assert "colour" not in found
    scores = [one["score"] for one in answer.json]
    assert scores == sorted(scores, reverse=True)
    other = person.call("GET", "/instances/transformations/person/suggestions?vendorName=companies")
    assert by_path(other.json).get("givenName") is None
    missing = person.call("GET", "/instances/transformations/nothing/suggestions")
    assert missing.status == 404
