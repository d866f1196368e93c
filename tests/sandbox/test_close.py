"""The sandbox's Close is as strict as the vendor: keys, bodies, pages, filters, search, limits."""

from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.conftest import Sim

KEY = "api_sandbox.close"


@dataclass
class Close:
    """Close as an application sees it."""

    sim: Sim

    def call(self, method: str, path: str, *, key: str = KEY, **more: Any) -> requests.Response:
        url = f"{self.sim.url}/close/api/v1/{path}"
        return requests.request(method, url, auth=(key, ""), timeout=10, **more)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.call("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any) -> Any:
        answer = self.call("POST", path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def names(self, query: str) -> list[str]:
        """Return the names of the leads that a search finds."""
        return [lead["name"] for lead in self.get("lead/", query=query)["data"]]


@pytest.fixture
def close(sandbox_url: str) -> Close:
    """Close as it starts, without limits."""
    return Close(Sim(sandbox_url).vendor("close"))


def test_a_key_is_the_user_name(close: Close) -> None:
    """Of its own organization, with any password; anything else is 401."""
    assert close.get("me/")["email"] == "ada@sandbox.example"
    url = f"{close.sim.url}/close/api/v1/me/"
    assert requests.get(url, auth=(KEY, "anything"), timeout=10).status_code == 200
    for auth in (None, ("wrong", ""), ("", KEY)):
        refused = requests.get(url, auth=auth, timeout=10)
        assert (refused.status_code, refused.json()) == (401, {"error": "Unauthorized"})
    ours, theirs = close.get("lead/")["data"][0], close.call("GET", "lead/", key="api_other.close")
    assert theirs.json()["data"][0]["id"] != ours["id"]
    assert close.call("GET", f"lead/{ours['id']}/", key="api_other.close").status_code == 404


def test_a_lead_carries_what_hangs_on_it(close: Close) -> None:
    """Nested contacts are made with it; the rest by its own addresses; all goes with it."""
    lead = close.post(
        "lead/",
        {
            "name": "Acme",
            "url": "acme.example",
            "status": "Qualified",
            "contacts": [{"name": "Ann", "emails": [{"email": "ann@acme.example"}]}],
            "unknown": 1,
        },
    )
    assert lead["id"].startswith("lead_")
    assert len(lead["id"]) == 48
    assert (lead["display_name"], lead["status_label"]) == ("Acme", "Qualified")
    assert lead["url"] == "http://acme.example"
    assert lead["contacts"][0]["emails"][0]["type"] == "office"
    assert "unknown" not in lead
    deal = close.post("opportunity/", {"lead_id": lead["id"], "value": 1200, "confidence": 50})
    task = close.post("task/", {"lead_id": lead["id"], "text": "Call"})
    done = close.post("task/", {"lead_id": lead["id"], "text": "Done", "is_complete": True})
    note = close.post("activity/note/", {"lead_id": lead["id"], "note": "Hello"})
    whole = close.get(f"lead/{lead['id']}/")
    assert [row["id"] for row in whole["opportunities"]] == [deal["id"]]
    assert [row["id"] for row in whole["tasks"]] == [task["id"]]
    assert close.call("DELETE", f"lead/{lead['id']}/").json() == {}
    for path in (f"opportunity/{deal['id']}/", f"task/{done['id']}/", f"activity/note/{note['id']}/",
                 f"contact/{whole['contacts'][0]['id']}/", f"lead/{lead['id']}/"):  # fmt: skip
        assert close.call("GET", path).status_code == 404


def test_an_update_is_a_put_of_what_changes(close: Close) -> None:
    """The rest stays; the time of the change moves; a PATCH is no verb there."""
    contact = close.get("contact/")["data"][0]
    close.sim.post("clock", advanceSeconds=5)
    changed = close.call("PUT", f"contact/{contact['id']}/", json={"title": "Knight"}).json()
    assert changed["title"] == "Knight"
    assert changed["emails"] == contact["emails"]
    assert changed["date_updated"] > contact["date_updated"]
    assert changed["date_created"] == contact["date_created"]
    assert close.call("PATCH", f"contact/{contact['id']}/", json={}).status_code == 405


def test_a_contact_without_a_lead_gets_one(close: Close) -> None:
    """Named after it, as is documented; an opportunity gets one without a name."""
    contact = close.post("contact/", {"name": "Zoe"})
    assert close.get(f"lead/{contact['lead_id']}/")["name"] == "Zoe"
    deal = close.post("opportunity/", {})
    assert close.get(f"lead/{deal['lead_id']}/")["display_name"] == "Untitled"


NOBODY = "lead_nobody"


@pytest.mark.parametrize(
    ("path", "body", "errors"),
    [
        ("lead/", {"name": 5}, {"name": "Value must be of basestring type."}),
        ("lead/", {"url": "no address"}, {"url": "Invalid URL."}),
        ("lead/", {"status": "None such"}, {"status": "Object does not exist."}),
        ("lead/", {"status_id": "stat_x"}, {"status_id": "Object does not exist."}),
        ("lead/", {"contacts": 1}, {"contacts": "Value must be of list type."}),
        ("lead/", {"contacts": [{"name": 1}]}, {"name": "Value must be of basestring type."}),
        ("lead/", {"custom.cf_no": "x"}, {"custom.cf_no": "Custom field does not exist."}),
        ("contact/", {"lead_id": NOBODY}, {"lead_id": "Object does not exist."}),
        ("contact/", {"emails": [{"email": "nobody"}]}, {"emails": "Invalid email address."}),
        ("contact/", {"emails": [{"type": "office"}]}, {"emails": "This field is required."}),
        ("contact/", {"phones": [{"phone": "x"}]}, {"phones": "Invalid phone number."}),
        ("contact/", {"urls": [{"url": "a.example", "type": "x"}]}, {"urls": "Not a valid choice."}),
        ("opportunity/", {"confidence": 101}, {"confidence": "Value is out of range."}),
        ("opportunity/", {"value": "1"}, {"value": "Value must be of int type."}),
        ("opportunity/", {"value_period": "daily"}, {"value_period": "Not a valid choice."}),
        ("task/", {"text": "x"}, {"lead_id": "This field is required."}),
        ("activity/note/", {}, {"lead_id": "This field is required."}),
        ("activity/email/", {"status": "sent"}, {"lead_id": "This field is required."}),
        ("custom_field/lead/", {"name": "x", "type": "choices"},
         {"choices": "This field is required."}),
    ],
)  # fmt: skip
def test_errors_are_told_by_field(
    path: str, body: Any, errors: dict[str, str], close: Close
) -> None:
    """As `field-errors`, with an empty list of others, and nothing is stored."""
    before = close.get("lead/")["total_results"]
    answer = close.call("POST", path, json=body)
    assert answer.status_code == 400
    assert answer.json() == {"errors": [], "field-errors": errors}
    assert close.get("lead/")["total_results"] == before


def test_other_errors_have_one_text(close: Close) -> None:
    """What is not there by id, not readable, or no address of the API."""
    for method in ("GET", "PUT", "DELETE"):
        missing = close.call(method, "contact/-1/", json={})
        assert missing.status_code == 404
        sentence = "Empty query: Contact matching query does not exist."
        assert missing.json() == {"error": sentence}
    broken = close.call("POST", "lead/", data="{")
    assert (broken.status_code, broken.json()) == (
        400,
        {"error": "The request contains invalid JSON."},
    )
    assert close.call("GET", "nothing/").status_code == 404
    assert close.call("DELETE", "me/").status_code == 405


@pytest.mark.parametrize("size", [1, 4, 7, 100])
def test_pages_join_to_the_whole_list(size: int, close: Close) -> None:
    """By skip and limit, each record once; `has_more` says when to stop."""
    close.sim.post("seed", contact=9)
    seen: list[str] = []
    while True:
        page = close.get("contact/", _skip=len(seen), _limit=size, _fields="id")
        assert all(list(row) == ["id"] for row in page["data"])
        seen += [row["id"] for row in page["data"]]
        if not page["has_more"]:
            break
        assert len(page["data"]) == size
    assert len(seen) == len(set(seen)) == 20


@pytest.mark.parametrize(
    ("path", "query", "errors"),
    [
        ("lead/", {"_limit": 201}, {"_limit": "Input should be less than or equal to 200"}),
        ("contact/", {"_limit": 101}, {"_limit": "Input should be less than or equal to 100"}),
        ("lead/", {"_skip": 35001}, {"_skip": "Input should be less than or equal to 35000"}),
        ("lead/", {"_skip": -1}, {"_skip": "Input should be greater than or equal to 0"}),
        ("lead/", {"_limit": "x"}, {"_limit": "Input should be a valid integer, unable to parse"
                                              " string as an integer"}),
        ("task/", {"_order_by": "text"}, {"_order_by": "Not a valid choice."}),
        ("task/", {"date_created__gt": "soon"}, {"date_created__gt": "Could not parse datetime."}),
        ("lead/", {"query": "(name:x"}, {"query": "Unbalanced parenthesis"}),
        ("lead/", {"query": "shoe:x"}, {"query": "Unknown keyword: shoe:"}),
        ("lead/", {"query": "sort:shoe"}, {"query": "Unknown sort: shoe"}),
        ("lead/", {"query": "date_created>=x"}, {"query": "Could not parse date: x"}),
        ("activity/", {"_type": "Note"}, {"_type": "This filter can only be used together with"
                                                   " lead_id."}),
    ],
)  # fmt: skip
def test_parameters_have_bounds(
    path: str, query: dict[str, Any], errors: dict[str, str], close: Close
) -> None:
    """Beyond them is 400, by name."""
    answer = close.call("GET", path, params=query)
    assert (answer.status_code, answer.json()["field-errors"]) == (400, errors)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Wayne", "Stark", "Weyland", "Tyrell", "Cyberdyne"]),
        ('name:"wayne enterprises"', ["Wayne"]),
        ('name:"enterprises wayne"', []),
        ("name:corporation", ["Weyland", "Tyrell"]),
        ("corporation human", ["Tyrell"]),
        ("name:corporation not name:tyrell", ["Weyland"]),
        ("(name:wayne or name:stark) and energy", ["Stark"]),
        ('email:"pepper@stark.example"', ["Stark"]),
        ('contact_name:"Ellen Ripley"', ["Weyland"]),
        ('status:"Bad Fit"', []),
        ("name:corporation sort:-name", ["Weyland", "Tyrell"]),
        ("name:corporation sort:name", ["Tyrell", "Weyland"]),
        ('date_created>="2020-01-01" name:wayne', ["Wayne"]),
        ('date_created<"2020-01-01"', []),
    ],
)
def test_leads_are_searched(query: str, names: list[str], close: Close) -> None:
    """Words in a row, whatever their case; not, or, parentheses, sort."""
    assert [name.split()[0] for name in close.names(query)] == names


