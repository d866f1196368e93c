"""The whole flow of authenticating through the API, over real sockets, two workers behind them."""

import re
import threading

import pytest

from tests.journeys.conftest import CALLBACK, Caller

EXPOSED = (
    "Elements-Returned-Count, Elements-Total-Count, Elements-Request-Id, Elements-Next-Page-Token,"
    " Elements-Trace-Id, Elements-Error, Elements-Provenance, Content-Disposition"
)


def test_login_gives_the_secrets_that_init_printed(caller: Caller) -> None:
    """By a bearer token, uncached, and by nothing else."""
    body = {"username": "demo@valence.example", "password": "Sandbox-2026!"}
    login = caller.call("POST", "/authentication", body, authorization=None)
    assert login.status == 200
    assert login.json["organizationAdmin"] is True
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", login.json["lastLoginDate"])
    bearer = f"Bearer {login.json['token']}"
    found = caller.call("GET", "/authentication/secrets", authorization=bearer)
    assert found.json == {
        name: caller.hub.secrets[name] for name in ("userSecret", "organizationSecret")
    }
    assert found.headers["cache-control"] == "no-store"
    assert caller.call("GET", "/authentication/secrets").status == 401
    assert caller.call("GET", "/elements", authorization=bearer).status == 200
    wrong = caller.call("POST", "/authentication", {**body, "password": "x"}, authorization=None)
    assert wrong.status == 401


def test_the_instance_is_the_documented_one(caller: Caller) -> None:
    """Field by field, in the documented order."""
    code = caller.code()
    made = caller.call("POST", "/instances", caller.body(code))
    assert made.status == 200
    instance = made.json
    assert list(instance) == [
        "id", "name", "createdDate", "token", "element", "elementId", "tags",
        "provisionInteractions", "valid", "disabled", "maxCacheSize", "cacheTimeToLive",
        "providerData", "configuration", "eventsEnabled", "traceLoggingEnabled", "cachingEnabled",
        "externalAuthentication", "user",
    ]  # fmt: skip
    assert instance["name"] == "API Instance"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", instance["createdDate"])
    assert instance["elementId"] == 11748
    element = instance["element"]
    assert (element["id"], element["name"], element["key"]) == (
        11748,
        "Infusionsoft REST",
        "infusionsoftrest",
    )
    assert element["image"] == "elements/provider_infusionsoftrest.png"
    assert element["authentication"] == {"type": "oauth2"}
    assert element["hub"] == "crm"
    assert element["resources"] == element["parameters"] == []
    assert instance["tags"] == ["Docs"]
    assert instance["providerData"] == {"code": code}
    assert (instance["valid"], instance["disabled"]) == (True, False)
    assert instance["configuration"]["oauth.api.secret"] == "********"
    assert instance["configuration"]["oauth.api.key"] == "********"
    assert instance["externalAuthentication"] == "none"
    assert set(instance["user"]) == {"id", "emailAddress", "firstName", "lastName"}
    assert None not in instance.values()
    read = caller.call("GET", f"/instances/{instance['id']}").json
    assert read == {name: value for name, value in instance.items() if name != "providerData"}


def test_the_vendors_way_back_carries_code_scope_and_state(caller: Caller) -> None:
    """The default state is the element key; a caller's own comes back as it was."""
    from valence.cli.visitor import consent

    path = "/elements/11748/oauth/url?apiKey=sandbox-client&apiSecret=s&callbackUrl=" + CALLBACK
    found = caller.call("GET", path).json
    assert found["element"] == "infusionsoftrest"
    assert found["oauthUrl"].startswith(
        f"{caller.sim.url}/app/oauth/authorize?scope=full&response_type=code"
    )
    back = consent(found["oauthUrl"])
    assert set(back) == {"code", "scope", "state"}
    assert back["state"] == "infusionsoftrest"
    own = caller.call(
        "POST",
        "/elements/infusionsoftrest/oauth/url",
        {"apiKey": "sandbox-client", "callbackUrl": CALLBACK, "state": "a b&c"},
    )
    assert consent(own.json["oauthUrl"])["state"] == "a b&c"
    denied = consent(found["oauthUrl"], allow=False)
    assert denied == {"error": "access_denied", "state": "infusionsoftrest"}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "apiKey, callbackUrl"),
        ("apiKey=k", "callbackUrl"),
        ("callbackUrl=https://x", "apiKey"),
        ("apiKey=k&callbackUrl=nonsense", "callbackUrl"),
        ("apiKey=k&callbackUrl=https://x%23f", "fragment"),
    ],
)
def test_missing_and_malformed_parameters_are_named(query: str, words: str, caller: Caller) -> None:
    """400 with the parameter's name."""
    answer = caller.call("GET", f"/elements/infusionsoftrest/oauth/url?{query}")
    assert answer.status == 400
    assert words in answer.json["message"]


