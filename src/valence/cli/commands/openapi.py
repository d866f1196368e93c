"""`valence openapi`: the platform API's own description."""

import json
from typing import Annotated

import typer


def openapi(
    server: Annotated[
        str, typer.Option(help="The address the document names; default: this installation's.")
    ] = "",
) -> None:
    """Print the platform API as OpenAPI 3.1; needs no running server and no database."""
    from valence.api import platform_openapi
    from valence.settings import load_settings

    server = server or load_settings().effective_public_url
    typer.echo(json.dumps(platform_openapi(server=server), indent=2, ensure_ascii=False))
