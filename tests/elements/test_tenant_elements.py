"""Elements of accounts: whose they are, what changes them, what is refused; on both databases."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import FixedClock
from valence.domain import (
    Conflict,
    Element,
    Forbidden,
    InvalidRequest,
    NotFound,
    Principal,
    Role,
    ValenceError,
)
from valence.elements import (
    Catalog,
    DefaultSeals,
    ElementParts,
    Elements,
    element_to_wire,
)
from valence.settings import Settings
from valence.storage import Database, Revisions, instances, tenants
from valence.storage import elements as stored_elements
from valence.storage.tables import element_extensions
from valence.storage.tables import elements as elements_table
from valence.tenancy import Tenancy
from valence.vault import Vault

KEAP = "infusionsoftrest"
SECRET = "a-client-secret-of-the-author"


def acme(**more: Any) -> dict[str, Any]:
    """Return a small definition as it is imported."""
    return {
        "id": 7,
        "key": "acme",
        "name": "Acme",
        "description": "Contacts of Acme",
        "hub": "crm",
        "authentication": {"type": "basic"},
        "configuration": [
            {
                "key": "base.url",
                "name": "Base",
                "description": "-",
                "defaultValue": "https://a.example",
            },
            {
                "key": "oauth.api.secret",
                "name": "Secret",
                "description": "-",
                "type": "PASSWORD",
                "defaultValue": SECRET,
            },
        ],
        "resources": [{"method": "GET", "path": "/hubs/crm/contacts", "vendorPath": "/people"}],
        **more,
    }


@dataclass
class Shop:
    """Two processes on one database, and callers of several accounts."""

    elements: Elements
    parts: ElementParts
    elsewhere: Elements
    database: Database
    catalog: Catalog
    me: Principal
    sibling: Principal  # another account of the organization
    stranger: Principal  # another organization


@pytest.fixture
async def shop(
    database: Database, settings: Settings, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[Shop]:
    vault = await Vault.open(settings, database, clock=clock)
    revisions = [Revisions(database, tmp_path / "run" / "revisions") for _ in range(2)]
    tenancy = Tenancy(database, vault, clock=clock, revisions=revisions[0], session_hours=1)
    mine = await tenancy.bootstrap(email="a@b.example", password="Str0ng-enough!")
    other = await tenancy.bootstrap(email="c@d.example", password="Str0ng-enough!")
    me = Principal(mine.user_id, mine.account_id, mine.organization_id, Role.ORGANIZATION_ADMIN)
    async with database.write() as connection:
        sibling = await tenants.add_account(connection, mine.organization_id, name="Sibling", now=1)
    catalog = Catalog.load()
    here, there = (
        Elements(database, catalog, DefaultSeals(vault), clock=clock, revisions=one)
        for one in revisions
    )
    yield Shop(
        here,
        ElementParts(here),
        there,
        database,
        catalog,
        me,
        replace(me, account_id=sibling),
        Principal(other.user_id, other.account_id, other.organization_id, me.role),
    )
    for one in revisions:
        one.close()


# -- whose it is ----------------------------------------------------------------------------------


async def test_a_new_element_is_private_and_inactive(shop: Shop) -> None:
    """Its id is far from the catalog's, whatever the import said, and so are its parts'."""
    element = await shop.elements.create(shop.me, acme())
    shown = element_to_wire(element)
    assert element.id >= 100_000
    assert (shown["id"], shown["key"], shown["private"]) == (element.id, "acme", True)
    assert (shown["active"], shown["extended"], shown["cloneable"]) == (False, False, True)
    assert shown["resources"][0]["ownerAccountId"] == shop.me.account_id
    assert shown["resources"][0]["path"] == "/hubs/crm/contacts"
    ids = [row["id"] for row in shown["configuration"] + shown["resources"]]
    assert len(set(ids)) == len(ids)
    assert {"username", "password"} <= {row["key"] for row in shown["configuration"]}


async def test_an_own_element_stands_before_the_catalogs_of_the_same_key(shop: Shop) -> None:
    """By key; an id is exact, a list has both, and another account knows nothing of it."""
    own = await shop.elements.create(shop.me, acme(key="InfusionsoftREST"))
    system = shop.catalog.require(KEAP)
    assert (await shop.elements.require(shop.me, KEAP)).id == own.id
    assert (await shop.elements.require(shop.me, str(system.id))).id == system.id
    assert (await shop.elements.require(shop.sibling, KEAP)).id == system.id
    assert {e.id for e in await shop.elements.all(shop.me)} >= {own.id, system.id}
    assert own.id not in {e.id for e in await shop.elements.all(shop.sibling)}
    await shop.elements.delete(shop.me, KEAP)
    assert (await shop.elements.require(shop.me, KEAP)).id == system.id


@pytest.mark.parametrize("who", ["sibling", "stranger"])
async def test_another_account_is_kept_out(shop: Shop, who: str) -> None:
    """By id it is told that the element is another's; by key there is none."""
    element = await shop.elements.create(shop.me, acme())
    other = getattr(shop, who)
    for act in (
        shop.elements.require(other, str(element.id)),
        shop.elements.export(other, str(element.id)),
        shop.elements.clone(other, str(element.id)),
        shop.elements.delete(other, str(element.id)),
        shop.parts.rows(other, str(element.id), "resources"),
        shop.parts.add(other, str(element.id), "parameters", {"name": "x", "type": "query"}),
        shop.elements.share(other, str(element.id), other.account_id),
    ):
        with pytest.raises(Forbidden):
            await act
    with pytest.raises(NotFound):
        await shop.elements.require(other, "acme")


