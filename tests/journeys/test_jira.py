"""Jira through a hub, as clients of the helpdesk hub use it."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.conftest import Sim
from tests.journeys.conftest import Caller
from valence.elements import Catalog

ELEMENT = Catalog.load().require("jira")
INCIDENT = {
    "fields": {
        "project": {"key": "RYE"},
        "issuetype": {"name": "Bug"},
        "summary": "The dough does not rise",
        "description": "Since Monday",
        "assignee": {"name": "joe"},
        "components": [{"name": "Dough"}],
        "customfield_10100": "Model 5",
    }
}


@pytest.fixture
def jira(caller: Caller) -> Caller:
    """A caller that holds the token of a fresh instance of Jira."""
    return caller.connected_to(ELEMENT)


def at(path: str, **query: Any) -> str:
    shown = "&".join(f"{name}={quote(str(value))}" for name, value in query.items())
    return f"/hubs/helpdesk{path}" + (f"?{shown}" if shown else "")


def done(jira: Caller, method: str, path: str, body: Any = None, **query: Any) -> Any:
    answer = jira.call(method, at(path, **query), body)
    assert answer.status == 200, answer.text
    return answer.json


def vendor_calls(sim: Sim, path: str) -> list[Any]:
    """Return the calls that reached the vendor at a path."""
    calls = Sim(sim.url, root="/_sim/jira").get("calls")
    return [call for call in calls if call["path"].endswith(path)]


def test_an_incident_lives(jira: Caller) -> None:
    """Answered in full when made and changed; changed with all that it was made of, too."""
    made = done(jira, "POST", "/incidents", INCIDENT)
    assert made["key"].startswith("RYE-")
    assert made["fields"]["summary"] == "The dough does not rise"
    one = f"/incidents/{made['id']}"
    assert done(jira, "GET", one) == made
    changed = done(jira, "PATCH", one, {"fields": {"summary": "It rises"}})
    assert (changed["id"], changed["fields"]["summary"]) == (made["id"], "It rises")
    again = done(jira, "PATCH", one, INCIDENT)
    assert again["fields"]["summary"] == "The dough does not rise"
    assert made["id"] in [row["id"] for row in done(jira, "GET", "/incidents")]
    done(jira, "DELETE", one)
    assert jira.call("GET", at(one)).status == 404


LIVES: list[tuple[str, str, dict[str, Any], dict[str, Any] | None]] = [
    ("/incidents/RYE-1/comments", "id", {"body": "Try yeast"}, {"body": "Try more yeast"}),
    ("/agents", "key", {"displayName": "Kim", "name": "kim", "emailAddress": "k@rye.example", "password": "Rye-1-and"}, None),
    ("/contacts", "key", {"displayName": "Kay", "name": "kay", "emailAddress": "y@rye.example", "password": "Rye-1-and"}, None),
    ("/incident-types", "id", {"name": "Poem", "description": "x", "type": "standard"}, {"name": "Ode"}),
    ("/projects", "id", {"name": "Pretzels", "key": "PRZ", "projectTypeKey": "business", "lead": "demo"}, {"name": "Big"}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "key", "body", "change"), LIVES, ids=[row[0] for row in LIVES])
def test_a_record_lives(
    jira: Caller, path: str, key: str, body: dict[str, Any], change: dict[str, Any] | None
) -> None:
    """Created, read, changed in part and in whole, listed, deleted; each has an id."""
    made = done(jira, "POST", path, body)
    assert made["id"] == made[key]
    one = f"{path}/{made['id']}"
    assert done(jira, "GET", one)["id"] == made["id"]
    if change is not None:
        changed = done(jira, "PATCH", one, change)
        assert change.items() <= changed.items()
        assert done(jira, "PATCH", one, body)["id"] == made["id"]
    assert made["id"] in [row["id"] for row in done(jira, "GET", path)]
    done(jira, "DELETE", one)
    assert jira.call("GET", at(one)).status == 404
    assert made["id"] not in [row["id"] for row in done(jira, "GET", path)]


LISTS = ("/incidents", "/agents", "/contacts", "/incident-types", "/projects", "/groups",
         "/priorities", "/statuses", "/project-categories", "/notification-schemes",
         "/permission-schemes", "/fields", "/worklogs", "/incidents/RYE-1/attachments")  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_pages_fit_together(jira: Caller, path: str) -> None:
    """Whether Jira pages or we do: two pages are the double page, tokens lead to the end."""
    whole = done(jira, "GET", path)
    assert len(whole) > 1
    assert all(record["id"] for record in whole)
    first, second, both = (
        done(jira, "GET", path, page=page, pageSize=size) for page, size in ((1, 1), (2, 1), (1, 2))
    )
    assert first + second == both == whole[:2]
    found: list[Any] = []
    token = ""
    while True:
        answer = jira.call("GET", at(path, pageSize=5, nextPage=token))
        found += answer.json
        token = answer.headers.get("elements-next-page-token", "")
        if not token:
            break
    assert found == whole


@pytest.mark.parametrize(
    ("where", "passes"),
    [
        ("id = '10003'", lambda i: i["id"] == "10003"),
        ("customfield_10100 = 'Oven model 1'", lambda i: i["fields"]["customfield_10100"] == "Oven model 1"),
        ("summary LIKE 'Oven 1'", lambda i: "Oven 1" in i["fields"]["summary"]),
        ("summary = 'Oven 5 is too hot'", lambda i: i["fields"]["summary"] == "Oven 5 is too hot"),
        ("fields.summary like '%5 is too hot'", lambda i: i["fields"]["summary"].endswith("5 is too hot")),
        ("project = 'CAKE' and issuetype = 'Bug'", lambda i: i["fields"]["project"]["key"] == "CAKE" and i["fields"]["issuetype"]["name"] == "Bug"),
        ("assignee = 'joe' or project = 'CAKE'", lambda i: i["fields"]["assignee"]["name"] == "joe" or i["fields"]["project"]["key"] == "CAKE"),
        ("created >= '2017-07-14T10:00:00+00:00'", lambda i: i["fields"]["created"] >= "2017-07-14T10"),
        ("votes.votes = 0 and project = 'CAKE'", lambda i: i["fields"]["project"]["key"] == "CAKE"),
        ("summary = 'OVEN 5 IS TOO HOT'", lambda i: False),
    ],
)  # fmt: skip
def test_every_incident_passes_the_filter(jira: Caller, where: str, passes: Any) -> None:
    """Exactly, though Jira searches texts by words; and none is missing."""
    found = done(jira, "GET", "/incidents", where=where)
    assert found == [row for row in done(jira, "GET", "/incidents") if passes(row)]


def test_filter_and_order_are_one_query(jira: Caller, sim: Sim) -> None:
    """What Jira can say goes to it; without an order the newest come first."""
    where = "project = 'RYE' and summary like 'oven'"
    done(jira, "GET", "/incidents", where=where, orderBy="key, created desc")
    done(jira, "GET", "/incidents", where=where)
    done(jira, "GET", "/incidents")
    said = [dict(call["query"])["jql"] for call in vendor_calls(sim, "/search")]
    assert said == [
        'project = "RYE" AND summary ~ "oven*" ORDER BY key asc,created desc',
        'project = "RYE" AND summary ~ "oven*" ORDER BY created DESC, id DESC',
        "ORDER BY created DESC, id DESC",
    ]


def test_incidents_in_order(jira: Caller) -> None:
    """As asked; a field that cannot be ordered by is named."""
    keys = [row["key"] for row in done(jira, "GET", "/incidents", orderBy="created", pageSize=3)]
    assert keys == ["RYE-1", "RYE-2", "CAKE-1"]
    refused = jira.call("GET", at("/incidents", orderBy="labels"))
    assert (refused.status, "'labels'" in refused.json["message"]) == (400, True)


@pytest.mark.parametrize("path", ["/incidents", "/incidents/RYE-1"])
def test_fields_choose_inside_of_an_incident(jira: Caller, path: str) -> None:
    """What stands beside `fields` stays."""
    found = done(jira, "GET", path, fields="fixVersions, summary")
    for row in found if isinstance(found, list) else [found]:
        assert set(row["fields"]) == {"fixVersions", "summary"}
        assert row["id"]
        assert row["key"]


@pytest.mark.parametrize("name", ["Joan Baker", "!x_y-z 1", 'O\'Neil & Sons, "Rye"', "a_b", "-"])
def test_a_contact_is_found_by_name(jira: Caller, name: str) -> None:
    """Exactly one, whatever its characters, and though Jira finds all that begin so."""
    if name != "Joan Baker":
        body = {"displayName": name, "name": "one", "emailAddress": "one@rye.example"}
        done(jira, "POST", "/contacts", body)
        done(jira, "POST", "/contacts", {**body, "displayName": name + " 2", "name": "two"})
    where = "username='" + name.replace("'", "''") + "'"
    found = done(jira, "GET", "/contacts", where=where)
    assert [row["displayName"] for row in found] == [name]


@pytest.mark.parametrize(
    ("path", "where", "passes"),
    [
        ("/projects", "expand='lead'", lambda r: r["lead"]["name"] == "demo"),
        ("/groups", "query='admin'", lambda r: "admin" in r["name"]),
        ("/notification-schemes", "expand='all'", lambda r: r["notificationSchemeEvents"]),
        ("/permission-schemes", "expand='all'", lambda r: r["permissions"]),
        ("/worklogs", "updated='true'", lambda r: r["worklogId"] >= 10300),
        ("/worklogs", "deleted='true'", lambda r: r["worklogId"] == 10200),
        ("/worklogs", "id in (10300)", lambda r: r["id"] == "10300" and r["timeSpent"] == "1h"),
    ],
)
def test_some_fields_are_parameters(jira: Caller, path: str, where: str, passes: Any) -> None:
    """Of Jira's request, not of its records."""
    found = done(jira, "GET", path, where=where)
    assert found
    assert all(passes(record) for record in found)


