"""The authorization server of the sandbox is as strict as the vendor's."""

import base64

import pytest
import requests

from tests.conftest import CALLBACK
from tests.sandbox.conftest import CLIENT, Vendor
from valence.cli.visitor import consent
from valence.domain import VendorMalformed


def test_login_and_consent_are_plain_forms(vendor: Vendor) -> None:
    """With the element ids that scripts of the vendor's pages rely on."""
    login = requests.get(vendor.authorize_url(), timeout=10).text
    for mark in ('id="username"', 'id="password"', 'class="btn btn-primary"', 'method="post"'):
        assert mark in login
    wrong = requests.post(
        f"{vendor.url}/app/oauth/authorize/login",
        data={**dict(zip(("client_id", "redirect_uri"), (CLIENT[0], CALLBACK), strict=True)),
              "response_type": "code", "username": "demo", "password": "wrong"},
        timeout=10,
    )  # fmt: skip
    assert wrong.status_code == 401
    assert "wrong" in wrong.text


def test_the_way_back_carries_code_scope_and_state(vendor: Vendor) -> None:
    """A short code, the tenant in the scope, the state untouched; a denial has no code."""
    back = consent(vendor.authorize_url(state="a b/ü"))
    assert back["state"] == "a b/ü"
    assert back["scope"] == "full|sbx123.infusionsoft.com"
    assert len(back["code"]) == 8
    assert consent(vendor.authorize_url(), allow=False) == {"error": "access_denied", "state": "s1"}
    other = consent(vendor.authorize_url(), username="other", password="other")
    assert other["scope"] == "full|sbx456.infusionsoft.com"


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"client_id": "nobody"}, "client_id"),
        ({"response_type": "token"}, "response_type"),
        ({"scope": "contacts"}, "scope"),
        ({"redirect_uri": "http://app.example/cb"}, "redirect_uri"),
        ({"redirect_uri": "javascript:alert(1)"}, "redirect_uri"),
        ({"redirect_uri": "https://app.example/cb#x"}, "redirect_uri"),
    ],
)
def test_a_bad_authorization_request_never_redirects(
    changed: dict[str, str], word: str, vendor: Vendor
) -> None:
    """An error page in place of the login form."""
    with pytest.raises(VendorMalformed, match=word):
        consent(vendor.authorize_url(**changed))


def test_a_code_buys_one_pair(vendor: Vendor) -> None:
    """Fields as captured; the second time it is refused."""
    code = vendor.code()
    answer = vendor.exchange(code)
    assert answer.status_code == 200
    assert answer.headers["x-keap-tenant-id"] == "sbx123.infusionsoft.com"
    assert answer.headers["cache-control"] == "no-store"
    pair = answer.json()
    assert list(pair) == ["access_token", "token_type", "expires_in", "refresh_token", "scope"]
    assert (pair["token_type"], pair["expires_in"]) == ("bearer", 86399)
    again = vendor.exchange(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"code": "unknown"}, 400, "invalid_grant"),
        ({"code": ""}, 400, "invalid_request"),
        ({"redirect_uri": ""}, 400, "invalid_request"),
        ({"redirect_uri": "http://localhost/other"}, 400, "invalid_grant"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
    ],
)
def test_a_bad_exchange_is_refused(
    changed: dict[str, str], status: int, error: str, vendor: Vendor
) -> None:
    """In the words of RFC 6749, and the code stays good."""
    code = vendor.code()
    answer = vendor.exchange(**{"code": code, **changed})
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert vendor.exchange(code).status_code == 200


def test_a_code_lives_five_minutes(vendor: Vendor) -> None:
    """Then it is refused."""
    code = vendor.code()
    vendor.sim.post("clock", advanceSeconds=301)
    assert vendor.exchange(code).json()["error"] == "invalid_grant"


def test_refresh_wants_basic_and_rotates(vendor: Vendor) -> None:
    """The old refresh token is dead at once; used again it ends the whole grant."""
    pair = vendor.pair()
    form = {
        "grant_type": "refresh_token",
        "refresh_token": pair["refresh_token"],
        "client_id": CLIENT[0],
        "client_secret": CLIENT[1],
    }
    in_body = requests.post(f"{vendor.url}/token", data=form, timeout=10)
    assert (in_body.status_code, in_body.json()["error"]) == (401, "invalid_client")
    assert vendor.refresh(pair["refresh_token"], client=(CLIENT[0], "no")).status_code == 401
    new = vendor.refresh(pair["refresh_token"]).json()
    assert new["refresh_token"] != pair["refresh_token"]
    vendor.token = new["access_token"]
    assert vendor.call("GET", "/v1/contacts").status_code == 200
    reused = vendor.refresh(pair["refresh_token"])
    assert (reused.status_code, reused.json()["error_description"]) == (
        400,
        "Invalid refresh token",
    )
    assert vendor.refresh(new["refresh_token"]).json()["error"] == "invalid_grant"
    assert vendor.call("GET", "/v1/contacts").status_code == 401


def test_a_refresh_token_dies_when_idle(vendor: Vendor) -> None:
    """After the days of the switch."""
    pair = vendor.pair()
    vendor.sim.post("clock", advanceSeconds=44 * 86400)
    pair = vendor.refresh(pair["refresh_token"]).json()
    vendor.sim.post("clock", advanceSeconds=46 * 86400)
    assert vendor.refresh(pair["refresh_token"]).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("header", ["Basic !!!", "Basic " + base64.b64encode(b"\xff").decode()])
def test_a_malformed_basic_header_is_a_bad_client(header: str, vendor: Vendor) -> None:
    """Not an error of the server."""
    answer = requests.post(
        f"{vendor.url}/token",
        data={"grant_type": "refresh_token", "refresh_token": "x"},
        headers={"Authorization": header},
        timeout=10,
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_the_three_ways_to_present_a_token(vendor: Vendor) -> None:
    """Header, query and key; nothing else opens the API, and tenants do not see each other."""
    url = f"{vendor.url}/crm/rest/v1/contacts/6"
    assert vendor.call("GET", "/v1/contacts/6").status_code == 200
    assert requests.get(url, params={"access_token": vendor.token}, timeout=10).ok
    assert requests.get(url, headers={"X-Keap-API-Key": "KeapAK-sandbox"}, timeout=10).ok
    none = requests.get(url, timeout=10)
    assert none.status_code == 401
    assert none.json()["fault"] == {
        "faultstring": "Invalid access token",
        "detail": {"errorcode": "oauth.v2.InvalidAccessToken"},
    }
    made = vendor.call(
        "POST", "/v1/contacts", json={"email_addresses": [{"email": "a@b.c", "field": "EMAIL1"}]}
    ).json()
    foreign = vendor.sim.post("grants", tenant="sbx456.infusionsoft.com")
    vendor.token = str(foreign["access_token"])
    assert vendor.call("GET", f"/v1/contacts/{made['id']}").status_code == 404


def test_an_expired_token_has_its_own_fault(vendor: Vendor) -> None:
    """The same envelope, another text."""
    vendor.sim.post("expire")
    fault = vendor.call("GET", "/v1/contacts").json()["fault"]
    assert fault["detail"]["errorcode"] == "keymanagement.service.access_token_expired"
