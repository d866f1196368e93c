"""Keap's front: who calls, is the quota left, and which handler answers."""

import base64
import binascii
import secrets
from collections.abc import Callable, Mapping
from inspect import isawaitable
from typing import Any
from urllib.parse import unquote_plus

from starlette.datastructures import QueryParams

from valence_sandbox.answers import Answer
from valence_sandbox.clock import SandboxClock
from valence_sandbox.fields import Invalid
from valence_sandbox.oauth import AuthorizationServer, OAuthFault
from valence_sandbox.simulation import BadOrder
from valence_sandbox.switches import Switches
from valence_sandbox.throttle import Window
from valence_sandbox.vendors.keap import routes
from valence_sandbox.vendors.keap.call import Call, Refusal
from valence_sandbox.vendors.keap.description import (
    KEYS,
    OAUTH,
    OTHER_TENANT,
    QUOTAS,
    SWITCHES,
    TENANT,
)
from valence_sandbox.vendors.keap.tenant import SEEDABLE, Tenant

_HTML_404 = "<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>"
_HTML_400 = (
    "<html><head><title>Error 400 (Bad Request)</title></head><body><p>Your client has issued a"
    " malformed or illegal request.</p></body></html>"
)


class Keap:
    """One simulated Keap with its accounts."""

    key = "keap"
    authorize_path = "/app/oauth/authorize"
    token_path = "/token"
    fault_path = "/crm"
    seedable = SEEDABLE

    def __init__(self, *, clock: SandboxClock, has_limits: bool) -> None:
        self.clock = clock
        self.switches = Switches(SWITCHES)
        self.oauth = AuthorizationServer(clock=clock, switches=self.switches, rules=OAUTH)
        self.tenants = {name: Tenant(name, clock=clock) for name in (TENANT, OTHER_TENANT)}
        self.keys: dict[str, str] = dict(KEYS)
        self.has_limits = has_limits
        self.limits = {name: limit for name, (limit, _) in QUOTAS.items()}
        self._windows: dict[tuple[str, str], Window] = {}
        self._refusals = 0

    def reset(self) -> None:
        """Forget everything that happened; the clients stay registered."""
        self.switches.reset()
        self.oauth.clear()
        self.keys = dict(KEYS)
        for tenant in self.tenants.values():
            tenant.clear()
        self.limits = {name: limit for name, (limit, _) in QUOTAS.items()}
        self._windows.clear()

    def token_answer(self, form: Mapping[str, str], authorization: str) -> Answer:
        """Answer a request to the token endpoint."""
        grant_type = form.get("grant_type", "")
        counters = self.oauth.counters
        try:
            client_id = self._client(form, authorization, grant_type)
            if grant_type == "authorization_code":
                answer = self.oauth.exchange(
                    client_id=client_id,
                    code=form.get("code"),
                    redirect_uri=form.get("redirect_uri"),
                )
            elif grant_type == "refresh_token":
                answer = self.oauth.refresh(
                    client_id=client_id, refresh_token=form.get("refresh_token")
                )
            elif grant_type:
                raise OAuthFault(400, "unsupported_grant_type", "Unsupported grant type")
            else:
                raise OAuthFault(400, "invalid_request", "Missing parameter: grant_type")
        except OAuthFault as fault:
            counters.count(counters.refused, grant_type)
            is_custom = self.switches["oauth_error_texts"] == "custom"
            text = "Request denied (E-117)" if is_custom else fault.description
            return Answer(fault.status, {"error": fault.error, "error_description": text})
        counters.count(counters.succeeded, grant_type)
        tenant = str(answer["scope"]).partition("|")[2]
        return Answer(
            200, answer, headers={"x-keap-tenant-id": tenant, "Cache-Control": "no-store"}
        )

    def _client(self, form: Mapping[str, str], authorization: str, grant_type: str) -> str:
        client_id, client_secret = form.get("client_id", ""), form.get("client_secret", "")
        is_basic = authorization.lower().startswith("basic ")
        if is_basic:
            if grant_type != "refresh_token" and not self.switches["exchange_accepts_basic"]:
                raise OAuthFault(401, "invalid_client", "Client credentials must be in the body")
            client_id, client_secret = _basic(authorization)
        if grant_type == "refresh_token" and not is_basic:
            raise OAuthFault(401, "invalid_client", "Basic authentication is required")
        known = self.oauth.clients.get(client_id)
        if known is None or not secrets.compare_digest(known.encode(), client_secret.encode()):
            raise OAuthFault(401, "invalid_client", "Client authentication failed")
        return client_id

    async def api_answer(
        self,
        method: str,
        path: str,
        *,
        query: QueryParams,
        headers: Mapping[str, str],
        body: bytes,
        base: str,
    ) -> Answer:
        """Answer a call below /crm/rest."""
        if method in ("GET", "HEAD") and body:
            return Answer(400, html=_HTML_400)
        version, rest = (2, path[3:]) if path.startswith("/v2") else (1, path[3:])
        segments = tuple(part for part in rest.split("/") if part)
        found = (routes.V1 if version == 1 else routes.V2).find(method, segments)
        if version == 1 and segments == ("oauth", "connect", "userinfo"):
            found = found if self.switches["userinfo_in_v1"] else None
        caller = self._caller(query, headers)
        if isinstance(caller, Answer):
            return caller
        tenant, client_id = caller
        quota_headers, is_allowed = self._count(client_id, tenant)
        if not is_allowed:
            return self._throttled(quota_headers)
        if found is None:
            return Answer(404, html=_HTML_404, headers=quota_headers)
        if isinstance(found, str):
            return Answer(405, {"message": "Method Not Allowed"}, headers=quota_headers)
        call = Call(self.tenants[tenant], self.switches, base, query, body, segments, headers)
        try:
            outcome = found(call)
            answer: Answer = await outcome if isawaitable(outcome) else outcome
        except Refusal as refusal:
            answer = refusal.to_answer(version=version)
        except Invalid as invalid:
            answer = Refusal(400, str(invalid)).to_answer(version=version)
        return Answer(answer.status, answer.json, answer.html, {**quota_headers, **answer.headers})

    def _caller(
        self, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> tuple[str, str] | Answer:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            token = query.get("access_token", "") or headers.get("x-keap-api-key", "")
        if token in self.keys:
            return self.keys[token], token
        stored = self.oauth.judge(token)
        if stored is None:
            return _fault("Invalid access token", "oauth.v2.InvalidAccessToken")
        if stored.expires_ms <= self.clock.now_ms():
            if self.switches["expired_token_fault"] == "invalid_access_token":
                return _fault("Invalid access token", "oauth.v2.InvalidAccessToken")
            return _fault("Access Token expired", "keymanagement.service.access_token_expired")
        return stored.grant.tenant, stored.grant.client_id

    def _count(self, client_id: str, tenant: str) -> tuple[dict[str, str], bool]:
        headers = {"x-keap-tenant-id": tenant, "x-request-id": secrets.token_hex(8)}
        is_allowed = True
        now = self.clock.now_ms()
        owner = "key" if client_id in self.keys else "product"
        for name, (_, unit) in QUOTAS.items():
            kind, _, part = name.partition("-")
            if kind not in (owner, "tenant"):
                continue
            subject = tenant if kind == "tenant" else client_id
            window = self._windows.get((name, subject))
            if window is None or window.limit != self.limits[name]:
                window = self._windows[(name, subject)] = Window(self.limits[name], unit)
            is_allowed = window.count(now) and is_allowed
            prefix = f"x-keap-{'tenant' if kind == 'tenant' else 'product'}-{part}-"
            if part == "spike":
                # Keys are told their spike limit; OAuth clients meet it unannounced.
                headers.update({prefix + "limit": f"{window.limit}ps"} if kind == "key" else {})
                continue
            headers[prefix + "limit"] = str(window.limit)
            headers[prefix + "time-unit"] = unit
            headers[prefix + "interval"] = "1"
            # Who refuses nobody has something left: callers keep to what they are told.
            least = 0 if self.has_limits else 1
            headers[prefix + "available"] = str(max(least, window.available))
            headers[prefix + "used"] = str(window.used)
            if kind != "tenant" and part == "quota":
                headers[prefix + "expiry-time"] = str(window.ends_ms)
        return headers, is_allowed or not self.has_limits

    def _throttled(self, headers: dict[str, str]) -> Answer:
        self._refusals += 1
        rule = self.switches["retry_after_on_429"]
        if rule == "always" or (rule == "sometimes" and self._refusals % 2):
            headers = {**headers, "Retry-After": "1"}
        return throttled(headers)

    def orders(self) -> Mapping[str, Callable[[dict[str, Any]], Any]]:
        """Return the further orders of `/_sim`."""
        return {"hooks/fire": self.fire_hooks}

    async def fire_hooks(self, order: dict[str, Any]) -> Any:
        """Call out to the hooks with what is due: {"now": true} with everything that waits."""
        if not isinstance(order.get("now", False), bool):
            raise BadOrder("now must be true or false")
        calls = []
        for name, tenant in self.tenants.items():
            for call in await tenant.hooks.fire(is_impatient=order.get("now", False)):
                calls.append({"tenant": name, **call})
        return {"calls": calls}


def throttled(headers: Mapping[str, str]) -> Answer:
    """Return Keap's 429."""
    body = {
        "code": "429",
        "message": "Quota Exceeded",
        "status": "Request Throttled",
        "details": None,
    }
    return Answer(429, body, headers=headers)


def _fault(text: str, code: str) -> Answer:
    return Answer(401, {"fault": {"faultstring": text, "detail": {"errorcode": code}}})


def unauthorized() -> Answer:
    """Return the gateway's 401."""
    return _fault("Invalid access token", "oauth.v2.InvalidAccessToken")


def _basic(header: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(header[6:].strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as exc:
        raise OAuthFault(401, "invalid_client", "Malformed Basic header") from exc
    client_id, _, client_secret = text.partition(":")
    return unquote_plus(client_id), unquote_plus(client_secret)
