"""The mapper in a real browser, and what its module asks, as the server answers it."""

import asyncio
import gzip
import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote

import pytest
from playwright.async_api import Locator, Page, expect

from tests.console.conftest import Person

KEY = "infusionsoftrest"


async def api(
    person: Person, method: str, path: str, body: Any = None, *, element: str = ""
) -> Any:
    """Call the API as the demo's user, with an instance's token where one is given."""
    secrets = person.hub.secrets
    caller = f"User {secrets['userSecret']}, Organization {secrets['organizationSecret']}"
    request = urllib.request.Request(
        person.hub.api + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": caller + (f", Element {element}" if element else ""),
            "Content-Type": "application/json",
        },
    )

    def call() -> Any:
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    return await asyncio.to_thread(call)


async def defined(person: Person, name: str, *fields: str) -> None:
    """Define an object at the organization's level; a field may tell its type after a colon."""
    rows = [dict(zip(("path", "type"), one.split(":"), strict=False)) for one in fields]
    await api(person, "POST", f"/organizations/objects/{quote(name)}/definitions", {"fields": rows})


async def opened(person: Person, name: str, number: int, **query: str) -> Page:
    """Go to the mapper, choose the vendor's contacts where nothing is, and wait for values."""
    more = "".join(f"&{key}={value}" for key, value in query.items())
    await person.at(f"/resources/{quote(name)}/map?instance={number}{more}")
    page = person.page
    await page.wait_for_selector("[data-objects] button, [data-vendor-fields] .m-field")
    if await page.locator("[data-objects] button").count():
        await page.click("[data-objects] >> text=contacts >> nth=0")
    await page.wait_for_selector("[data-vendor-fields] .m-field")
    return page


def own(page: Page, path: str) -> Locator:
    """A field of the common resource."""
    return page.locator(f"[data-fields] .m-field[data-path='{path}']")


def theirs(page: Page, path: str) -> Locator:
    """A field of the vendor."""
    return page.locator(f"[data-vendor-fields] .m-field[data-path='{path}']")


async def dragged(page: Page, source: Locator, target: Locator) -> None:
    """Drag one row onto another, as a hand does."""
    await source.scroll_into_view_if_needed()
    start, end = await source.bounding_box(), await target.bounding_box()
    assert start is not None
    assert end is not None
    await page.mouse.move(start["x"] + 60, start["y"] + start["height"] / 2)
    await page.mouse.down()
    await page.mouse.move(end["x"] + 80, end["y"] + end["height"] / 2, steps=8)
    await page.mouse.up()


async def told(page: Page, way: str = "read") -> Any:
    """What the preview shows of a way."""
    return json.loads(await page.inner_text(f"[data-{way}]"))


async def mapped(person: Person, name: str, level: str = "organizations") -> Any:
    """The transformation that a level has stored."""
    return await api(person, "GET", f"/{level}/elements/{KEY}/transformations/{quote(name)}")


# -- the three ways to map -------------------------------------------------------------------------


