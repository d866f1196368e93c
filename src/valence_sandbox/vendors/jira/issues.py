"""Issues with their comments, attachments, history and properties, and the search for them.

Source: https://docs.atlassian.com/software/jira/docs/api/REST/8.5.0/#api/2/issue and /search."""

from typing import Any

import orjson

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.bodies import Upload
from valence_sandbox.call import Call
from valence_sandbox.paging import arranged
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record
from valence_sandbox.vendors.jira.jql import query
from valence_sandbox.vendors.jira.refused import invalid, missing, refused
from valence_sandbox.vendors.jira.work import (
    author,
    body,
    expanded,
    find,
    named,
    now,
    paged,
    shown_user,
)

_GONE = "Issue Does Not Exist"
_MOST = 100  # jira.search.views.default.max of Jira Cloud
_NOT_NAVIGABLE = frozenset({"comment", "attachment", "worklog"})
_PLAIN = frozenset({"summary", "description", "environment", "duedate", "labels"})
_CHOSEN = {"issuetype": "issuetypes", "priority": "priorities"}
_PEOPLE = ("assignee", "reporter")


# -- search ----------------------------------------------------------------------------------------


def search(call: Call) -> Answer:
    """GET /rest/api/2/search."""

    def known(collection: str, name: str) -> bool:
        records = call.account[collection].all()
        return any(name in (row.get("id"), row.get("key"), row.get("name")) for row in records)

    test, orders = query(call.query.get("jql", ""), known=known)
    found = [row for row in call.account["issues"].all() if test(row)]
    found = arranged(found, *orders, ("number", True))
    answer = paged(call, "issues", found, default=50, most=_MOST)
    issues = answer.json["issues"]
    answer.json["issues"] = [_shown(call, row, default="*navigable") for row in issues]
    return answer


def _shown(call: Call, issue: Record, *, default: str) -> Record:
    wanted = call.names("fields") or (default,)
    fields = issue["fields"]
    kept: dict[str, Any] = {}
    if "*all" in wanted:
        kept = dict(fields)
    elif "*navigable" in wanted or all(name.startswith("-") for name in wanted):
        kept = {name: part for name, part in fields.items() if name not in _NOT_NAVIGABLE}
    for name in wanted:
        if name.startswith("-"):
            kept.pop(name[1:], None)
        elif name in fields:
            kept[name] = fields[name]
    shown = {
        "expand": "renderedFields,names,schema,operations,editmeta,changelog",
        "id": issue["id"],
        "self": issue["self"],
        "key": issue["key"],
        "fields": kept,
    }
    if "changelog" in expanded(call):
        rows = issue["history"]
        shown["changelog"] = {
            "startAt": 0,
            "maxResults": len(rows),
            "total": len(rows),
            "histories": rows,
        }
    return shown


# -- one issue -------------------------------------------------------------------------------------


def create(call: Call) -> Answer:
    """POST /rest/api/2/issue: answers where the issue is, not what it is."""
    said = body(call, "fields", "update", "properties").get("fields")
    if not isinstance(said, dict):
        raise invalid(project="project is required")
    made = issue(call.account, said, creator=author(call), base=call.base)
    return Answer(201, {name: made[name] for name in ("id", "key", "self")})


