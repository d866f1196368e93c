"""What records have: `personFields`, `organizationFields`, `dealFields`, `noteFields`.

Source: https://developers.pipedrive.com/docs/api/v1/PersonFields and its siblings."""

from hashlib import sha1
from typing import Any

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record
from valence_sandbox.vendors.pipedrive.answers import one, page

KINDS = {
    "persons": "personFields",
    "organizations": "organizationFields",
    "deals": "dealFields",
    "notes": "noteFields",
}
_TYPES = (
    *("address", "date", "daterange", "double", "enum", "monetary", "org", "people", "phone"),
    *("set", "text", "time", "timerange", "user", "varchar", "varchar_auto", "visible_to"),
)
# key: (name, type); "!" at the end: must be given, "-": only Pipedrive sets it.
_STANDARD = {
    "persons": {
        "name!": ("Name", "varchar"),
        "first_name": ("First name", "varchar"),
        "last_name": ("Last name", "varchar"),
        "email": ("Email", "varchar"),
        "phone": ("Phone", "phone"),
        "org_id": ("Organization", "org"),
        "owner_id": ("Owner", "user"),
        "visible_to": ("Visible to", "visible_to"),
        "add_time-": ("Person created", "date"),
        "update_time-": ("Update time", "date"),
    },
    "organizations": {
        "name!": ("Name", "varchar"),
        "address": ("Address", "address"),
        "owner_id": ("Owner", "user"),
        "visible_to": ("Visible to", "visible_to"),
        "people_count-": ("People", "int"),
        "add_time-": ("Organization created", "date"),
        "update_time-": ("Update time", "date"),
    },
    "deals": {
        "title!": ("Title", "varchar"),
        "value": ("Value", "monetary"),
        "currency": ("Currency of Value", "varchar"),
        "status": ("Status", "varchar"),
        "stage_id": ("Stage", "stage"),
        "person_id": ("Contact person", "people"),
        "org_id": ("Organization", "org"),
        "user_id": ("Owner", "user"),
        "expected_close_date": ("Expected close date", "date"),
        "add_time": ("Deal created", "date"),
        "update_time-": ("Update time", "date"),
    },
    "notes": {
        "content!": ("Content", "text"),
        "add_time": ("Creation time", "date"),
        "update_time-": ("Update time", "date"),
    },
}


def plant(account: Account) -> None:
    """Put the standard fields into an account, and one that it added to people."""
    for kind, rows in _STANDARD.items():
        # The same field has different ids in different accounts.
        for marked, (name, type_) in rows.items():
            account[KINDS[kind]].add(
                _field(
                    marked.rstrip("!-"),
                    name=name,
                    type_=type_,
                    is_mandatory=marked.endswith("!"),
                    is_editable=False,
                    is_settable=not marked.endswith("-"),
                )
            )
    add(account, "persons", {"name": "Favourite bread", "field_type": "varchar"})


def add(account: Account, kind: str, body: Record) -> Record:
    """Add a field of the account's own; its key is 40 hexadecimal digits."""
    key = sha1(f"{account.name}{kind}{body['name']}".encode(), usedforsecurity=False).hexdigest()
    options = body.get("options") or []
    made = _field(
        key,
        name=body["name"],
        type_=body["field_type"],
        is_mandatory=False,
        is_editable=True,
        is_settable=True,
    )
    if options:
        made["options"] = [{"id": n, "label": o["label"]} for n, o in enumerate(options, 1)]
    return account[KINDS[kind]].add(made)


def keys_of(account: Account, kind: str) -> set[str]:
    """Return the keys that records of a kind may be given."""
    return {row["key"] for row in account[KINDS[kind]].all() if row["bulk_edit_allowed"]}


def list_all(call: Call) -> Answer:
    """GET /v1/personFields and its siblings."""
    return page(call, call.account[call.path[1]].all())


def read(call: Call) -> Answer:
    """GET /v1/personFields/{id}."""
    return one(call.account.need(call.path[1], call.path[2], message="Field not found"))


def create(call: Call) -> Answer:
    """POST /v1/personFields."""
    body = call.json()
    if not body.get("name") or not isinstance(body["name"], str):
        raise Refusal("invalid", "Field name must be given.")
    if body.get("field_type") not in _TYPES:
        raise Refusal("invalid", "Field type is not valid.")
    kind = next(kind for kind, path in KINDS.items() if path == call.path[1])
    return one(add(call.account, kind, body), status=201)


def _field(
    key: str,
    *,
    name: str,
    type_: str,
    is_mandatory: bool,
    is_editable: bool,
    is_settable: bool,
) -> dict[str, Any]:
    return {
        "key": key,
        "name": name,
        "field_type": type_,
        "mandatory_flag": is_mandatory,
        "edit_flag": is_editable,
        "add_visible_flag": is_settable,
        "bulk_edit_allowed": is_settable,
        "filtering_allowed": True,
        "sortable_flag": True,
        "searchable_flag": is_editable,
        "active_flag": True,
    }
