"""What is asked besides the definition when an object is described."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from tests.gateway.conftest import call_of, element_of, resource
from valence.common_resources import Mapped
from valence.domain import CallerSecrets
from valence.gateway.describe import (
    CUSTOM_FIELDS,
    asks_declared_names,
    custom_fields_of,
    description_of,
    with_own_objects,
)
from valence.gateway.values import Resolved, ResourceRequest, ResourceResponse
from valence.transformations import checked, effective


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/objects/contacts/metadata", "/objects/contacts/customFields"),
        ("/objects/mine/metadata", None),
        ("/objects/contacts/docs", None),
        ("/contacts", None),
    ],
)
def test_custom_fields_are_asked_of_vendors_objects(path: str, asked: str | None) -> None:
    """An object of the caller's own shape has none but the mapped ones."""
    element = element_of(resource("GET", CUSTOM_FIELDS))
    mapping = effective([checked({"vendorName": "contacts"}, level="account")], name="mine")
    resolved = replace(
        call_of(element, "GET", CUSTOM_FIELDS).resolved, mapped=Mapped({"mine": mapping})
    )
    found = custom_fields_of(ResourceRequest(CallerSecrets(), "GET", path), resolved)
    assert (found and found.path) == asked


NAMES, METADATA = "/objects", "/objects/{objectName}/metadata"


def mapped_at(*paths: str, **objects: str) -> Resolved:
    """An instance of an element with these resources, where names are mapped to vendor objects."""
    element = element_of(*(resource("GET", path) for path in paths))
    mapped = {
        name: effective([checked({"vendorName": vendor}, level="account")], name=name)
        for name, vendor in objects.items()
    }
    return replace(call_of(element, "GET", paths[0]).resolved, mapped=Mapped(mapped))


@pytest.mark.parametrize(
    ("paths", "asked", "expected"),
    [
        ((METADATA,), "/objects/mine/metadata", "/objects/contacts/metadata"),
        (
            (METADATA, CUSTOM_FIELDS),
            "/hubs/crm/objects/mine/metadata",
            "/objects/contacts/metadata",
        ),
        ((CUSTOM_FIELDS,), "/objects/mine/metadata", "/objects/contacts/customFields"),
        ((CUSTOM_FIELDS,), "/objects/contacts/metadata", "/objects/contacts/customFields"),
        ((METADATA,), "/objects/other/metadata", None),
        ((METADATA,), "/objects/mine/docs", None),
        ((NAMES,), "/objects/mine/metadata", None),
    ],
)
def test_the_vendors_object_is_asked_for_what_stands_behind_a_mapped_field(
    paths: tuple[str, ...], asked: str, expected: str | None
) -> None:
    """By the resource that knows most; the vendor of a disabled instance is not called."""
    resolved = mapped_at(*paths, mine="contacts", contacts="contacts")
    found = description_of(ResourceRequest(CallerSecrets(), "GET", asked), resolved)
    assert (found and found.path) == expected
    off = replace(resolved, instance=replace(resolved.instance, is_disabled=True))
    assert description_of(ResourceRequest(CallerSecrets(), "GET", asked), off) is None


@pytest.mark.parametrize(
    ("is_helium", "more", "expected"),
    [
        (False, {}, ["a", "Lead", "mine"]),
        (
            True,
            {},
            [{"name": "a"}, {"name": "Lead"}, {"name": "mine", "vendorName": "a", "type": "vdr"}],
        ),
        (False, {"Elements-Next-Page-Token": "t"}, ["a", "Lead"]),
    ],
)
def test_own_objects_stand_behind_those_that_the_vendor_lists(
    is_helium: bool, more: dict[str, str], expected: list[Any]
) -> None:
    """Behind the last page, and counted; what has the name of a vendor's object is not twice there."""
    resolved = mapped_at(NAMES, mine="a", Lead="Lead")
    headers = {"elements-version": "Helium"} if is_helium else {}
    request = ResourceRequest(CallerSecrets(), "GET", "/hubs/crm/objects", headers=headers)
    assert asks_declared_names(request, resolved)
    assert not asks_declared_names(request, replace(resolved, mapped=Mapped()))
    assert not asks_declared_names(request, mapped_at("/x", mine="a"))
    listed: list[Any] = ["a", "Lead"]
    answer = ResourceResponse(
        orjson.dumps([{"name": one} for one in listed] if is_helium else listed),
        tuple({"Elements-Returned-Count": "2", **more}.items()),
    )
    found = with_own_objects(answer, request, resolved)
    assert orjson.loads(found.body) == expected
    assert dict(found.headers)["Elements-Returned-Count"] == str(len(expected))
