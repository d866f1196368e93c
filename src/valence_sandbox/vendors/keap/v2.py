"""REST v2, as far as the official SDK is tried against it: contacts, companies, tags, profile.

Ids are strings, names differ from v1, paging is by token without a count.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from valence_sandbox.answers import Answer
from valence_sandbox.store import Record
from valence_sandbox.vendors.keap import account, contacts, dates, tags
from valence_sandbox.vendors.keap.call import Call, Refusal, record_id
from valence_sandbox.vendors.keap.crud import Routes

_STATUS = {"NonMarketable": "NON_MARKETABLE", "SingleOptIn": "SINGLE_OPT_IN"}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def render_contact(call: Call, record: Record) -> Record:
    """Return a contact in v2's shape."""
    created = dates.parse(record["date_created"]) or 0
    return {
        "id": str(record["id"]),
        "given_name": record.get("given_name"),
        "middle_name": record.get("middle_name"),
        "family_name": record.get("family_name"),
        "email_addresses": [
            {
                "email": row["email"],
                "field": row["field"],
                "email_opt_status": _STATUS.get(record["email_status"], "NON_MARKETABLE"),
                "is_opt_in": record["email_opted_in"],
            }
            for row in record["email_addresses"]
        ],
        "phone_numbers": record["phone_numbers"],
        "addresses": record["addresses"],
        "company": None
        if record.get("company") is None
        else {
            "id": str(record["company"]["id"]),
            "company_name": record["company"]["company_name"],
        },
        "owner_id": _text(record.get("owner_id")),
        "tag_ids": [str(tag) for tag in sorted(call.tenant.applied.get(record["id"], ()))],
        "create_time": dates.render_z(created),
        "update_time": dates.render_z(record["last_updated_utc_millis"]),
    }


def _page(call: Call, records: Sequence[Record]) -> tuple[Sequence[Record], str]:
    size = call.integer("page_size", 1000) or 1000
    if not 0 < size <= 1000:
        raise Refusal(400, "page_size must be between 1 and 1000")
    start = 0
    token = call.query.get("page_token")
    if token:
        try:
            start = int(base64.urlsafe_b64decode(token.encode()).decode())
        except (ValueError, binascii.Error) as exc:
            raise Refusal(400, "page_token is not valid") from exc
    more = start + size < len(records)
    following = base64.urlsafe_b64encode(str(start + size).encode()).decode() if more else ""
    return records[start : start + size], following


def _conditions(call: Call) -> dict[str, str]:
    parts = [part for part in call.query.get("filter", "").split(";") if part]
    found = {}
    for part in parts:
        name, separator, value = part.partition("==")
        if not separator:
            raise Refusal(400, f"Invalid filter: {part}")
        found[name] = value
    return found


def list_contacts(call: Call) -> Answer:
    """GET /contacts."""
    records = call.tenant.contacts.find()
    for name, value in _conditions(call).items():
        if name == "email":
            records = [r for r in records if any(e["email"] == value for e in r["email_addresses"])]
        elif name in ("given_name", "family_name"):
            records = [r for r in records if r.get(name) == value]
        else:
            raise Refusal(400, f"Invalid filter: {name}")
    page, following = _page(call, records)
    shown = [render_contact(call, record) for record in page]
    return Answer(200, {"contacts": shown, "next_page_token": following})


def read_contact(call: Call) -> Answer:
    """GET /contacts/{id}."""
    return Answer(200, render_contact(call, contacts.found(call, call.path[1])))


def create_contact(call: Call) -> Answer:
    """POST /contacts."""
    values = contacts.checked(call, _to_v1(call.json()))
    if not (values.get("email_addresses") or values.get("phone_numbers")):
        raise Refusal(400, "Contact must contain an e-mail address or phone number")
    return Answer(201, render_contact(call, call.tenant.add_contact(values)))


def update_contact(call: Call) -> Answer:
    """PATCH /contacts/{id}."""
    record = contacts.found(call, call.path[1])
    record.update(contacts.checked(call, _to_v1(call.json())))
    call.tenant.touch(record)
    return Answer(200, render_contact(call, record))


def _to_v1(body: Record) -> Record:
    company = body.get("company")
    if isinstance(company, dict) and str(company.get("id", "")).isdecimal():
        body = {**body, "company": {"id": int(company["id"])}}
    return body


def list_tags(call: Call) -> Answer:
    """GET /tags."""
    page, following = _page(call, call.tenant.tags.find())
    shown = [_tag(call, tag) for tag in page]
    return Answer(200, {"tags": shown, "next_page_token": following})


def create_tag(call: Call) -> Answer:
    """POST /tags."""
    body = call.json()
    if not isinstance(body.get("name"), str) or not body["name"]:
        raise Refusal(400, "name is required")
    category = body.get("category")
    number = int(category["id"]) if isinstance(category, dict) and category.get("id") else None
    tag = call.tenant.tags.add(
        {
            "name": body["name"],
            "description": body.get("description"),
            "category": {"id": number} if number else None,
        }
    )
    return Answer(201, _tag(call, tag))


def _tag(call: Call, tag: Record) -> Record:
    shown = tags.expanded_tag(call, tag)
    category = shown["category"]
    return {
        "id": str(tag["id"]),
        "name": tag["name"],
        "description": tag.get("description"),
        "category": None
        if category is None
        else {"id": str(category["id"]), "name": category["name"]},
    }


def list_companies(call: Call) -> Answer:
    """GET /companies."""
    page, following = _page(call, call.tenant["companies"].find())
    shown = [{"id": str(record["id"]), "company_name": record["company_name"]} for record in page]
    return Answer(200, {"companies": shown, "next_page_token": following})


def read_company(call: Call) -> Answer:
    """GET /companies/{id}."""
    record = call.tenant["companies"].get(record_id(call.path[1]))
    if record is None:
        raise Refusal(404, "Unable to find this Company")
    return Answer(200, {"id": str(record["id"]), "company_name": record["company_name"]})


def read_profile(call: Call) -> Answer:
    """GET /businessProfile."""
    profile = call.tenant.profile
    return Answer(
        200,
        {
            "name": profile["name"],
            "email": profile["email"],
            "website": profile["website"],
            "time_zone": profile["time_zone"],
            "currency_code": profile["currency_code"],
            "language_tag": profile["language_tag"],
        },
    )


ROUTES: Routes = {
    ("GET", "contacts"): list_contacts,
    ("POST", "contacts"): create_contact,
    ("GET", "contacts/*"): read_contact,
    ("PATCH", "contacts/*"): update_contact,
    ("DELETE", "contacts/*"): contacts.delete_contact,
    ("GET", "tags"): list_tags,
    ("POST", "tags"): create_tag,
    ("GET", "companies"): list_companies,
    ("GET", "companies/*"): read_company,
    ("GET", "businessProfile"): read_profile,
    ("GET", "oauth/connect/userinfo"): account.user_info,
}
