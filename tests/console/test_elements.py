"""Elements in a real browser: the list, the tabs, and what an account may change."""

import json

import pytest
from playwright.async_api import expect

from tests.console import samples
from tests.console.conftest import Person

CATALOG = "/elements/infusionsoftrest"


async def bring(person: Person, key: str, name: str) -> str:
    """Store an element of the account's own and return its address."""
    page = person.page
    await person.at("/elements/import")
    await page.fill("#document", samples.text(key=key, name=name))
    await page.click("button[value=check]")
    await page.click("button[value=store]")
    await page.wait_for_selector("[role=status]")
    return page.url.partition("?")[0].removeprefix(f"{person.hub.url}/console")


@pytest.mark.parametrize("tab", ["about", "resources", "configuration", "docs", "json"])
async def test_everyone_can_read_an_element(tab: str, person: Person) -> None:
    """Each tab of one of the catalog and of an own one; the tab is in the address."""
    own = await bring(person, f"read-{tab}", "A name " + "so long that it must break " * 4)
    for address in (CATALOG, own):
        await person.at(f"{address}?tab={tab}")
        assert await person.page.locator(".tab-links [aria-current]").count() == 1
        for details in await person.page.locator("details.operation").all():
            await details.evaluate("one => one.open = true")
        await person.check_access()


async def test_everyone_can_use_the_list_and_the_docs(person: Person) -> None:
    """With and without matches."""
    for path in ("", "?own=own&q=nothing-of-this-name", "?q=nothing-of-this-name"):
        await person.at(f"/elements{path}")
        await person.check_access()
    await person.at(f"{CATALOG}/docs?operation=POST-contacts")
    assert await person.heading() == "API docs"
    await person.check_access()


async def test_the_list_is_filtered_by_words_kind_and_owner(person: Person) -> None:
    """Badges say what is private and inactive, and how many are connected."""
    page = person.page
    await bring(person, "filtered", "Filtered")
    number = await person.connect("Counted")
    await person.at("/elements")
    await page.fill("#q", "filtered")
    await expect(page.locator(".cards li")).to_have_count(1)
    card = await page.inner_text(".cards li")
    assert "private" in card
    assert "Inactive" in card
    assert "connected" not in card
    await person.at("/elements?auth=oauth2&q=infusionsoftrest")
    assert "connected" in await page.inner_text(".cards li")
    await person.at("/elements?auth=customApiKey")
    assert "infusionsoftrest" not in await page.inner_text("#list")
    await person.at("/elements?own=own")
    assert await page.locator(".cards li:not(:has(.own))").count() == 0
    await person.at(CATALOG)
    assert await page.locator(f"a[href='/console/instances/{number}']").count() == 1


async def test_resources_show_what_is_sent_to_the_vendor(person: Person) -> None:
    """Paths, filters, paging, and hooks as code."""
    page = person.page
    own = await bring(person, "hooked", "Hooked")
    await person.at(f"{own}?tab=resources")
    await page.click("details.operation > summary")
    await page.click("details.hook > summary")
    text = await person.text()
    for word in ("GET /people", "items", "// tidy", "hooks"):
        assert word in text
    await person.at(f"{CATALOG}?tab=resources&q=get contacts")
    await page.click("summary:has(.get):has(code:text-is('/contacts'))")
    text = await person.text()
    assert "Filters" in text
    assert "/contacts" in text


async def test_a_clone_is_one_click_away(person: Person) -> None:
    """It is private, knows its origin, and does not collide."""
    page = person.page
    keys = []
    for _ in range(2):
        await person.at(CATALOG)
        await page.click("button:has-text('Clone')")
        await page.wait_for_selector("[role=status]")
        assert "private" in await person.text()
        assert "Cloned from" in await person.text()
        keys.append(await page.inner_text("header.head code"))
    assert keys[0] != keys[1]


async def test_an_own_element_is_activated_and_deleted(person: Person) -> None:
    """The name has to be typed; a wrong one deletes nothing."""
    page = person.page
    own = await bring(person, "mortal", "Mortal")
    await person.at(own)
    await page.click("button:has-text('Activate')")
    await page.wait_for_selector("button:has-text('Deactivate')")
    await page.click("button:has-text('Deactivate')")
    await page.wait_for_selector(".badge:has-text('Inactive')")
    await page.fill("#confirm", "Someone else")
    await page.click("text=Delete this element")
    assert "type its name exactly" in await page.inner_text("[role=alert]")
    await page.fill("#confirm", "Mortal")
    await page.click("text=Delete this element")
    await page.wait_for_url("**/console/elements?notice=element-deleted")
    answer = await page.request.get(f"{person.hub.url}/console{own}")
    assert answer.status == 404


