"""What the mapper's page and its module say to each other."""

from typing import Any

import pytest

from tests.conftest import Hub
from valence.common_resources import Layer
from valence.console.mapping import (
    changes_of,
    fault_of,
    guessed_name,
    level_out,
    rows_of,
    sample_of,
    script_fault,
    wish_of,
)
from valence.domain import InvalidRequest, Principal, Role
from valence.storage import Place
from valence.transformations import Level, checked

NAMES = ["contacts", "contactCustomFields", "companies", "orders", "tags"]


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("myContact", "contacts"),
        ("Contacts", "contacts"),
        ("our-order-lines", "orders"),
        ("MY_TAG", "tags"),
        ("person", ""),
        ("", ""),
    ],
)
def test_the_vendors_object_is_guessed_by_name(name: str, guess: str) -> None:
    """By the longest that the name has in it."""
    assert guessed_name(name, NAMES) == guess


@pytest.mark.parametrize(
    ("warning", "told"),
    [
        (None, None),
        ("The query was changed.", None),
        ("was ignored", None),
        (
            "The script of the transformation a (b) failed and was ignored: TypeError: x (line 3)",
            {"message": "TypeError: x", "line": 3, "level": None},
        ),
        (
            "The script of the transformation a failed and was ignored: E: y"
            " (line 12 of the account's) (and 4 more)",
            {"message": "E: y", "line": 12, "level": "account"},
        ),
        (
            "The script of the transformation a failed and was ignored: it took too long",
            {"message": "it took too long", "line": 0, "level": None},
        ),
    ],
)
def test_a_warning_tells_where_a_script_failed(warning: str | None, told: object) -> None:
    """Its error, its line, its level."""
    assert script_fault(warning) == told


@pytest.mark.parametrize(
    ("fields", "definitions", "told"),
    [
        ([{"path": "a"}, {"path": "b", "vendorPath": "x["}], {}, ("b", "vendorPath")),
        (
            [{"path": "a", "configuration": [
                {"type": "transformDate", "properties": {"pattern": "yyyy-ww"}}]}],
            {}, ("a", "pattern"),
        ),
        ([], {"account": [{"path": "fine"}, {"path": "list[", "type": "string"}]},
         ("list[", "path")),
        ([{"path": "a"}], {}, (None, None)),
    ],
    ids=["path", "mask", "definition", "elsewhere"],
)  # fmt: skip
def test_an_error_is_told_at_its_field(
    fields: list[dict[str, Any]], definitions: dict[str, Any], told: tuple[str | None, str | None]
) -> None:
    """And the message says nothing of its place in a list."""
    transformation = {"vendorName": "contacts", "fields": fields}
    body = {"instance": 1, "transformation": transformation, "definitions": definitions}
    wish = wish_of("x", body)
    error = InvalidRequest("Something else.")
    try:
        checked(transformation, level="instance")
    except InvalidRequest as exc:
        error = exc
    found = fault_of(error, wish)
    assert (found.get("path"), found.get("part")) == told
    assert "fields[" not in found.get("message", "")


def test_rows_of_a_level_have_what_it_inherits() -> None:
    """Definitions of all levels; mappings of the level and those above it."""

    def layer(level: Level, path: str, *fields: dict[str, Any]) -> dict[str, Any]:
        body = {"vendorName": level, "fields": [*fields], "configuration": [{"type": "inherit"}]}
        return {
            "level": level,
            "fields": [{"path": path, "type": "number"}],
            "mapping": checked(body, level=level) if fields else None,
        }

    option = {"type": "defaultValue", "properties": {"value": 1}}
    levels = [
        layer("organization", "a", {"path": "a", "vendorPath": "A", "configuration": [option]}),
        layer("account", "b", {"path": "a", "vendorPath": "B"}, {"path": "c", "vendorPath": "C"}),
        layer("instance", "d"),
    ]
    rows, vendor_name = rows_of(levels, "organization")
    assert vendor_name == "organization"
    assert [(one["path"], one["vendor_path"], one["options"]) for one in rows] == [
        ("a", "A", ["defaultValue: value 1"]), ("b", None, []), ("d", None, []),
    ]  # fmt: skip
    rows, vendor_name = rows_of(levels, "instance")
    assert vendor_name == "account"
    assert {one["path"]: (one["vendor_path"], one["level"]) for one in rows} == {
        "a": ("B", "account"), "b": (None, None), "c": ("C", "account"), "d": (None, None),
    }  # fmt: skip


async def test_who_may_change_a_level_is_told(hub: Hub) -> None:
    """As the API would allow it: by privilege and by level."""
    instance = await hub.instance()
    may = {
        role: [
            level_out(Layer(level, Place(level, 1)), principal(hub, role), hub.element, instance)[
                "mayEdit"
            ]
            for level in ("organization", "account", "instance")
        ]
        for role in Role
    }
    assert may == {
        Role.ORGANIZATION_ADMIN: [True, True, True],
        Role.ACCOUNT_ADMIN: [False, True, True],
        Role.ORGANIZATION_USER: [False, False, False],
        Role.USER: [False, False, False],
    }


def principal(hub: Hub, role: Role) -> Principal:
    """The hub's user in another role."""
    own = hub.principal
    return Principal(own.user_id, own.account_id, own.organization_id, role)


def test_changes_are_of_the_level_and_of_definitions() -> None:
    """A level of which nothing is sent stays as it is."""
    body = {
        "instance": 3,
        "level": "account",
        "transformation": {"vendorName": "contacts"},
        "definitions": {"organization": [{"path": "a"}]},
        "versions": {"organization": "v1", "account": "v2", "instance": "v3"},
    }
    found = changes_of(wish_of("x", body), body)
    assert [(one.level, one.version, one.fields, one.transformation) for one in found] == [
        ("organization", "v1", [{"path": "a"}], None),
        ("account", "v2", None, {"vendorName": "contacts"}),
    ]


def test_records_that_come_back_are_counted_anew() -> None:
    """Types and counts are those of the records, and only descriptions are taken on trust."""
    wish = wish_of("x", {"instance": 1, "vendorName": "contacts"})
    assert sample_of(wish, {}) is None
    fields = [
        {"path": "id", "type": "int", "documented": True, "seen": 99, "displayName": "Id"},
        {"path": "made.up", "type": "int", "documented": False},
        {"path": "list[", "documented": True},
    ]
    sample = sample_of(wish, {"records": [{"id": 1}, {"id": 2, "nick": "a"}], "fields": fields})
    assert sample is not None
    assert {one.path: (one.seen, one.display_name) for one in sample.fields} == {
        "id": (2, "Id"), "nick": (1, None),
    }  # fmt: skip
