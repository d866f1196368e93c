"""The command line's entry: puts the verbs together and turns errors into sentences."""

import sys

import typer

from valence.cli.commands import (
    apps,
    db,
    demo,
    doctor,
    elements,
    init,
    instances,
    keys,
    openapi,
    resources,
    sandbox,
    serve,
    users,
)
from valence.domain import ValenceError
from valence.settings import BadSetting

app = typer.Typer(
    name="valence",
    help="The open, self-hosted integration hub.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("sandbox")(sandbox.sandbox)
app.command("init")(init.init)
app.command("doctor")(doctor.doctor)
app.command("openapi")(openapi.openapi)
app.add_typer(apps.app, name="apps")
app.add_typer(db.app, name="db")
app.add_typer(keys.app, name="keys")
app.add_typer(elements.app, name="elements")
app.add_typer(instances.app, name="instances")
app.add_typer(resources.app, name="resources")
app.add_typer(users.app, name="users")


def main() -> None:
    """Run the verb on the command line."""
    try:
        app()
    except BadSetting as exc:
        _fail(exc, 2)
    except ValenceError as exc:
        _fail(exc, 1)


def _fail(error: ValenceError, code: int) -> None:
    print(f"valence: {error.message}", file=sys.stderr)
    sys.exit(code)
