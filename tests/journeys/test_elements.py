"""Elements that accounts bring, extend and clone, over HTTP and two workers."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import CONFIGURATION
from tests.journeys.conftest import Caller

KEAP = "infusionsoftrest"
WORKERS = range(6)
"""Calls enough to meet both workers."""


@pytest.fixture
def key(caller: Caller) -> Iterator[str]:
    """The key of an element of the caller's own: the catalog's, imported."""
    name = "k" + secrets.token_hex(6)
    definition = caller.call("GET", f"/elements/{KEAP}/export").json
    made = caller.call("POST", "/elements", {**definition, "key": name, "active": False})
    assert made.status == 200, made.text
    yield name
    caller.call("DELETE", f"/elements/{name}")


def small(**more: Any) -> dict[str, Any]:
    return {
        "key": "s" + secrets.token_hex(6),
        "name": "Small",
        "description": "-",
        "authentication": {"type": "basic"},
        **more,
    }


def connected(caller: Caller, key: str) -> Caller:
    """Return a caller who holds the token of a fresh instance of an element."""
    body = caller.body(caller.code(element=key))
    del body["element"]
    made = caller.call("POST", f"/elements/{key}/instances", body)
    assert made.status == 200, made.text
    assert made.json["element"]["key"] == key
    return Caller(caller.hub, caller.sim, made.json["token"])


def test_an_element_of_ones_own_from_import_to_call(caller: Caller, key: str) -> None:
    """Imported, switched on, authorized, called, and kept from deletion by its instance."""
    shown = caller.call("GET", f"/elements/{key}").json
    assert (shown["private"], shown["active"], shown["id"] >= 100_000) == (True, False, True)
    assert caller.call("PUT", f"/elements/{key}/active").text == "{}"
    assert [caller.call("GET", f"/elements/{key}").json["active"] for _ in WORKERS] == [True] * 6
    url = caller.call(
        "POST",
        f"/elements/{shown['id']}/oauth/url",
        {"apiKey": "sandbox-client", "callbackUrl": "http://localhost/callback"},
    ).json
    assert url["element"] == key
    assert f"state={key}" in url["oauthUrl"]
    instance = connected(caller, key)
    for _ in WORKERS:
        answer = instance.call("GET", "/hubs/crm/contacts?pageSize=1")
        assert answer.status == 200, answer.text
    (one,) = caller.call("GET", f"/elements/{key}/instances").json
    assert one["elementId"] == shown["id"]
    refused = caller.call("DELETE", f"/elements/{key}")
    assert (refused.status, refused.json["code"]) == (409, "element-in-use")
    assert caller.call("DELETE", f"/instances/{one['id']}").status == 200
    assert caller.call("DELETE", f"/elements/{key}").status == 200
    assert {caller.call("GET", f"/elements/{key}").status for _ in WORKERS} == {404}


def test_an_instance_moves_to_a_clone_only(caller: Caller, key: str) -> None:
    """It keeps id, token and credentials; anywhere else they would be sent to another host."""
    instance = connected(caller, key)
    number = caller.call("GET", f"/elements/{key}/instances").json[0]["id"]
    clone = caller.call("POST", f"/elements/{key}/clone").json
    assert (clone["key"], clone["private"]) == (f"{key}-clone", True)
    entries = {row["key"]: row for row in clone["configuration"]}
    assert "defaultValue" not in entries["oauth.api.secret"]
    other = caller.call("POST", "/elements", small()).json
    refused = caller.call("PATCH", f"/instances/{number}", {"element": {"id": other["id"]}})
    assert (refused.status, refused.json["code"]) == (400, "element-mismatch")
    moved = caller.call("PATCH", f"/instances/{number}", {"element": {"id": clone["id"]}})
    assert moved.status == 200, moved.text
    assert (moved.json["element"]["id"], moved.json["token"]) == (clone["id"], instance.token)
    for _ in WORKERS:
        assert instance.call("GET", "/contacts?pageSize=1").status == 200
    again = caller.call("PUT", f"/instances/{number}", moved.json)
    assert again.json["element"]["id"] == clone["id"]
    assert caller.call("GET", f"/elements/{key}/instances").status == 404
    for path in (f"/instances/{number}", f"/elements/{clone['key']}", f"/elements/{other['id']}"):
        assert caller.call("DELETE", path).status == 200


def test_a_catalog_element_is_extended_and_called(caller: Caller, sibling: Caller) -> None:
    """The account's resource answers at once on both workers, for this account alone."""
    mine, theirs = caller.connected(), sibling.connected()
    before = len(caller.call("GET", f"/elements/{KEAP}").json["resources"])
    # Four segments: shorter paths are taken by the catalog's for objects of any name.
    path = "/hubs/crm/our/own/labels/{id}"
    body = {"method": "GET", "path": path, "vendorPath": "/contacts/{id}"}
    record = mine.call("GET", "/contacts?pageSize=1").json[0]["id"]
    assert mine.call("GET", f"/our/own/labels/{record}").json["code"] == "unknown-resource"
    made = caller.call("POST", f"/elements/{KEAP}/resources", body)
    assert made.status == 200, made.text
    path = f"/elements/{KEAP}/resources/{made.json['id']}"
    for _ in WORKERS:
        assert mine.call("GET", f"/hubs/crm/our/own/labels/{record}").json["id"] == record
        shown = caller.call("GET", f"/elements/{KEAP}").json
        assert (shown["extended"], len(shown["resources"])) == (True, before + 1)
    assert len(caller.call("GET", f"/elements/{KEAP}/resources").json) == before + 1
    own = caller.call("GET", f"/elements/{KEAP}/resources?accountOnly=true").json
    assert own == [made.json]
    exported = caller.call("GET", f"/elements/{KEAP}/export?extendedOnly=true").json
    assert ("private" in exported, exported["resources"]) == (False, own)
    where = "?where=extended%3D'true'"
    assert KEAP in [e["key"] for e in caller.call("GET", f"/elements{where}").json]
    assert theirs.call("GET", f"/our/own/labels/{record}").json["code"] == "unknown-resource"
    assert len(sibling.call("GET", f"/elements/{KEAP}").json["resources"]) == before
    assert sibling.call("GET", f"/elements{where}").json["message"] == "No elements found"
    assert sibling.call("DELETE", path).status == 404
    assert caller.call("DELETE", path).status == 200
    assert {mine.call("GET", f"/our/own/labels/{record}").status for _ in WORKERS} == {400}
    assert caller.call("GET", f"/elements/{KEAP}").json["extended"] is False