async def test_fields_are_mapped_by_dragging_and_calls_answer_by_it(person: Person) -> None:
    """Either way round; preview, script error in its line, undo, redo, save, and a call."""
    number = await person.connect("Dragged")
    await defined(person, "dragged", "key", "nick", "surname", "made:date")
    page = await opened(person, "dragged", number)
    await expect(own(page, "surname")).to_have_attribute("data-state", "unmapped")
    await dragged(page, theirs(page, "given_name"), own(page, "nick"))
    await dragged(page, own(page, "surname"), theirs(page, "family_name"))
    await expect(own(page, "nick").locator(".m-link")).to_contain_text("given_name")
    await dragged(page, theirs(page, "id"), own(page, "key"))
    await expect(page.locator("[data-own-count]")).to_have_text("3 of 4 fields mapped")
    record = json.loads(await page.inner_text("[data-record-json]"))
    await expect(own(page, "nick").locator(".m-value")).to_have_text(record["given_name"])
    await expect(page.locator("[data-read]")).to_contain_text('"nick"')
    assert (await told(page))["surname"] == record["family_name"]
    assert (await told(page, "write"))["given_name"] == record["given_name"]

    await page.click("#dock-tab-script")
    await page.fill("#script", "const a = 1;\ntransformedObject.x.y = a;\ndone(transformedObject);")
    await expect(page.locator("#script-note")).to_contain_text("Line 2: TypeError")
    await expect(page.locator("[data-gutter] .bad")).to_have_text("2")
    await page.fill("#script", "transformedObject.scripted = true;\ndone(transformedObject);")
    await expect(page.locator("[data-script-read]")).to_contain_text('"scripted": true')
    await expect(page.locator("#script-note")).to_be_hidden()

    await page.click("[data-undo]")
    await expect(page.locator("#script")).to_have_value("")
    await page.click("[data-redo]")
    await expect(page.locator("#script")).not_to_have_value("")
    await page.click("[data-save]")
    await expect(page.locator("[data-save-text]")).to_have_text("Saved")
    stored = await mapped(person, "dragged")
    assert {one["path"]: one["vendorPath"] for one in stored["fields"]} == {
        "key": "id", "nick": "given_name", "surname": "family_name",
    }  # fmt: skip
    token = (await api(person, "GET", f"/instances/{number}"))["token"]
    found = await api(person, "GET", "/hubs/crm/dragged?pageSize=1", element=token)
    assert found[0]["nick"] == record["given_name"]
    assert found[0]["scripted"] is True


async def test_fields_are_mapped_by_keyboard_alone(person: Person) -> None:
    """Choose, cross over, choose; complete a path; take back; save; and a call."""
    number = await person.connect("Typed")
    await defined(person, "typed", "key", "nick", "mail")
    page = await opened(person, "typed", number)
    keyboard = page.keyboard
    await page.focus("#own-search")
    await keyboard.press("Tab")
    await keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.closest('li').dataset.path") == "key"
    # A field, then the other side, then the field there.
    await keyboard.press("Enter")
    await keyboard.press("ArrowRight")
    await keyboard.press("Home")
    await keyboard.press("Enter")
    await expect(own(page, "key").locator(".m-link")).to_contain_text("id")
    # Completed in the field's own panel.
    await keyboard.press("ArrowLeft")
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await keyboard.press("Tab")
    await keyboard.type("given")
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await expect(own(page, "nick").locator(".m-link")).to_contain_text("given_name")
    await keyboard.press("Escape")
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await keyboard.press("Tab")
    await keyboard.type("email_addresses[0].email")
    await keyboard.press("Enter")
    await expect(own(page, "mail").locator(".m-link")).to_contain_text("email_addresses[0].email")
    await keyboard.press("Escape")
    assert await page.evaluate("document.activeElement.closest('li').dataset.path") == "mail"
    # Taken away, and back.
    await keyboard.press("Delete")
    await expect(own(page, "mail").locator(".m-link")).not_to_contain_text("email_addresses[0]")
    await keyboard.press("Control+z")
    await expect(own(page, "mail").locator(".m-link")).to_contain_text("email_addresses[0]")
    await keyboard.press("Control+Shift+z")
    await keyboard.press("Control+z")
    await keyboard.press("Control+s")
    await expect(page.locator("[data-save-text]")).to_have_text("Saved")
    token = (await api(person, "GET", f"/instances/{number}"))["token"]
    found = await api(person, "GET", "/hubs/crm/typed?pageSize=1", element=token)
    assert {"key", "nick", "mail"} <= found[0].keys()
    # Tab indents in the script; after Escape it leaves.
    await page.focus("#dock-tab-preview")
    await keyboard.press("ArrowRight")
    await page.focus("#script")
    await keyboard.press("Tab")
    assert await page.input_value("#script") == "  "
    await keyboard.press("Escape")
    await keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.id") != "script"


async def test_fields_are_mapped_by_two_clicks_in_either_order(person: Person) -> None:
    """The vendor's field first, or the own field first."""
    number = await person.connect("Clicked")
    await defined(person, "clicked", "a", "b")
    page = await opened(person, "clicked", number)
    await theirs(page, "given_name").locator(".m-head").click()
    await own(page, "a").locator(".m-head").click()
    await expect(own(page, "a").locator(".m-link")).to_contain_text("given_name")
    await own(page, "b").locator(".m-head").click()
    await theirs(page, "family_name").locator(".m-head").click()
    await expect(own(page, "b").locator(".m-link")).to_contain_text("family_name")
    await expect(page.locator("#panel-b-vendor")).to_have_value("family_name")


