"""Reading the log: an account's calls, newest first, each with its trace where there is one."""

import json
from dataclasses import dataclass
from typing import Any

from valence.activity.seals import open_trace
from valence.domain import Call, Clock, NotFound, Principal
from valence.storage import CallQuery, CallRow, Database, calls
from valence.vault import Vault

HOUR_MS = 3_600_000
LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class CallSearch:
    """A wish for calls; None means any. `before` is the position an earlier page ended at."""

    instance_id: int | None = None
    element_keys: tuple[str, ...] = ()
    failed: bool | None = None
    status: int | None = None
    text: str | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class HourCount:
    """The calls of one hour, which begins at `start_ms`."""

    start_ms: int
    answered: int
    failed: int


class CallReader:
    """Finds remembered calls. Who is no administrator finds his own only, without traces."""

    def __init__(self, database: Database, vault: Vault, *, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def search(self, principal: Principal, wish: CallSearch) -> tuple[list[Call], int | None]:
        """Return a page of calls, newest first, and the position at which the next one begins."""
        limit = min(wish.limit, LARGEST_PAGE)
        query = self._query(principal, wish, limit=limit + 1)
        async with self._database.read() as connection:
            rows = await calls.search(connection, query)
        following = rows[limit - 1].id if len(rows) > limit else None
        return [_call(row) for row in rows[:limit]], following

    async def one(self, principal: Principal, request_id: str) -> Call:
        """Return the call of a request id, with its trace. Raises NotFound."""
        async with self._database.read() as connection:
            row = await calls.by_request(connection, principal.account_id, request_id)
        if row is None or not (principal.is_administrator or row.user_id == principal.user_id):
            raise NotFound(f"No usage found with ID {request_id[:40]!r}.")
        if row.trace_sealed is None or not principal.is_administrator:
            return _call(row)
        return _call(
            row,
            trace=await open_trace(
                self._vault,
                row.trace_sealed,
                organization_id=row.organization_id,
                request_id=row.request_id,
            ),
        )

    async def last_day(
        self, principal: Principal, *, instance_id: int | None = None
    ) -> list[HourCount]:
        """Return the last 24 hours, oldest first, hours without calls included."""
        last = self._clock.now_ms() // HOUR_MS * HOUR_MS
        first = last - 23 * HOUR_MS
        wish = CallSearch(instance_id=instance_id, since_ms=first)
        async with self._database.read() as connection:
            found = await calls.counts(
                connection, self._query(principal, wish, limit=0), bucket_ms=HOUR_MS
            )
        known = {start: (answered, failed) for start, answered, failed in found}
        return [
            HourCount(start, *known.get(start, (0, 0)))
            for start in range(first, last + HOUR_MS, HOUR_MS)
        ]

    def _query(self, principal: Principal, wish: CallSearch, *, limit: int) -> CallQuery:
        return CallQuery(
            account_id=principal.account_id,
            user_id=None if principal.is_administrator else principal.user_id,
            instance_id=wish.instance_id,
            element_keys=wish.element_keys,
            failed=wish.failed,
            status=wish.status,
            text=wish.text,
            since_ms=wish.since_ms,
            until_ms=wish.until_ms,
            before_id=wish.before,
            limit=limit,
        )


def _call(row: CallRow, *, trace: tuple[dict[str, Any], ...] = ()) -> Call:
    return Call(
        request_id=row.request_id,
        at_ms=row.at_ms,
        duration_us=row.duration_us,
        organization_id=row.organization_id,
        account_id=row.account_id,
        user_id=row.user_id,
        instance_id=row.instance_id,
        element_id=row.element_id,
        element_key=row.element_key,
        method=row.method,
        path=row.path,
        query=row.query,
        status=row.status,
        code=row.code,
        message=row.message,
        whose=row.whose,
        stages=tuple((name, us) for name, us in json.loads(row.stages)),
        exchanges=row.exchanges,
        address=row.address,
        is_traced=row.trace_sealed is not None,
        trace=trace,
    )
