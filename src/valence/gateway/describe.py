"""What an instance's objects are: names, fields, and a document of one object.

An element that declares such a resource itself is asked instead: then nothing is answered here but
what is asked of an object of the caller's own shape, and its name is added to those of others."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote

import orjson

from valence.domain import Element
from valence.elements import (
    DocumentedObject,
    Place,
    document_of,
    helium_objects,
    mapped_swagger,
    object_metadata,
    object_names,
    object_swagger,
    vendor_name,
)
from valence.gateway.values import Resolved, ResourceRequest, ResourceResponse
from valence.transformations import MISSING, Plan, Transformation

CUSTOM_FIELDS = "/objects/{objectName}/customFields"
_BRACKET = re.compile(r"\[[^\]]*\]")


def describe(
    request: ResourceRequest,
    resolved: Resolved,
    *,
    base_url: str,
    email: str = "",
    discovered: Sequence[Mapping[str, Any]] = (),
    told: Sequence[Mapping[str, Any]] = (),
) -> ResourceResponse | None:
    """Return the answer to `/objects` and what is below it, or None: the call is another.

    Args:
        base_url: where the API stands, unless the query has `baseUrl`.
        discovered: the object's fields, for a document that shows custom ones.
        told: what the vendor tells of the fields behind a mapped object.

    Raises:
        NotFound: there is no such object.
        InvalidRequest: `baseUrl` is not an address.
    """
    # Names are told while an instance is disabled too; its vendor is not asked for them then.
    is_alone = resolved.instance.is_disabled
    asked = _asked(request, resolved, is_alone=is_alone)
    if asked is None:
        return None
    name, kind = asked
    document = document_of(resolved.element)
    plan = resolved.mapped.plan(name) if kind != "names" else None
    value: Any
    if kind == "names":
        value = _objects(resolved, is_helium=_is_helium(request))
    elif plan is not None and kind == "metadata":
        value = _mapped_metadata(request, document, plan, told)
    elif plan is not None:
        where = Place.of(dict(request.query).get("baseUrl") or base_url, email=email)
        value = mapped_swagger(document, documented(plan.transformation), where)
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


def documented(transformation: Transformation) -> DocumentedObject:
    """Return a mapped object as documents show it: by its mapped fields."""
    fields = tuple(
        (field.path, field.type)
        for field in transformation.fields
        if field.vendor_path is not None or field.default is not MISSING
    )
    return DocumentedObject(transformation.name, fields)


def discovery_of(request: ResourceRequest, resolved: Resolved) -> ResourceRequest | None:
    """Return the call that tells the fields a document wants to show, or None: it wants none."""
    asked = _asked(request, resolved)
    if asked is None or asked[1] != "docs" or not _is_true(request, "discovery"):
        return None
    path = request.path.rstrip("/").removesuffix("/docs") + "/metadata"
    return ResourceRequest(request.secrets, "GET", path, headers=request.headers)


def fields_of(answer: ResourceResponse) -> list[Mapping[str, Any]]:
    """Return the fields of a metadata answer; what is none counts as no fields."""
    return fields_in(orjson.loads(answer.body))


def fields_in(found: Any) -> list[Mapping[str, Any]]:
    """Return the fields of what a metadata resource answered, or one of custom fields alone; what
    is none counts as no fields."""
    fields = found.get("fields") if isinstance(found, dict) else found
    fields = fields if isinstance(fields, list) else None
    return [one for one in fields or () if isinstance(one, dict)]


def _objects(resolved: Resolved, *, is_helium: bool) -> list[Any]:
    """Return the element's objects, and after them those of the caller's own shape."""
    document = document_of(resolved.element)
    names = helium_objects(document) if is_helium else object_names(document)
    return names + _own_objects(resolved, object_names(document), is_helium=is_helium)


def _own_objects(resolved: Resolved, names: Sequence[Any], *, is_helium: bool) -> list[Any]:
    """Return the caller's own objects that are not among those of the element."""
    own = [one for name, one in resolved.mapped.transformations.items() if name not in names]
    if not is_helium:
        return [one.name for one in own]
    return [{"name": one.name, "vendorName": one.vendor_name, "type": "vdr"} for one in own]


def asks_declared_names(request: ResourceRequest, resolved: Resolved) -> bool:
    """Tell whether a resource of the element answers the names, while some objects are mapped."""
    segments = _segments(request)
    is_names = request.method == "GET" and segments == ["objects"]
    return is_names and bool(resolved.mapped) and _declares(resolved.element, segments)


def with_own_objects(
    answer: ResourceResponse, request: ResourceRequest, resolved: Resolved
) -> ResourceResponse:
    """Return the names that an element's own resource answers, the caller's objects behind them.

    Where there are further pages they are behind the last.
    """
    names, headers = orjson.loads(answer.body), dict(answer.headers)
    if not isinstance(names, list) or "Elements-Next-Page-Token" in headers:
        return answer
    known = [one.get("name") if isinstance(one, dict) else one for one in names]
    own = _own_objects(resolved, known, is_helium=_is_helium(request))
    for count in ("Elements-Returned-Count", "Elements-Total-Count"):
        if count in headers:
            headers[count] = str(int(headers[count]) + len(own))
    return replace(answer, body=orjson.dumps(names + own), headers=tuple(headers.items()))