def issue(account: Account, said: Record, *, creator: Record, base: str) -> Record:
    """Store a new issue. Raises Refusal naming every field that is wrong."""
    errors: dict[str, str] = {}
    project = named(account["projects"].all(), said.get("project"))
    if project is None:
        errors["project"] = (
            "project is required" if not said.get("project") else "valid project is required"
        )
    if not said.get("issuetype"):
        errors["issuetype"] = "issue type is required"
    if not said.get("summary"):
        errors["summary"] = "You must specify a summary of the issue."
    rest = {name: part for name, part in said.items() if name != "project"}
    fields = _fields(account, rest, project, errors)
    if errors or project is None:
        raise invalid(**errors)
    counts: dict[str, int] = account.state.setdefault("numbers", {})
    number = counts[project["key"]] = counts.get(project["key"], 0) + 1
    stamp = now(account)
    stored = account["issues"].add(
        {
            "key": f"{project['key']}-{number}",
            "history": [],
            "properties": {},
            "fields": {
                "project": {name: project[name] for name in ("self", "id", "key", "name")},
                "issuetype": None,
                "summary": None,
                "description": None,
                "environment": None,
                "duedate": None,
                "assignee": None,
                "reporter": creator,
                "priority": account["priorities"].get("3"),
                "status": account["statuses"].get("1"),
                "resolution": None,
                "components": [],
                "labels": [],
                "fixVersions": [],
                "versions": [],
                "votes": {"votes": 0, "hasVoted": False},
                "customfield_10100": None,
                "created": stamp,
                "updated": stamp,
                "creator": creator,
                "comment": {"comments": []},
                "attachment": [],
                **fields,
            },
        }
    )
    stored["number"] = int(stored["id"])
    stored["self"] = f"{base}/rest/api/2/issue/{stored['id']}"
    return stored


def _fields(
    account: Account, said: Record, project: Record | None, errors: dict[str, str]
) -> Record:
    """Return the fields of a body as they are kept, and note what is wrong with them."""
    found: Record = {}
    for name, value in said.items():
        if name in _CHOSEN:
            found[name] = named(account[_CHOSEN[name]].all(), value)
            if found[name] is None and value is not None:
                errors[name] = f"valid {'issue type' if name == 'issuetype' else name} is required"
        elif name in _PEOPLE:
            user = named(account["users"].all(), value) if value else None
            if value and user is None and value.get("name") not in (None, "-1"):
                errors[name] = f"User '{value.get('name')}' does not exist."
            found[name] = shown_user(user) if user else None
        elif name == "components":
            found[name] = _components(value, project, errors)
        elif name in ("fixVersions", "versions"):
            found[name] = value if isinstance(value, list) else []
        elif name in _PLAIN or (account["fields"].get(name) or {}).get("custom"):
            if name == "summary" and isinstance(value, str) and len(value) > 255:
                errors[name] = "Summary must be less than 255 characters."
            found[name] = value
        else:
            errors[name] = (
                f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
            )
    return found


def _components(value: Any, project: Record | None, errors: dict[str, str]) -> list[Record]:
    known = project["components"] if project else []
    found = []
    for one in value if isinstance(value, list) else []:
        component = named(known, one)
        if component is None:
            errors["components"] = f"Component name '{one.get('name')}' is not valid"
        else:
            found.append(component)
    return found


def read(call: Call) -> Answer:
    """GET /rest/api/2/issue/{id}."""
    return Answer(200, _shown(call, _found(call), default="*all"))


def update(call: Call) -> Answer:
    """PUT /rest/api/2/issue/{id}: 204; what changes is remembered."""
    record = _found(call)
    said = body(call, "fields", "update", "properties").get("fields") or {}
    errors: dict[str, str] = {}
    project = call.account["projects"].get(record["fields"]["project"]["id"])
    if "summary" in said and not said["summary"]:
        errors["summary"] = "You must specify a summary of the issue."
    fields = _fields(call.account, said, project, errors)
    if errors:
        raise invalid(**errors)
    items = []
    for name, value in fields.items():
        before = record["fields"].get(name)
        if before != value:
            items.append(change_of(name, before, value))
    record["fields"].update(fields)
    _touch(call, record, items)
    return Answer(204)


def delete(call: Call) -> Answer:
    """DELETE /rest/api/2/issue/{id}."""
    record = _found(call)
    call.account["issues"].remove(record["id"])
    return Answer(204)


def _found(call: Call) -> Record:
    return find(call.account, "issues", call.path[4], message=_GONE)


