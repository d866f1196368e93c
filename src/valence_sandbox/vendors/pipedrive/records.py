"""People, organizations, deals, activities and notes.

Source: https://developers.pipedrive.com/docs/api/v1/Persons and its siblings."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.refusals import Refusal
from valence_sandbox.routing import Handler
from valence_sandbox.store import Record
from valence_sandbox.vendors.pipedrive import filters
from valence_sandbox.vendors.pipedrive.answers import one, page

_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
_TIME = re.compile(r"\d\d:\d\d(:\d\d)?\Z")
Prepare = Callable[[Call, Record, bool], Record]
_LINKS = {"person_id": "persons", "org_id": "organizations", "deal_id": "deals"}
_PARENTS = {"persons": "person_id", "organizations": "org_id", "deals": "deal_id"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One collection. `required` must be given and not be empty; `prepare` checks and completes
    what a body says, `links` are shown as objects.
    """

    path: str
    called: str
    required: str
    prepare: Prepare
    is_filtered: bool = True
    links: tuple[str, ...] = ()
    usual: dict[str, Any] = field(default_factory=dict)

    def routes(self) -> dict[tuple[str, str], Handler]:
        """Return the routes of this kind."""
        path = f"v1/{self.path}"
        return {
            ("GET", path): self.list_all,
            ("POST", path): self.create,
            ("GET", f"{path}/*"): self.read,
            ("PUT", f"{path}/*"): self.update,
            ("DELETE", f"{path}/*"): self.delete,
        }

    def list_all(self, call: Call) -> Answer:
        """GET on the collection, by id unless `sort` says otherwise."""
        rows = [self.shown(call.account, row) for row in call.account[self.path].all()]
        if self.is_filtered:
            return page(call, filters.kept(call, self.path, rows))
        for name in _LINKS:
            if call.query.get(name):
                rows = [row for row in rows if str(row.get(name)) == call.query[name]]
        return page(call, rows)

    def read(self, call: Call) -> Answer:
        """GET on one record."""
        return one(self.shown(call.account, self.found(call)))

    def create(self, call: Call) -> Answer:
        """POST on the collection."""
        body = call.json()
        if body.get(self.required) in (None, ""):
            raise Refusal("invalid", f"{self.required.capitalize()} must be given.")
        values = self.prepare(call, body, True)
        return one(self.shown(call.account, self.add(call.account, values)), status=201)

    def add(self, account: Account, values: Record) -> Record:
        """Store a record."""
        return account.add(self.path, {**self.usual, "active_flag": True, **values})

    def update(self, call: Call) -> Answer:
        """PUT on one record: what is left out stays."""
        record, body = self.found(call), call.json()
        if self.required in body and body[self.required] in (None, ""):
            raise Refusal("invalid", f"{self.required.capitalize()} must be given.")
        call.account.change(self.path, record, self.prepare(call, body, False))
        return one(self.shown(call.account, record))

    def delete(self, call: Call) -> Answer:
        """DELETE on one record."""
        number = self.found(call)["id"]
        call.account[self.path].remove(number)
        return one({"id": number})

    def found(self, call: Call) -> Record:
        """Return the record that the path names."""
        return call.account.need(self.path, call.path[2], message=f"{self.called} not found")

    def shown(self, account: Account, record: Record) -> Record:
        """Return a record with what it is linked to."""
        shown = dict(record)
        for name in self.links:
            held = account[_LINKS[name]].get(record[name]) if record.get(name) else None
            if held is not None:
                shown[name] = {
                    "name": held["name"],
                    "value": held["id"],
                    **({"email": held["email"]} if name == "person_id" else {}),
                }
        return shown


def of_parent(path: str, parent: str) -> Handler:
    """Return the handler of `GET /v1/{parent}/{id}/{path}`."""

    def listing(call: Call) -> Answer:
        known = call.account.need(parent, call.path[2])
        rows = call.account[path].all()
        return page(call, [row for row in rows if row.get(_PARENTS[parent]) == known["id"]])

    return listing


