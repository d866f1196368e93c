"""Stripe through a hub, as clients of the payment hub use it."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.conftest import Sim
from tests.journeys.conftest import Answer, Caller
from valence.elements import Catalog

ELEMENT = Catalog.load().require("stripe")
CARD = {
    "object": "card",
    "number": "4242424242424242",
    "exp_month": 12,
    "exp_year": 2040,
    "cvc": "123",
}
OLD_CUSTOMER = "cus_CxJBOeifhp5V2f"


@pytest.fixture
def stripe(caller: Caller) -> Caller:
    """A caller that holds the token of a fresh instance of Stripe."""
    return caller.connected_to(ELEMENT)


def at(path: str, **query: Any) -> str:
    shown = "&".join(f"{name}={quote(str(value))}" for name, value in query.items())
    return f"/hubs/payment{path}" + (f"?{shown}" if shown else "")


def done(stripe: Caller, method: str, path: str, body: Any = None, **query: Any) -> Any:
    answer = stripe.call(method, at(path, **query), body)
    assert answer.status == 200, answer.text
    return answer.json


LIVES: list[tuple[str, dict[str, Any], dict[str, Any], bool]] = [
    ("/customers", {"source": CARD, "email": "joan@rye.example"}, {"description": "x"}, True),
    (f"/customers/{OLD_CUSTOMER}/payment-methods", {"card": {k: CARD[k] for k in ("number", "exp_month", "exp_year", "cvc")}}, {"exp_year": 2041}, True),
    ("/plans", {"amount": "500", "interval": "month", "name": "Rolls", "currency": "usd", "id": "rolls"}, {"nickname": "Morning"}, True),
    ("/products", {"name": "Pretzels"}, {"name": "Big pretzels"}, True),
    ("/coupons", {"duration": "once", "percent_off": 10}, {"name": "Opening"}, True),
    ("/subscriptions", {"customer": OLD_CUSTOMER, "items": [{"plan": "silver", "quantity": 1}], "metadata": {"a": "1"}, "prorate": True, "source": CARD, "tax_percent": 5}, {"tax_percent": 7.5}, True),
    ("/charges", {"amount": "2000", "currency": "usd", "source": CARD, "receipt_email": "a@rye.example", "capture": False}, {"receipt_email": "b@rye.example"}, False),
    ("/orders", {"currency": "usd", "email": "a@rye.example", "items": [{"type": "sku", "parent": "sku_8UEPIi3s4MWMsa"}], "shipping": {"name": "J", "address": {"line1": "1 Mill Lane"}}, "metadata": {"a": "1"}}, {"metadata": {"a": "2"}}, False),
    ("/transfers", {"amount": 400, "currency": "usd", "destination": "acct_188ReCA6PwQn1VtN", "source_type": "bank_account"}, {"description": "Flour"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "change", "ends"), LIVES, ids=[row[0] for row in LIVES])
def test_a_record_lives(
    stripe: Caller, path: str, body: dict[str, Any], change: dict[str, Any], ends: bool
) -> None:
    """Created, read, changed in part and with all that it was made of, listed, deleted."""
    made = done(stripe, "POST", path, body)
    one = f"{path}/{made['id']}"
    assert done(stripe, "GET", one)["id"] == made["id"]
    changed = done(stripe, "PATCH", one, change)
    assert changed["id"] == made["id"]
    assert change.items() <= changed.items()
    assert done(stripe, "PATCH", one, body)["id"] == made["id"]
    assert made["id"] in [row["id"] for row in done(stripe, "GET", path, pageSize=50)]
    if ends:
        done(stripe, "DELETE", one)
        is_kept = path == "/subscriptions"  # with the status canceled
        assert stripe.call("GET", at(one)).status == (200 if is_kept else 404)
        assert made["id"] not in [row["id"] for row in done(stripe, "GET", path, pageSize=50)]


def test_bodies_go_as_nested_forms(stripe: Caller, sim: Sim) -> None:
    """Null and what is empty stay away; blanks around names too."""
    body = {
        "email": "a@rye.example",
        "source": {},
        "phone": None,
        " description": "x",
        "metadata": {"a b": "1&2"},
    }
    done(stripe, "POST", "/customers", body)
    assert last_call(sim)["body"] == "email=a%40rye.example&description=x&metadata%5Ba+b%5D=1%262"


def last_call(sim: Sim) -> Any:
    """Return the latest call that reached the vendor."""
    calls = Sim(sim.url, root="/_sim/stripe").get("calls")
    return calls[-1]


LISTS = ("/customers", "/charges", "/refunds", "/plans", "/products", "/skus", "/orders",
         "/transfers", "/subscriptions", "/transactions", "/events",
         f"/customers/{OLD_CUSTOMER}/payment-methods")  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_pages_fit_together(stripe: Caller, path: str) -> None:
    """Two pages are the double page; tokens lead to the end, and the last page has none."""
    whole = done(stripe, "GET", path)
    assert whole
    first, second, both = (
        done(stripe, "GET", path, page=page, pageSize=size)
        for page, size in ((1, 1), (2, 1), (1, 2))
    )
    assert first + second == both == whole[:2]
    found: list[Any] = []
    token = ""
    while True:
        answer = stripe.call("GET", at(path, pageSize=3, nextPage=token))
        found += answer.json
        token = answer.headers.get("elements-next-page-token", "")
        if not token:
            break
    assert found == whole


@pytest.mark.parametrize(
    ("path", "where", "passes"),
    [
        ("/charges", "created = 1485255289", lambda r: r["created"] == 1485255289),
        ("/charges", "created > 1485255289", lambda r: r["created"] > 1485255289),
        ("/charges", "created >= '2017-01-25T00:00:00Z'", lambda r: r["created"] >= 1485302400),
        ("/charges", "source.object = 'card' AND amount > 1500", lambda r: r["amount"] > 1500),
        ("/charges", "transfer_group = 'group-1'", lambda r: r.get("transfer_group") == "group-1"),
        (
            "/charges",
            "currency = 'usd' and description like '%3'",
            lambda r: r["description"][-1] == "3",
        ),
        (
            "/charges",
            "amount = 1000 or amount = 2000",
            lambda r: r["amount"] in (1000, 2000),
        ),
        ("/products", "active='true'", lambda r: r["active"] is True),
        ("/products", "name = 'Bread'", lambda r: r["name"] == "Bread"),
        ("/customers", "email = 'tom@rye.example'", lambda r: r["email"] == "tom@rye.example"),
        ("/customers", "name in ('Eve Gold', 'Nobody')", lambda r: r["name"] == "Eve Gold"),
        ("/transactions", "currency = 'usd'", lambda r: r["currency"] == "usd"),
        ("/transactions", "type = 'refund'", lambda r: r["type"] == "refund"),
        (
            "/orders",
            "status_transitions.canceled >= '1522740054'",
            lambda r: r["status_transitions"].get("canceled", 0) >= 1522740054,
        ),
        ("/subscriptions", f"customer = '{OLD_CUSTOMER}'", lambda r: r["customer"] == OLD_CUSTOMER),
        ("/events", "type = 'order.created'", lambda r: r["type"] == "order.created"),
    ],
)
def test_every_record_passes_the_filter(stripe: Caller, path: str, where: str, passes: Any) -> None:
    """Whether Stripe filters or we do; and nothing that passes is missing."""
    found = done(stripe, "GET", path, where=where)
    assert found
    assert found == [record for record in done(stripe, "GET", path) if passes(record)]


def test_what_stripe_can_filter_goes_to_it(stripe: Caller, sim: Sim) -> None:
    """And the rest does not."""
    where = "created > 5 and created <= 1485300000 and customer = 'x' and amount = 5"
    assert done(stripe, "GET", "/charges", where=where) == []
    assert last_call(sim)["query"] == [
        ["limit", "100"],
        ["created[gt]", "5"],
        ["created[lte]", "1485300000"],
        ["customer", "x"],
    ]


def test_balances_are_a_list(stripe: Caller) -> None:
    """Though Stripe has one object."""
    found = done(stripe, "GET", "/balances")
    assert [row["object"] for row in found] == ["balance"]
    assert found[0]["available"][0]["currency"] == "usd"


def test_a_charge_is_captured_and_refunded(stripe: Caller) -> None:
    """In part; a capture may have no body at all."""
    body = {"amount": "2000", "currency": "usd", "source": CARD, "capture": False}
    charge, other = (done(stripe, "POST", "/charges", body)["id"] for _ in range(2))
    captured = done(stripe, "POST", f"/charges/{charge}/capture", {"amount": 1000})
    assert (captured["captured"], captured["amount_refunded"]) == (True, 1000)
    refund = done(stripe, "POST", f"/charges/{charge}/refunds", {"amount": 300})
    assert done(stripe, "GET", f"/refunds/{refund['id']}")["charge"] == charge
    changed = done(stripe, "PATCH", f"/refunds/{refund['id']}", {"metadata": {"why": "stale"}})
    assert changed["metadata"] == {"why": "stale"}
    assert done(stripe, "POST", f"/charges/{other}/capture")["captured"] is True


@pytest.mark.parametrize(
    ("product", "status"),
    [
        ({"name": "Cakes"}, 200),
        ({"id": "prod_nobody"}, 400),
        ("prod_nobody", 400),
        (None, 200),
    ],
)
def test_the_product_of_a_plan(stripe: Caller, product: Any, status: int) -> None:
    """An id, an object with an id, or what it is to be called; without one the plan's name."""
    body = {"amount": "700", "interval": "month", "currency": "usd", "name": "Cakes"}
    if product is not None:
        body["product"] = product
    answer = stripe.call("POST", at("/plans"), body)
    assert answer.status == status, answer.text
    if status == 200:
        made = answer.json["product"]
        assert done(stripe, "GET", f"/products/{made}")["name"] == "Cakes"
        assert all(plan["product"] for plan in done(stripe, "GET", "/plans"))
        again = done(stripe, "POST", "/plans", {**body, "product": {"id": made}})
        assert again["product"] == made


