"""The records of one org: made, read, changed and deleted as the vendor does it.

Source: REST API Developer Guide, "sObject Rows"; SOAP API Developer Guide, "StatusCode".
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from valence_sandbox.account import Account, iso_z
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record
from valence_sandbox.vendors.salesforce import ids
from valence_sandbox.vendors.salesforce.judge import epoch_ms
from valence_sandbox.vendors.salesforce.objects import PREFIXES, object_named
from valence_sandbox.vendors.salesforce.sobjects import (
    ADDRESS_PARTS,
    NUMBERS,
    TEXTS,
    SField,
    SObject,
)

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+\Z")
_PROBABILITIES = {
    "Prospecting": 10.0,
    "Qualification": 10.0,
    "Needs Analysis": 20.0,
    "Proposal/Price Quote": 75.0,
    "Closed Won": 100.0,
    "Closed Lost": 0.0,
}
_MOST_BODY_FIELDS = 500


def need_object(name: str) -> SObject:
    """Return an object. Raises Refusal."""
    said = object_named(name)
    if said is None:
        raise Refusal("NOT_FOUND", "The requested resource does not exist", status=404)
    return said


def live(account: Account, said: SObject, record_id: str) -> Record:
    """Return a record that was not deleted. Raises Refusal."""
    found = ids.read(record_id)
    if found is None or PREFIXES.get(found[:3]) is not said:
        message = f"{said.name} ID: id value of incorrect type: {record_id}"
        raise Refusal("MALFORMED_ID", message, details=["Id"])
    record = account[said.name].get(found)
    if record is None:
        raise Refusal("NOT_FOUND", "The requested resource does not exist", status=404)
    if record.get("IsDeleted"):
        raise Refusal("ENTITY_IS_DELETED", "entity is deleted", status=404, details=[])
    return record


def records(account: Account, said: SObject) -> list[Record]:
    """Return the records of an object that were not deleted."""
    return [record for record in account[said.name].all() if not record.get("IsDeleted")]


def follow(account: Account, record: Record, reference: SField) -> Record | None:
    """Return the record that a reference leads to, or None."""
    found = record.get(reference.name)
    target = PREFIXES.get(found[:3]) if isinstance(found, str) else None
    return None if target is None or found is None else account[target.name].get(found)


def me(account: Account) -> str:
    """Return the id of the user who authorized."""
    return str(account.state["user_id"])


def create(
    account: Account, said: SObject, body: Mapping[str, Any], *, is_case_free: bool = False
) -> Record:
    """Store a new record. Raises Refusal."""
    if not said.is_createable:
        message = f"entity type cannot be inserted: {said.name}"
        raise Refusal("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message, details=[])
    values = checked(account, said, body, is_new=True, is_case_free=is_case_free)
    for row in said.fields:
        if row.default is not None and values.get(row.name) is None:
            values[row.name] = row.default
    if said.field("OwnerId") and not values.get("OwnerId"):
        values["OwnerId"] = me(account)
    missing = [row.name for row in said.fields if row.is_required and not _given(values, row)]
    missing += _missing_times(said, values)
    if missing:
        message = f"Required fields are missing: [{', '.join(missing)}]"
        raise Refusal("REQUIRED_FIELD_MISSING", message, details=missing)
    _unique(account, said, values, own="")
    return stored(account, said, values)


def stored(account: Account, said: SObject, values: Record) -> Record:
    """Store values that are good already, stamped."""
    now, user = account.now_ms(), me(account)
    stamps: Record = {
        "IsDeleted": False,
        "CreatedDate": now,
        "CreatedById": user,
        "LastModifiedDate": now,
        "LastModifiedById": user,
        "SystemModstamp": now,
    }
    return account[said.name].add(_derived(said, {**stamps, **values}))


def change(
    account: Account,
    said: SObject,
    record: Record,
    body: Mapping[str, Any],
    *,
    is_case_free: bool = False,
) -> None:
    """Change a record; fields left out stay. Raises Refusal."""
    if not said.is_updateable:
        message = f"entity type cannot be updated: {said.name}"
        raise Refusal("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message, details=[])
    values = checked(account, said, body, is_new=False, is_case_free=is_case_free)
    emptied = [
        row.name
        for row in said.fields
        if row.is_required and row.name in values and not _given(values, row)
    ]
    if emptied:
        message = f"Required fields are missing: [{', '.join(emptied)}]"
        raise Refusal("REQUIRED_FIELD_MISSING", message, details=emptied)
    _unique(account, said, values, own=str(record["Id"]))
    now = account.now_ms()
    stamps = {"LastModifiedDate": now, "LastModifiedById": me(account), "SystemModstamp": now}
    if "StageName" in values and "Probability" not in values:
        record.pop("Probability", None)
    record.update(_derived(said, {**record, **values, **stamps}))


def delete(account: Account, said: SObject, record: Record) -> None:
    """Put a record, and what hangs on it, into the bin. Raises Refusal."""
    if not said.is_deletable:
        message = f"entity type is not deletable: {said.name}"
        raise Refusal("INSUFFICIENT_ACCESS_OR_READONLY", message, details=[])
    record["IsDeleted"] = True
    record["LastModifiedDate"] = record["SystemModstamp"] = account.now_ms()


def checked(
    account: Account,
    said: SObject,
    body: Mapping[str, Any],
    *,
    is_new: bool,
    is_case_free: bool,
) -> Record:
    """Return the values of a body under the vendor's names. Raises Refusal."""
    values: Record = {}
    refused: list[str] = []
    for name, value in list(body.items())[:_MOST_BODY_FIELDS]:
        if name == "attributes":
            continue
        if name.lower() == "id":
            message = "The Id field should not be specified in the sobject data."
            raise Refusal("INVALID_FIELD", message)
        row = said.field(name)
        if row is None or (row.name != name and not is_case_free):
            message = f"No such column '{name}' on sobject of type {said.name}"
            raise Refusal("INVALID_FIELD", message)
        if not (row.is_createable if is_new else row.is_updateable):
            refused.append(row.name)
        values[row.name] = _value(account, row, value)
    if refused:
        message = (
            f"Unable to create/update fields: {', '.join(refused)}. Please check the security"
            " settings of this field and verify that it is read/write for your profile or"
            " permission set."
        )
        raise Refusal("INVALID_FIELD_FOR_INSERT_UPDATE", message, details=refused)
    return values


