"""A real Chromium in front of a running hub and sandbox."""

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

from tests.conftest import Sim
from valence.cli.children import LocalHub, running_hub

EMAIL, PASSWORD = "demo@valence.example", "Sandbox-2026!"
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("Chromium is not here; on Debian: apt-get install chromium")
    return found


@pytest.fixture(scope="session")
def console_hub(sandbox_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHub]:
    """A hub of its own: these tests change what its console shows."""
    chromium()
    settings = {
        "VALENCE_SYNCHRONOUS": "normal",
        "VALENCE_TOKEN_TIMEOUT": "5",
        "VALENCE_TIME_SCALE": "0.2",
    }
    folder = tmp_path_factory.mktemp("console")
    with running_hub(folder, sandbox_url=sandbox_url, settings=settings) as hub:
        yield hub


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The browser."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium(), args=OPTIONS)
        yield launched
        await launched.close()


@dataclass
class Person:
    """Somebody at the console."""

    page: Page
    hub: LocalHub
    sim: Sim
    problems: list[str]

    async def at(self, path: str) -> None:
        await self.page.goto(f"{self.hub.url}/console{path}")

    async def sign_in(self, password: str = PASSWORD) -> None:
        await self.at("/sign-in")
        await self.page.fill("#email", EMAIL)
        await self.page.fill("#password", password)
        await self.page.click("text=Sign in >> nth=-1")

    async def fill_in(
        self,
        name: str,
        *,
        tags: str = "",
        client: tuple[str, str] = ("sandbox-client", "sandbox-secret"),
    ) -> None:
        """Fill in the form of Authenticate, by hand, and go off to the vendor."""
        page = self.page
        await self.at("/elements/infusionsoftrest/authenticate")
        await page.fill("#name", name)
        await page.fill("#tags", tags)
        if await page.locator("input[name=app]").count():
            await page.check("input[name=app][value='']")
        await page.fill("input[name='oauth.api.key']", client[0])
        await page.fill("input[name='oauth.api.secret']", client[1])
        await page.click("text=Continue to the vendor")

    async def consent(self, *, allow: bool = True) -> None:
        """Sign in at the vendor and decide."""
        await self.page.fill("#username", "demo")
        await self.page.fill("#password", "demo")
        await self.page.click("#sign-in")
        await self.page.click("#allow" if allow else "#deny")
        await self.page.wait_for_url(f"{self.hub.url}/console/**")

    async def connect(self, name: str, **more: str) -> int:
        """Authenticate an instance and return its id."""
        await self.fill_in(name, **more)
        await self.consent()
        return int(await self.page.inner_text("#instance-id"))

    async def heading(self) -> str:
        return await self.page.inner_text("h1")

    async def text(self) -> str:
        return await self.page.inner_text("main")

    async def check_access(self) -> None:
        """Let axe look at the page, in light and dark, and at its narrow form."""
        for scheme in ("light", "dark"):
            await self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found = await Axe().run(self.page, options=RULES)
            assert not found.violations_count, found.generate_report()
        await self.page.emulate_media(color_scheme="light")
        await self.page.set_viewport_size({"width": 390, "height": 844})
        wide = await self.page.evaluate("document.documentElement.scrollWidth")
        await self.page.set_viewport_size({"width": 1280, "height": 900})
        assert wide <= 390, f"{self.page.url} is {wide} px wide on a narrow screen"


@pytest.fixture
async def stranger(browser: Browser, console_hub: LocalHub, sim: Sim) -> AsyncIterator[Person]:
    """Somebody who is not signed in; errors in the page fail the test."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: problems.append(message.text)
        if message.type == "error" and "status of 4" not in message.text
        and "status of 5" not in message.text
        else None,
    )  # fmt: skip
    yield Person(page, console_hub, sim, problems)
    await context.close()
    assert problems == []


@pytest.fixture
async def person(stranger: Person) -> Person:
    """Somebody who is signed in."""
    await stranger.sign_in()
    await stranger.page.wait_for_selector("nav")
    return stranger
