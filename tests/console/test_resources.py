"""Common resources in the console: begun, edited level by level, tried, brought and ended."""

import asyncio
import json
import re
import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.async_api import expect

from tests.console.conftest import PASSWORD, Person
from tests.journeys.conftest import Caller
from valence.assembly import open_services
from valence.domain import CallerSecrets, Role
from valence.settings import Settings
from valence.storage import tenants
from valence.tenancy.passwords import hash_password
from valence.vault import Place

KEY = "infusionsoftrest"
LONG = "aVeryLongNameOfAResource" * 9
DOCUMENT: dict[str, Any] = {
    "vdrName": "Category ä",
    "vdrVersion": "v2",
    "definition": {
        "objectName": "Category ä",
        "createdDate": "2020-11-20 09:38:43.675231",
        "vdrShared": True,
        "vdrShareLevel": "organization",
        "fields": [
            {"displayName": "", "level": "organization", "path": "codes[*]", "type": "string"},
            {"displayName": "Id", "level": "organization", "path": "id", "type": "string"},
            {"displayName": "", "level": "account", "path": "id", "type": "string"},
        ],
    },
    "transformation": {
        key: {
            "objectName": "Category ä", "elementKey": key, "vendorName": "contacts",
            "isLegacy": False, "script": None, "scripts": [],
            "configuration": [{"level": "account", "type": "addToDocumentation"},
                              {"level": "account", "type": "inherit"}],
            "fields": [{"level": "organization", "path": "id", "type": "string",
                        "vendorPath": "id", "vendorType": "number"}],
        }
        for key in (KEY, "elsewhere")
    },
}  # fmt: skip


@pytest.fixture
def caller(person: Person) -> Iterator[Caller]:
    """The same person at the API; the organization has no resource before and after."""
    caller = Caller(person.hub, person.sim)

    def sweep() -> None:
        for one in caller.call("GET", "/vdrs").json:
            caller.call("DELETE", f"/vdrs/{one['id']}")

    sweep()
    yield caller
    sweep()


def defined(caller: Caller, name: str = "thing", **more: Any) -> None:
    """Define an object of the organization and map it."""
    fields = [{"path": "id"}, {"path": "first"}]
    at = f"/organizations/objects/{quote(name)}/definitions"
    assert caller.call("POST", at, {"fields": fields}).status == 200
    body = {
        "vendorName": "contacts",
        "fields": [
            {"path": "id", "vendorPath": "id", "vendorType": "number"},
            {"path": "first", "vendorPath": "given_name"},
        ],
        "configuration": [
            {"type": "passThrough", "properties": {"fromVendor": False, "toVendor": False}}
        ],
        **more,
    }
    at = f"/organizations/elements/{KEY}/transformations/{quote(name)}"
    assert caller.call("POST", at, body).status == 200


def instance_of(caller: Caller, name: str = "Acme") -> tuple[Caller, int]:
    """Return a caller with a fresh instance, and its id."""
    connected = caller.connected(name=name)
    answer = connected.call("GET", "/contacts")
    return connected, int(answer.headers["elements-element-instance-id"])


async def posted(person: Person, path: str, form: dict[str, str]) -> Any:
    """Send a form of this console as a browser without script does."""
    csrf = await person.page.get_attribute("input[name=csrf] >> nth=0", "value")
    return await person.page.request.post(
        f"{person.hub.url}/console{path}", form={"csrf": str(csrf), **form}, max_redirects=0
    )


async def save(person: Person) -> None:
    """Save the fields, and read that they are."""
    async with person.page.expect_navigation():
        await person.page.click("main button:has-text('Save')")
    assert "The fields are saved." in await person.text()


async def test_who_has_none_is_told_how_to_begin(person: Person, caller: Caller) -> None:
    """Three ways, each of which everybody can use."""
    await person.at("/resources")
    assert "No resource yet" in await person.text()
    await person.check_access()
    links = person.page.locator("main .cards a")
    assert await links.count() == 3
    for start in ("canonical", "import", "own"):
        await person.at(f"/resources?start={start}")
        await person.check_access()


