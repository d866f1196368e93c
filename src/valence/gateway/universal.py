"""What every element answers without a vendor call: `/ping`."""

import orjson

from valence.domain import Clock, Element, iso_seconds
from valence.elements import document_of
from valence.elements import object_names as names_in
from valence.gateway.values import Resolved, ResourceRequest, ResourceResponse


def may_be_universal(request: ResourceRequest) -> bool:
    """Tell cheaply whether a call needs a closer look here; most do not."""
    return request.method == "GET" and (
        request.path.endswith(("/ping", "/objects")) or "/objects/" in request.path
    )


def answer(
    request: ResourceRequest, resolved: Resolved, *, clock: Clock
) -> ResourceResponse | None:
    """Return the answer to a universal call, or None: this is none."""
    segments = [part for part in request.path.split("/") if part]
    if len(segments) == 3 and segments[0] == "hubs":
        segments = segments[2:]
    if segments != ["ping"]:
        return None
    value = {
        "endpoint": resolved.element.key,
        "valid": resolved.instance.is_valid and not resolved.instance.is_disabled,
        "dateTime": iso_seconds(clock.now_ms()),
    }
    headers = (("Elements-Element-Instance-Id", str(resolved.instance.id)),)
    return ResourceResponse(orjson.dumps(value), headers)


def object_names(element: Element) -> list[str]:
    """Return the names of an element's objects."""
    return names_in(document_of(element))
