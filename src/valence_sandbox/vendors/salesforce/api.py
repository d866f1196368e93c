"""What is served below `/services/data`: handlers and their routes.

Source: REST API Developer Guide, "Reference"; Reports and Dashboards REST API Developer Guide.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record
from valence_sandbox.vendors.salesforce import content, org, queries, reports
from valence_sandbox.vendors.salesforce.objects import OBJECTS
from valence_sandbox.vendors.salesforce.sobjects import SObject, summary

NEWEST = 62
_OLDEST = 31
_VERSION = re.compile(r"v(\d+)\.0\Z")
_BLOB_TYPE = "application/octetstream"

Served = Callable[[Call, str], Answer]


def root_of(call: Call) -> str:
    """Return the path of the API's version, from the host on. Raises Refusal."""
    found = _VERSION.match(call.path[2]) if len(call.path) > 2 else None
    if found is None or not _OLDEST <= int(found[1]) <= NEWEST:
        raise Refusal("NOT_FOUND", "The requested resource does not exist", status=404)
    # The sandbox stands below a path of its own; the vendor's addresses begin at the host.
    prefix = "/" + call.base.split("://", 1)[-1].partition("/")[2]
    return f"{prefix.rstrip('/')}/services/data/{call.path[2]}"


def identity(call: Call) -> str:
    """Return the address that names the user who authorized."""
    return f"{call.base}/id/{call.account.state['org_id']}/{org.me(call.account)}"


# -- the service -----------------------------------------------------------------------------------


def _versions(call: Call) -> Answer:
    prefix = "/" + call.base.split("://", 1)[-1].partition("/")[2]
    return Answer(
        200,
        [
            {
                "label": f"Release {number}",
                "url": f"{prefix.rstrip('/')}/services/data/v{number}.0",
                "version": f"{number}.0",
            }
            for number in range(_OLDEST, NEWEST + 1)
        ],
    )


def _resources(call: Call, root: str) -> Answer:
    names = ("sobjects", "query", "queryAll", "limits", "analytics", "search")
    return Answer(200, {**{name: f"{root}/{name}" for name in names}, "identity": identity(call)})


def _limits(call: Call, root: str) -> Answer:
    daily = {"Max": 15000, "Remaining": 14000}
    return Answer(200, {"DailyApiRequests": daily, "DataStorageMB": {"Max": 5, "Remaining": 4}})


def _userinfo(call: Call) -> Answer:
    user = call.account["User"].get(org.me(call.account)) or {}
    return Answer(
        200,
        {
            "sub": identity(call),
            "user_id": user.get("Id"),
            "organization_id": call.account.state["org_id"],
            "preferred_username": user.get("Username"),
            "name": user.get("Name"),
            "email": user.get("Email"),
            "user_type": "STANDARD",
        },
    )


# -- objects ---------------------------------------------------------------------------------------


