"""OAuth 1.0a: the dance for a token with a secret, and the signature of every call.

Source: RFC 5849; the word `oauth_problem` of the Problem Reporting extension. The signature base
string is `oauthlib`'s, the one place of OAuth where a hand-written line goes wrong unnoticed. What
the library does besides is left alone: it re-encodes a query that it signs into and drops one that
it cannot read, so the parameters are put into the query here; and it adds the hash of a draft to
bodies that are no forms, so those are not shown to it."""

import base64
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from oauthlib import oauth1

from valence.domain import Secret
from valence.oauth.client import TokenRequest
from valence.oauth.errors import TokenAnswerUnusable, TokenRefused
from valence.oauth.token import TokenSet

METHODS = ("HMAC-SHA1", "HMAC-SHA256", "RSA-SHA1", "PLAINTEXT")
_FORM = "application/x-www-form-urlencoded"
_READABLE = "=&;:%+~,*@!()/?'$-._"  # what oauthlib takes in a query besides letters and digits
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')
_ABOUT_CLIENT = ("consumer_key", "signature", "timestamp", "nonce")

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs as one client, and for one owner where there is a token.

    `placement` is `header` or `query`. `rsa` makes the signature of RSA-SHA1.
    """

    client_id: str
    client_secret: Secret
    token: Secret | None = None
    token_secret: Secret | None = None
    method: str = "HMAC-SHA1"
    placement: str = "header"
    realm: str | None = None
    rsa: Callable[[bytes], bytes] | None = field(default=None, repr=False)

    def sign(
        self,
        method: str,
        url: str,
        headers: Headers,
        body: bytes | None,
        *,
        now_ms: int,
        nonce: str | None = None,
        callback: str | None = None,
        verifier: str | None = None,
    ) -> tuple[str, Headers]:
        """Return address and headers of a request, signed.

        Args:
            nonce: for a published example only; it must be new for every request.
        """
        signs = oauth1.Client(
            self.client_id,
            client_secret=self.client_secret.reveal(),
            resource_owner_key=self.token.reveal() if self.token else None,
            resource_owner_secret=self.token_secret.reveal() if self.token_secret else None,
            callback_uri=callback,
            verifier=verifier,
            signature_method=self.method,
            realm=self.realm,
            nonce=nonce or secrets.token_hex(16),
            timestamp=str(now_ms // 1000),
        )
        if self.rsa is not None:
            signs.SIGNATURE_METHODS = {self.method: _rsa(self.rsa)}
        parts = urlsplit(url)
        readable = quote(parts.query, safe=_READABLE)
        form = _form(method, headers, body)
        _, made, _ = signs.sign(
            urlunsplit((parts.scheme, parts.netloc, parts.path, readable, "")),
            http_method=cast(Any, method),
            body=form,
            headers={} if form is None else {"Content-Type": _FORM},
        )
        authorization = str(made["Authorization"])
        if self.placement != "query":
            return url, (*headers, ("Authorization", authorization))
        said = [(name, unquote(value)) for name, value in _PARAMETER.findall(authorization)]
        own = urlencode([pair for pair in said if pair[0] != "realm"], quote_via=quote)
        query = "&".join(part for part in (parts.query, own) if part)
        return urlunsplit((parts.scheme, parts.netloc, parts.path, query, "")), headers


def request_token_request(
    endpoint: str, signer: Signer, *, callback: str, scope: str, now_ms: int
) -> TokenRequest:
    """Build the request for temporary credentials. Source: RFC 5849 section 2.1."""
    if scope:
        endpoint += ("&" if "?" in endpoint else "?") + urlencode({"scope": scope})
    return _token_request(endpoint, signer, now_ms=now_ms, callback=callback)


def access_token_request(
    endpoint: str, signer: Signer, *, verifier: str, now_ms: int
) -> TokenRequest:
    """Build the request that trades an authorized request token. Source: RFC 5849 section 2.3."""
    return _token_request(endpoint, signer, now_ms=now_ms, verifier=verifier)


def oauth1_authorization_url(
    endpoint: str, *, request_token: str, extra: Mapping[str, str] | None = None
) -> str:
    """Build the address at which the owner consents. Source: RFC 5849 section 2.2."""
    parts = urlsplit(endpoint)
    own = urlencode({"oauth_token": request_token, **(extra or {})})
    query = "&".join(part for part in (parts.query, own) if part)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def parse_oauth1_answer(status: int, body: bytes, *, now_ms: int) -> TokenSet:
    """Read the answer of a request-token or access-token endpoint: a form with token and secret.

    Raises:
        TokenRefused: `invalid_client` or `invalid_grant`; a refusal that does not say which is of
            the grant, with what the vendor said as description.
        TokenAnswerUnusable: anything that is neither tokens nor a verdict.
    """
    text = body.decode("utf-8", "replace")
    said = dict(parse_qsl(text, keep_blank_values=True))
    if status in (400, 401, 403):
        problem = said.get("oauth_problem", "")
        is_client = problem.startswith(_ABOUT_CLIENT)
        raise TokenRefused(
            "invalid_client" if is_client else "invalid_grant",
            description=problem or text[:200],
            status=status,
        )
    token, secret = said.pop("oauth_token", ""), said.pop("oauth_token_secret", "")
    if not 200 <= status < 300 or not token:
        raise TokenAnswerUnusable(
            f"The token endpoint answered status {status} without oauth_token.", status=status
        )
    return TokenSet(
        access_token=Secret(token),
        refresh_token=None,
        token_type="oauth1",  # noqa: S106 - what kind it is
        scope=None,
        issued_ms=now_ms,
        expires_ms=None,
        extra=said,
        token_secret=Secret(secret),
    )


def _token_request(
    endpoint: str,
    signer: Signer,
    *,
    now_ms: int,
    callback: str | None = None,
    verifier: str | None = None,
) -> TokenRequest:
    url, headers = signer.sign(
        "POST", endpoint, (), None, now_ms=now_ms, callback=callback, verifier=verifier
    )
    return TokenRequest(url, headers, b"")


def _form(method: str, headers: Headers, body: bytes | None) -> str | None:
    """Return a body whose fields are signed; None: it has none. Source: section 3.4.1.3.1."""
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    if not body or method in ("GET", "HEAD") or not kind.lower().startswith(_FORM):
        return None
    return quote(body.decode("utf-8", "replace"), safe=_READABLE)


def _rsa(sign: Callable[[bytes], bytes]) -> Callable[..., str]:
    def signature(base_string: str, _: object) -> str:
        return base64.b64encode(sign(base_string.encode())).decode()

    return signature
