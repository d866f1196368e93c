"""The collections of REST v1 as data.

Source: Keap's OpenAPI description of REST v1 (November 2024) and captured answers. A collection
whose answers differ between list and one has a second row. What is peculiar to a collection beyond
its row is in the file of its name.
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
    CUSTOM_FIELD_TYPES,
    CYCLE_TYPES,
    EMAIL_STATUSES,
    FILE_TYPES,
    NOTE_TYPES,
    PROVIDERS,
    REMIND_TIMES,
)

V1 = Dialect(dates.parse, dates.render)

TEXT, INTEGER, NUMBER, BOOLEAN = Kind.TEXT, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN
MOMENT, DAY, OBJECT, LIST, ANY = Kind.MOMENT, Kind.DAY, Kind.OBJECT, Kind.LIST, Kind.ANY

ID = Field("id", INTEGER, is_read_only=True)
CUSTOM_FIELDS = Field(
    "custom_fields",
    LIST,
    is_optional=True,
    fields=(Field("id", INTEGER, is_required=True), Field("content", ANY)),
)
SINCE = Filter("since", MOMENT, test=at_least)
UNTIL = Filter("until", MOMENT, test=at_most)
CONTACT_ID = Filter("contact_id", INTEGER)
USER_ID = Filter("user_id", INTEGER)


def read_only(
    name: str,
    kind: Kind = Kind.TEXT,
    *,
    choices: tuple[str, ...] = (),
    default: Any = None,
    fields: tuple[Field, ...] = (),
    source: str = "",
) -> Field:
    """Return a field that only the vendor writes."""
    return Field(
        name,
        kind,
        is_read_only=True,
        choices=choices,
        default=default,
        fields=fields,
        source=source,
    )


def texts(*names: str) -> tuple[Field, ...]:
    """Return plain text fields."""
    return tuple(Field(name) for name in names)


ADDRESS = texts("line1", "line2", "locality", "region", "zip_code", "zip_four", "country_code")
BASIC_CONTACT = (Field("id", INTEGER), *texts("email", "first_name", "last_name"))

CATEGORY = (ID, Field("name", is_required=True), Field("description"))
TAG = Resource(
    "tags",
    "Tag",
    (
        ID,
        Field("name", is_required=True),
        Field("description"),
        Field(
            "category",
            OBJECT,
            fields=(Field("id", INTEGER, is_required=True), *texts("name", "description")),
        ),
    ),
    (
        Filter("category", INTEGER, ("category.id",)),
        Filter("name", TEXT, test=contains),
    ),
    created_at="date_created",
    updated_at="last_updated",
)
COMPANY = Resource(
    "companies",
    "Company",
    (
        ID,
        Field("company_name", is_required=True),
        Field("email_address"),
        Field("phone_number", OBJECT, fields=texts("number", "extension", "type")),
        Field("address", OBJECT, fields=ADDRESS),
        Field("website"),
        read_only("email_opted_in", BOOLEAN, default=False),
        read_only("email_status", choices=EMAIL_STATUSES, default="NonMarketable"),
        Field("fax_number", OBJECT, is_optional=True, fields=texts("number", "type")),
        Field("notes", is_optional=True),
        CUSTOM_FIELDS,
        Field("opt_in_reason", is_write_only=True),
    ),
    (Filter("company_name", test=same_text),),
    {"id": "id", "date_created": "date_created", "name": "company_name", "email": "email_address"},
    has_direction=True,
    created_at="date_created",
    updated_at="last_updated",
)
APPOINTMENT = Resource(
    "appointments",
    "Appointment",
    (
        ID,
        Field("title", is_required=True),
        Field("description"),
        Field("start_date", MOMENT, is_required=True),
        Field("end_date", MOMENT, is_required=True),
        Field("location"),
        Field("contact_id", INTEGER),
        Field("user", INTEGER),
        Field("remind_time", INTEGER, choices=REMIND_TIMES),
    ),
    (CONTACT_ID, SINCE, UNTIL),
)
TASK = Resource(
    "tasks",
    "Task",
    (
        ID,
        Field("title", is_required=True),
        Field("description"),
        Field("type"),
        Field("priority", INTEGER, minimum=1, maximum=3),
        Field("completed", BOOLEAN, default=False),
        Field("contact", OBJECT, fields=BASIC_CONTACT),
        Field("due_date", MOMENT, is_required=True),
        Field("completion_date", MOMENT),
        read_only("creation_date", MOMENT),
        read_only("modification_date", MOMENT),
        Field("remind_time", INTEGER, choices=REMIND_TIMES),
        Field("user_id", INTEGER, default=1),
        Field("url"),
        Field("funnel_id", INTEGER),
        Field("jgraph_id", INTEGER),
    ),
    (
        Filter("completed", BOOLEAN),
        Filter("contact_id", INTEGER, ("contact.id",)),
        Filter("has_due_date", BOOLEAN, ("due_date",), present),
        USER_ID,
        SINCE,
        UNTIL,
    ),
    {
        name: name
        for name in (
            "id", "title", "type", "priority", "due_date", "completion_date", "creation_date",
            "modification_date",
        )
    },
    has_free_order=True,
    created_at="creation_date",
    updated_at="modification_date",
)  # fmt: skip
NOTE = Resource(
    "notes",
    "Note",
    (
        ID,
        Field("contact_id", INTEGER, is_required=True),
        Field("title"),
        Field("body"),
        Field("type", choices=NOTE_TYPES),
        Field("user_id", INTEGER, default=1),
        read_only("date_created", MOMENT),
        read_only("last_updated", MOMENT),
        read_only(
            "last_updated_by",
            OBJECT,
            fields=(Field("user_id", INTEGER), *texts("given_name", "family_name")),
        ),
    ),
    (CONTACT_ID, USER_ID),
    created_at="date_created",
    updated_at="last_updated",
)
FILE = Resource(
    "files",
    "File",
    (
        ID,
        Field("file_name", is_required=True),
        read_only("file_size", INTEGER),
        read_only("file_box_type"),
        read_only("category"),
        Field("contact_id", INTEGER),
        read_only("created_by", INTEGER),
        Field("public", BOOLEAN, is_read_only=True, source="is_public"),
        read_only("download_url"),
        read_only("remote_file_key"),
        read_only("date_created", MOMENT),
        read_only("last_updated", MOMENT),
        Field("is_public", BOOLEAN, is_required=True, is_write_only=True),
        Field("file_data", is_required=True, is_write_only=True),
        Field(
            "file_association",
            is_required=True,
            is_write_only=True,
            choices=("CONTACT", "USER", "COMPANY"),
        ),
    ),
    (
        CONTACT_ID,
        Filter("name", TEXT, ("file_name",), pattern),
        Filter("permission", TEXT, choices=("USER", "COMPANY", "BOTH"), neutral="BOTH"),
        Filter("type", TEXT, ("file_box_type",), choices=FILE_TYPES),
        Filter("viewable", TEXT, choices=("PUBLIC", "PRIVATE", "BOTH"), neutral="BOTH"),
    ),
    created_at="date_created",
    updated_at="last_updated",
)
_CHECK_LIST_ITEM = (
    Field("id", INTEGER),
    Field("description"),
    Field("done_date", MOMENT),
    Field("instance_id", INTEGER),
    Field("item_order", INTEGER),
    Field("required", BOOLEAN),
)
_STAGE_DETAILS = (
    Field("probability", INTEGER),
    Field("stage_order", INTEGER),
    Field("target_num_days", INTEGER),
    Field("check_list_items", LIST, fields=_CHECK_LIST_ITEM),
)
_STAGE = (
    Field("id", INTEGER, is_required=True),
    Field("name"),
    Field("details", OBJECT, fields=_STAGE_DETAILS),
    Field("reasons", LIST, items=TEXT),
)
_OPPORTUNITY_CONTACT = (
    Field("id", INTEGER, is_required=True),
    *texts("email", "first_name", "last_name", "company_name", "job_title", "phone_number"),
)
OPPORTUNITY = Resource(
    "opportunities",
    "Opportunity",
    (
        ID,
        Field("opportunity_title", is_required=True),
        Field("contact", OBJECT, is_required=True, fields=_OPPORTUNITY_CONTACT),
        Field("stage", OBJECT, is_required=True, fields=_STAGE),
        Field(
            "user",
            OBJECT,
            fields=(Field("id", INTEGER), *texts("first_name", "last_name")),
        ),
        Field("affiliate_id", INTEGER, default=0),
        Field("estimated_close_date", MOMENT),
        Field("next_action_date", MOMENT),
        *texts("next_action_notes", "opportunity_notes"),
        Field("projected_revenue_low", NUMBER, default=0.0),
        Field("projected_revenue_high", NUMBER, default=0.0),
        Field("include_in_forecast", INTEGER, default=0),
        read_only("date_created", MOMENT),
        read_only("last_updated", MOMENT),
        CUSTOM_FIELDS,
    ),
    (
        Filter("user_id", INTEGER, ("user.id",)),
        Filter("stage_id", INTEGER, ("stage.id",)),
        Filter(
            "search_term",
            TEXT,
            (
                "opportunity_title", "contact.first_name", "contact.last_name",
                "contact.company_name", "contact.email",
            ),
            contains,
        ),
    ),
    {
        "next_action": "next_action_date",
        "opportunity_name": "opportunity_title",
        "contact_name": "contact.first_name",
        "date_created": "date_created",
    },
    created_at="date_created",
    updated_at="last_updated",
)  # fmt: skip
_SUBSCRIPTION_PLAN = (
    Field("id", INTEGER),
    Field("active", BOOLEAN),
    Field("cycle", INTEGER),
    Field("frequency", INTEGER),
    Field("number_of_cycles", INTEGER),
    Field("plan_price", NUMBER),
    Field("subscription_plan_index", INTEGER),
    Field("subscription_plan_name"),
)
SHIPPING = (
    *texts("first_name", "middle_name", "last_name", "company", "phone"),
    *ADDRESS,
    Field("is_invoice_to_company", BOOLEAN, default=False),
)
_REPORTED_SHIPPING = (
    Field("id", INTEGER),
    *texts("first_name", "middle_name", "last_name", "company", "phone"),
    Field("street1", source="line1"),
    Field("street2", source="line2"),
    Field("city", source="locality"),
    Field("state", source="region"),
    Field("zip", source="zip_code"),
    Field("country", source="country_code"),
    Field("invoiceToCompany", BOOLEAN, source="is_invoice_to_company"),
)
_ITEM = (
    Field("id", INTEGER),
    *texts("name", "type", "description"),
    Field("quantity", INTEGER),
    Field("cost", NUMBER, default=0.0),
    Field("price", NUMBER),
    Field("discount", NUMBER, default=0.0),
    Field("notes"),
)
_ITEM_LEFTOVERS = (
    Field("specialId", INTEGER, default=0),
    Field("specialAmount", NUMBER, default=0.0),
    Field("specialPctOrAmt", INTEGER, default=0),
    Field("jobRecurringId", INTEGER, default=0),
)
_REPORTED_ITEM = (
    *_ITEM,
    Field(
        "product",
        OBJECT,
        fields=(
            Field("id", INTEGER),
            Field("name", source="product_name"),
            Field("description", source="product_desc"),
            Field("sku"),
            Field("shippable", BOOLEAN, default=True),
            Field("taxable", BOOLEAN, default=True),
        ),
    ),
    *_ITEM_LEFTOVERS,
    Field("subscriptionPlan", OBJECT, fields=_SUBSCRIPTION_PLAN),
)
_GATEWAY = (Field("merchant_account_id", INTEGER), Field("use_default", BOOLEAN, default=True))
PAYMENT_PLAN = (
    Field("auto_charge", BOOLEAN, default=False),
    Field("credit_card_id", INTEGER, default=0),
    Field("days_between_payments", INTEGER, is_required=True),
    Field("initial_payment_amount", NUMBER, default=0.0),
    Field("initial_payment_date", DAY),
    Field("number_of_payments", INTEGER, is_required=True),
    Field("payment_gateway", OBJECT, fields=_GATEWAY),
    Field("plan_start_date", DAY, is_required=True),
)
_ORDER_CONTACT = (*BASIC_CONTACT, *texts("company_name", "job_title"))
_ORDER_TOTALS = (
    Field("total", NUMBER),
    Field("total_due", NUMBER),
    Field("total_paid", NUMBER),
    Field("refund_total", NUMBER, default=0.0),
)
_ORDER_DATES = (
    Field("order_date", MOMENT),
    Field("creation_date", MOMENT),
    Field("modification_date", MOMENT),
)
REPORTED_ORDER = Resource(
    "orders",
    "Order",
    (
        ID,
        *texts("title", "status", "order_type"),
        *_ORDER_DATES,
        Field("contact", OBJECT, fields=_ORDER_CONTACT),
        Field("contact_id", Kind.KEY),
        Field("product_id"),
        Field("order_items", LIST, fields=_REPORTED_ITEM),
        Field("shipping_information", OBJECT, fields=_REPORTED_SHIPPING),
        Field("payment_plan", OBJECT, fields=PAYMENT_PLAN),
        *_ORDER_TOTALS,
        Field("recurring", BOOLEAN, default=False),
        Field("invoice_number", INTEGER, source="id"),
        Field("lead_affiliate_id", INTEGER, default=0),
        Field("sales_affiliate_id", INTEGER, default=0),
        Field("source_type", default="API"),
        *texts("notes", "terms"),
        Field("allow_payment", BOOLEAN, default=True),
        Field("allow_paypal", BOOLEAN, default=False),
    ),
    (
        CONTACT_ID,
        Filter("product_id", INTEGER, ("order_items.product.id",)),
        Filter("paid", BOOLEAN, ("is_paid",)),
        SINCE,
        UNTIL,
    ),
    {
        "order_date": "-order_date",
        "update_date": "-modification_date",
        "creation_date": "-creation_date",
    },
    default_order="creation_date",
    created_at="creation_date",
    updated_at="modification_date",
)
_LISTED_PLAN = (*_SUBSCRIPTION_PLAN, Field("url"))
LISTED_PRODUCT = (
    ID,
    *texts("product_name", "product_desc", "product_short_desc"),
    Field("product_price", NUMBER),
    *texts("sku", "url"),
    Field("status", INTEGER),
    Field("subscription_only", BOOLEAN),
    Field("subscription_plans", LIST, fields=_LISTED_PLAN),
    Field("product_options", LIST),
)
CREATED_ORDER = (
    ID,
    *texts("title", "status"),
    *_ORDER_DATES,
    Field("contact", OBJECT, fields=_ORDER_CONTACT),
    Field(
        "order_items",
        LIST,
        fields=(*_ITEM, Field("product", OBJECT, fields=LISTED_PRODUCT), *_ITEM_LEFTOVERS),
    ),
    Field("shipping_information", OBJECT, fields=SHIPPING),
    Field("payment_plan", OBJECT, fields=PAYMENT_PLAN),
    *_ORDER_TOTALS,
    Field("lead_affiliate_id", INTEGER, default=0),
    Field("sales_affiliate_id", INTEGER, default=0),
    Field("notes"),
)
ORDER_ITEM_REQUEST = (
    Field("product_id", INTEGER, is_required=True),
    Field("quantity", INTEGER, is_required=True, minimum=1),
    Field("price", NUMBER, minimum=0),
    Field("description"),
    Field("product_type", choices=("PRODUCT", "DIGITAL")),
)
ORDER_REQUEST = (
    Field("contact_id", INTEGER, is_required=True),
    Field("order_title", is_required=True, source="title"),
    Field("order_date", MOMENT, is_required=True),
    Field("order_type", is_required=True, choices=("Offline", "Online")),
    Field("order_items", LIST, is_required=True, fields=ORDER_ITEM_REQUEST, source="items"),
    Field("promo_codes", LIST, items=TEXT),
    Field("shipping_address", OBJECT, fields=SHIPPING),
    Field("lead_affiliate_id", INTEGER, default=0),
    Field("sales_affiliate_id", INTEGER, default=0),
)
PAYMENT_REQUEST = (
    Field("apply_to_commissions", BOOLEAN, default=False),
    Field("charge_now", BOOLEAN, default=False),
    Field("credit_card_id", INTEGER),
    Field("date", MOMENT),
    Field("notes"),
    Field("payment_amount", NUMBER, is_required=True),
    Field("payment_gateway_id"),
    Field("payment_method_type", choices=("CREDIT_CARD", "CASH", "CHECK", "TOKEN")),
)
PAYMENT = (
    ID,
    Field("amount", NUMBER),
    Field("invoice_id", INTEGER),
    Field("last_updated", MOMENT),
    Field("note"),
    Field("pay_date", MOMENT),
    Field("pay_status"),
    Field("payment_id", INTEGER, source="id"),
    Field("refund_invoice_payment_id", INTEGER, default=0),
    Field("skip_commission", BOOLEAN, default=False),
)
TRANSACTION = Resource(
    "transactions",
    "Transaction",
    (
        ID,
        Field("amount", NUMBER),
        *texts("currency", "type", "status"),
        Field("test", BOOLEAN, default=False),
        *texts("gateway", "gateway_account_name", "collection_method"),
        Field("contact_id", INTEGER),
        Field("order_ids"),
        Field("orders", LIST, fields=REPORTED_ORDER.fields),
        Field("transaction_date", MOMENT),
        Field("paymentDate", MOMENT),
        Field("errors"),
    ),
    (CONTACT_ID, SINCE, UNTIL),
)
PRODUCT_SUBSCRIPTION = (
    ID,
    Field("active", BOOLEAN, default=True),
    Field("cycle_type", is_required=True, choices=CYCLE_TYPES),
    Field("frequency", INTEGER, default=1),
    Field("number_of_cycles", INTEGER, default=0),
    Field("plan_price", NUMBER, is_required=True),
    Field("subscription_plan_index", INTEGER, default=0),
    read_only("subscription_plan_name"),
    read_only("url"),
)
PRODUCT = Resource(
    "products",
    "Product",
    (
        ID,
        Field("product_name", is_required=True),
        *texts("product_desc", "product_short_desc"),
        Field("product_price", NUMBER, default=0.0),
        Field("sku"),
        read_only("url"),
        Field("active", BOOLEAN, default=True),
        Field("subscription_only", BOOLEAN, default=False),
        read_only("subscription_plans", LIST, fields=PRODUCT_SUBSCRIPTION),
    ),
    (Filter("active", BOOLEAN),),
    created_at="date_created",
    updated_at="last_updated",
)
_EMAIL = (
    ID,
    Field("contact_id", INTEGER),
    *texts("subject", "sent_from_address"),
    Field("sent_to_address", is_required=True),
    *texts("sent_from_reply_address", "sent_to_cc_addresses", "sent_to_bcc_addresses", "headers"),
    Field("sent_date", MOMENT),
    Field("received_date", MOMENT),
    Field("opened_date", MOMENT),
    Field("clicked_date", MOMENT),
    Field("original_provider", choices=PROVIDERS, default="UNKNOWN"),
    Field("original_provider_id"),
)
_CONTENT = texts("html_content", "plain_content")
EMAIL = Resource(
    "emails",
    "Email",
    _EMAIL,
    (
        CONTACT_ID,
        Filter("email", TEXT, ("sent_to_address",), same_text),
        Filter("since_sent_date", MOMENT, ("sent_date",), at_least),
        Filter("until_sent_date", MOMENT, ("sent_date",), at_most),
    ),
    {"sent_date": "sent_date"},
)
EMAIL_WITH_CONTENT = (*_EMAIL, *_CONTENT)
EMAIL_REQUEST = (*EMAIL_WITH_CONTENT, Field("provider_source_id"))
EMAIL_QUEUE = (
    Field("address_field"),
    Field(
        "attachments",
        LIST,
        fields=(Field("file_data", is_required=True), Field("file_name", is_required=True)),
    ),
    Field("contacts", LIST, is_required=True, items=INTEGER),
    *_CONTENT,
    Field("subject", is_required=True),
    Field("user_id", INTEGER, is_required=True),
)
AFFILIATE = Resource(
    "affiliates",
    "Affiliate",
    (
        ID,
        Field("code", is_required=True),
        Field("name"),
        Field("contact_id", INTEGER, is_required=True),
        Field("parent_id", INTEGER, default=0),
        Field("status", choices=("active", "inactive"), default="active"),
        Field("notify_on_lead", BOOLEAN, default=False),
        Field("notify_on_sale", BOOLEAN, default=False),
        Field("track_leads_for", INTEGER, default=0),
        Field("password", is_required=True, is_write_only=True),
    ),
    (
        Filter("code"),
        CONTACT_ID,
        Filter("name", test=same_text),
        Filter("parent_id", INTEGER),
        Filter("program_id", INTEGER, ("program_ids",)),
        Filter("status", choices=("active", "inactive")),
    ),
    {"id": "id", "name": "name"},
    has_direction=True,
    created_at="date_created",
)
COMMISSION = Resource(
    "commissions",
    "Commission",
    (
        Field("amount_earned", NUMBER),
        Field("date_earned", MOMENT),
        Field("description"),
        Field("invoice_id", INTEGER),
        Field("product_name"),
        Field("contact_id", INTEGER),
        *texts("contact_first_name", "contact_last_name"),
        Field("sales_affiliate_id", INTEGER),
        *texts("sold_by_first_name", "sold_by_last_name"),
    ),
    (
        Filter("affiliateId", INTEGER, ("sales_affiliate_id",)),
        Filter("since", MOMENT, ("date_earned",), at_least),
        Filter("until", MOMENT, ("date_earned",), at_most),
    ),
    {"DATE_EARNED": "date_earned"},
    default_order="DATE_EARNED",
    has_direction=True,
)
PROGRAM = Resource(
    "programs",
    "Program",
    (
        ID,
        Field("affiliate_id", INTEGER),
        *texts("name", "notes"),
        Field("priority", INTEGER),
    ),
    (Filter("affiliate_id", INTEGER),),
    {"id": "id", "name": "name", "priority": "priority"},
    has_direction=True,
)
REDIRECT = Resource(
    "redirects",
    "Redirect",
    (
        ID,
        Field("affiliate_id", INTEGER),
        *texts("name", "local_url_code", "redirect_url"),
        Field("program_ids", LIST, items=INTEGER),
    ),
    (Filter("affiliate_id", INTEGER),),
    {"id": "id", "name": "name"},
    has_direction=True,
)
SUMMARY = Resource(
    "summaries",
    "Summary",
    (
        Field("affiliate_id", INTEGER),
        Field("amount_earned", NUMBER),
        Field("balance", NUMBER),
        Field("clawbacks", NUMBER),
    ),
    (),
    {name: name for name in ("affiliate_id", "amount_earned", "balance", "clawbacks")},
    has_direction=True,
)
CLAWBACK = Resource(
    "clawbacks",
    "Clawback",
    (
        Field("amount", NUMBER),
        Field("contact_id", INTEGER),
        Field("date_earned", MOMENT),
        *texts("description", "family_name", "given_name"),
        Field("invoice_id", INTEGER),
        Field("product_name"),
        Field("sale_affiliate_id", INTEGER),
        *texts("sold_by_family_name", "sold_by_given_name", "subscription_plan_name"),
    ),
    (
        Filter("since", MOMENT, ("date_earned",), at_least),
        Filter("until", MOMENT, ("date_earned",), at_most),
    ),
    {"DATE_EARNED": "date_earned"},
    default_order="DATE_EARNED",
    has_direction=True,
)
AFFILIATE_PAYMENT = Resource(
    "payments",
    "Payment",
    (
        ID,
        Field("amount", NUMBER),
        Field("date", MOMENT),
        *texts("notes", "type"),
    ),
    (
        Filter("since", MOMENT, ("date",), at_least),
        Filter("until", MOMENT, ("date",), at_most),
    ),
    {"ID": "id", "DATE": "date", "AMOUNT": "amount"},
    has_direction=True,
)
_HISTORY = (Field("24_hours", INTEGER, default=0), Field("30_days", INTEGER, default=0))
_SEQUENCE = (
    Field("id", INTEGER),
    Field("name"),
    Field("active_contact_count", INTEGER, default=0),
    Field("active_contact_count_completed", INTEGER, default=0),
    Field("historical_contact_count", OBJECT, fields=_HISTORY),
    Field("paths", LIST),
)
_GOAL = (
    Field("id", INTEGER),
    *texts("name", "type"),
    Field("historical_contact_counts", OBJECT, fields=_HISTORY),
    Field("next_sequence_ids", LIST, items=INTEGER),
    Field("previous_sequence_ids", LIST, items=INTEGER),
)
CAMPAIGN = Resource(
    "campaigns",
    "Campaign",
    (
        ID,
        Field("name"),
        Field("created_by_global_id", INTEGER),
        Field("date_created", MOMENT),
        Field("error_message"),
        Field("locked", BOOLEAN, default=False),
        Field("published_date", MOMENT),
        Field("published_status", BOOLEAN, default=False),
        *texts("published_time_zone", "time_zone"),
        Field("goals", LIST, is_optional=True, fields=_GOAL),
        Field("sequences", LIST, is_optional=True, fields=_SEQUENCE),
    ),
    (Filter("search_text", TEXT, ("name",), contains),),
    {
        "id": "id",
        "status": "published_status",
        **{
            name: name
            for name in (
                "name", "published_date", "completed_contact_count", "active_contact_count",
                "date_created", "last_updated", "category",
            )
        },
    },
    has_direction=True,
)  # fmt: skip
CAMPAIGN_COUNTS = (
    Field("active_contact_count", INTEGER, default=0),
    Field("completed_contact_count", INTEGER, default=0),
)
USER = Resource(
    "users",
    "User",
    (
        ID,
        *texts("email_address", "given_name", "middle_name", "family_name", "preferred_name"),
        Field("status", choices=("Active", "Invited", "Inactive")),
        Field("partner", BOOLEAN, default=False),
        Field("infusionsoft_id"),
        Field("global_user_id", INTEGER),
        *texts("company_name", "job_title", "website", "time_zone"),
        Field("address", OBJECT, fields=ADDRESS),
        Field("phone_numbers", LIST),
        Field("fax_numbers", LIST),
        Field("created_by", INTEGER, default=1),
        Field("date_created", MOMENT),
        Field("last_updated", MOMENT),
        Field("last_updated_by", INTEGER, default=1),
    ),
    created_at="date_created",
    updated_at="last_updated",
)
USER_REQUEST = (
    Field("email", is_required=True, source="email_address"),
    Field("given_name", is_required=True),
    Field("admin", BOOLEAN, default=False),
    Field("partner", BOOLEAN, default=False),
)
SUBSCRIPTION = Resource(
    "subscriptions",
    "Subscription",
    (
        ID,
        Field("contact_id", INTEGER),
        Field("product_id", INTEGER),
        Field("subscription_plan_id", INTEGER),
        Field("active", BOOLEAN, default=True),
        Field("auto_charge", BOOLEAN, default=True),
        Field("allow_tax", BOOLEAN, default=False),
        Field("billing_amount", NUMBER),
        Field("billing_cycle", choices=CYCLE_TYPES),
        Field("billing_frequency", INTEGER),
        Field("quantity", INTEGER),
        Field("credit_card_id", INTEGER, default=0),
        Field("payment_gateway_id", INTEGER, default=0),
        Field("use_default_payment_gateway", BOOLEAN, default=True),
        Field("sale_affiliate_id", INTEGER, default=0),
        Field("start_date", DAY),
        Field("next_bill_date", DAY),
        Field("end_date", DAY),
    ),
    (CONTACT_ID,),
)
SUBSCRIPTION_REQUEST = (
    Field("contact_id", INTEGER, is_required=True),
    Field("subscription_plan_id", INTEGER),
    Field("allow_duplicate", BOOLEAN, default=False),
    Field("allow_tax", BOOLEAN, default=False),
    Field("auto_charge", BOOLEAN, default=True),
    Field("billing_amount", NUMBER, minimum=0),
    Field("credit_card_id", INTEGER, default=0),
    Field("first_bill_date", DAY),
    Field("payment_gateway_id", INTEGER, default=0),
    Field("quantity", INTEGER, minimum=1, default=1),
    Field("sale_affiliate_id", INTEGER, default=0),
)
CREDIT_CARD_REQUEST = (
    *texts("card_number", "card_type"),
    Field(
        "consent_type",
        choices=("RECURRING_CONSENT", "IMPLICIT_CONSENT", "EXPLICIT_CONSENT", "NO_CONSENT"),
    ),
    *texts("email_address", "expiration_month", "expiration_year", "maestro_issue_number"),
    *texts("maestro_start_date_month", "maestro_start_date_year", "name_on_card"),
    Field("verification_code"),
    Field(
        "address",
        OBJECT,
        fields=(*ADDRESS, Field("postal_code"), Field("field", default="BILLING")),
    ),
)
CREDIT_CARD_ADDED = (
    ID,
    Field("contact_id", INTEGER),
    Field("card_type"),
    *texts("email_address", "expiration_month", "expiration_year", "maestro_issue_number"),
    *texts("maestro_start_date_month", "maestro_start_date_year", "name_on_card"),
    *texts("validation_message", "validation_status"),
    Field(
        "address",
        OBJECT,
        fields=(*ADDRESS, Field("postal_code"), Field("field", default="BILLING")),
    ),
)
CREDIT_CARD = (ID, *texts("card_number", "card_type", "validation_status"))
UTM_REQUEST = (
    Field("keapSourceId", is_required=True),
    *texts("utmSource", "utmMedium", "utmCampaign", "utmTerm", "utmContent"),
)
UTM = (Field("contactUtmId", INTEGER, source="id"), *UTM_REQUEST)
CUSTOM_FIELD_OPTION = (Field("id", Kind.KEY), Field("label"), Field("options", LIST))
CUSTOM_FIELD = (
    ID,
    *texts("label", "field_name", "field_type", "record_type", "default_value"),
    Field("options", LIST, fields=CUSTOM_FIELD_OPTION),
)
CUSTOM_FIELD_REQUEST = (
    Field("label", is_required=True),
    Field("field_type", is_required=True, choices=CUSTOM_FIELD_TYPES),
    Field("options", LIST, fields=texts("label")),
    Field("group_id", INTEGER),
    Field("user_group_id", INTEGER),
)
