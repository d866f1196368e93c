"""Resources with which an element replaces a step of OAuth: each runs in the place of one.

What a resource gives back as configuration is what the step results in: `oauth.user.token` and its
companions become the grant, the rest belongs to the instance. Source: the wire contract on
elements, its section on OAuth override rules."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from valence.domain import (
    Clock,
    DefinitionError,
    Element,
    Instance,
    Principal,
    Secret,
    ValenceError,
    VendorError,
    VendorMalformed,
    VendorRefused,
    VendorTimeout,
    VendorUnreachable,
    Whose,
)
from valence.egress import Egress, NeverSent
from valence.instances import verdicts
from valence.instances.clients import Configured, OAuthClient
from valence.instances.life_cycle import (
    ON_AUTHORIZE,
    ON_CLIENT_CREDENTIALS,
    ON_EXCHANGE,
    ON_REFRESH,
    ON_REVOKE,
    ON_TOKEN_REFRESH,
    LifeCycle,
    Ran,
    no_life_cycle,
)
from valence.instances.planned import planned_instance
from valence.instances.requests import OAuthUrlRequest
from valence.instances.schemes import oauth2
from valence.instances.schemes.authorization import NOTHING, Authorization
from valence.instances.schemes.session import session_of
from valence.oauth import TokenRefused, TokenSet, challenge_s256, parse_token_answer

_TOKEN_KEYS = frozenset({"expires", "expires_in"})
_USER_KEYS = "oauth.user."
_NOT_A_VERDICT = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What an exchange gave: the grant, and configuration of the instance."""

    tokens: TokenSet
    configuration: Mapping[str, str] = field(default_factory=dict, repr=False)


