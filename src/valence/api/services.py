"""What the API is given by assembly."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from valence.activity import CallReader
from valence.common_resources import (
    CommonResources,
    Exchange,
    Mappings,
    Scopes,
    Snippets,
    SystemVdrs,
    Vdrs,
    Views,
)
from valence.domain import Clock
from valence.elements import ElementParts, Elements
from valence.gateway import Gateway
from valence.instances import Instances
from valence.settings import Settings
from valence.tenancy import Callers, Tenancy
from valence.workbench import Workbench


@dataclass(frozen=True, slots=True)
class ApiServices:
    """The services behind the routes.

    `sign` is a keyed hash for page tokens; `readiness` returns what is ready and what is not.
    """

    settings: Settings
    clock: Clock
    callers: Callers
    tenancy: Tenancy
    elements: Elements
    element_parts: ElementParts
    instances: Instances
    scopes: Scopes
    common_resources: CommonResources
    mappings: Mappings
    exchange: Exchange
    views: Views
    vdrs: Vdrs
    system_vdrs: SystemVdrs
    snippets: Snippets
    gateway: Gateway
    workbench: Workbench
    calls: CallReader
    sign: Callable[[str], bytes]
    readiness: Callable[[], Awaitable[dict[str, object]]]