def test_times_are_searched_to_the_minute(close: Close) -> None:
    """A lead of this minute is at or after it, not after it."""
    lead = close.get("lead/")["data"][0]
    minute = lead["date_updated"][:16]
    assert close.names(f'name:wayne date_updated>="{minute}"') == ["Wayne Enterprises"]
    assert close.names(f'name:wayne date_updated>"{minute}"') == []


def test_lists_are_narrowed_and_ordered(close: Close) -> None:
    """By the parameters of each; bounds count to the microsecond."""
    deals = close.get("opportunity/", _order_by="-value")
    assert [row["value"] for row in deals["data"]] == [250_000, 200_000, 150_000, 100_000, 50_000]
    assert deals["total_results"] == 5
    assert deals["total_value_one_time"] == 750_000
    first = deals["data"][0]
    assert close.get("opportunity/", lead_id=first["lead_id"])["data"] == [first]
    assert close.get("opportunity/", status_type="won")["data"] == []
    won = close.get("status/opportunity/")["data"][1]
    close.call("PUT", f"opportunity/{first['id']}/", json={"status_id": won["id"]})
    assert close.get("opportunity/", status_type="won")["data"][0]["date_won"]
    close.sim.post("clock", advanceSeconds=5)
    late = close.post("opportunity/", {"lead_id": first["lead_id"]})
    bound = {"date_created__gte": late["date_created"]}
    assert [row["id"] for row in close.get("opportunity/", **bound)["data"]] == [late["id"]]
    after = {"date_created__gt": late["date_created"]}
    assert close.get("opportunity/", **after)["data"] == []
    tasks = close.get("task/", date__lte="2026-11-11", is_complete="false")
    assert [row["date"] for row in tasks["data"]] == ["2026-11-10", "2026-11-11"]