@pytest.mark.parametrize("name", ["nothing", "0", "99999999999999999999999", "100000", "x" * 5000])
async def test_what_is_not_there_is_not_found(shop: Shop, name: str) -> None:
    """Whatever the size of the number or the length of the key."""
    with pytest.raises(NotFound):
        await shop.elements.require(shop.me, name)


async def test_an_element_is_shared_within_the_organization(shop: Shop) -> None:
    """The other account uses it and cannot change it, until it is taken back."""
    element = await shop.elements.create(shop.me, acme())
    number, sibling = str(element.id), shop.sibling.account_id
    await shop.elements.share(shop.me, "acme", sibling)
    assert await shop.elements.accounts(shop.me, "acme") == [sibling]
    assert (await shop.elements.require(shop.sibling, "acme")).id == element.id
    assert (await shop.elements.require(shop.sibling, number)).id == element.id
    assert element.id in {e.id for e in await shop.elements.all(shop.sibling)}
    for act in (
        shop.elements.delete(shop.sibling, "acme"),
        shop.elements.set_active(shop.sibling, "acme", is_active=True),
        shop.parts.add(shop.sibling, "acme", "models", {"name": "m"}),
    ):
        with pytest.raises(Forbidden):
            await act
    own = await shop.elements.clone(shop.sibling, "acme")
    assert own.owner_account_id == sibling
    await shop.elements.unshare(shop.me, "acme", sibling)
    with pytest.raises(Forbidden):
        await shop.elements.require(shop.sibling, number)
    for act in (
        shop.elements.unshare(shop.me, "acme", sibling),
        shop.elements.share(shop.me, "acme", 10**30),
    ):
        with pytest.raises(NotFound):
            await act
    with pytest.raises(Forbidden):
        await shop.elements.share(shop.me, "acme", shop.stranger.account_id)


# -- whole elements -------------------------------------------------------------------------------


async def test_a_key_is_derived_and_taken_once(shop: Shop) -> None:
    """From the name; again in the same account, in whatever case, is a conflict."""
    made = await shop.elements.create(
        shop.me, {"name": "Acme <b>CRM</b> 2", "authentication": {"type": "custom"}}
    )
    assert made.name == "Acme CRM 2"
    await shop.elements.create(shop.me, acme())
    with pytest.raises(Conflict):
        await shop.elements.create(shop.me, acme(key="ACME"))
    await shop.elements.create(shop.sibling, acme())
    await shop.elements.delete(shop.me, "acme")
    await shop.elements.create(shop.me, acme(key="ACME"))


