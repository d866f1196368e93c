"""Pipedrive over a real hub and sandbox, as callers of the wire contract use it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.conftest import CALLBACK, Sim
from tests.journeys.conftest import Answer, Caller
from valence.cli.visitor import consent
from valence.elements import Catalog

ELEMENT = Catalog.load().require("pipedrive")
TOKEN = "sandbox-pipedrive-token"
OAUTH = {
    "authentication.type": "oauth2",
    "oauth.api.key": "sandbox-client",
    "oauth.api.secret": "sandbox-secret",
    "oauth.callback.url": CALLBACK,
}


@pytest.fixture
def vendor(sim: Sim) -> Sim:
    """Pipedrive as it starts."""
    return sim.vendor("pipedrive")


@pytest.fixture
def pipedrive(caller: Caller, vendor: Sim) -> Caller:
    """A caller with a fresh instance, made with address and password."""
    return caller.connected_to(ELEMENT)


def crm(caller: Caller, method: str, path: str, body: Any = None, **query: Any) -> Answer:
    text = f"?{urlencode(query)}" if query else ""
    return caller.call(method, f"/hubs/crm/{path}{text}", body)


def got(caller: Caller, method: str, path: str, body: Any = None, **query: Any) -> Any:
    answer = crm(caller, method, path, body, **query)
    assert answer.status == 200, answer.text
    return answer.json


def ids(records: Any) -> list[int]:
    return [record["id"] for record in records]


# -- records ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["PUT", "PATCH"])
@pytest.mark.parametrize(
    ("path", "created", "shown", "changed"),
    [
        ("accounts", {"name": "Crust", "visible_to": "3"}, {"name": "Crust"}, {"name": "Crumb"}),
        (
            "contacts",
            {
                "name": "Ed Q. Loaf",
                "first_name": "Ed",
                "last_name": "Loaf",
                "email1": {"value": "ed@example.com", "label": "work"},
                "email2": {"value": "loaf@example.com", "label": "home"},
                "phone1": {"value": "0731", "label": "home"},
            },
            {"name": "Ed Q. Loaf", "first_name": "Ed", "last_name": "Loaf"},
            {"name": "Ed Crust"},
        ),
        (
            "opportunities",
            {"title": "Cake", "value": "40", "currency": "EUR"},
            {"title": "Cake", "value": 40},
            {"value": "45.5"},
        ),
        (
            "activities",
            {"subject": "Bake", "type": "call", "due_date": "2026-12-01", "due_time": "10:00"},
            {"subject": "Bake", "type": "call"},
            {"subject": "Bake again"},
        ),
    ],
    ids=["accounts", "contacts", "opportunities", "activities"],
)
def test_a_record_lives(
    pipedrive: Caller, path: str, created: Any, shown: Any, changed: Any, verb: str
) -> None:
    """Created, read, changed, listed, deleted, and then not found."""
    made = got(pipedrive, "POST", path, created)
    assert {name: made[name] for name in shown} == shown
    address = f"{path}/{made['id']}"
    assert got(pipedrive, "GET", address) == made
    after = got(pipedrive, verb, address, changed)
    assert after["id"] == made["id"]
    [(name, value)] = changed.items()
    assert str(got(pipedrive, "GET", address)[name]) == value
    assert made["id"] in ids(got(pipedrive, "GET", path))
    assert crm(pipedrive, "DELETE", address).status == 200
    for method, body in (("GET", None), (verb, changed), ("DELETE", None)):
        assert crm(pipedrive, method, address, body).status == 404
    for unknown in ("0", "-1"):
        assert crm(pipedrive, "GET", f"{path}/{unknown}").status == 404


def test_numbered_addresses_are_entries_of_the_lists(pipedrive: Caller) -> None:
    """And a record that was read is taken back, linked records too."""
    made = got(
        pipedrive,
        "POST",
        "contacts",
        {
            "first_name": "Ed",
            "last_name": "Loaf",
            "org_id": 1,
            "email1": {"value": "ed@example.com", "label": "work"},
            "email2": {"value": "loaf@example.com", "label": "home"},
            "phone1": {"value": "0731", "label": "home"},
        },
    )
    assert made["name"] == "Ed Loaf"
    assert [(one["label"], one["value"]) for one in made["email"]] == [
        ("work", "ed@example.com"),
        ("home", "loaf@example.com"),
    ]
    assert [one["value"] for one in made["phone"]] == ["0731"]
    assert made["org_id"]["value"] == 1
    again = got(pipedrive, "PUT", f"contacts/{made['id']}", {**made, "name": "Ed Crust"})
    assert (again["name"], again["email"], again["org_id"]) == (
        "Ed Crust",
        made["email"],
        made["org_id"],
    )


@pytest.mark.parametrize("parent", ["accounts", "contacts", "opportunities"])
@pytest.mark.parametrize(
    ("child", "body", "changed"),
    [
        ("activities", {"subject": "Bake", "type": "call"}, {"subject": "Eat"}),
        ("notes", {"content": "<p>Rye</p>"}, {"content": "<p>Wheat</p>"}),
    ],
)
def test_what_belongs_to_a_record_lives(
    pipedrive: Caller, parent: str, child: str, body: Any, changed: Any
) -> None:
    """Created below it, listed there and nowhere else."""
    root = f"{parent}/2/{child}"
    assert got(pipedrive, "GET", root) == []
    made = got(pipedrive, "POST", root, body)
    assert ids(got(pipedrive, "GET", root)) == [made["id"]]
    address = f"{root}/{made['id']}"
    assert got(pipedrive, "PUT", address, changed) | changed == got(pipedrive, "GET", address)
    assert crm(pipedrive, "DELETE", address).status == 200
    assert crm(pipedrive, "GET", address).status == 404
    assert got(pipedrive, "GET", f"{parent}/1/mails") == []


def test_users_types_and_mail(pipedrive: Caller) -> None:
    """As far as the vendor lets."""
    user = got(
        pipedrive, "POST", "users", {"name": "N", "email": "n@b.example", "active_flag": True}
    )
    assert (
        got(pipedrive, "PUT", f"users/{user['id']}", {"active_flag": False})["active_flag"] is False
    )
    assert crm(pipedrive, "DELETE", f"users/{user['id']}").status == 405
    made = [
        got(pipedrive, "POST", "activity-types", {"name": name, "icon_key": "lunch"})["id"]
        for name in ("A", "B", "C")
    ]
    renamed = got(pipedrive, "PUT", f"activity-types/{made[0]}", {"name": "D", "icon_key": "bell"})
    assert renamed["name"] == "D"
    assert crm(pipedrive, "DELETE", f"activity-types/{made[0]}").status == 200
    both = ",".join(map(str, made[1:]))
    assert crm(pipedrive, "DELETE", f"activity-types?ids={both}").status == 200
    assert not set(made) & set(ids(got(pipedrive, "GET", "activity-types")))
    assert got(pipedrive, "GET", "mailThreads", folder="inbox") == []
    assert ids(got(pipedrive, "GET", "mailThreads", folder="archive")) == [1]
    assert crm(pipedrive, "DELETE", "mailThreads/1").status == 200
    assert crm(pipedrive, "GET", "mailThreads/1").status == 404


# -- pages, order, filters -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "name"),
    [("contacts", "persons"), ("accounts", "organizations"), ("opportunities", "deals")],
)
def test_pages_make_up_the_list(pipedrive: Caller, vendor: Sim, path: str, name: str) -> None:
    """Page 1 and page 2 are the double page; tokens lead to the end and no further."""
    total = vendor.post("seed", **{name: 5})[name]
    double = got(pipedrive, "GET", path, pageSize=4)
    halves = [got(pipedrive, "GET", path, pageSize=2, page=number) for number in (1, 2)]
    assert halves[0] + halves[1] == double
    seen, token, calls = [], "", 0
    while True:
        answer = crm(pipedrive, "GET", path, pageSize=2, nextPage=token)
        seen += ids(answer.json)
        calls += 1
        token = answer.headers.get("elements-next-page-token", "")
        if not token:
            break
    assert (seen, calls) == (list(range(1, 9)), 4)
    assert total == 8
    assert ids(got(pipedrive, "GET", path, orderBy="id desc", pageSize=2)) == [8, 7]


@pytest.mark.parametrize(
    ("path", "where", "found", "is_narrowed"),
    [
        ("contacts", "name='Kelly Gold'", [1], True),
        ("contacts", "name='kelly gold'", [], True),
        ("contacts", "name LIKE 'A%'", [3], True),
        ("contacts", "name='Kelly Gold' OR name='Ada Stone'", [1, 3], False),
        ("contacts", "name!='Kelly Gold'", [2, 3], False),
        ("contacts", "email[*].value='joe@example.com'", [2], True),
        ("contacts", "name='Kelly Gold' AND first_name='Joe'", [], True),
        ("contacts", "name='O''Brien'", [], True),
        ("accounts", "name='Flour Ltd'", [1], True),
        ("accounts", "update_time>'2020-01-01 00:00:00'", [1, 2, 3], True),
        ("accounts", "update_time>'2999-01-01 00:00:00'", [], True),
        ("opportunities", "value>=200", [2, 3], True),
        ("opportunities", "id=2", [2], None),
        ("opportunities", "id=99", [], None),
        ("notes", "content='Likes rye'", [1], None),
        ("users", "email='lee@bakery.example'", [2], None),
    ],
)
def test_where_finds_exactly_what_it_says(
    pipedrive: Caller,
    vendor: Sim,
    path: str,
    where: str,
    found: list[int],
    is_narrowed: bool | None,
) -> None:
    """Narrowed by a filter at the vendor where one can say it; no filter is left behind."""
    filters = len(got(pipedrive, "GET", "filters"))
    assert ids(got(pipedrive, "GET", path, where=where)) == found
    after = crm(pipedrive, "GET", "filters")
    assert int(after.headers["elements-returned-count"]) == filters
    if is_narrowed is not None:
        name = {"contacts": "persons", "accounts": "organizations"}.get(path, "deals")
        listed = vendor.get(f"calls?path=/pipedrive/v1/{name}")
        asked = [one for one in listed if one["path"] == f"/pipedrive/v1/{name}"]
        assert [("filter_id" in dict(one["query"])) for one in asked] == [is_narrowed]


def test_a_narrowed_list_is_walked_to_its_end(pipedrive: Caller, vendor: Sim) -> None:
    """Each of its pages has a filter of its own, and none is lost or repeated."""
    vendor.post("seed", persons=30)
    seen, token = [], ""
    while True:
        answer = crm(
            pipedrive, "GET", "contacts", where="name LIKE 'First1%'", pageSize=4, nextPage=token
        )
        seen += [one["name"] for one in answer.json]
        token = answer.headers.get("elements-next-page-token", "")
        if not token:
            break
    assert seen == [f"First{n} Last{n}" for n in (1, *range(10, 20))]
    assert len(got(pipedrive, "GET", "filters")) == 1


@pytest.mark.parametrize("kind", ["500", "cut", "html"])
def test_a_filter_is_deleted_when_the_list_fails(pipedrive: Caller, vendor: Sim, kind: str) -> None:
    """The failure is told, and nothing is left behind."""
    vendor.post("faults", kind=kind, count=10, path="/pipedrive/v1/persons")
    refused = crm(pipedrive, "GET", "contacts", where="name='Kelly Gold'")
    assert refused.status == 502
    made = [one for one in vendor.get("calls?method=POST") if one["path"].endswith("/filters")]
    gone = [one for one in vendor.get("calls?method=DELETE") if "/filters/" in one["path"]]
    assert (len(made), [one["status"] for one in gone]) == (1, [200])
    assert len(got(pipedrive, "GET", "filters")) == 1


def test_a_filter_that_cannot_be_made_is_done_without(pipedrive: Caller, vendor: Sim) -> None:
    """Valence looks through the whole list then."""
    vendor.post("faults", kind="403", count=1, path="/pipedrive/v1/filters")
    assert ids(got(pipedrive, "GET", "contacts", where="name='Kelly Gold'")) == [1]


def test_two_queries_do_not_share_a_filter(pipedrive: Caller, vendor: Sim) -> None:
    """At the same time, each finds its own."""
    names = ["Kelly Gold", "Joe Miller", "Ada Stone", "Nobody"]

    def ask(name: str) -> list[int]:
        return ids(got(pipedrive, "GET", "contacts", where=f"name='{name}'"))

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, names))
    assert found == [[1], [2], [3], []]
    used = [
        dict(one["query"])["filter_id"]
        for one in vendor.get("calls?method=GET")
        if "filter_id" in dict(one["query"])
    ]
    assert len(used) == len(set(used)) == 4
    assert len(got(pipedrive, "GET", "filters")) == 1


def test_a_list_of_addresses_is_not_compared_with_one(pipedrive: Caller) -> None:
    """It would find nothing: the answer says how to write it."""
    refused = crm(pipedrive, "GET", "contacts", where="email='joe@example.com'")
    assert refused.status == 400
    assert "email[*].value" in refused.json["message"]


# -- objects and errors ----------------------------------------------------------------------------


def test_fields_are_discovered(pipedrive: Caller) -> None:
    """The account's own among them; they can be set and filtered by."""
    fields = {
        one["path"]: one for one in got(pipedrive, "GET", "objects/contacts/metadata")["fields"]
    }
    assert fields["name"]["vendorRequired"] is True
    assert fields["update_time"]["vendorReadOnly"] is True
    [own] = got(pipedrive, "GET", "objects/contacts/metadata", customFieldsOnly="true")["fields"]
    assert (own["displayName"], own["custom"], len(own["path"])) == ("Favourite bread", True, 40)
    got(pipedrive, "PUT", "contacts/2", {own["path"]: "rye"})
    assert ids(got(pipedrive, "GET", "contacts", where=f"`{own['path']}`='rye'")) == [2]
    assert got(pipedrive, "GET", "objects/activities/metadata")["fields"]
    assert crm(pipedrive, "GET", "objects/notarealobject/metadata").status == 404
    assert {"accounts", "contacts", "opportunities"} <= set(got(pipedrive, "GET", "objects"))


