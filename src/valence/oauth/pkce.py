"""Proof Key for Code Exchange, method S256. Source: RFC 7636 sections 4.1 and 4.2."""

import base64
import hashlib
import secrets


def new_verifier() -> str:
    """Return a code verifier: 64 characters (allowed are 43 to 128) with 384 bits of randomness."""
    return secrets.token_urlsafe(48)


def challenge_s256(verifier: str) -> str:
    """Return BASE64URL(SHA256(verifier)) without padding."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
