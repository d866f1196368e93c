"""Bearer tokens, console sessions and login attempts, all by keyed hash."""

from typing import Any

from sqlalchemy import Row, and_, case, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.storage.tables import bearer_tokens, console_sessions, login_attempts
from valence.storage.upsert import insert_into


async def add_bearer(
    connection: AsyncConnection, token_hash: bytes, *, user_id: int, now: int, expires_ms: int
) -> None:
    """Store a bearer token and forget the expired ones."""
    await connection.execute(delete(bearer_tokens).where(bearer_tokens.c.expires_ms <= now))
    await connection.execute(
        insert(bearer_tokens).values(
            token_hash=token_hash, user_id=user_id, created_ms=now, expires_ms=expires_ms
        )
    )


async def bearer(connection: AsyncConnection, token_hash: bytes, *, now: int) -> Row[Any] | None:
    """Return the row of a live bearer token."""
    statement = select(bearer_tokens).where(
        bearer_tokens.c.token_hash == token_hash, bearer_tokens.c.expires_ms > now
    )
    return (await connection.execute(statement)).first()


async def drop_bearer(connection: AsyncConnection, token_hash: bytes) -> None:
    """End one bearer token."""
    await connection.execute(delete(bearer_tokens).where(bearer_tokens.c.token_hash == token_hash))


async def drop_bearers_of(
    connection: AsyncConnection, user_id: int, *, keep: bytes | None = None
) -> None:
    """End the user's bearer tokens, all but one."""
    condition = bearer_tokens.c.user_id == user_id
    if keep is not None:
        condition = and_(condition, bearer_tokens.c.token_hash != keep)
    await connection.execute(delete(bearer_tokens).where(condition))


async def add_session(
    connection: AsyncConnection,
    session_hash: bytes,
    *,
    user_id: int,
    csrf_token: str,
    now: int,
    expires_ms: int,
) -> None:
    """Store a console session and forget the expired ones."""
    await connection.execute(delete(console_sessions).where(console_sessions.c.expires_ms <= now))
    await connection.execute(
        insert(console_sessions).values(
            session_hash=session_hash,
            user_id=user_id,
            csrf_token=csrf_token,
            created_ms=now,
            expires_ms=expires_ms,
        )
    )


async def session(connection: AsyncConnection, session_hash: bytes, *, now: int) -> Row[Any] | None:
    """Return the row of a live console session."""
    statement = select(console_sessions).where(
        console_sessions.c.session_hash == session_hash, console_sessions.c.expires_ms > now
    )
    return (await connection.execute(statement)).first()


async def drop_session(connection: AsyncConnection, session_hash: bytes) -> None:
    """End one console session."""
    await connection.execute(
        delete(console_sessions).where(console_sessions.c.session_hash == session_hash)
    )


async def drop_sessions_of(connection: AsyncConnection, user_id: int) -> None:
    """End all console sessions of a user."""
    await connection.execute(delete(console_sessions).where(console_sessions.c.user_id == user_id))


async def attempts(connection: AsyncConnection, subject: bytes, *, now: int) -> tuple[int, int]:
    """Return how often this subject failed in the running window, and when the window ends."""
    statement = select(login_attempts.c.failures, login_attempts.c.window_ends_ms).where(
        login_attempts.c.subject_hash == subject, login_attempts.c.window_ends_ms > now
    )
    row = (await connection.execute(statement)).first()
    return (0, 0) if row is None else (row.failures, row.window_ends_ms)


async def count_failure(
    connection: AsyncConnection, subject: bytes, *, now: int, window_ms: int
) -> None:
    """Count one failure; an ended window starts anew."""
    running = login_attempts.c.window_ends_ms > now
    statement = insert_into(connection, login_attempts).values(
        subject_hash=subject, failures=1, window_ends_ms=now + window_ms
    )
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[login_attempts.c.subject_hash],
            set_={
                "failures": case((running, login_attempts.c.failures + 1), else_=1),
                "window_ends_ms": case(
                    (running, login_attempts.c.window_ends_ms), else_=now + window_ms
                ),
            },
        )
    )


async def forget_failures(connection: AsyncConnection, subject: bytes) -> None:
    """A success ends the window."""
    await connection.execute(delete(login_attempts).where(login_attempts.c.subject_hash == subject))
