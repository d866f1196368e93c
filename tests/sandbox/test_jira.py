"""Jira as its documentation describes it, over a real socket."""

from typing import Any

import pytest
import requests

from tests.conftest import Sim


class Jira:
    """Jira as an application sees it."""

    def __init__(self, sim: Sim) -> None:
        self.sim = sim.vendor("jira")
        self.root = f"{sim.url}/jira"

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        more.setdefault("auth", ("demo", "demo"))
        return requests.request(method, f"{self.root}/rest/api/2{path}", timeout=10, **more)

    def done(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        answer = self.call(method, path, **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def keys(self, jql: str, **more: Any) -> list[str]:
        found = self.done("GET", "/search", params={"jql": jql, "maxResults": 100, **more})
        return [issue["key"] for issue in found["issues"]]

    def issue(self, **fields: Any) -> str:
        body = {"project": {"key": "RYE"}, "issuetype": {"name": "Bug"}, "summary": "Hot", **fields}
        return str(self.done("POST", "/issue", 201, json={"fields": body})["key"])


@pytest.fixture
def jira(sim: Sim) -> Jira:
    return Jira(sim)


@pytest.mark.parametrize("auth", [None, ("demo", "wrong"), ("nobody", "demo"), ("", "")])
def test_a_caller_signs_in(jira: Jira, auth: Any) -> None:
    """With user name and password."""
    answer = jira.call("GET", "/myself", auth=auth)
    assert (answer.status_code, answer.json()["status-code"]) == (401, 401)
    assert jira.done("GET", "/myself")["name"] == "demo"


@pytest.mark.parametrize("size", [1, 5, 7, 100])
def test_a_search_is_walked(jira: Jira, size: int) -> None:
    """By startAt and maxResults, to the total, without an issue twice or lost."""
    whole = jira.keys("")
    found: list[str] = []
    while True:
        page = jira.done("GET", "/search", params={"startAt": len(found), "maxResults": size})
        assert page["total"] == len(whole)
        assert page["maxResults"] == size
        if not page["issues"]:
            break
        found += [issue["key"] for issue in page["issues"]]
    assert found == whole
    assert len(set(found)) == 12
    assert jira.done("GET", "/search", params={"maxResults": 5000})["maxResults"] == 100


@pytest.mark.parametrize(
    ("jql", "expected"),
    [
        ("key = RYE-1", ["RYE-1"]),
        ("id = 10000", ["RYE-1"]),
        ('id in ("RYE-1", CAKE-1)', ["CAKE-1", "RYE-1"]),
        ("project = CAKE order by key asc", ["CAKE-1", "CAKE-2", "CAKE-3", "CAKE-4"]),
        ("project = Cakes AND issuetype = Bug", ["CAKE-4", "CAKE-2"]),
        ('summary ~ "Oven 3"', ["CAKE-1"]),
        ('summary ~ "oven 1*" AND project != CAKE', ["RYE-8", "RYE-7", "RYE-1"]),
        ('summary ~ "ove"', []),
        ('cf[10100] ~ "MODEL 3"', ["CAKE-1"]),
        ("assignee = joe and (project = CAKE or key = RYE-2)", ["CAKE-4", "CAKE-2", "RYE-2"]),
        ("assignee is EMPTY", []),
        ("not assignee is empty and key = RYE-1", ["RYE-1"]),
        ("created >= 1500039600000", ["CAKE-4", "RYE-8"]),
        ('created < "2017-07-14 04:00"', ["RYE-1"]),
        ("status not in (Open)", []),
        ("key > RYE-1 and id <= 10001", ["RYE-2"]),
        ('description ~ "black" AND labels is EMPTY and key = RYE-1', ["RYE-1"]),
    ],
)
def test_jql(jira: Jira, jql: str, expected: list[str]) -> None:
    """Fields, operators, words, times, groups and orders."""
    assert jira.keys(jql) == expected


@pytest.mark.parametrize(
    ("jql", "words"),
    [
        ("summary = 'x'", "The operator '=' is not supported by the 'summary' field."),
        ("status ~ 'x'", "The operator '~' is not supported by the 'status' field."),
        ("nothing = 1", "Field 'nothing' does not exist"),
        ("key = RYE-99", "An issue with key 'RYE-99' does not exist for field 'key'."),
        ("project = NONE", "The value 'NONE' does not exist for the field 'project'."),
        ("created > yesterday", "Date value 'yesterday' for field 'created' is invalid."),
        ("project = RYE or", "Error in the JQL Query"),
        ("(project = RYE", "Error in the JQL Query"),
        ("project = RYE project = RYE", "Error in the JQL Query"),
        ("project in RYE", "Error in the JQL Query"),
        ("order project", "Error in the JQL Query"),
        ("order by labels", "cannot be used for sorting"),
        ("summary ~ '!'", "is not allowed to start"),
    ],
)
def test_what_jql_cannot_say_is_refused(jira: Jira, jql: str, words: str) -> None:
    """In Jira's words."""
    said = jira.done("GET", "/search", 400, params={"jql": jql})
    assert words in said["errorMessages"][0]
    assert said["errors"] == {}


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"summary": ""}, {"summary": "You must specify a summary of the issue."}),
        ({"project": {"key": "NO"}}, {"project": "valid project is required"}),
        ({"project": None, "issuetype": None}, {"project": "project is required", "issuetype": "issue type is required"}),
        ({"issuetype": {"name": "Poem"}}, {"issuetype": "valid issue type is required"}),
        ({"assignee": {"name": "nobody"}}, {"assignee": "User 'nobody' does not exist."}),
        ({"components": [{"name": "Roof"}]}, {"components": "Component name 'Roof' is not valid"}),
        ({"colour": "red"}, {"colour": "Field 'colour' cannot be set. It is not on the appropriate screen, or unknown."}),
    ],
)  # fmt: skip
def test_errors_of_an_issue_are_by_field(jira: Jira, fields: Any, errors: Any) -> None:
    """All that are wrong, and nothing is made."""
    body = {"project": {"key": "RYE"}, "issuetype": {"name": "Bug"}, "summary": "Hot", **fields}
    said = jira.done("POST", "/issue", 400, json={"fields": body})
    assert said == {"errorMessages": [], "errors": errors}
    assert len(jira.keys("")) == 12


