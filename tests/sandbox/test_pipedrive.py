"""Pipedrive as the sandbox plays it, over a real socket."""

from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.conftest import CALLBACK, Sim
from valence.cli.visitor import consent

TOKEN = "sandbox-pipedrive-token"
CLIENT = ("sandbox-client", "sandbox-secret")


@dataclass
class Pipedrive:
    """Pipedrive as an application sees it."""

    url: str
    sim: Sim

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
        return requests.request(
            method,
            f"{self.url}/v1{path}",
            params=query,
            json=body,
            headers={"x-api-token": TOKEN},
            timeout=10,
        )

    def data(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        answer = self.call(method, path, body, **query)
        assert answer.status_code in (200, 201), answer.text
        assert answer.json()["success"] is True
        return answer.json()["data"]

    def field(self, home: str, key: str) -> str:
        return next(str(one["id"]) for one in self.data("GET", f"/{home}") if one["key"] == key)


@pytest.fixture
def pipedrive(sim: Sim) -> Pipedrive:
    """Pipedrive as it starts."""
    return Pipedrive(f"{sim.url}/pipedrive", sim.vendor("pipedrive"))


def conditions(*every: dict[str, Any], some: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    groups = [{"glue": "and", "conditions": [*every]}, {"glue": "or", "conditions": [*some]}]
    return {"glue": "and", "conditions": groups}


# -- who calls -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"headers": {"x-api-token": TOKEN}}, 200),
        ({"params": {"api_token": TOKEN}}, 200),
        ({"headers": {"x-api-token": "no"}}, 401),
        ({"params": {"api_token": "no"}}, 401),
        ({"headers": {"Authorization": "Bearer no"}}, 401),
        ({}, 401),
    ],
)
def test_a_token_is_looked_at(pipedrive: Pipedrive, given: dict[str, Any], status: int) -> None:
    """In the header or the query."""
    answer = requests.get(f"{pipedrive.url}/v1/users/me", timeout=10, **given)
    assert answer.status_code == status
    if status == 401:
        assert answer.json()["error"] == "unauthorized access"
        assert answer.json()["success"] is False


@pytest.mark.parametrize("how", ["json", "data"])
def test_a_password_is_traded_for_the_token(pipedrive: Pipedrive, how: str) -> None:
    """Sent as JSON or as a form; a wrong one is 401."""
    right = {"email": "demo@pipedrive.example", "password": "demo"}
    url = f"{pipedrive.url}/v1/authorizations"
    granted = requests.post(url, timeout=10, **{how: right})  # type: ignore[arg-type]
    assert granted.json()["data"][0]["api_token"] == TOKEN
    wrong = requests.post(url, timeout=10, **{how: {**right, "password": "x"}})  # type: ignore[arg-type]
    assert wrong.status_code == 401


