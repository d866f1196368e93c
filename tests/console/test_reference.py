"""An OpenAPI document as the viewer shows it, and the code it offers."""

import json
import subprocess
import sys

import pytest

from tests.elements.acme import acme
from valence.api import platform_openapi
from valence.console.reference import Node, example_of, reference_of
from valence.console.snippets import snippets
from valence.elements import Place, element_swagger, openapi_of


def document(**schemas: object) -> dict[str, object]:
    return {"components": {"schemas": schemas}}


def names(node: Node) -> dict[str, object]:
    """Return the tree below a node by its names."""
    return {one.name: names(one) for one in node.children}


def test_operations_are_grouped_and_found() -> None:
    """By tag; every word must be there."""
    reference = reference_of(openapi_of(element_swagger(acme(), Place.of("https://hub.example"))))
    assert [group.name for group in reference.groups] == sorted(g.name for g in reference.groups)
    found = reference.search("post CONTACTS")
    assert [(one.verb, one.path) for group in found for one in group.operations] == [
        ("POST", "/contacts")
    ]
    assert reference.search("no such thing") == ()
    assert len(reference.search("")) == len(reference.groups)
    assert reference.find("quoteIt") is not None
    assert reference.find("nothing") is None


def test_what_may_not_be_tried_is_marked() -> None:
    """As the definition says."""
    told = acme()
    told["resources"][0]["tryitoutDisable"] = True
    reference = reference_of(openapi_of(element_swagger(told, Place.of("https://hub.example"))))
    assert [one.id for one in reference if not one.may_be_tried] == ["GET-contacts"]


def test_models_become_trees_with_examples() -> None:
    """Arrays by what they hold, nested models below."""
    reference = reference_of(openapi_of(element_swagger(acme(), Place.of("https://hub.example"))))
    read = reference.find("GET-contacts/{id}")
    assert read is not None
    content = read.answers[0].content
    assert content is not None
    assert names(content.root) == {
        "id": {},
        "email": {},
        "address": {"city": {}, "country": {"code": {}}},
        "tags": {"data": {"id": {}, "note": {}}},
        "phones": {},
    }
    by_name = {one.name: one for one in content.root.children}
    assert by_name["tags"].type == "array of object"
    assert by_name["id"].is_required
    assert content.example["tags"][0]["data"]["id"] == 0


def test_a_model_that_holds_itself_ends() -> None:
    """Once, in the tree and in the example."""
    tree = {"type": "object", "properties": {"below": {"$ref": "#/components/schemas/Tree"}}}
    told = document(Tree=tree)
    assert example_of(told, {"$ref": "#/components/schemas/Tree"}) == {"below": {}}


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        ({"type": "string", "format": "date"}, "2026-01-31"),
        ({"type": "integer", "minimum": 3}, 3),
        ({"type": "string", "x-samplevalue": "21"}, "21"),
        ({"enum": ["b", "a"]}, "b"),
        ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, True),
        ({"type": "array", "items": {"type": "number"}}, [0.5]),
        ({"type": "object", "properties": {"a": {"type": "string", "readOnly": True}}}, {}),
        ({"type": "string", "default": None}, "text"),
        ({}, None),
    ],
)
def test_examples(schema: dict[str, object], example: object) -> None:
    """Samples first, then something of the type."""
    assert example_of(document(), schema) == example


def test_the_platforms_document_can_be_shown() -> None:
    """Every operation, with a tree for each body; null is no form of its own."""
    reference = reference_of(platform_openapi(server="https://hub.example"))
    create = reference.find("post-instances")
    assert create is not None
    assert create.body is not None
    fields = {one.name: one.type for one in create.body.root.children}
    assert fields["name"] == "string"
    assert fields["element"] == "object"
    assert fields["tags"] == "array of string"


def plain(parts: tuple[str, ...]) -> str:
    return "".join(part if number % 2 == 0 else "secret" for number, part in enumerate(parts))


BODY = {"name": 'O\'Neil "x" $(id) `id`\n\\', "active": True, "none": None}


def test_code_says_what_is_called_and_nothing_else_runs() -> None:
    """Quotes, dollars and backticks of a body or an address stay text, in each language."""
    url = 'https://hub.example/a?where=name%3D$(id)"`id`'
    curl, python, javascript = (plain(one.parts) for one in snippets(url, "POST", body=BODY))
    printed = subprocess.run(
        ["bash", "-c", 'curl() { printf "%s\\n" "$@"; }\n' + curl],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert url in printed
    assert json.loads(printed[printed.index("{") :]) == BODY
    compiled = python.replace("print(json.load(urlopen(request)))", "print(request.data.decode())")
    ran = subprocess.run([sys.executable, "-c", compiled], capture_output=True, text=True)
    assert json.loads(ran.stdout) == BODY, ran.stderr
    assert 'method: "POST"' in javascript
    assert "JSON.stringify({" in javascript


def test_a_call_without_an_instance_names_none() -> None:
    """The platform's own calls."""
    for one in snippets("https://hub.example", has_element=False):
        assert "element" not in one.parts
