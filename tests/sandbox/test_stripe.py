"""Stripe as its documentation describes it, over a real socket."""

from typing import Any

import pytest
import requests

from tests.conftest import Sim

KEY = "sk_test_sandbox"
CARD = {
    "source[object]": "card",
    "source[number]": "4242424242424242",
    "source[exp_month]": "12",
    "source[exp_year]": "2041",
    "source[cvc]": "123",
}


class Stripe:
    """Stripe as an application sees it."""

    def __init__(self, sim: Sim) -> None:
        self.sim = sim.vendor("stripe")
        self._url = f"{sim.url}/stripe/v1"

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        more.setdefault("auth", (KEY, ""))
        return requests.request(method, self._url + path, timeout=10, **more)

    def post(self, path: str, **form: Any) -> Any:
        answer = self.call("POST", path, data=form)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, path: str, **query: Any) -> Any:
        answer = self.call("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, method: str, path: str, **more: Any) -> tuple[int, Any, Any]:
        answer = self.call(method, path, **more)
        error = answer.json()["error"]
        return answer.status_code, error.get("code"), error.get("param")

    def customer(self, **form: Any) -> str:
        return str(self.post("/customers", **(form or CARD))["id"])


@pytest.fixture
def stripe(sim: Sim) -> Stripe:
    return Stripe(sim)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"auth": ("sk_test_other", "")}, "Invalid API Key"),
        ({"auth": None}, "You did not provide an API key"),
        ({"auth": None, "headers": {"Authorization": "Bearer sk_wrong"}}, "Invalid API Key"),
    ],
)
def test_a_caller_is_known_by_a_key(stripe: Stripe, more: dict[str, Any], words: str) -> None:
    """As the user name of Basic, or as a bearer token."""
    answer = stripe.call("GET", "/balance", **more)
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert words in answer.json()["error"]["message"]


