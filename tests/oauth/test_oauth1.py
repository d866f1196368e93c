"""OAuth 1.0a against published examples, and against a few lines of our own."""

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.instances.vendor import escaped, hmac_sha1, oauth1_base
from valence.domain import Secret
from valence.oauth import (
    Signer,
    TokenAnswerUnusable,
    TokenRefused,
    access_token_request,
    oauth1_authorization_url,
    parse_oauth1_answer,
    request_token_request,
)

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def said(header: str) -> dict[str, str]:
    """Read an Authorization header by hand."""
    assert header.startswith("OAuth ")
    parts = (part.partition("=") for part in header.removeprefix("OAuth ").split(", "))
    return {name: unquote(value.strip('"')) for name, _, value in parts}


# RFC 5849 section 1.2: (method, address, parameters, client secret, token secret, signature)
RFC5849 = [
    (
        "POST",
        "https://photos.example.net/initiate",
        {
            "oauth_consumer_key": "dpf43f3p2l4k3l03",
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": "137131200",
            "oauth_nonce": "wIjqoS",
            "oauth_callback": "http://printer.example.com/ready",
        },
        "",
        "74KNZJeDHnMBp0EMJ9ZHt/XKycU=",
    ),
    (
        "POST",
        "https://photos.example.net/token",
        {
            "oauth_consumer_key": "dpf43f3p2l4k3l03",
            "oauth_token": "hh5s93j4hdidpola",
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": "137131201",
            "oauth_nonce": "walatlh",
            "oauth_verifier": "hfdp7dh39dks9884",
        },
        "hdhd0244k9j7ao03",
        "gKgrFCywp7rO0OXSjdot/IHF7IU=",
    ),
    (
        "GET",
        "http://photos.example.net/photos",
        {
            "oauth_consumer_key": "dpf43f3p2l4k3l03",
            "oauth_token": "nnch734d00sl2jdk",
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": "137131202",
            "oauth_nonce": "chapoH",
            "file": "vacation.jpg",
            "size": "original",
        },
        "pfkkdhi9sl3r4s00",
        "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
    ),
]


@pytest.mark.parametrize(("method", "url", "parameters", "token_secret", "signature"), RFC5849)
def test_the_vendor_of_the_tests_knows_the_published_signatures(
    method: str, url: str, parameters: dict[str, str], token_secret: str, signature: str
) -> None:
    """RFC 5849 section 1.2; so what it accepts is right."""
    base = oauth1_base(method, url, list(parameters.items()))
    assert hmac_sha1(base, "kd94hf93k423kf44", token_secret) == signature


def test_the_vendor_of_the_tests_knows_the_published_base_string() -> None:
    """RFC 5849 section 3.4.1.1, with every trap of encoding and sorting."""
    parameters = [
        ("b5", "=%3D"),
        ("a3", "a"),
        ("c@", ""),
        ("a2", "r b"),
        ("oauth_consumer_key", "9djdj82h48djs9d2"),
        ("oauth_token", "kkk9d7dh3k39sjv7"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131201"),
        ("oauth_nonce", "7d8f3e4a"),
        ("c2", ""),
        ("a3", "2 q"),
    ]
    assert oauth1_base("POST", "http://example.com/request", parameters) == (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D"
        "%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e"
        "4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9"
        "d7dh3k39sjv7"
    )


def test_a_call_has_the_published_signature() -> None:
    """OAuth Core 1.0a, appendix A.5."""
    signer = Signer(
        "dpf43f3p2l4k3l03",
        Secret("kd94hf93k423kf44"),
        token=Secret("nnch734d00sl2jdk"),
        token_secret=Secret("pfkkdhi9sl3r4s00"),
        realm="http://photos.example.net/",
    )
    url = "http://photos.example.net/photos?file=vacation.jpg&size=original"
    at, headers = signer.sign(
        "GET", url, (), None, now_ms=1_191_242_096_000, nonce="kllo9940pd9333jh"
    )
    assert at == url
    assert said(headers[0][1]) == {
        "realm": "http://photos.example.net/",
        "oauth_consumer_key": "dpf43f3p2l4k3l03",
        "oauth_token": "nnch734d00sl2jdk",
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_signature": "tR3+Ty81lMeYAr/Fid0kMTYa/WM=",
        "oauth_timestamp": "1191242096",
        "oauth_nonce": "kllo9940pd9333jh",
        "oauth_version": "1.0",
    }


ODD = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8)