def test_subscriptions_of_a_customer(stripe: Caller) -> None:
    """By plan; the quantity changes; the end is at once."""
    customer = done(stripe, "POST", "/customers", {"source": CARD})["id"]
    path = f"/customers/{customer}/subscriptions"
    made = done(stripe, "POST", path, {"plan": "gold"})
    assert done(stripe, "PATCH", f"{path}/{made['id']}", {"quantity": 4})["quantity"] == 4
    assert [row["id"] for row in done(stripe, "GET", path)] == [made["id"]]
    assert done(stripe, "DELETE", f"{path}/{made['id']}")["status"] == "canceled"
    assert stripe.call("GET", at(f"{path}/{made['id']}")).status == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("GET", "/customers/0", None, 404, "No such customer"),
        ("PATCH", "/customers/-1", {"email": "x"}, 404, "No such customer"),
        ("DELETE", "/plans/-1", None, 404, "No such plan"),
        ("GET", "/charges/0", None, 404, "No such charge"),
        ("POST", "/charges", {"currency": "usd"}, 400, "Missing required param: amount"),
        ("POST", "/customers", {"shoe": "1"}, 400, "unknown parameter: shoe"),
        ("POST", "/customers", {"source": {**CARD, "number": "4000000000000002"}}, 400, "declined"),
        ("POST", "/customers", {"source": "tok_0"}, 400, "No such token"),
        ("GET", "/charges?orderBy=amount", None, 400, "cannot be ordered"),
    ],
)
def test_errors_speak_as_stripe_does(
    stripe: Caller, method: str, path: str, body: Any, status: int, words: str
) -> None:
    """With its message; a refused card is the caller's matter."""
    answer = stripe.call(method, "/hubs/payment" + path, body)
    assert answer.status == status, answer.text
    assert words in answer.json["message"]


