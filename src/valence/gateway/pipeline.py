"""The walk of one call: read `Gateway.handle`, then the stages in the order it names them."""

from collections.abc import Callable

from valence.domain import Clock, Instance, Principal, Secret
from valence.egress import Egress
from valence.elements import Elements
from valence.gateway.build import Builder
from valence.gateway.decode import decode, vendor_error
from valence.gateway.match import Matcher
from valence.gateway.resolve import Resolver, require_enabled
from valence.gateway.respond import Responder
from valence.gateway.send import Sender
from valence.gateway.universal import answer
from valence.gateway.values import Resolved, ResourceRequest, ResourceResponse
from valence.instances import Credentials, Instances
from valence.tenancy import Callers


class Gateway:
    """Serves calls of resources.

    Args:
        sign: a keyed hash for next-page tokens, 32 bytes.
    """

    def __init__(
        self,
        callers: Callers,
        instances: Instances,
        credentials: Credentials,
        elements: Elements,
        egress: Egress,
        *,
        sign: Callable[[str], bytes],
        clock: Clock,
        vendor_timeout_seconds: float,
    ) -> None:
        self._clock = clock
        self._resolver = Resolver(callers, instances, elements)
        self._matcher = Matcher()
        self._builder = Builder(sign, clock=clock)
        self._sender = Sender(egress, credentials, timeout_seconds=vendor_timeout_seconds)
        self._responder = Responder(sign, clock=clock)

    async def handle(self, request: ResourceRequest) -> ResourceResponse:
        """Serve one call. Raises ValenceError."""
        return await self._serve(request, await self._resolver.resolve(request.secrets))

    async def handle_as(
        self, principal: Principal, instance: Instance, request: ResourceRequest
    ) -> ResourceResponse:
        """Serve one call for a caller who is known already, such as a console user.

        Raises:
            ValenceError: as `handle`.
        """
        return await self._serve(request, await self._resolver.known(principal, instance))

    async def _serve(self, request: ResourceRequest, resolved: Resolved) -> ResourceResponse:
        universal = answer(request, resolved, clock=self._clock)
        if universal is not None:
            return universal
        require_enabled(resolved)
        matched = self._matcher.match(resolved.element, request.method, request.path)
        vendor_request = self._builder.build(request, resolved, matched)
        response = await self._sender.send(vendor_request, resolved)
        if not 200 <= response.status < 300:
            raise vendor_error(response, resolved.element, _secrets_of(resolved))
        decoded = decode(response, matched.operation)
        return self._responder.respond(decoded, vendor_request, resolved)


def _secrets_of(resolved: Resolved) -> list[str]:
    values = resolved.instance.configuration.values()
    return [value.reveal() for value in values if isinstance(value, Secret)]
