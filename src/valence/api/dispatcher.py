"""Hub traffic goes to the gateway past the framework; everything else to the management
application.

Which first segments are the platform's is read from the management router at start.
`/hubs/crm/contacts` is a resource, `/hubs`, `/hubs/keys` and, without an Element token,
`/hubs/crm` and `/hubs/crm/elements` are the platform's."""

from valence.api.front import Asgi, Receive, Scope, Send

_PREFIX = b"/elements/api-v2/"


class Dispatcher:
    """Sends each request to its side."""

    def __init__(
        self, *, management: Asgi, gateway: Asgi, console: Asgi, nouns: frozenset[bytes]
    ) -> None:
        self._management = management
        self._gateway = gateway
        self._console = console
        self._nouns = nouns

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request on the side it belongs to."""
        if scope["type"] == "http":
            raw: bytes = scope["raw_path"]  # still percent-encoded, without the query
            if raw.startswith(_PREFIX):
                if self._is_resource(raw[len(_PREFIX) :], scope):
                    await self._gateway(scope, receive, send)
                    return
            elif raw == b"/" or raw.startswith((b"/console", b"/elements/jsp/")):
                await self._console(scope, receive, send)
                return
        await self._management(scope, receive, send)

    def _is_resource(self, path: bytes, scope: Scope) -> bool:
        first, _, rest = path.partition(b"/")
        if first == b"models":  # an element may have models too; only the generators are ours
            return not rest.endswith((b"/schema", b"/csv"))
        if first != b"hubs":
            return first not in self._nouns
        if not rest:
            return False
        if _has_element_token(scope):
            return rest != b"keys"
        return b"/" in rest and rest.partition(b"/")[2] != b"elements"


def _has_element_token(scope: Scope) -> bool:
    for name, value in scope["headers"]:
        if name == b"authorization":
            lowered = value.lower()
            return b"element " in lowered or b"token " in lowered
    return False
