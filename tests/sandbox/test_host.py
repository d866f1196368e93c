"""The common core: the vendor that the core's own documentation shows, over a real socket."""

import base64
import threading
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from textwrap import dedent
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
import uvicorn

from tests.conftest import CALLBACK, Sim
from valence.cli.children import free_port
from valence.cli.visitor import consent
from valence.domain import VendorMalformed
from valence_sandbox import create_app, vendors
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.checks import api_key, basic_login
from valence_sandbox.discovery import descriptions
from valence_sandbox.oauth import OAuthRules
from valence_sandbox.vendor import Description

CLIENT = ("sandbox-client", "sandbox-secret")
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


def documented() -> Description:
    """Return the vendor of the example in the docstring of `vendors`."""
    text = (vendors.__doc__ or "").split("A whole vendor:\n", 1)[1]
    names: dict[str, Any] = {}
    exec(dedent(text), names)
    description: Description = names["DESCRIPTION"]
    return description


def echoed(call: Call) -> Answer:
    """Answer what was understood of a call."""
    if call.headers.get("content-type", "").startswith("multipart/"):
        fields, uploads = call.multipart()
        files = [[up.name, up.filename, up.media_type, up.content.decode()] for up in uploads]
        return Answer(200, {"fields": fields, "files": files})
    return Answer(200, {"path": call.path, "form": call.form(), "caller": call.caller.client})


def strict() -> Description:
    """Return a vendor with every other choice than the documented one."""
    return replace(
        documented(),
        key="strict",
        routes={
            ("POST", "echo/**"): echoed,
            ("GET", "page"): lambda _: Answer(200, html="<p>hi</p>"),
            ("GET", "bytes"): lambda _: Answer(200, body=b"\x00\x01", media_type="image/png"),
            ("GET", "none"): lambda _: Answer(204),
            ("GET", "scoped"): lambda call: call.require("write") or Answer(200, {}),
        },
        open_routes={("GET", "status"): lambda _: Answer(200, {"up": True})},
        checks=(api_key(header="x-key"), api_key(parameter="key"), basic_login(),
                *documented().checks[1:]),
        keys={"k1": "second"},
        logins={"ann": ("pw", "first")},
        oauth=OAuthRules(
            authorize_path="login/auth",
            token_path="login/token",
            revoke_path="login/revoke",
            scopes=frozenset({"read", "write", "offline"}),
            separator=",",
            client_by="basic",
            pkce="required",
            pkce_methods=("S256",),
            rotates=False,
            offline_scope="offline",
            access_seconds=100,
            grant_types=frozenset({"authorization_code", "refresh_token", "client_credentials"}),
            answer=lambda fields, issue: {**fields, "instance_url": issue.base},
        ),
        quotas={},
        stamps=lambda: {"X-Request": "1"},
        secret_names=frozenset({"key", "x-key"}),
        most_body_bytes=1000,
    )  # fmt: skip


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """A sandbox with the two vendors beside those of the folder."""
    port = free_port()
    app = create_app(further=[documented(), strict()])
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def acme(served: str) -> Sim:
    """The documented vendor as it starts."""
    sim = Sim(served).vendor("acme")
    sim.post("limits", enabled=True)
    return sim


@pytest.fixture
def other(served: str) -> Sim:
    """The strict vendor as it starts."""
    return Sim(served).vendor("strict")


def call(sim: Sim, method: str, path: str, **more: Any) -> requests.Response:
    """Call a vendor, by the documented key unless told otherwise."""
    more.setdefault("auth", ("acme-key", ""))
    return requests.request(method, f"{sim.url}/{path}", timeout=10, **more)


def test_every_folder_with_a_description_is_a_vendor() -> None:
    """By its own key, once."""
    keys = [description.key for description in descriptions()]
    assert len(set(keys)) == len(keys)
    assert "keap" not in keys


def test_the_documented_vendor_works(acme: Sim) -> None:
    """Made, read, listed in pages, missing, refused: in its own words."""
    made = call(acme, "POST", "acme/v1/people", json={"name": "Bob"})
    assert made.status_code == 201
    person = made.json()
    assert person["id"].startswith("per_")
    assert len(person["id"]) == 28
    assert person["made_at"].endswith("+00:00")
    assert call(acme, "GET", f"acme/v1/people/{person['id']}/").json() == person
    first = call(acme, "GET", "acme/v1/people?limit=1").json()
    second = call(acme, "GET", "acme/v1/people?limit=1&skip=1").json()
    assert [row["name"] for row in first["data"] + second["data"]] == ["Ada", "Bob"]
    assert (first["has_more"], second["has_more"]) == (True, False)