class Overrides:
    """Runs what an element has in place of the standard steps."""

    def __init__(self, egress: Egress, *, clock: Clock) -> None:
        self._egress = egress
        self._clock = clock
        self._run: LifeCycle = no_life_cycle

    def bind(self, run: LifeCycle) -> None:
        """Take what runs resources; the room above provides it."""
        self._run = run

    async def authorization_url(
        self,
        principal: Principal,
        element: Element,
        request: OAuthUrlRequest,
        *,
        state: str,
        verifier: str | None,
    ) -> str:
        """Return the address at which the owner consents, as the element's scripts make it.

        Raises:
            DefinitionError: they make none, or one that a browser must not be sent to.
            ScriptFailed, VendorRefused: a script failed or refused.
        """
        scope = Configured(element, dict(request.extra)).scope(request.scope)
        client = OAuthClient(request.api_key, request.api_secret, request.callback_url)
        known = {
            "oauth.api.key": request.api_key,
            "oauth.callback.url": request.callback_url,
            **({"oauth.scope": scope} if scope else {}),
        }
        given = {key: value for key, value in request.extra.items() if not element.is_internal(key)}
        configuration: dict[str, str | Secret] = {
            key: Secret(value) if _is_secret(element, key) else value
            for key, value in (given | known).items()
        }
        if request.api_secret is not None:
            configuration["oauth.api.secret"] = request.api_secret
        parameters = {**_client_parameters(client), "state": state, "scope": scope}
        if verifier is not None:
            parameters |= {
                "code_challenge": challenge_s256(verifier),
                "code_challenge_method": "S256",
            }
        ran = await self._run(
            planned_instance(
                principal, element, configuration=configuration, now_ms=self._clock.now_ms()
            ),
            ON_AUTHORIZE,
            parameters={key: value for key, value in parameters.items() if value},
            authorization=NOTHING,
        )
        return self._checked(element, ran.answer, state=state)

    async def exchange(
        self,
        instance: Instance,
        element: Element,
        client: OAuthClient,
        *,
        code: str,
        verifier: str | None,
        given: Mapping[str, str],
    ) -> Exchanged:
        """Trade a code for tokens by the element's own resource.

        Args:
            instance: as it is planned, or as it is before it is authorized again.
            given: what else the vendor sent back with the code, for the scripts.

        Raises:
            InvalidRequest: the vendor refused code, callback or client; the code says which.
            DefinitionError: the resource gave no `oauth.user.token`.
            VendorError: the vendor could not be asked, or its answer says nothing.
        """
        scope = Configured(element, instance.configuration).scope()
        parameters = {
            **given,
            **_client_parameters(client),
            "code": code,
            **({"scope": scope} if scope else {}),
            **({"code_verifier": verifier} if verifier is not None else {}),
        }
        configuration = _without_tokens(instance.configuration)
        if element.is_internal("base.url"):
            # An earlier exchange gave it; this one begins where that one did.
            configuration.pop("base.url", None)
        before = replace(instance, configuration=configuration)
        try:
            ran = await self._asked(before, ON_EXCHANGE, parameters)
        except TokenRefused as refused:
            raise verdicts.exchange_refused(refused) from refused
        tokens = self._tokens(ran.configuration)
        if tokens is None:
            raise DefinitionError(
                f"The {_place(element, ON_EXCHANGE)} gave no oauth.user.token: the code could not"
                " be exchanged."
            )
        return Exchanged(tokens, _rest(ran.configuration))

    async def refresh(
        self,
        instance: Instance,
        element: Element,
        client: OAuthClient,
        tokens: TokenSet,
        *,
        seconds: float,
    ) -> Exchanged:
        """Trade a refresh token for new tokens by the element's own resource, within a time.

        Whatever fails on the way fails as a token call does: scripts too, for behind a script that
        failed the vendor may have rotated. For the same reason no failure says that nothing was
        sent: a resource may send more than one call.

        Raises:
            TokenRefused: the vendor's verdict.
            VendorError: the vendor could not be asked, or what came says nothing.
        """
        parameters = {**_client_parameters(client), **_token_parameters(tokens)}
        configuration = _without_tokens(instance.configuration)
        if tokens.refresh_token is not None:
            configuration["oauth.user.refresh_token"] = tokens.refresh_token
        before = replace(instance, configuration=configuration)
        place = _place(element, ON_TOKEN_REFRESH)
        try:
            async with asyncio.timeout(seconds):
                ran = await self._asked(before, ON_TOKEN_REFRESH, parameters)
        except TimeoutError as exc:
            raise VendorTimeout(f"The {place} did not come to its end in time.") from exc
        except NeverSent as exc:
            raise VendorUnreachable(exc.message) from exc
        except VendorError:
            raise
        except ValenceError as exc:
            raise VendorMalformed(
                f"The {place} failed. {exc.message}", code=exc.code, whose=exc.whose
            ) from exc
        found = self._tokens(ran.configuration, previous=tokens)
        if found is None:
            raise VendorMalformed(f"The {place} gave no oauth.user.token.", whose=Whose.DEFINITION)
        return Exchanged(found, _rest(ran.configuration))

    async def issue(
        self, instance: Instance, element: Element, client: OAuthClient, *, seconds: float
    ) -> Exchanged:
        """Ask for tokens of the client's own by the element's own resource, within a time.

        Raises:
            TokenRefused: the vendor's verdict.
            DefinitionError: the resource gave no `oauth.user.token`.
            VendorError: the vendor could not be asked, or what came says nothing.
        """
        before = replace(instance, configuration=_without_tokens(instance.configuration))
        parameters = {
            **_client_parameters(client),
            "scope": Configured(element, instance.configuration).scope(),
        }
        place = _place(element, ON_CLIENT_CREDENTIALS)
        try:
            async with asyncio.timeout(seconds):
                ran = await self._asked(
                    before,
                    ON_CLIENT_CREDENTIALS,
                    {key: value for key, value in parameters.items() if value},
                )
        except TimeoutError as exc:
            raise VendorTimeout(f"The {place} did not come to its end in time.") from exc
        found = self._tokens(ran.configuration)
        if found is None:
            raise DefinitionError(f"The {place} gave no oauth.user.token.")
        return Exchanged(found, _rest(ran.configuration))

    async def log_in(
        self,
        instance: Instance,
        element: Element,
        authorization: Authorization,
        *,
        seconds: float,
    ) -> Exchanged:
        """Begin a session anew by the element's own resource, within a time.

        Raises:
            TokenRefused: the vendor does not accept what it is shown, for good.
            VendorError: the vendor could not be asked, or what came says nothing.
        """
        try:
            async with asyncio.timeout(seconds):
                ran = await self._run(
                    instance, ON_REFRESH, parameters={}, authorization=authorization
                )
        except TimeoutError as exc:
            raise VendorTimeout("The login did not come to its end in time.") from exc
        except VendorRefused as exc:
            if exc.vendor_status in (400, 401, 403):
                raise TokenRefused(
                    "invalid_grant",
                    description=exc.provider_message or "",
                    status=exc.vendor_status,
                ) from exc
            raise
        except VendorError:
            raise
        except ValenceError as exc:
            raise VendorMalformed(
                f"The login failed. {exc.message}", code=exc.code, whose=exc.whose
            ) from exc
        configured = Configured(element, instance.configuration)
        return Exchanged(self.session(ran.configuration, configured), ran.configuration)

    def session(self, values: Mapping[str, str], configured: Configured) -> TokenSet:
        """Return when the session that these values are of ends."""

        def text(key: str) -> str:
            # A moment that an earlier login gave says nothing of this one; a length of time may.
            return values.get(key) or (configured.text(key) if key == "expires_in" else "")

        return session_of(text, now_ms=self._clock.now_ms())

    async def refreshed(
        self, instance: Instance, element: Element, tokens: TokenSet
    ) -> Mapping[str, str]:
        """Run what an element has to do after a refresh; return the configuration it gives.

        Raises:
            ValenceError: the vendor answered an error, or a script failed.
        """
        authorization = oauth2.authorization(Configured(element, instance.configuration), tokens)
        ran = await self._run(instance, ON_REFRESH, parameters={}, authorization=authorization)
        return _rest(ran.configuration)

    async def revoke(
        self,
        instance: Instance,
        element: Element,
        client: OAuthClient,
        tokens: TokenSet,
        *,
        seconds: float,
    ) -> None:
        """End a grant by the element's own resource.

        Raises:
            ValenceError: the vendor answered an error, or a script failed.
        """
        configuration = _without_tokens(instance.configuration)
        configuration["oauth.user.token"] = tokens.access_token
        if tokens.refresh_token is not None:
            configuration["oauth.user.refresh_token"] = tokens.refresh_token
        try:
            async with asyncio.timeout(seconds):
                await self._run(
                    replace(instance, configuration=configuration),
                    ON_REVOKE,
                    parameters={
                        **_client_parameters(client),
                        **_token_parameters(tokens),
                        "token": (tokens.refresh_token or tokens.access_token).reveal(),
                    },
                    authorization=oauth2.authorization(Configured(element, configuration), tokens),
                )
        except TimeoutError as exc:
            raise VendorTimeout("The revocation did not come to its end in time.") from exc

    # -- inside ----------------------------------------------------------------------------------

    async def _asked(self, instance: Instance, type_: str, parameters: Mapping[str, str]) -> Ran:
        """Run a resource that asks the vendor's token endpoint.

        Raises:
            TokenRefused: the vendor's verdict in the form of RFC 6749 section 5.2, or as good as.
            ValenceError: everything else that may be wrong.
        """
        try:
            ran = await self._run(instance, type_, parameters=parameters, authorization=NOTHING)
        except VendorRefused as exc:
            refused = _verdict(exc)
            if refused is None:
                raise
            raise refused from exc
        # Some servers answer an error with 200.
        if not ran.configuration.get("oauth.user.token") and (said := _said(ran.answer, 200)):
            raise said
        return ran

    def _tokens(
        self, values: Mapping[str, str], *, previous: TokenSet | None = None
    ) -> TokenSet | None:
        if not values.get("oauth.user.token"):
            return None
        answer = {
            "access_token": values["oauth.user.token"],
            "refresh_token": values.get("oauth.user.refresh_token"),
            "expires_in": values.get("oauth.user.refresh_interval") or values.get("expires_in"),
            "scope": values.get("oauth.user.scope"),
        }
        body = json.dumps(answer).encode()
        return parse_token_answer(200, {}, body, now_ms=self._clock.now_ms(), previous=previous)

    def _checked(self, element: Element, answer: Any, *, state: str) -> str:
        place = f"postRequest hook of the {_place(element, ON_AUTHORIZE)}"
        if not isinstance(answer, str) or not answer:
            raise DefinitionError(
                f"The {place} must give the address at which the owner consents as response_body,"
                " a text."
            )
        try:
            if any(sign <= " " for sign in answer):
                raise DefinitionError(f"The {place} gave an address with blanks in it.")
            self._egress.policy.check_url(answer)
        except ValenceError as exc:
            raise DefinitionError(
                f"The {place} gave an address that no owner is sent to; it must be an https URL."
                f" {exc.message}"
            ) from exc
        parts = urlsplit(answer)
        if parse_qs(parts.query).get("state"):
            return answer
        query = "&".join(part for part in (parts.query, urlencode({"state": state})) if part)
        return urlunsplit((parts.scheme, parts.netloc, parts.path, query, parts.fragment))


