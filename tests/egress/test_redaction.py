"""What is shown holds no secret."""

import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from valence.egress import redact
from valence.egress.redaction import Redactor, is_secret_name


@pytest.mark.parametrize(
    ("text", "secrets", "expected"),
    [
        ("Authorization: Bearer abcdef123", (), "Authorization: Bearer ********"),
        ("authorization: abcdef 123 xyz", (), "authorization: ********"),
        ("sent Bearer abcdef123 twice", (), "sent Bearer ******** twice"),
        ('{"access_token":"abcd","x":1}', (), '{"access_token":"********","x":1}'),
        ('{"client_secret" : "a b\\"c\'d", "x":1', (), '{"client_secret" : "********", "x":1'),
        ("{'refreshToken': 'abcd'}", (), "{'refreshToken': '********'}"),
        ('{\\"api_key\\":\\"abcd\\"}', (), '{\\"api_key\\":\\"********'),
        ("x-api-key: abcdef", (), "x-api-key: ********"),
        ("code=abcdef&x=1", (), "code=********&x=1"),
        ("<password>abcdef</password>", (), "<password>********</password>"),
        ("it was s3cret-value", ("s3cret-value",), "it was ********"),
        ("it was a%2Fb%2Fsecret", ("a/b/secret",), "it was ********"),
        ("it was a%2fb%2fsecret", ("a/b/secret",), "it was ********"),
        ("short abc", ("abc",), "short abc"),
        ('{"code":"INVALID_FIELD"}', (), '{"code":"INVALID_FIELD"}'),
        ('{"token_type":"bearer"}', (), '{"token_type":"bearer"}'),
        (
            '{"message":"Unable to find this Contact"}',
            (),
            '{"message":"Unable to find this Contact"}',
        ),
    ],
)
def test_secrets_are_taken_out_of_texts(text: str, secrets: tuple[str, ...], expected: str) -> None:
    """What looks like one, and what is known to be one; an error's code stays readable."""
    assert redact(text, secrets) == expected


@pytest.mark.parametrize(
    "name",
    ["Authorization", "Cookie", "Set-Cookie", "X-Api-Key", "api_key", "apikey", "hapikey"]
    + ["client_secret", "clientSecret", "oauth.api.secret", "access_token", "refreshToken"]
    + ["id_token", "X-Auth-Token", "password", "new_password", "user_credentials", "sig"]
    + ["X-Amz-Signature", "client_assertion", "JSESSIONID", "code_verifier", "private_key_pem"],
)
def test_names_of_secrets(name: str) -> None:
    """However they are spelled."""
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    ["token_type", "nextPageToken", "expires_in", "code", "key", "id", "secretary", "monkey"]
    + ["elements-next-page-token", "Content-Type", "tokens_left", "author", "design"],
)
def test_names_of_ordinary_things(name: str) -> None:
    """Which an operator must be able to read."""
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Bearer abcdefgh", "Bearer ********"),
        ("Authorization", "Basic abcdefgh", "Basic ********"),
        ("authorization", "abcdefgh", "********"),
        ("Authorization", "abcdefgh ijkl", "********"),
        ("X-Api-Key", "abcdefgh", "********"),
        ("Ocp-Apim-Subscription-Key", "abcdefgh", "********"),
        ("X-Auth-User", "abcdefgh", "********"),
        ("Cookie", "a=b; c=d", "********"),
        ("Set-Cookie", "a=b; Path=/", "********"),
        ("Location", "/next?access_token=abcd&page=2", "/next?access_token=********&page=2"),
        ("X-Debug", "token=abcdefgh", "token=********"),
        ("Idempotency-Key", "abcdefgh", "abcdefgh"),
        ("WWW-Authenticate", 'Bearer error="invalid_token"', 'Bearer error="invalid_token"'),
        ("Content-Type", "application/json", "application/json"),
    ],
)
def test_headers_are_shown_without_secrets(name: str, value: str, shown: str) -> None:
    """The scheme stays, the rest is masked."""
    assert Redactor().headers([(name, value)], is_request=True) == ((name, shown),)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.b/c?x=1&y=%20z", "https://a.b/c?x=1&y=%20z"),
        ("https://a.b/c?api_key=abcd&x=1", "https://a.b/c?api_key=********&x=1"),
        ("https://a.b/c?key=abcd", "https://a.b/c?key=********"),
        ("https://a.b/c?code=abcd&state=infusionsoft", "https://a.b/c?code=********&state=infusionsoft"),
        ("https://a.b/c?client%5Fsecret=abcd", "https://a.b/c?client%5Fsecret=********"),
        ("https://u:p@a.b/c", "https://********@a.b/c"),
        ("https://a.b/c#access_token=abcd", "https://a.b/c#access_token=********"),
        ("/c?token=", "/c?token="),
    ],
)  # fmt: skip
def test_urls_are_shown_without_secrets(url: str, shown: str) -> None:
    """Parameters by name, credentials always."""
    assert Redactor().url(url) == shown


