"""Definition files: what they compile to, and what their errors say."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from tests.elements.documents import EXPORT
from valence.cli.main import app
from valence.elements import (
    Catalog,
    compile_element,
    definition_schema,
    element_to_wire,
    export_element,
    faults_of,
    imported,
)
from valence.elements.loader import BadDefinition, load_definition

GOOD = """key: small
id: 990002
name: Small
description: An element
image: elements/small.png
hub: crm
vendor: small
source: https://vendor.example
authentication: {type: oauth2}
configuration:
  - {key: base.url, name: Base URL, description: API, type: TEXTFIELD_1000, default: "https://vendor.example", internal: true}
  - {key: pagination.type, name: Paging, description: How, type: TEXTFIELD_32, default: offset, internal: true}
resources:
  - operation: GET /things/{id}
    vendor: GET /v1/things/{id}
    description: Read
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "small.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: Small\n", "", "small.yaml:1 at /name"),
        ("id: 990002", "id: many", "small.yaml:2 at /id"),
        ("hub: crm", "hub: crm\nnonsense: 1", "/nonsense"),
        ("key: pagination.type", "key: base.url", "small.yaml:12 at /configuration/1/key"),
        ("GET /v1/things/{id}", "GET /v1/things/{other}", "small.yaml:15 at /resources/0/vendor"),
        ("GET /v1/things/{id}", "FETCH /v1/things", "/resources/0/vendor"),
        ("operation: GET /things/{id}", "operation: things", "/resources/0/operation"),
        ("resources:", "sandbox: {no.such.key: x}\nresources:", "at /sandbox/no.such.key"),
        ("hub: crm", "hub: [crm", "not YAML"),
        ("{type: oauth2}", "{type: magic}", "/authentication"),
    ],
)
def test_an_error_names_file_line_and_place(old: str, new: str, said: str, tmp_path: Path) -> None:
    """For somebody with a text editor open."""
    assert old in GOOD
    with pytest.raises(BadDefinition) as bad:
        load_definition(written(tmp_path, GOOD.replace(old, new, 1)))
    assert said in bad.value.message


def test_a_resource_is_declared_once(tmp_path: Path) -> None:
    """The same verb and path a second time is an error."""
    twice = GOOD + GOOD[GOOD.index("  - operation") :]
    with pytest.raises(BadDefinition, match="twice"):
        load_definition(written(tmp_path, twice))


def test_a_definition_compiles_to_an_element(tmp_path: Path) -> None:
    """Operations, defaults, and the JSON that the wire shows."""
    element = load_definition(written(tmp_path, GOOD))
    (operation,) = element.operations
    assert (operation.method, operation.path, operation.vendor_path) == (
        "GET",
        "/things/{id}",
        "/v1/things/{id}",
    )
    assert not operation.is_list
    assert element.default("base.url") == "https://vendor.example"
    assert element.default("nothing") is None
    wire = element_to_wire(element)
    assert (wire["id"], wire["key"], wire["hub"]) == (990002, "small", "crm")


def test_the_catalog_finds_by_key_and_by_id() -> None:
    """Keys without regard to case; an element the sandbox plays gets its addresses."""
    catalog = Catalog.load()
    element = catalog.require("INFUSIONSOFTREST")
    assert catalog.find("11748") is element
    assert catalog.find("9" * 30) is None
    assert element.default("oauth.token.url") == "https://api.infusionsoft.com/token"
    played = Catalog.load(sandbox_url="http://127.0.0.1:1").require("infusionsoftrest")
    assert played.default("oauth.token.url") == "http://127.0.0.1:1/token"
    assert played.default("base.url") == "http://127.0.0.1:1/crm/rest/v1"


FOLDER = Path(__file__).parents[2] / "src" / "valence" / "catalog"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_definition_of_the_product_is_good(file: Path) -> None:
    """It names its source, describes each resource, and fits the published schema."""
    content = yaml.safe_load(file.read_text())
    jsonschema.validate(content, definition_schema())
    assert faults_of(file) == []
    assert content["source"].startswith("https://")
    for resource in content["resources"]:
        assert resource["description"]


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_definition_of_the_product_is_exported_as_element_json(file: Path) -> None:
    """That, imported as a tenant's element, makes the same calls."""
    ours = load_definition(file)
    exported = json.loads(json.dumps(export_element(ours)))
    theirs = compile_element(imported(exported))
    unnumbered = [replace(each, id=0, chain=()) for each in ours.operations]
    assert [replace(each, chain=()) for each in theirs.operations] == unnumbered
    assert theirs.is_private


def test_element_json_is_checked_as_a_file_too(tmp_path: Path) -> None:
    """With the line of its text."""
    path = tmp_path / "acme.json"
    path.write_text(EXPORT.read_text())
    assert faults_of(path) == []
    path.write_text(EXPORT.read_text().replace('"method": "PATCH"', '"method": "PATSCH"'))
    (fault,) = faults_of(path)
    assert fault.pointer == "/resources/3/method"
    assert "PATSCH" in path.read_text().splitlines()[fault.line - 1]
    path.write_text("{")
    assert "not JSON" in str(faults_of(path)[0])


def test_the_command_line_checks_files(tmp_path: Path) -> None:
    """Each problem on a line, and 1 at the end."""
    path = written(tmp_path, GOOD.replace("id: 990002", "id: many"))
    bad = CliRunner().invoke(app, ["elements", "check", str(path), str(EXPORT)])
    assert bad.exit_code == 1
    assert bad.output.startswith("small.yaml:2 at /id: ")
    good = CliRunner().invoke(app, ["elements", "check", str(written(tmp_path, GOOD)), str(EXPORT)])
    assert (good.exit_code, good.output) == (0, "small.yaml: good\nacmecrm.json: good\n")


def test_the_command_line_prints_the_schema() -> None:
    """The one that the room publishes."""
    shown = CliRunner().invoke(app, ["elements", "schema"])
    assert json.loads(shown.output) == definition_schema()
