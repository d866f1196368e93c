"""A running hub and sandbox as child processes, and a caller that speaks HTTP to them."""

import asyncio
import json
import secrets
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest

from tests.conftest import CALLBACK, CONFIGURATION, Sim
from valence.assembly import open_services
from valence.cli.calls import Form
from valence.cli.children import LocalHub, running_hub
from valence.cli.visitor import consent
from valence.domain import CallerSecrets, Element, Role
from valence.instances.kinds import asks_owner
from valence.settings import Settings
from valence.storage import tenants
from valence.vault import Place


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Caller:
    """Speaks HTTP to a hub, as a client of the wire contract does."""

    hub: LocalHub
    sim: Sim
    token: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def authorization(self) -> str:
        secrets = self.hub.secrets
        value = f"User {secrets['userSecret']}, Organization {secrets['organizationSecret']}"
        return value + (f", Element {self.token}" if self.token else "")

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        authorization: str | None = "own",
        headers: dict[str, str] | None = None,
        at: str | None = None,
    ) -> Answer:
        kind = "application/json"
        if isinstance(body, Form):
            kind, raw = body.encoded()
        data = raw if raw is not None else (None if body is None else json.dumps(body).encode())
        request = urllib.request.Request((at or self.hub.api) + path, data=data, method=method)
        if authorization is not None:
            value = self.authorization if authorization == "own" else authorization
            request.add_header("Authorization", value)
        if data is not None:
            request.add_header("Content-Type", kind)
        for name, value in {**self.headers, **(headers or {})}.items():
            request.add_header(name, value)
        try:
            response = urllib.request.urlopen(request, timeout=30)
        except HTTPError as exc:
            response = exc
        with response:
            found = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status or 0, found, response.read().decode())

    def code(self, *, element: str = "infusionsoftrest", **choices: Any) -> str:
        query = urlencode({"apiKey": "sandbox-client", "callbackUrl": CALLBACK})
        url = self.call("GET", f"/elements/{element}/oauth/url?{query}").json["oauthUrl"]
        return consent(url, **choices)["code"]

    def body(self, code: str, **more: Any) -> dict[str, Any]:
        return {
            "element": {"key": "infusionsoftrest"},
            "providerData": {"code": code},
            "configuration": CONFIGURATION,
            "tags": ["Docs"],
            "name": "API Instance",
            **more,
        }

    def connected(self, **more: Any) -> "Caller":
        """Return a caller that holds the token of a fresh instance."""
        made = self.call("POST", "/instances", self.body(self.code(), **more))
        assert made.status == 200, made.text
        return Caller(self.hub, self.sim, made.json["token"])

    def connected_to(self, element: Element, **more: Any) -> "Caller":
        """Return a caller that holds the token of a fresh instance of any catalog element.

        It is one of the sandbox's account, configured as the definition says."""
        account = element.sandbox_account
        body = {"element": {"key": element.key}, "configuration": account, "name": element.name}
        if asks_owner(element, account):
            asked = {
                "apiKey": account["oauth.api.key"],
                "callbackUrl": account["oauth.callback.url"],
                "state": "sandbox",
            }
            path = f"/elements/{element.key}/oauth/url?{urlencode(asked)}"
            back = consent(self.call("GET", path).json["oauthUrl"])
            body["providerData"] = {"code": back["code"], "state": back["state"]}
        made = self.call("POST", "/instances", {**body, **more})
        assert made.status == 200, made.text
        return Caller(self.hub, self.sim, made.json["token"])


@pytest.fixture(scope="session")
def local_hub(sandbox_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHub]:
    """A hub of two workers with the sandbox as its vendors."""
    settings = {"VALENCE_WORKERS": "2", "VALENCE_SYNCHRONOUS": "normal"}
    with running_hub(
        tmp_path_factory.mktemp("hub"), sandbox_url=sandbox_url, settings=settings
    ) as hub:
        yield hub


async def _join(hub: LocalHub, role: Role, *, has_own_account: bool) -> dict[str, str]:
    """Add a user to the hub's organization, as its administrator will be able to."""
    async with open_services(Settings(data_dir=hub.data_dir)) as services:
        uid, secret = secrets.token_hex(16), secrets.token_urlsafe(32)
        me = await services.callers.authenticate(
            CallerSecrets(
                user=hub.secrets["userSecret"], organization=hub.secrets["organizationSecret"]
            )
        )
        sealed = await services.vault.seal(
            secret, organization_id=me.organization_id, place=Place("users", uid, "secret")
        )
        async with services.database.write() as connection:
            account_id = me.account_id
            if has_own_account:
                account_id = await tenants.add_account(
                    connection, me.organization_id, name=uid, now=1
                )
            await tenants.add_user(
                connection,
                {
                    "uid": uid,
                    "organization_id": me.organization_id,
                    "account_id": account_id,
                    "email": f"{uid}@valence.example",
                    "email_folded": f"{uid}@valence.example",
                    "first_name": "A",
                    "last_name": "B",
                    "role": role,
                    "password_hash": "!",
                    "secret_sealed": sealed,
                    "secret_hash": services.vault.lookup_hash("user secret", secret),
                    "is_active": True,
                    "created_ms": 1,
                },
            )
        return {
            "userSecret": secret,
            "organizationSecret": hub.secrets["organizationSecret"],
            "accountId": str(account_id),
        }


async def _found(hub: LocalHub) -> dict[str, str]:
    """Found another organization."""
    async with open_services(Settings(data_dir=hub.data_dir)) as services:
        made = await services.tenancy.bootstrap(
            email=f"{secrets.token_hex(8)}@other.example", password="Str0ng-enough!"
        )
        return {
            "userSecret": made.user_secret.reveal(),
            "organizationSecret": made.organization_secret.reveal(),
            "accountId": str(made.account_id),
        }


def _as(hub: LocalHub, sim: Sim, secrets_: dict[str, str]) -> Caller:
    return Caller(replace(hub, secrets=secrets_), sim)


@pytest.fixture
def plain_user(local_hub: LocalHub, sim: Sim) -> Caller:
    """A caller of the same account who is no administrator."""
    return _as(local_hub, sim, asyncio.run(_join(local_hub, Role.USER, has_own_account=False)))


@pytest.fixture
def sibling(local_hub: LocalHub, sim: Sim) -> Caller:
    """The administrator of another account of the same organization."""
    joined = asyncio.run(_join(local_hub, Role.ACCOUNT_ADMIN, has_own_account=True))
    return _as(local_hub, sim, joined)


@pytest.fixture
def stranger(local_hub: LocalHub, sim: Sim) -> Caller:
    """The administrator of another organization."""
    return _as(local_hub, sim, asyncio.run(_found(local_hub)))


@pytest.fixture
def caller(local_hub: LocalHub, sim: Sim) -> Caller:
    """A caller without an instance; the sandbox is as it starts."""
    return Caller(local_hub, sim)


@pytest.fixture
def connected(caller: Caller) -> Caller:
    """A caller that holds the token of a fresh instance."""
    return caller.connected()
