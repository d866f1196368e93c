"""OAuth apps an organization stored, so that nobody types a client secret twice."""

import secrets
from dataclasses import dataclass

from valence.domain import Clock, Conflict, InvalidRequest, NotFound, Principal, Secret
from valence.storage import Database, oauth_apps
from valence.vault import Place, Vault


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """A client registered at a vendor."""

    id: int
    element_key: str
    name: str
    client_id: Secret
    client_secret: Secret
    callback_url: str


class OAuthApps:
    """The stored apps of organizations."""

    def __init__(self, database: Database, vault: Vault, *, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def save(
        self,
        principal: Principal,
        *,
        element_key: str,
        name: str,
        client_id: str,
        client_secret: str,
        callback_url: str,
    ) -> int:
        """Store an app and return its id.

        Raises:
            InvalidRequest: a part is missing.
            Conflict: the element has an app of that name.
        """
        if not (name and client_id and client_secret and callback_url):
            raise InvalidRequest("An OAuth app needs a name, key, secret and callback URL.")
        uid = secrets.token_hex(16)
        sealed = [
            await self._vault.seal(
                text,
                organization_id=principal.organization_id,
                place=Place("oauth_apps", uid, field),
            )
            for field, text in (("client_id", client_id), ("client_secret", client_secret))
        ]
        async with self._database.write() as connection:
            app_id = await oauth_apps.add(
                connection,
                {
                    "uid": uid,
                    "organization_id": principal.organization_id,
                    "element_key": element_key,
                    "name": name,
                    "client_id_sealed": sealed[0],
                    "client_secret_sealed": sealed[1],
                    "callback_url": callback_url,
                    "created_ms": self._clock.now_ms(),
                },
            )
        if app_id is None:
            raise Conflict(f"This element has an OAuth app named {name!r} already.")
        return app_id

    async def of(self, principal: Principal, *, element_key: str | None = None) -> list[OAuthApp]:
        """Return the organization's apps by name."""
        async with self._database.read() as connection:
            rows = await oauth_apps.of(
                connection, principal.organization_id, element_key=element_key
            )
        return [
            OAuthApp(
                id=row.id,
                element_key=row.element_key,
                name=row.name,
                client_id=await self._open(
                    row.client_id_sealed, row.organization_id, row.uid, "id"
                ),
                client_secret=await self._open(
                    row.client_secret_sealed, row.organization_id, row.uid, "secret"
                ),
                callback_url=row.callback_url,
            )
            for row in rows
        ]

    async def delete(self, principal: Principal, app_id: int) -> None:
        """Forget an app; instances made with it keep their own copy of its client.

        Raises:
            NotFound: the organization has no such app.
        """
        async with self._database.write() as connection:
            if not await oauth_apps.drop(connection, principal.organization_id, app_id):
                raise NotFound(f"No OAuth app found with ID {app_id}.")

    async def _open(self, sealed: bytes, organization_id: int, uid: str, part: str) -> Secret:
        return await self._vault.unseal(
            sealed,
            organization_id=organization_id,
            place=Place("oauth_apps", uid, f"client_{part}"),
        )
