"""Token revocation. Source: RFC 7009 section 2.1."""

from typing import Literal

from valence.domain import Secret
from valence.oauth.client import ClientAuthentication, TokenRequest, build_token_request


def revocation_request(
    endpoint: str,
    *,
    token: Secret,
    hint: Literal["access_token", "refresh_token"],
    client_id: str,
    client_secret: Secret | None,
    client_authentication: ClientAuthentication = "body",
) -> TokenRequest:
    """Build the request that ends a token, and with a refresh token the whole grant."""
    return build_token_request(
        endpoint,
        {"token": token.reveal(), "token_type_hint": hint},
        client_id=client_id,
        client_secret=client_secret,
        client_authentication=client_authentication,
    )
