"""Parts of orders, subscriptions and their plans in REST v2, over the records and rules of v1."""

from datetime import UTC, datetime

from valence_sandbox.answers import Answer
from valence_sandbox.collections import Filter, Resource
from valence_sandbox.fields import Field, Kind, checked, shown
from valence_sandbox.store import Record
from valence_sandbox.vendors.keap import orders, products
from valence_sandbox.vendors.keap import v2_objects as rows
from valence_sandbox.vendors.keap.call import Call, Refusal, record_id
from valence_sandbox.vendors.keap.crud import Routes
from valence_sandbox.vendors.keap.objects import texts
from valence_sandbox.vendors.keap.v2_served import ServedV2, listed, money

KEY, INTEGER, NUMBER, BOOLEAN = Kind.KEY, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN
_CYCLES = {"YEAR": "YEARLY", "MONTH": "MONTHLY", "WEEK": "WEEKLY", "DAY": "DAILY"}
ITEM = next(row.fields for row in rows.ORDER.fields if row.name == "order_items")
PAYMENT = Resource(
    "invoice_order_payments",
    "Payment",
    (
        rows.ID,
        Field("amount", NUMBER),
        Field("note"),
        Field("invoice_id", KEY),
        Field("payment_id", KEY, source="id"),
        Field("pay_time", Kind.MOMENT, source="pay_date"),
        Field("pay_status", words={"Approved": "APPROVED"}),
        Field("last_updated_time", Kind.MOMENT, source="last_updated"),
        Field("skip_commission", BOOLEAN, default=False),
    ),
    (
        Filter("invoice_id", KEY),
        Filter("payment_id", KEY, ("id",)),
        Filter("amount", NUMBER),
        Filter(
            "pay_status", test=lambda values, wanted: wanted in [str(v).upper() for v in values]
        ),
        Filter("skip_commission", BOOLEAN),
    ),
    {
        "invoice_id": "invoice_id",
        "payment_id": "id",
        "amount": "amount",
        "pay_time": "pay_date",
        "pay_status": "pay_status",
        "last_updated_time": "last_updated",
    },
    has_direction=True,
)
PAYMENT_REQUEST = (
    Field("payment_amount", NUMBER, is_required=True),
    Field("apply_to_commissions", BOOLEAN, is_required=True),
    *texts("notes", "payment_method_type"),
    Field("payment_time", Kind.MOMENT, source="date"),
)
ITEM_REQUEST = (
    Field("product_id", KEY, is_required=True),
    Field("quantity", INTEGER, is_required=True, minimum=1),
    Field("price_per_unit", NUMBER, minimum=0, source="price"),
    *texts("description", "name", "notes"),
)
PLAN = Resource(
    "subscriptions",
    "Subscription Plan",
    (
        rows.ID,
        Field("frequency", INTEGER, default=1),
        Field("active", BOOLEAN, default=True),
        Field("subscription_plan_name"),
        Field("cycle_type", words=_CYCLES),
        Field("total_cycles", INTEGER, default=0, source="number_of_cycles"),
        Field("plan_price", Kind.OBJECT, fields=rows.MONEY, source="money"),
        Field("display_order_index", INTEGER, default=0, source="subscription_plan_index"),
    ),
    (
        Filter("active", BOOLEAN),
        Filter(
            "cycle_type",
            choices=tuple(_CYCLES.values()),
            test=lambda values, wanted: wanted in [_CYCLES.get(value) for value in values],
        ),
    ),
    {"id": "id", "product_id": "product_id"},
    has_direction=True,
)
SUBSCRIPTION = Resource(
    "subscriptions",
    "Subscription",
    (
        rows.ID,
        Field("quantity", INTEGER),
        Field("active", BOOLEAN, default=True),
        Field("contact_id", KEY),
        Field("product_id", KEY),
        Field("subscription_plan_id", KEY),
        Field("billing_amount", NUMBER),
        Field("auto_charge", BOOLEAN, default=True),
        Field("billing_frequency", INTEGER),
        Field("billing_cycle"),
        Field("start_date", Kind.DAY),
        Field("next_bill_date", Kind.DAY),
        Field("end_date", Kind.DAY),
        Field("allow_tax", BOOLEAN, default=False),
        Field("sale_affiliate_id", KEY),
        rows.CUSTOM_FIELDS,
    ),
    (
        rows.CONTACT_ID,
        Filter("subscription_plan_id", KEY),
        rows.BY_ID,
        Filter("billing_amount", NUMBER, test=rows.compared),
        rows.IDS,
        Filter("subscription_plan_ids", paths=("subscription_plan_id",), test=rows.one_of),
    ),
    {name: name for name in ("id", "contact_id", "subscription_plan_id")},
    has_direction=True,
)
SUBSCRIPTION_REQUEST = (
    Field("contact_id", KEY, is_required=True),
    Field("subscription_plan_id", KEY, is_required=True),
    Field("allow_duplicate", BOOLEAN, default=False),
    Field("allow_tax", BOOLEAN, default=False),
    Field("auto_charge", BOOLEAN, default=True),
    Field("billing_amount", NUMBER, minimum=0),
    Field("quantity", INTEGER, minimum=1, default=1),
    Field("sale_affiliate_id", KEY, default=0),
    Field("start_date", Kind.DAY, source="first_bill_date"),
)
SUBSCRIPTIONS = ServedV2(products.SUBSCRIPTIONS, SUBSCRIPTION, "subscriptions")


