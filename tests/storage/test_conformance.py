"""What every database must keep: the same suite on SQLite and PostgreSQL."""

import asyncio
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select

from valence.storage import (
    Database,
    Revisions,
    bump,
    check,
    counters,
    elements,
    leases,
    now_ms,
    redemptions,
    tenants,
)
from valence.storage.tables import metadata


async def test_migrations_make_what_the_tables_say(database: Database) -> None:
    """The migrated schema and the tables in the code do not differ."""
    async with database.read() as connection:
        found = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), metadata)
        )
    assert found == []


MIGRATE = """
import asyncio, sys
from valence.storage import Database, migrate
async def main():
    database = await Database.open(sys.argv[1])
    await migrate(database)
    await database.close()
asyncio.run(main())
"""


async def test_three_migrations_at_once_are_one(database_url: str) -> None:
    """Processes that start together do not trip over each other's migration."""
    starting = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", MIGRATE, database_url)
        for _ in range(3)
    ]
    assert [await process.wait() for process in starting] == [0, 0, 0]
    opened = await Database.open(database_url)
    assert (await check(opened)).is_current
    await opened.close()


async def test_a_failed_transaction_changes_nothing(database: Database) -> None:
    """An exception inside a write rolls everything back."""
    with pytest.raises(RuntimeError):
        async with database.write() as connection:
            await leases.acquire(connection, "k", owner="me", ttl_ms=1000)
            raise RuntimeError
    async with database.read() as connection:
        assert not await leases.is_held(connection, "k")


async def test_a_lease_has_one_holder_and_a_rising_fence(database: Database) -> None:
    """Of many takers one gets it; who comes after an expiry gets a higher number."""

    async def take(owner: str) -> int | None:
        async with database.write() as connection:
            return await leases.acquire(connection, "k", owner=owner, ttl_ms=60_000)

    fences = await asyncio.gather(*(take(str(n)) for n in range(8)))
    assert [fence for fence in fences if fence is not None] == [1]
    async with database.write() as connection:
        await leases.release(connection, "k", fence=7)
        assert await leases.is_held(connection, "k")
        await leases.release(connection, "k", fence=1)
        assert await leases.acquire(connection, "k", owner="x", ttl_ms=1) == 2


async def test_a_code_is_claimed_once(database: Database) -> None:
    """Of concurrent claims of one code one wins; given back it can be claimed again."""

    async def claim() -> bool:
        async with database.write() as connection:
            return await redemptions.begin(connection, b"c" * 32, now=0, expires_ms=100)

    assert sorted(await asyncio.gather(*(claim() for _ in range(5)))) == [False] * 4 + [True]
    async with database.write() as connection:
        await redemptions.give_back(connection, b"c" * 32)
    assert await claim()
    async with database.write() as connection:
        await redemptions.finish(connection, b"c" * 32, instance_id=9, expires_ms=50)
    async with database.read() as connection:
        assert await redemptions.instance_of(connection, b"c" * 32) == 9
    async with database.write() as connection:
        assert await redemptions.begin(connection, b"c" * 32, now=60, expires_ms=100)


async def test_the_database_tells_the_time_in_milliseconds(database: Database) -> None:
    """Its clock is the machine's, to within seconds."""
    import time

    async with database.read() as connection:
        told = (await connection.execute(select(now_ms()))).scalar_one()
    assert abs(told - time.time() * 1000) < 5000


async def test_a_revision_reaches_other_processes(database: Database, tmp_path: Path) -> None:
    """Announced through the shared file at once; through the table where there was no word."""
    mine, theirs = (Revisions(database, tmp_path / "run" / "revisions") for _ in range(2))
    elsewhere = Revisions(database, tmp_path / "other node" / "revisions")
    before, far = theirs.current("instances"), elsewhere.current("instances")
    await elsewhere.look()
    async with database.write() as connection:
        await bump(connection, "instances")
    await elsewhere.look()  # the first sight of the name is not a change
    async with database.write() as connection:
        await bump(connection, "instances")
    mine.announce("instances")
    assert theirs.current("instances") == before + 1
    assert theirs.current("callers") == 0
    await elsewhere.look()
    assert elsewhere.current("instances") > far
    for one in (mine, theirs, elsewhere):
        one.close()


