"""The secret defaults of a tenant's element: a client secret that its author put into it.

They are sealed inside the stored document, each for its own element and key, so that neither the
database nor a backup of it holds one in the clear."""

import base64

from valence.elements.document import Json, rows
from valence.elements.exchange import is_secret_entry
from valence.vault import Place, Vault

_SEALED = "sealedDefault"


class DefaultSeals:
    """Seals and opens the defaults of secret configuration entries."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def sealed(self, document: Json, *, organization_id: int, element_id: int) -> Json:
        """Return a document as it may be stored."""
        entries = []
        for row in rows(document["configuration"]):
            if is_secret_entry(row) and row.get("defaultValue"):
                sealed = await self._vault.seal(
                    row["defaultValue"],
                    organization_id=organization_id,
                    place=_place(element_id, row["key"]),
                )
                row = {name: value for name, value in row.items() if name != "defaultValue"}
                row[_SEALED] = base64.b64encode(sealed).decode()
            entries.append(row)
        return document | {"configuration": entries}

    async def opened(self, document: Json, *, organization_id: int, element_id: int) -> Json:
        """Return a stored document as its author wrote it."""
        entries = []
        for row in rows(document["configuration"]):
            if _SEALED in row:
                default = await self._vault.unseal(
                    base64.b64decode(row[_SEALED]),
                    organization_id=organization_id,
                    place=_place(element_id, row["key"]),
                )
                row = {name: value for name, value in row.items() if name != _SEALED}
                row["defaultValue"] = default.reveal()
            entries.append(row)
        return document | {"configuration": entries}


def _place(element_id: int, key: str) -> Place:
    return Place("elements", str(element_id), f"default of {key}")
