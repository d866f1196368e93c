"""Leads and what hangs on them: contacts, opportunities, tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.paging import arranged
from valence_sandbox.store import Record
from valence_sandbox.vendors.close import checks
from valence_sandbox.vendors.close.checks import refused
from valence_sandbox.vendors.close.objects import CONTACT, LEAD, OPPORTUNITY, TASK
from valence_sandbox.vendors.close.search import BadSearch, search_of
from valence_sandbox.vendors.close.served import Routes, Served, full_name, me, signed

_CENTS = 100  # values are cents


def children(account: Account, name: str, lead_id: Any) -> list[Record]:
    """Return what hangs on a lead, in order of arrival."""
    return [record for record in account[name].all() if record["lead_id"] == lead_id]


@dataclass(slots=True)
class _Family:
    """What hangs on all leads, gathered once for a list."""

    by_lead: dict[str, dict[str, list[Record]]]

    @classmethod
    def of(cls, account: Account) -> "_Family":
        found: dict[str, dict[str, list[Record]]] = {}
        for name in ("contact", "opportunity", "task"):
            for record in account[name].all():
                found.setdefault(record["lead_id"], {}).setdefault(name, []).append(record)
        return cls(found)

    def shown(self, account: Account, lead: Record) -> Record:
        """Return a lead as it is answered: with what hangs on it, tasks while they are open."""
        mine = self.by_lead.get(lead["id"], {})
        contacts = [contact_shown(account, row) for row in mine.get("contact", ())]
        named = [contact["name"] for contact in contacts if contact["name"]]
        status = account["lead_status"].get(lead["status_id"])
        return {
            **lead,
            "display_name": lead["name"] or (named[0] if named else "Untitled"),
            "status_label": status["label"] if status else None,
            "contacts": contacts,
            "opportunities": [
                opportunity_shown(account, row) for row in mine.get("opportunity", ())
            ],
            "tasks": [
                task_shown(account, row) for row in mine.get("task", ()) if not row["is_complete"]
            ],
            "html_url": f"https://app.close.com/lead/{lead['id']}/",
        }


def lead_shown(account: Account, lead: Record) -> Record:
    """Return one lead as it is answered."""
    names = ("contact", "opportunity", "task")
    mine = {name: children(account, name, lead["id"]) for name in names}
    return _Family({lead["id"]: mine}).shown(account, lead)


def contact_shown(_: Account, contact: Record) -> Record:
    """Return a contact as it is answered."""
    phones = [
        {
            "type": "office",
            **row,
            "phone_formatted": row["phone"],
            "country": _country(row["phone"]),
        }
        for row in contact["phones"]
    ]
    emails = [{"type": "office", **row, "is_unsubscribed": False} for row in contact["emails"]]
    urls = [{"type": "url", **row} for row in contact["urls"]]
    shown = {**contact, "phones": phones, "emails": emails, "urls": urls}
    return {**shown, "display_name": contact["name"]}


def _country(phone: str) -> str | None:
    return "US" if phone.startswith("+1") else None


def opportunity_shown(account: Account, record: Record) -> Record:
    """Return an opportunity as it is answered."""
    status = account["opportunity_status"].get(record["status_id"]) or {}
    value = record["value"]
    yearly = None if value is None else value * (12 if record["value_period"] == "monthly" else 1)
    expected = None if value is None else value * record["confidence"] // 100
    contact = account["contact"].get(record["contact_id"] or "")
    user = account["user"].get(record["user_id"])
    return {
        **record,
        "status_label": status.get("label"),
        "status_type": status.get("type"),
        "lead_name": _lead_name(account, record),
        "contact_name": contact["name"] if contact else None,
        "user_name": full_name(user) if user else None,
        "value_formatted": None if value is None else f"${value / _CENTS:,.0f}",
        "expected_value": expected,
        "annualized_value": yearly,
    }


def task_shown(account: Account, record: Record) -> Record:
    """Return a task as it is answered."""
    user = account["user"].get(record["assigned_to"])
    contact = account["contact"].get(record["contact_id"] or "")
    date = record.get("date")
    return {
        **record,
        "assigned_to_name": full_name(user) if user else None,
        "lead_name": _lead_name(account, record),
        "contact_name": contact["name"] if contact else None,
        "due_date": date,
        "is_dateless": not date,
        "view": "archive" if record["is_complete"] else "inbox",
    }


def _lead_name(account: Account, record: Record) -> str | None:
    lead = account["lead"].get(record["lead_id"])
    return lead["name"] if lead else None


def status_id(call: Call, values: Record, name: str) -> Record:
    """Return values with the id of the status that they name by id or label. Raises Refusal."""
    label, given = values.pop("status", None), values.get("status_id")
    if label and given:
        raise refused({"status": "Only one of status and status_id can be given."})
    if label:
        found = [row for row in call.account[name].all() if row["label"] == label]
        if not found:
            raise refused({"status": checks.NO_OBJECT})
        return {**values, "status_id": found[0]["id"]}
    if given is not None and call.account[name].get(given) is None:
        raise refused({"status_id": checks.NO_OBJECT})
    return values


def _default_status(call: Call, name: str) -> Record:
    return {"status_id": call.account[name].all()[0]["id"]}


def lead_written(call: Call, values: Record, stored: Record | None) -> Record:
    """Return a lead's values with its status."""
    values = status_id(call, values, "lead_status")
    return values if stored is not None else {**_default_status(call, "lead_status"), **values}


