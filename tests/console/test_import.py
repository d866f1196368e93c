"""Importing an element: by file, by paste, by keyboard; checked before anything is stored."""

import json

import pytest
from playwright.async_api import expect

from tests.console import samples
from tests.console.conftest import Person

_DROP = """([text, name]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([text], name, {type: "application/json"}));
  const zone = document.querySelector("[data-drop]");
  for (const kind of ["dragenter", "dragover", "drop"])
    zone.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: transfer}));
}"""


async def check(person: Person, text: str) -> str:
    """Paste a definition, check it, and return what the page says."""
    await person.at("/elements/import")
    await person.page.fill("#document", text)
    await person.page.click("button[value=check]")
    await person.page.wait_for_selector("#preview, #problem, #problems")
    return await person.text()


async def test_everyone_can_use_it(person: Person) -> None:
    """Empty, with a preview, with problems, and with text that is no JSON."""
    await person.at("/elements/import")
    await person.check_access()
    await check(person, samples.text(key="axe"))
    await person.check_access()
    await check(person, samples.text(hub=7, resources=[{"method": "FETCH", "path": "x" * 200}]))
    await person.check_access()
    await check(person, "{")
    await person.check_access()


async def test_what_will_be_stored_is_shown_before_it_is(person: Person) -> None:
    """Name, key, kind, resources and hooks; then it is stored, inactive, without its secret."""
    text = await check(person, samples.text(key="shown"))
    for word in ("Acme CRM", "shown", "API key", "No problem found", "crm"):
        assert word in text
    page = person.page
    await person.at("/elements?q=shown")
    assert await page.locator(".cards li").count() == 0, "a check stores nothing"
    await check(person, samples.text(key="shown"))
    await page.click("button[value=store]")
    await page.wait_for_selector("[role=status]")
    assert await person.heading() == "Acme CRM"
    assert "Inactive" in await person.text()
    own = page.url.partition("?")[0]
    await page.goto(f"{own}/authenticate")
    assert "s3cret-default" not in await page.content()
    for tab in ("configuration", "json"):
        await page.goto(f"{own}?tab={tab}")
        assert "s3cret-default" not in await page.content()
    assert "s3cret-default" not in await (await page.request.get(f"{own}/export")).text()


async def test_a_dropped_file_is_checked_at_once(person: Person) -> None:
    """Its text comes back, so that storing needs no second drop."""
    page = person.page
    await person.at("/elements/import")
    await page.evaluate(_DROP, [samples.text(key="dropped"), "acme.json"])
    await page.wait_for_selector("#preview")
    assert "dropped" in await person.text()
    assert json.loads(await page.input_value("#document"))["key"] == "dropped"
    await page.click("button[value=store]")
    await page.wait_for_selector("[role=status]")
    assert "dropped" in await person.text()


async def test_a_file_works_without_script(person: Person) -> None:
    """A plain multipart form; a byte order mark is no obstacle."""
    page = person.page
    await person.at("/elements/import")
    csrf = await page.get_attribute("form[data-import] input[name=csrf]", "value")
    content = b"\xef\xbb\xbf" + samples.text(key="plain").encode()
    answer = await page.request.post(
        f"{person.hub.url}/console/elements/import",
        multipart={
            "csrf": str(csrf),
            "step": "store",
            "file": {"name": "a.json", "mimeType": "application/json", "buffer": content},
        },
        max_redirects=0,
    )
    assert answer.status == 303
    assert "notice=imported" in answer.headers["location"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON: Expecting property name enclosed in double quotes, in line 1, column 2"),
        ("[]", "An element is a JSON object"),
        ("", "Drop a file, choose one, or paste"),
        ('{"name": NaN}', "a number that is none"),
        ('{"name": "\\u0000"}', "null character"),
        ('{"name": "\\ud800"}', "half a character"),
        ("[" * 200_000, "levels deep"),
        ('{"a":' + "[" * 150 + "]" * 150 + "}", "levels deep"),
        (json.dumps({"name": "X", "authentication": {"type": "magic"}}), "/authentication/type"),
        (samples.text(resources=[{"method": "GET", "path": "no"}]), "/resources/0/path"),
        (samples.text(resources=[{"method": "GET", "path": "/a", "parameters": [
            {"name": "x", "type": "nowhere"}]}]), "/resources/0/parameters/0/type"),
    ],
)  # fmt: skip
async def test_what_cannot_work_is_refused_with_its_place(
    text: str, said: str, person: Person
) -> None:
    """And what was pasted is still there."""
    page = person.page
    assert said in await check(person, text)
    assert await page.locator("button[value=store]").count() == 0
    assert await page.input_value("#document") == text


