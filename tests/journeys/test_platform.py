"""The platform's own manners: headers, order of checks, odd input, two workers."""

import json
import re
import socket
import time
from urllib.parse import urlsplit

import pytest

from tests.journeys.conftest import Caller
from valence.api import platform_nouns
from valence.api.access import FLUSH_SECONDS
from valence.elements import Catalog


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (None, 401),
        ("", 401),
        ("nonsense", 401),
        ("User x, Organization y", 401),
        ("User x, User y", 401),
        ("Organization o, UserId 7", 401),
        ("Bearer x", 401),
    ],
)
@pytest.mark.parametrize(
    "path", ["/elements", "/instances", "/hubs/crm/contacts", "/nothing", "/formulas"]
)
def test_who_does_not_say_who_he_is_gets_401(
    authorization: str | None, status: int, path: str, caller: Caller
) -> None:
    """On every path, known or not, with the exposed headers for browsers."""
    answer = caller.call("GET", path, authorization=authorization, headers={"Origin": "https://x"})
    assert answer.status == status
    assert "Elements-Request-Id" in answer.headers["access-control-expose-headers"]


def test_the_parts_of_the_header_stand_in_any_order(connected: Caller) -> None:
    """`Token` is an old word for `Element`; the organization may be left out with it."""
    secrets = connected.hub.secrets
    user, organization = secrets["userSecret"], secrets["organizationSecret"]
    for value in (
        f"Element {connected.token}, Organization {organization}, User {user}",
        f"user {user},token {connected.token}",
    ):
        assert connected.call("GET", "/contacts", authorization=value).status == 200
    no_element = connected.call(
        "GET", "/hubs/crm/contacts", authorization=f"User {user}, Organization {organization}"
    )
    assert no_element.status == 401


@pytest.mark.parametrize("path", ["/instances/", "/elements/infusionsoftrest/", "/elements/keys/"])
def test_a_trailing_slash_changes_nothing(path: str, caller: Caller) -> None:
    """No redirect, the same answer."""
    assert caller.call("GET", path).status == caller.call("GET", path.rstrip("/")).status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/instances/999999999999", 404),
        ("GET", "/instances/99999999999999999999999999", 404),
        ("GET", "/instances/-1", 404),
        ("GET", "/instances/x", 404),
        ("GET", "/elements/0", 404),
        ("GET", "/elements/nothing", 404),
        ("GET", "/elements/99999999999999999999999", 404),
        ("GET", "/formulas/1", 404),
        ("GET", "/jobs", 404),
        ("POST", "/elements", 400),
        ("PUT", "/instances", 400),
        ("GET", "/instances?pageSize=0", 400),
        ("GET", "/instances?nextPage=zzz", 400),
        ("GET", "/elements?where=nonsense", 400),
        ("GET", "/elements?where=private%3D'true'", 404),
        ("GET", "/hubs/nothing", 404),
    ],
)
def test_odd_addresses_get_clear_answers(
    method: str, path: str, status: int, caller: Caller
) -> None:
    """Never a 500."""
    answer = caller.call(method, path)
    assert answer.status == status
    assert re.fullmatch(r"[0-9a-f]{24}", answer.json["requestId"])


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b'{"name": 7}',
        b'{"name": "x", "element": "infusionsoftrest"}',
        b'{"name": "x", "element": {"key": 5}}',
        b'{"name": "x", "element": {"key": "infusionsoftrest"}, "tags": "x"}',
        b'{"name": "x", "element": {"key": "infusionsoftrest"}, "tags": [1]}',
        b'{"name": "x", "element": {"key": "infusionsoftrest"}, "configuration": []}',
        b'{"name": "x", "element": {"key": "infusionsoftrest"}, "providerData": "c"}',
        b'{"name": "a\\u0000b", "element": {"key": "infusionsoftrest"}}',
        b'{"name": "\\ud800", "element": {"key": "infusionsoftrest"}}',
        b'{"element": {"key": "infusionsoftrest"}, "name": null}',
        b"[" * 5000,
        b'{"a":' * 3000 + b"1" + b"}" * 3000,
    ],
)
@pytest.mark.parametrize(
    "path", ["/instances", "/authentication", "/elements/infusionsoftrest/oauth/url"]
)
def test_bodies_of_the_wrong_type_are_refused(raw: bytes, path: str, caller: Caller) -> None:
    """400 everywhere a body goes in, and nothing is created."""
    answer = caller.call("POST", path, raw=raw)
    assert answer.status == 400, answer.text


def test_a_preflight_needs_no_secret(caller: Caller) -> None:
    """And never allows credentials."""
    answer = caller.call(
        "OPTIONS",
        "/hubs/crm/contacts",
        authorization=None,
        headers={"Origin": "https://app.example", "Access-Control-Request-Method": "GET"},
    )
    assert answer.status == 200
    assert "GET" in answer.headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("valence.localhost:99", 200),
        ("127.0.0.1", 200),
        ("[::1]:8", 200),
        ("evil.example", 400),
    ],
)
def test_foreign_host_names_reach_nothing(host: str, status: int, caller: Caller) -> None:
    """DNS rebinding ends here; any *.localhost is accepted."""
    assert caller.call("GET", "/health", at=caller.hub.url, headers={"Host": host}).status == status


