"""What the sandbox answers fits the vendor's own API descriptions.

The descriptions are not part of this repository: VALENCE_KEAP_OPENAPI names their folder. Where
the live service is known to differ from its description, the line of `ALLOWED` says how.
"""

import functools
import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.sandbox.conftest import Vendor

FOLDER = os.environ.get("VALENCE_KEAP_OPENAPI", "")
pytestmark = pytest.mark.skipif(
    not FOLDER, reason="VALENCE_KEAP_OPENAPI does not name the folder of the vendor's descriptions"
)

ALLOWED = {
    "absent values are null": "every type also takes null",
    "dates end in +0000": "formats are not checked",
    "POST /v1/contacts/{contactId}/tags": "a map of outcomes where an array is described",
    "PUT /v1/contacts": "201 where it creates, with the body of the declared 200",
    "400 and 404 of v1": "not declared; their one form is checked in test_contacts.py",
}
UNDECLARED = {("PUT", "/v1/contacts", "201"): "200"}
NOT_AS_DESCRIBED = {("post", "/v1/contacts/{contactId}/tags")}

EMAIL = {"email_addresses": [{"email": "a@b.example", "field": "EMAIL1"}]}
CALLS: list[tuple[str, str, Any]] = [
    ("GET", "/v1/contacts", None),
    ("GET", "/v1/contacts?limit=1&optional_properties=custom_fields,birthday,origin", None),
    ("GET", "/v1/contacts?offset=99", None),
    ("POST", "/v1/contacts", {**EMAIL, "given_name": "Ann", "opt_in_reason": "asked"}),
    ("PUT", "/v1/contacts", {**EMAIL, "duplicate_option": "Email"}),
    ("GET", "/v1/contacts/32", None),
    ("PATCH", "/v1/contacts/32", {"family_name": "Ng"}),
    ("GET", "/v1/contacts/32/tags", None),
    ("POST", "/v1/contacts/32/tags", {"tagIds": [93]}),
    ("GET", "/v1/contacts/model", None),
    ("DELETE", "/v1/contacts/32/tags/91", None),
    ("DELETE", "/v1/contacts/6", None),
    ("GET", "/v1/tags", None),
    ("GET", "/v1/tags/91", None),
    ("POST", "/v1/tags", {"name": "New", "category": {"id": 1}}),
    ("POST", "/v1/tags/categories", {"name": "Other"}),
    ("GET", "/v1/tags/91/contacts", None),
    ("GET", "/v1/companies", None),
    ("POST", "/v1/companies", {"company_name": "Rye"}),
    ("GET", "/v1/companies/56", None),
    ("PATCH", "/v1/companies/56", {"website": "https://x.example"}),
    ("GET", "/v1/account/profile", None),
    ("PUT", "/v1/account/profile", {"phone": "1"}),
    ("GET", "/v1/oauth/connect/userinfo", None),
    ("GET", "/v1/users", None),
    ("GET", "/v2/contacts", None),
    ("GET", "/v2/contacts?page_size=1", None),
    ("GET", "/v2/contacts/32", None),
    ("POST", "/v2/contacts", EMAIL),
    ("PATCH", "/v2/contacts/32", {"family_name": "Ng"}),
    ("DELETE", "/v2/contacts/6", None),
    ("GET", "/v2/contacts/999", None),
    ("GET", "/v2/tags", None),
    ("POST", "/v2/tags", {"name": "New"}),
    ("GET", "/v2/companies", None),
    ("GET", "/v2/companies/56", None),
    ("GET", "/v2/businessProfile", None),
    ("GET", "/v2/oauth/connect/userinfo", None),
]


@functools.cache
def description(version: str) -> dict[str, Any]:
    folder = Path(FOLDER)
    if version == "v1":
        loaded = json.loads((folder / "openapi-v1-2024.json").read_text())
    else:
        text = (folder / "openapi-v2.yml").read_text()
        loaded = yaml.load(text, Loader=yaml.CSafeLoader)
    _with_nulls(loaded)
    return dict(loaded)


def _with_nulls(node: Any) -> None:
    if isinstance(node, list):
        for item in node:
            _with_nulls(item)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
    if isinstance(node.get("enum"), list):
        node["enum"] = [*node["enum"], None]
    for value in list(node.values()):
        _with_nulls(value)


def described(method: str, path: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return the described path, its operation and the whole description."""
    whole = description(path[1:3])
    plain = path.partition("?")[0]
    for prefix in ("", "/rest"):
        # Literal paths win over templates.
        for template in sorted(whole["paths"], key=lambda name: name.count("{")):
            pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
            known = method.lower() in whole["paths"][template]
            if known and re.fullmatch(pattern, prefix + plain):
                return template, whole["paths"][template][method.lower()], whole
    raise AssertionError(f"{plain} is not described")


@pytest.mark.parametrize(
    ("method", "path", "body"), CALLS, ids=[f"{method} {path}" for method, path, _ in CALLS]
)
def test_the_answer_fits_the_description(method: str, path: str, body: Any, vendor: Vendor) -> None:
    """Status and schema."""
    template, operation, whole = described(method, path)
    answer = vendor.call(method, path, json=body)
    status = str(answer.status_code)
    if (method, template, status) in UNDECLARED:
        status = UNDECLARED[method, template, status]
    assert status in operation["responses"], f"{status} is not declared for {template}"
    content = operation["responses"][status].get("content")
    if not content or (method.lower(), template) in NOT_AS_DESCRIBED:
        return
    schema = next(iter(content.values()))["schema"]
    validator = jsonschema.Draft202012Validator({**schema, "components": whole["components"]})
    problems = [
        f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer.json())
    ]
    assert problems == []


def test_a_wrong_answer_would_be_noticed() -> None:
    """The check itself can fail."""
    _, operation, whole = described("GET", "/v1/contacts/32")
    schema = next(iter(operation["responses"]["200"]["content"].values()))["schema"]
    validator = jsonschema.Draft202012Validator({**schema, "components": whole["components"]})
    assert list(validator.iter_errors({"id": "not a number", "email_addresses": {}}))
