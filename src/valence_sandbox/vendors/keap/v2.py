"""REST v2: what the sandbox serves of it, over the records and rules of v1.

Not here, as at the vendor: REST hooks and appointments.
"""

import base64
import re
from email import message_from_bytes
from email.message import Message
from typing import Any

from valence_sandbox.answers import Answer
from valence_sandbox.collections import Resource, stamped
from valence_sandbox.fields import Field, Invalid, Kind, checked, shown
from valence_sandbox.store import Record
from valence_sandbox.vendors.keap import (
    account,
    contacts,
    custom_fields,
    emails,
    files,
    opportunities,
    orders,
    products,
    tags,
    v2_contacts,
    v2_marketing,
    v2_sales,
    v2_tagging,
    work,
)
from valence_sandbox.vendors.keap import v2_objects as rows
from valence_sandbox.vendors.keap.call import Call, Refusal, record_id
from valence_sandbox.vendors.keap.crud import (
    Handler,
    Routes,
    Served,
    contact_summary,
    one_contact,
)
from valence_sandbox.vendors.keap.enumerations import CUSTOM_FIELD_TYPES
from valence_sandbox.vendors.keap.v2_companies import COMPANIES
from valence_sandbox.vendors.keap.v2_served import (
    ServedV2,
    masked,
    money,
    page_of,
    selected,
)

V2 = rows.V2


TASKS = ServedV2(work.TASKS, rows.TASK, "tasks")


def _note(call: Call, record: Record) -> Record:
    user = call.tenant["users"].get(record.get("user_id") or 0)
    assigned = user and {
        "user_id": user["id"],
        **{name: user[name] for name in ("given_name", "family_name", "email_address")},
    }
    return {**record, "assigned_to_user": assigned}


NOTES = ServedV2(work.NOTES, rows.NOTE, "notes", expand=_note)


def contact_notes(call: Call) -> Answer:
    """GET /contacts/{id}/notes."""
    number = contacts.found(call, call.path[1])["id"]
    return NOTES.listed(call, lambda record: bool(record["contact_id"] == number))


def create_note(call: Call) -> Answer:
    """POST /contacts/{id}/notes: a title or a type is required."""
    number = contacts.found(call, call.path[1])["id"]
    body = call.json()
    if not (body.get("title") or body.get("type")):
        raise Refusal(400, "A value for either title or type is required")
    body.setdefault("title", body.get("type"))
    return Answer(201, NOTES.shown(call, NOTES.make(call, body, contact_id=number)))


def _note_of(call: Call) -> Record:
    number = contacts.found(call, call.path[1])["id"]
    record = work.NOTES.found(call, 3)
    if record["contact_id"] != number:
        raise Refusal(404, "Unable to find this Note")
    return record


def read_note(call: Call) -> Answer:
    """GET /contacts/{id}/notes/{noteId}."""
    return Answer(200, NOTES.shown(call, _note_of(call)))


def update_note(call: Call) -> Answer:
    """PATCH /contacts/{id}/notes/{noteId}."""
    return Answer(200, NOTES.shown(call, NOTES.write(call, _note_of(call))))


def delete_note(call: Call) -> Answer:
    """DELETE /contacts/{id}/notes/{noteId}."""
    record = _note_of(call)
    call.tenant["notes"].remove(record["id"])
    work.NOTES.tell(call, "delete", record)
    return Answer(204)


OPPORTUNITIES = ServedV2(opportunities.OPPORTUNITIES, rows.OPPORTUNITY, "opportunities")
STAGES = ServedV2(
    Served(Resource("stages", "Stage", ()), "opportunities/stages"),
    rows.STAGE,
    "opportunities/stages",
)


def read_stage(call: Call) -> Answer:
    """GET /opportunities/stages/{id}."""
    return Answer(200, STAGES.shown(call, STAGES.v1.found(call, 2)))


