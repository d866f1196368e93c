"""What went over the wire, as it may be shown."""

import asyncio
import json
import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.egress.conftest import Server
from valence.domain import VendorMalformed, VendorTimeout, VendorUnreachable
from valence.egress import Egress, OutboundRequest, Trace
from valence.egress.trace import EXCHANGES_KEPT, SHOWN_BODY_CHARACTERS

JSON = ("Content-Type", "application/json")


async def test_an_exchange_is_shown_whole_but_for_its_secrets(
    server: Server, egress: Egress
) -> None:
    """Method, URL, headers, bodies, times."""
    trace = Trace()
    await egress.send(
        OutboundRequest(
            "POST",
            server.url + "/echo?api_key=abcdefgh&page=2",
            (("Authorization", "Bearer ijklmnop"), JSON),
            b'{"client_secret":"qrstuvwx","name":"Ng ijklmnop"}',
        ),
        trace=trace,
    )
    (shown,) = trace.exchanges
    assert (shown.method, shown.url) == ("POST", server.url + "/echo?api_key=********&page=2")
    assert shown.request_headers == (("Authorization", "Bearer ********"), JSON)
    assert shown.request_body == '{"client_secret":"********","name":"Ng ********"}'
    assert (shown.status, shown.error, shown.repeat) == (200, None, 0)
    assert dict(shown.response_headers)["Content-Type"] == "application/json"
    assert shown.response_body == '{"client_secret":"********","name":"Ng ********"}'
    assert shown.started_ms > 1_700_000_000_000
    assert 0 <= shown.duration_ms < 10_000


async def test_repeats_are_shown_one_by_one(server: Server, still: Egress) -> None:
    """Each with its number."""
    server.told = [(429, {"Retry-After": "1"})]
    trace = Trace()
    await still.send(OutboundRequest("GET", server.url + "/told"), trace=trace)
    assert [(shown.repeat, shown.status) for shown in trace.exchanges] == [(0, 429), (1, 200)]
    assert trace.exchanges[1].started_ms - trace.exchanges[0].started_ms >= 1000


async def test_redirects_are_shown_hop_by_hop(server: Server, egress: Egress) -> None:
    """With what each origin got."""
    trace = Trace()
    get = OutboundRequest(
        "GET", server.url + "/away", (("X-Api-Key", "abcdefgh"), ("Accept", "*/*"))
    )
    await egress.send(get, trace=trace)
    assert [shown.status for shown in trace.exchanges] == [302, 200]
    assert trace.exchanges[0].request_headers == (("X-Api-Key", "********"), ("Accept", "*/*"))
    assert trace.exchanges[1].request_headers == (("Accept", "*/*"),)
    assert trace.exchanges[1].url.startswith("http://localhost")


async def test_a_token_request_is_shown_without_its_grant(server: Server, egress: Egress) -> None:
    """Neither what was sent nor what was issued."""
    trace = Trace()
    await egress.send_token_request(
        OutboundRequest(
            "POST",
            server.url + "/echo",
            (("Content-Type", "application/x-www-form-urlencoded"),),
            b"grant_type=refresh_token&refresh_token=abcdefgh&access_token=ijklmnop",
        ),
        trace=trace,
    )
    (shown,) = trace.exchanges
    masked = "grant_type=refresh_token&refresh_token=********&access_token=********"
    assert (shown.request_body, shown.response_body) == (masked, masked)


async def test_what_failed_is_shown_with_its_reason(server: Server, egress: Egress) -> None:
    """No status, but the error; nothing of it is left out of the trace."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{probe.getsockname()[1]}/x"
    trace = Trace()
    with pytest.raises(VendorUnreachable):
        await egress.send(OutboundRequest("POST", nowhere, body=b"{}"), trace=trace)
    with pytest.raises(VendorTimeout):
        slow = OutboundRequest("GET", server.url + "/drip", timeout_seconds=0.1)
        await egress.send(slow, trace=trace)
    with pytest.raises(VendorMalformed):
        large = OutboundRequest("GET", server.url + "/ok", size_limit_bytes=1)
        await egress.send(large, trace=trace)
    assert [(shown.repeat, (shown.error or "").split(":")[0]) for shown in trace.exchanges] == [
        (0, "vendor-unreachable"),
        (1, "vendor-unreachable"),
        (2, "vendor-unreachable"),
        (0, "vendor-timeout"),
        (0, "vendor-malformed"),
    ]
    assert {shown.status for shown in trace.exchanges} == {None}
    assert {shown.response_body for shown in trace.exchanges} == {None}


async def test_a_call_that_nobody_waits_for_is_shown(server: Server, egress: Egress) -> None:
    """It went out, and may have been acted on."""
    trace = Trace()
    slow = OutboundRequest("GET", server.url + "/drip")
    call = asyncio.ensure_future(egress.send(slow, trace=trace))
    await server.is_dripping.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert [shown.error for shown in trace.exchanges] == [
        "The caller went away before the answer came."
    ]


async def test_large_bodies_are_cut_and_long_calls_end(server: Server, egress: Egress) -> None:
    """8 kB of each body, fifty exchanges."""
    trace = Trace()
    body = b'{"a":"' + b"x" * 20_000 + b'"}'
    for _ in range(EXCHANGES_KEPT + 1):
        await egress.send(OutboundRequest("POST", server.url + "/echo", (JSON,), body), trace=trace)
    assert len(trace.exchanges) == EXCHANGES_KEPT
    shown = trace.exchanges[0].response_body or ""
    assert shown.endswith(" .. (20008 bytes in all)")
    assert len(shown) < SHOWN_BODY_CHARACTERS + 30


async def test_without_a_trace_nothing_is_kept(server: Server, egress: Egress) -> None:
    """Two calls, one of them traced."""
    trace = Trace()
    await egress.send(OutboundRequest("GET", server.url + "/ok"))
    await egress.send(OutboundRequest("GET", server.url + "/ok"), trace=trace)
    assert len(trace.exchanges) == 1


# What can stand in a header and in a URL; a `*` may be part of a mask.
SECRETS = st.text(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=!$", min_size=8
).map(lambda text: f"s3{text}")


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(secret=SECRETS, is_known=st.booleans(), place=st.sampled_from(range(6)))
async def test_a_secret_is_in_no_trace(
    secret: str, is_known: bool, place: int, server: Server, egress: Egress
) -> None:
    """Sent in any place where secrets stand, echoed by the vendor, shown nowhere; one that is
    known even where nothing betrays it.
    """
    trace = Trace([secret] if is_known else [])
    url, headers, body = server.url + "/echo", [JSON], {"name": "Ng", "echo": f"<{secret}>"}
    match place:
        case 0:
            headers.append(("Authorization", f"Bearer {secret}"))
        case 1:
            headers.append(("X-Api-Key", secret))
        case 2:
            headers.append(("Cookie", secret))
        case 3:
            headers.append(("Authorization", secret))
        case 4:
            url += f"?access_token={secret.replace('+', '%2B')}"
        case _:
            trace = Trace([secret])
    sent = OutboundRequest("POST", url, tuple(headers), json.dumps(body).encode())
    await egress.send(sent, trace=trace)
    assert server.bodies[-1] == sent.body
    assert secret not in repr(trace.exchanges)
    assert trace.exchanges[0].status == 200