async def test_a_canonical_model_becomes_mine_and_is_called(person: Person, caller: Caller) -> None:
    """Cloned by a form with its mappings, tried out both ways, and called with the shown code."""
    connected, number = instance_of(caller)
    page = person.page
    await person.at("/resources")
    await page.click("text=Start from a canonical model")
    await page.check(".model:has-text('A person') input")
    await page.fill("#name", "myContact")
    await page.click("text=Make it mine")
    await page.wait_for_url("**/resources/myContact?**")
    assert await person.heading() == "myContact"
    text = await person.text()
    for words in ("The resource is yours", "Infusionsoft REST", "HubSpot CRM", "Open the mapper"):
        assert words in text
    await person.check_access()
    await page.click(".tab-links >> text=Try it")
    await page.wait_for_selector("#payload")
    await person.at(
        f"/resources/myContact?tab=try&instance={number}"
    )  # others may be connected too
    payload = json.loads(await page.input_value("#payload"))
    assert "given_name" in payload
    await page.fill("#payload", '{"given_name": "Ada", "id": 7}')
    await page.click("button:has-text('Map') >> visible=true")
    await page.wait_for_selector("#result pre")
    assert json.loads(await page.inner_text("#result pre"))["firstName"] == "Ada"
    await person.check_access()
    await page.click("text=From you to the vendor")
    await page.fill("#payload", '{"firstName": "Bea"}')
    await page.click("button:has-text('Map') >> visible=true")
    await page.wait_for_selector("#result pre")
    assert json.loads(await page.inner_text("#result pre"))["given_name"] == "Bea"
    await page.click(".tab-links >> text=Code")
    code = await page.inner_text("#code-1")
    assert f"{person.hub.api}/hubs/crm/myContact?pageSize=5" in code
    await person.check_access()
    assert connected.call("GET", "/hubs/crm/myContact?pageSize=5").status == 200
    for call, words in (("create", '"firstName"'), ("one", "/myContact/{id}"),
                        ("execute", f'"instanceId": {number}')):  # fmt: skip
        await person.at(f"/resources/myContact?tab=code&instance={number}&call={call}")
        assert words in await page.inner_text("#code-1")


async def test_a_record_of_the_account_is_tried(person: Person, caller: Caller) -> None:
    """Read from the vendor, and the other way mapped first; what is no record is kept and said."""
    connected, number = instance_of(caller)
    contact = {
        "given_name": "Zoe",
        "email_addresses": [{"email": "z@e.example", "field": "EMAIL1"}],
    }
    connected.call("POST", "/contacts", contact)
    defined(caller)
    page = person.page
    await person.at(f"/resources/thing?tab=try&instance={number}")
    await page.click("button[value=record]")
    await expect(page.locator("#payload")).to_have_value(
        re.compile("email_addresses"), timeout=10_000
    )
    await person.at(f"/resources/thing?tab=try&instance={number}&way=to-vendor")
    await page.click("button[value=record]")
    await expect(page.locator("#payload")).to_have_value(re.compile('"first"'))
    await page.fill("#payload", "{")
    await page.click("button:has-text('Map') >> visible=true")
    await expect(page.locator("#payload-help")).to_contain_text("This is not JSON")
    assert await page.input_value("#payload") == "{"
    await person.check_access()


async def test_fields_are_edited_at_their_level(person: Person, caller: Caller) -> None:
    """Added, renamed with their mappings, typed and removed; another level has its own."""
    defined(caller)
    page = person.page
    await person.at("/resources/thing")
    await page.fill("[name=path-2]", "givenName")
    await page.fill("[name=type-1]", "number")
    await page.fill("[name=path-3]", "tags[*].name")
    await page.click("[data-add-field]")
    await page.keyboard.type("gone")
    await save(person)
    at = "/organizations/objects/thing/definitions"
    before = {one["path"]: one for one in caller.call("GET", at).json["fields"]}
    assert list(before) == ["id", "givenName", "tags[*].name", "gone"]
    assert before["id"]["type"] == "number"
    mapped = caller.call("GET", f"/organizations/elements/{KEY}/transformations/thing").json
    assert [one["path"] for one in mapped["fields"]] == ["id", "givenName"]
    await person.check_access()
    await page.check("[name=gone-4]")
    await save(person)
    after = {one["path"]: one["id"] for one in caller.call("GET", at).json["fields"]}
    assert after == {path: one["id"] for path, one in before.items() if path != "gone"}
    await page.click("nav[aria-label=Level] >> text=Account")
    assert "givenName" in await page.inner_text("section:has(h2:text('Fields of other levels'))")
    await page.fill("[name=path-1]", "ofAccount")
    await page.fill("#description", "What the account adds")
    await save(person)
    own = caller.call("GET", "/accounts/objects/thing/definitions").json
    assert [one["path"] for one in own["fields"]] == ["ofAccount"]
    assert own["description"] == "What the account adds"
    assert len(caller.call("GET", at).json["fields"]) == 3
    await page.check("[name=gone-1]")
    await save(person)
    assert caller.call("GET", "/accounts/objects/thing/definitions").status == 404


