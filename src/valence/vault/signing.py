"""Signatures with a private key that a tenant's instance holds. Source: RFC 7518 section 3.

Keys are PEM. One that is not of the algorithm's kind signs nothing."""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from valence.domain import InvalidRequest, Secret

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "RS256": hashes.SHA256(),
    "RS384": hashes.SHA384(),
    "RS512": hashes.SHA512(),
    "RSA-SHA1": hashes.SHA1(),  # noqa: S303 - OAuth 1.0a's own, RFC 5849 section 3.4.3
}
_ES256_BYTES = 32
ALGORITHMS = (*_HASHES, "ES256")


class KeyUnusable(InvalidRequest):
    """A private key is no PEM key, or not one for the algorithm."""

    code = "private-key-unusable"


def sign(message: bytes, *, private_key: Secret, algorithm: str) -> bytes:
    """Return a signature; of ES256 the two numbers one after the other.

    Raises:
        KeyUnusable: the key cannot make it.
    """
    # Keys come through forms and JSON, which like to escape the line ends.
    text = private_key.reveal().replace("\\n", "\n").strip()
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as exc:
        raise KeyUnusable(
            "The private key is not a key in PEM form (-----BEGIN PRIVATE KEY-----) without a"
            " password."
        ) from exc
    if algorithm in _HASHES and isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), _HASHES[algorithm])
    is_p256 = isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)
    if algorithm == "ES256" and is_p256:
        assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 - is_p256
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(_ES256_BYTES, "big") + s.to_bytes(_ES256_BYTES, "big")
    raise KeyUnusable(
        f"The private key cannot sign by {algorithm[:20]}; known are {', '.join(ALGORITHMS)}, the"
        " last with a key of the curve P-256, the others with an RSA key."
    )