def _order(call: Call, record: Record) -> Record:
    totals = ("total", "total_paid", "total_due")
    return {
        **record,
        **{name: money(call, record[name]) for name in totals},
        "refund_total": money(call, 0.0),
        "order_items": [v2_sales.priced(call, item) for item in record["order_items"]],
    }


ORDERS = ServedV2(orders.ORDERS, rows.ORDER, "orders", expand=_order)


def create_order(call: Call) -> Answer:
    """POST /orders."""
    values = checked(rows.ORDER_REQUEST, call.json(), dialect=V2)
    values["items"] = values["items"] or []
    return Answer(201, ORDERS.shown(call, orders.make_order(call, values)))


def update_order(call: Call) -> Answer:
    """PATCH /orders/{id}."""
    record = orders.ORDERS.found(call)
    body = masked(call, call.json())
    values = checked(rows.ORDER_UPDATE, body, dialect=V2, is_partial=True)
    if "contact_id" in values:
        one_contact(call, values["contact_id"])
    return Answer(200, ORDERS.shown(call, orders.ORDERS.write(call, record, values)))


def _product(call: Call, record: Record) -> Record:
    return {**record, "price": money(call, record["product_price"])}


def _product_inward(values: Record) -> Record:
    cents = values.pop("cents", None)
    return values if cents is None else {**values, "product_price": cents / 100}


PRODUCTS = ServedV2(
    products.PRODUCTS, rows.PRODUCT, "products", expand=_product, inward=_product_inward
)


def _transaction(call: Call, record: Record) -> Record:
    return {
        **record,
        "contact": contact_summary(call, record["contact_id"]),
        "order_id_list": [record["order_id"]],
    }


TRANSACTIONS = ServedV2(
    orders.TRANSACTIONS, rows.TRANSACTION, "sales/transactions", expand=_transaction
)

TAGS = ServedV2(tags.TAGS, rows.TAG, "tags")


def delete_tag(call: Call) -> Answer:
    """DELETE /tags/{id}: whoever had it has it no more."""
    number = tags.TAGS.found(call)["id"]
    for holders in (call.tenant.applied, call.tenant.tagged_companies):
        for applied in holders.values():
            applied.pop(number, None)
    return tags.TAGS.delete(call)


def list_categories(call: Call) -> Answer:
    """GET /tags/categories."""
    page, following = page_of(call, selected(call, rows.CATEGORY, "categories"))
    found = [shown(rows.CATEGORY.fields, record, dialect=V2) for record in page]
    return Answer(200, {"tag_categories": found, "next_page_token": following})


def create_category(call: Call) -> Answer:
    """POST /tags/categories."""
    values = checked(rows.CATEGORY.fields, call.json(), dialect=V2)
    stored = call.tenant["categories"].add(
        stamped(rows.CATEGORY, values, call.tenant.now_ms(), is_new=True)
    )
    return Answer(201, shown(rows.CATEGORY.fields, stored, dialect=V2))


def _contact_ids(call: Call) -> list[int]:
    ids = call.json().get("contact_ids")
    if not isinstance(ids, list):
        raise Refusal(400, "contact_ids must be a list")
    return [record_id(str(number)) for number in ids]


def apply_tags(call: Call) -> Answer:
    """POST /tags/{id}/contacts:applyTags."""
    number = tags.TAGS.found(call)["id"]
    outcomes = {str(one): call.tenant.apply_tag(one, number) for one in _contact_ids(call)}
    return Answer(200, {"results": outcomes})


def remove_tags(call: Call) -> Answer:
    """POST /tags/{id}/contacts:removeTags."""
    number = tags.TAGS.found(call)["id"]
    for one in _contact_ids(call):
        call.tenant.remove_tag(one, number)
    return Answer(204)


def _email_lists(_: Call, record: Record) -> Record:
    def split(name: str) -> list[str]:
        return [part.strip() for part in (record.get(name) or "").split(",") if part.strip()]

    return {
        **record,
        "cc": split("sent_to_cc_addresses"),
        "bcc": split("sent_to_bcc_addresses"),
    }