def contact_written(call: Call, values: Record, stored: Record | None) -> Record:
    """Return a contact's values; without a lead it gets a new one of its name."""
    if stored is None and not values.get("lead_id"):
        lead = LEADS.make(call, {"name": values.get("name") or ""})
        return {**values, "lead_id": lead["id"]}
    if stored is not None and not values.get("lead_id", stored["lead_id"]):
        raise refused({"lead_id": checks.REQUIRED})
    return values


def opportunity_written(call: Call, values: Record, stored: Record | None) -> Record:
    """Return an opportunity's values: status, owner, the day it was won."""
    values = status_id(call, values, "opportunity_status")
    if stored is None:
        if not values.get("lead_id"):
            values = {**values, "lead_id": LEADS.make(call, {})["id"]}
        user = me(call.account)["id"]
        values = {**_default_status(call, "opportunity_status"), "user_id": user, **values}
    status = call.account["opportunity_status"].get(values.get("status_id", ""))
    if status and status["type"] == "won" and not values.get("date_won"):
        day = checks.day(_today(call))
        values = {**values, "date_won": (stored or {}).get("date_won") or day}
    return values


def task_written(call: Call, values: Record, stored: Record | None) -> Record:
    """Return a task's values with who is to do it, and today where no date is given."""
    if stored is not None:
        return values
    return {"assigned_to": me(call.account)["id"], "date": _today(call), **values}


def _today(call: Call) -> str:
    return checks.iso_day(call.now_ms())


def lead_gone(account: Account, lead: Record) -> None:
    """Delete what hung on a lead."""
    for name in ("contact", "opportunity", "task", "activity"):
        for record in children(account, name, lead["id"]):
            account[name].remove(record["id"])


def opportunity_totals(records: Sequence[Record]) -> Record:
    """Return what a list says of all its opportunities."""
    periods: dict[str, int] = {}
    sums: dict[str, float] = {}
    for record in records:
        period, value = record["value_period"], record["value"] or 0
        periods[period] = periods.get(period, 0) + 1
        yearly = value * 12 if period == "monthly" else value
        for name, amount in ((period, value), ("annualized", yearly)):
            expected = amount * record["confidence"] / 100
            sums[f"total_value_{name}"] = sums.get(f"total_value_{name}", 0) + amount
            sums[f"expected_value_{name}"] = sums.get(f"expected_value_{name}", 0) + expected
    return {"total_results": len(records), "count_by_value_period": periods, **sums}


def count_only(records: Sequence[Record]) -> Record:
    """Return the number of all records."""
    return {"total_results": len(records)}


LEADS = Served(
    "lead", "api/v1/lead", "Lead", LEAD, most=200,
    view=lead_shown, prepare=lead_written, totals=count_only, gone=lead_gone,
)  # fmt: skip
CONTACTS = Served(
    "contact", "api/v1/contact", "Contact", CONTACT, equals=("lead_id",),
    view=contact_shown, prepare=contact_written,
)  # fmt: skip
OPPORTUNITIES = Served(
    "opportunity", "api/v1/opportunity", "Opportunity", OPPORTUNITY,
    equals=("lead_id", "user_id", "status_id", "status_label", "status_type", "value_period"),
    bounds=("date_created", "date_updated", "date_won"),
    orders=("date_created", "date_updated", "date_won", "confidence", "user_name", "value"),
    view=opportunity_shown, prepare=opportunity_written, totals=opportunity_totals,
)  # fmt: skip
TASKS = Served(
    "task", "api/v1/task", "Task", TASK,
    equals=("lead_id", "assigned_to", "is_complete", "_type", "view", "date"),
    bounds=("date", "date_created", "date_updated"),
    orders=("date", "date_created", "date_updated"),
    view=task_shown, prepare=task_written, totals=count_only,
)  # fmt: skip


def list_leads(call: Call) -> Answer:
    """GET /lead/: all, or what `query` finds."""
    account, text = call.account, call.query.get("query", "")
    leads: Sequence[Record] = account["lead"].all()
    family = _Family.of(account)
    if text.strip():
        try:
            search = search_of(text)
        except BadSearch as exc:
            raise refused({"query": str(exc)}) from exc
        views = [family.shown(account, lead) for lead in leads]
        leads = arranged(filter(search.holds, views), *search.orders)
    served = Served(
        "lead", LEADS.path, LEADS.title, LEAD, most=LEADS.most,
        view=family.shown, totals=count_only,
    )  # fmt: skip
    return served.page(call, leads)


def create_lead(call: Call) -> Answer:
    """POST /lead/: with the contacts that are nested in it."""
    body = call.json()
    nested = body.get("contacts") or []
    if not isinstance(nested, list) or not all(isinstance(row, dict) for row in nested):
        raise refused({"contacts": "Value must be of list type."})
    rows = [
        CONTACTS.judged(call, {k: v for k, v in row.items() if k != "lead_id"}) for row in nested
    ]
    lead = LEADS.make(call, body)
    for row in rows:
        values = signed(call, {**row, "lead_id": lead["id"]}, is_new=True)
        call.account.add("contact", {**CONTACT.begins, **values})
    return LEADS.shown(call, lead)


def routes() -> Routes:
    """Return the routes of leads and what hangs on them."""
    found: Routes = {}
    for served in (LEADS, CONTACTS, OPPORTUNITIES, TASKS):
        found |= served.routes()
    return found | {("GET", LEADS.path): list_leads, ("POST", LEADS.path): create_lead}
