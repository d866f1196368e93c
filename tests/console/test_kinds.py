"""Every way of authenticating through the console, in a real browser, against the sandbox."""

import json
import os
import subprocess
from collections.abc import Iterator

import pytest

from tests.console.conftest import Person
from valence.cli.children import LocalHub, command

CLIENT = {"oauth.api.key": "sandbox-client", "oauth.api.secret": "sandbox-secret"}


@pytest.fixture
def operators_app(console_hub: LocalHub) -> Iterator[str]:
    """The operator's application at OneDrive, for as long as a test runs; its callback."""
    callback = f"{console_hub.url}/console/oauth/callback"
    environment = {**os.environ, "VALENCE_DATA_DIR": str(console_hub.data_dir)}

    def run(*words: str, text: str = "") -> None:
        subprocess.run(
            command("apps", *words), env=environment, input=text.encode(), check=True,
            capture_output=True,
        )  # fmt: skip

    run(
        "register", "onedrivev2", "--client-id", "sandbox-client", "--callback-url", callback,
        "--secret-file", "-", text="sandbox-secret",
    )  # fmt: skip
    yield callback
    run("remove", "onedrivev2")


async def open_form(person: Person, key: str, name: str, kind: str = "") -> None:
    """Open the form of an element, by the kind, and say how the account is called."""
    await person.at(f"/elements/{key}/authenticate")
    if kind:
        await person.page.click(f"button[name=choose][value={kind}]")
        await person.page.wait_for_selector(f"button[value={kind}][aria-pressed=true]")
    await person.page.fill("#name", name)


async def fill(person: Person, values: dict[str, str]) -> None:
    for key, value in values.items():
        await person.page.fill(f"[name='{key}']", value)


async def connected(person: Person) -> str:
    """Return what the first call of the page that follows answers."""
    page = person.page
    assert (await person.heading()).endswith("is connected")
    await page.click("button:has-text('Read five')")
    await page.wait_for_selector("#outcome")
    return await page.inner_text("#outcome .line")


@pytest.mark.parametrize(
    ("key", "kind", "right", "wrong", "words", "called"),
    [
        ("closeio", "", {"username": "api_sandbox.close"}, {"username": "api_wrong"},
         "Unauthorized", "/contacts"),
        ("pipedrive", "custom",
         {"pipedrive.email": "demo@pipedrive.example", "pipedrive.password": "demo"},
         {"pipedrive.password": "wrong"}, "unauthorized access", "/contacts"),
        ("stripe", "", {"username": "sk_test_sandbox"}, {"username": "sk_test_wrong"},
         "Invalid API Key provided", "/customers"),
        ("jira", "", {"username": "demo", "password": "demo"}, {"password": "wrong"},
         "Client must be authenticated", "/contacts"),
        ("keap", "customApiKey", {"keap.api.key": "KeapAK-sandbox"}, {"keap.api.key": "KeapAK-no"},
         "", "/contacts"),
    ],
    ids=["closeio", "pipedrive", "stripe", "jira", "keap"],
)  # fmt: skip
async def test_without_consent(
    key: str,
    kind: str,
    right: dict[str, str],
    wrong: dict[str, str],
    words: str,
    called: str,
    person: Person,
) -> None:
    """What the vendor refuses is said in the form, in its words: nothing is lost but secrets."""
    page = person.page
    await open_form(person, key, f"Mine at {key}", kind)
    await page.fill("#tags", "kept")
    await fill(person, {**right, **wrong})
    await page.click("button:has-text('Connect')")
    await page.wait_for_selector("#problem")
    assert words in await page.inner_text("#problem")
    assert await page.input_value("#name") == f"Mine at {key}"
    assert await page.input_value("#tags") == "kept"
    for name in right:
        field = page.locator(f"[name='{name}']")
        is_masked = await field.get_attribute("type") == "password"
        assert await field.input_value() == ("" if is_masked else {**right, **wrong}[name])
    for name in wrong:
        assert await page.get_attribute(f"[name='{name}']", "type") == "password"
    content = await page.content()
    assert not any(f'value="{value}"' in content for value in wrong.values())
    await person.check_access()
    await fill(person, right)
    await page.click("button:has-text('Connect')")
    await page.wait_for_url("**/connected")
    assert called in await connected(person)
    assert "200 in" in await page.inner_text("#outcome .line")


