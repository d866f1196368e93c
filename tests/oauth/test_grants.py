"""The requests of grants without an owner, and of clients that sign, by tables of values."""

import json
from base64 import urlsafe_b64decode
from urllib.parse import parse_qsl

import pytest

from valence.domain import Secret
from valence.oauth import (
    ClientAssertion,
    ClientAuthentication,
    assertion_claims,
    client_credentials_request,
    jwt_bearer_request,
    password_request,
    signed_jwt,
)

BY_JWT = ClientAssertion(Secret("h.c.s"))
BASIC = "Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3"  # RFC 6749 section 4.4.2
ID, SECRET = "s6BhdRkqt3", Secret("7Fjfp0ZBr1KtDRbnfVdmIw")


@pytest.mark.parametrize(
    ("way", "secret", "form", "header"),
    [
        ("body", SECRET, {"client_id": ID, "client_secret": SECRET.reveal()}, None),
        ("basic", SECRET, {}, BASIC),
        ("basic", None, {"client_id": ID}, None),
        ("none", SECRET, {}, None),
        (
            BY_JWT,
            SECRET,
            {
                "client_id": ID,
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": "h.c.s",
            },
            None,
        ),
    ],
)
def test_a_client_shows_itself(
    way: ClientAuthentication, secret: Secret | None, form: dict[str, str], header: str | None
) -> None:
    """RFC 6749 sections 2.3.1 and 4.4.2, RFC 7523 section 2.2."""
    made = client_credentials_request(
        "https://v.example/token",
        scope="a b",
        client_id=ID,
        client_secret=secret,
        client_authentication=way,
        extra={"audience": "api"},
    )
    asked = {"grant_type": "client_credentials", "scope": "a b", "audience": "api"}
    assert dict(parse_qsl(made.body.decode())) == asked | form
    assert dict(made.headers).get("Authorization") == header
    assert SECRET.reveal() not in repr(made)


def test_a_password_is_sent_as_published() -> None:
    """RFC 6749 section 4.3.2."""
    made = password_request(
        "https://v.example/token",
        username="johndoe",
        password=Secret("A3ddj3w"),
        scope="",
        client_id=ID,
        client_secret=SECRET,
        client_authentication="basic",
    )
    assert made.body == b"grant_type=password&username=johndoe&password=A3ddj3w"
    assert "A3ddj3w" not in repr(made)


def test_an_assertion_is_sent_as_published() -> None:
    """RFC 7523 section 4."""
    made = jwt_bearer_request(
        "https://as.example.com/token.oauth2",
        assertion=Secret("eyJhbGciOiJFUzI1NiIsImtpZCI6IjE2In0.eyJpc3Mi.J9l-ZhwP"),
        scope="",
        client_id="",
        client_secret=None,
    )
    assert made.body == (
        b"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
        b"&assertion=eyJhbGciOiJFUzI1NiIsImtpZCI6IjE2In0.eyJpc3Mi.J9l-ZhwP"
    )


def test_a_token_is_header_claims_and_signature() -> None:
    """RFC 7515 section 7.1; what is signed is what is sent."""
    signed: list[bytes] = []

    def sign(message: bytes) -> bytes:
        signed.append(message)
        return b"\xff\xfe\xfd"

    claims = assertion_claims(
        issuer="i",
        subject="s",
        audience="a",
        now_ms=1_300_819_380_000,
        lifetime_seconds=300,
        extra={"sub": "other", "scope": "read"},
    )
    made = signed_jwt(claims, algorithm="RS256", key_id="k", sign=sign).reveal()
    head, body, signature = made.split(".")
    assert signed == [f"{head}.{body}".encode()]
    assert signature == "__79"
    read = [json.loads(urlsafe_b64decode(part + "==")) for part in (head, body)]
    assert read[0] == {"alg": "RS256", "typ": "JWT", "kid": "k"}
    assert len(read[1].pop("jti")) >= 16
    assert read[1] == {
        "iss": "i",
        "sub": "other",
        "aud": "a",
        "iat": 1_300_819_380,
        "exp": 1_300_819_680,
        "scope": "read",
    }