def test_activities_are_of_a_lead_and_newest_first(close: Close) -> None:
    """All kinds together, or one; of all leads only without a further filter."""
    email = close.get("activity/email/")["data"][0]
    close.sim.post("clock", advanceSeconds=5)
    note = close.post("activity/note/", {"lead_id": email["lead_id"], "note": "Later"})
    both = close.get("activity/", lead_id=email["lead_id"])["data"]
    assert both[0]["id"] == note["id"]
    assert {row["_type"] for row in both} == {"Email", "Note"}
    assert close.get("activity/", lead_id=email["lead_id"], _type="Email")["data"] == [email]
    assert close.call("GET", f"activity/email/{note['id']}/").status_code == 404


def test_only_drafts_of_emails_change(close: Close) -> None:
    """What is sent needs a sender, and stays as it was sent."""
    lead = close.get("lead/")["data"][0]["id"]
    draft = close.post("activity/email/", {"lead_id": lead, "status": "draft", "subject": "a"})
    path = f"activity/email/{draft['id']}/"
    assert close.call("PUT", path, json={"subject": "b"}).json()["subject"] == "b"
    refused = close.call("PUT", path, json={"status": "outbox"})
    assert refused.json()["field-errors"] == {"sender": "This field is required."}
    sent = close.call("PUT", path, json={"status": "outbox", "sender": "ada@sandbox.example"})
    assert sent.json()["date_sent"]
    assert close.call("PUT", path, json={"subject": "c"}).status_code == 400
    assert close.call("PUT", path, json={"status": "draft"}).json()["status"] == "draft"


