"""`valence db upgrade`: bring the schema up to date."""

import asyncio

import typer

from valence.cli.options import DatabaseUrl, DataDir, settings_of

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.callback()
def db() -> None:
    """The database."""


@app.command()
def upgrade(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Apply every migration that the database does not have yet."""
    from valence.storage import Database, migrate, schema_revision

    settings = settings_of(data_dir, database_url)

    async def run() -> str:
        database = await Database.open(settings.effective_database_url)
        try:
            await migrate(database)
            revision, _ = await schema_revision(database)
        finally:
            await database.close()
        return str(revision)

    typer.echo(f"The database is at revision {asyncio.run(run())}.")