def test_health_and_readiness(caller: Caller) -> None:
    """Alive, and ready with both workers."""
    assert (
        caller.call("GET", "/health", at=caller.hub.url, authorization=None).json["status"]
        == "alive"
    )
    ready = caller.call("GET", "/ready", at=caller.hub.url, authorization=None).json
    assert ready == {
        "status": "ready",
        "database": "ready",
        "keyring": "ready",
        "workers": {"expected": 2, "alive": 2},
    }


def test_old_server_root_pages(caller: Caller) -> None:
    """The sign-in page must not be framed, the API reference may."""
    login = caller.call("GET", "/elements/jsp/login.jsp", at=caller.hub.url, authorization=None)
    assert login.headers["x-frame-options"] == "DENY"
    docs = caller.call("GET", "/elements/api-docs", at=caller.hub.url, authorization=None)
    assert "x-frame-options" not in docs.headers
    assert "/instances" in docs.text


def test_a_head_request_is_a_get_without_its_body(caller: Caller) -> None:
    """On the management side and on the gateway's."""
    assert caller.call("HEAD", "/elements").text == ""
    assert caller.call("HEAD", "/hubs/crm/contacts").status == 401


def test_a_body_too_large_is_413(caller: Caller) -> None:
    """Answered to a client that still sends, and to one that waits before it does."""
    too_large = 17 * 1024 * 1024
    assert caller.call("POST", "/instances", raw=b" " * too_large).status == 413
    form = b"multipart/form-data; boundary=x"
    address = urlsplit(caller.hub.url)
    for path, kind, size, status in (
        (b"instances", b"application/json", too_large, 413),
        (b"files", form, too_large, 401),  # the files of a form are not held
        (b"files", form, 257 * 1024 * 1024, 413),
    ):
        with socket.create_connection((address.hostname or "", address.port or 0), 10) as client:
            client.sendall(
                b"POST /elements/api-v2/%b HTTP/1.1\r\nHost: localhost\r\nContent-Type: %b\r\n"
                b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % (path, kind, size)
            )
            assert client.recv(4096).startswith(b"HTTP/1.1 %d" % status)


def test_elements_are_shown_in_full_and_abridged(caller: Caller) -> None:
    """No null, no secret default, keys and ids alike."""
    full = caller.call("GET", "/elements/infusionsoftrest").json
    assert (
        full
        == caller.call("GET", "/elements/11748").json
        == caller.call("GET", "/elements/INFUSIONSOFTREST").json
    )
    assert None not in full.values()
    assert full["private"] is False
    assert {"configuration", "resources", "parameters", "hooks"} <= set(full)
    assert all(None not in entry.values() for entry in full["configuration"])
    (abridged,) = caller.call("GET", "/elements?where=key%3D'infusionsoftrest'&abridged=true").json
    assert "configuration" not in abridged
    keys = caller.call("GET", "/elements/keys").json
    assert "infusionsoftrest" in keys
    assert len(keys) == len(set(keys)) == len(Catalog.load().all())
    configuration = caller.call("GET", "/elements/infusionsoftrest/configuration").json
    assert isinstance(configuration["configuration"], list)


def test_hubs_and_the_own_organization(caller: Caller) -> None:
    """Small platform resources that clients look at."""
    assert "crm" in caller.call("GET", "/hubs/keys").json
    assert caller.call("GET", "/hubs/crm").json["key"] == "crm"
    assert "infusionsoftrest" in [
        one["key"] for one in caller.call("GET", "/hubs/crm/elements").json
    ]
    me = caller.call("GET", "/organizations/me").json
    assert me["secret"] == caller.hub.secrets["organizationSecret"]


def test_the_platforms_nouns_are_known() -> None:
    """What the dispatcher keeps from the gateway, read from the routers."""
    assert platform_nouns() == frozenset(
        noun.encode()
        for noun in [
            "accounts",
            "applications",
            "audit-logs",
            "authentication",
            "common-resources",
            "customers",
            "docs",
            "elements",
            "formulas",
            "hubs",
            "instances",
            "integrations",
            "jobs",
            "models",
            "metrics",
            "models",
            "notifications",
            "organizations",
            "transformations",
            "usage",
            "vdrs",
        ]
    )


def test_no_secret_is_in_the_log(connected: Caller) -> None:
    """After all that was sent, refused and refreshed."""
    query = "apiKey=k&apiSecret=s3cret-in-query&callbackUrl=https://x.example"
    connected.call("GET", f"/elements/infusionsoftrest/oauth/url?{query}")
    time.sleep(4 * FLUSH_SECONDS)  # access lines are written a few at a time
    log = (connected.hub.data_dir / "hub.log").read_text()
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    paths = {line["path"] for line in lines if line["event"] == "request"}
    assert "/elements/api-v2/elements/infusionsoftrest/oauth/url" in paths
    secrets = [*map(str, connected.hub.secrets.values()), str(connected.token), "sandbox-secret"]
    assert not [secret for secret in [*secrets[3:], "s3cret-in-query"] if secret in log]