def _item_shown(call: Call, order: Record, number: int) -> Record:
    for item in orders.expanded_order(call, order)["order_items"]:
        if item["id"] == number:
            return shown(ITEM, priced(call, item), dialect=rows.V2)
    raise Refusal(404, "Unable to find this Order Item")


def priced(call: Call, item: Record) -> Record:
    """Return an order item with its amounts as money."""
    return {
        **item,
        "discount": money(call, item["discount"]),
        "cost_per_unit": money(call, item["cost"]),
        "price_per_unit": money(call, item["price"]),
    }


def create_item(call: Call) -> Answer:
    """POST /orders/{id}/items."""
    order = orders.ORDERS.found(call)
    values = checked(ITEM_REQUEST, call.json(), dialect=rows.V2)
    item = orders.stored_item(call, order, values)
    item.update({name: values[name] for name in ("name", "notes") if values[name]})
    order["items"].append(item)
    orders.touched(call, order)
    return Answer(201, _item_shown(call, order, item["id"]))


def read_item(call: Call) -> Answer:
    """GET /orders/{id}/items/{itemId}."""
    order = orders.ORDERS.found(call)
    return Answer(200, _item_shown(call, order, record_id(call.path[3])))


def list_payments(call: Call) -> Answer:
    """GET /orders/{id}/payments."""
    return listed(call, PAYMENT, orders.payments_of(call, orders.ORDERS.found(call)))


def create_payment(call: Call) -> Answer:
    """POST /orders/{id}/payments: records what was paid elsewhere."""
    order = orders.ORDERS.found(call)
    values = checked(PAYMENT_REQUEST, call.json(), dialect=rows.V2)
    if values["payment_amount"] <= 0:
        raise Refusal(400, "payment_amount must be greater than 0")
    payment, transaction = orders.pay(call, order, {**values, "charge_now": False})
    return Answer(
        201,
        {
            "id": str(payment["id"]),
            "invoice_id": str(order["id"]),
            "payment_amount": payment["amount"],
            "payment_status_message": "Approved",
            "transaction_id": str(transaction["id"]),
        },
    )


def list_plans(call: Call) -> Answer:
    """GET /products/{id}/subscriptions."""
    number = products.PRODUCTS.found(call)["id"]
    found = products.plans_of(call, number)
    return listed(call, PLAN, ({**row, "money": money(call, row["plan_price"])} for row in found))


def create_subscription(call: Call) -> Answer:
    """POST /subscriptions."""
    values = checked(SUBSCRIPTION_REQUEST, call.json(), dialect=rows.V2)
    today = datetime.fromtimestamp(call.tenant.now_ms() / 1000, UTC).date().isoformat()
    values["first_bill_date"] = values["first_bill_date"] or today
    return Answer(201, SUBSCRIPTIONS.shown(call, products.subscribe(call, values)))


ROUTES: Routes = {
    ("POST", "orders/*/items"): create_item,
    ("GET", "orders/*/items/*"): read_item,
    ("DELETE", "orders/*/items/*"): orders.delete_item,
    ("GET", "orders/*/payments"): list_payments,
    ("POST", "orders/*/payments"): create_payment,
    ("GET", "products/*/subscriptions"): list_plans,
    **SUBSCRIPTIONS.routes("list read"),
    ("POST", "subscriptions"): create_subscription,
}
