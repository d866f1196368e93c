"""A vendor that is down is left alone, and found again."""

import asyncio
import socket

import pytest

from tests.conftest import FixedClock
from tests.egress.conftest import Server
from valence.domain import VendorError, VendorMalformed, VendorTimeout, VendorUnreachable
from valence.egress import Egress, OutboundRequest, VendorDown
from valence.egress.circuit import FAILURES_TO_OPEN, ORIGINS_KEPT, Circuits

ORIGIN = "https://vendor.example"


def fail(circuits: Circuits, times: int = FAILURES_TO_OPEN, origin: str = ORIGIN) -> None:
    for _ in range(times):
        circuits.tell(origin, False, is_probe=circuits.admit(origin))


def test_it_opens_after_five_failures_in_a_row(clock: FixedClock) -> None:
    """Then calls are refused with the time to the next try; other origins are not."""
    circuits = Circuits(clock)
    fail(circuits, 4)
    assert circuits.admit(ORIGIN) is False
    fail(circuits, 1)
    with pytest.raises(VendorDown) as down:
        circuits.admit(ORIGIN)
    error = down.value
    assert (error.code, error.status, error.retryable) == ("vendor-down", 502, True)
    assert error.retry_after_seconds == 1
    assert isinstance(error, VendorUnreachable)
    assert circuits.admit("https://other.example") is False


@pytest.mark.parametrize(("ends", "is_open"), [(True, False), (None, True)])
def test_a_success_between_starts_the_count_again(
    ends: bool | None, is_open: bool, clock: FixedClock
) -> None:
    """What says nothing about the vendor does not."""
    circuits = Circuits(clock)
    fail(circuits, 4)
    circuits.tell(ORIGIN, ends, is_probe=False)
    fail(circuits, 1)
    assert circuits.is_open(ORIGIN) is is_open


@pytest.mark.parametrize(("apart", "is_open"), [(7.5, True), (7.6, False)])
def test_failures_count_within_half_a_minute(
    apart: float, is_open: bool, clock: FixedClock
) -> None:
    """Five that are farther apart are five accidents."""
    circuits = Circuits(clock)
    for _ in range(FAILURES_TO_OPEN):
        fail(circuits, 1)
        clock.advance(apart)
    assert circuits.is_open(ORIGIN) is is_open


def test_one_probe_goes_after_a_pause_that_grows(clock: FixedClock) -> None:
    """1, 2, 4, 8, 16, 30, 30 seconds; one call at a time."""
    circuits = Circuits(clock)
    fail(circuits)
    for pause in (1, 2, 4, 8, 16, 30, 30):
        clock.advance(pause - 0.01)
        with pytest.raises(VendorDown):
            circuits.admit(ORIGIN)
        clock.advance(0.01)
        assert circuits.admit(ORIGIN) is True
        with pytest.raises(VendorDown):
            circuits.admit(ORIGIN)
        circuits.tell(ORIGIN, False, is_probe=True)


def test_a_probe_that_succeeds_closes_it(clock: FixedClock) -> None:
    """And the next failures begin from nothing, with the short pause."""
    circuits = Circuits(clock)
    fail(circuits)
    clock.advance(1)
    fail(circuits, 1)
    clock.advance(2)
    circuits.tell(ORIGIN, True, is_probe=circuits.admit(ORIGIN))
    fail(circuits, 4)
    assert not circuits.is_open(ORIGIN)
    fail(circuits, 1)
    clock.advance(1)
    assert circuits.admit(ORIGIN) is True


def test_a_probe_that_tells_nothing_gives_its_place_to_the_next(clock: FixedClock) -> None:
    """Its caller went away: nobody waits for it for ever."""
    circuits = Circuits(clock)
    fail(circuits)
    clock.advance(1)
    circuits.tell(ORIGIN, None, is_probe=circuits.admit(ORIGIN))
    assert circuits.admit(ORIGIN) is True


def test_calls_that_were_under_way_do_not_lengthen_the_pause(clock: FixedClock) -> None:
    """They began before it was open."""
    circuits = Circuits(clock)
    fail(circuits)
    clock.advance(0.5)
    for _ in range(20):
        circuits.tell(ORIGIN, False, is_probe=False)
    clock.advance(0.5)
    assert circuits.admit(ORIGIN) is True


def test_a_success_of_any_call_closes_it(clock: FixedClock) -> None:
    """The probe that is still under way then changes nothing by failing."""
    circuits = Circuits(clock)
    fail(circuits)
    clock.advance(1)
    assert circuits.admit(ORIGIN) is True
    circuits.tell(ORIGIN, True, is_probe=False)
    circuits.tell(ORIGIN, False, is_probe=True)
    assert circuits.admit(ORIGIN) is False
    assert not circuits.is_open(ORIGIN)