def test_custom_fields_are_found_and_filled(close: Close) -> None:
    """By their ids, of the object they belong to, within their choices."""
    industry = close.get("custom_field/lead/")["data"][0]
    assert close.get("custom_field_schema/lead/")["fields"] == [industry]
    key = f"custom.{industry['id']}"
    lead = close.post("lead/", {"name": "R", key: "Robots"})
    assert lead[key] == "Robots"
    assert close.names(f"{key}:robots") == ["R"]
    assert list(close.get(f"lead/{lead['id']}/", _fields="name,custom")) == ["name", key]
    for path, value in (("lead/", "Shoes"), ("contact/", "Robots")):
        assert close.call("POST", path, json={key: value}).status_code == 400


def test_limits_are_told_in_one_header(close: Close) -> None:
    """Of the key, apart for reading and writing; a refusal says when to come again."""
    close.sim.post("limits", enabled=True)
    close.sim.post("clock", advanceSeconds=2)
    assert (
        close.call("GET", "me/").headers["ratelimit"].startswith("limit=20, remaining=19, reset=")
    )
    close.sim.post("limits", **{"key-reads": 0})
    refused = close.call("GET", "me/")
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["ratelimit"].startswith("limit=0, remaining=0, reset=")
    assert close.call("POST", "lead/", json={"name": "x"}).status_code == 200
    close.sim.post("limits", **{"key-reads": 100, "organization-reads": 0})
    assert close.call("GET", "me/").status_code == 429