def test_worklogs_are_not_found_otherwise(jira: Caller) -> None:
    """The condition is named."""
    answer = jira.call("GET", at("/worklogs", where="author = 'joe'"))
    assert (answer.status, "author" in answer.json["message"]) == (400, True)


def test_attachments(jira: Caller) -> None:
    """A file goes as it is and comes back."""
    incident = done(jira, "POST", "/incidents", INCIDENT)["id"]
    form = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="rye.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\nfresh\r\n--b--\r\n"
    )
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    path = at(f"/incidents/{incident}/attachments", fileName="rye.txt")
    answer = jira.call("POST", path, raw=form, headers=kind)
    assert answer.status == 200, answer.text
    made = answer.json
    assert (made["filename"], made["size"]) == ("rye.txt", 5)
    assert [row["id"] for row in done(jira, "GET", f"/incidents/{incident}/attachments")] == [
        made["id"]
    ]
    assert done(jira, "GET", f"/attachments/{made['id']}")["mimeType"] == "text/plain"
    assert jira.call("GET", at(f"/attachments/{made['id']}/data")).text == "fresh"
    done(jira, "DELETE", f"/attachments/{made['id']}")
    assert jira.call("GET", at(f"/attachments/{made['id']}")).status == 404


def test_history(jira: Caller) -> None:
    """A comment that came and went is in it."""
    incident = done(jira, "POST", "/incidents", INCIDENT)["id"]
    comment = done(jira, "POST", f"/incidents/{incident}/comments", {"body": "Try yeast"})
    done(jira, "DELETE", f"/incidents/{incident}/comments/{comment['id']}")
    history = done(jira, "GET", f"/incidents/{incident}/history")
    assert history[0]["items"][0]["fromString"] == "Try yeast"
    one = f"/incidents/{incident}/history/{history[0]['id']}"
    assert done(jira, "GET", one) == history[0]
    assert jira.call("GET", at(f"/incidents/{incident}/history/0")).status == 404
    assert jira.call("GET", at("/incidents/0/history/0")).status == 404


