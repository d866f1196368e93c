"""The vendor request onto the wire, authenticated; a refused token is renewed once and tried
again.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

from valence.domain import (
    DefinitionError,
    Element,
    Instance,
    VendorRefused,
    fill_address,
    texts_in,
)
from valence.egress import (
    BudgetKey,
    Egress,
    Hold,
    LimitHeaders,
    LimitScope,
    LimitWindow,
    OutboundRequest,
    OutboundResponse,
    OutboundStream,
    Trace,
)
from valence.gateway.values import Kept, Resolved, Streamed, WireRequest
from valence.instances import NOTHING, Authorization, Credentials, is_session, kind_of, logs_in

_REMEMBERED = 10_000
FILE_SECONDS = 3600.0
"""The deadline of a file that comes down; a vendor who falls silent is given up on long before."""

SLOWEST_BYTES_PER_SECOND = 64 * 1024
"""A file that goes up more slowly is given up on."""

LONGEST_ERROR_BYTES = 64 * 1024


class OpenedFile:
    """A vendor's answer whose body is still to come. Close it."""

    def __init__(self, stream: OutboundStream, stack: AsyncExitStack) -> None:
        self.status = stream.status
        self.headers = stream.headers
        self._stream = stream
        self._stack = stack

    @property
    def size(self) -> int | None:
        """How many bytes there are, where the vendor told."""
        # The body comes decompressed: then the length is of something else.
        told = self.headers.get("Content-Length", "")
        if not told.isdecimal() or self.headers.get("Content-Encoding", "identity") != "identity":
            return None
        return int(told)

    def pieces(self) -> AsyncIterator[bytes]:
        """Return the body as it comes; once. Raises VendorError."""
        return self._stream.chunks()

    async def close(self) -> None:
        """End it, read or not."""
        await self._stack.aclose()

    async def beginning(self) -> bytes:
        """Return the first part of the body, which of an error is all that counts."""
        found = b""
        async for piece in self.pieces():
            found += piece
            if len(found) >= LONGEST_ERROR_BYTES:
                break
        return found


class SessionRenewed(VendorRefused):
    """The vendor refused the session that the request was built with, and there is a new one."""

    status = 401

    def __init__(self, instance: Instance) -> None:
        super().__init__("The vendor ended the session, and a new one was begun.", retryable=True)
        self.instance = instance


