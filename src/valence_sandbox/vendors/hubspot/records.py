"""Companies (v2), deals (v1) and the newer objects: kept and listed in one way.

Source: https://legacydocs.hubspot.com/docs/methods/companies/companies-overview,
https://legacydocs.hubspot.com/docs/methods/deals/deals_overview and
https://legacydocs.hubspot.com/docs/methods/crm-objects/crm-objects-overview"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.bodies import json_of
from valence_sandbox.call import Call
from valence_sandbox.routing import Handler
from valence_sandbox.store import Record
from valence_sandbox.vendors.hubspot.pages import after, from_offset, repeated, size_of
from valence_sandbox.vendors.hubspot.values import (
    given_values,
    modified_ms,
    newest_first,
    put_values,
    shown_v2,
    value_of,
)

_MOST_RECENT = 10_000
_RECENT_MS = 30 * 86_400_000


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record. `path` is that of its API, `more` the list's word for `has more`."""

    name: str
    id_name: str
    path: str
    more: str
    missing: str
    scopes: tuple[str, ...] = ("contacts",)

    def routes(self) -> dict[tuple[str, str], Handler]:
        """Return the routes of this kind."""
        path = self.path
        routes: dict[tuple[str, str], Handler] = {
            ("POST", path): self.create,
            ("GET", f"{path}/paged"): self.list_all,
            ("GET", f"{path}/*"): self.read,
            ("PUT", f"{path}/*"): self.update,
            ("DELETE", f"{path}/*"): self.delete,
        }
        if self.name in ("companies", "deals"):
            routes |= {
                ("GET", f"{path}/recent/modified"): self.list_changed,
                ("GET", f"{path}/recent/created"): self.list_created,
            }
        return routes

    def add(self, account: Account, values: Mapping[str, str], **more: Any) -> Record:
        """Store a record."""
        stored = account[self.name].add(more)
        put_values(
            account, self.name, stored, {**values, "hs_object_id": str(stored[self.id_name])}
        )
        return stored

    def create(self, call: Call) -> Answer:
        """POST on the collection."""
        call.require(*self.scopes)
        rows, associations = self._given(call)
        values = given_values(call, self.name, rows, key="name")
        more = {"associations": associations} if self.name == "deals" else {}
        return Answer(200, self._shown(call, self.add(call.account, values, **more), None))

    def read(self, call: Call) -> Answer:
        """GET on one record."""
        call.require(*self.scopes)
        # The newer objects show what is asked for only, as lists do.
        names = repeated(call, "properties") if self.name not in ("companies", "deals") else None
        return Answer(200, self._shown(call, self._found(call), names))

    def update(self, call: Call) -> Answer:
        """PUT on one record: what is left out stays."""
        call.require(*self.scopes)
        record = self._found(call)
        rows, associations = self._given(call)
        put_values(call.account, self.name, record, given_values(call, self.name, rows, key="name"))
        if associations is not None and self.name == "deals":
            record["associations"] = associations
        return Answer(200, self._shown(call, record, None))

    def delete(self, call: Call) -> Answer:
        """DELETE on one record."""
        call.require(*self.scopes)
        number = self._found(call)[self.id_name]
        call.account[self.name].remove(number)
        if self.name == "companies":
            return Answer(200, {"companyId": number, "deleted": True})
        return Answer(204)

    def list_all(self, call: Call) -> Answer:
        """GET on the collection, by id: `limit`, `offset` and `properties`."""
        call.require(*self.scopes)
        size = size_of(call, "limit", usual=100, most=250)
        rows, has_more, last = after(
            call.account[self.name].all(),
            call.integer("offset", 0),
            id_name=self.id_name,
            size=size,
        )
        names = repeated(call, "properties")
        key = self.name if self.name in ("companies", "deals") else "objects"
        shown = [self._shown(call, row, names) for row in rows]
        return Answer(200, {key: shown, self.more: has_more, "offset": last})

    def list_changed(self, call: Call) -> Answer:
        """GET recent/modified: the latest change first, all properties."""
        since = call.integer("since", call.now_ms() - _RECENT_MS)
        rows = newest_first(self.name, call.account[self.name].all(), id_name=self.id_name)
        return self._recent(call, [one for one in rows if modified_ms(self.name, one) >= since])

    def list_created(self, call: Call) -> Answer:
        """GET recent/created: the youngest first, all properties."""
        since = call.integer("since", call.now_ms() - _RECENT_MS)
        rows = sorted(
            call.account[self.name].all(),
            key=lambda one: (int(value_of(one, "createdate")), one[self.id_name]),
            reverse=True,
        )
        return self._recent(call, [r for r in rows if int(value_of(r, "createdate")) >= since])

    def _recent(self, call: Call, rows: list[Record]) -> Answer:
        call.require(*self.scopes)
        size = size_of(call, "count", usual=20, most=100)
        page, has_more, offset = from_offset(call, rows[:_MOST_RECENT], size=size)
        shown = [self._shown(call, row, None) for row in page]
        return Answer(
            200, {"results": shown, "hasMore": has_more, "offset": offset, "total": len(rows)}
        )

    def _given(self, call: Call) -> tuple[Any, Any]:
        if self.name in ("companies", "deals"):
            body = call.json()
            return body.get("properties"), body.get("associations", {})
        return json_of(call.body), None

    def _found(self, call: Call) -> Record:
        return call.account.need(self.name, call.path[-1], message=self.missing)

    def _shown(self, call: Call, record: Record, names: list[str] | None) -> Record:
        number = record[self.id_name]
        shown: Record = {
            "portalId": call.account.state["portal"],
            self.id_name: number,
            "isDeleted": False,
            "properties": shown_v2(record, names),
        }
        if self.name == "deals":
            held = record.get("associations") or {}
            shown["associations"] = {
                key: held.get(key, [])
                for key in ("associatedVids", "associatedCompanyIds", "associatedDealIds")
            }
        if self.id_name == "objectId":
            shown |= {"objectType": self.name.removesuffix("s").upper(), "version": 1}
        return shown


COMPANIES = Kind(
    "companies", "companyId", "companies/v2/companies", "has-more", "resource not found"
)
DEALS = Kind("deals", "dealId", "deals/v1/deal", "hasMore", "Deal does not exist")
TICKETS = Kind(
    "tickets",
    "objectId",
    "crm-objects/v1/objects/tickets",
    "hasMore",
    "resource not found",
    ("tickets",),
)
PRODUCTS = Kind(
    "products",
    "objectId",
    "crm-objects/v1/objects/products",
    "hasMore",
    "resource not found",
    ("e-commerce",),
)
KINDS = (COMPANIES, DEALS, TICKETS, PRODUCTS)
