"""Signing in, protection of forms, and pages that everyone can use."""

import pytest

from tests.console.conftest import EMAIL, PASSWORD, Person

PAGES = ["", "/elements", "/elements/infusionsoftrest", "/elements/infusionsoftrest/authenticate",
         "/instances", "/instances?q=nothing-like-this", "/instances/health", "/settings", "/resources", "/formulas"]  # fmt: skip


async def test_who_is_not_signed_in_signs_in_and_goes_on(stranger: Person) -> None:
    """To where he wanted to go, and nowhere else."""
    page = stranger.page
    await stranger.at("/instances?state=connected")
    assert "/sign-in" in page.url
    await page.fill("#email", EMAIL)
    await page.fill("#password", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/console/instances?state=connected")
    await page.context.clear_cookies()
    await stranger.at("/sign-in?next=https://evil.example")
    await page.fill("#email", EMAIL)
    await page.fill("#password", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{stranger.hub.url}/console")


async def test_a_wrong_password_is_said_and_signing_out_ends_the_session(stranger: Person) -> None:
    """The cookie is HttpOnly and SameSite; after signing out it opens nothing."""
    await stranger.sign_in("wrong")
    assert await stranger.page.locator("#problem").count() == 1
    await stranger.sign_in()
    await stranger.page.wait_for_selector("nav")
    cookies = await stranger.page.context.cookies()
    session = next(cookie for cookie in cookies if "session" in cookie["name"])
    assert session["httpOnly"]
    assert session["sameSite"] == "Lax"
    await stranger.page.click("text=Sign out")
    await stranger.page.context.add_cookies([session])  # type: ignore[list-item]
    await stranger.at("/instances")
    assert "/sign-in" in stranger.page.url


async def test_a_form_without_its_token_changes_nothing(person: Person) -> None:
    """Nor one that another site sends."""
    number = await person.connect("Forged")
    url = f"{person.hub.url}/console/instances/{number}/enabled"
    request = person.page.request
    for headers in ({}, {"Origin": "https://evil.example"}):
        answer = await request.post(
            url, form={"enabled": "false", "csrf": "guess"}, headers=headers
        )
        assert answer.status == 403
    await person.at(f"/instances/{number}")
    token = await person.page.get_attribute("input[name=csrf] >> nth=0", "value")
    answer = await request.post(
        url,
        form={"enabled": "false", "csrf": token or ""},
        headers={"Origin": "https://evil.example"},
    )
    assert answer.status == 403
    await person.at(f"/instances/{number}")
    assert "Connected" in await person.page.inner_text("header.head")


async def test_pages_allow_no_foreign_script_and_no_frame(person: Person) -> None:
    """Content-Security-Policy without unsafe words, everything from here."""
    answer = await person.page.request.get(f"{person.hub.url}/console/elements")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-frame-options"] == "DENY"
    loaded: list[str] = []
    person.page.on("request", lambda request: loaded.append(request.url))
    await person.at("/elements")
    assert loaded
    assert all(url.startswith(person.hub.url) for url in loaded)


@pytest.mark.parametrize("path", PAGES, ids=[path or "/" for path in PAGES])
async def test_everyone_can_use_the_page(path: str, person: Person) -> None:
    """axe finds nothing against WCAG 2.2 AA, in light and dark; nothing overflows a phone."""
    await person.at(path)
    await person.check_access()


async def test_everyone_can_use_the_pages_of_an_instance(person: Person) -> None:
    """The success page, the detail page, its docs, a failure, the sign-in form."""
    number = await person.connect("Access")
    await person.check_access()
    for path in (f"/instances/{number}", f"/instances/{number}/docs", "/oauth/callback",
                 "/instances/999999"):  # fmt: skip
        await person.at(path)
        await person.check_access()
    await person.page.context.clear_cookies()
    await person.at("/sign-in")
    await person.check_access()


async def test_the_palette_finds_what_is_typed(person: Person) -> None:
    """Ctrl+K, a word, Enter."""
    await person.at("")
    await person.page.keyboard.press("Control+k")
    await person.page.wait_for_selector("#palette-list li")
    await person.page.keyboard.type("instances")
    await person.page.keyboard.press("Enter")
    await person.page.wait_for_url("**/console/instances**")
