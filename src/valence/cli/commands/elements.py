"""`valence elements list|show|check|schema`: the catalog, and definitions being written."""

import json
from pathlib import Path
from typing import Annotated

import typer

from valence.cli.options import AsJson

app = typer.Typer(help="The catalog of elements.", no_args_is_help=True)


@app.command("list")
def list_elements(as_json: AsJson = False) -> None:
    """List the elements."""
    from valence.elements import Catalog, element_to_wire

    found = Catalog.load().all()
    if as_json:
        typer.echo(json.dumps([element_to_wire(element, abridged=True) for element in found]))
        return
    for element in found:
        typer.echo(
            f"{element.id:>6}  {element.key:20} {element.hub:10}"
            f" {element.authentication.value:10} {element.name}"
        )


@app.command()
def show(
    key_or_id: Annotated[str, typer.Argument(help="Key or id.")], as_json: AsJson = False
) -> None:
    """Show one element: configuration and resources."""
    from valence.elements import Catalog, element_to_wire

    element = Catalog.load().require(key_or_id)
    if as_json:
        typer.echo(json.dumps(element_to_wire(element)))
        return
    typer.echo(f"{element.name} ({element.key}, id {element.id}, hub {element.hub})")
    typer.echo(f"{element.description}\n\nConfiguration")
    for entry in element.configuration:
        if not entry.is_hidden:
            need = "required" if entry.is_required else "optional"
            typer.echo(f"  {entry.key:28} {need:9} {entry.description}")
    typer.echo("\nResources")
    for operation in element.operations:
        typer.echo(
            f"  {operation.method:6} /hubs/{element.hub}{operation.path:28} {operation.description}"
        )


@app.command()
def check(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Definition files (.yaml) or element JSON (.json).", exists=True, dir_okay=False
        ),
    ],
) -> None:
    """Check definitions; print each problem with line and pointer, and end with 1 if any is."""
    from valence.elements import faults_of

    faults = [fault for file in files for fault in faults_of(file)]
    for fault in faults:
        typer.echo(str(fault))
    if faults:
        raise typer.Exit(1)
    for file in files:
        typer.echo(f"{file.name}: good")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a definition file, for editors."""
    from valence.elements import definition_schema

    typer.echo(json.dumps(definition_schema(), indent=2))
