"""The collections of REST v2 as data: other names for what v1 keeps.

Ids are texts, words of enumerations are UPPER_SNAKE, times end in Z, and money is an amount in the
smallest unit with its currency. Source: Keap's OpenAPI description of REST v2.
"""

from typing import Any

from valence_sandbox.collections import (
    Filter,
    Resource,
    at_least,
    at_most,
    contains,
    pattern,
    present,
    same_text,
)
from valence_sandbox.fields import Dialect, Field, Kind
from valence_sandbox.vendors.keap import dates
from valence_sandbox.vendors.keap.enumerations import (
    EMAIL_STATUSES,
    FILE_TYPES,
    NOTE_TYPES,
    PROVIDERS,
    REMIND_TIMES,
)
from valence_sandbox.vendors.keap.objects import ADDRESS, read_only, texts

V2 = Dialect(dates.parse, dates.render_z)

KEY, INTEGER, NUMBER, BOOLEAN = Kind.KEY, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN
MOMENT, OBJECT, LIST, ANY = Kind.MOMENT, Kind.OBJECT, Kind.LIST, Kind.ANY


def snake(*words: str) -> dict[Any, Any]:
    """Return words of v1 with their spelling in v2."""
    return {
        word: "".join(f"_{c}" if c.isupper() and i else c for i, c in enumerate(word)).upper()
        for word in words
    }


def one_of(values: list[Any], wanted: Any) -> bool:
    """One of the values is in the comma-separated list."""
    listed = [part.strip() for part in wanted.split(",")]
    return any(str(value) in listed for value in values)


def compared(values: list[Any], wanted: Any) -> bool:
    """One of the values is the wanted one; such a filter takes !=, >, <, >= and <= as well."""
    return wanted in values


def same_or_none(values: list[Any], wanted: Any) -> bool:
    """As asked, where NONE asks for there being nothing."""
    return not values if wanted == "NONE" else same_text(values, wanted)


STATUS_WORDS = {
    **snake(*EMAIL_STATUSES),
    "DoubleOptin": "DOUBLE_OPT_IN",
    "HardBounce": "HARD_BOUNCE",
}
FILE_WORDS = {**snake(*FILE_TYPES), "ReSampledImage": "RESAMPLED_IMAGE"}
CATEGORY_WORDS = snake(
    "Attachments", "Cart", "Documents", "Hidden", "Invoice", "Logo", "Tickets", "WebForm", "Funnel"
)
PRIORITIES = {1: "CRITICAL", 2: "ESSENTIAL", 3: "NONESSENTIAL"}
ID = Field("id", KEY, is_read_only=True)
IDS = Filter("ids", paths=("id",), test=one_of)
BY_ID = Filter("id", KEY, test=compared)
CONTACT_ID = Filter("contact_id", KEY)
CREATED = Field("create_time", MOMENT, is_read_only=True, source="date_created")
UPDATED = Field("update_time", MOMENT, is_read_only=True, source="last_updated")
CUSTOM_FIELDS = Field("custom_fields", LIST, fields=(Field("id", KEY), Field("content", ANY)))
MONEY = (Field("amount", INTEGER), *texts("currency_code", "formatted_amount"))
BASIC_CONTACT = (
    Field("id", KEY),
    Field("email"),
    Field("given_name", source="first_name"),
    Field("family_name", source="last_name"),
)
ADDRESS2 = (*ADDRESS, *texts("postal_code", "country", "region_code"))


def since(name: str, path: str) -> Filter:
    """Return a filter for what is not before a time."""
    return Filter(name, MOMENT, (path,), at_least)


def until(name: str, path: str) -> Filter:
    """Return a filter for what is not after a time."""
    return Filter(name, MOMENT, (path,), at_most)


