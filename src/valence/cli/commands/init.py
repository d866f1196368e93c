"""`valence init`: the first organization, account and user."""

import json
from typing import Annotated, Any

import typer

from valence.cli.options import AsJson, DatabaseUrl, DataDir, settings_of, with_services


def init(
    email: Annotated[str, typer.Option(help="E-mail address of the administrator.")],
    password: Annotated[
        str,
        typer.Option(help="His password.", prompt=True, hide_input=True, confirmation_prompt=True),
    ],
    first_name: Annotated[str, typer.Option(help="His first name.")] = "",
    last_name: Annotated[str, typer.Option(help="His last name.")] = "",
    organization: Annotated[str, typer.Option(help="Name of the organization.")] = "",
    as_json: AsJson = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Create an organization with its administrator and print their secrets, this once."""

    async def act(services: Any) -> Any:
        return await services.tenancy.bootstrap(
            email=email,
            password=password,
            first_name=first_name,
            last_name=last_name,
            organization_name=organization,
        )

    made = with_services(settings_of(data_dir, database_url), act)
    shown = {
        "organizationId": made.organization_id,
        "accountId": made.account_id,
        "userId": made.user_id,
        "organizationSecret": made.organization_secret.reveal(),
        "userSecret": made.user_secret.reveal(),
    }
    if as_json:
        typer.echo(json.dumps(shown))
        return
    for name, value in shown.items():
        typer.echo(f"{name:20} {value}")
    typer.echo(
        "\nKeep the two secrets: programs call with"
        "\n  Authorization: User <userSecret>, Organization <organizationSecret>"
        "\nThe console shows them again to who signs in. Next: valence serve"
    )