def test_what_is_remembered_is_bounded(clock: FixedClock) -> None:
    """The origin known longest is forgotten first."""
    circuits = Circuits(clock)
    fail(circuits)
    for number in range(ORIGINS_KEPT - 1):
        fail(circuits, 1, f"https://{number}.example")
    assert circuits.is_open(ORIGIN)
    fail(circuits, 1, "https://last.example")
    assert not circuits.is_open(ORIGIN)


@pytest.fixture
def nowhere() -> str:
    """A URL where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/x"


async def is_down(egress: Egress, url: str) -> bool:
    try:
        await egress.send(OutboundRequest("POST", url))
    except VendorDown:
        return True
    except VendorError:
        return False
    return False


async def test_a_dead_vendor_is_not_asked_again_and_again(
    server: Server, still: Egress, clock: FixedClock
) -> None:
    """Five answers of 5xx; the sixth call does not leave; a second later one does."""
    server.told = [(500, {}), (502, {}), (504, {}), (503, {}), (500, {})]
    post = OutboundRequest("POST", server.url + "/told")
    for _ in range(5):
        assert (await still.send(post)).status >= 500
    with pytest.raises(VendorDown):
        await still.send(post)
    with pytest.raises(VendorDown):
        async with still.stream(post):
            raise AssertionError("not sent")
    assert len(server.seen) == 5
    clock.advance(1)
    assert (await still.send(post)).status == 200
    assert (await still.send(post)).status == 200


async def test_failed_connections_count(still: Egress, nowhere: str) -> None:
    """With their repeats: three attempts each, so the second call ends it."""
    post = OutboundRequest("POST", nowhere)
    for _ in range(2):
        with pytest.raises(VendorUnreachable) as failed:
            await still.send(post)
        assert failed.value.code == "vendor-unreachable"
    assert await is_down(still, nowhere)


async def test_lost_answers_count(server: Server, still: Egress) -> None:
    """The connection was there, the answer was not."""
    for _ in range(5):
        with pytest.raises(VendorUnreachable):
            await still.send(OutboundRequest("POST", server.url + "/drop"))
    assert await is_down(still, server.url + "/ok")


@pytest.mark.parametrize(("seconds", "is_counted"), [(1.0, True), (0.1, False)])
async def test_a_timeout_counts_when_the_vendor_had_time(
    seconds: float, is_counted: bool, server: Server, still: Egress
) -> None:
    """A caller in a hurry does not close the vendor to others."""
    server.told = [(500, {})] * 4
    for _ in range(4):
        await still.send(OutboundRequest("POST", server.url + "/told"))
    with pytest.raises(VendorTimeout):
        await still.send(OutboundRequest("GET", server.url + "/drip", timeout_seconds=seconds))
    assert await is_down(still, server.url + "/ok") is is_counted


@pytest.mark.parametrize("status", [400, 404, 429])
async def test_refusals_are_signs_of_life(status: int, server: Server, still: Egress) -> None:
    """A 4xx never opens it, and ends a row of failures."""
    server.told = [(500, {})] * 4 + [(status, {})] + [(500, {})] * 4 + [(status, {})] * 6
    for _ in range(15):
        await still.send(OutboundRequest("POST", server.url + "/told"))
    assert not await is_down(still, server.url + "/ok")


async def test_answers_that_make_no_sense_are_signs_of_life(server: Server, still: Egress) -> None:
    """Somebody is there."""
    for _ in range(6):
        with pytest.raises(VendorMalformed):
            await still.send(OutboundRequest("GET", server.url + "/ok", size_limit_bytes=1))
    assert not await is_down(still, server.url + "/ok")


async def test_a_token_request_is_never_refused_and_counts(server: Server, still: Egress) -> None:
    """Five failures open it for calls; a token request goes, and its success closes it."""
    server.told = [(500, {})] * 6
    token = OutboundRequest("POST", server.url + "/told")
    for _ in range(5):
        await still.send_token_request(token)
    assert await is_down(still, server.url + "/ok")
    assert (await still.send_token_request(token)).status == 500
    assert await is_down(still, server.url + "/ok")
    assert (await still.send_token_request(token)).status == 200
    assert not await is_down(still, server.url + "/ok")


async def test_an_answer_that_opens_it_is_given_to_the_caller(
    server: Server, still: Egress
) -> None:
    """The repeat would be refused; what the vendor said says more."""
    server.told = [(503, {})] * 9
    get = OutboundRequest("GET", server.url + "/told")
    assert (await still.send(get)).repeats == 2
    last = await still.send(get)
    assert (last.status, last.repeats) == (503, 1)


async def test_a_probe_whose_caller_goes_away_frees_its_place(
    server: Server, still: Egress, clock: FixedClock
) -> None:
    """The next call is the probe."""
    server.told = [(500, {})] * 5
    for _ in range(5):
        await still.send(OutboundRequest("POST", server.url + "/told"))
    clock.advance(1)
    probe = asyncio.ensure_future(still.send(OutboundRequest("GET", server.url + "/drip")))
    await server.is_dripping.wait()
    assert await is_down(still, server.url + "/ok")
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    assert not await is_down(still, server.url + "/ok")
