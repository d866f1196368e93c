"""What an account has when it starts."""

from valence_sandbox.account import Account
from valence_sandbox.vendors.pipedrive import fields
from valence_sandbox.vendors.pipedrive.records import (
    ACTIVITIES,
    DEALS,
    NOTES,
    ORGANIZATIONS,
    PERSONS,
)


def plant(account: Account) -> None:
    """Fill an account."""
    account.state["company"] = 1 if account.name.endswith("1") else 2
    fields.plant(account)
    for name, email in (
        ("Kim Bell", "demo@pipedrive.example"),
        ("Lee Crumb", "lee@bakery.example"),
    ):
        account.add("users", {"name": name, "email": email, "active_flag": True, "is_admin": 1})
    for name, icon in (
        ("Call", "call"),
        ("Meeting", "meeting"),
        ("Task", "task"),
        ("Email", "email"),
    ):
        account.add(
            "activityTypes",
            {
                "name": name,
                "icon_key": icon,
                "key_string": name.lower(),
                "active_flag": True,
                "is_custom_flag": False,
            },
        )
    for name in ("Flour Ltd", "Mill and Sons", "Rye and Daughters"):
        ORGANIZATIONS.add(account, {"name": name, "address": None})
    for name in ("Kelly Gold", "Joe Miller", "Ada Stone"):
        first, _, last = name.partition(" ")
        PERSONS.add(
            account,
            {
                "name": name,
                "first_name": first,
                "last_name": last,
                "org_id": 1,
                "email": [
                    {"label": "work", "value": f"{first.lower()}@example.com", "primary": True}
                ],
                "phone": [{"label": "", "value": "", "primary": True}],
            },
        )
    for number, title in enumerate(("Wedding cake", "Daily rolls", "Spelt contract"), 1):
        DEALS.add(account, {"title": title, "value": 100 * number, "person_id": 1, "org_id": 1})
    for subject in ("Ask for prices", "Send bread"):
        ACTIVITIES.add(
            account,
            {
                "subject": subject,
                "due_date": "2026-12-01",
                "due_time": "10:00",
                "person_id": 1,
                "org_id": 1,
                "deal_id": 1,
            },
        )
    for content in ("Likes rye", "<p>Likes <b>wheat</b></p>"):
        NOTES.add(account, {"content": content, "person_id": 1, "org_id": 1, "deal_id": 1})
    account.add("mailThreads", {"subject": "Bread", "folder": "archive", "message_count": 1})
    account.add(
        "filters",
        {
            "name": "Everybody",
            "type": "people",
            "active_flag": True,
            "temporary_flag": None,
            "user_id": 1,
            "visible_to": 1,
            "conditions": {
                "glue": "and",
                "conditions": [
                    {"glue": "and", "conditions": []},
                    {"glue": "or", "conditions": []},
                ],
            },
        },
    )


def more_persons(account: Account, count: int) -> int:
    """Add made-up people and return how many there are."""
    for number in range(count):
        name = f"First{number} Last{number}"
        PERSONS.add(account, {"name": name, "email": [], "phone": []})
    return len(account["persons"])


def more_organizations(account: Account, count: int) -> int:
    """Add made-up organizations and return how many there are."""
    for number in range(count):
        ORGANIZATIONS.add(account, {"name": f"Company {number}"})
    return len(account["organizations"])


def more_deals(account: Account, count: int) -> int:
    """Add made-up deals and return how many there are."""
    for number in range(count):
        DEALS.add(account, {"title": f"Deal {number}", "value": number})
    return len(account["deals"])
