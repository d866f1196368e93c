"""The password grant, for vendors that know nothing better. Source: RFC 6749 section 4.3."""

from collections.abc import Mapping

from valence.domain import Secret
from valence.oauth.client import ClientAuthentication, TokenRequest, build_token_request


def password_request(
    endpoint: str,
    *,
    username: str,
    password: Secret,
    scope: str,
    client_id: str,
    client_secret: Secret | None,
    client_authentication: ClientAuthentication = "body",
    extra: Mapping[str, str] | None = None,
) -> TokenRequest:
    """Build the request that trades a user's name and password for tokens."""
    form = {
        "grant_type": "password",
        "username": username,
        "password": password.reveal(),
        **({"scope": scope} if scope else {}),
    }
    return build_token_request(
        endpoint,
        form | dict(extra or {}),
        client_id=client_id,
        client_secret=client_secret,
        client_authentication=client_authentication,
    )