def test_errors_are_in_pipedrives_words(pipedrive: Caller) -> None:
    """With their status."""
    refused = crm(pipedrive, "POST", "accounts", {"visible_to": "3"})
    assert (refused.status, refused.json["message"]) == (400, "Name must be given.")
    assert crm(pipedrive, "POST", "activities", {"subject": "x", "type": "poem"}).status == 400
    assert crm(pipedrive, "GET", "notarealobject").status == 404


# -- connecting ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("configuration", "status"),
    [
        ({"pipedrive.email": "demo@pipedrive.example", "pipedrive.password": "wrong"}, 401),
        ({"pipedrive.api.token": "wrong"}, 401),
        ({"pipedrive.email": "demo@pipedrive.example"}, 400),
        ({}, 400),
    ],
)
def test_wrong_credentials_make_no_instance(
    caller: Caller, vendor: Sim, configuration: dict[str, str], status: int
) -> None:
    """Nor do none."""
    before = len(caller.call("GET", "/instances").json)
    body = {"element": {"key": "pipedrive"}, "name": "P", "configuration": configuration}
    assert caller.call("POST", "/instances", body).status == status
    assert len(caller.call("GET", "/instances").json) == before


def test_a_token_is_taken_as_it_is(caller: Caller, vendor: Sim) -> None:
    """Without a trade, and shown to nobody."""
    made = caller.connected_to(ELEMENT, configuration={"pipedrive.api.token": TOKEN})
    assert ids(got(made, "GET", "contacts", pageSize=1)) == [1]
    assert vendor.get("calls?path=/pipedrive/v1/authorizations") == []
    number = crm(made, "GET", "ping").headers["elements-element-instance-id"]
    shown = caller.call("GET", f"/instances/{number}")
    assert TOKEN not in shown.text
    assert shown.json["configuration"]["pipedrive.api.token"] == "********"