# -- what helps ------------------------------------------------------------------------------------


async def test_suggestions_tell_why_and_are_accepted_as_one_step(person: Person) -> None:
    """One, or all; undone at once."""
    number = await person.connect("Suggested")
    await defined(person, "suggested", "firstName", "lastName", "email", "nonsense")
    page = await opened(person, "suggested", number)
    row = own(page, "firstName")
    await expect(row).to_have_attribute("data-state", "suggested")
    await expect(row.locator(".m-why")).to_contain_text("by known match")
    await row.locator(".m-accept").click()
    await expect(row).to_have_attribute("data-state", "mapped")
    await page.click("[data-accept-all]")
    await expect(page.locator("[data-own-count]")).to_have_text("3 of 4 fields mapped")
    await page.click("[data-undo]")
    await expect(page.locator("[data-own-count]")).to_have_text("1 of 4 fields mapped")


async def test_a_field_is_added_in_place_at_a_level(person: Person) -> None:
    """By name, or taken over from the vendor; custom ones are marked; both are stored."""
    number = await person.connect("Added")
    await defined(person, "added", "key")
    page = await opened(person, "added", number, level="account")
    await page.fill("#add-path", "tier")
    await page.select_option("#add-type", "number")
    await page.press("#add-path", "Enter")
    await expect(own(page, "tier").locator(".m-mark.custom")).to_have_text("custom · account")
    await page.fill("#add-path", "tier")
    await page.press("#add-path", "Enter")
    assert await page.evaluate("document.querySelector('#add-path').validationMessage") != ""
    await page.fill("#add-path", "")
    await theirs(page, "given_name").hover()
    await theirs(page, "given_name").locator(".m-take").click()
    await expect(own(page, "givenName").locator(".m-link")).to_contain_text("given_name")
    await page.click("[data-save]")
    await expect(page.locator("[data-save-text]")).to_have_text("Saved")
    stored = await api(person, "GET", "/accounts/objects/added/definitions")
    assert [(one["path"], one["type"]) for one in stored["fields"]] == [
        ("tier", "number"), ("givenName", "string"),
    ]  # fmt: skip
    assert (await mapped(person, "added", "accounts"))["fields"][0]["vendorPath"] == "given_name"


async def test_what_a_field_does_is_set_in_its_panel(person: Person) -> None:
    """Type, date pattern, default, direction; each in the preview, and stored as the API has it."""
    number = await person.connect("Panel")
    await defined(person, "panel", "made:date", "kind", "secret")
    body = {
        "vendorName": "contacts",
        "fields": [
            {"path": "made", "vendorPath": "date_created"},
            {"path": "secret", "vendorPath": "family_name"},
        ],
    }
    await api(person, "POST", f"/organizations/elements/{KEY}/transformations/panel", body)
    page = await opened(person, "panel", number)
    await own(page, "made").locator(".m-head").click()
    await page.fill("#panel-made-pattern", "yyyy")
    await expect(own(page, "made").locator(".m-value")).to_have_text("2026")
    await own(page, "kind").locator(".m-head").click()
    await page.fill("#panel-kind-default", "person")
    await expect(page.locator("[data-read]")).to_contain_text('"kind": "person"')
    await own(page, "secret").locator(".m-head").click()
    await page.select_option("#panel-secret-direction", "toVendor")
    await expect(page.locator("[data-read]")).not_to_contain_text('"secret"')
    await page.select_option("#panel-secret-type", "number")
    await page.click("[data-save]")
    await expect(page.locator("[data-save-text]")).to_have_text("Saved")
    fields = {one["path"]: one for one in (await mapped(person, "panel"))["fields"]}
    assert fields["made"]["configuration"] == [
        {"type": "transformDate", "properties": {"pattern": "yyyy"}}
    ]
    assert fields["kind"]["configuration"] == [
        {"type": "defaultValue", "properties": {"value": "person"}}
    ]
    assert fields["secret"]["type"] == "number"
    assert fields["secret"]["configuration"] == [
        {"type": "remove", "properties": {"fromVendor": True, "toVendor": False}}
    ]