async def test_an_instance_has_fields_of_its_own(person: Person, caller: Caller) -> None:
    """Where it is chosen; others do not see them."""
    defined(caller)
    _, number = instance_of(caller, "With its own")
    page = person.page
    await person.at(f"/resources/thing?instance={number}&level=instance")
    await page.fill("[name=path-1]", "nick")
    await save(person)
    made = caller.call("GET", f"/instances/{number}/objects/thing/definitions").json
    assert [one["path"] for one in made["fields"]] == ["nick"]
    await person.at("/resources/thing")
    assert "With its own" in await page.inner_text("section:has(h2:text('Instances with'))")
    assert await page.locator("input[value=nick]").count() == 0


async def test_what_cannot_be_saved_is_said_and_kept(person: Person, caller: Caller) -> None:
    """Two of one name, a path that is none, a name that was lost, and somebody else's change."""
    defined(caller)
    page = person.page
    for typed, said in (("id", "Two fields have the name id"), ("a[", "a["), ("", "lost its name")):
        await person.at("/resources/thing")
        await page.fill("[name=path-2]", typed)
        await page.click("main button:has-text('Save')")
        await page.wait_for_selector("#problem")
        assert said in await page.inner_text("#problem")
        assert await page.input_value("[name=path-2]") == typed
    await person.check_access()
    await person.at("/resources/thing")
    await page.fill("[name=path-3]", "mine")
    theirs = {"fields": [{"path": "theirs"}]}
    caller.call("PUT", "/organizations/objects/thing/definitions", theirs)
    await page.click("main button:has-text('Save')")
    await page.wait_for_selector("#problem")
    assert "Somebody else changed what the organization level holds" in await page.inner_text(
        "#problem"
    )
    assert await page.input_value("[name=path-3]") == "mine"
    made = caller.call("GET", "/organizations/objects/thing/definitions").json
    assert [one["path"] for one in made["fields"]] == ["theirs"]


async def test_it_can_be_defined_field_by_field_without_script(
    person: Person, caller: Caller
) -> None:
    """The blank rows do; what is refused comes back as it was typed."""
    await person.at("/resources?start=own")
    form = {
        "start": "own", "name": "plain", "level": "account", "description": "Plain",
        "path-1": "id", "type-1": "int", "path-2": "", "type-2": "string",
        "path-3": "who.name", "type-3": "", "shown-3": "Name",
    }  # fmt: skip
    made = await posted(person, "/resources", form)
    assert made.status == 303
    assert "/console/resources/plain?tab=elements" in made.headers["location"]
    shown = caller.call("GET", "/accounts/objects/plain/definitions").json
    assert [(f["path"], f["type"], f.get("displayName")) for f in shown["fields"]] == [
        ("id", "int", None), ("who.name", "string", "Name"),
    ]  # fmt: skip
    again = await posted(person, "/resources", form)
    assert again.status == 409
    assert "who.name" in await again.text()
    for change, said in (
        ({"name": "a/b"}, "no slash"),
        ({"name": "x", "level": "instance"}, "Choose the level"),
        ({"name": "x", "path-2": "id"}, "Two fields"),
    ):
        refused = await posted(person, "/resources", {**form, **change})
        assert refused.status == 400
        assert said in await refused.text()
    assert caller.call("GET", "/common-resources/x").status == 404


