"""Whose limits a call uses up, and with which credentials it goes out."""

import pytest

from tests.gateway.conftest import OpenWalk, Vendor, element_of, resource, row
from valence.domain import DefinitionError, VendorRefused
from valence.egress import LimitHeaders, LimitScope, LimitWindow
from valence.elements import Catalog
from valence.gateway.send import limit_headers


def test_limits_are_told_by_the_definition() -> None:
    """By the names of its headers; the usual ones where it does not say."""
    assert limit_headers(element_of()) == LimitHeaders()
    told = {"quota": {"scope": "app", "available": "X-Left", "reset": "X-At", "unit": "X-Unit"}}
    element = element_of(**{"x-valence": {"limits": told}})
    window = LimitWindow("X-Left", reset="X-At", unit="X-Unit", scope=LimitScope.APP)
    assert limit_headers(element) == LimitHeaders((window,))


@pytest.mark.parametrize("told", [{"scope": "planet", "available": "X"}, {"scope": "app"}])
def test_a_limit_that_says_nothing_is_its_authors_fault(told: dict[str, str]) -> None:
    """Named, so that he can mend it."""
    with pytest.raises(DefinitionError, match="limit quota of acme"):
        limit_headers(element_of(**{"x-valence": {"limits": {"quota": told}}}))


def test_every_element_of_the_catalog_tells_its_limits_well() -> None:
    """A call would be the wrong moment to find out."""
    for element in Catalog.load().all():
        assert limit_headers(element).windows


async def test_a_vendor_that_has_had_enough_is_left_alone(
    open_walk: OpenWalk, vendor: Vendor
) -> None:
    """The next call of the instance is refused here, with the time to come again."""
    vendor.on("GET /x", {"id": 1}, headers={"X-Left": "0", "X-At": "60"})
    told = {"quota": {"scope": "instance", "available": "X-Left", "reset": "X-At"}}
    walk = await open_walk(resource("GET", "/x"), **{"x-valence": {"limits": told}})
    await walk.call("GET", "/x")
    with pytest.raises(VendorRefused) as caught:
        await walk.call("GET", "/x")
    assert (caught.value.status, caught.value.code, len(vendor.seen)) == (429, "vendor-limited", 1)
    assert caught.value.retry_after_seconds in range(50, 62)


async def test_an_authorization_of_the_definitions_is_the_only_one(
    open_walk: OpenWalk, vendor: Vendor
) -> None:
    """A row's header wins over the instance's credentials."""
    vendor.on("GET /x", {})
    walk = await open_walk(
        resource("GET", "/x", parameters=[row("value:Key k-1", "header:authorization")])
    )
    await walk.call("GET", "/x")
    assert vendor.seen[0].headers.getall("Authorization") == ["Key k-1"]
