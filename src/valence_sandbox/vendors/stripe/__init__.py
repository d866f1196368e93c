"""A simulated Stripe: API version 2019-12-03 in test mode, below `/stripe/v1`.

`endpoints.py` has what each endpoint takes, `parameters.py` how it is read; what an object does is
in `customers.py`, `money.py`, `plans.py` and `orders.py`; `work.py` is what they share.
Source: https://stripe.com/docs/api."""

from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.checks import api_key, basic_key
from valence_sandbox.quotas import Quota
from valence_sandbox.routing import Handler
from valence_sandbox.vendor import Description
from valence_sandbox.vendors.stripe import customers, money, orders, plans
from valence_sandbox.vendors.stripe.endpoints import API_VERSION, KEY, PER_SECOND, RESOURCES
from valence_sandbox.vendors.stripe.refused import shape
from valence_sandbox.vendors.stripe.seed import made_up_customers, plant
from valence_sandbox.vendors.stripe.work import by_key, change, find, given, listed

_LISTS = ("customers", "charges", "refunds", "plans", "products", "skus", "coupons", "orders",
          "transfers", "events")  # fmt: skip


def _listed(name: str) -> Handler:
    return lambda call: listed(call, RESOURCES[name], call.account[name].all())


def _read(name: str) -> Handler:
    return lambda call: Answer(200, find(call.account, name, call.path[-1]))


def _updated(name: str) -> Handler:
    def update(call: Call) -> Answer:
        record = find(call.account, name, call.path[2])
        return Answer(200, change(call.account, record, given(call, RESOURCES[name].update)))

    return update


_READS: dict[tuple[str, str], Handler] = {
    **{("GET", f"v1/{name}"): _listed(name) for name in _LISTS},
    **{("GET", f"v1/{name}/*"): _read(name) for name in _LISTS},
    ("GET", "v1/customers/*"): customers.read,
    ("GET", "v1/customers/*/sources"): customers.sources,
    ("GET", "v1/customers/*/sources/*"): customers.read_source,
    ("GET", "v1/customers/*/subscriptions"): plans.subscriptions_of,
    ("GET", "v1/customers/*/subscriptions/*"): plans.read,
    ("GET", "v1/subscriptions"): plans.subscriptions,
    ("GET", "v1/subscriptions/*"): plans.read,
    ("GET", "v1/charges/*/refunds"): money.refunds_of,
    ("GET", "v1/charges/*/refunds/*"): money.read_refund_of,
    ("GET", "v1/tokens/*"): customers.read_token,
    ("GET", "v1/balance"): money.balance,
    ("GET", "v1/balance/history"): _listed("balance_transactions"),
    ("GET", "v1/balance/history/*"): _read("balance_transactions"),
    ("GET", "v1/balance_transactions"): _listed("balance_transactions"),
    ("GET", "v1/balance_transactions/*"): _read("balance_transactions"),
    ("GET", "v1/account"): money.account_of,
}
_WRITES: dict[str, Handler] = {
    "v1/customers": customers.create,
    "v1/customers/*": customers.update,
    "v1/customers/*/sources": customers.add_source,
    "v1/customers/*/sources/*": customers.update_source,
    "v1/customers/*/subscriptions": plans.create_of,
    "v1/customers/*/subscriptions/*": plans.update,
    "v1/subscriptions": plans.create,
    "v1/subscriptions/*": plans.update,
    "v1/charges": money.create_charge,
    "v1/charges/*": money.update_charge,
    "v1/charges/*/capture": money.capture,
    "v1/charges/*/refunds": money.create_refund_of,
    "v1/refunds": money.create_refund,
    "v1/refunds/*": _updated("refunds"),
    "v1/plans": plans.create_plan,
    "v1/plans/*": plans.update_plan,
    "v1/products": plans.create_product,
    "v1/products/*": plans.update_product,
    "v1/skus": plans.create_sku,
    "v1/skus/*": _updated("skus"),
    "v1/coupons": plans.create_coupon,
    "v1/coupons/*": _updated("coupons"),
    "v1/orders": orders.create,
    "v1/orders/*": orders.update,
    "v1/transfers": money.create_transfer,
    "v1/transfers/*": _updated("transfers"),
    "v1/tokens": customers.create_token,
}
_DELETES: dict[str, Handler] = {
    "v1/customers/*": customers.delete,
    "v1/customers/*/sources/*": customers.delete_source,
    "v1/customers/*/subscriptions/*": plans.cancel,
    "v1/subscriptions/*": plans.cancel,
    "v1/plans/*": plans.delete,
    "v1/products/*": plans.delete_product,
    "v1/skus/*": plans.delete,
    "v1/coupons/*": plans.delete,
}


def _stamps() -> dict[str, str]:
    return {"Stripe-Version": API_VERSION}


DESCRIPTION = Description(
    key="stripe",
    accounts=("stripe",),
    plant=plant,
    routes={
        **_READS,
        **{("POST", pattern): by_key(act) for pattern, act in _WRITES.items()},
        **{("DELETE", pattern): act for pattern, act in _DELETES.items()},
    },
    checks=(basic_key(), api_key(scheme="bearer")),
    shape=shape,
    kept={name: resource.kept for name, resource in RESOURCES.items()},
    seeders={"customers": made_up_customers},
    keys={KEY: "stripe"},
    quotas={"key": Quota(PER_SECOND, "second", per="client")},
    stamps=_stamps,
)