EMAILS = ServedV2(emails.EMAILS, rows.EMAIL, "emails", expand=_email_lists)
_V1_NAMES = {
    "sent_time": "sent_date",
    "received_time": "received_date",
    "opened_time": "opened_date",
    "clicked_time": "clicked_date",
}


def _stored_email(call: Call, body: Record) -> Record:
    translated = {_V1_NAMES.get(name, name): value for name, value in body.items()}
    for name in ("cc", "bcc"):
        listed = body.get(f"sent_to_{name}_address_list")
        if isinstance(listed, list):
            translated[f"sent_to_{name}_addresses"] = ",".join(map(str, listed))
    stored = emails.stored_email(call, translated)
    return shown(rows.EMAIL_WITH_CONTENT, _email_lists(call, stored), dialect=V2)


def create_email(call: Call) -> Answer:
    """POST /emails."""
    return Answer(201, _stored_email(call, call.json()))


def read_email(call: Call) -> Answer:
    """GET /emails/{id}: with content."""
    record = _email_lists(call, emails.EMAILS.found(call))
    return Answer(200, shown(rows.EMAIL_WITH_CONTENT, record, dialect=V2))


def add_emails(call: Call) -> Answer:
    """POST /emails:batchAdd."""
    bodies = call.json().get("emails")
    if not isinstance(bodies, list) or not all(isinstance(body, dict) for body in bodies):
        raise Refusal(400, "emails must be a list")
    stored: list[Any] = []
    errors: list[Any] = []
    for body in bodies:
        try:
            stored.append(_stored_email(call, body))
        except (Refusal, Invalid) as exc:
            errors.append({"error_message": str(exc), "email": body})
    return Answer(201, {"emails": stored, "errors": errors})


def send_email(call: Call) -> Answer:
    """POST /emails:send: in the name of the signed-in user unless another is named."""
    emails.send(call, {"user_id": 1, **call.json()})
    return Answer(202)


def remove_emails(call: Call) -> Answer:
    """POST /emails:batchRemove."""
    ids = call.json().get("email_ids")
    if not isinstance(ids, list):
        raise Refusal(400, "email_ids must be a list")
    outcomes = {
        str(number): "SUCCESS"
        if call.tenant["emails"].remove(record_id(str(number)))
        else "EMAIL_ID_NOT_FOUND"
        for number in ids
    }
    return Answer(200, {"results": outcomes})


FILES = ServedV2(files.FILES, rows.FILE, "files")


def _form(call: Call) -> dict[str, bytes]:
    kind = call.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        raise Refusal(400, "The request body must be multipart/form-data")
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + call.body)
    parts: dict[str, bytes] = {}
    for part in message.get_payload() if message.is_multipart() else ():
        if isinstance(part, Message):
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            if isinstance(name, str) and isinstance(content, bytes):
                parts[name] = content
    return parts


def _file_body(parts: dict[str, bytes], current: Record | None) -> Record:
    texts: Record = {
        name: parts[name].decode("utf-8", "replace")
        for name in ("file_name", "contact_id", "is_public", "file_association")
        if name in parts
    }
    body: Record = {**(current or {}), **texts}
    body["is_public"] = str(body.get("is_public", "false")).lower() == "true"
    body["contact_id"] = body.get("contact_id") or None
    if "file" in parts:
        body["file_data"] = base64.b64encode(parts["file"]).decode()
    return body


def create_file(call: Call) -> Answer:
    """POST /files: multipart."""
    return Answer(201, FILES.shown(call, files.FILES.make(call, _file_body(_form(call), None))))


def update_file(call: Call) -> Answer:
    """POST /files/{id}: multipart; what is left out stays."""
    record = files.FILES.found(call)
    files.FILES.put(call, record, _file_body(masked(call, _form(call)), record))
    return Answer(200, FILES.shown(call, record))


