"""An authorization server's memory and rules: clients, codes, grants, tokens.

Source: RFC 6749 and RFC 7636; what a vendor does its own way is in its `OAuthRules`, what it leaves
open is asked of its switches.
"""

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from valence_sandbox.clock import SandboxClock
from valence_sandbox.switches import Switch, Switches

_MOST_TOKENS = 20_000  # dead ones are dropped beyond that


class OAuthFault(Exception):
    """A refusal in the form of RFC 6749 section 5.2."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.description = description


@dataclass(slots=True)
class Grant:
    """What one user allowed one client; `is_alive` ends everything issued under it."""

    client_id: str
    tenant: str
    is_alive: bool = True
    scopes: tuple[str, ...] = ()


def _same_scope(grant: Grant, separator: str) -> str:
    return separator.join(grant.scopes)


def _nothing(_: Grant) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Issue:
    """An answer of the token endpoint under way; `base` is the vendor's root as the caller wrote
    it.
    """

    grant: Grant
    grant_type: str
    base: str


def _as_issued(fields: dict[str, Any], _: Issue) -> dict[str, Any]:
    return fields


@dataclass(frozen=True, slots=True)
class OAuthRules:
    """What a vendor's authorization server does its own way. Paths are below the vendor's root.

    `scopes` are what may be asked for (empty: anything), in the parameters `scope_parameters`;
    without `default_scope` a request must ask for one. `client_by` is `body`, `basic` or `either`,
    `pkce` `ignored`, `optional` (checked when sent) or `required`. Refresh tokens come only under
    `offline_scope`, where there is one. `answer` completes or reshapes the token answer.
    """

    authorize_path: str = "oauth/authorize"
    token_path: str = "oauth/token"
    revoke_path: str = ""
    scopes: frozenset[str] = frozenset()
    default_scope: str = ""
    scope_parameters: tuple[str, ...] = ("scope",)
    separator: str = " "
    client_by: str = "either"
    pkce: str = "optional"
    pkce_methods: tuple[str, ...] = ("S256", "plain")
    rotates: bool = True
    offline_scope: str = ""
    access_seconds: float = 3600
    code_seconds: float = 300
    refresh_days: float = 36_500
    grant_types: frozenset[str] = frozenset({"authorization_code", "refresh_token"})
    scope_text: Callable[[Grant, str], str] = _same_scope
    redirect_extra: Callable[[Grant], Mapping[str, str]] = _nothing
    answer: Callable[[dict[str, Any], Issue], dict[str, Any]] = _as_issued

    def asked(self, parameters: Mapping[str, str]) -> tuple[str, ...]:
        """Return the scopes that a request asks for."""
        texts = [parameters.get(name, "") for name in self.scope_parameters]
        if not any(texts):
            texts = [self.default_scope]
        parts = (part for text in texts for part in text.split(self.separator))
        return tuple(dict.fromkeys(part for part in parts if part))


def oauth_switches(rules: OAuthRules) -> dict[str, Switch]:
    """Return the switches that every authorization server has."""
    reuse = ("kills_grant", "grace", "ignored")
    usual = "kills_grant" if rules.rotates else "ignored"
    others = tuple(value for value in reuse if value != usual)
    return {
        "redirect_match": Switch("exact", ("prefix", "any"), "how redirect_uri is compared"),
        "redirect_allow_localhost": Switch(True, (False,), "http redirect URIs on loopback"),
        "deny_extra_fields": Switch([], None, "further parameters of the redirect after a denial"),
        "old_access_token_after_refresh": Switch(
            "valid_until_expiry", ("revoked",), "the access token that a refresh replaced"
        ),
        "code_reuse": Switch("invalid_grant", ("revoke_chain",), "a code used twice"),
        "refresh_reuse": Switch(
            usual, others, "an old refresh token used again; ignored: no rotation"
        ),
        "refresh_ttl_days": Switch(rules.refresh_days, None, "days an unused refresh token lives"),
    }


@dataclass(frozen=True, slots=True)
class Challenge:
    """What PKCE wants to see again."""

    text: str
    method: str

    def is_met(self, verifier: str) -> bool:
        """Tell whether a verifier is the one that the challenge was made of."""
        shown = verifier
        if self.method == "S256":
            digest = sha256(verifier.encode()).digest()
            shown = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return secrets.compare_digest(shown.encode(), self.text.encode())


@dataclass(slots=True)
class Code:
    """An authorization code."""

    grant: Grant
    redirect_uri: str
    expires_ms: int
    challenge: Challenge | None = None
    is_used: bool = False


@dataclass(slots=True)
class AccessToken:
    """An issued access token."""

    grant: Grant
    expires_ms: int
    is_revoked: bool = False


@dataclass(slots=True)
class RefreshToken:
    """An issued refresh token; `successor` is the answer that replaced it."""

    grant: Grant
    expires_ms: int
    access_token: str
    successor: dict[str, Any] | None = None


@dataclass(slots=True)
class Lifetimes:
    """How long things live, in seconds."""

    access: float
    code: float
    refresh: float | None = None  # None: as the switch says


@dataclass(slots=True)
class Counters:
    """What the token endpoint saw, per grant type."""

    received: dict[str, int] = field(default_factory=dict)
    succeeded: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    def count(self, outcome: dict[str, int], grant_type: str) -> None:
        """Count one outcome."""
        outcome[grant_type] = outcome.get(grant_type, 0) + 1


class AuthorizationServer:
    """Issues, rotates and judges tokens for one vendor."""

    def __init__(self, *, clock: SandboxClock, switches: Switches, rules: OAuthRules) -> None:
        self._clock = clock
        self._switches = switches
        self.rules = rules
        self.clients: dict[str, str] = {}
        self.codes: dict[str, Code] = {}
        self.access_tokens: dict[str, AccessToken] = {}
        self.refresh_tokens: dict[str, RefreshToken] = {}
        self.lifetimes = self._usual_lifetimes()
        self.counters = Counters()

    def _usual_lifetimes(self) -> Lifetimes:
        return Lifetimes(access=self.rules.access_seconds, code=self.rules.code_seconds)

    def clear(self) -> None:
        """Forget everything but the clients."""
        self.codes.clear()
        self.access_tokens.clear()
        self.refresh_tokens.clear()
        self.lifetimes = self._usual_lifetimes()
        self.counters = Counters()

    def is_redirect_allowed(self, uri: str) -> bool:
        """Tell whether a redirect URI may be used: https anywhere, http on loopback."""
        try:
            parts = urlsplit(uri)
        except ValueError:
            return False
        if parts.fragment or not parts.hostname:
            return False
        if parts.scheme == "https":
            return True
        host = parts.hostname
        is_loopback = host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")
        return (
            parts.scheme == "http"
            and is_loopback
            and bool(self._switches["redirect_allow_localhost"])
        )

    def issue_code(
        self, grant: Grant, *, redirect_uri: str, challenge: Challenge | None = None
    ) -> str:
        """Return a short single-use code, as vendors' are."""
        code = secrets.token_urlsafe(6)
        expires_ms = self._clock.now_ms() + int(self.lifetimes.code * 1000)
        self.codes[code] = Code(grant, redirect_uri, expires_ms, challenge)
        return code

    def issue_tokens(self, grant: Grant) -> dict[str, Any]:
        """Make a new pair under a grant and return the token answer."""
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        now = self._clock.now_ms()
        if len(self.access_tokens) >= _MOST_TOKENS:
            self._forget_dead(now)
        self.access_tokens[access] = AccessToken(grant, now + int(self.lifetimes.access * 1000))
        answer = {
            "access_token": access,
            "token_type": "bearer",
            "expires_in": int(self.lifetimes.access),
        }
        if not self.rules.offline_scope or self.rules.offline_scope in grant.scopes:
            refresh_seconds = self.lifetimes.refresh
            if refresh_seconds is None:
                refresh_seconds = float(self._switches["refresh_ttl_days"]) * 86_400
            self.refresh_tokens[refresh] = RefreshToken(
                grant, now + int(refresh_seconds * 1000), access
            )
            answer["refresh_token"] = refresh
        return {**answer, "scope": self.rules.scope_text(grant, self.rules.separator)}

    def _forget_dead(self, now_ms: int) -> None:
        """Drop what is of no use any more: a token that comes back is unknown then."""
        for tokens in (self.access_tokens, self.refresh_tokens, self.codes):
            dead = [
                text
                for text, stored in tokens.items()
                if stored.expires_ms <= now_ms or not stored.grant.is_alive
            ]
            for text in dead:
                del tokens[text]

    def issue_access(self, grant: Grant) -> dict[str, Any]:
        """Make an access token alone, as client credentials buy it, and return the answer."""
        answer = self.issue_tokens(grant)
        self.refresh_tokens.pop(answer.pop("refresh_token", ""), None)
        return answer

    def exchange(
        self,
        *,
        client_id: str,
        code: str | None,
        redirect_uri: str | None,
        verifier: str = "",
    ) -> dict[str, Any]:
        """Redeem a code. Raises OAuthFault."""
        if not code:
            raise OAuthFault(400, "invalid_request", "Missing parameter: code")
        if not redirect_uri:
            raise OAuthFault(400, "invalid_request", "Missing parameter: redirect_uri")
        stored = self.codes.get(code)
        if stored is None or stored.grant.client_id != client_id:
            raise OAuthFault(400, "invalid_grant", "Invalid authorization code")
        if stored.is_used:
            if self._switches["code_reuse"] == "revoke_chain":
                stored.grant.is_alive = False
            raise OAuthFault(400, "invalid_grant", "Authorization code was already used")
        if stored.expires_ms <= self._clock.now_ms():
            raise OAuthFault(400, "invalid_grant", "Authorization code expired")
        if not self._redirect_matches(redirect_uri, stored.redirect_uri):
            raise OAuthFault(400, "invalid_grant", "Redirect URI does not match")
        if stored.challenge is not None and not stored.challenge.is_met(verifier):
            raise OAuthFault(400, "invalid_grant", "code_verifier does not match")
        stored.is_used = True
        return self.issue_tokens(stored.grant)

    def refresh(self, *, client_id: str, refresh_token: str | None) -> dict[str, Any]:
        """Trade a refresh token for a new pair; the old one is dead from here on. Raises
        OAuthFault.
        """
        if not refresh_token:
            raise OAuthFault(400, "invalid_request", "Missing parameter: refresh_token")
        stored = self.refresh_tokens.get(refresh_token)
        if (
            stored is None
            or stored.grant.client_id != client_id
            or not stored.grant.is_alive
            or stored.expires_ms <= self._clock.now_ms()
        ):
            raise OAuthFault(400, "invalid_grant", "Invalid refresh token")
        if stored.successor is not None:
            if self._switches["refresh_reuse"] == "grace":
                return stored.successor
            stored.grant.is_alive = False
            raise OAuthFault(400, "invalid_grant", "Invalid refresh token")
        answer = self.issue_tokens(stored.grant)
        if self._switches["refresh_reuse"] == "ignored":
            del self.refresh_tokens[answer["refresh_token"]]
            answer["refresh_token"] = refresh_token
        else:
            stored.successor = answer
        if self._switches["old_access_token_after_refresh"] == "revoked":
            self.access_tokens[stored.access_token].is_revoked = True
        stored.access_token = answer["access_token"]
        return answer

    def judge(self, token: str) -> AccessToken | None:
        """Return a presented access token, alive or not; None: never issued, or its grant ended."""
        stored = self.access_tokens.get(token)
        if stored is None or not stored.grant.is_alive or stored.is_revoked:
            return None
        return stored

    def grant_of(self, answer: Mapping[str, Any]) -> Grant:
        """Return the grant that a token answer was issued under."""
        return self.access_tokens[answer["access_token"]].grant

    def revoke(self, token: str) -> bool:
        """End what hangs on a token: all of its grant (refresh), itself (access). Tell whether it
        was known.
        """
        refresh = self.refresh_tokens.get(token)
        access = self.access_tokens.get(token)
        if refresh is not None:
            refresh.grant.is_alive = False
        elif access is not None:
            access.is_revoked = True
        return refresh is not None or access is not None

    def described(self) -> list[dict[str, str]]:
        """Return the issued access tokens with their state."""
        return [
            {"accessToken": token, "tenant": stored.grant.tenant, "state": self._state(stored)}
            for token, stored in self.access_tokens.items()
        ]

    def _state(self, stored: AccessToken) -> str:
        if not stored.grant.is_alive:
            return "grant-ended"
        if stored.is_revoked:
            return "revoked"
        return "expired" if stored.expires_ms <= self._clock.now_ms() else "alive"

    def expire_access_tokens(self) -> None:
        """Let every access token be expired from now on."""
        for token in self.access_tokens.values():
            token.expires_ms = self._clock.now_ms()

    def revoke_grants(self) -> None:
        """End every grant, as an owner does who removes the app."""
        for token in self.refresh_tokens.values():
            token.grant.is_alive = False
        for access in self.access_tokens.values():
            access.grant.is_alive = False

    def _redirect_matches(self, given: str, asked: str) -> bool:
        rule = self._switches["redirect_match"]
        if rule == "any":
            return True
        return given.startswith(asked) if rule == "prefix" else given == asked