def change_of(name: str, before: Any, after: Any) -> Record:
    """Return what the history says of one field."""
    return {
        "field": name,
        "fieldtype": "custom" if name.startswith("customfield_") else "jira",
        "from": _id(before),
        "fromString": _text(before),
        "to": _id(after),
        "toString": _text(after),
    }


def _id(value: Any) -> str | None:
    return str(value.get("key") or value.get("id")) if isinstance(value, dict) else None


def _text(value: Any) -> str | None:
    if isinstance(value, dict):
        return str(value.get("displayName") or value.get("name"))
    if isinstance(value, list):
        return " ".join(filter(None, map(_text, value)))
    return None if value is None else str(value)


def _touch(call: Call, record: Record, items: list[Record]) -> None:
    touch(call.account, record, items, creator=author(call))


def touch(account: Account, record: Record, items: list[Record], *, creator: Record) -> None:
    """Note that an issue was changed, and in what."""
    record["fields"]["updated"] = now(account)
    if items:
        number = account.state["history"] = account.state.get("history", 10_000) + 1
        entry = {
            "id": str(number),
            "author": creator,
            "created": record["fields"]["updated"],
            "items": items,
        }
        record["history"].append(entry)


# -- comments --------------------------------------------------------------------------------------


def comments(call: Call) -> Answer:
    """GET /rest/api/2/issue/{id}/comment."""
    rows = _found(call)["fields"]["comment"]["comments"]
    return paged(call, "comments", rows, default=1000, most=1000)


def add_comment(call: Call) -> Answer:
    """POST /rest/api/2/issue/{id}/comment."""
    record = _found(call)
    text = _comment_text(call)
    number = call.account.state["comments"] = call.account.state.get("comments", 10_000) + 1
    made = {
        "self": f"{record['self']}/comment/{number}",
        "id": str(number),
        "author": author(call),
        "body": text,
        "updateAuthor": author(call),
        "created": now(call.account),
        "updated": now(call.account),
    }
    record["fields"]["comment"]["comments"].append(made)
    _touch(call, record, [])
    return Answer(201, made)


def read_comment(call: Call) -> Answer:
    """GET /rest/api/2/issue/{id}/comment/{id}."""
    return Answer(200, _comment(call))


def update_comment(call: Call) -> Answer:
    """PUT /rest/api/2/issue/{id}/comment/{id}."""
    held = _comment(call)
    held |= {"body": _comment_text(call), "updated": now(call.account)}
    held["updateAuthor"] = author(call)
    _touch(call, _found(call), [])
    return Answer(200, held)


def delete_comment(call: Call) -> Answer:
    """DELETE /rest/api/2/issue/{id}/comment/{id}: the history keeps what it said."""
    held, record = _comment(call), _found(call)
    record["fields"]["comment"]["comments"].remove(held)
    _touch(call, record, [change_of("Comment", held["body"], None)])
    return Answer(204)


def _comment_text(call: Call) -> str:
    text = body(call, "body", "visibility", "properties").get("body")
    if not isinstance(text, str) or not text.strip():
        raise invalid(comment="Comment body can not be empty!")
    return text


def _comment(call: Call) -> Record:
    for held in _found(call)["fields"]["comment"]["comments"]:
        if held["id"] == call.path[6]:
            found: Record = held
            return found
    raise missing(f"Can not find a comment for the id: {call.path[6]}.")


# -- attachments -----------------------------------------------------------------------------------


def attach(call: Call) -> Answer:
    """POST /rest/api/2/issue/{id}/attachments: multipart, with the header against forged forms."""
    if call.headers.get("x-atlassian-token") not in ("no-check", "nocheck"):
        raise Refusal("forbidden", "XSRF check failed")
    record = _found(call)
    _, uploads = call.multipart()
    uploads = [upload for upload in uploads if upload.name == "file"]
    if not uploads:
        raise refused("No files were uploaded: the parts must be called file.")
    made = [
        attachment(call.account, record, upload, creator=author(call), base=call.base)
        for upload in uploads
    ]
    _touch(call, record, [change_of("Attachment", None, row["filename"]) for row in made])
    return Answer(200, made)