def file_data(call: Call) -> Answer:
    """GET /files/{id}:data: the content in base64."""
    number = record_id(call.path[1].partition(":")[0])
    record = call.tenant["files"].get(number)
    if record is None:
        raise Refusal(404, "Unable to find this File")
    return Answer(200, record["file_data"])


def _user(_: Call, record: Record) -> Record:
    address = {"email": record["email_address"], "field": "EMAIL1"}
    return {**record, "email_addresses": [address]}


def _user_inward(values: Record) -> Record:
    email = values.pop("written_email", None)
    return {**values, "email_address": email["email"]} if email else values


USERS = ServedV2(account.USERS, rows.USER, "users", expand=_user, inward=_user_inward, most=100)
_PROFILE = (
    "name", "email", "website", "phone", "time_zone", "logo_url", "currency_code", "language_tag",
    "business_type", "business_goals", "business_primary_color", "business_secondary_color",
)  # fmt: skip
_PROFILE_ADDRESS = ("line1", "line2", "locality", "region", "country_code", "postal_code")


def _profile(call: Call) -> Record:
    profile = call.tenant.profile
    address = profile["address"] or {}
    return {
        **{name: profile[name] for name in _PROFILE},
        "address": {name: address.get(name) for name in _PROFILE_ADDRESS},
    }


def read_profile(call: Call) -> Answer:
    """GET /businessProfile."""
    return Answer(200, _profile(call))


def update_profile(call: Call) -> Answer:
    """PATCH /businessProfile."""
    for name, value in masked(call, call.json()).items():
        if name == "address" and isinstance(value, dict):
            known = {part: value[part] for part in _PROFILE_ADDRESS if part in value}
            call.tenant.profile["address"] = {**(call.tenant.profile["address"] or {}), **known}
        elif name in _PROFILE:
            call.tenant.profile[name] = value
    return Answer(200, _profile(call))


_FIELD_TYPES = {
    name: re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper() for name in CUSTOM_FIELD_TYPES
}


def _field(row: Record) -> Record:
    return {
        "id": str(row["id"]),
        "label": row["label"],
        "field_name": row["field_name"],
        "field_type": _FIELD_TYPES[row["field_type"]],
        "record_type": row["record_type"],
        "default_value": None,
        "options": [
            {"id": str(option["id"]), "label": option["label"]} for option in row["options"]
        ],
    }


def _model(kind: str) -> Handler:
    def read_model(call: Call) -> Answer:
        found = [_field(row) for row in custom_fields.defined(call, kind)]
        return Answer(200, {"custom_fields": found, "optional_properties": []})

    return read_model


_FIELD_REQUEST = (
    Field("label", is_required=True),
    Field("field_type", is_required=True, words=_FIELD_TYPES),
    Field("options", Kind.LIST, fields=(Field("label"),)),
)


def _adding(kind: str) -> Handler:
    def add_custom_field(call: Call) -> Answer:
        values = checked(_FIELD_REQUEST, call.json(), dialect=V2)
        return Answer(201, _field(custom_fields.add(call, kind, values)))

    return add_custom_field


def _own_field(call: Call, kind: str) -> Record:
    number = record_id(call.path[3])
    for row in custom_fields.defined(call, kind):
        if row["id"] == number:
            return row
    raise Refusal(404, "Unable to find this Custom Field")


def _deleting(kind: str) -> Handler:
    def delete_custom_field(call: Call) -> Answer:
        call.tenant["custom_fields"].remove(_own_field(call, kind)["id"])
        return Answer(204)

    return delete_custom_field


_STAGE_REQUEST = (
    Field("name", is_required=True, source="stage_name"),
    Field("order", Kind.INTEGER, is_required=True, source="stage_order"),
    Field("target_number_days", Kind.INTEGER, is_required=True, source="target_num_days"),
    Field("probability", Kind.INTEGER, is_required=True, minimum=0, maximum=100),
)