async def test_a_path_that_cannot_be_read_is_told_at_its_field(person: Person) -> None:
    """While it is edited and when it is saved; nothing is stored."""
    number = await person.connect("Faulty")
    await defined(person, "faulty", "a")
    page = await opened(person, "faulty", number)
    await own(page, "a").locator(".m-head").click()
    await page.fill("#panel-a-vendor", "list[")
    await page.press("#panel-a-vendor", "Enter")
    await expect(own(page, "a").locator(".m-panel .error")).to_contain_text("cannot be read")
    await expect(page.locator("#panel-a-vendor")).to_have_attribute("aria-invalid", "true")
    await page.click("[data-save]")
    await expect(page.locator("[data-problem]")).to_contain_text("Not saved")
    await expect(page.locator("[data-problem]")).to_contain_text("Go to a")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        await mapped(person, "faulty")
    await page.fill("#panel-a-vendor", "nowhere")
    await page.press("#panel-a-vendor", "Enter")
    await expect(own(page, "a").locator(".m-link")).to_contain_text("never seen at the vendor")


async def test_records_are_chosen_and_found(person: Person) -> None:
    """Next and previous; by id; what the vendor refuses is told in its place, fields stay."""
    number = await person.connect("Records")
    await defined(person, "records", "a")
    page = await opened(person, "records", number)
    first = json.loads(await page.inner_text("[data-record-json]"))
    await page.click("[data-next]")
    await expect(page.locator("[data-record]")).to_have_value("1")
    second = json.loads(await page.inner_text("[data-record-json]"))
    assert second["id"] != first["id"]
    await page.click("[data-previous]")
    await page.fill("#find", str(second["id"]))
    await page.press("#find", "Enter")
    await expect(page.locator("[data-record] option")).to_have_count(1)
    await expect(page.locator("[data-record-json]")).to_contain_text(f'"id": {second["id"]}')
    await page.fill("#find", "no_such_field = 'x'")
    await page.press("#find", "Enter")
    await expect(page.locator("[data-sample-failure]")).to_contain_text("Your turn")
    assert await theirs(page, "given_name").count() == 1
    await page.fill("#find", "")
    await page.click("[data-retry]")
    await expect(page.locator("[data-sample-failure]")).to_be_hidden()


async def test_an_edited_body_is_previewed_on_its_way(person: Person) -> None:
    """As an update or a new record; what is no JSON is said."""
    number = await person.connect("Body")
    await defined(person, "bodied", "nick")
    body = {"vendorName": "contacts", "fields": [{"path": "nick", "vendorPath": "given_name"}]}
    await api(person, "POST", f"/organizations/elements/{KEY}/transformations/bodied", body)
    page = await opened(person, "bodied", number)
    await expect(page.locator("[data-read]")).to_contain_text('"nick"')
    await page.click("[data-body-edit]")
    await page.fill("#body", '{"nick": "Zoe"}')
    await expect(page.locator("[data-write]")).to_contain_text('"given_name": "Zoe"')
    assert await told(page, "write") == {"given_name": "Zoe"}
    await page.fill("#body", '{"nick": ')
    await expect(page.locator("[data-body-help]")).to_contain_text("not JSON")


async def test_coverage_tells_what_is_dropped_and_what_conflicts(person: Person) -> None:
    """With what is not saved yet; its names lead to their fields."""
    number = await person.connect("Covered")
    await defined(person, "covered", "nick", "score:number")
    page = await opened(person, "covered", number)
    await dragged(page, theirs(page, "given_name"), own(page, "nick"))
    await dragged(page, theirs(page, "family_name"), own(page, "score"))
    await expect(own(page, "score").locator(".m-link")).to_contain_text("is no number")
    await page.click("#dock-tab-settings")
    await page.uncheck("[data-pass-from]")
    await expect(theirs(page, "middle_name")).to_have_attribute("data-state", "dropped")
    await page.click("#dock-tab-coverage")
    tiles = page.locator(".m-tile")
    await expect(tiles.filter(has_text="type conflicts")).to_contain_text("1")
    await expect(tiles.filter(has_text="pass as they are")).to_contain_text("0")
    await page.click(".m-go >> text=score")
    await expect(page.locator("#panel-score-vendor")).to_have_value("family_name")


