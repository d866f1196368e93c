"""What is sold again and again: products, SKUs, plans, coupons, and subscriptions to plans.

Source: https://stripe.com/docs/api/plans, /service_products, /skus, /coupons, /subscriptions."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import Any

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.identifiers import lettered
from valence_sandbox.store import Record
from valence_sandbox.vendors.stripe.customers import new_card
from valence_sandbox.vendors.stripe.endpoints import RESOURCES
from valence_sandbox.vendors.stripe.parameters import text
from valence_sandbox.vendors.stripe.refused import missing, refused
from valence_sandbox.vendors.stripe.work import (
    change,
    find,
    given,
    listed,
    new_id,
    newest_first,
    put,
    seconds,
    sublist,
)

_SUBSCRIPTION = RESOURCES["subscriptions"]


def _start(account: Account, name: str, said: Record) -> Record:
    """Return the fields that every record of these has. Raises Refusal."""
    resource = RESOURCES[name]
    record_id = said.get("id") or new_id(account, resource)
    known = account[name].get(record_id)
    if known is not None and not known.get("deleted"):
        raise refused(
            f"{resource.noun.capitalize()} already exists.", code="resource_already_exists"
        )
    return {
        "id": record_id,
        "object": resource.kind,
        "created": account.state.get("at") or seconds(account),
        "livemode": False,
        "metadata": said.get("metadata") or {},
    }


# -- products and SKUs -----------------------------------------------------------------------------


def create_product(call: Call) -> Answer:
    """POST /v1/products."""
    said = given(call, RESOURCES["products"].create)
    return Answer(200, put(call.account, "products", product(call.account, said)))


def product(account: Account, said: Record) -> Record:
    """Return a new product; the fields of goods are refused of a service. Raises Refusal."""
    kind = said.get("type") or "service"
    made = _start(account, "products", said)
    for name in ("caption", "shippable", "deactivate_on"):
        if kind == "service" and said.get(name) is not None:
            raise refused(f"{name} may only be set on products of type `good`", param=name)
    return made | {
        "active": said.get("active") is not False,
        "attributes": said.get("attributes") or [],
        "caption": said.get("caption"),
        "deactivate_on": said.get("deactivate_on") or [],
        "description": said.get("description"),
        "images": said.get("images") or [],
        "name": said["name"],
        "package_dimensions": None,
        "shippable": (said.get("shippable") is not False) if kind == "good" else None,
        "statement_descriptor": said.get("statement_descriptor"),
        "type": kind,
        "unit_label": said.get("unit_label"),
        "updated": made["created"],
        "url": said.get("url"),
    }


def update_product(call: Call) -> Answer:
    """POST /v1/products/{id}."""
    record = find(call.account, "products", call.path[2])
    said = given(call, RESOURCES["products"].update)
    return Answer(200, change(call.account, record, said | {"updated": seconds(call.account)}))


def delete_product(call: Call) -> Answer:
    """DELETE /v1/products/{id}: only one that nothing is sold of."""
    record = find(call.account, "products", call.path[2])
    for name, words in (("plans", "plans"), ("skus", "SKUs")):
        if any(held["product"] == record["id"] for held in call.account[name].all()):
            raise refused(
                f"This product cannot be deleted because it has one or more {words} associated"
                " with it."
            )
    return _gone(call, "products", record)


def create_sku(call: Call) -> Answer:
    """POST /v1/skus."""
    said = given(call, RESOURCES["skus"].create)
    return Answer(200, put(call.account, "skus", sku(call.account, said)))


def sku(account: Account, said: Record) -> Record:
    """Return a new SKU of a product that is there. Raises Refusal."""
    find(account, "products", said["product"], param="product")
    made = _start(account, "skus", said)
    return made | {
        "active": said.get("active") is not False,
        "attributes": said.get("attributes") or {},
        "currency": said["currency"].lower(),
        "image": said.get("image"),
        "inventory": {"quantity": None, "value": None} | said["inventory"],
        "package_dimensions": None,
        "price": said["price"],
        "product": said["product"],
        "updated": made["created"],
    }


def create_coupon(call: Call) -> Answer:
    """POST /v1/coupons: an amount or a part."""
    said = given(call, RESOURCES["coupons"].create)
    if (said.get("amount_off") is None) is (said.get("percent_off") is None):
        raise refused("You must pass either a percent_off or an amount_off, but not both.")
    if said.get("amount_off") is not None and not said.get("currency"):
        raise refused("Must provide currency with amount_off.", param="currency")
    if said["duration"] == "repeating" and said.get("duration_in_months") is None:
        raise refused("Must provide duration_in_months for a repeating coupon.")
    made = _start(call.account, "coupons", said)
    names = ("amount_off", "currency", "duration", "duration_in_months", "max_redemptions", "name")
    made |= {name: said.get(name) for name in (*names, "percent_off", "redeem_by")}
    return Answer(200, put(call.account, "coupons", made | {"times_redeemed": 0, "valid": True}))


# -- plans -----------------------------------------------------------------------------------------


def create_plan(call: Call) -> Answer:
    """POST /v1/plans."""
    said = given(call, RESOURCES["plans"].create)
    return Answer(200, put(call.account, "plans", plan(call.account, said)))


def plan(account: Account, said: Record) -> Record:
    """Return a new plan; a product that is described is made with it. Raises Refusal."""
    made = _start(account, "plans", said)
    named = said["product"]
    if isinstance(named, dict):
        named = put(account, "products", product(account, named))["id"]
    else:
        find(account, "products", named, param="product")
    return made | {
        "active": said.get("active") is not False,
        "aggregate_usage": None,
        "amount": said["amount"],
        "billing_scheme": "per_unit",
        "currency": said["currency"].lower(),
        "interval": said["interval"],
        "interval_count": said.get("interval_count") or 1,
        "nickname": said.get("nickname"),
        "product": named,
        "tiers": None,
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": said.get("trial_period_days"),
        "usage_type": said.get("usage_type") or "licensed",
    }


def update_plan(call: Call) -> Answer:
    """POST /v1/plans/{id}."""
    record = find(call.account, "plans", call.path[2])
    said = given(call, RESOURCES["plans"].update)
    if said.get("product"):
        find(call.account, "products", said["product"], param="product")
    return Answer(200, change(call.account, record, said))


def delete(call: Call) -> Answer:
    """DELETE of a plan, SKU or coupon."""
    name = call.path[1]
    return _gone(call, name, find(call.account, name, call.path[2]))


def _gone(call: Call, name: str, record: Record) -> Answer:
    given(call, ())
    call.account[name].remove(record["id"])
    gone = {"id": record["id"], "object": record["object"], "deleted": True}
    return Answer(200, gone)


# -- subscriptions ---------------------------------------------------------------------------------


def subscriptions(call: Call) -> Answer:
    """GET /v1/subscriptions: without `status` those that are not over."""
    return listed(call, _SUBSCRIPTION, call.account["subscriptions"].all(), keeps=_is_asked_for)


def subscriptions_of(call: Call) -> Answer:
    """GET /v1/customers/{id}/subscriptions."""
    customer = find(call.account, "customers", call.path[2])["id"]
    own = [row for row in call.account["subscriptions"].all() if row["customer"] == customer]
    return listed(call, _SUBSCRIPTION, own, keeps=_is_asked_for)


def _is_asked_for(record: Record, asked: Record) -> bool:
    return bool(asked.get("status")) or record["status"] != "canceled"


def create(call: Call) -> Answer:
    """POST /v1/subscriptions."""
    said = given(call, _SUBSCRIPTION.create)
    return Answer(200, _stored(call.account, subscription(call.account, said)))


def create_of(call: Call) -> Answer:
    """POST /v1/customers/{id}/subscriptions."""
    customer = find(call.account, "customers", call.path[2])["id"]
    said = given(call, _SUBSCRIPTION.update)
    return Answer(
        200, _stored(call.account, subscription(call.account, said | {"customer": customer}))
    )


def subscription(account: Account, said: Record) -> Record:
    """Return a new subscription. Raises Refusal."""
    customer = find(account, "customers", said["customer"], param="customer")
    items = said.get("items") or ([{"plan": said["plan"]}] if said.get("plan") else [])
    if not items:
        raise refused("Missing required param: items.", code="parameter_missing", param="items")
    _take_source(account, customer, said)
    subscription_id = new_id(account, _SUBSCRIPTION)
    now = account.state.get("at") or seconds(account)
    rows = [
        _item(account, subscription_id, item, now, default=said.get("quantity")) for item in items
    ]
    if customer["default_source"] is None and any(row["plan"]["amount"] for row in rows):
        raise refused("This customer has no attached payment source", code="resource_missing")
    first = rows[0]["plan"]
    made: Record = {
        "id": subscription_id,
        "object": "subscription",
        "application_fee_percent": None,
        "billing": said.get("billing") or "charge_automatically",
        "billing_cycle_anchor": now,
        "cancel_at_period_end": said.get("cancel_at_period_end") or False,
        "canceled_at": None,
        "created": now,
        "current_period_end": _period_end(now, first),
        "current_period_start": now,
        "customer": customer["id"],
        "days_until_due": said.get("days_until_due"),
        "default_source": said.get("default_source"),
        "discount": None,
        "ended_at": None,
        "items": sublist(f"/v1/subscription_items?subscription={subscription_id}", rows),
        "livemode": False,
        "metadata": said.get("metadata") or {},
        "plan": None,
        "quantity": None,
        "start": now,
        "status": "active",
        "tax_percent": said.get("tax_percent"),
        "trial_end": None,
        "trial_start": None,
    }
    return made | _summary(rows)


def _stored(account: Account, made: Record) -> Record:
    stored = put(account, "subscriptions", made)
    refresh_customer(account, made["customer"])
    return stored


def refresh_customer(account: Account, customer_id: str) -> None:
    """Show a customer's subscriptions, as they are now, in the customer."""
    customer = account["customers"].get(customer_id)
    if customer is None or customer.get("deleted"):
        return
    own = [
        row
        for row in account["subscriptions"].all()
        if row["customer"] == customer_id and row["status"] != "canceled"
    ]
    customer["subscriptions"] = sublist(customer["subscriptions"]["url"], newest_first(own))