def test_elements_are_isolated(caller: Caller, sibling: Caller, stranger: Caller, key: str) -> None:
    """403 by id, 404 by key; shared within the organization it is used, not changed."""
    number = caller.call("GET", f"/elements/{key}").json["id"]
    for other in (sibling, stranger):
        assert other.call("GET", f"/elements/{key}").status == 404
        for method, path in (("GET", ""), ("GET", "/export"), ("DELETE", ""), ("PUT", "/active")):
            assert other.call(method, f"/elements/{number}{path}").status == 403
    accounts = f"/elements/{key}/accounts"
    theirs = sibling.hub.secrets["accountId"]
    assert caller.call("PUT", f"{accounts}/{stranger.hub.secrets['accountId']}").status == 403
    assert caller.call("PUT", f"{accounts}/999999999999").status == 404
    assert caller.call("PUT", f"{accounts}/{theirs}").status == 200
    assert caller.call("GET", accounts).json == [int(theirs)]
    assert {sibling.call("GET", f"/elements/{key}").status for _ in WORKERS} == {200}
    assert sibling.call("PUT", f"/elements/{key}", {"name": "Mine"}).status == 403
    instance = connected(sibling, key)
    assert instance.call("GET", "/contacts?pageSize=1").status == 200
    in_use = caller.call("DELETE", f"/elements/{key}")
    assert (in_use.status, "1 instance;" in in_use.json["message"]) == (409, True)
    assert caller.call("DELETE", f"{accounts}/{theirs}").status == 200
    assert {sibling.call("GET", f"/elements/{key}").status for _ in WORKERS} == {404}
    assert instance.call("GET", "/contacts?pageSize=1").status == 200
    (one,) = sibling.call("GET", "/instances").json
    assert sibling.call("DELETE", f"/instances/{one['id']}").status == 200


