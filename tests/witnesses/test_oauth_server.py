"""The code flow against an authorization server that nobody here wrote."""

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests

from tests.conftest import CALLBACK, MovedClock
from valence.assembly import Services, open_services
from valence.cli.children import end, free_port, wait_for
from valence.domain import (
    CallerSecrets,
    Element,
    Instance,
    InvalidRequest,
    NeedsOwner,
    Principal,
)
from valence.elements import Catalog
from valence.gateway import ResourceRequest
from valence.instances import NewInstance, OAuthUrlRequest
from valence.settings import Settings

HERE = Path(__file__).parent
CLIENT = ("witness-client", "witness-secret")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the authorization server."""
    port = free_port()
    child = subprocess.Popen(
        [sys.executable, HERE / "oauth_server.py", str(port), tmp_path_factory.mktemp("server")]
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/state", child)
        yield f"http://127.0.0.1:{port}"
    finally:
        end(child)


class Tenant:
    """A hub with the server as the vendor of its one element."""

    def __init__(self, services: Services, principal: Principal, server: str) -> None:
        self.services = services
        self.principal = principal
        self.server = server

    @property
    def element(self) -> Element:
        return self.services.catalog.require("witness")

    async def url(self, **more: Any) -> str:
        request = OAuthUrlRequest(CLIENT[0], CALLBACK, **more)
        made = await self.services.instances.oauth_url(self.principal, self.element, request)
        return made.url

    async def create(self, back: dict[str, str]) -> Instance:
        configuration = {
            "oauth.api.key": CLIENT[0],
            "oauth.api.secret": CLIENT[1],
            "oauth.callback.url": CALLBACK,
        }
        request = NewInstance(
            self.element, "Witness", provider_data=back, configuration=configuration
        )
        return (await self.services.instances.create(self.principal, request)).instance

    async def instance(self, **more: Any) -> Instance:
        url = await self.url(**more)
        return await self.create(await asyncio.to_thread(consent, url))

    async def contacts(self, instance: Instance) -> bytes:
        request = ResourceRequest(CallerSecrets(), "GET", "/contacts")
        answer = await self.services.gateway.handle_as(self.principal, instance, request)
        return answer.body

    def state(self) -> dict[str, int]:
        found: dict[str, int] = requests.get(f"{self.server}/state", timeout=5).json()
        return found


@pytest.fixture
async def tenant(server: str, tmp_path: Path) -> AsyncIterator[Tenant]:
    """A hub on SQLite."""
    folder = tmp_path / "elements"
    folder.mkdir()
    definition = (HERE / "witness.yaml").read_text().replace("{server}", server)
    (folder / "witness.yaml").write_text(definition)
    settings = Settings(data_dir=tmp_path, outbound_allow_loopback=True, synchronous="normal")
    async with open_services(
        settings, clock=MovedClock(), catalog=Catalog.load(folder=folder)
    ) as services:
        made = await services.tenancy.bootstrap(email="a@b.example", password="Str0ng-one!")
        secrets = CallerSecrets(
            user=made.user_secret.reveal(), organization=made.organization_secret.reveal()
        )
        yield Tenant(services, await services.callers.authenticate(secrets), server)


def consent(url: str, *, allow: bool = True) -> dict[str, str]:
    """Sign in and decide, as the owner's browser does; return the parameters of the way back."""
    with requests.Session() as browser:
        page = browser.get(url, allow_redirects=False, timeout=10)
        while True:
            if page.is_redirect:
                target = urljoin(page.url, page.headers["Location"])
                if target.startswith(CALLBACK):
                    query = parse_qs(urlsplit(target).query)
                    return {name: values[0] for name, values in query.items()}
                page = browser.get(target, allow_redirects=False, timeout=10)
            elif 'name="password"' in page.text:
                page = submit(browser, page, {"username": "owner", "password": "owner"})
            else:
                page.raise_for_status()
                page = submit(browser, page, {"allow": "Authorize"} if allow else {})


def submit(
    browser: requests.Session, page: requests.Response, typed: dict[str, str]
) -> requests.Response:
    """Fill in the form of a page."""
    hidden = {}
    for one in re.findall(r"<input[^>]*>", page.text):
        name, value = (re.search(rf'{word}="([^"]*)"', one) for word in ("name", "value"))
        if 'type="hidden"' in one and name:
            hidden[name[1]] = unescape(value[1]) if value else ""
    return browser.post(page.url, data={**hidden, **typed}, allow_redirects=False, timeout=10)