def attachment(
    account: Account, record: Record, upload: Upload, *, creator: Record, base: str
) -> Record:
    """Keep a file of an issue."""
    stored = account["attachments"].add(
        {
            "filename": upload.filename,
            "author": creator,
            "created": now(account),
            "size": len(upload.content),
            "mimeType": upload.media_type,
            "issue": record["id"],
            "data": upload.content,
        }
    )
    stored["self"] = f"{base}/rest/api/2/attachment/{stored['id']}"
    stored["content"] = f"{base}/secure/attachment/{stored['id']}/{upload.filename}"
    shown = _attachment(stored)
    record["fields"]["attachment"].append(shown)
    return shown


def _attachment(stored: Record) -> Record:
    return {name: part for name, part in stored.items() if name not in ("data", "issue")}


def read_attachment(call: Call) -> Answer:
    """GET /rest/api/2/attachment/{id}."""
    return Answer(200, _attachment(_stored(call, call.path[4])))


def download(call: Call) -> Answer:
    """GET /secure/attachment/{id}/{name}: the bytes."""
    stored = _stored(call, call.path[2])
    headers = {"Content-Disposition": f'attachment; filename="{stored["filename"]}"'}
    return Answer(200, body=stored["data"], media_type=stored["mimeType"], headers=headers)


def delete_attachment(call: Call) -> Answer:
    """DELETE /rest/api/2/attachment/{id}."""
    stored = _stored(call, call.path[4])
    call.account["attachments"].remove(stored["id"])
    record = call.account["issues"].get(stored["issue"])
    if record is not None:
        kept = [row for row in record["fields"]["attachment"] if row["id"] != stored["id"]]
        record["fields"]["attachment"] = kept
        _touch(call, record, [change_of("Attachment", stored["filename"], None)])
    return Answer(204)


def _stored(call: Call, attachment_id: str) -> Record:
    message = f"The attachment with id '{attachment_id}' does not exist"
    return find(call.account, "attachments", attachment_id, message=message)


# -- notifications and properties ------------------------------------------------------------------


def notify(call: Call) -> Answer:
    """POST /rest/api/2/issue/{id}/notify: 204; nobody is written to here."""
    _found(call)
    to = body(call, "subject", "textBody", "htmlBody", "to", "restrict").get("to")
    recipients = to if isinstance(to, dict) else {}
    if not any(recipients.values()):
        raise refused("No recipients were defined for notification.")
    for user in recipients.get("users") or []:
        if named(call.account["users"].all(), user) is None:
            raise refused(f"User '{user.get('name')}' does not exist.")
    for group in recipients.get("groups") or []:
        if named(call.account["groups"].all(), group) is None:
            raise refused(f"Group '{group.get('name')}' does not exist.")
    return Answer(204)


def properties(call: Call) -> Answer:
    """GET /rest/api/2/issue/{id}/properties."""
    record = _found(call)
    rows = [
        {"self": f"{record['self']}/properties/{key}", "key": key} for key in record["properties"]
    ]
    return Answer(200, {"keys": rows})


def property_of(call: Call) -> Answer:
    """GET, PUT and DELETE of /rest/api/2/issue/{id}/properties/{key}."""
    held, key = _found(call)["properties"], call.path[6]
    if call.method == "PUT":
        try:
            value = orjson.loads(call.body)
        except orjson.JSONDecodeError as exc:
            raise refused("The property value is not valid JSON.") from exc
        is_new = key not in held
        held[key] = value
        return Answer(201 if is_new else 200)
    if key not in held:
        raise missing(f"Property with key '{key}' does not exist")
    if call.method == "DELETE":
        del held[key]
        return Answer(204)
    return Answer(200, {"key": key, "value": held[key]})