def test_a_key_is_a_bearer_token_too(stripe: Stripe) -> None:
    """Both ways are documented."""
    headers = {"Authorization": f"Bearer {KEY}"}
    answer = stripe.call("GET", "/balance", auth=None, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Stripe-Version"] == "2019-12-03"


LISTS = ("customers", "charges", "refunds", "plans", "products", "skus", "orders", "transfers",
         "subscriptions", "events", "balance/history")  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("limit", [1, 2, 100])
def test_lists_are_walked_by_the_last_id(stripe: Stripe, name: str, limit: int) -> None:
    """To the end, without a record twice or lost, newest first; and back again."""
    stripe.sim.post("seed", customers=3)
    whole = stripe.get(f"/{name}", limit=100)
    assert whole["object"] == "list"
    assert whole["url"] == f"/v1/{name}"
    assert whole["has_more"] is False
    assert whole["data"]
    dates = [record["created"] for record in whole["data"]]
    assert dates == sorted(dates, reverse=True)
    found: list[Any] = []
    page = stripe.get(f"/{name}", limit=limit)
    while True:
        found += page["data"]
        assert len(page["data"]) <= limit
        if not page["has_more"]:
            break
        page = stripe.get(f"/{name}", limit=limit, starting_after=found[-1]["id"])
    assert found == whole["data"]
    before = stripe.get(f"/{name}", limit=limit, ending_before=found[-1]["id"])
    assert before["data"] == found[-1 - limit : -1] or before["data"] == found[:-1][-limit:]


@pytest.mark.parametrize(
    ("query", "code", "param"),
    [
        ({"limit": "0"}, "parameter_invalid_integer", "limit"),
        ({"limit": "101"}, "parameter_invalid_integer", "limit"),
        ({"limit": "x"}, "parameter_invalid_integer", "limit"),
        ({"starting_after": "ch_0"}, "resource_missing", "starting_after"),
        ({"ending_before": "ch_0"}, "resource_missing", "ending_before"),
        ({"amount": "1000"}, "parameter_unknown", "amount"),
        ({"created[near]": "5"}, "parameter_unknown", "created[near]"),
        ({"created": "yesterday"}, "parameter_invalid_integer", "created"),
        ({"source[object]": "gold"}, None, "source[object]"),
    ],
)
def test_what_a_list_cannot_do_is_refused(
    stripe: Stripe, query: dict[str, str], code: str | None, param: str
) -> None:
    """An unknown parameter is never ignored."""
    assert stripe.refused("GET", "/charges", params=query) == (400, code, param)


@pytest.mark.parametrize(
    ("path", "query", "passes"),
    [
        ("charges", {"created": 1485255289}, lambda r: r["created"] == 1485255289),
        ("charges", {"created[gt]": 1485255289}, lambda r: r["created"] > 1485255289),
        ("charges", {"created[lte]": 1485300000}, lambda r: r["created"] <= 1485300000),
        ("charges", {"transfer_group": "group-1"}, lambda r: r["transfer_group"] == "group-1"),
        ("charges", {"source[object]": "card"}, lambda r: r["source"]["object"] == "card"),
        ("charges", {"source[object]": "bank_account"}, None),
        ("customers", {"email": "tom@rye.example"}, lambda r: r["email"] == "tom@rye.example"),
        ("products", {"active": "true"}, lambda r: r["active"]),
        ("products", {"active": "false"}, lambda r: not r["active"]),
        ("subscriptions", {"plan": "gold"}, lambda r: r["plan"]["id"] == "gold"),
        ("subscriptions", {"status": "canceled"}, None),
        ("balance/history", {"currency": "usd"}, lambda r: r["currency"] == "usd"),
        ("balance/history", {"type": "refund"}, lambda r: r["type"] == "refund"),
        ("balance/history", {"currency": "eur"}, None),
        ("skus", {"ids[]": "sku_small"}, lambda r: r["id"] == "sku_small"),
        ("events", {"type": "charge.*"}, lambda r: r["type"].startswith("charge.")),
        ("events", {"types[0]": "order.created"}, lambda r: r["type"] == "order.created"),
        (
            "orders",
            {"status_transitions[canceled][gte]": 1522740054},
            lambda r: (r["status_transitions"]["canceled"] or 0) >= 1522740054,
        ),
        ("transfers", {"destination": "acct_0"}, None),
    ],
)
def test_lists_are_narrowed(stripe: Stripe, path: str, query: dict[str, Any], passes: Any) -> None:
    """By what the documentation names, exactly."""
    found = stripe.get(f"/{path}", limit=100, **query)["data"]
    if passes is None:
        assert found == []
        return
    whole = stripe.get(f"/{path}", limit=100)["data"]
    assert found
    assert found == [record for record in whole if passes(record)]


REFUSED: list[tuple[str, str, dict[str, str], tuple[int, str | None, str | None]]] = [
    ("POST", "/charges", {"currency": "usd"}, (400, "parameter_missing", "amount")),
    ("POST", "/charges", {"amount": "", "currency": "usd"}, (400, "parameter_invalid_empty", "amount")),
    ("POST", "/charges", {"amount": "1.5", "currency": "usd"}, (400, "parameter_invalid_integer", "amount")),
    ("POST", "/charges", {"amount": "10", "currency": "usd"}, (400, "amount_too_small", "amount")),
    ("POST", "/charges", {"amount": "100", "currency": "usd"}, (400, "parameter_missing", "source")),
    ("POST", "/charges", {"amount": "100", "currency": "usd", "source": "tok_0"}, (400, "resource_missing", "source")),
    ("POST", "/charges", {"amount": "100", "currency": "usd", "customer": "cus_0"}, (400, "resource_missing", "customer")),
    ("POST", "/customers", {"nickname": "x"}, (400, "parameter_unknown", "nickname")),
    ("POST", "/customers", {"shipping[name]": "x"}, (400, "parameter_missing", "shipping[address]")),
    ("POST", "/customers", {**CARD, "source[number]": "4242424242424241"}, (402, "incorrect_number", "number")),
    ("POST", "/customers", {**CARD, "source[exp_month]": "13"}, (402, "invalid_expiry_month", "exp_month")),
    ("POST", "/customers", {**CARD, "source[exp_year]": "2001"}, (402, "invalid_expiry_year", "exp_year")),
    ("POST", "/customers", {**CARD, "source[cvc]": "x"}, (402, "invalid_cvc", "cvc")),
    ("POST", "/customers", {**CARD, "source[number]": "4000000000000002"}, (402, "card_declined", None)),
    ("POST", "/plans", {"amount": "1", "currency": "usd", "interval": "month", "name": "x"}, (400, "parameter_unknown", "name")),
    ("POST", "/plans", {"amount": "1", "currency": "usd", "interval": "month"}, (400, "parameter_missing", "product")),
    ("POST", "/plans", {"amount": "1", "currency": "usd", "interval": "hour", "product": "p"}, (400, None, "interval")),
    ("POST", "/plans", {"amount": "1", "currency": "usd", "interval": "month", "product": "p"}, (400, "resource_missing", "product")),
    ("POST", "/plans", {"amount": "1", "currency": "usd", "interval": "month", "product[id]": "p"}, (400, "parameter_missing", "product[name]")),
    ("POST", "/plans", {"id": "gold", "amount": "1", "currency": "usd", "interval": "month", "product[name]": "p"}, (400, "resource_already_exists", None)),
    ("POST", "/subscriptions", {"customer": "cus_CxJBOeifhp5V2f"}, (400, "parameter_missing", "items")),
    ("POST", "/orders", {"currency": "usd", "items[0][parent]": "sku_0"}, (400, "resource_missing", "items[0][parent]")),
    ("POST", "/transfers", {"amount": "1", "currency": "usd", "destination": "acct_0"}, (400, "resource_missing", "destination")),
    ("POST", "/transfers", {"amount": "99999999999", "currency": "usd", "destination": "acct_188ReCA6PwQn1VtN"}, (400, "balance_insufficient", None)),
    ("GET", "/customers/cus_0", {}, (404, "resource_missing", "id")),
    ("POST", "/customers/cus_0", {"email": "a@b.example"}, (404, "resource_missing", "id")),
    ("DELETE", "/plans/none", {}, (404, "resource_missing", "id")),
    ("GET", "/nothing", {}, (404, None, None)),
    ("DELETE", "/charges", {}, (404, None, None)),
    ("POST", "/charges/ch_0/capture", {}, (404, "resource_missing", "id")),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "form", "expected"), REFUSED)
