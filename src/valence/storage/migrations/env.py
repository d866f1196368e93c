"""Alembic's entry: migrates over the connection that `valence.storage.migrate` hands in."""

from alembic import context

from valence.storage.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
