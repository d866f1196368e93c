"""Affiliates and campaigns in REST v2, over the records and rules of v1."""

from valence_sandbox.answers import Answer
from valence_sandbox.collections import Filter, Resource, contains, equal, pattern
from valence_sandbox.fields import Field, Kind, shown
from valence_sandbox.store import Record
from valence_sandbox.vendors.keap import affiliates, campaigns
from valence_sandbox.vendors.keap import v2_objects as rows
from valence_sandbox.vendors.keap.call import Call, Refusal, record_id
from valence_sandbox.vendors.keap.crud import Routes
from valence_sandbox.vendors.keap.objects import texts
from valence_sandbox.vendors.keap.v2_served import ServedV2, listed

KEY, INTEGER, NUMBER, BOOLEAN = Kind.KEY, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN
MOMENT, LIST = Kind.MOMENT, Kind.LIST
_STATES = {"active": "ACTIVE", "inactive": "INACTIVE"}


def _in_state(values: list[object], wanted: str) -> bool:
    return wanted in [_STATES.get(str(value)) for value in values]


AFFILIATE = Resource(
    "affiliates",
    "Affiliate",
    (
        rows.ID,
        Field("code", is_required=True),
        Field("name"),
        Field("status", words=_STATES, default="active"),
        Field("contact_id", KEY, is_required=True),
        Field("unique_site_id", is_read_only=True),
        Field("date_created", MOMENT, is_read_only=True),
        Field("parent_affiliate_id", KEY, source="parent_id"),
        Field("notify_on_sale", BOOLEAN, default=False),
        Field("notify_on_lead", BOOLEAN, default=False),
        Field("track_leads_days", INTEGER, default=0, source="track_leads_for"),
        Field("password", is_write_only=True),
        rows.CUSTOM_FIELDS,
    ),
    (
        rows.BY_ID,
        Filter("name", test=pattern),
        rows.CONTACT_ID,
        Filter("status", choices=("ACTIVE", "INACTIVE"), test=_in_state),
        Filter("code"),
    ),
    {name: name for name in ("id", "date_created", "name", "status", "code")},
    has_direction=True,
)
COMMISSION = Resource(
    "affiliate_commissions",
    "Commission",
    (
        *texts("description", "product_name", "contact_first_name", "contact_last_name"),
        Field("amount_earned", NUMBER),
        Field("invoice_id", KEY),
        Field("time_earned", MOMENT, source="date_earned"),
        Field("contact_id", KEY),
        Field("sales_affiliate_id", KEY),
        Field("sales_affiliate_name", source="sold_by_first_name"),
    ),
    (rows.since("since_time", "date_earned"), rows.until("until_time", "date_earned")),
    {"invoice_id": "invoice_id", "time_earned": "date_earned"},
    has_direction=True,
)
PAYMENT = Resource(
    "affiliate_payments",
    "Payment",
    (
        rows.ID,
        Field("pay_date", MOMENT, source="date"),
        Field("pay_notes", source="notes"),
        Field("pay_amount", NUMBER, source="amount"),
        Field("pay_type", default="CHECK"),
        Field("create_time", MOMENT, source="date"),
    ),
    (rows.since("since_time", "date"), rows.until("until_time", "date")),
    {"create_time": "date", "pay_date": "date", "pay_amount": "amount"},
    has_direction=True,
)
SUMMARY = Resource(
    "affiliate_summaries",
    "Summary",
    (
        Field("affiliateId", INTEGER, source="affiliate_id"),
        Field("amountEarned", NUMBER, source="amount_earned"),
        Field("balance", NUMBER),
        Field("clawbacks", NUMBER),
    ),
    (Filter("affiliate_ids", paths=("affiliate_id",), test=rows.one_of),),
    {name: name for name in ("affiliate_id", "amount_earned", "balance", "clawbacks")},
    has_direction=True,
)
PROGRAM = Resource(
    "commission_programs",
    "Program",
    (
        rows.ID,
        *texts("name", "notes"),
        Field("priority", KEY),
        Field("affiliate_ids", LIST, items=KEY),
    ),
    (Filter("name"), Filter("affiliate_id", KEY, ("affiliate_ids",), equal)),
    {"name": "name"},
    has_direction=True,
)
LINK = Resource(
    "affiliate_links",
    "Link",
    (
        rows.ID,
        *texts("name", "local_url_code", "redirect_url"),
        Field("affiliate_id", KEY),
        Field("program_ids", LIST, items=KEY),
    ),
    (Filter("name"), Filter("affiliate_id", KEY)),
    {"name": "name"},
    has_direction=True,
)
CAMPAIGN = Resource(
    "campaigns",
    "Campaign",
    (
        rows.ID,
        Field("name"),
        Field("locked", BOOLEAN, default=False),
        Field("date_created", MOMENT),
        Field("published_date", MOMENT),
        Field("published_status", BOOLEAN, default=False),
        *texts("error_message", "time_zone", "published_time_zone"),
        Field("created_by_global_id", KEY),
        Field("active_contact_count", INTEGER, default=0),
        Field("completed_contact_count", INTEGER, default=0),
    ),
    (Filter("name", test=contains),),
    {
        "name": "name",
        "id": "id",
        "publisheddate": "published_date",
        "completedContactCount": "completed_contact_count",
        "activeContacts": "active_contact_count",
        "datecreated": "date_created",
        "lastupdated": "date_created",
    },
    has_direction=True,
)
_HISTORY = (Field("24_hours", INTEGER, default=0), Field("30_days", INTEGER, default=0))
_SEQUENCE = (
    Field("id", KEY),
    Field("name"),
    Field("paths", LIST),
    Field("active_contact_count", INTEGER, default=0),
    Field("active_contact_count_completed", INTEGER, default=0),
    Field("historical_contact_count", Kind.OBJECT, fields=_HISTORY),
)
_GOAL = (
    Field("id", KEY),
    *texts("name", "type"),
    Field("historical_contact_counts", Kind.OBJECT, fields=_HISTORY),
    Field("next_sequence_ids", LIST, items=KEY),
    Field("previous_sequence_ids", LIST, items=KEY),
)
AFFILIATES = ServedV2(affiliates.AFFILIATES, AFFILIATE, "affiliates")
CAMPAIGNS = ServedV2(campaigns.CAMPAIGNS, CAMPAIGN, "campaigns")


