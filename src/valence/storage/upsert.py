"""INSERT with ON CONFLICT, from the dialect's own module."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert_into(connection: AsyncConnection, table: Table) -> Any:
    """Return an insert statement that knows the `on_conflict_do_...` clauses."""
    module = postgresql if connection.dialect.name == "postgresql" else sqlite
    return module.insert(table)
