"""Is the database there, is its schema current, and does its clock agree with ours?"""

from dataclasses import dataclass

from sqlalchemy import select

from valence.storage.database import Database
from valence.storage.migrate import schema_revision
from valence.storage.sql_clock import now_ms


@dataclass(frozen=True, slots=True)
class Health:
    """What a look at the database found; `clock_ms` is its own clock."""

    clock_ms: int
    revision: str | None
    newest_revision: str | None

    @property
    def is_current(self) -> bool:
        """Tell whether every migration this program knows has been applied."""
        return self.revision == self.newest_revision


async def check(database: Database) -> Health:
    """Look at the database once.

    Raises:
        ServiceUnavailable: it does not answer.
    """
    async with database.read() as connection:
        clock_ms = int((await connection.execute(select(now_ms()))).scalar_one())
    revision, newest = await schema_revision(database)
    return Health(clock_ms, revision, newest)
