"""`valence elements ...`: the catalog, what it can do, and definitions being written."""

import json
from pathlib import Path
from typing import Annotated

import typer

from valence.cli.options import AsJson
from valence.domain import OperatorError

app = typer.Typer(help="The catalog of elements.", no_args_is_help=True)

_SUFFIXES = (".yaml", ".yml", ".json")


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
def new(
    source: Annotated[str, typer.Argument(help="An OpenAPI description: a file or an address.")],
    key: Annotated[str, typer.Option(help="Key of the element; else made of the title.")] = "",
    hub: Annotated[str, typer.Option(help="Hub that it belongs to.")] = "general",
    element_id: Annotated[int, typer.Option("--id", help="Its id; else the next free one.")] = 0,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
) -> None:
    """Draft a definition from the vendor's OpenAPI description."""
    from valence.elements import Catalog
    from valence.elements.draft import Description, as_file, draft

    is_address = "://" in source
    content = _fetched(source) if is_address else _text_of(Path(source))
    number = element_id or max(element.id for element in Catalog.load().all()) + 1
    origin = source if is_address else Path(source).name
    made = draft(Description.read(content), key=key, element_id=number, hub=hub, source=origin)
    text = as_file(made)
    if output is None:
        typer.echo(text, nl=False)
        return
    if output.exists():
        raise OperatorError(f"{output} exists already; name another file.")
    output.write_text(text, encoding="utf-8")
    typer.echo(f"{output}: {len(made.form['resources'])} operations. To check by hand:")
    for note in made.notes:
        typer.echo(f"- {note}")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="A definition file.", exists=True, dir_okay=False)],
) -> None:
    """Print a definition as element JSON, as `POST /elements` takes it."""
    from valence.elements import load_document

    typer.echo(json.dumps(load_document(file), ensure_ascii=False))


@app.command()
def check(
    what: Annotated[
        list[str] | None,
        typer.Argument(help="Definition files (.yaml, .json), or keys of elements; none: all."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the grades as a page.")
    ] = None,
) -> None:
    """Check definition files, or grade elements of the catalog by doing what they promise.

    Ends with 1 if anything is wrong. Grading runs a hub and the sandbox vendors on loopback.
    """
    files = [Path(one) for one in what or () if Path(one).suffix in _SUFFIXES]
    keys = [one for one in what or () if Path(one).suffix not in _SUFFIXES]
    is_good = _check_files(files)
    if keys or not files:
        is_good = _grade(keys, output) and is_good
    if not is_good:
        raise typer.Exit(1)


@app.command()
def coverage(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the page to a file.")
    ] = None,
) -> None:
    """Show which canonical fields each element's templates give."""
    from valence.cli.coverage import as_page
    from valence.elements import Catalog

    page = as_page(Catalog.load().all())
    if output is None:
        typer.echo(page, nl=False)
    else:
        output.write_text(page, encoding="utf-8")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a definition file, for editors."""
    from valence.elements import definition_schema

    typer.echo(json.dumps(definition_schema(), indent=2))


def _check_files(files: list[Path]) -> bool:
    from valence.elements import faults_of

    for file in files:
        if not file.is_file():
            raise OperatorError(f"{file} is no file that can be read.")
    faults = [fault for file in files for fault in faults_of(file)]
    for fault in faults:
        typer.echo(str(fault))
    for file in files:
        if not faults:
            typer.echo(f"{file.name}: good")
    return not faults


def _grade(keys: list[str], output: Path | None) -> bool:
    from valence.cli.grading import as_lines, as_page, grade_all
    from valence.elements import Catalog

    catalog = Catalog.load()
    elements = [catalog.require(key) for key in keys] if keys else catalog.all()
    reports = []
    for report in grade_all(elements):
        reports.append(report)
        for line in as_lines(report):
            typer.echo(line)
    if output is not None:
        output.write_text(as_page(reports), encoding="utf-8")
    return all(report.is_sound for report in reports)


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise OperatorError(f"{file} cannot be read: {exc}") from exc


def _fetched(address: str) -> str:
    """Return what an address answers, by the rules of every outbound call."""
    import asyncio

    from valence.domain import SystemClock
    from valence.egress import Egress, OutboundPolicy, OutboundRequest
    from valence.settings import load_settings

    async def fetch() -> str:
        policy = OutboundPolicy(allow_loopback=load_settings().outbound_allow_loopback)
        egress = Egress.open(policy, clock=SystemClock())
        try:
            answer = await egress.send(OutboundRequest("GET", address))
        finally:
            await egress.close()
        if answer.status != 200:
            raise OperatorError(f"{address} answers {answer.status}, not a description.")
        return answer.body.decode("utf-8", "replace")

    return asyncio.run(fetch())
