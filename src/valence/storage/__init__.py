"""Tables, repositories and migrations: SQLite and PostgreSQL through one code path."""

from valence.storage.database import Database
from valence.storage.sql_clock import now_ms

__all__ = ["Database", "now_ms"]
