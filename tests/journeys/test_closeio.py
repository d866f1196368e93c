"""Close over a real hub, as clients of the platform use it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from tests.conftest import Sim
from tests.journeys.conftest import Answer, Caller
from valence.elements import Catalog

ELEMENT = Catalog.load().require("closeio")


@dataclass
class Connected:
    """An instance of Close, and the vendor behind it."""

    caller: Caller
    sim: Sim

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        return self.caller.call(method, f"/hubs/crm/{path}", body)

    def ok(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.call(method, path, body)
        assert answer.status == 200, answer.text
        return answer.json

    def listed(self, path: str, *, where: str = "", order: str = "") -> list[Any]:
        mark = "&" if "?" in path else "?"
        query = f"where={quote(where)}" + (f"&orderBy={quote(order)}" if order else "")
        found: list[Any] = self.ok("GET", f"{path}{mark}{query}")
        return found


@pytest.fixture
def close(caller: Caller) -> Connected:
    """An instance of the sandbox's first organization."""
    return Connected(caller.connected_to(ELEMENT), caller.sim.vendor("close"))


def _made(caller: Caller, **more: Any) -> Answer:
    configuration = {"username": "api_sandbox.close", "password": ""}
    return caller.call(
        "POST",
        "/instances",
        {"element": {"key": "closeio"}, "configuration": configuration, "name": "C", **more},
    )


def test_an_instance_is_made_with_a_key_that_works(caller: Caller) -> None:
    """By key or number of the element; `username` in clear; a wrong key makes no instance."""
    by_number = _made(caller, element={"id": 146})
    assert by_number.status == 200, by_number.text
    assert by_number.json["configuration"]["username"] == "api_sandbox.close"
    before = len(caller.call("GET", "/instances").json)
    wrong = _made(caller, configuration={"username": "api_nobody", "password": ""})
    assert (wrong.status, wrong.json["message"]) == (401, "Unauthorized")
    missing = _made(caller, configuration={"password": ""})
    assert (missing.status, missing.json["code"]) == (400, "missing-configuration")
    assert len(caller.call("GET", "/instances").json) == before


@pytest.mark.parametrize(
    ("name", "body", "change"),
    [
        ("accounts", {"name": "Acme"}, {"description": "Robots"}),
        ("contacts", {"name": "Ann", "title": "Buyer"}, {"title": "Seller"}),
        ("opportunities", {"note": "Large", "value": 100, "name": "x", "url": "y",
                           "description": "z", "contacts": [], "addresses": []}, {"value": 200}),
        ("tasks", {"text": "Call", "date": "2013-02-06", "is_complete": False},
         {"is_complete": True}),
    ],
)  # fmt: skip
def test_the_life_of_a_record(
    name: str, body: dict[str, Any], change: dict[str, Any], close: Connected
) -> None:
    """Made, read, changed by a part and by the whole, listed, deleted, gone."""
    lead = close.ok("POST", "accounts", {"name": "Parent"})["id"]
    whole = body if name == "accounts" else {**body, "lead": lead}
    made = close.ok("POST", name, whole)
    assert made["id"].startswith({"accounts": "lead_", "contacts": "cont_"}.get(name, name[:4]))
    if name != "accounts":
        assert made["lead_id"] == lead
    read = close.ok("GET", f"{name}/{made['id']}")
    assert read == made
    close.sim.post("clock", advanceSeconds=2)
    changed = close.ok("PATCH", f"{name}/{made['id']}", change)
    assert {key: changed[key] for key in change} == change
    assert changed["date_updated"] > made["date_updated"]
    again = close.ok("PATCH", f"{name}/{made['id']}", {**whole, **change})
    assert again["id"] == made["id"]
    assert made["id"] in [row["id"] for row in close.ok("GET", f"{name}?pageSize=200")]
    assert close.ok("DELETE", f"{name}/{made['id']}") == {}
    for method, more in (("GET", None), ("PATCH", change), ("DELETE", None)):
        gone = close.call(method, f"{name}/{made['id']}", more)
        assert gone.status == 404
        assert "matching query does not exist" in gone.json["message"]
        assert close.call(method, f"{name}/-1", more).status == 404


