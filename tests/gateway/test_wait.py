"""Waiting for what a vendor does after its answer."""

from dataclasses import dataclass, field

import pytest

from valence.domain import VendorMalformed, VendorTimeout, Wait
from valence.egress import OutboundResponse
from valence.gateway.values import WireRequest
from valence.gateway.wait import ended

WAIT = Wait("state.word", frozenset({"done"}), frozenset({"failed"}))
ACCEPTED = OutboundResponse(202, {"Location": "https://vendor.example/monitor/1"}, b"")


def told(word: str, status: int = 200, **headers: str) -> OutboundResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return OutboundResponse(status, named, f'{{"state":{{"word":"{word}"}}}}'.encode())


@dataclass
class Vendor:
    """Answers one after the other; its clock is moved by whoever sleeps."""

    answers: list[OutboundResponse]
    asked: list[WireRequest] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    async def ask(self, request: WireRequest) -> OutboundResponse:
        self.asked.append(request)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def monotonic(self) -> float:
        return sum(self.slept)

    def now_ms(self) -> int:
        return 0

    async def end(self, accepted: OutboundResponse = ACCEPTED) -> OutboundResponse:
        return await ended(accepted, WAIT, self.ask, clock=self, most_seconds=20, sleep=self.sleep)


async def test_the_end_is_waited_for_with_growing_pauses() -> None:
    """The address is asked without the instance's authorization, which it does without."""
    vendor = Vendor([told("busy"), told("busy"), told("busy", Retry_After="2"), told("done")])
    assert (await vendor.end()).body == told("done").body
    assert vendor.slept == [0.25, 0.5, 2]
    assert {request.url for request in vendor.asked} == {"https://vendor.example/monitor/1"}
    assert all(request.has_authorization for request in vendor.asked)


async def test_what_is_over_already_is_not_waited_for() -> None:
    """Whatever the status is."""
    for status in (200, 201, 404):
        vendor = Vendor([told("busy")])
        answer = OutboundResponse(status, {}, b"{}")
        assert await vendor.end(answer) is answer
        assert vendor.asked == []


@pytest.mark.parametrize(("answer", "status"), [(told("failed"), 400), (told("busy", 503), 503)])
async def test_a_failure_is_an_error(answer: OutboundResponse, status: int) -> None:
    """With what the vendor told of it."""
    response = await Vendor([answer]).end()
    assert (response.status, response.body) == (status, answer.body)


async def test_nobody_waits_for_ever() -> None:
    """The last word is told."""
    with pytest.raises(VendorTimeout, match="still at it \\(busy\\) after 20 seconds"):
        await Vendor([told("busy")]).end()


@pytest.mark.parametrize(
    ("accepted", "answer"),
    [
        (OutboundResponse(202, {}, b""), told("done")),
        (OutboundResponse(202, {"Location": "/monitor"}, b""), told("done")),
        (ACCEPTED, OutboundResponse(200, {}, b"<html>")),
    ],
)
async def test_what_cannot_be_followed(
    accepted: OutboundResponse, answer: OutboundResponse
) -> None:
    """No address, or no JSON."""
    with pytest.raises(VendorMalformed):
        await Vendor([answer]).end(accepted)
