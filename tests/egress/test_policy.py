"""Which addresses may be called."""

import ipaddress

import pytest

from valence.egress import AddressRefused, OutboundPolicy
from valence.egress.policy import REFUSED_NETWORKS


@pytest.mark.parametrize("network", REFUSED_NETWORKS)
def test_first_and_last_of_every_refused_network_are_refused(network: str) -> None:
    """As themselves and, for IPv4, mapped into IPv6."""
    policy, parsed = OutboundPolicy(), ipaddress.ip_network(network)
    for address in (parsed[0], parsed[-1]):
        assert policy.refuses(str(address))
        if address.version == 4:
            assert policy.refuses(f"::ffff:{address}")


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "93.184.216.34"])
def test_public_addresses_are_allowed(address: str) -> None:
    """The ordinary internet is reached."""
    assert not OutboundPolicy().refuses(address)


def test_loopback_is_open_only_when_told() -> None:
    """And nothing else is opened by it."""
    policy = OutboundPolicy(allow_loopback=True)
    assert not policy.refuses("127.0.0.1")
    assert not policy.refuses("::1")
    assert policy.refuses("169.254.169.254")
    assert policy.refuses("nonsense")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https://",
        "https://user:pw@example.com/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://10.0.0.1:8443/",
        "http://127.0.0.1/",
        "https://example.com:99999/",
        "//example.com",
    ],
)
def test_urls_that_are_refused_before_any_lookup(url: str) -> None:
    """Scheme, credentials, literal addresses, ports that are none."""
    with pytest.raises(AddressRefused):
        OutboundPolicy().check_url(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:80/", "http://localhost/", "http://a.localhost/"]
)
def test_plain_http_is_for_allowed_loopback(url: str) -> None:
    """Refused by default, open with the setting."""
    OutboundPolicy(allow_loopback=True).check_url(url)
    with pytest.raises(AddressRefused):
        OutboundPolicy().check_url(url)