async def test_doubts_do_not_keep_it_from_being_stored(person: Person) -> None:
    """A placeholder that nothing fills is told with its place."""
    rows = [{"method": "GET", "path": "/a", "vendorPath": "/a/{nobody}"}]
    text = await check(person, samples.text(key="doubtful", resources=rows))
    assert "1 worth mending" in text
    await person.page.click(".doubts summary")
    assert "/resources/0/vendorPath" in await person.text()


async def test_a_key_that_is_taken_offers_another(person: Person) -> None:
    """Both elements are there in the end."""
    page = person.page
    for _ in range(2):
        await check(person, samples.text(key="taken", name="Taken"))
        await page.click("button[value=store]")
        await page.wait_for_selector("[role=status]")
    assert "taken-2" in await person.text()
    await person.at("/elements?q=taken")
    assert await page.locator(".cards li").count() == 2


async def test_the_key_of_a_catalog_element_may_be_used(person: Person) -> None:
    """The page says what that means; both are shown and told apart."""
    page = person.page
    text = await check(person, samples.text(key="infusionsoftrest", name="My own Keap"))
    assert "by key programs of this account will reach yours" in text
    await page.click("button[value=store]")
    await page.wait_for_selector("[role=status]")
    assert await person.heading() == "My own Keap"
    await page.click(".tab-links a:has-text('Resources')")
    assert "/people" in await person.text()
    await person.at("/elements/infusionsoftrest")
    assert await person.heading() != "My own Keap"
    own = page.url
    await person.at("/elements?own=own&q=My own Keap")
    await page.click(".cards h2 a")
    assert page.url != own
    await page.fill("#confirm", "My own Keap")
    await page.click("text=Delete this element")
    await page.wait_for_selector("[role=status]")


async def test_a_large_file_is_refused_in_a_sentence(person: Person) -> None:
    """In the page before it is sent, and by the server."""
    page = person.page
    await person.at("/elements/import")
    content = b" " * (5 * 1024 * 1024 + 1)
    large = {"name": "large.json", "mimeType": "application/json", "buffer": content}
    await page.set_input_files("#file", large)  # type: ignore[arg-type]
    await expect(page.locator("#file-help")).to_contain_text("larger than 5 MB")
    csrf = await page.get_attribute("form[data-import] input[name=csrf]", "value")
    answer = await page.request.post(
        f"{person.hub.url}/console/elements/import", multipart={"csrf": str(csrf), "file": large}
    )
    assert answer.status == 400
    assert "larger than 5 MB" in await answer.text()


async def test_a_text_of_megabytes_is_taken(person: Person) -> None:
    """Real exports are larger than a form's field usually may be."""
    assert "No problem found" in await check(
        person, samples.text(key="long", description="x" * 1_500_000)
    )


async def test_it_is_usable_by_keyboard_alone(person: Person) -> None:
    """From the list to the stored element."""
    page = person.page
    await person.at("/elements")
    await page.focus("main a:has-text('Import')")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#document")
    await page.focus("#file")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.id") == "document"
    await page.keyboard.insert_text(samples.text(key="typed"))
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#preview")
    await page.focus("button[value=store]")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[role=status]")
    assert "typed" in await person.text()


async def test_a_form_from_elsewhere_stores_nothing(person: Person) -> None:
    """Without the token of the session."""
    answer = await person.page.request.post(
        f"{person.hub.url}/console/elements/import",
        multipart={"csrf": "guess", "step": "store", "document": samples.text(key="forged")},
    )
    assert answer.status == 403


async def test_an_element_without_consent_is_connected_at_once(person: Person) -> None:
    """The form asks for what the vendor knows the account by, and nobody is sent away."""
    await check(person, samples.text(key="atonce"))
    page = person.page
    await page.click("button[value=store]")
    await page.wait_for_selector("[role=status]")
    await page.goto(f"{page.url.partition('?')[0]}/authenticate")
    assert "Consent at the vendor" not in await person.text()
    await person.check_access()
    await page.fill("#name", "At once")
    await page.fill("input[name='api.key']", "k-1")
    await page.click("button:has-text('Connect')")
    await page.wait_for_selector("#instance-id")
    assert "At once is connected" in await person.text()
