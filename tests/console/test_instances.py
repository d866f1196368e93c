"""The life of an instance in the console, in a real browser."""

from tests.console.conftest import Person


async def test_rename_tag_disable_enable(person: Person) -> None:
    """Each change is said, and shown in the timeline."""
    number = await person.connect("Before", tags="old")
    page = person.page
    await person.at(f"/instances/{number}")
    await page.fill("#name", "After")
    await page.fill("#tags", "new, newer")
    await page.click("button:has-text('Save')")
    assert "Name and tags are saved." in await person.text()
    assert await person.heading() == "After"
    await page.click("button:has-text('Disable')")
    assert "calls answer 403" in await person.text()
    await person.at(f"/instances/{number}/connected")
    await page.click("text=Read five contacts")
    assert "403" in await page.inner_text("#outcome")
    await person.at(f"/instances/{number}")
    await page.click("button:has-text('Enable')")
    timeline = await page.inner_text(".timeline")
    for word in ("Enabled", "Disabled", "Renamed", "Authenticated"):
        assert word in timeline


async def test_the_list_is_searched_and_filtered(person: Person) -> None:
    """By text, tag and state; nothing found is said with a way out."""
    await person.connect("Findable one", tags="findable")
    await person.at("/instances?q=findable+ONE")
    assert "Findable one" in await person.text()
    await person.at("/instances?tag=findable&state=connected")
    assert "Findable one" in await person.text()
    await person.at("/instances?tag=findable&state=disabled")
    assert "Findable one" not in await person.text()
    assert await person.page.locator("a[href='/console/instances']").count() >= 1


async def test_the_secret_is_shown_only_when_asked(person: Person) -> None:
    """Masked until revealed; the client secret never."""
    number = await person.connect("Masked")
    token = await person.page.inner_text("#instance-token")
    await person.at(f"/instances/{number}")
    assert token not in await person.text()
    await person.page.click("button:has-text('Reveal')")
    assert token in await person.text()
    assert "sandbox-secret" not in await person.page.content()


async def test_a_withdrawn_grant_has_a_one_click_way_back(person: Person) -> None:
    """The page says whose turn it is; after consent id and token are the same."""
    number = await person.connect("Withdrawn")
    token = await person.page.inner_text("#instance-token")
    person.sim.post("revoke")
    await person.at(f"/instances/{number}")
    await person.page.click("text=Refresh now")
    assert "withdrew" in await person.text()
    await person.at("/instances?state=needs-owner")
    assert "Withdrawn" in await person.text()
    await person.at(f"/instances/{number}")
    await person.page.click("button:has-text('Re-authenticate')")
    await person.consent()
    assert "The owner authorized again" in await person.text()
    assert "Needs its owner" not in await person.page.inner_text("header.head")
    await person.at(f"/instances/{number}/connected")
    assert await person.page.inner_text("#instance-token") == token
    await person.page.click("text=Read five contacts")
    assert "Kelly" in await person.page.inner_text("#outcome")


async def test_deleting_wants_the_name(person: Person) -> None:
    """A wrong name changes nothing; the right one ends it."""
    number = await person.connect("To be deleted")
    page = person.page
    await person.at(f"/instances/{number}")
    await page.fill("#confirm", "something else")
    await page.click("text=Delete this instance")
    assert "type its name exactly" in await person.text()
    await page.fill("#confirm", "To be deleted")
    await page.click("text=Delete this instance")
    assert "its secrets are erased" in await person.text()
    answer = await page.request.get(f"{person.hub.url}/console/instances/{number}")
    assert answer.status == 404


async def test_a_name_is_text_wherever_it_is_shown(person: Person) -> None:
    """Markup in a name is taken out, quotes survive, long names break."""
    name = 'O\'Neil & Sons "Ltd" ' + "long" * 40
    number = await person.connect(name)
    await person.at(f"/instances/{number}")
    assert await person.heading() == name
    await person.at("/instances")
    await person.check_access()


async def test_the_instance_calls_its_operations_from_its_docs(person: Person) -> None:
    """A call with a record's id, and one that fails, side by side with what to do."""
    number = await person.connect("Docs")
    page = person.page
    await person.at(f"/instances/{number}/docs?operation=GET-contacts")
    assert "/contacts" in await person.text()
    await page.click("button:has-text('Call') >> nth=0")
    await page.wait_for_selector("#outcome")
    assert "200 in" in await page.inner_text("#outcome")
    person.sim.post("faults", kind="500", count=5)
    await page.click("button:has-text('Call') >> nth=0")
    await page.wait_for_selector("#outcome")
    assert "50" in await page.inner_text("#outcome")
