"""Authenticating an element through the console, in a real browser."""

import json
import urllib.request

import pytest

from tests.console.conftest import Person


async def test_from_the_catalog_to_a_live_call(person: Person) -> None:
    """Search, choose, describe, consent, and the token works at once, here and over the API."""
    page = person.page
    await person.at("/elements")
    await page.fill("input[name=q], input[type=search]", "keap")
    await page.click("a:has-text('Infusionsoft REST')")
    await page.click("a.primary:has-text('Authenticate')")
    await page.fill("#name", "Acme production")
    await page.fill("#tags", "production, crm")
    if await page.locator("input[name=app]").count():
        await page.check("input[name=app][value='']")
    await page.fill("input[name='oauth.api.key']", "sandbox-client")
    await page.fill("input[name='oauth.api.secret']", "sandbox-secret")
    callback = await page.input_value("input[name='oauth.callback.url']")
    assert callback == f"{person.hub.url}/console/oauth/callback"
    await page.click("text=Continue to the vendor")
    await person.consent()
    assert await person.heading() == "Acme production is connected"
    token = await page.inner_text("#instance-token")
    request = urllib.request.Request(f"{person.hub.api}/hubs/crm/contacts")
    secrets = person.hub.secrets
    request.add_header(
        "Authorization",
        f"User {secrets['userSecret']}, Organization {secrets['organizationSecret']},"
        f" Element {token}",
    )
    with urllib.request.urlopen(request) as response:
        assert [contact["id"] for contact in json.load(response)] == [6, 32]
    await page.click("text=Read five contacts")
    await page.wait_for_selector("#outcome")
    assert "Kelly" in await page.inner_text("#outcome")


async def test_every_next_step_leads_somewhere(person: Person) -> None:
    """No dead link on the success page, and none on the pages it leads to."""
    number = await person.connect("Links")
    for start in (f"/instances/{number}/connected", f"/instances/{number}", "/elements", ""):
        await person.at(start)
        links = await person.page.eval_on_selector_all(
            "a[href]", "links => links.map(link => link.href)"
        )
        for link in set(links):
            if link.startswith(person.hub.url):
                answer = await person.page.request.get(link)
                assert answer.status == 200, link


async def test_a_denial_says_whose_turn_it_is(person: Person) -> None:
    """Nothing is stored, and trying again brings back what was typed."""
    await person.fill_in("Denied one", tags="a, b")
    await person.consent(allow=False)
    assert await person.heading() == "Access was not allowed"
    assert "account owner's turn" in (await person.text()).lower()
    await person.page.click("button:has-text('Try again')")
    assert await person.page.input_value("#name") == "Denied one"
    assert await person.page.input_value("#tags") == "a, b"
    await person.at("/instances?q=Denied+one")
    assert "Denied one" not in (await person.text()).replace("“Denied one”", "")


async def test_a_used_or_unknown_way_back_has_expired(person: Person) -> None:
    """The back button after success, or a link from somewhere else."""
    await person.at("/oauth/callback?code=x&state=infusionsoftrest.nonsense")
    assert await person.heading() == "This authorization has expired"
    await person.at("/oauth/callback")
    assert await person.heading() == "Something is missing"


async def test_a_wrong_secret_names_the_app_and_is_not_stored(person: Person) -> None:
    """The vendor's words are shown; the wrong app is not offered the next time."""
    await person.at("/settings")
    before = await person.page.locator("text=sandbox-client").count()
    await person.fill_in("Wrong", client=("sandbox-client", "wrong-secret"))
    await person.consent()
    assert await person.heading() == "The vendor does not accept this app"
    assert "invalid_client" in await person.text()
    await person.at("/settings")
    assert await person.page.locator("text=sandbox-client").count() == before


async def test_an_unknown_client_fails_at_the_vendor(person: Person) -> None:
    """The vendor shows its own page and never redirects."""
    await person.fill_in("Unknown", client=("nobody", "secret"))
    assert "client_id" in await person.page.inner_text("body")


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        ("cut", "The vendor's answer made no sense"),
        ("html", "The vendor answered with an error"),
        ("500", "The vendor answered with an error"),
    ],
)
async def test_a_vendor_out_of_order(kind: str, heading: str, person: Person) -> None:
    """Its turn, with a way to try again."""
    await person.fill_in("Out of order")
    person.sim.post("faults", kind=kind, path="/token")
    await person.consent()
    assert await person.heading() == heading
    assert "vendor's turn" in (await person.text()).lower()
    assert await person.page.locator("button:has-text('Try again')").count() == 1


async def test_a_slow_vendor_is_given_up(person: Person) -> None:
    """After the deadline of token requests."""
    await person.fill_in("Slow")
    person.sim.post("token-delay", seconds=4)
    await person.consent()
    assert await person.heading() == "The vendor did not answer in time"


async def test_what_is_missing_is_said_in_the_form(person: Person) -> None:
    """Without the browser's own checks: the page keeps what was typed."""
    page = person.page
    await person.at("/elements/infusionsoftrest/authenticate")
    await page.eval_on_selector("form.form", "form => { form.noValidate = true }")
    await page.fill("#tags", "kept")
    await page.click("text=Continue to the vendor")
    assert "name" in await page.inner_text("#problem")
    assert await page.input_value("#tags") == "kept"


async def test_the_whole_way_by_keyboard_alone(person: Person) -> None:
    """Tab, type, Enter: from the overview to the token."""
    page = person.page
    await person.at("/elements")
    await _tab_to(person, "a[href$='/elements/infusionsoftrest']")
    await page.keyboard.press("Enter")
    await _tab_to(person, "a.primary[href$='/authenticate']")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#name:focus")
    await page.keyboard.type("By keyboard")
    if await page.locator("input[name=app]").count():
        await _tab_to(person, "input[name=app]")
        await page.keyboard.press("ArrowUp")
    await _tab_to(person, "input[name='oauth.api.key']")
    await page.keyboard.type("sandbox-client")
    await _tab_to(person, "input[name='oauth.api.secret']")
    await page.keyboard.type("sandbox-secret")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#username:focus")
    await page.keyboard.type("demo")
    await page.keyboard.press("Tab")
    await page.keyboard.type("demo")
    await page.keyboard.press("Enter")
    await _tab_to(person, "#allow")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#instance-token")
    assert await person.heading() == "By keyboard is connected"


async def _tab_to(person: Person, selector: str) -> None:
    """Press Tab until the element has the focus; a person gives up after sixty."""
    await person.page.wait_for_selector(selector)
    for _ in range(60):
        if await person.page.evaluate(f'document.activeElement.matches("{selector}")'):
            return
        await person.page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")
