"""A refresh happens once: over all callers, processes and nodes.

Why it must. Vendors rotate refresh tokens; many revoke the whole grant when an old one is used
again (RFC 9700 section 4.14.2). Two refreshes of the same credentials, or one whose answer is
lost, cost a customer's connection.

The argument, from the inside out:

1. In a process, callers of one instance share one task. The task is shielded: a caller that goes
away does not cancel it, because the vendor may already have rotated.
2. Between processes, only the holder of the lease `refresh:<instance>` calls. The lease outlives
the token request's own deadline, is kept by the database's clock, and hands out a rising fence. A
holder that was held up between taking the lease and calling lets it go instead of calling.
3. Under the lease the credentials are read again: whoever waited for the lease finds the winner's
version and returns it.
4. Before the call an intent is committed. A holder that dies leaves it behind. The next holder
cannot know whether the vendor acted, so it asks once more: the only way to save the grant where
the vendor never got the call or is lenient. Where the vendor is strict and had rotated, the
answer is refused, and the state becomes "needs its owner" with a reason that says so.
5. A new grant is written by compare-and-set on the version (see
`storage.credentials.store_grant`): one obtained from version v replaces v whatever happened to
the lease meanwhile, and loses only to a grant issued later. A refusal is written only where
nothing newer is; a loser's failure never overwrites a winner's success.
6. Only `invalid_grant` ends in "needs its owner". Timeouts, lost connections, 429, 5xx and HTML
postpone: callers go on with an access token that still lives and are told to retry otherwise.

Where the element has a resource of its own for the refresh, only the call itself is another: it is
sent once as well, within the same deadline, and all of the above holds. What an element does after
a refresh (`onRefresh`) begins when the grant is stored and can lose nothing of it.

Kinds that need no owner (client credentials, password, assertion, sessions) go the same way, though
asking twice would cost them nothing: one login per expiry spares the vendor, and where it keeps one
session a user, the callers. What a login gave is configuration; it is stored before the version
rises, so whoever sees the new version sees what belongs to it.

Nothing here waits for the network inside a database transaction.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog

from valence.domain import (
    AuthenticationKind,
    Clock,
    Element,
    Instance,
    InvalidRequest,
    NeedsOwner,
    Unauthenticated,
    ValenceError,
    VendorError,
    VendorTimeout,
    VendorUnreachable,
)
from valence.egress import Egress, NeverSent
from valence.elements import Elements
from valence.instances import verdicts
from valence.instances.captures import changed
from valence.instances.clients import Clients, Configured, OAuthClient
from valence.instances.grants import Grants
from valence.instances.kinds import OWN_GRANT, has_tokens, is_session, kind_of
from valence.instances.life_cycle import ON_REFRESH, LifeCycle
from valence.instances.lifetimes import credential_times
from valence.instances.overrides import Exchanged, Overrides, overrides
from valence.instances.reader import InstanceReader
from valence.instances.seals import InstanceSeals
from valence.oauth import (
    TokenAnswerUnusable,
    TokenRefused,
    TokenSet,
)
from valence.settings import Settings
from valence.storage import (
    CredentialRow,
    Database,
    Revisions,
    bump,
    credentials,
    leases,
    timeline,
)

LEASE_SLACK_SECONDS = 15.0  # for what is done under the lease besides the call itself
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 0.5
FIRST_BACKOFF_SECONDS = 1.0
LONGEST_BACKOFF_SECONDS = 300.0

Keep = Callable[[Instance, Mapping[str, str]], Awaitable[Instance]]

_log = structlog.get_logger("valence.refresh")


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a token call needs to know of its instance."""

    organization_id: int
    uid: str
    instance: Instance
    element: Element
    kind: AuthenticationKind
    client: OAuthClient
    tokens: TokenSet

    @property
    def is_session(self) -> bool:
        """Tell whether a login keeps it alive."""
        return is_session(self.element, self.kind)


class _HeldUp(Exception):
    """Too much of the lease went by before the call could be made."""


