"""Organizations and users: their making, their secrets, their signing in."""

import base64
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from valence.domain import (
    Account,
    Clock,
    Conflict,
    InvalidRequest,
    NotFound,
    Organization,
    Principal,
    Role,
    Secret,
    TooManyRequests,
    Unauthenticated,
    User,
    strip_markup,
)
from valence.storage import Connection, Database, Revisions, bump, sessions, tenants
from valence.tenancy.callers import principal_of
from valence.tenancy.passwords import check_policy, hash_password, verify_password
from valence.vault import Place, Vault

ATTEMPT_WINDOW_MS = 15 * 60_000
FAILURES_PER_NAME = 10
FAILURES_PER_ADDRESS = 50
RECENT_LOGIN_MS = 10 * 60_000


@dataclass(frozen=True, slots=True)
class Bootstrapped:
    """A new organization with its account and first administrator; secrets shown this once."""

    organization_id: int
    account_id: int
    user_id: int
    organization_secret: Secret
    user_secret: Secret


@dataclass(frozen=True, slots=True)
class CallerSecretPair:
    """The two secrets with which a user's programs call."""

    user_secret: Secret
    organization_secret: Secret


@dataclass(frozen=True, slots=True)
class Login:
    """A successful login; `token` is a bearer token."""

    principal: Principal
    user: User
    account: Account
    organization: Organization
    token: Secret
    expires_ms: int


@dataclass(frozen=True, slots=True)
class Session:
    """A console session; `csrf_token` goes into every form."""

    principal: Principal
    user: User
    csrf_token: str = field(repr=False)
    expires_ms: int = 0