def overrides(element: Element, type_: str) -> bool:
    """Tell whether an element has a resource of its own for a step."""
    return any(operation.type == type_ for operation in element.operations)


def _place(element: Element, type_: str) -> str:
    found = next(one for one in element.operations if one.type == type_)
    return f"{type_} resource {found.method} {found.path} of {element.key}"


def _client_parameters(client: OAuthClient) -> dict[str, str]:
    found = {"client_id": client.client_id, "redirect_uri": client.callback_url}
    if client.client_secret is not None:
        found["client_secret"] = client.client_secret.reveal()
    return found


def _token_parameters(tokens: TokenSet) -> dict[str, str]:
    found = {"access_token": tokens.access_token.reveal()}
    if tokens.refresh_token is not None:
        found["refresh_token"] = tokens.refresh_token.reveal()
    return found


def _is_secret(element: Element, key: str) -> bool:
    entry = element.entry(key)
    return entry is not None and entry.is_secret


def _without_tokens(configuration: Mapping[str, str | Secret]) -> dict[str, str | Secret]:
    return {key: value for key, value in configuration.items() if not _is_token(key)}


def _rest(values: Mapping[str, str]) -> dict[str, str]:
    """Return what is the instance's: tokens are kept apart from configuration."""
    return {key: value for key, value in values.items() if not _is_token(key)}


def _is_token(key: str) -> bool:
    return key.startswith(_USER_KEYS) or key in _TOKEN_KEYS


def _verdict(error: VendorRefused) -> TokenRefused | None:
    status = error.vendor_status
    if status is None or not 400 <= status < 500 or status in _NOT_A_VERDICT:
        return None
    try:
        answer = json.loads(error.provider_message or "")
    except (ValueError, RecursionError):
        return None
    return _said(answer, status)


def _said(answer: Any, status: int) -> TokenRefused | None:
    if not isinstance(answer, dict) or not isinstance(answer.get("error"), str):
        return None
    description = str(answer.get("error_description") or "")
    return TokenRefused(answer["error"], description=description, status=status)
