"""`valence sandbox`: the fake vendors alone."""

from typing import Annotated

import typer


def sandbox(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8090,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    contacts: Annotated[int, typer.Option(help="Contacts to make up.")] = 0,
    no_limits: Annotated[
        bool, typer.Option("--no-limits", help="Count calls but refuse none.")
    ] = False,
) -> None:
    """Serve fake vendors on loopback: client sandbox-client / sandbox-secret, login demo / demo."""
    import uvicorn

    from valence_sandbox import SandboxSettings, create_app

    settings = SandboxSettings(has_limits=not no_limits, contacts=contacts)
    typer.echo(f"The sandbox vendors are at http://{host}:{port}")
    typer.echo("Client: sandbox-client / sandbox-secret. Login: demo / demo. Ctrl-C ends it.")
    uvicorn.run(
        create_app(settings),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
