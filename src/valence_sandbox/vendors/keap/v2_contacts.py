"""Contacts in REST v2: the shapes differ, the rules are those of v1."""

from typing import Any

from valence_sandbox.answers import Answer
from valence_sandbox.store import Record
from valence_sandbox.vendors.keap import contacts, dates
from valence_sandbox.vendors.keap.call import Call, Refusal
from valence_sandbox.vendors.keap.crud import Routes
from valence_sandbox.vendors.keap.custom_fields import contents
from valence_sandbox.vendors.keap.description import DUPLICATE_OPTIONS
from valence_sandbox.vendors.keap.v2_objects import CONTACT, STATUS_WORDS
from valence_sandbox.vendors.keap.v2_served import masked, page_of, selected

_NEEDS = "Contact must contain an e-mail address or phone number"
# v2 -> v1
_RENAMED = {"birth_date": "birthday", "anniversary_date": "anniversary"}
_TEXTS = (
    "prefix", "suffix", "website", "contact_type", "job_title", "preferred_locale",
    "preferred_name", "spouse_name", "time_zone", "notes",
)  # fmt: skip


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def render(call: Call, record: Record) -> Record:
    """Return a contact in v2's shape."""
    created = dates.parse(record["date_created"]) or 0
    company, origin = record.get("company"), record.get("origin") or {}
    moment = dates.parse(origin.get("date") or "")
    return {
        "id": str(record["id"]),
        "given_name": record.get("given_name"),
        "middle_name": record.get("middle_name"),
        "family_name": record.get("family_name"),
        "email_addresses": [
            {
                "email": row["email"],
                "field": row["field"],
                "email_opt_status": STATUS_WORDS[record["email_status"]],
                "is_opt_in": record["email_opted_in"],
            }
            for row in record["email_addresses"]
        ],
        "phone_numbers": record["phone_numbers"],
        "addresses": record["addresses"],
        "fax_numbers": record.get("fax_numbers") or [],
        "company": None
        if company is None
        else {"id": str(company["id"]), "company_name": company["company_name"]},
        "owner_id": _text(record.get("owner_id")),
        "leadsource_id": _text(record.get("lead_source_id")),
        "score_value": record.get("ScoreValue"),
        "source_type": record.get("source_type"),
        "origin": {
            "date": None if moment is None else dates.render_z(moment),
            "ip_address": origin.get("ip_address"),
        },
        **{name: record.get(name) for name in _TEXTS},
        **{name: record.get(kept) for name, kept in _RENAMED.items()},
        "custom_fields": [
            {"id": str(row["id"]), "content": row["content"]}
            for row in contents(call, record, "CONTACT")
        ],
        "tag_ids": [str(tag) for tag in sorted(call.tenant.applied.get(record["id"], ()))],
        "create_time": dates.render_z(created),
        "update_time": dates.render_z(record["last_updated_utc_millis"]),
    }


def list_contacts(call: Call) -> Answer:
    """GET /contacts."""
    page, following = page_of(call, selected(call, CONTACT, "contacts"))
    shown = [render(call, record) for record in page]
    return Answer(200, {"contacts": shown, "next_page_token": following})


def read_contact(call: Call) -> Answer:
    """GET /contacts/{id}."""
    return Answer(200, render(call, contacts.found(call, call.path[1])))


def create_contact(call: Call) -> Answer:
    """POST /contacts: with `duplicate_option`, updates the one that is there already."""
    values = contacts.checked(call, _to_v1(call.json()))
    option = call.query.get("duplicate_option")
    if option:
        if option not in DUPLICATE_OPTIONS:
            raise Refusal(400, f"duplicate_option must be one of {', '.join(DUPLICATE_OPTIONS)}")
        record = contacts.duplicate(call, option, values)
        if record is not None:
            record.update(contacts.settled(call, values, record))
            call.tenant.touch(record)
            return Answer(200, render(call, record))
    if not (values.get("email_addresses") or values.get("phone_numbers")):
        raise Refusal(400, _NEEDS)
    return Answer(201, render(call, call.tenant.add_contact(contacts.settled(call, values))))


def update_contact(call: Call) -> Answer:
    """PATCH /contacts/{id}."""
    record = contacts.found(call, call.path[1])
    values = contacts.checked(call, _to_v1(masked(call, call.json())))
    merged = {**record, **values}
    if not (merged.get("email_addresses") or merged.get("phone_numbers")):
        raise Refusal(400, _NEEDS)
    record.update(contacts.settled(call, values, record))
    call.tenant.touch(record)
    return Answer(200, render(call, record))


def _to_v1(body: Record) -> Record:
    body = {_RENAMED.get(name, name): value for name, value in body.items()}
    company = body.get("company")
    if isinstance(company, dict) and str(company.get("id", "")).isdecimal():
        body["company"] = {"id": int(company["id"])}
    for name, kept in (("owner_id", "owner_id"), ("leadsource_id", "lead_source_id")):
        value = body.pop(name, None)
        if value is not None:
            body[kept] = int(value) if str(value).isdecimal() else value
    rows = body.get("custom_fields")
    if isinstance(rows, list):
        body["custom_fields"] = [_custom_field(row) for row in rows]
    addresses = body.get("email_addresses")
    if isinstance(addresses, list):
        reasons = [row.get("opt_in_reason") for row in addresses if isinstance(row, dict)]
        if any(reasons):
            body["opt_in_reason"] = next(filter(None, reasons))
        body["email_addresses"] = [
            {name: row.get(name) for name in ("email", "field")} if isinstance(row, dict) else row
            for row in addresses
        ]
    return body


def _custom_field(row: Any) -> Record:
    if not isinstance(row, dict) or not str(row.get("id", "")).isdecimal():
        raise Refusal(400, "Invalid value for custom_fields")
    return {"id": int(row["id"]), "content": row.get("content")}


ROUTES: Routes = {
    ("GET", "contacts"): list_contacts,
    ("POST", "contacts"): create_contact,
    ("GET", "contacts/*"): read_contact,
    ("PATCH", "contacts/*"): update_contact,
    ("DELETE", "contacts/*"): contacts.delete_contact,
}
