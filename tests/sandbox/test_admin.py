"""The sandbox is moved from outside, by loopback callers, and forgets on reset."""

import threading

import pytest
import requests

from tests.sandbox.conftest import Vendor


@pytest.mark.parametrize(
    ("kind", "status", "kind_of_body"),
    [
        ("401", 401, "application/json"),
        ("429", 429, "application/json"),
        ("500", 500, "application/json"),
        ("503", 503, "application/json"),
        ("html", 502, "text/html"),
        ("slow", 200, "application/json"),
        ("cut", 200, "application/json"),
    ],
)
def test_forced_answers_come_as_often_as_asked(
    kind: str, status: int, kind_of_body: str, vendor: Vendor
) -> None:
    """Then everything is as usual; `slow` waits, `cut` breaks off inside the JSON."""
    vendor.sim.post("faults", kind=kind, count=2, seconds=0.2 if kind == "slow" else 0)
    for _ in range(2):
        forced = vendor.call("GET", "/v1/contacts/6")
        assert forced.status_code == status
        assert forced.headers["content-type"].startswith(kind_of_body)
    if kind == "slow":
        assert forced.elapsed.total_seconds() >= 0.2
    if kind == "cut":
        with pytest.raises(requests.JSONDecodeError):
            forced.json()
    assert vendor.call("GET", "/v1/contacts/6").json()["id"] == 6


def test_the_token_endpoint_can_be_slow_before_and_after_it_acts(vendor: Vendor) -> None:
    """Before: a caller that leaves has changed nothing yet. After: the tokens are out."""
    for when, issued in (("before", 0), ("after", 1)):
        pair = vendor.pair()
        before = len(_tokens(vendor))
        vendor.sim.post("token-delay", seconds=1.5, when=when)
        waiting = threading.Thread(target=vendor.refresh, args=(pair["refresh_token"],))
        waiting.start()
        while vendor.sim.refreshes()["received"] == 0:
            pass
        assert len(_tokens(vendor)) - before == issued
        waiting.join()
        assert len(_tokens(vendor)) - before == 1
        vendor.sim.post("reset")


def _tokens(vendor: Vendor) -> list[dict[str, str]]:
    found: list[dict[str, str]] = requests.get(f"{vendor.url}/_sim/tokens", timeout=5).json()
    return found


def test_lifetimes_can_be_short(vendor: Vendor) -> None:
    """Down to seconds, for each kind."""
    vendor.sim.post("lifetimes", accessSeconds=5, refreshSeconds=50, codeSeconds=2)
    code = vendor.code()
    pair = vendor.pair()
    assert pair["expires_in"] == 5
    vendor.sim.post("clock", advanceSeconds=10)
    assert vendor.exchange(code).status_code == 400
    vendor.token = pair["access_token"]
    assert vendor.call("GET", "/v1/contacts").status_code == 401
    assert vendor.refresh(pair["refresh_token"]).status_code == 200
    vendor.sim.post("clock", advanceSeconds=60)
    assert vendor.refresh(pair["refresh_token"]).status_code == 400


def test_issued_tokens_are_listed_with_their_state(vendor: Vendor) -> None:
    """Alive, expired, ended."""
    assert _tokens(vendor)[-1]["state"] == "alive"
    vendor.sim.post("expire")
    assert _tokens(vendor)[-1]["state"] == "expired"
    vendor.sim.post("revoke")
    assert {token["state"] for token in _tokens(vendor)} == {"grant-ended"}


def test_reset_forgets_everything_but_the_clients(vendor: Vendor) -> None:
    """Records, tokens, switches, orders, counters."""
    vendor.sim.post("clients", clientId="another", clientSecret="secret")
    vendor.sim.post("switches", limit_zero="empty")
    vendor.sim.post("faults", kind="500", count=9)
    vendor.sim.post("seed", contacts=5)
    vendor.sim.post("reset")
    assert vendor.call("GET", "/v1/contacts").status_code == 401
    vendor.token = str(vendor.sim.post("grants", clientId="another")["access_token"])
    assert vendor.call("GET", "/v1/contacts").json()["count"] == 2
    assert requests.get(f"{vendor.url}/_sim/switches", timeout=5).json()["limit_zero"] == "default"
    stats = requests.get(f"{vendor.url}/_sim/stats", timeout=5).json()
    assert stats["apiCalls"] == 2


@pytest.mark.parametrize(
    "name",
    [
        "contacts", "appointments", "tasks", "notes", "files", "opportunities", "orders",
        "products", "transactions", "emails", "tags",
    ],
)  # fmt: skip
def test_collections_are_seeded(name: str, vendor: Vendor) -> None:
    """More of what is there, each with an id of its own, and readable."""
    before = vendor.call("GET", f"/v1/{name}").json()["count"]
    assert vendor.sim.post("seed", **{name: 30}) == {name: before + 30}
    ids = [row["id"] for row in vendor.call("GET", f"/v1/{name}").json()[name]]
    assert len(set(ids)) == before + 30
    assert vendor.call("GET", f"/v1/{name}/{ids[-1]}").status_code == 200


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("faults", {"kind": "nonsense"}),
        ("faults", {}),
        ("seed", {"contacts": "many"}),
        ("seed", {}),
        ("seed", {"nonsense": 1}),
        ("hooks/fire", {"now": "yes"}),
        ("clock", {"advanceSeconds": True}),
        ("token-delay", {"seconds": 1, "when": "sometimes"}),
        ("switches", {"nonsense": 1}),
        ("switches", {"limit_zero": "nonsense"}),
        ("switches", {"refresh_ttl_days": "45"}),
        ("limits", {"nonsense": 1}),
        ("grants", {"tenant": "nobody"}),
        ("clients", {}),
    ],
)
def test_orders_that_make_no_sense_are_refused(
    name: str, order: dict[str, object], vendor: Vendor
) -> None:
    """400 with a sentence."""
    answer = requests.post(f"{vendor.url}/_sim/{name}", json=order, timeout=5)
    assert answer.status_code == 400
    assert answer.json()["message"]


async def test_only_loopback_may_give_orders() -> None:
    """A caller from elsewhere gets 403."""
    from valence_sandbox import create_app

    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/_sim/reset", "raw_path": b"/_sim/reset",
        "query_string": b"", "headers": [], "client": ("192.0.2.7", 1), "http_version": "1.1",
        "scheme": "http", "server": ("x", 80),
    }  # fmt: skip
    await create_app()(scope, receive, send)  # type: ignore[arg-type]
    assert sent[0]["status"] == 403
