"""How instances fare, on both databases."""

from collections.abc import Sequence

import pytest
from sqlalchemy import event, insert

from tests.activity.test_activity import ADMIN, STRANGER, USER, Room, call
from tests.conftest import FixedClock
from valence.activity import HealthReader, HealthSearch
from valence.activity.health import DAY_MS
from valence.domain import Principal
from valence.settings import Settings
from valence.storage import Database, tables
from valence.vault import Vault

MANY = 10_000


def row(number: int, *, name: str, user_id: int = 7, **changes: object) -> dict[str, object]:
    return {
        "id": number,
        "uid": f"{number:032x}",
        "organization_id": 2,
        "account_id": 3,
        "user_id": user_id,
        "element_key": "infusionsoftrest",
        "element_id": 11748,
        "name": name,
        "name_folded": name.casefold(),
        "token_sealed": b"",
        "token_hash": number.to_bytes(32, "big"),
        "external_authentication": "none",
        "is_disabled": False,
        "events_enabled": False,
        "created_ms": 1,
        "updated_ms": 1,
        **changes,
    }


class Ward:
    """Instances with a log, and who looks at them."""

    def __init__(self, database: Database, room: Room) -> None:
        self.database = database
        self.room = room
        self.reader = HealthReader(database, clock=room.clock)

    async def admit(self, rows: Sequence[dict[str, object]]) -> None:
        async with self.database.write() as connection:
            await connection.execute(insert(tables.instances), list(rows))

    async def needs_owner(self, number: int, reason: str) -> None:
        values = {
            "instance_id": number,
            "version": 1,
            "fence": 1,
            "state": "needs-owner",
            "reason": reason,
            "sealed": b"",
            "issued_ms": 1,
        }
        async with self.database.write() as connection:
            await connection.execute(insert(tables.credentials), [values])

    async def names(self, principal: Principal = ADMIN, **wish: object) -> list[str]:
        page = await self.reader.search(principal, HealthSearch(**wish))  # type: ignore[arg-type]
        return [one.name for one in page.instances]


@pytest.fixture
async def ward(database: Database, settings: Settings, clock: FixedClock) -> Ward:
    """An account with two users."""
    key = {"secret_sealed": b"", "created_ms": 1}
    user = {
        "organization_id": 2,
        "first_name": "",
        "last_name": "",
        "role": "admin",
        "password_hash": "",
        **key,
    }
    async with database.write() as connection:
        await connection.execute(
            insert(tables.organizations),
            [{"id": 2, "uid": "o", "name": "O", "secret_hash": b"o" * 32, **key}],
        )
        await connection.execute(
            insert(tables.accounts),
            [
                {"id": one, "organization_id": 2, "name": "A", "is_default": False, "created_ms": 1}
                for one in (3, 4)
            ],
        )
        await connection.execute(
            insert(tables.users),
            [
                {
                    **user,
                    "id": number,
                    "uid": str(number),
                    "account_id": account,
                    "email": f"{number}@x",
                    "email_folded": f"{number}@x",
                    "secret_hash": bytes([number]) * 32,
                }
                for number, account in ((7, 3), (8, 3), (9, 4))
            ],
        )
    vault = await Vault.open(settings, database, clock=clock)
    return Ward(database, Room(database, vault, clock))