def test_an_issue_lives(jira: Jira) -> None:
    """Creating answers where it is, changing nothing; the history remembers."""
    key = jira.issue(components=[{"name": "Oven"}], customfield_10100="x")
    made = jira.done("GET", f"/issue/{key}", params={"fields": "summary,components"})
    assert set(made["fields"]) == {"summary", "components"}
    assert "comment" in jira.done("GET", f"/issue/{made['id']}")["fields"]
    jira.done(
        "PUT",
        f"/issue/{key}",
        204,
        json={"fields": {"summary": "Cold", "assignee": {"name": "joe"}}},
    )
    refused = jira.done("PUT", f"/issue/{key}", 400, json={"fields": {"project": {"key": "CAKE"}}})
    assert "cannot be set" in refused["errors"]["project"]
    changed = jira.done("GET", f"/issue/{key}", params={"expand": "changelog"})
    items = changed["changelog"]["histories"][0]["items"]
    assert [(row["field"], row["fromString"], row["toString"]) for row in items] == [
        ("summary", "Hot", "Cold"),
        ("assignee", None, "Joe Baker"),
    ]
    jira.done("DELETE", f"/issue/{key}", 204)
    gone = jira.done("GET", f"/issue/{key}", 404)
    assert gone == {"errorMessages": ["Issue Does Not Exist"], "errors": {}}


