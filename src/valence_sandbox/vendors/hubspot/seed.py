"""What an account has when it starts."""

from valence_sandbox.account import Account
from valence_sandbox.vendors.hubspot import contacts, definitions, engagements, pipelines, timeline
from valence_sandbox.vendors.hubspot.records import COMPANIES, DEALS, PRODUCTS, TICKETS

_PEOPLE = (
    ("Kelly", "Gold", "kelly@example.com", "customer"),
    ("Joe", "Miller", "joe@example.com", "lead"),
    ("Ada", "Stone", "ada@example.com", "lead"),
    ("Grace", "Oven", "grace@example.com", "subscriber"),
)
_COMPANIES = (
    ("Flour Ltd", "flour.example", "Grinds wheat and rye"),
    ("Mill and Sons", "mill.example", "Runs three mills"),
    ("Rye and Daughters", "rye.example", "Bakes rye bread"),
)


def plant(account: Account) -> None:
    """Fill an account."""
    account.state["portal"] = 62515 if account.name.endswith("1") else 62516
    definitions.plant(account)
    pipelines.plant(account)
    timeline.plant(account)
    for first, last, email in (
        ("Kim", "Bell", "kim@bakery.example"),
        ("Lee", "Crumb", "lee@bakery.example"),
    ):
        now = account.now_ms()
        account["owners"].add(
            {
                "portalId": account.state["portal"],
                "type": "PERSON",
                "firstName": first,
                "lastName": last,
                "email": email,
                "createdAt": now,
                "updatedAt": now,
                "hasContactsAccess": True,
                "remoteList": [],
            }
        )
    companies = [
        COMPANIES.add(account, {"name": name, "domain": domain, "description": text})
        for name, domain, text in _COMPANIES
    ]
    people = [
        contacts.add(
            account,
            {
                "firstname": first,
                "lastname": last,
                "email": email,
                "lifecyclestage": stage,
                "associatedcompanyid": str(companies[0]["companyId"]),
            },
        )
        for first, last, email, stage in _PEOPLE
    ]
    for number, name in enumerate(("Wedding cake", "Daily rolls", "Spelt contract")):
        DEALS.add(
            account,
            {
                "dealname": name,
                "amount": str(100 * (number + 1)),
                "dealstage": "appointmentscheduled",
                "pipeline": "default",
            },
            associations={"associatedVids": [people[0]["vid"]]},
        )
    for kind, text in (("NOTE", "Likes rye"), ("CALL", "Asked for prices"), ("TASK", "Send bread")):
        engagements.add(
            account,
            {
                "engagement": {"type": kind, "ownerId": 1},
                "associations": {
                    "contactIds": [people[0]["vid"]],
                    "companyIds": [companies[0]["companyId"]],
                },
                "metadata": {"body": text},
            },
        )
    TICKETS.add(account, {"subject": "Cold bread", "hs_pipeline": "default"})
    PRODUCTS.add(account, {"name": "Rye bread", "price": "4.5"})


def more_contacts(account: Account, count: int) -> int:
    """Add made-up contacts and return how many there are."""
    for number in range(count):
        contacts.add(
            account,
            {
                "firstname": f"First{number}",
                "lastname": f"Last{number}",
                "email": f"made.up{len(account['contacts'])}@example.com",
            },
        )
    return len(account["contacts"])


def more_companies(account: Account, count: int) -> int:
    """Add made-up companies and return how many there are."""
    for number in range(count):
        COMPANIES.add(account, {"name": f"Company {number}", "description": f"Number {number}"})
    return len(account["companies"])


def more_deals(account: Account, count: int) -> int:
    """Add made-up deals and return how many there are."""
    for number in range(count):
        DEALS.add(account, {"dealname": f"Deal {number}", "amount": str(number)})
    return len(account["deals"])