async def test_an_element_in_use_is_not_lost(person: Person) -> None:
    """Nor is one of the catalog, whose page offers no deletion; a forged form is refused."""
    page = person.page
    await person.at(CATALOG)
    assert await page.locator("text=Delete this element").count() == 0
    csrf = str(await page.get_attribute("main input[name=csrf]", "value"))
    name = await person.heading()
    for form, status in (({"csrf": csrf, "confirm": name}, 403), ({"confirm": name}, 403)):
        answer = await page.request.post(f"{person.hub.url}/console{CATALOG}/delete", form=form)
        assert answer.status == status
    assert (await page.request.get(f"{person.hub.url}/console{CATALOG}")).status == 200


async def test_an_account_extends_an_element_for_itself(person: Person) -> None:
    """Added, called, changed, exported alone, and removed."""
    page = person.page
    number = await person.connect("Extended")
    await person.at(CATALOG)
    await page.click("a:has-text('Extend')")
    await page.fill("#path", "people/{id}")
    await page.fill("#vendorPath", "/v1/contacts/{id}")
    await page.click("button:has-text('Add the resource')")
    assert "begins with a slash" in await page.inner_text("[role=alert]")
    assert await page.input_value("#vendorPath") == "/v1/contacts/{id}"
    await person.check_access()
    await page.fill("#path", "/people/{id}")
    await page.fill("#description", "One person")
    await page.click("button:has-text('Add the resource')")
    await page.wait_for_selector("[role=status]")
    await person.at(f"{CATALOG}?tab=resources&q=people")
    assert "yours" in await person.text()
    await person.at("/elements?own=extended")
    assert "extended" in await page.inner_text(".cards li")

    exported = await page.request.get(f"{person.hub.url}/console{CATALOG}/export?extendedOnly=true")
    (row,) = json.loads(await exported.text())["resources"]
    assert row["path"] == "/hubs/crm/people/{id}"
    assert [(one["name"], one["type"]) for one in row["parameters"]] == [("id", "path")]
    await person.at(f"/instances/{number}/playground?method=GET&path=/people/999999999")
    await page.click("button:has-text('Run')")
    await page.wait_for_selector("#outcome")
    assert "404" in await page.inner_text("#outcome"), "the vendor was asked"
    assert "no such resource" not in (await page.inner_text("#outcome")).lower()

    await person.at(f"{CATALOG}?tab=resources&q=people")
    await page.click("details.operation > summary")
    await page.click("a:has-text('Edit')")
    assert await page.input_value("#path") == "/people/{id}"
    await page.fill("#description", "A human being")
    await page.click("button:has-text('Save')")
    await page.wait_for_selector("[role=status]")
    await person.at(f"{CATALOG}?tab=resources&q=people")
    assert "A human being" in await person.text()
    await page.click("details.operation > summary")
    await page.click("button:has-text('Remove')")
    await page.wait_for_selector("[role=status]")
    await person.at(f"{CATALOG}?tab=resources&q=people")
    assert await page.locator(".chip.own:has-text('yours')").count() == 0


async def test_the_definition_can_be_taken_away(person: Person) -> None:
    """Downloaded under its key; copied as a whole; imported again as it is."""
    page = person.page
    own = await bring(person, "portable", "Portable")
    await person.at(f"{own}?tab=json")
    answer = await page.request.get(f"{person.hub.url}/console{own}/export")
    assert answer.headers["content-disposition"] == 'attachment; filename="portable.json"'
    document = json.loads(await answer.text())
    assert document["key"] == "portable"
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.click("button:has-text('Copy')")
    await expect(page.locator("button:has-text('Copied')")).to_have_count(1)
    assert json.loads(await page.evaluate("navigator.clipboard.readText()")) == document


async def test_sharing_names_an_account_by_its_number(person: Person) -> None:
    """One that is not there is told in the page."""
    page = person.page
    own = await bring(person, "shareable", "Shareable")
    for number, said in (("abc", "named by its number"), ("999999", "account")):
        await person.at(own)
        await page.fill("#account", number)
        await page.click("button:has-text('Share')")
        assert said in (await page.inner_text("[role=alert]")).lower()


async def test_the_pages_are_small(person: Person) -> None:
    """With styles and scripts below 150 kB."""
    for tab in ("about", "resources", "docs", "json"):
        answer = await person.page.request.get(f"{person.hub.url}/console{CATALOG}?tab={tab}")
        assert len(await answer.body()) < 110_000, tab
