"""`valence keys list|rotate`: the master keys."""

import json
from typing import Any

import typer

from valence.cli.options import AsJson, DatabaseUrl, DataDir, settings_of, with_services

app = typer.Typer(help="The master keys.", no_args_is_help=True)


@app.command("list")
def list_keys(
    as_json: AsJson = False, data_dir: DataDir = None, database_url: DatabaseUrl = None
) -> None:
    """List the master keys, by id, and how many data keys each wraps."""

    async def act(services: Any) -> Any:
        return await services.vault.keys()

    found = with_services(settings_of(data_dir, database_url), act)
    if as_json:
        rows = [{"id": k.id, "primary": k.is_primary, "dataKeys": k.data_keys} for k in found]
        typer.echo(json.dumps(rows))
        return
    for key in found:
        mark = "primary" if key.is_primary else "old"
        typer.echo(f"{key.id}  {mark:8} wraps {key.data_keys} data keys")


@app.command()
def rotate(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Make a new master key primary and wrap every data key with it, while requests run."""

    async def act(services: Any) -> Any:
        return await services.vault.rotate()

    report = with_services(settings_of(data_dir, database_url), act)
    typer.echo(f"Master key {report.primary} is primary; {report.rewrapped} data keys re-wrapped.")
