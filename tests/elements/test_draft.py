"""Definitions drafted from OpenAPI descriptions: what is read, what is guessed, what is said."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from valence.elements import compile_element, faults_of, load_document
from valence.elements.draft import BadDescription, Description, Draft, as_file, draft

TAG = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}


def drafted(content: dict[str, Any]) -> Draft:
    content = {"openapi": "3.1.0", "info": {"title": "Acme CRM"}, "paths": {}} | content
    read = Description.read(json.dumps(content))
    return draft(read, key="", element_id=990001, hub="crm", source="acme.json")


def listing(schema: Any, *query: str) -> dict[str, Any]:
    """Return a description of one list with query parameters by name, `!` for required."""
    rows = [
        {"name": name.rstrip("!"), "in": "query", "required": name.endswith("!"), "schema": {}}
        for name in query
    ]
    return {"paths": {"/tags": {"get": {"parameters": rows, "responses": answer(schema)}}}}


def answer(schema: Any, status: str = "200") -> dict[str, Any]:
    return {status: {"content": {"application/json": {"schema": schema}}}}


def wrapped(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


MANY = {"type": "array", "items": TAG}
NUMBER, TEXT = {"type": "integer"}, {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "query", "expected"),
    [
        (MANY, (), {"paginationType": "VENDOR_NOT_SUPPORTED", "model": ["Tag"]}),
        (wrapped(tags=MANY, count=NUMBER), (), {"rootKey": "|tags", "totalKey": "count"}),
        (wrapped(data=MANY, meta=wrapped(total=NUMBER)), (),
         {"rootKey": "|data", "totalKey": "meta.total"}),
        (wrapped(data=wrapped(items=MANY)), (), {"rootKey": "|data.items"}),
        (MANY, ("page", "per_page"),
         {"parameters": ["query:page > query:page integer", "query:pageSize > query:per_page integer"]}),
        (MANY, ("_skip", "_limit"),
         {"parameters": ["query:page > query:_skip integer", "query:pageSize > query:_limit integer"]}),
        (wrapped(items=MANY, next_cursor=TEXT), ("cursor", "limit"),
         {"nextPageKey": "next_cursor",
          "parameters": ["query:nextPage > query:cursor", "query:pageSize > query:limit integer"]}),
        (MANY, ("email", "since"), {"where": ["email", "since"]}),
        (MANY, ("filter[name]",), {"where": {"filter_name": "filter[name]"}}),
        (MANY, ("team!",), {"parameters": ["team!"]}),
        (MANY, ("sort", "sort_order"),
         {"orderBy": {"parameter": "sort", "directionParameter": "sort_order"}}),
    ],
    ids=str,
)  # fmt: skip
def test_lists(schema: Any, query: tuple[str, ...], expected: dict[str, Any]) -> None:
    """Where the records are, how they are paged, filtered and sorted."""
    row = drafted(listing(schema, *query)).form["resources"][0]
    assert {name: row.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("schema", "word"),
    [
        (MANY, "nextPageKey"),  # a bare array has no room for a cursor
        (wrapped(id=NUMBER, labels=MANY), "rootKey"),  # a record with an array of its own
        (wrapped(name=TEXT), "paginationType"),
    ],
    ids=str,
)
def test_what_is_no_list_or_no_cursor(schema: Any, word: str) -> None:
    """Nothing is claimed that the description does not show."""
    assert word not in drafted(listing(schema, "cursor")).form["resources"][0]


CONSENT = {"authorizationUrl": "https://a.example/auth", "tokenUrl": "https://a.example/token"}


@pytest.mark.parametrize(
    ("scheme", "kind", "keys"),
    [
        ({"type": "http", "scheme": "basic"}, "basic", ("username", "password")),
        ({"type": "http", "scheme": "Bearer"}, "customApiKey", ("api.key",)),
        ({"type": "apiKey", "in": "query", "name": "k"}, "customApiKey", ("api.key",)),
        ({"type": "oauth2", "flows": {"authorizationCode": CONSENT | {"scopes": {"a": "", "b": ""}}}},
         "oauth2", ("oauth.api.key", "oauth.authorization.url", "oauth.token.url", "oauth.scope")),
        ({"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://a.example/t"}}},
         "oauth2ClientCredentials", ("oauth.api.key", "oauth.token.url")),
        ({"type": "openIdConnect"}, "none", ()),
    ],
    ids=str,
)  # fmt: skip
def test_ways_to_authenticate(scheme: dict[str, Any], kind: str, keys: tuple[str, ...]) -> None:
    """Each becomes a kind with the configuration that it needs."""
    form = drafted({"components": {"securitySchemes": {"s": scheme}}}).form
    assert form["authentication"] == {"type": kind}
    assert set(keys) <= {row["key"] for row in form["configuration"]}


@pytest.mark.parametrize(
    ("scheme", "row"),
    [
        ({"type": "apiKey", "in": "query", "name": "k"}, "configuration:api.key! > query:k"),
        ({"type": "http", "scheme": "bearer"},
         {"type": "value", "name": "Bearer ${configuration.api.key}", "vendorType": "header",
          "vendorName": "Authorization"}),
    ],
    ids=str,
)  # fmt: skip
def test_a_key_goes_where_the_vendor_wants_it(scheme: dict[str, Any], row: Any) -> None:
    """As a row that every call has."""
    form = drafted({"components": {"securitySchemes": {"s": scheme}}}).form
    assert form["parameters"] == [row]


def test_consent_is_preferred_and_the_rest_is_named() -> None:
    """A hub keeps an owner's grant alive; what else there is, the author decides."""
    flows = {"authorizationCode": CONSENT, "clientCredentials": {"tokenUrl": "https://a.example/t"}}
    schemes = {
        "k": {"type": "apiKey", "in": "header", "name": "K"},
        "o": {"type": "oauth2", "flows": flows},
    }
    made = drafted({"components": {"securitySchemes": schemes}})
    assert made.form["authentication"] == {"type": "oauth2"}
    assert (
        "authentication: authorizationCode was chosen; also apiKey, clientCredentials" in made.notes
    )


