"""Screenshots of every console page by headless Chromium, into ./screenshots (which git ignores).

`make console-shots`. Pages are taken at 1440 and 390 px, light and dark, empty and with data, and
failing."""

import json
import shutil
import sys
import tempfile
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from valence.cli.children import LocalHub, running_hub, running_sandbox

EMAIL, PASSWORD = "demo@valence.example", "Sandbox-2026!"
TARGET = Path("screenshots")
BROWSER = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DEFINITION: dict[str, object] = {
    "name": "Acme CRM",
    "key": "acmecrm",
    "description": "Contacts, companies and deals of Acme.",
    "hub": "crm",
    "authentication": {"type": "customApiKey"},
    "resources": [
        {
            "method": "GET",
            "path": "/hubs/crm/contacts",
            "vendorMethod": "GET",
            "vendorPath": "/people",
            "rootKey": "|data.items",
            "description": "List contacts",
            "hooks": [
                {
                    "type": "postRequest",
                    "mimeType": "application/javascript",
                    "body": "done({\n  response_body: response_body.map((one) => one),\n});",
                }
            ],
        },
        {"method": "GET", "path": "/hubs/crm/contacts/{id}", "vendorPath": "/people/{nobody}"},
    ],
}
LONG = "A connection whose name is so long that it must not break any table or card " * 3


