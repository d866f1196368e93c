"""Generated documents: what they hold, how it is counted, and that a foreign validator agrees."""

import json
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV2SpecValidator, OpenAPIV31SpecValidator

from tests.elements.acme import Json, acme, contacts
from valence.domain import InvalidRequest, NotFound
from valence.elements import (
    Catalog,
    DocumentedObject,
    Place,
    document_of,
    element_swagger,
    hub_swagger,
    object_swagger,
    openapi_of,
    operation_definitions,
    operation_swagger,
)

PLACE = Place.of("https://hub.example:8443", email="ada@hub.example")
TEN = {
    "contactsListObject", "contactPost", "contactPostRes", "contact", "contactAddress",
    "contactCountry", "contactTag", "contactTagData", "contactPatch", "contactPatchRes",
}  # fmt: skip
CUSTOM = [
    {"type": "string", "path": "custom_email", "custom": True},
    {"type": "string", "vendorPath": "customobject.custom_firstName", "custom": True},
    {"type": "string", "path": "not_custom", "custom": False},
]


def valid(swagger: Json) -> Json:
    """Return the document once foreign validators found nothing against it, in both dialects."""
    plain = json.loads(json.dumps(swagger))
    OpenAPIV2SpecValidator(plain).validate()
    OpenAPIV31SpecValidator(json.loads(json.dumps(openapi_of(plain)))).validate()
    return swagger


def test_an_element_document_has_the_documented_shape() -> None:
    """Sorted hub-less paths, every documented key, and nothing that is not for callers."""
    shown = valid(element_swagger(acme(), PLACE))
    assert shown["swagger"] == "2.0"
    assert shown["info"]["title"] == "Acme CRM"
    assert shown["info"]["contact"] == {"email": "ada@hub.example"}
    assert (shown["host"], shown["schemes"]) == ("hub.example:8443", ["https"])
    assert shown["basePath"] == "/elements/api-v2/hubs/crm"
    paths = list(shown["paths"])
    assert paths == sorted(paths)
    assert {"/contacts", "/contacts/{id}", "/ping", "/objects", "/quote"} <= set(paths)
    assert not {"/auth-check", "/secret"} & set(paths)
    assert set(shown["paths"]["/contacts/{id}"]) == {"get", "patch", "delete"}
    for item in shown["paths"].values():
        for operation in item.values():
            assert {"operationId", "parameters", "responses", "summary", "tags"} <= set(operation)
            assert operation["parameters"][0]["name"] == "Authorization"
            assert operation["responses"]["200"]["schema"] is not None
    assert shown["paths"]["/quote"]["post"]["operationId"] == "quoteIt"
    assert shown["paths"]["/contacts"]["get"]["operationId"] == "GET-contacts"
    assert {"contact", "address", "deals", "objectsMetadata"} <= set(shown["definitions"])
    assert {"name": "contacts"} in shown["tags"]


def test_bodies_are_inline_and_name_the_vendors_object() -> None:
    """The POST's schema has properties and no reference of its own."""
    paths = element_swagger(acme(), PLACE)["paths"]
    body = next(one for one in paths["/contacts"]["post"]["parameters"] if one["in"] == "body")
    assert set(body["schema"]["properties"]) == {"email", "name"}
    assert body["schema"]["x-vendor-objectname"] == "people"
    assert body["required"] is True
    deal = next(one for one in paths["/deals"]["post"]["parameters"] if one["in"] == "body")
    assert set(deal["schema"]["properties"]) == {"id", "amount", "address", "flavour"}
    assert deal["schema"]["x-vendor-objectname"] == "Deal"
    fields = next(one for one in paths["/settings"]["put"]["parameters"] if one["in"] == "body")
    assert fields["schema"]["required"] == ["colour"]
    assert fields["schema"]["properties"]["size"] == {"type": "integer"}
    upload = paths["/files"]["post"]
    assert upload["consumes"] == ["multipart/form-data"]
    assert [one["type"] for one in upload["parameters"] if one["in"] == "formData"] == [
        "file",
        "string",
    ]


def test_a_list_is_an_array_of_its_record() -> None:
    """A root model that is a list is written as one and is no definition."""
    shown = element_swagger(acme(), PLACE)
    answer = shown["paths"]["/contacts"]["get"]["responses"]["200"]["schema"]
    assert answer == {"type": "array", "items": {"$ref": "#/definitions/contactsListObject"}}
    assert "contactsList" not in shown["definitions"]
    deals = shown["paths"]["/deals"]["get"]["responses"]["200"]["schema"]
    assert deals == {"type": "array", "items": {"$ref": "#/definitions/deals"}}