def test_what_needs_a_privilege_is_refused_before_it_is_looked_for(plain_user: Caller) -> None:
    """403 whether or not the element is there, and whatever the body; reading is everyone's."""
    for method, path in (
        ("POST", "/elements"),
        ("PUT", "/elements/nothing"),
        ("DELETE", "/elements/nothing"),
        ("PUT", "/elements/nothing/active"),
        ("POST", "/elements/nothing/clone"),
        ("POST", "/elements/nothing/configuration"),
        ("DELETE", "/elements/nothing/parameters/1"),
        ("POST", "/elements/nothing/hooks"),
        ("PUT", "/elements/nothing/resources/1"),
        ("PUT", "/elements/nothing/models"),
        ("PUT", "/elements/nothing/accounts/1"),
    ):
        answer = plain_user.call(method, path, raw=b"{ no json")
        assert (answer.status, answer.json["code"]) == (403, "privilege-missing"), path
    assert plain_user.call("GET", f"/elements/{KEAP}/export").status == 200
    assert plain_user.call("GET", "/elements/nothing/export").status == 404
    assert plain_user.connected().call("GET", "/contacts?pageSize=1").status == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/elements", None, 400, "missing-parameter"),
        ("POST", "/elements", {"name": "x"}, 400, "missing-parameter"),
        ("POST", "/elements", [1], 400, "bad-body"),
        ("POST", "/elements", {"name": "x", "authentication": {"type": "?"}}, 400, None),
        ("POST", "/elements", {"name": "日本", "authentication": {"type": "none"}}, 400, None),
        ("PUT", f"/elements/{KEAP}", {"name": "x"}, 403, "element-of-catalog"),
        ("DELETE", f"/elements/{KEAP}", None, 403, "element-of-catalog"),
        ("DELETE", f"/elements/{KEAP}/active", None, 403, "element-of-catalog"),
        ("POST", f"/elements/{KEAP}/configuration", {}, 400, "missing-parameter"),
        ("DELETE", f"/elements/{KEAP}/configuration/base.url", None, 403, "element-of-catalog"),
        ("POST", f"/elements/{KEAP}/parameters", {"name": "x", "type": "query"}, 404, None),
        ("GET", f"/elements/{KEAP}/hooks/x", None, 404, "not-found"),
        ("GET", f"/elements/{KEAP}/hooks/-1", None, 404, "not-found"),
        ("GET", f"/elements/{KEAP}/resources/99999999999999999999", None, 404, "not-found"),
        ("POST", f"/elements/{KEAP}/resources", {"method": "GET"}, 400, "missing-parameter"),
        ("GET", f"/elements/{KEAP}/resources/1/models", None, 404, "not-found"),
        ("PUT", f"/elements/{KEAP}/models/1/fields", {"x": 1}, 400, "bad-body"),
        ("GET", f"/elements/{KEAP}/objects/1/fields", None, 404, "not-found"),
        ("GET", "/elements/999999999999/metadata", None, 404, "not-found"),
        ("GET", "/elements/nothing/export", None, 404, "not-found"),
        ("GET", f"/elements/{KEAP}/authentication-types/magic/configurations", None, 404, None),
        ("PUT", f"/elements/{KEAP}/accounts/1", None, 403, "element-of-catalog"),
        ("GET", "/elements?where=key%20like%20'x'", None, 400, "invalid-request"),
        ("GET", "/elements?nextPage=zzz", None, 400, "bad-page-token"),
    ],
)
def test_a_mistake_gets_its_code(
    method: str, path: str, body: Any, status: int, code: str | None, caller: Caller
) -> None:
    """Never 500, and a sentence that says what."""
    answer = caller.call(method, path, body)
    assert answer.status == status, answer.text
    assert answer.json["message"]
    if code is not None:
        assert answer.json["code"] == code