def test_an_account_holds_its_people_deals_and_tasks(close: Connected) -> None:
    """As the vendor nests them; the owner of a deal is a user."""
    account = close.ok("GET", "accounts?pageSize=1")[0]
    assert set(account) >= {
        "display_name", "date_created", "date_updated", "contacts", "opportunities", "tasks",
    }  # fmt: skip
    user = close.ok("GET", f"users/{account['opportunities'][0]['user_id']}")
    assert user["email"] == "ada@sandbox.example"
    people = close.ok("GET", f"accounts/{account['id']}/contacts")
    assert [row["id"] for row in people] == [row["id"] for row in account["contacts"]]
    assert len(close.ok("GET", f"accounts/{account['id']}/opportunities")) == 1
    assert len(close.ok("GET", f"accounts/{account['id']}/tasks")) == 1


def test_addresses_of_a_kind_become_entries(close: Connected) -> None:
    """`officeEmail` and `homePhone`, beside lists that are there."""
    lead = close.ok("POST", "accounts", {"name": "Parent"})["id"]
    body = {
        "lead_id": lead,
        "name": "Ann",
        "officeEmail": "ann@office.example",
        "homePhone": "+16505550100",
        "emails": [{"type": "home", "email": "ann@home.example"}],
        "urls": [{"type": "url", "url": "https://ann.example"}],
    }
    made = close.ok("POST", "contacts", body)
    shown = [(row["type"], row["email"]) for row in made["emails"]]
    assert shown == [("home", "ann@home.example"), ("office", "ann@office.example")]
    assert [(row["type"], row["phone"]) for row in made["phones"]] == [("home", "+16505550100")]
    assert made["urls"] == [{"type": "url", "url": "https://ann.example"}]
    again = close.ok("PATCH", f"contacts/{made['id']}", body)
    assert again["emails"] == made["emails"]


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("contacts", {}, "A contact needs at least one field."),
        ("contacts", {"emails": [{"email": "x"}]}, "emails: Invalid email address."),
        ("opportunities", {"lead": "lead_x"}, "lead_id: Object does not exist."),
        ("tasks", {"text": "x"}, "lead_id: This field is required."),
        ("accounts", {"name": 5, "url": "?"},
         "name: Value must be of basestring type. url: Invalid URL."),
        ("accounts/lead_x/notes", {"note": "x"}, "lead_id: Object does not exist."),
        ("accounts/lead_x/activities", {"note": "x"}, "Missing parameter: activityType."),
    ],
)  # fmt: skip
def test_what_the_vendor_refuses_is_400_in_its_words(
    path: str, body: Any, message: str, close: Connected
) -> None:
    """Field by field."""
    refused = close.call("POST", path, body)
    assert (refused.status, refused.json["message"]) == (400, message)


def test_emails_and_notes_of_an_account(close: Connected) -> None:
    """Made, changed and deleted with their kind, listed without; the contact may be another's."""
    accounts = close.ok("GET", "accounts?pageSize=2")
    path = f"accounts/{accounts[0]['id']}"
    foreign = accounts[1]["contacts"][0]["id"]
    body = {"contact_id": foreign, "direction": "outgoing", "subject": "Hi", "sender": "a@b.example",
            "to": ["c@d.example"], "status": "draft", "body_text": "t", "body_html": "h"}  # fmt: skip
    mail = close.ok("POST", f"{path}/activities?activityType=email", body)
    assert (mail["lead_id"], mail["contact_id"]) == (accounts[0]["id"], foreign)
    changed = close.ok(
        "PATCH", f"{path}/activities/{mail['id']}?activityType=email", {**body, "subject": "Ho"}
    )
    assert changed["subject"] == "Ho"
    note = close.ok("POST", f"{path}/notes", {"note": "Likes tea"})
    listed = [row["id"] for row in close.ok("GET", f"{path}/activities")]
    assert set(listed) >= {mail["id"], note["id"]}
    mails = close.ok("GET", f"{path}/activities?activityType=email")
    assert note["id"] not in [row["id"] for row in mails]
    assert close.ok("PATCH", f"{path}/notes/{note['id']}", {"note": "Tea!"})["note"] == "Tea!"
    assert note["id"] in [row["id"] for row in close.ok("GET", f"{path}/notes")]
    assert close.ok("DELETE", f"{path}/notes/{note['id']}") == {}
    assert close.ok("DELETE", f"{path}/activities/{mail['id']}?activityType=email") == {}
    left = {row["id"] for row in close.ok("GET", f"{path}/activities")}
    assert not left & {mail["id"], note["id"]}