def test_custom_fields_are_among_the_fields_of_incidents(jira: Caller) -> None:
    """With the site's names and types; other objects have none."""
    made = done(jira, "POST", "/fields", {"name": "Crumb", "type": "textfield"})
    fields = done(jira, "GET", "/objects/incidents/metadata")["fields"]
    own = {one["vendorPath"]: one for one in fields if one.get("custom")}
    assert own.keys() == {"fields.customfield_10100", f"fields.{made['id']}"}
    crumb = own[f"fields.{made['id']}"]
    assert (crumb["vendorDisplayName"], crumb["type"], crumb["filterable"]) == (
        "Crumb",
        "string",
        True,
    )
    assert {"id", "fields"} <= {one["vendorPath"] for one in fields}
    alone = done(jira, "GET", "/objects/incidents/metadata", customFieldsOnly="true")["fields"]
    assert alone == list(own.values())
    for name in ("projects", "agents"):
        plain = done(jira, "GET", f"/objects/{name}/metadata")["fields"]
        assert plain
        assert not any(one.get("custom") for one in plain)
    document = done(jira, "GET", "/objects/incidents/docs", discovery="true")
    assert "customfield_10100" in str(document["definitions"])


def test_a_custom_field_is_mapped_both_ways(jira: Caller) -> None:
    """By the path that the metadata tells, into the issue's fields and out of them."""
    paths = {
        "summary": "fields.summary",
        "model": "fields.customfield_10100",
        "project": "fields.project.key",
        "kind": "fields.issuetype.name",
    }
    mapping = {
        "vendorName": "incidents",
        "fields": [{"path": path, "vendorPath": vendor} for path, vendor in paths.items()],
        "configuration": [{"type": "passThrough", "properties": {"fromVendor": False}}],
    }
    for path, body in (
        ("/instances/objects/ticket/definitions", {"fields": [{"path": one} for one in paths]}),
        ("/instances/transformations/ticket", mapping),
    ):
        assert jira.call("POST", path, body).status == 200
    ticket = {"summary": "Too dark", "model": "Model 7", "project": "RYE", "kind": "Bug"}
    assert done(jira, "POST", "/ticket", ticket) == ticket
    (raw,) = done(jira, "GET", "/incidents", where="customfield_10100 = 'Model 7'")
    assert raw["fields"]["customfield_10100"] == "Model 7"
    assert done(jira, "PATCH", f"/ticket/{raw['id']}", {"model": "Model 8"})["model"] == "Model 8"
    (found,) = done(jira, "GET", "/ticket", where="model = 'Model 8'", fields="model,summary")
    assert found == {"model": "Model 8", "summary": "Too dark"}


