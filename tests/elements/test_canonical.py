"""Canonical models and the templates of elements."""

from pathlib import Path

import pytest

from tests.elements.test_compact_form import form, written
from valence.cli.coverage import as_page
from valence.elements import (
    Catalog,
    canonical_definitions,
    compile_element,
    faults_of,
    load_document,
    templates_of,
)

PAGE = Path(__file__).parents[2] / "docs" / "canonical.md"


def test_the_page_of_the_canonical_models_is_current() -> None:
    """Make it again with `valence elements coverage --output docs/canonical.md`."""
    assert as_page(Catalog.load().all()) == PAGE.read_text(encoding="utf-8")


def test_shapes_are_object_definitions_of_the_system() -> None:
    """Of the level that the catalog has."""
    contacts = canonical_definitions()["contacts"]
    assert (contacts["level"], contacts["vdrShared"]) == ("system", False)
    assert {"path": "email", "type": "string", "level": "system"} in contacts["fields"]


def test_a_template_is_a_transformation(tmp_path: Path) -> None:
    """Fields both ways with the shape's types; dates as vendors write them; the script goes along."""
    said = {"fields": {"id": "_id", "isDone": "done", "dueDate": "due.at", "createdDate": "made"}}
    content = form(hub="crm", canonical={"tasks": said | {"vendorName": "todos", "script": "x"}})
    template = templates_of(compile_element(load_document(written(tmp_path, content))))["tasks"]
    assert (template["objectName"], template["vendorName"]) == ("tasks", "todos")
    assert [(row["path"], row["vendorPath"], row["type"]) for row in template["fields"]] == [
        ("id", "_id", "string"),
        ("isDone", "done", "boolean"),
        ("dueDate", "due.at", "string"),
        ("createdDate", "made", "string"),
    ]
    assert template["script"]["body"] == "x"


@pytest.mark.parametrize(
    ("canonical", "pointer", "text"),
    [
        ({"poems": {"fields": {}}}, "/canonical/poems", "no canonical object"),
        ({"tasks": {"fields": {"rhyme": "x"}}}, "/canonical/tasks/fields/rhyme", "no canonical field"),
        ({"tasks": {"fields": {}, "scripted": ["rhyme"]}}, "/canonical/tasks/scripted", "no canonical field"),
    ],
)  # fmt: skip
def test_what_the_hub_does_not_have_is_a_fault(
    canonical: dict[str, object], pointer: str, text: str, tmp_path: Path
) -> None:
    """With its place in the file."""
    (fault,) = faults_of(written(tmp_path, form(hub="crm", canonical=canonical)))
    assert fault.pointer.startswith(pointer)
    assert text in fault.text
