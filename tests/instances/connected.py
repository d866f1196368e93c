"""A hub whose only element is the test's, and what the tests of all kinds do with it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tests.conftest import MovedClock
from tests.instances.vendor import CALLBACK, CLIENT_ID, CLIENT_SECRET
from valence.assembly import Services, open_services
from valence.domain import CallerSecrets, Element, Instance, Principal
from valence.elements import Catalog, compile_element
from valence.gateway import ResourceRequest
from valence.instances import NewInstance, OAuthUrlRequest
from valence.settings import Settings

CLIENT = {
    "oauth.api.key": CLIENT_ID,
    "oauth.api.secret": CLIENT_SECRET,
    "oauth.callback.url": CALLBACK,
}
ME: dict[str, Any] = {
    "method": "GET",
    "path": "/me",
    "vendorMethod": "GET",
    "vendorPath": "/me",
    "type": "api",
    "kind": "eb",
}
CHECK = {**ME, "path": "/check", "type": "provisionAuthValidation"}


def element_of(
    kind: str,
    defaults: Mapping[str, str],
    *,
    asks: tuple[str, ...] = (),
    resources: tuple[dict[str, Any], ...] = (ME,),
    said: Mapping[str, Any] | None = None,
    **more: Any,
) -> Element:
    """Return an element; `asks` are the entries that the one who connects fills in."""
    secret = ("secret", "password", "token", "private", "Key")
    entries = [
        {
            "key": key,
            "name": key,
            "description": "-",
            "internal": key in defaults,
            **({"defaultValue": defaults[key]} if key in defaults else {}),
            **({"type": "PASSWORD"} if key.endswith(secret) and key not in defaults else {}),
        }
        for key in (*asks, *defaults)
    ]
    document = {
        "id": 79,
        "key": "kinds",
        "name": "Kinds",
        "description": "-",
        "hub": "crm",
        "active": True,
        "authentication": {"type": kind},
        "configuration": entries,
        "resources": list(resources),
        "x-valence": dict(said or {}),
        **more,
    }
    return compile_element(document)


@dataclass
class Connected:
    """A hub, a tenant and an element."""

    services: Services
    principal: Principal
    secrets: CallerSecrets
    element: Element
    clock: MovedClock

    async def url(self, **values: Any) -> str:
        """Return where the owner consents."""
        request = OAuthUrlRequest(**{"api_key": CLIENT_ID, "callback_url": CALLBACK, **values})
        made = await self.services.instances.oauth_url(self.principal, self.element, request)
        return made.url

    async def create(
        self,
        configuration: Mapping[str, str],
        provider_data: Mapping[str, str] | None = None,
        *,
        external: str = "none",
    ) -> Instance:
        """Create an instance."""
        request = NewInstance(
            self.element,
            "Mine",
            provider_data=provider_data or {},
            configuration=configuration,
            external_authentication=external,
        )
        return (await self.services.instances.create(self.principal, request)).instance

    async def call(self, instance: Instance, path: str = "/hubs/crm/me") -> Any:
        """Call the vendor through the hub, as a program does."""
        secrets = CallerSecrets(
            user=self.secrets.user,
            organization=self.secrets.organization,
            element=instance.token.reveal(),
        )
        request = ResourceRequest(secrets, "GET", path)
        return orjson.loads((await self.services.gateway.handle(request)).body)

    async def at_once(self, instance: Instance, times: int) -> list[Any]:
        """Call several times at once."""
        calls = (self.call(instance) for _ in range(times))
        return await asyncio.gather(*calls, return_exceptions=True)


@contextlib.asynccontextmanager
async def connected(
    element: Element, data_dir: Path, *, of: Connected | None = None, **settings: Any
) -> AsyncIterator[Connected]:
    """Open a hub with one element; `of` another one, whose tenant it shares."""
    clock = MovedClock()
    given = {"outbound_allow_loopback": True, "synchronous": "normal", **settings}
    async with open_services(
        Settings(data_dir=data_dir, **given), catalog=Catalog((element,)), clock=clock
    ) as services:
        if of is not None:
            yield Connected(services, of.principal, of.secrets, element, clock)
            return
        made = await services.tenancy.bootstrap(email="a@b.example", password="Str0ng-one!")
        secrets = CallerSecrets(
            user=made.user_secret.reveal(), organization=made.organization_secret.reveal()
        )
        principal = await services.callers.authenticate(secrets)
        yield Connected(services, principal, secrets, element, clock)