@pytest.mark.parametrize(
    "broken",
    [
        {"authentication": {"type": "magic"}},
        {"key": "12345"},
        {"key": "a b"},
        {"name": "<b></b>"},
        {"name": "n" * 300},
        {"resources": [{"method": "FETCH", "path": "/x"}]},
        {"resources": "none"},
        {"configuration": [{"name": "no key"}]},
    ],
    ids=lambda broken: json.dumps(broken)[:40],
)
async def test_what_cannot_work_is_refused(shop: Shop, broken: dict[str, Any]) -> None:
    """And nothing is stored."""
    with pytest.raises(InvalidRequest):
        await shop.elements.create(shop.me, acme(**broken))
    assert [e for e in await shop.elements.all(shop.me) if e.is_private] == []


async def test_a_change_keeps_what_it_does_not_bring(shop: Shop) -> None:
    """The key always; entries keep their ids, and there is one `base.url`."""
    before = element_to_wire(await shop.elements.create(shop.me, acme()))
    changed = element_to_wire(
        await shop.elements.replace(
            shop.me, "acme", {"name": "New", "key": "other", "description": "D"}
        )
    )
    assert (changed["name"], changed["key"], changed["id"]) == ("New", "acme", before["id"])
    assert changed["resources"] == before["resources"]
    again = element_to_wire(await shop.elements.replace(shop.me, "acme", changed))
    assert again == changed
    assert [row["key"] for row in again["configuration"]].count("base.url") == 1
    with pytest.raises(InvalidRequest):
        await shop.elements.replace(shop.me, "acme", {"authentication": {"type": "magic"}})
    assert element_to_wire(await shop.elements.require(shop.me, "acme")) == changed


async def test_elements_of_the_catalog_stay_as_they_are(shop: Shop) -> None:
    """Nobody changes, deletes, switches or shares them."""
    for act in (
        shop.elements.replace(shop.me, KEAP, {"name": "Mine"}),
        shop.elements.delete(shop.me, KEAP),
        shop.elements.set_active(shop.me, KEAP, is_active=False),
        shop.elements.share(shop.me, KEAP, shop.sibling.account_id),
        shop.parts.add_entry(shop.me, KEAP, {"key": "k", "name": "n", "description": "d"}),
        shop.parts.remove_entry(shop.me, KEAP, "base.url"),
    ):
        with pytest.raises(Forbidden) as refused:
            await act
        assert refused.value.code == "element-of-catalog"
    assert await shop.elements.accounts(shop.me, KEAP) == []


async def test_clones_do_not_collide_and_carry_no_secret(shop: Shop) -> None:
    """Each gets a key of its own; the origin of a clone's clone is the first one's."""
    await shop.elements.create(shop.me, acme(active=True))
    first = await shop.elements.clone(shop.me, "acme")
    second = await shop.elements.clone(shop.me, "acme")
    third = await shop.elements.clone(shop.me, first.key)
    assert [e.key for e in (first, second, third)] == [
        "acme-clone",
        "acme-clone-2",
        "acme-clone-clone",
    ]
    assert first.name == "Acme-clone"
    assert first.default("oauth.api.secret") is None
    assert first.default("base.url") == "https://a.example"
    assert third.origin_id == first.origin_id
    await shop.elements.create(shop.me, acme(key="fixed", cloneable=False))
    with pytest.raises(InvalidRequest) as refused:
        await shop.elements.clone(shop.me, "fixed")
    assert refused.value.code == "not-cloneable"
    assert (await shop.elements.clone(shop.me, KEAP)).origin_id == 11748