def _given(values: Mapping[str, Any], row: SField) -> bool:
    if row.type == "base64":
        return f"~{row.name}" in values or values.get(row.name) is not None
    return values.get(row.name) not in (None, "")


def _missing_times(said: SObject, values: Mapping[str, Any]) -> list[str]:
    if said.name != "Event":
        return []
    if values.get("IsAllDayEvent"):
        return [] if values.get("ActivityDate") else ["ActivityDate"]
    missing = []
    if not (values.get("StartDateTime") or values.get("ActivityDateTime")):
        missing.append("ActivityDateTime")
    if not (values.get("EndDateTime") or values.get("DurationInMinutes") is not None):
        missing.append("DurationInMinutes")
    return missing


def _unique(account: Account, said: SObject, values: Mapping[str, Any], *, own: str) -> None:
    for row in said.fields:
        value = values.get(row.name)
        if not row.is_unique or value in (None, ""):
            continue
        for other in records(account, said):
            if other["Id"] != own and str(other.get(row.name)).lower() == str(value).lower():
                if said.name == "User":
                    raise Refusal("DUPLICATE_USERNAME", "Duplicate Username.", details=[row.name])
                message = (
                    f"duplicate value found: {row.name} duplicates value on record with id:"
                    f" {other['Id'][:15]}"
                )
                raise Refusal("DUPLICATE_VALUE", message, details=[])


# -- values ----------------------------------------------------------------------------------------


def _value(account: Account, row: SField, value: Any) -> Any:
    if value is None:
        return False if row.type == "boolean" else None
    if row.type in TEXTS:
        return _text(row, value)
    if row.type in ("reference", "id"):
        return _reference(account, row, value)
    if row.type == "boolean":
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        raise _unreadable(row, value)
    if row.type in NUMBERS:
        return _number(row, value)
    if row.type == "date":
        try:
            return date.fromisoformat(value[:10]).isoformat()
        except (TypeError, ValueError) as exc:
            raise _unreadable(row, value) from exc
    if row.type == "datetime":
        found = epoch_ms(value) if isinstance(value, str) and "T" in value else None
        if found is None:
            raise _unreadable(row, value)
        return found // 1000 * 1000  # seconds are what is kept
    if row.type == "base64":
        return _bytes(row, value)
    return value