class Sender:
    """Sends vendor requests."""

    def __init__(
        self,
        egress: Egress,
        credentials: Credentials,
        *,
        timeout_seconds: float,
        most_file_bytes: int,
    ) -> None:
        self._egress = egress
        self._credentials = credentials
        self._timeout_seconds = timeout_seconds
        self._most_file_bytes = most_file_bytes
        self._limits = Kept(limit_headers, most=1000)
        self._logs_in = Kept(logs_in, most=1000)
        self._budgets: dict[int, tuple[Instance, Element, BudgetKey]] = {}

    async def send(
        self,
        request: WireRequest,
        resolved: Resolved,
        *,
        authorization: Authorization | None = None,
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
            SessionRenewed: the request has to be built again, once.
            VendorError: no usable answer came.
        """
        is_session = authorization is None and self.is_session(resolved)
        if request.has_authorization and not is_session:
            # A row or a script authenticates: the instance's credentials have no part in it.
            authorization = NOTHING
        if authorization is not None:
            send = self._egress.send_token_request if is_once else self._egress.send
            return await send(self._outbound(request, authorization, resolved), trace=trace)
        instance = resolved.instance
        held = await self._authorization(instance, resolved)
        if request.has_authorization:
            held = replace(held, headers=(), sign=None)  # a session goes on living
        response = await self._egress.send(self._outbound(request, held, resolved), trace=trace)
        if response.status != 401 or not held.version:
            if is_session:
                self._credentials.renewal_helped(instance)
            return response
        # The vendor did nothing but refuse the token, so the same call, POST or not, may be
        # repeated.
        renewed = await self._credentials.after_refusal(
            instance, resolved.element, version=held.version
        )
        if is_session:
            raise SessionRenewed(renewed.snapshot or instance)
        response = await self._egress.send(self._outbound(request, renewed, resolved), trace=trace)
        if response.status != 401:
            self._credentials.renewal_helped(instance)
        return response

    async def open(
        self, request: WireRequest, resolved: Resolved, *, trace: Trace | None = None
    ) -> OpenedFile:
        """Return the vendor's answer with its body still to come, whatever its status.

        Nothing is repeated but the call whose token was refused.

        Raises:
            NeedsOwner, VendorError: as `send`.
        """
        instance = resolved.instance
        if request.has_authorization:
            return await self._opened(request, NOTHING, resolved, trace)
        held = await self._authorization(instance, resolved)
        opened = await self._opened(request, held, resolved, trace)
        if opened.status != 401 or not held.version:
            return opened
        await opened.close()
        renewed = await self._credentials.after_refusal(
            instance, resolved.element, version=held.version
        )
        opened = await self._opened(request, renewed, resolved, trace)
        if opened.status != 401:
            self._credentials.renewal_helped(instance)
        return opened

    async def _opened(
        self,
        request: WireRequest,
        authorization: Authorization,
        resolved: Resolved,
        trace: Trace | None,
    ) -> OpenedFile:
        outbound = replace(
            self._outbound(request, authorization, resolved),
            timeout_seconds=FILE_SECONDS,
            size_limit_bytes=self._most_file_bytes,
        )
        stack = AsyncExitStack()
        stream = await stack.enter_async_context(self._egress.stream(outbound, trace=trace))
        return OpenedFile(stream, stack)

    async def access_token(self, resolved: Resolved) -> str | None:
        """Return the instance's bearer token for scripts that build a request of their own.

        Raises:
            NeedsOwner, VendorError: as `send`.
        """
        held = await self._authorization(resolved.instance, resolved)
        return held.token

    def is_session(self, resolved: Resolved) -> bool:
        """Tell whether what a login gave is part of the request itself."""
        if not self._logs_in.of(resolved.element):
            return False
        kind = kind_of(resolved.element, resolved.instance.configuration)
        return is_session(resolved.element, kind)

    async def fresh(self, resolved: Resolved) -> Resolved:
        """Return an instance whose session lives: rows send what is configured, so before a
        request is built.

        Raises:
            NeedsOwner, VendorError: as `send`.
        """
        held = await self._authorization(resolved.instance, resolved)
        if held.snapshot is None or held.snapshot is resolved.instance:
            return resolved
        return replace(resolved, instance=held.snapshot)

    async def _authorization(self, instance: Instance, resolved: Resolved) -> Authorization:
        held = self._credentials.warm_headers(instance)
        if held is None:
            held = await self._credentials.headers(instance, resolved.element)
        return held

    def _outbound(
        self, request: WireRequest, authorization: Authorization, resolved: Resolved
    ) -> OutboundRequest:
        body: bytes | AsyncIterator[bytes] | None
        headers = request.headers + authorization.headers
        timeout_seconds = self._timeout_seconds
        if isinstance(request.body, Streamed):
            # Told beforehand, it is not sent in chunks, which some vendors refuse.
            headers += (("Content-Length", str(request.body.size)),)
            body = request.body.pieces()
            timeout_seconds += request.body.size / SLOWEST_BYTES_PER_SECOND
        else:
            body = request.body
        return OutboundRequest(
            request.method,
            request.url,
            headers=headers,
            body=body,
            timeout_seconds=timeout_seconds,
            budget=self._budget(resolved.instance, resolved.element),
            sign=authorization.sign,
        )

    def hold(self, instance_id: int) -> Hold | None:
        """Tell whether a call of an instance would be held now, as far as this process knows.

        What it was not called with here, nothing is known of."""
        known = self._budgets.get(instance_id)
        if known is None:
            return None
        instance, element, budget = known
        own = texts_in(instance.configuration)

        def text(key: str) -> str | None:
            return own(key) or element.default(key)

        address, missing = fill_address(text("base.url") or "", text)
        return None if missing else self._egress.hold(budget, address)

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
