"""One database, SQLite or PostgreSQL, through one code path.

SQLite runs in WAL mode; every write begins with BEGIN IMMEDIATE, because a deferred transaction
that reads and then writes fails at once with "database is locked" when somebody wrote in between.
Readers never wait for a writer. Nothing that waits for the network may run inside `write`: on
SQLite it stops every writer of the machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from valence.domain import OperatorError, ServiceUnavailable

Synchronous = Literal["full", "normal"]
BUSY_TIMEOUT_MS = 30_000
MINIMUM_SQLITE = (3, 35, 0)  # UPDATE and DELETE ... RETURNING


class Database:
    """An open database; give it `close()` at the end."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._readers = engine.execution_options(readonly=True)

    @classmethod
    async def open(cls, url: str, *, synchronous: Synchronous = "full") -> "Database":
        """Connect to `sqlite:///PATH` or `postgresql://...`; the schema is migrated elsewhere.

        Raises:
            OperatorError: the URL, the driver or the SQLite library cannot be used.
        """
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            return cls(_sqlite_engine(address, synchronous=synchronous))
        return cls(
            create_async_engine(
                address.set(drivername="postgresql+asyncpg"), pool_size=5, max_overflow=5
            )
        )

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @property
    def engine(self) -> AsyncEngine:
        """The engine itself, for migrations."""
        return self._engine

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading; on SQLite it never waits for a writer."""
        try:
            async with self._readers.connect() as connection:
                yield connection
        except (OperationalError, OSError) as exc:
            raise ServiceUnavailable("The database does not answer.") from exc

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that commits at the end of the block and rolls back on an exception."""
        try:
            async with self._engine.begin() as connection:
                yield connection
        except (OperationalError, OSError) as exc:
            raise ServiceUnavailable("The database does not take writes now.") from exc

    async def close(self) -> None:
        """Give all connections back."""
        await self._engine.dispose()


def _sqlite_engine(address: URL, *, synchronous: Synchronous) -> AsyncEngine:
    import sqlite3

    if sqlite3.sqlite_version_info < MINIMUM_SQLITE:
        raise OperatorError(
            f"SQLite {sqlite3.sqlite_version} is too old; Valence needs 3.35 or later."
        )
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_async_engine(
        address.set(drivername="sqlite+aiosqlite"), pool_size=5, max_overflow=0
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is issued below, not by the driver
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "foreign_keys=ON",
        ):
            connection.execute("PRAGMA " + pragma)

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        readonly = connection.get_execution_options().get("readonly")
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine


Connection = AsyncConnection

__all__ = ["Connection", "Database", "Synchronous"]
