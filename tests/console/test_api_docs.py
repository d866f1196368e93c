"""The viewer of API documents in a real browser: read, search, call, by keyboard too."""

import json

import pytest
from playwright.async_api import expect

from tests.console.conftest import Person


@pytest.mark.parametrize(
    "path", ["/docs", "/docs?operation=post-instances", "/docs?q=nothing-like-this",
             "/docs?operation=post-models-name-schema-csv"],
)  # fmt: skip
async def test_everyone_can_read_the_platforms_docs(path: str, person: Person) -> None:
    """axe finds nothing; a phone is wide enough."""
    await person.at(path)
    assert await person.heading() == "API docs"
    await person.check_access()


async def test_everyone_can_read_and_call_an_instance(person: Person) -> None:
    """A list, a body and an outcome."""
    number = await person.connect("Reader")
    for operation in ("GET-contacts", "POST-contacts", "DELETE-contacts/{id}"):
        await person.at(f"/instances/{number}/docs?operation={operation}")
        await person.check_access()
    await person.at(f"/instances/{number}/docs")
    await person.page.click("button:has-text('Call')")
    await person.page.wait_for_selector("#outcome")
    await person.check_access()


async def test_the_search_narrows_as_one_types(person: Person) -> None:
    """And the address can be kept."""
    await person.at("/docs")
    page = person.page
    await page.fill("#q", "oauth url post")
    await expect(page.locator("#operations a")).to_have_count(1)
    assert "/elements/{key_or_id}/oauth/url" in await page.inner_text("#operations")
    assert "q=oauth" in page.url
    await page.click("#operations a")
    await page.wait_for_selector("h2 :text('/oauth/url')")
    assert "callbackUrl" in await person.text()


async def test_a_record_is_made_changed_and_deleted(person: Person) -> None:
    """Every verb through the form; the answer shows status, time, headers and body."""
    number = await person.connect("Verbs")
    page = person.page
    await person.at(f"/instances/{number}/docs?operation=POST-contacts")
    assert "Changes data of Verbs" in await person.text()
    sample = json.loads(await page.input_value("#body"))
    await page.fill("#body", json.dumps({**sample, "given_name": "Zora"}))
    await page.click("button:has-text('Call')")
    await page.wait_for_selector("#outcome .code")
    outcome = await page.inner_text("#outcome")
    assert "200 in" in outcome
    assert "Elements-Element-Instance-Id" in outcome
    made = json.loads(await page.inner_text("#outcome .code"))
    assert made["given_name"] == "Zora"
    assert "Zora" in await page.inner_text("#code-1"), "the code shows the call as it was made"
    for operation, body, word in (
        ("PATCH-contacts/{id}", '{"given_name": "Zadie"}', "Zadie"),
        ("GET-contacts/{id}", None, "Zadie"),
        ("DELETE-contacts/{id}", None, "200 in"),
        ("GET-contacts/{id}", None, "404"),
    ):
        await person.at(f"/instances/{number}/docs?operation={operation}")
        await page.fill("[id='path.id']", str(made["id"]))
        if body is not None:
            await page.fill("#body", body)
        await page.click("button:has-text('Call')")
        await page.wait_for_selector("#outcome")
        assert word in await page.inner_text("#outcome")


async def test_a_bad_body_keeps_what_was_typed(person: Person) -> None:
    """And says whose turn it is."""
    number = await person.connect("Typo")
    page = person.page
    await person.at(f"/instances/{number}/docs?operation=POST-contacts")
    await page.fill("#body", '{"given_name": ')
    await page.click("button:has-text('Call')")
    await page.wait_for_selector("#outcome")
    assert "Your turn" in await page.inner_text("#outcome")
    assert await page.input_value("#body") == '{"given_name": '


async def test_it_is_usable_by_keyboard_alone(person: Person) -> None:
    """From the search to the call."""
    number = await person.connect("Keys")
    page = person.page
    await person.at(f"/instances/{number}/docs")
    await page.focus("#q")
    await page.keyboard.type("ping")
    await expect(page.locator("#operations a")).to_have_count(1)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("h2 :text('/ping')")
    await page.focus("button:has-text('Call')")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#outcome")
    assert "infusionsoftrest" in await page.inner_text("#outcome")


async def test_the_code_reveals_its_secrets_when_asked(person: Person) -> None:
    """Not before; and markup in a value stays text."""
    number = await person.connect("Secrets")
    page = person.page
    await person.at(f"/instances/{number}/docs?operation=GET-contacts")
    secret = str(person.hub.secrets["userSecret"])
    assert secret not in await page.content()
    await page.fill("[id='query.where']", "given_name='<b id=x>'")
    await page.click("button:has-text('Call')")
    await page.wait_for_selector("#outcome")
    assert await page.locator("b#x").count() == 0
    await page.click("button:has-text('Reveal secrets')")
    await expect(page.locator("#code-1")).to_contain_text(secret)


async def test_the_platforms_docs_lead_to_an_instances(person: Person) -> None:
    """Chosen from a list; a foreign instance is not there."""
    number = await person.connect("Chosen one")
    page = person.page
    await person.at("/docs")
    await page.select_option("#instance", str(number))
    await page.click("button:has-text('Its API docs')")
    await page.wait_for_url(f"**/instances/{number}/docs")
    answer = await page.request.get(f"{person.hub.url}/console/instances/999999/docs")
    assert answer.status == 404


async def test_the_pages_are_small(person: Person) -> None:
    """With styles and scripts below 150 kB."""
    number = await person.connect("Small")
    page = person.page
    sizes = []
    for path in ("/console/docs", f"/console/instances/{number}/docs"):
        sizes.append(len(await (await page.request.get(person.hub.url + path)).body()))
    assert max(sizes) < 100_000
