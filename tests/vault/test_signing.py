"""Signatures with private keys, against published values and their public keys."""

import base64

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from valence.domain import Secret
from valence.vault import KeyUnusable, sign


def number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=="), "big")


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> Secret:
    made = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Secret(made.decode())


def rsa_key() -> rsa.RSAPrivateKey:
    """The key of RFC 7515 appendix A.2.1, from two of its numbers."""
    p = number(
        "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc"
    )
    q = number(
        "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc"
    )
    e = 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), rsa.rsa_crt_iqmp(p, q), rsa.RSAPublicNumbers(e, p * q)
    ).private_key()


SIGNED = b"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
SIGNATURE = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"


def test_rs256_is_the_published_signature() -> None:
    """RFC 7515 appendix A.2.1."""
    made = sign(SIGNED, private_key=pem(rsa_key()), algorithm="RS256")
    assert base64.urlsafe_b64encode(made).rstrip(b"=").decode() == SIGNATURE


def test_es256_is_two_numbers_that_the_public_key_knows() -> None:
    """RFC 7518 section 3.4: 64 bytes, no DER."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = sign(b"message", private_key=pem(key), algorithm="ES256")
    assert len(made) == 64
    der = encode_dss_signature(int.from_bytes(made[:32], "big"), int.from_bytes(made[32:], "big"))
    key.public_key().verify(der, b"message", ec.ECDSA(hashes.SHA256()))


def test_line_ends_may_come_escaped() -> None:
    """As a form or an environment gives them."""
    key = Secret(pem(rsa_key()).reveal().replace("\n", "\\n"))
    assert sign(b"x", private_key=key, algorithm="RS256")


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (Secret("s3cret"), "RS256"),
        (Secret(""), "RS256"),
        (Secret("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"), "RS256"),
        (pem(rsa_key()), "ES256"),
        (pem(rsa_key()), "HS256"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "RS256"),
        (pem(ec.generate_private_key(ec.SECP384R1())), "ES256"),
    ],
)
def test_a_key_that_cannot_sign_is_the_callers(key: Secret, algorithm: str) -> None:
    """A 400 that does not show it."""
    with pytest.raises(KeyUnusable) as no:
        sign(b"x", private_key=key, algorithm=algorithm)
    assert (no.value.status, no.value.code) == (400, "private-key-unusable")
    assert "s3cret" not in no.value.message
