"""What an editor reads and stores of an instance's levels."""

import pytest

from tests.conftest import Hub
from valence.common_resources import Change, Scope
from valence.domain import Conflict, InvalidRequest, NotFound

NAME, KEY = "myContact", "infusionsoftrest"
MAPPED = {"vendorName": "contacts", "fields": [{"path": "id", "vendorPath": "id"}]}


@pytest.fixture
async def scope(hub: Hub) -> Scope:
    """The level of an instance whose organization defines the object."""
    scope = hub.services.scopes.of(await hub.instance())
    above = hub.services.scopes.organization(hub.principal)
    await hub.services.common_resources.define(above, {NAME: {"fields": [{"path": "id"}]}})
    return scope


async def test_levels_are_shown_by_themselves(hub: Hub, scope: Scope) -> None:
    """From the general on, with nothing inherited and nothing where a level has nothing."""
    layers = await hub.services.layers.of(scope, KEY, NAME)
    assert [one.level for one in layers] == ["organization", "account", "instance"]
    assert layers[0].definition is not None
    assert [one["path"] for one in layers[0].definition["fields"]] == ["id"]
    assert all(one.definition is None for one in layers[1:])
    assert all(one.transformation is None for one in layers)
    with pytest.raises(NotFound):
        await hub.services.layers.of(scope, KEY, "nothing")


async def test_a_change_stores_definition_and_transformation_at_once(
    hub: Hub, scope: Scope
) -> None:
    """Calls see it, ids of fields stay, and the version of what changed is another."""
    before = {one.level: one for one in await hub.services.layers.of(scope, KEY, NAME)}
    body = MAPPED | {"configuration": [{"type": "inherit"}]}
    after = await hub.services.layers.change(
        scope,
        KEY,
        NAME,
        [
            Change("organization", before["organization"].version,
                   fields=[{"path": "id"}, {"path": "tier", "type": "number"}]),
            Change("instance", before["instance"].version, transformation=body),
        ],
    )  # fmt: skip
    organization, account, instance = after
    assert organization.definition is not None
    ids = {one["path"]: one["id"] for one in organization.definition["fields"]}
    stored = before["organization"].definition
    assert stored is not None
    assert ids["id"] == stored["fields"][0]["id"]
    assert ids["tier"] not in (None, ids["id"])
    assert instance.transformation is not None
    assert instance.transformation["fields"][0]["level"] == "instance"
    assert instance.version != before["instance"].version
    assert account.version == before["account"].version
    found = await hub.services.instances.get(hub.principal, scope.place.owner_id)
    plan = (await hub.services.mappings.of(found)).plan(NAME)
    assert plan is not None
    assert plan.read({"id": 4}) == {"id": "4"}


async def test_what_somebody_else_stored_is_not_overwritten(hub: Hub, scope: Scope) -> None:
    """A change from an old version stores nothing, of any level."""
    _, account, instance = await hub.services.layers.of(scope, KEY, NAME)
    await hub.services.common_resources.map(scope, KEY, {NAME: MAPPED})
    changes = [
        Change("account", account.version, transformation=MAPPED),
        Change("instance", instance.version, transformation={"vendorName": "other"}),
    ]
    with pytest.raises(Conflict) as caught:
        await hub.services.layers.change(scope, KEY, NAME, changes)
    assert caught.value.code == "changed-meanwhile"
    _, account, instance = await hub.services.layers.of(scope, KEY, NAME)
    assert account.transformation is None
    assert instance.transformation is not None
    assert instance.transformation["vendorName"] == "contacts"


@pytest.mark.parametrize(
    "change",
    [
        {"transformation": {"vendorName": "contacts", "fields": [{"path": "a["}]}},
        {"fields": [{"path": "ok"}, {"path": "a["}]},
    ],
    ids=["transformation", "definition"],
)
async def test_what_cannot_be_read_stores_nothing(
    change: dict[str, object], hub: Hub, scope: Scope
) -> None:
    """Neither half of it."""
    before = await hub.services.layers.of(scope, KEY, NAME)
    given: dict[str, object] = {"transformation": MAPPED, "fields": [{"path": "new"}], **change}
    with pytest.raises(InvalidRequest):
        await hub.services.layers.change(
            scope,
            KEY,
            NAME,
            [Change("account", before[1].version, **given)],  # type: ignore[arg-type]
        )
    assert await hub.services.layers.of(scope, KEY, NAME) == before


async def test_the_engine_of_a_script_stays(hub: Hub, scope: Scope) -> None:
    """A legacy script that is edited is still one."""
    body = {**MAPPED, "isLegacy": True, "script": {"body": "return transformedObject;"}}
    await hub.services.common_resources.map(scope, KEY, {NAME: body})
    layer = (await hub.services.layers.of(scope, KEY, NAME))[2]
    edited = {**MAPPED, "script": {"body": "return {a: 1};"}}
    change = Change("instance", layer.version, transformation=edited)
    after = await hub.services.layers.change(scope, KEY, NAME, [change])
    assert after[2].transformation is not None
    assert after[2].transformation["isLegacy"] is True
