"""The JWT bearer grant, and assertions of clients. Source: RFC 7521, RFC 7523 sections 2 and 3."""

import secrets
from collections.abc import Mapping

from valence.domain import Secret
from valence.oauth.client import ClientAuthentication, TokenRequest, build_token_request

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def assertion_claims(
    *,
    issuer: str,
    subject: str,
    audience: str,
    now_ms: int,
    lifetime_seconds: int,
    extra: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Return the claims of an assertion that is good once, for a short time.

    What `extra` says wins, so that a vendor with claims of its own can be satisfied."""
    now = now_ms // 1000
    return {
        "iss": issuer,
        "sub": subject,
        "aud": audience,
        "iat": now,
        "exp": now + lifetime_seconds,
        "jti": secrets.token_urlsafe(16),
    } | dict(extra or {})


def jwt_bearer_request(
    endpoint: str,
    *,
    assertion: Secret,
    scope: str,
    client_id: str,
    client_secret: Secret | None,
    client_authentication: ClientAuthentication = "none",
) -> TokenRequest:
    """Build the request that trades an assertion for an access token."""
    return build_token_request(
        endpoint,
        {
            "grant_type": JWT_BEARER,
            "assertion": assertion.reveal(),
            **({"scope": scope} if scope else {}),
        },
        client_id=client_id,
        client_secret=client_secret,
        client_authentication=client_authentication,
    )
