"""`valence instances list|show`: every organization's instances, for the operator; secrets
masked.
"""

import json
from typing import Annotated, Any

import typer

from valence.cli.options import AsJson, DatabaseUrl, DataDir, settings_of, with_services
from valence.domain import MASK, Instance, NotFound, iso_seconds

app = typer.Typer(help="The element instances.", no_args_is_help=True)


@app.command("list")
def list_instances(
    as_json: AsJson = False, data_dir: DataDir = None, database_url: DatabaseUrl = None
) -> None:
    """List all instances."""

    async def act(services: Any) -> list[Instance]:
        found: list[Instance] = await services.reader.every()
        return found

    found = with_services(settings_of(data_dir, database_url), act)
    if as_json:
        typer.echo(json.dumps([_summary(instance) for instance in found]))
        return
    for instance in found:
        typer.echo(
            f"{instance.id:>6}  {instance.element_key:20} {_state(instance):12} {instance.name}"
        )


@app.command()
def show(
    instance_id: Annotated[int, typer.Argument(help="Id.")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Show one instance and what happened to it."""

    async def act(services: Any) -> tuple[Instance | None, list[Any]]:
        return (
            await services.reader.by_id(instance_id),
            await services.reader.timeline(instance_id, limit=20),
        )

    instance, entries = with_services(settings_of(data_dir, database_url), act)
    if instance is None:
        raise NotFound(f"No element instance found with ID {instance_id}.")
    if as_json:
        happened = [
            {"at": iso_seconds(e.at_ms), "kind": e.kind, "message": e.message} for e in entries
        ]
        typer.echo(json.dumps({**_summary(instance), "timeline": happened}))
        return
    for name, value in _summary(instance).items():
        typer.echo(f"{name:18} {value}")
    for entry in entries:
        typer.echo(f"  {iso_seconds(entry.at_ms)}  {entry.kind:16} {entry.message}")


def _summary(instance: Instance) -> dict[str, object]:
    return {
        "id": instance.id,
        "name": instance.name,
        "element": instance.element_key,
        "state": _state(instance),
        "accountId": instance.account_id,
        "owner": instance.owner.email,
        "tags": list(instance.tags),
        "token": MASK,
        "createdDate": iso_seconds(instance.created_ms),
        "reason": instance.needs_owner_reason,
    }


def _state(instance: Instance) -> str:
    if not instance.is_valid:
        return "needs-owner"
    return "disabled" if instance.is_disabled else "connected"
