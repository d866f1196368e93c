"""Which way of authenticating an instance has, and what each of them needs.

An element names its kind; where it lets the one who connects choose (`authentication.type` among
its configuration), the instance's choice counts. Three families:

- by consent: an owner allows access at the vendor, who answers with a code (`BY_CONSENT`);
- own grant: configuration is enough to ask the token endpoint, as often as need be (`OWN_GRANT`);
- fixed: configuration alone authenticates (the rest). `custom` and `none` leave it to the
  definition's rows and scripts. With a resource that logs in (`onRefresh`) it is a session.

The first two, and sessions, have credentials that `refresh.py` keeps alive."""

from collections.abc import Callable, Mapping

from valence.domain import AuthenticationKind, Clock, Element, Secret
from valence.instances.applicants import Applicant
from valence.instances.clients import Configured, OAuthClient
from valence.instances.life_cycle import ON_REFRESH
from valence.instances.schemes import (
    api_key,
    awsv2,
    awsv4,
    basic,
    client_credentials,
    jwt_bearer,
    oauth1,
    oauth2,
    password,
    personal_access_token,
)
from valence.instances.schemes.authorization import NOTHING, Authorization
from valence.oauth import TokenRequest, TokenSet

CHOICE = "authentication.type"
BY_CODE = frozenset({AuthenticationKind.OAUTH2, AuthenticationKind.OAUTH2_PKCE})
BY_CONSENT = BY_CODE | {AuthenticationKind.OAUTH1}
"""The kinds for which an owner consents at the vendor, who answers with a code or a verifier."""

OWN_GRANT: Mapping[AuthenticationKind, Callable[[Applicant], TokenRequest]] = {
    AuthenticationKind.OAUTH2_CLIENT_CREDENTIALS: client_credentials.request,
    AuthenticationKind.OAUTH2_PASSWORD: password.request,
    AuthenticationKind.JWT: jwt_bearer.request,
}
"""The kinds that ask for tokens with nothing but their configuration."""

_FIXED: Mapping[AuthenticationKind, Callable[[Configured, Clock], Authorization]] = {
    AuthenticationKind.BASIC: lambda configured, _: basic.authorization(configured),
    AuthenticationKind.API_KEY: lambda configured, _: api_key.authorization(configured),
    AuthenticationKind.PERSONAL_ACCESS_TOKEN: lambda configured, _: (
        personal_access_token.authorization(configured)
    ),
    AuthenticationKind.AWS_V4: lambda configured, clock: awsv4.authorization(
        configured, clock=clock
    ),
    AuthenticationKind.AWS_V2: lambda configured, clock: awsv2.authorization(
        configured, clock=clock
    ),
    AuthenticationKind.CUSTOM: lambda configured, clock: NOTHING,
    AuthenticationKind.NONE: lambda configured, clock: NOTHING,
}

_ASKS_WITH: Mapping[AuthenticationKind, tuple[str, ...]] = {
    AuthenticationKind.OAUTH2_CLIENT_CREDENTIALS: client_credentials.KEYS,
    AuthenticationKind.OAUTH2_PASSWORD: password.KEYS,
    AuthenticationKind.JWT: jwt_bearer.KEYS,
}


def kind_of(element: Element, configuration: Mapping[str, str | Secret]) -> AuthenticationKind:
    """Return the kind that counts for an instance with this configuration."""
    chosen = configuration.get(CHOICE)
    if chosen is None:
        chosen = element.default(CHOICE)
    if chosen is None:
        return element.authentication
    text = chosen.reveal() if isinstance(chosen, Secret) else chosen
    known = {kind.value: kind for kind in AuthenticationKind}
    return known.get(text, element.authentication)


def asks_owner(element: Element, configuration: Mapping[str, str | Secret]) -> bool:
    """Tell whether an instance with this configuration needs its owner's consent."""
    return kind_of(element, configuration) in BY_CONSENT


def pkce_of(element: Element) -> str:
    """Return `none`, `supported` or `required`."""
    if element.authentication is AuthenticationKind.OAUTH2_PKCE:
        return "required"
    return element.default("oauth.pkce") or "none"


def has_tokens(kind: AuthenticationKind) -> bool:
    """Tell whether instances of a kind hold tokens of the vendor."""
    return kind in BY_CONSENT or kind in OWN_GRANT


def logs_in(element: Element) -> bool:
    """Tell whether an element has a resource that begins a session anew."""
    return any(operation.type == ON_REFRESH for operation in element.operations)


def is_session(element: Element, kind: AuthenticationKind) -> bool:
    """Tell whether instances live by a session that a login gives."""
    return not has_tokens(kind) and logs_in(element)


def asks_with(element: Element, kind: AuthenticationKind, keys: Mapping[str, object]) -> bool:
    """Tell whether a change of these configuration values is a change of what is authenticated
    with, for a kind that needs nobody for being tried at once."""
    if is_session(element, kind):
        return any(not element.is_internal(key) for key in keys)
    return any(key in keys for key in _ASKS_WITH.get(kind, ()))


def fixed_authorization(configured: Configured, *, clock: Clock) -> Authorization | None:
    """Return what authenticates by configuration alone; None: there are tokens.

    Raises:
        InvalidRequest: the configuration lacks what the kind needs.
    """
    make = _FIXED.get(kind_of(configured.element, configured.configuration))
    return None if make is None else make(configured, clock)


def token_authorization(
    configured: Configured, client: OAuthClient, tokens: TokenSet, *, clock: Clock
) -> Authorization:
    """Return what authenticates a call with these tokens."""
    kind = kind_of(configured.element, configured.configuration)
    if kind is AuthenticationKind.OAUTH1:
        return oauth1.authorization(configured, client, tokens, clock=clock)
    return oauth2.authorization(configured, tokens)
