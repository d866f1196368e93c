"""A contact of the caller's own over three vendors: what each of them received, and what came back.

Its bread is a field that every account has made for itself: in a list under a number at Keap, among
the properties at HubSpot, a field with an ending at Salesforce."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.conftest import Sim
from tests.journeys.conftest import Caller
from valence.elements import Catalog

CATALOG = Catalog.load()
GRACE = {
    "firstName": "Grace",
    "lastName": "Hopper",
    "email": "grace@navy.example",
    "phone": "+16505550142",
    "company": "Navy",
    "favouriteBread": "rye",
}
READ = {"type": "remove", "properties": {"toVendor": True}}
DAY = {"type": "transformDate", "properties": {"pattern": "yyyy-MM-dd"}}
OURS = [
    {"type": "passThrough", "properties": {"fromVendor": False, "toVendor": False}},
    {"type": "addToDocumentation"},
]
INHERITS = [{"type": "inherit"}]
ADDRESS = """
if (fromVendor) {
  const found = (originalObject.email_addresses || []).find((one) => one.field === "EMAIL1");
  if (found) transformedObject.email = found.email;
} else if (originalObject.email) {
  transformedObject.email_addresses = [{field: "EMAIL1", email: originalObject.email}];
}
done(transformedObject);"""
MOMENT = """
if (fromVendor && transformedObject.changed) {
  transformedObject.changed = new Date(Number(transformedObject.changed)).toISOString().slice(0, 10);
}
done(transformedObject);"""
NAMES = ("id", "firstName", "lastName", "email", "phone", "company", "favouriteBread")


@dataclass(frozen=True)
class At:
    """One vendor: how the contact is mapped there, and what the vendor must see of it."""

    sandbox: str
    object_name: str
    vendor_paths: dict[str, str]
    changed: dict[str, Any]
    created: tuple[str, str, Any]  # method, path and body of the creation
    updated: tuple[str, str, Any]
    held: dict[str, Any]  # what the record has under the vendor's own names afterwards
    script: str = ""
    read_only: tuple[str, ...] = ()

    @property
    def transformation(self) -> dict[str, Any]:
        fields = [
            {"path": name, "vendorPath": path, "configuration": [READ] * (name in self.read_only)}
            for name, path in self.vendor_paths.items()
        ]
        body = {"vendorName": self.object_name, "configuration": OURS}
        return {
            **body,
            "fields": [*fields, {"path": "changed", "type": "date", **self.changed}],
            **({"script": {"body": self.script}} if self.script else {}),
        }


def properties(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"properties": [{"property": name, "value": value} for name, value in pairs]}


VENDORS = {
    "infusionsoftrest": At(
        sandbox="keap",
        object_name="contacts",
        vendor_paths={
            "id": "id",
            "firstName": "given_name",
            "lastName": "family_name",
            "phone": "phone_numbers[field=PHONE1].number",
            "company": "company.company_name",
            "favouriteBread": "custom_fields[id=182].content",
        },
        changed={"vendorPath": "last_updated", "configuration": [DAY, READ]},
        script=ADDRESS,
        read_only=("company",),
        created=(
            "POST",
            "/crm/rest/v1/contacts",
            {
                "given_name": "Grace",
                "family_name": "Hopper",
                "phone_numbers": [{"field": "PHONE1", "number": "+16505550142"}],
                "email_addresses": [{"field": "EMAIL1", "email": "grace@navy.example"}],
                "custom_fields": [{"id": 182, "content": "rye"}],
            },
        ),
        updated=(
            "PATCH",
            "/crm/rest/v1/contacts/{id}",
            {"family_name": "Murray", "custom_fields": [{"id": 182, "content": "wheat"}]},
        ),
        held={"custom_fields": [{"id": 182, "content": "wheat"}], "family_name": "Murray"},
    ),
    "hubspotcrm": At(
        sandbox="hubspot",
        object_name="contacts",
        vendor_paths={
            "id": "vid",
            "firstName": "properties.firstname",
            "lastName": "properties.lastname",
            "email": "properties.email",
            "phone": "properties.phone",
            "company": "properties.company",
            "favouriteBread": "properties.favourite_bread",
        },
        changed={"vendorPath": "properties.lastmodifieddate", "configuration": [READ]},
        script=MOMENT,
        created=(
            "POST",
            "/hubspot/contacts/v1/contact",
            properties(
                ("firstname", "Grace"),
                ("lastname", "Hopper"),
                ("email", "grace@navy.example"),
                ("phone", "+16505550142"),
                ("company", "Navy"),
                ("favourite_bread", "rye"),
            ),
        ),
        updated=(
            "POST",
            "/hubspot/contacts/v1/contact/vid/{id}/profile",
            properties(("lastname", "Murray"), ("favourite_bread", "wheat")),
        ),
        held={"properties": {"favourite_bread": "wheat", "lastname": "Murray"}},
    ),
    "sfdc": At(
        sandbox="salesforce",
        object_name="leads",
        vendor_paths={
            "id": "Id",
            "firstName": "FirstName",
            "lastName": "LastName",
            "email": "Email",
            "phone": "Phone",
            "company": "Company",
            "favouriteBread": "Favourite_Bread__c",
        },
        changed={"vendorPath": "LastModifiedDate", "configuration": [DAY, READ]},
        created=(
            "POST",
            "/salesforce/services/data/v60.0/sobjects/Lead",
            {
                "FirstName": "Grace",
                "LastName": "Hopper",
                "Email": "grace@navy.example",
                "Phone": "+16505550142",
                "Company": "Navy",
                "Favourite_Bread__c": "rye",
            },
        ),
        updated=(
            "PATCH",
            "/salesforce/services/data/v60.0/sobjects/Lead/{id}",
            {"LastName": "Murray", "Favourite_Bread__c": "wheat"},
        ),
        held={"LastName": "Murray", "Favourite_Bread__c": "wheat"},
    ),
}
KEAP = VENDORS["infusionsoftrest"]
PATCH = {"lastName": "Murray", "favouriteBread": "wheat"}


def told(caller: Caller, method: str, path: str, body: Any = None, **query: Any) -> Any:
    """Call, and return what was answered; it must be well."""
    asked = f"{path}?{urlencode(query, quote_via=quote)}" if query else path
    answer = caller.call(method, asked, body)
    assert answer.status == 200, answer.text
    return answer.json


def of_hub(caller: Caller, method: str, path: str, body: Any = None, **query: Any) -> Any:
    return told(caller, method, f"/hubs/crm{path}", body, **query)


def received(caller: Caller, at: At, method: str, path: str) -> list[dict[str, Any]]:
    """Return the calls that a vendor received there, oldest first."""
    calls = Sim(caller.sim.url, root=f"/_sim/{at.sandbox}").get("calls")
    rows = calls["calls"] if isinstance(calls, dict) else calls
    return [one for one in rows if (one["method"], one["path"]) == (method, path)]


@pytest.fixture
def described(caller: Caller) -> Iterator[Caller]:
    """A caller whose organization has described the contact and mapped it for all three."""
    told(caller, "POST", "/organizations/objects/myContact/definitions", {
        "fields": [*({"path": name} for name in NAMES), {"path": "changed", "type": "date"}],
    })  # fmt: skip
    for key, at in VENDORS.items():
        path = f"/organizations/elements/{key}/transformations/myContact"
        told(caller, "POST", path, at.transformation)
    yield caller
    caller.call("DELETE", "/common-resources/myContact?force=true")


def connected(caller: Caller, key: str) -> Caller:
    return caller.connected_to(CATALOG.require(key))


@pytest.mark.parametrize("key", VENDORS)
def test_one_body_reaches_each_vendor_in_its_own_shape(key: str, described: Caller) -> None:
    """Created, found, ordered, read, changed: the vendor gets its own names and nothing else."""
    at, vendor = VENDORS[key], connected(described, key)
    number = of_hub(vendor, "POST", "/myContact", {**GRACE, "unknown": "stays here"})["id"]
    assert isinstance(number, str)
    method, path, body = at.created
    assert [one["body"] for one in received(vendor, at, method, path)] == [body]
    shown = {name: value for name, value in GRACE.items() if name not in at.read_only}
    read = of_hub(vendor, "GET", f"/myContact/{number}")
    day = read.pop("changed")
    assert len(day) == len("2026-01-31")
    assert read == {"id": number, **shown}
    found = of_hub(vendor, "GET", "/myContact", where="email='grace@navy.example'")
    assert found == [{"id": number, "changed": day, **shown}]
    chosen = of_hub(
        vendor, "GET", "/myContact", where="email='grace@navy.example'", fields="id,favouriteBread"
    )
    assert chosen == [{"id": number, "favouriteBread": "rye"}]
    everybody = of_hub(vendor, "GET", "/myContact", pageSize=100)
    assert len(everybody) > 1
    assert {"id": number, "changed": day, **shown} in everybody
    assert of_hub(vendor, "PATCH", f"/myContact/{number}", PATCH) is not None
    method, path, body = at.updated
    calls = received(vendor, at, method, path.format(id=number))
    assert [one["body"] for one in calls] == [body]
    after = of_hub(vendor, "GET", f"/myContact/{number}", fields="lastName,favouriteBread,phone")
    assert after == {**PATCH, "phone": GRACE["phone"]}
    names = "custom_fields,family_name" if key == "infusionsoftrest" else ",".join(at.held)
    raw = of_hub(vendor, "GET", f"/{at.object_name}/{number}", fields=names)
    for name, value in at.held.items():
        assert raw[name] == (raw[name] | value if isinstance(value, dict) else value)


@pytest.mark.parametrize("key", VENDORS)
def test_an_order_and_a_filter_are_the_vendors_or_refused(key: str, described: Caller) -> None:
    """By the caller's names; what is found in a list by a key is no vendor's to search."""
    vendor = connected(described, key)
    for first, bread in (("Ann", "rye"), ("Bea", "wheat")):
        email = f"{first.lower()}@navy.example"
        of_hub(vendor, "POST", "/myContact", {**GRACE, "firstName": first, "email": email, "favouriteBread": bread})  # fmt: skip
    ordered = vendor.call(
        "GET", "/hubs/crm/myContact?orderBy=id%20desc&pageSize=2&fields=firstName"
    )
    if key == "hubspotcrm":
        assert (ordered.status, ordered.json["code"]) == (400, "unsupported-field")
    else:
        assert ordered.json == [{"firstName": "Bea"}, {"firstName": "Ann"}]
    where = quote("favouriteBread='wheat'")
    filtered = vendor.call("GET", f"/hubs/crm/myContact?where={where}&fields=firstName")
    if key == "infusionsoftrest":
        assert (filtered.status, filtered.json["code"]) == (400, "unsupported-field")
    else:
        assert filtered.json == [{"firstName": "Bea"}]


@pytest.mark.parametrize("key", VENDORS)
def test_it_is_among_the_objects_with_what_the_vendor_says_of_its_fields(
    key: str, described: Caller
) -> None:
    """Names, metadata, documents; whether the element describes its objects itself or not."""
    at, vendor = VENDORS[key], connected(described, key)
    assert of_hub(vendor, "GET", "/objects").count("myContact") == 1
    helium = vendor.call("GET", "/hubs/crm/objects", headers={"Elements-Version": "Helium"}).json
    assert {"name": "myContact", "vendorName": at.object_name, "type": "vdr"} in helium
    fields = of_hub(vendor, "GET", "/objects/myContact/metadata")["fields"]
    places = {**at.vendor_paths, "changed": at.changed["vendorPath"]}
    assert {one["path"]: one["vendorPath"] for one in fields} == places
    assert [one["path"] for one in fields if "vendorNativeType" not in one] == []
    (bread,) = of_hub(vendor, "GET", "/objects/myContact/metadata", customFieldsOnly="true")[
        "fields"
    ]
    assert (bread["path"], bread["vendorPath"]) == ("favouriteBread", places["favouriteBread"])
    assert bread["vendorDisplayName"].lower() == "favourite bread"
    documents = told(vendor, "GET", "/instances/docs")
    assert documents["definitions"]["myContact"]["properties"].keys() == places.keys()
    assert {"get", "patch", "delete"} <= documents["paths"]["/myContact/{objectId}"].keys()
    own = of_hub(vendor, "GET", "/objects/myContact/docs")
    assert own["definitions"].keys() >= {"myContact"}


def test_levels_add_fields_that_reach_the_vendor(described: Caller, sibling: Caller) -> None:
    """A second custom field of the account and a field of one instance, in one change of one list.

    Another instance has what its account adds, one of another account the organization's alone."""
    vendor = connected(described, "infusionsoftrest")
    label = {"label": "Loyalty tier", "field_type": "Text"}
    tier = of_hub(vendor, "POST", "/contacts/model/customFields", label)["id"]
    for at, fields in (
        (
            "/accounts/elements/infusionsoftrest",
            [{"path": "loyaltyTier", "vendorPath": f"custom_fields[id={tier}].content"}],
        ),
        (
            "/instances",
            [
                {"path": "title", "vendorPath": "job_title"},
                {"path": "born", "vendorPath": "birthday"},
            ],
        ),
    ):
        body = {"vendorName": "contacts", "fields": fields, "configuration": INHERITS}
        told(vendor, "POST", f"{at}/transformations/myContact", body)
    more = {"loyaltyTier": "gold", "title": "Admiral", "born": "1906-12-09"}
    number = of_hub(vendor, "POST", "/myContact", {**GRACE, **more})["id"]
    method, path, body = KEAP.created
    (call,) = received(vendor, KEAP, method, path)
    assert call["body"] == {
        **body,
        "custom_fields": [{"id": 182, "content": "rye"}, {"id": tier, "content": "gold"}],
        "job_title": "Admiral",
        "birthday": "1906-12-09",
    }
    of_hub(vendor, "PATCH", f"/myContact/{number}", {"loyaltyTier": "silver"})
    (call,) = received(vendor, KEAP, "PATCH", f"{path}/{number}")
    assert call["body"] == {"custom_fields": [{"id": tier, "content": "silver"}]}
    wanted = {"favouriteBread": "rye", **more, "loyaltyTier": "silver"}
    read = of_hub(vendor, "GET", f"/myContact/{number}")
    assert {name: read.get(name) for name in wanted} == wanted
    (asked,) = received(vendor, KEAP, "GET", f"{path}/{number}")
    sent = dict(asked["query"])["optional_properties"].split(",")
    assert sorted(sent) == ["birthday", "custom_fields", "job_title"]
    of_account = of_hub(connected(described, "infusionsoftrest"), "GET", f"/myContact/{number}")
    assert of_account.keys() & wanted.keys() == {"favouriteBread", "loyaltyTier"}
    others = connected(sibling, "infusionsoftrest")
    of_organization = of_hub(others, "GET", f"/myContact/{number}")
    assert of_organization.keys() & wanted.keys() == {"favouriteBread"}
    merged = told(vendor, "GET", "/instances/transformations/myContact")["fields"]
    levels = {one["path"]: one["level"] for one in merged}
    assert levels == {
        **dict.fromkeys([*KEAP.vendor_paths, "changed"], "organization"),
        "loyaltyTier": "account",
        "title": "instance",
        "born": "instance",
    }
    shown = vendor.call("GET", f"/hubs/crm/myContact/{number}?provenance=true")
    sources = json.loads(shown.headers["elements-provenance"])
    assert sources["loyaltyTier"] == {
        "vendorPath": f"custom_fields[id={tier}].content", "level": "account",
    }  # fmt: skip
    assert sources["born"] == {"vendorPath": "birthday", "level": "instance"}
    assert sources["email"] == {"script": True, "level": "organization"}


