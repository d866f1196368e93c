"""One CRM hub over many vendors: the same calls with the same bodies, only the token differs."""

import pytest

from tests.journeys.conftest import Caller
from valence.domain import Element
from valence.elements import Catalog, canonical_objects, templates_of

CONNECTED = [one for one in Catalog.load().all() if one.sandbox_addresses and one.hub == "crm"]
PERSON = {
    "firstName": "Grace",
    "lastName": "Hopper",
    "email": "grace@canonical.example",
    "phone": "+16505550142",
}


def canonical(caller: Caller, element: Element) -> Caller:
    """Return a caller of a fresh instance that speaks the canonical contact."""
    definitions = caller.call("GET", "/organizations/objects/definitions?systemOnly=true").json
    template = caller.call("GET", f"/elements/{element.key}/transformations").json["contacts"]
    vendor = caller.connected_to(element)
    for path, body in (
        ("/instances/objects/contacts/definitions", definitions["contacts"]),
        ("/instances/transformations/contacts", template),
    ):
        made = vendor.call("POST", path, body)
        assert made.status == 200, made.text
    return vendor


def test_every_connected_crm_is_among_them() -> None:
    """A CRM element with a sandbox has a template for contacts that gives the names of PERSON."""
    assert len(CONNECTED) >= 3
    for element in CONNECTED:
        assert "contacts" in templates_of(element), element.key


@pytest.mark.parametrize("element", CONNECTED, ids=lambda element: element.key)
def test_the_same_calls_work_on_every_crm(element: Element, caller: Caller) -> None:
    """Create, read, search, update, delete, and the record is gone."""
    vendor = canonical(caller, element)
    made = vendor.call("POST", "/hubs/crm/contacts", PERSON)
    assert made.status == 200, made.text
    path = f"/hubs/crm/contacts/{made.json['id']}"
    read = vendor.call("GET", path)
    assert read.status == 200, read.text
    assert {name: read.json.get(name) for name in PERSON} == PERSON
    search = "/hubs/crm/contacts?where=email%3D'grace@canonical.example'"
    found = vendor.call("GET", search)
    assert found.status == 200, found.text
    assert str(made.json["id"]) in [str(one["id"]) for one in found.json]
    assert {one["email"] for one in found.json} == {PERSON["email"]}
    named = {"firstName": "Grace Brewster", "lastName": "Murray"}
    changed = vendor.call("PATCH", path, named)
    assert changed.status == 200, changed.text
    after = vendor.call("GET", path).json
    assert {name: after[name] for name in PERSON} == PERSON | named
    assert vendor.call("DELETE", path).status == 200
    assert vendor.call("GET", path).status == 404


def test_what_is_not_mapped_passes(caller: Caller) -> None:
    """Nothing of the vendor's is lost beside the canonical names."""
    keap = canonical(caller, Catalog.load().require("infusionsoftrest"))
    (record,) = keap.call("GET", "/hubs/crm/contacts?pageSize=1").json
    assert {"email_addresses", "addresses", "firstName"} <= set(record)
    assert "given_name" not in record


def test_templates_name_what_the_hub_has() -> None:
    """Each object and field of a template is one of the canonical model, with its type."""
    shapes = {one.name: one.fields for one in canonical_objects() if one.hub == "crm"}
    assert {"contacts", "accounts", "opportunities", "tasks", "notes", "users"} <= set(shapes)
    for element in CONNECTED:
        for name, template in templates_of(element).items():
            assert {row["path"] for row in template["fields"]} <= set(shapes[name])