@pytest.mark.parametrize("is_bound", [False, True], ids=["default state", "bound state"])
async def test_consent_exchange_and_call(is_bound: bool, tenant: Tenant) -> None:
    """PKCE is sent because the element says so; the server refuses a flow without it."""
    instance = await tenant.instance(is_bound=is_bound)
    assert b'"id":2' in await tenant.contacts(instance)
    without = await tenant.url(wants_pkce=False)
    assert "code_challenge" not in without
    refused = await asyncio.to_thread(consent, without)
    assert (refused["error"], "code" in refused) == ("invalid_request", False)


async def test_flows_that_cannot_be_told_apart_share_a_verifier(tenant: Tenant) -> None:
    """Two owners at once, one client and callback, no bound state: both codes are redeemed."""
    urls = [await tenant.url() for _ in range(2)]
    ways_back = [await asyncio.to_thread(consent, url) for url in urls]
    assert len({back["code"] for back in ways_back}) == 2
    for back in reversed(ways_back):
        await tenant.contacts(await tenant.create(back))
    bound = [await tenant.url(is_bound=True) for _ in range(2)]
    assert parse_qs(bound[0])["code_challenge"] != parse_qs(bound[1])["code_challenge"]


async def test_a_code_cannot_be_bought_without_its_verifier(tenant: Tenant) -> None:
    """The server's word for it reaches the caller, and nothing is stored."""
    back = await asyncio.to_thread(consent, await tenant.url(is_bound=True))
    del back["state"]
    with pytest.raises(InvalidRequest) as refused:
        await tenant.create(back)
    assert refused.value.provider_message == "invalid_request: Code verifier required."
    assert await tenant.services.instances.search(tenant.principal) == []


async def test_a_denial_comes_back_as_an_error(tenant: Tenant) -> None:
    """As RFC 6749 says; creating with it is refused in words for the owner."""
    back = await asyncio.to_thread(consent, await tenant.url(), allow=False)
    assert back["error"] == "access_denied"
    with pytest.raises(InvalidRequest) as refused:
        await tenant.create(back)
    assert refused.value.code == "authorization-denied"


async def test_rotation_is_survived_by_many_callers(tenant: Tenant) -> None:
    """Forty calls on a refused token cost one refresh; the server ends a grant that is reused."""
    instance = await tenant.instance()
    for _ in range(3):
        before = tenant.state()["rotated"]
        requests.get(f"{tenant.server}/end-access-tokens", timeout=5)
        await asyncio.gather(*(tenant.contacts(instance) for _ in range(40)))
        assert tenant.state()["rotated"] == before + 1


async def test_deleting_revokes_at_the_server(tenant: Tenant) -> None:
    """The refresh token is dead there, not only forgotten here."""
    instance = await tenant.instance()
    before = tenant.state()["refresh"]
    await tenant.services.instances.delete(tenant.principal, instance.id)
    assert tenant.state()["refresh"] == before - 1


async def test_a_grant_revoked_there_needs_its_owner_here(tenant: Tenant) -> None:
    """The server's invalid_grant is believed, and a new consent brings the instance back."""
    instance = await tenant.instance()
    tokens = await _tokens(tenant, instance)
    revoked = requests.post(
        f"{tenant.server}/o/revoke_token/", data={"token": tokens}, auth=CLIENT, timeout=5
    )
    assert revoked.status_code == 200
    requests.get(f"{tenant.server}/end-access-tokens", timeout=5)
    with pytest.raises(NeedsOwner):
        await tenant.contacts(instance)


async def _tokens(tenant: Tenant, instance: Instance) -> str:
    """Return the instance's refresh token, read as the refresher does."""
    services = tenant.services
    from valence.instances.seals import InstanceSeals
    from valence.storage import credentials

    async with services.database.read() as connection:
        row = await credentials.read(connection, instance.id)
    assert row is not None
    opened = await InstanceSeals(services.vault).open_tokens(
        row.sealed, organization_id=instance.organization_id, uid=instance.uid
    )
    assert opened.refresh_token is not None
    return opened.refresh_token.reveal()
