"""What both databases must keep of common resources."""

import asyncio

import pytest

from valence.storage import (
    Connection,
    Database,
    Place,
    common_resources,
    snippets,
    system_level,
    tenants,
)

NOW = 1_700_000_000_000


async def tenant(connection: Connection, number: int) -> tuple[int, Place, Place]:
    organization_id = await tenants.add_organization(
        connection,
        {
            "uid": f"o{number}",
            "name": "Acme",
            "secret_sealed": b"x",
            "secret_hash": bytes([number]) * 32,
            "created_ms": NOW,
        },
    )
    account_id = await tenants.add_account(connection, organization_id, name="A", now=NOW)
    return organization_id, Place("organization", organization_id), Place("account", account_id)


async def test_a_resource_is_one_row_however_many_make_it(database: Database) -> None:
    """And each organization has its own of the same name."""
    async with database.write() as connection:
        one, _, _ = await tenant(connection, 1)
        two, _, _ = await tenant(connection, 2)

    async def make(organization_id: int) -> int:
        async with database.write() as connection:
            row = await common_resources.held(connection, organization_id, "c", now=NOW)
            return int(row.id)

    made = await asyncio.gather(*(make(one) for _ in range(5)), make(two))
    assert len(set(made[:5])) == 1
    assert made[5] != made[0]


async def test_levels_hold_their_own(database: Database) -> None:
    """Rows are found by level and name; a second write at a level replaces the first."""
    async with database.write() as connection:
        organization, whole, account = await tenant(connection, 1)
        row = await common_resources.held(connection, organization, "c", now=NOW)
        for place, text in ((whole, "1"), (account, "2"), (account, "3")):
            await common_resources.put_definition(connection, row.id, place, document=text, now=NOW)
    expected: list[tuple[tuple[Place, ...] | None, str | None, list[str]]] = [
        (None, None, ["1", "3"]),
        ((whole,), None, ["1"]),
        ((account,), "c", ["3"]),
        ((account,), "d", []),
        ((), None, []),
    ]
    async with database.read() as connection:
        for places, name, documents in expected:
            rows = await common_resources.definitions(
                connection, organization, places=places, name=name
            )
            assert [row.document for row in rows] == documents


@pytest.mark.parametrize("is_general_first", [True, False])
async def test_a_mapping_has_one_number_at_all_levels(
    database: Database, is_general_first: bool
) -> None:
    """The number of object and element, whichever level was first."""
    async with database.write() as connection:
        organization, whole, account = await tenant(connection, 1)
        row = await common_resources.held(connection, organization, "c", now=NOW)
        places = [whole, account] if is_general_first else [account, whole]
        for number, (place, key) in enumerate(
            [(places[0], "sfdc"), (places[1], "sfdc"), (whole, "closeio")], 7
        ):
            await common_resources.put_mapping(
                connection, row.id, place, key, number=number, document="{}", now=NOW
            )
    async with database.read() as connection:
        rows = await common_resources.mappings(connection, organization)
        of_sfdc = await common_resources.mappings(connection, organization, element_key="sfdc")
    assert {(row.element_key, row.number) for row in rows} == {("sfdc", 7), ("closeio", 9)}
    assert len(of_sfdc) == 2


async def test_a_renamed_level_leaves_the_others(database: Database) -> None:
    """And a resource that nothing hangs on any more is swept."""
    async with database.write() as connection:
        organization, whole, account = await tenant(connection, 1)
        old = await common_resources.held(connection, organization, "old", now=NOW)
        for place in (whole, account):
            await common_resources.put_definition(connection, old.id, place, document="", now=NOW)
        new = await common_resources.held(connection, organization, "new", now=NOW)
        await common_resources.move(connection, account, old.id, new.id)
        await common_resources.sweep(connection, organization)
        rows = await common_resources.definitions(connection, organization)
        assert [(row.name, row.level) for row in rows] == [
            ("old", "organization"),
            ("new", "account"),
        ]
        ids = [row.id for row in rows]
        await common_resources.drop(connection, common_resources.DEFINITIONS, ids[:1])
        await common_resources.sweep(connection, organization)
        assert await common_resources.by_id(connection, old.id) is None
        assert await common_resources.by_id(connection, new.id) is not None


