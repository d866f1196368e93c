"""Users and groups. Source: https://docs.atlassian.com/software/jira/docs/api/REST/8.5.0/#api/2/user."""

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.store import Record
from valence_sandbox.vendors.jira.refused import invalid, missing, refused
from valence_sandbox.vendors.jira.work import author, body

_ALL = (".", "%", "_")  # what finds everybody


def myself(call: Call) -> Answer:
    """GET /rest/api/2/myself."""
    return Answer(200, author(call))


def user(account: Account, said: Record, *, base: str) -> Record:
    """Store a new user. Raises Refusal."""
    errors = {}
    for name, word in (
        ("name", "username"),
        ("emailAddress", "email"),
        ("displayName", "fullname"),
    ):
        if not isinstance(said.get(name), str) or not said[name].strip():
            errors[word] = f"You must specify a {word}."
    if any(row["name"].lower() == str(said.get("name")).lower() for row in account["users"].all()):
        errors["username"] = "A user with that username already exists."
    if errors:
        raise invalid(**errors)
    made = account["users"].add(
        {
            "self": "",
            "name": said["name"],
            "emailAddress": said["emailAddress"],
            "displayName": said["displayName"],
            "active": True,
            "timeZone": "Etc/UTC",
            "locale": "en_US",
            "avatarUrls": {"16x16": f"{base}/secure/useravatar?size=xsmall"},
        }
    )
    made["self"] = f"{base}/rest/api/2/user?username={said['name']}"
    return made


def create(call: Call) -> Answer:
    """POST /rest/api/2/user."""
    names = ("self", "key", "name", "password", "emailAddress", "displayName", "notification")
    said = body(call, *names, "applicationKeys")
    return Answer(201, user(call.account, said, base=call.base))


def read(call: Call) -> Answer:
    """GET /rest/api/2/user."""
    return Answer(200, _found(call))


def delete(call: Call) -> Answer:
    """DELETE /rest/api/2/user."""
    call.account["users"].remove(_found(call)["key"])
    return Answer(204)


def search(call: Call) -> Answer:
    """GET /rest/api/2/user/search: a bare list of who has the text at a beginning."""
    wanted = call.query.get("username", "").lower()
    if not wanted:
        raise refused("The username query parameter was not provided")
    start, size = call.integer("startAt", 0), min(call.integer("maxResults", 50), 1000)
    found = [row for row in call.account["users"].all() if wanted in _ALL or _has(row, wanted)]
    return Answer(200, found[start : start + size])


def _has(row: Record, wanted: str) -> bool:
    texts = [row["name"], row["emailAddress"], row["displayName"], *row["displayName"].split()]
    return any(text.lower().startswith(wanted) for text in texts)


def _found(call: Call) -> Record:
    key, name = call.query.get("key"), call.query.get("username")
    if not key and not name:
        raise refused("Either the 'username' or the 'key' query parameters need to be provided")
    for row in call.account["users"].all():
        if (key and row["key"] == key) or (not key and row["name"] == name):
            return row
    what = f"with the key '{key}'" if key else f"named '{name}'"
    raise missing(f"The user {what} does not exist")


def groups(call: Call) -> Answer:
    """GET /rest/api/2/groups/picker."""
    wanted = call.query.get("query", "").lower()
    found = [row for row in call.account["groups"].all() if wanted in row["name"].lower()]
    kept = found[: call.integer("maxResults", 20)]
    return Answer(
        200,
        {
            "header": f"Showing {len(kept)} of {len(found)} matching groups",
            "total": len(found),
            "groups": [{"name": row["name"], "html": row["name"], "labels": []} for row in kept],
        },
    )


def group(call: Call) -> Answer:
    """GET /rest/api/2/group."""
    name = call.query.get("groupname", "")
    record = call.account["groups"].get(name)
    if record is None:
        raise missing(f"The group named '{name}' does not exist.")
    size = len(record["members"])
    return Answer(
        200,
        {
            "name": name,
            "self": f"{call.base}/rest/api/2/group?groupname={name}",
            "users": {"size": size, "items": [], "max-results": 50},
            "expand": "users",
        },
    )