def test_a_code_is_traded_by_a_basic_client(pipedrive: Pipedrive) -> None:
    """The answer names the company's address; the refresh token stays."""
    query = f"client_id={CLIENT[0]}&redirect_uri={CALLBACK}&response_type=code"
    code = consent(f"{pipedrive.url}/oauth/authorize?{query}")["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    url = f"{pipedrive.url}/oauth/token"
    body_client = {**form, "client_id": CLIENT[0], "client_secret": CLIENT[1]}
    assert requests.post(url, data=body_client, timeout=10).status_code == 401
    tokens = requests.post(url, data=form, auth=CLIENT, timeout=10).json()
    assert tokens["api_domain"] == pipedrive.url
    again = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    for _ in range(2):
        refreshed = requests.post(url, data=again, auth=CLIENT, timeout=10).json()
        assert refreshed["refresh_token"] == tokens["refresh_token"]
    bearer = {"Authorization": f"Bearer {refreshed['access_token']}"}
    me = requests.get(f"{pipedrive.url}/v1/users/me", headers=bearer, timeout=10)
    assert me.json()["data"]["id"] == 1


def test_calls_are_counted_and_refused_above_the_limit(pipedrive: Pipedrive) -> None:
    """Headers tell when the window ends; so does Retry-After."""
    pipedrive.sim.post("limits", **{"enabled": True, "ten-seconds": 1})
    answers = [pipedrive.call("GET", "/users/me") for _ in range(3)]
    assert answers[0].headers["X-RateLimit-Limit"] == "1"
    refused = answers[-1]
    assert (refused.status_code, refused.json()["error"]) == (429, "request over limit")
    assert 1 <= int(refused.headers["Retry-After"]) <= 10


# -- records ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body", "changed", "required"),
    [
        ("/persons", {"name": "Ed Loaf"}, {"name": "Ed Crust"}, "name"),
        ("/organizations", {"name": "Crust"}, {"name": "Crumb"}, "name"),
        ("/deals", {"title": "Cake", "value": "40"}, {"status": "won"}, "title"),
        ("/activities", {"subject": "Bake", "type": "call"}, {"done": True}, "subject"),
        ("/notes", {"content": "Rye", "deal_id": 1}, {"content": "Wheat"}, "content"),
    ],
)
def test_a_record_lives(
    pipedrive: Pipedrive, path: str, body: Any, changed: Any, required: str
) -> None:
    """Created with 201, changed by PUT with the time of it, deleted."""
    answer = pipedrive.call("POST", path, body)
    assert answer.status_code == 201
    made = answer.json()["data"]
    pipedrive.sim.post("clock", advanceSeconds=5)
    after = pipedrive.data("PUT", f"{path}/{made['id']}", changed)
    assert after | changed == after
    assert after["update_time"] > made["update_time"] == made["add_time"]
    assert pipedrive.data("GET", f"{path}/{made['id']}") == after
    assert pipedrive.data("DELETE", f"{path}/{made['id']}") == {"id": made["id"]}
    gone = pipedrive.call("GET", f"{path}/{made['id']}")
    assert (gone.status_code, gone.json()["success"]) == (404, False)
    empty = pipedrive.call("POST", path, {**body, required: ""})
    assert (empty.status_code, empty.json()["data"]) == (400, None)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/persons", {"name": "Ed", "org_id": 99}),
        ("/persons", {"name": "Ed", "email": {"label": "work"}}),
        ("/deals", {"title": "Cake", "value": "much"}),
        ("/deals", {"title": "Cake", "status": "eaten"}),
        ("/activities", {"subject": "Bake", "type": "poem"}),
        ("/activities", {"subject": "Bake", "due_date": "tomorrow"}),
        ("/activities", {"subject": "Bake", "due_time": "noon"}),
        ("/notes", {"content": "Rye"}),
        ("/users", {"name": "Ned"}),
        ("/users", {"email": "lee@bakery.example"}),
        ("/activityTypes", {"name": "Poem", "icon_key": "poem"}),
        ("/personFields", {"name": "Crust", "field_type": "poem"}),
    ],
)
def test_nonsense_is_refused(pipedrive: Pipedrive, path: str, body: Any) -> None:
    """With a sentence."""
    refused = pipedrive.call("POST", path, body)
    assert refused.status_code == 400
    assert refused.json()["error"]


def test_linked_records_and_addresses_are_shown_as_objects(pipedrive: Pipedrive) -> None:
    """Ids go in, objects come out; a plain address becomes the list's first entry."""
    made = pipedrive.data("POST", "/persons", {"name": "Ed", "org_id": 1, "email": "e@example.com"})
    assert made["org_id"] == {"name": "Flour Ltd", "value": 1}
    assert made["email"] == [{"label": "", "primary": True, "value": "e@example.com"}]


@pytest.mark.parametrize("size", [1, 2, 500])
def test_lists_are_walked(pipedrive: Pipedrive, size: int) -> None:
    """By start and limit; an empty list is null."""
    pipedrive.sim.post("seed", persons=4)
    seen: list[int] = []
    start: int | None = 0
    while start is not None:
        answer = pipedrive.call("GET", "/persons", start=start, limit=size).json()
        seen += [one["id"] for one in answer["data"]]
        pagination = answer["additional_data"]["pagination"]
        assert pagination["more_items_in_collection"] is ("next_start" in pagination)
        start = pagination.get("next_start")
    assert seen == list(range(1, 8))
    assert pipedrive.data("GET", "/persons", start=100) is None
    assert pipedrive.data("GET", "/persons", sort="id DESC")[0]["id"] == 7
    assert pipedrive.call("GET", "/persons", limit="x").status_code == 400


