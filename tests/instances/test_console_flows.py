"""Flows that Valence itself drives: OAuth 1.0a, the operator's application, a vendor's extras."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.instances.connected import CLIENT, connected
from tests.instances.test_operator_apps import of, registered
from tests.instances.vendor import CALLBACK, CLIENT_ID, Vendor, serving
from valence.instances import AuthorizationFailed, InstanceDraft


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    async with serving(Vendor()) as made:
        yield made


async def test_oauth1_comes_back_by_its_token(vendor: Vendor, tmp_path: Path) -> None:
    """It has no state: the request token tells the flow, once, in the same browser."""
    vendor.calls_by = "oauth1"
    async with connected(of(vendor, "oauth1"), tmp_path) as hub:
        instances = hub.services.instances
        url = await instances.begin_authorization(
            hub.principal, hub.element, InstanceDraft("Mine", (), CLIENT), browser="b"
        )
        token = parse_qs(urlsplit(url).query)["oauth_token"][0]
        back = {"oauth_token": token, "oauth_verifier": "v-1"}
        with pytest.raises(AuthorizationFailed):
            await instances.finish_authorization(
                hub.principal, {**back, "oauth_token": "t-9"}, browser="b"
            )
        finished = await instances.finish_authorization(hub.principal, back, browser="b")
        assert (await hub.call(finished.instance))["id"] == 1
        with pytest.raises(AuthorizationFailed):
            await instances.finish_authorization(hub.principal, back, browser="b")
        draft = InstanceDraft("Mine", (), CLIENT, instance_id=finished.instance.id)
        url = await instances.begin_authorization(hub.principal, hub.element, draft, browser="b")
        token = parse_qs(urlsplit(url).query)["oauth_token"][0]
        with pytest.raises(AuthorizationFailed) as denied:
            await instances.finish_authorization(hub.principal, {"denied": token}, browser="b")
        assert denied.value.code == "authorization-denied"


async def test_the_console_needs_no_client_either(vendor: Vendor, tmp_path: Path) -> None:
    """Where the operator's application sends browsers back to it."""
    async with connected(of(vendor), tmp_path) as hub:
        instances = hub.services.instances
        assert not await instances.has_operators_app(hub.element, callback_url=CALLBACK)
        await registered(hub)
        assert await instances.has_operators_app(hub.element, callback_url=CALLBACK)
        assert not await instances.has_operators_app(hub.element, callback_url="http://x.example/")
        draft = InstanceDraft("Mine", (), {"oauth.callback.url": CALLBACK})
        url = await instances.begin_authorization(hub.principal, hub.element, draft, browser="b")
        query = parse_qs(urlsplit(url).query)
        assert query["client_id"] == [CLIENT_ID]
        back = {"code": vendor.code(), "state": query["state"][0]}
        finished = await instances.finish_authorization(hub.principal, back, browser="b")
        assert (await hub.call(finished.instance))["id"] == 1
        renew = InstanceDraft("Mine", (), {}, instance_id=finished.instance.id)
        url = await instances.begin_authorization(hub.principal, hub.element, renew, browser="b")
        state = parse_qs(urlsplit(url).query)["state"][0]
        back = {"code": vendor.code(), "state": state}
        await instances.finish_authorization(hub.principal, back, browser="b")
        assert vendor.grants == 2


async def test_new_callbacks_of_the_operator_leave_instances_alone(
    vendor: Vendor, tmp_path: Path
) -> None:
    """A callback counts while a browser comes back to it, and never again."""
    async with connected(of(vendor), tmp_path) as hub:
        await registered(hub)
        made = await hub.create({"oauth.callback.url": CALLBACK}, {"code": vendor.code()})
        await registered(hub, callback_urls=("http://localhost/moved",))
        hub.clock.advance(3601)
        assert (await hub.call(made))["id"] == 1
        assert vendor.grants == 2