@pytest.mark.parametrize("key", VENDORS)
def test_it_is_tried_out_without_the_vendor(key: str, described: Caller) -> None:
    """The very body that a creation sends, but for what the definition makes of it."""
    at, vendor = VENDORS[key], connected(described, key)
    number = vendor.call("GET", "/ping").headers["elements-element-instance-id"]
    before = len(received(vendor, at, *at.created[:2]))
    tried = told(
        described,
        "POST",
        "/transformations/myContact/execute",
        {"instanceId": int(number), "method": "POST", "payload": GRACE},
    )
    if key == "hubspotcrm":
        tried = properties(*tried["properties"].items())
    assert tried == at.created[2]
    assert len(received(vendor, at, *at.created[:2])) == before


def test_an_export_is_taken_in_by_another_organization(described: Caller, stranger: Caller) -> None:
    """Where it maps what it has mapped here, for every vendor."""
    document = told(described, "GET", "/vdrs/myContact/export")
    assert document["transformation"].keys() == VENDORS.keys()
    told(stranger, "PUT", "/vdrs/import", document)
    vendor = connected(stranger, "infusionsoftrest")
    number = of_hub(vendor, "POST", "/myContact", GRACE)["id"]
    method, path, body = KEAP.created
    (call,) = received(vendor, KEAP, method, path)
    assert call["body"] == body
    assert of_hub(vendor, "GET", f"/myContact/{number}")["favouriteBread"] == "rye"
