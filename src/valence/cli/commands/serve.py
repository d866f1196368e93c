"""`valence serve`: the hub."""

import gc
import os
from typing import Annotated

import typer

from valence.cli.options import DatabaseUrl, DataDir
from valence.settings import PREFIX, Settings, load_settings


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(help="Server processes.")] = None,
    database_url: DatabaseUrl = None,
    data_dir: DataDir = None,
) -> None:
    """Serve the API and the console."""
    settings = load_settings(
        host=host, port=port, workers=workers, database_url=database_url, data_dir=data_dir
    )
    run(settings)


def run(settings: Settings) -> None:
    """Run the server until it is told to stop.

    The workers are processes of their own and read their settings from the environment, so what
    the command line chose is put there.
    """
    gc.disable()  # a fifth of the time of a start; the application turns it on when it is up
    import uvicorn

    from valence.cli.preparation import prepare

    os.environ.update(
        {
            PREFIX + "HOST": settings.host,
            PREFIX + "PORT": str(settings.port),
            PREFIX + "WORKERS": str(settings.workers),
            PREFIX + "DATA_DIR": str(settings.data_dir.resolve()),
            PREFIX + "DATABASE_URL": settings.database_url,
        }
    )
    if settings.workers > 1:
        prepare(settings)  # so that a fault is told once, and not by every worker
    uvicorn.run(
        "valence.assembly:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        log_level="warning",
        proxy_headers=False,  # X-Forwarded-For is read where it matters, from trusted proxies only
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=10,
    )
