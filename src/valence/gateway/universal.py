"""What every element answers without a vendor call: `/ping` and `/objects`."""

from typing import Any

import orjson

from valence.domain import Clock, Element, iso_seconds
from valence.gateway.values import Resolved, ResourceRequest, ResourceResponse


def may_be_universal(request: ResourceRequest) -> bool:
    """Tell cheaply whether a call needs a closer look here; most do not."""
    return request.method == "GET" and request.path.endswith(("/ping", "/objects"))


def answer(
    request: ResourceRequest, resolved: Resolved, *, clock: Clock
) -> ResourceResponse | None:
    """Return the answer to a universal call, or None: this is none."""
    segments = [part for part in request.path.split("/") if part]
    if len(segments) == 3 and segments[0] == "hubs":
        segments = segments[2:]
    value: Any
    if segments == ["ping"]:
        value = {
            "endpoint": resolved.element.key,
            "valid": resolved.instance.is_valid and not resolved.instance.is_disabled,
            "dateTime": iso_seconds(clock.now_ms()),
        }
    elif segments == ["objects"]:
        is_helium = request.headers.get("elements-version", "").lower() == "helium"
        value = object_entries(resolved.element) if is_helium else object_names(resolved.element)
    else:
        return None
    headers = (("Elements-Element-Instance-Id", str(resolved.instance.id)),)
    return ResourceResponse(orjson.dumps(value), headers)


def object_names(element: Element) -> list[str]:
    """Return the names of what an element can list or has declared as an object, each once."""
    return [str(entry["name"]) for entry in object_entries(element)]


def object_entries(element: Element) -> list[dict[str, str]]:
    """Return objects as `{name, vendorName, type}`: listable resources, then vendor objects.

    An object or model that only types a field of another is none: it has no resource.
    """
    vendor_names = _declared_objects(element)
    found: dict[str, dict[str, str]] = {}
    for operation in element.operations:
        name = operation.path.strip("/")
        if operation.is_list and name and "/" not in name and "{" not in name:
            vendor_name = vendor_names.get(name, name)
            found.setdefault(name, _entry(name, vendor_name, "ceCanonical"))
    for name, vendor_name in vendor_names.items():
        found.setdefault(name, _entry(name, vendor_name, "vendor"))
    return list(found.values())


def _entry(name: str, vendor_name: str, type_: str) -> dict[str, str]:
    return {"name": name, "vendorName": vendor_name, "type": type_}


def _declared_objects(element: Element) -> dict[str, str]:
    declared = element.document.get("objects")
    rows = declared if isinstance(declared, list) else []
    objects = [row for row in rows if isinstance(row, dict) and row.get("name")]
    nested = {
        field.get("type")
        for row in objects
        for field in row.get("fields") or ()
        if isinstance(field, dict)
    }
    resources = {operation.path.strip("/").partition("/")[0] for operation in element.operations}
    return {
        str(row["name"]): str(row.get("vendorName") or row["name"])
        for row in objects
        if row["name"] not in nested or row["name"] in resources
    }