@pytest.mark.parametrize(
    ("key", "kind"), [("hubspotcrm", ""), ("sfdc", ""), ("pipedrive", "oauth2"), ("keap", "oauth2")]
)
async def test_by_consent(key: str, kind: str, person: Person) -> None:
    """The vendor's own site asks the owner, with PKCE where the definition says so."""
    page = person.page
    await open_form(person, key, f"Consented {key}", kind)
    if await page.locator("input[name=app]").count():
        await page.check("input[name=app][value='']")
    await fill(person, CLIENT)
    await page.click("text=Continue to the vendor")
    await person.consent()
    assert "200 in" in await connected(person)


async def test_the_operators_app_needs_no_client(operators_app: str, person: Person) -> None:
    """It is chosen where no app is stored; its id and secret are nowhere in the page."""
    page = person.page
    await open_form(person, "onedrivev2", "By the operator's app")
    assert await page.is_checked("input[name=app][value=operator]")
    assert not await page.is_visible("input[name='oauth.api.key']")
    assert "sandbox-client" not in await page.content()
    await person.check_access()
    await page.click("text=Continue to the vendor")
    await person.consent()
    assert (await person.heading()).endswith("is connected")
    token = await page.inner_text("#instance-token")
    assert token
    await person.at("/settings")
    card = await page.inner_text("#operators-apps")
    assert "OneDrive" in card
    assert "sandbox-client" in card
    assert operators_app in card
    assert "sandbox-secret" not in await page.content()


async def test_without_an_operators_app_none_is_offered(person: Person) -> None:
    """A form that names it anyway is refused with what is missing."""
    page = person.page
    await open_form(person, "onedrivev2", "None")
    assert await page.locator("input[name=app][value=operator]").count() == 0
    await page.eval_on_selector(
        "form.form",
        """form => { form.noValidate = true;
        form.insertAdjacentHTML('beforeend', '<input type=hidden name=app value=operator>'); }""",
    )
    await page.click("text=Continue to the vendor")
    assert "oauth.api.key" in await page.inner_text("#problem")


async def test_a_kind_is_chosen_without_script(person: Person) -> None:
    """A button of the form: what was typed stays, secrets apart, and only its entries are asked."""
    browser = person.page.context.browser
    assert browser is not None
    context = await browser.new_context(
        java_script_enabled=False, storage_state=await person.page.context.storage_state()
    )
    page = await context.new_page()
    await page.goto(f"{person.hub.url}/console/elements/keap/authenticate")
    await page.fill("#name", "No script")
    if await page.locator("input[name=app]").count():
        await page.check("input[name=app][value='']")
    await page.fill("[name='oauth.api.key']", "typed-before")
    await page.click("button[value=customApiKey]")
    assert await page.input_value("#name") == "No script"
    assert await page.locator("[name='oauth.api.key']").count() == 0
    await page.fill("[name='keap.api.key']", "KeapAK-sandbox")
    await page.press("#name", "Enter")
    await page.wait_for_url("**/connected")
    assert await page.inner_text("h1") == "No script is connected"
    await context.close()


@pytest.mark.parametrize("key", ["desk", "sugarcrmv2", "maximizer", "netsuiterest", "freshdesk"])
async def test_everyone_can_use_the_form_of_every_kind(key: str, person: Person) -> None:
    """Secrets are masked; what is needed and left out is told at its field."""
    page = person.page
    await person.at(f"/elements/{key}/authenticate")
    await person.check_access()
    shown = await page.locator("form.form input:not([type=hidden])").evaluate_all(
        "all => all.filter(one => /secret|password|token$/.test(one.name)).map(one => one.type)"
    )
    assert set(shown) <= {"password"}
    await page.fill("#name", "Incomplete")
    await page.eval_on_selector("form.form", "form => { form.noValidate = true }")
    await page.click("button.primary:has-text('Con')")
    await page.wait_for_selector("#problem")
    assert "Missing" in await page.inner_text("#problem")
    assert await page.input_value("#name") == "Incomplete"
    await person.check_access()