def test_refusals_name_code_and_parameter(
    stripe: Stripe, method: str, path: str, form: dict[str, str], expected: Any
) -> None:
    """In the documented shape; nothing is half done."""
    before = stripe.get("/events", limit=1)["data"]
    assert stripe.refused(method, path, data=form or None) == expected
    assert stripe.get("/events", limit=1)["data"] == before


def test_json_is_no_form(stripe: Stripe) -> None:
    """Version 1 of the API takes forms only."""
    assert stripe.refused("POST", "/customers", json={"email": "a@b.example"})[0] == 400


def test_customers_live_and_die(stripe: Stripe) -> None:
    """A deleted one answers that it was, is listed no more, and cannot be changed."""
    made = stripe.post(
        "/customers", email="a@b.example", **{"metadata[a]": "1", "metadata[b]": "2"}
    )
    path = f"/customers/{made['id']}"
    assert made["sources"]["data"] == []
    assert stripe.get(path) == made
    changed = stripe.post(path, description="x", **{"metadata[b]": "", "metadata[c]": "3"})
    assert changed["metadata"] == {"a": "1", "c": "3"}
    assert changed["email"] == "a@b.example"
    assert stripe.post(path, email="")["email"] is None
    gone = stripe.call("DELETE", path).json()
    assert gone == {"id": made["id"], "object": "customer", "deleted": True}
    assert stripe.get(path) == gone
    assert stripe.refused("POST", path, data={"email": "x"})[0] == 404
    assert made["id"] not in [row["id"] for row in stripe.get("/customers", limit=100)["data"]]
    types = [row["type"] for row in stripe.get("/events", limit=4)["data"]]
    assert types == ["customer.deleted", "customer.updated", "customer.updated", "customer.created"]