async def test_an_organization_begins_with_the_first_view(database: Database) -> None:
    """And may choose the second."""
    async with database.write() as connection:
        organization, _, _ = await tenant(connection, 1)
        assert await common_resources.version_of(connection, organization) == "v1"
        await common_resources.set_version(connection, organization, "v2")
        assert await common_resources.version_of(connection, organization) == "v2"


async def test_a_name_that_is_discarded_is_free(database: Database) -> None:
    """Another resource may take it in the same transaction."""
    async with database.write() as connection:
        organization, whole, _ = await tenant(connection, 1)
        old = await common_resources.held(connection, organization, "old", now=NOW)
        new = await common_resources.held(connection, organization, "new", now=NOW)
        await common_resources.put_definition(connection, old.id, whole, document="", now=NOW)
        await common_resources.discard(connection, new.id)
        await common_resources.rename(connection, old.id, "new")
        again = await common_resources.held(connection, organization, "new", now=NOW)
        assert again.id == old.id


async def test_a_field_without_an_instance_has_a_place(database: Database) -> None:
    """Which is no instance's, so none takes it along."""
    waiting = Place("instance", 0)
    async with database.write() as connection:
        organization, _, account = await tenant(connection, 1)
        row = await common_resources.held(connection, organization, "c", now=NOW)
        await common_resources.put_definition(connection, row.id, waiting, document="w", now=NOW)
        found = await common_resources.definitions(connection, organization, places=[waiting])
        assert [(one.document, one.instance_id) for one in found] == [("w", None)]
        assert await common_resources.places_below(connection, account) == []
        below = await common_resources.places_below(connection, Place("organization", organization))
        assert below == [account]


async def test_the_systems_organization_has_no_view(database: Database) -> None:
    """Nor has one that is not there."""
    async with database.write() as connection:
        await tenants.reserve_system_rows(connection, unusable=(b"a" * 32, b"b" * 32), now=NOW)
        organization, _, _ = await tenant(connection, 1)
        told = [
            await common_resources.set_version(connection, number, "v2")
            for number in (1, organization, 999)
        ]
        assert told == [False, True, False]


async def test_snippets_are_found_at_their_level(database: Database) -> None:
    """The oldest first, and one by its id only where it is of the levels that are asked."""
    whole, account = Place("organization", 1), Place("account", 1)
    values = {
        "name": "n", "description": "", "body": "b", "snippet_type": "t",
        "created_ms": NOW, "updated_ms": NOW,
    }  # fmt: skip
    async with database.write() as connection:
        ids = [await snippets.add(connection, place, values) for place in (account, whole, account)]
        expected: list[tuple[list[Place], int | None, list[int]]] = [
            ([account], None, [ids[0], ids[2]]),
            ([whole, account], None, ids),
            ([], None, []),
            ([whole], ids[1], [ids[1]]),
            ([whole], ids[0], []),
        ]
        for places, number, found in expected:
            rows = await snippets.at(connection, places, snippet_id=number)
            assert [row.id for row in rows] == found
        await snippets.change(connection, ids[0], {"name": "m"})
        assert (await snippets.at(connection, [account]))[0].name == "m"
        await snippets.drop(connection, ids[0])
        assert [row.id for row in await snippets.at(connection, [account])] == ids[2:]


async def test_the_system_level_is_rows_over_the_catalog(database: Database) -> None:
    """A second change takes the place of the first; what is dropped is the catalog's again."""
    async with database.write() as connection:
        for name, document in (("a", "1"), ("b", None)):
            await system_level.put_object(
                connection, 2**52, hub="crm", name=name, document=document, now=NOW
            )
        (row,) = await system_level.objects(connection)
        assert (row.id, row.hub, row.name, row.document) == (2**52, "crm", "b", None)
        for number, document in ((2**52 + 1, "1"), (2**52 + 1, "2"), (2**52 + 2, None)):
            await system_level.put_template(
                connection,
                number,
                object_id=2**52,
                element_key=f"e{number}",
                document=document,
                now=NOW,
            )
        found = await system_level.templates(connection)
        assert [(one.id, one.document) for one in found] == [(2**52 + 1, "2"), (2**52 + 2, None)]
        await system_level.drop_templates(connection, 2**52)
        assert await system_level.templates(connection) == []
