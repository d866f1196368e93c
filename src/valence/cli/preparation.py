"""Open everything once and close it: migrations are applied, keys are made, faults are told."""

from typing import Any

from valence.cli.options import with_services
from valence.settings import Settings


def prepare(settings: Settings) -> None:
    """Bring database and keyring to where the server can start. Raises ValenceError."""

    async def nothing(_: Any) -> None:
        return None

    with_services(settings, nothing)