def test_a_traded_password_becomes_a_token(pipedrive: Caller, vendor: Sim) -> None:
    """One trade, at creation; calls carry the token."""
    got(pipedrive, "GET", "contacts")
    calls = vendor.get("calls")
    assert [one["path"].rsplit("/", 1)[1] for one in calls] == ["authorizations", "me", "persons"]
    assert "x-api-token" in calls[-1]["headers"]


def test_an_owner_may_consent_instead(caller: Caller, vendor: Sim) -> None:
    """OAuth: calls carry a bearer token, go to the company's address, and survive its expiry."""
    query = {"apiKey": "sandbox-client", "callbackUrl": CALLBACK, "authentication.type": "oauth2"}
    url = caller.call("GET", f"/elements/pipedrive/oauth/url?{urlencode(query)}").json["oauthUrl"]
    assert parse_qs(urlsplit(url).query)["client_id"] == ["sandbox-client"]
    back = consent(url)
    made = caller.connected_to(ELEMENT, configuration=OAUTH, providerData={"code": back["code"]})
    assert ids(got(made, "GET", "contacts", where="name='Joe Miller'")) == [2]
    used = vendor.get("calls?path=/pipedrive/v1/persons")[-1]
    assert "x-api-token" not in used["headers"]
    assert len(got(made, "GET", "filters")) == 1
    vendor.post("expire")
    # A script cannot refresh: the list is looked through whole then.
    assert ids(got(made, "GET", "contacts", where="name='Joe Miller'")) == [2]
    assert vendor.refreshes()["succeeded"] == 1
    assert got(made, "GET", "contacts/1")["name"] == "Kelly Gold"
    vendor.post("revoke")
    refused = crm(made, "GET", "contacts/1")
    assert (refused.status, refused.json["whose"]) == (401, "resource-owner")