@pytest.mark.parametrize(
    ("discovered", "more", "count", "there", "absent"),
    [
        ([], {}, 10, TEN, {"contactsList"}),
        (CUSTOM, {}, 11, TEN | {"customobject"}, {"not_custom"}),
        (CUSTOM, {"is_basic": True}, 11, TEN | {"customobject"}, set()),
        (CUSTOM, {"is_resolved": True}, 6,
         {"contactsListObject", "contactPost", "contactPostRes", "contact", "contactPatch",
          "contactPatchRes"}, {"customobject", "contactTag"}),
    ],
    ids=["plain", "discovery", "basic", "resolved"],
)  # fmt: skip
def test_definitions_of_an_object_are_counted(
    discovered: list[Json], more: dict[str, bool], count: int, there: set[str], absent: set[str]
) -> None:
    """Two paths, all verbs; ten models, eleven with a nested custom field, six written out."""
    shown = valid(object_swagger(acme(), "contacts", PLACE, discovered=discovered, **more))
    assert list(shown["paths"]) == ["/contacts", "/contacts/{id}"]
    assert len(shown["definitions"]) == count
    assert there == set(shown["definitions"]) & there
    assert not absent & set(shown["definitions"])
    custom = "custom_email" in shown["definitions"]["contact"]["properties"]
    assert custom == bool(discovered)
    assert "not_custom" not in shown["definitions"]["contact"]["properties"]


def test_resolved_definitions_hold_no_reference() -> None:
    """Four levels down, and a model that holds itself ends."""
    document = acme()
    model = document["resources"][2]["model"]["swagger"]
    model["contactCountry"]["properties"]["capital"] = {"type": "contactAddress"}
    shown = operation_definitions(document, "GET-contacts/{id}", is_resolved=True)
    assert "$ref" not in json.dumps(shown)
    address = shown["contact"]["properties"]["address"]
    assert address["description"] == "Where"
    assert address["properties"]["country"]["properties"]["capital"] == {"type": "object"}
    data = shown["contact"]["properties"]["tags"]["items"]["properties"]["data"]["properties"]
    assert data["id"] == {"type": "integer", "format": "int64"}
    valid(element_swagger(document, PLACE))


def test_basic_keeps_names_and_drops_words() -> None:
    """A field called description stays; descriptions of fields go."""
    document = acme()
    one = document["resources"][2]["model"]["swagger"]["contact"]
    one["properties"]["description"] = {"type": "string", "description": "Words",
                                        "x-samplevalue": "a"}  # fmt: skip
    full = object_swagger(document, "contacts", PLACE)["definitions"]["contact"]
    light = valid(object_swagger(document, "contacts", PLACE, is_basic=True))
    assert full["properties"]["description"]["x-samplevalue"] == "a"
    assert light["definitions"]["contact"]["properties"]["description"] == {"type": "string"}
    assert len(json.dumps(light)) < len(json.dumps(object_swagger(document, "contacts", PLACE)))


def test_one_operation_is_found_by_either_spelling() -> None:
    """Only its path, and the models it needs."""
    for wanted in ("PATCH-contacts/{contactId}", "patch-contacts-contactId"):
        shown = valid(operation_swagger(acme(), wanted, PLACE))
        assert list(shown["paths"]) == ["/contacts/{contactId}"]
        assert set(shown["definitions"]) == {"contactPatch", "contactPatchRes"}
    assert set(operation_definitions(acme(), "GET-contacts")) == {"contactsListObject"}
    with pytest.raises(NotFound, match="GET-nothing"):
        operation_swagger(acme(), "GET-nothing", PLACE)
    with pytest.raises(NotFound, match="nothing"):
        object_swagger(acme(), "nothing", PLACE)


def test_a_declared_object_brings_what_it_refers_to() -> None:
    """Its own definition and the nested one."""
    shown = valid(object_swagger(acme(), "DEALS", PLACE))
    assert set(shown["definitions"]) == {"deals", "address"}
    assert list(object_swagger(acme(), "address", PLACE)["definitions"]) == ["address"]


def test_mapped_objects_are_documented() -> None:
    """Two paths and a definition with the mapped names, nested ones below their parents."""
    mapped = DocumentedObject("myContacts", (("mail", "string"), ("home.city", "string"),
                                             ("tags[*].id", "integer"), ("words[*]", "string"), ("`cf.1`", "string"),
                                             ("`a``b.c`.d[*]", "string")))  # fmt: skip
    shown = valid(element_swagger(acme(), PLACE, objects=[mapped]))
    assert {"/myContacts", "/myContacts/{objectId}"} <= set(shown["paths"])
    properties = shown["definitions"]["myContacts"]["properties"]
    assert properties["home"]["properties"] == {"city": {"type": "string"}}
    assert properties["tags"]["items"]["properties"] == {"id": {"type": "integer"}}
    assert properties["words"] == {"type": "array", "items": {"type": "string"}}
    assert properties["cf.1"] == {"type": "string"}, "one name in back quotes"
    assert properties["a`b.c"]["properties"] == {"d": properties["words"]}


