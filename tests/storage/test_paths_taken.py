"""Which indexes SQLite takes for what reads many calls; without them it would still be right."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import event

from valence.storage import CallQuery, Database, HealthQuery, calls, instance_health

Act = Callable[[Any], Awaitable[Any]]


async def taken(database: Database, act: Act) -> str:
    """Return how the statement of an act is carried out, step by step."""
    seen: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            seen.append((statement, parameters))

    async with database.read() as connection:
        event.listen(database.engine.sync_engine, "before_cursor_execute", note)
        try:
            await act(connection)
        finally:
            event.remove(database.engine.sync_engine, "before_cursor_execute", note)
        ((statement, parameters),) = seen
        rows = await connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)
        return "\n".join(row[3] for row in rows)


@pytest.mark.parametrize("user_id", [None, 7])
async def test_health_counts_from_the_index_by_time(
    sqlite_database: Database, user_id: int | None
) -> None:
    """And reads calls of the page's instances alone."""
    query = HealthQuery(account_id=3, since_ms=1, user_id=user_id)
    steps = await taken(sqlite_database, lambda c: instance_health.health(c, query))
    assert "calls USING COVERING INDEX ix_calls_time (account_id=? AND at_ms>?)" in steps
    assert "calls USING INDEX ix_calls_instance (instance_id=?)" in steps
    assert "ix_calls_account" not in steps
    assert "SCAN calls" not in steps


async def test_a_curve_is_counted_from_the_index_by_time(sqlite_database: Database) -> None:
    """No call is read."""
    query = CallQuery(account_id=3, since_ms=1)
    steps = await taken(sqlite_database, lambda c: calls.counts(c, query, bucket_ms=1000))
    assert "calls USING COVERING INDEX ix_calls_time (account_id=? AND at_ms>?)" in steps


@pytest.mark.parametrize(
    ("wish", "index"),
    [
        ({}, "ix_calls_account (account_id=?)"),
        ({"failed": True}, "ix_calls_account (account_id=?)"),
        ({"user_id": 7, "until_ms": 9}, "ix_calls_account (account_id=?)"),
        ({"instance_id": 11}, "ix_calls_instance (instance_id=?)"),
    ],
)
async def test_the_newest_calls_are_not_sorted(
    sqlite_database: Database, wish: dict[str, Any], index: str
) -> None:
    """They are the last by id, also of those since a time."""
    query = CallQuery(account_id=3, since_ms=1, **wish)
    steps = await taken(sqlite_database, lambda c: calls.search(c, query))
    assert steps == f"SEARCH calls USING INDEX {index}"
