"""`valence users grant|revoke`: the one role that only the operator gives."""

from typing import Annotated, Any

import typer

from valence.cli.options import DatabaseUrl, DataDir, settings_of, with_services
from valence.domain import VDR_ADMIN, InvalidRequest

app = typer.Typer(help="The users of all organizations.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="E-mail of the user.")]
RoleKey = Annotated[str, typer.Argument(help=f"Role: {VDR_ADMIN}.")]


@app.command()
def grant(
    email: Email, role: RoleKey, data_dir: DataDir = None, database_url: DatabaseUrl = None
) -> None:
    """Give a user a role that is held beside his own; it counts from his next call on."""
    _change(email, role, data_dir, database_url, is_granted=True)
    typer.echo(f"{email} has the role {role}.")


@app.command()
def revoke(
    email: Email, role: RoleKey, data_dir: DataDir = None, database_url: DatabaseUrl = None
) -> None:
    """Take such a role from a user."""
    _change(email, role, data_dir, database_url, is_granted=False)
    typer.echo(f"{email} has the role {role} no more.")


def _change(
    email: str, role: str, data_dir: DataDir, database_url: DatabaseUrl, *, is_granted: bool
) -> None:
    if role != VDR_ADMIN:
        raise InvalidRequest(f"The role must be {VDR_ADMIN}: no other is given here.")

    async def act(services: Any) -> None:
        await services.tenancy.make_vdr_admin(email, is_one=is_granted)

    with_services(settings_of(data_dir, database_url), act)