def test_a_body_nested_without_end_is_refused(caller: Caller) -> None:
    """Not by a stack that overflows."""
    for depth in (150, 900):
        raw = b'{"name":' + b"[" * depth + b"]" * depth + b"}"
        answer = caller.call("POST", "/elements", raw=raw)
        assert (answer.status, answer.json["code"]) == (400, "bad-body")


def test_two_of_one_key_are_a_conflict(caller: Caller, key: str) -> None:
    """Until the first is deleted."""
    again = caller.call("POST", "/elements", small(key=key.upper()))
    assert (again.status, again.json["code"]) == (409, "conflict")
    assert caller.call("DELETE", f"/elements/{key}").status == 200
    assert caller.call("POST", "/elements", small(key=key)).status == 200


def test_lists_are_filtered_and_paged(caller: Caller, key: str) -> None:
    """Own and catalog's in one list; page numbers and tokens give the same slices."""
    own = caller.call("GET", "/elements?where=private%3D'true'%20AND%20abridged%3D'true'").json
    assert key in [element["key"] for element in own]
    assert all(element["private"] is True and "resources" not in element for element in own)
    catalog = caller.call("GET", "/elements?where=private%3D'false'&hydrate=false").json
    assert key not in [element["key"] for element in catalog]
    assert all(element["private"] is False for element in catalog)
    keys = caller.call("GET", "/elements/keys").json
    by_number = [caller.call("GET", f"/elements/keys?pageSize=1&page={n}") for n in (1, 2)]
    token = by_number[0].headers["elements-next-page-token"]
    by_token = caller.call("GET", f"/elements/keys?pageSize=1&nextPage={token}&page=9")
    first, second = (answer.json for answer in by_number)
    assert first + by_token.json == keys[:2] == first + second
    assert "elements-next-page-token" not in caller.call("GET", "/elements/keys").headers


def test_an_element_tells_what_it_can(caller: Caller, key: str) -> None:
    """Metadata, ways to authenticate, and the small lists that clients ask for."""
    short = caller.call("GET", f"/elements/{key}/metadata").json
    assert short["key"] == key
    assert short["events"]["supported"] is bool(short["events"]["methods"])
    full = caller.call("GET", f"/elements/{key}/metadata?expand=true").json
    contacts = next(row for row in full["resources"] if row["canonicalName"] == "contacts")
    assert contacts["operations"] == ["CREATE", "RETRIEVE", "UPDATE", "DELETE", "SEARCH"]
    assert {"image", "displayOrder", "hub", "discovery", "bulk", "api"} <= set(full)
    assert key in [row["key"] for row in caller.call("GET", "/elements/metadata").json]
    base = f"/elements/{key}"
    kinds = caller.call("GET", f"{base}/authentication-types").json
    assert kinds["defaultValue"] == "oauth2"
    entries = caller.call("GET", f"{base}/authentication-types/oauth2/configurations").json
    assert "oauth.api.key" in [entry["key"] for entry in entries]
    assert all(entry["options"] is not None for entry in entries)
    templates = caller.call("GET", f"{base}/transformations").json
    assert templates["contacts"]["level"] == "system"
    assert caller.call("GET", f"{base}/versions").json == []
    listed = caller.call("GET", f"{base}/configuration").json["configuration"]
    assert "base.url" in [entry["key"] for entry in listed]


