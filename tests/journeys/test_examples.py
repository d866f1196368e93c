"""Every example of every operation of the catalog, called through the hub against the sandbox.

Examples are documentation that runs: the console shows them, and here they must work. They are
called in the order of the definition, on the sandbox as it starts; what one saves, later ones use.
Whatever deletes comes last, so that an example may read what another deletes."""

from dataclasses import replace

import pytest

from tests.journeys.conftest import Caller
from valence.cli.grading.examples import address, body_of, filled, id_of, names_in
from valence.domain import Element, Example, InvalidRequest, Operation
from valence.elements import Catalog

ELEMENTS = Catalog.load().all()


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
        body = body_of(example, saved)
        answer = connected.call(operation.method, f"/hubs/{element.hub}{path}", body)
        if answer.status != 200:
            failed.append(f"{operation.method} {path}: {answer.status} {answer.text[:300]}")
            continue
        if operation.is_list and not isinstance(answer.json, list):
            failed.append(f"{operation.method} {path}: a list was promised: {answer.text[:200]}")
        if operation.is_list and answer.headers.get("elements-returned-count") is None:
            failed.append(f"{operation.method} {path}: no elements-returned-count")
        if example.saves is not None:
            saved[example.saves] = id_of(answer.json)
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
    assert (id_of({"id": 1, "Id": "x"}), id_of({"Id": "x"})) == ("1", "x")
    assert names_in({"a": "{contact}", "b": ["{tag}-x", 1], "c": None}) == {"contact", "tag"}
    operation = replace(ELEMENTS[0].operations[0], path="/contacts/{id}/tags")
    example = Example({"id": "{contact}"}, {"q": "{tag} y"})
    assert address(operation, example, saved) == "/contacts/12/tags?q=x+y"
    with pytest.raises(InvalidRequest, match="placeholder open"):
        address(operation, Example(), saved)