def test_comments(jira: Jira) -> None:
    """Paged in their envelope; what a deleted one said is in the history."""
    path = f"/issue/{jira.issue()}/comment"
    made = [jira.done("POST", path, 201, json={"body": f"c{n}"}) for n in range(3)]
    page = jira.done("GET", path, params={"startAt": 1, "maxResults": 1})
    assert (page["total"], page["comments"]) == (3, [made[1]])
    one = f"{path}/{made[0]['id']}"
    assert jira.done("PUT", one, json={"body": "other"})["body"] == "other"
    assert "errors" in jira.done("POST", path, 400, json={"body": " "})
    jira.done("DELETE", one, 204)
    jira.done("GET", one, 404)
    issue = jira.done("GET", path[: -len("/comment")], params={"expand": "changelog"})
    assert issue["changelog"]["histories"][-1]["items"][0]["fromString"] == "other"


def test_attachments(jira: Jira) -> None:
    """Only with the header against forged forms, in the part called file."""
    path = f"/issue/{jira.issue()}/attachments"
    files = {"file": ("oven.txt", b"hot", "text/plain")}
    token = {"X-Atlassian-Token": "no-check"}
    assert jira.call("POST", path, files=files).status_code == 403
    jira.done("POST", path, 400, files={"other": ("a", b"b")}, headers=token)
    made = jira.done("POST", path, files=files, headers=token)[0]
    assert (made["filename"], made["size"], made["mimeType"]) == ("oven.txt", 3, "text/plain")
    assert requests.get(made["content"], auth=("demo", "demo"), timeout=10).content == b"hot"
    assert jira.done("GET", f"/attachment/{made['id']}") == made
    jira.done("DELETE", f"/attachment/{made['id']}", 204)
    jira.done("GET", f"/attachment/{made['id']}", 404)


def test_notifications_and_properties(jira: Jira) -> None:
    """Somebody must be written to; keys may have dots, values are any JSON."""
    path = f"/issue/{jira.issue()}"
    to = {"users": [{"name": "joe"}], "groups": [{"name": "jira-administrators"}]}
    jira.done("POST", f"{path}/notify", 204, json={"subject": "x", "to": to})
    jira.done("POST", f"{path}/notify", 400, json={"subject": "x", "to": {}})
    jira.done("POST", f"{path}/notify", 400, json={"to": {"users": [{"name": "nobody"}]}})
    jira.done("PUT", f"{path}/properties/a.b.c", 201, json={"x": [1]})
    jira.done("PUT", f"{path}/properties/a.b.c", 200, json=5)
    jira.done("PUT", f"{path}/properties/a", 400, data=b"{")
    assert [row["key"] for row in jira.done("GET", f"{path}/properties")["keys"]] == ["a.b.c"]
    assert jira.done("GET", f"{path}/properties/a.b.c") == {"key": "a.b.c", "value": 5}
    jira.done("DELETE", f"{path}/properties/a.b.c", 204)
    jira.done("GET", f"{path}/properties/a.b.c", 404)


def test_users_and_groups(jira: Jira) -> None:
    """Found by a beginning of a name; keys are not user names."""
    body = {"name": "kim", "displayName": "Kim O'Rye - 2!", "emailAddress": "kim@rye.example"}
    made = jira.done("POST", "/user", 201, json=body)
    assert made["key"].startswith("JIRAUSER")
    assert "already exists" in jira.done("POST", "/user", 400, json=body)["errors"]["username"]
    assert set(jira.done("POST", "/user", 400, json={})["errors"]) == {
        "username",
        "email",
        "fullname",
    }
    assert jira.done("GET", "/user", params={"key": made["key"]}) == made
    assert jira.done("GET", "/user", params={"username": "kim"}) == made
    jira.done("GET", "/user", 400)
    jira.done("GET", "/user/search", 400)

    def found(text: str, **more: Any) -> list[str]:
        query = {"username": text, **more}
        return [row["name"] for row in jira.done("GET", "/user/search", params=query)]

    assert found("Kim O'Rye - 2!") == ["kim"]
    assert found("baker") == ["joe", "joan"]
    assert found(".", startAt=1, maxResults=2) == ["joe", "joan"]
    jira.done("DELETE", "/user", 204, params={"key": made["key"]})
    jira.done("GET", "/user", 404, params={"username": "kim"})
    picked = jira.done("GET", "/groups/picker", params={"query": "ADMIN"})
    assert [row["name"] for row in picked["groups"]] == ["jira-administrators"]
    assert (
        jira.done("GET", "/group", params={"groupname": "jira-administrators"})["users"]["size"]
        == 1
    )
    jira.done("GET", "/group", 404, params={"groupname": "none"})