class Tenancy:
    """Makes tenants, signs users in, gives and rotates secrets."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        clock: Clock,
        revisions: Revisions,
        session_hours: float,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._revisions = revisions
        self._session_ms = int(session_hours * 3_600_000)

    async def bootstrap(
        self,
        *,
        email: str,
        password: str,
        first_name: str = "",
        last_name: str = "",
        organization_name: str = "",
    ) -> Bootstrapped:
        """Create an organization with its default account and its administrator.

        Raises:
            InvalidRequest: not an e-mail address, or the password violates the policy.
            Conflict: the e-mail belongs to a user already.
        """
        email = email.strip()
        local, _, host = email.partition("@")
        if not local or not host or any(c.isspace() for c in email) or len(email) > 254:
            raise InvalidRequest("The e-mail address is not of the form name@host.")
        first_name, last_name = strip_markup(first_name), strip_markup(last_name)
        check_policy(password, first_name=first_name, last_name=last_name, email=email, chosen=True)
        password_hash = await hash_password(password)
        user_secret, organization_secret = _new_secret(), _new_secret()
        organization_uid, user_uid = secrets.token_hex(16), secrets.token_hex(16)
        now = self._clock.now_ms()
        async with self._database.write() as connection:
            if await tenants.user_by_email(connection, email.casefold()) is not None:
                raise Conflict(f"A user with the e-mail {email} exists already.")
            await tenants.reserve_system_rows(
                connection, unusable=(secrets.token_bytes(32), secrets.token_bytes(32)), now=now
            )
            organization_id = await tenants.add_organization(
                connection,
                {
                    "uid": organization_uid,
                    "name": strip_markup(organization_name) or host,
                    "secret_sealed": b"",
                    "secret_hash": secrets.token_bytes(32),
                    "created_ms": now,
                },
            )
        # The sealing key belongs to the organization and needs its id. Killed here, what is left is
        # an organization that nobody can reach.
        sealed = [
            await self._vault.seal(
                secret.reveal(),
                organization_id=organization_id,
                place=Place(table, uid, "secret"),
            )
            for table, uid, secret in (
                ("organizations", organization_uid, organization_secret),
                ("users", user_uid, user_secret),
            )
        ]
        async with self._database.write() as connection:
            await tenants.change_organization(
                connection,
                organization_id,
                {
                    "secret_sealed": sealed[0],
                    "secret_hash": self._hash_of_organization_secret(organization_secret),
                },
            )
            account_id = await tenants.add_account(
                connection, organization_id, name="Default", now=now
            )
            user_id = await tenants.add_user(
                connection,
                {
                    "uid": user_uid,
                    "organization_id": organization_id,
                    "account_id": account_id,
                    "email": email,
                    "email_folded": email.casefold(),
                    "first_name": first_name or local,
                    "last_name": last_name,
                    "role": Role.ORGANIZATION_ADMIN,
                    "password_hash": password_hash,
                    "secret_sealed": sealed[1],
                    "secret_hash": self._hash_of_user_secret(user_secret),
                    "is_active": True,
                    "created_ms": now,
                },
            )
            if user_id is None:
                raise Conflict(f"A user with the e-mail {email} exists already.")
        return Bootstrapped(organization_id, account_id, user_id, organization_secret, user_secret)

    async def log_in(self, username: str, password: str, *, address: str) -> Login:
        """Check a password and give a bearer token.

        Raises:
            Unauthenticated: unknown user or wrong password, indistinguishably.
            TooManyRequests: too many failures of this name or from this address.
        """
        now = self._clock.now_ms()
        subjects = (
            (self._vault.lookup_hash("login name", username.casefold()), FAILURES_PER_NAME),
            (self._vault.lookup_hash("login address", address), FAILURES_PER_ADDRESS),
        )
        async with self._database.read() as connection:
            for subject, allowed in subjects:
                failures, ends_ms = await sessions.attempts(connection, subject, now=now)
                if failures >= allowed:
                    raise TooManyRequests(
                        "Too many failed logins; try again later.",
                        retry_after_seconds=max(1, (ends_ms - now) // 1000),
                    )
            user = await tenants.user_by_email(connection, username.strip().casefold())
        stored = user.password_hash if user is not None and user.is_active else None
        if not await verify_password(stored, password) or user is None:
            async with self._database.write() as connection:
                for subject, _ in subjects:
                    await sessions.count_failure(
                        connection, subject, now=now, window_ms=ATTEMPT_WINDOW_MS
                    )
            raise Unauthenticated("The user name or the password is wrong.", code="login-failed")
        return await self._admit(user, forget=subjects[0][0])

    async def log_out(self, token: str) -> None:
        """End a bearer token at once."""
        async with self._database.write() as connection:
            await sessions.drop_bearer(connection, self._hash_of_bearer(token))
            await bump(connection, "callers")
        self._revisions.announce("callers")

    async def start_session(self, login: Login) -> tuple[Secret, Session]:
        """Begin a console session after a login; returns the cookie's value and the session."""
        cookie, csrf_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        expires_ms = self._clock.now_ms() + self._session_ms
        async with self._database.write() as connection:
            await sessions.drop_bearer(connection, self._hash_of_bearer(login.token.reveal()))
            await sessions.add_session(
                connection,
                self._vault.lookup_hash("console session", cookie),
                user_id=login.user.id,
                csrf_token=csrf_token,
                now=self._clock.now_ms(),
                expires_ms=expires_ms,
            )
        return Secret(cookie), Session(login.principal, login.user, csrf_token, expires_ms)

    async def session(self, cookie: str) -> Session | None:
        """Return the live session a cookie names."""
        async with self._database.read() as connection:
            row = await sessions.session(
                connection,
                self._vault.lookup_hash("console session", cookie),
                now=self._clock.now_ms(),
            )
            user = None if row is None else await tenants.user_by_id(connection, row.user_id)
        if row is None or user is None or not user.is_active:
            return None
        return Session(principal_of(user), _user(user), row.csrf_token, row.expires_ms)

    async def end_session(self, cookie: str) -> None:
        """End a console session at once."""
        async with self._database.write() as connection:
            await sessions.drop_session(
                connection, self._vault.lookup_hash("console session", cookie)
            )

    async def confirm_password(self, principal: Principal, password: str, *, address: str) -> None:
        """Check a signed-in user's password again before something dangerous.

        Raises:
            InvalidRequest: it is wrong. TooManyRequests: it was wrong too often.
        """
        user = await self.user(principal.user_id)
        try:
            login = await self.log_in(user.email, password, address=address)
        except Unauthenticated as exc:
            raise InvalidRequest("The password is wrong.", code="wrong-password") from exc
        await self.log_out(login.token.reveal())

    async def change_password(
        self, principal: Principal, *, new: str, current: str | None, bearer: str | None
    ) -> None:
        """Change the caller's own password and end his other bearer tokens and sessions.

        Raises:
            InvalidRequest: the policy is violated, or `current` is wrong.
        """
        async with self._database.read() as connection:
            user = await tenants.user_by_id(connection, principal.user_id)
        if user is None:
            raise NotFound("The user does not exist any more.")
        if current is not None and not await verify_password(user.password_hash, current):
            raise InvalidRequest("The current password is wrong.", code="wrong-password")
        check_policy(
            new,
            first_name=user.first_name,
            last_name=user.last_name,
            email=user.email,
            chosen=False,
        )
        password_hash = await hash_password(new)
        keep = None if bearer is None else self._hash_of_bearer(bearer)
        async with self._database.write() as connection:
            await tenants.change_user(connection, user.id, {"password_hash": password_hash})
            await sessions.drop_bearers_of(connection, user.id, keep=keep)
            await sessions.drop_sessions_of(connection, user.id)
            await bump(connection, "callers")
        self._revisions.announce("callers")

    async def secrets(self, principal: Principal) -> CallerSecretPair:
        """Return the caller's own secrets."""
        async with self._database.read() as connection:
            user = await tenants.user_by_id(connection, principal.user_id)
            organization = await tenants.organization_by_id(connection, principal.organization_id)
        if user is None or organization is None:
            raise NotFound("The user does not exist any more.")
        return CallerSecretPair(
            user_secret=await self._vault.unseal(
                user.secret_sealed,
                organization_id=user.organization_id,
                place=Place("users", user.uid, "secret"),
            ),
            organization_secret=await self._vault.unseal(
                organization.secret_sealed,
                organization_id=organization.id,
                place=Place("organizations", organization.uid, "secret"),
            ),
        )

    async def rotate_secret(self, principal: Principal, *, of_organization: bool) -> Secret:
        """Replace the caller's user secret or his organization's; the old one ends at once."""
        secret = _new_secret()
        async with self._database.read() as connection:
            user = await tenants.user_by_id(connection, principal.user_id)
            organization = await tenants.organization_by_id(connection, principal.organization_id)
        if user is None or organization is None:
            raise NotFound("The user does not exist any more.")
        row, table = (organization, "organizations") if of_organization else (user, "users")
        sealed = await self._vault.seal(
            secret.reveal(),
            organization_id=principal.organization_id,
            place=Place(table, row.uid, "secret"),
        )
        async with self._database.write() as connection:
            if of_organization:
                values = {
                    "secret_sealed": sealed,
                    "secret_hash": self._hash_of_organization_secret(secret),
                }
                await tenants.change_organization(connection, row.id, values)
            else:
                values = {"secret_sealed": sealed, "secret_hash": self._hash_of_user_secret(secret)}
                await tenants.change_user(connection, row.id, values)
            await bump(connection, "callers")
        self._revisions.announce("callers")
        return secret

    async def user(self, user_id: int) -> User:
        """Return a user. Raises NotFound."""
        async with self._database.read() as connection:
            row = await tenants.user_by_id(connection, user_id)
        if row is None:
            raise NotFound(f"No user found with ID {user_id}.")
        return _user(row)

    async def make_vdr_admin(self, email: str, *, is_one: bool) -> None:
        """Give a user the role `vdrAdmin`, or take it; counts from his next call on.

        For the operator alone: what is written with it is every organization's.

        Raises:
            NotFound: no active user has this e-mail.
        """
        async with self._database.write() as connection:
            row = await tenants.user_by_email(connection, email.strip().casefold())
            if row is None or not row.is_active:
                raise NotFound(f"No user found with the e-mail {email.strip()[:254]}.")
            await tenants.change_user(connection, row.id, {"is_vdr_admin": is_one})
            await bump(connection, "callers")
        self._revisions.announce("callers")

    async def account(self, account_id: int) -> Account:
        """Return an account. Raises NotFound."""
        async with self._database.read() as connection:
            row = await tenants.account_by_id(connection, account_id)
        if row is None:
            raise NotFound(f"No account found with ID {account_id}.")
        return _account(row)

    async def organization(self, organization_id: int) -> Organization:
        """Return an organization. Raises NotFound."""
        async with self._database.read() as connection:
            row = await tenants.organization_by_id(connection, organization_id)
        if row is None:
            raise NotFound(f"No organization found with ID {organization_id}.")
        return Organization(row.id, row.name, row.created_ms)

    async def _admit(self, row: Any, *, forget: bytes) -> Login:
        token = secrets.token_urlsafe(32)
        now = self._clock.now_ms()
        today = datetime.fromtimestamp(now / 1000, UTC).strftime("%Y-%m-%d")
        async with self._database.write() as connection:
            await sessions.forget_failures(connection, forget)
            await sessions.add_bearer(
                connection,
                self._hash_of_bearer(token),
                user_id=row.id,
                now=now,
                expires_ms=now + self._session_ms,
            )
            await tenants.change_user(connection, row.id, {"last_login_date": today})
            user, account, organization = await _surroundings(connection, row.id)
        return Login(
            principal=principal_of(row),
            user=user,
            account=account,
            organization=organization,
            token=Secret(token),
            expires_ms=now + self._session_ms,
        )

    def _hash_of_user_secret(self, secret: Secret) -> bytes:
        return self._vault.lookup_hash("user secret", secret.reveal())

    def _hash_of_organization_secret(self, secret: Secret) -> bytes:
        return self._vault.lookup_hash("organization secret", secret.reveal())

    def _hash_of_bearer(self, token: str) -> bytes:
        return self._vault.lookup_hash("bearer token", token)


