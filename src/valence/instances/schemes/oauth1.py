"""OAuth 1.0a: every call is signed. Source: RFC 5849.

In a definition:

    authentication: {type: oauth1}
    configuration:
      - {key: oauth.api.key, name: Consumer key, description: Of your app, type: PASSWORD, required: true}
      - {key: oauth.api.secret, name: Consumer secret, description: Of your app, type: PASSWORD, required: true}
      - {key: oauth.callback.url, name: Callback URL, description: The way back, required: true}
      - {key: oauth.request.url, ..., default: "https://v.example/request_token", internal: true}
      - {key: oauth.authorization.url, ..., default: "https://v.example/authorize", internal: true}
      - {key: oauth.token.url, ..., default: "https://v.example/access_token", internal: true}
      - {key: oauth.request.authorization.type, ..., default: header, internal: true}   # or query
      - {key: oauth.signature.method, ..., default: HMAC-SHA1, internal: true}

Other methods are HMAC-SHA256, RSA-SHA1 (with oauth.private.key) and PLAINTEXT; oauth.realm names a
realm."""  # noqa: E501 - a sample is one line an entry

from dataclasses import replace

from valence.domain import Clock, DefinitionError, InvalidRequest, Secret
from valence.egress import OutboundRequest
from valence.instances.clients import Configured, OAuthClient
from valence.instances.schemes.authorization import Authorization
from valence.oauth import Signer, TokenSet
from valence.oauth.oauth1 import METHODS
from valence.vault import sign as sign_with_key


def signer_of(
    configured: Configured,
    client: OAuthClient,
    *,
    token: Secret | None = None,
    token_secret: Secret | None = None,
) -> Signer:
    """Return what signs for an instance's client.

    Raises:
        DefinitionError: the element names a method that nobody knows.
        InvalidRequest: there is no client.
    """
    method = (configured.default("oauth.signature.method") or "HMAC-SHA1").upper()
    if method not in METHODS:
        raise DefinitionError(f"oauth.signature.method must be one of {', '.join(METHODS)}.")
    secret, key = client.client_secret, configured.secret("oauth.private.key")
    if not client.client_id or (secret is None and key is None):
        raise InvalidRequest(
            "Missing parameter: apiKey or apiSecret. OAuth 1.0a signs every request with both.",
            code="missing-parameter",
        )

    def rsa(message: bytes) -> bytes:
        return sign_with_key(message, private_key=key or Secret(""), algorithm=method)

    return Signer(
        client.client_id,
        secret or Secret(""),
        token=token,
        token_secret=token_secret,
        method=method,
        placement=configured.default("oauth.request.authorization.type") or "header",
        realm=configured.default("oauth.realm"),
        rsa=rsa if method.startswith("RSA") else None,
    )


def authorization(
    configured: Configured, client: OAuthClient, tokens: TokenSet, *, clock: Clock
) -> Authorization:
    """Return what signs a call."""
    signer = signer_of(
        configured, client, token=tokens.access_token, token_secret=tokens.token_secret
    )

    def sign(request: OutboundRequest) -> OutboundRequest:
        body = request.body if isinstance(request.body, bytes) else None
        url, headers = signer.sign(
            request.method, request.url, request.headers, body, now_ms=clock.now_ms()
        )
        return replace(request, url=url, headers=headers)

    return Authorization(sign=sign)
