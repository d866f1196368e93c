"""Health of instances in a real browser."""

import re

import pytest
from playwright.async_api import expect

from tests.console.conftest import Person


async def test_a_failing_instance_stands_first(person: Person) -> None:
    """With its failures, its times, its last error, and the way to each; filtered and sorted."""
    page = person.page
    well = await person.connect("Well one")
    ill = await person.connect("Ill one")
    await page.click("text=Read five contacts")
    await page.wait_for_selector("#outcome")
    person.sim.post("faults", kind="500", count=2)
    for _ in range(2):
        await person.at(f"/instances/{ill}/connected")
        await page.click("text=Read five contacts")
        await page.wait_for_selector("#outcome")
    await person.at("")
    await page.click("a:has-text('Health of instances')")
    row = page.locator(f"tr:has(a[href='/console/instances/{ill}'])")
    cells: list[str] = []
    for _ in range(100):  # calls are written a moment after they were answered
        await page.reload()
        cells = await row.locator("td").all_inner_texts()
        if cells[3].strip() == "3":
            break
        await page.wait_for_timeout(100)
    assert re.findall(r"\d+", cells[2])[0] == "2"
    assert cells[3].strip() == "3"
    assert "ms" in cells[4]
    assert "502" in cells[7]
    await person.check_access()
    await page.select_option("#only", "unhealthy")
    await page.wait_for_url("**only=unhealthy**")
    await expect(page.locator(f"a[href='/console/instances/{well}']")).to_have_count(0)
    assert await row.count() == 1
    await page.click("th a:has-text('Name')")
    await page.wait_for_url("**order=name**")
    assert "only=unhealthy" in page.url
    assert await page.locator("th[aria-sort=ascending]").inner_text() == "Name ↑"
    await row.locator(".failure-cell a").click()
    await page.wait_for_selector(".waterfall")


@pytest.mark.parametrize(
    "query", ["q=nothing-of-this-name", "page=999", "order=odd&page=x&only=odd&q=none-such"]
)
async def test_what_finds_nothing_says_so(query: str, person: Person) -> None:
    """With a way out; also for addresses that make no sense."""
    await person.at(f"/instances/health?{query}")
    assert await person.heading() == "Health"
    assert "No instance matches" in await person.text()
    await person.check_access()
    await person.page.click("a:has-text('Show all')")
    await person.page.wait_for_url("**/console/instances/health")
