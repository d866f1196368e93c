"""What a site is set up with: projects, issue types, fields, schemes, and the log of work.

Source: https://docs.atlassian.com/software/jira/docs/api/REST/8.5.0/."""

import re
from collections.abc import Callable

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.store import Record
from valence_sandbox.vendors.jira.refused import invalid, refused
from valence_sandbox.vendors.jira.work import body, expanded, find, named, paged, shown_user

_KEY = re.compile(r"[A-Z][A-Z0-9]{1,9}\Z")
_PROJECT_TYPES = ("software", "business", "service_desk")
_PROJECT = ("key", "name", "projectTypeKey", "projectTemplateKey", "description", "lead", "url",
            "assigneeType", "avatarId", "issueSecurityScheme", "permissionScheme",
            "notificationScheme", "categoryId")  # fmt: skip
_TYPE = re.compile(r"[\w.]+:[\w-]+\Z")


def all_of(name: str, *, key: str = "") -> Callable[[Call], Answer]:
    """Return what answers a whole collection, bare or under a key."""

    def answer(call: Call) -> Answer:
        rows = [_expanded(call, row) for row in call.account[name].all()]
        return Answer(200, {key: rows} if key else rows)

    return answer


def one_of(name: str, noun: str) -> Callable[[Call], Answer]:
    """Return what answers one record of a collection."""

    def answer(call: Call) -> Answer:
        message = f"The {noun} with id '{call.path[4]}' does not exist"
        return Answer(200, _expanded(call, find(call.account, name, call.path[4], message=message)))

    return answer


def _expanded(call: Call, row: Record) -> Record:
    """Return a record without what is shown only where it is asked for."""
    hidden: dict[str, str] = row.get("hidden", {})
    wanted = expanded(call)
    kept = {name: part for name, part in row.items() if name != "hidden"}
    return kept | {name: part for name, part in hidden.items() if wanted & {name, "all"}}


def notification_schemes(call: Call) -> Answer:
    """GET /rest/api/2/notificationscheme: a page."""
    rows = [_expanded(call, row) for row in call.account["notificationschemes"].all()]
    answer = paged(call, "values", rows, default=50, most=50)
    answer.json["isLast"] = answer.json["startAt"] + len(answer.json["values"]) >= len(rows)
    return answer


# -- issue types -----------------------------------------------------------------------------------


def create_type(call: Call) -> Answer:
    """POST /rest/api/2/issuetype."""
    said = body(call, "name", "description", "type")
    _check_type_name(call, said.get("name"))
    kind = said.get("type") or "standard"
    if kind not in ("standard", "subtask"):
        raise invalid(type="Issue type must be standard or subtask")
    return Answer(201, issue_type(call.account, said, base=call.base))


def issue_type(account: Account, said: Record, *, base: str) -> Record:
    """Store a new issue type."""
    made = account["issuetypes"].add(
        {
            "self": "",
            "description": said.get("description") or "",
            "iconUrl": f"{base}/images/icons/issuetypes/generic.png",
            "name": said["name"],
            "subtask": said.get("type") == "subtask",
            "avatarId": 10_300,
        }
    )
    made["self"] = f"{base}/rest/api/2/issuetype/{made['id']}"
    return made


def update_type(call: Call) -> Answer:
    """PUT /rest/api/2/issuetype/{id}."""
    record = _type(call)
    said = body(call, "name", "description", "avatarId")
    if "name" in said and said["name"] != record["name"]:
        _check_type_name(call, said["name"])
    record.update(said)
    return Answer(200, record)


def delete_type(call: Call) -> Answer:
    """DELETE /rest/api/2/issuetype/{id}: only one that no issue has."""
    record = _type(call)
    rows = call.account["issues"].all()
    if any(row["fields"]["issuetype"]["id"] == record["id"] for row in rows):
        raise refused("The issue type is in use: an alternative one is needed.", status=409)
    call.account["issuetypes"].remove(record["id"])
    return Answer(204)


def _type(call: Call) -> Record:
    message = f"The issue type with id '{call.path[4]}' does not exist"
    return find(call.account, "issuetypes", call.path[4], message=message)


def _check_type_name(call: Call, name: object) -> None:
    if not isinstance(name, str) or not name.strip():
        raise invalid(name="Issue type name must be specified.")
    if any(row["name"].lower() == name.lower() for row in call.account["issuetypes"].all()):
        refusal = invalid(name="An issue type with this name already exists.")
        refusal.status = 409
        raise refusal


# -- projects --------------------------------------------------------------------------------------


def projects(call: Call) -> Answer:
    """GET /rest/api/2/project: a bare list, in short."""
    wanted = expanded(call)
    rows = []
    for record in call.account["projects"].all():
        names = ["expand", "self", "id", "key", "name", "projectTypeKey", "avatarUrls"]
        names += [name for name in ("description", "lead", "url") if name in wanted]
        rows.append({name: record[name] for name in names})
    return Answer(200, rows)


def create_project(call: Call) -> Answer:
    """POST /rest/api/2/project: answers where the project is."""
    made = project(call.account, body(call, *_PROJECT), base=call.base)
    return Answer(201, {"self": made["self"], "id": int(made["id"]), "key": made["key"]})


