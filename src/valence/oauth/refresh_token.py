"""The refresh token grant. Source: RFC 6749 section 6."""

from valence.domain import Secret
from valence.oauth.client import ClientAuthentication, TokenRequest, build_token_request


def refresh_request(
    endpoint: str,
    *,
    refresh_token: Secret,
    client_id: str,
    client_secret: Secret | None,
    client_authentication: ClientAuthentication = "body",
) -> TokenRequest:
    """Build the request that trades a refresh token for new tokens; the scope stays what it was."""
    return build_token_request(
        endpoint,
        {"grant_type": "refresh_token", "refresh_token": refresh_token.reveal()},
        client_id=client_id,
        client_secret=client_secret,
        client_authentication=client_authentication,
    )