# -- levels ----------------------------------------------------------------------------------------


async def test_levels_inherit_override_and_are_given_up(person: Person) -> None:
    """What is inherited is marked, an override is the level's own, and switching asks first."""
    number = await person.connect("Levels")
    await defined(person, "levels", "a", "b")
    body = {"vendorName": "contacts", "fields": [{"path": "a", "vendorPath": "given_name"}]}
    await api(person, "POST", f"/organizations/elements/{KEY}/transformations/levels", body)
    page = await opened(person, "levels", number, level="instance")
    await expect(own(page, "a").locator(".m-mark.level")).to_have_text("organization")
    await own(page, "a").locator(".m-head").click()
    for part in ("vendor", "pattern", "default"):
        await page.focus(f"#panel-a-{part}")
    await page.keyboard.press("Escape")
    await expect(page.locator("[data-dirty]")).to_be_empty()  # looking at it changes nothing
    await page.click("#dock-tab-settings")
    await expect(page.locator("[data-inherit]")).to_be_checked()
    await dragged(page, theirs(page, "family_name"), own(page, "a"))
    await expect(own(page, "a").locator(".m-mark.level")).to_have_count(0)
    # Not thrown away by a switch.
    await page.check("[name=level][value=organization]", force=True)
    await expect(page.locator("[data-leave]")).to_be_visible()
    await page.click("[data-leave] >> text=Stay")
    await expect(page.locator("[name=level][value=instance]")).to_be_checked()
    await page.check("[name=level][value=organization]", force=True)
    await page.click("[data-leave] >> text=Save and go")
    await expect(page.locator("[data-level-help]")).to_contain_text("The instance level adds to it")
    await expect(own(page, "a").locator(".m-link")).to_contain_text("given_name")
    stored = await api(person, "GET", f"/instances/{number}/transformations/levels")
    assert [(one["path"], one["vendorPath"], one["level"]) for one in stored["fields"]] == [
        ("a", "family_name", "instance")
    ]
    assert [one["type"] for one in stored["configuration"]] == ["inherit"]
    await page.check("[name=level][value=instance]", force=True)
    await page.click("[data-unmap]")
    await expect(page.locator("[data-unmapping]")).to_contain_text("1 mapped field")
    await page.click("[data-unmapping] >> text=Remove it")
    await expect(own(page, "a").locator(".m-mark.level")).to_have_text("organization")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        await api(person, "GET", f"/instances/{number}/transformations/levels")


async def test_what_somebody_else_saved_is_not_overwritten_unasked(person: Person) -> None:
    """The conflict is told; theirs are loaded, or mine are saved over them."""
    number = await person.connect("Conflict")
    await defined(person, "contested", "a", "b")
    page = await opened(person, "contested", number)
    await dragged(page, theirs(page, "given_name"), own(page, "a"))
    body = {"vendorName": "contacts", "fields": [{"path": "b", "vendorPath": "id"}]}
    path = f"/organizations/elements/{KEY}/transformations/contested"
    await api(person, "POST", path, body)
    await page.click("[data-save]")
    await expect(page.locator("[data-problem]")).to_contain_text("Somebody else changed")
    assert [one["path"] for one in (await mapped(person, "contested"))["fields"]] == ["b"]
    await page.click("text=Save mine over it")
    await expect(page.locator("[data-save-text]")).to_have_text("Saved")
    await expect(page.locator("[data-problem]")).to_be_hidden()
    assert [one["path"] for one in (await mapped(person, "contested"))["fields"]] == ["a"]
    await api(person, "PUT", path, body)
    await own(page, "a").locator(".m-head").click()
    await page.click("#panel-a >> text=Remove the mapping")
    await page.click("[data-save]")
    await page.click("text=Load theirs")
    await expect(own(page, "b").locator(".m-link")).to_contain_text("id")


