"""OAuth messages, by tables of values."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valence.domain import Secret
from valence.oauth import (
    CallbackMalformed,
    CodeGranted,
    ConsentDenied,
    TokenAnswerUnusable,
    TokenRefused,
    TokenSet,
    authorization_url,
    challenge_s256,
    code_request,
    new_state,
    new_verifier,
    parse_callback,
    parse_token_answer,
    refresh_request,
    revocation_request,
)

NOW = 1_700_000_000_000
OLD = TokenSet(Secret("old"), Secret("old-refresh"), "bearer", "full", NOW, None)


def test_the_authorization_url_is_the_documented_one() -> None:
    """Order and encoding are those of the published example."""
    url = authorization_url(
        "https://accounts.infusionsoft.com/app/oauth/authorize",
        client_id="Rand0MAP1-key",
        redirect_uri="https://httpbin.org/get",
        scope="files.readwrite offline_access",
        state="infusionsoftrest",
    )
    assert url == (
        "https://accounts.infusionsoft.com/app/oauth/authorize?scope=files.readwrite+offline_access"
        "&response_type=code&redirect_uri=https%3A%2F%2Fhttpbin.org%2Fget&state=infusionsoftrest"
        "&client_id=Rand0MAP1-key"
    )


@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_every_parameter_survives_the_url(client_id: str, redirect_uri: str, state: str) -> None:
    """What goes into the query comes out of it, after a query that was there."""
    values = [text.encode("utf-8", "ignore").decode() for text in (client_id, redirect_uri, state)]
    url = authorization_url(
        "https://v.example/a?x=1",
        client_id=values[0],
        redirect_uri=values[1],
        scope="",
        state=values[2],
    )
    query = parse_qs(urlsplit(url).query, keep_blank_values=True)
    assert query["x"] == ["1"]
    assert [query["client_id"], query["redirect_uri"], query["state"]] == [[v] for v in values]
    assert "scope" not in query


def test_pkce_is_rfc_7636_appendix_b() -> None:
    """The published verifier has the published challenge; ours are of allowed length."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_s256(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert 43 <= len(new_verifier()) <= 128
    url = authorization_url(
        "https://v/a", client_id="c", redirect_uri="r", scope="s", state="t", challenge="x"
    )
    assert url.endswith("&code_challenge=x&code_challenge_method=S256")


def test_a_bound_state_begins_with_the_key_and_is_random() -> None:
    """Old clients read the part before the dot."""
    states = {new_state("infusionsoftrest") for _ in range(50)}
    assert len(states) == 50
    assert all(len(s.removeprefix("infusionsoftrest.")) >= 32 for s in states)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"code": "c", "state": "s"}, CodeGranted("c", "s")),
        ({"code": "c", "scope": "full|x", "iss": "https://v"}, CodeGranted("c", None, "https://v")),
        ({"error": "access_denied", "state": "s"}, ConsentDenied("access_denied", "", "s")),
        ({"error": "e", "error_description": "d", "code": "c"}, ConsentDenied("e", "d", None)),
    ],
)
def test_the_way_back_is_read(query: dict[str, str], expected: object) -> None:
    """A code, or a denial, which wins when both are there."""
    assert parse_callback(query) == expected


@pytest.mark.parametrize("query", [{}, {"state": "s"}, {"code": ""}])
def test_a_way_back_with_nothing_is_malformed(query: dict[str, str]) -> None:
    """Neither code nor error."""
    with pytest.raises(CallbackMalformed):
        parse_callback(query)


def test_requests_authenticate_the_client_by_body_or_header() -> None:
    """Body: id and secret in the form. Basic: form-encoded, then base64, and not in the form."""
    body = code_request(
        "https://v/t", code="c", redirect_uri="r", client_id="i d", client_secret=Secret("s&")
    )
    form = parse_qs(body.body.decode())
    assert form == {
        "grant_type": ["authorization_code"],
        "code": ["c"],
        "redirect_uri": ["r"],
        "client_id": ["i d"],
        "client_secret": ["s&"],
    }
    basic = refresh_request(
        "https://v/t",
        refresh_token=Secret("r"),
        client_id="i d",
        client_secret=Secret("s&"),
        client_authentication="basic",
    )
    assert dict(basic.headers)["Authorization"] == "Basic aStkOnMlMjY="
    assert parse_qs(basic.body.decode()) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["r"],
    }
    public = code_request(
        "https://v/t", code="c", redirect_uri="r", client_id="i", client_secret=None, verifier="v"
    )
    assert b"code_verifier=v" in public.body
    assert b"client_secret" not in public.body
    revoke = revocation_request(
        "https://v/r", token=Secret("t"), hint="refresh_token", client_id="i", client_secret=None
    )
    assert b"token_type_hint=refresh_token" in revoke.body
    assert "s&" not in repr(body)
    assert "aStk" not in repr(basic)


