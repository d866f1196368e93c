"""OAuth 2.0 messages as values: built and read here, sent elsewhere.

Open `authorization_code.py` first. RFC 6749 and what came after it: PKCE (7636), `iss` (9207),
revocation (7009). The room refuses to do I/O, to keep state and to know a vendor."""

from valence.oauth.authorization_code import (
    CodeGranted,
    ConsentDenied,
    authorization_url,
    code_request,
    parse_callback,
)
from valence.oauth.client import ClientAuthentication, TokenRequest
from valence.oauth.errors import CallbackMalformed, TokenAnswerUnusable, TokenRefused
from valence.oauth.pkce import challenge_s256, new_verifier
from valence.oauth.refresh_token import refresh_request
from valence.oauth.revocation import revocation_request
from valence.oauth.state import new_state
from valence.oauth.token import TokenSet, parse_token_answer

__all__ = [
    "CallbackMalformed",
    "ClientAuthentication",
    "CodeGranted",
    "ConsentDenied",
    "TokenAnswerUnusable",
    "TokenRefused",
    "TokenRequest",
    "TokenSet",
    "authorization_url",
    "challenge_s256",
    "code_request",
    "new_state",
    "new_verifier",
    "parse_callback",
    "parse_token_answer",
    "refresh_request",
    "revocation_request",
]