def test_properties_have_dotted_keys(jira: Caller) -> None:
    """Set, listed, read, deleted."""
    path = "/incidents/RYE-1/properties"
    done(jira, "PUT", f"{path}/bakery.oven.state", {"hot": True})
    assert [row["key"] for row in done(jira, "GET", path)] == ["bakery.oven.state"]
    assert done(jira, "GET", f"{path}/bakery.oven.state")["value"] == {"hot": True}
    done(jira, "DELETE", f"{path}/bakery.oven.state")
    assert jira.call("GET", at(f"{path}/bakery.oven.state")).status == 404


def test_people_are_written_to(jira: Caller) -> None:
    """Jira answers nothing; so do we, with 200."""
    body = {
        "subject": "Dough",
        "textBody": "x",
        "htmlBody": "x",
        "to": {"users": [{"name": "joe"}], "groups": []},
    }
    assert done(jira, "POST", "/incidents/RYE-1/notifications", body) == {}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("GET", "/incidents/0", None, 404, "Issue Does Not Exist"),
        ("PATCH", "/incidents/-1", {"fields": {"summary": "x"}}, 404, "Issue Does Not Exist"),
        ("DELETE", "/incidents/0", None, 404, "Issue Does Not Exist"),
        ("POST", "/incidents", {"fields": {"project": {"key": "RYE"}, "issuetype": {"name": "Bug"}}}, 400, "You must specify a summary"),
        ("GET", "/agents/0", None, 404, "does not exist"),
        ("GET", "/projects/NONE", None, 404, "No project could be found"),
        ("GET", "/incidents?where=id%3D'10999'", None, 400, "does not exist for field 'id'"),
        ("POST", "/fields", {"name": "x", "type": "a b:c"}, 400, ""),
    ],
)  # fmt: skip
def test_errors_speak_as_jira_does(
    jira: Caller, method: str, path: str, body: Any, status: int, words: str
) -> None:
    """With the message of the call or of the first field that is wrong."""
    answer = jira.call(method, "/hubs/helpdesk" + path, body)
    assert answer.status == status, answer.text
    assert words in answer.json["message"]
    assert json.loads(answer.json["providerMessage"]).keys() == {"errorMessages", "errors"}


def test_a_disabled_instance_serves_only_its_description(jira: Caller) -> None:
    """403 for what Jira has, 200 for what we know."""
    jira.call("DELETE", "/instances/enabled")
    assert jira.call("GET", at("/incidents")).status == 403
    assert "incidents" in jira.call("GET", at("/objects")).json


@pytest.mark.parametrize(
    ("configuration", "status"),
    [
        ({"username": "demo", "password": "wrong"}, 401),
        ({"username": "demo"}, 400),
        ({"password": "demo"}, 400),
    ],
)
def test_who_cannot_sign_in_gets_no_instance(
    caller: Caller, configuration: dict[str, str], status: int
) -> None:
    """Jira is asked before anything is stored."""
    before = len(caller.call("GET", "/instances").json)
    body = {"element": {"key": "jira"}, "configuration": configuration, "name": "Jira"}
    answer = caller.call("POST", "/instances", body)
    assert answer.status == status, answer.text
    assert len(caller.call("GET", "/instances").json) == before


def test_the_site_is_the_callers(caller: Caller, sandbox_url: str) -> None:
    """base.url of the configuration counts; the user name is shown, the password is not."""
    own = {"username": "demo", "password": "demo", "base.url": f"{sandbox_url}/jira/"}
    body = {"element": {"key": "jira"}, "configuration": own, "name": "Jira"}
    made = caller.call("POST", "/instances", body)
    assert made.status == 200, made.text
    shown = made.json["configuration"]
    assert (shown["username"], shown["password"]) == ("demo", "********")
    elsewhere = {**own, "base.url": f"{sandbox_url}/nowhere"}
    refused = caller.call("POST", "/instances", {**body, "configuration": elsewhere})
    assert refused.status == 404
