"""What a vendor call is authenticated with: from memory while it is good, refreshed when it is
not.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable, Mapping
from dataclasses import dataclass, replace

from valence.domain import (
    AuthenticationKind,
    Clock,
    Element,
    Instance,
    NeedsOwner,
    Secret,
    VendorRefused,
)
from valence.instances.clients import Clients, Configured
from valence.instances.kinds import (
    fixed_authorization,
    is_session,
    kind_of,
    token_authorization,
)
from valence.instances.reader import InstanceReader
from valence.instances.refresh import Refresher
from valence.instances.schemes.authorization import NOTHING, Authorization
from valence.instances.seals import InstanceSeals
from valence.storage import CredentialRow, Database, credentials

_REMEMBERED = 10_000
REPEATED_REFUSAL_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class CredentialStatus:
    """How an instance's credentials stand; times are epoch milliseconds."""

    state: str
    reason: str | None = None
    issued_ms: int | None = None
    expires_ms: int | None = None
    failures: int = 0


class Credentials:
    """Credentials of instances, ready to use."""

    def __init__(
        self,
        database: Database,
        seals: InstanceSeals,
        reader: InstanceReader,
        refresher: Refresher,
        clients: Clients,
        *,
        clock: Clock,
    ) -> None:
        self._database = database
        self._seals = seals
        self._reader = reader
        self._refresher = refresher
        self._clients = clients
        self._clock = clock
        self._held: OrderedDict[int, Authorization] = OrderedDict()
        # instance -> (version obtained because the vendor refused the one before, when)
        self._renewed: dict[int, tuple[int, float]] = {}
        self._flights: dict[Hashable, asyncio.Task[Authorization]] = {}

    def warm_headers(self, instance: Instance) -> Authorization | None:
        """Return what is remembered and not due for a refresh; costs no I/O."""
        held = self._held.get(instance.id)
        if held is None or not instance.is_valid:
            return None
        if held.snapshot is not None and held.snapshot is not instance:
            return None
        if held.due_ms is not None and held.due_ms <= self._clock.now_ms():
            return None
        return held

    async def headers(self, instance: Instance, element: Element) -> Authorization:
        """Return what authenticates a call, refreshing first where the access token has expired.

        A token that is due but still lives is used, while one refresh runs in the background.

        Raises:
            NeedsOwner: the grant was refused for good.
            VendorError: the token has expired and the refresh did not succeed; retryable.
        """
        held = self.warm_headers(instance)
        if held is not None:
            return held
        # Calls know an unchanged instance by one object; while it is held, so is its id.
        key = (id(instance), id(element))
        return await self._shared(key, lambda: self._cold_headers(instance, element))

    async def _cold_headers(self, instance: Instance, element: Element) -> Authorization:
        fixed = fixed_authorization(Configured(element, instance.configuration), clock=self._clock)
        if fixed is not None and not is_session(element, kind_of(element, instance.configuration)):
            return fixed
        row = await self._row(instance)
        if row is None:
            return fixed or NOTHING
        if row.state == "needs-owner":
            raise NeedsOwner(row.reason or "The account's owner must authorize again.")
        held = await self._hold(instance, element, row)
        now = self._clock.now_ms()
        if held.due_ms is None or held.due_ms > now:
            return held
        if held.expires_ms is not None and held.expires_ms > now:
            if row.retry_ms <= now:
                self._refresher.begin(instance.id, version=row.version)
            return held
        row = await self._refresher.refresh(instance.id, version=row.version)
        return await self._hold(await self._current(instance), element, row)

    async def after_refusal(
        self, instance: Instance, element: Element, *, version: int
    ) -> Authorization:
        """Return newer headers after the vendor answered 401 to those of `version`.

        A vendor that refuses the token it has just issued is not asked for yet another, for a
        minute, unless `renewal_helped`.

        Raises:
            VendorRefused: the refused token was itself just obtained after a refusal.
            NeedsOwner, VendorError: as `headers`.
        """
        self._held.pop(instance.id, None)
        if is_session(element, kind_of(element, instance.configuration)):
            row = await self._row(instance)
            current = await self._current(instance)
            if row is not None and _differs(current.configuration, instance.configuration):
                # Another process has logged in; what was refused is of the session before.
                return await self._hold(current, element, row)
        renewed, when = self._renewed.get(instance.id, (0, 0.0))
        now = self._clock.monotonic()
        if renewed == version and now - when < REPEATED_REFUSAL_SECONDS:
            raise VendorRefused(
                "The vendor refuses this call though the token is new: the account that authorized"
                " may not do this.",
                status=401,
                retryable=False,
            )

        async def renew() -> Authorization:
            row = await self._refresher.refresh(instance.id, version=version)
            self._renewed[instance.id] = (row.version, now)
            if len(self._renewed) > _REMEMBERED:
                self._renewed.pop(next(iter(self._renewed)))
            return await self._hold(await self._current(instance), element, row)

        return await self._shared((id(instance), id(element), version), renew)

    def renewal_helped(self, instance: Instance) -> None:
        """Note that the vendor took the token which its refusal led to: a later 401 means
        something again."""
        self._renewed.pop(instance.id, None)

    async def refresh_now(self, instance: Instance) -> None:
        """Refresh whether or not it is due. Raises as `headers`."""
        row = await self._row(instance)
        if row is not None:
            await self._refresher.refresh(instance.id, version=row.version)
            self._held.pop(instance.id, None)

    async def status(self, instance: Instance) -> CredentialStatus:
        """Tell how the credentials stand."""
        row = await self._row(instance)
        if row is None:
            return CredentialStatus("none")
        return CredentialStatus(row.state, row.reason, row.issued_ms, row.expires_ms, row.failures)

    def forget(self, instance_id: int) -> None:
        """Drop what is remembered of an instance."""
        self._held.pop(instance_id, None)
        self._renewed.pop(instance_id, None)

    async def _shared(
        self, key: Hashable, act: Callable[[], Coroutine[None, None, Authorization]]
    ) -> Authorization:
        """Return what one run of an act gives to all who ask for it meanwhile.

        A thousand calls can wait for one token: what it takes to read and open it is done once.
        """
        flight = self._flights.get(key)
        if flight is None:

            def landed(done: "asyncio.Task[Authorization]") -> None:
                del self._flights[key]
                if not done.cancelled():
                    done.exception()  # whoever still waits has it

            flight = self._flights[key] = asyncio.create_task(act())
            flight.add_done_callback(landed)
        return await asyncio.shield(flight)

    async def _row(self, instance: Instance) -> CredentialRow | None:
        async with self._database.read() as connection:
            return await credentials.read(connection, instance.id)

    async def _current(self, instance: Instance) -> Instance:
        """Return an instance as it is now: a login changes what is configured."""
        return await self._reader.by_id(instance.id) or instance

    async def _hold(
        self, instance: Instance, element: Element, row: CredentialRow
    ) -> Authorization:
        configured = Configured(element, instance.configuration)
        kind = kind_of(element, instance.configuration)
        if is_session(element, kind):
            made = fixed_authorization(configured, clock=self._clock) or NOTHING
            made = replace(made, is_session=True, snapshot=instance)
        else:
            tokens = await self._seals.open_tokens(
                row.sealed, organization_id=instance.organization_id, uid=instance.uid
            )
            client = configured.client()
            if kind is AuthenticationKind.OAUTH1:  # its client signs every call
                client = await self._clients.of(configured)
            made = token_authorization(configured, client, tokens, clock=self._clock)
            if kind is AuthenticationKind.OAUTH1:
                made = replace(made, snapshot=instance)
        held = replace(made, version=row.version, due_ms=row.due_ms, expires_ms=row.expires_ms)
        known = self._held.get(instance.id)
        if known is None or known.version <= held.version:
            self._held[instance.id] = held
            if len(self._held) > _REMEMBERED:
                self._held.popitem(last=False)
        return held


def _differs(one: Mapping[str, str | Secret], other: Mapping[str, str | Secret]) -> bool:
    def texts(values: Mapping[str, str | Secret]) -> dict[str, str]:
        return {k: v.reveal() if isinstance(v, Secret) else v for k, v in values.items()}

    return texts(one) != texts(other)
