"""A token endpoint's verdict in the platform's words: what happened and whose turn it is.

RFC 6749 has one error, `invalid_grant`, for a used code, an expired one and a wrong redirect URI.
Where the vendor's text tells them apart so do we; where it does not, the sentence names all
three."""

from valence.domain import (
    InvalidRequest,
    ValenceError,
    VendorError,
    VendorMalformed,
    VendorRefused,
    Whose,
)
from valence.egress import redact
from valence.oauth import TokenAnswerUnusable, TokenRefused

_START_AGAIN = "Ask for a new oauthUrl and let the owner consent again."
_GRANT_WORDS = (
    (
        "redirect",
        "redirect-mismatch",
        "The callback URL is not the one that the code was asked with. oauth.callback.url must"
        " equal the callbackUrl of the oauth/url call, character for character.",
    ),
    ("expired", "code-expired", f"The authorization code has expired. {_START_AGAIN}"),
    ("already", "code-already-used", f"The authorization code was used before. {_START_AGAIN}"),
    ("used", "code-already-used", f"The authorization code was used before. {_START_AGAIN}"),
)


def exchange_refused(refused: TokenRefused) -> ValenceError:
    """Translate a refusal of an authorization code."""
    provider = provider_message(refused)
    if refused.error == "invalid_grant":
        text = refused.description.lower()
        for word, code, message in _GRANT_WORDS:
            if word in text:
                return InvalidRequest(message, code=code, provider_message=provider)
        return InvalidRequest(
            "The vendor refused the authorization code: it was used, has expired, or was asked"
            f" with another callback URL. {_START_AGAIN}",
            code="code-refused",
            provider_message=provider,
        )
    if is_about_client(refused):
        return InvalidRequest(
            "The vendor does not accept this client: check oauth.api.key and oauth.api.secret.",
            code="client-refused",
            provider_message=provider,
        )
    return InvalidRequest(
        "The vendor refused to exchange the authorization code.",
        code="exchange-refused",
        provider_message=provider,
    )


def issue_refused(refused: TokenRefused) -> ValenceError:
    """Translate a refusal of what an instance is configured with."""
    if refused.error == "invalid_grant":
        return InvalidRequest(
            "The vendor does not accept what this instance is configured with: user name, password,"
            " key or assertion.",
            code="credentials-refused",
            provider_message=provider_message(refused),
        )
    if is_about_client(refused):
        return exchange_refused(refused)
    return InvalidRequest(
        "The vendor refused to issue a token.",
        code="exchange-refused",
        provider_message=provider_message(refused),
    )


def request_token_refused(refused: TokenRefused) -> ValenceError:
    """Translate a refusal of a request token: nobody but the client has spoken yet."""
    return InvalidRequest(
        "The vendor gives this client no request token: check oauth.api.key, oauth.api.secret and"
        " the callback URL.",
        code="client-refused",
        provider_message=provider_message(refused),
    )


def is_about_client(refused: TokenRefused) -> bool:
    """Tell whether the verdict is about the client and not about the grant."""
    return refused.error in ("invalid_client", "unauthorized_client")


def unusable(answer: TokenAnswerUnusable) -> VendorError:
    """Translate an answer that says nothing about code or grant: a retry may help."""
    if answer.status == 429:
        return VendorRefused(
            "The vendor's token endpoint limits us now; try again later.",
            status=429,
            retryable=True,
            retry_after_seconds=answer.retry_after_seconds,
        )
    if answer.status >= 500:
        return VendorRefused(
            f"The vendor's token endpoint is out of order (status {answer.status}).",
            status=502,
            retryable=True,
            retry_after_seconds=answer.retry_after_seconds,
        )
    return VendorMalformed(f"The vendor's token endpoint made no sense: {answer.reason}")


def client_refused_at_refresh(refused: TokenRefused) -> VendorRefused:
    """Translate a refusal of the client during a refresh: the grant may be as good as ever."""
    return VendorRefused(
        "The vendor does not accept the OAuth client of this instance any more: its key or secret"
        " was changed at the vendor. Update oauth.api.key and oauth.api.secret.",
        status=502,
        code="client-refused",
        whose=Whose.CALLER,
        retryable=False,
        provider_message=provider_message(refused),
    )


def provider_message(refused: TokenRefused) -> str:
    """Return the vendor's own words, redacted and bounded."""
    text = refused.error + (f": {refused.description}" if refused.description else "")
    return redact(text[:500])
