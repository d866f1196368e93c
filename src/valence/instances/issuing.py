"""The first credentials of an instance, whatever its kind; a code is redeemed once."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from valence.domain import (
    AuthenticationKind,
    Clock,
    Element,
    Instance,
    InvalidRequest,
    Secret,
    ValenceError,
)
from valence.instances import verdicts
from valence.instances.clients import OAuthClient
from valence.instances.grants import REVOCATION_SECONDS, Grants
from valence.instances.kinds import BY_CODE, BY_CONSENT, is_session
from valence.instances.life_cycle import ON_REVOKE
from valence.instances.overrides import Exchanged, Overrides, overrides
from valence.instances.provisioning import Provisioning, types_at_creation
from valence.instances.redemption import Redemption, may_be_unused
from valence.oauth import TokenAnswerUnusable, TokenRefused, TokenSet

_log = structlog.get_logger("valence.instances")


@dataclass(frozen=True, slots=True)
class Brought:
    """What the one who creates brings from the vendor.

    `verifier` is the code verifier of PKCE, or the secret of an OAuth 1.0a request token. `data` is
    all of providerData; `held` are tokens that he holds already, by their names in configuration.
    """

    code: str | None = None
    verifier: str | None = None
    data: Mapping[str, str] | None = None
    held: Mapping[str, str] | None = None


class Issuing:
    """Obtains the first credentials of instances, and ends them."""

    def __init__(
        self,
        grants: Grants,
        overrides: Overrides,
        redemption: Redemption,
        provisioning: Provisioning,
        *,
        clock: Clock,
    ) -> None:
        self._grants = grants
        self._overrides = overrides
        self._redemption = redemption
        self._provisioning = provisioning
        self._clock = clock

    async def first(
        self,
        instance: Instance,
        element: Element,
        kind: AuthenticationKind,
        client: OAuthClient,
        brought: Brought,
        *,
        is_new: bool = True,
    ) -> tuple[Exchanged | None, bytes | None]:
        """Return credentials and the hash of the code that they cost; None: the kind has none.

        Args:
            instance: as it is planned, or as it is before it is authorized again.
            is_new: whether the element's resources for the making of an instance run next.

        Raises:
            InvalidRequest: what was brought is missing or refused; the code says which.
            Conflict: the same code is being redeemed by another request.
            VendorError: the vendor could not be asked, or its answer says nothing.
        """
        if kind in BY_CONSENT:
            if brought.code is None:
                return await self._held(instance, element, kind, client, brought), None
            code_hash = self._redemption.code_hash(instance.organization_id, element, brought.code)
            await self._redemption.claim(code_hash)
            try:
                exchanged = await self._redeemed(instance, element, kind, client, brought)
            except ValenceError as exc:
                if may_be_unused(exc):
                    await self._redemption.give_back(code_hash)
                raise
            return await self._checked(instance, element, client, exchanged), code_hash
        if is_new and is_session(element, kind) and types_at_creation(element):
            return None, None  # one of these logs in
        if not self._grants.needs_nobody(element, kind):
            return None, None
        try:
            exchanged = await self._grants.issue(instance, element, kind, client)
        except TokenRefused as exc:
            raise verdicts.issue_refused(exc) from exc
        except TokenAnswerUnusable as exc:
            raise verdicts.unusable(exc) from exc
        return await self._checked(instance, element, client, exchanged), None

    async def revoke(
        self, instance: Instance, element: Element, client: OAuthClient, tokens: TokenSet
    ) -> None:
        """End a grant at the vendor where that is possible; what fails is logged."""
        try:
            if overrides(element, ON_REVOKE):
                await self._overrides.revoke(
                    instance, element, client, tokens, seconds=REVOCATION_SECONDS
                )
                return
            status = await self._grants.revoke(instance, element, client, tokens)
        except ValenceError as exc:
            _log.warning("revocation failed", instance_id=instance.id, code=exc.code)
            return
        if status is not None and status >= 400:
            _log.warning("revocation refused", instance_id=instance.id, status=status)

    async def _redeemed(
        self,
        instance: Instance,
        element: Element,
        kind: AuthenticationKind,
        client: OAuthClient,
        brought: Brought,
    ) -> Exchanged:
        given = brought.data or {}
        try:
            if kind in BY_CODE:
                return await self._grants.redeem(
                    instance,
                    element,
                    client,
                    code=brought.code or "",
                    verifier=brought.verifier,
                    given=given,
                )
            return await self._grants.redeem_request_token(
                instance,
                element,
                client,
                request_token=_request_token(given, brought.verifier, self._clock.now_ms()),
                verifier=given.get("oauth_verifier", ""),
                given=given,
            )
        except TokenRefused as exc:
            raise verdicts.exchange_refused(exc) from exc
        except TokenAnswerUnusable as exc:
            raise verdicts.unusable(exc) from exc

    async def _held(
        self,
        planned: Instance,
        element: Element,
        kind: AuthenticationKind,
        client: OAuthClient,
        brought: Brought,
    ) -> Exchanged:
        """Return tokens that the caller already holds, refreshed at once if only half of them."""
        held = brought.held or {}
        access = held.get("oauth.user.token", "")
        refresh = held.get("oauth.user.refresh_token", "")
        secret = held.get("oauth.user.token.secret", "")
        lifetime = held.get("oauth.user.refresh_interval", "")
        if kind not in BY_CODE:
            refresh = ""
        if not access and not refresh:
            source = (
                "configuration oauth.user.token or oauth.user.refresh_token"
                if brought.held is not None
                else "providerData.code"
                if kind in BY_CODE
                else "providerData.oauth_token or providerData.oauth_verifier"
            )
            raise InvalidRequest(f"Missing {source}.", code="missing-parameter")
        now = self._clock.now_ms()
        tokens = TokenSet(
            access_token=Secret(access),
            refresh_token=Secret(refresh) if refresh else None,
            token_type="bearer" if kind in BY_CODE else "oauth1",
            scope=None,
            issued_ms=now,
            expires_ms=now + int(lifetime) * 1000 if lifetime.isdecimal() else None,
            token_secret=Secret(secret) if secret else None,
        )
        # What a token answer says of the account is known only from one.
        if access and not (refresh and element.captures):
            return Exchanged(tokens)
        try:
            found = await self._grants.renew(planned, element, kind, client, tokens)
        except TokenRefused as exc:
            if exc.error == "invalid_grant":
                raise InvalidRequest(
                    "The vendor does not accept oauth.user.refresh_token.",
                    code="refresh-token-refused",
                    provider_message=verdicts.provider_message(exc),
                ) from exc
            raise verdicts.exchange_refused(exc) from exc
        except TokenAnswerUnusable as exc:
            raise verdicts.unusable(exc) from exc
        return await self._checked(planned, element, client, found, keeps_grant=True)

    async def _checked(
        self,
        instance: Instance,
        element: Element,
        client: OAuthClient,
        exchanged: Exchanged,
        *,
        keeps_grant: bool = False,
    ) -> Exchanged:
        try:
            self._provisioning.check_given_back(exchanged.configuration)
        except ValenceError:
            if not keeps_grant:
                await self.revoke(instance, element, client, exchanged.tokens)
            raise
        return exchanged


def _request_token(given: Mapping[str, str], secret: str | None, now_ms: int) -> TokenSet:
    if not given.get("oauth_token") or not given.get("oauth_verifier"):
        raise InvalidRequest(
            "Missing providerData.oauth_token or providerData.oauth_verifier.",
            code="missing-parameter",
        )
    return TokenSet(
        access_token=Secret(given["oauth_token"]),
        refresh_token=None,
        token_type="oauth1",  # noqa: S106 - what kind it is
        scope=None,
        issued_ms=now_ms,
        expires_ms=None,
        token_secret=Secret(secret or given.get("secret", "")),
    )
