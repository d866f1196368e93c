"""Stripe's objects as data: which parameters each endpoint takes, and what lists filter by.

Source: https://stripe.com/docs/api as of API version 2019-12-03, which still has sources, orders
and the legacy parameters of plans and subscriptions."""

from collections.abc import Mapping
from dataclasses import dataclass

from valence_sandbox.account import Kept
from valence_sandbox.identifiers import lettered
from valence_sandbox.vendors.stripe.parameters import Param, text

API_VERSION = "2019-12-03"
KEY = "sk_test_sandbox"
PER_SECOND = 25  # of a key in test mode: https://stripe.com/docs/rate-limits

METADATA = Param("metadata", "metadata")
CREATED = Param("created", "range")
ADDRESS = text("city", "country", "line1", "line2", "postal_code", "state")
CARD = (
    Param("object", choices=("card",)),
    *text("number!", "cvc", "name", "currency"),
    Param("exp_month", "integer", is_required=True),
    Param("exp_year", "integer", is_required=True),
    *text("address_city", "address_country", "address_line1", "address_line2"),
    *text("address_state", "address_zip"),
    METADATA,
)
SOURCE = Param("source", "hash", fields=CARD, takes_text=True)
SHIPPING = Param(
    "shipping",
    "hash",
    fields=(
        Param("address", "hash", fields=ADDRESS, is_required=True),
        *text("name!", "phone", "carrier", "tracking_number"),
    ),
)


@dataclass(frozen=True, slots=True)
class Resource:
    """One collection: its noun in messages, the prefix and length of its ids, its parameters."""

    noun: str
    prefix: str
    create: tuple[Param, ...] = ()
    update: tuple[Param, ...] = ()
    filters: tuple[Param, ...] = ()
    id_length: int = 14
    object: str = ""
    is_deletable: bool = False

    @property
    def kind(self) -> str:
        """The value of `object` in its records."""
        return self.object or self.noun

    @property
    def kept(self) -> Kept:
        """How its records are kept: by text ids that are made here."""
        return Kept(spell=lettered(f"{self.prefix}_", length=self.id_length))


_CUSTOMER = (
    *text("email", "description", "name", "phone", "invoice_prefix", "coupon"),
    Param("account_balance", "integer"),
    Param("balance", "integer"),
    Param("address", "hash", fields=ADDRESS),
    Param("tax_exempt", choices=("none", "exempt", "reverse")),
    SHIPPING,
    SOURCE,
    METADATA,
)
_ITEM = (
    *text("id", "plan"),
    Param("quantity", "integer", minimum=0),
    Param("deleted", "boolean"),
    METADATA,
)
_SUBSCRIPTION = (
    Param("items", "list", fields=_ITEM),
    *text("plan", "coupon", "default_source"),
    Param("quantity", "integer", minimum=0),
    Param("prorate", "boolean"),
    Param("tax_percent", "decimal"),
    Param("cancel_at_period_end", "boolean"),
    Param("trial_from_plan", "boolean"),
    Param("trial_period_days", "integer", minimum=0),
    Param("days_until_due", "integer", minimum=0),
    Param("collection_method", choices=("charge_automatically", "send_invoice")),
    Param("billing", choices=("charge_automatically", "send_invoice")),
    SOURCE,
    METADATA,
)
_PRODUCT = (
    *text("caption", "description", "statement_descriptor", "unit_label", "url"),
    Param("active", "boolean"),
    Param("shippable", "boolean"),
    Param("attributes", "list"),
    Param("images", "list"),
    Param("deactivate_on", "list"),
    METADATA,
)
_PLAN_PRODUCT = Param(
    "product",
    "hash",
    takes_text=True,
    is_required=True,
    fields=(
        *text("id", "name!", "statement_descriptor", "unit_label"),
        Param("active", "boolean"),
        METADATA,
    ),
)
_SKU = (
    *text("image", "product"),
    Param("active", "boolean"),
    Param("attributes", "metadata"),
    Param("price", "integer", minimum=0),
    Param(
        "inventory",
        "hash",
        fields=(
            Param("type", choices=("finite", "bucket", "infinite"), is_required=True),
            Param("quantity", "integer"),
            *text("value"),
        ),
    ),
    METADATA,
)
_ORDER_ITEM = (
    *text("currency", "description", "parent"),
    Param("amount", "integer"),
    Param("quantity", "integer", minimum=0),
    Param("type", choices=("sku", "tax", "shipping", "discount")),
)
_TRANSITIONS = Param(
    "status_transitions",
    "hash",
    fields=tuple(Param(name, "range") for name in ("canceled", "fulfilled", "paid", "returned")),
)

SOURCES = Resource(
    "source",
    "card",
    create=(
        Param("source", "hash", fields=CARD, takes_text=True, is_required=True),
        METADATA,
    ),
    update=(
        *(
            param
            for param in CARD
            if param.name.startswith("address_") or param.name in ("name", "metadata")
        ),
        Param("exp_month", "integer"),
        Param("exp_year", "integer"),
    ),
    filters=(Param("object", choices=("card", "bank_account", "all")),),
    id_length=24,
    object="card",
)
REFUND = (
    Param("amount", "integer", minimum=1),
    Param("reason", choices=("duplicate", "fraudulent", "requested_by_customer")),
    Param("refund_application_fee", "boolean"),
    Param("reverse_transfer", "boolean"),
    METADATA,
)
CAPTURE = (
    Param("amount", "integer", minimum=1),
    *text("receipt_email", "statement_descriptor"),
)

