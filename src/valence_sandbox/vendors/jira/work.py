"""What every endpoint does: times and pages as Jira writes them, records by id, key or name."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.store import Record
from valence_sandbox.vendors.jira.refused import missing, refused


def written(now_ms: int) -> str:
    """Return a moment as `2026-01-31T12:00:00.000+0000`."""
    moment = datetime.fromtimestamp(now_ms / 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now_ms % 1000:03}+0000"


def now(account: Account) -> str:
    """Return the account's time."""
    return written(account.state.get("at") or account.now_ms())


def paged(call: Call, name: str, records: Sequence[Record], *, default: int, most: int) -> Answer:
    """Answer a page of records in Jira's envelope: startAt, maxResults, total."""
    start = call.integer("startAt", 0)
    size = min(call.integer("maxResults", default), most)
    return Answer(
        200,
        {
            "startAt": start,
            "maxResults": size,
            "total": len(records),
            name: list(records[start : start + size]),
        },
    )


def named(records: Iterable[Record], said: Any) -> Record | None:
    """Return the record that `{id}`, `{key}` or `{name}` in a body means, if there is one."""
    if not isinstance(said, dict):
        return None
    for name in ("id", "key", "name"):
        if said.get(name) is not None:
            wanted = str(said[name])
            return next((row for row in records if str(row.get(name)) == wanted), None)
    return None


def find(account: Account, name: str, said: str, *, message: str) -> Record:
    """Return a record by its id or its key. Raises Refusal."""
    record = account[name].get(said)
    if record is None:
        record = next((row for row in account[name].all() if row.get("key") == said), None)
    if record is None:
        raise missing(message)
    return record


def body(call: Call, *names: str) -> Record:
    """Return the JSON object of a call, whose fields are all known. Raises Refusal."""
    said = call.json()
    for name in said:
        if names and name not in names:
            raise refused(f'Unrecognized field "{name}" (Class REST bean), not marked as ignorable')
    return said


def expanded(call: Call) -> frozenset[str]:
    """Return what the call wants expanded."""
    return frozenset(call.names("expand"))


def author(call: Call) -> Record:
    """Return who calls, as records name people."""
    user = next(
        (row for row in call.account["users"].all() if row["name"] == call.caller.user), None
    )
    return shown_user(user) if user else {}


def shown_user(user: Record) -> Record:
    """Return a user as records show one."""
    names = ("self", "name", "key", "emailAddress", "displayName", "active", "timeZone")
    return {name: user[name] for name in names}
