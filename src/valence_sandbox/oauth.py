"""An authorization server's memory and rules: clients, codes, grants, tokens.

Source: RFC 6749; what a vendor leaves open is asked of its switches.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from valence_sandbox.clock import SandboxClock
from valence_sandbox.switches import Switches


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


@dataclass(slots=True)
class Code:
    """An authorization code."""

    grant: Grant
    redirect_uri: str
    expires_ms: int
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

    access: float = 86_399
    code: float = 300
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

    def __init__(self, *, clock: SandboxClock, switches: Switches, scope: str) -> None:
        self._clock = clock
        self._switches = switches
        self._scope = scope
        self.clients: dict[str, str] = {}
        self.codes: dict[str, Code] = {}
        self.access_tokens: dict[str, AccessToken] = {}
        self.refresh_tokens: dict[str, RefreshToken] = {}
        self.lifetimes = Lifetimes()
        self.counters = Counters()

    def clear(self) -> None:
        """Forget everything but the clients."""
        self.codes.clear()
        self.access_tokens.clear()
        self.refresh_tokens.clear()
        self.lifetimes = Lifetimes()
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

    def issue_code(self, *, client_id: str, tenant: str, redirect_uri: str) -> str:
        """Return a short single-use code, as the vendor's are."""
        code = secrets.token_urlsafe(6)
        self.codes[code] = Code(
            Grant(client_id, tenant),
            redirect_uri,
            self._clock.now_ms() + int(self.lifetimes.code * 1000),
        )
        return code

    def issue_tokens(self, grant: Grant) -> dict[str, Any]:
        """Make a new pair under a grant and return the token answer."""
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        now = self._clock.now_ms()
        refresh_seconds = self.lifetimes.refresh
        if refresh_seconds is None:
            refresh_seconds = float(self._switches["refresh_ttl_days"]) * 86_400
        self.access_tokens[access] = AccessToken(grant, now + int(self.lifetimes.access * 1000))
        self.refresh_tokens[refresh] = RefreshToken(
            grant, now + int(refresh_seconds * 1000), access
        )
        return {
            "access_token": access,
            "token_type": "bearer",
            "expires_in": int(self.lifetimes.access),
            "refresh_token": refresh,
            "scope": f"{self._scope}|{grant.tenant}",
        }

    def exchange(
        self, *, client_id: str, code: str | None, redirect_uri: str | None
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