@pytest.mark.parametrize("path", ["/parameters", "/hooks", "/models", "/objects", "/resources"])
def test_parts_over_http(caller: Caller, path: str) -> None:
    """Each verb of the table once; the stored object comes back with its id."""
    element = caller.call("POST", "/elements", small()).json
    bodies: dict[str, dict[str, Any]] = {
        "/parameters": {"name": "p", "type": "query"},
        "/hooks": {"type": "preRequest", "body": "done({})"},
        "/models": {"name": "m"},
        "/objects": {"name": "o"},
        "/resources": {"method": "GET", "path": "/hubs/general/things"},
    }
    base = f"/elements/{element['key']}{path}"
    made = caller.call("POST", base, bodies[path]).json
    assert [row["id"] for row in caller.call("GET", base).json] == [made["id"]]
    one = f"{base}/{made['id']}"
    assert caller.call("PUT", one, {"description": "D"}).json == {**made, "description": "D"}
    if path != "/parameters":
        assert caller.call("GET", one).json["description"] == "D"
    if path == "/models":
        again = caller.call("PUT", base, bodies[path]).json
        assert again["id"] == made["id"]
        fields = caller.call("PUT", f"{one}/fields", [{"name": "f"}]).json["modelFields"]
        assert [field["name"] for field in fields] == ["f"]
    if path == "/objects":
        field = caller.call("POST", f"{one}/fields", {"name": "f"}).json
        inner = f"{one}/fields/{field['id']}"
        assert caller.call("PUT", inner, {"type": "string"}).json["type"] == "string"
        assert caller.call("GET", inner).json in caller.call("GET", f"{one}/fields").json
        assert caller.call("DELETE", inner).status == 200
    if path == "/resources":
        for kind in ("/parameters", "/hooks"):
            row = caller.call("POST", one + kind, bodies[kind]).json
            inner = f"{one}{kind}/{row['id']}"
            assert caller.call("PUT", inner, {"description": "D"}).json["description"] == "D"
            assert [r["id"] for r in caller.call("GET", one + kind).json] == [row["id"]]
            if kind == "/hooks":
                assert caller.call("GET", inner).json["id"] == row["id"]
            assert caller.call("DELETE", inner).status == 200
        assert caller.call("GET", f"{one}/models").json == {}
        for method in ("POST", "PUT"):
            model = caller.call(method, f"{one}/models", {"name": "thing"}).json
            assert caller.call("GET", f"{one}/models").json == model
        assert caller.call("DELETE", f"{one}/models").status == 200
    assert caller.call("DELETE", one).status == 200
    assert caller.call("GET", base).json == []
    entries = f"/elements/{element['key']}/configuration"
    entry = {"key": "site", "name": "Site", "description": "-"}
    assert caller.call("POST", entries, entry).json["id"]
    assert caller.call("PUT", f"{entries}/site", {"key": "place"}).json["key"] == "place"
    assert caller.call("DELETE", f"{entries}/place").status == 200
    assert caller.call("DELETE", f"/elements/{element['id']}").status == 200


def test_an_own_element_takes_the_catalogs_key(caller: Caller) -> None:
    """An instance made under the catalog's key belongs to the account's own element."""
    definition = caller.call("GET", f"/elements/{KEAP}/export").json
    own = caller.call("POST", "/elements", definition).json
    try:
        assert own["key"] == KEAP
        listed = caller.call("GET", f"/elements?where=key%3D'{KEAP}'").json
        assert sorted(row["private"] for row in listed) == [False, True]
        made = caller.call("POST", "/instances", caller.body(caller.code())).json
        assert made["elementId"] == own["id"]
        round_trip = caller.call("PUT", f"/instances/{made['id']}", {**made, "name": "Other"})
        assert round_trip.status == 200, round_trip.text
        assert round_trip.json["elementId"] == own["id"]
        by_id = caller.call(
            "POST",
            "/instances",
            {**caller.body(caller.code(element="11748")), "element": {"id": 11748}},
        ).json
        assert by_id["elementId"] == 11748
        same = caller.call("PUT", f"/instances/{by_id['id']}", {"element": {"key": KEAP}})
        assert same.json["elementId"] == 11748
        for number in (made["id"], by_id["id"]):
            assert caller.call("DELETE", f"/instances/{number}").status == 200
    finally:
        assert caller.call("DELETE", f"/elements/{own['id']}").status == 200
    assert CONFIGURATION["oauth.api.secret"] not in str(own)
