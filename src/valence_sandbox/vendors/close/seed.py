"""What an organization starts with, and what `/_sim/close/seed` makes up."""

from typing import Any

from valence_sandbox.account import Account
from valence_sandbox.store import Record
from valence_sandbox.vendors.close.objects import (
    CONTACT,
    EMAIL,
    LEAD,
    NOTE,
    OPPORTUNITY,
    TASK,
)

_PEOPLE = (
    ("Bruce Wayne", "Chairman", "bruce@wayne.example", "+16505550101", 0),
    ("Lucius Fox", "Chief Executive", "lucius@wayne.example", "+16505550102", 0),
    ("Alfred Pennyworth", "Butler", "alfred@wayne.example", "+16505550103", 0),
    ("Pepper Potts", "Chief Executive", "pepper@stark.example", "+16505550104", 1),
    ("Happy Hogan", "Head of Security", "happy@stark.example", "+16505550105", 1),
    ("Ellen Ripley", "Warrant Officer", "ellen@weyland.example", "+16505550106", 2),
    ("Carter Burke", "Special Projects", "carter@weyland.example", "+16505550107", 2),
    ("Eldon Tyrell", "Founder", "eldon@tyrell.example", "+16505550108", 3),
    ("Rachael Rosen", "Assistant", "rachael@tyrell.example", "+16505550109", 3),
    ("Miles Dyson", "Director", "miles@cyberdyne.example", "+16505550110", 4),
    ("Serena Kogan", "Researcher", "serena@cyberdyne.example", "+16505550111", 4),
)
_COMPANIES = (
    ("Wayne Enterprises", "Gotham's largest employer", "https://wayne.example", "Gotham"),
    ("Stark Industries", "Clean energy", "https://stark.example", "Los Angeles"),
    ("Weyland Corporation", "Building better worlds", "https://weyland.example", "San Francisco"),
    ("Tyrell Corporation", "More human than human", "https://tyrell.example", "Los Angeles"),
    ("Cyberdyne Systems", "Tomorrow's processors", "https://cyberdyne.example", "Sunnyvale"),
)


def plant(account: Account) -> None:
    """Put in users, statuses, custom fields, five leads with eleven contacts and the rest."""
    account.state["organization"] = "Sandbox Sales"
    user = account.add(
        "user",
        {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@sandbox.example",
         "image": "", "email_verified_at": None},
    )  # fmt: skip
    account.add(
        "user",
        {"first_name": "Charles", "last_name": "Babbage", "email": "charles@sandbox.example",
         "image": "", "email_verified_at": None},
    )  # fmt: skip
    by = written_by(account, user)
    for label in ("Potential", "Bad Fit", "Qualified", "Customer"):
        account.add("lead_status", {"label": label, "organization_id": account.name})
    pipeline = account.add("pipeline", {"name": "Sales", "organization_id": account.name})
    for label, kind in (("Active", "active"), ("Won", "won"), ("Lost", "lost")):
        row = {"label": label, "type": kind, "pipeline_id": pipeline["id"]}
        account.add("opportunity_status", {**row, "organization_id": account.name})
    _plant_custom_fields(account, by)
    leads = [add_lead(account, *company) for company in _COMPANIES]
    contacts = [add_contact(account, leads[at], *rest) for *rest, at in _PEOPLE]
    _plant_deals(account, leads, contacts, user["id"])


def written_by(account: Account, user: Record) -> Record:
    """Return the fields that say who wrote a record."""
    name = f"{user['first_name']} {user['last_name']}"
    names = {f"{word}_by": user["id"] for word in ("created", "updated")}
    return {
        **names,
        **{f"{word}_by_name": name for word in ("created", "updated")},
        "organization_id": account.name,
    }


