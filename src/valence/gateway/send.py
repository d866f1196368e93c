"""The vendor request onto the wire, authenticated; a refused token is renewed once and tried
again.
"""

import hashlib

from valence.domain import DefinitionError, Element, Instance
from valence.egress import (
    BudgetKey,
    Egress,
    LimitHeaders,
    LimitScope,
    LimitWindow,
    OutboundRequest,
    OutboundResponse,
    Trace,
)
from valence.gateway.values import Headers, Kept, Resolved, WireRequest
from valence.instances import Authorization, Credentials

_REMEMBERED = 10_000


class Sender:
    """Sends vendor requests."""

    def __init__(self, egress: Egress, credentials: Credentials, *, timeout_seconds: float) -> None:
        self._egress = egress
        self._credentials = credentials
        self._timeout_seconds = timeout_seconds
        self._limits = Kept(limit_headers, most=1000)
        self._budgets: dict[int, tuple[Instance, Element, BudgetKey]] = {}

    async def send(
        self,
        request: WireRequest,
        resolved: Resolved,
        *,
        authorization: Headers | None = None,
        trace: Trace | None = None,
        is_once: bool = False,
    ) -> OutboundResponse:
        """Return the vendor's answer, whatever its status.

        Args:
            authorization: in place of the instance's own, which may not be stored yet.
            trace: collects what goes over the wire.
            is_once: as a token request, never repeated or redirected; the authorization is given.

        Raises:
            NeedsOwner: the vendor refused the grant for good.
            VendorError: no usable answer came.
        """
        if request.has_authorization:
            # A row or a script authenticates: the instance's credentials have no part in it.
            authorization = ()
        if authorization is not None:
            send = self._egress.send_token_request if is_once else self._egress.send
            return await send(self._outbound(request, authorization, resolved), trace=trace)
        instance = resolved.instance
        held = await self._authorization(instance, resolved)
        response = await self._egress.send(
            self._outbound(request, held.headers, resolved), trace=trace
        )
        if response.status != 401 or not held.version:
            return response
        # The vendor did nothing but refuse the token, so the same call, POST or not, may be
        # repeated.
        renewed = await self._credentials.after_refusal(
            instance, resolved.element, version=held.version
        )
        response = await self._egress.send(
            self._outbound(request, renewed.headers, resolved), trace=trace
        )
        if response.status != 401:
            self._credentials.renewal_helped(instance)
        return response

    async def access_token(self, resolved: Resolved) -> str | None:
        """Return the instance's bearer token for scripts that build a request of their own.

        Raises:
            NeedsOwner, VendorError: as `send`.
        """
        held = await self._authorization(resolved.instance, resolved)
        return bearer_token(held.headers)

    async def _authorization(self, instance: Instance, resolved: Resolved) -> Authorization:
        held = self._credentials.warm_headers(instance)
        if held is None:
            held = await self._credentials.headers(instance, resolved.element)
        return held

    def _outbound(
        self, request: WireRequest, authorization: Headers, resolved: Resolved
    ) -> OutboundRequest:
        return OutboundRequest(
            request.method,
            request.url,
            headers=request.headers + authorization,
            body=request.body,
            timeout_seconds=self._timeout_seconds,
            budget=self._budget(resolved.instance, resolved.element),
        )

    def _budget(self, instance: Instance, element: Element) -> BudgetKey | None:
        """Return whose limits a call uses up; an instance that is not stored yet has none."""
        known = self._budgets.get(instance.id)
        if known is not None and known[0] is instance and known[1] is element:
            return known[2]
        if not instance.id:
            return None
        app = f"{instance.element_id}:{_client_name(instance)}"
        key = BudgetKey(app, instance.id, self._limits.of(element))
        if len(self._budgets) >= _REMEMBERED:
            self._budgets.clear()
        self._budgets[instance.id] = (instance, element, key)
        return key


def limit_headers(element: Element) -> LimitHeaders:
    """Return how an element's vendor tells its limits; the usual headers where it does not say.

    Raises:
        DefinitionError: a limit names no known scope, or no header that tells what is left.
    """
    if not element.limits:
        return LimitHeaders()
    windows = []
    for name, told in element.limits.items():
        scope = told.get("scope", "instance")
        if scope not in ("app", "instance") or not told.get("available"):
            raise DefinitionError(
                f"The limit {name} of {element.key} needs `available`, and as scope app or"
                " instance."
            )
        windows.append(
            LimitWindow(
                told["available"],
                reset=told.get("reset"),
                unit=told.get("unit"),
                scope=LimitScope(scope),
            )
        )
    return LimitHeaders(tuple(windows))


def _client_name(instance: Instance) -> str:
    """Return a name of the client that an instance was authorized with, never the client id."""
    client = instance.configuration.get("oauth.api.key", "")
    text = client if isinstance(client, str) else client.reveal()
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def bearer_token(headers: Headers) -> str | None:
    """Return the bearer token among headers, if there is one."""
    for name, value in headers:
        if name.lower() == "authorization" and value[:7].lower() == "bearer ":
            return value[7:]
    return None