def create_stage(call: Call) -> Answer:
    """POST /opportunities/stages."""
    values = checked(_STAGE_REQUEST, call.json(), dialect=V2)
    now = call.tenant.now_ms() // 1000 * 1000
    kept = {"is_default": False, "end_stage": False, "win": False, "date_created": now}
    stored = call.tenant["stages"].add({**kept, **values, "last_updated": now})
    return Answer(201, STAGES.shown(call, stored))


def update_stage(call: Call) -> Answer:
    """PATCH /opportunities/stages/{id}."""
    record = STAGES.v1.found(call, 2)
    body = masked(call, call.json())
    record.update(checked(_STAGE_REQUEST, body, dialect=V2, is_partial=True))
    record["last_updated"] = call.tenant.now_ms() // 1000 * 1000
    return Answer(200, STAGES.shown(call, record))


def delete_stage(call: Call) -> Answer:
    """DELETE /opportunities/stages/{id}: not one that an opportunity is in."""
    number = STAGES.v1.found(call, 2)["id"]
    if any(row["stage"]["id"] == number for row in call.tenant["opportunities"].all()):
        raise Refusal(400, "A stage that has opportunities cannot be deleted")
    call.tenant["stages"].remove(number)
    return Answer(204)


_MODELS = ("contacts", "companies", "notes", "opportunities", "orders", "tasks", "subscriptions")
ROUTES: Routes = {
    **v2_contacts.ROUTES,
    **v2_marketing.ROUTES,
    **v2_sales.ROUTES,
    **v2_tagging.ROUTES,
    ("POST", "opportunities/stages"): create_stage,
    ("PATCH", "opportunities/stages/*"): update_stage,
    ("DELETE", "opportunities/stages/*"): delete_stage,
    ("GET", "users/*/signature"): account.signature,
    **COMPANIES.routes("list create read patch delete"),
    **TASKS.routes("list create read patch delete"),
    **NOTES.routes("list"),
    ("GET", "contacts/*/notes"): contact_notes,
    ("POST", "contacts/*/notes"): create_note,
    ("GET", "contacts/*/notes/*"): read_note,
    ("PATCH", "contacts/*/notes/*"): update_note,
    ("DELETE", "contacts/*/notes/*"): delete_note,
    **OPPORTUNITIES.routes("list create read patch delete"),
    **STAGES.routes("list"),
    ("GET", "opportunities/stages/*"): read_stage,
    **ORDERS.routes("list read"),
    ("POST", "orders"): create_order,
    ("PATCH", "orders/*"): update_order,
    ("DELETE", "orders/*"): orders.delete_order,
    **PRODUCTS.routes("list create read patch"),
    ("DELETE", "products/*"): products.delete_product,
    **TRANSACTIONS.routes("list"),
    **TAGS.routes("list create read patch"),
    ("DELETE", "tags/*"): delete_tag,
    ("GET", "tags/categories"): list_categories,
    ("POST", "tags/categories"): create_category,
    ("POST", "tags/*/contacts:applyTags"): apply_tags,
    ("POST", "tags/*/contacts:removeTags"): remove_tags,
    **EMAILS.routes("list delete"),
    ("POST", "emails"): create_email,
    ("GET", "emails/*"): read_email,
    ("POST", "emails:batchAdd"): add_emails,
    ("POST", "emails:batchRemove"): remove_emails,
    ("POST", "emails:send"): send_email,
    **FILES.routes("list read delete"),
    ("POST", "files"): create_file,
    ("POST", "files/*"): update_file,
    ("GET", "files/*:data"): file_data,
    **USERS.routes("list read patch"),
    ("GET", "businessProfile"): read_profile,
    ("PATCH", "businessProfile"): update_profile,
    ("GET", "oauth/connect/userinfo"): account.user_info,
    **{
        (method, f"{path}/model{below}"): handler(custom_fields.MODELS[path][0])
        for path in _MODELS
        for method, below, handler in (
            ("GET", "", _model),
            ("POST", "/customFields", _adding),
            ("DELETE", "/customFields/*", _deleting),
        )
    },
}