@pytest.mark.parametrize(
    ("body", "kind", "shown"),
    [
        (b'{"a":{"password":"x","b":[1]}}', "application/json", '{"a":{"password":"********","b":[1]}}'),
        (b'{"secret":{"a":"x","b":7,"c":true}}', "", '{"secret":{"a":"********","b":"********","c":true}}'),
        (b'{"grant_type":"x","code":"y"}', "text/json", '{"grant_type":"x","code":"********"}'),
        (b'{"code":"429","key":"k"}', "application/json", '{"code":"429","key":"k"}'),
        (b'{"access_token":"abcdef', "application/json", '{"access_token":"********'),
        (b"grant_type=x&client_secret=y", "application/x-www-form-urlencoded", "grant_type=x&client_secret=********"),
        (b"\x89PNG\x00", "image/png", "(5 bytes of image/png, not text)"),
        (b"\x00\x01", "", "(2 bytes, not text)"),
        (b"a=b", "multipart/form-data; boundary=x", "(3 bytes of multipart/form-data, not text)"),
        (b"[" * 3000, "application/json", "[" * 1000 + " .. (3000 bytes in all)"),
        (b"[" * 300 + b"]" * 300, "application/json", "[" * 65 + '"********"' + "]" * 65),
        (b"<html>", "text/html", "<html>"),
        (b"", "", ""),
    ],
)  # fmt: skip
def test_bodies_are_shown_without_secrets(body: bytes, kind: str, shown: str) -> None:
    """By their form where it can be read, else by their text; cut, and said so."""
    assert Redactor().body(body, content_type=kind, limit=1000) == shown


def test_a_secret_across_the_cut_is_not_shown_in_half() -> None:
    """Neither at the end of what is shown nor at the end of what is read."""
    secret = "Zq9-" * 10
    for size in (990, 64 * 1024 - 20, 300_000):
        body = b"x" * size + secret.encode() + b"y" * 300_000
        for limit in (1000, 100_000):
            shown = Redactor([secret]).body(body, content_type="text/plain", limit=limit)
            assert "Zq9-" not in shown


def test_a_secret_in_a_secret_place_across_the_cut_is_not_shown_in_half() -> None:
    """Nobody said what it is: its name stands before it."""
    for size in range(900, 1100, 3):
        for name in ('{"password":"', "access_token=", "Bearer "):
            body = b"x" * size + f" {name}".encode() + b"Zq9-" * 300
            assert "Zq9-" not in Redactor().body(body, content_type="", limit=1000)


def test_what_a_request_held_is_known_in_the_answer() -> None:
    """A vendor that echoes a token does not get it shown."""
    redactor = Redactor()
    redactor.headers([("Authorization", "Bearer abc-def-ghi")], is_request=True)
    redactor.url("https://a.b/?api_key=jkl-mno-pqr")
    shown = redactor.body(b"you sent abc-def-ghi and jkl-mno-pqr", content_type="", limit=1000)
    assert shown == "you sent ******** and ********"


# Without `*`, of which the mask is made, and nothing that JSON cannot hold.
SECRETS = st.text(st.characters(exclude_characters="*", exclude_categories=["Cs"]), min_size=6)


@given(secret=SECRETS)
def test_a_known_secret_is_shown_nowhere(secret: str) -> None:
    """In whatever place and encoding: text, JSON, form, URL."""
    redactor = Redactor([secret])
    bodies = [
        (f"<{secret}>".encode(), "text/plain"),
        (json.dumps({"a": [{"b": f"({secret})"}]}).encode(), "application/json"),
        (json.dumps({secret: 1}, ensure_ascii=False).encode(), ""),
        (json.dumps({"inner": json.dumps(secret)}).encode(), "application/json"),
        (json.dumps(secret).encode()[:-1] + b"\\", "application/json"),
        (urlencode({"x": f"1{secret}"}).encode(), "application/x-www-form-urlencoded"),
        (quote(secret, safe="").encode(), "application/x-www-form-urlencoded"),
    ]
    shown = [redactor.body(body, content_type=kind, limit=10_000) for body, kind in bodies]
    shown.append(redactor.url(f"https://a.b/{quote(secret, safe='')}/c?d={quote(secret)}"))
    for text in shown:
        assert secret not in text
        assert json.dumps(secret)[1:-1] not in text
        assert quote(secret, safe="") not in text


@given(secret=SECRETS, name=st.sampled_from(["access_token", "clientSecret", "X-Api-Key", "pwd"]))
def test_a_secret_in_a_secret_place_is_shown_nowhere(secret: str, name: str) -> None:
    """Nobody said what it is; where it stands says it."""
    assume(secret not in f'{{"{name}":"********","x":1}}{name}=********&x=1')
    redactor = Redactor()
    shown = redactor.body(
        json.dumps({name: secret, "x": 1}).encode(), content_type="application/json", limit=10_000
    )
    assert json.loads(shown) == {name: "********", "x": 1}
    form = urlencode({name: secret, "x": 1})
    shown = redactor.body(
        form.encode(), content_type="application/x-www-form-urlencoded", limit=10_000
    )
    assert shown == f"{name}=********&x=1"
    assert redactor.url(f"https://a.b/?{form}") == f"https://a.b/?{name}=********&x=1"