async def tenants_of(database: Database) -> tuple[int, int, int]:
    """Return an organization and two of its accounts."""
    async with database.write() as connection:
        organization_id = await tenants.add_organization(
            connection,
            {
                "uid": "a" * 32,
                "name": "A",
                "secret_sealed": b"",
                "secret_hash": b"a" * 32,
                "created_ms": 1,
            },
        )
        mine = await tenants.add_account(connection, organization_id, name="Mine", now=1)
        other = await tenants.add_account(connection, organization_id, name="Other", now=1)
    return organization_id, mine, other


def element_row(organization_id: int, account_id: int, **more: object) -> dict[str, object]:
    return {
        "id": 100_000,
        "organization_id": organization_id,
        "account_id": account_id,
        "key": "Acme",
        "key_folded": "acme",
        "name": "Acme",
        "is_active": False,
        "origin_id": None,
        "version": 1,
        "document": "{}",
        "created_ms": 1,
        "updated_ms": 1,
        **more,
    }


async def test_a_number_is_given_once(database: Database) -> None:
    """Also to many who ask at once; elements begin where the catalog's ids end."""
    counted: list[int] = []

    async def take(count: int) -> None:
        async with database.write() as connection:
            first = await counters.take(connection, "elements", count=count)
            counted.extend(range(first, first + count))

    await asyncio.gather(*(take(count) for count in (1, 3, 2, 1)))
    assert sorted(counted) == list(range(100_000, 100_007))


async def test_a_key_is_an_accounts_own(database: Database) -> None:
    """The same key again is refused there, taken elsewhere, and free after a deletion."""
    organization_id, mine, other = await tenants_of(database)
    async with database.write() as connection:
        assert await elements.add(connection, element_row(organization_id, mine))
        twice = element_row(organization_id, mine, id=100_001, key="ACME")
        assert not await elements.add(connection, twice)
        assert await elements.add(connection, element_row(organization_id, other, id=100_002))
        await elements.drop(connection, 100_000)
        assert await elements.add(connection, twice)
    async with database.read() as connection:
        found = await elements.by_key(connection, mine, "acme")
        assert found is not None
        assert (found.id, found.key) == (100_001, "ACME")
        assert await elements.keys_like(connection, mine, "ac") == {"acme"}
        assert await elements.keys_like(connection, mine, "ac_") == set()


async def test_a_change_raises_the_version(database: Database) -> None:
    """Of elements and of extensions, whose rows are made when they are first asked for."""
    organization_id, mine, _ = await tenants_of(database)
    async with database.write() as connection:
        await elements.add(connection, element_row(organization_id, mine))
        assert await elements.held(connection, 100_000)
        await elements.change(connection, 100_000, {"name": "New"})
        row = await elements.locked(connection, 100_000)
        assert row is not None
        assert (row.name, row.version) == ("New", 2)
        for version in (0, 1):
            extension = await elements.locked_extension(connection, mine, 7, now=5)
            assert (extension.version, extension.document) == (version, "{}")
            await elements.change_extension(connection, mine, 7, document="{}", now=6)
        assert [row.element_id for row in await elements.extensions(connection, mine)] == [7]
        assert not await elements.held(connection, 1)


async def test_an_element_is_shared_and_taken_back(database: Database) -> None:
    """Sharing twice is sharing once; a deleted element is shared with nobody."""
    organization_id, mine, other = await tenants_of(database)
    async with database.write() as connection:
        await elements.add(connection, element_row(organization_id, mine))
        for _ in range(2):
            await elements.share(connection, 100_000, other)
        assert [row.id for row in await elements.of(connection, other)] == [100_000]
        assert await elements.shared_by_key(connection, other, "acme") is not None
        assert await elements.shares(connection, [100_000]) == {100_000: [other]}
        assert await elements.unshare(connection, 100_000, other)
        assert not await elements.unshare(connection, 100_000, other)
        await elements.share(connection, 100_000, other)
        await elements.drop(connection, 100_000)
        assert await elements.shares(connection, [100_000]) == {}
