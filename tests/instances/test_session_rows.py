"""Sessions whose rows and scripts write the authorization themselves."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.instances.connected import ME, connected, element_of
from tests.instances.vendor import PASSWORD, USER, Vendor, serving
from tests.instances.ways import BY_SESSION, LOG_IN, LOGIN, row
from valence.domain import VendorRefused, VendorUnreachable
from valence.egress import AddressRefused


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    async with serving(Vendor()) as made:
        yield made


async def test_a_session_in_the_authorization_header_is_renewed(
    vendor: Vendor, tmp_path: Path
) -> None:
    """Though a row's own header wins over what the instance authenticates with."""
    script = (
        "done({request_vendor_headers: {Authorization: 'Bearer ' + configuration['my.session']}});"
    )
    hook = {"type": "preRequest", "mimeType": "application/javascript", "body": script}
    resources = (
        {**ME, "hooks": [hook]},
        {**LOG_IN, "type": "onRefresh"},
    )
    defaults = {"base.url": vendor.url, "my.session": ""}
    element = element_of("custom", defaults, asks=tuple(LOGIN), resources=resources)
    async with connected(element, tmp_path) as hub:
        made = await hub.create(LOGIN)
        assert (await hub.call(made))["token"] == "s-1"
        vendor.access.clear()  # nothing said when it ends
        assert (await hub.call(made))["token"] == "s-2"
        assert vendor.calls.count("POST /login") == 2


async def test_a_login_that_does_not_help_is_not_repeated(vendor: Vendor, tmp_path: Path) -> None:
    """A vendor that refuses its own new session is asked for no other, for a minute."""
    header = row(name="my.session", vendorType="header", vendorName="X-Wrong")
    element = element_of(
        "custom",
        {"base.url": vendor.url, "my.session": ""},
        asks=tuple(LOGIN),
        resources=(ME, {**LOG_IN, "type": "onRefresh"}),
        parameters=[header],
    )
    vendor.calls_by = "session"
    async with connected(element, tmp_path) as hub:
        made = await hub.create(LOGIN)
        for _ in range(4):
            with pytest.raises(VendorRefused) as refused:
                await hub.call(made)
            assert refused.value.status == 401
        assert vendor.calls.count("POST /login") == 2
        hub.clock.advance(61)
        with pytest.raises(VendorRefused):
            await hub.call(made)
        assert vendor.calls.count("POST /login") == 3


async def test_a_row_of_an_old_definition_means_the_answer(vendor: Vendor, tmp_path: Path) -> None:
    """It says request; where another row says response, as a login's does, it is sent."""
    meant = row(name="my.session", vendorType="bodyField", vendorName="token")
    check = {**ME, "path": "/check", "type": "provisionAuthValidation", "parameters": [meant]}
    element = element_of(
        "basic", {"base.url": vendor.url}, asks=(*LOGIN, "my.session"), resources=(ME, check)
    )
    vendor.calls_by = "basic"
    async with connected(element, tmp_path) as hub:
        made = await hub.create({"username": USER, "password": PASSWORD})
        kept = made.configuration["my.session"]
        assert (kept if isinstance(kept, str) else kept.reveal()) == "basic"


async def test_a_login_that_leads_where_no_call_may_go_is_tried_again_later(
    vendor: Vendor, tmp_path: Path
) -> None:
    """It is refused like a login that failed, and not repeated by every call."""
    site = row(name="base.url", vendorType="bodyField", vendorName="site") | {"source": "response"}
    login = {**LOG_IN, "parameters": [*LOG_IN["parameters"], site], "type": "onRefresh"}
    element = element_of(
        "custom",
        {"base.url": vendor.url, "my.session": "", "expires_in": "3600"},
        asks=tuple(LOGIN),
        resources=(ME, login),
        **BY_SESSION,
    )
    vendor.calls_by = "session"
    async with connected(element, tmp_path) as hub:
        made = await hub.create(LOGIN)
        vendor.extra = {"site": "https://10.0.0.1"}
        hub.clock.advance(3601)
        with pytest.raises(AddressRefused):
            await hub.call(made)
        for _ in range(3):
            with pytest.raises(VendorUnreachable) as postponed:
                await hub.call(made)
            assert postponed.value.code == "refresh-postponed"
        assert vendor.calls.count("POST /login") == 2
        vendor.extra = {}
        hub.clock.advance(400)
        assert (await hub.call(made))["id"] == 1
