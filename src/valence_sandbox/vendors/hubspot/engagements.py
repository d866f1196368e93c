"""Engagements, version 1: notes, tasks, calls, meetings and e-mails.

Source: https://legacydocs.hubspot.com/docs/methods/engagements/engagements-overview"""

from collections.abc import Sequence
from typing import Any

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record
from valence_sandbox.vendors.hubspot.pages import from_offset, size_of

TYPES = ("EMAIL", "CALL", "MEETING", "TASK", "NOTE")
_ASSOCIATED = {"CONTACT": "contactIds", "COMPANY": "companyIds", "DEAL": "dealIds"}
_ASSOCIATIONS = ("contactIds", "companyIds", "dealIds", "ownerIds", "workflowIds", "ticketIds")
_SETTABLE = ("active", "ownerId", "type", "timestamp")


def add(account: Account, body: Record) -> Record:
    """Store an engagement."""
    now = account.now_ms()
    stored = account["engagements"].add({})
    given = body.get("engagement") or {}
    stored["engagement"] = {
        "id": stored["id"],
        "portalId": account.state["portal"],
        "active": True,
        "createdAt": now,
        "lastUpdated": now,
        "timestamp": now,
        **{name: given[name] for name in _SETTABLE if given.get(name) is not None},
    }
    linked = body.get("associations") or {}
    stored["associations"] = {name: linked.get(name, []) for name in _ASSOCIATIONS}
    stored["attachments"] = body.get("attachments") or []
    stored["metadata"] = body.get("metadata") or {}
    return stored


def create(call: Call) -> Answer:
    """POST /engagements/v1/engagements."""
    call.require("contacts")
    body = call.json()
    _check(body, is_new=True)
    return Answer(200, _shown(add(call.account, body)))


def read(call: Call) -> Answer:
    """GET /engagements/v1/engagements/{id}."""
    call.require("contacts")
    return Answer(200, _shown(_found(call)))


def update(call: Call) -> Answer:
    """PATCH /engagements/v1/engagements/{id}: what is left out stays."""
    call.require("contacts")
    record, body = _found(call), call.json()
    _check(body, is_new=False)
    given = body.get("engagement") or {}
    record["engagement"] |= {name: given[name] for name in _SETTABLE if name in given}
    record["engagement"]["lastUpdated"] = call.now_ms()
    for name in ("associations", "metadata"):
        record[name] = {**record[name], **(body.get(name) or {})}
    if "attachments" in body:
        record["attachments"] = body["attachments"]
    return Answer(200, _shown(record))


def delete(call: Call) -> Answer:
    """DELETE /engagements/v1/engagements/{id}."""
    call.require("contacts")
    call.account["engagements"].remove(_found(call)["id"])
    return Answer(204)


def list_all(call: Call) -> Answer:
    """GET /engagements/v1/engagements/paged: by id."""
    return _page(call, call.account["engagements"].all())


def of_record(call: Call) -> Answer:
    """GET /engagements/v1/engagements/associated/{objectType}/{objectId}/paged."""
    name = _ASSOCIATED.get(call.path[4].upper())
    if name is None or not call.path[5].isdecimal():
        raise Refusal("invalid", "objectType must be CONTACT, COMPANY or DEAL, objectId its id")
    number = int(call.path[5])
    return _page(
        call,
        [one for one in call.account["engagements"].all() if number in one["associations"][name]],
    )


def _page(call: Call, rows: Sequence[Record]) -> Answer:
    call.require("contacts")
    size = size_of(call, "limit", usual=100, most=250)
    page, has_more, offset = from_offset(call, rows, size=size)
    return Answer(
        200, {"results": [_shown(one) for one in page], "hasMore": has_more, "offset": offset}
    )


def _found(call: Call) -> Record:
    return call.account.need("engagements", call.path[-1], message="Engagement not found")


def _check(body: Record, *, is_new: bool) -> None:
    given: Any = body.get("engagement")
    if is_new and not isinstance(given, dict):
        raise Refusal("invalid", "engagement must not be null")
    if is_new and not isinstance(body.get("metadata"), dict):
        raise Refusal("invalid", "metadata must not be null")
    if isinstance(given, dict) and (is_new or "type" in given) and given.get("type") not in TYPES:
        raise Refusal("invalid", f"engagement type must be one of {', '.join(TYPES)}")


def _shown(record: Record) -> Record:
    return {
        name: record[name] for name in ("engagement", "associations", "attachments", "metadata")
    }
