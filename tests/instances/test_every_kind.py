"""What holds for every way to authenticate, each against a vendor that knows no other."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.instances.connected import Connected, connected
from tests.instances.vendor import Vendor, serving
from tests.instances.ways import WAYS, Way
from valence.domain import NeedsOwner, ValenceError, VendorError
from valence.instances import InstanceChange

Open = Callable[[], Awaitable[Connected]]
LIFETIME = 3600

every = pytest.mark.parametrize("name", list(WAYS))
renewing = pytest.mark.parametrize("name", [name for name, way in WAYS.items() if way.renews])
expiring = pytest.mark.parametrize(
    "name",
    [
        name
        for name, way in WAYS.items()
        if way.renews and way.defaults.get("oauth.refresh.on") != "refusal"
    ],
)


@pytest.fixture
def way(name: str) -> Way:
    return WAYS[name]


@pytest.fixture
async def vendor(way: Way) -> AsyncIterator[Vendor]:
    async with serving(Vendor(**way.vendor)) as made:
        yield made


@pytest.fixture
async def open_hub(way: Way, vendor: Vendor, tmp_path: Path) -> AsyncIterator[Open]:
    """Open hubs on one data directory; each is as another process would be."""
    async with contextlib.AsyncExitStack() as stack:
        first: list[Connected] = []

        async def open_one() -> Connected:
            given: dict[str, Any] = {"of": first[0]} if first else {}
            hub: Connected = await stack.enter_async_context(
                connected(way.element(vendor), tmp_path, **given)
            )
            first.append(hub)
            return hub

        yield open_one


def waits(hub: Connected, vendor: Vendor, seconds: float) -> None:
    hub.clock.advance(seconds)
    vendor.clock_ahead += seconds


@every
async def test_it_connects_and_calls(way: Way, open_hub: Open, vendor: Vendor) -> None:
    """Any number of calls cost no further grant; nothing of the vendor's is shown."""
    hub = await open_hub()
    made = await hub.create(way.configuration, await way.bring(way, hub, vendor))
    answers = [await hub.call(made), *await hub.at_once(made, 5)]
    assert [answer["id"] for answer in answers] == [1] * 6
    assert vendor.grants == way.grants
    status = await hub.services.credentials.status(made)
    assert status.state == ("active" if way.grants else "none")
    entries = [entry for entry in hub.element.configuration if entry.is_secret]
    secrets = [way.configuration[e.key] for e in entries if e.key in way.configuration]
    shown = repr(made) + repr(await hub.services.credentials.headers(made, hub.element))
    assert not [secret for secret in secrets if secret in shown]


@every
async def test_wrong_credentials_make_no_instance(way: Way, open_hub: Open, vendor: Vendor) -> None:
    """The caller is told, and nothing is stored."""
    hub = await open_hub()
    brought = await way.bring(way, hub, vendor)
    with pytest.raises(ValenceError) as refused:
        await hub.create({**way.configuration, **way.wrong}, brought)
    assert 400 <= refused.value.status < 500
    assert not refused.value.retryable
    assert await hub.services.instances.search(hub.principal) == []


@every
async def test_what_is_missing_is_named(way: Way, open_hub: Open, vendor: Vendor) -> None:
    """Without any configuration nothing is asked of the vendor that could succeed."""
    hub = await open_hub()
    with pytest.raises(ValenceError) as refused:
        await hub.create({}, await way.bring(way, hub, vendor))
    assert 400 <= refused.value.status < 500
    assert await hub.services.instances.search(hub.principal) == []


@every
async def test_a_vendor_that_is_down_costs_nothing(
    way: Way, open_hub: Open, vendor: Vendor
) -> None:
    """A retry helps; what was brought is still good."""
    hub = await open_hub()
    brought = await way.bring(way, hub, vendor)
    vendor.fault = (503, {"message": "closed for repairs"})
    with pytest.raises(VendorError) as down:
        await hub.create(way.configuration, brought)
    assert down.value.retryable
    vendor.fault = None
    waits(hub, vendor, 60)  # the circuit closes again
    made = await hub.create(way.configuration, brought)
    assert (await hub.call(made))["id"] == 1