def _of_any(vendor_path: str) -> str:
    """Return the path of one element of an array as that of any: all of them have its fields."""
    return _BRACKET.sub("[*]", vendor_path)


def _behind(document: Mapping[str, Any], plan: Plan) -> str | None:
    """Return the element's object that an object is mapped to, or None: it declares none."""
    wanted = plan.transformation.vendor_name.casefold()
    names = object_names(document)
    behind = [name for name in names if name.casefold() == wanted]
    behind += [name for name in names if vendor_name(document, name).casefold() == wanted]
    return behind[0] if behind else None


def _mapped_metadata(
    request: ResourceRequest,
    document: Mapping[str, Any],
    plan: Plan,
    told: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Return the mapped fields of an object, each with what the vendor's field tells."""
    behind = _behind(document, plan)
    known: dict[str, Mapping[str, Any]] = {}
    if behind is not None:
        # What an object declares says more; models know the parts of its arrays.
        for use_models in (True, False):
            found = object_metadata(document, behind, use_models=use_models)["fields"]
            known |= {str(one.get("vendorPath")): one for one in found}
    known |= {str(one.get("vendorPath")): one for one in told}
    fields: list[dict[str, Any]] = [
        {
            **(known.get(field.vendor_path) or known.get(_of_any(field.vendor_path), {})),
            "type": field.type,
            "path": field.path,
            "vendorPath": field.vendor_path,
        }
        for field in plan.transformation.fields
        if field.vendor_path is not None
    ]
    if _is_true(request, "customFieldsOnly"):
        fields = [one for one in fields if one.get("custom") is True]
    return {"fields": fields}


def custom_fields_of(request: ResourceRequest, resolved: Resolved) -> ResourceRequest | None:
    """Return the call that tells an object's fields of the account's own, or None: there is none.

    An element whose vendor knows such fields has a resource for them. An object of the caller's own
    shape has the fields that are mapped, and no others.
    """
    asked = _asked(request, resolved)
    if asked is None or asked[1] != "metadata" or resolved.mapped.plan(asked[0]) is not None:
        return None
    return _custom_fields_call(request, resolved, asked[0])


def description_of(request: ResourceRequest, resolved: Resolved) -> ResourceRequest | None:
    """Return the call that tells the vendor's fields behind a mapped object whose metadata is asked
    for, or None: no resource of the element tells more than its definition.

    It is about the vendor's object whatever is mapped under that name.
    """
    asked = _asked(request, resolved)
    plan = resolved.mapped.plan(asked[0]) if asked and asked[1] == "metadata" else None
    if plan is None or resolved.instance.is_disabled:
        return None
    name = _behind(document_of(resolved.element), plan) or plan.transformation.vendor_name
    if _declares(resolved.element, ["objects", name, "metadata"]):
        path = f"/objects/{quote(name, safe='')}/metadata"
        return ResourceRequest(request.secrets, "GET", path)
    return _custom_fields_call(request, resolved, name)


def _custom_fields_call(
    request: ResourceRequest, resolved: Resolved, name: str
) -> ResourceRequest | None:
    is_known = any(one.path == CUSTOM_FIELDS for one in resolved.element.operations)
    if resolved.instance.is_disabled or not is_known:
        return None
    path = f"/objects/{quote(name, safe='')}/customFields"
    query = (("pageSize", "2000"),)
    return ResourceRequest(request.secrets, "GET", path, query=query, headers=request.headers)


def with_custom_fields(answer: ResourceResponse, told: ResourceResponse) -> ResourceResponse:
    """Return a metadata answer with the account's own fields after the others."""
    held, own = orjson.loads(answer.body), orjson.loads(told.body)
    rows = [{**one, "custom": True} for one in own if isinstance(one, dict)]
    return replace(answer, body=orjson.dumps({**held, "fields": [*held["fields"], *rows]}))


def _asked(
    request: ResourceRequest, resolved: Resolved, *, is_alone: bool = False
) -> tuple[str, str] | None:
    if request.method != "GET":
        return None
    segments = _segments(request)
    match segments:
        case ["objects"]:
            found = ("", "names")
        case ["objects", name, ("metadata" | "docs") as kind]:
            found = (unquote(name), kind)
        case _:
            return None
    if is_alone and segments == ["objects"]:
        return found
    if found[0] and resolved.mapped.plan(found[0]) is not None:
        return found
    return None if _declares(resolved.element, segments) else found


def _segments(request: ResourceRequest) -> list[str]:
    segments = [part for part in request.path.split("/") if part]
    return segments[2:] if len(segments) > 1 and segments[0] == "hubs" else segments


def _is_helium(request: ResourceRequest) -> bool:
    return request.headers.get("elements-version", "").lower() == "helium"


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
