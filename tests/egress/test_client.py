"""The client against a real server that misbehaves in every way it knows."""

import asyncio
import socket

import pytest

from tests.egress.conftest import Server, Sleeper
from valence.domain import SystemClock, VendorMalformed, VendorTimeout, VendorUnreachable
from valence.egress import AddressRefused, Egress, NeverSent, OutboundPolicy, OutboundRequest


async def test_an_answer_comes_back_whole(server: Server, egress: Egress) -> None:
    """Status, headers without case, and body."""
    response = await egress.send(OutboundRequest("GET", server.url + "/ok"))
    assert (response.status, response.body) == (200, b'{"a": 1}')
    assert response.headers["content-type"].startswith("application/json")
    assert "Content-Type" not in server.headers[0]


async def test_redirects_end_after_five(server: Server, egress: Egress) -> None:
    """The sixth is refused."""
    with pytest.raises(VendorMalformed):
        await egress.send(OutboundRequest("GET", server.url + "/loop"))
    assert len(server.seen) == 6


async def test_credentials_do_not_follow_to_another_origin(server: Server, egress: Egress) -> None:
    """Authorization and keys of any name stay behind; a POST is not redirected at all."""
    headers = (("Authorization", "Bearer x"), ("X-Api-Key", "k"), ("Accept", "application/json"))
    response = await egress.send(OutboundRequest("GET", server.url + "/away", headers))
    assert response.status == 200
    assert server.headers[0]["Authorization"] == "Bearer x"
    assert "Authorization" not in server.headers[1]
    assert "X-Api-Key" not in server.headers[1]
    assert server.headers[1]["Accept"] == "application/json"
    posted = await egress.send(OutboundRequest("POST", server.url + "/away", body=b"{}"))
    assert posted.status == 302


async def test_a_redirect_to_a_private_address_is_refused(server: Server, egress: Egress) -> None:
    """Each hop is judged."""
    with pytest.raises(AddressRefused):
        await egress.send(OutboundRequest("GET", server.url + "/private"))


async def test_a_name_that_leads_to_a_refused_address_is_refused(
    server: Server, egress: Egress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever DNS says, and whenever it says it: the socket's own address is judged."""
    port = int(server.url.rsplit(":", 1)[1])

    async def resolve(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve, raising=False)
    with pytest.raises(AddressRefused):
        await egress.send(OutboundRequest("GET", f"https://rebind.example:{port}/ok"))
    assert server.seen == []


async def test_a_small_body_that_inflates_is_cut_off(server: Server, egress: Egress) -> None:
    """The size counts after decompression."""
    with pytest.raises(VendorMalformed, match="larger"):
        await egress.send(OutboundRequest("GET", server.url + "/bomb", size_limit_bytes=1_000_000))


async def test_a_dripping_body_ends_at_the_deadline(server: Server, egress: Egress) -> None:
    """The deadline covers the body too."""
    with pytest.raises(VendorTimeout):
        await egress.send(OutboundRequest("GET", server.url + "/drip", timeout_seconds=0.3))


@pytest.mark.parametrize(
    ("method", "told", "status", "times"),
    [
        ("GET", [(429, "0")], 200, 2),
        ("POST", [(429, "1")], 200, 2),
        ("GET", [(429, "")], 200, 2),
        ("POST", [(429, "")], 429, 1),
        ("GET", [(503, "2"), (503, "")], 200, 3),
        ("POST", [(503, "1")], 503, 1),
        ("GET", [(429, "3")], 429, 1),
        ("GET", [(429, "0")] * 9, 429, 3),
    ],
)
async def test_a_busy_vendor_is_asked_again(
    method: str,
    told: list[tuple[int, str]],
    status: int,
    times: int,
    server: Server,
    still: Egress,
) -> None:
    """A 429 when it says when, soon; what only reads without that too; three times at most."""
    server.told = [(answer, {"Retry-After": after} if after else {}) for answer, after in told]
    response = await still.send(OutboundRequest(method, server.url + "/told", body=b"{}"))
    assert (response.status, response.repeats, len(server.seen)) == (status, times - 1, times)
    assert server.bodies == [b"{}"] * times


async def test_a_repeat_waits_as_long_as_the_vendor_asks(
    server: Server, still: Egress, sleeper: Sleeper
) -> None:
    """Seconds or a date; and the answer knows how long it all took."""
    server.told = [
        (429, {"Retry-After": "2"}),
        (
            503,
            {
                "Retry-After": "Tue, 14 Nov 2023 22:13:21 GMT",
                "Date": "Tue, 14 Nov 2023 22:13:20 GMT",
            },
        ),
    ]
    response = await still.send(OutboundRequest("GET", server.url + "/told"))
    assert sleeper.pauses == [2.0, 1.0]
    assert 3000 <= response.duration_ms < 3100


async def test_nothing_is_repeated_past_the_deadline(
    server: Server, still: Egress, sleeper: Sleeper
) -> None:
    """The answer that there is goes to the caller at once."""
    server.told = [(429, {"Retry-After": "2"})]
    request = OutboundRequest("GET", server.url + "/told", timeout_seconds=1.5)
    assert (await still.send(request)).status == 429
    assert sleeper.pauses == []


@pytest.mark.parametrize(("method", "times"), [("GET", 3), ("PUT", 1), ("DELETE", 1), ("POST", 1)])
async def test_a_lost_answer_is_asked_for_again_only_by_reading(
    method: str, times: int, server: Server, egress: Egress
) -> None:
    """On a pooled connection that dies, the vendor may have acted."""
    await egress.send(OutboundRequest("GET", server.url + "/ok"))  # now a connection is pooled
    with pytest.raises(VendorUnreachable) as lost:
        await egress.send(OutboundRequest(method, server.url + "/drop"))
    assert not isinstance(lost.value, NeverSent)
    assert server.seen.count(f"{method} /drop") == times


async def test_a_connection_that_never_opened_is_told_apart(egress: Egress) -> None:
    """Nothing listens: the vendor cannot have acted."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/token"
    with pytest.raises(NeverSent):
        await egress.send_token_request(OutboundRequest("POST", url, body=b"x"))
    with pytest.raises(NeverSent):
        await egress.send(OutboundRequest("POST", url, body=b"x"))


async def test_token_requests_use_fresh_connections(server: Server, egress: Egress) -> None:
    """Each closes after its answer, and none follows a redirect."""
    response = await egress.send_token_request(OutboundRequest("POST", server.url + "/ok"))
    assert response.status == 200
    assert server.headers[0].get("Connection", "").lower() == "close"
    assert (
        await egress.send_token_request(OutboundRequest("POST", server.url + "/away"))
    ).status == 302


async def test_without_the_setting_loopback_is_refused(server: Server) -> None:
    """The default policy reaches no server of this machine."""
    closed = Egress.open(OutboundPolicy(), clock=SystemClock())
    with pytest.raises(AddressRefused):
        await closed.send(OutboundRequest("GET", server.url + "/ok"))
    await closed.close()
