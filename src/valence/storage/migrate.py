"""Bring the schema up to date, once, whoever starts at the same time.

SQLite is serialised by BEGIN IMMEDIATE, PostgreSQL by an advisory lock of the transaction; a
process that waited finds nothing left to do."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from valence.storage.database import Database

_LOCK = 6_203_517_911  # any number, as long as nobody else uses it for something else


async def migrate(database: Database) -> None:
    """Apply every migration that the database does not have yet.

    Not twice at once in one process: Alembic keeps its context in globals of its modules."""
    async with database.write() as connection:
        if database.dialect == "postgresql":
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        await connection.run_sync(_upgrade)


async def schema_revision(database: Database) -> tuple[str | None, str | None]:
    """Return the revision the database is at, and the newest one this program knows."""
    async with database.read() as connection:
        here = await connection.run_sync(_current)
    return here, ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
