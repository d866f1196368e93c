"""Rows of remembered calls: appended many at a time, read newest first, pruned from the old end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Row, case, delete, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.tables import calls

_SIZES = (100, 10, 1)  # rows of 20 columns; SQLite takes 32,766 values in a statement


@dataclass(frozen=True, slots=True)
class CallQuery:
    """What a search asks for; all criteria hold at once.

    `failed` None asks for both kinds. `before_id` continues an earlier page.
    """

    account_id: int
    user_id: int | None = None
    instance_id: int | None = None
    element_keys: tuple[str, ...] = ()
    failed: bool | None = None
    status: int | None = None
    text: str | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    before_id: int | None = None
    limit: int = 50


CallRow = Row[Any]


async def add(connection: AsyncConnection, rows: Sequence[Mapping[str, object]]) -> None:
    """Append calls; every row has the same columns."""
    if connection.dialect.name != "sqlite":
        await connection.execute(insert(calls), [dict(row) for row in rows])
        return
    # The driver's thread gives the interpreter lock away at each step of a statement and then
    # waits for it beside a busy event loop. Row by row that doubled what a remembered call costs;
    # a hundred rows to a statement make it one step. Three sizes, because the driver keeps every
    # statement that it has seen, prepared.
    start = 0
    for size in _SIZES:
        while len(rows) - start >= size:
            some = rows[start : start + size]
            values = tuple(chain.from_iterable([row.values() for row in some]))
            await connection.exec_driver_sql(_insertion(tuple(some[0]), size), values)
            start += size


@lru_cache(maxsize=len(_SIZES))
def _insertion(columns: tuple[str, ...], count: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    rows = ", ".join([row] * count)
    return f"INSERT INTO calls ({', '.join(columns)}) VALUES {rows}"  # noqa: S608 - our own names


async def search(connection: AsyncConnection, query: CallQuery) -> list[CallRow]:
    """Return matching calls, newest first."""
    # The sum keeps SQLite from taking the index by time: it would sort all calls since then where
    # the newest few are found at the end of those by id.
    statement = select(calls).where(*_conditions(query, calls.c.at_ms + 0))
    if query.before_id is not None:
        statement = statement.where(calls.c.id < query.before_id)
    statement = statement.order_by(calls.c.id.desc()).limit(query.limit)
    return list((await connection.execute(statement)).all())


async def by_request(
    connection: AsyncConnection, account_id: int, request_id: str
) -> CallRow | None:
    """Return an account's call of that request id."""
    statement = select(calls).where(
        calls.c.request_id == request_id, calls.c.account_id == account_id
    )
    found: CallRow | None = (await connection.execute(statement)).first()
    return found


async def counts(
    connection: AsyncConnection, query: CallQuery, *, bucket_ms: int
) -> list[tuple[int, int, int]]:
    """Return (start of the bucket in ms, calls answered, calls failed), oldest first."""
    bucket = (calls.c.at_ms - calls.c.at_ms % bucket_ms).label("bucket")
    failed = func.sum(case((calls.c.status >= 400, 1), else_=0))
    statement = (
        select(bucket, func.count(), failed)
        .where(*_conditions(query, calls.c.at_ms))
        .group_by(bucket)
        .order_by(bucket)
    )
    rows = (await connection.execute(statement)).all()
    return [(int(start), int(made) - int(bad), int(bad)) for start, made, bad in rows]


async def prune(connection: AsyncConnection, *, before_ms: int, most: int) -> int:
    """Forget what is older, and the oldest beyond `most`; return how many went."""
    old = delete(calls).where(calls.c.at_ms < before_ms).returning(calls.c.id)
    gone = len((await connection.execute(old)).all())
    kept = select(calls.c.id).order_by(calls.c.id.desc()).offset(most).limit(1)
    last = (await connection.execute(kept)).scalar_one_or_none()
    if last is not None:
        beyond = delete(calls).where(calls.c.id <= last).returning(calls.c.id)
        gone += len((await connection.execute(beyond)).all())
    return gone


def _conditions(query: CallQuery, at_ms: ColumnElement[int]) -> list[Any]:
    found: list[Any] = [calls.c.account_id == query.account_id]
    if query.user_id is not None:
        found.append(calls.c.user_id == query.user_id)
    if query.instance_id is not None:
        found.append(calls.c.instance_id == query.instance_id)
    if query.element_keys:
        found.append(calls.c.element_key.in_(query.element_keys))
    if query.failed is not None:
        found.append(calls.c.status >= 400 if query.failed else calls.c.status < 400)
    if query.status is not None:
        found.append(calls.c.status == query.status)
    if query.text:
        found.append(
            or_(
                calls.c.path.contains(query.text, autoescape=True),
                calls.c.request_id == query.text,
            )
        )
    if query.since_ms is not None:
        found.append(at_ms >= query.since_ms)
    if query.until_ms is not None:
        found.append(at_ms < query.until_ms)
    return found
