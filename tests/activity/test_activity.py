"""The log of calls, on both databases."""

import pytest

from tests.conftest import FixedClock
from valence.activity import CallLog, CallReader, CallSearch
from valence.activity.reader import HOUR_MS
from valence.domain import Call, NotFound, Principal, Role
from valence.settings import Settings
from valence.storage import Database
from valence.vault import Vault

ADMIN = Principal(user_id=7, account_id=3, organization_id=2, role=Role.ACCOUNT_ADMIN)
USER = Principal(user_id=8, account_id=3, organization_id=2, role=Role.USER)
STRANGER = Principal(user_id=9, account_id=4, organization_id=2, role=Role.ACCOUNT_ADMIN)


def call(number: int, at_ms: int, **changes: object) -> Call:
    values: dict[str, object] = {
        "request_id": f"{number:024x}",
        "at_ms": at_ms,
        "duration_us": 1500,
        "organization_id": 2,
        "account_id": 3,
        "user_id": 7,
        "instance_id": 11,
        "element_id": 11748,
        "element_key": "infusionsoftrest",
        "method": "GET",
        "path": "/hubs/crm/contacts",
        "status": 200,
        "stages": (("match", 10), ("send", 1400)),
        **changes,
    }
    return Call(**values)  # type: ignore[arg-type]


class Room:
    """Log and reader over one database."""

    def __init__(self, database: Database, vault: Vault, clock: FixedClock) -> None:
        self.clock = clock
        self.database = database
        self.vault = vault
        self.log = self.keeping("all")
        self.reader = CallReader(database, vault, clock=clock)

    def keeping(self, keeps: str, *, most: int = 1000) -> CallLog:
        return CallLog(self.database, self.vault, clock=self.clock, keeps=keeps, days=7, most=most)

    async def store(self, *calls: Call) -> None:
        for one in calls:
            self.log.note(one)
        await self.log.flush()

    async def found(self, principal: Principal = ADMIN, **wish: object) -> list[int]:
        calls, _ = await self.reader.search(principal, CallSearch(**wish))  # type: ignore[arg-type]
        return [int(one.request_id, 16) for one in calls]


@pytest.fixture
async def room(database: Database, settings: Settings, clock: FixedClock) -> Room:
    return Room(database, await Vault.open(settings, database, clock=clock), clock)


async def test_what_is_noted_is_found(room: Room) -> None:
    """Newest first, each fact as it was, and by its request id."""
    now = room.clock.now_ms()
    failed = call(2, now, status=404, code="vendor-refused", message="Gone.", whose="caller")
    await room.store(call(1, now), failed)
    calls, following = await room.reader.search(ADMIN, CallSearch())
    assert calls == [failed, call(1, now)]
    assert following is None
    assert await room.reader.one(ADMIN, failed.request_id) == failed


async def test_many_at_once_are_stored_whole_and_in_order(room: Room) -> None:
    """However many came between two flushes: each once, the latest first."""
    now = room.clock.now_ms()
    noted = [call(number, now, code=f"c{number}") for number in range(1, 124)]
    await room.store(*noted)
    calls, _ = await room.reader.search(ADMIN, CallSearch(limit=200))
    assert calls == noted[::-1]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"failed": True}, [3]),
        ({"failed": False}, [4, 2, 1]),
        ({"status": 500}, [3]),
        ({"instance_id": 12}, [2]),
        ({"element_keys": ("sfdc",)}, [4]),
        ({"text": "tags"}, [1]),
        ({"text": f"{3:024x}"}, [3]),
        ({"text": "%"}, []),
        ({"since_ms": 1_700_000_000_050}, [4]),
        ({"until_ms": 1_700_000_000_001}, [3, 2, 1]),
    ],
)
async def test_calls_are_filtered(wish: dict[str, object], expected: list[int], room: Room) -> None:
    """By outcome, status, instance, element, text and time."""
    now = room.clock.now_ms()
    await room.store(
        call(1, now, path="/tags"),
        call(2, now, instance_id=12),
        call(3, now, status=500),
        call(4, now + 60, element_key="sfdc"),
    )
    assert await room.found(**wish) == expected


async def test_pages_lead_to_the_end(room: Room) -> None:
    """Without gap or repetition."""
    await room.store(*(call(number, 5) for number in range(5)))
    seen: list[int] = []
    before = None
    for _ in range(3):
        calls, before = await room.reader.search(ADMIN, CallSearch(limit=2, before=before))
        seen += [int(one.request_id, 16) for one in calls]
    assert seen == [4, 3, 2, 1, 0]
    assert before is None


async def test_each_sees_what_is_his(room: Room) -> None:
    """An administrator the account's, a user his own, another account nothing."""
    await room.store(call(1, 5), call(2, 5, user_id=8))
    assert await room.found(ADMIN) == [2, 1]
    assert await room.found(USER) == [2]
    assert await room.found(STRANGER) == []
    for principal in (USER, STRANGER):
        with pytest.raises(NotFound):
            await room.reader.one(principal, call(1, 5).request_id)


async def test_a_trace_is_sealed_and_for_administrators(room: Room) -> None:
    """Nothing of it stands in the database in clear."""
    trace = ({"method": "GET", "url": "https://vendor.example/kelly"},)
    await room.store(call(1, 5, user_id=8, trace=trace))
    request_id = call(1, 5).request_id
    seen = await room.reader.one(ADMIN, request_id)
    assert (seen.is_traced, seen.trace) == (True, trace)
    his = await room.reader.one(USER, request_id)
    assert (his.is_traced, his.trace) == (True, ())
    async with room.database.read() as connection:
        row = (await connection.exec_driver_sql("SELECT trace_sealed FROM calls")).one()
    assert b"kelly" not in row[0]


@pytest.mark.parametrize(("keeps", "expected"), [("all", [2, 1]), ("errors", [2]), ("off", [])])
async def test_the_operator_chooses_what_is_kept(
    keeps: str, expected: list[int], room: Room
) -> None:
    """Everything, errors, or nothing."""
    room.log = room.keeping(keeps)
    await room.store(call(1, 5), call(2, 5, status=502))
    assert await room.found() == expected


async def test_the_old_and_the_many_are_forgotten(room: Room) -> None:
    """What is older than the days, and the oldest beyond the number."""
    now = room.clock.now_ms()
    day_ms = 24 * HOUR_MS
    await room.store(call(1, now - 8 * day_ms), *(call(number, now) for number in range(2, 7)))
    assert await room.keeping("all", most=3).prune() == 3
    assert await room.found() == [6, 5, 4]
    assert await room.keeping("all", most=3).prune() == 0


async def test_a_day_has_twenty_four_hours(room: Room) -> None:
    """Hours without calls are there too; what is older is not."""
    now = room.clock.now_ms()
    await room.store(
        call(1, now), call(2, now, status=500), call(3, now - HOUR_MS), call(4, now - 30 * HOUR_MS)
    )
    hours = await room.reader.last_day(ADMIN)
    assert len(hours) == 24
    assert [(hour.answered, hour.failed) for hour in hours[-2:]] == [(1, 0), (1, 1)]
    assert sum(hour.answered + hour.failed for hour in hours) == 3
