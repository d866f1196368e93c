"""What each word of the compact form stands for in the element JSON."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from valence.elements import (
    BadDefinition,
    compile_element,
    definition_schema,
    faults_of,
    load_document,
)

HEAD: dict[str, Any] = {
    "key": "small",
    "id": 990002,
    "name": "Small",
    "description": "An element",
    "image": "elements/small.png",
    "hub": "crm",
    "vendor": "small",
    "source": "https://vendor.example",
    "authentication": {"type": "oauth2"},
    "configuration": [
        {
            "key": "base.url",
            "name": "Base URL",
            "description": "API",
            "default": "https://v.example",
        }
    ],
    "groups": {"paging": ["query:page > query:offset integer", "query:pageSize > query:limit"]},
    "models": {
        "Tag": {"name": "string!"},
        "Thing": {
            "id": "integer",
            "tags": ["Tag"],
            "main": "Tag",
            "any": "any",
            "x": {"type": "y"},
        },
        "NewThing": {"title": "string!"},
    },
}


def form(resource: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    least = {"operation": "GET /things", "vendor": "GET /v1/things"}
    return HEAD | {"resources": [least | (resource or {})]} | more


def written(folder: Path, content: dict[str, Any]) -> Path:
    path = folder / "small.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    return path


def resource_of(folder: Path, resource: dict[str, Any]) -> dict[str, Any]:
    content = form(resource)
    jsonschema.validate(content, definition_schema())
    return load_document(written(folder, content))["resources"][0]


def way(row: dict[str, Any]) -> tuple[Any, ...]:
    return (
        *(row["type"], row["name"], row["vendorType"], row["vendorName"]),
        *(row["dataType"], row["required"]),
    )


@pytest.mark.parametrize(
    ("short", "expected"),
    [
        ("since", ("query", "since", "query", "since", "string", False)),
        ("since!", ("query", "since", "query", "since", "string", True)),
        ("header:X-Foo", ("header", "X-Foo", "header", "X-Foo", "string", False)),
        ("page > offset", ("query", "page", "query", "offset", "string", False)),
        (
            "query:page > query:offset integer",
            ("query", "page", "query", "offset", "integer", False),
        ),
        ("a! > path:b", ("query", "a", "path", "b", "string", True)),
        (
            "value:application/json > header:Accept",
            ("value", "application/json", "header", "Accept", "string", False),
        ),
        (
            "configuration:site.url > path:site.url",
            ("configuration", "site.url", "path", "site.url", "string", False),
        ),
        ({"name": "q"}, ("query", "q", "query", "q", "string", False)),
        (
            {"name": "q", "vendorName": "r", "type": "path", "vendorType": "no-op"},
            ("path", "q", "no-op", "r", "string", False),
        ),
    ],
)
def test_a_parameter_is_a_text_or_a_row(
    short: Any, expected: tuple[Any, ...], tmp_path: Path
) -> None:
    """What is left out is as on our side."""
    (row,) = resource_of(tmp_path, {"parameters": [short]})["parameters"]
    assert way(row) == expected


def test_groups_are_declared_once_and_used_by_name(tmp_path: Path) -> None:
    """Their rows come before the resource's own."""
    shown = resource_of(tmp_path, {"use": "paging", "parameters": ["since"]})
    assert [row["name"] for row in shown["parameters"]] == ["page", "pageSize", "since"]
    assert resource_of(tmp_path, {"use": ["paging", "paging"]})["parameters"][3]["id"]