@every
async def test_one_renewal_an_expiry_over_all_processes(
    way: Way, open_hub: Open, vendor: Vendor
) -> None:
    """Everybody's call succeeds; what does not expire asks for nothing."""
    hubs = [await open_hub(), await open_hub()]
    made = await hubs[0].create(way.configuration, await way.bring(way, hubs[0], vendor))
    for hub in hubs:
        await hub.call(made)
        hub.clock.advance(LIFETIME + 1)
    vendor.clock_ahead += LIFETIME + 1
    expires = way.renews and way.defaults.get("oauth.refresh.on") != "refusal"
    if expires:
        vendor.access.clear()
    answers = [*await hubs[0].at_once(made, 3), *await hubs[1].at_once(made, 3)]
    answers += [await hub.call(made) for hub in hubs]
    assert [answer["id"] for answer in answers] == [1] * 8
    assert vendor.grants == way.grants + (1 if expires else 0)


@every
async def test_a_refused_token_is_replaced_once(way: Way, open_hub: Open, vendor: Vendor) -> None:
    """The call is repeated with the new one; what cannot be replaced is the vendor's 401."""
    hub = await open_hub()
    made = await hub.create(way.configuration, await way.bring(way, hub, vendor))
    await hub.call(made)
    vendor.access.clear()
    if not way.renews:
        vendor.is_closed = True
        with pytest.raises(ValenceError) as refused:
            await hub.call(made)
        assert refused.value.status == 401
        return
    assert (await hub.call(made))["id"] == 1
    assert vendor.grants == way.grants + 1
    assert (await hub.call(made))["id"] == 1
    assert vendor.grants == way.grants + 1


@renewing
async def test_a_refusal_for_good_needs_somebody(way: Way, open_hub: Open, vendor: Vendor) -> None:
    """The instance says so and asks the vendor no more; who corrects it brings it back."""
    hub = await open_hub()
    made = await hub.create(way.configuration, await way.bring(way, hub, vendor))
    await hub.call(made)
    vendor.is_closed = True
    with pytest.raises(NeedsOwner):
        await hub.call(made)
    calls = len(vendor.calls)
    for _ in range(3):
        with pytest.raises(NeedsOwner):
            await hub.call(made)
    assert len(vendor.calls) == calls
    assert not (await hub.services.instances.get(hub.principal, made.id)).is_valid
    vendor.is_closed = False
    key, value = next(iter(way.wrong.items()))
    right = {key: way.configuration.get(key, value)}
    if way.recovers:
        wrong = InstanceChange(configuration={key: way.wrong[key]})
        with pytest.raises(ValenceError) as refused:
            await hub.services.instances.update(hub.principal, made.id, wrong)
        assert 400 <= refused.value.status < 500
        await hub.services.instances.update(
            hub.principal, made.id, InstanceChange(configuration=right)
        )
    else:
        again = InstanceChange(provider_data=await way.bring(way, hub, vendor), configuration=right)
        await hub.services.instances.update(hub.principal, made.id, again)
    assert (await hub.call(made))["id"] == 1


@expiring
async def test_a_renewal_that_fails_for_now_loses_nothing(
    way: Way, open_hub: Open, vendor: Vendor
) -> None:
    """The caller may retry, and the instance stays valid."""
    hub = await open_hub()
    made = await hub.create(way.configuration, await way.bring(way, hub, vendor))
    waits(hub, vendor, LIFETIME + 1)
    vendor.fault = (503, {"message": "closed for repairs"})
    with pytest.raises(VendorError) as down:
        await hub.call(made)
    assert down.value.retryable
    vendor.fault = None
    waits(hub, vendor, 400)
    assert (await hub.call(made))["id"] == 1
    assert (await hub.services.instances.get(hub.principal, made.id)).is_valid


@every
async def test_it_ends(way: Way, open_hub: Open, vendor: Vendor) -> None:
    """Its token leads nowhere any more."""
    hub = await open_hub()
    made = await hub.create(way.configuration, await way.bring(way, hub, vendor))
    await hub.services.instances.delete(hub.principal, made.id)
    with pytest.raises(ValenceError) as gone:
        await hub.call(made)
    assert gone.value.code == "unauthenticated"