def _summary(rows: list[Record]) -> Record:
    """Return the plan and quantity of a subscription to one plan; of several there is none."""
    if len(rows) != 1:
        return {"plan": None, "quantity": None}
    return {"plan": rows[0]["plan"], "quantity": rows[0]["quantity"]}


def _take_source(account: Account, customer: Record, said: Record) -> None:
    source = said.pop("source", None)
    if source is not None:
        new = new_card(account, source, customer=customer["id"])
        cards = [*customer["sources"]["data"], new]
        customer["sources"] = sublist(customer["sources"]["url"], cards)
        customer["default_source"] = new["id"]


def _item(
    account: Account, subscription_id: str, said: Record, now: int, *, default: Any = None
) -> Record:
    if not said.get("plan"):
        raise refused(
            "Missing required param: items[0][plan].",
            code="parameter_missing",
            param="items[0][plan]",
        )
    quantity = said.get("quantity") if said.get("quantity") is not None else default
    number = account.state["items"] = account.state.get("items", 0) + 1
    return {
        "id": lettered("si_", length=14)(account.name, number),
        "object": "subscription_item",
        "created": now,
        "metadata": said.get("metadata") or {},
        "plan": find(account, "plans", said["plan"], param="plan"),
        "quantity": 1 if quantity is None else quantity,
        "subscription": subscription_id,
    }


