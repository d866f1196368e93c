"""Sending an owner to the vendor, and recognising him when he comes back.

In the API flow the wire contract rules: the default `state` is the element key and a caller's own
is returned unchanged. A bound state, which the console always uses and a caller may ask for, is
made here, stored as a hash, accepted once, for ten minutes, and only for the same user, element,
client and callback; the console's is tied to the browser as well."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from valence.domain import (
    MASK,
    Clock,
    Element,
    InvalidRequest,
    Principal,
    Secret,
    ValenceError,
    Whose,
    fill_text,
)
from valence.instances.clients import endpoint, scope_of
from valence.instances.drafts import InstanceDraft
from valence.instances.kinds import asks_owner, pkce_of
from valence.instances.life_cycle import ON_AUTHORIZE
from valence.instances.overrides import Overrides, overrides
from valence.instances.requests import OAuthUrl, OAuthUrlRequest
from valence.instances.seals import InstanceSeals
from valence.oauth import (
    ConsentDenied,
    authorization_url,
    challenge_s256,
    new_state,
    new_verifier,
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
        self, database: Database, seals: InstanceSeals, overrides: Overrides, *, clock: Clock
    ) -> None:
        self._database = database
        self._seals = seals
        self._overrides = overrides
        self._clock = clock

    async def url(
        self, principal: Principal, element: Element, request: OAuthUrlRequest
    ) -> OAuthUrl:
        """Return the address at which the owner consents, in the API flow.

        Raises:
            InvalidRequest: a parameter is missing or malformed; the message names it.
            DefinitionError: the element makes its own address, and this one is none.
        """
        _check_request(element, request)
        pkce = pkce_of(element)
        verifier = new_verifier() if pkce != "none" and request.wants_pkce else None
        state = request.state or element.key
        if request.is_bound:
            state = new_state(element.key)
            await self._remember(principal, element, request, state=state, verifier=verifier)
        elif verifier is not None:
            verifier = await self._shared_verifier(principal, element, request, verifier)
        url = await self._address(principal, element, request, state=state, verifier=verifier)
        return OAuthUrl(url, element.key)

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
        request = OAuthUrlRequest(
            api_key=draft.configuration.get("oauth.api.key", ""),
            callback_url=draft.configuration.get("oauth.callback.url", ""),
            api_secret=_secret(draft.configuration.get("oauth.api.secret")),
            extra=draft.configuration,
            is_bound=True,
        )
        _check_request(element, request)
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
        return await self._address(principal, element, request, state=state, verifier=verifier)

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
        *,
        state: str,
        verifier: str | None,
    ) -> str:
        if overrides(element, ON_AUTHORIZE):
            return await self._overrides.authorization_url(
                principal, element, request, state=state, verifier=verifier
            )
        return _url(element, request, state=state, verifier=verifier)

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


def check_callback_url(url: str, *, name: str) -> None:
    """Refuse a callback that cannot be one. Raises InvalidRequest naming the parameter."""
    try:
        parts = urlsplit(url)
    except ValueError as exc:
        raise InvalidRequest(f"{name} is not a URL.") from exc
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise InvalidRequest(f"{name} must start with http: or https: and name a host.")
    if parts.fragment or "#" in url:
        raise InvalidRequest(f"{name} must not have a fragment (#...).")


def _check_request(element: Element, request: OAuthUrlRequest) -> None:
    if not asks_owner(element, request.extra):
        raise InvalidRequest(f"The element {element.key} does not authenticate by OAuth 2.0.")
    missing = [
        name
        for name, value in (("apiKey", request.api_key), ("callbackUrl", request.callback_url))
        if not value
    ]
    if missing:
        raise InvalidRequest(f"Missing parameter: {', '.join(missing)}.", code="missing-parameter")
    check_callback_url(request.callback_url, name="callbackUrl")


def _secret(value: str | None) -> Secret | None:
    return Secret(value) if value and value != MASK else None


def _url(element: Element, request: OAuthUrlRequest, *, state: str, verifier: str | None) -> str:
    # What is internal is the platform's: a caller cannot say where the owner is sent.
    given = {key: value for key, value in request.extra.items() if not element.is_internal(key)}

    def look_up(name: str) -> str | None:
        return given.get(name) or element.default(name)

    wanted = {name: fill_text(text, look_up) for name, text in element.authorize.items()}
    return authorization_url(
        endpoint(element, dict(given), "oauth.authorization.url"),
        client_id=request.api_key,
        redirect_uri=request.callback_url,
        scope=scope_of(element, dict(given), given=request.scope),
        state=state,
        challenge=None if verifier is None else challenge_s256(verifier),
        extra={name: text for name, text in wanted.items() if text is not None},
    )
