"""Which addresses may be called."""

import ipaddress

import pytest

from valence.egress import AddressRefused, OutboundPolicy, redact
from valence.egress.policy import REFUSED_NETWORKS
from valence.egress.retry import pause_before_repeat, retry_after_seconds


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


@pytest.mark.parametrize(
    ("text", "secrets", "expected"),
    [
        ("Authorization: Bearer abcdef123", (), "Authorization: Bearer ********"),
        ('{"access_token":"abcd","x":1}', (), '{"access_token":"********","x":1}'),
        ("code=abcdef&x=1", (), "code=********&x=1"),
        ("it was s3cret-value", ("s3cret-value",), "it was ********"),
        ("short abc", ("abc",), "short abc"),
        (
            '{"message":"Unable to find this Contact"}',
            (),
            '{"message":"Unable to find this Contact"}',
        ),
    ],
)
def test_secrets_are_taken_out_of_texts(text: str, secrets: tuple[str, ...], expected: str) -> None:
    """What looks like one, and what is known to be one."""
    assert redact(text, secrets) == expected


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7), ("Tue, 14 Nov 2023 22:13:30 GMT", 10), ("Mon, 01 Jan 2001 00:00:00 GMT", 0)]
    + [("", None), ("soon", None)],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: int | None) -> None:
    """Both forms of RFC 9110; nonsense is nothing."""
    assert retry_after_seconds({"Retry-After": value}, now_ms=1_700_000_000_000) == seconds


@pytest.mark.parametrize(
    ("method", "status", "after", "pause"),
    [
        ("GET", 429, "1", 1.0),
        ("GET", 503, "2", 2.0),
        ("GET", 429, "60", None),
        ("GET", 429, "", None),
        ("GET", 500, "1", None),
        ("POST", 429, "1", None),
    ],
)
def test_only_safe_calls_are_repeated(
    method: str, status: int, after: str, pause: float | None
) -> None:
    """And only when the vendor says when, soon."""
    assert pause_before_repeat(method, status, {"Retry-After": after}, now_ms=0) == pause
