"""The routes of OAuth: what they take and what they answer."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.instances.connected import CLIENT, Connected, connected
from tests.instances.test_operator_apps import of, registered
from tests.instances.vendor import CALLBACK, CLIENT_ID, CLIENT_SECRET, Vendor, serving
from valence.api import AccessLog, ApiServices, create_api


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    async with serving(Vendor()) as made:
        yield made


async def ask(hub: Connected, method: str, path: str, body: object = None, **query: str) -> Any:
    """Call a route of the hub as a program does; return status and answer."""
    given = hub.services

    async def readiness() -> dict[str, object]:
        return {}

    async def console(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("no route of the console is asked for")

    services = ApiServices(
        settings=given.settings,
        clock=given.clock,
        callers=given.callers,
        tenancy=given.tenancy,
        elements=given.elements,
        element_parts=given.element_parts,
        instances=given.instances,
        scopes=given.scopes,
        common_resources=given.common_resources,
        mappings=given.mappings,
        exchange=given.exchange,
        views=given.views,
        vdrs=given.vdrs,
        system_vdrs=given.system_vdrs,
        snippets=given.snippets,
        gateway=given.gateway,
        workbench=given.workbench,
        calls=given.calls,
        sign=lambda text: b"s" * 32,
        readiness=readiness,
    )
    access = AccessLog(clock=given.clock, is_json=True, is_silent=True)
    app = create_api(services, console=console, access=access)
    secrets = f"User {hub.secrets.user}, Organization {hub.secrets.organization}"
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": f"/elements/api-v2{path}",
        "raw_path": f"/elements/api-v2{path}".encode(),
        "query_string": urlencode(query).encode(),
        "root_path": "",
        "headers": [
            (b"host", b"localhost"),
            (b"authorization", secrets.encode()),
            (b"content-type", b"application/json"),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
        "state": {},
    }
    content = b"" if body is None else json.dumps(body).encode()
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    answer = b"".join(part.get("body", b"") for part in sent)
    return sent[0]["status"], json.loads(answer)


async def test_the_default_address_needs_no_client(vendor: Vendor, tmp_path: Path) -> None:
    """It names the operator's, and always has `configuration`; without one it is a 400."""
    async with connected(of(vendor), tmp_path) as hub:
        path = "/elements/kinds/oauth/url/default"
        status, said = await ask(hub, "GET", path)
        assert (status, said["code"]) == (400, "no-default-app")
        await registered(hub)
        status, said = await ask(hub, "GET", "/elements/79/oauth/url/default", state="mine")
        assert (status, said["element"], said["configuration"]) == (200, "kinds", {})
        query = parse_qs(urlsplit(said["oauthUrl"]).query)
        assert (query["client_id"], query["state"]) == ([CLIENT_ID], ["mine"])
        assert query["redirect_uri"] == [CALLBACK]
        assert CLIENT_SECRET not in json.dumps(said)
        status, said = await ask(hub, "GET", path, callbackUrl="https://evil.example/")
        assert (status, said["code"]) == (400, "callback-not-registered")
        status, made = await ask(
            hub,
            "POST",
            "/elements/kinds/instances",
            {"name": "Mine", "providerData": {"code": vendor.code()}},
        )
        assert status == 200, made
        assert not {"oauth.api.key", "oauth.api.secret"} & set(made["configuration"])


async def test_oauth1_from_token_to_instance(vendor: Vendor, tmp_path: Path) -> None:
    """The three steps of a program, over its routes."""
    vendor.calls_by = "oauth1"
    async with connected(of(vendor, "oauth1"), tmp_path) as hub:
        client = {"apiKey": CLIENT_ID, "apiSecret": CLIENT_SECRET, "callbackUrl": CALLBACK}
        status, token = await ask(hub, "GET", "/elements/kinds/oauth/token", **client)
        assert (status, sorted(token)) == (200, ["secret", "token"])
        for method, body, query in [
            ("GET", None, {**client, "requestToken": token["token"]}),
            ("POST", {**client, "requestToken": token["token"]}, {}),
        ]:
            status, said = await ask(hub, method, "/elements/kinds/oauth/url", body, **query)
            assert status == 200
            assert parse_qs(urlsplit(said["oauthUrl"]).query) == {"oauth_token": [token["token"]]}
        brought = {"oauth_token": token["token"], "oauth_verifier": "v-1"}
        wish = {
            "name": "Mine",
            "providerData": {**brought, "secret": token["secret"]},
            "configuration": CLIENT,
        }
        status, made = await ask(hub, "POST", "/elements/kinds/instances", wish)
        assert status == 200, made
        assert token["secret"] not in json.dumps(made)
        again = {"providerData": wish["providerData"], "name": "Renamed"}
        status, changed = await ask(hub, "PATCH", f"/instances/{made['id']}", again)
        assert (status, changed["name"]) == (200, "Renamed")


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("token", {}, "missing-parameter"),
        ("token", {"apiKey": CLIENT_ID, "callbackUrl": CALLBACK}, "missing-parameter"),
        (
            "token",
            {"apiKey": "unknown", "apiSecret": "x", "callbackUrl": CALLBACK},
            "client-refused",
        ),
        ("url", {"apiKey": CLIENT_ID, "callbackUrl": CALLBACK}, "missing-parameter"),
    ],
)
async def test_what_is_missing_is_said(
    path: str, query: dict[str, str], code: str, vendor: Vendor, tmp_path: Path
) -> None:
    """A 400 that names it."""
    vendor.calls_by = "oauth1"
    async with connected(of(vendor, "oauth1"), tmp_path) as hub:
        status, said = await ask(hub, "GET", f"/elements/kinds/oauth/{path}", **query)
        assert (status, said["code"]) == (400, code)


async def test_a_request_token_is_of_oauth1(vendor: Vendor, tmp_path: Path) -> None:
    """Other elements have none."""
    async with connected(of(vendor), tmp_path) as hub:
        client = {"apiKey": CLIENT_ID, "apiSecret": CLIENT_SECRET, "callbackUrl": CALLBACK}
        status, said = await ask(hub, "GET", "/elements/kinds/oauth/token", **client)
        assert (status, said["code"]) == (400, "invalid-request")
        assert vendor.calls == []
