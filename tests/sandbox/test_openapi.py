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
import requests
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
    "POST /v1/tags/{tagId}/contacts": "the same",
    "POST /v1/opportunities": "201 by a switch, with the body of the declared 200",
    "Task, Appointment": "carry an id that is not described; further properties are allowed",
    "PUT /v1/contacts": "201 where it creates, with the body of the declared 200",
    "400 and 404 of v1": "not declared; their one form is checked in test_contacts.py",
}
UNDECLARED = {
    ("PUT", "/v1/contacts", "201"): "200",
    ("POST", "/v1/opportunities", "201"): "200",
}
NOT_AS_DESCRIBED = {
    ("post", "/v1/contacts/{contactId}/tags"),
    ("post", "/v1/tags/{tagId}/contacts"),
}

EMAIL = {"email_addresses": [{"email": "a@b.example", "field": "EMAIL1"}]}
PNG = "aGVsbG8="
NOTE = {"contact_id": 6, "title": "t", "body": "b", "type": "Call"}
TASK = {"title": "t", "due_date": "2026-01-01T00:00:00Z", "priority": 1, "contact": {"id": 6}}
APPOINTMENT = {
    "title": "t", "start_date": "2026-01-01T00:00:00Z", "end_date": "2026-01-01T01:00:00.000-04:00",
    "contact_id": 6, "remind_time": 15,
}  # fmt: skip
FILE = {
    "file_name": "a.png", "file_data": PNG, "file_association": "CONTACT", "is_public": True,
    "contact_id": 6,
}  # fmt: skip
OPPORTUNITY = {"opportunity_title": "t", "contact": {"id": 6}, "stage": {"id": 18}}
ITEM = {"product_id": 5, "quantity": 1, "price": "3.50"}
ORDER = {
    "contact_id": 6, "order_title": "t", "order_date": "2026-01-01T00:00:00Z",
    "order_type": "Online", "order_items": [ITEM],
    "shipping_address": {"line1": "1 Street", "locality": "Chandler"},
}  # fmt: skip
PLAN = {"days_between_payments": 30, "number_of_payments": 3, "plan_start_date": "2026-01-01"}
MAIL = {"sent_to_address": "joe@gmail.com", "subject": "s", "html_content": PNG}
DUPLICATE = {**MAIL, "original_provider": "INFUSIONSOFT", "original_provider_id": "seed-1"}
SEQUENCE = "/v1/campaigns/1/sequences/1/contacts"
HOOK = {"eventKey": "contact.add", "hookUrl": "http://127.0.0.1:9/nobody"}
CARD = {"card_number": "4111111111111111", "card_type": "Visa", "expiration_year": "2030"}
AFFILIATE = {"code": "ZED", "contact_id": 6, "password": "p", "status": "active"}
CUSTOM = {"label": "Size", "field_type": "Dropdown", "options": [{"label": "L"}]}
V1_CALLS: list[tuple[str, str, Any]] = [
    ("POST", "/v1/contacts/model/customFields", CUSTOM),
    ("GET", "/v1/contacts/32/emails", None),
    ("POST", "/v1/contacts/32/emails", MAIL),
    ("GET", "/v1/contacts/32/creditCards", None),
    ("POST", "/v1/contacts/32/creditCards", CARD),
    ("POST", "/v1/contacts/32/utm", {"keapSourceId": "7", "utmSource": "s"}),
    ("DELETE", "/v1/contacts/32/tags?ids=91", None),
    ("GET", "/v1/tags/93/companies", None),
    ("POST", "/v1/tags/93/contacts", {"ids": [6]}),
    ("DELETE", "/v1/tags/91/contacts?ids=32", None),
    ("DELETE", "/v1/tags/91/contacts/32", None),
    ("GET", "/v1/companies/56?optional_properties=notes,fax_number,custom_fields", None),
    ("GET", "/v1/companies/model", None),
    ("PUT", "/v1/emailAddresses/joe@gmail.com", {"opted_in": True, "reason": "asked"}),
    ("GET", "/v1/appointments", None),
    ("POST", "/v1/appointments", APPOINTMENT),
    ("GET", "/v1/appointments/model", None),
    ("POST", "/v1/appointments/model/customFields", CUSTOM),
    ("GET", "/v1/appointments/1", None),
    ("PUT", "/v1/appointments/1", APPOINTMENT),
    ("PATCH", "/v1/appointments/1", {"title": "u"}),
    ("DELETE", "/v1/appointments/1", None),
    ("GET", "/v1/tasks", None),
    ("GET", "/v1/tasks/search", None),
    ("POST", "/v1/tasks", TASK),
    ("GET", "/v1/tasks/model", None),
    ("POST", "/v1/tasks/model/customFields", CUSTOM),
    ("GET", "/v1/tasks/1", None),
    ("PUT", "/v1/tasks/1", TASK),
    ("PATCH", "/v1/tasks/1", {"completed": True}),
    ("DELETE", "/v1/tasks/1", None),
    ("GET", "/v1/notes", None),
    ("POST", "/v1/notes", NOTE),
    ("GET", "/v1/notes/model", None),
    ("POST", "/v1/notes/model/customFields", CUSTOM),
    ("GET", "/v1/notes/1", None),
    ("PUT", "/v1/notes/1", NOTE),
    ("PATCH", "/v1/notes/1", {"body": "c"}),
    ("DELETE", "/v1/notes/1", None),
    ("GET", "/v1/files", None),
    ("POST", "/v1/files", FILE),
    ("GET", "/v1/files/1?optional_properties=file_data", None),
    ("PUT", "/v1/files/1", FILE),
    ("DELETE", "/v1/files/1", None),
    ("GET", "/v1/opportunities", None),
    ("POST", "/v1/opportunities", OPPORTUNITY),
    ("PUT", "/v1/opportunities", {**OPPORTUNITY, "id": 1}),
    ("GET", "/v1/opportunities/model", None),
    ("GET", "/v1/opportunities/1?optional_properties=custom_fields", None),
    ("PATCH", "/v1/opportunities/1", {"stage": {"id": 24, "reasons": ["Price"]}}),
    ("GET", "/v1/opportunity/stage_pipeline", None),
    ("GET", "/v1/orders", None),
    ("POST", "/v1/orders", ORDER),
    ("GET", "/v1/orders/model", None),
    ("GET", "/v1/orders/1", None),
    ("DELETE", "/v1/orders/5", None),
    ("POST", "/v1/orders/1/items", ITEM),
    ("DELETE", "/v1/orders/1/items/1001", None),
    ("PUT", "/v1/orders/1/paymentPlan", PLAN),
    ("GET", "/v1/orders/1/payments", None),
    ("POST", "/v1/orders/1/payments", {"payment_amount": "2", "payment_method_type": "CASH"}),
    ("GET", "/v1/orders/1/transactions", None),
    ("GET", "/v1/transactions", None),
    ("GET", "/v1/transactions/1", None),
    ("GET", "/v1/products", None),
    ("GET", "/v1/products/sync", None),
    ("POST", "/v1/products", {"product_name": "n", "product_price": 2}),
    ("GET", "/v1/products/5", None),
    ("PATCH", "/v1/products/1", {"active": False}),
    ("DELETE", "/v1/products/1", None),
    ("POST", "/v1/products/1/image", {"file_name": "a.png", "file_data": PNG}),
    ("POST", "/v1/products/1/subscriptions", {"cycle_type": "WEEK", "plan_price": 2}),
    ("GET", "/v1/products/5/subscriptions/1", None),
    ("DELETE", "/v1/products/5/subscriptions/1", None),
    ("GET", "/v1/subscriptions", None),
    ("POST", "/v1/subscriptions", {"contact_id": 6, "subscription_plan_id": 1}),
    ("GET", "/v1/subscriptions/model", None),
    ("GET", "/v1/emails", None),
    ("POST", "/v1/emails", MAIL),
    ("POST", "/v1/emails/queue", {"contacts": [6], "subject": "s", "user_id": 1}),
    ("POST", "/v1/emails/sync", {"emails": [MAIL, DUPLICATE]}),
    ("POST", "/v1/emails/unsync", {"ids": [1, 99]}),
    ("GET", "/v1/emails/1", None),
    ("DELETE", "/v1/emails/1", None),
    ("GET", "/v1/affiliates", None),
    ("POST", "/v1/affiliates", AFFILIATE),
    ("GET", "/v1/affiliates/1", None),
    ("GET", "/v1/affiliates/model", None),
    ("GET", "/v1/affiliates/commissions", None),
    ("GET", "/v1/affiliates/programs", None),
    ("GET", "/v1/affiliates/redirectlinks", None),
    ("GET", "/v1/affiliates/summaries", None),
    ("GET", "/v1/affiliates/1/clawbacks", None),
    ("GET", "/v1/affiliates/1/payments", None),
    ("GET", "/v1/campaigns", None),
    ("GET", "/v1/campaigns/1?optional_properties=goals,sequences", None),
    ("POST", "/v1/campaigns/goals/bakery/asked1", {"contact_id": 6}),
    ("POST", SEQUENCE, {"ids": [6, 99]}),
    ("DELETE", SEQUENCE, {"ids": [6]}),
    ("POST", f"{SEQUENCE}/6", None),
    ("DELETE", f"{SEQUENCE}/6", None),
    ("POST", "/v1/users", {"email": "new@bakery.example", "given_name": "Nia"}),
    ("GET", "/v1/users/1/signature", None),
    ("GET", "/v1/hooks", None),
    ("POST", "/v1/hooks", HOOK),
    ("GET", "/v1/hooks/event_keys", None),
    ("GET", "/v1/locales/countries", None),
    ("GET", "/v1/locales/countries/USA/provinces", None),
    ("GET", "/v1/locales/defaultOptions", None),
    ("GET", "/v1/merchants", None),
    ("GET", "/v1/setting/application/configuration", None),
    ("GET", "/v1/setting/application/enabled", None),
    ("GET", "/v1/setting/contact/optionTypes", None),
]
V2_TASK = {"title": "t", "assigned_to_user_id": "1", "priority": "ESSENTIAL", "contact_id": "6"}
V2_OPPORTUNITY = {"opportunity_title": "t", "contact_id": "6", "stage_id": "18"}
V2_ORDER = {
    "contact_id": "6", "order_title": "t", "order_time": "2026-01-01T00:00:00Z",
    "order_type": "ONLINE", "order_items": [{"product_id": "1", "quantity": 1}],
}  # fmt: skip
V2_STAGE = {"name": "Tasting", "order": 9, "target_number_days": 3, "probability": 50}
V2_SEQUENCE = "/v2/campaigns/1/sequences/1"
V2_PRODUCT = {"name": "n", "price": 1250, "short_description": "s"}
V2_CALLS: list[tuple[str, str, Any]] = [
    ("GET", "/v2/contacts", None),
    ("GET", "/v2/contacts?page_size=1&order_by=create_time%20desc", None),
    ("GET", "/v2/contacts/32", None),
    ("POST", "/v2/contacts", EMAIL),
    ("PATCH", "/v2/contacts/32?update_mask=family_name", {"family_name": "Ng"}),
    ("DELETE", "/v2/contacts/6", None),
    ("GET", "/v2/contacts/999", None),
    ("GET", "/v2/contacts/model", None),
    ("GET", "/v2/companies", None),
    ("POST", "/v2/companies", {"company_name": "Rye", "email_address": {"email": "a@b.c"}}),
    ("GET", "/v2/companies/56", None),
    ("PATCH", "/v2/companies/56", {"website": "https://x.example"}),
    ("DELETE", "/v2/companies/56", None),
    ("GET", "/v2/companies/model", None),
    ("GET", "/v2/tasks", None),
    ("POST", "/v2/tasks", V2_TASK),
    ("GET", "/v2/tasks/1", None),
    ("PATCH", "/v2/tasks/1", {"completed": True}),
    ("DELETE", "/v2/tasks/1", None),
    ("GET", "/v2/tasks/model", None),
    ("GET", "/v2/notes", None),
    ("GET", "/v2/notes/model", None),
    ("GET", "/v2/contacts/6/notes", None),
    ("POST", "/v2/contacts/6/notes", {"title": "t", "text": "x", "type": "Call", "user_id": "1"}),
    ("GET", "/v2/contacts/6/notes/1", None),
    ("PATCH", "/v2/contacts/6/notes/1", {"text": "y"}),
    ("DELETE", "/v2/contacts/6/notes/1", None),
    ("GET", "/v2/opportunities", None),
    ("POST", "/v2/opportunities", V2_OPPORTUNITY),
    ("GET", "/v2/opportunities/1?fields=custom_fields", None),
    ("PATCH", "/v2/opportunities/1", {"stage_id": "20"}),
    ("DELETE", "/v2/opportunities/1", None),
    ("GET", "/v2/opportunities/model", None),
    ("GET", "/v2/opportunities/stages", None),
    ("GET", "/v2/opportunities/stages/18", None),
    ("GET", "/v2/orders", None),
    ("POST", "/v2/orders", V2_ORDER),
    ("GET", "/v2/orders/1", None),
    ("PATCH", "/v2/orders/1", {"notes": "n"}),
    ("DELETE", "/v2/orders/5", None),
    ("GET", "/v2/orders/model", None),
    ("GET", "/v2/products", None),
    ("POST", "/v2/products", V2_PRODUCT),
    ("GET", "/v2/products/1", None),
    ("PATCH", "/v2/products/1", {"price": 100}),
    ("DELETE", "/v2/products/1", None),
    ("GET", "/v2/sales/transactions", None),
    ("GET", "/v2/tags", None),
    ("POST", "/v2/tags", {"name": "New", "category": {"id": "1"}}),
    ("GET", "/v2/tags/91", None),
    ("PATCH", "/v2/tags/91", {"name": "Other"}),
    ("DELETE", "/v2/tags/91", None),
    ("GET", "/v2/tags/categories", None),
    ("POST", "/v2/tags/categories", {"name": "Other"}),
    ("POST", "/v2/tags/91/contacts:applyTags", {"contact_ids": ["6"]}),
    ("POST", "/v2/tags/91/contacts:removeTags", {"contact_ids": ["32"]}),
    ("GET", "/v2/emails", None),
    ("POST", "/v2/emails", {**MAIL, "sent_to_cc_address_list": ["a@b.c"]}),
    ("GET", "/v2/emails/1", None),
    ("DELETE", "/v2/emails/1", None),
    ("POST", "/v2/emails:batchAdd", {"emails": [MAIL, DUPLICATE]}),
    ("POST", "/v2/emails:batchRemove", {"email_ids": ["1", "99"]}),
    ("POST", "/v2/emails:send", {"contacts": ["6"], "subject": "s"}),
    ("GET", "/v2/files", None),
    ("GET", "/v2/files/1", None),
    ("GET", "/v2/files/1:data", None),
    ("DELETE", "/v2/files/1", None),
    ("GET", "/v2/users", None),
    ("GET", "/v2/users/1", None),
    ("PATCH", "/v2/users/1", {"company_name": "Bakery"}),
    ("GET", "/v2/businessProfile", None),
    ("PATCH", "/v2/businessProfile?update_mask=name", {"name": "B", "phone": "1"}),
    ("GET", "/v2/oauth/connect/userinfo", None),
    ("GET", "/v2/users/1/signature", None),
    ("GET", "/v2/contacts/32/tags", None),
    ("GET", "/v2/companies/56/tags", None),
    ("POST", "/v2/companies/56/tags/91", None),
    ("DELETE", "/v2/companies/56/tags/93", None),
    ("GET", "/v2/tags/91/contacts", None),
    ("GET", "/v2/tags/93/companies", None),
    ("GET", "/v2/tags/categories/1", None),
    ("PATCH", "/v2/tags/categories/1?update_mask=name", {"name": "Y", "description": "d"}),
    ("DELETE", "/v2/tags/categories/1", None),
    ("POST", "/v2/opportunities/stages", V2_STAGE),
    ("PATCH", "/v2/opportunities/stages/22", {"probability": 90}),
    ("DELETE", "/v2/opportunities/stages/24", None),
    ("POST", "/v2/contacts/model/customFields", {"label": "Loaf", "field_type": "TEXT"}),
    ("DELETE", "/v2/contacts/model/customFields/182", None),
    ("POST", "/v2/orders/5/items", {"product_id": "2", "quantity": 1, "price_per_unit": 6.5}),
    ("GET", "/v2/orders/1/items/1001", None),
    ("DELETE", "/v2/orders/1/items/1001", None),
    ("GET", "/v2/orders/1/payments", None),
    ("POST", "/v2/orders/5/payments", {"payment_amount": 2, "apply_to_commissions": True}),
    ("GET", "/v2/products/5/subscriptions", None),
    ("GET", "/v2/subscriptions", None),
    ("POST", "/v2/subscriptions", {"contact_id": "6", "subscription_plan_id": "1"}),
    ("GET", "/v2/subscriptions/1", None),
    ("GET", "/v2/subscriptions/model", None),
    ("GET", "/v2/affiliates", None),
    ("POST", "/v2/affiliates", {"code": "RYE", "contact_id": "6"}),
    ("GET", "/v2/affiliates/1", None),
    ("PATCH", "/v2/affiliates/1?update_mask=status", {"status": "INACTIVE", "code": "X"}),
    ("DELETE", "/v2/affiliates/1", None),
    ("GET", "/v2/affiliates/1:commissions", None),
    ("GET", "/v2/affiliates/1/payments", None),
    ("GET", "/v2/affiliates/summaries", None),
    ("GET", "/v2/affiliates/commissionPrograms", None),
    ("GET", "/v2/affiliates/redirects", None),
    ("GET", "/v2/campaigns", None),
    ("GET", "/v2/campaigns/1", None),
    ("GET", "/v2/campaigns/1/sequences", None),
    ("GET", "/v2/campaigns/1/goals", None),
    ("POST", f"{V2_SEQUENCE}:addContacts", {"contact_ids": ["6", "99"]}),
    ("POST", f"{V2_SEQUENCE}:removeContacts", {"contact_ids": ["6", "99"]}),
]
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
    *V1_CALLS,
    *V2_CALLS,
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
            pattern = re.sub(r"\{[^}]+\}", "[^/:]+", template)
            known = method.lower() in whole["paths"][template]
            if known and re.fullmatch(pattern, prefix + plain):
                return template, whole["paths"][template][method.lower()], whole
    raise AssertionError(f"{plain} is not described")


