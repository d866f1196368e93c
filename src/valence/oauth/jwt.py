"""Signed JSON Web Tokens in compact form. Source: RFC 7515 section 7.1, RFC 7519.

The room holds no cryptography: whoever asks brings what signs."""

import base64
import json
from collections.abc import Callable, Mapping

from valence.domain import Secret

Sign = Callable[[bytes], bytes]


def signed_jwt(
    claims: Mapping[str, object], *, algorithm: str, key_id: str | None, sign: Sign
) -> Secret:
    """Return a token with these claims; `key_id` tells the vendor which key it was."""
    header = {"alg": algorithm, "typ": "JWT", **({"kid": key_id} if key_id else {})}
    unsigned = f"{_encoded(_json(header))}.{_encoded(_json(claims))}"
    return Secret(f"{unsigned}.{_encoded(sign(unsigned.encode()))}")


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