async def test_unsaved_work_is_guarded(person: Person) -> None:
    """Leaving asks; nothing asks once it is saved."""
    number = await person.connect("Guard")
    await defined(person, "guarded", "a")
    page = await opened(person, "guarded", number)
    asked: list[str] = []

    async def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    page.on("dialog", stay)
    await dragged(page, theirs(page, "given_name"), own(page, "a"))
    await page.click("nav[aria-label=Main] >> text=Elements")
    await expect(page.locator("[data-dirty]")).to_contain_text("Not saved")
    assert asked == ["beforeunload"]
    await page.click("[data-save]")
    await expect(page.locator("[data-save-text]")).to_have_text("Saved")
    await page.click("nav[aria-label=Main] >> text=Elements")
    await page.wait_for_url("**/console/elements")
    assert asked == ["beforeunload"]


# -- for everyone ----------------------------------------------------------------------------------


async def looked_at(person: Person) -> None:
    """Let axe look once nothing more arrives, from the top: else the bar covers what is behind."""
    await person.page.wait_for_load_state("networkidle")
    await person.page.evaluate("scrollTo(0, 0)")
    await person.page.wait_for_function("scrollY === 0")
    await person.check_access()


async def test_everyone_can_use_it(person: Person) -> None:
    """Choosing an instance; empty; a field open; coverage, script and settings; long names."""
    await person.connect("Access " + "long" * 30)
    name = "access-" + "long-" * 30
    await defined(person, name, "a", "x" * 80 + "." + "y" * 80, "score:number")
    await person.at(f"/resources/{name}/map")
    await person.check_access()
    await person.page.click(f"text=Access {'long' * 30} >> nth=0")
    page = person.page
    await page.wait_for_selector("[data-objects] button")
    await looked_at(person)
    await page.click("[data-objects] >> text=contacts >> nth=0")
    await page.wait_for_selector("[data-vendor-fields] .m-field")
    await dragged(page, theirs(page, "family_name"), own(page, "score"))
    await own(page, "a").locator(".m-head").click()
    await page.click("#panel-a-vendor")
    await looked_at(person)
    await page.set_viewport_size({"width": 390, "height": 844})
    await looked_at(person)  # leaves it wide again
    for tab in ("script", "coverage", "settings"):
        await page.click(f"#dock-tab-{tab}")
        await looked_at(person)


async def test_it_is_read_without_scripts(person: Person) -> None:
    """Fields, paths, options and scripts stand in the page itself."""
    number = await person.connect("Plain")
    await defined(person, "plain", "a", "b")
    body = {
        "vendorName": "contacts",
        "fields": [{"path": "a", "vendorPath": "given_name",
                    "configuration": [{"type": "defaultValue", "properties": {"value": "none"}}]}],
        "script": {"body": "done(transformedObject); // plain"},
    }  # fmt: skip
    await api(person, "POST", f"/organizations/elements/{KEY}/transformations/plain", body)
    url = f"{person.hub.url}/console/resources/plain/map?instance={number}"
    text = await (await person.page.request.get(url)).text()
    shown = text.partition('id="mapper-data"')[0]
    for said in ("given_name", "defaultValue: value none", "// plain", "1 of 2 fields mapped"):
        assert said in shown


async def test_the_page_is_light(person: Person) -> None:
    """Less than 150 kB travel for it, styles and scripts included."""
    number = await person.connect("Light")
    await defined(person, "light", *(f"field{one}" for one in range(40)))
    answer = await person.page.request.get(
        f"{person.hub.url}/console/resources/light/map?instance={number}"
    )
    total = len(await answer.body())
    static = person.hub.url + "/console/static/"
    names = ["console.css", "console.js", "theme.js", "icon.svg", "mapper.css", "mapper.js",
             *(f"mapper-{one}.js" for one in ("board", "combo", "dock", "dom", "drag", "state"))]  # fmt: skip
    for name in names:
        request = urllib.request.Request(static + name, headers={"Accept-Encoding": "gzip"})
        response = await asyncio.to_thread(urllib.request.urlopen, request)
        content = response.read()
        assert response.headers["Cache-Control"] == "no-cache", "its address has no hash"
        if response.headers.get("Content-Encoding") == "gzip":
            assert len(gzip.decompress(content)) > len(content)
        total += len(content)
    assert total < 150_000


