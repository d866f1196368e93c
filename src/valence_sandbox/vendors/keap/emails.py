"""Records of sent emails, and the sending of emails itself."""

import base64
import binascii
import uuid
from typing import Any

from valence_sandbox.answers import Answer
from valence_sandbox.collections import query_value
from valence_sandbox.fields import Field, Invalid, Kind, checked, shown
from valence_sandbox.store import Record
from valence_sandbox.vendors.keap import contacts
from valence_sandbox.vendors.keap.call import Call, Refusal, ids_of
from valence_sandbox.vendors.keap.crud import Routes, Served
from valence_sandbox.vendors.keap.enumerations import (
    EMAIL_STATUS_WORDS,
    EMAIL_STATUSES,
    EMAIL_STATUSES_THAT_OPT_IN,
)
from valence_sandbox.vendors.keap.files import decoded
from valence_sandbox.vendors.keap.objects import (
    EMAIL,
    EMAIL_QUEUE,
    EMAIL_REQUEST,
    EMAIL_WITH_CONTENT,
    V1,
)

MOST_SYNCED = 1000
MOST_ATTACHMENTS = 10
ATTACHMENT_BYTES = 1024 * 1024
OPT_IN_REQUEST = (
    Field("opted_in", Kind.BOOLEAN, is_required=True),
    Field("reason", is_required=True),
)
_ADDRESS_FIELDS = {"": 0, "Email": 0, "EmailAddress2": 1, "EmailAddress3": 2}

EMAILS = Served(EMAIL, "emails")


def encoded(call: Call, name: str, text: str | None) -> str | None:
    """Return content as base64; plain text is encoded unless the vendor is strict about it."""
    if text is None:
        return None
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as exc:
        if call.switches["strict_base64_email"]:
            raise Refusal(400, f"{name} must be base64 encoded") from exc
        return base64.b64encode(text.encode()).decode()
    return text


def stored_email(call: Call, body: Record) -> Record:
    """Store a record of a sent email and return it. Raises Refusal or Invalid."""
    if isinstance(body.get("original_provider"), str):
        body = {**body, "original_provider": body["original_provider"].upper()}
    values = checked(EMAIL_REQUEST, body, dialect=V1)
    for name in ("html_content", "plain_content"):
        values[name] = encoded(call, name, values[name])
    values["original_provider_id"] = values["original_provider_id"] or uuid.uuid4().hex
    origin = (values["original_provider"], values["original_provider_id"])
    for row in call.tenant["emails"].all():
        if (row["original_provider"], row["original_provider_id"]) == origin:
            raise Refusal(400, "original_provider_id must be unique for its provider")
    values["sent_date"] = values["sent_date"] or call.tenant.now_ms() // 1000 * 1000
    return call.tenant["emails"].add(values)


def list_emails(call: Call) -> Answer:
    """GET /emails: no content; in order of sending unless `ordered=false`."""
    return EMAILS.page(call, _selected(call), "/emails/")


def _selected(call: Call) -> list[Record]:
    if call.query.get("until_sent_date") and not call.query.get("since_sent_date"):
        raise Refusal(400, "since_sent_date is required if until_sent_date is provided")
    ordered = call.query.get("ordered") or "true"
    is_ordered = query_value("ordered", ordered, Kind.BOOLEAN, dialect=V1)
    records = EMAILS.select(call)
    return sorted(records, key=lambda row: row["sent_date"]) if is_ordered else list(records)


def create_email(call: Call) -> Answer:
    """POST /emails."""
    return Answer(201, shown(EMAIL_REQUEST, stored_email(call, call.json()), dialect=V1))


def read_email(call: Call) -> Answer:
    """GET /emails/{id}: with content."""
    return Answer(200, shown(EMAIL_WITH_CONTENT, EMAILS.found(call), dialect=V1))


def contact_emails(call: Call) -> Answer:
    """GET /contacts/{id}/emails."""
    number = contacts.found(call, call.path[1])["id"]
    records = EMAILS.select(call, only=lambda row: row["contact_id"] == number)
    return EMAILS.page(call, records, f"/contacts/{number}/emails")