async def test_a_definition_may_have_many_fields(person: Person, caller: Caller) -> None:
    """More inputs than a form usually has."""
    await person.at("/resources?start=own")
    form = {"start": "own", "name": "wide", "level": "organization"}
    for number in range(600):
        form |= {f"path-{number}": f"f{number}", f"type-{number}": "string"}
    assert (await posted(person, "/resources", form)).status == 303
    shown = caller.call("GET", "/organizations/objects/wide/definitions").json
    assert [one["path"] for one in shown["fields"]] == [f"f{number}" for number in range(600)]


async def test_an_export_is_looked_at_then_stored_and_comes_out(
    person: Person, caller: Caller
) -> None:
    """By file; one, then a backup of all; what it means here is said first."""
    page = person.page
    await person.at("/resources?start=import")
    content = json.dumps(DOCUMENT).encode()
    file = {"name": "vdr.json", "mimeType": "application/json", "buffer": content}
    await page.set_input_files("#file", file)  # type: ignore[arg-type]
    await page.click("button[value=check]")
    await page.wait_for_selector("#preview")
    preview = await page.inner_text("#preview")
    for words in ("Category ä", "organization", "account", "Infusionsoft REST",
                  "elsewhere (not here)", "New"):  # fmt: skip
        assert words in preview
    await person.check_access()
    assert caller.call("GET", "/common-resources").json == [], "a check stores nothing"
    await page.click("button[value=store]")
    await page.wait_for_selector("[role=status]")
    assert await person.heading() == "Category ä"
    assert "This element is not in this installation" in await person.text()
    address = page.url.partition("?")[0]
    answer = await page.request.get(f"{address}/export")
    assert "attachment" in answer.headers["content-disposition"]
    assert (
        json.loads(await answer.text()) == caller.call("GET", "/vdrs/Category%20%C3%A4/export").json
    )
    defined(caller)
    every = await (await page.request.get(f"{person.hub.url}/console/resources.json")).json()
    assert every == caller.call("GET", "/vdrs/export").json
    await person.at("/resources?start=import")
    await page.fill("#document", json.dumps(every))
    await page.click("button[value=check]")
    await page.wait_for_selector("#preview")
    assert (await page.inner_text("#preview")).count("Written over") == 2
    await page.click("button[value=store]")
    await page.wait_for_selector("[role=status]")
    assert "thing" in await person.text()
    assert caller.call("GET", "/vdrs/export").json == every


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", "An export is a JSON object"),
        ("{}", "no definition"),
        ('{"vdrName": "x", "definition": {"fields": [{"path": "a["}]}}', "a["),
        ('{"objectDefinitions": {"a": {}}, "transformations": {"k": {"b": {}}}}', "maps b"),
        ("", "Drop a file"),
    ],
)
async def test_a_file_that_is_none_is_refused(
    text: str, said: str, person: Person, caller: Caller
) -> None:
    """With a sentence; what was pasted stays, and nothing is stored."""
    page = person.page
    await person.at("/resources?start=import")
    await page.fill("#document", text)
    await page.click("button[value=check]")
    await page.wait_for_selector("#problem")
    assert said in await page.inner_text("#problem")
    assert await page.locator("button[value=store]").count() == 0
    assert await page.input_value("#document") == text
    assert caller.call("GET", "/common-resources").json == []


