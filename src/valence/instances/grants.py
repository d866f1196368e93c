"""How each kind obtains tokens from its vendor: first, and when they have to be renewed.

One call a step. Who may make it and how often is decided elsewhere: `redemption.py` redeems a code
once, `refresh.py` renews once an expiry."""

from collections.abc import Mapping

from valence.domain import AuthenticationKind, Clock, Element, Instance
from valence.egress import Egress
from valence.instances.applicants import Applicant
from valence.instances.captures import captured
from valence.instances.clients import Configured, OAuthClient
from valence.instances.kinds import BY_CODE, OWN_GRANT, fixed_authorization, is_session
from valence.instances.life_cycle import ON_CLIENT_CREDENTIALS, ON_EXCHANGE, ON_TOKEN_REFRESH
from valence.instances.overrides import Exchanged, Overrides, overrides
from valence.instances.schemes.authorization import NOTHING
from valence.instances.schemes.oauth1 import signer_of
from valence.instances.token_endpoint import TokenEndpoint
from valence.oauth import (
    TokenRefused,
    TokenSet,
    access_token_request,
    code_request,
    request_token_request,
    revocation_request,
)

REVOCATION_SECONDS = 5.0
_SHORTEST_SECONDS = 1.0


class Grants:
    """Obtains, renews and ends grants."""

    def __init__(
        self, egress: Egress, overrides: Overrides, *, clock: Clock, timeout_seconds: float
    ) -> None:
        self._endpoint = TokenEndpoint(egress, clock=clock, timeout_seconds=timeout_seconds)
        self._overrides = overrides
        self._clock = clock

    def can_renew(self, element: Element, kind: AuthenticationKind, tokens: TokenSet) -> bool:
        """Tell whether new tokens can be had without the account's owner."""
        if self.needs_nobody(element, kind):
            return True
        if kind not in BY_CODE:
            return False
        return tokens.refresh_token is not None or overrides(element, ON_TOKEN_REFRESH)

    def needs_nobody(self, element: Element, kind: AuthenticationKind) -> bool:
        """Tell whether configuration alone is enough to obtain credentials."""
        return kind in OWN_GRANT or is_session(element, kind)

    async def redeem(
        self,
        instance: Instance,
        element: Element,
        client: OAuthClient,
        *,
        code: str,
        verifier: str | None,
        given: Mapping[str, str],
    ) -> Exchanged:
        """Trade a code for tokens, by the element's own resource where it has one.

        Args:
            instance: as it is planned, or as it is before it is authorized again.
            given: what the vendor sent back with the code.

        Raises:
            TokenRefused, TokenAnswerUnusable: what the standard endpoint said.
            ValenceError: everything else that can be wrong.
        """
        if overrides(element, ON_EXCHANGE):
            return await self._overrides.exchange(
                instance, element, client, code=code, verifier=verifier, given=given
            )
        applicant = self._applicant(instance, element, client)
        address = applicant.endpoint("oauth.token.url")
        tokens = await self._endpoint.ask(
            code_request(
                address,
                code=code,
                redirect_uri=client.callback_url,
                client_id=client.client_id,
                client_secret=client.client_secret,
                client_authentication=applicant.authentication(address),
                verifier=verifier,
            )
        )
        return Exchanged(tokens, captured(element, tokens, given))

    async def request_token(
        self, configured: Configured, client: OAuthClient, *, scope: str
    ) -> TokenSet:
        """Return a request token of OAuth 1.0a with its secret. Raises as `redeem`."""
        applicant = Applicant(configured, client, self._clock.now_ms())
        return await self._endpoint.ask_oauth1(
            request_token_request(
                applicant.endpoint("oauth.request.url"),
                signer_of(configured, client),
                callback=client.callback_url,
                scope=scope,
                now_ms=applicant.now_ms,
            )
        )

    async def redeem_request_token(
        self,
        instance: Instance,
        element: Element,
        client: OAuthClient,
        *,
        request_token: TokenSet,
        verifier: str,
        given: Mapping[str, str],
    ) -> Exchanged:
        """Trade a request token that was authorized for an access token. Raises as `redeem`."""
        applicant = self._applicant(instance, element, client)
        signer = signer_of(
            applicant.configured,
            client,
            token=request_token.access_token,
            token_secret=request_token.token_secret,
        )
        tokens = await self._endpoint.ask_oauth1(
            access_token_request(
                applicant.endpoint("oauth.token.url"),
                signer,
                verifier=verifier,
                now_ms=applicant.now_ms,
            )
        )
        return Exchanged(tokens, captured(element, tokens, given))

    async def issue(
        self,
        instance: Instance,
        element: Element,
        kind: AuthenticationKind,
        client: OAuthClient,
        *,
        timeout_seconds: float | None = None,
    ) -> Exchanged:
        """Obtain tokens, or a session, with nothing but configuration.

        Raises:
            TokenRefused, TokenAnswerUnusable: what the vendor said.
            ValenceError: everything else that can be wrong.
        """
        seconds = timeout_seconds or self._endpoint.timeout_seconds
        if is_session(element, kind):
            configured = Configured(element, instance.configuration)
            fixed = fixed_authorization(configured, clock=self._clock) or NOTHING
            return await self._overrides.log_in(instance, element, fixed, seconds=seconds)
        if overrides(element, ON_CLIENT_CREDENTIALS):
            return await self._overrides.issue(instance, element, client, seconds=seconds)
        request = OWN_GRANT[kind](self._applicant(instance, element, client))
        tokens = await self._endpoint.ask(request, timeout_seconds=seconds)
        return Exchanged(tokens, captured(element, tokens))

    async def renew(
        self,
        instance: Instance,
        element: Element,
        kind: AuthenticationKind,
        client: OAuthClient,
        tokens: TokenSet,
    ) -> Exchanged:
        """Obtain new tokens in the place of these. Raises as `issue`."""
        if is_session(element, kind):
            return await self.issue(instance, element, kind, client)
        if overrides(element, ON_TOKEN_REFRESH):
            return await self._overrides.refresh(
                instance, element, client, tokens, seconds=self._endpoint.timeout_seconds
            )
        if kind in OWN_GRANT and kind is not AuthenticationKind.OAUTH2_PASSWORD:
            return await self.issue(instance, element, kind, client)
        begun = self._clock.monotonic()
        if tokens.refresh_token is not None:
            try:
                return await self._refresh(instance, element, client, tokens)
            except TokenRefused as refused:
                if kind in BY_CODE or refused.error != "invalid_grant":
                    raise
        # Both calls stay within the time that the lease was taken for.
        left = self._endpoint.timeout_seconds - (self._clock.monotonic() - begun)
        return await self.issue(
            instance, element, kind, client, timeout_seconds=max(left, _SHORTEST_SECONDS)
        )

    async def revoke(
        self, instance: Instance, element: Element, client: OAuthClient, tokens: TokenSet
    ) -> int | None:
        """End a grant; return the endpoint's status, None: nobody was asked.

        Raises:
            ValenceError: the vendor could not be asked, or the element's own resource failed.
        """
        if not tokens.access_token.reveal() and tokens.refresh_token is None:
            return None  # a session
        applicant = self._applicant(instance, element, client)
        if not applicant.configured.has("oauth.token.revoke_url"):
            return None
        address = applicant.endpoint("oauth.token.revoke_url")
        request = revocation_request(
            address,
            token=tokens.refresh_token or tokens.access_token,
            hint="refresh_token" if tokens.refresh_token else "access_token",
            client_id=client.client_id,
            client_secret=client.client_secret,
            client_authentication=applicant.authentication(address),
        )
        response = await self._endpoint.send(request, timeout_seconds=REVOCATION_SECONDS)
        return response.status

    async def _refresh(
        self, instance: Instance, element: Element, client: OAuthClient, tokens: TokenSet
    ) -> Exchanged:
        request = self._applicant(instance, element, client).refresh(tokens)
        found = await self._endpoint.ask(request, previous=tokens)
        return Exchanged(found, captured(element, found))

    def _applicant(self, instance: Instance, element: Element, client: OAuthClient) -> Applicant:
        configured = Configured(element, instance.configuration)
        return Applicant(configured, client, self._clock.now_ms())
