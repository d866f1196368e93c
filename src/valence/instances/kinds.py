"""Which way of authenticating an instance has, and which of them run.

An element names its kind; where it lets the one who connects choose (`authentication.type` among
its configuration), the instance's choice counts. `customApiKey`, `custom` and `none` leave it to
the definition's rows and scripts to authenticate. What does not run yet is refused when an
instance is made, not at its first call."""

from collections.abc import Mapping

from valence.domain import AuthenticationKind, Element, InvalidRequest, Secret
from valence.instances.schemes import basic

CHOICE = "authentication.type"
BY_CONSENT = frozenset({AuthenticationKind.OAUTH2, AuthenticationKind.OAUTH2_PKCE})
"""The kinds for which an owner consents at the vendor, who answers with a code."""

RUNNING = frozenset(
    {
        *BY_CONSENT,
        AuthenticationKind.BASIC,
        AuthenticationKind.API_KEY,
        AuthenticationKind.CUSTOM,
        AuthenticationKind.NONE,
    }
)


def kind_of(element: Element, configuration: Mapping[str, str | Secret]) -> AuthenticationKind:
    """Return the kind that counts for an instance with this configuration."""
    chosen = configuration.get(CHOICE)
    if chosen is None:
        chosen = element.default(CHOICE)
    text = chosen.reveal() if isinstance(chosen, Secret) else chosen
    known = {kind.value: kind for kind in AuthenticationKind}
    return known.get(text or "", element.authentication)


def asks_owner(element: Element, configuration: Mapping[str, str | Secret]) -> bool:
    """Tell whether an instance with this configuration needs its owner's consent."""
    return kind_of(element, configuration) in BY_CONSENT


def pkce_of(element: Element) -> str:
    """Return `none`, `supported` or `required`."""
    if element.authentication is AuthenticationKind.OAUTH2_PKCE:
        return "required"
    return element.default("oauth.pkce") or "none"


def require_running(kind: AuthenticationKind) -> None:
    """Refuse an instance of a kind that does not run yet. Raises InvalidRequest."""
    if kind not in RUNNING:
        raise InvalidRequest(
            f"Elements that authenticate by {kind.value} cannot have instances yet;"
            f" those can that use {', '.join(sorted(one.value for one in RUNNING))}.",
            code="unsupported-authentication",
        )


def fixed_headers(
    element: Element, configuration: Mapping[str, str | Secret]
) -> tuple[tuple[str, str], ...] | None:
    """Return the headers of a kind that has nothing to refresh; None: it has credentials."""
    kind = kind_of(element, configuration)
    if kind in BY_CONSENT:
        return None
    if kind is not AuthenticationKind.BASIC:
        return ()
    given = {key: configuration.get(key) or element.default(key) or "" for key in basic.KEYS}
    return basic.headers(given)
