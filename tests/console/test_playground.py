"""The playground in a real browser: call, page, share, repeat, by keyboard too."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import expect

from tests.console.conftest import Person


async def run(person: Person) -> str:
    """Press Run and return what came of it."""
    await person.page.click("button.run")
    await person.page.wait_for_selector("#outcome")
    return await person.page.inner_text("#outcome")


async def test_everyone_can_use_it(person: Person) -> None:
    """Empty, with a table, with an error, and with a body."""
    number = await person.connect("Access " + "long" * 40)
    await person.at(f"/instances/{number}/playground")
    await person.check_access()
    await run(person)
    for tab in ("JSON", "Headers", "Table"):
        await person.page.click(f"[role=tab]:has-text('{tab}')")
        await person.check_access()
    await person.page.fill("#path", "/nothing-here")
    await run(person)
    await person.check_access()
    await person.at(f"/instances/{number}/playground?method=POST&path=/contacts")
    await person.page.fill("#body", "{")
    await person.page.click("button.run")
    await person.page.wait_for_selector("#body-help.error")
    await person.check_access()


async def test_a_list_is_a_table_and_its_pages_follow(person: Person) -> None:
    """The columns are those of any record; the address holds the call."""
    number = await person.connect("Lists")
    page = person.page
    await person.at(f"/instances/{number}")
    await page.click("a:has-text('Playground')")
    await page.fill("#path", "/contacts")
    await page.fill("#pageSize", "1")
    text = await run(person)
    assert "200 in" in text
    assert "1 record" in text
    assert await page.locator("#answer-table tbody tr").count() == 1
    first = await page.inner_text("#answer-table tbody tr >> nth=0")
    asked = parse_qs(urlsplit(page.url).query)
    assert asked["path"] == ["/contacts"]
    assert parse_qs(asked["query"][0]) == {"pageSize": ["1"]}
    await page.click("[role=tab]:has-text('JSON')")
    records = json.loads(await page.inner_text("#answer-text"))
    columns = await page.locator("#answer-table thead th").all_text_contents()
    assert columns == list(dict.fromkeys(key for one in records for key in one))
    assert await page.locator("#outcome a[href^='/console/activity/']").count() == 1
    await page.click("a:has-text('Next page')")
    await page.wait_for_selector("#outcome")
    assert "nextPage=" in await page.inner_text("#outcome .line")
    assert await page.inner_text("#answer-table tbody tr >> nth=0") != first


async def test_the_query_is_built_from_rows(person: Person) -> None:
    """Helpers and rows; one more row on demand; values are encoded."""
    number = await person.connect("Rows")
    page = person.page
    await person.at(f"/instances/{number}/playground?method=GET&path=/contacts")
    await page.fill("#where", "given_name = 'A&B'")
    await page.fill("#fields", "id")
    rows = await page.locator(".query-row").count()
    await page.click("button:has-text('Add a parameter')")
    assert await page.locator(".query-row").count() == rows + 1
    await page.fill(f"[aria-label='Name of parameter {rows + 1}']", "page")
    await page.fill(f"[aria-label='Value of parameter {rows + 1}']", "1")
    text = await run(person)
    assert "/contacts?where=given_name+%3D+%27A%26B%27&fields=id&page=1" in text
    assert await page.input_value("#where") == "given_name = 'A&B'", "the form keeps it"
    assert await page.input_value("[aria-label='Name of parameter 1']") == "page"


async def test_a_shared_address_waits_until_somebody_runs_it(person: Person) -> None:
    """A link from elsewhere must not make calls."""
    number = await person.connect("Shared")
    page = person.page
    await person.at(f"/instances/{number}/playground?method=GET&path=/contacts&run=1")
    assert await page.locator("#outcome").count() == 0
    assert "Look at it, then press Run" in await person.text()
    assert await page.input_value("#path") == "/contacts"
    assert "200 in" in await run(person)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("/elements/api-v2/hubs/crm/contacts?pageSize=1", "GET /contacts?pageSize=1"),
        ("/hubs/crm/ping", "GET /ping"),
        ("/contacts/a b", "GET /contacts/a%20b"),
        ("/contacts/<b id=x>", "GET /contacts/%3Cb%20id=x%3E"),
    ],
)
async def test_a_path_may_be_pasted_from_anywhere(typed: str, sent: str, person: Person) -> None:
    """What stands before it is taken away, its query is understood, markup stays text."""
    number = await person.connect("Pasted")
    await person.at(f"/instances/{number}/playground?method=GET&path=/contacts")
    await person.page.fill("#path", typed)
    await run(person)
    assert await person.page.inner_text("#outcome .line code >> nth=0") == sent
    assert await person.page.locator("b#x").count() == 0


async def test_a_value_that_is_missing_is_told_at_its_field(person: Person) -> None:
    """The path keeps what was typed, and nothing is called."""
    number = await person.connect("Missing")
    page = person.page
    await person.at(f"/instances/{number}/playground?method=GET&path=/contacts/{{id}}")
    await page.click("button.run")
    await page.wait_for_selector("#path-help.error")
    assert "in place of {id}" in await page.inner_text("#path-help")
    assert await page.get_attribute("#path", "aria-describedby") == "path-help"
    assert await page.get_attribute("#path", "aria-invalid") == "true"
    assert await page.locator("#outcome").count() == 0


async def test_a_record_is_made_with_the_sample_and_a_bad_body_is_told(person: Person) -> None:
    """While it is typed, and by the server; nothing is sent before it is JSON."""
    number = await person.connect("Made")
    page = person.page
    await person.at(f"/instances/{number}/playground?method=POST&path=/contacts")
    sample = json.loads(await page.input_value("#body"))
    await page.fill("#body", '{"given_name": ')
    await expect(page.locator("#body-help")).to_contain_text("not JSON")
    await page.click("button.run")
    await page.wait_for_selector("#body-help.error")
    assert "in line 1, column" in await page.inner_text("#body-help")
    assert await page.input_value("#body") == '{"given_name": '
    assert await page.locator("#outcome").count() == 0
    await page.fill("#body", json.dumps({**sample, "given_name": "Quinn"}))
    assert "200 in" in await run(person)
    made = json.loads(await page.inner_text("#answer-text"))
    assert made["given_name"] == "Quinn"
    assert "body" not in parse_qs(urlsplit(page.url).query), "only reads stand in the address"
    await page.select_option("#method", "DELETE")
    await page.fill("#path", f"/contacts/{made['id']}")
    await page.fill("#body", "")
    assert "200 in" in await run(person)


async def test_long_values_open_in_their_cell(person: Person) -> None:
    """Objects and long texts are clipped, and whole in the details."""
    number = await person.connect("Clipped")
    page = person.page
    await person.at(f"/instances/{number}/playground?method=POST&path=/contacts")
    sample = json.loads(await page.input_value("#body"))
    long = [{"line1": "x" * 200, "field": "BILLING"}]
    await page.fill("#body", json.dumps({**sample, "addresses": long}))
    made = await run(person)
    assert "200 in" in made
    await person.at(f"/instances/{number}/playground?method=GET&path=/contacts")
    await page.fill("#orderBy", "id desc")
    await run(person)
    cell = page.locator("#answer-table td details").first
    await expect(cell.locator("pre")).to_be_hidden()
    await cell.locator("summary").click()
    await expect(cell.locator("pre")).to_be_visible()


async def test_it_is_usable_by_keyboard_alone(person: Person) -> None:
    """Search an operation, choose it, change the query, run, walk through the answer."""
    number = await person.connect("Typist")
    page = person.page
    await person.at(f"/instances/{number}/playground")
    await page.focus("#q")
    await page.keyboard.type("get ping")
    await expect(page.locator("#operations a")).to_have_count(1)
    for _ in range(2):
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_function("document.querySelector('#path').value === '/ping'")
    await page.focus("#path")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.classList.contains('run')")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#outcome")
    await page.focus("#path")
    await page.keyboard.press("Control+a")
    await page.keyboard.type("/contacts")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_selector("#answer-table")
    await page.focus("#answer-tab-table")
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#answer-json")).to_be_visible()
    await expect(page.locator("#answer-table")).to_be_hidden()


async def test_a_stranger_gets_nowhere(stranger: Person) -> None:
    """Sign in first; and another's instance is not there."""
    await stranger.at("/instances/1/playground?run=1&path=/contacts")
    await stranger.page.wait_for_url("**/console/sign-in?**")
    await stranger.sign_in()
    await stranger.page.wait_for_selector("nav")
    answer = await stranger.page.request.get(
        f"{stranger.hub.url}/console/instances/999999/playground"
    )
    assert answer.status == 404
