"""The verbs of items: read, list, search, make, change, copy, delete, what changed."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.paging import cursor_of, state_of
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record
from valence_sandbox.vendors.onedrive import content, drive
from valence_sandbox.vendors.onedrive.address import Address, address

MOST_PER_PAGE = 1000
_USUAL_PER_PAGE = 200
_SEARCH = re.compile(r"search\(q='(.*)'\)\Z", re.DOTALL)
_ORDERS = {
    "name": lambda row: row["name"].casefold(),
    "size": lambda row: 0 if row["folder"] else len(row["content"]),
    "lastModifiedDateTime": lambda row: row["modified"],
}
_KNOWN = frozenset({"$top", "$select", "$expand", "$orderby", "$skiptoken", "token"})
_POLLS_OF_A_COPY = 2


def get(call: Call) -> Answer:
    """GET below /me/drive: an item, or what its address ends with."""
    at = address(call)
    match at.tail:
        case ():
            return Answer(200, _selected(call, drive.shown(call.account, at.found(), call.base)))
        case ("children",):
            return _children(call, at)
        case ("content",):
            return content.redirected(call, at.found())
        case ("versions",):
            return content.versions(call, at.found())
        case ("versions", number):
            return content.version(call, at.found(), number)
        case ("versions", number, "content"):
            return content.version_redirected(call, at.found(), number)
        case ("delta",):
            return _delta(call, at)
        case (last,) if (found := _SEARCH.match(last)) is not None:
            return _search(call, at, found[1].replace("''", "'"))
    raise Refusal("no-route")


def put(call: Call) -> Answer:
    """PUT below /me/drive: content."""
    at = address(call)
    if at.tail != ("content",):
        raise Refusal("method" if at.tail == () else "no-route")
    return content.upload(call, at)


def post(call: Call) -> Answer:
    """POST below /me/drive: a folder, a copy, a link."""
    at = address(call)
    match at.tail:
        case ("children",):
            return _make_folder(call, at.found())
        case ("copy",):
            return _copy(call, at.found())
        case ("createLink",):
            return _link(call, at.found())
        case ("versions", number, "restoreVersion"):
            return content.restore(call, at.found(), number)
    raise Refusal("method" if at.tail == () else "no-route")


def patch(call: Call) -> Answer:
    """PATCH below /me/drive: another name, another folder."""
    item = _whole(address(call))
    _match(call, item)
    body = call.json()
    values: Record = {}
    folder = None
    if "parentReference" in body:
        folder = _target(call, body["parentReference"])
        if any(row["id"] == folder["id"] for row in drive.below(call.account, item)):
            raise Refusal("invalid", "An item cannot be moved into itself.")
        values["parent"] = folder["id"]
    if item["parent"] is None:
        raise Refusal("invalid", "The root cannot be renamed or moved.")
    if "description" in body:
        values["description"] = body["description"]
    name = drive.checked_name(body["name"]) if "name" in body else item["name"]
    above = folder or call.account.need("items", item["parent"])
    behavior = body.get("@microsoft.graph.conflictBehavior", "fail")
    name, giving_way = drive.free_name(call.account, above, name, behavior, item=item)
    if giving_way is not None:
        drive.remove(call.account, giving_way)
    changed = drive.change(call.account, item, {**values, "name": name})
    return Answer(200, drive.shown(call.account, changed, call.base))


def delete(call: Call) -> Answer:
    """DELETE below /me/drive."""
    item = _whole(address(call))
    _match(call, item)
    if item["parent"] is None:
        raise Refusal("forbidden", "The root cannot be deleted.")
    drive.remove(call.account, item)
    return Answer(204)


def read_drive(call: Call) -> Answer:
    """GET /me/drive."""
    used = drive.used_bytes(call.account)
    return Answer(
        200,
        {
            "id": drive.drive_id(call.account),
            "driveType": "business",
            "name": "OneDrive",
            "owner": {"user": {"id": "1", "displayName": "Olive Owner"}},
            "quota": {
                "total": drive.TOTAL_BYTES,
                "used": used,
                "remaining": drive.TOTAL_BYTES - used,
                "deleted": 0,
                "state": "normal",
            },
        },
    )


def read_me(call: Call) -> Answer:
    """GET /me."""
    mail = f"olive@{call.account.name}"
    return Answer(
        200,
        {
            "id": "48d31887-5fad-4d73-a9f5-3c356e68a038",
            "displayName": "Olive Owner",
            "givenName": "Olive",
            "surname": "Owner",
            "mail": mail,
            "userPrincipalName": mail,
            "jobTitle": None,
            "mobilePhone": None,
            "businessPhones": [],
        },
    )


def monitor(call: Call) -> Answer:
    """GET of what is told of a copy: nobody needs to be known for it."""
    held = _monitors(call).get(call.path[-1])
    if held is None:
        raise Refusal("missing", "The monitor was not found.")
    held["polls"] += 1
    if held["polls"] < _POLLS_OF_A_COPY:
        return Answer(
            202,
            {
                "operation": "ItemCopy",
                "percentageComplete": 50.0,
                "resourceId": "",
                "status": "inProgress",
            },
        )
    if held["error"] is not None:
        return Answer(200, {"operation": "ItemCopy", "status": "failed", "error": held["error"]})
    return Answer(
        200,
        {
            "operation": "ItemCopy",
            "percentageComplete": 100.0,
            "resourceId": held["id"],
            "status": "completed",
        },
    )


def _monitors(call: Call) -> dict[str, Any]:
    found: dict[str, Any] = call.account.state["monitors"]
    return found


def _whole(at: Address) -> Record:
    if at.tail:
        raise Refusal("no-route")
    return at.found()


def _match(call: Call, item: Record) -> None:
    wanted = call.headers.get("if-match", "")
    held = f'"{{{item["id"]}}},{item["changes"]}"'
    if wanted not in ("", "*", held):
        raise Refusal("stale", "The resource has changed.", status=412)


def _selected(call: Call, told: Mapping[str, Any]) -> Record:
    names = call.names("$select")
    return {k: v for k, v in told.items() if not names or k in names}


def _asked(call: Call) -> None:
    for name in call.query:
        if name.startswith("$") and name not in _KNOWN:
            raise Refusal("unsupported", f"The query option {name} is not supported.", status=501)


def _page(call: Call, rows: list[Record], **last: Any) -> Answer:
    """Return one page; `nextLink` leads on, the last page has what `last` says."""
    _asked(call)
    size = call.integer("$top", _USUAL_PER_PAGE, least=1, most=MOST_PER_PAGE)
    token = call.query.get("$skiptoken", "")
    state = state_of(token) if token else 0
    start = state if isinstance(state, int) else 0
    told = [_selected(call, row) for row in rows[start : start + size]]
    if start + size >= len(rows):
        return Answer(200, {"value": told, **last})
    rest = [(k, v) for k, v in call.query.multi_items() if k != "$skiptoken"]
    rest.append(("$skiptoken", cursor_of(start + size)))
    link = f"{call.base}/{_quoted_path(call)}?{content.urlencode(rest)}"
    return Answer(200, {"value": told, "@odata.nextLink": link})


def _quoted_path(call: Call) -> str:
    return "/".join(content.quote(part, safe=":()',$") for part in call.path)


def _children(call: Call, at: Address) -> Answer:
    folder = at.found()
    rows = drive.children(call.account, folder) if folder["folder"] else []
    order = call.query.get("$orderby", "")
    if order:
        name, _, direction = order.partition(" ")
        if name not in _ORDERS or direction.strip() not in ("", "asc", "desc"):
            raise Refusal("invalid", "The $orderby option is not valid.")
        rows.sort(key=_ORDERS[name], reverse=direction.strip() == "desc")
    return _page(call, [drive.shown(call.account, row, call.base) for row in rows])


def _search(call: Call, at: Address, text: str) -> Answer:
    """What is found has no path in its parentReference, as in the search of the real one."""
    wanted = text.casefold()
    found = [
        drive.shown(call.account, row, call.base)
        for row in drive.below(call.account, at.found())
        if row["parent"] is not None and (wanted in row["name"].casefold() or _holds(row, wanted))
    ]
    for row in found:
        row["parentReference"].pop("path", None)
        row["searchResult"] = {}
    return _page(call, found)


def _holds(row: Record, wanted: str) -> bool:
    return (
        bool(wanted)
        and not row["folder"]
        and row["media_type"].startswith("text/")
        and wanted in row["content"].decode("utf-8", "replace").casefold()
    )


def _delta(call: Call, at: Address) -> Answer:
    if at.found()["parent"] is not None:
        raise Refusal("invalid", "Delta is for the root of a drive.")
    token = call.query.get("token", "")
    latest = call.account.state["sequence"]
    since = latest if token == "latest" else int(state_of(token)) if token else 0
    rows = [
        (row["sequence"], drive.shown(call.account, row, call.base))
        for row in call.account["items"].all()
        if row["sequence"] > since
    ]
    if since:
        rows += [
            (row["sequence"], {"id": row["id"], "deleted": {"state": "deleted"}})
            for row in call.account.state["gone"]
            if row["sequence"] > since
        ]
    rows.sort(key=lambda row: row[0])
    link = f"{call.base}/{_quoted_path(call)}?token={cursor_of(latest)}"
    return _page(call, [row for _, row in rows], **{"@odata.deltaLink": link})


def _target(call: Call, reference: Any) -> Record:
    """Return the folder that a parentReference means, by id or by path. Raises Refusal."""
    if not isinstance(reference, dict):
        raise Refusal("invalid", "The parentReference is not valid.")
    folder: Record | None = None
    if reference.get("id"):
        folder = call.account["items"].get(str(reference["id"]))
    elif isinstance(reference.get("path"), str):
        path = reference["path"]
        start = re.match(r"(?:/drives/[^/]+|/me/drive|/drive)/root:?(.*)\Z", path, re.DOTALL)
        if start is None:
            raise Refusal("invalid", "The path of the parentReference is not valid.")
        folder = drive.root_of(call.account)
        for name in start[1].strip("/:").split("/"):
            if name and folder is not None:
                folder = drive.child(call.account, folder, unquote(name))
    if folder is None or not folder["folder"]:
        raise Refusal("missing", "The target folder could not be found.")
    return folder


def _make_folder(call: Call, above: Record) -> Answer:
    body = call.json()
    if not isinstance(body.get("folder"), dict):
        raise Refusal("invalid", "Exactly one of the facets file or folder must be given.")
    if not above["folder"]:
        raise Refusal("invalid", "The parent is not a folder.")
    name = drive.checked_name(body.get("name"))
    behavior = body.get("@microsoft.graph.conflictBehavior", "fail")
    name, giving_way = drive.free_name(call.account, above, name, behavior)
    if giving_way is not None:
        drive.remove(call.account, giving_way)
    made = drive.add_folder(call.account, above, name)
    return Answer(201, drive.shown(call.account, made, call.base))


def _copy(call: Call, item: Record) -> Answer:
    body = call.json()
    reference = body.get("parentReference")
    folder = call.account.need("items", item["parent"] or item["id"])
    if reference is not None:
        folder = _target(call, reference)
    if any(row["id"] == folder["id"] for row in drive.below(call.account, item)):
        raise Refusal("invalid", "An item cannot be copied into itself.")
    name = drive.checked_name(body.get("name", item["name"]))
    held: dict[str, Any] = {"polls": 0, "id": "", "error": None}
    try:
        name, giving_way = drive.free_name(
            call.account, folder, name, call.query.get("@microsoft.graph.conflictBehavior", "fail")
        )
        if giving_way is not None:
            drive.remove(call.account, giving_way)
        held["id"] = drive.copied(call.account, item, folder, name)["id"]
    except Refusal as refusal:
        # The request was taken; what came of it is told at the monitor.
        held["error"] = {"code": "nameAlreadyExists", "message": refusal.message}
    number = len(_monitors(call)) + 1
    key = content.ticket(call.account.name, number)
    _monitors(call)[key] = held
    ticket = f"{drive.TICKET_PARAMETER}={call.account.name}"
    return Answer(202, headers={"Location": f"{call.base}/monitor/{key}?{ticket}"})


def _link(call: Call, item: Record) -> Answer:
    body = call.json()
    kind, scope = body.get("type", "view"), body.get("scope", "organization")
    if kind not in ("view", "edit", "embed") or scope not in ("anonymous", "organization"):
        raise Refusal("invalid", "The type or the scope of the link is not valid.")
    links = call.account.state["links"]
    key = (item["id"], kind, scope)
    status = 200 if key in links else 201
    number = links.setdefault(key, content.ticket(call.account.name, len(links) + 1000))
    return Answer(
        status,
        {
            "id": number[:12],
            "roles": ["write" if kind == "edit" else "read"],
            "link": {
                "type": kind,
                "scope": scope,
                "webUrl": f"https://sandbox-my.sharepoint.example/:x:/g/{number}",
            },
        },
    )
