"""OAuth messages as values: built and read here, sent elsewhere.

Open `authorization_code.py` first. RFC 6749 and what came after it: PKCE (7636), `iss` (9207),
revocation (7009), assertions (7523); and OAuth 1.0a (5849) in `oauth1.py`. The room refuses to do
I/O, to keep state, to hold a private key and to know a vendor."""

from valence.oauth.authorization_code import (
    CodeGranted,
    ConsentDenied,
    authorization_url,
    code_request,
    parse_callback,
)
from valence.oauth.client import ClientAssertion, ClientAuthentication, TokenRequest
from valence.oauth.client_credentials import client_credentials_request
from valence.oauth.errors import CallbackMalformed, TokenAnswerUnusable, TokenRefused
from valence.oauth.jwt import signed_jwt
from valence.oauth.jwt_bearer import assertion_claims, jwt_bearer_request
from valence.oauth.oauth1 import (
    Signer,
    access_token_request,
    oauth1_authorization_url,
    parse_oauth1_answer,
    request_token_request,
)
from valence.oauth.password import password_request
from valence.oauth.pkce import challenge_s256, new_verifier
from valence.oauth.refresh_token import refresh_request
from valence.oauth.revocation import revocation_request
from valence.oauth.state import new_state
from valence.oauth.token import TokenSet, parse_token_answer

__all__ = [
    "CallbackMalformed",
    "ClientAssertion",
    "ClientAuthentication",
    "CodeGranted",
    "ConsentDenied",
    "Signer",
    "TokenAnswerUnusable",
    "TokenRefused",
    "TokenRequest",
    "TokenSet",
    "access_token_request",
    "assertion_claims",
    "authorization_url",
    "challenge_s256",
    "client_credentials_request",
    "code_request",
    "jwt_bearer_request",
    "new_state",
    "new_verifier",
    "oauth1_authorization_url",
    "parse_callback",
    "parse_oauth1_answer",
    "parse_token_answer",
    "password_request",
    "refresh_request",
    "request_token_request",
    "revocation_request",
    "signed_jwt",
]
