"""Orders with their items, payment plan and payments, and the transactions payments leave."""

from typing import Any

from valence_sandbox.answers import Answer
from valence_sandbox.fields import checked, shown
from valence_sandbox.store import Record
from valence_sandbox.vendors.keap.call import Call, Refusal, record_id
from valence_sandbox.vendors.keap.crud import Routes, Served, contact_summary, one_contact
from valence_sandbox.vendors.keap.objects import (
    CREATED_ORDER,
    ORDER_ITEM_REQUEST,
    ORDER_REQUEST,
    PAYMENT,
    PAYMENT_PLAN,
    PAYMENT_REQUEST,
    REPORTED_ORDER,
    TRANSACTION,
    V1,
)
from valence_sandbox.vendors.keap.products import expanded_product


def expanded_order(call: Call, record: Record) -> Record:
    """Return an order with its totals, status, contact and products."""
    items = [_expanded_item(call, item) for item in record["items"]]
    total = round(sum(item["price"] * item["quantity"] - item["discount"] for item in items), 2)
    paid = round(sum(row["amount"] for row in payments_of(call, record)), 2)
    is_paid = paid > 0 and paid >= total
    products = dict.fromkeys(str(item["product_id"]) for item in items)
    return {
        **record,
        "status": "PAID" if is_paid else record.get("status", "DRAFT"),
        "is_paid": is_paid,
        "contact": contact_summary(call, record["contact_id"]),
        "order_items": items,
        "product_id": ",".join(products) or None,
        "shipping_information": record.get("shipping_address"),
        "total": total,
        "total_paid": paid,
        "total_due": round(max(0.0, total - paid), 2),
    }


def _expanded_item(call: Call, item: Record) -> Record:
    product = call.tenant["products"].get(item["product_id"])
    return {**item, "product": expanded_product(call, product) if product else None}


def payments_of(call: Call, order: Record) -> list[Record]:
    """Return the payments of an order, oldest first."""
    found = (call.tenant["payments"].get(number) for number in order.get("payment_ids", ()))
    return [payment for payment in found if payment is not None]


def stored_item(call: Call, order: Record, asked: Record) -> Record:
    """Return an order item; what the request leaves out comes from the product. Raises Refusal."""
    product = call.tenant["products"].get(asked["product_id"])
    if product is None:
        raise Refusal(400, "Unable to find this Product")
    price = product["product_price"] if asked.get("price") is None else asked["price"]
    order["last_item"] = order.get("last_item", 0) + 1
    return {
        "id": order["id"] * 1000 + order["last_item"],
        "product_id": product["id"],
        "name": product["product_name"],
        "description": asked.get("description") or product.get("product_desc"),
        "type": "Digital Product" if asked.get("product_type") == "DIGITAL" else "Product",
        "quantity": asked["quantity"],
        "price": float(price),
        "cost": 0.0,
        "discount": 0.0,
        "notes": None,
    }


ORDERS = Served(
    REPORTED_ORDER,
    "orders",
    since_switch="since_field_orders",
    event="order",
    expand=expanded_order,
)


def touched(call: Call, order: Record, verb: str = "edit") -> None:
    """Note that an order was changed now."""
    order["modification_date"] = call.tenant.now_ms() // 1000 * 1000
    ORDERS.tell(call, verb, order)


def make_order(call: Call, values: Record) -> Record:
    """Store an order and return it. Raises Refusal."""
    one_contact(call, values["contact_id"])
    now = call.tenant.now_ms() // 1000 * 1000
    asked_items = values.pop("items")
    for item in asked_items:
        stored_item(call, {"id": 0}, item)  # refuses an unknown product before anything is kept
    order = call.tenant["orders"].add(
        {"status": "DRAFT", "creation_date": now, "modification_date": now, **values, "items": []}
    )
    order["items"] = [stored_item(call, order, item) for item in asked_items]
    ORDERS.tell(call, "add", order)
    call.tenant.happened("invoice.add", order["id"])
    return order


def create_order(call: Call) -> Answer:
    """POST /orders: answers in another shape than the reads do."""
    values = checked(ORDER_REQUEST, call.json(), dialect=V1)
    values.pop("promo_codes")
    order = make_order(call, values)
    return Answer(201, shown(CREATED_ORDER, expanded_order(call, order), dialect=V1))


def delete_order(call: Call) -> Answer:
    """DELETE /orders/{id}: only one without a payment."""
    order = ORDERS.found(call)
    if payments_of(call, order):
        raise Refusal(400, "An order that has a payment cannot be deleted")
    call.tenant["orders"].remove(order["id"])
    ORDERS.tell(call, "delete", order)
    call.tenant.happened("invoice.delete", order["id"])
    return Answer(204)


