"""What the console is given by assembly."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from valence.activity import CallReader, HealthReader
from valence.common_resources import (
    CommonResources,
    Exchange,
    Inventory,
    Layers,
    Mappings,
    Scopes,
    SystemVdrs,
    Views,
)
from valence.domain import Clock, Element, Instance, Principal
from valence.elements import ElementParts, Elements
from valence.gateway import Gateway
from valence.instances import Credentials, Instances
from valence.settings import Settings
from valence.tenancy import OAuthApps, OperatorApps, Tenancy
from valence.workbench import Workbench


@dataclass(frozen=True, slots=True)
class ConsoleServices:
    """The services behind the pages; `platform_document` makes the platform API in OpenAPI 3.1."""

    settings: Settings
    clock: Clock
    tenancy: Tenancy
    oauth_apps: OAuthApps
    operator_apps: OperatorApps
    elements: Elements
    element_parts: ElementParts
    instances: Instances
    credentials: Credentials
    scopes: Scopes
    common_resources: CommonResources
    inventory: Inventory
    mappings: Mappings
    exchange: Exchange
    views: Views
    system_vdrs: SystemVdrs
    gateway: Gateway
    workbench: Workbench
    layers: Layers
    calls: CallReader
    health: HealthReader
    platform_document: Callable[[], Mapping[str, Any]]

    async def element(self, principal: Principal, reference: str) -> Element:
        """Return the element that an address or a form of the console names by its `reference`.

        Raises:
            NotFound, Forbidden: there is none that this caller sees.
        """
        if not reference.isdecimal():
            system = await self.elements.catalog_element(principal, reference)
            if system is not None:
                return system
        return await self.elements.require(principal, reference)

    async def elements_of(
        self, principal: Principal, instances: Sequence[Instance]
    ) -> dict[int, Element | None]:
        """Return the elements of instances, by id of the element."""
        ids = {instance.element_id for instance in instances}
        return {one: await self.elements.find(principal.account_id, one) for one in ids}

    @property
    def callback_url(self) -> str:
        """The address to which vendors send browsers back."""
        return f"{self.settings.effective_public_url}/console/oauth/callback"


def reference(element: Element) -> str:
    """Return how the console's addresses and forms name an element, without any doubt.

    The key of the catalog's; the id of an account's own, whose key may be that of another.
    """
    return str(element.id) if element.is_private else element.key