def test_a_hub_document_holds_the_hubs_resources_and_its_elements() -> None:
    """The CRM hub has /accounts whatever the catalog holds; real operations win."""
    shown = valid(hub_swagger("crm", "CRM", [acme()], PLACE))
    assert {"/accounts", "/accounts/{id}", "/deals", "/contacts/{id}"} <= set(shown["paths"])
    assert "contact" in shown["definitions"]
    answer = shown["paths"]["/contacts"]["get"]["responses"]["200"]["schema"]
    assert answer["items"] == {"$ref": "#/definitions/contactsListObject"}
    assert set(valid(hub_swagger("general", "General", [], PLACE))["paths"]) >= {"/ping"}


@pytest.mark.parametrize(
    ("text", "host", "scheme"),
    [
        ("https://foo.bar", "foo.bar", "https"),
        ("http://localhost:8080/elements", "localhost:8080", "http"),
        ("HTTPS://foo.bar:444/", "foo.bar:444", "https"),
    ],
)
def test_a_base_url_sets_host_and_schemes(text: str, host: str, scheme: str) -> None:
    """And the postmaster of that host answers questions."""
    place = Place.of(text)
    assert (place.host, place.schemes) == (host, (scheme,))
    assert place.email == f"postmaster@{host.partition(':')[0]}"


@pytest.mark.parametrize(
    "text", ["", "foo.bar", "ftp://foo.bar", "https://", "https://u:p@foo.bar", "https://[::1",
             "https://foo.bar:x", "https://foo\u00e4.bar", "https://a b"],
)  # fmt: skip
def test_a_base_url_that_is_none_is_refused(text: str) -> None:
    """With a sentence that shows the form."""
    with pytest.raises(InvalidRequest, match="address such as"):
        Place.of(text)


def odd(**properties: Any) -> Json:
    """Return a document whose one model is written oddly."""
    document = acme() | {"resources": contacts()[:3], "objects": []}
    document["resources"][2]["model"] = {
        "name": "absent", "swagger": {"a/b~c d": {"id": "x", "properties": properties}}
    }  # fmt: skip
    return document


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"type": "dateTime"}, {"type": "string", "format": "date-time"}),
        ({"type": "unknown"}, {}),
        ({}, {}),
        ({"type": "noSuchModel", "format": "int32"}, {"type": "object"}),
        ({"type": ["null", "string"]}, {"type": "string"}),
        ({"items": {"type": "float"}}, {"type": "array", "items": {"type": "number", "format": "float"}}),
        ({"type": "array"}, {"type": "array", "items": {}}),
        ({"type": "array", "items": {"type": "string"}, "enum": ["a", "a", "b"]},
         {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}),
        ({"type": "string", "enum": [], "maxLength": -1, "required": "yes", "default": 3},
         {"type": "string"}),
        ({"properties": {"a": {"type": "integer", "maximum": 3}}, "required": ["a", "zz"]},
         {"type": "object", "properties": {"a": {"type": "integer", "maximum": 3}}, "required": ["a"]}),
        ("text", {}),
    ],
)  # fmt: skip
def test_odd_models_become_valid_schemas(given: Any, shown: Json) -> None:
    """Whatever people wrote, the document stays valid."""
    document = valid(element_swagger(odd(field=given), PLACE))
    assert document["definitions"]["a/b~c d"]["properties"]["field"] == shown
    answer = document["paths"]["/contacts/{id}"]["get"]["responses"]["200"]["schema"]
    assert answer == {"$ref": "#/definitions/a~1b~0c%20d"}


def test_equal_ids_and_rows_are_told_apart() -> None:
    """An operation id is there once, a parameter once, and what is not in the path is not shown."""
    document = acme()
    for resource in document["resources"]:
        resource["operationId"] = "same"
        resource["parameters"] += [dict(row) for row in resource["parameters"]]
        resource["parameters"].append({"name": "lost", "type": "path", "source": "request"})
    shown = valid(element_swagger(document, PLACE))
    ids = [one["operationId"] for item in shown["paths"].values() for one in item.values()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("key", [element.key for element in Catalog.load().all()])
def test_every_element_of_the_catalog_has_a_valid_document(key: str) -> None:
    """The whole, each object, each operation, in both dialects.

    An object that only the vendor's name reaches has no paths of its own.
    """
    from valence.elements import helium_objects

    document = document_of(Catalog.load().require(key))
    shown = valid(element_swagger(document, PLACE))
    for found in helium_objects(document):
        paths = valid(object_swagger(document, found["name"], PLACE))["paths"]
        assert bool(paths) is (found["type"] == "ceCanonical")
    for item in shown["paths"].values():
        for one in item.values():
            if one["tags"][0] not in ("ping", "objects"):
                operation_swagger(document, one["operationId"], PLACE)
