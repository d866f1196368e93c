"""Limits are learned from the vendor, and kept to."""

import asyncio
from dataclasses import replace

import pytest

from tests.conftest import FixedClock
from tests.egress.conftest import Server, Sleeper
from valence.domain import VendorRefused
from valence.egress import BudgetKey, Egress, LimitHeaders, LimitScope, LimitWindow, OutboundRequest
from valence.egress.budget import HOLDS_KEPT, LONGEST_HOLD_SECONDS, Budgets

# Tue, 14 Nov 2023 22:13:20 GMT is where the clock stands: 40 s before the next whole minute.
KEAP = LimitHeaders(
    (
        LimitWindow(
            "x-keap-product-quota-available",
            reset="x-keap-product-quota-expiry-time",
            scope=LimitScope.APP,
        ),
        LimitWindow(
            "x-keap-product-throttle-available",
            unit="x-keap-product-throttle-time-unit",
            scope=LimitScope.APP,
        ),
        LimitWindow("x-keap-tenant-throttle-available", unit="x-keap-tenant-throttle-time-unit"),
    )
)
ONE = BudgetKey("infusionsoft:a", 1, KEAP)
SIBLING = replace(ONE, instance=2)
STRANGER = replace(ONE, app="infusionsoft:b")
PLAIN = BudgetKey("other:a", 1)


@pytest.mark.parametrize(
    ("key", "status", "headers", "seconds"),
    [
        (PLAIN, 200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "30"}, 30),
        (PLAIN, 200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1700000030"}, 30),
        (PLAIN, 200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1700000030500"}, 30.5),
        (PLAIN, 200, {"X-RateLimit-Remaining": "0.0", "X-RateLimit-Reset": "30"}, 30),
        (PLAIN, 200, {"X-RateLimit-Remaining": "-2", "X-RateLimit-Reset": "30"}, 30),
        (PLAIN, 200, {"RateLimit-Remaining": "0", "RateLimit-Reset": "7"}, 7),
        (
            PLAIN,
            200,
            {"RateLimit-Remaining": "0", "RateLimit-Reset": "Tue, 14 Nov 2023 22:13:25 GMT"},
            5,
        ),
        (
            PLAIN,
            200,
            {
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Reset": "1700003630",
                "Date": "Tue, 14 Nov 2023 23:13:20 GMT",
            },
            30,
        ),
        (PLAIN, 404, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "30"}, 30),
        (PLAIN, 200, {"X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "30"}, 0),
        (PLAIN, 200, {"X-RateLimit-Remaining": "05", "X-RateLimit-Reset": "30"}, 0),
        (PLAIN, 200, {"X-RateLimit-Remaining": "", "X-RateLimit-Reset": "30"}, 0),
        (PLAIN, 200, {"X-RateLimit-Remaining": "-", "X-RateLimit-Reset": "30"}, 0),
        (PLAIN, 200, {"X-RateLimit-Remaining": "0"}, 0),
        (PLAIN, 200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "soon"}, 0),
        (PLAIN, 200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "nan"}, 0),
        (PLAIN, 200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1600000000"}, 0),
        (
            PLAIN,
            200,
            {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "86400"},
            LONGEST_HOLD_SECONDS,
        ),
        (PLAIN, 429, {"Retry-After": "12"}, 12),
        (PLAIN, 429, {"Retry-After": "Tue, 14 Nov 2023 22:13:30 GMT"}, 10),
        (PLAIN, 429, {"Retry-After": "999999999"}, LONGEST_HOLD_SECONDS),
        (PLAIN, 429, {"Retry-After": "0"}, 0),
        (PLAIN, 429, {}, 0),
        (PLAIN, 503, {"Retry-After": "12"}, 0),
        (PLAIN, 200, {"Retry-After": "12"}, 0),
        (
            ONE,
            200,
            {
                "x-keap-tenant-throttle-available": "0",
                "x-keap-tenant-throttle-time-unit": "Minute",
            },
            40,
        ),
        (ONE, 200, {"x-keap-tenant-throttle-available": "0"}, 0),
        (
            ONE,
            200,
            {
                "x-keap-tenant-throttle-available": "0",
                "x-keap-tenant-throttle-time-unit": "fortnight",
            },
            0,
        ),
        (
            ONE,
            200,
            {
                "x-keap-tenant-throttle-available": "0",
                "x-keap-tenant-throttle-time-unit": "30000",
            },
            10,
        ),
        (
            ONE,
            200,
            {"x-keap-tenant-throttle-available": "0", "x-keap-tenant-throttle-time-unit": "0"},
            0,
        ),
        (
            ONE,
            200,
            {
                "x-keap-product-quota-available": "0",
                "x-keap-product-quota-expiry-time": "1700000099000",
            },
            99,
        ),
        (
            ONE,
            429,
            {
                "Retry-After": "3",
                "x-keap-tenant-throttle-available": "0",
                "x-keap-tenant-throttle-time-unit": "minute",
            },
            3,
        ),
    ],
)
def test_what_an_answer_says(
    key: BudgetKey, status: int, headers: dict[str, str], seconds: float, clock: FixedClock
) -> None:
    """How long it holds the calls that share the limit; nonsense holds nobody."""
    budgets = Budgets(clock)
    budgets.learn(key, status, headers)
    assert budgets.held_seconds(key) == pytest.approx(seconds)
    clock.advance(seconds)
    assert budgets.held_seconds(key) == 0


@pytest.mark.parametrize(
    ("key", "headers", "held"),
    [
        (
            ONE,
            {
                "x-keap-product-throttle-available": "0",
                "x-keap-product-throttle-time-unit": "minute",
            },
            {ONE, SIBLING},
        ),
        (
            ONE,
            {
                "x-keap-tenant-throttle-available": "0",
                "x-keap-tenant-throttle-time-unit": "minute",
            },
            {ONE},
        ),
        (ONE, {"Retry-After": "9", "x-keap-product-throttle-available": "0"}, {ONE, SIBLING}),
        (ONE, {"Retry-After": "9"}, {ONE}),
        (
            replace(ONE, limits=LimitHeaders(refusal_scope=LimitScope.APP)),
            {"Retry-After": "9"},
            {ONE, SIBLING},
        ),
    ],
)
def test_who_shares_a_limit(
    key: BudgetKey, headers: dict[str, str], held: set[BudgetKey], clock: FixedClock
) -> None:
    """An app's limit holds all its accounts, an account's only itself, and never another app."""
    budgets = Budgets(clock)
    budgets.learn(key, 429, headers)
    assert {other for other in (ONE, SIBLING, STRANGER) if budgets.held_seconds(other)} == held


def test_answers_that_overtake_each_other_do_not_shorten_a_hold(clock: FixedClock) -> None:
    """The longest told counts."""
    budgets = Budgets(clock)
    budgets.learn(PLAIN, 429, {"Retry-After": "9"})
    budgets.learn(PLAIN, 429, {"Retry-After": "2"})
    assert budgets.held_seconds(PLAIN) == 9


def test_what_is_remembered_is_bounded(clock: FixedClock) -> None:
    """The hold told longest ago goes first."""
    budgets = Budgets(clock)
    for instance in range(HOLDS_KEPT):
        budgets.learn(replace(PLAIN, instance=instance), 429, {"Retry-After": "9"})
    budgets.learn(replace(PLAIN, instance=0), 429, {"Retry-After": "9"})
    budgets.learn(replace(PLAIN, instance=HOLDS_KEPT), 429, {"Retry-After": "9"})
    held = [n for n in (0, 1, 2, HOLDS_KEPT) if budgets.held_seconds(replace(PLAIN, instance=n))]
    assert held == [0, 2, HOLDS_KEPT]


def request(server: Server, key: BudgetKey = PLAIN, **fields: object) -> OutboundRequest:
    return replace(OutboundRequest("GET", server.url + "/told", budget=key), **fields)  # type: ignore[arg-type]


async def test_a_used_up_limit_is_refused_without_asking(
    server: Server, still: Egress, clock: FixedClock
) -> None:
    """429 with the time that is left; others are served, and so is this one afterwards."""
    server.told = [(200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "30"})]
    assert (await still.send(request(server))).status == 200
    clock.advance(9.5)
    with pytest.raises(VendorRefused) as refused:
        await still.send(request(server))
    error = refused.value
    assert (error.code, error.status, error.retryable) == ("vendor-limited", 429, True)
    assert error.retry_after_seconds == 21
    with pytest.raises(VendorRefused):
        async with still.stream(request(server)):
            raise AssertionError("not sent")
    assert len(server.seen) == 1
    assert (await still.send(request(server, replace(PLAIN, instance=2)))).status == 200
    assert (await still.send(replace(request(server), budget=None))).status == 200
    clock.advance(21)
    assert (await still.send(request(server))).status == 200