async def test_an_export_imports_as_the_same(shop: Shop) -> None:
    """Elsewhere, under another key: equal but for ids, key and owner."""
    await shop.elements.create(shop.me, acme())
    await shop.parts.add(shop.me, "acme", "hooks", {"type": "preRequest", "body": "done({})"})
    exported = await shop.elements.export(shop.me, "acme")
    assert SECRET not in json.dumps(exported)
    await shop.elements.create(shop.stranger, {**exported, "key": "twin"})
    again = await shop.elements.export(shop.stranger, "twin")

    def meaning(value: Any) -> Any:
        if isinstance(value, dict):
            dropped = ("id", "ownerAccountId", "key")
            return {k: meaning(v) for k, v in value.items() if k not in dropped}
        return [meaning(part) for part in value] if isinstance(value, list) else value

    assert meaning(again) == meaning(exported)
    assert exported["id"] != again["id"]


async def test_a_secret_default_is_sealed_and_never_shown(shop: Shop) -> None:
    """The database does not hold it in the clear; a masked or silent change keeps it."""
    element = await shop.elements.create(shop.me, acme())
    async with shop.database.read() as connection:
        stored = (await connection.execute(select(elements_table.c.document))).scalar_one()
    assert SECRET not in stored
    assert SECRET not in json.dumps(element_to_wire(element))
    assert SECRET not in repr(element)
    assert element.default("oauth.api.secret") == SECRET
    await shop.elements.replace(shop.me, "acme", element_to_wire(element))
    entry = {"name": "S", "description": "-", "type": "PASSWORD", "defaultValue": "********"}
    shown = await shop.parts.replace_entry(shop.me, "acme", "oauth.api.secret", entry)
    assert "defaultValue" not in shown
    changed = await shop.elsewhere.require(shop.me, "acme")
    assert changed.default("oauth.api.secret") == SECRET


async def test_an_element_with_instances_is_not_deleted(shop: Shop) -> None:
    """The message says how many keep it."""
    element = await shop.elements.create(shop.me, acme())
    async with shop.database.write() as connection:
        instance_id = await instances.add(connection, instance_row(shop, element))
    with pytest.raises(Conflict, match="1 instance;") as refused:
        await shop.elements.delete(shop.me, "acme")
    assert refused.value.code == "element-in-use"
    async with shop.database.write() as connection:
        await instances.drop(connection, instance_id)
    await shop.elements.delete(shop.me, "acme")
    with pytest.raises(NotFound):
        await shop.elements.of(shop.me.account_id, element.id)


async def test_an_element_waits_for_an_instance_in_the_making(shop: Shop) -> None:
    """Who makes an instance holds the element until he is done; only then is it looked for."""
    element = await shop.elements.create(shop.me, acme())
    async with shop.database.write() as connection:
        assert await stored_elements.held(connection, element.id)
        deleting = asyncio.create_task(shop.elsewhere.delete(shop.me, "acme"))
        done, _ = await asyncio.wait({deleting}, timeout=0.3)
        assert not done
        await instances.add(connection, instance_row(shop, element))
    with pytest.raises(Conflict):
        await deleting


def instance_row(shop: Shop, element: Element) -> dict[str, object]:
    return {
        "uid": "u" * 32,
        "organization_id": shop.me.organization_id,
        "account_id": shop.me.account_id,
        "user_id": shop.me.user_id,
        "element_key": element.key,
        "element_id": element.id,
        "name": "One",
        "name_folded": "one",
        "token_sealed": b"",
        "token_hash": b"h" * 32,
        "external_authentication": "none",
        "is_disabled": False,
        "events_enabled": False,
        "created_ms": 1,
        "updated_ms": 1,
    }


# -- memory ---------------------------------------------------------------------------------------


async def test_a_warm_look_up_does_no_io(shop: Shop) -> None:
    """What is remembered is the same object, until something changes anywhere."""
    element = await shop.elements.create(shop.me, acme())
    account = shop.me.account_id
    known = await shop.elsewhere.of(account, element.id)
    assert shop.elsewhere.cached(account, element.id) is known
    await shop.elements.set_active(shop.me, "acme", is_active=True)
    assert shop.elsewhere.cached(account, element.id) is None
    assert (await shop.elsewhere.of(account, element.id)).is_active
    # Another element's change forgets which version counts, not what was compiled.
    compiled = await shop.elsewhere.of(account, element.id)
    await shop.elements.create(shop.me, acme(key="second"))
    assert await shop.elsewhere.of(account, element.id) is compiled