async def test_the_list_is_searched_filtered_ordered_and_paged(
    person: Person, caller: Caller
) -> None:
    """All in the address; long names and many rows fit a phone."""
    backup = {
        "objectDefinitions": {
            **{
                f"Row {number:03d}": {"fields": [{"path": f"f{n}"} for n in range(number % 4)]}
                for number in range(120)
            },
            LONG: {"description": "d" * 300, "fields": [{"path": "x" * 200}] * 9},
        },
        "transformations": {KEY: {"Row 007": {"vendorName": "contacts"}}},
    }
    assert caller.call("PUT", "/vdrs/import", backup).status == 200
    page = person.page
    await person.at("/resources")
    await person.check_access()
    assert "1 to 50 of 121" in await person.text()
    await page.click("text=Next page")
    await page.click("text=Next page")
    assert "101 to 121 of 121" in await person.text()
    assert await page.locator("text=Next page").count() == 0
    seen = []
    for number in (1, 2, 3):
        await person.at(f"/resources?order=fields&page={number}")
        seen += await page.locator("tbody tr strong").all_inner_texts()
    assert len(seen) == len(set(seen)) == 121
    assert seen[:2] == ["Row 003", "Row 007"]
    for query, expected in (
        ("q=row+007", ["Row 007"]), (f"element={KEY}", ["Row 007"]), ("state=mapped", ["Row 007"]),
        ("level=account", []), ("q=nothing-like-it", []),
    ):  # fmt: skip
        await person.at(f"/resources?{query}")
        assert await page.locator("tbody tr strong").all_inner_texts() == expected
        if not expected:
            assert "No resource matches" in await person.text()
    await person.at("/resources")
    await page.fill("#q", "row 11")
    await page.wait_for_url("**q=row+11**")
    await expect(page.locator("tbody tr")).to_have_count(11)
    for tab in ("definition", "elements", "settings"):
        await person.at(f"/resources/{LONG}?tab={tab}")
        await person.check_access()
    assert (await page.request.get(f"{person.hub.url}/console/resources?page=99999")).status == 200


async def test_it_is_renamed_and_deleted_with_what_is_lost(person: Person, caller: Caller) -> None:
    """The old name is gone; deleting names what goes, and wants the name typed."""
    defined(caller)
    defined(caller, "taken")
    connected, _ = instance_of(caller)
    page = person.page
    await person.at("/resources/thing?tab=settings")
    await person.check_access()
    await page.fill("#name", "taken")
    await page.click("button:has-text('Rename')")
    assert "There is an object taken already" in await page.inner_text("#problem")
    await page.fill("#name", "other thing")
    await page.click("button:has-text('Rename')")
    await page.wait_for_selector("[role=status]")
    assert await person.heading() == "other thing"
    assert connected.call("GET", "/other%20thing").status == 200
    gone = await page.request.get(f"{person.hub.url}/console/resources/thing")
    assert gone.status == 404
    lost = await page.inner_text(".danger")
    assert "the definition of the organization, 2 fields" in lost
    assert "the mapping to Infusionsoft REST (organization)" in lost
    await page.fill("#confirm", "other")
    await page.click("text=Delete this resource")
    assert "type its name exactly" in await page.inner_text("#problem")
    await page.fill("#confirm", "other thing")
    await page.click("text=Delete this resource")
    await page.wait_for_selector("[role=status]")
    assert caller.call("GET", "/common-resources/other%20thing").status == 404
    assert connected.call("GET", "/other%20thing").status != 200


async def test_the_instance_shows_what_is_mapped_for_it(person: Person, caller: Caller) -> None:
    """With the level that counts; pages lead to the mapper with the instance chosen."""
    number = await person.connect("Shaped")
    page = person.page
    await page.click("text=Map it to a common resource")
    await page.wait_for_url(f"**/resources?instance={number}")
    assert "Shaped" in await person.text()
    await person.check_access()
    defined(caller)
    own = {"vendorName": "contacts", "configuration": [{"type": "inherit"}]}
    assert caller.call("POST", f"/instances/{number}/transformations/thing", own).status == 200
    defined(caller, "other")
    await person.at(f"/instances/{number}")
    rows = page.locator("#resources li")
    assert await rows.count() == 2
    text = await rows.nth(1).inner_text()
    assert "contacts · instance, and the levels above" in text
    await person.check_access()
    mapper = f"/console/resources/thing/map?instance={number}"
    assert await page.locator(f"#resources a[href='{mapper}']").count() == 1
    await person.at(f"/resources?instance={number}")
    assert await page.locator(f"a[href='{mapper}']").count() == 1
    await person.at("/resources/thing?tab=elements")
    forms = page.locator("form[action='/console/resources/thing/map'] select[name=instance]")
    assert await forms.filter(has_text=f"Shaped · id {number}").count() == 1
    await person.at("")
    await expect(page.locator(".steps .done:has-text('Shape it your way')")).to_have_count(1)


