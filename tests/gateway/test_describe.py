"""What is asked besides the definition when an object is described."""

from dataclasses import replace

import pytest

from tests.gateway.conftest import call_of, element_of, resource
from valence.common_resources import Mapped
from valence.domain import CallerSecrets
from valence.gateway.describe import CUSTOM_FIELDS, custom_fields_of
from valence.gateway.values import ResourceRequest
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