async def test_of_changes_at_once_none_is_lost(shop: Shop) -> None:
    """Two processes add to one element, and to one extension, at the same time."""
    await shop.elements.create(shop.me, acme())
    others = ElementParts(shop.elsewhere)
    for key in ("acme", KEAP):
        before = len(await shop.parts.rows(shop.me, key, "resources"))
        await asyncio.gather(
            *(
                parts.add(shop.me, key, "resources", {"method": "GET", "path": f"/x{n}"})
                for n, parts in enumerate([shop.parts, others] * 3)
            )
        )
        found = await others.rows(shop.me, key, "resources")
        assert len(found) == before + 6
        assert len({row["id"] for row in found}) == len(found)


# -- the catalog's, extended ----------------------------------------------------------------------


async def test_an_account_extends_an_element_of_the_catalog(shop: Shop) -> None:
    """One more resource for it alone, until it is taken back."""
    before = element_to_wire(await shop.elements.require(shop.me, KEAP))
    body = {"method": "GET", "path": "/hubs/crm/mine", "vendorPath": "/tags", "response": None}
    made = await shop.parts.add(shop.me, KEAP, "resources", body)
    assert (made["type"], made["path"]) == ("api", "/hubs/crm/mine")
    assert made["ownerAccountId"] == shop.me.account_id
    assert "response" not in made
    for elements in (shop.elements, shop.elsewhere):
        mine = await elements.require(shop.me, KEAP)
        assert mine.is_extended
        assert len(element_to_wire(mine)["resources"]) == len(before["resources"]) + 1
        assert any(op.path == "/mine" for op in mine.operations)
        theirs = await elements.require(shop.sibling, KEAP)
        assert not theirs.is_extended
        assert element_to_wire(theirs) == before
    assert await shop.parts.rows(shop.me, KEAP, "resources", is_own_only=True) == [made]
    exported = await shop.elements.export(shop.me, KEAP, extended_only=True)
    assert [row["id"] for row in exported["resources"]] == [made["id"]]
    assert exported["extended"] is True
    assert "private" not in exported
    changed = await shop.parts.replace(
        shop.me, KEAP, "resources", made["id"], {"vendorPath": "/contacts"}
    )
    assert (changed["id"], changed["vendorPath"]) == (made["id"], "/contacts")
    inner = await shop.parts.add(
        shop.me, KEAP, "parameters", {"name": "x", "type": "query"}, inside=made["id"]
    )
    assert inner in await shop.parts.rows(shop.me, KEAP, "parameters", inside=made["id"])
    await shop.parts.remove(shop.me, KEAP, "resources", made["id"])
    assert element_to_wire(await shop.elsewhere.require(shop.me, KEAP)) == before


async def test_an_own_resource_overrides_the_catalogs(shop: Shop) -> None:
    """Same verb and path: the account's answers, until it is deleted; twice is a conflict."""
    body = {"method": "GET", "path": "/hubs/crm/contacts/{key}", "vendorPath": "/people/{key}"}
    made = await shop.parts.add(shop.me, KEAP, "resources", body)

    async def vendor_path() -> str:
        element = await shop.elsewhere.require(shop.me, KEAP)
        found = [op for op in element.operations if op.id and op.path.startswith("/contacts/{")]
        return next(
            op.vendor_path for op in found if op.method == "GET" and op.path.count("/") == 2
        )

    assert await vendor_path() == "/people/{key}"
    with pytest.raises(Conflict) as refused:
        await shop.parts.add(shop.me, KEAP, "resources", body)
    assert refused.value.code == "part-exists"
    await shop.parts.remove(shop.me, KEAP, "resources", made["id"])
    assert await vendor_path() == "/contacts/{id}"