@pytest.mark.parametrize(
    ("resource", "filter_", "converter"),
    [
        (
            {"where": ["email", "since"]},
            {"dialect": "query-parameters", "fields": {"email": "email", "since": "since"}},
            "converter:toQueryParameters",
        ),
        (
            {"where": {"mail": "email"}},
            {"dialect": "query-parameters", "fields": {"mail": "email"}},
            "converter:toQueryParameters",
        ),
        (
            {"filter": {"dialect": "odata", "parameter": "$filter"}},
            {"dialect": "odata", "parameter": "$filter"},
            "converter:toODataFilter",
        ),
        (
            {"filter": {"dialect": "fql", "parameter": "q", "fields": ["a"], "residue": True}},
            {"dialect": "fql", "parameter": "q", "fields": {"a": "a"}, "residue": True},
            "q",
        ),
    ],
)
def test_a_filter_has_a_row_for_other_platforms(
    resource: dict[str, Any], filter_: dict[str, Any], converter: str, tmp_path: Path
) -> None:
    """Under x-valence it is said exactly."""
    shown = resource_of(tmp_path, resource)
    assert shown["x-valence"]["filter"] == filter_
    (row,) = shown["parameters"]
    assert (row["name"], row["vendorName"]) == ("where", converter)


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ({"next": "GET /things/{id}"}, {"nextResource": "GET:/things/{id}"}),
        ({"rootKey": "a|b", "nextPageKey": "n"}, {"rootKey": "a|b", "nextPageKey": "n"}),
        ({"paginationType": "VENDOR_NOT_SUPPORTED"}, {"paginationType": "VENDOR_NOT_SUPPORTED"}),
        ({"kind": "java"}, {"kind": "java"}),
        ({"type": "formulaAsResource", "formulaId": 3}, {"formulaId": 3}),
        ({"response": "text/csv"}, {"response": {"contentType": "text/csv"}}),
        ({"operationId": "list"}, {"operationId": "list"}),
        ({"vendor": "POST"}, {"vendorMethod": "POST", "vendorPath": ""}),
        ({"vendor": "GET https://a.example/x"}, {"vendorPath": "https://a.example/x"}),
        ({"also": {"tryitoutDisable": True}}, {"tryitoutDisable": True}),
        ({"object": {"name": "things"}}, {"object": {"name": "things", "fields": []}}),
        ({"paging": "page"}, {"x-valence": {"paging": {"style": "page"}}}),
        (
            {"paging": {"style": "page", "largest": 5}},
            {"x-valence": {"paging": {"style": "page", "largest": 5}}},
        ),
        (
            {"fieldsIn": "fields"},
            {"x-valence": {"fieldsIn": "fields"}},
        ),
        (
            {"onDemand": {"parameter": "with", "fields": ["a", "b"]}},
            {"x-valence": {"onDemand": {"parameter": "with", "fields": ["a", "b"]}}},
        ),
        (
            {"totalKey": "count", "orderBy": {"parameter": "o", "fields": ["a"], "default": "a"}},
            {
                "x-valence": {
                    "totalKey": "count",
                    "ordering": {"parameter": "o", "fields": {"a": "a"}, "default": "a"},
                }
            },
        ),
        (
            {"examples": [{"path": {"id": 6}, "body": {"date": None}, "saves": "x"}, {}]},
            {
                "x-valence": {
                    "examples": [{"path": {"id": "6"}, "body": {"date": None}, "saves": "x"}, {}]
                }
            },
        ),
    ],
)
def test_a_word_of_a_resource(
    resource: dict[str, Any], expected: dict[str, Any], tmp_path: Path
) -> None:
    """And its place in the element JSON."""
    if "next" in resource:
        resource = resource | {"operation": "POST /things"}
        content = form(resource)
        content["resources"] += [{"operation": "GET /things/{id}", "vendor": "GET /t/{id}"}]
        shown = load_document(written(tmp_path, content))["resources"][0]
    else:
        shown = resource_of(tmp_path, resource)
    assert {name: shown.get(name) for name in expected} == expected


def test_scripts_are_texts(tmp_path: Path) -> None:
    """`pre` and `post` are short for what `hooks` says at length."""
    long_form = {"type": "postRequest", "body": "return {}", "isLegacy": True}
    shown = resource_of(tmp_path, {"pre": "a", "post": "b", "hooks": [long_form]})
    assert [(row["type"], row["body"], row["isLegacy"]) for row in shown["hooks"]] == [
        ("preRequest", "a", False),
        ("postRequest", "b", False),
        ("postRequest", "return {}", True),
    ]


