"""The client credentials grant: the client is its own owner. Source: RFC 6749 section 4.4."""

from collections.abc import Mapping

from valence.domain import Secret
from valence.oauth.client import ClientAuthentication, TokenRequest, build_token_request


def client_credentials_request(
    endpoint: str,
    *,
    scope: str,
    client_id: str,
    client_secret: Secret | None,
    client_authentication: ClientAuthentication = "body",
    extra: Mapping[str, str] | None = None,
) -> TokenRequest:
    """Build the request for a token of the client's own; `extra` is what the vendor wants more."""
    form = {"grant_type": "client_credentials", **({"scope": scope} if scope else {})}
    return build_token_request(
        endpoint,
        form | dict(extra or {}),
        client_id=client_id,
        client_secret=client_secret,
        client_authentication=client_authentication,
    )
