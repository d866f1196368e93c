"""Who asks a token endpoint, and how he shows himself there."""

import json
from dataclasses import dataclass

from valence.domain import DefinitionError, InvalidRequest, Secret, fill_text
from valence.instances.clients import Configured, OAuthClient
from valence.oauth import (
    ClientAssertion,
    ClientAuthentication,
    TokenRequest,
    TokenSet,
    assertion_claims,
    refresh_request,
    signed_jwt,
)
from valence.vault import sign

ASSERTION_SECONDS = 300
_WORDS = ("body", "basic", "none", "private_key_jwt")


@dataclass(frozen=True, slots=True)
class Applicant:
    """An instance with the client that speaks for it, at a moment."""

    configured: Configured
    client: OAuthClient
    now_ms: int

    def endpoint(self, *keys: str) -> str:
        """Return an address to call with this client. Raises as `Configured.endpoint`."""
        return self.configured.endpoint(*keys, client=self.client)

    def authentication(self, audience: str, *, is_refresh: bool = False) -> ClientAuthentication:
        """Return how the client shows itself at an address; at a refresh by default as before.

        Raises:
            DefinitionError: the element names a way that nobody knows.
            InvalidRequest: the client signs, and there is no key that can.
        """
        said = self.configured.default("oauth.client.authentication")
        if said == "private_key_jwt":
            return ClientAssertion(
                self.assertion(self.client.client_id, self.client.client_id, audience)
            )
        if said is not None and said not in _WORDS:
            raise DefinitionError(
                f"oauth.client.authentication must be one of {', '.join(_WORDS)}."
            )
        by_header = self.configured.default("oauth.refresh.basic.header") if is_refresh else None
        if by_header is None and said is not None:
            return "basic" if said == "basic" else "none" if said == "none" else "body"
        by_header = by_header or self.configured.default("oauth.basic.header")
        return "basic" if by_header == "true" else "body"

    def assertion(
        self, issuer: str, subject: str, audience: str, *, extra: dict[str, object] | None = None
    ) -> Secret:
        """Return a JWT signed with the instance's private key.

        Raises:
            InvalidRequest: there is no key, or it cannot sign.
        """
        key = self.configured.secret("oauth.private.key")
        if key is None:
            raise InvalidRequest(
                "Missing required configuration: oauth.private.key.", code="missing-configuration"
            )
        algorithm = self.configured.text("oauth.signing.algorithm") or "RS256"
        lifetime = self.configured.whole_seconds("oauth.jwt.lifetime", otherwise=ASSERTION_SECONDS)
        claims = assertion_claims(
            issuer=issuer,
            subject=subject,
            audience=audience,
            now_ms=self.now_ms,
            lifetime_seconds=lifetime,
            extra=extra,
        )
        return signed_jwt(
            claims,
            algorithm=algorithm,
            key_id=self.configured.text("oauth.private.key.id") or None,
            sign=lambda message: sign(message, private_key=key, algorithm=algorithm),
        )

    def claims(self) -> dict[str, object]:
        """Return the claims that the vendor wants besides the standard ones, filled.

        Raises:
            DefinitionError: `oauth.jwt.claims` is no JSON object.
        """
        template = self.configured.default("oauth.jwt.claims")
        if not template:
            return {}
        try:
            said = json.loads(template)
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise DefinitionError("oauth.jwt.claims must be a JSON object.")
        found = {
            name: fill_text(value, self.configured.text) if isinstance(value, str) else value
            for name, value in said.items()
        }
        return {name: value for name, value in found.items() if value is not None}

    def refresh(self, tokens: TokenSet) -> TokenRequest:
        """Build the request that trades the refresh token."""
        assert tokens.refresh_token is not None  # noqa: S101 - the caller looked
        address = self.endpoint("oauth.token.refresh_url", "oauth.token.url")
        return refresh_request(
            address,
            refresh_token=tokens.refresh_token,
            client_id=self.client.client_id,
            client_secret=self.client.client_secret,
            client_authentication=self.authentication(address, is_refresh=True),
        )