async def test_what_is_mapped_appears_everywhere_at_once(person: Person, caller: Caller) -> None:
    """In the objects, the instance's documents, the docs page and the playground; and goes again."""
    connected, number = instance_of(caller)
    page = person.page
    docs = f"/instances/{number}/docs"
    await person.at(docs)
    assert "/freshThing" not in await page.inner_text("main")
    defined(caller, "freshThing")
    assert "freshThing" in connected.call("GET", "/objects").json
    assert "/freshThing" not in connected.call("GET", "/instances/docs").json["paths"]
    await person.at(f"{docs}?q=freshThing")
    assert await page.locator(".operations code:text-is('/freshThing')").count() == 0
    await person.at(f"/instances/{number}/playground?q=freshThing")
    assert await page.locator("#operations code:text-is('/freshThing')").count() > 0
    at = f"/organizations/elements/{KEY}/transformations/freshThing"
    body = caller.call("GET", at).json
    body["configuration"].append({"type": "addToDocumentation"})
    assert caller.call("PUT", at, body).status == 200
    for call in (connected.call("GET", "/instances/docs"),
                 caller.call("GET", f"/instances/{number}/docs?openapi=3.1")):  # fmt: skip
        assert {"/freshThing", "/freshThing/{objectId}"} <= call.json["paths"].keys()
    await person.at(f"{docs}?q=freshThing")
    await page.click(".operations a:has(code:text-is('/freshThing')):has(.post)")
    assert set(json.loads(await page.input_value("textarea[name=body]"))) == {"id", "first"}
    await person.check_access()
    await person.at(f"/resources/freshThing?tab=code&instance={number}")
    assert "It is in the API docs" in await person.text()
    assert "/hubs/crm/freshThing" in await page.inner_text("#code-1")
    assert caller.call("DELETE", at).status == 200
    assert "freshThing" not in connected.call("GET", "/objects").json
    await person.at(f"{docs}?q=freshThing")
    assert await page.locator(".operations code:text-is('/freshThing')").count() == 0
    await person.at(f"/resources/freshThing?tab=code&instance={number}")
    assert "Not mapped for this instance" in await person.text()


async def join(person: Person, role: Role) -> str:
    """Add a user of the same account who can sign in; return the e-mail address."""
    async with open_services(Settings(data_dir=person.hub.data_dir)) as services:
        me = await services.callers.authenticate(
            CallerSecrets(
                user=person.hub.secrets["userSecret"],
                organization=person.hub.secrets["organizationSecret"],
            )
        )
        uid, secret = secrets.token_hex(16), secrets.token_urlsafe(32)
        sealed = await services.vault.seal(
            secret, organization_id=me.organization_id, place=Place("users", uid, "secret")
        )
        async with services.database.write() as connection:
            await tenants.add_user(
                connection,
                {
                    "uid": uid,
                    "organization_id": me.organization_id,
                    "account_id": me.account_id,
                    "email": f"{uid}@valence.example",
                    "email_folded": f"{uid}@valence.example",
                    "first_name": "A",
                    "last_name": "B",
                    "role": role,
                    "password_hash": await hash_password(PASSWORD),
                    "secret_sealed": sealed,
                    "secret_hash": services.vault.lookup_hash("user secret", secret),
                    "is_active": True,
                    "created_ms": 1,
                },
            )
        return f"{uid}@valence.example"


async def sign_in_as(person: Person, email: str) -> None:
    """Change who sits at the console."""
    await person.page.context.clear_cookies()
    await person.at("/sign-in")
    await person.page.fill("#email", email)
    await person.page.fill("#password", PASSWORD)
    await person.page.keyboard.press("Enter")
    await person.page.wait_for_selector("nav")