def _affiliate_id(call: Call) -> int:
    number = record_id(call.path[1].partition(":")[0])
    if call.tenant["affiliates"].get(number) is None:
        raise Refusal(404, "Unable to find this Affiliate")
    return number


def list_commissions(call: Call) -> Answer:
    """GET /affiliates/{id}:commissions: with what they come to."""
    number = _affiliate_id(call)
    found = [row for row in call.tenant["commissions"].all() if row["sales_affiliate_id"] == number]
    sums = affiliates.summary(call, number)
    total = round(sums["amount_earned"] - sums["clawbacks"], 2)
    return listed(
        call,
        COMMISSION,
        found,
        amount_earned=sums["amount_earned"],
        clawbacks=sums["clawbacks"],
        commission_total=total,
    )


def list_payments(call: Call) -> Answer:
    """GET /affiliates/{id}/payments."""
    number = _affiliate_id(call)
    paid = call.tenant["affiliate_payments"].all()
    return listed(call, PAYMENT, (row for row in paid if row["affiliate_id"] == number))


def list_summaries(call: Call) -> Answer:
    """GET /affiliates/summaries."""
    numbers = [row["id"] for row in call.tenant["affiliates"].all()]
    return listed(
        call, SUMMARY, ({"id": number, **affiliates.summary(call, number)} for number in numbers)
    )


def list_programs(call: Call) -> Answer:
    """GET /affiliates/commissionPrograms."""
    found = call.tenant["programs"].all()
    return listed(call, PROGRAM, ({**row, "affiliate_ids": [row["affiliate_id"]]} for row in found))


def list_links(call: Call) -> Answer:
    """GET /affiliates/redirects."""
    return listed(call, LINK, call.tenant["redirects"].all())


def _campaign(call: Call) -> Record:
    return campaigns.expanded(call, campaigns.CAMPAIGNS.found(call))


def list_sequences(call: Call) -> Answer:
    """GET /campaigns/{id}/sequences: all of them."""
    record = _campaign(call)
    found = [shown(_SEQUENCE, row, dialect=rows.V2) for row in record["sequences"]]
    return Answer(200, _all_of(record, "sequences", found))


def list_goals(call: Call) -> Answer:
    """GET /campaigns/{id}/goals: all of them."""
    record = _campaign(call)
    found = [shown(_GOAL, row, dialect=rows.V2) for row in record["goals"]]
    return Answer(200, _all_of(record, "goals", found))


def _all_of(record: Record, key: str, found: list[Record]) -> Record:
    return {key: found, "next_page_token": "", "campaign_id": str(record["id"])}


def _contact_ids(call: Call) -> list[int]:
    ids = call.json().get("contact_ids")
    if not isinstance(ids, list) or not ids:
        raise Refusal(400, "contact_ids is required")
    return [record_id(str(number)) for number in ids]


def add_contacts(call: Call) -> Answer:
    """POST /campaigns/{id}/sequences/{sequenceId}:addContacts."""
    held = campaigns.held_in_sequence(call)
    outcomes = {}
    for number in _contact_ids(call):
        if call.tenant.contacts.get(number) is None:
            outcomes[str(number)] = "CONTACT_DOES_NOT_EXIST"
        else:
            outcomes[str(number)] = "ALREADY_IN_SEQUENCE" if number in held else "SUCCESS"
            held.add(number)
    return Answer(200, {"add_to_sequence_results": outcomes})


def remove_contacts(call: Call) -> Answer:
    """POST /campaigns/{id}/sequences/{sequenceId}:removeContacts."""
    held = campaigns.held_in_sequence(call)
    outcomes = {}
    for number in _contact_ids(call):
        is_known = call.tenant.contacts.get(number) is not None
        outcomes[str(number)] = "SUCCESS" if is_known else "CONTACT_DOES_NOT_EXIST"
        held.discard(number)
    return Answer(200, {"remove_from_sequence_results": outcomes})


ROUTES: Routes = {
    **AFFILIATES.routes("list create read patch delete"),
    **CAMPAIGNS.routes("list read"),
    ("GET", "affiliates/*:commissions"): list_commissions,
    ("GET", "affiliates/*/payments"): list_payments,
    ("GET", "affiliates/summaries"): list_summaries,
    ("GET", "affiliates/commissionPrograms"): list_programs,
    ("GET", "affiliates/redirects"): list_links,
    ("GET", "campaigns/*/sequences"): list_sequences,
    ("GET", "campaigns/*/goals"): list_goals,
    ("POST", "campaigns/*/sequences/*:addContacts"): add_contacts,
    ("POST", "campaigns/*/sequences/*:removeContacts"): remove_contacts,
}
