"""The operator's application: used by everybody, seen by nobody."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.instances.connected import CHECK, CLIENT, ME, Connected, connected, element_of
from tests.instances.vendor import CALLBACK, CLIENT_ID, CLIENT_SECRET, Vendor, serving
from tests.instances.ways import CONSENT, DANCE
from valence.domain import Element, InvalidRequest, NotFound, VendorRefused
from valence.elements import compile_element
from valence.instances import NewInstance, OAuthUrlRequest

OTHER = "http://localhost/other"
DEFAULT = OAuthUrlRequest("", "", is_default=True)


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    async with serving(Vendor()) as made:
        yield made


def of(vendor: Vendor, kind: str = "oauth2", **addresses: str) -> Element:
    given = CONSENT if kind == "oauth2" else DANCE
    defaults = {key: value.replace("{url}", vendor.url) for key, value in given.items()}
    more = {key.replace("_", "."): value for key, value in addresses.items()}
    entries = [{"key": key, "name": key, "description": "-", "required": True} for key in CLIENT]
    element = element_of(
        kind,
        {"base.url": vendor.url, **defaults, **more},
        asks=("site",),
        resources=(ME, CHECK),
    )
    document = dict(element.document)
    document["configuration"] = [*document["configuration"], *entries]
    return compile_element(document)


async def registered(hub: Connected, **values: object) -> None:
    given = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "callback_urls": (CALLBACK, OTHER),
        **values,
    }
    await hub.services.operator_apps.register("kinds", **given)  # type: ignore[arg-type]


async def test_nobody_needs_an_app_of_his_own(vendor: Vendor, tmp_path: Path) -> None:
    """From the address of consent to the refresh; no secret is in the instance."""
    async with connected(of(vendor), tmp_path) as hub:
        await registered(hub)
        made = await hub.services.instances.oauth_url(hub.principal, hub.element, DEFAULT)
        query = parse_qs(urlsplit(made.url).query)
        assert (query["client_id"], query["redirect_uri"]) == ([CLIENT_ID], [CALLBACK])
        instance = await hub.create({}, {"code": vendor.code()})
        assert not set(CLIENT) & set(instance.configuration)
        hub.clock.advance(3601)
        vendor.access.clear()
        assert (await hub.call(instance))["id"] == 1
        assert vendor.grants == 2


async def test_a_new_secret_counts_at_the_next_refresh(vendor: Vendor, tmp_path: Path) -> None:
    """Instances hold no copy."""
    async with connected(of(vendor), tmp_path) as hub:
        await registered(hub)
        instance = await hub.create({}, {"code": vendor.code()})
        await registered(hub, client_secret="changed at the vendor")
        hub.clock.advance(3601)
        with pytest.raises(VendorRefused) as refused:
            await hub.call(instance)
        assert refused.value.code == "client-refused"
        await registered(hub)
        hub.clock.advance(400)
        assert (await hub.call(instance))["id"] == 1


async def test_the_callback_is_one_of_those_registered(vendor: Vendor, tmp_path: Path) -> None:
    """Character for character, at both ends."""
    async with connected(of(vendor), tmp_path) as hub:
        await registered(hub)
        for url in (CALLBACK + "/", "http://localhost/callback?x", "https://evil.example/"):
            with pytest.raises(InvalidRequest) as refused:
                await hub.services.instances.oauth_url(
                    hub.principal, hub.element, replace(DEFAULT, callback_url=url)
                )
            assert refused.value.code == "callback-not-registered"
        with pytest.raises(InvalidRequest) as refused:
            await hub.create({"oauth.callback.url": CALLBACK + "/"}, {"code": vendor.code()})
        assert refused.value.code == "callback-not-registered"
        assert vendor.calls == []
        await hub.create({"oauth.callback.url": OTHER}, {"code": vendor.code(OTHER)})


async def test_without_one_a_client_is_needed(vendor: Vendor, tmp_path: Path) -> None:
    """As before; and an own client wins over the operator's."""
    async with connected(of(vendor), tmp_path) as hub:
        with pytest.raises(InvalidRequest) as refused:
            await hub.services.instances.oauth_url(hub.principal, hub.element, DEFAULT)
        assert refused.value.code == "no-default-app"
        with pytest.raises(InvalidRequest) as refused:
            await hub.create({}, {"code": vendor.code()})
        assert refused.value.code == "missing-configuration"
        await registered(hub, client_id="operators")
        assert (await hub.create(CLIENT, {"code": vendor.code()})).is_valid
        await hub.services.operator_apps.remove("kinds")
        with pytest.raises(NotFound):
            await hub.services.operator_apps.remove("kinds")