def test_a_double_submission_over_two_workers_makes_one_instance(caller: Caller) -> None:
    """Ten threads, one code."""
    caller.sim.post("token-delay", seconds=0.2)
    body = caller.body(caller.code(), name="Once", tags=["once"])
    statuses: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: statuses.append(caller.call("POST", "/instances", body).status)
        )
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 400, 409}
    assert len(caller.call("GET", "/instances?tags[]=once").json) == 1


def test_an_error_says_whose_turn_it_is(caller: Caller) -> None:
    """The body of the contract with our additions, the vendor's words, the request id twice."""
    body = caller.body("no-such-code")
    answer = caller.call("POST", "/instances", body, headers={"Origin": "https://app.example"})
    assert answer.status == 400
    problem = answer.json
    assert re.fullmatch(r"[0-9a-f]{24}", problem["requestId"])
    assert problem["requestId"] == answer.headers["elements-request-id"]
    assert problem["code"] == "code-refused"
    assert problem["whose"] == "caller"
    assert problem["providerMessage"].startswith("invalid_grant")
    assert answer.headers["access-control-expose-headers"] == EXPOSED
    assert "access-control-allow-credentials" not in answer.headers


def test_a_put_of_what_was_answered_keeps_the_instance_working(caller: Caller) -> None:
    """Masked values and the used code included."""
    made = caller.call("POST", "/instances", caller.body(caller.code())).json
    put = caller.call("PUT", f"/instances/{made['id']}", {**made, "name": "Renamed"})
    assert put.status == 200
    assert put.json["name"] == "Renamed"
    assert put.json["token"] == made["token"]
    assert "providerData" not in put.json
    with_token = Caller(caller.hub, caller.sim, made["token"])
    caller.sim.post("expire")
    assert with_token.call("GET", "/hubs/crm/contacts").status == 200


def test_the_token_names_its_instance(connected: Caller) -> None:
    """The forms without an id: change, disable, enable, configuration, delete."""
    assert connected.call("PATCH", "/instances", {"tags": ["<b>x</b>", "y"]}).json["tags"] == [
        "x",
        "y",
    ]
    assert connected.call("DELETE", "/instances/enabled").status == 200
    for path in ("/hubs/crm/contacts", "/contacts"):
        for _ in range(4):  # both workers
            assert connected.call("GET", path).status == 403
    assert connected.call("GET", "/objects").status == 200
    assert connected.call("PUT", "/instances/enabled").status == 200
    assert connected.call("GET", "/contacts").status == 200
    records = connected.call("GET", "/instances/configuration").json
    nulls = next(record for record in records if record["key"] == "filter.response.nulls")
    assert nulls["propertyValue"] == "true"
    changed = connected.call(
        "PATCH", f"/instances/configuration/{nulls['id']}", {"propertyValue": "false"}
    )
    assert changed.json["propertyValue"] == "false"
    assert changed.json["id"] == nulls["id"]
    for _ in range(4):
        assert connected.call("GET", "/contacts/6").json["middle_name"] is None
    assert connected.call("DELETE", "/instances", raw=b"null").status == 200
    for _ in range(4):
        assert connected.call("GET", "/contacts").status == 401


def test_search_and_paging_of_instances(caller: Caller) -> None:
    """By tag, text and element; an empty result is 404 in the contract's words; tokens lead on."""
    for number in range(3):
        caller.connected(name=f"Paged {number}", tags=["paged"])
    page = caller.call("GET", "/instances?tags[]=paged&pageSize=2")
    assert [one["name"] for one in page.json] == ["Paged 0", "Paged 1"]
    token = page.headers["elements-next-page-token"]
    rest = caller.call("GET", f"/instances?tags[]=paged&pageSize=2&nextPage={token}")
    assert [one["name"] for one in rest.json] == ["Paged 2"]
    assert "elements-next-page-token" not in rest.headers
    assert caller.call("GET", f"/instances?tags[]=other&nextPage={token}").status == 400
    light = caller.call("GET", "/instances?searchText=paged&hydrate=false").json
    assert set(light[0]) == {"id", "name", "token", "element", "tags"}
    none = caller.call("GET", "/instances?tags[]=nobody")
    assert (none.status, none.json["message"]) == (404, "No instances found")
    counts = caller.call("GET", "/instances/count").json
    assert counts["totalInstances"] >= 3
    of_element = caller.call("GET", "/elements/infusionsoftrest/instances")
    assert all(one["createdDate"] for one in of_element.json)


def test_a_withdrawn_grant_is_401_and_a_new_code_brings_it_back(connected: Caller) -> None:
    """Whose turn it is, and the way back by API with the same token."""
    connected.sim.post("revoke")
    refused = connected.call("GET", "/contacts")
    assert (refused.status, refused.json["code"], refused.json["whose"]) == (
        401,
        "needs-owner",
        "resource-owner",
    )
    body = {"providerData": {"code": connected.code()}}
    renewed = connected.call("PATCH", "/instances", body)
    assert renewed.json["valid"] is True
    assert connected.call("GET", "/contacts").status == 200