def test_paths_are_those_of_a_hub() -> None:
    """No common prefix, the first placeholder is the id, records are changed by PATCH."""
    one = {"responses": answer(TAG)}
    put = one | {"requestBody": answer(TAG)["200"]}
    paths = {
        "/api/v2/tags": {"post": put},
        "/api/v2/tags/{tag-id}": {"get": one, "put": put},
        "/api/v2/tags/{tag-id}/notes/{note-id}": {"delete": {"responses": {"204": {}}}},
        "/api/v2/tags/{other}": {"get": one},
    }
    made = drafted({"servers": [{"url": "https://acme.example"}], "paths": paths})
    rows = {row["operation"]: row for row in made.form["resources"]}
    assert list(rows) == [
        "POST /tags",
        "GET /tags/{id}",
        "PATCH /tags/{id}",
        "DELETE /tags/{id}/notes/{note_id}",
    ]
    assert rows["PATCH /tags/{id}"]["vendor"] == "PUT /tags/{tag-id}"
    assert rows["PATCH /tags/{id}"]["parameters"] == ["path:id > path:tag-id"]
    assert rows["POST /tags"]["body"] == rows["POST /tags"]["model"] == "Tag"
    base = next(row for row in made.form["configuration"] if row["key"] == "base.url")
    assert base["default"] == "https://acme.example/api/v2"
    assert "GET /tags/{other} was left out: GET /tags/{id} is taken" in made.notes


def test_bodies_and_answers_in_an_envelope() -> None:
    """What wraps a record is said in rootKey; forms and files become rows."""
    file = {"type": "string", "format": "binary"}
    upload = {"content": {"multipart/form-data": {"schema": wrapped(upload=file, note=TEXT)}}}
    paths = {
        "/tags": {"post": {"requestBody": answer(wrapped(tag=TAG))["200"],
                           "responses": answer(wrapped(data=TAG), "201")}},
        "/files": {"post": {"requestBody": upload, "responses": {"201": {}}}},
        "/files/{id}": {"get": {"responses": {"200": {"content": {"application/pdf": {}}}}}},
    }  # fmt: skip
    tags, files, one = drafted({"paths": paths}).form["resources"][:3]
    assert (tags["rootKey"], tags["body"], tags["model"]) == ("tag|data", "Tag", "Tag")
    assert files["parameters"] == ["multipart:file > form:upload", "form:note > form:note"]
    assert one["response"] == "application/pdf"


def test_models_are_made_once_and_may_name_each_other() -> None:
    """Also in a circle, by `allOf`, and with nulls in the manner of 3.1."""
    schemas = {
        "Person": {"allOf": [{"$ref": "#/components/schemas/Base"},
                             wrapped(boss={"$ref": "#/components/schemas/Person"},
                                     born={"type": ["string", "null"], "format": "date"})]},
        "Base": wrapped(id=NUMBER) | {"required": ["id"]},
    }  # fmt: skip
    ref = {"$ref": "#/components/schemas/Person"}
    paths = {"/p/{id}": {"get": {"responses": answer(ref)}, "patch": {
        "requestBody": answer(ref)["200"], "responses": answer(ref)}}}  # fmt: skip
    form = drafted({"components": {"schemas": schemas}, "paths": paths}).form
    assert form["models"] == {"Person": {"id": "integer!", "boss": "Person", "born": "date"}}


def test_placeholders_in_the_address() -> None:
    """Each is a configuration entry that every call sends."""
    server = {"url": "https://{site}.acme.example/", "variables": {"site": {"default": "www"}}}
    form = drafted({"servers": [server]}).form
    assert form["parameters"] == ["configuration:site! > path:site"]
    entry = next(row for row in form["configuration"] if row["key"] == "site")
    assert (entry["default"], entry["required"]) == ("www", True)