@given(
    st.dictionaries(ODD.filter(bool), ODD, max_size=3), ODD, st.sampled_from(("header", "query"))
)
def test_whatever_is_in_a_call_is_signed(query: dict[str, str], value: str, placement: str) -> None:
    """Query and form, in both placements; what was in the query stays as it was."""
    joined = "&".join(f"{escaped(name)}={escaped(text)}" for name, text in query.items())
    url = "https://v.example/a%20b" + (f"?{joined}" if joined else "")
    body = f"field={escaped(value)}".encode()
    signer = Signer("key", Secret("sec&ret"), Secret("to ken"), Secret("t&s"), placement=placement)
    at, headers = signer.sign("POST", url, FORM, body, now_ms=1_000_000)
    assert at.startswith(url)
    parameters = parse_qsl(urlsplit(at).query, keep_blank_values=True)
    if placement == "header":
        assert at == url
        parameters += said(dict(headers)["Authorization"]).items()
    else:
        assert headers == FORM
    signature = dict(parameters)["oauth_signature"]
    own = [pair for pair in parameters if pair[0] != "oauth_signature"]
    base = oauth1_base("POST", "https://v.example/a%20b", [*own, ("field", value)])
    assert signature == hmac_sha1(base, "sec&ret", "t&s")


def test_a_body_that_is_no_form_is_not_signed() -> None:
    """Nor is it hashed: few vendors know that draft."""
    signer = Signer("key", Secret("s"))
    headers = (("Content-Type", "application/json"),)
    _, made = signer.sign("POST", "https://v.example/", headers, b'{"a=b": 1}', now_ms=0, nonce="n")
    assert "body_hash" not in made[1][1]
    _, other = signer.sign("POST", "https://v.example/", headers, b"[]", now_ms=0, nonce="n")
    assert made == other


def test_a_nonce_is_used_once() -> None:
    """By itself."""
    signer = Signer("key", Secret("s"))
    made = {signer.sign("GET", "https://v.example/", (), None, now_ms=0)[1] for _ in range(5)}
    assert len(made) == 5


def test_other_methods() -> None:
    """PLAINTEXT shows both secrets; RSA-SHA1 signs with what it is given."""
    signer = Signer("key", Secret("a&b"), Secret("t"), Secret("c"), method="PLAINTEXT")
    _, headers = signer.sign("GET", "https://v.example/", (), None, now_ms=0)
    assert said(headers[0][1])["oauth_signature"] == "a%26b&c"
    seen: list[bytes] = []

    def rsa(message: bytes) -> bytes:
        seen.append(message)
        return b"signed"

    signer = Signer("key", Secret(""), method="RSA-SHA1", rsa=rsa)
    _, headers = signer.sign("GET", "https://v.example/x?y=1", (), None, now_ms=0)
    assert said(headers[0][1])["oauth_signature"] == "c2lnbmVk"
    assert seen[0].startswith(b"GET&https%3A%2F%2Fv.example%2Fx&oauth_consumer_key")


def test_the_messages_of_the_dance() -> None:
    """Callback and verifier are signed; the owner is sent with the token alone."""
    signer = Signer("key", Secret("s"))
    asks = request_token_request(
        "https://v.example/r", signer, callback="https://a.example/b", scope="x y", now_ms=0
    )
    assert asks.url == "https://v.example/r?scope=x+y"
    assert said(asks.headers[0][1])["oauth_callback"] == "https://a.example/b"
    trades = access_token_request("https://v.example/t", signer, verifier="v", now_ms=0)
    assert said(trades.headers[0][1])["oauth_verifier"] == "v"
    url = oauth1_authorization_url("https://v.example/a?x=1", request_token="t&1")
    assert url == "https://v.example/a?x=1&oauth_token=t%261"


def test_answers() -> None:
    """Tokens, a verdict, or nothing to go by."""
    body = b"oauth_token=t&oauth_token_secret=s%26&screen_name=ada"
    made = parse_oauth1_answer(200, body, now_ms=7)
    assert (made.access_token, made.token_secret) == (Secret("t"), Secret("s&"))
    assert (made.extra, made.expires_ms, made.refresh_token) == ({"screen_name": "ada"}, None, None)
    for status, text, error in [
        (401, b"oauth_problem=consumer_key_unknown", "invalid_client"),
        (401, b"oauth_problem=signature_invalid", "invalid_client"),
        (400, b"oauth_problem=verifier_invalid", "invalid_grant"),
        (403, b"<html>no</html>", "invalid_grant"),
    ]:
        with pytest.raises(TokenRefused) as refused:
            parse_oauth1_answer(status, text, now_ms=0)
        assert refused.value.error == error
    for status, text in [(200, b"<html>"), (500, body), (200, b"oauth_token="), (302, b"")]:
        with pytest.raises(TokenAnswerUnusable):
            parse_oauth1_answer(status, text, now_ms=0)