def create_contact_email(call: Call) -> Answer:
    """POST /contacts/{id}/emails."""
    number = contacts.found(call, call.path[1])["id"]
    stored = stored_email(call, {**call.json(), "contact_id": number})
    return Answer(201, shown(EMAIL_REQUEST, stored, dialect=V1))


def queue_email(call: Call) -> Answer:
    """POST /emails/queue."""
    send(call, call.json())
    return Answer(202)


def send(call: Call, body: Record) -> None:
    """Send an email: each contact with an address gets it, and a record says so."""
    values = checked(EMAIL_QUEUE, body, dialect=V1)
    user = call.tenant["users"].get(values["user_id"])
    if user is None:
        raise Refusal(400, "Unable to find this User")
    attachments = values["attachments"] or []
    if len(attachments) > MOST_ATTACHMENTS:
        raise Refusal(400, f"There must not be more than {MOST_ATTACHMENTS} attachments")
    for attachment in attachments:
        decoded(attachment["file_data"], maximum_bytes=ATTACHMENT_BYTES)
    content = {
        name: encoded(call, name, values[name]) for name in ("html_content", "plain_content")
    }
    position = _ADDRESS_FIELDS.get(values["address_field"] or "", 0)
    for number in values["contacts"]:
        contact = call.tenant.contacts.get(number)
        addresses = contact["email_addresses"] if contact else []
        if len(addresses) > position:
            stored_email(
                call,
                {
                    **content,
                    "contact_id": number,
                    "subject": values["subject"],
                    "sent_to_address": addresses[position]["email"],
                    "sent_from_address": user["email_address"],
                    "original_provider": "INFUSIONSOFT",
                },
            )


def sync_emails(call: Call) -> Answer:
    """POST /emails/sync: what can be stored is, the rest is listed with its reason."""
    bodies = call.json().get("emails")
    if not isinstance(bodies, list) or not all(isinstance(body, dict) for body in bodies):
        raise Refusal(400, "emails must be a list")
    if len(bodies) > MOST_SYNCED:
        raise Refusal(400, f"There must not be more than {MOST_SYNCED} emails")
    stored: list[Any] = []
    errors: list[Any] = []
    for body in bodies:
        try:
            stored.append(shown(EMAIL_REQUEST, stored_email(call, body), dialect=V1))
        except (Refusal, Invalid) as exc:
            errors.append({"error_message": str(exc), "email": body})
    return Answer(201, {"emails": stored, "errors": errors})


def unsync_emails(call: Call) -> Answer:
    """POST /emails/unsync: a map of id to outcome."""
    return Answer(
        200,
        {
            str(number): "SUCCESS" if call.tenant["emails"].remove(number) else "FAILURE"
            for number in ids_of(call.json(), "ids")
        },
    )


def update_address(call: Call) -> Answer:
    """PUT /emailAddresses/{email}: opts every contact with that address in or out."""
    values = checked(OPT_IN_REQUEST, call.json(), dialect=V1)
    address = call.path[1]
    holders = [
        row
        for row in call.tenant.contacts.all()
        if any(entry["email"].lower() == address.lower() for entry in row["email_addresses"])
    ]
    if not holders:
        raise Refusal(404, "Unable to find this Email Address")
    for row in holders:
        if not values["opted_in"]:
            row["email_opted_in"], row["email_status"] = False, "Manual"
        elif row["email_status"] in EMAIL_STATUSES_THAT_OPT_IN:
            row["email_opted_in"], row["email_status"] = True, "SingleOptIn"
        call.tenant.touch(row)
    status = EMAIL_STATUS_WORDS[EMAIL_STATUSES.index(holders[0]["email_status"])]
    return Answer(
        200, {"email": address, "opted_in": holders[0]["email_opted_in"], "status": status}
    )


ROUTES: Routes = {
    **EMAILS.routes("delete"),
    ("GET", "emails"): list_emails,
    ("POST", "emails"): create_email,
    ("GET", "emails/*"): read_email,
    ("POST", "emails/queue"): queue_email,
    ("POST", "emails/sync"): sync_emails,
    ("POST", "emails/unsync"): unsync_emails,
    ("GET", "contacts/*/emails"): contact_emails,
    ("POST", "contacts/*/emails"): create_contact_email,
    ("PUT", "emailAddresses/*"): update_address,
}
