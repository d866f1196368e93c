"""Contacts: what may be written, what is answered, how they are found."""

from typing import Any

from valence_sandbox.answers import Answer
from valence_sandbox.store import Record
from valence_sandbox.vendors.keap import custom_fields, dates, paging
from valence_sandbox.vendors.keap.call import Call, Refusal, record_id
from valence_sandbox.vendors.keap.crud import Routes
from valence_sandbox.vendors.keap.custom_fields import contents
from valence_sandbox.vendors.keap.description import (
    ADDRESS_FIELDS,
    CONTACT_DEFAULT,
    CONTACT_INTEGERS,
    CONTACT_LISTS,
    CONTACT_OPTIONAL,
    CONTACT_ORDERS,
    CONTACT_READ_ONLY,
    CONTACT_STRINGS,
    DUPLICATE_OPTIONS,
    EMAIL_FIELDS,
    FAX_FIELDS,
    PHONE_FIELDS,
)
from valence_sandbox.vendors.keap.enumerations import EMAIL_STATUSES_THAT_OPT_IN

_NEEDS = "Contact must contain an e-mail address or phone number"
_TYPED_LISTS = {
    "email_addresses": EMAIL_FIELDS,
    "phone_numbers": PHONE_FIELDS,
    "addresses": ADDRESS_FIELDS,
    "fax_numbers": FAX_FIELDS,
}


def render(call: Call, record: Record, optional: tuple[str, ...] = ()) -> Record:
    """Return a contact with the default properties and the asked-for optional ones."""
    shown: Record = {}
    for name in CONTACT_DEFAULT + optional:
        if name == "tag_ids":
            shown[name] = sorted(call.tenant.applied.get(record["id"], ()))
        elif name == "custom_fields":
            shown[name] = contents(call, record, "CONTACT")
        elif name == "company_name":
            shown[name] = (record.get("company") or {}).get(name)
        elif name in CONTACT_LISTS:
            shown[name] = record.get(name) or []
        else:
            shown[name] = record.get(name)
    return shown


def optional_of(call: Call) -> tuple[str, ...]:
    """Return the optional properties a call asks for. Raises Refusal."""
    asked = call.optional_properties(CONTACT_DEFAULT + CONTACT_OPTIONAL)
    return tuple(name for name in CONTACT_OPTIONAL if name in asked)


def found(call: Call, text: str) -> Record:
    """Return the contact of a path segment. Raises Refusal."""
    record = call.tenant.contacts.get(record_id(text))
    if record is None:
        raise Refusal(call.switches["missing_contact_status"], "Unable to find this Contact")
    return record


def list_contacts(call: Call) -> Answer:
    """GET /contacts."""
    conditions = []
    for name in ("given_name", "family_name"):
        if call.query.get(name):
            conditions.append(_equals(name, call.query[name]))
    if call.query.get("email"):
        conditions.append(_has_email(call.query["email"]))
    for name, is_lower in (("since", True), ("until", False)):
        if call.query.get(name):
            moment = dates.parse(call.query[name])
            if moment is None:
                raise Refusal(400, f"Invalid value for {name}: {call.query[name]}")
            conditions.append(_updated(moment, is_lower=is_lower))
    order = call.query.get("order") or "id"
    if order not in CONTACT_ORDERS:
        raise Refusal(400, f"Invalid value for order: {order}")
    direction = (call.query.get("order_direction") or "ASCENDING").upper()
    if direction not in ("ASCENDING", "DESCENDING"):
        raise Refusal(400, f"Invalid value for order_direction: {direction}")
    records = call.tenant.contacts.find(
        conditions,
        order=None if order == "id" and direction == "ASCENDING" else _sort_key(order),
        is_descending=direction == "DESCENDING",
    )
    shown, limit, offset = paging.page(call, records)
    optional = optional_of(call)
    carried = {name: call.query[name] for name in ("since", "email") if call.query.get(name)}
    return paging.envelope(
        call,
        "contacts",
        [render(call, record, optional) for record in shown],
        count=len(records),
        limit=limit,
        offset=offset,
        path="/contacts/",
        carried={**carried, "order": order},
    )


def _equals(name: str, wanted: str) -> Any:
    return lambda record: (record.get(name) or "").lower() == wanted.lower()


def _has_email(wanted: str) -> Any:
    return lambda record: any(
        (row.get("email") or "").lower() == wanted.lower() for row in record["email_addresses"]
    )


def _updated(moment: int, *, is_lower: bool) -> Any:
    if is_lower:
        return lambda record: record["last_updated_utc_millis"] >= moment
    return lambda record: record["last_updated_utc_millis"] <= moment


def _sort_key(order: str) -> Any:
    name = CONTACT_ORDERS[order]
    if name == "email":
        return lambda r: (r["email_addresses"][0]["email"] if r["email_addresses"] else "").lower()
    if name == "given_name":
        return lambda r: ((r.get("given_name") or "").lower(), (r.get("family_name") or "").lower())
    return lambda r: r.get(name)


def read_contact(call: Call) -> Answer:
    """GET /contacts/{id}."""
    return Answer(200, render(call, found(call, call.path[1]), optional_of(call)))