async def test_parts_of_the_catalog_cannot_be_changed(shop: Shop) -> None:
    """Parameters, hooks and models of its resources are not found; a resource is refused."""
    system = next(iter(await shop.parts.rows(shop.me, KEAP, "resources")))
    number = system["id"]
    parameter = system["parameters"][0]["id"]
    hook = {"type": "preRequest", "body": "done({})"}
    for act in (
        shop.parts.add(shop.me, KEAP, "parameters", {"name": "x", "type": "query"}),
        shop.parts.add(shop.me, KEAP, "hooks", hook),
        shop.parts.add(shop.me, KEAP, "hooks", hook, inside=number),
        shop.parts.add(shop.me, KEAP, "parameters", {"name": "x", "type": "query"}, inside=number),
        shop.parts.replace(shop.me, KEAP, "parameters", parameter, {}, inside=number),
        shop.parts.remove(shop.me, KEAP, "parameters", parameter, inside=number),
        shop.parts.set_resource_model(shop.me, KEAP, number, {"name": "m"}),
        shop.parts.remove_resource_model(shop.me, KEAP, number),
        shop.parts.replace(shop.me, KEAP, "models", 5, {"name": "m"}),
    ):
        with pytest.raises(NotFound):
            await act
    for act in (
        shop.parts.replace(shop.me, KEAP, "resources", number, {"vendorPath": "/x"}),
        shop.parts.remove(shop.me, KEAP, "resources", number),
    ):
        with pytest.raises(Forbidden):
            await act
    async with shop.database.read() as connection:
        documents = (await connection.execute(select(element_extensions.c.document))).scalars()
        assert all(json.loads(document) == {} for document in documents)


# -- parts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "body", "change"),
    [
        ("parameters", {"name": "n", "type": "query"}, {"vendorName": "v"}),
        ("hooks", {"type": "postRequest", "body": "done({})"}, {"body": "not ) javascript"}),
        ("resources", {"method": "post", "path": "/hubs/crm/things/"}, {"description": "D"}),
        ("models", {"name": "thing"}, {"notes": "N"}),
        ("objects", {"name": "things"}, {"vendorName": "V"}),
    ],
)
async def test_a_part_lives(
    shop: Shop, kind: Any, body: dict[str, Any], change: dict[str, Any]
) -> None:
    """Added, read, changed, deleted; what a change leaves out stays, null takes it away."""
    await shop.elements.create(shop.me, acme())
    before = await shop.parts.rows(shop.me, "acme", kind)
    made = await shop.parts.add(shop.me, "acme", kind, {"id": 3, "mark": "m", **body})
    assert made["id"] > 10**12
    assert await shop.parts.row(shop.me, "acme", kind, made["id"]) == made
    assert await shop.parts.rows(shop.me, "acme", kind) == [*before, made]
    changed = await shop.parts.replace(
        shop.me, "acme", kind, made["id"], {**change, "id": 1, "mark": None}
    )
    assert changed == {k: v for k, v in made.items() if k != "mark"} | change
    await shop.parts.remove(shop.me, "acme", kind, made["id"])
    assert await shop.parts.rows(shop.me, "acme", kind) == before
    for act in (
        shop.parts.row(shop.me, "acme", kind, made["id"]),
        shop.parts.replace(shop.me, "acme", kind, made["id"], body),
        shop.parts.remove(shop.me, "acme", kind, made["id"]),
    ):
        with pytest.raises(NotFound):
            await act


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("parameters", {"type": "query"}, InvalidRequest),
        ("parameters", {"name": "x", "type": "magic"}, InvalidRequest),
        ("hooks", {"type": "preRequest"}, InvalidRequest),
        ("hooks", {"type": "sometimes", "body": "x"}, InvalidRequest),
        ("hooks", {"type": "event", "body": "x", "mimeType": "text/plain"}, InvalidRequest),
        ("resources", {"method": "GET"}, InvalidRequest),
        ("resources", {"method": "FETCH", "path": "/x"}, InvalidRequest),
        ("resources", {"method": 7, "path": "/x"}, InvalidRequest),
        ("resources", {"method": "GET", "path": "/hubs/any/contacts/"}, Conflict),
        ("resources", {"method": "GET", "path": "/x", "hooks": ["done()"]}, InvalidRequest),
        ("resources", {"method": "GET", "path": "/x", "parameters": "none"}, InvalidRequest),
        ("models", {"description": "no name"}, InvalidRequest),
        ("models", {"name": "m", "modelFields": "none"}, InvalidRequest),
        ("models", {"name": ["m"]}, InvalidRequest),
        ("objects", {}, InvalidRequest),
    ],
    ids=str,
)
async def test_a_part_that_cannot_work_is_refused(
    shop: Shop, kind: Any, body: dict[str, Any], error: type[ValenceError]
) -> None:
    """And the element stays as it was."""
    before = element_to_wire(await shop.elements.create(shop.me, acme()))
    with pytest.raises(error):
        await shop.parts.add(shop.me, "acme", kind, body)
    assert element_to_wire(await shop.elements.require(shop.me, "acme")) == before


