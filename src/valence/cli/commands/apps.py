"""`valence apps register|list|remove`: OAuth applications of the operator, for everybody."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from valence.cli.options import AsJson, DatabaseUrl, DataDir, settings_of, with_services
from valence.domain import MASK, InvalidRequest, iso_seconds

app = typer.Typer(
    help="OAuth applications that this installation holds for everybody.", no_args_is_help=True
)

_Element = Annotated[str, typer.Argument(help="Key of an element of the catalog.")]


@app.command()
def register(
    element: _Element,
    client_id: Annotated[str, typer.Option(help="The client id at the vendor.")],
    callback_url: Annotated[
        list[str], typer.Option(help="A redirect URI registered there; may be given again.")
    ],
    secret_file: Annotated[
        Path | None, typer.Option(help="File with the client secret; - is standard input.")
    ] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Register the application of an element; the secret is asked for where no file has it."""
    secret = _secret(secret_file)

    async def act(services: Any) -> None:
        services.catalog.require(element)
        await services.operator_apps.register(
            element,
            client_id=client_id,
            client_secret=secret,
            callback_urls=tuple(callback_url),
        )

    with_services(settings_of(data_dir, database_url), act)
    typer.echo(f"{element} has an application; oauth/url/default uses it.")


@app.command("list")
def list_apps(
    as_json: AsJson = False, data_dir: DataDir = None, database_url: DatabaseUrl = None
) -> None:
    """List the applications, secrets masked."""

    async def act(services: Any) -> Any:
        return await services.operator_apps.every()

    found = with_services(settings_of(data_dir, database_url), act)
    if as_json:
        rows = [
            {
                "element": one.element_key,
                "clientId": one.client_id.reveal(),
                "clientSecret": MASK,
                "callbackUrls": list(one.callback_urls),
                "createdDate": iso_seconds(one.created_ms),
            }
            for one in found
        ]
        typer.echo(json.dumps(rows))
        return
    for one in found:
        urls = " ".join(one.callback_urls)
        typer.echo(f"{one.element_key:24} {one.client_id.reveal():32} {urls}")


@app.command()
def remove(element: _Element, data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Forget the application of an element; instances made with it cannot refresh any more."""

    async def act(services: Any) -> None:
        await services.operator_apps.remove(element)

    with_services(settings_of(data_dir, database_url), act)
    typer.echo(f"The application of {element} is gone.")


def _secret(file: Path | None) -> str:
    if file is None:
        return str(typer.prompt("Client secret", hide_input=True))
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text()
    except (OSError, UnicodeDecodeError) as exc:
        raise InvalidRequest(f"The file {file} cannot be read.") from exc
    return text.strip()
