"""A refresh happens once, and only a confirmed refusal needs the owner."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.conftest import Hub, Sim, _new_postgres
from valence.domain import Instance, NeedsOwner, ValenceError, VendorError, VendorRefused
from valence.storage import credentials

Open = Callable[..., Awaitable[Hub]]


async def expired(hub: Hub, sim: Sim) -> Instance:
    """Return an instance whose access token has just expired."""
    sim.post("lifetimes", accessSeconds=0)
    instance = await hub.instance()
    sim.post("lifetimes", accessSeconds=86_399)
    return instance


async def headers(hub: Hub, instance: Instance) -> str:
    found = await hub.services.credentials.headers(instance, hub.element)
    return found.headers[0][1]


async def test_a_token_that_lives_is_used_as_it_is(hub: Hub, sim: Sim) -> None:
    """No token call; the second time no SQL either."""
    instance = await hub.instance()
    first = await headers(hub, instance)
    warm = hub.services.credentials.warm_headers(instance)
    assert warm is not None
    assert warm.headers[0][1] == first
    assert sim.refreshes()["received"] == 0


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_many_callers_in_many_processes_cost_one_refresh(
    kind: str, open_hub: Open, sim: Sim
) -> None:
    """Sixty calls in three hubs on an expired token: one token call, one answer for all."""
    more = {} if kind == "sqlite" else {"database_url": await _new_postgres()}
    hubs = [await open_hub(**more) for _ in range(3)]
    instance = await expired(hubs[0], sim)
    sim.post("token-delay", seconds=0.3)
    found = await asyncio.gather(*(headers(hub, instance) for hub in hubs * 20))
    assert len(set(found)) == 1
    assert sim.refreshes() == {"received": 1, "succeeded": 1, "refused": 0}


async def test_a_due_token_is_refreshed_beside_its_use(open_hub: Open, sim: Sim) -> None:
    """Due but alive: callers go on with it while one refresh runs."""
    hub = await open_hub(refresh_margin=0.9)
    sim.post("lifetimes", accessSeconds=4)
    instance = await hub.instance()
    before = await headers(hub, instance)
    hub.clock.advance(1)
    sim.post("token-delay", seconds=0.2)
    found = await asyncio.gather(*(headers(hub, instance) for _ in range(10)))
    assert set(found) == {before}
    await hub.services.refresher.settle()
    assert await headers(hub, instance) != before
    assert sim.refreshes()["received"] == 1


async def test_a_refused_token_is_renewed_once(hub: Hub, sim: Sim) -> None:
    """After a vendor's 401; a vendor that refuses the new one too is not asked for a third."""
    instance = await hub.instance()
    held = await hub.services.credentials.headers(instance, hub.element)
    renewed = await hub.services.credentials.after_refusal(
        instance, hub.element, version=held.version
    )
    assert renewed.version == held.version + 1
    same = await hub.services.credentials.after_refusal(instance, hub.element, version=held.version)
    assert same.version == renewed.version
    with pytest.raises(VendorRefused, match="though the token is new"):
        await hub.services.credentials.after_refusal(instance, hub.element, version=renewed.version)
    assert sim.refreshes()["received"] == 1


async def test_a_caller_that_goes_away_does_not_cancel_the_refresh(hub: Hub, sim: Sim) -> None:
    """The vendor may have rotated already; whoever comes next has the result."""
    instance = await expired(hub, sim)
    sim.post("token-delay", seconds=0.3, when="after")
    call = asyncio.create_task(headers(hub, instance))
    while not sim.refreshes()["received"]:
        await asyncio.sleep(0.01)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await headers(hub, instance)
    assert sim.refreshes() == {"received": 1, "succeeded": 1, "refused": 0}


async def test_a_withdrawn_grant_needs_its_owner(hub: Hub, sim: Sim) -> None:
    """Confirmed by the vendor: the instance says so, in every later call without asking again."""
    instance = await expired(hub, sim)
    sim.post("revoke")
    for _ in range(3):
        with pytest.raises(NeedsOwner) as refused:
            await headers(hub, instance)
    assert refused.value.whose == "resource-owner"
    assert sim.refreshes()["received"] == 1
    seen = await hub.services.instances.get(hub.principal, instance.id)
    assert not seen.is_valid
    assert "withdrew" in (seen.needs_owner_reason or "")


