"""The OAuth client of an instance, and how it shows itself at the token endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass

from valence.domain import DefinitionError, Element, Secret
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


def endpoint(element: Element, *keys: str) -> str:
    """Return the first of the element's addresses that is set. Raises DefinitionError."""
    for key in keys:
        address = element.default(key)
        if address:
            return address
    raise DefinitionError(f"The element {element.key} does not say its {keys[0]}.")


def exchange_authentication(element: Element) -> ClientAuthentication:
    """Return how the client authenticates when it redeems a code."""
    return "basic" if element.default("oauth.basic.header") == "true" else "body"


def refresh_authentication(element: Element) -> ClientAuthentication:
    """Return how the client authenticates when it refreshes; by default as on exchange."""
    value = element.default("oauth.refresh.basic.header")
    if value is None:
        return exchange_authentication(element)
    return "basic" if value == "true" else "body"