async def test_oauth1_asks_the_vendor_for_a_request_token_first(person: Person) -> None:
    """A vendor that cannot be reached is told in the form, with what was typed."""
    page = person.page
    await open_form(person, "desk", "Old desk")
    await fill(person, {**CLIENT, "subdomain": "no such.host"})
    await page.click("text=Continue to the vendor")
    await page.wait_for_selector("#problem")
    assert await page.input_value("[name=subdomain]") == "no such.host"
    assert await page.input_value("[name='oauth.api.key']") == "sandbox-client"
    assert await page.input_value("[name='oauth.api.secret']") == ""


async def test_what_failed_at_the_vendor_is_tried_again_with_what_was_typed(
    person: Person,
) -> None:
    """The kind and the account's address come back, the client's secret does not."""
    page = person.page
    await open_form(person, "sfdc", "Again")
    if await page.locator("input[name=app]").count():
        await page.check("input[name=app][value='']")
    await fill(person, {"oauth.api.key": "sandbox-client", "oauth.api.secret": "wrong-secret"})
    await page.click("summary:has-text('More options')")
    await page.fill("[name='site.address']", "test.salesforce.com")
    await page.click("text=Continue to the vendor")
    await person.consent()
    assert "wrong-secret" not in await page.content()
    await page.click("button:has-text('Try again')")
    assert await page.input_value("#name") == "Again"
    assert await page.input_value("[name='site.address']") == "test.salesforce.com"
    assert "wrong-secret" not in await page.content()


async def test_entries_say_that_nothing_can_be_called(person: Person) -> None:
    """A chip in the list, after what can be called; a sentence in place of docs and playground."""
    page = person.page
    await person.at("/elements")
    marks = await page.locator(".cards li").evaluate_all(
        "all => all.map(one => Boolean(one.querySelector('.chip.entry')))"
    )
    assert True in marks
    assert marks == sorted(marks)
    await person.at("/elements/desk")
    assert "no resource of it can be called yet" in await person.text()
    assert await page.locator(".tab-links a:has-text('API docs')").count() == 0
    assert "key and secret go" in await page.inner_text("details:has-text('Before you')")
    await person.check_access()
    await person.at("/elements/desk/docs")
    assert page.url.endswith("/console/elements/desk")
    await person.at("/elements/stripe")
    assert await page.locator(".tab-links a:has-text('API docs')").count() == 1
    assert await page.locator(".chip.entry").count() == 0


async def test_an_instance_of_an_entry_has_its_pages(person: Person) -> None:
    """Without a playground, docs or a call to try: an own element that answers nothing."""
    page = person.page
    await person.at("/elements/import")
    definition = {
        "name": "Only a key",
        "key": "onlyakey",
        "description": "It authenticates.",
        "hub": "crm",
        "authentication": {"type": "customApiKey"},
        "configuration": [
            {"key": "api.key", "name": "API key", "type": "PASSWORD", "required": True},
            {"key": "base.url", "name": "Base", "type": "TEXTFIELD_1000",
             "defaultValue": "https://api.acme.example", "internal": True},
        ],
        "resources": [],
    }  # fmt: skip
    await page.fill("#document", json.dumps(definition))
    await page.click("button[value=check]")
    await page.click("button[value=store]")
    await page.wait_for_selector("[role=status]")
    await page.click("a.primary:has-text('Authenticate')")
    await page.fill("#name", "Keyed")
    await page.fill("[name='api.key']", "k-1")
    await page.click("button:has-text('Connect')")
    assert "Nothing to call yet" in await person.text()
    await person.check_access()
    number = await page.inner_text("#instance-id")
    for tail in ("", "/docs", "/playground"):
        await person.at(f"/instances/{number}{tail}")
        assert page.url.endswith(f"/console/instances/{number}")
        assert "Nothing to call yet" in await person.text()
        assert await page.locator("a:has-text('Playground')").count() == 0
