"""Contacts, version 1. Source: https://legacydocs.hubspot.com/docs/methods/contacts/contacts-overview"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record
from valence_sandbox.vendors.hubspot.pages import after, repeated, size_of
from valence_sandbox.vendors.hubspot.refusals import exists
from valence_sandbox.vendors.hubspot.values import (
    given_values,
    modified_ms,
    newest_first,
    put_values,
    shown_v1,
    value_of,
)

_USUAL = ("firstname", "lastname", "company", "lastmodifieddate")
_SEARCHED = ("email", "firstname", "lastname", "phone", "company")
_MOST, _DEFAULT = 100, 20
_MISSING = "contact does not exist"


def add(account: Account, values: dict[str, str]) -> Record:
    """Store a contact."""
    stored = account["contacts"].add({})
    put_values(account, "contacts", stored, {**values, "hs_object_id": str(stored["vid"])})
    return stored


def create(call: Call) -> Answer:
    """POST /contacts/v1/contact: 409 where the e-mail address is taken."""
    call.require("contacts")
    values = given_values(call, "contacts", call.json().get("properties"), key="property")
    _require_free(call, values.get("email", ""))
    return Answer(200, _profile(call, add(call.account, values)))


def create_or_update(call: Call) -> Answer:
    """POST /contacts/v1/contact/createOrUpdate/email/{email}."""
    call.require("contacts")
    values = given_values(call, "contacts", call.json().get("properties"), key="property")
    known = _by_email(call, call.path[-1])
    if known is not None:
        put_values(call.account, "contacts", known, values)
        return Answer(200, {"vid": known["vid"], "isNew": False})
    made = add(call.account, {"email": call.path[-1].lower(), **values})
    return Answer(200, {"vid": made["vid"], "isNew": True})


def read(call: Call) -> Answer:
    """GET /contacts/v1/contact/vid/{vid}/profile."""
    call.require("contacts")
    return Answer(200, _profile(call, _found(call, call.path[4])))


def read_by_email(call: Call) -> Answer:
    """GET /contacts/v1/contact/email/{email}/profile."""
    call.require("contacts")
    found = _by_email(call, call.path[4])
    if found is None:
        raise Refusal("missing", _MISSING)
    return Answer(200, _profile(call, found))


def update(call: Call) -> Answer:
    """POST /contacts/v1/contact/vid/{vid}/profile: answers nothing."""
    call.require("contacts")
    record = _found(call, call.path[4])
    values = given_values(call, "contacts", call.json().get("properties"), key="property")
    _require_free(call, values.get("email", ""), but=record)
    put_values(call.account, "contacts", record, values)
    return Answer(204)


def delete(call: Call) -> Answer:
    """DELETE /contacts/v1/contact/vid/{vid}."""
    call.require("contacts")
    vid = _found(call, call.path[4])["vid"]
    call.account["contacts"].remove(vid)
    return Answer(200, {"vid": vid, "deleted": True, "reason": "OK"})


def list_all(call: Call) -> Answer:
    """GET /contacts/v1/lists/all/contacts/all: by vid."""
    call.require("contacts")
    size = size_of(call, "count", usual=_DEFAULT, most=_MOST)
    rows, has_more, last = after(
        call.account["contacts"].all(),
        call.integer("vidOffset", 0),
        id_name="vid",
        size=size,
    )
    return Answer(200, {"contacts": _listed(call, rows), "has-more": has_more, "vid-offset": last})


def list_changed(call: Call) -> Answer:
    """GET /contacts/v1/lists/recently_updated/contacts/recent: the latest change first."""
    return _recent(call, lambda contact: modified_ms("contacts", contact))


def list_created(call: Call) -> Answer:
    """GET /contacts/v1/lists/all/contacts/recent: the youngest first."""
    return _recent(call, lambda contact: int(value_of(contact, "createdate")))


def _recent(call: Call, moment: Callable[[Record], int]) -> Answer:
    call.require("contacts")
    size = size_of(call, "count", usual=_DEFAULT, most=_MOST)
    rows = newest_first("contacts", call.account["contacts"].all(), id_name="vid")
    rows.sort(key=moment, reverse=True)
    time, vid = call.integer("timeOffset", 0), call.integer("vidOffset", 0)
    if time:
        rows = [one for one in rows if (moment(one), one["vid"]) < (time, vid)]
    page = rows[:size]
    answer: Record = {
        "contacts": [
            {"addedAt": moment(one), **shown}
            for one, shown in zip(page, _listed(call, page), strict=True)
        ],
        "has-more": len(rows) > size,
        "vid-offset": page[-1]["vid"] if page else 0,
        "time-offset": moment(page[-1]) if page else 0,
    }
    return Answer(200, answer)


def search(call: Call) -> Answer:
    """GET /contacts/v1/search/query: a text anywhere in names, address, phone or company."""
    call.require("contacts")
    asked = call.query.get("q", "")
    size = size_of(call, "count", usual=_DEFAULT, most=_MOST)
    offset = call.integer("offset", 0)
    hits = [
        contact
        for contact in call.account["contacts"].all()
        if any(asked.lower() in value_of(contact, name).lower() for name in _SEARCHED)
    ]
    page = hits[offset : offset + size]
    return Answer(
        200,
        {
            "query": asked,
            "offset": offset + len(page),
            "contacts": _listed(call, page),
            "has-more": offset + size < len(hits),
            "total": len(hits),
        },
    )


def of_company(call: Call) -> Answer:
    """GET /companies/v2/companies/{id}/contacts."""
    call.require("contacts")
    company = call.account.need("companies", call.path[3])
    size = size_of(call, "count", usual=_DEFAULT, most=_MOST)
    mine = [
        contact
        for contact in call.account["contacts"].all()
        if value_of(contact, "associatedcompanyid") == str(company["companyId"])
    ]
    rows, has_more, last = after(mine, call.integer("vidOffset", 0), id_name="vid", size=size)
    shown = [
        {
            "vid": contact["vid"],
            "canonicalVid": contact["vid"],
            "isContact": True,
            "identities": [_identity(contact)],
            "properties": [
                {"name": name, "value": value_of(contact, name), "sourceVid": []}
                for name in ("firstname", "lastname", "lastmodifieddate")
                if value_of(contact, name)
            ],
        }
        for contact in rows
    ]
    return Answer(200, {"contacts": shown, "vidOffset": last, "hasMore": has_more})


# -- inside ----------------------------------------------------------------------------------------


def _found(call: Call, vid: str) -> Record:
    return call.account.need("contacts", vid, message=_MISSING)


def _by_email(call: Call, email: str) -> Record | None:
    wanted = email.strip().lower()
    if not wanted:
        return None
    return next(
        (one for one in call.account["contacts"].all() if value_of(one, "email") == wanted), None
    )


def _require_free(call: Call, email: str, *, but: Record | None = None) -> None:
    holder = _by_email(call, email)
    if holder is not None and holder is not but:
        raise exists({**_identity(holder), "linkedVid": [], "isContact": True})


def _identity(contact: Record) -> Record:
    created = int(value_of(contact, "createdate"))
    guid = str(UUID(bytes=sha256(str(contact["vid"]).encode()).digest()[:16], version=4))
    identities: list[Record] = [{"type": "LEAD_GUID", "value": guid, "timestamp": created}]
    if value_of(contact, "email"):
        identities.insert(
            0,
            {
                "type": "EMAIL",
                "value": value_of(contact, "email"),
                "timestamp": created,
                "is-primary": True,
            },
        )
    return {"vid": contact["vid"], "identity": identities}


def _listed(call: Call, rows: Sequence[Record]) -> list[Record]:
    names = repeated(call, "property") or _USUAL
    has_versions = call.query.get("propertyMode") == "value_and_history"
    return [_shown(call, row, shown_v1(row, names, has_versions=has_versions)) for row in rows]


def _profile(call: Call, record: Record) -> Record:
    names = repeated(call, "property") or None
    has_versions = call.query.get("propertyMode") != "value_only"
    shown = _shown(call, record, shown_v1(record, names, has_versions=has_versions))
    company = value_of(record, "associatedcompanyid")
    if company:
        shown["associated-company"] = {"company-id": int(company)}
    return {**shown, "list-memberships": []}


def _shown(call: Call, record: Record, properties: Any) -> Record:
    identity = _identity(record)
    return {
        "vid": record["vid"],
        "canonical-vid": record["vid"],
        "merged-vids": [],
        "portal-id": call.account.state["portal"],
        "is-contact": True,
        "profile-token": "",
        "profile-url": f"https://app.hubspot.com/contacts/{call.account.state['portal']}"
        f"/contact/{record['vid']}",
        "properties": properties,
        "form-submissions": [],
        "identity-profiles": [
            {
                "vid": record["vid"],
                "deleted-changed-timestamp": 0,
                "identities": identity["identity"],
            }
        ],
        "merge-audits": [],
    }