# -- filters ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "operator", "value", "found"),
    [
        ("name", "=", "kelly gold", [1]),
        ("name", "!=", "Kelly Gold", [2, 3]),
        ("name", "LIKE '$%'", "a", [3]),
        ("name", "LIKE '%$%'", "LL", [1, 2]),
        ("name", "NOT LIKE '$%'", "a", [1, 2]),
        ("email", "=", "joe@example.com", [2]),
        ("org_id", "=", "1", [1, 2, 3]),
        ("add_time", ">=", "2999-01-01", []),
        ("add_time", ">=", "2020-01-01", [1, 2, 3]),
        ("org_id", "IS NULL", None, []),
    ],
)
def test_a_filter_keeps_what_it_says(
    pipedrive: Pipedrive, key: str, operator: str, value: str | None, found: list[int]
) -> None:
    """Texts without regard to case."""
    one = {
        "object": "person",
        "field_id": pipedrive.field("personFields", key),
        "operator": operator,
        "value": value,
        "extra_value": None,
    }
    body = {"name": "x", "type": "people", "conditions": conditions(one)}
    number = pipedrive.data("POST", "/filters", body)["id"]
    listed = pipedrive.data("GET", "/persons", filter_id=number) or []
    assert [record["id"] for record in listed] == found
    assert pipedrive.call("GET", "/deals", filter_id=number).status_code == 400
    either = {**body, "conditions": conditions(some=(one, {**one, "value": "nobody"}))}
    if operator == "=":
        second = pipedrive.data("POST", "/filters", either)["id"]
        assert len(pipedrive.data("GET", "/persons", filter_id=second)) == len(found)
    assert pipedrive.data("DELETE", f"/filters/{number}") == {"id": number}
    assert pipedrive.call("GET", "/persons", filter_id=number).status_code == 404


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"type": "bread"},
        {"conditions": {}},
        {"conditions": {"glue": "or", "conditions": []}},
        {"conditions": conditions({"object": "deal", "field_id": "9039", "operator": "="})},
        {"conditions": conditions({"object": "person", "field_id": "1", "operator": "="})},
        {"conditions": conditions({"object": "person", "field_id": "9039", "operator": "~"})},
        {
            "conditions": conditions(
                *[{"object": "person", "field_id": "9039", "operator": "=", "value": "x"}] * 17
            )
        },
    ],
)
def test_a_filter_must_be_well_formed(pipedrive: Pipedrive, changed: dict[str, Any]) -> None:
    """Two groups, at most 16 conditions, known fields of the type."""
    good = {"name": "x", "type": "people", "conditions": conditions()}
    assert pipedrive.call("POST", "/filters", good).status_code == 201
    assert pipedrive.call("POST", "/filters", {**good, **changed}).status_code == 400


# -- everything else -------------------------------------------------------------------------------


def test_an_account_adds_fields(pipedrive: Pipedrive) -> None:
    """Under a key of 40 digits, which records then have."""
    made = pipedrive.data("POST", "/dealFields", {"name": "Crust", "field_type": "varchar"})
    assert (made["edit_flag"], len(made["key"])) == (True, 40)
    deal = pipedrive.data("PUT", "/deals/1", {made["key"]: "hard"})
    assert deal[made["key"]] == "hard"


def test_activity_types_and_mail(pipedrive: Pipedrive) -> None:
    """Types are deleted one by one or together; a folder must be named."""
    ids = [
        pipedrive.data("POST", "/activityTypes", {"name": name, "icon_key": "lunch"})["id"]
        for name in ("A", "B")
    ]
    assert pipedrive.data("PUT", f"/activityTypes/{ids[0]}", {"name": "C"})["key_string"] == "a"
    assert pipedrive.call("DELETE", "/activityTypes").status_code == 400
    both = ",".join(map(str, ids))
    assert pipedrive.data("DELETE", "/activityTypes", ids=both) == {"id": ids}
    assert pipedrive.call("DELETE", f"/activityTypes/{ids[0]}").status_code == 404
    assert pipedrive.call("GET", "/mailbox/mailThreads").status_code == 400
    assert pipedrive.data("GET", "/mailbox/mailThreads", folder="inbox") is None
    assert pipedrive.data("GET", "/mailbox/mailThreads/1")["subject"] == "Bread"
    assert pipedrive.data("DELETE", "/mailbox/mailThreads/1") == {"id": 1}
    assert pipedrive.data("GET", "/persons/1/mailMessages") is None
    assert len(pipedrive.data("GET", "/deals/1/activities")) == 2
    assert len(pipedrive.data("GET", "/notes", person_id=1)) == 2
    assert pipedrive.data("GET", "/notes", person_id=2) is None
    assert pipedrive.call("PUT", "/users/1", {"name": "x"}).status_code == 400
    assert pipedrive.data("PUT", "/users/2", {"active_flag": False})["active_flag"] is False