def _period_end(start: int, plan_: Record) -> int:
    begin = datetime.fromtimestamp(start, UTC)
    count = plan_["interval_count"]
    if plan_["interval"] in ("day", "week"):
        days = count * (7 if plan_["interval"] == "week" else 1)
        return int((begin + timedelta(days=days)).timestamp())
    months = begin.month - 1 + count * (12 if plan_["interval"] == "year" else 1)
    year, month = begin.year + months // 12, months % 12 + 1
    day = min(begin.day, monthrange(year, month)[1])
    return int(begin.replace(year=year, month=month, day=day).timestamp())


def _found(call: Call) -> Record:
    """Return the subscription of a path, below a customer or not. Raises Refusal."""
    record = find(call.account, "subscriptions", call.path[-1])
    is_below = call.path[1] == "customers"
    if is_below and (record["customer"] != call.path[2] or record["status"] == "canceled"):
        raise missing("subscription", call.path[-1])
    return record


def read(call: Call) -> Answer:
    """GET of a subscription: a canceled one stays readable, but not below its customer."""
    return Answer(200, _found(call))


def update(call: Call) -> Answer:
    """POST to a subscription."""
    account, record = call.account, _found(call)
    said = given(call, _SUBSCRIPTION.update)
    if record["status"] == "canceled":
        raise missing("subscription", record["id"])
    _take_source(account, find(account, "customers", record["customer"]), said)
    rows = list(record["items"]["data"])
    new_plan, quantity = said.pop("plan", None), said.pop("quantity", None)
    if (new_plan or quantity is not None) and len(rows) != 1:
        raise refused("This subscription has several items: pass items to change one.")
    if new_plan:
        rows = [rows[0] | {"plan": find(account, "plans", new_plan, param="plan")}]
    if quantity is not None:
        rows = [rows[0] | {"quantity": quantity}]
    for item in said.pop("items", None) or []:
        rows = _with_item(account, record, rows, item)
    kept = {"tax_percent", "metadata", "cancel_at_period_end", "default_source", "days_until_due"}
    values = {name: part for name, part in said.items() if name in kept}
    values |= {"items": sublist(record["items"]["url"], rows)} | _summary(rows)
    change(account, record, values)
    refresh_customer(account, record["customer"])
    return Answer(200, record)


def _with_item(account: Account, record: Record, rows: list[Record], item: Record) -> list[Record]:
    if not item.get("id"):
        if any(row["plan"]["id"] == item.get("plan") for row in rows):
            raise refused(
                f"Cannot add multiple subscription items with the same plan: {item.get('plan')}",
                param="items",
            )
        return [*rows, _item(account, record["id"], item, seconds(account))]
    held = next((row for row in rows if row["id"] == item["id"]), None)
    if held is None:
        raise missing("subscription item", item["id"], param="items[0][id]")
    if item.get("deleted"):
        return [row for row in rows if row is not held]
    changed = dict(held)
    if item.get("plan"):
        changed["plan"] = find(account, "plans", item["plan"], param="plan")
    if item.get("quantity") is not None:
        changed["quantity"] = item["quantity"]
    return [changed if row is held else row for row in rows]


def cancel(call: Call) -> Answer:
    """DELETE of a subscription: it is over at once."""
    record = _found(call)
    given(call, text("at_period_end", "invoice_now", "prorate"))
    if record["status"] == "canceled":
        raise missing("subscription", record["id"])
    now = seconds(call.account)
    values = {"status": "canceled", "canceled_at": now, "ended_at": now}
    change(call.account, record, values, type_="deleted")
    refresh_customer(call.account, record["customer"])
    return Answer(200, record)
