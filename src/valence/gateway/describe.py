"""What an instance's objects are: names, fields, and a document of one object; no vendor call.

An element that declares such a resource itself is asked instead: then nothing is answered here."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

import orjson

from valence.domain import Element
from valence.elements import (
    Place,
    document_of,
    helium_objects,
    object_metadata,
    object_names,
    object_swagger,
)
from valence.gateway.values import Resolved, ResourceRequest, ResourceResponse


def describe(
    request: ResourceRequest,
    resolved: Resolved,
    *,
    base_url: str,
    email: str = "",
    discovered: Sequence[Mapping[str, Any]] = (),
) -> ResourceResponse | None:
    """Return the answer to `/objects` and what is below it, or None: the call is another.

    Args:
        base_url: where the API stands, unless the query has `baseUrl`.
        discovered: the object's fields, for a document that shows custom ones.

    Raises:
        NotFound: there is no such object.
        InvalidRequest: `baseUrl` is not an address.
    """
    asked = _asked(request, resolved.element)
    if asked is None:
        return None
    name, kind = asked
    document = document_of(resolved.element)
    value: Any
    if kind == "names":
        is_helium = request.headers.get("elements-version", "").lower() == "helium"
        value = helium_objects(document) if is_helium else object_names(document)
    elif kind == "metadata":
        value = object_metadata(
            document,
            name,
            use_models=_is_true(request, "useModels"),
            custom_fields_only=_is_true(request, "customFieldsOnly"),
        )
    else:
        given = dict(request.query).get("baseUrl")
        value = object_swagger(
            document,
            name,
            Place.of(given or base_url, email=email),
            discovered=discovered,
            is_resolved=_is_true(request, "resolveReferences"),
            is_basic=_is_true(request, "basic"),
        )
    headers = (("Elements-Element-Instance-Id", str(resolved.instance.id)),)
    return ResourceResponse(orjson.dumps(value), headers)


def discovery_of(request: ResourceRequest, resolved: Resolved) -> ResourceRequest | None:
    """Return the call that tells the fields a document wants to show, or None: it wants none."""
    asked = _asked(request, resolved.element)
    if asked is None or asked[1] != "docs" or not _is_true(request, "discovery"):
        return None
    path = request.path.rstrip("/").removesuffix("/docs") + "/metadata"
    return ResourceRequest(request.secrets, "GET", path, headers=request.headers)


def fields_of(answer: ResourceResponse) -> list[Mapping[str, Any]]:
    """Return the fields of a metadata answer; what is none counts as no fields."""
    found = orjson.loads(answer.body)
    fields = found.get("fields") if isinstance(found, dict) else None
    return [one for one in fields or () if isinstance(one, dict)]


def _asked(request: ResourceRequest, element: Element) -> tuple[str, str] | None:
    if request.method != "GET":
        return None
    segments = [part for part in request.path.split("/") if part]
    if len(segments) > 1 and segments[0] == "hubs":
        segments = segments[2:]
    match segments:
        case ["objects"]:
            found = ("", "names")
        case ["objects", name, ("metadata" | "docs") as kind]:
            found = (unquote(name), kind)
        case _:
            return None
    return None if _declares(element, segments) else found


def _declares(element: Element, segments: list[str]) -> bool:
    for operation in element.operations:
        parts = operation.path.strip("/").split("/")
        if operation.method == "GET" and len(parts) == len(segments) and parts[0] == "objects":
            pairs = zip(parts, segments, strict=True)
            if all(part == given or part.startswith("{") for part, given in pairs):
                return True
    return False


def _is_true(request: ResourceRequest, name: str) -> bool:
    return dict(request.query).get(name, "false").lower() in ("true", "")