def project(account: Account, said: Record, *, base: str) -> Record:
    """Store a new project. Raises Refusal naming every field that is wrong."""
    errors: dict[str, str] = {}
    key, name = str(said.get("key") or ""), str(said.get("name") or "")
    if not _KEY.match(key):
        errors["projectKey"] = (
            "You must specify a unique project key, at least 2 characters long, containing only"
            " uppercase letters."
        )
    if len(name) < 2:
        errors["projectName"] = "You must specify a valid project name."
    for row in account["projects"].all():
        if row["key"] == key:
            errors["projectKey"] = f"Project '{row['name']}' uses this project key."
        if row["name"].lower() == name.lower():
            errors["projectName"] = "A project with that name already exists."
    if said.get("projectTypeKey") not in _PROJECT_TYPES:
        errors["projectType"] = "Invalid project type."
    lead = named(account["users"].all(), {"name": said.get("lead")}) if said.get("lead") else None
    if lead is None:
        errors["projectLead"] = (
            "The user you specified as project lead does not exist."
            if said.get("lead")
            else "You must specify a valid project lead."
        )
    if errors or lead is None:
        raise invalid(**errors)
    made = account["projects"].add(
        {
            "expand": "description,lead,url,projectKeys",
            "self": "",
            "key": key,
            "name": name,
            "description": said.get("description") or "",
            "lead": shown_user(lead),
            "url": said.get("url") or "",
            "assigneeType": said.get("assigneeType") or "UNASSIGNED",
            "components": [],
            "issueTypes": list(account["issuetypes"].all()),
            "versions": [],
            "roles": {},
            "avatarUrls": {"16x16": f"{base}/secure/projectavatar?size=xsmall"},
            "projectTypeKey": said["projectTypeKey"],
        }
    )
    made["self"] = f"{base}/rest/api/2/project/{made['id']}"
    return made


def read_project(call: Call) -> Answer:
    """GET /rest/api/2/project/{id or key}."""
    return Answer(200, _project(call))


def update_project(call: Call) -> Answer:
    """PUT /rest/api/2/project/{id or key}."""
    record = _project(call)
    said = body(call, *_PROJECT)
    if said.get("lead"):
        lead = named(call.account["users"].all(), {"name": said["lead"]})
        if lead is None:
            raise invalid(projectLead="The user you specified as project lead does not exist.")
        said["lead"] = shown_user(lead)
    if "key" in said and not _KEY.match(str(said["key"])):
        raise invalid(projectKey="The project key is not valid.")
    kept = ("key", "name", "description", "lead", "url", "assigneeType", "projectTypeKey")
    record.update({name: said[name] for name in kept if name in said})
    return Answer(200, record)


def delete_project(call: Call) -> Answer:
    """DELETE /rest/api/2/project/{id or key}: with its issues."""
    record = _project(call)
    for row in list(call.account["issues"].all()):
        if row["fields"]["project"]["id"] == record["id"]:
            call.account["issues"].remove(row["id"])
    call.account["projects"].remove(record["id"])
    return Answer(204)


def avatars(call: Call) -> Answer:
    """GET /rest/api/2/project/{id or key}/avatars."""
    _project(call)
    system = [
        {"id": str(number), "isSystemAvatar": True, "isSelected": False, "isDeletable": False}
        for number in (10_000, 10_001)
    ]
    return Answer(200, {"system": system, "custom": []})


def _project(call: Call) -> Record:
    message = f"No project could be found with key '{call.path[4]}'."
    return find(call.account, "projects", call.path[4], message=message)


# -- fields and work -------------------------------------------------------------------------------


def create_field(call: Call) -> Answer:
    """POST /rest/api/2/field."""
    said = body(call, "name", "description", "type", "searcherKey")
    if not said.get("name"):
        raise invalid(name="Field name is required.")
    if not _TYPE.match(str(said.get("type") or "")):
        raise invalid(type="The custom field type is not valid.")
    number = call.account.state["fields"] = call.account.state["fields"] + 1
    return Answer(201, custom_field(call.account, number, said))


def custom_field(account: Account, number: int, said: Record) -> Record:
    """Store a new custom field."""
    return account["fields"].add(
        {
            "name": said["name"],
            "custom": True,
            "orderable": True,
            "navigable": True,
            "searchable": True,
            "clauseNames": [f"cf[{number}]", said["name"]],
            "schema": {"type": "string", "custom": said["type"], "customId": number},
        },
        record_id=f"customfield_{number}",
    )


def changed_work(name: str) -> Callable[[Call], Answer]:
    """Return what answers the ids of worklogs that were updated or deleted since a time."""

    def answer(call: Call) -> Answer:
        since = call.integer("since", 0)
        rows = [
            {"worklogId": int(row["id"]), "updatedTime": row["at"], "properties": []}
            for row in call.account[name].all()
            if row["at"] > since
        ]
        until = max([row["updatedTime"] for row in rows], default=since)
        address = f"{call.base}/rest/api/2/worklog/{call.path[4]}?since={since}"
        values = {"values": rows, "since": since, "until": until, "self": address}
        return Answer(200, values | {"lastPage": True})

    return answer


def listed_work(call: Call) -> Answer:
    """POST /rest/api/2/worklog/list: those of the ids that are there."""
    ids = call.json().get("ids")
    if not isinstance(ids, list) or len(ids) > 1000:
        raise refused("ids must be a list of at most 1000 worklogs.")
    found = [call.account["worklogs"].get(str(one)) for one in ids]
    return Answer(200, [_without_time(row) for row in found if row is not None])


def _without_time(row: Record) -> Record:
    return {name: part for name, part in row.items() if name != "at"}
