"""Pipedrive's envelopes: `success`, `data`, `additional_data`; an empty list is null.

Source: https://pipedrive.readme.io/docs/core-api-concepts-responses and
https://pipedrive.readme.io/docs/core-api-concepts-pagination"""

from collections.abc import Sequence
from typing import Any

from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.paging import arranged, by_offset
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record

_DEFAULT, _MOST = 100, 500
_HELP = "Please check developers.pipedrive.com for more information about Pipedrive API."
_MESSAGES = {
    "unauthorized": "unauthorized access",
    "expired": "unauthorized access",
    "forbidden": "Scope and URL mismatch",
    "missing": "Item not found",
    "no-route": "Unknown method.",
    "method": "Method not allowed",
    "throttled": "request over limit",
    "unparsable": "Bad request",
    "failed": "Internal error",
    "unavailable": "Requested service is not available",
}


def shape(refusal: Refusal) -> Answer:
    """Return the error body of a refusal."""
    body: dict[str, Any] = {
        "success": False,
        "error": refusal.message
        if refusal.kind in ("invalid", "missing") and refusal.message
        else _MESSAGES.get(refusal.kind, refusal.kind),
        "error_info": _HELP,
        "data": None,
        "additional_data": None,
    }
    if refusal.kind in ("unauthorized", "expired"):
        body["errorCode"] = 401
    return Answer(refusal.status, body)


def one(record: Any, *, status: int = 200) -> Answer:
    """Return the answer of one record."""
    return Answer(status, {"success": True, "data": record})


def everything(rows: Sequence[Any]) -> Answer:
    """Return the answer of a list that is not paged."""
    return Answer(200, {"success": True, "data": list(rows) or None})


def page(call: Call, rows: Sequence[Record]) -> Answer:
    """Return the page that `start`, `limit` and `sort` ask for."""
    start = call.integer("start", 0)
    limit = min(call.integer("limit", _DEFAULT, least=1), _MOST)
    if call.query.get("sort"):
        rows = arranged(rows, *_orders(call.query["sort"]))
    found = by_offset(rows, offset=start, limit=limit)
    pagination: Record = {
        "start": start,
        "limit": limit,
        "more_items_in_collection": found.has_more,
    }
    if found.has_more:
        pagination["next_start"] = found.next_offset
    return Answer(
        200,
        {
            "success": True,
            "data": list(found.rows) or None,
            "additional_data": {"pagination": pagination},
        },
    )


def _orders(text: str) -> list[tuple[str, bool]]:
    found = []
    for part in text.split(","):
        name, _, direction = part.strip().partition(" ")
        if direction.strip().upper() not in ("", "ASC", "DESC"):
            raise Refusal("invalid", "sort is not valid")
        found.append((name, direction.strip().upper() == "DESC"))
    return found
