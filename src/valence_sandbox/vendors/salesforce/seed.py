"""What an org holds at the start, and made-up records for more."""

from collections.abc import Callable
from typing import Any

from valence_sandbox.account import Account
from valence_sandbox.store import Record
from valence_sandbox.vendors.salesforce import content, ids, org
from valence_sandbox.vendors.salesforce.objects import object_named

_NAMES = (
    ("Ada", "Lovelace"),
    ("Grace", "Hopper"),
    ("Edsger", "Dijkstra"),
    ("Barbara", "Liskov"),
    ("Alan", "Turing"),
    ("Katherine", "Johnson"),
)
_INDUSTRIES = ("Retail", "Banking", "Technology", "Consulting", "Food & Beverage")


def plant(account: Account) -> None:
    """Fill an org: its users first, for everything has an owner."""
    account.state["org_id"] = ids.spelled("00D")(account.name, 1)
    account.state["user_id"] = ids.spelled("005")(account.name, 1)
    _add(account, "Profile", Name="System Administrator", Description="Everything")
    profile = _add(account, "Profile", Name="Standard User", Description="The usual")
    domain = account.name
    _user(account, "Demo", "Owner", f"demo@{domain}", profile)
    _user(account, "Robin", "Seller", f"robin@{domain}", profile)
    acme = _add(
        account,
        "Account",
        Name="Acme Bakery",
        Industry="Food & Beverage",
        Type="Prospect",
        BillingCity="Leeds",
        BillingCountry="UK",
        Phone="+44 113 496 0000",
        AnnualRevenue=1200000.0,
        NumberOfEmployees=42,
        Tier__c="Gold",
    )
    mill = _add(
        account,
        "Account",
        Name="Mill & Sons",
        ParentId=acme["Id"],
        Industry="Retail",
        Website="https://mill.example",
    )
    inn = _add(account, "Account", Name="O'Hara's Inn", Industry="Other", Rating="Warm")
    people = []
    for position, (first, last) in enumerate(_NAMES):
        holder = (acme, mill, inn)[position % 3]
        people.append(
            _add(
                account,
                "Contact",
                FirstName=first,
                LastName=last,
                AccountId=holder["Id"],
                Email=f"{first}@{last}.example".lower(),
                Salutation="Ms.",
                Title="Baker",
                Birthdate=f"19{60 + position}-03-0{position + 1}",
            )
        )
    for first, last in _NAMES[:3]:
        _add(
            account,
            "Lead",
            FirstName=first,
            LastName=last + "son",
            Company=f"{last} Ltd",
            Email=f"{first}@{last}son.example".lower(),
            Status="Open - Not Contacted",
        )
    campaign = _add(
        account,
        "Campaign",
        Name="Spring loaves",
        Status="Planned",
        Type="Email",
        StartDate="2026-03-01",
        IsActive=True,
    )
    deal = _add(
        account,
        "Opportunity",
        Name="Ovens for Acme",
        AccountId=acme["Id"],
        StageName="Prospecting",
        CloseDate="2026-12-31",
        Amount=25000.0,
        CampaignId=campaign["Id"],
    )
    _add(
        account,
        "Opportunity",
        Name="Flour for a year",
        AccountId=mill["Id"],
        StageName="Closed Won",
        CloseDate="2026-01-15",
        Amount=9000.5,
    )
    _add(
        account,
        "Event",
        Subject="Tasting",
        WhatId=acme["Id"],
        WhoId=people[0]["Id"],
        StartDateTime=_HOUR * 490_000,
        DurationInMinutes=60,
        ShowAs="Busy",
    )
    _add(
        account,
        "Event",
        Subject="Site visit",
        WhatId=deal["Id"],
        StartDateTime=_HOUR * 490_024,
        DurationInMinutes=30,
        ShowAs="Busy",
    )
    _add(
        account,
        "Task",
        Subject="Send price list",
        WhatId=acme["Id"],
        WhoId=people[0]["Id"],
        ActivityDate="2026-02-01",
        Status="Not Started",
        Priority="Normal",
    )
    _add(account, "Note", ParentId=acme["Id"], Title="Opening hours", Body="Closed on Mondays")
    _add(
        account,
        "Attachment",
        ParentId=acme["Id"],
        Name="menu.txt",
        ContentType="text/plain",
        Body=b"Rye, wheat, spelt",
    )
    _add(
        account,
        "Document",
        FolderId=account.state["user_id"],
        Name="Recipe",
        Type="txt",
        ContentType="text/plain",
        Body=b"Flour, water, salt, time",
        DeveloperName="Recipe",
        AuthorId=account.state["user_id"],
    )
    content.create_version(
        account,
        {
            "PathOnClient": "/prices.txt",
            "Description": "Prices of this year",
            "VersionData": "cnllIDQuNTA=",
            "FirstPublishLocationId": acme["Id"],
        },
        is_case_free=False,
    )
    _add(
        account,
        "Report",
        Name="All accounts",
        DeveloperName="All_accounts",
        Format="TABULAR",
        FolderName="Public Reports",
        Description="Every account",
    )
    _add(
        account,
        "Invoice__c",
        Name="INV-1",
        Account__c=acme["Id"],
        Amount__c=120.5,
        Due__c="2026-04-01",
        Paid__c=False,
        Lines__c=3,
        Status__c="Sent",
        Number__c="1",
    )