def test_a_key_of_the_callers_makes_a_call_happen_once(stripe: Caller) -> None:
    """The header goes to Stripe."""
    found: list[Answer] = [
        stripe.call(
            "POST", at("/customers"), {"email": "a@rye.example"}, headers={"Idempotency-Key": "k1"}
        )
        for _ in range(2)
    ]
    assert found[0].json == found[1].json


def test_fields_and_metadata(stripe: Caller) -> None:
    """Models tell the fields; `fields` chooses."""
    assert done(stripe, "GET", "/customers", fields="id, email", pageSize=1)[0].keys() == {
        "id",
        "email",
    }
    names = done(stripe, "GET", "/objects")
    assert {"customers", "charges", "events", "transactions"} <= set(names)
    fields = done(stripe, "GET", "/objects/charges/metadata")["fields"]
    assert {"amount", "currency"} <= {field["vendorPath"] for field in fields}


@pytest.mark.parametrize(
    "configuration",
    [
        {},
        {"username": "sk_test_wrong"},
        {"username": "", "password": "sk_test_sandbox"},
        {"api.key": "sk_wrong"},
    ],
)
def test_a_wrong_key_makes_no_instance(caller: Caller, configuration: dict[str, str]) -> None:
    """Stripe is asked before anything is stored."""
    before = len(caller.call("GET", "/instances").json)
    body = {"element": {"key": "stripe"}, "configuration": configuration, "name": "Stripe"}
    answer = caller.call("POST", "/instances", body)
    assert answer.status == 401, answer.text
    assert "API" in answer.json["message"]
    assert "sk_test_wrong" not in answer.text
    assert len(caller.call("GET", "/instances").json) == before


def test_old_clients_call_the_key_otherwise(caller: Caller) -> None:
    """`api.key` becomes the user name; neither is ever shown."""
    body = {
        "element": {"key": "stripe"},
        "configuration": {"api.key": "sk_test_sandbox"},
        "name": "Old",
    }
    made = caller.call("POST", "/instances", body)
    assert made.status == 200, made.text
    assert "sk_test_sandbox" not in made.text
    old = Caller(caller.hub, caller.sim, made.json["token"])
    assert done(old, "GET", f"/customers/{OLD_CUSTOMER}")["name"] == "Grace Kelly"
