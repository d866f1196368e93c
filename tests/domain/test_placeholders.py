"""Values of tenants in addresses of vendors."""

import pytest

from valence.domain import Secret, fill_address, fill_text, texts_in

LOOK_UP = {
    "subdomain": "acme",
    "site": "https://acme.example/",
    "bad": "evil.example/",
    "who": "a@b",
    "tenant": "a/b",
    "empty": "",
}.get


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("https://api.example/token", "https://api.example/token"),
        ("https://{subdomain}.vendor.example/token", "https://acme.vendor.example/token"),
        ("{site}/token", "https://acme.example/token"),
        ("https://{site}/token", "https://acme.example/token"),
        # Neither a host nor a user name can be smuggled in before the vendor's own.
        ("https://{bad}.vendor.example/token", "https://evil.example%2F.vendor.example/token"),
        ("https://{who}.vendor.example/token", "https://a%40b.vendor.example/token"),
        ("https://login.example/{tenant}/token", "https://login.example/a%2Fb/token"),
        ("https://login.example/token?site={site}", None),
    ],
)
def test_a_value_is_encoded_for_its_place(template: str, address: str | None) -> None:
    """As an address, a host, a part of a host, a segment."""
    filled, missing = fill_address(template, LOOK_UP)
    assert missing == []
    assert filled == (address or "https://login.example/token?site=https%3A%2F%2Facme.example%2F")


def test_what_nothing_fills_is_named() -> None:
    """Empty counts as nothing."""
    assert fill_address("https://{a}.example/{empty}/{subdomain}", LOOK_UP)[1] == ["a", "empty"]
    assert fill_text("{subdomain}-{a}", LOOK_UP) is None
    assert fill_text("{site}/v1", LOOK_UP) == "https://acme.example//v1"


def test_secret_values_are_found_too() -> None:
    """A client id may be part of an address."""
    assert texts_in({"a": Secret("x"), "b": "y"})("a") == "x"