async def test_a_short_hold_is_waited_out(server: Server, still: Egress, sleeper: Sleeper) -> None:
    """Two seconds at most."""
    server.told = [(200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2"})]
    await still.send(request(server))
    assert (await still.send(request(server))).status == 200
    assert len(sleeper.pauses) == 1
    assert 2 <= sleeper.pauses[0] <= 2.1


async def test_a_hold_is_not_waited_out_past_the_deadline(
    server: Server, still: Egress, sleeper: Sleeper
) -> None:
    """It is refused at once."""
    server.told = [(200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2"})]
    await still.send(request(server))
    with pytest.raises(VendorRefused):
        await still.send(request(server, timeout_seconds=1.9))
    assert sleeper.pauses == []


async def test_a_429_holds_the_others_too(server: Server, still: Egress, sleeper: Sleeper) -> None:
    """One call hears it; none of the next is sent before the time."""
    server.told = [(429, {"Retry-After": "60"})]
    assert (await still.send(request(server))).status == 429
    ended = await asyncio.gather(
        *(still.send(request(server)) for _ in range(5)), return_exceptions=True
    )
    assert [type(end) for end in ended] == [VendorRefused] * 5
    assert len(server.seen) == 1


async def test_a_repeat_waits_for_the_end_of_the_window(
    server: Server, still: Egress, sleeper: Sleeper, clock: FixedClock
) -> None:
    """Not only for the pause that a 429 without `Retry-After` gets; a far end is not waited for."""
    clock.advance(38.5)  # 1.5 s before the minute ends
    window = {
        "x-keap-tenant-throttle-available": "0",
        "x-keap-tenant-throttle-time-unit": "minute",
        "Date": "Tue, 14 Nov 2023 22:13:58 GMT",
    }
    server.told = [
        (429, window),
        (200, {}),
        (429, {**window, "Date": "Tue, 14 Nov 2023 22:13:01 GMT"}),
    ]
    assert (await still.send(request(server, ONE))).repeats == 1
    assert sleeper.pauses == [2.0]
    assert (await still.send(request(server, ONE))).status == 429
    assert len(server.seen) == 3
