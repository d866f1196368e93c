"""The verbs of REST v1 over a described collection."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from valence_sandbox.answers import Answer
from valence_sandbox.collections import (
    Resource,
    answered,
    optional_names,
    select,
    stamped,
)
from valence_sandbox.fields import Dialect, checked
from valence_sandbox.store import Record
from valence_sandbox.vendors.keap import paging
from valence_sandbox.vendors.keap.call import Call, Refusal, record_id
from valence_sandbox.vendors.keap.objects import V1

Handler = Callable[[Call], Answer]
Routes = dict[tuple[str, str], Any]


def as_stored(_: Call, record: Record) -> Record:
    """Return a record as it is: nothing is to be looked up."""
    return record


def nothing_more(_: Call, values: Record, __: Record | None) -> Record:
    """Return what a body says as it is: no rule beyond the description."""
    return values


@dataclass(frozen=True, slots=True)
class Served:
    """A collection as v1 serves it.

    `expand` completes a stored record with what belongs to it; `prepare` is what is peculiar to a
    write: (call, values, the stored record or None: new) -> values. `since_switch` names the switch
    that says which time `since` and `until` are about; `event` the prefix of its hook events.
    """

    resource: Resource
    path: str
    create_status: int = 201
    create_switch: str = ""
    since_switch: str = ""
    since_path: str = ""
    event: str = ""
    expand: Callable[[Call, Record], Record] = as_stored
    prepare: Callable[[Call, Record, Record | None], Record] = nothing_more
    has_sync_token: bool = False
    has_text_ids: bool = False
    carries_order: bool = False
    store: str = ""
    dialect: Dialect = V1

    @property
    def key(self) -> str:
        """The name of the stored collection."""
        return self.store or self.resource.key

    def view(self, call: Call) -> Callable[[Record], Record]:
        """Return `expand` bound to a call."""
        return lambda record: self.expand(call, record)

    def found(self, call: Call, position: int = 1) -> Record:
        """Return the record that a path names. Raises Refusal."""
        text = call.path[position]
        missing = Refusal(404, f"Unable to find this {self.resource.title}")
        if self.has_text_ids and not text.isdecimal():
            raise missing
        record = call.tenant[self.key].get(record_id(text))
        if record is None:
            raise missing
        return record

    def shown(self, call: Call, record: Record, *, has_optional: bool = False) -> Record:
        """Return a record as it is answered; `has_optional`: with all optional fields."""
        asked = call.optional_properties([row.name for row in self.resource.fields])
        if has_optional:
            asked = optional_names(self.resource)
        return answered(self.resource, self.expand(call, record), dialect=self.dialect, asked=asked)

    def select(
        self, call: Call, *, only: Callable[[Record], bool] | None = None
    ) -> Sequence[Record]:
        """Return the records that a call asks for. Raises Invalid."""
        path = call.switches[self.since_switch] if self.since_switch else self.since_path
        return select(
            call.tenant[self.key],
            self.resource,
            call.query,
            dialect=self.dialect,
            view=self.view(call),
            moved={"since": path, "until": path} if path else None,
            only=only,
        )

    def list(self, call: Call) -> Answer:
        """GET on the collection."""
        return self.page(call, self.select(call), f"/{self.path}/")

    def page(self, call: Call, records: Sequence[Record], path: str) -> Answer:
        """Return one page of records in the envelope."""
        rows, limit, offset = paging.page(call, records)
        carried = {
            row.parameter: call.query[row.parameter]
            for row in self.resource.filters
            if call.query.get(row.parameter)
        }
        for name in ("order", "order_direction"):
            if call.query.get(name):
                carried[name] = call.query[name]
        if self.carries_order:
            carried.setdefault("order", "id")
        answer = paging.envelope(
            call,
            self.resource.key,
            [self.shown(call, record) for record in rows],
            count=len(records),
            limit=limit,
            offset=offset,
            path=path,
            carried=carried,
        )
        if self.has_sync_token:
            answer = replace(answer, json={**answer.json, "sync_token": paging.sync_token(call)})
        return answer

    def read(self, call: Call) -> Answer:
        """GET on one record."""
        return Answer(200, self.shown(call, self.found(call)))

    def create(self, call: Call) -> Answer:
        """POST on the collection."""
        status = call.switches[self.create_switch] if self.create_switch else self.create_status
        return Answer(status, self.shown(call, self.make(call, call.json())))

    def make(self, call: Call, body: Record) -> Record:
        """Store a body as a new record and return it. Raises Invalid."""
        values = checked(self.resource.fields, body, dialect=self.dialect)
        return self.add(call, self.prepare(call, values, None))

    def add(self, call: Call, values: Record) -> Record:
        """Store values as a new record and return it."""
        stamps = stamped(self.resource, values, call.tenant.now_ms(), is_new=True)
        stored = call.tenant[self.key].add(stamps)
        self.tell(call, "add", stored)
        return stored

    def replace(self, call: Call) -> Answer:
        """PUT on one record: what the body leaves out is reset."""
        return self.put(call, self.found(call), call.json())

    def put(self, call: Call, record: Record, body: Record) -> Answer:
        """Replace a record by a body."""
        values = checked(self.resource.fields, body, dialect=self.dialect)
        return Answer(200, self.shown(call, self.write(call, record, values)))

    def patch(self, call: Call) -> Answer:
        """PATCH on one record: what the body leaves out stays."""
        record = self.found(call)
        values = checked(self.resource.fields, call.json(), dialect=self.dialect, is_partial=True)
        return Answer(200, self.shown(call, self.write(call, record, values)))

    def write(self, call: Call, record: Record, values: Record) -> Record:
        """Change a stored record and return it."""
        values = self.prepare(call, values, record)
        record.update(stamped(self.resource, values, call.tenant.now_ms(), is_new=False))
        self.tell(call, "edit", record)
        return record

    def delete(self, call: Call) -> Answer:
        """DELETE on one record."""
        record = self.found(call)
        call.tenant[self.key].remove(record["id"])
        self.tell(call, "delete", record)
        return Answer(204)

    def tell(self, call: Call, verb: str, record: Record) -> None:
        """Let the hooks hear of a change."""
        if self.event:
            call.tenant.happened(f"{self.event}.{verb}", record["id"])

    def routes(self, verbs: str) -> Routes:
        """Return the routes for the verbs named: list, create, read, replace, patch, delete."""
        rows: dict[str, tuple[str, str]] = {
            "list": ("GET", self.path),
            "create": ("POST", self.path),
            "read": ("GET", f"{self.path}/*"),
            "replace": ("PUT", f"{self.path}/*"),
            "patch": ("PATCH", f"{self.path}/*"),
            "delete": ("DELETE", f"{self.path}/*"),
        }
        return {rows[verb]: getattr(self, verb) for verb in verbs.split()}


def one_contact(call: Call, number: Any) -> Record:
    """Return the contact that a body names. Raises Refusal."""
    contact = call.tenant.contacts.get(number) if isinstance(number, int) else None
    if contact is None:
        raise Refusal(400, "Unable to find this Contact")
    return contact


def contact_summary(call: Call, number: int | None) -> Record | None:
    """Return what other objects show of a contact, or None: there is none (any more)."""
    contact = call.tenant.contacts.get(number) if number else None
    if contact is None:
        return None
    emails, phones = contact["email_addresses"], contact["phone_numbers"]
    company = contact.get("company")
    return {
        "id": contact["id"],
        "first_name": contact.get("given_name"),
        "last_name": contact.get("family_name"),
        "email": emails[0]["email"] if emails else None,
        "company_name": company["company_name"] if company else None,
        "job_title": contact.get("job_title"),
        "phone_number": phones[0].get("number") if phones else None,
    }