RESOURCES: Mapping[str, Resource] = {
    "customers": Resource(
        "customer",
        "cus",
        create=_CUSTOMER,
        update=(*_CUSTOMER, *text("default_source")),
        filters=(CREATED, *text("email")),
        is_deletable=True,
    ),
    "subscriptions": Resource(
        "subscription",
        "sub",
        create=(*text("customer!"), *_SUBSCRIPTION),
        update=_SUBSCRIPTION,
        filters=(
            CREATED,
            *text("customer", "plan"),
            Param(
                "status",
                choices=("all", "active", "trialing", "past_due", "unpaid", "canceled", "ended"),
            ),
        ),
    ),
    "charges": Resource(
        "charge",
        "ch",
        create=(
            Param("amount", "integer", is_required=True, minimum=1),
            *text("currency!", "customer", "description", "receipt_email"),
            *text("statement_descriptor", "transfer_group", "on_behalf_of"),
            Param("capture", "boolean"),
            SHIPPING,
            SOURCE,
            METADATA,
        ),
        update=(
            *text("customer", "description", "receipt_email", "transfer_group"),
            SHIPPING,
            METADATA,
        ),
        filters=(
            CREATED,
            *text("customer", "transfer_group"),
            Param(
                "source", "hash", fields=(Param("object", choices=("all", "card", "bank_account")),)
            ),
        ),
        id_length=24,
    ),
    "refunds": Resource(
        "refund",
        "re",
        create=(*text("charge!"), *REFUND),
        update=(METADATA,),
        filters=(CREATED, *text("charge")),
        id_length=24,
    ),
    "plans": Resource(
        "plan",
        "plan",
        create=(
            Param("amount", "integer", is_required=True, minimum=0),
            *text("currency!", "id", "nickname"),
            Param("interval", is_required=True, choices=("day", "week", "month", "year")),
            Param("interval_count", "integer", minimum=1),
            Param("trial_period_days", "integer", minimum=0),
            Param("usage_type", choices=("licensed", "metered")),
            Param("active", "boolean"),
            _PLAN_PRODUCT,
            METADATA,
        ),
        update=(
            *text("nickname", "product"),
            Param("active", "boolean"),
            Param("trial_period_days", "integer", minimum=0),
            METADATA,
        ),
        filters=(CREATED, Param("active", "boolean"), *text("product")),
        is_deletable=True,
    ),
    "products": Resource(
        "product",
        "prod",
        create=(*text("name!", "id"), Param("type", choices=("good", "service")), *_PRODUCT),
        update=(*text("name"), *_PRODUCT),
        filters=(
            CREATED,
            Param("active", "boolean"),
            Param("shippable", "boolean"),
            Param("ids", "list"),
            Param("type", choices=("good", "service")),
            *text("url"),
        ),
        is_deletable=True,
    ),
    "skus": Resource(
        "sku",
        "sku",
        create=(
            *text("currency!", "id"),
            *(
                Param(
                    param.name,
                    param.kind,
                    is_required=param.name in ("price", "product", "inventory"),
                    fields=param.fields,
                    minimum=param.minimum,
                )
                for param in _SKU
            ),
        ),
        update=(*_SKU, *text("currency")),
        filters=(Param("active", "boolean"), *text("product"), Param("ids", "list")),
        is_deletable=True,
    ),
    "coupons": Resource(
        "coupon",
        "",
        create=(
            Param("duration", is_required=True, choices=("forever", "once", "repeating")),
            *text("id", "currency", "name"),
            Param("amount_off", "integer", minimum=1),
            Param("percent_off", "decimal"),
            Param("duration_in_months", "integer", minimum=1),
            Param("max_redemptions", "integer", minimum=1),
            Param("redeem_by", "integer"),
            METADATA,
        ),
        update=(*text("name"), METADATA),
        filters=(CREATED,),
        id_length=8,
        is_deletable=True,
    ),
    "orders": Resource(
        "order",
        "or",
        create=(
            *text("currency!", "customer", "email", "coupon"),
            Param("items", "list", fields=_ORDER_ITEM),
            SHIPPING,
            METADATA,
        ),
        update=(
            *text("coupon", "selected_shipping_method"),
            Param("status", choices=("created", "paid", "canceled", "fulfilled", "returned")),
            SHIPPING,
            METADATA,
        ),
        filters=(
            CREATED,
            *text("customer"),
            Param("ids", "list"),
            Param("status", choices=("created", "paid", "canceled", "fulfilled", "returned")),
            _TRANSITIONS,
        ),
        id_length=24,
    ),
    "transfers": Resource(
        "transfer",
        "tr",
        create=(
            Param("amount", "integer", is_required=True, minimum=1),
            *text("currency!", "destination!", "description", "source_transaction"),
            *text("transfer_group"),
            Param("source_type", choices=("card", "bank_account", "fpx")),
            METADATA,
        ),
        update=(*text("description"), METADATA),
        filters=(CREATED, *text("destination", "transfer_group")),
        id_length=24,
    ),
    "balance_transactions": Resource(
        "balance transaction",
        "txn",
        filters=(
            CREATED,
            Param("available_on", "range"),
            *text("currency", "payout", "source", "type"),
        ),
        id_length=24,
        object="balance_transaction",
    ),
    "events": Resource(
        "event",
        "evt",
        filters=(
            CREATED,
            *text("type"),
            Param("types", "list"),
            Param("delivery_success", "boolean"),
        ),
        id_length=24,
    ),
    "tokens": Resource(
        "token",
        "tok",
        create=(Param("card", "hash", fields=CARD, takes_text=True), *text("customer")),
        id_length=24,
    ),
}