def _text(row: SField, value: Any) -> str | None:
    if isinstance(value, dict | list):
        kind = "START_OBJECT" if isinstance(value, dict) else "START_ARRAY"
        raise Refusal(
            "JSON_PARSER_ERROR", f"Cannot deserialize instance of string from {kind} value"
        )
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    text = text.strip()
    if row.length and len(text) > row.length:
        message = f"{row.name}: data value too large: {text[:80]} (max length={row.length})"
        raise Refusal("STRING_TOO_LONG", message, details=[row.name])
    if row.type == "email" and text and not _EMAIL.match(text):
        message = f"{row.name}: invalid email address: {text}"
        raise Refusal("INVALID_EMAIL_ADDRESS", message, details=[row.name])
    if row.is_restricted and text and text not in row.choices:
        message = f"{row.name}: bad value for restricted picklist field: {text}"
        raise Refusal("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, details=[row.name])
    return text or None


def _reference(account: Account, row: SField, value: Any) -> str | None:
    if value == "":
        return None
    found = ids.read(value)
    target = PREFIXES.get(found[:3]) if found else None
    is_known = found is not None and (target is not None or found[:3] == "00l")
    allowed = row.refers_to
    if not is_known or (allowed and target is not None and target.name not in allowed):
        label = row.relationship or row.name.removesuffix("Id")
        message = f"{label} ID: id value of incorrect type: {value}"
        raise Refusal("MALFORMED_ID", message, details=[row.name])
    if target is not None:
        record = account[target.name].get(str(found))
        if record is None:
            raise Refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", details=[])
        if record.get("IsDeleted"):
            raise Refusal("ENTITY_IS_DELETED", "entity is deleted", details=[])
    return found


def _number(row: SField, value: Any) -> float | int:
    if isinstance(value, bool):
        raise _unreadable(row, value)
    try:
        found = float(value)
    except (TypeError, ValueError) as exc:
        raise _unreadable(row, value) from exc
    if abs(found) >= 1e18 or found != found:
        message = f"{row.name}: value outside of valid range on numeric field: {value}"
        raise Refusal("NUMBER_OUTSIDE_VALID_RANGE", message, details=[row.name])
    return int(found) if row.type == "int" else found


def _bytes(row: SField, value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return base64.b64decode(str(value), validate=True)
    except binascii.Error as exc:
        raise _unreadable(row, value) from exc


def _unreadable(row: SField, value: Any) -> Refusal:
    kind = {"datetime": "datetime", "base64": "base64Binary"}.get(row.type, row.type)
    return Refusal(
        "JSON_PARSER_ERROR",
        f"Cannot deserialize instance of {kind} from VALUE_STRING value {str(value)[:80]} or"
        " request may be missing a required field at [line:1, column:1]",
    )


# -- what follows from other values ----------------------------------------------------------------


def _derived(said: SObject, values: Record) -> Record:
    if said.field("FirstName") and said.field("Name"):
        parts = (values.get("FirstName"), values.get("LastName"))
        values["Name"] = " ".join(part for part in parts if part)
    if said.name == "Opportunity":
        stage = values.get("StageName")
        values["IsClosed"] = str(stage).startswith("Closed")
        values["IsWon"] = stage == "Closed Won"
        if values.get("Probability") is None:
            values["Probability"] = _PROBABILITIES.get(str(stage), 0.0)
    if said.name == "Task":
        values["IsClosed"] = values.get("Status") == "Completed"
    if said.name == "Event":
        _timed(values)
    if said.name in ("Attachment", "Document"):
        values["BodyLength"] = len(values.get("Body") or b"")
    return values


def _timed(values: Record) -> None:
    start = values.get("StartDateTime") or values.get("ActivityDateTime")
    if values.get("IsAllDayEvent") or start is None:
        return
    values["StartDateTime"] = values["ActivityDateTime"] = start
    values["ActivityDate"] = iso_z(start)[:10]
    minutes, end = values.get("DurationInMinutes"), values.get("EndDateTime")
    if minutes is not None:
        values["EndDateTime"] = start + int(minutes) * 60_000
    elif end is not None:
        values["DurationInMinutes"] = (end - start) // 60_000


# -- what is answered ------------------------------------------------------------------------------


def attributes(said: SObject, record: Record, root: str) -> dict[str, str]:
    """Return what stands on top of every record."""
    return {"type": said.name, "url": f"{root}/sobjects/{said.name}/{record['Id']}"}


def shown(said: SObject, record: Record, root: str, *, names: Sequence[str] = ()) -> Record:
    """Return a record as it is answered: with the fields named, or with all."""
    rows = [said.by_name[name.lower()] for name in names] if names else said.fields
    fields = {row.name: value(said, record, row, root) for row in rows}
    return {"attributes": attributes(said, record, root), **fields}


def value(said: SObject, record: Record, row: SField, root: str) -> Any:
    """Return one value as it is answered."""
    if row.type == "address":
        prefix = row.name.removesuffix("Address")
        parts = {part: record.get(prefix + part) for part in ADDRESS_PARTS}
        if not any(parts.values()):
            return None
        named = {part[0].lower() + part[1:]: held for part, held in parts.items()}
        return {**named, "geocodeAccuracy": None, "latitude": None, "longitude": None}
    found = record.get(row.name)
    if row.type == "base64":
        return (
            f"{root}/sobjects/{said.name}/{record['Id']}/{row.name}" if found is not None else None
        )
    if row.type == "datetime" and found is not None:
        return iso_z(found).replace("Z", "+0000")
    if row.type == "boolean":
        return bool(found)
    return found