def test_cards_of_a_customer(stripe: Stripe) -> None:
    """The first is the default; a token is used once; the number is never told."""
    customer = stripe.customer()
    path = f"/customers/{customer}/sources"
    first = stripe.get(path)["data"][0]
    assert (first["last4"], first["brand"], first["customer"]) == ("4242", "Visa", customer)
    assert "number" not in first
    token = stripe.post("/tokens", **{k.replace("source", "card"): v for k, v in CARD.items()})
    second = stripe.post(path, source=token["id"])
    assert stripe.refused("POST", path, data={"source": token["id"]})[:2] == (
        400,
        "token_already_used",
    )
    assert [card["id"] for card in stripe.get(path)["data"]] == [second["id"], first["id"]]
    assert stripe.post(f"{path}/{second['id']}", exp_year="2042")["exp_year"] == 2042
    refused = stripe.refused("POST", f"{path}/{second['id']}", data={"number": "1"})
    assert refused == (400, "parameter_unknown", "number")
    assert stripe.call("DELETE", f"{path}/{first['id']}").json()["deleted"] is True
    assert stripe.get(f"/customers/{customer}")["default_source"] == second["id"]
    assert stripe.refused("GET", f"{path}/{first['id']}")[0] == 404


def test_a_charge_is_captured_in_part_and_refunded(stripe: Stripe) -> None:
    """What is not captured goes back; no more than is left can be refunded."""
    form = {"amount": "2000", "currency": "USD", "capture": "false", **CARD}
    charge = stripe.post("/charges", **form)
    assert (charge["captured"], charge["balance_transaction"]) == (False, None)
    path = f"/charges/{charge['id']}"
    assert (
        stripe.refused("POST", f"{path}/capture", data={"amount": "3000"})[1] == "amount_too_large"
    )
    captured = stripe.post(f"{path}/capture", amount="1500", receipt_email="a@b.example")
    assert (captured["captured"], captured["amount_refunded"]) == (True, 500)
    assert stripe.refused("POST", f"{path}/capture")[1] == "charge_already_captured"
    moved = stripe.get(f"/balance/history/{captured['balance_transaction']}")
    assert (moved["amount"], moved["type"], moved["net"]) == (1500, "charge", 1500 - moved["fee"])
    assert stripe.refused("POST", f"{path}/refunds", data={"amount": "1501"})[2] == "amount"
    refund = stripe.post(f"{path}/refunds", amount="500")
    assert stripe.post(f"/refunds/{refund['id']}", **{"metadata[why]": "stale"})["metadata"]
    stripe.post("/refunds", charge=charge["id"])
    whole = stripe.get(path)
    assert (whole["refunded"], whole["amount_refunded"]) == (True, 2000)
    assert len(stripe.get(f"{path}/refunds")["data"]) == 3
    assert stripe.refused("POST", f"{path}/refunds")[1] == "charge_already_refunded"


def test_a_plan_brings_its_product(stripe: Stripe) -> None:
    """By id, or described; a product with plans stays."""
    form = {"amount": "500", "currency": "usd", "interval": "month"}
    plan = stripe.post("/plans", **form, **{"product[name]": "Rolls"})
    assert stripe.get(f"/products/{plan['product']}")["name"] == "Rolls"
    assert stripe.refused("DELETE", f"/products/{plan['product']}")[0] == 400
    other = stripe.post("/plans", id="rolls", product=plan["product"], **form)
    assert other["id"] == "rolls"
    for name in (plan["id"], "rolls"):
        assert stripe.call("DELETE", f"/plans/{name}").json()["deleted"] is True
    assert stripe.call("DELETE", f"/products/{plan['product']}").json()["deleted"] is True