@pytest.mark.parametrize(
    ("method", "path", "body"), CALLS, ids=[f"{method} {path}" for method, path, _ in CALLS]
)
def test_the_answer_fits_the_description(method: str, path: str, body: Any, vendor: Vendor) -> None:
    """Status and schema."""
    answer = vendor.call(method, path, json=body)
    assert answer.ok or "/999" in path
    assert problems(method, path, answer) == []


def problems(method: str, path: str, answer: requests.Response) -> list[str]:
    """Return where an answer does not fit its description."""
    template, operation, whole = described(method, path)
    status = str(answer.status_code)
    if (method, template, status) in UNDECLARED:
        status = UNDECLARED[method, template, status]
    if status not in operation["responses"]:
        return [f"{status} is not declared for {template}"]
    content = operation["responses"][status].get("content")
    if not content or (method.lower(), template) in NOT_AS_DESCRIBED:
        return []
    schema = next(iter(content.values()))["schema"]
    validator = jsonschema.Draft202012Validator({**schema, "components": whole["components"]})
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer.json())]


IN_STEPS: list[tuple[str, str, Any]] = [
    ("POST", "/v1/hooks", HOOK),
    ("GET", "/v1/hooks/1", None),
    ("PUT", "/v1/hooks/1", {**HOOK, "eventKey": "contact.edit"}),
    ("POST", "/v1/hooks/1/verify", None),
    ("DELETE", "/v1/hooks/1", None),
    ("POST", "/v1/products/1/image", {"file_name": "a.png", "file_data": PNG}),
    ("DELETE", "/v1/products/1/image", None),
]


def test_answers_that_need_a_step_before_fit_as_well(vendor: Vendor) -> None:
    """One after the other."""
    for method, path, body in IN_STEPS:
        answer = vendor.call(method, path, json=body)
        assert answer.ok, path
        assert problems(method, path, answer) == []


def test_every_operation_of_v1_is_served() -> None:
    """Each described one is in the tables above; delayedVerify is tried in test_hooks.py."""
    wanted = {
        (method.upper(), template)
        for template, operations in description("v1")["paths"].items()
        for method in operations
    }
    tried = {
        (method, described(method, path)[0])
        for method, path, _ in CALLS + IN_STEPS
        if path.startswith("/v1")
    }
    assert wanted - tried == {("POST", "/v1/hooks/{key}/delayedVerify")}


def test_a_wrong_answer_would_be_noticed() -> None:
    """The check itself can fail."""
    _, operation, whole = described("GET", "/v1/contacts/32")
    schema = next(iter(operation["responses"]["200"]["content"].values()))["schema"]
    validator = jsonschema.Draft202012Validator({**schema, "components": whole["components"]})
    assert list(validator.iter_errors({"id": "not a number", "email_addresses": {}}))
