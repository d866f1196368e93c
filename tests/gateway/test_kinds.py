"""Ways of authenticating that need no token: what the vendor sees of them."""

import pytest

from tests.gateway.conftest import OpenWalk, Vendor, resource, row

ADA = "Basic YWRhOnA6dyDDqQ=="  # ada and "p:w \u00e9", RFC 7617
GIVEN = {"username": "ada", "password": "p:w \u00e9"}


async def seen(open_walk: OpenWalk, vendor: Vendor, *rows: object, **more: object) -> str | None:
    """Return the Authorization header of a call."""
    vendor.on("GET /x", {"id": 1})
    walk = await open_walk(resource("GET", "/x", parameters=list(rows)), **more)  # type: ignore[arg-type]
    await walk.call("GET", "/x")
    return vendor.seen[-1].headers.get("Authorization")


async def test_basic_sends_user_and_password(open_walk: OpenWalk, vendor: Vendor) -> None:
    """In UTF-8; a colon belongs to the password."""
    assert await seen(open_walk, vendor, authentication={"type": "basic"}, configuration=GIVEN) == (
        ADA
    )


async def test_a_row_wins_over_the_kind(open_walk: OpenWalk, vendor: Vendor) -> None:
    """As does a script: what the definition says of a call is nearer to it."""
    own = row("value:Token abc", "header:Authorization")
    more = {"authentication": {"type": "basic"}, "configuration": GIVEN}
    assert await seen(open_walk, vendor, own, **more) == "Token abc"


@pytest.mark.parametrize(("chosen", "expected"), [("basic", ADA), ("custom", None)])
async def test_the_chosen_kind_counts(
    chosen: str, expected: str | None, open_walk: OpenWalk, vendor: Vendor
) -> None:
    """Where the configuration lets the one who connects choose."""
    given = {**GIVEN, "authentication.type": chosen}
    more = {"authentication": {"type": "custom"}, "configuration": given}
    assert await seen(open_walk, vendor, **more) == expected


async def test_a_validation_is_authenticated_too(open_walk: OpenWalk, vendor: Vendor) -> None:
    """Wrong credentials make no instance, so the check has to bring them."""
    vendor.on("GET /me", {"id": 1})
    check = resource("GET", "/check", "GET /me", type="provisionAuthValidation")
    await open_walk(check, authentication={"type": "basic"}, configuration=GIVEN)
    assert [one.headers.get("Authorization") for one in vendor.seen] == [ADA]
