"""Wire traces at rest: sealed for the request they belong to."""

import json
from typing import Any

from valence.domain import Call
from valence.vault import Place, Vault


async def seal_trace(vault: Vault, call: Call) -> bytes:
    """Seal a call's trace."""
    return await vault.seal(
        json.dumps(call.trace), organization_id=call.organization_id, place=_place(call.request_id)
    )


async def open_trace(
    vault: Vault, sealed: bytes, *, organization_id: int, request_id: str
) -> tuple[dict[str, Any], ...]:
    """Open a call's trace."""
    opened = await vault.unseal(sealed, organization_id=organization_id, place=_place(request_id))
    return tuple(json.loads(opened.reveal()))


def _place(request_id: str) -> Place:
    return Place("calls", request_id, "trace")