def create_contact(call: Call) -> Answer:
    """POST /contacts; does not look for duplicates."""
    values = checked(call, call.json())
    if not _can_be_reached(values):
        raise Refusal(400, _NEEDS)
    return Answer(201, render(call, call.tenant.add_contact(settled(call, values))))


def update_contact(call: Call) -> Answer:
    """PATCH /contacts/{id}; `update_mask` limits what is applied."""
    record = found(call, call.path[1])
    values = checked(call, call.json())
    mask = [name.strip() for name in call.query.get("update_mask", "").split(",") if name.strip()]
    if mask:
        values = {name: value for name, value in values.items() if name in mask}
    if not _can_be_reached({**record, **values}):
        raise Refusal(400, _NEEDS)
    record.update(settled(call, values, record))
    call.tenant.touch(record)
    return Answer(200, render(call, record))


def upsert_contact(call: Call) -> Answer:
    """PUT /contacts: find by `duplicate_option`, update or create."""
    body = call.json()
    option = body.get("duplicate_option")
    if option not in DUPLICATE_OPTIONS:
        raise Refusal(400, f"duplicate_option must be one of {', '.join(DUPLICATE_OPTIONS)}")
    values = checked(call, body)
    record = duplicate(call, option, values)
    if record is not None:
        record.update(settled(call, values, record))
        call.tenant.touch(record)
        return Answer(200, render(call, record))
    if not _can_be_reached(values):
        raise Refusal(400, _NEEDS)
    added = call.tenant.add_contact(settled(call, values))
    return Answer(call.switches["upsert_created_status"], render(call, added))


def duplicate(call: Call, option: str, values: Record) -> Record | None:
    """Return the contact that a body is about by its first address, or None: a new one."""
    for row in (values.get("email_addresses") or [])[:1]:
        for record in call.tenant.contacts.find([_has_email(row["email"])]):
            if _is_duplicate(option, record, values):
                return record
    return None


def _is_duplicate(option: str, record: Record, values: Record) -> bool:
    has_same_name = all(
        (record.get(name) or "") == (values.get(name) or "")
        for name in ("given_name", "family_name")
    )
    if option == "EmailAndNameAndCompany":
        return has_same_name and record.get("company") == values.get("company")
    return option == "Email" or has_same_name


def delete_contact(call: Call) -> Answer:
    """DELETE /contacts/{id}."""
    record = found(call, call.path[1])
    call.tenant.remove_contact(record["id"])
    return Answer(204)


def checked(call: Call, body: Record) -> Record:
    """Return the writable properties of a body. Raises Refusal."""
    values: Record = {}
    for name, value in body.items():
        if name in CONTACT_READ_ONLY or name not in CONTACT_DEFAULT + CONTACT_OPTIONAL:
            continue
        if name in CONTACT_STRINGS and value is not None and not isinstance(value, str):
            raise Refusal(400, f"Invalid value for {name}")
        if name in _TYPED_LISTS:
            value = _typed_list(name, value)
        elif name in CONTACT_LISTS and value is not None and not isinstance(value, list):
            raise Refusal(400, f"Invalid value for {name}")
        if name in CONTACT_INTEGERS and value is not None and type(value) is not int:
            raise Refusal(400, f"Invalid value for {name}")
        values[name] = value
    for address in values.get("addresses") or []:
        if address.get("region") and not address.get("country_code"):
            raise Refusal(400, "country_code is required if region is specified")
    if "company" in values and values["company"] is not None:
        values["company"] = _company(call, values["company"])
    return values


def _typed_list(name: str, value: Any) -> list[Record]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Refusal(400, f"Invalid value for {name}")
    allowed = _TYPED_LISTS[name]
    for row in value:
        if row.get("field") not in allowed:
            raise Refusal(400, f"{name}.field must be one of {', '.join(allowed)}")
        if name == "email_addresses" and "@" not in str(row.get("email") or ""):
            raise Refusal(400, f"Invalid email address: {row.get('email')}")
    return value


def _company(call: Call, value: Any) -> Record:
    company = (
        call.tenant["companies"].get(value["id"])
        if isinstance(value, dict) and isinstance(value.get("id"), int)
        else None
    )
    if company is None:
        raise Refusal(400, "Unable to find this Company")
    return {"id": company["id"], "company_name": company["company_name"]}


def _can_be_reached(values: Record) -> bool:
    return bool(values.get("email_addresses") or values.get("phone_numbers"))


def settled(call: Call, values: Record, current: Record | None = None) -> Record:
    """Return values as they are stored: with what an opt-in reason does to the state of an
    address, and the custom fields that they leave out."""
    values = custom_fields.settled(call, values, "CONTACT", current=current)
    status = (current or {}).get("email_status", "NonMarketable")
    is_effective = call.switches["opt_in_effect"] and status in EMAIL_STATUSES_THAT_OPT_IN
    if values.get("opt_in_reason") and is_effective:
        return {**values, "email_opted_in": True, "email_status": "SingleOptIn"}
    return values


ROUTES: Routes = {
    ("GET", "contacts"): list_contacts,
    ("POST", "contacts"): create_contact,
    ("PUT", "contacts"): upsert_contact,
    ("GET", "contacts/*"): read_contact,
    ("PATCH", "contacts/*"): update_contact,
    ("DELETE", "contacts/*"): delete_contact,
}