@pytest.mark.parametrize(
    ("method", "path", "more", "status", "error"),
    [
        ("GET", "v1/people", {"auth": None}, 401, "unauthorized"),
        ("GET", "v1/people", {"auth": ("wrong", "")}, 401, "The key is not valid"),
        ("GET", "nowhere", {"auth": None}, 401, "unauthorized"),
        ("GET", "v1/people/per_none", {}, 404, "missing"),
        ("GET", "nowhere", {}, 404, "no-route"),
        ("DELETE", "v1/people", {}, 405, "method"),
        ("POST", "v1/people", {"json": {}}, 400, "Required"),
        ("POST", "v1/people", {"json": []}, 400, "The body must be a JSON object"),
        ("GET", "v1/people?limit=x", {}, 400, "limit must be an integer"),
        ("GET", "v1/people?limit=101", {}, 400, "limit is out of range"),
        ("GET", "v1/people", {"auth": None, "headers": {"Authorization": "Basic !"}}, 401,
         "The Basic header is malformed"),
    ],
)  # fmt: skip
def test_refusals_have_the_vendors_shape(
    method: str, path: str, more: dict[str, Any], status: int, error: str, acme: Sim
) -> None:
    """In the front's order: who calls comes before what is called."""
    answer = call(acme, method, f"acme/{path}", **more)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_quotas_are_told_and_kept(acme: Sim) -> None:
    """Also for what is not there; without limits something is always left."""
    acme.post("limits", burst=2)
    for path in ("v1/people", "nowhere"):
        acme.post("clock", advanceSeconds=60)  # into a fresh window
        assert call(acme, "GET", f"acme/{path}").headers["x-left"] == "1"
    acme.post("limits", burst=0)
    refused = call(acme, "GET", "acme/v1/people")
    assert (refused.status_code, refused.json()) == (429, {"error": "throttled"})
    assert (refused.headers["x-left"], refused.headers["retry-after"]) == ("0", "1")
    acme.post("limits", enabled=False)
    allowed = call(acme, "GET", "acme/v1/people")
    assert (allowed.status_code, allowed.headers["x-left"]) == (200, "1")


@pytest.mark.parametrize(
    ("kind", "status"),
    [("401", 401), ("403", 403), ("404", 404), ("429", 429), ("500", 500), ("503", 503),
     ("html", 502), ("cut", 200)],
)  # fmt: skip
def test_faults_come_before_everything(kind: str, status: int, acme: Sim) -> None:
    """In the vendor's shape, as often as asked, at this vendor alone."""
    acme.post("faults", kind=kind)
    assert call(acme, "GET", "strict/status").status_code == 200
    forced = call(acme, "GET", "acme/v1/people", auth=None)
    assert forced.status_code == status
    assert call(acme, "GET", "acme/v1/people").status_code == 200


def test_a_fault_can_be_any_answer(acme: Sim) -> None:
    """Status, body and headers of the order."""
    acme.post("faults", kind="answer", status=418, body={"tea": 1}, headers={"X-Pot": "y"})
    forced = call(acme, "GET", "acme/v1/people")
    assert (forced.status_code, forced.json(), forced.headers["x-pot"]) == (418, {"tea": 1}, "y")


def test_orders_move_one_vendor_alone(acme: Sim, other: Sim) -> None:
    """Seed, keys, clock; and Keap's are where they were."""
    assert len(acme.post("seed", people=3)["people"]) == 3  # type: ignore[arg-type]
    assert len(call(acme, "GET", "acme/v1/people").json()["data"]) == 4
    assert acme.post("keys", key="new", tenant="second") == {"count": 2}
    theirs = call(acme, "GET", "acme/v1/people", auth=("new", "")).json()["data"]
    ours = call(acme, "GET", "acme/v1/people").json()["data"]
    assert (len(theirs), theirs[0]["id"] == ours[0]["id"]) == (1, False)
    assert acme.post("keys", key="acme-key") == {"count": 1}
    assert call(acme, "GET", "acme/v1/people").status_code == 401
    now = acme.post("clock", advanceSeconds=1000)["nowMs"]
    assert int(str(now)) - int(str(other.post("clock", advanceSeconds=0)["nowMs"])) > 900_000
    assert "refresh_reuse" in acme.get("switches")
    assert "limit_zero" in Sim(acme.url, root="/_sim/keap").get("switches")
    acme.post("reset")
    assert len(call(acme, "GET", "acme/v1/people").json()["data"]) == 1