_HOUR = 3_600_000


def _user(account: Account, first: str, last: str, name: str, profile: Record) -> Record:
    return _add(
        account,
        "User",
        Username=name,
        FirstName=first,
        LastName=last,
        Email=name,
        Alias=first.lower()[:8],
        IsActive=True,
        TimeZoneSidKey="GMT",
        LocaleSidKey="en_GB",
        EmailEncodingKey="UTF-8",
        ProfileId=profile["Id"],
        LanguageLocaleKey="en_US",
    )


def _add(account: Account, name: str, **values: Any) -> Record:
    said = object_named(name)
    assert said is not None  # noqa: S101 - a name of this file
    unknown = [field for field in values if said.field(field) is None]
    assert not unknown, unknown  # noqa: S101 - a name of this file
    if said.field("OwnerId"):
        values.setdefault("OwnerId", account.state["user_id"])
    return org.stored(account, said, values)


def _seeder(name: str, values: Callable[[int], dict[str, Any]]) -> Callable[[Account, int], Any]:
    def seed(account: Account, count: int) -> list[str]:
        start = len(account[name])
        return [
            str(_add(account, name, **values(number))["Id"])
            for number in range(start + 1, start + count + 1)
        ]

    return seed


SEEDERS = {
    "accounts": _seeder(
        "Account",
        lambda number: {
            "Name": f"Account {number:05}",
            "Industry": _INDUSTRIES[number % len(_INDUSTRIES)],
            "NumberOfEmployees": number,
        },
    ),
    "contacts": _seeder(
        "Contact",
        lambda number: {
            "FirstName": _NAMES[number % len(_NAMES)][0],
            "LastName": f"Number{number:05}",
            "Email": f"c{number}@people.example",
        },
    ),
    "leads": _seeder(
        "Lead",
        lambda number: {
            "LastName": f"Lead{number:05}",
            "Company": f"Company {number}",
            "Status": "Open - Not Contacted",
        },
    ),
    "opportunities": _seeder(
        "Opportunity",
        lambda number: {
            "Name": f"Deal {number:05}",
            "StageName": "Prospecting",
            "CloseDate": "2026-12-31",
            "Amount": float(number),
        },
    ),
    "invoices": _seeder(
        "Invoice__c",
        lambda number: {"Name": f"INV-{number}", "Amount__c": float(number), "Status__c": "Draft"},
    ),
}
