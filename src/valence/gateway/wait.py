"""Waiting for the end of what a vendor does after its answer.

Some vendors answer 202 and an address that tells how far they are. A definition says where that
address is and which words are the end (`wait`); the call then answers when it is over. The address
stands for the right to ask it, so nothing of the instance goes there."""

import asyncio
from collections.abc import Awaitable, Callable

import orjson

from valence.domain import Clock, VendorMalformed, VendorTimeout, Wait
from valence.egress import OutboundResponse, retry_after_seconds
from valence.gateway.values import WireRequest

ACCEPTED = 202
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 5.0
FAILED_STATUS = 400
"""What a failure counts as: the vendor took the call, so what it asked for could not be done."""

Ask = Callable[[WireRequest], Awaitable[OutboundResponse]]
Sleep = Callable[[float], Awaitable[None]]


async def ended(
    accepted: OutboundResponse,
    wait: Wait,
    ask: Ask,
    *,
    clock: Clock,
    most_seconds: float,
    sleep: Sleep = asyncio.sleep,
) -> OutboundResponse:
    """Return what the vendor tells at the end, or its error; an answer but 202 as it is.

    Args:
        ask: sends a request without any authorization.

    Raises:
        VendorTimeout: it took longer than `most_seconds`; it may still come to its end.
        VendorMalformed: there is no address to ask, or no answer that can be read.
    """
    if accepted.status != ACCEPTED:
        return accepted
    address = accepted.headers.get(wait.header, "")
    if not address.startswith(("https://", "http://")):
        raise VendorMalformed(f"The vendor's answer has no address in its header {wait.header}.")
    request = WireRequest("GET", address, (("Accept", "application/json"),), None, True)
    deadline = clock.monotonic() + most_seconds
    pause = FIRST_PAUSE_SECONDS
    while True:
        told = await ask(request)
        if not 200 <= told.status < 300:
            return told
        word = _word(told, wait.field)
        if word in wait.done:
            return told
        if word in wait.failed:
            return OutboundResponse(FAILED_STATUS, told.headers, told.body, told.received_ms)
        asked = retry_after_seconds(told.headers, now_ms=told.received_ms)
        rest = min(pause if asked is None else asked, LONGEST_PAUSE_SECONDS)
        if clock.monotonic() + rest > deadline:
            raise VendorTimeout(
                f"The vendor is still at it ({word or 'no word'}) after {most_seconds:g} seconds;"
                " it may still come to its end."
            )
        await sleep(rest)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _word(told: OutboundResponse, field: str) -> str:
    try:
        value = orjson.loads(told.body)
    except orjson.JSONDecodeError as exc:
        raise VendorMalformed("What the vendor tells of its progress is not JSON.") from exc
    for name in field.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""
