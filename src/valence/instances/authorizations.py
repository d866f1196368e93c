"""Sending an owner to the vendor, and recognising him when he comes back.

In the API flow the wire contract rules: the default `state` is the element key and a caller's own
is returned unchanged. A bound state, which the console always uses and a caller may ask for, is
made here, stored as a hash, accepted once, for ten minutes, and only for the same user, element,
client and callback; the console's is tied to the browser as well."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from valence.domain import (
    MASK,
    AuthenticationKind,
    Clock,
    Element,
    InvalidRequest,
    Principal,
    Secret,
    ValenceError,
    Whose,
    check_callback_url,
)
from valence.instances import verdicts
from valence.instances.clients import Clients, Configured, OAuthClient
from valence.instances.drafts import InstanceDraft
from valence.instances.grants import Grants
from valence.instances.kinds import asks_owner, kind_of, pkce_of
from valence.instances.life_cycle import ON_AUTHORIZE
from valence.instances.overrides import Overrides, overrides
from valence.instances.requests import OAuthUrl, OAuthUrlRequest
from valence.instances.seals import InstanceSeals
from valence.oauth import (
    ConsentDenied,
    TokenAnswerUnusable,
    TokenRefused,
    TokenSet,
    authorization_url,
    challenge_s256,
    new_state,
    new_verifier,
    oauth1_authorization_url,
    parse_callback,
)
from valence.oauth.errors import CallbackMalformed
from valence.storage import Database, authorizations

PENDING_MS = 10 * 60_000


class AuthorizationFailed(ValenceError):
    """The way back from the vendor does not lead to an instance; `draft` is what was chosen."""

    status = 400

    def __init__(
        self,
        message: str,
        *,
        code: str,
        whose: Whose,
        element_id: int | None = None,
        draft: InstanceDraft | None = None,
        provider_message: str | None = None,
    ) -> None:
        super().__init__(message, code=code, whose=whose, provider_message=provider_message)
        self.element_id = element_id
        self.draft = draft


@dataclass(frozen=True, slots=True)
class Pending:
    """A pending authorization that was just taken."""

    element_key: str
    element_id: int
    client_hash: bytes
    callback_url: str
    verifier: str | None = field(repr=False)
    draft: InstanceDraft | None


class Authorizations:
    """Makes authorization addresses and redeems their states."""

    def __init__(
        self,
        database: Database,
        seals: InstanceSeals,
        overrides: Overrides,
        clients: Clients,
        grants: Grants,
        *,
        clock: Clock,
    ) -> None:
        self._database = database
        self._seals = seals
        self._overrides = overrides
        self._clients = clients
        self._grants = grants
        self._clock = clock

    async def url(
        self, principal: Principal, element: Element, request: OAuthUrlRequest
    ) -> OAuthUrl:
        """Return the address at which the owner consents, in the API flow.

        Raises:
            InvalidRequest: a parameter is missing or malformed; the message names it.
            DefinitionError: the element makes its own address, and this one is none.
        """
        client = await self._client(element, request)
        request = _of_client(element, request, client)
        if kind_of(element, request.extra) is AuthenticationKind.OAUTH1:
            return await self._oauth1_url(element, request, client)
        pkce = pkce_of(element)
        verifier = new_verifier() if pkce != "none" and request.wants_pkce else None
        state = request.state or element.key
        if request.is_bound:
            state = new_state(element.key)
            await self._remember(principal, element, request, state=state, verifier=verifier)
        elif verifier is not None:
            verifier = await self._shared_verifier(principal, element, request, verifier)
        url = await self._address(
            principal, element, request, client, state=state, verifier=verifier
        )
        return OAuthUrl(url, element.key)

    async def request_token(self, element: Element, request: OAuthUrlRequest) -> TokenSet:
        """Return a request token of OAuth 1.0a with its secret.

        Raises:
            InvalidRequest: a parameter is missing or malformed, or the vendor refuses the client.
            VendorError: the vendor could not be asked, or its answer says nothing.
        """
        client = await self._client(element, request)
        return await self._request_token(element, _of_client(element, request, client), client)

    async def _request_token(
        self, element: Element, request: OAuthUrlRequest, client: OAuthClient
    ) -> TokenSet:
        if kind_of(element, request.extra) is not AuthenticationKind.OAUTH1:
            raise InvalidRequest(f"The element {element.key} does not authenticate by OAuth 1.0a.")
        configured = Configured(element, _callers(element, request))
        try:
            return await self._grants.request_token(
                configured, client, scope=configured.scope(request.scope)
            )
        except TokenRefused as exc:
            raise verdicts.request_token_refused(exc) from exc
        except TokenAnswerUnusable as exc:
            raise verdicts.unusable(exc) from exc

    async def _oauth1_url(
        self, element: Element, request: OAuthUrlRequest, client: OAuthClient
    ) -> OAuthUrl:
        token, secret = request.request_token, None
        if not token and request.is_default:
            made = await self._request_token(element, request, client)
            token, secret = made.access_token.reveal(), made.token_secret
        if not token:
            raise InvalidRequest(
                "Missing parameter: requestToken. GET oauth/token gives one, with the secret that"
                " goes into providerData.",
                code="missing-parameter",
            )
        return OAuthUrl(_oauth1_address(element, request, client, token), element.key, secret)

    async def _client(self, element: Element, request: OAuthUrlRequest) -> OAuthClient:
        if not request.is_default:
            return OAuthClient(request.api_key, request.api_secret, request.callback_url)
        found = await self._clients.operators(element, callback_url=request.callback_url)
        if found is None:
            raise InvalidRequest(
                f"This installation has no application for {element.key}: its operator registers"
                " one with `valence apps register`. Until then, bring apiKey.",
                code="no-default-app",
            )
        return found

    async def begin(
        self,
        principal: Principal,
        element: Element,
        draft: InstanceDraft,
        *,
        browser: str,
    ) -> str:
        """Return the address to send a browser to, for a flow that Valence itself completes.

        Args:
            browser: the value of a cookie of that browser; whoever comes back must bring it.

        Raises:
            InvalidRequest: client id or callback are missing or malformed.
        """
        given: dict[str, str | Secret] = dict(draft.configuration)
        client = await self._clients.of(
            Configured(element, {key: v for key, v in given.items() if v != MASK}),
            is_consent=True,
        )
        request = OAuthUrlRequest(
            api_key=client.client_id,
            callback_url=client.callback_url,
            api_secret=client.client_secret,
            extra=draft.configuration,
            is_bound=True,
        )
        request = _of_client(element, request, client)
        if kind_of(element, request.extra) is AuthenticationKind.OAUTH1:
            token = await self._request_token(element, request, client)
            state = token.access_token.reveal()
            secret = token.token_secret.reveal() if token.token_secret else ""
            await self._remember(
                principal,
                element,
                request,
                state=state,
                verifier=secret,
                browser=browser,
                draft=draft,
            )
            return _oauth1_address(element, request, client, state)
        pkce = pkce_of(element)
        verifier = new_verifier() if pkce != "none" else None
        state = new_state(element.key)
        await self._remember(
            principal,
            element,
            request,
            state=state,
            verifier=verifier,
            browser=browser,
            draft=draft,
        )
        return await self._address(
            principal, element, request, client, state=state, verifier=verifier
        )

    async def returned(
        self, principal: Principal, query: Mapping[str, str], *, browser: str
    ) -> tuple[Pending, str]:
        """Recognise a browser that comes back; return what was pending, and the code.

        Raises:
            AuthorizationFailed: denied, expired, unknown, of another user or browser.
        """
        try:
            answer = parse_callback(query)
        except CallbackMalformed as exc:
            raise AuthorizationFailed(
                "This address is for vendors sending a browser back; something is missing in it.",
                code="callback-malformed",
                whose=Whose.CALLER,
            ) from exc
        pending = await self._take(principal, answer.state or "", browser=browser)
        if pending is None:
            raise AuthorizationFailed(
                "This authorization is not known here any more: it took longer than ten minutes,"
                " was finished already, or was begun in another browser.",
                code="authorization-expired",
                whose=Whose.CALLER,
            )
        if isinstance(answer, ConsentDenied):
            denied = answer.error == "access_denied"
            raise AuthorizationFailed(
                "The account's owner did not allow access."
                if denied
                else "The vendor could not complete the authorization.",
                code="authorization-denied" if denied else "authorization-failed",
                whose=Whose.RESOURCE_OWNER if denied else Whose.VENDOR,
                element_id=pending.element_id,
                draft=pending.draft,
                provider_message=": ".join(filter(None, (answer.error, answer.description)))[:500],
            )
        return pending, answer.code

    async def redeem_state(
        self,
        principal: Principal,
        element: Element,
        *,
        state: str | None,
        client_id: str,
        callback_url: str,
    ) -> str | None:
        """Check a bound state that a caller brings back, and return the code verifier if any.

        A state that Valence did not bind is nobody's business here. Where the element declares
        PKCE and no bound state is brought, the verifier that the flows of this user, element,
        client and callback share is the one.

        Raises:
            InvalidRequest: the state is bound and spent, expired or of another flow.
        """
        if state is not None and state.startswith(element.key + "."):
            pending = await self._take(principal, state, browser=None)
            if (
                pending is None
                or pending.element_id != element.id
                or pending.client_hash != self._seals.hash("oauth client", client_id)
                or pending.callback_url != callback_url
            ):
                raise InvalidRequest(
                    "providerData.state is not the state of a pending authorization: it was used,"
                    " has expired, or belongs to another user, element, client or callback.",
                    code="state-refused",
                )
            return pending.verifier
        if pkce_of(element) == "none":
            return None
        async with self._database.read() as connection:
            row = await authorizations.shared(
                connection,
                self._shared_hash(principal, element, client_id, callback_url),
                now=self._clock.now_ms(),
            )
        return (await self._opened(row)).verifier if row else None

    async def _address(
        self,
        principal: Principal,
        element: Element,
        request: OAuthUrlRequest,
        client: OAuthClient,
        *,
        state: str,
        verifier: str | None,
    ) -> str:
        if overrides(element, ON_AUTHORIZE):
            return await self._overrides.authorization_url(
                principal, element, request, state=state, verifier=verifier
            )
        return _url(element, request, client, state=state, verifier=verifier)

    async def _remember(
        self,
        principal: Principal,
        element: Element,
        request: OAuthUrlRequest,
        *,
        state: str,
        verifier: str | None,
        browser: str | None = None,
        draft: InstanceDraft | None = None,
    ) -> None:
        values = await self._row(principal, element, request, verifier=verifier, draft=draft)
        values["state_hash"] = self._seals.hash("oauth state", state)
        if browser is not None:
            values["browser_hash"] = self._seals.hash("browser", browser)
        async with self._database.write() as connection:
            await authorizations.add(connection, values, now=self._clock.now_ms())

    async def _shared_verifier(
        self, principal: Principal, element: Element, request: OAuthUrlRequest, verifier: str
    ) -> str | None:
        """Return the verifier of all flows that cannot be told apart when they come back.

        Without a bound state nothing of the flow returns but the code, so flows of one user,
        element, client and callback use one verifier until ten minutes after the last began.
        """
        values = await self._row(principal, element, request, verifier=verifier)
        values["state_hash"] = self._shared_hash(
            principal, element, request.api_key, request.callback_url
        )
        async with self._database.write() as connection:
            row = await authorizations.share(connection, values, now=self._clock.now_ms())
        return (await self._opened(row)).verifier

    def _shared_hash(
        self, principal: Principal, element: Element, client_id: str, callback_url: str
    ) -> bytes:
        parts = (str(principal.user_id), str(element.id), client_id, callback_url)
        return self._seals.hash("shared verifier", *parts)

    async def _row(
        self,
        principal: Principal,
        element: Element,
        request: OAuthUrlRequest,
        *,
        verifier: str | None,
        draft: InstanceDraft | None = None,
    ) -> dict[str, object]:
        uid = secrets.token_hex(16)
        carried = json.dumps(
            {
                "element_id": element.id,
                "verifier": verifier,
                "draft": draft.to_json() if draft else None,
            }
        )
        return {
            "uid": uid,
            "organization_id": principal.organization_id,
            "user_id": principal.user_id,
            "element_key": element.key,
            "client_hash": self._seals.hash("oauth client", request.api_key),
            "callback_url": request.callback_url,
            "browser_hash": None,
            "sealed": await self._seals.seal_draft(
                carried, organization_id=principal.organization_id, uid=uid
            ),
            "expires_ms": self._clock.now_ms() + PENDING_MS,
        }

    async def _take(
        self, principal: Principal, state: str, *, browser: str | None
    ) -> Pending | None:
        async with self._database.write() as connection:
            row = await authorizations.take(
                connection, self._seals.hash("oauth state", state), now=self._clock.now_ms()
            )
        if row is None or row.user_id != principal.user_id:
            return None
        # A state that is tied to a browser counts only there, and never in the API flow.
        if row.browser_hash is not None and (
            browser is None or self._seals.hash("browser", browser) != row.browser_hash
        ):
            return None
        return await self._opened(row)

    async def _opened(self, row: Any) -> Pending:
        carried = json.loads(
            await self._seals.open_draft(
                row.sealed, organization_id=row.organization_id, uid=row.uid
            )
        )
        draft = carried["draft"]
        return Pending(
            element_key=row.element_key,
            element_id=carried["element_id"],
            client_hash=bytes(row.client_hash),
            callback_url=row.callback_url,
            verifier=carried["verifier"],
            draft=InstanceDraft.from_json(draft) if draft else None,
        )


def _of_client(element: Element, request: OAuthUrlRequest, client: OAuthClient) -> OAuthUrlRequest:
    """Return a request whose client is said, after a look at what has to be there."""
    if not asks_owner(element, request.extra):
        raise InvalidRequest(f"The element {element.key} does not authenticate by OAuth.")
    missing = [
        name
        for name, value in (("apiKey", client.client_id), ("callbackUrl", client.callback_url))
        if not value
    ]
    if missing:
        raise InvalidRequest(f"Missing parameter: {', '.join(missing)}.", code="missing-parameter")
    check_callback_url(client.callback_url, name="callbackUrl")
    return replace(
        request,
        api_key=client.client_id,
        callback_url=client.callback_url,
        api_secret=client.client_secret,
    )


def _callers(element: Element, request: OAuthUrlRequest) -> dict[str, str | Secret]:
    """Return what a caller may say; what is internal is the platform's: where the owner is sent."""
    return {key: value for key, value in request.extra.items() if not element.is_internal(key)}


def _url(
    element: Element,
    request: OAuthUrlRequest,
    client: OAuthClient,
    *,
    state: str,
    verifier: str | None,
) -> str:
    configured = Configured(element, _callers(element, request))
    return authorization_url(
        configured.endpoint("oauth.authorization.url", client=client),
        client_id=request.api_key,
        redirect_uri=request.callback_url,
        scope=configured.scope(request.scope),
        state=state,
        challenge=None if verifier is None else challenge_s256(verifier),
        extra=configured.filled(element.authorize),
    )


def _oauth1_address(
    element: Element, request: OAuthUrlRequest, client: OAuthClient, token: str
) -> str:
    configured = Configured(element, _callers(element, request))
    return oauth1_authorization_url(
        configured.endpoint("oauth.authorization.url", client=client),
        request_token=token,
        extra=configured.filled(element.authorize),
    )
