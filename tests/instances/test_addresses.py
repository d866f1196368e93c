"""Addresses and parameters of OAuth that depend on the tenant or on what the vendor answered."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.instances.connected import CLIENT, ME, connected, element_of
from tests.instances.vendor import CALLBACK, CLIENT_ID, Vendor, serving
from valence.domain import Element, InvalidRequest


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    async with serving(Vendor()) as made:
        yield made


def of(vendor: Vendor, said: dict[str, Any] | None = None, **defaults: str) -> Element:
    given = {
        "base.url": f"{vendor.url}/shared",
        "oauth.authorization.url": "https://{subdomain}.vendor.example/authorize?v=2",
        "oauth.token.url": f"{vendor.url}/{{subdomain}}/token",
        "oauth.scope": "read write",
        **{key.replace("_", "."): value for key, value in defaults.items()},
    }
    resources = (ME, {**ME, "path": "/check", "type": "provisionAuthValidation"})
    asks = (*CLIENT, "subdomain", "audience")
    return element_of("oauth2", given, asks=asks, resources=resources, said=said)


async def test_parameters_of_the_vendor_follow_the_standard_ones(
    vendor: Vendor, tmp_path: Path
) -> None:
    """In the definition's order, filled; one that nothing fills is left out."""
    said = {"authorize": {"access_type": "offline", "audience": "{audience}", "prompt": "a b"}}
    async with connected(of(vendor, said), tmp_path) as hub:
        url = urlsplit(await hub.url(extra={"subdomain": "acme"}))
        standard = [
            ("v", "2"),
            ("scope", "read write"),
            ("response_type", "code"),
            ("redirect_uri", CALLBACK),
            ("state", "kinds"),
            ("client_id", CLIENT_ID),
        ]
        assert (url.scheme, url.netloc, url.path) == ("https", "acme.vendor.example", "/authorize")
        assert parse_qsl(url.query) == [*standard, ("access_type", "offline"), ("prompt", "a b")]
        url = urlsplit(await hub.url(extra={"subdomain": "acme", "audience": "api&x"}))
        assert ("audience", "api&x") in parse_qsl(url.query)


async def test_scopes_are_joined_as_the_vendor_wants(vendor: Vendor, tmp_path: Path) -> None:
    """With the separator of the definition; a caller's own scope too."""
    async with connected(of(vendor, **{"oauth_scope_separator": ","}), tmp_path) as hub:
        url = await hub.url(extra={"subdomain": "acme"})
        assert ("scope", "read,write") in parse_qsl(urlsplit(url).query)
        url = await hub.url(extra={"subdomain": "acme"}, scope="a  b c")
        assert ("scope", "a,b,c") in parse_qsl(urlsplit(url).query)


async def test_a_missing_part_of_an_address_is_asked_for(vendor: Vendor, tmp_path: Path) -> None:
    """By its name, in the address of consent and at creation; nothing is sent."""
    async with connected(of(vendor), tmp_path) as hub:
        with pytest.raises(InvalidRequest, match="Missing configuration: subdomain") as no:
            await hub.url()
        assert no.value.code == "missing-configuration"
        with pytest.raises(InvalidRequest, match="Missing configuration: subdomain"):
            await hub.create(CLIENT, {"code": vendor.code()})
        assert vendor.calls == []


async def test_a_caller_does_not_choose_where_the_owner_is_sent(
    vendor: Vendor, tmp_path: Path
) -> None:
    """What is internal is the platform's, in a query of oauth/url as anywhere."""
    async with connected(of(vendor), tmp_path) as hub:
        extra = {"subdomain": "acme", "oauth.authorization.url": "https://evil.example/"}
        assert urlsplit(await hub.url(extra=extra)).netloc == "acme.vendor.example"


async def test_a_token_answer_says_where_the_instance_is_called(
    vendor: Vendor, tmp_path: Path
) -> None:
    """From its first call, the validation, on; a refresh that names another place moves it."""
    vendor.extra = {"instance_url": f"{vendor.url}/na1", "org": {"id": 7, "names": ["x"]}}
    said = {
        "captures": {
            "base.url": "{instance_url}/data",
            "org": "{org.id}/{providerData.realmId}",
            "none": "{absent}",
        }
    }
    async with connected(of(vendor, said), tmp_path) as hub:
        made = await hub.create(
            {**CLIENT, "subdomain": "acme"}, {"code": vendor.code(), "realmId": "r9"}
        )
        assert vendor.calls == ["POST /acme/token", "GET /na1/data/me"]
        assert (await hub.call(made))["path"] == "/na1/data/me"
        kept = made.configuration["org"]
        assert (kept if isinstance(kept, str) else kept.reveal()) == "7/r9"
        assert "none" not in made.configuration
        vendor.extra["instance_url"] = f"{vendor.url}/eu5"
        hub.clock.advance(3600)
        await hub.call(made)  # with the new token
        assert (await hub.call(made))["path"] == "/eu5/data/me"


async def test_an_answer_does_not_lead_calls_into_the_network(
    vendor: Vendor, tmp_path: Path
) -> None:
    """A captured base.url passes the outbound policy, or there is no instance."""
    vendor.extra = {"instance_url": "https://10.0.0.1"}
    async with connected(of(vendor, {"captures": {"base.url": "{instance_url}"}}), tmp_path) as hub:
        with pytest.raises(InvalidRequest, match=r"10\.0\.0\.1"):
            await hub.create({**CLIENT, "subdomain": "acme"}, {"code": vendor.code()})


async def test_brought_tokens_are_refreshed_where_an_answer_says_more(
    vendor: Vendor, tmp_path: Path
) -> None:
    """Without captures they are taken as they are."""
    vendor.extra = {"instance_url": f"{vendor.url}/na1"}
    given = vendor.grant()
    brought = {
        **CLIENT,
        "subdomain": "acme",
        "oauth.user.token": given["access_token"],
        "oauth.user.refresh_token": given["refresh_token"],
    }
    said = {"captures": {"base.url": "{instance_url}"}}
    async with connected(of(vendor, said), tmp_path) as hub:
        made = await hub.create(brought, external="initial")
        assert (await hub.call(made))["path"] == "/na1/me"
        assert vendor.count("POST /acme/token") == 1
