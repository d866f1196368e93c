"""Options that several verbs have, and how a verb gets its services."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from valence.settings import Settings, load_settings

Result = TypeVar("Result")

DataDir = Annotated[Path | None, typer.Option(help="Data directory (VALENCE_DATA_DIR).")]
DatabaseUrl = Annotated[str | None, typer.Option(help="Database (VALENCE_DATABASE_URL).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def settings_of(data_dir: Path | None, database_url: str | None) -> Settings:
    """Return the settings with these two options over the environment. Raises BadSetting."""
    return load_settings(data_dir=data_dir, database_url=database_url)


def with_services(settings: Settings, act: Callable[..., Awaitable[Result]]) -> Result:
    """Open the services, run `act(services)`, close them, and return its result."""
    from valence.assembly import configure_logging, open_services

    async def run() -> Result:
        async with open_services(settings) as services:
            return await act(services)

    configure_logging(settings.model_copy(update={"log_level": "error"}))
    return asyncio.run(run())
