"""Every switch has an effect, is documented, and the product passes with each of its values."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CALLBACK, Hub, Sim
from tests.sandbox.conftest import CLIENT, Vendor
from valence.cli.visitor import consent
from valence.domain import Instance, ValenceError, VendorMalformed
from valence.gateway import ResourceRequest, ResourceResponse
from valence_sandbox.vendors.keap.description import SWITCHES

Seen = Callable[[Vendor], object]
LATE = "2100-01-01T00:00:00Z"
DOCS = Path(__file__).parents[2] / "docs" / "reference" / "sandbox.md"


def _prefix(vendor: Vendor) -> object:
    return vendor.exchange(vendor.code(), redirect_uri=CALLBACK + "/more").status_code


def _any(vendor: Vendor) -> object:
    return vendor.exchange(vendor.code(), redirect_uri="https://elsewhere.example").status_code


def _localhost(vendor: Vendor) -> object:
    try:
        return bool(consent(vendor.authorize_url()))
    except VendorMalformed:
        return False


def _denial(vendor: Vendor) -> object:
    return "why" in consent(vendor.authorize_url(), allow=False)


def _basic_exchange(vendor: Vendor) -> object:
    import requests

    form = {"grant_type": "authorization_code", "code": vendor.code(), "redirect_uri": CALLBACK}
    return requests.post(f"{vendor.url}/token", data=form, auth=CLIENT, timeout=5).status_code


def _old_access_token(vendor: Vendor) -> object:
    pair = vendor.pair()
    vendor.refresh(pair["refresh_token"])
    vendor.token = pair["access_token"]
    return vendor.call("GET", "/v1/contacts").status_code


def _code_reuse(vendor: Vendor) -> object:
    code = vendor.code()
    vendor.token = vendor.exchange(code).json()["access_token"]
    vendor.exchange(code)
    return vendor.call("GET", "/v1/contacts").status_code


def _refresh_reuse(vendor: Vendor) -> object:
    pair = vendor.pair()
    new = vendor.refresh(pair["refresh_token"]).json()
    again = vendor.refresh(pair["refresh_token"])
    return again.status_code, new["refresh_token"] == pair["refresh_token"]


def _error_text(vendor: Vendor) -> object:
    return vendor.refresh("x").json()["error_description"]


def _expired(vendor: Vendor) -> object:
    vendor.sim.post("expire")
    return vendor.call("GET", "/v1/contacts").json()["fault"]["faultstring"]


def _idle(vendor: Vendor) -> object:
    pair = vendor.pair()
    vendor.sim.post("clock", advanceSeconds=40 * 86400)
    return vendor.refresh(pair["refresh_token"]).status_code


def _over(vendor: Vendor) -> object:
    return vendor.call("GET", "/v1/contacts?limit=1001").status_code


def _zero(vendor: Vendor) -> object:
    answer = vendor.call("GET", "/v1/contacts?limit=0")
    return answer.status_code, len(answer.json().get("contacts", ()))


def _upsert(vendor: Vendor) -> object:
    body = {"email_addresses": [{"email": "n@e.w", "field": "EMAIL1"}], "duplicate_option": "Email"}
    return vendor.call("PUT", "/v1/contacts", json=body).status_code


def _missing(vendor: Vendor) -> object:
    return vendor.call("GET", "/v1/contacts/9999").status_code


def _opt_in(vendor: Vendor) -> object:
    return vendor.call("PATCH", "/v1/contacts/6", json={"opt_in_reason": "asked"}).json()[
        "email_status"
    ]


def _custom_field(vendor: Vendor) -> object:
    body = {"label": "Cake size", "field_type": "Text"}
    number = vendor.call("POST", "/v1/contacts/model/customFields", json=body).json()["id"]
    for row in ({"id": 182, "content": "rye"}, {"id": number, "content": "L"}):
        vendor.call("PATCH", "/v1/contacts/6", json={"custom_fields": [row]})
    shown = vendor.call("GET", "/v1/contacts/6?optional_properties=custom_fields").json()
    return [row["content"] for row in shown["custom_fields"]]


def _retry_after(vendor: Vendor) -> object:
    vendor.sim.post("limits", **{"enabled": True, "product-throttle": 0})
    answers = [vendor.call("GET", "/v1/contacts") for _ in range(2)]
    return sum("retry-after" in answer.headers for answer in answers)


def _late(vendor: Vendor, collection: str) -> object:
    return vendor.call("GET", f"/v1/{collection}", params={"since": LATE}).json()["count"]


def _late_task(vendor: Vendor) -> object:
    body = {"title": "x", "due_date": LATE, "completed": True, "completion_date": LATE}
    vendor.call("POST", "/v1/tasks", json=body)
    return _late(vendor, "tasks")


def _late_due_task(vendor: Vendor) -> object:
    vendor.call("POST", "/v1/tasks", json={"title": "x", "due_date": LATE})
    return _late(vendor, "tasks")


def _edited_task(vendor: Vendor) -> object:
    vendor.sim.post("clock", advanceSeconds=3600)
    changed = vendor.call("PATCH", "/v1/tasks/1", json={"title": "x"}).json()
    since = {"since": changed["modification_date"].replace("+0000", "Z")}
    return vendor.call("GET", "/v1/tasks", params=since).json()["count"]


def _late_order(vendor: Vendor) -> object:
    items = [{"product_id": 1, "quantity": 1}]
    body = {"contact_id": 6, "order_title": "x", "order_date": LATE, "order_type": "Online"}
    vendor.call("POST", "/v1/orders", json={**body, "order_items": items})
    return _late(vendor, "orders")


def _late_appointment(vendor: Vendor) -> object:
    body = {"title": "x", "start_date": "2020-01-01T00:00:00Z", "end_date": LATE}
    vendor.call("POST", "/v1/appointments", json=body)
    return _late(vendor, "appointments")


def _late_payment(vendor: Vendor) -> object:
    body = {"payment_amount": "1.00", "payment_method_type": "CASH", "date": LATE}
    vendor.call("POST", "/v1/orders/5/payments", json=body)
    return _late(vendor, "transactions")


def _opportunity(vendor: Vendor) -> object:
    body = {"opportunity_title": "x", "contact": {"id": 6}, "stage": {"id": 18}}
    return vendor.call("POST", "/v1/opportunities", json=body).status_code


def _same_address(vendor: Vendor) -> object:
    body = {"eventKey": "contact.add", "hookUrl": "http://127.0.0.1:9/nobody"}
    vendor.call("POST", "/v1/hooks", json=body)
    return vendor.call("POST", "/v1/hooks", json={**body, "eventKey": "contact.edit"}).status_code


def _plain_content(vendor: Vendor) -> object:
    body = {"sent_to_address": "joe@gmail.com", "html_content": "<p>plain</p>"}
    answer = vendor.call("POST", "/v1/emails", json=body)
    return answer.status_code, answer.json().get("html_content")


def _userinfo(vendor: Vendor) -> object:
    return vendor.call("GET", "/v1/oauth/connect/userinfo").status_code


EFFECTS: list[tuple[str, Any, Seen, object]] = [
    ("redirect_match", "exact", _prefix, 400),
    ("redirect_match", "prefix", _prefix, 200),
    ("redirect_match", "prefix", _any, 400),
    ("redirect_match", "any", _any, 200),
    ("redirect_allow_localhost", True, _localhost, True),
    ("redirect_allow_localhost", False, _localhost, False),
    ("deny_extra_fields", [], _denial, False),
    ("deny_extra_fields", ["why"], _denial, True),
    ("exchange_accepts_basic", True, _basic_exchange, 200),
    ("exchange_accepts_basic", False, _basic_exchange, 401),
    ("old_access_token_after_refresh", "valid_until_expiry", _old_access_token, 200),
    ("old_access_token_after_refresh", "revoked", _old_access_token, 401),
    ("code_reuse", "invalid_grant", _code_reuse, 200),
    ("code_reuse", "revoke_chain", _code_reuse, 401),
    ("refresh_reuse", "kills_grant", _refresh_reuse, (400, False)),
    ("refresh_reuse", "grace", _refresh_reuse, (200, False)),
    ("refresh_reuse", "ignored", _refresh_reuse, (200, True)),
    ("oauth_error_texts", "rfc", _error_text, "Invalid refresh token"),
    ("oauth_error_texts", "custom", _error_text, "Request denied (E-117)"),
    ("expired_token_fault", "access_token_expired", _expired, "Access Token expired"),
    ("expired_token_fault", "invalid_access_token", _expired, "Invalid access token"),
    ("refresh_ttl_days", 45, _idle, 200),
    ("refresh_ttl_days", 30, _idle, 400),
    ("limit_over_max", "clamp", _over, 200),
    ("limit_over_max", "error400", _over, 400),
    ("limit_zero", "default", _zero, (200, 2)),
    ("limit_zero", "empty", _zero, (200, 0)),
    ("limit_zero", "error400", _zero, (400, 0)),
    ("upsert_created_status", 201, _upsert, 201),
    ("upsert_created_status", 200, _upsert, 200),
    ("missing_contact_status", 404, _missing, 404),
    ("missing_contact_status", 400, _missing, 400),
    ("opt_in_effect", True, _opt_in, "SingleOptIn"),
    ("opt_in_effect", False, _opt_in, "NonMarketable"),
    ("since_field_tasks", "creation_date", _late_task, 0),
    ("since_field_tasks", "modification_date", _late_task, 0),
    ("since_field_tasks", "due_date", _late_task, 1),
    ("since_field_tasks", "completion_date", _late_task, 1),
    ("since_field_tasks", "due_date", _late_due_task, 1),
    ("since_field_tasks", "completion_date", _late_due_task, 0),
    ("since_field_tasks", "creation_date", _edited_task, 0),
    ("since_field_tasks", "modification_date", _edited_task, 1),
    ("since_field_orders", "order_date", _late_order, 1),
    ("since_field_orders", "creation_date", _late_order, 0),
    ("since_field_orders", "modification_date", _late_order, 0),
    ("since_field_appointments", "start_date", _late_appointment, 0),
    ("since_field_appointments", "end_date", _late_appointment, 1),
    ("since_field_transactions", "transaction_date", _late_payment, 0),
    ("since_field_transactions", "paymentDate", _late_payment, 1),
    ("custom_fields_change", "merge", _custom_field, ["rye", "L"]),
    ("custom_fields_change", "replace", _custom_field, [None, "L"]),
    ("opportunity_create_status", 201, _opportunity, 201),
    ("opportunity_create_status", 200, _opportunity, 200),
    ("hook_url_unique", True, _same_address, 400),
    ("hook_url_unique", False, _same_address, 200),
    ("strict_base64_email", False, _plain_content, (201, "PHA+cGxhaW48L3A+")),
    ("strict_base64_email", True, _plain_content, (400, None)),
    ("retry_after_on_429", "sometimes", _retry_after, 1),
    ("retry_after_on_429", "always", _retry_after, 2),
    ("retry_after_on_429", "never", _retry_after, 0),
    ("userinfo_in_v1", True, _userinfo, 200),
    ("userinfo_in_v1", False, _userinfo, 404),
]


@pytest.mark.parametrize(
    ("name", "value", "seen", "expected"),
    EFFECTS,
    ids=[f"{name}={value}-{seen.__name__[1:]}" for name, value, seen, _ in EFFECTS],
)
def test_a_switch_has_its_effect(
    name: str, value: Any, seen: Seen, expected: object, vendor: Vendor
) -> None:
    """Seen from outside."""
    vendor.sim.post("switches", **{name: value})
    assert seen(vendor) == expected


def test_no_switch_is_without_a_test_or_a_line_in_the_docs() -> None:
    """Every value of every switch, in the table above and on the sandbox's page."""
    tried = {(name, str(value)) for name, value, _, _ in EFFECTS}
    page = DOCS.read_text()
    for name, switch in SWITCHES.items():
        assert f"`{name}`" in page
        for value in (switch.default, *(switch.others or ())):
            assert (name, str(value)) in tried


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (name, value)
        for name, switch in SWITCHES.items()
        for value in (
            switch.others or {"deny_extra_fields": (["why"],), "refresh_ttl_days": (1,)}[name]
        )
        if name != "redirect_allow_localhost"
    ],
)
async def test_the_product_passes_with_every_value(
    name: str, value: Any, hub: Hub, sim: Sim
) -> None:
    """Authenticate, call, be refused, refresh, read, create, delete, miss."""
    sim.post("switches", **{name: value})
    instance = await hub.instance(f"{name} {value}")
    assert await _list(hub, instance) == 2
    for _ in range(2):
        sim.post("expire")
        assert await _list(hub, instance) == 2
    assert sim.refreshes()["succeeded"] == 2
    body = b'{"email_addresses": [{"email": "a@b.example", "field": "EMAIL1"}]}'
    made = json.loads((await _call(hub, instance, "POST", "/contacts", body=body)).body)
    assert await _list(hub, instance) == 3
    await _call(hub, instance, "DELETE", f"/contacts/{made['id']}")
    with pytest.raises(ValenceError) as missed:
        await _call(hub, instance, "GET", f"/contacts/{made['id']}")
    assert missed.value.status in (400, 404)


async def _list(hub: Hub, instance: Instance) -> int:
    query = (("pageSize", "2000"),)
    return len(json.loads((await _call(hub, instance, "GET", "/contacts", query=query)).body))


async def _call(
    hub: Hub,
    instance: Instance,
    method: str,
    path: str,
    *,
    query: tuple[tuple[str, str], ...] = (),
    body: bytes = b"",
) -> ResourceResponse:
    request = ResourceRequest(hub.secrets, method, path, query, {}, body)
    return await hub.services.gateway.handle_as(hub.principal, instance, request)


async def test_the_product_passes_where_the_vendor_wants_https(hub: Hub, sim: Sim) -> None:
    """With an https callback, when loopback is not allowed."""
    sim.post("switches", redirect_allow_localhost=False)
    assert await hub.code(callback="https://app.example/callback")