# -- what bodies say -------------------------------------------------------------------------------


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _linked(call: Call, body: Record) -> Record:
    values = {name: value for name, value in body.items() if name not in ("id", "update_time")}
    for name, collection in _LINKS.items():
        if values.get(name) is not None:
            values[name] = _number(values[name])
            if (
                not isinstance(values[name], int)
                or call.account[collection].get(values[name]) is None
            ):
                raise Refusal("invalid", f"{name} is not valid.")
    return values


def _contacts(value: Any, name: str) -> list[Record]:
    rows = value if isinstance(value, list) else [value]
    found: list[Record] = []
    for row in rows:
        held = {"value": row} if isinstance(row, str) else row
        if not isinstance(held, dict) or not isinstance(held.get("value"), str):
            raise Refusal("invalid", f"{name} is not valid.")
        found.append({"label": "", "primary": not found, **held})
    return found


def person(call: Call, body: Record, is_new: bool) -> Record:
    """Check and complete a person: addresses become lists of objects."""
    values = _linked(call, body)
    for name in ("email", "phone"):
        if name in values:
            values[name] = _contacts(values[name], name)
        elif is_new:
            values[name] = [{"label": "", "value": "", "primary": True}]
    if is_new or "name" in values:
        first, _, last = str(values.get("name", "")).partition(" ")
        values = {"first_name": first, "last_name": last or None, **values}
    return values


def organization(call: Call, body: Record, is_new: bool) -> Record:
    """Check an organization."""
    return _linked(call, body)


def deal(call: Call, body: Record, is_new: bool) -> Record:
    """Check and complete a deal: its value may come as text."""
    values = _linked(call, body)
    if values.get("value") is not None:
        try:
            number = float(values["value"])
        except (TypeError, ValueError) as exc:
            raise Refusal("invalid", "value is not valid.") from exc
        values["value"] = int(number) if number.is_integer() else number
    if values.get("status", "open") not in ("open", "won", "lost", "deleted"):
        raise Refusal("invalid", "status is not valid.")
    return values


def activity(call: Call, body: Record, is_new: bool) -> Record:
    """Check an activity: its type is one of the account's, its times are times."""
    values = _linked(call, body)
    known = {row["key_string"] for row in call.account["activityTypes"].all()}
    if "type" in values and values["type"] not in known:
        raise Refusal("invalid", "Activity type is not valid.")
    if values.get("due_date") and not _DAY.match(str(values["due_date"])):
        raise Refusal("invalid", "due_date is not valid.")
    if values.get("due_time") and not _TIME.match(str(values["due_time"])):
        raise Refusal("invalid", "due_time is not valid.")
    return values


def note(call: Call, body: Record, is_new: bool) -> Record:
    """Check a note: it belongs to something."""
    values = _linked(call, body)
    if is_new and not any(values.get(name) for name in (*_LINKS, "lead_id")):
        raise Refusal("invalid", "One of deal_id, person_id, org_id or lead_id must be given.")
    return values


_OWNER = {"visible_to": "3"}
PERSONS = Kind("persons", "Person", "name", person, links=("org_id",), usual=_OWNER)
ORGANIZATIONS = Kind("organizations", "Organization", "name", organization, usual=_OWNER)
DEALS = Kind(
    "deals",
    "Deal",
    "title",
    deal,
    links=("person_id", "org_id"),
    usual={"value": 0, "currency": "EUR", "status": "open", "stage_id": 1, **_OWNER},
)
ACTIVITIES = Kind(
    "activities",
    "Activity",
    "subject",
    activity,
    is_filtered=False,
    usual={"type": "call", "done": False, "user_id": 1},
)
NOTES = Kind("notes", "Note", "content", note, is_filtered=False, usual={"user_id": 1})
KINDS = (PERSONS, ORGANIZATIONS, DEALS, ACTIVITIES, NOTES)