# -- what the module asks --------------------------------------------------------------------------


async def asked(person: Person, name: str, verb: str, body: Any, **headers: str) -> Any:
    """Ask as the module does, with the page's token unless another is given."""
    page = f"{person.hub.url}/console/resources/{quote(name)}/map"
    return await person.page.request.post(
        f"{page}/{verb}",
        data=json.dumps(body),
        headers={"Content-Type": "application/json"} | headers,
    )


async def token_of(person: Person) -> str:
    await person.at("/settings")
    return await person.page.get_attribute("input[name=csrf] >> nth=0", "value") or ""


async def test_only_the_page_itself_may_ask(person: Person) -> None:
    """With its token, from its origin, in a session; failures are JSON with whose turn it is."""
    number = await person.connect("Forged mapping")
    await defined(person, "forged", "a")
    token = await token_of(person)
    body = {"instance": number, "level": "organization", "versions": {},
            "transformation": {"vendorName": "contacts"}}  # fmt: skip
    for headers in ({}, {"X-CSRF": "guess"}, {"X-CSRF": token, "Origin": "https://evil.example"}):
        answer = await asked(person, "forged", "save", body, **headers)
        assert answer.status == 403
        assert (await answer.json())["code"] == "form-refused"
    answer = await asked(person, "forged", "save", body, **{"X-CSRF": token})
    assert answer.status == 409, "no version that is current was sent"
    assert (await answer.json())["turn"] == "Your turn"
    with pytest.raises(urllib.error.HTTPError, match="404"):
        await mapped(person, "forged")
    await person.page.context.clear_cookies()
    answer = await asked(person, "forged", "state", {"instance": number}, **{"X-CSRF": token})
    assert answer.status == 401
    assert (await answer.json())["code"] == "unauthenticated"


@pytest.mark.parametrize(
    ("verb", "body", "status", "code"),
    [
        ("state", {"instance": 999_999}, 404, "not-found"),
        ("state", {"instance": "1"}, 400, "bad-body"),
        ("save", {"level": "system"}, 400, "bad-body"),
        ("save", {"transformation": []}, 400, "bad-body"),
        ("save", {"definitions": {"organization": {}}, "versions": {}}, 400, "bad-body"),
        ("save", {"transformation": {"vendorName": "contacts"}}, 400, "bad-body"),
        ("preview", {"record": []}, 400, "bad-body"),
        ("preview", {"record": {}, "method": "DELETE"}, 400, "bad-body"),
        ("coverage", {"records": [1], "fields": []}, 400, "bad-body"),
        ("unmap", {"level": "account"}, 404, "not-found"),
    ],
)
async def test_what_cannot_be_read_is_refused(
    verb: str, body: dict[str, Any], status: int, code: str, person: Person
) -> None:
    """As JSON, with the code that the API would give."""
    number = await person.connect("Refused")
    name = f"refused {verb} {len(json.dumps(body))}"
    await defined(person, name, "a")
    token = await token_of(person)
    answer = await asked(person, name, verb, {"instance": number, **body}, **{"X-CSRF": token})
    assert answer.status == status
    assert (await answer.json())["code"] == code


async def test_pages_that_are_not_there_say_so(person: Person) -> None:
    """No such resource, no such instance; the export is the API's."""
    number = await person.connect("There")
    await defined(person, "there", "a")
    get = person.page.request.get
    base = f"{person.hub.url}/console/resources"
    assert (await get(f"{base}/nothing/map?instance={number}")).status == 404
    assert (await get(f"{base}/there/map?instance=999999")).status == 404
    assert (await get(f"{base}/there/map?instance=x")).status == 404
    exported = await (await get(f"{base}/there/map/export")).json()
    assert exported == await api(person, "GET", "/vdrs/there/export")
