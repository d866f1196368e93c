"""How each instance fares: its state with what the log of calls says of it, in one statement."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.tables import calls, credentials, instances

HealthRow = Row[Any]


@dataclass(frozen=True, slots=True)
class HealthQuery:
    """Whose instances, since when calls count, in which order (`failures`, `calls` or `name`).

    `user_id` None: those of everybody in the account, and everybody's calls.
    """

    account_id: int
    since_ms: int
    user_id: int | None = None
    text: str | None = None
    is_unhealthy_only: bool = False
    order: str = "failures"
    offset: int = 0
    limit: int = 50


async def health(connection: AsyncConnection, query: HealthQuery) -> list[HealthRow]:
    """Return a page of instances with counts, times, and the last call and failure of each.

    `total` on every row is how many instances match. What decides the order is found for all of
    them and carried through the sorting; everything else is looked up for the page alone."""
    day = _day(query)
    page = _page(query, day).cte("page")
    times = _times(query, page)
    last, failure = calls.alias("last"), calls.alias("failure")
    latest = select(func.max(calls.c.id)).where(calls.c.instance_id == page.c.id)
    if query.user_id is not None:
        latest = latest.where(calls.c.user_id == query.user_id)
    statement: Any = (
        select(
            page,
            instances.c.name,
            instances.c.element_id,
            instances.c.element_key,
            instances.c.is_disabled,
            credentials.c.reason,
            times.c.p50_us,
            times.c.p95_us,
            last.c.at_ms.label("last_at_ms"),
            last.c.status.label("last_status"),
            last.c.request_id.label("last_request_id"),
            failure.c.at_ms.label("failure_at_ms"),
            failure.c.status.label("failure_status"),
            failure.c.message.label("failure_message"),
            failure.c.request_id.label("failure_request_id"),
        )
        .select_from(
            page.join(instances, instances.c.id == page.c.id)
            .outerjoin(credentials, credentials.c.instance_id == page.c.id)
            .outerjoin(times, times.c.instance_id == page.c.id)
            .outerjoin(last, last.c.id == latest.correlate(page).scalar_subquery())
            .outerjoin(failure, failure.c.id == page.c.failure_id)
        )
        .order_by(*_order(query, page.c))
    )
    return list((await connection.execute(statement)).all())


def _day(query: HealthQuery) -> Any:
    """The calls that count, by instance."""
    is_failed = calls.c.status >= 400
    return (
        select(
            calls.c.instance_id,
            func.count().label("made"),
            func.sum(case((is_failed, 1), else_=0)).label("failed"),
            func.max(case((is_failed, calls.c.id))).label("failure_id"),
        )
        .where(calls.c.account_id == query.account_id, *_recent(query))
        .group_by(calls.c.instance_id)
        .cte("day")
    )


def _page(query: HealthQuery, day: Any) -> Any:
    needs_owner = func.coalesce(credentials.c.state, "none") == "needs-owner"
    failed = func.coalesce(day.c.failed, 0)
    columns = {
        "id": instances.c.id,
        "name_folded": instances.c.name_folded,
        "needs_owner": needs_owner,
        "made": func.coalesce(day.c.made, 0),
        "failed": failed,
        "failure_id": day.c.failure_id,
        "total": func.count().over(),
    }
    statement = (
        select(*(column.label(name) for name, column in columns.items()))
        .select_from(
            instances.outerjoin(credentials, credentials.c.instance_id == instances.c.id).outerjoin(
                day, day.c.instance_id == instances.c.id
            )
        )
        .where(instances.c.account_id == query.account_id)
    )
    if query.user_id is not None:
        statement = statement.where(instances.c.user_id == query.user_id)
    if query.text:
        folded = query.text.casefold()
        statement = statement.where(
            or_(
                instances.c.name_folded.contains(folded, autoescape=True),
                instances.c.element_key.contains(folded, autoescape=True),
            )
        )
    if query.is_unhealthy_only:
        statement = statement.where(or_(needs_owner, failed > 0))
    order = _order(query, {**columns, "needs_owner": needs_owner})
    return statement.order_by(*order).limit(query.limit).offset(query.offset)


def _times(query: HealthQuery, page: Any) -> Any:
    """The times within which half and 95 in 100 of an instance's answers came."""
    own = calls.c.instance_id
    place = func.row_number().over(partition_by=own, order_by=calls.c.duration_us)
    count = func.count().over(partition_by=own)
    ranked = (
        select(own, calls.c.duration_us, place.label("place"), count.label("count"))
        # All of one account; asked for that too, SQLite would read each of the account's calls.
        .where(*_recent(query), own.in_(select(page.c.id)))
        .cte("ranked")
    )

    def within(percent: int) -> ColumnElement[Any]:
        # The nearest rank, in whole numbers: both databases count alike.
        is_reached = ranked.c.place * literal(100) >= ranked.c.count * literal(percent)
        return func.min(case((is_reached, ranked.c.duration_us)))

    return (
        select(ranked.c.instance_id, within(50).label("p50_us"), within(95).label("p95_us"))
        .group_by(ranked.c.instance_id)
        .cte("times")
    )


def _recent(query: HealthQuery) -> list[ColumnElement[bool]]:
    found = [calls.c.at_ms >= query.since_ms]
    if query.user_id is not None:
        found.append(calls.c.user_id == query.user_id)
    return found


def _order(query: HealthQuery, columns: Any) -> list[Any]:
    """Who needs his owner stands before who failed as often: he fails without being called."""
    first: dict[str, list[Any]] = {
        "failures": [columns["failed"].desc(), case((columns["needs_owner"], 0), else_=1)],
        "calls": [columns["made"].desc()],
        "name": [columns["name_folded"]],
    }
    return [*first[query.order], columns["id"]]