def test_one_order_reaches_every_vendor(acme: Sim) -> None:
    """Reset and limits; anything else must name its vendor."""
    acme.post("seed", people=3)
    everywhere = Sim(acme.url, root="/_sim/all")
    everywhere.post("reset")
    assert len(call(acme, "GET", "acme/v1/people").json()["data"]) == 1
    acme.post("limits", burst=0)
    assert call(acme, "GET", "acme/v1/people").status_code == 429
    everywhere.post("limits", enabled=False)
    assert call(acme, "GET", "acme/v1/people").status_code == 200
    assert Sim(acme.url).post("limits")["enabled"] is False
    everywhere.post("limits", enabled=True)
    refused = requests.post(f"{acme.url}/_sim/all/limits", json={"burst": 1}, timeout=5)
    assert refused.status_code == 400


def test_the_journal_shows_calls_without_secrets(other: Sim) -> None:
    """Method, path, query, headers, body, status; narrowed by prefix and method."""
    requests.get(f"{other.url}/strict/page", params={"key": "k1", "a": "b"}, timeout=10)
    headers = {"X-Key": "k1", "Authorization": "secret"}
    requests.post(f"{other.url}/strict/echo/x", headers=headers, json={"a": [1]}, timeout=10)
    requests.post(f"{other.url}/strict/echo/y", headers=headers, data="a=1", timeout=10)
    page, first, second = other.get("calls")
    assert (page["method"], page["path"], page["status"]) == ("GET", "/strict/page", 200)
    assert page["query"] == [["key", "********"], ["a", "b"]]
    assert (first["body"], second["body"]) == ({"a": [1]}, "a=1")
    assert first["headers"]["x-key"] == first["headers"]["authorization"] == "********"
    assert other.get("calls?method=POST&path=/strict/echo/y") == [second]
    assert other.get("stats")["methods"] == {"GET": 1, "POST": 2}


@pytest.mark.parametrize(
    ("path", "kind", "content"),
    [
        ("page", "text/html; charset=utf-8", b"<p>hi</p>"),
        ("bytes", "image/png", b"\x00\x01"),
        ("none", None, b""),
    ],
)
def test_an_answer_is_html_bytes_or_nothing(
    path: str, kind: str | None, content: bytes, other: Sim
) -> None:
    """With the stamps that every answer has."""
    answer = call(other, "GET", f"strict/{path}", auth=("ann", "pw"))
    assert (answer.headers.get("content-type"), answer.content) == (kind, content)
    assert answer.headers["x-request"] == "1"


def test_each_way_to_say_who_calls(other: Sim) -> None:
    """A key in a header or parameter, a login; an open route wants none."""
    url = f"{other.url}/strict/echo/a"
    by_header = requests.post(url, headers={"X-Key": "k1"}, timeout=10)
    assert by_header.json()["caller"] == "k1"
    assert requests.post(url, params={"key": "k1"}, timeout=10).status_code == 200
    assert requests.post(url, auth=("ann", "pw"), timeout=10).json()["caller"] == "ann"
    assert requests.post(url, auth=("ann", "no"), timeout=10).status_code == 401
    assert requests.post(url, headers={"X-Key": "no"}, timeout=10).status_code == 401
    assert requests.get(f"{other.url}/strict/status", timeout=10).json() == {"up": True}


def test_bodies_and_paths_are_read(other: Sim) -> None:
    """Nested forms, multipart, an encoded slash in a segment; what is too large is refused."""
    url, auth = f"{other.url}/strict/echo", ("ann", "pw")
    form = "a[b][c]=1&l[]=x&l[]=y&i[0][p]=2&i[1][p]=3&plain=z"
    answer = requests.post(f"{url}/a%2Fb/c", data=form, auth=auth, timeout=10).json()
    assert answer["path"] == ["echo", "a/b", "c"]
    assert answer["form"] == {
        "a": {"b": {"c": "1"}}, "l": ["x", "y"], "i": [{"p": "2"}, {"p": "3"}], "plain": "z",
    }  # fmt: skip
    sent = requests.post(f"{url}/f", data={"t": "ü"}, files={"f": ("n.txt", "hi", "text/plain")},
                         auth=auth, timeout=10).json()  # fmt: skip
    assert sent == {"fields": {"t": "ü"}, "files": [["f", "n.txt", "text/plain", "hi"]]}
    large = requests.post(f"{url}/a", data="x" * 1001, auth=auth, timeout=10)
    assert large.status_code == 413
    for bad in ("a=1&a[b]=2", "a" + "[b]" * 11 + "=1", b"\xff"):
        assert requests.post(f"{url}/a", data=bad, auth=auth, timeout=10).status_code == 400


