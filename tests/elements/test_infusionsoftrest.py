"""The first element says what clients of the platform expect of it."""

import json
import re

import pytest
from typer.testing import CliRunner

from valence.cli.main import app
from valence.domain import Element, Operation, Paging
from valence.elements import Catalog

ELEMENT: Element = Catalog.load().require("infusionsoftrest")
OPERATIONS = {f"{each.method} {each.path}": each for each in ELEMENT.operations}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

WHERE = {
    "/affiliates/commissions": "affiliateId since until order order_direction",
    "/appointments": "since until contact_id",
    "/contacts": (
        "email given_name family_name order order_direction since until optional_properties"
    ),
    "/contacts/{id}/emails": "email",
    "/emails": "email contact_id since_sent_date until_sent_date ordered",
    "/files": "permission viewable type name contact_id",
    "/opportunities": "user_id stage_id search_term order",
    "/orders": "since until paid contact_id product_id order",
    "/tags": "category name",
    "/tasks": "since until completed contact_id user_id has_due_date order",
    "/tasks/search": "since until completed contact_id user_id has_due_date order",
    "/transactions": "since until contact_id",
}


@pytest.mark.parametrize("path", WHERE)
def test_a_list_is_filtered_by_the_vendors_parameters(path: str) -> None:
    """Under their own names; other fields are refused."""
    rule = OPERATIONS[f"GET {path}"].filter
    assert rule is not None
    assert rule.fields is not None
    assert list(rule.fields) == list(rule.fields.values()) == WHERE[path].split()


@pytest.mark.parametrize("path", ["/{objectName}", "/{objectName}/{objectId}/{childObjectName}"])
def test_any_other_object_is_filtered_by_anything(path: str) -> None:
    """The vendor knows what it knows."""
    rule = OPERATIONS[f"GET {path}"].filter
    assert rule is not None
    assert (rule.dialect, rule.fields) == ("query-parameters", None)


@pytest.mark.parametrize(
    ("path", "verbs"),
    [
        ("/contacts", "GET POST PUT"),
        ("/contacts/{id}", "DELETE GET PATCH"),
        ("/contacts/{id}/tags", "GET POST"),
        ("/contacts/{id}/tags/{tagId}", "DELETE"),
        ("/contacts/{id}/emails", "GET POST"),
        ("/contactCustomFields", "GET"),
        ("/appointments", "GET POST"),
        ("/appointments/{id}", "DELETE GET PATCH PUT"),
        ("/tasks", "GET POST"),
        ("/tasks/{id}", "DELETE GET PATCH PUT"),
        ("/tasks/search", "GET"),
        ("/notes/{id}", "DELETE GET PATCH PUT"),
        ("/files/{id}", "DELETE GET"),
        ("/opportunities/{id}", "GET PATCH"),
        ("/opportunity/stage_pipeline", "GET"),
        ("/orders/{id}/transactions", "GET"),
        ("/transactions/{id}", "GET"),
        ("/tags/categories", "POST"),
        ("/tags/{id}/contacts", "GET POST"),
        ("/tags/{id}/contacts/{contactId}", "DELETE"),
        ("/products/{id}", "DELETE GET PATCH"),
        ("/emails/{id}", "DELETE GET"),
        ("/emails/sync", "POST"),
        ("/emails/unsync", "POST"),
        ("/account/profile", "GET"),
        ("/affiliates/commissions", "GET"),
        ("/oauth/connect/userinfo", "GET"),
        ("/{objectName}", "GET POST"),
        # Without DELETE: what the vendor cannot delete must not be passed on to it.
        ("/{objectName}/{objectId}", "GET PATCH"),
        ("/{objectName}/{objectId}/{childObjectName}", "GET POST"),
    ],
)
def test_a_path_knows_these_verbs(path: str, verbs: str) -> None:
    """And no others."""
    known = sorted(each.method for each in ELEMENT.operations if each.path == path)
    assert known == verbs.split()


def test_lists_are_paged_by_offset_and_say_their_total() -> None:
    """Some of the vendor's lists are short and come whole."""
    whole = {
        "/contactCustomFields",
        "/objects/{objectName}/customFields",
        "/opportunity/stage_pipeline",
    }
    for operation in ELEMENT.operations:
        if operation.path in whole:
            assert operation.paging == Paging("none")
        elif operation.is_list:
            assert operation.paging == Paging("offset", 1000, 0)
            assert operation.total_key == "count"


def test_contacts_come_in_a_stable_order() -> None:
    """By id, unless somebody asks for another."""
    ordering = OPERATIONS["GET /contacts"].ordering
    assert ordering is not None
    assert (ordering.parameter, ordering.default) == ("order", "id")
    assert (ordering.direction_parameter, ordering.descending) == ("order_direction", "DESCENDING")


@pytest.mark.parametrize("operation", ELEMENT.operations, ids=list(OPERATIONS))
def test_every_operation_has_an_example_that_is_complete(operation: Operation) -> None:
    """Each placeholder has a value, and a saved id was saved before."""
    assert operation.examples
    for example in operation.examples:
        assert set(example.path_values) == set(_PLACEHOLDER.findall(operation.path))
        for value in example.path_values.values():
            for name in _PLACEHOLDER.findall(value):
                assert name in saved_before(operation)
        takes_body = any(row.type == "body" for row in operation.parameters)
        assert takes_body == (example.body is not None)


def saved_before(operation: Operation) -> set[str | None]:
    earlier = ELEMENT.operations[: ELEMENT.operations.index(operation) + 1]
    return {example.saves for each in earlier for example in each.examples}


def test_every_record_has_a_schema() -> None:
    """All that is read or written under a name of its own."""
    for resource in ELEMENT.document["resources"]:  # type: ignore[attr-defined]
        is_generic = "{objectName}" in resource["path"]
        if resource["method"] == "GET" and not is_generic:
            model = resource["model"]
            assert model["name"] in model["swagger"]


def test_what_is_polled_is_what_the_objects_say() -> None:
    """Seven resources, by addresses of this platform."""
    polled = json.loads(ELEMENT.default("event.poller.configuration") or "")
    objects = ELEMENT.document["objects"]
    watched = {held["name"] for held in objects if held["eventsEnabled"]}  # type: ignore[attr-defined]
    assert set(polled) == watched
    assert len(polled) == 7
    for name, how in polled.items():
        assert how["url"].startswith(f"/hubs/crm/{name}")
        assert how["idField"] == "id"
    assert ELEMENT.default("event.vendor.type") == "polling"


def test_people_are_asked_for_little() -> None:
    """What is hidden can be set and is not asked for."""
    asked = [entry.key for entry in ELEMENT.configuration if not entry.is_hidden]
    assert asked == [
        *("oauth.api.key", "oauth.api.secret", "oauth.callback.url", "filter.response.nulls"),
        "event.notification.enabled",
    ]
    entry = ELEMENT.entry("event.notification.callback.url")
    assert entry is not None
    assert not entry.is_internal
    shown = CliRunner().invoke(app, ["elements", "show", "infusionsoftrest"]).output
    assert "oauth.callback.url" in shown
    assert "event.notification.callback.url" not in shown


def test_limits_name_headers_and_who_shares_them() -> None:
    """The app's over all accounts, and the account's."""
    assert {limit["scope"] for limit in ELEMENT.limits.values()} == {"app", "instance"}
    for limit in ELEMENT.limits.values():
        assert {"limit", "available", "unit"} <= set(limit)
        assert all(word.startswith("x-keap-") for name, word in limit.items() if name != "scope")