@pytest.mark.parametrize(
    ("path", "where", "found"),
    [
        ("accounts", "display_name = 'Stark Industries'", 1),
        ("accounts", "display_name = 'stark industries'", 0),
        ("accounts", "display_name in ('Stark Industries', 'Tyrell Corporation')", 2),
        ("accounts", "display_name like '%Corporation'", 2),
        ("accounts", "display_name = 'None such'", 0),
        ("accounts", "display_name = 'A' or description = 'Clean energy'", 1),
        ("contacts", "title = 'Chief Executive'", 2),
        ("contacts", "emails[*].email = 'ellen@weyland.example'", 1),
        ("opportunities", "value > 100000 and status_type = 'active'", 3),
        ("opportunities", "status_type = 'won'", 0),
        ("tasks", "is_complete = false and date <= '2026-11-11'", 2),
        ("tasks", "is_complete = true", 0),
    ],
)
def test_where_holds_for_every_record(path: str, where: str, found: int, close: Connected) -> None:
    """Whether the vendor narrows the list or only Valence does."""
    assert len(close.listed(path, where=where)) == found


@pytest.mark.parametrize("name", ["accounts", "contacts", "opportunities", "tasks"])
def test_what_changed_since_is_found(name: str, close: Connected) -> None:
    """As polling asks for it, to the microsecond."""
    rows = close.ok("GET", f"{name}?pageSize=200")
    latest = max(row["date_updated"] for row in rows)
    assert close.listed(name, where=f"date_updated>'{latest}'") == []
    close.sim.post("clock", advanceSeconds=2)
    close.ok("PATCH", f"{name}/{rows[0]['id']}", {"note": "x", "text": "x", "title": "x"})
    changed = close.listed(name, where=f"date_updated>'{latest}'")
    assert [row["id"] for row in changed] == [rows[0]["id"]]


@pytest.mark.parametrize(
    ("path", "order", "key"),
    [
        ("accounts", "display_name", "display_name"),
        ("opportunities", "value", "value"),
        ("tasks", "date", "date"),
    ],
)
def test_lists_are_ordered_both_ways(path: str, order: str, key: str, close: Connected) -> None:
    """By the vendor; with a filter too; a field it cannot order by is 400."""
    ups = [row[key] for row in close.listed(path, order=order)]
    downs = [row[key] for row in close.listed(path, order=f"{order} desc")]
    assert len(ups) == 5
    assert (ups, downs) == (sorted(ups), sorted(ups, reverse=True))
    both = close.listed(path, where=f"{key} != '{ups[0]}'", order=f"{order} desc")
    assert [row[key] for row in both] == [value for value in downs if str(value) != str(ups[0])]
    refused = close.call("GET", f"{path}?orderBy=shoe")
    assert (refused.status, refused.json["code"]) == (400, "unsupported-field")


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("accounts", ["query", "sort:date_created"]),
        ("accounts?where=display_name%3D'A'", ["query", 'name:"A" sort:date_created']),
        ("accounts?orderBy=display_name%20desc", ["query", "sort:-name"]),
        ("opportunities", ["_order_by", "date_created"]),
        ("tasks?orderBy=date%20desc", ["_order_by", "-date"]),
    ],
)
def test_pages_do_not_overlap_as_an_order_is_always_sent(
    path: str, sent: list[str], close: Connected
) -> None:
    """With the filter where the vendor has one parameter for both."""
    close.ok("GET", path)
    assert sent in close.sim.get("calls")[-1]["query"]


@pytest.mark.parametrize("wish", ["accounts", "contacts", "contacts?where=title%3D'Buyer'"])
def test_two_pages_are_one_of_double_size(wish: str, close: Connected) -> None:
    """By number and by token, also past the vendor's largest page; none twice, none lost."""
    close.sim.post("seed", lead=230)
    mark = "&" if "?" in wish else "?"
    seen: list[str] = []
    token = ""
    while True:
        answer = close.call("GET", f"{wish}{mark}pageSize=110&nextPage={token}")
        assert answer.status == 200, answer.text
        seen += [row["id"] for row in answer.json]
        token = answer.headers.get("elements-next-page-token", "")
        if not token:
            break
    assert len(seen) == len(set(seen)) == {"accounts": 235, "contacts": 241}.get(wish, 230)
    second = close.ok("GET", f"{wish}{mark}pageSize=110&page=2")
    double = close.ok("GET", f"{wish}{mark}pageSize=220&page=1")
    assert [row["id"] for row in double] == seen[:220]
    assert [row["id"] for row in second] == seen[110:220]