def authorize_url(sim: Sim, **changed: str) -> str:
    """Return an authorization request of the strict vendor."""
    query = {
        "client_id": CLIENT[0], "redirect_uri": CALLBACK, "response_type": "code",
        "scope": "read,offline", "state": "s", "code_challenge": CHALLENGE,
        "code_challenge_method": "S256", **changed,
    }  # fmt: skip
    return f"{sim.url}/strict/login/auth?{urlencode({k: v for k, v in query.items() if v})}"


def tokens(sim: Sim, *, auth: Any = CLIENT, **form: str) -> requests.Response:
    """Ask the token endpoint of the strict vendor."""
    return requests.post(f"{sim.url}/strict/login/token", data=form, auth=auth, timeout=10)


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"scope": "read,admin"}, "admin"),
        ({"scope": ""}, "scope"),
        ({"code_challenge": ""}, "code_challenge"),
        ({"code_challenge_method": "plain"}, "code_challenge_method"),
    ],
)
def test_the_pages_know_the_vendors_rules(changed: dict[str, str], word: str, other: Sim) -> None:
    """Scopes by its separator, PKCE as it wants it."""
    with pytest.raises(VendorMalformed, match=word):
        consent(authorize_url(other, **changed))


def test_a_code_is_bound_to_its_challenge(other: Sim) -> None:
    """The right verifier buys tokens, in the vendor's own answer; no other does."""
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK}
    code = consent(authorize_url(other))["code"]
    for verifier in ("", "w" * 43):
        refused = tokens(other, **form, code=code, code_verifier=verifier)
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    in_body = tokens(other, auth=None, **form, code=code, code_verifier=VERIFIER,
                     client_id=CLIENT[0], client_secret=CLIENT[1])  # fmt: skip
    assert (in_body.status_code, in_body.json()["error"]) == (401, "invalid_client")
    pair = tokens(other, **form, code=code, code_verifier=VERIFIER).json()
    assert (pair["scope"], pair["expires_in"]) == ("read,offline", 100)
    assert pair["instance_url"] == f"{other.url}/strict"
    renewed = tokens(other, grant_type="refresh_token", refresh_token=pair["refresh_token"]).json()
    assert renewed["refresh_token"] == pair["refresh_token"]
    bearer = {"Authorization": f"Bearer {renewed['access_token']}"}
    assert requests.get(f"{other.url}/strict/page", headers=bearer, timeout=10).ok
    scoped = requests.get(f"{other.url}/strict/scoped", headers=bearer, timeout=10)
    assert (scoped.status_code, scoped.json()) == (403, {"error": "Insufficient scope"})
    other.post("clock", advanceSeconds=101)
    expired = requests.get(f"{other.url}/strict/page", headers=bearer, timeout=10)
    assert (expired.status_code, expired.json()) == (401, {"error": "The access token expired"})


def test_grants_without_a_browser(other: Sim) -> None:
    """Client credentials, and none that the vendor does not know; no refresh without its scope."""
    assert tokens(other, grant_type="password").json()["error"] == "unsupported_grant_type"
    bad = tokens(other, grant_type="client_credentials", scope="admin").json()
    assert bad["error"] == "invalid_scope"
    answer = tokens(other, grant_type="client_credentials", scope="read").json()
    assert "refresh_token" not in answer
    assert "refresh_token" not in other.post("grants", scopes=["read"])
    assert "refresh_token" in other.post("grants")


def test_revocation_ends_what_hangs_on_a_token(other: Sim) -> None:
    """An access token itself, a refresh token the whole grant; the client must say who it is."""
    url = f"{other.url}/strict/login/revoke"
    pairs = [other.post("grants", scopes=["read", "offline"]) for _ in range(2)]
    refused = requests.post(url, data={"token": pairs[0]["access_token"]}, timeout=10)
    assert refused.status_code == 401
    ended = [pairs[0]["access_token"], pairs[1]["refresh_token"], "unknown"]
    for token in ended:
        assert requests.post(url, data={"token": token}, auth=CLIENT, timeout=10).status_code == 200
    for pair in pairs:
        bearer = {"Authorization": f"Bearer {pair['access_token']}"}
        answer = requests.get(f"{other.url}/strict/page", headers=bearer, timeout=10)
        assert answer.status_code == 401
    states = [row["state"] for row in other.get("tokens")]
    assert states == ["revoked", "grant-ended"]
    alive = tokens(other, grant_type="refresh_token", refresh_token=str(pairs[0]["refresh_token"]))
    dead = tokens(other, grant_type="refresh_token", refresh_token=str(pairs[1]["refresh_token"]))
    assert (alive.status_code, dead.status_code) == (200, 400)
