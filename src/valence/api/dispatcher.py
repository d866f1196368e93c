"""Hub traffic goes to the gateway past the framework; everything else to the management
application.

Which first segments are the platform's is read from the management router at start.
`/hubs/crm/contacts` is a resource, `/hubs`, `/hubs/keys` and, without an Element token,
`/hubs/crm` and `/hubs/crm/elements` are the platform's.

Some names are both: with an Element token whose element declares it, `/accounts` is the element's
resource, else the platform's. Source: the wire contract on routing precedence."""

import re
from collections.abc import Awaitable, Callable

from valence.api.front import Asgi, Receive, Scope, Send
from valence.domain import CallerSecrets, parse_authorization

_PREFIX = b"/elements/api-v2/"

ALWAYS_PLATFORM = frozenset(
    {
        *(b"authentication", b"elements", b"instances", b"formulas", b"organizations"),
        *(b"notifications", b"usage", b"hubs", b"docs", b"jobs", b"customers"),
        *(b"common-resources", b"transformations", b"vdrs", b"models", b"bulkloader"),
    }
)
"""Names that keep their platform meaning even with an Element token."""

# Clients keep the token in their default headers while they administer the platform.
_PLATFORM_BELOW = re.compile(
    rb"(accounts/objects|accounts/[^/]+/(objects|elements|users)|users/[^/]+/roles)(/|\Z)"
)


class Dispatcher:
    """Sends each request to its side."""

    def __init__(
        self,
        *,
        management: Asgi,
        gateway: Asgi,
        console: Asgi,
        nouns: frozenset[bytes],
        declares: Callable[[CallerSecrets, str], Awaitable[bool]],
    ) -> None:
        self._management = management
        self._gateway = gateway
        self._console = console
        self._nouns = nouns
        self._declares = declares

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request on the side it belongs to."""
        if scope["type"] == "http":
            raw: bytes = scope["raw_path"]  # still percent-encoded, without the query
            if raw.startswith(_PREFIX):
                path = raw[len(_PREFIX) :]
                first = path.partition(b"/")[0]
                if first not in self._nouns or await self._is_resource(path, first, scope):
                    await self._gateway(scope, receive, send)
                    return
            elif raw == b"/" or raw.startswith((b"/console", b"/elements/jsp/")):
                await self._console(scope, receive, send)
                return
        await self._management(scope, receive, send)

    async def _is_resource(self, path: bytes, first: bytes, scope: Scope) -> bool:
        """Tell whether a path that begins with a platform noun is a resource after all."""
        if first == b"hubs":
            rest = path.partition(b"/")[2]
            if not rest:
                return False
            if _has_element_token(scope):
                return rest != b"keys"
            return b"/" in rest and rest.partition(b"/")[2] != b"elements"
        if first in ALWAYS_PLATFORM or _PLATFORM_BELOW.match(path):
            return False
        if not _has_element_token(scope):
            return False
        return await self._declares(_secrets(scope), path.decode("latin-1"))


def _has_element_token(scope: Scope) -> bool:
    for name, value in scope["headers"]:
        if name == b"authorization":
            lowered = value.lower()
            return b"element " in lowered or b"token " in lowered
    return False


def _secrets(scope: Scope) -> CallerSecrets:
    headers: dict[bytes, bytes] = dict(scope["headers"])
    return parse_authorization(headers[b"authorization"].decode("latin-1"))