class Refresher:
    """Refreshes credentials, once each."""

    def __init__(
        self,
        database: Database,
        seals: InstanceSeals,
        reader: InstanceReader,
        elements: Elements,
        egress: Egress,
        clients: Clients,
        *,
        clock: Clock,
        settings: Settings,
        revisions: Revisions,
    ) -> None:
        self._database = database
        self._seals = seals
        self._reader = reader
        self._elements = elements
        self._clients = clients
        self._clock = clock
        self._margin = settings.refresh_margin
        self._scale = settings.time_scale
        self._deadline = settings.token_timeout * settings.time_scale
        self._slack = LEASE_SLACK_SECONDS * settings.time_scale
        self._revisions = revisions
        self._owner = secrets.token_hex(8)
        self._flights: dict[int, asyncio.Task[CredentialRow]] = {}
        self._overrides = Overrides(egress, clock=clock)
        self._grants = Grants(egress, self._overrides, clock=clock, timeout_seconds=self._deadline)
        self._keep: Keep = _keep_nothing

    def bind_life_cycle(self, run: LifeCycle, *, keep: Keep) -> None:
        """Take what runs an element's resources and what stores the configuration they give."""
        self._overrides.bind(run)
        self._keep = keep

    async def refresh(self, instance_id: int, *, version: int) -> CredentialRow:
        """Return credentials newer than `version`, refreshing if nobody else has.

        Raises:
            NeedsOwner: the vendor refused the grant for good.
            VendorError: the vendor could not be asked, or its answer says nothing; retryable.
            Unauthenticated: the instance is gone.
        """
        while True:
            row = await asyncio.shield(self._flight(instance_id, version))
            if row.version > version:
                return row
            # A flight begun for an older version was joined just as it landed; begin another.

    def begin(self, instance_id: int, *, version: int) -> None:
        """Start a refresh that nobody waits for, unless one is under way."""
        self._flight(instance_id, version)

    async def settle(self) -> None:
        """Wait for every refresh under way; for shutdown."""
        await asyncio.gather(*self._flights.values(), return_exceptions=True)

    def _flight(self, instance_id: int, version: int) -> "asyncio.Task[CredentialRow]":
        flight = self._flights.get(instance_id)
        if flight is None:
            flight = asyncio.create_task(self._fly(instance_id, version))
            self._flights[instance_id] = flight
            flight.add_done_callback(lambda done: self._landed(instance_id, done))
        return flight

    def _landed(self, instance_id: int, flight: "asyncio.Task[CredentialRow]") -> None:
        del self._flights[instance_id]
        # Whoever waits has the exception; a refresh begun in the background reports itself here.
        if not flight.cancelled() and (exc := flight.exception()) is not None:
            code = exc.code if isinstance(exc, ValenceError) else type(exc).__name__
            _log.warning("refresh did not succeed", instance_id=instance_id, code=code)

    async def _fly(self, instance_id: int, version: int) -> CredentialRow:
        give_up = self._clock.monotonic() + 2 * (self._deadline + self._slack)
        pause = FIRST_PAUSE_SECONDS * self._scale
        while True:
            row = await self._read(instance_id)
            if row.version > version:
                return row
            self._refuse_early(row)
            begun = self._clock.monotonic()
            fence = await self._acquire(instance_id)
            if fence is not None:
                try:
                    return await self._refresh_under(instance_id, version, fence=fence, begun=begun)
                except _HeldUp:
                    _log.info("refresh held up, trying again", instance_id=instance_id)
                finally:
                    async with self._database.write() as connection:
                        await leases.release(connection, _lease(instance_id), fence=fence)
            if self._clock.monotonic() > give_up:
                raise VendorTimeout("Another process is still refreshing this instance's token.")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS * self._scale)

    async def _refresh_under(
        self, instance_id: int, version: int, *, fence: int, begun: float
    ) -> CredentialRow:
        row = await self._read(instance_id)
        if row.version > version:
            return row
        self._refuse_early(row)
        subject = await self._subject(instance_id, row)
        if not self._grants.can_renew(subject.element, subject.kind, subject.tokens):
            raise NeedsOwner(
                "The vendor issued nothing with which this instance's token could be renewed; the"
                " account's owner must authorize again."
            )
        async with self._database.write() as connection:
            is_mine = await credentials.record_intent(
                connection, instance_id, version=row.version, fence=fence, now=self._clock.now_ms()
            )
        if not is_mine or self._clock.monotonic() - begun > self._slack / 2:
            raise _HeldUp
        try:
            given = await self._grants.renew(
                subject.instance, subject.element, subject.kind, subject.client, subject.tokens
            )
            if subject.is_session:
                await self._keep(subject.instance, given.configuration)
        except TokenRefused as refused:
            return await self._refused(row, refused, subject, fence=fence)
        except InvalidRequest as exc:
            # Configuration lacks something, so nothing was sent, or a login leads to where no call
            # may go; a retry alone cannot help.
            await self._postpone(row, exc, fence=fence, is_intent_settled=True)
            raise
        except (VendorError, TokenAnswerUnusable) as exc:
            error = verdicts.unusable(exc) if isinstance(exc, TokenAnswerUnusable) else exc
            await self._postpone(row, error, fence=fence)
            raise error from exc
        if await self._store(row, subject, given.tokens, fence=fence):
            await self._follow_up(subject, given)
        return await self._read(instance_id)

    async def _follow_up(self, subject: _Subject, given: Exchanged) -> None:
        """Keep what a refresh gave besides tokens, and let the element do what comes after one."""
        if subject.is_session:
            return
        try:
            news = changed(given.configuration, subject.instance.configuration)
            if news:
                await self._keep(subject.instance, news)
            if overrides(subject.element, ON_REFRESH):
                async with asyncio.timeout(self._deadline):
                    found = await self._overrides.refreshed(
                        subject.instance, subject.element, given.tokens
                    )
                if found:
                    await self._keep(subject.instance, found)
        except (ValenceError, TimeoutError) as exc:
            error = exc if isinstance(exc, ValenceError) else VendorTimeout("It took too long.")
            _log.warning(
                "after a refresh", instance_id=subject.instance.id, type=ON_REFRESH, code=error.code
            )
            async with self._database.write() as connection:
                await timeline.add(
                    connection,
                    subject.instance.id,
                    at_ms=self._clock.now_ms(),
                    kind="follow-up-failed",
                    message=f"The new tokens are stored; what follows failed. {error.message}",
                    details={"code": error.code},
                )

    async def _store(
        self, row: CredentialRow, subject: _Subject, tokens: TokenSet, *, fence: int
    ) -> bool:
        sealed = await self._seals.seal_tokens(
            tokens, organization_id=subject.organization_id, uid=subject.uid
        )
        values = {
            "sealed": sealed,
            **credential_times(
                tokens,
                subject.element,
                margin=self._margin,
                is_renewable=self._grants.can_renew(subject.element, subject.kind, tokens),
            ),
        }
        async with self._database.write() as connection:
            before = await credentials.read(connection, row.instance_id)
            is_stored = await credentials.store_grant(
                connection, row.instance_id, version=row.version, fence=fence, values=values
            )
            if is_stored:
                await timeline.add(
                    connection,
                    row.instance_id,
                    at_ms=self._clock.now_ms(),
                    kind="refreshed",
                    message="The vendor issued new tokens.",
                )
            # Caches hold whether an instance is valid; only a revival changes that.
            is_revival = before is not None and before.state != "active"
            if is_revival:
                await bump(connection, "instances")
        if is_revival:
            self._revisions.announce("instances")
        if not is_stored:
            _log.warning("a later grant was there already", instance_id=row.instance_id)
        return is_stored

    async def _refused(
        self, row: CredentialRow, refused: TokenRefused, subject: _Subject, *, fence: int
    ) -> CredentialRow:
        is_own = not has_tokens(subject.kind) or subject.kind in OWN_GRANT
        is_final = refused.error == "invalid_grant" or (
            is_own and verdicts.is_about_client(refused)
        )
        if not is_final:
            error = (
                verdicts.client_refused_at_refresh(refused)
                if verdicts.is_about_client(refused)
                else VendorError(
                    "The vendor refused the refresh.",
                    provider_message=verdicts.provider_message(refused),
                )
            )
            # A verdict about the client or the request says that nothing was rotated.
            await self._postpone(row, error, fence=fence, is_intent_settled=True)
            raise error
        reason = (
            "The vendor does not accept any more what this instance is configured with. Correct"
            " its configuration; it is tried at once."
            if is_own
            else "The answer to an earlier refresh was lost, and the vendor does not repeat it. The"
            " account's owner must authorize again."
            if row.intent_fence is not None
            else "The vendor refused the grant: the account's owner withdrew it, or it ended. The"
            " account's owner must authorize again."
        )
        async with self._database.write() as connection:
            is_recorded = await credentials.need_owner(
                connection, row.instance_id, version=row.version, fence=fence, reason=reason
            )
            if is_recorded:
                await timeline.add(
                    connection,
                    row.instance_id,
                    at_ms=self._clock.now_ms(),
                    kind="needs-owner",
                    message=reason,
                    details={"vendor": verdicts.provider_message(refused)},
                )
                await bump(connection, "instances")
        self._revisions.announce("instances")
        current = await self._read(row.instance_id)
        if current.version > row.version:
            return current  # somebody's success was there first
        raise NeedsOwner(reason, provider_message=verdicts.provider_message(refused)) from refused

    async def _postpone(
        self,
        row: CredentialRow,
        error: ValenceError,
        *,
        fence: int,
        is_intent_settled: bool = False,
    ) -> None:
        seconds = min(FIRST_BACKOFF_SECONDS * 2.0**row.failures, LONGEST_BACKOFF_SECONDS)
        wanted = error.retry_after_seconds if isinstance(error, VendorError) else None
        if wanted is not None:
            seconds = max(seconds, min(wanted, LONGEST_BACKOFF_SECONDS))
        seconds *= self._scale * (0.75 + secrets.randbelow(500) / 1000)
        now = self._clock.now_ms()
        # An intent left by a dead holder stays until the vendor has spoken about the grant.
        was_sent = not isinstance(error, NeverSent) and not is_intent_settled
        async with self._database.write() as connection:
            await credentials.postpone(
                connection,
                row.instance_id,
                version=row.version,
                fence=fence,
                retry_ms=now + int(seconds * 1000),
                clear_intent=not was_sent and (is_intent_settled or row.intent_fence is None),
            )
            await timeline.add(
                connection,
                row.instance_id,
                at_ms=now,
                kind="refresh-failed",
                message=error.message,
                details={"code": error.code},
            )

    def _refuse_early(self, row: CredentialRow) -> None:
        """Raise what is known without asking the vendor."""
        if row.state == "needs-owner":
            raise NeedsOwner(row.reason or "The account's owner must authorize again.")
        wait_ms = row.retry_ms - self._clock.now_ms()
        if wait_ms > 0:
            raise VendorUnreachable(
                "The last refresh of this instance's token failed moments ago.",
                code="refresh-postponed",
                retry_after_seconds=max(1, wait_ms // 1000),
            )

    async def _acquire(self, instance_id: int) -> int | None:
        ttl_ms = int((self._deadline + self._slack) * 1000)
        async with self._database.write() as connection:
            return await leases.acquire(
                connection, _lease(instance_id), owner=self._owner, ttl_ms=ttl_ms
            )

    async def _read(self, instance_id: int) -> CredentialRow:
        async with self._database.read() as connection:
            row = await credentials.read(connection, instance_id)
        if row is None:
            raise Unauthenticated("The instance does not exist any more.")
        return row

    async def _subject(self, instance_id: int, row: CredentialRow) -> _Subject:
        instance = await self._reader.by_id(instance_id)
        if instance is None:
            raise Unauthenticated("The instance does not exist any more.")
        tokens = await self._seals.open_tokens(
            row.sealed, organization_id=instance.organization_id, uid=instance.uid
        )
        element = await self._elements.of(instance.account_id, instance.element_id)
        kind = kind_of(element, instance.configuration)
        configured = Configured(element, instance.configuration)
        return _Subject(
            organization_id=instance.organization_id,
            uid=instance.uid,
            instance=instance,
            element=element,
            kind=kind,
            client=await self._clients.of(configured) if has_tokens(kind) else configured.client(),
            tokens=tokens,
        )


async def _keep_nothing(instance: Instance, values: Mapping[str, str]) -> Instance:
    return instance


def _lease(instance_id: int) -> str:
    return f"refresh:{instance_id}"