@pytest.mark.parametrize(
    ("template", "is_used"),
    [
        ("https://{site}/token", False),
        ("{site}/token", False),
        ("https://{site}.example/token", False),
        ("https://x.{site}/token", False),
        ("https://{site}.vendor.example/token", True),
        ("https://login.vendor.example/{site}/token", True),
    ],
)
async def test_its_secret_goes_to_no_host_that_a_tenant_names(
    template: str, is_used: bool, vendor: Vendor, tmp_path: Path
) -> None:
    """The domain is the definition's, whatever fills its placeholders."""
    async with connected(of(vendor, oauth_token_url=template), tmp_path) as hub:
        await registered(hub)
        with pytest.raises(Exception) as refused:  # noqa: PT011 - which one is what is tested
            await hub.create({"site": "evil"}, {"code": vendor.code()})
        code = getattr(refused.value, "code", "")
        assert (code == "app-not-for-host") is not is_used


async def test_an_element_of_a_tenant_does_not_get_it(vendor: Vendor, tmp_path: Path) -> None:
    """Nor does one of the catalog whose steps of OAuth an account has replaced."""
    step = {**ME, "path": "/step", "type": "oauthOnTokenExchange"}
    plain = of(vendor)
    with_step = dict(plain.document) | {"resources": [ME, step]}
    foreign = [
        replace(plain, owner_account_id=2),
        replace(compile_element(with_step), is_extended=True),
    ]
    async with connected(plain, tmp_path) as hub:
        await registered(hub)
        for element in foreign:
            with pytest.raises(InvalidRequest) as refused:
                await hub.services.instances.oauth_url(hub.principal, element, DEFAULT)
            assert refused.value.code == "no-default-app"
            wish = NewInstance(element, "Mine", provider_data={"code": vendor.code()})
            with pytest.raises(InvalidRequest) as refused:
                await hub.services.instances.create(hub.principal, wish)
            assert refused.value.code == "missing-configuration"
        assert vendor.calls == []


async def test_oauth1_gets_its_request_token_on_the_way(vendor: Vendor, tmp_path: Path) -> None:
    """The answer brings its secret, which goes into providerData."""
    vendor.calls_by = "oauth1"
    async with connected(of(vendor, "oauth1"), tmp_path) as hub:
        await registered(hub)
        made = await hub.services.instances.oauth_url(hub.principal, hub.element, DEFAULT)
        assert made.request_token_secret is not None
        token = parse_qs(urlsplit(made.url).query)["oauth_token"][0]
        secret = made.request_token_secret.reveal()
        brought = {"oauth_token": token, "oauth_verifier": "v-1", "secret": secret}
        instance = await hub.create({}, brought)
        assert (await hub.call(instance))["id"] == 1


async def test_it_is_stored_sealed(vendor: Vendor, tmp_path: Path) -> None:
    """Neither id nor secret is in the database's file."""
    async with connected(of(vendor), tmp_path) as hub:
        await registered(hub)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("valence.db*"))
    assert b"kinds" in stored
    assert CLIENT_SECRET.encode() not in stored
    assert CLIENT_ID.encode() not in stored
