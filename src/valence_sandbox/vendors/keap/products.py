"""Products with their images and subscription plans, and the subscriptions contacts hold."""

from datetime import UTC, datetime

from valence_sandbox.answers import Answer
from valence_sandbox.collections import select
from valence_sandbox.fields import Field, checked, shown
from valence_sandbox.store import Record
from valence_sandbox.vendors.keap import paging
from valence_sandbox.vendors.keap.call import Call, Refusal, record_id
from valence_sandbox.vendors.keap.crud import Routes, Served, one_contact
from valence_sandbox.vendors.keap.enumerations import CYCLE_NUMBERS
from valence_sandbox.vendors.keap.files import decoded
from valence_sandbox.vendors.keap.objects import (
    LISTED_PRODUCT,
    PRODUCT,
    PRODUCT_SUBSCRIPTION,
    SUBSCRIPTION,
    SUBSCRIPTION_REQUEST,
    V1,
)

IMAGE_BYTES = 3 * 1024 * 1024
IMAGE_REQUEST = (
    Field("file_name", is_required=True),
    Field("file_data", is_required=True),
    Field("checksum"),
)


def plans_of(call: Call, product_id: int) -> list[Record]:
    """Return the subscription plans of a product."""
    return [
        {**row, "cycle": CYCLE_NUMBERS[row["cycle_type"]]}
        for row in call.tenant["plans"].all()
        if row["product_id"] == product_id
    ]


def expanded_product(call: Call, record: Record) -> Record:
    """Return a product with its plans."""
    return {
        **record,
        "url": f"https://{call.tenant.name}/app/storeFront/showProductDetail?productId="
        f"{record['id']}",
        "status": 1 if record.get("active") else 0,
        "subscription_plans": plans_of(call, record["id"]),
        "product_options": [],
    }


PRODUCTS = Served(PRODUCT, "products", event="product", expand=expanded_product)


def _listed(call: Call, record: Record) -> Record:
    return shown(LISTED_PRODUCT, expanded_product(call, record), dialect=V1)


def list_products(call: Call) -> Answer:
    """GET /products: another shape than a single product, with `status` and `product_options`."""
    records = PRODUCTS.select(call)
    rows, limit, offset = paging.page(call, records)
    active = call.query.get("active")
    answer = paging.envelope(
        call,
        "products",
        [_listed(call, record) for record in rows],
        count=len(records),
        limit=limit,
        offset=offset,
        path="/products/",
        carried={"active": active} if active else {},
    )
    return Answer(200, {**answer.json, "sync_token": paging.sync_token(call)})


def sync_products(call: Call) -> Answer:
    """GET /products/sync (deprecated): what was created or changed since a token, not deleted."""
    token = call.query.get("sync_token")
    since = paging.synced_since(token) if token else 0
    changed = [
        row
        for row in select(call.tenant["products"], PRODUCT, {}, dialect=V1)
        if row["last_updated"] + 999 >= since
    ]
    rows, limit, offset = paging.page(call, changed)
    answer = paging.envelope(
        call,
        "product_statuses",
        [
            {
                "product": _listed(call, row),
                "status": "CREATED" if row["date_created"] + 999 >= since else "UPDATED",
            }
            for row in rows
        ],
        count=len(changed),
        limit=limit,
        offset=offset,
        path="/products/sync",
        carried={"sync_token": token} if token else {},
    )
    return Answer(200, {**answer.json, "sync_token": paging.sync_token(call)})


def delete_product(call: Call) -> Answer:
    """DELETE /products/{id}: with its subscription plans and image."""
    product = PRODUCTS.found(call)
    for plan in plans_of(call, product["id"]):
        call.tenant["plans"].remove(plan["id"])
    call.tenant.product_images.pop(product["id"], None)
    return PRODUCTS.delete(call)


def upload_image(call: Call) -> Answer:
    """POST /products/{id}/image."""
    product = PRODUCTS.found(call)
    values = checked(IMAGE_REQUEST, call.json(), dialect=V1)
    decoded(values["file_data"], maximum_bytes=IMAGE_BYTES)
    call.tenant.product_images[product["id"]] = values
    return Answer(201)


