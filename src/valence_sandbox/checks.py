"""Who calls: the ways to present credentials, as parts that a vendor lists.

A check returns the caller, None where nothing of its kind is presented, and raises Refusal
(`unauthorized`, `expired`) where what is presented is no good.
"""

import base64
import binascii
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.datastructures import QueryParams

from valence_sandbox.call import Caller
from valence_sandbox.oauth import AuthorizationServer
from valence_sandbox.refusals import Refusal


@dataclass(slots=True)
class Keyring:
    """The credentials that are no tokens: key -> account, user name -> (password, account)."""

    keys: dict[str, str] = field(default_factory=dict)
    logins: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Presented:
    """What a check looks at."""

    query: QueryParams
    headers: Mapping[str, str]
    keyring: Keyring
    oauth: AuthorizationServer
    now_ms: int

    def scheme(self) -> tuple[str, str]:
        """Return the scheme of the Authorization header, in lower case, and what follows."""
        scheme, _, value = self.headers.get("authorization", "").partition(" ")
        return scheme.lower(), value.strip()


Check = Callable[[Presented], Caller | None]


def bearer(*, schemes: tuple[str, ...] = ("bearer",), parameter: str = "") -> Check:
    """An access token of the vendor's authorization server, in the header or a query parameter."""

    def check(presented: Presented) -> Caller | None:
        scheme, token = presented.scheme()
        if scheme not in schemes:
            token = presented.query.get(parameter, "") if parameter else ""
            if not token:
                return None
        stored = presented.oauth.judge(token)
        if stored is None:
            raise Refusal("unauthorized", "The access token is not valid")
        if stored.expires_ms <= presented.now_ms:
            raise Refusal("expired", "The access token expired")
        grant = stored.grant
        return Caller(grant.tenant, grant.client_id, scopes=frozenset(grant.scopes))

    return check


def api_key(*, header: str = "", parameter: str = "", scheme: str = "") -> Check:
    """A key in a header, a query parameter, or the Authorization header under a scheme."""

    def check(presented: Presented) -> Caller | None:
        key = presented.headers.get(header, "") if header else ""
        if not key and parameter:
            key = presented.query.get(parameter, "")
        if not key and scheme:
            given, value = presented.scheme()
            key = value if given == scheme.lower() else ""
        return _holder(presented, key) if key else None

    return check


def basic_key(*, wants_empty_password: bool = False) -> Check:
    """Basic authentication with a key as the user name."""

    def check(presented: Presented) -> Caller | None:
        pair = _basic(presented)
        if pair is None:
            return None
        if wants_empty_password and pair[1]:
            raise Refusal("unauthorized", "The password must be empty")
        return _holder(presented, pair[0])

    return check


def basic_login() -> Check:
    """Basic authentication with a user name and a password (or token)."""

    def check(presented: Presented) -> Caller | None:
        pair = _basic(presented)
        if pair is None:
            return None
        password, account = presented.keyring.logins.get(pair[0], ("", ""))
        if not account or not secrets.compare_digest(password.encode(), pair[1].encode()):
            raise Refusal("unauthorized", "The user name or password is wrong")
        return Caller(account, pair[0], user=pair[0])

    return check


def _holder(presented: Presented, key: str) -> Caller:
    account = presented.keyring.keys.get(key)
    if account is None:
        raise Refusal("unauthorized", "The key is not valid")
    return Caller(account, key)


def _basic(presented: Presented) -> tuple[str, str] | None:
    scheme, value = presented.scheme()
    if scheme != "basic":
        return None
    try:
        name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as exc:
        raise Refusal("unauthorized", "The Basic header is malformed") from exc
    return name, password
