"""What an instance brings to its vendor: configuration, the defaults filled in, and a client."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from valence.domain import (
    MASK,
    SYSTEM_ACCOUNT,
    DefinitionError,
    Element,
    InvalidRequest,
    Secret,
    fill_address,
    fill_text,
)
from valence.tenancy import OperatorApps


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """Client id, secret and callback; `is_operators`: of the application that the operator holds
    for everybody, so no tenant may learn its secret or say where it is sent.
    """

    client_id: str
    client_secret: Secret | None
    callback_url: str
    is_operators: bool = False


@dataclass(frozen=True, slots=True)
class Configured:
    """An element as one instance has set it up."""

    element: Element
    configuration: Mapping[str, str | Secret] = field(repr=False)

    def text(self, key: str) -> str:
        """Return a value, the element's default where the instance has none, else empty."""
        value = self.configuration.get(key)
        if isinstance(value, Secret):
            value = value.reveal()
        return (value if value != MASK else None) or self.element.default(key) or ""

    def secret(self, key: str) -> Secret | None:
        """Return a value that is to be kept secret; None: there is none."""
        value = self.text(key)
        return Secret(value) if value else None

    def default(self, key: str) -> str | None:
        """Return what the definition alone says."""
        return self.element.default(key)

    def whole_seconds(self, key: str, *, otherwise: int) -> int:
        """Return a whole number of the definition."""
        value = self.element.default(key) or ""
        return int(value) if value.isdecimal() else otherwise

    def filled(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Return texts with placeholders filled, without those of which a part is missing."""
        found = {name: fill_text(text, self.text) for name, text in texts.items()}
        return {name: text for name, text in found.items() if text is not None}

    def scope(self, given: str | None = None) -> str:
        """Return the scope to ask for, its words joined as the vendor wants them."""
        scope = given or self.text("oauth.scope")
        separator = self.element.default("oauth.scope.separator")
        return scope if separator is None else separator.join(scope.split())

    def client(self) -> OAuthClient:
        """Return the instance's own client; what is missing is empty."""
        return OAuthClient(
            client_id=self.text("oauth.api.key"),
            client_secret=self.secret("oauth.api.secret"),
            callback_url=self.text("oauth.callback.url"),
        )

    def has(self, *keys: str) -> bool:
        """Tell whether one of these addresses is set."""
        return any(self.text(key) for key in keys)

    def endpoint(self, *keys: str, client: OAuthClient | None = None) -> str:
        """Return the first of these addresses that is set, its placeholders filled.

        Args:
            client: who calls there.

        Raises:
            DefinitionError: none is set.
            InvalidRequest: the configuration lacks what a placeholder names, or would lead the
                operator's client to a host that a tenant names.
        """
        is_operators = client is not None and client.is_operators
        for key in keys:
            template = self.default(key) if is_operators else self.text(key)
            if not template:
                continue
            if is_operators and not _is_vendors(template):
                raise InvalidRequest(
                    "The application of this installation cannot be used: the vendor's address"
                    f" ({key}) is the tenant's own. Bring oauth.api.key and oauth.api.secret.",
                    code="app-not-for-host",
                )
            address, missing = fill_address(template, self.text)
            if missing:
                raise InvalidRequest(
                    f"Missing configuration: {', '.join(missing)}. The vendor's address ({key})"
                    " depends on it.",
                    code="missing-configuration",
                )
            return address
        raise DefinitionError(f"The element {self.element.key} does not say its {keys[0]}.")


class Clients:
    """Finds the OAuth client of an instance: its own, else the operator's for that element."""

    def __init__(self, apps: OperatorApps) -> None:
        self._apps = apps

    async def of(self, configured: Configured, *, is_consent: bool = False) -> OAuthClient:
        """Return the client; what is missing is empty.

        Args:
            is_consent: whether a browser comes back to its callback, or just came; later nothing
                hangs on it, and the operator may have registered others.

        Raises:
            InvalidRequest: the callback is none of the operator's application.
        """
        own = configured.client()
        if own.client_id:
            return own
        callback_url = own.callback_url if is_consent else ""
        found = await self.operators(configured.element, callback_url=callback_url)
        return own if found is None else found

    async def operators(self, element: Element, *, callback_url: str = "") -> OAuthClient | None:
        """Return the operator's client for an element of the catalog; None: there is none.

        An element or a step of OAuth that a tenant made would get to see the secret.

        Raises:
            InvalidRequest: the callback is none of the application.
        """
        is_foreign = element.owner_account_id != SYSTEM_ACCOUNT or (
            element.is_extended and any(one.type.startswith("oauth") for one in element.operations)
        )
        app = None if is_foreign else await self._apps.find(element.key)
        if app is None:
            return None
        if callback_url and callback_url not in app.callback_urls:
            raise InvalidRequest(
                "The callback URL is not registered for this installation's application of"
                f" {element.key}. It must be one of those that the operator registered, character"
                " for character.",
                code="callback-not-registered",
            )
        return OAuthClient(
            client_id=app.client_id.reveal(),
            client_secret=app.client_secret,
            callback_url=callback_url or app.callback_urls[0],
            is_operators=True,
        )


def _is_vendors(template: str) -> bool:
    """Tell whether the definition names the domain of an address, whatever fills its placeholders.

    At least the last two labels of the host must be written there."""
    if template.startswith("{"):
        return False
    host = urlsplit(template).netloc
    end = host.rpartition("}")[2]
    return "{" not in host or (end.startswith(".") and end.count(".") >= 2)