def create_item(call: Call) -> Answer:
    """POST /orders/{id}/items."""
    order = ORDERS.found(call)
    item = stored_item(call, order, checked(ORDER_ITEM_REQUEST, call.json(), dialect=V1))
    order["items"].append(item)
    touched(call, order)
    rows = next(row.fields for row in CREATED_ORDER if row.name == "order_items")
    return Answer(201, shown(rows, _expanded_item(call, item), dialect=V1))


def delete_item(call: Call) -> Answer:
    """DELETE /orders/{id}/items/{itemId}."""
    order, number = ORDERS.found(call), record_id(call.path[3])
    kept = [item for item in order["items"] if item["id"] != number]
    if len(kept) == len(order["items"]):
        raise Refusal(404, "Unable to find this Order Item")
    order["items"] = kept
    touched(call, order)
    return Answer(204)


def replace_plan(call: Call) -> Answer:
    """PUT /orders/{id}/paymentPlan."""
    order = ORDERS.found(call)
    order["payment_plan"] = checked(PAYMENT_PLAN, call.json(), dialect=V1)
    touched(call, order)
    return Answer(200, shown(PAYMENT_PLAN, order["payment_plan"], dialect=V1))


def list_payments(call: Call) -> Answer:
    """GET /orders/{id}/payments: a bare array."""
    rows = payments_of(call, ORDERS.found(call))
    return Answer(200, [shown(PAYMENT, row, dialect=V1) for row in rows])


def pay(call: Call, order: Record, values: Record) -> tuple[Record, Record]:
    """Store a payment with its transaction, and return both."""
    now = call.tenant.now_ms() // 1000 * 1000
    when = (None if values["charge_now"] else values.get("date")) or now
    method = values.get("payment_method_type") or "CASH"
    payment = call.tenant["payments"].add(
        {
            "amount": values["payment_amount"],
            "invoice_id": order["id"],
            "last_updated": now,
            "note": values.get("notes"),
            "pay_date": when,
            "pay_status": "Approved",
            "skip_commission": not values["apply_to_commissions"],
        }
    )
    order.setdefault("payment_ids", []).append(payment["id"])
    transaction = call.tenant["transactions"].add(
        {
            "amount": values["payment_amount"],
            "currency": call.tenant.profile["currency_code"],
            "type": "Sale",
            "status": "SUCCESS",
            "gateway": "Test" if values["charge_now"] else "Manual",
            "gateway_account_name": "Sandbox Merchant" if values["charge_now"] else None,
            "collection_method": method,
            "contact_id": order["contact_id"],
            "order_id": order["id"],
            "transaction_date": now,
            "paymentDate": when,
        }
    )
    touched(call, order)
    call.tenant.happened("invoice.payment.add", payment["id"])
    return payment, transaction


def create_payment(call: Call) -> Answer:
    """POST /orders/{id}/payments: charges a card, or records what was paid elsewhere."""
    order = ORDERS.found(call)
    values = checked(PAYMENT_REQUEST, call.json(), dialect=V1)
    if values["payment_amount"] <= 0:
        raise Refusal(400, "payment_amount must be greater than 0")
    if values["charge_now"]:
        card = call.tenant["cards"].get(values.get("credit_card_id") or 0)
        if card is None or card["contact_id"] != order["contact_id"]:
            raise Refusal(400, "Unable to find this Credit Card")
    payment, transaction = pay(call, order, values)
    return Answer(
        201,
        {
            "id": payment["id"],
            "invoice_id": order["id"],
            "payment_amount": payment["amount"],
            "payment_status": payment["pay_status"],
            "transaction_id": transaction["id"],
        },
    )


def _expanded_transaction(call: Call, record: Record) -> Record:
    order = call.tenant["orders"].get(record["order_id"])
    return {
        **record,
        "order_ids": str(record["order_id"]),
        "orders": [expanded_order(call, order)] if order else [],
    }


TRANSACTIONS = Served(
    TRANSACTION,
    "transactions",
    since_switch="since_field_transactions",
    expand=_expanded_transaction,
)


def order_transactions(call: Call) -> Answer:
    """GET /orders/{id}/transactions."""
    order = ORDERS.found(call)

    def is_of_order(record: Record) -> Any:
        return record["order_id"] == order["id"]

    records = TRANSACTIONS.select(call, only=is_of_order)
    return TRANSACTIONS.page(call, records, f"/orders/{order['id']}/transactions")


ROUTES: Routes = {
    **ORDERS.routes("list read"),
    **TRANSACTIONS.routes("list read"),
    ("POST", "orders"): create_order,
    ("DELETE", "orders/*"): delete_order,
    ("POST", "orders/*/items"): create_item,
    ("DELETE", "orders/*/items/*"): delete_item,
    ("PUT", "orders/*/paymentPlan"): replace_plan,
    ("GET", "orders/*/payments"): list_payments,
    ("POST", "orders/*/payments"): create_payment,
    ("GET", "orders/*/transactions"): order_transactions,
}
