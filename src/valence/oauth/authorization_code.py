"""The authorization code grant: the address to consent at, the way back, the exchange.

Source: RFC 6749 section 4.1, RFC 7636 (PKCE), RFC 9207 (`iss`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit, urlunsplit

from valence.domain import Secret
from valence.oauth.client import ClientAuthentication, TokenRequest, build_token_request
from valence.oauth.errors import CallbackMalformed


@dataclass(frozen=True, slots=True)
class CodeGranted:
    """The owner consented; `code` is redeemed once."""

    code: str = field(repr=False)
    state: str | None = None
    issuer: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentDenied:
    """The owner, or the vendor on his behalf, said no; `error` is the code of RFC 6749 section
    4.1.2.1.
    """

    error: str
    description: str = ""
    state: str | None = None


def authorization_url(
    endpoint: str,
    *,
    client_id: str,
    redirect_uri: str,
    scope: str,
    state: str,
    challenge: str | None = None,
    extra: Mapping[str, str] | None = None,
) -> str:
    """Build the address at which the owner consents.

    Parameters come in the order scope, response_type, redirect_uri, state, client_id, because
    published clients of the wire contract show and sometimes compare it. A query that the
    endpoint has stays in front."""
    query: dict[str, str] = {"scope": scope} if scope else {}
    query |= {
        "response_type": "code",
        "redirect_uri": redirect_uri,
        "state": state,
        "client_id": client_id,
    }
    if challenge is not None:
        query |= {"code_challenge": challenge, "code_challenge_method": "S256"}
    query |= dict(extra or {})
    parts = urlsplit(endpoint)
    text = "&".join(part for part in (parts.query, urlencode(query)) if part)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, text, ""))


def parse_callback(query: Mapping[str, str]) -> CodeGranted | ConsentDenied:
    """Read the parameters with which the vendor sent the browser back.

    In OAuth 1.0a the request token is what tells a flow; a verifier is its code.

    Raises:
        CallbackMalformed: there is neither `code` nor `error`.
    """
    state = query.get("state")
    if query.get("denied"):
        return ConsentDenied("access_denied", "", query["denied"])
    if query.get("oauth_token") and query.get("oauth_verifier"):
        code = f"{query['oauth_token']} {query['oauth_verifier']}"
        return CodeGranted(code, query["oauth_token"])
    if query.get("error"):
        return ConsentDenied(query["error"], query.get("error_description", ""), state)
    if query.get("code"):
        return CodeGranted(query["code"], state, query.get("iss"))
    raise CallbackMalformed("The callback carries neither a code nor an error.")


def code_request(
    endpoint: str,
    *,
    code: str,
    redirect_uri: str,
    client_id: str,
    client_secret: Secret | None,
    client_authentication: ClientAuthentication = "body",
    verifier: str | None = None,
) -> TokenRequest:
    """Build the request that exchanges a code for tokens."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    if verifier is not None:
        form["code_verifier"] = verifier
    return build_token_request(
        endpoint,
        form,
        client_id=client_id,
        client_secret=client_secret,
        client_authentication=client_authentication,
    )