async def test_who_may_not_write_reads(person: Person, caller: Caller) -> None:
    """A user sees the fields and no form, and a form sent all the same is refused."""
    defined(caller)
    page = person.page
    await sign_in_as(person, await join(person, Role.USER))
    await person.at("/resources")
    assert "thing" in await person.text()
    assert await page.locator("text=New resource").count() == 0
    await person.at("/resources/thing")
    assert await page.locator("main input").count() == 0
    assert "Your role may not change fields" in await person.text()
    await person.check_access()
    for tab, words in (("settings", "Not yours to delete"), ("elements", "contacts")):
        await person.at(f"/resources/thing?tab={tab}")
        assert words in await person.text()
    for path, form in (
        ("/resources", {"start": "own", "name": "x", "level": "organization"}),
        ("/resources/thing/fields", {"level": "organization"}),
        ("/resources/thing/rename", {"name": "x"}),
        ("/resources/thing/delete", {"confirm": "thing"}),
    ):
        answer = await posted(person, path, form)
        assert answer.status == 403
        forged = await page.request.post(
            f"{person.hub.url}/console{path}", form={"csrf": "guess", **form}
        )
        assert forged.status == 403
    assert caller.call("GET", "/common-resources/thing").status == 200
    await person.at("/resources?start=own")
    assert "Your role reads resources" in await person.text()


async def test_an_account_writes_its_own_level(person: Person, caller: Caller) -> None:
    """Its administrator adds fields of the account, and reads those of the organization."""
    defined(caller)
    page = person.page
    await sign_in_as(person, await join(person, Role.ACCOUNT_ADMIN))
    await person.at("/resources/thing?level=organization")
    assert "Your role may not change fields" in await person.text()
    assert "first" in await person.text()
    await person.at("/resources/thing?level=account")
    await page.fill("[name=path-1]", "own")
    await save(person)
    own = caller.call("GET", "/accounts/objects/thing/definitions").json
    assert [one["path"] for one in own["fields"]] == ["own"]
    answer = await posted(person, "/resources/thing/fields", {"level": "organization"})
    assert answer.status == 403
    await person.at("/resources?start=import")
    await page.fill("#document", json.dumps(DOCUMENT))
    await page.click("button[value=check]")
    assert "Parts of the level organization are not yours" in await page.inner_text("#preview")
    await page.click("button[value=store]")
    await page.wait_for_selector("[role=status]")
    assert "but for levels that are not yours" in await person.text()


async def test_it_is_usable_by_keyboard_alone(person: Person, caller: Caller) -> None:
    """From nothing to a resource with three fields."""
    page = person.page
    await person.at("/resources")
    await page.focus("main .cards a >> nth=1")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[data-fields]")
    await page.focus("#name")
    await page.keyboard.type("typed")
    await page.focus("[name=path-1]")
    await page.keyboard.type("id")
    await page.keyboard.press("Enter")
    await page.keyboard.type("name")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Control+a")
    await page.keyboard.type("boolean")
    await page.focus("[data-add-field]")
    await page.keyboard.press("Enter")
    await page.keyboard.type("third")
    await page.focus("button:has-text('Store')")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[role=status]")
    made = caller.call("GET", "/organizations/objects/typed/definitions").json
    assert [(one["path"], one["type"]) for one in made["fields"]] == [
        ("id", "string"), ("name", "boolean"), ("third", "string"),
    ]  # fmt: skip
    await page.keyboard.press("Control+k")
    await page.wait_for_selector("#palette-list li")
    await page.keyboard.type("map typed")
    await expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text("Map typed")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/resources/typed?tab=elements")


async def test_two_who_save_at_once_do_not_overwrite(person: Person, caller: Caller) -> None:
    """Of two forms begun with the same fields one is stored, and the other is told."""
    defined(caller)
    await person.at("/resources/thing")
    version = await person.page.get_attribute("input[name=version]", "value")
    stored = caller.call("GET", "/organizations/objects/thing/definitions").json["fields"]
    form = {"level": "organization", "version": str(version)}
    for number, one in enumerate(stored, 1):
        form |= {f"id-{number}": str(one["id"]), f"path-{number}": one["path"]}
    answers = await asyncio.gather(
        *(
            posted(person, "/resources/thing/fields", {**form, "path-9": name})
            for name in ("mine", "yours")
        )
    )
    paths = {one["path"] for one in caller.call("GET", "/common-resources/thing").json["fields"]}
    assert sorted(answer.status for answer in answers) == [303, 409]
    assert len(paths & {"mine", "yours"}) == 1