async def test_a_hook_never_becomes_a_legacy_one(shop: Shop) -> None:
    """True may become false; false, said or not, does not become true."""
    await shop.elements.create(shop.me, acme())
    hook = {"type": "preRequest", "body": "return {}", "mimeType": "javascript"}
    legacy = await shop.parts.add(shop.me, "acme", "hooks", {**hook, "isLegacy": True})
    plain = await shop.parts.add(shop.me, "acme", "hooks", hook)
    assert (legacy["isLegacy"], plain["isLegacy"]) == (True, False)
    changed = await shop.parts.replace(shop.me, "acme", "hooks", legacy["id"], {"isLegacy": False})
    assert changed["isLegacy"] is False
    for number in (legacy["id"], plain["id"]):
        with pytest.raises(InvalidRequest) as refused:
            await shop.parts.replace(shop.me, "acme", "hooks", number, {"isLegacy": True})
        assert refused.value.code == "hook-not-legacy"


async def test_configuration_is_known_by_its_key(shop: Shop) -> None:
    """A change may bring another key; a key is there once; the list is an element's own."""
    await shop.elements.create(shop.me, acme())
    entry = {"key": "site", "name": "Site", "description": "-", "defaultValue": 5}
    made = await shop.parts.add_entry(shop.me, "acme", entry)
    assert made["defaultValue"] == "5"
    moved = await shop.parts.replace_entry(shop.me, "acme", "site", {"key": "place"})
    assert (moved["key"], moved["id"], moved["name"]) == ("place", made["id"], "Site")
    for key in ("place", "base.url", "username"):
        with pytest.raises(Conflict):
            await shop.parts.add_entry(shop.me, "acme", {**entry, "key": key})
    with pytest.raises(Conflict):
        await shop.parts.replace_entry(shop.me, "acme", "place", {"key": "base.url"})
    with pytest.raises(InvalidRequest, match="description"):
        await shop.parts.add_entry(shop.me, "acme", {"key": "k", "name": "n"})
    await shop.parts.remove_entry(shop.me, "acme", "place")
    with pytest.raises(NotFound):
        await shop.parts.remove_entry(shop.me, "acme", "place")


async def test_a_resource_has_one_model(shop: Shop) -> None:
    """Without one an empty object; Swagger comes back as an object, also when it was text."""
    await shop.elements.create(shop.me, acme())
    (resource,) = await shop.parts.rows(shop.me, "acme", "resources")
    number = resource["id"]
    assert await shop.parts.resource_model(shop.me, "acme", number) == {}
    swagger = {"thing": {"id": "thing", "properties": {"id": {"type": "string"}}}}
    made = await shop.parts.set_resource_model(
        shop.me, "acme", number, {"name": "thing", "swagger": json.dumps(swagger)}
    )
    assert (made["name"], made["swagger"], made["rawSwagger"]) == ("thing", swagger, {})
    again = await shop.parts.set_resource_model(shop.me, "acme", number, {"name": "other"})
    assert again["id"] == made["id"]
    assert await shop.parts.resource_model(shop.me, "acme", number) == again
    for body in ({}, {"name": "x", "swagger": "{"}, {"name": "x", "swagger": []}):
        with pytest.raises(InvalidRequest):
            await shop.parts.set_resource_model(shop.me, "acme", number, body)
    await shop.parts.remove_resource_model(shop.me, "acme", number)
    assert await shop.parts.resource_model(shop.me, "acme", number) == {}
    with pytest.raises(NotFound):
        await shop.parts.remove_resource_model(shop.me, "acme", number)


