"""Definitions as they are stored and as they are shown; transformations as they are shown."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from valence.domain import InvalidRequest
from valence.transformations import Level, merged
from valence.transformations.paths import parse_path

Json = dict[str, Any]
Allocate = Callable[[], int]
LONGEST_NAME = 255
MOST_FIELDS = 2000


def checked_name(name: object) -> str:
    """Return an object's name. Raises InvalidRequest."""
    found = name.strip() if isinstance(name, str) else ""
    if not found or len(found) > LONGEST_NAME or "/" in found or "\x00" in found:
        raise InvalidRequest(
            f"An object's name has 1 to {LONGEST_NAME} characters and no slash.", code="bad-body"
        )
    return found


def checked_definition(
    body: Mapping[str, Any], *, level: Level, stored: Mapping[str, Any] | None = None
) -> Json:
    """Return a definition as a level stores it; fields that are new have no `id` yet.

    Args:
        stored: what the level has now: a field keeps its id by its path, or by sending it.

    Raises:
        InvalidRequest: a field has no path, or one that cannot be read; the message names it.
    """
    rows = body.get("fields")
    if rows is None:
        rows = []
    if not isinstance(rows, list) or len(rows) > MOST_FIELDS:
        raise InvalidRequest(f"fields must be a list of at most {MOST_FIELDS}.", code="bad-body")
    before = (stored or {}).get("fields", [])
    ids, by_path = {row["id"] for row in before}, {row["path"]: row["id"] for row in before}
    found: Json = {}
    for name in ("description", "displayName"):
        if isinstance(body.get(name), str) and body[name]:
            found[name] = body[name]
    fields: dict[str, Json] = {}
    for number, row in enumerate(rows):
        field = _field(row, number) | {"level": level}
        given = row.get("id")
        known = given if type(given) is int and given in ids else None
        known = by_path.get(field["path"]) if known is None else known
        fields[field["path"]] = field if known is None else {"id": known} | field
    return found | {"fields": list(fields.values())}


def numbered(document: Json, allocate: Allocate) -> Json:
    """Return a definition whose every field has an id."""
    fields = [row if "id" in row else {"id": allocate()} | row for row in document["fields"]]
    return document | {"fields": fields}


def fingerprint(document: Mapping[str, Any] | None) -> str:
    """Return what changes whenever a stored document does; of none, a word of its own."""
    if document is None:
        return "none"
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]


def types_of(documents: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the types of fields by path, from definitions given from the general on."""
    return {row["path"]: row["type"] for one in documents for row in one["fields"]}


def definition_to_wire(row: Any, document: Mapping[str, Any]) -> Json:
    """Return a definition of one level."""
    return {
        "id": row.resource_id,
        "objectName": row.name,
        **{name: document[name] for name in ("description", "displayName") if name in document},
        "createdDate": iso_millis(row.created_ms),
        "vdrShared": False,
        "level": row.level,
        "fields": document["fields"],
    }


def transformation_to_wire(
    rows: Sequence[Any],
    *,
    types: Mapping[str, str],
    element: Json | None = None,
    is_always_merged: bool = False,
) -> Json:
    """Return a transformation as its most specific level has it, with what it inherits.

    Args:
        rows: of the levels, from the general on; the last is the one that is asked for.
        is_always_merged: whether or not a level inherits.
    """
    own = rows[-1]
    documents = [json.loads(row.document) for row in rows]
    document = merged(documents, is_always=is_always_merged)
    fields = [
        {"path": field["path"], "type": field.get("type") or types.get(field["path"], "string")}
        | {name: value for name, value in field.items() if name not in ("path", "type")}
        for field in document["fields"]
    ]
    started = datetime.fromtimestamp(own.updated_ms / 1000, UTC)
    shown: Json = {
        "id": own.number,
        "objectName": own.name,
        "vendorName": document["vendorName"],
        "level": own.level,
        "startDate": f"{started:%Y-%m-%d %H:%M:%S.%f}",
        "isLegacy": document["isLegacy"],
        "configuration": document["configuration"],
        "fields": fields,
        "scripts": document["scripts"],
    }
    if document.get("script"):
        shown["script"] = document["script"]
    return shown if element is None else shown | {"element": element}


def iso_millis(moment_ms: int) -> str:
    """Return a moment in ISO 8601 with milliseconds."""
    moment = datetime.fromtimestamp(moment_ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _field(row: object, number: int) -> Json:
    path = row.get("path") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(path, str) or not path.strip():
        raise InvalidRequest(f"fields[{number}] must have a path.", code="bad-body")
    parse_path(path)
    type_ = row.get("type") or "string"
    if not isinstance(type_, str) or len(type_) > LONGEST_NAME:
        raise InvalidRequest(f"fields[{number}].type must be a text.", code="bad-body")
    named = {
        name: row[name]
        for name in ("displayName", "description")
        if isinstance(row.get(name), str) and row[name]
    }
    return {"path": path.strip(), "type": type_} | named
