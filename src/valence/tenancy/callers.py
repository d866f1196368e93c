"""Who presents these secrets? Answered from memory when it was asked before and nothing changed."""

from collections import OrderedDict
from typing import Any

from valence.domain import CallerSecrets, Clock, Principal, Role, Unauthenticated
from valence.storage import Database, Revisions, sessions, tenants
from valence.vault import Vault

_REMEMBERED = 4096


class Callers:
    """Authenticates the secrets of requests."""

    def __init__(
        self, database: Database, vault: Vault, *, clock: Clock, revisions: Revisions
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._revisions = revisions
        self._revision = -1
        # secrets -> (caller, until when); the time matters for bearer tokens only
        self._known: OrderedDict[CallerSecrets, tuple[Principal, int | None]] = OrderedDict()

    def authenticated(self, secrets: CallerSecrets) -> Principal | None:
        """Return the caller if he is remembered and still good; costs no I/O."""
        if self._revisions.current("callers") != self._revision:
            self._revision = self._revisions.current("callers")
            self._known.clear()
            return None
        found = self._known.get(secrets)
        if found is None:
            return None
        principal, until_ms = found
        if until_ms is not None and until_ms <= self._clock.now_ms():
            del self._known[secrets]
            return None
        return principal

    async def authenticate(self, secrets: CallerSecrets) -> Principal:
        """Return the caller who presents these secrets.

        `User` with `Organization`, `User` alone where an `Element` token comes with it, or
        `Bearer`.

        Raises:
            Unauthenticated: absent, unknown, of an inactive user, or not belonging together.
        """
        found = self.authenticated(secrets)
        if found is not None:
            return found
        revision = self._revisions.current("callers")
        principal, until_ms = await self._look_up(secrets)
        if revision == self._revision:
            # Remembered only under the revision that was current before the look-up began.
            self._known[secrets] = (principal, until_ms)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return principal

    async def _look_up(self, secrets: CallerSecrets) -> tuple[Principal, int | None]:
        if secrets.user is not None:
            return await self._by_secrets(secrets), None
        if secrets.bearer is not None:
            return await self._by_bearer(secrets.bearer)
        raise Unauthenticated("The Authorization header presents no User secret.")

    async def _by_secrets(self, secrets: CallerSecrets) -> Principal:
        if secrets.organization is None and secrets.element is None:
            raise Unauthenticated("The Authorization header presents no Organization secret.")
        user_hash = self._vault.lookup_hash("user secret", secrets.user or "")
        async with self._database.read() as connection:
            user = await tenants.user_by_secret(connection, user_hash)
            organization = None
            if secrets.organization is not None:
                organization = await tenants.organization_by_secret(
                    connection,
                    self._vault.lookup_hash("organization secret", secrets.organization),
                )
        if user is None or not user.is_active:
            raise Unauthenticated("The User or Organization secret is not known.")
        if secrets.organization is not None and (
            organization is None or organization.id != user.organization_id
        ):
            raise Unauthenticated("The User or Organization secret is not known.")
        return principal_of(user)

    async def _by_bearer(self, token: str) -> tuple[Principal, int]:
        async with self._database.read() as connection:
            row = await sessions.bearer(
                connection,
                self._vault.lookup_hash("bearer token", token),
                now=self._clock.now_ms(),
            )
            user = None if row is None else await tenants.user_by_id(connection, row.user_id)
        if row is None or user is None or not user.is_active:
            raise Unauthenticated("The bearer token is not known or has expired.")
        return principal_of(user), row.expires_ms


def principal_of(user: Any) -> Principal:
    """Return a user's row as the caller of a request."""
    return Principal(
        user_id=user.id,
        account_id=user.account_id,
        organization_id=user.organization_id,
        role=Role(user.role),
        is_vdr_admin=user.is_vdr_admin,
    )