def test_objects_and_documents_say_what_there_is(close: Connected) -> None:
    """Names of both kinds, fields, models by the names that clients look for."""
    names = close.ok("GET", "objects")
    assert {"accounts", "contacts", "opportunities", "tasks", "users", "lead"} <= set(names)
    kinds = close.caller.call("GET", "/objects", headers={"Elements-Version": "Helium"}).json
    assert {"vendor", "ceCanonical"} == {row["type"] for row in kinds}
    assert {"name": "contacts", "vendorName": "contact", "type": "ceCanonical"} in kinds
    fields = close.ok("GET", "objects/contacts/metadata")["fields"]
    assert {"name", "title", "emails[*].email"} & {field["vendorPath"] for field in fields}
    assert close.call("GET", "objects/notarealobjectname/metadata").status == 404
    assert close.call("GET", "notarealobjectname").status == 404
    document = close.caller.call("GET", "/elements/closeio/docs").json
    assert {"/contacts", "/contacts/{id}", "/accounts", "/accounts/{id}"} <= set(document["paths"])
    assert {"contacts", "address", "objectsMetadata"} <= set(document["definitions"])
    assert close.ok("GET", "ping")["endpoint"] == "closeio"
    metadata = close.caller.call("GET", "/elements/146/metadata").json
    assert (metadata["events"]["supported"], metadata["events"]["methods"]) == (True, ["polling"])


def test_a_resource_of_the_accounts_own(close: Connected) -> None:
    """With the vendor's words for pages and without a kind, at once."""
    row = {"type": "query", "vendorType": "query", "source": "request", "dataType": "string"}
    made = close.caller.call(
        "POST",
        "/elements/closeio/resources",
        {
            "path": "/hubs/crm/mynewcontacts",
            "method": "GET",
            "vendorPath": "/contact/",
            "vendorMethod": "GET",
            "rootKey": "data",
            "parameters": [
                {**row, "name": "page", "vendorName": "_skip"},
                {**row, "name": "pageSize", "vendorName": "_limit"},
            ],
        },
    )
    assert made.status == 200, made.text
    mine = close.ok("GET", "mynewcontacts?pageSize=2&page=2")
    assert mine == close.ok("GET", "contacts?pageSize=2&page=2")
    assert "mynewcontacts" in close.ok("GET", "objects")


def test_custom_fields_travel_by_their_ids(close: Connected) -> None:
    """They are listed, made, and part of what they belong to."""
    field = close.ok("GET", "accountCustomFields")[0]
    key = f"custom.{field['id']}"
    made = close.ok("POST", "accounts", {"name": "R", key: "Robots"})
    assert made[key] == "Robots"
    refused = close.call("POST", "accounts", {key: "Shoes"})
    assert (refused.status, refused.json["message"]) == (400, f"{key}: Not a valid choice.")


def test_custom_fields_are_among_the_fields_of_their_object(close: Connected) -> None:
    """After the others, marked as custom; in documents where they are asked for."""
    field = close.ok("GET", "accountCustomFields")[0]
    fields = close.ok("GET", "objects/accounts/metadata")["fields"]
    assert [row["vendorPath"] for row in fields if row.get("custom")] == [f"custom.{field['id']}"]
    assert fields[-1]["vendorDisplayName"] == "Industry"
    assert [row["value"] for row in fields[-1]["picklistValues"]] == field["choices"]
    own = close.ok("GET", "objects/accounts/metadata?customFieldsOnly=true")["fields"]
    assert own == [fields[-1]]
    plain = close.ok("GET", "objects/users/metadata")["fields"]
    assert not any(row.get("custom") for row in plain)
    assert close.ok("GET", "objects/users/customFields") == []
    for query, is_shown in (("", False), ("?discovery=true", True)):
        document = close.ok("GET", f"objects/accounts/docs{query}")
        assert (field["id"] in str(document["definitions"])) is is_shown


def test_a_key_that_is_ended_is_the_owners_business(close: Connected) -> None:
    """401 in the vendor's words; the key works again once it is there again."""
    close.sim.post("keys", key="api_sandbox.close")
    refused = close.call("GET", "accounts")
    assert (refused.status, refused.json["whose"]) == (401, "resource-owner")
    close.sim.post("reset")
    close.sim.post("limits", enabled=False)
    assert close.call("GET", "accounts").status == 200


def test_a_limit_tells_when_to_come_again(close: Connected) -> None:
    """The vendor's 429 with its Retry-After."""
    close.sim.post("limits", **{"enabled": True, "key-reads": 0})
    refused = close.call("GET", "accounts")
    assert refused.status == 429
    assert int(refused.headers["retry-after"]) >= 1