@pytest.mark.parametrize("kind", ["html", "500", "503", "429", "cut"])
async def test_a_vendor_out_of_order_needs_nobody(kind: str, open_hub: Open, sim: Sim) -> None:
    """The call fails retryably, the instance stays valid, and later the refresh works."""
    hub = await open_hub()
    instance = await expired(hub, sim)
    sim.post("faults", kind=kind, path="/token")
    with pytest.raises(VendorError) as failed:
        await headers(hub, instance)
    assert failed.value.retryable
    with pytest.raises(VendorError) as postponed:
        await headers(hub, instance)
    assert postponed.value.code == "refresh-postponed"
    assert (await hub.services.instances.get(hub.principal, instance.id)).is_valid
    hub.clock.advance(60)
    await headers(hub, instance)
    kinds = [e.kind for e in await hub.services.instances.timeline(hub.principal, instance.id)]
    assert kinds == ["refreshed", "refresh-failed", "issued"]


async def test_a_token_that_lives_outlasts_a_failed_refresh(open_hub: Open, sim: Sim) -> None:
    """A proactive refresh that fails disturbs no caller."""
    hub = await open_hub(refresh_margin=0.99)
    sim.post("lifetimes", accessSeconds=30)
    instance = await hub.instance()
    hub.clock.advance(1)
    sim.post("faults", kind="500", path="/token")
    before = await headers(hub, instance)
    await hub.services.refresher.settle()
    assert await headers(hub, instance) == before
    assert sim.refreshes()["received"] == 1


async def test_a_refused_client_is_not_the_owners_fault(hub: Hub, sim: Sim) -> None:
    """The secret was changed at the vendor: the grant stays, the sentence says what to mend."""
    instance = await expired(hub, sim)
    sim.post("clients", clientId="sandbox-client", clientSecret="changed")
    try:
        with pytest.raises(VendorRefused) as refused:
            await headers(hub, instance)
        assert refused.value.code == "client-refused"
        assert (await hub.services.instances.get(hub.principal, instance.id)).is_valid
    finally:
        sim.post("clients", clientId="sandbox-client", clientSecret="sandbox-secret")


async def test_the_sweep_refreshes_what_nobody_calls(open_hub: Open, sim: Sim) -> None:
    """Once over two processes; what is not due is left alone."""
    hubs = [await open_hub(), await open_hub()]
    idle, fresh = await hubs[0].instance("idle"), await hubs[0].instance("fresh")
    async with hubs[0].services.database.write() as connection:
        await connection.exec_driver_sql(
            f"UPDATE credentials SET sweep_ms = 1 WHERE instance_id = {idle.id}"
        )
    await asyncio.gather(*(hub.services.sweep.once() for hub in hubs))
    assert sim.refreshes() == {"received": 1, "succeeded": 1, "refused": 0}
    assert await hubs[0].services.sweep.once() == 0
    status = await hubs[0].services.credentials.status(fresh)
    assert status.state == "active"


async def test_a_grant_is_not_thrown_away_and_a_refusal_overwrites_nothing(hub: Hub) -> None:
    """The compare-and-set, case by case."""
    instance = await hub.instance()
    database = hub.services.database
    async with database.read() as connection:
        row = await credentials.read(connection, instance.id)
    assert row is not None
    times = {"sealed": row.sealed, "issued_ms": 1, "expires_ms": 2, "due_ms": 2, "sweep_ms": 3}
    async with database.write() as connection:
        one = instance.id
        assert await credentials.record_intent(connection, one, version=1, fence=1, now=5)
        assert await credentials.record_intent(connection, one, version=1, fence=2, now=6)
        assert not await credentials.record_intent(connection, one, version=1, fence=1, now=7)
        # The second holder is refused; then the first holder's answer arrives after all.
        assert not await credentials.need_owner(connection, one, version=1, fence=1, reason="r")
        assert await credentials.need_owner(connection, one, version=1, fence=2, reason="r")
        assert await credentials.store_grant(connection, one, version=1, fence=1, values=times)
        revived = await credentials.read(connection, one)
        assert revived is not None
        assert (revived.state, revived.version, revived.intent_fence) == ("active", 2, None)
        # A refusal that comes late finds something newer.
        assert not await credentials.need_owner(connection, one, version=1, fence=9, reason="r")
        # A grant issued later than the stored one, from the same version, replaces it; an older
        # does not.
        assert await credentials.store_grant(connection, one, version=1, fence=2, values=times)
        assert not await credentials.store_grant(connection, one, version=1, fence=1, values=times)


async def test_a_deleted_instance_is_not_refreshed(hub: Hub, sim: Sim) -> None:
    """Its callers are told that it is gone."""
    instance = await expired(hub, sim)
    await hub.services.instances.delete(hub.principal, instance.id)
    with pytest.raises(ValenceError):
        await hub.services.refresher.refresh(instance.id, version=1)
    assert sim.refreshes()["received"] == 0
