"""OAuth applications that the operator registered, so that no tenant needs one of his own.

They stand among the stored apps, under the organization that owns the catalog, which nobody is a
member of: no call of the API reads them. One an element."""

import secrets
from dataclasses import dataclass, field

from valence.domain import Clock, InvalidRequest, NotFound, Secret, check_callback_url
from valence.storage import Database, oauth_apps, tenants
from valence.vault import Place, Vault

_NAME = "operator"


@dataclass(frozen=True, slots=True)
class OperatorApp:
    """A client registered at a vendor, for everybody; the first callback is the default."""

    element_key: str
    client_id: Secret
    client_secret: Secret
    callback_urls: tuple[str, ...]
    created_ms: int = field(default=0)


class OperatorApps:
    """The operator's applications."""

    def __init__(self, database: Database, vault: Vault, *, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def register(
        self,
        element_key: str,
        *,
        client_id: str,
        client_secret: str,
        callback_urls: tuple[str, ...],
    ) -> None:
        """Store the application of an element, in the place of the one before.

        Instances made with the one before use the new one from now on.

        Raises:
            InvalidRequest: a part is missing, or a callback is no URL.
        """
        if not (client_id and client_secret and callback_urls):
            raise InvalidRequest("An application needs a client id, a secret and a callback URL.")
        for url in callback_urls:
            check_callback_url(url, name="callback URL")
        uid = secrets.token_hex(16)
        now = self._clock.now_ms()
        async with self._database.write() as connection:
            await tenants.reserve_system_rows(
                connection, unusable=(secrets.token_bytes(32), secrets.token_bytes(32)), now=now
            )
        sealed = [
            await self._vault.seal(
                text,
                organization_id=tenants.SYSTEM_ORGANIZATION,
                place=Place("oauth_apps", uid, part),
            )
            for part, text in (("client_id", client_id), ("client_secret", client_secret))
        ]
        async with self._database.write() as connection:
            for row in await oauth_apps.of(
                connection, tenants.SYSTEM_ORGANIZATION, element_key=element_key
            ):
                await oauth_apps.drop(connection, tenants.SYSTEM_ORGANIZATION, row.id)
            await oauth_apps.add(
                connection,
                {
                    "uid": uid,
                    "organization_id": tenants.SYSTEM_ORGANIZATION,
                    "element_key": element_key,
                    "name": _NAME,
                    "client_id_sealed": sealed[0],
                    "client_secret_sealed": sealed[1],
                    "callback_url": "\n".join(callback_urls),
                    "created_ms": now,
                },
            )

    async def find(self, element_key: str) -> OperatorApp | None:
        """Return the application of an element of the catalog."""
        found = await self.every(element_key=element_key)
        return found[0] if found else None

    async def every(self, *, element_key: str | None = None) -> list[OperatorApp]:
        """Return all applications, for the operator alone."""
        async with self._database.read() as connection:
            rows = await oauth_apps.of(
                connection, tenants.SYSTEM_ORGANIZATION, element_key=element_key
            )
        return [
            OperatorApp(
                element_key=row.element_key,
                client_id=await self._open(row.client_id_sealed, row.uid, "client_id"),
                client_secret=await self._open(row.client_secret_sealed, row.uid, "client_secret"),
                callback_urls=tuple(row.callback_url.split("\n")),
                created_ms=row.created_ms,
            )
            for row in rows
        ]

    async def remove(self, element_key: str) -> None:
        """Forget an application; instances made with it cannot refresh any more.

        Raises:
            NotFound: the element has none.
        """
        async with self._database.write() as connection:
            rows = await oauth_apps.of(
                connection, tenants.SYSTEM_ORGANIZATION, element_key=element_key
            )
            for row in rows:
                await oauth_apps.drop(connection, tenants.SYSTEM_ORGANIZATION, row.id)
        if not rows:
            raise NotFound(f"No application is registered for {element_key!r}.")

    async def _open(self, sealed: bytes, uid: str, part: str) -> Secret:
        return await self._vault.unseal(
            sealed,
            organization_id=tenants.SYSTEM_ORGANIZATION,
            place=Place("oauth_apps", uid, part),
        )