def _all_objects(call: Call, root: str) -> Answer:
    said = [summary(one, root) for one in sorted(OBJECTS.values(), key=lambda one: one.name)]
    return Answer(200, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": said})


def _one_object(call: Call, root: str) -> Answer:
    said = org.need_object(call.path[4])
    return Answer(200, {"objectDescribe": summary(said, root), "recentItems": []})


def _describe(call: Call, root: str) -> Answer:
    said = org.need_object(call.path[4])
    children = [
        {
            "cascadeDelete": False,
            "childSObject": child.name,
            "field": row.name,
            "relationshipName": row.children or None,
        }
        for child in OBJECTS.values()
        for row in child.fields
        if said.name in row.refers_to
    ]
    fields = [row.described() for row in said.fields]
    whole = {**summary(said, root), "childRelationships": children, "fields": fields}
    return Answer(200, {**whole, "recordTypeInfos": []})


def _create(call: Call, root: str) -> Answer:
    said = org.need_object(call.path[4])
    body = _body(call, said)
    free = _is_case_free(call)
    if said is content.VERSION:
        made = content.create_version(call.account, body, is_case_free=free)
    elif said is content.LINK:
        made = content.create_link(call.account, body, is_case_free=free)
    else:
        made = org.create(call.account, said, body, is_case_free=free)
    location = f"{root}/sobjects/{said.name}/{made['Id']}"
    told = {"id": made["Id"], "success": True, "errors": []}
    return Answer(201, told, headers={"Location": location})


def _read(call: Call, root: str) -> Answer:
    said = org.need_object(call.path[4])
    record = org.live(call.account, said, call.path[5])
    names = call.names("fields")
    for name in names:
        if said.field(name) is None:
            message = f"No such column '{name}' on entity '{said.name}'."
            raise Refusal("INVALID_FIELD", message)
    wanted = (*names, *(() if not names or "id" in map(str.lower, names) else ("Id",)))
    return Answer(200, org.shown(said, record, root, names=wanted))


def _change(call: Call, root: str) -> Answer:
    said = org.need_object(call.path[4])
    record = org.live(call.account, said, call.path[5])
    body = _body(call, said)
    if said is content.DOCUMENT:
        content.change_document(call.account, record, body)
    else:
        org.change(call.account, said, record, body, is_case_free=_is_case_free(call))
    return Answer(204)


def _delete(call: Call, root: str) -> Answer:
    said = org.need_object(call.path[4])
    record = org.live(call.account, said, call.path[5])
    if said is content.DOCUMENT:
        content.delete_document(call.account, record)
    else:
        org.delete(call.account, said, record)
    return Answer(204)


def _below(call: Call, root: str) -> Answer:
    """Answer the bytes of a record, or what one of its relationships leads to."""
    said = org.need_object(call.path[4])
    record = org.live(call.account, said, call.path[5])
    blob = said.blob()
    if blob is None or call.path[6].lower() != blob.name.lower():
        return queries.related(call, root, said, record)
    held = record.get(blob.name)
    if held is None:
        raise Refusal("NOT_FOUND", "The requested resource does not exist", status=404)
    return Answer(200, body=held, media_type=_BLOB_TYPE)


def _is_case_free(call: Call) -> bool:
    return bool(call.switches["field_case"] == "free")


def _body(call: Call, said: SObject) -> Mapping[str, Any]:
    """Return the body: JSON, or a JSON part and the bytes beside it. Raises Refusal."""
    kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return _json(call.body)
    if kind != "multipart/form-data":
        message = f"Content-Type {kind or 'null'} not supported for this resource"
        raise Refusal("UNSUPPORTED_MEDIA_TYPE", message, status=415)
    fields, uploads = call.multipart()
    blob = said.blob()
    if blob is None or not fields:
        raise Refusal("INVALID_MULTIPART_REQUEST", "Multipart message has no JSON part")
    first, *others = fields
    known = {blob.name}
    if others or any(upload.name not in known for upload in uploads):
        named = [*others, *(one.name for one in uploads if one.name not in known)]
        message = f"Multipart message includes an unknown part: {named[0]}"
        raise Refusal("INVALID_MULTIPART_REQUEST", message)
    body: Record = dict(_json(fields[first].encode()))
    for upload in uploads:
        body[upload.name] = upload.content
        if said.name in ("Attachment", "Document"):
            body.setdefault("Name", upload.filename)
    return body


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as exc:
        raise Refusal("JSON_PARSER_ERROR", f"Unexpected character: {exc}") from exc
    if not isinstance(value, dict):
        raise Refusal("JSON_PARSER_ERROR", "The HTTP entity body is required to be an object")
    return value


# -- routes ----------------------------------------------------------------------------------------


def _versioned(serve: Served) -> Callable[[Call], Answer]:
    return lambda call: serve(call, root_of(call))


_BELOW: Mapping[tuple[str, str], Served] = {
    ("GET", ""): _resources,
    ("GET", "limits"): _limits,
    ("GET", "query"): queries.run,
    ("GET", "query/*"): queries.more,
    ("GET", "sobjects"): _all_objects,
    ("GET", "sobjects/*"): _one_object,
    ("POST", "sobjects/*"): _create,
    ("GET", "sobjects/*/describe"): _describe,
    ("GET", "sobjects/*/*"): _read,
    ("PATCH", "sobjects/*/*"): _change,
    ("DELETE", "sobjects/*/*"): _delete,
    ("GET", "sobjects/*/*/*"): _below,
    ("GET", "analytics/reports"): reports.listed,
    ("GET", "analytics/reports/*"): reports.run,
    ("GET", "analytics/reports/*/describe"): reports.described,
}

ROUTES: Mapping[tuple[str, str], Callable[[Call], Answer]] = {
    ("GET", "services/oauth2/userinfo"): _userinfo,
    **{
        (method, f"services/data/*/{path}".rstrip("/")): _versioned(serve)
        for (method, path), serve in _BELOW.items()
    },
}

OPEN_ROUTES: Mapping[tuple[str, str], Callable[[Call], Answer]] = {
    ("GET", "services/data"): _versions,
}