def test_keaps_answer_is_read() -> None:
    """The answer the live service gives, its scope naming the tenant."""
    tokens = parse_token_answer(
        200,
        {},
        b'{"access_token":"a","token_type":"bearer","expires_in":86399,"refresh_token":"r",'
        b'"scope":"full|xx123.infusionsoft.com","more":1,"nested":{}}',
        now_ms=NOW,
    )
    assert tokens.access_token == Secret("a")
    assert tokens.refresh_token == Secret("r")
    assert tokens.expires_ms == NOW + 86_399_000
    assert tokens.scope == "full|xx123.infusionsoft.com"
    assert tokens.extra == {"more": "1"}
    assert "'a'" not in repr(tokens)


@pytest.mark.parametrize(
    ("expires_in", "expected"),
    [
        (3600, NOW + 3_600_000),
        ("86400", NOW + 86_400_000),
        (1.9, NOW + 1000),
        (-5, NOW),
        (0, NOW),
        (None, None),
        ("soon", None),
        (True, None),
        ([], None),
        ("nan", None),
        ("inf", None),
        (10**18, NOW + 10 * 365 * 86_400_000),
    ],
)
def test_lifetimes_of_every_kind(expires_in: object, expected: int | None) -> None:
    """Numbers and numbers in text count; nonsense counts as not told."""
    body = json.dumps({"access_token": "a", "expires_in": expires_in}).encode()
    assert parse_token_answer(200, {}, body, now_ms=NOW).expires_ms == expected


def test_a_refresh_keeps_what_is_not_returned() -> None:
    """Without a new refresh token or scope the previous ones stay."""
    tokens = parse_token_answer(200, {}, b'{"access_token":"a"}', now_ms=NOW, previous=OLD)
    assert tokens.refresh_token == Secret("old-refresh")
    assert tokens.scope == "full"


@pytest.mark.parametrize("status", [400, 401, 403, 200])
def test_a_verdict_is_a_refusal(status: int) -> None:
    """An error in RFC 6749's form under 4xx, or under 200 as some answer it."""
    body = b'{"error":"invalid_grant","error_description":"Invalid refresh token"}'
    with pytest.raises(TokenRefused) as refused:
        parse_token_answer(status, {}, body, now_ms=NOW)
    assert (refused.value.error, refused.value.description) == (
        "invalid_grant",
        "Invalid refresh token",
    )


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b'{"error":"invalid_grant"}'),
        (503, b"<html>down</html>"),
        (429, b'{"error":"invalid_grant"}'),
        (408, b'{"error":"invalid_grant"}'),
        (200, b"<html>Developer Inactive</html>"),
        (200, b'{"access_token":'),
        (200, b"[]"),
        (200, b'{"token":"x"}'),
        (200, b'{"access_token":7}'),
        (200, b""),
        (404, b"{}"),
        (302, b"{}"),
        (200, b"[" * 100_000),
    ],
)
def test_anything_else_says_nothing_about_the_grant(status: int, body: bytes) -> None:
    """No grant is given up for it."""
    with pytest.raises(TokenAnswerUnusable) as unusable:
        parse_token_answer(status, {"Retry-After": "7"}, body, now_ms=NOW)
    assert unusable.value.status == status


def test_a_token_endpoint_may_name_a_date() -> None:
    """`Retry-After` has two forms, here as everywhere."""
    with pytest.raises(TokenAnswerUnusable) as unusable:
        parse_token_answer(429, {"Retry-After": "Tue, 14 Nov 2023 22:13:30 GMT"}, b"{}", now_ms=NOW)
    assert unusable.value.retry_after_seconds == 10