CONTACT = Resource(
    "contacts",
    "Contact",
    (),
    (
        Filter("email", paths=("email_addresses.email",), test=pattern),
        Filter("given_name", test=pattern),
        Filter("family_name", test=pattern),
        Filter("middle_name", test=pattern),
        Filter("company_id", KEY, ("company.id",)),
        Filter("contact_ids", paths=("id",), test=one_of),
        IDS,
        since("start_update_time", "last_updated_utc_millis"),
        until("end_update_time", "last_updated_utc_millis"),
    ),
    {
        "id": "id",
        "create_time": "date_created",
        "update_time": "last_updated_utc_millis",
        "email": "email_addresses.email",
    },
    has_direction=True,
)
COMPANY = Resource(
    "companies",
    "Company",
    (
        ID,
        Field("company_name", is_required=True),
        Field("email_address", OBJECT, is_read_only=True, source="email"),
        Field(
            "email_address",
            OBJECT,
            is_write_only=True,
            fields=texts("email", "opt_in_reason"),
            source="written_email",
        ),
        Field("address", OBJECT, fields=ADDRESS2),
        Field("phone_number", OBJECT, fields=texts("number", "extension", "type")),
        Field("fax_number", OBJECT, fields=texts("number", "type")),
        *texts("website", "notes", "suffix", "title", "anniversary_date", "assistant_name"),
        *texts("assistant_phone", "billing_information", "birth_date", "contact_type"),
        *texts("first_name", "job_title", "last_name", "middle_name", "preferred_name"),
        *texts("referral_code", "spouse_name"),
        Field("owner_id", KEY),
        CUSTOM_FIELDS,
        CREATED,
        UPDATED,
    ),
    (
        Filter("company_name", test=same_text),
        Filter("name", paths=("company_name",), test=pattern),
        Filter("email", paths=("email_address",), test=same_text),
        Filter("city", paths=("address.locality",), test=pattern),
        Filter("state", paths=("address.region",), test=pattern),
        since("since_time", "last_updated"),
        until("until_time", "last_updated"),
        Filter("company_id", KEY, ("id",), compared),
    ),
    {"id": "id", "create_time": "date_created", "name": "company_name", "email": "email_address"},
    has_direction=True,
)
TASK = Resource(
    "tasks",
    "Task",
    (
        ID,
        *texts("title", "description", "type"),
        Field("priority", words=PRIORITIES),
        Field("completed", BOOLEAN, default=False),
        Field("create_time", MOMENT, is_read_only=True, source="creation_date"),
        Field("modification_time", MOMENT, is_read_only=True, source="modification_date"),
        Field("completion_time", MOMENT, source="completion_date"),
        Field("due_time", MOMENT, source="due_date"),
        Field("remind_time_mins", INTEGER, choices=REMIND_TIMES, source="remind_time"),
        Field("assigned_to_user_id", KEY, is_required=True, source="user_id"),
        read_only("created_by_user_id", KEY, default="1"),
        read_only("last_updated_by_user_id", KEY, default="1"),
        Field("contact_id", KEY, source="contact.id"),
        Field("opportunity_id", KEY),
        Field("accepted", BOOLEAN, default=False),
        CUSTOM_FIELDS,
    ),
    (
        Filter("contact_id", KEY, ("contact.id",)),
        Filter("has_due_date", BOOLEAN, ("due_date",), present),
        Filter("is_completed", BOOLEAN, ("completed",)),
        Filter("user_id", KEY),
        Filter("opportunity_id", KEY),
        Filter("task_ids", paths=("id",), test=one_of),
        Filter(
            "priority",
            choices=tuple(PRIORITIES.values()),
            test=lambda values, wanted: wanted in [PRIORITIES.get(value) for value in values],
        ),
        since("since_time", "creation_date"),
        until("until_time", "creation_date"),
        BY_ID,
        Filter("title", test=pattern),
    ),
    {
        "id": "id",
        "create_time": "creation_date",
        "due_time": "due_date",
        "update_time": "modification_date",
    },
    has_direction=True,
)
_BASIC_USER = (
    Field("id", KEY, source="user_id"),
    *texts("given_name", "family_name", "email_address"),
)
NOTE = Resource(
    "notes",
    "Note",
    (
        ID,
        Field("title"),
        Field("text", source="body"),
        Field("type", choices=NOTE_TYPES),
        Field("contact_id", KEY, is_read_only=True),
        Field("user_id", KEY, is_required=True, is_write_only=True),
        read_only("assigned_to_user", OBJECT, fields=_BASIC_USER),
        CREATED,
        UPDATED,
        read_only("last_updated_by_user_id", KEY, source="last_updated_by.user_id"),
        read_only("created_by_user_id", KEY, default="1"),
        read_only("pinned_at"),
        CUSTOM_FIELDS,
    ),
    (
        BY_ID,
        IDS,
        Filter("title", test=lambda values, wanted: (
            pattern(values, wanted) if "*" in wanted else contains(values, wanted)
        )),
        CONTACT_ID,
        Filter("assigned_to_user_id", KEY, ("user_id",)),
        since("since_time", "last_updated"),
        until("until_time", "last_updated"),
    ),
    {"id": "id", "create_time": "date_created", "update_time": "last_updated"},
    has_direction=True,
)  # fmt: skip
_CHECK_LIST = Field("checklist_items", LIST, source="check_list_items")
_STAGE = (
    Field("id", KEY),
    Field("name"),
    Field(
        "details",
        OBJECT,
        fields=(
            Field("probability", INTEGER),
            Field("stage_order", INTEGER),
            Field("target_num_days", INTEGER),
            _CHECK_LIST,
        ),
    ),
    Field("reasons", LIST),
)
OPPORTUNITY = Resource(
    "opportunities",
    "Opportunity",
    (
        ID,
        Field("opportunity_title", is_required=True),
        Field("contact_id", KEY, is_required=True, is_write_only=True, source="contact.id"),
        Field("stage_id", KEY, is_required=True, is_write_only=True, source="stage.id"),
        Field("user_id", KEY, is_write_only=True, source="user.id"),
        read_only(
            "contact",
            OBJECT,
            fields=(
                Field("id", KEY),
                *texts("email", "first_name", "last_name", "company_name", "job_title"),
                *texts("phone_number", "city", "state"),
            ),
        ),
        read_only("stage", OBJECT, fields=_STAGE),
        read_only(
            "user", OBJECT, fields=(Field("id", KEY), *texts("first_name", "last_name"))
        ),
        Field("next_action_time", MOMENT, source="next_action_date"),
        *texts("next_action_notes", "opportunity_notes"),
        Field("estimated_close_time", MOMENT, source="estimated_close_date"),
        Field("include_in_forecast", words={0: False, 1: True}, default=False),
        Field("projected_revenue_low", NUMBER, default=0.0),
        Field("projected_revenue_high", NUMBER, default=0.0),
        Field("affiliate_id", KEY),
        Field("created_time", MOMENT, is_read_only=True, source="date_created"),
        Field("last_updated_time", MOMENT, is_read_only=True, source="last_updated"),
        Field(
            "custom_fields",
            LIST,
            is_optional=True,
            fields=(Field("id", KEY), Field("content", ANY)),
        ),
    ),
    (
        Filter("stage_id", KEY, ("stage.id",)),
        Filter("user_id", KEY, ("user.id",)),
        Filter("contact_id", KEY, ("contact.id",)),
        Filter("opportunity_title", test=pattern),
        Filter("affiliate_id", KEY),
        Filter("opportunity_id", KEY, ("id",), compared),
        IDS,
        Filter("contact_phone", paths=("contact.phone_number",), test=pattern),
    ),
    {
        "next_action_time": "next_action_date",
        "contact_name": "contact.first_name",
        "opportunity_title": "opportunity_title",
        "created_time": "date_created",
        "update_time": "last_updated",
    },
    has_direction=True,
)  # fmt: skip
STAGE = Resource(
    "stages",
    "Stage",
    (
        ID,
        Field("name", source="stage_name"),
        Field("order", INTEGER, source="stage_order"),
        Field("target_number_days", INTEGER, source="target_num_days"),
        Field("probability", INTEGER),
        Field("created_time", MOMENT, is_read_only=True, source="date_created"),
        Field("updated_time", MOMENT, is_read_only=True, source="last_updated"),
        _CHECK_LIST,
    ),
    (
        Filter("opportunity_stage_name", paths=("stage_name",), test=pattern),
        Filter("opportunity_stage_id", KEY, ("id",), compared),
    ),
    {"stage_order": "stage_order"},
    default_order="stage_order",
    has_direction=True,
)
_ITEM_PRODUCT = (
    Field("id", KEY),
    Field("name", source="product_name"),
    Field("sku"),
    Field("description", source="product_desc"),
    Field("shippable", BOOLEAN, default=True),
    Field("taxable", BOOLEAN, default=True),
)
ORDER = Resource(
    "orders",
    "Order",
    (
        ID,
        *texts("title", "status", "notes", "terms"),
        Field("contact", OBJECT, fields=BASIC_CONTACT),
        Field("order_type", words={"Online": "ONLINE", "Offline": "OFFLINE"}),
        Field("source_type", default="API"),
        Field("creation_time", MOMENT, source="creation_date"),
        Field("modification_time", MOMENT, source="modification_date"),
        Field("order_time", MOMENT, source="order_date"),
        Field("lead_affiliate_id", KEY),
        Field("sales_affiliate_id", KEY),
        *(
            Field(name, OBJECT, fields=MONEY)
            for name in ("total", "total_paid", "total_due", "refund_total")
        ),
        Field(
            "order_items",
            LIST,
            fields=(
                Field("id", KEY),
                *texts("name", "description", "notes"),
                Field("quantity", INTEGER),
                Field("item_type", default="PRODUCT"),
                Field("discount", OBJECT, fields=MONEY),
                Field("cost_per_unit", OBJECT, fields=MONEY),
                Field("price_per_unit", OBJECT, fields=MONEY),
                Field("product", OBJECT, fields=_ITEM_PRODUCT),
            ),
        ),
        Field("allow_payment", BOOLEAN, default=True),
        Field("allow_paypal", BOOLEAN, default=False),
        Field("invoice_id", KEY, source="id"),
    ),
    (
        BY_ID,
        IDS,
        Filter("product_id", KEY, ("order_items.product.id",)),
        CONTACT_ID,
        Filter("invoice_id", KEY, ("id",)),
        Filter("paid", BOOLEAN, ("is_paid",)),
        since("created_since_time", "creation_date"),
        until("created_until_time", "creation_date"),
        since("modified_since_time", "modification_date"),
        until("modified_until_time", "modification_date"),
        Filter("title", test=pattern),
        Filter("order_type", test=same_text, choices=("ONLINE", "OFFLINE")),
    ),
    {"id": "id", "order_time": "order_date", "modification_time": "modification_date"},
    has_direction=True,
)
ORDER_ITEM_REQUEST = (
    Field("product_id", KEY, is_required=True),
    Field("quantity", INTEGER, is_required=True, minimum=1),
    Field("price_per_unit", NUMBER, minimum=0, source="price"),
    Field("description"),
)
_ORDER_UPDATE = (
    *texts("notes", "terms"),
    Field("order_title", source="title"),
    Field("order_time", MOMENT, source="order_date"),
    Field("order_type", words={"Online": "ONLINE", "Offline": "OFFLINE"}),
    Field("lead_affiliate_id", KEY, default=0),
    Field("sales_affiliate_id", KEY, default=0),
    Field("shipping_address", OBJECT, fields=(*ADDRESS, *texts("first_name", "last_name"))),
)
ORDER_UPDATE = (*_ORDER_UPDATE, Field("contact_id", KEY), Field("title"))
ORDER_REQUEST = (
    *(
        Field(row.name, row.kind, is_required=True, source=row.source, words=row.words)
        if row.name in ("order_title", "order_time", "order_type")
        else row
        for row in _ORDER_UPDATE
    ),
    Field("contact_id", KEY, is_required=True),
    Field("order_items", LIST, fields=ORDER_ITEM_REQUEST, source="items"),
)
PRODUCT = Resource(
    "products",
    "Product",
    (
        ID,
        Field("name", is_required=True, source="product_name"),
        Field("price", INTEGER, is_required=True, is_write_only=True, minimum=0, source="cents"),
        read_only("price", OBJECT, fields=MONEY),
        Field("active", BOOLEAN, default=True),
        Field("description", source="product_desc"),
        Field("short_description", is_required=True, source="product_short_desc"),
        Field("sku"),
        Field("shippable", BOOLEAN, default=True),
        Field("taxable", BOOLEAN, default=True),
        Field("subscription_only", BOOLEAN, default=False),
        Field("storefront_hidden", BOOLEAN, default=False),
        read_only("categories", LIST),
        read_only("options", LIST),
        Field("create_time", MOMENT, is_read_only=True, source="date_created"),
        Field("update_time", MOMENT, is_read_only=True, source="last_updated"),
    ),
    (
        Filter("name", paths=("product_name",), test=pattern),
        Filter("sku", test=pattern),
        Filter("description", paths=("product_desc",), test=pattern),
        Filter("short_description", paths=("product_short_desc",), test=pattern),
        Filter("product_id", KEY, ("id",), compared),
        Filter("product_ids", paths=("id",), test=one_of),
    ),
    {"name": "product_name", "sku": "sku", "last_updated_time": "last_updated"},
    has_direction=True,
)
_TIMES = (
    since("since_create_time", "date_created"),
    until("until_create_time", "date_created"),
    since("since_update_time", "last_updated"),
    until("until_update_time", "last_updated"),
)
_TAG_ORDERS = {"name": "name", "create_time": "date_created", "update_time": "last_updated"}
TAG = Resource(
    "tags",
    "Tag",
    (
        ID,
        Field("name", is_required=True),
        Field("description"),
        Field("category", OBJECT, fields=(Field("id", KEY, is_required=True),)),
        CREATED,
        UPDATED,
    ),
    (
        Filter("name", test=same_text),
        Filter("description", test=same_or_none),
        Filter("category_id", paths=("category.id",), test=same_or_none),
        Filter("tag_ids", paths=("id",), test=one_of),
        *_TIMES,
    ),
    _TAG_ORDERS,
    has_direction=True,
)
CATEGORY = Resource(
    "tag_categories",
    "Category",
    (ID, Field("name", is_required=True), Field("description"), CREATED, UPDATED),
    (
        Filter("name", test=same_text),
        Filter("description", test=same_or_none),
        *_TIMES,
    ),
    _TAG_ORDERS,
    has_direction=True,
    created_at="date_created",
    updated_at="last_updated",
)
_EMAIL = (
    ID,
    *texts("subject", "headers"),
    Field("contact_id", KEY),
    Field("sent_to_address", is_required=True),
    Field("sent_to_cc_address_list", LIST, items=Kind.TEXT, source="cc"),
    Field("sent_to_bcc_address_list", LIST, items=Kind.TEXT, source="bcc"),
    *texts("sent_from_address", "sent_from_reply_address"),
    Field("sent_time", MOMENT, source="sent_date"),
    Field("received_time", MOMENT, source="received_date"),
    Field("opened_time", MOMENT, source="opened_date"),
    Field("clicked_time", MOMENT, source="clicked_date"),
    Field("original_provider", choices=PROVIDERS, default="UNKNOWN"),
    *texts("original_provider_id", "provider_source_id"),
)
EMAIL = Resource(
    "emails",
    "Email",
    _EMAIL,
    (
        CONTACT_ID,
        Filter("email", paths=("sent_to_address",), test=same_text),
        since("start_created_time", "sent_date"),
        until("end_created_time", "sent_date"),
    ),
    {"created_time": "sent_date"},
    has_direction=True,
)
EMAIL_WITH_CONTENT = (*_EMAIL, *texts("plain_content", "html_content"))
FILE = Resource(
    "files",
    "File",
    (
        ID,
        Field("file_name"),
        Field("file_size", INTEGER),
        Field("is_public", BOOLEAN),
        Field("category", words=CATEGORY_WORDS),
        Field("file_box_type", words=FILE_WORDS),
        Field("contact_id", KEY),
        Field("created_by_id", KEY, source="created_by"),
        Field("remote_file_key"),
        Field("created_time", MOMENT, source="date_created"),
        Field("updated_time", MOMENT, source="last_updated"),
    ),
    (
        Filter("is_public", BOOLEAN),
        CONTACT_ID,
        Filter("user_id", KEY, ("created_by",)),
        Filter("file_name", test=pattern),
    ),
    {"file_name": "file_name", "updated_time": "last_updated"},
    has_direction=True,
)
USER = Resource(
    "users",
    "User",
    (
        ID,
        *texts("given_name", "family_name", "middle_name", "company_name", "website"),
        Field("partner", BOOLEAN, is_read_only=True, default=False),
        Field("status", is_read_only=True, words=snake("Active", "Invited", "Inactive")),
        Field("global_user_id", KEY, is_read_only=True),
        Field("keap_id", is_read_only=True, source="infusionsoft_id"),
        read_only("email_addresses", LIST),
        Field(
            "email_address",
            OBJECT,
            is_write_only=True,
            fields=texts("email"),
            source="written_email",
        ),
        Field("address", OBJECT, fields=ADDRESS2),
        Field("phone_numbers", LIST),
        Field("fax_numbers", LIST),
        read_only("created_by", INTEGER, default=1),
        read_only("updated_by", INTEGER, default=1),
        CREATED,
        UPDATED,
    ),
    (
        Filter("email", paths=("email_address",), test=same_text),
        Filter("given_name", test=same_text),
        Filter("include_inactive", paths=("status",), test=lambda values, wanted: (
            wanted.lower() == "true" or "Inactive" not in values
        )),
        Filter("include_partners", paths=("partner",), test=lambda values, wanted: (
            wanted.lower() == "true" or True not in values
        )),
        Filter("user_ids", paths=("id",), test=one_of),
    ),
    {"create_time": "date_created", "email": "email_address", "name": "family_name"},
    has_direction=True,
)  # fmt: skip
TRANSACTION = Resource(
    "transactions",
    "Transaction",
    (
        Field("amount", NUMBER),
        Field("status", words={"SUCCESS": "APPROVED"}),
        Field("contact", OBJECT, fields=BASIC_CONTACT),
        Field("contact_id", KEY),
        Field("order_ids", LIST, items=KEY, source="order_id_list"),
        Field("transaction_method", default="MANUAL"),
        Field("transaction_time", MOMENT, source="transaction_date"),
        Field("is_successful", BOOLEAN, default=True),
    ),
    (
        Filter("amount", NUMBER, test=compared),
        Filter("order_id", KEY),
        CONTACT_ID,
        since("since_time", "transaction_date"),
        until("until_time", "transaction_date"),
    ),
    {"amount": "amount", "transaction_time": "transaction_date", "contact_id": "contact_id"},
    has_direction=True,
)
