"""Close says what clients of the platform expect of it."""

import json

import pytest

from valence.domain import Element, Operation
from valence.elements import Catalog

ELEMENT: Element = Catalog.load().require("closeio")
OPERATIONS: dict[str, Operation] = {
    f"{each.method} {each.path}": each for each in ELEMENT.operations
}


def test_it_is_known_by_its_number() -> None:
    """Clients name it so, and send an API key as the user name."""
    assert (ELEMENT.id, ELEMENT.hub, ELEMENT.name) == (146, "crm", "Close")
    kinds = {entry.key: (entry.type, entry.is_required) for entry in ELEMENT.configuration}
    assert kinds["username"] == ("TEXTFIELD_128", True)
    assert kinds["password"] == ("PASSWORD", False)
    assert ELEMENT.default("pagination.max") == "100"


@pytest.mark.parametrize(
    ("path", "verbs"),
    [
        ("/accounts", "GET POST"),
        ("/accounts/{id}", "DELETE GET PATCH"),
        ("/contacts", "GET POST"),
        ("/contacts/{id}", "DELETE GET PATCH"),
        ("/opportunities", "GET POST"),
        ("/opportunities/{id}", "DELETE GET PATCH"),
        ("/tasks", "GET POST"),
        ("/tasks/{id}", "DELETE GET PATCH"),
        ("/users/{id}", "GET"),
        ("/accounts/{id}/activities", "GET POST"),
        ("/accounts/{id}/activities/{activityId}", "DELETE GET PATCH"),
        ("/accounts/{id}/notes", "GET POST"),
        ("/accounts/{id}/notes/{noteId}", "DELETE GET PATCH"),
        ("/{objectName}", "GET POST"),
        ("/{objectName}/{objectId}", "DELETE GET PATCH"),
    ],
)
def test_a_path_has_these_verbs(path: str, verbs: str) -> None:
    """A change is a PUT at the vendor, which keeps what a body leaves out."""
    found = {each.method for each in ELEMENT.operations if each.path == path}
    assert " ".join(sorted(found)) == verbs
    if "PATCH" in found:
        assert OPERATIONS[f"PATCH {path}"].vendor_method == "PUT"


def test_what_is_polled_says_how() -> None:
    """By the time of the last change, in the vendor's form."""
    polled = json.loads(ELEMENT.default("event.poller.configuration") or "")
    assert set(polled) == set((ELEMENT.default("event.poller.urls") or "").split("|"))
    for name, how in polled.items():
        assert how["url"].startswith(f"/hubs/crm/{name}?where=date_updated>'${{gmtDate:")
        assert how["idField"] == "id"
        dates = how["datesConfiguration"]
        assert dates["updatedDateField"] == "date_updated"
        assert dates["createdDateField"] == "date_created"