async def test_an_instance_is_told_by_its_last_day(ward: Ward) -> None:
    """Counts, times by the nearest rank, the last call, the last failure; older calls do not
    count, but the last call is told whenever it was."""
    now = ward.room.clock.now_ms()
    await ward.admit([row(1, name="Busy"), row(2, name="Old"), row(3, name="Never")])
    calls = [
        call(number, now - 1000 + number, instance_id=1, duration_us=number * 1000)
        for number in range(1, 21)
    ]
    calls[4] = call(5, now - 995, instance_id=1, duration_us=5000, status=502, message="Away.")
    await ward.room.store(
        call(99, now - DAY_MS - 1, instance_id=2, status=500, message="Before."),
        call(100, now - DAY_MS - 1, instance_id=1, status=500),
        *calls,
    )
    page = await ward.reader.search(ADMIN, HealthSearch(order="name"))
    busy, never, old = page.instances
    assert (busy.made, busy.failed, busy.p50_us, busy.p95_us) == (20, 1, 10_000, 19_000)
    assert busy.last is not None
    assert busy.last.request_id == f"{20:024x}"
    assert busy.failure is not None
    assert (busy.failure.status, busy.failure.message) == (502, "Away.")
    assert (old.made, old.failed, old.p50_us, old.failure) == (0, 0, None, None)
    assert old.last is not None
    assert old.last.status == 500
    assert (never.made, never.last, never.failure) == (0, None, None)
    assert page.total == 3


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({}, ["Failing", "Ownerless", "Busy", "Disabled", "Quiet"]),
        ({"order": "calls"}, ["Busy", "Failing", "Disabled", "Quiet", "Ownerless"]),
        ({"order": "name"}, ["Busy", "Disabled", "Failing", "Ownerless", "Quiet"]),
        ({"order": "nonsense", "limit": 1}, ["Failing"]),
        ({"is_unhealthy_only": True}, ["Failing", "Ownerless"]),
        ({"text": "BUS"}, ["Busy"]),
        ({"text": "%"}, []),
        ({"page": 2, "limit": 2}, ["Busy", "Disabled"]),
        ({"page": 4, "limit": 2}, []),
        ({"page": -1, "limit": 2}, ["Failing", "Ownerless"]),
    ],
)
async def test_what_is_asked_for_is_found_in_order(
    wish: dict[str, object], expected: list[str], ward: Ward
) -> None:
    """Most failures first; who needs his owner before who is merely quiet."""
    now = ward.room.clock.now_ms()
    await ward.admit(
        [
            row(1, name="Busy"),
            row(2, name="Disabled", is_disabled=True),
            row(3, name="Failing"),
            row(4, name="Quiet"),
            row(5, name="Ownerless"),
        ]
    )
    await ward.needs_owner(5, "The owner withdrew it.")
    await ward.room.store(
        *[call(number, now, instance_id=1) for number in range(1, 6)],
        call(6, now, instance_id=3, status=500),
    )
    assert await ward.names(**wish) == expected


async def test_states_are_told_with_their_reason(ward: Ward) -> None:
    """Disabled and in need of the owner at once, too."""
    await ward.admit([row(1, name="Both", is_disabled=True)])
    await ward.needs_owner(1, "The owner withdrew it.")
    (one,) = (await ward.reader.search(ADMIN, HealthSearch())).instances
    assert (one.is_disabled, one.needs_owner) == (True, True)
    assert one.needs_owner_reason == "The owner withdrew it."


async def test_everybody_sees_what_he_may(ward: Ward) -> None:
    """A user his own instances by his own calls, an administrator the account's, a stranger none."""
    now = ward.room.clock.now_ms()
    await ward.admit([row(1, name="Admin's"), row(2, name="User's", user_id=8)])
    await ward.room.store(
        call(1, now, instance_id=2, user_id=8),
        call(2, now + 1, instance_id=2, user_id=7, status=500, message="Not for the user."),
    )
    assert await ward.names(order="name") == ["Admin's", "User's"]
    assert await ward.names(STRANGER) == []
    (one,) = (await ward.reader.search(USER, HealthSearch())).instances
    assert (one.made, one.failed, one.failure) == (1, 0, None)
    assert one.last is not None
    assert one.last.status == 200


async def test_ten_thousand_instances_are_one_statement(ward: Ward) -> None:
    """Whatever the page shows; and the page is one page."""
    now = ward.room.clock.now_ms()
    await ward.admit([row(number, name=f"I {number}") for number in range(1, MANY + 1)])
    await ward.room.store(
        *[
            call(number, now, instance_id=number, status=500 if number % 100 == 0 else 200)
            for number in range(1, 1001)
        ]
    )
    seen: list[str] = []

    def note(*given: object) -> None:
        statement = str(given[2])
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    engine = ward.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        page = await ward.reader.search(ADMIN, HealthSearch())
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(seen) == 1
    assert page.total == MANY
    assert [one.id for one in page.instances[:11]] == [*range(100, 1001, 100), 1]
    assert len(page.instances) == 50