def _new_secret() -> Secret:
    """Return 256 random bits in the base64 alphabet that clients of the contract know."""
    return Secret(base64.b64encode(secrets.token_bytes(32)).decode())


async def _surroundings(connection: Connection, user_id: int) -> tuple[User, Account, Organization]:
    user = await tenants.user_by_id(connection, user_id)
    if user is None:
        raise Unauthenticated("The user name or the password is wrong.", code="login-failed")
    account = await tenants.account_by_id(connection, user.account_id)
    organization = await tenants.organization_by_id(connection, user.organization_id)
    if account is None or organization is None:
        raise NotFound("The user's account does not exist any more.")
    return (
        _user(user),
        _account(account),
        Organization(organization.id, organization.name, organization.created_ms),
    )


def _user(row: Any) -> User:
    return User(
        id=row.id,
        account_id=row.account_id,
        organization_id=row.organization_id,
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        role=Role(row.role),
        is_active=row.is_active,
        created_ms=row.created_ms,
        last_login_date=row.last_login_date,
        is_vdr_admin=row.is_vdr_admin,
    )


def _account(row: Any) -> Account:
    return Account(
        id=row.id,
        organization_id=row.organization_id,
        name=row.name,
        description=row.description,
        external_id=row.external_id,
        is_default=row.is_default,
        is_active=row.is_active,
        created_ms=row.created_ms,
    )
