"""What an element can do, told from its definition: `/elements/{id}/metadata`.

Source: the wire contract, its section on metadata. Nothing is promised that the definition does
not say: without `event.vendor.type` and event hooks, events are not supported."""

from collections.abc import Iterator

from valence.domain import Element, Operation
from valence.elements.document import Json, rows

_API_TYPES = {"http": "REST", "jdbc": "JDBC", "soap": "SOAP"}
_ITEM_VERBS = {"GET": "RETRIEVE", "PUT": "UPDATE", "PATCH": "UPDATE", "DELETE": "DELETE"}
_LIST_VERBS = {"GET": "SEARCH", "POST": "CREATE"}
_VERB_ORDER = ("CREATE", "RETRIEVE", "UPDATE", "DELETE", "SEARCH")
EVENT_TYPES = ("CREATED", "UPDATED")


def metadata_to_wire(element: Element, *, is_expanded: bool = False) -> Json:
    """Return an element's metadata, short or with its resources and abilities."""
    events = _events(element)
    short: Json = {
        "id": element.id,
        "key": element.key,
        "name": element.name,
        "description": element.description,
        "events": events,
    }
    if not is_expanded:
        return short
    document = element.document
    paths = {(op.method, op.path) for op in element.operations}
    has_fields = any(
        path.endswith("/metadata") and path.startswith("/objects/") for _, path in paths
    )
    return short | {
        "image": document["image"],
        "hub": element.hub,
        "displayOrder": document.get("displayOrder", 0),
        "active": element.is_active,
        "beta": document["beta"],
        "cloneable": document["cloneable"],
        "transformations": document["transformationsEnabled"],
        "elementType": str(document["protocolType"]),
        "authenticationType": element.authentication.value,
        "normalizedPaging": any(op.paging is not None for op in element.operations),
        "swaggerValidated": False,
        "discovery": {
            "customFields": has_fields or _has_custom_fields(element),
            "customObjects": ("GET", "/objects") in paths,
            "endpointCustomFields": has_fields,
            "endpointCustomObjects": ("GET", "/objects") in paths,
        },
        "bulk": {
            "upload": document["bulkUploadEnabled"],
            "download": document["bulkDownloadEnabled"],
        },
        "api": {
            "type": _API_TYPES.get(str(document["protocolType"]).casefold(), "REST"),
            "contentType": "application/json",
        },
        "resources": list(_resources(element, events)),
    }


def _events(element: Element) -> Json:
    methods = [element.default("event.vendor.type")] if _declares(element) else []
    if element.event_hooks and "webhook" not in methods:
        methods.append("webhook")
    found: Json = {"supported": bool(methods), "methods": methods}
    if "polling" in methods:
        found["polling"] = {
            name: {
                "eventTypes": list(EVENT_TYPES),
                "pollUrl": f"/hubs/{element.hub}/{name}",
            }
            for name in _polled(element)
        }
    return found


def _declares(element: Element) -> bool:
    return element.default("event.vendor.type") in ("polling", "webhook")


def _polled(element: Element) -> list[str]:
    """Return the objects that are watched: those it names, else every list."""
    written = element.default("event.objects") or ""
    named = [name.strip() for name in written.split(",") if name.strip()]
    return named or [name for name in _by_name(element) if _lists(element, name)]


def _lists(element: Element, name: str) -> bool:
    return any(op.method == "GET" and op.path == f"/{name}" for op in element.operations)


def _resources(element: Element, events: Json) -> Iterator[Json]:
    by_object = {row.get("name"): row for row in rows(element.document.get("objects"))}
    polled = events.get("polling", {})
    document = element.document
    for name, operations in _by_name(element).items():
        found = {_verb(operation) for operation in operations}
        held = by_object.get(name, {})
        is_watched = name in polled
        can_download = bool(document["bulkDownloadEnabled"] and "SEARCH" in found)
        can_upload = bool(document["bulkUploadEnabled"] and "CREATE" in found)
        has_fields = bool(held.get("customFields", False))
        yield {
            "canonicalName": name,
            "operations": [verb for verb in _VERB_ORDER if verb in found],
            "events": {
                "supported": is_watched,
                "methods": ["polling"] if is_watched else [],
                "eventTypes": list(EVENT_TYPES) if is_watched else [],
            },
            "bulk": {
                "upload": {
                    "supported": can_upload and held.get("bulkUploadEnabled") is not False,
                    "native": False,
                },
                "download": {
                    "supported": can_download and held.get("bulkDownloadEnabled") is not False,
                    "native": False,
                },
            },
            "customField": {
                "get": has_fields,
                "create": False,
                "update": False,
                "delete": False,
            },
        }


def _by_name(element: Element) -> dict[str, list[Operation]]:
    """Return the callable operations by the first segment of their path."""
    found: dict[str, list[Operation]] = {}
    for operation in element.operations:
        if operation.type == "api":
            name = operation.path.strip("/").partition("/")[0]
            found.setdefault(name, []).append(operation)
    return {name: operations for name, operations in found.items() if name}


def _verb(operation: Operation) -> str | None:
    segments = operation.path.strip("/").split("/")
    if len(segments) == 1:
        return _LIST_VERBS.get(operation.method)
    if len(segments) == 2 and segments[1].startswith("{"):
        return _ITEM_VERBS.get(operation.method)
    return None


def _has_custom_fields(element: Element) -> bool:
    return any(
        row.get("customFields") is True
        for name in ("objects", "models")
        for row in rows(element.document.get(name))
    )