def delete_image(call: Call) -> Answer:
    """DELETE /products/{id}/image."""
    product = PRODUCTS.found(call)
    if call.tenant.product_images.pop(product["id"], None) is None:
        raise Refusal(404, "Unable to find this Image")
    return Answer(204)


def create_plan(call: Call) -> Answer:
    """POST /products/{id}/subscriptions."""
    product = PRODUCTS.found(call)
    values = checked(PRODUCT_SUBSCRIPTION, call.json(), dialect=V1)
    name = f"{product['product_name']} ({values['cycle_type'].lower()})"
    plan = call.tenant["plans"].add(
        {**values, "product_id": product["id"], "subscription_plan_name": name}
    )
    return Answer(201, shown(PRODUCT_SUBSCRIPTION, plan, dialect=V1))


def _plan(call: Call) -> Record:
    product, number = PRODUCTS.found(call), record_id(call.path[3])
    plan = call.tenant["plans"].get(number)
    if plan is None or plan["product_id"] != product["id"]:
        raise Refusal(404, "Unable to find this Subscription")
    return plan


def read_plan(call: Call) -> Answer:
    """GET /products/{id}/subscriptions/{planId}."""
    return Answer(200, shown(PRODUCT_SUBSCRIPTION, _plan(call), dialect=V1))


def delete_plan(call: Call) -> Answer:
    """DELETE /products/{id}/subscriptions/{planId}."""
    call.tenant["plans"].remove(_plan(call)["id"])
    return Answer(204)


SUBSCRIPTIONS = Served(SUBSCRIPTION, "subscriptions")


def create_subscription(call: Call) -> Answer:
    """POST /subscriptions: a contact subscribes to a product's plan."""
    values = checked(SUBSCRIPTION_REQUEST, call.json(), dialect=V1)
    return Answer(201, SUBSCRIPTIONS.shown(call, subscribe(call, values)))


def subscribe(call: Call, values: Record) -> Record:
    """Store a subscription and return it. Raises Refusal."""
    one_contact(call, values["contact_id"])
    plan = call.tenant["plans"].get(values["subscription_plan_id"] or 0)
    if plan is None:
        raise Refusal(400, "Unable to find this Subscription Plan")
    is_held = any(
        row["contact_id"] == values["contact_id"] and row["subscription_plan_id"] == plan["id"]
        for row in call.tenant["subscriptions"].all()
    )
    if is_held and not values.pop("allow_duplicate"):
        raise Refusal(400, "The contact already has this subscription")
    today = datetime.fromtimestamp(call.tenant.now_ms() / 1000, UTC).date().isoformat()
    first = values.pop("first_bill_date") or today
    if first < today:
        raise Refusal(400, "first_bill_date must not be in the past")
    amount = values.pop("billing_amount")
    stored = call.tenant["subscriptions"].add(
        {
            **values,
            "product_id": plan["product_id"],
            "billing_amount": plan["plan_price"] if amount is None else amount,
            "billing_cycle": plan["cycle_type"],
            "billing_frequency": plan["frequency"],
            "start_date": today,
            "next_bill_date": first,
        }
    )
    call.tenant.happened("subscription.add", stored["id"])
    return stored


ROUTES: Routes = {
    **PRODUCTS.routes("create read patch"),
    **SUBSCRIPTIONS.routes("list"),
    ("GET", "products"): list_products,
    ("GET", "products/sync"): sync_products,
    ("DELETE", "products/*"): delete_product,
    ("POST", "products/*/image"): upload_image,
    ("DELETE", "products/*/image"): delete_image,
    ("POST", "products/*/subscriptions"): create_plan,
    ("GET", "products/*/subscriptions/*"): read_plan,
    ("DELETE", "products/*/subscriptions/*"): delete_plan,
    ("POST", "subscriptions"): create_subscription,
}
