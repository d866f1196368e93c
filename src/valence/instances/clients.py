"""The OAuth client of an instance, how it shows itself at the token endpoint, and where that is."""

from collections.abc import Mapping
from dataclasses import dataclass

from valence.domain import (
    DefinitionError,
    Element,
    InvalidRequest,
    Secret,
    fill_address,
    texts_in,
)
from valence.oauth import ClientAuthentication


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """Client id, secret and callback, from the instance's configuration."""

    client_id: str
    client_secret: Secret | None
    callback_url: str


def client_of(configuration: Mapping[str, str | Secret]) -> OAuthClient:
    """Read the client from configuration values; what is missing is empty."""

    def text(key: str) -> str:
        value = configuration.get(key, "")
        return value.reveal() if isinstance(value, Secret) else value

    secret = text("oauth.api.secret")
    return OAuthClient(
        client_id=text("oauth.api.key"),
        client_secret=Secret(secret) if secret else None,
        callback_url=text("oauth.callback.url"),
    )


def setting(element: Element, configuration: Mapping[str, str | Secret], key: str) -> str | None:
    """Return a configuration value, the element's default where the instance has none."""
    value = configuration.get(key)
    if isinstance(value, Secret):
        value = value.reveal()
    return value or element.default(key)


def endpoint(element: Element, configuration: Mapping[str, str | Secret], *keys: str) -> str:
    """Return the first of the element's addresses that is set, its placeholders filled.

    Raises:
        DefinitionError: none is set.
        InvalidRequest: the configuration lacks what a placeholder names.
    """
    given = texts_in(configuration)
    for key in keys:
        template = setting(element, configuration, key)
        if not template:
            continue
        address, missing = fill_address(template, lambda name: given(name) or element.default(name))
        if missing:
            raise InvalidRequest(
                f"Missing configuration: {', '.join(missing)}. The vendor's address ({key}) depends"
                " on it.",
                code="missing-configuration",
            )
        return address
    raise DefinitionError(f"The element {element.key} does not say its {keys[0]}.")


def scope_of(
    element: Element, configuration: Mapping[str, str | Secret], *, given: str | None = None
) -> str:
    """Return the scope to ask for, its words joined as the vendor wants them."""
    scope = given or setting(element, configuration, "oauth.scope") or ""
    separator = element.default("oauth.scope.separator")
    return scope if separator is None else separator.join(scope.split())


def exchange_authentication(element: Element) -> ClientAuthentication:
    """Return how the client authenticates when it redeems a code."""
    return "basic" if element.default("oauth.basic.header") == "true" else "body"


def refresh_authentication(element: Element) -> ClientAuthentication:
    """Return how the client authenticates when it refreshes; by default as on exchange."""
    value = element.default("oauth.refresh.basic.header")
    if value is None:
        return exchange_authentication(element)
    return "basic" if value == "true" else "body"