def test_where_errors_keep_their_text() -> None:
    """The likeliest first."""
    error = wrapped(error=wrapped(code=NUMBER, message=TEXT), detail=TEXT)
    responses = answer(TAG) | answer(error, "400")
    form = drafted({"paths": {"/me": {"get": {"responses": responses}}}}).form
    assert form["errors"] == ["detail", "error.message"]


def test_the_call_that_tries_credentials() -> None:
    """Who-am-I before any list; none where every call needs something."""
    one, many = {"get": {"responses": answer(TAG)}}, {"get": {"responses": answer(MANY)}}
    rows = drafted({"paths": {"/tags": many, "/users/me": one}}).form["resources"]
    assert (rows[-1]["type"], rows[-1]["vendor"]) == ("provisionAuthValidation", "GET /users/me")
    made = drafted({"paths": {"/tags/{id}": one}})
    assert all(row.get("type") is None for row in made.form["resources"])
    assert any(note.startswith("provisionAuthValidation: name a call") for note in made.notes)


def test_swagger_2_is_read_too() -> None:
    """Body parameters, form data, security definitions, host and base path."""
    content = {
        "swagger": "2.0", "info": {"title": "Old"}, "host": "old.example", "basePath": "/v1/",
        "securityDefinitions": {"o": {"type": "oauth2", "flow": "accessCode", **CONSENT, "scopes": {}}},
        "definitions": {"Tag": TAG},
        "paths": {
            "/tags": {"post": {"parameters": [{"name": "b", "in": "body", "schema": {"$ref": "#/definitions/Tag"}}],
                               "responses": {200: {"schema": {"$ref": "#/definitions/Tag"}}}}},
            "/files": {"post": {"parameters": [{"name": "f", "in": "formData", "type": "file"}],
                                "responses": {"default": {"description": "?"}}}},
        },
    }  # fmt: skip
    form = draft(
        Description.read(yaml.safe_dump(content, sort_keys=False)), key="", element_id=1, hub="crm"
    ).form
    assert form["authentication"] == {"type": "oauth2"}
    tags, files = form["resources"]
    assert (tags["body"], tags["model"]) == ("Tag", "Tag")
    assert files["parameters"] == ["multipart:file > form:f"]
    base = next(row for row in form["configuration"] if row["key"] == "base.url")
    assert base["default"] == "https://old.example/v1"


def test_a_reference_to_nowhere_is_told_and_left() -> None:
    """The rest is drafted; one to another file is refused, and so is what is no description."""
    made = drafted(listing({"type": "array", "items": {"$ref": "#/components/schemas/Gone"}}))
    assert "#/components/schemas/Gone leads nowhere in the description" in made.notes
    with pytest.raises(BadDescription, match="bundle it into one first"):
        drafted(listing({"$ref": "other.yaml#/Tag"}))
    for text in ("openapi: 3.0.0", "[1]", "a: [", "openapi: 4.0.0\npaths: {}", ""):
        with pytest.raises(BadDescription):
            Description.read(text)
    circle = {"$ref": "#/components/schemas/A"}
    with pytest.raises(BadDescription, match="circle"):
        drafted(listing(circle) | {"components": {"schemas": {"A": circle}}})


def compiles(made: Draft, folder: Path) -> int:
    """Write a draft, check the file, and return how many operations the element has."""
    file = folder / "draft.yaml"
    file.write_text(as_file(made))
    assert [str(fault) for fault in faults_of(file)] == []
    return len(compile_element(load_document(file)).operations)


def test_a_file_says_what_to_look_at(tmp_path: Path) -> None:
    """It checks as it is, and begins with the notes."""
    made = drafted(listing(wrapped(tags=MANY), "a: b", "page"))
    assert compiles(made, tmp_path) == 2
    text = as_file(made)
    assert text.startswith(
        "# Acme CRM, drafted from its OpenAPI description.\n# Written from acme.json"
    )
    assert "# - pagination.max: add it" in text


@pytest.mark.parametrize(
    ("name", "operations"),
    [("openapi-v1-2017.yml", 55), ("openapi-v1-2024.json", 140), ("openapi-v2.yml", 400)],
)
def test_a_real_description_is_drafted_whole(name: str, operations: int, tmp_path: Path) -> None:
    """Keap's own, of three ages, to the last operation."""
    folder = os.environ.get("VALENCE_KEAP_OPENAPI")
    if not folder:
        pytest.skip("VALENCE_KEAP_OPENAPI names no folder with Keap's OpenAPI files")
    made = draft(
        Description.read((Path(folder) / name).read_text()), key="x", element_id=1, hub="crm"
    )
    assert compiles(made, tmp_path) == operations
