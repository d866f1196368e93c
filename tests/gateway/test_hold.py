"""Whether a vendor is left alone just now, as this process knows: asked without a call."""

import pytest

from tests.conftest import Hub, Sim
from valence.domain import CallerSecrets, Instance, ValenceError
from valence.egress import Hold
from valence.gateway import ResourceRequest


async def called(hub: Hub, instance: Instance) -> None:
    request = ResourceRequest(CallerSecrets(), "GET", "/contacts", ())
    await hub.services.gateway.handle_as(hub.principal, instance, request)


async def test_a_vendor_that_is_down_is_told_until_it_answers(hub: Hub, sim: Sim) -> None:
    """Nothing is known of an instance that was not called here."""
    gateway = hub.services.gateway
    well, other = await hub.instance("Well"), await hub.instance("Other")
    assert gateway.hold(well.id) is None
    await called(hub, well)
    assert gateway.hold(well.id) is None
    sim.post("faults", kind="500", count=5)
    for _ in range(5):
        with pytest.raises(ValenceError):
            await called(hub, well)
    hold = gateway.hold(well.id)
    assert hold is not None
    assert hold.by == "down"
    assert 0 < hold.seconds <= 1
    assert gateway.hold(other.id) is None
    hub.clock.advance(2)
    assert gateway.hold(well.id) == Hold("down", 0.0)
    await called(hub, well)
    assert gateway.hold(well.id) is None


async def test_a_limit_that_is_used_up_is_told_with_its_time(hub: Hub, sim: Sim) -> None:
    """For the account that the vendor refused, and for no other at the same vendor."""
    gateway = hub.services.gateway
    held, other = await hub.instance("Held"), await hub.instance("Other")
    await called(hub, other)
    sim.post(
        "faults", kind="answer", status=429, count=1, body={"message": "Slowly."},
        headers={"Retry-After": "60"},
    )  # fmt: skip
    with pytest.raises(ValenceError):
        await called(hub, held)
    hold = gateway.hold(held.id)
    assert hold is not None
    assert hold.by == "limit"
    assert 50 < hold.seconds <= 60
    assert gateway.hold(other.id) is None
    hub.clock.advance(61)
    assert gateway.hold(held.id) is None
