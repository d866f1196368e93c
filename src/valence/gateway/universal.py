"""What every element answers without a vendor call: `/ping` and `/objects`."""

from typing import Any

import orjson

from valence.domain import Clock, Element, iso_seconds
from valence.gateway.values import Resolved, ResourceRequest, ResourceResponse


def answer(
    request: ResourceRequest, resolved: Resolved, *, clock: Clock
) -> ResourceResponse | None:
    """Return the answer to a universal call, or None: this is none."""
    if request.method != "GET":
        return None
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
        names = object_names(resolved.element)
        is_helium = request.headers.get("elements-version", "").lower() == "helium"
        value = (
            [{"name": n, "vendorName": n, "type": "ceCanonical"} for n in names]
            if is_helium
            else names
        )
    else:
        return None
    headers = (("Elements-Element-Instance-Id", str(resolved.instance.id)),)
    return ResourceResponse(orjson.dumps(value), headers)


def object_names(element: Element) -> list[str]:
    """Return the names of an element's listable resources, each once."""
    names = (op.path.strip("/") for op in element.operations if op.is_list)
    return list(dict.fromkeys(n for n in names if "/" not in n and "{" not in n))
