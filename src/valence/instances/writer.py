"""An instance's rows: what is stored when it is made and when it changes, secrets sealed."""

import base64
import secrets

from valence.domain import Clock, Element, Instance, NotFound, Principal, Secret
from valence.instances.configuration import ChosenConfiguration
from valence.instances.grants import Grants
from valence.instances.kinds import kind_of
from valence.instances.lifetimes import credential_times
from valence.instances.requests import NewInstance
from valence.instances.seals import InstanceSeals
from valence.oauth import TokenSet
from valence.storage import Connection, credentials, elements, instances, timeline


class InstanceWriter:
    """Writes instances inside the transactions of whoever decides."""

    def __init__(
        self, seals: InstanceSeals, grants: Grants, *, clock: Clock, margin: float
    ) -> None:
        self._seals = seals
        self._grants = grants
        self._clock = clock
        self._margin = margin

    async def sealed_row(
        self,
        principal: Principal,
        request: NewInstance,
        name: str,
        chosen: ChosenConfiguration,
    ) -> dict[str, object]:
        """Return the row of a new instance, its token sealed; before the transaction begins."""
        element, now = request.element, self._clock.now_ms()
        uid = secrets.token_hex(16)
        token = Secret(base64.b64encode(secrets.token_bytes(33)).decode())
        return {
            "uid": uid,
            "organization_id": principal.organization_id,
            "account_id": principal.account_id,
            "user_id": principal.user_id,
            "element_key": element.key,
            "element_id": element.id,
            "name": name,
            "name_folded": name.casefold(),
            "token_sealed": await self._seals.seal_token(
                token, organization_id=principal.organization_id, uid=uid
            ),
            "token_hash": self._seals.token_hash(token.reveal()),
            "external_authentication": request.external_authentication,
            "is_disabled": False,
            "events_enabled": chosen.plain.get("event.notification.enabled") == "true",
            "created_ms": now,
            "updated_ms": now,
        }

    async def add(
        self,
        connection: Connection,
        row: dict[str, object],
        element: Element,
        tags: tuple[str, ...],
        *,
        chosen: ChosenConfiguration,
        sealed: dict[str, bytes],
        grant: dict[str, object] | None,
    ) -> int:
        """Insert an instance with all that belongs to it; return its id.

        Raises:
            NotFound: its element was deleted meanwhile.
        """
        await hold(connection, element)
        instance_id = await instances.add(connection, row)
        await instances.set_tags(connection, instance_id, tags)
        # Every entry gets a row, so that configuration records have ids of their own.
        plain: dict[str, str | None] = {
            entry.key: chosen.plain.get(entry.key)
            for entry in element.configuration
            if entry.key not in sealed
        }
        await instances.set_configuration(connection, instance_id, plain=plain, sealed=sealed)
        if grant is not None:
            await credentials.add(connection, instance_id, grant)
        await timeline.add(
            connection,
            instance_id,
            at_ms=self._clock.now_ms(),
            kind="issued",
            message="Authenticated.",
        )
        return instance_id

    async def change(
        self,
        connection: Connection,
        instance: Instance,
        values: dict[str, object],
        tags: tuple[str, ...] | None,
    ) -> None:
        """Change an instance's own row and its tags; None leaves them."""
        now = self._clock.now_ms()
        await instances.change(connection, instance.id, {**values, "updated_ms": now})
        if tags is not None:
            await instances.set_tags(connection, instance.id, tags)
        if "name" in values and values["name"] != instance.name:
            await timeline.add(
                connection,
                instance.id,
                at_ms=now,
                kind="renamed",
                message=f"Renamed from {instance.name!r} to {values['name']!r}.",
            )

    async def configure(
        self, connection: Connection, instance: Instance, chosen: ChosenConfiguration
    ) -> None:
        """Write configuration values of an instance."""
        # The organization's data key is in memory: it sealed this instance's token when it was
        # read.
        sealed = await self.sealed(
            chosen, organization_id=instance.organization_id, uid=instance.uid
        )
        await instances.set_configuration(
            connection, instance.id, plain=dict(chosen.plain), sealed=sealed
        )

    async def sealed(
        self, chosen: ChosenConfiguration, *, organization_id: int, uid: str
    ) -> dict[str, bytes]:
        """Seal the secret values of a configuration."""
        return {
            key: await self._seals.seal_value(
                value, organization_id=organization_id, uid=uid, key=key
            )
            for key, value in chosen.secret.items()
        }

    async def grant(
        self,
        tokens: TokenSet,
        element: Element,
        chosen: ChosenConfiguration | Instance,
        *,
        organization_id: int,
        uid: str,
    ) -> dict[str, object]:
        """Return the row of credentials for tokens that were just issued."""
        configuration = chosen.configuration if isinstance(chosen, Instance) else chosen.all()
        sealed = await self._seals.seal_tokens(tokens, organization_id=organization_id, uid=uid)
        times = credential_times(
            tokens,
            element,
            margin=self._margin,
            is_renewable=self._grants.can_renew(element, kind_of(element, configuration), tokens),
        )
        return {"sealed": sealed, **times}


async def add_records(connection: Connection, instance: Instance, element: Element) -> None:
    """Give a moved instance a record for every entry that only its new element has."""
    stored = await instances.configuration_of(connection, [instance.id])
    known = {row.key for row in stored.get(instance.id, [])}
    missing: dict[str, str | None] = {
        entry.key: None for entry in element.configuration if entry.key not in known
    }
    await instances.set_configuration(connection, instance.id, plain=missing, sealed={})


async def hold(connection: Connection, element: Element) -> None:
    """Keep a tenant's element from being deleted before what is stored now refers to it.

    Raises:
        NotFound: it was.
    """
    if element.is_private and not await elements.held(connection, element.id):
        raise NotFound(f"No element found with key or ID {element.key!r}.")