def main() -> None:
    """Take all pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is not here; on Debian: apt-get install chromium")
    TARGET.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="valence-shots-"))
    try:
        with (
            running_sandbox() as sandbox,
            running_hub(folder, sandbox_url=sandbox) as hub,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER)
            page = browser.new_page(
                viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
            )
            page.set_default_timeout(8000)
            _walk(page, hub, sandbox)
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _walk(page: Page, hub: LocalHub, sandbox: str) -> None:
    page.goto(f"{hub.url}/console")
    _take(page, "sign-in")
    page.fill("#email", EMAIL)
    page.fill("#password", "wrong")
    page.click("button.primary")
    _take(page, "sign-in-wrong")
    page.fill("#password", PASSWORD)
    page.click("button.primary")
    for name in ("", "/elements", "/instances", "/settings", "/resources"):
        page.goto(f"{hub.url}/console{name}")
        _take(page, f"empty{name.replace('/', '-') or '-overview'}")
    page.goto(f"{hub.url}/console/elements/infusionsoftrest")
    _take(page, "element")
    page.click("a.primary:has-text('Authenticate')")
    _take(page, "authenticate")
    _authenticate(page, "Acme production", "production, crm")
    _take(page, "connected")
    page.click("text=Read five contacts")
    page.wait_for_selector("#outcome")
    _take(page, "connected-called")
    for name in (LONG, "Bolt staging"):
        page.goto(f"{hub.url}/console/elements/infusionsoftrest/authenticate")
        _authenticate(page, name[:250], "staging")
    page.goto(f"{hub.url}/console/elements/infusionsoftrest/authenticate")
    _take(page, "authenticate-with-app")
    page.fill("#name", "Denied")
    page.click("text=Continue to the vendor")
    page.fill("#username", "demo")
    page.fill("#password", "demo")
    page.click(".btn-primary")
    page.click("#deny")
    _take(page, "denied")
    page.goto(f"{hub.url}/console/oauth/callback?code=x&state=y")
    _take(page, "expired")
    page.goto(f"{hub.url}/console/instances/3")
    page.click("button:has-text('Disable')")
    _take(page, "instance-disabled")
    _playground(page, hub)
    _post(f"{sandbox}/_sim/revoke")
    page.goto(f"{hub.url}/console/instances/1")
    page.click("text=Refresh now")
    _take(page, "instance-needs-owner")
    page.goto(f"{hub.url}/console/docs?operation=post-instances")
    _take(page, "platform-docs")
    page.goto(f"{hub.url}/console/instances/1/docs?operation=POST-contacts")
    _take(page, "docs-body")
    page.goto(f"{hub.url}/console/instances/1/docs")
    page.click("button:has-text('Call')")
    page.wait_for_selector("#outcome")
    _take(page, "docs-failing")
    for name in ("", "/elements", "/instances", "/settings", "/instances/2"):
        page.goto(f"{hub.url}/console{name}")
        _take(page, f"full{name.replace('/', '-') or '-overview'}")
    page.goto(f"{hub.url}/console/instances/health")
    _take(page, "health")
    for key in ("closeio", "keap", "desk"):
        page.goto(f"{hub.url}/console/elements/{key}/authenticate")
        _take(page, f"authenticate-{key}")
    page.goto(f"{hub.url}/console/elements/desk")
    _take(page, "element-entry")
    page.goto(f"{hub.url}/console/elements/pipedrive/authenticate")
    page.fill("#name", "Wrong")
    page.fill("[name='pipedrive.email']", "demo@pipedrive.example")
    page.fill("[name='pipedrive.password']", "wrong")
    page.click("button:has-text('Connect')")
    page.wait_for_selector("#problem")
    _take(page, "authenticate-wrong")
    _elements(page, hub)
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette-list li")
    page.screenshot(path=TARGET / "palette-1440-light.png")


def _elements(page: Page, hub: LocalHub) -> None:
    catalog = f"{hub.url}/console/elements/infusionsoftrest"
    for tab in ("about", "resources", "configuration", "docs", "json"):
        page.goto(f"{catalog}?tab={tab}")
        _take(page, f"element-{tab}")
    page.goto(f"{catalog}/docs?operation=POST-contacts")
    _take(page, "element-docs-viewer")
    page.goto(f"{catalog}/resources/new")
    _take(page, "extend")
    page.fill("#path", "people")
    page.fill("#vendorPath", "/v1/contacts")
    page.click("button:has-text('Add the resource')")
    _take(page, "extend-wrong")
    page.fill("#path", "/people/{id}")
    page.fill("#vendorPath", "/v1/contacts/{id}")
    page.fill("#description", "One person, as the vendor has it")
    page.click("button:has-text('Add the resource')")
    page.goto(f"{catalog}?tab=resources&q=people")
    page.click("details.operation > summary")
    _take(page, "element-resources-own")
    page.goto(f"{hub.url}/console/elements/import")
    _take(page, "import")
    page.fill("#document", json.dumps({"name": "Broken", "resources": [{"method": "FETCH"}]}))
    page.click("button[value=check]")
    _take(page, "import-wrong")
    _check(page, hub, DEFINITION)
    _take(page, "import-preview")
    page.click("button[value=store]")
    page.wait_for_selector("[role=status]")
    _take(page, "element-own")
    page.goto(page.url.partition("?")[0] + "?tab=resources")
    page.click("details.operation > summary")
    page.click("details.hook > summary")
    _take(page, "element-own-resources")
    _check(page, hub, DEFINITION)
    _take(page, "import-taken")
    page.goto(catalog)
    page.click("button:has-text('Clone')")
    page.goto(f"{hub.url}/console/elements")
    _take(page, "elements-own")
    page.goto(f"{hub.url}/console/elements?q=nothing")
    _take(page, "elements-none")


def _check(page: Page, hub: LocalHub, definition: dict[str, object]) -> None:
    page.goto(f"{hub.url}/console/elements/import")
    page.fill("#document", json.dumps(definition, indent=2))
    page.click("button[value=check]")
    page.wait_for_selector("#preview")


def _playground(page: Page, hub: LocalHub) -> None:
    there = f"{hub.url}/console/instances/2/playground"
    page.goto(there)
    _take(page, "playground")
    page.fill("#path", "/contacts")
    page.click("button.run")
    page.wait_for_selector("#outcome")
    _take(page, "playground-table")
    page.click("[role=tab]:has-text('JSON')")
    _take(page, "playground-json")
    page.goto(f"{there}?method=GET&path=/contacts&query=where%3Dbogus&run=1")
    _take(page, "playground-shared")
    page.click("button.run")
    page.wait_for_selector("#outcome")
    _take(page, "playground-error")
    page.goto(f"{there}?method=POST&path=/contacts")
    page.fill("#body", "{")
    page.click("button.run")
    page.wait_for_selector("#body-help.error")
    _take(page, "playground-bad-body")
    page.goto(f"{hub.url}/console/instances/2")
    page.click("text=Keep wire traces for an hour")
    page.goto(f"{there}?method=GET&path=/contacts&query=pageSize%3D2")
    page.click("button.run")
    page.wait_for_selector("#outcome")
    page.wait_for_timeout(1500)  # calls are stored a moment later
    page.goto(f"{hub.url}/console/activity")
    _take(page, "activity")
    page.click("tbody a:has-text('/contacts') >> nth=0")
    page.wait_for_selector(".waterfall")
    _take(page, "call")
    for path in ("?q=nothing", "/65a1f0c2d3e4b5a697887766"):
        page.goto(f"{hub.url}/console/activity{path}")
        _take(page, f"activity-{path[1:3]}")


def _authenticate(page: Page, name: str, tags: str) -> None:
    page.fill("#name", name)
    page.fill("#tags", tags)
    if page.is_visible("input[name='oauth.api.key']"):
        page.fill("input[name='oauth.api.key']", "sandbox-client")
        page.fill("input[name='oauth.api.secret']", "sandbox-secret")
    page.click("text=Continue to the vendor")
    page.fill("#username", "demo")
    page.fill("#password", "demo")
    page.click(".btn-primary")
    page.click(".btn-primary")
    page.wait_for_selector("text=is connected")


def _take(page: Page, name: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=TARGET / f"{name}-{width}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})


def _post(url: str) -> None:
    with urllib.request.urlopen(urllib.request.Request(url, method="POST")):
        pass


if __name__ == "__main__":
    main()
