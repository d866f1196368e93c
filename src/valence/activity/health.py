"""Is every instance well? Its state, and what the log says of its last day."""

from dataclasses import dataclass

from valence.domain import Clock, Principal
from valence.storage import Database, HealthQuery, HealthRow, instance_health

DAY_MS = 86_400_000
LARGEST_PAGE = 200
ORDERS = ("failures", "calls", "name")


@dataclass(frozen=True, slots=True)
class HealthSearch:
    """A wish for instances; `order` is one of `ORDERS`, `page` counts from 1."""

    text: str | None = None
    is_unhealthy_only: bool = False
    order: str = "failures"
    page: int = 1
    limit: int = 50


@dataclass(frozen=True, slots=True)
class LoggedAnswer:
    """A call that the log holds: when, how it ended, and where it is shown."""

    at_ms: int
    status: int
    request_id: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class InstanceHealth:
    """One instance: `made` and `failed` count the calls of the last day, the times are theirs.

    `last` is the last call that the log still holds, `failure` the last failed one of the day.
    """

    id: int
    name: str
    element_id: int
    element_key: str
    is_disabled: bool
    needs_owner: bool
    needs_owner_reason: str
    made: int
    failed: int
    p50_us: int | None
    p95_us: int | None
    last: LoggedAnswer | None
    failure: LoggedAnswer | None


@dataclass(frozen=True, slots=True)
class HealthPage:
    """A page of instances, and how many there are on all pages.

    `total` is 0 on a page beyond the last: nothing was found there to count by.
    """

    instances: tuple[InstanceHealth, ...]
    total: int


class HealthReader:
    """Finds how instances fare. Who is no administrator sees his own, by his own calls."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def search(self, principal: Principal, wish: HealthSearch) -> HealthPage:
        """Return a page of instances; one statement, however many there are."""
        limit = min(wish.limit, LARGEST_PAGE)
        query = HealthQuery(
            account_id=principal.account_id,
            since_ms=self._clock.now_ms() - DAY_MS,
            user_id=None if principal.is_administrator else principal.user_id,
            text=wish.text,
            is_unhealthy_only=wish.is_unhealthy_only,
            order=wish.order if wish.order in ORDERS else ORDERS[0],
            offset=(max(wish.page, 1) - 1) * limit,
            limit=limit,
        )
        async with self._database.read() as connection:
            rows = await instance_health.health(connection, query)
        total = int(rows[0].total) if rows else 0
        return HealthPage(tuple(_instance(row) for row in rows), total)


def _instance(row: HealthRow) -> InstanceHealth:
    last = failure = None
    if row.last_at_ms is not None:
        last = LoggedAnswer(row.last_at_ms, row.last_status, row.last_request_id)
    if row.failure_at_ms is not None:
        failure = LoggedAnswer(
            row.failure_at_ms,
            row.failure_status,
            row.failure_request_id,
            row.failure_message or "",
        )
    return InstanceHealth(
        id=row.id,
        name=row.name,
        element_id=row.element_id,
        element_key=row.element_key,
        is_disabled=bool(row.is_disabled),
        needs_owner=bool(row.needs_owner),
        needs_owner_reason=row.reason or "",
        made=int(row.made),
        failed=int(row.failed),
        p50_us=row.p50_us,
        p95_us=row.p95_us,
        last=last,
        failure=failure,
    )
