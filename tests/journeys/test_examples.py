"""Every example of every operation of the catalog, called through the hub against the sandbox.

Examples are documentation that runs: the console shows them, and here they must work. They are
called in the order of the definition, on the sandbox as it starts; what one saves, later ones use.
Whatever deletes comes last, so that an example may read what another deletes."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.journeys.conftest import Caller
from valence.domain import Element, Example, Operation
from valence.elements import Catalog

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
ELEMENTS = Catalog.load().all()


def filled(value: Any, saved: dict[str, str]) -> Any:
    """Return a value with `{name}` replaced by what an earlier example saved."""
    if isinstance(value, str):
        if value[:1] == "{" and value[1:-1] in saved:
            found = saved[value[1:-1]]
            return int(found) if found.isdecimal() else found
        return _PLACEHOLDER.sub(lambda found: saved.get(found[1], found[0]), value)
    if isinstance(value, dict):
        return {name: filled(part, saved) for name, part in value.items()}
    if isinstance(value, list):
        return [filled(part, saved) for part in value]
    return value


def address(operation: Operation, example: Example, saved: dict[str, str]) -> str:
    """Return path and query of an example."""
    path = operation.path
    for name, value in example.path_values.items():
        path = path.replace("{" + name + "}", quote(str(filled(value, saved)), safe=""))
    assert "{" not in path, f"{operation.method} {path}: an example leaves a placeholder open"
    query = {name: str(filled(value, saved)) for name, value in example.query.items()}
    return path + (f"?{urlencode(query)}" if query else "")


def examples(element: Element) -> list[tuple[Operation, Example]]:
    """Return the examples in the order in which they can run."""
    pairs = [
        (operation, example)
        for operation in element.operations
        if operation.type in ("api", "apiNoDocumentation")
        for example in operation.examples
    ]
    return sorted(pairs, key=lambda pair: pair[0].method == "DELETE")


@pytest.mark.parametrize(
    "element",
    [element for element in ELEMENTS if element.sandbox_addresses],
    ids=lambda element: element.key,
)
def test_every_example_works(element: Element, caller: Caller) -> None:
    """200, lists as arrays with their count, records as objects."""
    connected = caller.connected_to(element)
    saved: dict[str, str] = {}
    failed: list[str] = []
    for operation, example in examples(element):
        path = address(operation, example, saved)
        body = None if example.body is None else filled(example.body, saved)
        answer = connected.call(operation.method, f"/hubs/{element.hub}{path}", body)
        if answer.status != 200:
            failed.append(f"{operation.method} {path}: {answer.status} {answer.text[:300]}")
            continue
        if operation.is_list and not isinstance(answer.json, list):
            failed.append(f"{operation.method} {path}: a list was promised: {answer.text[:200]}")
        if operation.is_list and answer.headers.get("elements-returned-count") is None:
            failed.append(f"{operation.method} {path}: no elements-returned-count")
        if example.saves is not None:
            saved[example.saves] = str(answer.json["id"])
    assert failed == []


def test_every_operation_of_the_catalog_has_an_example() -> None:
    """What has none is neither shown nor tried."""
    missing = [
        f"{element.key} {operation.method} {operation.path}"
        for element in ELEMENTS
        for operation in element.operations
        if operation.type == "api" and operation.kind == "eb" and not operation.examples
    ]
    assert missing == []


def test_names_are_filled_in_wherever_they_stand() -> None:
    """In paths, queries and bodies; an id stays a number where it stands alone."""
    saved = {"contact": "12", "tag": "x"}
    assert filled({"a": "{contact}", "b": ["{tag}-{contact}", "{none}"]}, saved) == {
        "a": 12,
        "b": ["x-12", "{none}"],
    }
    operation = replace(ELEMENTS[0].operations[0], path="/contacts/{id}/tags")
    example = Example({"id": "{contact}"}, {"q": "{tag} y"})
    assert address(operation, example, saved) == "/contacts/12/tags?q=x+y"
