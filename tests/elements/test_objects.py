"""Names of objects, fields in both forms, and the summary of an element: keys and order exactly."""

from typing import Any

import pytest

from tests.elements.acme import Json, acme, contacts
from valence.domain import NotFound
from valence.elements import element_metadata, helium_objects, object_metadata, object_names


def test_declared_fields_come_in_declaration_order() -> None:
    """With these keys and no other, nested ones flattened, verbs in the order of resources."""
    fields = object_metadata(acme(), "deals")["fields"]
    assert [field["vendorPath"] for field in fields] == [
        "id", "amount", "address.country", "address.zip", "flavour",
    ]  # fmt: skip
    assert fields[1] == {
        "type": "number",
        "vendorPath": "amount",
        "vendorDisplayName": "Amount",
        "vendorNativeType": "integer",
        "vendorRequired": False,
        "vendorReadOnly": False,
        "hidden": False,
        "method": [
            {"name": "GET", "request": False, "response": True},
            {"name": "POST", "request": True, "response": True},
        ],
    }
    assert list(fields[0]) == [
        "type", "vendorPath", "vendorNativeType", "vendorRequired", "vendorReadOnly", "hidden",
        "method",
    ]  # fmt: skip
    assert fields[0]["vendorReadOnly"] is True
    country, postcode = fields[2], fields[3]
    assert country["vendorRequired"] is True
    assert country["method"] == [
        {"name": "GET", "request": False, "response": True},
        {"name": "POST", "request": True, "response": False},
    ]
    assert postcode["method"] == [{"name": "POST", "request": True, "response": False}]


def test_declared_fields_know_their_verbs_from_models() -> None:
    """Where no resource lists fields of its own; a verb is told once."""
    document = acme() | {
        "objects": [{"name": "contacts", "fields": [{"name": "email", "type": "string"},
                                                    {"name": "tags", "type": "array"},
                                                    {"name": "gone", "type": "string"}]}]
    }  # fmt: skip
    email, tags, gone = object_metadata(document, "contacts")["fields"]
    assert email["method"] == [
        {"name": "GET", "request": False, "response": True},
        {"name": "POST", "request": True, "response": False},
        {"name": "PATCH", "request": True, "response": True},
    ]
    assert tags["method"] == [{"name": "GET", "request": False, "response": True}]
    assert gone["method"] == []


def test_derived_fields_have_their_order_and_keys() -> None:
    """The last resource first, answers before bodies, each sorted; verbs as they are met."""
    resources = contacts()
    # A change that answers nothing answers what reading answers.
    resources[3]["model"] |= {"name": "none", "swagger": {"none": {"properties": {}}}}
    fields = object_metadata(acme() | {"resources": resources}, "contacts")["fields"]
    assert [(field["path"], [one["name"] for one in field["method"]]) for field in fields] == [
        ("address.city", ["PATCH", "GET"]),
        ("address.country.code", ["PATCH", "GET"]),
        ("email", ["PATCH", "GET", "POST"]),
        ("id", ["PATCH", "GET", "POST"]),
        ("phones", ["PATCH", "GET"]),
        ("tags[*].data.id", ["PATCH", "GET"]),
        ("tags[*].data.note", ["PATCH", "GET"]),
        ("name", ["POST"]),
        ("score", ["GET"]),
    ]
    assert fields[2] == {
        "type": "string",
        "path": "email",
        "vendorPath": "email",
        "vendorNativeType": "string",
        "createable": True,
        "updateable": True,
        "method": [
            {"name": "PATCH", "request": True, "response": True},
            {"name": "GET", "response": True},
            {"name": "POST", "request": True, "response": False},
        ],
    }
    assert list(fields[0]) == list(fields[2])
    types = {field["path"]: (field["type"], field["vendorNativeType"]) for field in fields}
    assert types["tags[*].data.id"] == ("number", "number")
    assert types["tags[*].data.note"] == ("unknown", "unknown")
    assert types["phones"] == ("array", "array")
    created = {field["path"] for field in fields if field["createable"]}
    changed = {field["path"] for field in fields if field["updateable"]}
    assert (created, changed) == ({"email", "name"}, {"email"})


def test_models_can_be_asked_for_and_custom_fields_alone() -> None:
    """useModels passes the declaration over; nothing custom is an empty list."""
    document = acme()
    document["resources"][5]["model"] = {
        "name": "deal", "swagger": {"deal": {"properties": {"amount": {"type": "integer"}}}}
    }  # fmt: skip
    derived = object_metadata(document, "deals", use_models=True)["fields"]
    assert [field["path"] for field in derived] == ["amount"]
    assert derived[0]["type"] == derived[0]["vendorNativeType"] == "number"
    custom = object_metadata(document, "deals", custom_fields_only=True)["fields"]
    assert [field["vendorPath"] for field in custom] == ["flavour"]
    assert object_metadata(document, "contacts", custom_fields_only=True) == {"fields": []}