def test_models_are_short_field_lists(tmp_path: Path) -> None:
    """With what they refer to, in the dialect of the element JSON; a list under its own name."""
    model = resource_of(tmp_path, {"model": ["Thing"]})["model"]
    assert model["name"] == "ThingList"
    assert model["swagger"] == {
        "ThingList": {"type": "array", "items": {"$ref": "Thing"}},
        "Thing": {
            "id": "Thing",
            "properties": {
                "id": {"type": "integer", "format": "int64"},
                "tags": {"type": "array", "items": {"$ref": "Tag"}},
                "main": {"type": "Tag"},
                "any": {"type": "unknown"},
                "x": {"type": "y"},
            },
            "x-primary-key": ["id"],
        },
        "Tag": {"id": "Tag", "properties": {"name": {"type": "string"}}, "required": ["name"]},
    }
    assert resource_of(tmp_path, {"model": "Tag"})["model"]["name"] == "Tag"


def test_a_body_is_a_row_and_a_request_model(tmp_path: Path) -> None:
    """Where it names a model; else it is a plain object."""
    create = {"operation": "POST /things", "vendor": "POST /t", "model": "Thing"}
    shown = resource_of(tmp_path, create | {"body": "NewThing"})
    assert way(shown["parameters"][0]) == (
        *("body", "NewThing", "body", "NewThing", "NewThing", True),
    )
    assert (shown["model"]["name"], shown["model"]["requestName"]) == ("Thing", "NewThing")
    assert set(shown["model"]["requestSwagger"]) == {"NewThing"}
    plain = resource_of(tmp_path, create | {"body": "anything"})
    assert plain["parameters"][0]["dataType"] == "object"
    assert "requestName" not in plain["model"]


def test_objects_take_their_fields_from_a_model(tmp_path: Path) -> None:
    """And dates from one line each."""
    held = {
        "model": "Thing",
        "created": "born",
        "dateFormat": "yyyy",
        "queryDate": {"name": "since", "format": "yyyy"},
        "upload": False,
    }
    content = form(objects={"things": held})
    jsonschema.validate(content, definition_schema())
    (shown,) = load_document(written(tmp_path, content))["objects"]
    assert shown["fields"][0] == {
        **{"id": shown["fields"][0]["id"], "name": "id", "type": "integer"},
        **{"format": "int64", "primaryKey": True},
    }
    expected = {
        **{"name": "things", "vendorName": "things", "primaryKeyName": "id"},
        **{"createdDateName": "born", "createdDateFormat": "yyyy", "queryDateName": "since"},
        **{"queryDateOperator": "=", "bulkDownloadEnabled": True, "bulkUploadEnabled": False},
    }
    assert {name: shown[name] for name in expected} == expected


def test_words_of_the_element(tmp_path: Path) -> None:
    """Flags, limits, shared parameters and scripts, and anything else as it is."""
    limits = {"app": {"limit": "x-limit", "available": "x-left", "unit": "x-unit"}}
    content = form(
        flags={"cloneable": False},
        limits=limits,
        errors=["message"],
        parameters=["value:a > header:b"],
        pre="x",
        protocol="soap",
        also={"signupURL": "https://v.example"},
        sandbox={"base.url": "{sandbox}/v"},
        sandbox_account={"base.url": "x"},
        hub="crm",
        canonical={"notes": {"fields": {"text": "body"}, "scripted": ["id"], "script": "done()"}},
    )
    jsonschema.validate(content, definition_schema())
    document = load_document(written(tmp_path, content))
    assert (document["cloneable"], document["signupURL"]) == (False, "https://v.example")
    assert (document["protocolType"], document["private"]) == ("soap", False)
    said = document["x-valence"]
    assert (said["vendor"], said["limits"], said["errors"]) == ("small", limits, ["message"])
    element = compile_element(document)
    assert element.limits == limits
    assert element.error_paths == ("message",)
    assert element.sandbox_addresses == {"base.url": "{sandbox}/v"}
    assert element.sandbox_account == {"base.url": "x"}
    assert [script.body for script in element.operations[0].pre_hooks] == ["x"]


