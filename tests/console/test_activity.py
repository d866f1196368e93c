"""Activity in a real browser: before anything was called, and what is not there."""

import pytest
from playwright.async_api import expect

from tests.console.conftest import Person


async def test_filters_that_match_nothing_say_so(person: Person) -> None:
    """As one types, with the filter in the address; the way out is a link."""
    page = person.page
    await person.at("/activity")
    await page.fill("#q", "no-path-has-this")
    await expect(page.locator("#list")).to_contain_text("No call matches")
    assert "q=no-path-has-this" in page.url
    await person.check_access()
    await page.click("a:has-text('Show all')")
    await page.wait_for_url("**/console/activity")


@pytest.mark.parametrize(
    "query",
    ["outcome=failed&q=none-such", "status=799", "instance=999999999", "before=1",
     "status=abc&instance=x&before=y&outcome=odd&q=none-such"],
)  # fmt: skip
async def test_a_filter_is_kept_in_the_form(query: str, person: Person) -> None:
    """Also one that makes no sense."""
    await person.at(f"/activity?{query}")
    assert await person.heading() == "Activity"
    assert "No call matches" in await person.text()
    await person.check_access()


async def test_an_unknown_request_is_not_found(person: Person) -> None:
    """With a page that says so, also for ids that are none."""
    page = person.page
    for request_id in ("65a1f0c2d3e4b5a697887766", "%3Cb%3E", "x" * 300):
        answer = await page.request.get(f"{person.hub.url}/console/activity/{request_id}")
        assert answer.status == 404
    await person.at("/activity/65a1f0c2d3e4b5a697887766")
    assert await person.heading() == "Not found"
    await person.check_access()


async def test_traces_are_kept_for_an_hour_when_asked_for(person: Person) -> None:
    """And ended by the same button."""
    page = person.page
    number = await person.connect("Traced")
    await person.at(f"/instances/{number}")
    await page.click("button:has-text('Keep wire traces')")
    await page.wait_for_selector("button:has-text('End wire traces')")
    assert "Wire traces of its calls are kept" in await page.inner_text("[role=status]")
    await page.click("button:has-text('End wire traces')")
    await page.wait_for_selector("button:has-text('Keep wire traces')")
    await person.check_access()


async def test_a_call_is_explained(person: Person) -> None:
    """Its stages one after the other, and, while traces are kept, what went over the wire."""
    number = await person.connect("Explained")
    page = person.page
    await person.at(f"/instances/{number}")
    await page.click("text=Keep wire traces for an hour")
    assert "Wire traces on" in await page.inner_text(".timeline")
    await person.at(f"/instances/{number}/connected")
    await page.click("text=Read five contacts")
    await page.wait_for_selector("#outcome")
    link = page.locator("tbody a:has-text('/contacts')")
    for _ in range(50):  # calls are stored a moment after their answer
        await person.at(f"/activity?instance={number}")
        if await link.count():
            break
        await page.wait_for_timeout(100)
    await link.first.click()
    stages = await page.inner_text(".waterfall")
    assert stages.index("resolve") < stages.index("build") < stages.index("send")
    wire = await person.text()
    assert "/crm/rest/v1/contacts" in wire
    assert "Authorization: Bearer ********" in wire
    await person.check_access()
    await person.at(f"/instances/{number}")
    assert "/contacts" in await page.inner_text("section:has(h2:text('Recent calls'))")
    await page.click("text=End wire traces")
    assert "Wire traces off" in await page.inner_text(".timeline")