@pytest.mark.parametrize("name", ["deals", "Deal", "DEAL", "dEALS"])
def test_an_object_is_found_by_its_own_and_the_vendors_name(name: str) -> None:
    """In any letter case."""
    assert len(object_metadata(acme(), name)["fields"]) == 5


def test_an_unknown_object_is_not_found() -> None:
    """And its name is in the sentence."""
    with pytest.raises(NotFound, match="nothing-here"):
        object_metadata(acme(), "nothing-here")


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, ["contacts", "deals", "settings", "files"]),
        ({"resources": [], "objects": [{"name": "contacts", "fields": []}]}, ["contacts"]),
        ({"resources": []}, ["deals"]),
        ({"resources": contacts(), "objects": []}, ["contacts"]),
        ({"resources": contacts(), "objects": [], "models": [{"name": "contact"}, {"name": "lead"}]},
         ["contacts", "lead"]),
        ({"resources": [{"method": "GET", "path": "/hubs/e/customers/groups", "model": {"name": "a"}}],
          "objects": []}, ["groups"]),
        ({"resources": [{"method": "GET", "path": "/tasks"}, {"method": "GET", "path": "/ping"},
                        {"method": "GET", "path": "/{objectName}"},
                        {"method": "GET", "path": "/tasks/search", "model": {"name": "a"}}],
          "objects": []}, ["tasks"]),
        ({"resources": [], "objects": []}, []),
    ],
)  # fmt: skip
def test_names_of_objects(changes: Json, names: list[str]) -> None:
    """Resources by their path, declared ones, and nothing that only types a field."""
    assert object_names(acme() | changes) == names


def test_helium_tells_the_vendors_names() -> None:
    """A resource is canonical; what has none is the vendor's own, under its own name."""
    document = acme()
    document["objects"].append({"name": "Lead", "vendorName": "Lead"})
    shown = helium_objects(document)
    assert shown[0] == {"name": "contacts", "vendorName": "people", "type": "ceCanonical"}
    assert shown[1] == {"name": "deals", "vendorName": "Deal", "type": "ceCanonical"}
    assert shown[-1] == {"name": "Lead", "vendorName": "Lead", "type": "vendor"}


def test_the_summary_of_an_element() -> None:
    """Short, and expanded with every key."""
    short = element_metadata(acme())
    assert list(short) == ["id", "name", "key", "description", "events"]
    assert short["events"]["methods"] == ["polling"]
    assert set(short["events"]["polling"]) == {"contacts", "deals"}
    assert short["events"]["polling"]["contacts"]["pollUrl"] == "/hubs/crm/contacts"
    shown = element_metadata(acme(), expand=True)
    assert set(shown) == set(short) | {
        "image", "displayOrder", "active", "beta", "transformations", "elementType",
        "normalizedPaging", "swaggerValidated", "cloneable", "authenticationType", "discovery",
        "bulk", "api", "resources", "hub",
    }  # fmt: skip
    assert shown["authenticationType"] == "oauth2"
    assert shown["bulk"] == {"upload": False, "download": True}
    first = shown["resources"][0]
    assert first["canonicalName"] == "contacts"
    assert first["operations"] == ["CREATE", "RETRIEVE", "UPDATE", "DELETE", "SEARCH"]
    assert first["events"]["methods"] == ["polling"]
    assert first["bulk"]["download"] == {"supported": True, "native": False}
    assert set(first["customField"]) == {"get", "create", "update", "delete"}


@pytest.mark.parametrize(
    ("entries", "methods", "polled"),
    [
        ({}, [], None),
        ({"event.notification.enabled": "false"}, [], None),
        ({"event.vendor.type": "webhook"}, ["webhook"], None),
        ({"event.vendor.type": "polling", "event.poller.urls": "contacts|/hubs/crm/deals?a=b"},
         ["polling"], {"contacts", "deals"}),
        ({"event.poller.configuration": '{"contacts": {}}'}, ["polling"], {"contacts"}),
        ({"event.metadata": '{"polling": {"{objectName}": {}, "leads": {}}}'}, ["polling"], {"leads"}),
        ({"event.metadata": "no json", "event.objects": ""}, [], None),
    ],
)  # fmt: skip
def test_events_follow_from_the_configuration(
    entries: dict[str, str], methods: list[str], polled: Any
) -> None:
    """Four ways to say what is polled, and webhooks."""
    document = acme() | {
        "configuration": [{"key": key, "defaultValue": value} for key, value in entries.items()]
    }
    events = element_metadata(document)["events"]
    assert events["methods"] == methods
    assert events["supported"] is bool(methods)
    assert (set(events["polling"]) if "polling" in events else None) == polled