def test_ids_of_the_catalog_follow_from_position(tmp_path: Path) -> None:
    """So that they are the same on every start."""
    rows = ["since", "until"]
    content = form({"parameters": rows, "pre": "x"}, objects={"things": {"model": "Tag"}})
    document = load_document(written(tmp_path, content))
    (resource,) = document["resources"]
    assert (document["id"], document["configuration"][0]["id"]) == (990002, 990002000)
    assert (resource["id"], resource["ownerAccountId"]) == (990002000, 1)
    assert [row["id"] for row in resource["parameters"]] == [990002000000, 990002000001]
    assert resource["hooks"][0]["id"] == 990002000500
    assert document["objects"][0]["fields"][0]["id"] == 990002000000


@pytest.mark.parametrize(
    ("content", "said", "line"),
    [
        (form({"use": "nothing"}), "/resources/0/use: no group is called nothing", "use: nothing"),
        (form({"model": "Gone"}), "/resources/0/model: no model is called Gone", "model: Gone"),
        (
            form({"where": ["a"], "filter": {"dialect": "x"}}),
            "/resources/0/filter: where",
            "filter:",
        ),
        (form(models={"A": {"b": "No"}}), "/models/A/b: 'No' is no type", "b: 'No'"),
        (form(models={"A": {"b": ["string", "string"]}}), "/models/A/b", "b:"),
        (form(objects={"a": {"model": "B"}}), "/objects/a/model: no model is called B", "model: B"),
        (form({"parameters": ["a b c"]}), "/resources/0/parameters/0: expected a name", "a b c"),
        (
            form({"parameters": [{"name": "a", "type": "b"}]}),
            "/resources/0/parameters/0/type",
            "type: b",
        ),
        (form({"next": "GET /no"}), "/resources/0/next: nextResource GET:/no", "next: GET /no"),
        (form({"type": "news"}), "/resources/0/type: 'news' is no type", "type: news"),
        (form({"paging": "book"}), "/resources/0/paging/style", "paging: book"),
        (form({"vendor": "GET /{x}"}), "/resources/0/vendor: nothing fills {x}", "vendor: GET"),
        (form({"operation": "GET /{x}/{x}"}), "/resources/0/operation: {x} is", "operation:"),
    ],
)
def test_a_fault_names_the_line_and_the_place(
    content: dict[str, Any], said: str, line: str, tmp_path: Path
) -> None:
    """In the words of the file, not of the element JSON it stands for."""
    path = written(tmp_path, content)
    fault = faults_of(path)[0]
    assert said in str(fault)
    assert line in path.read_text().splitlines()[fault.line - 1]
    with pytest.raises(BadDefinition, match=f"small.yaml:{fault.line} at {fault.pointer}"):
        load_document(path)


def test_all_faults_of_a_file_are_told(tmp_path: Path) -> None:
    """Not one at a time."""
    content = form({"use": "a", "model": "B"})
    assert [fault.pointer for fault in faults_of(written(tmp_path, content))] == [
        "/resources/0/use",
        "/resources/0/model",
    ]


def test_the_published_schema_refuses_what_the_form_refuses() -> None:
    """A word that nobody knows, a style that does not exist."""
    validator = jsonschema.Draft202012Validator(definition_schema())
    validator.check_schema(definition_schema())
    assert list(validator.iter_errors(form({"wher": ["a"]})))
    assert list(validator.iter_errors(form({"orderBy": {}})))
    assert not list(validator.iter_errors(form()))