def test_subscriptions(stripe: Stripe) -> None:
    """They need a source, show in the customer, and end at once."""
    poor = stripe.customer(email="poor@rye.example")
    assert (
        stripe.refused("POST", "/subscriptions", data={"customer": poor, "plan": "gold"})[1]
        == "resource_missing"
    )
    customer = stripe.customer()
    items = {"items[0][plan]": "gold", "items[0][quantity]": "2", "items[1][plan]": "silver"}
    made = stripe.post("/subscriptions", customer=customer, tax_percent="7.5", **items)
    assert [item["quantity"] for item in made["items"]["data"]] == [2, 1]
    assert (made["status"], made["plan"], made["tax_percent"]) == ("active", None, 7.5)
    own = stripe.post(f"/customers/{customer}/subscriptions", plan="gold")
    path = f"/customers/{customer}/subscriptions/{own['id']}"
    assert stripe.post(path, quantity="3")["quantity"] == 3
    shown = stripe.get(f"/customers/{customer}")["subscriptions"]["data"]
    assert {row["id"] for row in shown} == {made["id"], own["id"]}
    assert stripe.call("DELETE", path).json()["status"] == "canceled"
    assert stripe.refused("GET", path)[0] == 404
    assert stripe.get(f"/subscriptions/{own['id']}")["status"] == "canceled"
    assert own["id"] not in [row["id"] for row in stripe.get("/subscriptions")["data"]]
    ended = stripe.get("/subscriptions", status="canceled")["data"]
    assert [row["id"] for row in ended] == [own["id"]]


def test_orders_and_transfers(stripe: Stripe) -> None:
    """An order costs what its items do; a transfer takes from the balance."""
    items = {
        "items[0][parent]": "sku_8UEPIi3s4MWMsa",
        "items[0][quantity]": "2",
        "items[0][type]": "sku",
    }
    order = stripe.post("/orders", currency="usd", email="a@b.example", **items)
    assert (order["amount"], order["status"]) == (3000, "created")
    path = f"/orders/{order['id']}"
    assert stripe.refused("POST", path, data={"status": "fulfilled"})[2] == "status"
    assert stripe.post(path, status="canceled")["status_transitions"]["canceled"] > 0
    before = stripe.get("/balance")["available"][0]["source_types"]
    made = stripe.post("/transfers", amount="400", currency="usd", source_type="bank_account",
                       destination="acct_188ReCA6PwQn1VtN")  # fmt: skip
    after = stripe.get("/balance")["available"][0]["source_types"]
    assert (before["bank_account"] - after["bank_account"], before["card"]) == (400, after["card"])
    assert stripe.get(f"/balance/history/{made['balance_transaction']}")["amount"] == -400


def test_what_old_clients_name_is_there(stripe: Stripe) -> None:
    """Records of years ago, which they never make."""
    for path in (
        "/tokens/tok_182kUjGdZbyQGmEeaRuzEj4F",
        "/customers/cus_CxJBOeifhp5V2f",
        "/plans/plan_ChEvY5ZTAjB2mv",
        "/plans/gold",
        "/skus/sku_8UEPIi3s4MWMsa",
    ):
        assert stripe.get(path)["id"] == path.rpartition("/")[2]


def test_a_key_makes_a_call_happen_once(stripe: Stripe) -> None:
    """The first answer comes again; with other parameters the key is refused."""
    headers = {"Idempotency-Key": "k-1"}
    first, second = (
        stripe.call("POST", "/customers", data={"email": "a@b.example"}, headers=headers)
        for _ in range(2)
    )
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    other = stripe.call("POST", "/customers", data={"email": "b@b.example"}, headers=headers)
    assert (other.status_code, other.json()["error"]["type"]) == (400, "idempotency_error")
    refused = {"Idempotency-Key": "k-2"}
    assert stripe.call("POST", "/charges", headers=refused).status_code == 400
    form = {"amount": "100", "currency": "usd", **CARD}
    assert stripe.call("POST", "/charges", data=form, headers=refused).status_code == 200


def test_a_key_has_its_calls_a_second(stripe: Stripe) -> None:
    """Above them 429 in Stripe's words."""
    stripe.sim.post("limits", enabled=True, key=1)
    answers = [stripe.call("GET", "/balance") for _ in range(4)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].json()["error"]["code"] == "rate_limit"