def test_types_and_projects(jira: Jira) -> None:
    """Created in part, read in full; names and keys are there once."""
    made = jira.done("POST", "/issuetype", 201, json={"name": "Poem", "type": "standard"})
    jira.done("POST", "/issuetype", 409, json={"name": "poem"})
    jira.done("PUT", f"/issuetype/{made['id']}", 400, json={"type": "subtask"})
    assert jira.done("PUT", f"/issuetype/{made['id']}", json={"name": "Ode"})["name"] == "Ode"
    jira.done("DELETE", f"/issuetype/{made['id']}", 204)
    bug = next(row for row in jira.done("GET", "/issuetype") if row["name"] == "Bug")
    jira.done("DELETE", f"/issuetype/{bug['id']}", 409)
    body = {"key": "PRZ", "name": "Pretzels", "projectTypeKey": "business", "lead": "joe"}
    project = jira.done("POST", "/project", 201, json=body)
    assert set(project) == {"self", "id", "key"}
    errors = jira.done("POST", "/project", 400, json={"key": "prz", "name": "Pretzels"})["errors"]
    assert set(errors) == {"projectKey", "projectName", "projectType", "projectLead"}
    assert jira.done("GET", "/project/PRZ")["lead"]["name"] == "joe"
    assert "lead" not in jira.done("GET", "/project")[0]
    assert jira.done("GET", "/project", params={"expand": "lead"})[0]["lead"]["name"] == "demo"
    assert jira.done("PUT", "/project/PRZ", json={"name": "Big"})["name"] == "Big"
    assert jira.done("GET", f"/project/{project['id']}/avatars")["system"]
    jira.done("DELETE", "/project/PRZ", 204)
    jira.done("GET", "/project/PRZ", 404)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("priority", ""),
        ("status", ""),
        ("projectCategory", ""),
        ("issuesecurityschemes", "issueSecuritySchemes"),
        ("notificationscheme", "values"),
        ("permissionscheme", "permissionSchemes"),
    ],
)
def test_what_a_site_is_set_up_with(jira: Jira, path: str, key: str) -> None:
    """Lists, bare or under a key, and each one; details where they are asked for."""
    rows = jira.done("GET", f"/{path}")
    rows = rows[key] if key else rows
    assert rows
    assert jira.done("GET", f"/{path}/{rows[0]['id']}") == rows[0]
    jira.done("GET", f"/{path}/0x", 404)
    whole = jira.done("GET", f"/{path}/{rows[0]['id']}", params={"expand": "all"})
    assert (whole == rows[0]) is (path not in ("notificationscheme", "permissionscheme"))


def test_fields_and_worklogs(jira: Jira) -> None:
    """A custom field has a type in full; worklogs are found by when they changed."""
    kind = "com.atlassian.jira.plugin.system.customfieldtypes:textfield"
    made = jira.done("POST", "/field", 201, json={"name": "Heat", "type": kind})
    assert made["id"] == "customfield_10101"
    jira.done("POST", "/field", 400, json={"name": "Heat", "type": "textfield"})
    assert jira.keys(f'cf[10101] ~ "x" and key = {jira.issue(customfield_10101="x y")}')
    rows = jira.done("GET", "/worklog/updated")["values"]
    assert [row["worklogId"] for row in rows] == [10300, 10301, 10302]
    later = jira.done("GET", "/worklog/updated", params={"since": rows[0]["updatedTime"]})
    assert [row["worklogId"] for row in later["values"]] == [10301, 10302]
    assert jira.done("GET", "/worklog/deleted")["values"][0]["worklogId"] == 10200
    listed = jira.done("POST", "/worklog/list", json={"ids": [10300, 5]})
    assert [row["id"] for row in listed] == ["10300"]