def _plant_custom_fields(account: Account, by: Record) -> None:
    rows: tuple[tuple[str, str, str, list[str] | None], ...] = (
        ("lead", "Industry", "choices", ["Energy", "Robots", "Other"]),
        ("contact", "Nickname", "text", None),
        ("opportunity", "Forecast", "number", None),
    )
    for kind, name, type_, choices in rows:
        account.add(
            "custom_field",
            {**by, "object_type": kind, "name": name, "type": type_, "choices": choices,
             "accepts_multiple_values": False, "description": None},
        )  # fmt: skip


def add_lead(account: Account, name: str, description: str, url: str, city: str) -> Record:
    """Store a lead."""
    user = account["user"].all()[0]
    address = {"label": "business", "address_1": "1 Main Street", "city": city, "country": "US"}
    status = account["lead_status"].all()[0]["id"]
    return account.add(
        "lead",
        {**LEAD.begins, **written_by(account, user), "name": name, "description": description,
         "url": url, "addresses": [address], "status_id": status},
    )  # fmt: skip


def add_contact(
    account: Account, lead: Record, name: str, title: str, email: str, phone: str
) -> Record:
    """Store a contact of a lead."""
    user = account["user"].all()[0]
    return account.add(
        "contact",
        {**CONTACT.begins, **written_by(account, user), "lead_id": lead["id"], "name": name,
         "title": title, "emails": [{"email": email, "type": "office"}],
         "phones": [{"phone": phone, "type": "office"}]},
    )  # fmt: skip


def _plant_deals(
    account: Account, leads: list[Record], contacts: list[Record], user_id: str
) -> None:
    by = written_by(account, account["user"].all()[0])
    statuses = [row["id"] for row in account["opportunity_status"].all()]
    for number, lead in enumerate(leads):
        contact = next(row for row in contacts if row["lead_id"] == lead["id"])
        account.add(
            "opportunity",
            {**OPPORTUNITY.begins, **by, "lead_id": lead["id"], "user_id": user_id,
             "note": f"{lead['name']} wants the large plan", "value": 50_000 * (number + 1),
             "confidence": 25 * (number % 4 + 1), "status_id": statuses[0]},
        )  # fmt: skip
        account.add(
            "task",
            {**TASK.begins, **by, "lead_id": lead["id"], "assigned_to": user_id,
             "text": f"Call {contact['name']}", "date": f"2026-11-{number + 10}"},
        )  # fmt: skip
        on_lead = {**by, "lead_id": lead["id"], "contact_id": contact["id"], "user_id": user_id}
        account.add(
            "activity",
            {**NOTE.begins, **on_lead, "_type": "Note", "note": f"Met {contact['name']}",
             "activity_at": None},
        )  # fmt: skip
    first = contacts[0]
    account.add(
        "activity",
        {**EMAIL.begins, **by, "_type": "Email", "lead_id": first["lead_id"],
         "contact_id": first["id"], "user_id": user_id, "status": "draft", "subject": "Hello",
         "to": ["bruce@wayne.example"], "body_text": "Shall we talk?", "activity_at": None},
    )  # fmt: skip


def seed_leads(account: Account, count: int) -> Any:
    """Add made-up leads, each with a contact, and return how many there are then."""
    for number in range(count):
        _made_up(account, number)
    return len(account["lead"])


def seed_contacts(account: Account, count: int) -> Any:
    """Add made-up contacts to the first lead and return how many there are then."""
    lead = account["lead"].all()[0]
    for number in range(count):
        _person(account, lead, number)
    return len(account["contact"])


def _made_up(account: Account, number: int) -> None:
    name = f"Made-up Company {number + 1:05}"
    lead = add_lead(account, name, "Made up", f"https://made-up-{number + 1}.example", "Nowhere")
    _person(account, lead, number)


def _person(account: Account, lead: Record, number: int) -> None:
    mail, phone = f"person{number + 1}@made-up.example", f"+1650555{number % 10_000:04}"
    add_contact(account, lead, f"Made-up Person {number + 1:05}", "Buyer", mail, phone)
