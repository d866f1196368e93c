"""Orders of goods. Source: https://stripe.com/docs/api/orders (the API before Payment Intents)."""

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.store import Record
from valence_sandbox.vendors.stripe.endpoints import RESOURCES
from valence_sandbox.vendors.stripe.refused import refused, required
from valence_sandbox.vendors.stripe.work import change, find, given, new_id, put, seconds, sublist

_ORDER = RESOURCES["orders"]
_NEXT = {
    "created": {"paid", "canceled"},
    "paid": {"fulfilled", "canceled", "returned"},
    "fulfilled": {"returned"},
}


def create(call: Call) -> Answer:
    """POST /v1/orders."""
    said = given(call, _ORDER.create)
    return Answer(200, put(call.account, "orders", order(call.account, said)))


def order(account: Account, said: Record) -> Record:
    """Return a new order of SKUs that are there. Raises Refusal."""
    if said.get("customer"):
        find(account, "customers", said["customer"], param="customer")
    currency = said["currency"].lower()
    items = [
        _item(account, item, currency, place) for place, item in enumerate(said.get("items") or [])
    ]
    order_id = new_id(account, _ORDER)
    now = account.state.get("at") or seconds(account)
    return {
        "id": order_id,
        "object": "order",
        "amount": sum(item["amount"] for item in items),
        "amount_returned": None,
        "application": None,
        "application_fee": None,
        "charge": None,
        "created": now,
        "currency": currency,
        "customer": said.get("customer"),
        "email": said.get("email"),
        "items": items,
        "livemode": False,
        "metadata": said.get("metadata") or {},
        "returns": sublist(f"/v1/order_returns?order={order_id}"),
        "selected_shipping_method": None,
        "shipping": said.get("shipping"),
        "shipping_methods": None,
        "status": "created",
        # "fulfiled" is how Stripe spells it in answers.
        "status_transitions": {
            "canceled": None,
            "fulfiled": None,
            "paid": None,
            "returned": None,
        },
        "updated": now,
    }


def _item(account: Account, said: Record, currency: str, place: int) -> Record:
    kind = said.get("type") or "sku"
    quantity = said.get("quantity")
    amount, described = said.get("amount"), said.get("description")
    if kind == "sku":
        if not said.get("parent"):
            raise required(f"items[{place}][parent]")
        sold = find(account, "skus", said["parent"], param=f"items[{place}][parent]")
        if sold["currency"] != currency:
            raise refused(
                f"The currency of the order is {currency}, but that of {sold['id']} is"
                f" {sold['currency']}.",
                param="currency",
            )
        quantity = 1 if quantity is None else quantity
        amount = sold["price"] * quantity
        described = described or (account["products"].get(sold["product"]) or {}).get("name")
    return {
        "object": "order_item",
        "amount": amount or 0,
        "currency": currency,
        "description": described,
        "parent": said.get("parent"),
        "quantity": quantity,
        "type": kind,
    }


def update(call: Call) -> Answer:
    """POST /v1/orders/{id}: a status follows from the one before."""
    record = find(call.account, "orders", call.path[2])
    said = given(call, _ORDER.update)
    now = seconds(call.account)
    status = said.get("status")
    if status and status != record["status"]:
        if status not in _NEXT.get(record["status"], set()):
            raise refused(
                f"An order that is {record['status']} cannot become {status}.", param="status"
            )
        name = "fulfiled" if status == "fulfilled" else status
        said["status_transitions"] = record["status_transitions"] | {name: now}
    return Answer(200, change(call.account, record, said | {"updated": now}))
