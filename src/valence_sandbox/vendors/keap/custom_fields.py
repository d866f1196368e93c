"""Custom fields: which there are of a kind of record, and the models that name them."""

import re
from typing import Any

from valence_sandbox.answers import Answer
from valence_sandbox.collections import optional_names
from valence_sandbox.fields import checked, shown
from valence_sandbox.store import Record
from valence_sandbox.vendors.keap.call import Call, Refusal
from valence_sandbox.vendors.keap.crud import Handler, Routes
from valence_sandbox.vendors.keap.description import CONTACT_OPTIONAL
from valence_sandbox.vendors.keap.objects import (
    COMPANY,
    CUSTOM_FIELD,
    CUSTOM_FIELD_REQUEST,
    OPPORTUNITY,
    V1,
)

# path -> kind of record, optional properties, whether custom fields can be added through it
MODELS: dict[str, tuple[str, tuple[str, ...], bool]] = {
    "contacts": ("CONTACT", CONTACT_OPTIONAL, True),
    "companies": ("COMPANY", optional_names(COMPANY), False),
    "appointments": ("TASK_NOTE_APPOINTMENT", (), True),
    "tasks": ("TASK_NOTE_APPOINTMENT", (), True),
    "notes": ("TASK_NOTE_APPOINTMENT", (), True),
    "opportunities": ("OPPORTUNITY", optional_names(OPPORTUNITY), False),
    "orders": ("ORDER", (), False),
    "subscriptions": ("SUBSCRIPTION", (), False),
    "affiliates": ("REFERRAL_PARTNER", (), False),
}


def defined(call: Call, kind: str) -> list[Record]:
    """Return the custom fields of a kind of record."""
    return [row for row in call.tenant["custom_fields"].all() if row["record_type"] == kind]


def contents(call: Call, record: Record, kind: str) -> list[Record]:
    """Return every custom field of the kind with the record's content, null where unset."""
    stored = {row["id"]: row.get("content") for row in record.get("custom_fields") or []}
    return [{"id": row["id"], "content": stored.get(row["id"])} for row in defined(call, kind)]


def settled(call: Call, values: Record, kind: str, *, current: Record | None = None) -> Record:
    """Return values whose custom fields are the account's, with those they do not name kept.

    Raises:
        Refusal: one of them is none.
    """
    rows = values.get("custom_fields")
    if rows is None:
        return values
    known = {row["id"] for row in defined(call, kind)}
    kept: dict[Any, Any] = {}
    if current is not None and call.switches["custom_fields_change"] == "merge":
        kept = {row["id"]: row.get("content") for row in current.get("custom_fields") or []}
    for row in rows:
        number = row.get("id") if isinstance(row, dict) else None
        if number not in known:
            raise Refusal(400, f"Unable to find this Custom Field: {number}")
        kept[number] = row.get("content")
    stored = [{"id": number, "content": content} for number, content in kept.items()]
    return {**values, "custom_fields": stored}


def _model(kind: str, optional: tuple[str, ...]) -> Handler:
    def read_model(call: Call) -> Answer:
        rows = [shown(CUSTOM_FIELD, row, dialect=V1) for row in defined(call, kind)]
        return Answer(200, {"custom_fields": rows, "optional_properties": list(optional)})

    return read_model


def add(call: Call, kind: str, values: Record) -> Record:
    """Store a custom field of a kind of record and return it."""
    options = [
        {"id": position, "label": row["label"], "options": []}
        for position, row in enumerate(values["options"] or [], 1)
    ]
    return call.tenant["custom_fields"].add(
        {
            "label": values["label"],
            "field_name": re.sub(r"\W+", "", values["label"].title()),
            "field_type": values["field_type"],
            "record_type": kind,
            "options": options,
        }
    )


def _adding(kind: str) -> Handler:
    def add_custom_field(call: Call) -> Answer:
        values = checked(CUSTOM_FIELD_REQUEST, call.json(), dialect=V1)
        return Answer(201, shown(CUSTOM_FIELD, add(call, kind, values), dialect=V1))

    return add_custom_field


ROUTES: Routes = {
    **{
        ("GET", f"{path}/model"): _model(kind, optional)
        for path, (kind, optional, _) in MODELS.items()
    },
    **{
        ("POST", f"{path}/model/customFields"): _adding(kind)
        for path, (kind, _, can_add) in MODELS.items()
        if can_add
    },
}
