"""Paths of calls to operations of elements."""

import pytest

from tests.gateway.conftest import element_of, resource
from valence.domain import InvalidRequest, MethodNotAllowed, NotFound, ValenceError
from valence.gateway.match import Matcher

ELEMENT = element_of(
    resource("GET", "/hubs/crm/contacts"),
    resource("GET", "/hubs/crm/contacts/{id}"),
    resource("PATCH", "/contacts/{contactId}"),
    resource("GET", "/contacts/model"),
    resource("GET", "/contacts/{id}/tags/{tagId}"),
    resource("GET", "/{objectName}"),
    resource("POST", "/{objectName}"),
    resource("GET", "/{objectName}/{id}"),
    resource("DELETE", "/{objectName}/{id}"),
    resource("GET", "/old", kind="java"),
    resource("GET", "/check", type="provisionAuthValidation"),
    resource("POST", "/flow", type="formulaAsResource", formulaId=3),
)


@pytest.mark.parametrize(
    ("call", "path", "values"),
    [
        ("GET /contacts", "/contacts", {}),
        ("GET /hubs/any/contacts", "/contacts", {}),
        ("GET //contacts/", "/contacts", {}),
        ("GET /contacts/model", "/contacts/model", {}),
        ("GET /contacts/a%2Fb", "/contacts/{id}", {"id": "a%2Fb"}),
        ("PUT /contacts/5", "/contacts/{contactId}", {"contactId": "5"}),
        ("DELETE /contacts/5", "/{objectName}/{id}", {"objectName": "contacts", "id": "5"}),
        ("POST /contacts", "/{objectName}", {"objectName": "contacts"}),
        ("GET /Lead", "/{objectName}", {"objectName": "Lead"}),
        ("GET /hubs/crm/Lead/7", "/{objectName}/{id}", {"objectName": "Lead", "id": "7"}),
        ("GET /contacts/5/tags/6", "/contacts/{id}/tags/{tagId}", {"id": "5", "tagId": "6"}),
    ],
)
def test_a_path_leads_to_its_operation(call: str, path: str, values: dict[str, str]) -> None:
    """Literal before placeholder, declared before dynamic, whatever the hub."""
    method, _, address = call.partition(" ")
    found = Matcher().match(ELEMENT, method, address)
    assert (found.operation.path, found.path_values) == (path, values)


@pytest.mark.parametrize(
    ("call", "error", "code"),
    [
        ("GET /", InvalidRequest, "unknown-resource"),
        ("GET /contacts/5/6/7/8", InvalidRequest, "unknown-resource"),
        ("GET /contacts/..", InvalidRequest, "invalid-request"),
        ("GET /contacts/%2E%2e", InvalidRequest, "invalid-request"),
        ("GET /contacts/6%2f%2e%2e%2f..", InvalidRequest, "invalid-request"),
        ("GET /contacts/6%00", InvalidRequest, "invalid-request"),
        ("GET /contacts/6%5C..", InvalidRequest, "invalid-request"),
        ("DELETE /contacts/5/tags/6", MethodNotAllowed, "method-not-allowed"),
        ("GET /old", InvalidRequest, "unsupported-resource"),
        ("POST /flow", NotFound, "formula-missing"),
    ],
)
def test_what_cannot_be_called_is_refused(call: str, error: type[ValenceError], code: str) -> None:
    """Before anything is sent; life-cycle resources are nobody's to call."""
    method, _, address = call.partition(" ")
    with pytest.raises(error) as caught:
        Matcher().match(ELEMENT, method, address)
    assert caught.value.code == code


def test_a_built_in_resource_says_that_it_is_not_supported() -> None:
    """In the wire contract's fixed words."""
    with pytest.raises(
        InvalidRequest, match=r"^This API is not currently supported for this element$"
    ):
        Matcher().match(ELEMENT, "GET", "/old")


def test_a_life_cycle_resource_is_no_path() -> None:
    """Its path falls through to the dynamic objects; it is found by type."""
    assert Matcher().match(ELEMENT, "GET", "/check").operation.path == "/{objectName}"
    found = Matcher().life_cycle(ELEMENT, "provisionAuthValidation")
    assert [operation.path for operation in found] == ["/check"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("contacts", True), ("contacts/5", True), ("contacts/5/x/y/z", False), ("accounts", False)],
)
def test_declared_paths_are_told_from_dynamic_ones(path: str, expected: bool) -> None:
    """Only what is declared literally may take a name from the platform."""
    assert Matcher().declares(ELEMENT, path) is expected


def links(count: int) -> list[dict[str, object]]:
    found = [resource("GET", f"/l{n}", nextResource=f"GET:/l{n + 1}") for n in range(1, count)]
    return [*found, resource("GET", f"/l{count}")]


def test_a_chain_of_six_links_is_refused_and_one_of_five_runs() -> None:
    """With 400, and so is one that loops."""
    assert len(Matcher().match(element_of(*links(5)), "GET", "/l1").operation.chain) == 4
    loop = element_of(
        resource("GET", "/a", nextResource="GET:/b"), resource("GET", "/b", nextResource="GET:/a")
    )
    for element, path in ((element_of(*links(6)), "/l1"), (loop, "/a")):
        with pytest.raises(InvalidRequest) as caught:
            Matcher().match(element, "GET", path)
        assert (caught.value.status, caught.value.code) == (400, "chain-too-long")