@pytest.mark.parametrize("key", ["acme", KEAP])
async def test_models_relate_and_are_upserted(shop: Shop, key: str) -> None:
    """By id or by name; a sample value `$Other.field` makes a child. Also on the catalog's."""
    await shop.elements.create(shop.me, acme())
    company = await shop.parts.upsert_model(shop.me, key, {"name": "Company"})
    field = {"name": "company", "sampleValue": "$Company.id"}
    contact = await shop.parts.upsert_model(
        shop.me, key, {"name": "Person", "modelFields": [field]}
    )
    again = await shop.parts.upsert_model(shop.me, key, {"name": "Person", "notes": "N"})
    assert again["id"] == contact["id"]
    assert again["modelFields"][0]["name"] == "company"
    assert again["childModelIds"] == [company["id"]]
    read = await shop.parts.row(shop.me, key, "models", company["id"])
    assert read["parentModelIds"] == [contact["id"]]
    assert read["elementId"] == (await shop.elements.require(shop.me, key)).id
    with pytest.raises(Conflict):
        await shop.parts.add(shop.me, key, "models", {"name": "Company"})
    assert company["id"] not in {
        row["id"] for row in await shop.parts.rows(shop.sibling, KEAP, "models")
    }


@pytest.mark.parametrize("key", ["acme", KEAP])
async def test_parts_inside_of_a_part_are_numbered_here(shop: Shop, key: str) -> None:
    """Ids that came with a copy are not kept; those given here are, and others are not believed."""
    await shop.elements.create(shop.me, acme())
    resource = await shop.parts.add(
        shop.me,
        key,
        "resources",
        {
            "method": "GET",
            "path": "/copied",
            "parameters": [{"id": 5, "name": "a", "type": "query"}],
            "hooks": [{"id": "x", "type": "event", "body": "done({})"}],
        },
    )
    (parameter,), (hook,) = resource["parameters"], resource["hooks"]
    assert min(parameter["id"], hook["id"]) > 10**12
    added = {"id": 7, "name": "b", "type": "query"}
    changed = await shop.parts.replace(
        shop.me, key, "resources", resource["id"], {"parameters": [added, parameter]}
    )
    assert changed["hooks"] == [hook]
    assert changed["parameters"][1] == parameter
    assert changed["parameters"][0]["id"] > 10**12
    for kind, name in (("models", "modelFields"), ("objects", "fields")):
        made = await shop.parts.add(
            shop.me, key, kind, {"name": "Copied", name: [{"id": 5, "name": "f"}]}
        )
        assert made[name][0]["id"] > 10**12


async def test_objects_hold_fields(shop: Shop) -> None:
    """Each with an id of its own, a name once."""
    await shop.elements.create(shop.me, acme())
    made = await shop.parts.add(
        shop.me, "acme", "objects", {"name": "things", "fields": [{"name": "id"}]}
    )
    assert made["fields"][0]["id"] > 10**12
    inside = made["id"]
    field = await shop.parts.add(
        shop.me, "acme", "fields", {"name": "email", "type": "string"}, inside=inside
    )
    with pytest.raises(Conflict):
        await shop.parts.add(shop.me, "acme", "fields", {"name": "email"}, inside=inside)
    changed = await shop.parts.replace(
        shop.me, "acme", "fields", field["id"], {"type": "text"}, inside=inside
    )
    assert changed == {**field, "type": "text"}
    await shop.parts.remove(shop.me, "acme", "fields", field["id"], inside=inside)
    left = await shop.parts.rows(shop.me, "acme", "fields", inside=inside)
    assert [row["name"] for row in left] == ["id"]
    with pytest.raises(NotFound):
        await shop.parts.rows(shop.me, "acme", "fields", inside=1)
