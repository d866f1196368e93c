"""`/_sim`: what tests and people move the sandbox with; loopback callers only."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from valence_sandbox.forced import KINDS, ForcedFault, ForcedFaults
from valence_sandbox.switches import UnknownSwitch
from valence_sandbox.vendors.keap import Keap
from valence_sandbox.vendors.keap.tenant import SEEDABLE

_LOOPBACK = ("127.0.0.1", "::1")


@dataclass(slots=True)
class TokenDelay:
    """How long the token endpoint waits, before it acts or after it has."""

    seconds: float = 0.0
    when: str = "before"


@dataclass(slots=True)
class Simulation:
    """Everything `/_sim` reaches."""

    vendor: Keap
    faults: ForcedFaults = field(default_factory=ForcedFaults)
    delay: TokenDelay = field(default_factory=TokenDelay)
    api_calls: int = 0


class BadOrder(Exception):
    """The body of an admin call makes no sense."""


Order = dict[str, Any]


class Admin:
    """The admin endpoints over one simulation."""

    def __init__(self, simulation: Simulation) -> None:
        self._sim = simulation

    def routes(self) -> list[Route]:
        """Return the routes to mount."""
        posts: dict[str, Callable[[Order], Any]] = {
            "reset": self.reset,
            "seed": self.seed,
            "clock": self.clock,
            "lifetimes": self.lifetimes,
            "token-delay": self.token_delay,
            "faults": self.faults,
            "switches": self.turn_switches,
            "limits": self.limits,
            "expire": self.expire,
            "revoke": self.revoke,
            "grants": self.grants,
            "clients": self.clients,
            "hooks/fire": self.fire_hooks,
        }
        gets: dict[str, Callable[[Order], Any]] = {
            "stats": self.stats,
            "tokens": self.tokens,
            "switches": lambda _: self._sim.vendor.switches.all(),
        }
        routes = [Route(f"/_sim/{n}", _endpoint(act), methods=["POST"]) for n, act in posts.items()]
        return routes + [
            Route(f"/_sim/{n}", _endpoint(act), methods=["GET"]) for n, act in gets.items()
        ]

    def reset(self, _: Order) -> Any:
        """Put everything back to how it started."""
        self._sim.vendor.reset()
        self._sim.vendor.clock.reset()
        self._sim.faults.clear()
        self._sim.delay = TokenDelay()
        self._sim.api_calls = 0
        return {}

    def seed(self, order: Order) -> Any:
        """Add made-up records to the first account: {"contacts": N, "orders": N, ...}."""
        if not order or not set(order) <= set(SEEDABLE):
            raise BadOrder(f"seed one or more of {', '.join(SEEDABLE)}")
        counts = {name: int(_number(order, name)) for name in order}
        tenant = next(iter(self._sim.vendor.tenants.values()))
        return {name: tenant.seed(name, count) for name, count in counts.items()}

    def clock(self, order: Order) -> Any:
        """Move the time: {"advanceSeconds": S}."""
        self._sim.vendor.clock.advance(_number(order, "advanceSeconds"))
        return {"nowMs": self._sim.vendor.clock.now_ms()}

    def lifetimes(self, order: Order) -> Any:
        """Set how long new things live: accessSeconds, refreshSeconds, codeSeconds."""
        lives = self._sim.vendor.oauth.lifetimes
        if "accessSeconds" in order:
            lives.access = _number(order, "accessSeconds")
        if "refreshSeconds" in order:
            lives.refresh = _number(order, "refreshSeconds")
        if "codeSeconds" in order:
            lives.code = _number(order, "codeSeconds")
        return {}

    def token_delay(self, order: Order) -> Any:
        """Let the token endpoint wait: {"seconds": S, "when": "before" | "after"}."""
        when = order.get("when", "before")
        if when not in ("before", "after"):
            raise BadOrder("when is before or after")
        self._sim.delay = TokenDelay(_number(order, "seconds"), when)
        return {}

    def faults(self, order: Order) -> Any:
        """Force the next answers: {"kind", "count", "path", "seconds"}."""
        if order.get("kind") not in KINDS:
            raise BadOrder(f"kind is one of {', '.join(KINDS)}")
        self._sim.faults.add(
            ForcedFault(
                order["kind"],
                int(order.get("count", 1)),
                str(order.get("path", "/crm")),
                float(order.get("seconds", 0)),
            )
        )
        return {}

    def turn_switches(self, order: Order) -> Any:
        """Turn switches: {"name": value}."""
        for name, value in order.items():
            try:
                self._sim.vendor.switches.set(name, value)
            except UnknownSwitch as exc:
                raise BadOrder(str(exc)) from exc
        return self._sim.vendor.switches.all()

    def limits(self, order: Order) -> Any:
        """Set quotas by name, or {"enabled": false}."""
        vendor = self._sim.vendor
        for name, value in order.items():
            if name == "enabled":
                vendor.has_limits = bool(value)
            elif name in vendor.limits:
                vendor.limits[name] = int(value)
            else:
                raise BadOrder(f"there is no quota {name!r}")
        return {"enabled": vendor.has_limits, **vendor.limits}

    def expire(self, _: Order) -> Any:
        """Let every access token be expired."""
        self._sim.vendor.oauth.expire_access_tokens()
        return {}

    def revoke(self, _: Order) -> Any:
        """End every grant."""
        self._sim.vendor.oauth.revoke_grants()
        return {}

    def grants(self, order: Order) -> Any:
        """Issue a token pair without a browser: {"clientId", "tenant"}."""
        vendor = self._sim.vendor
        tenant = str(order.get("tenant") or next(iter(vendor.tenants)))
        client_id = str(order.get("clientId") or next(iter(vendor.oauth.clients)))
        if tenant not in vendor.tenants or client_id not in vendor.oauth.clients:
            raise BadOrder("unknown tenant or clientId")
        return vendor.oauth.issue_tokens(vendor.grant(client_id=client_id, tenant=tenant))

    def clients(self, order: Order) -> Any:
        """Register a client: {"clientId", "clientSecret"}."""
        self._sim.vendor.oauth.clients[str(order["clientId"])] = str(order["clientSecret"])
        return {}

    async def fire_hooks(self, order: Order) -> Any:
        """Call out to the hooks with what is due: {"now": true} with everything that waits."""
        if not isinstance(order.get("now", False), bool):
            raise BadOrder("now must be true or false")
        calls = []
        for name, tenant in self._sim.vendor.tenants.items():
            for call in await tenant.hooks.fire(is_impatient=order.get("now", False)):
                calls.append({"tenant": name, **call})
        return {"calls": calls}

    def stats(self, _: Order) -> Any:
        """Return what was counted since the start or the last reset."""
        counters = self._sim.vendor.oauth.counters
        return {
            "apiCalls": self._sim.api_calls,
            "tokenCalls": {
                "received": counters.received,
                "succeeded": counters.succeeded,
                "refused": counters.refused,
            },
        }

    def tokens(self, _: Order) -> Any:
        """Return the issued access tokens with their state."""
        vendor = self._sim.vendor
        return [
            vendor.describe_token(t, stored) for t, stored in vendor.oauth.access_tokens.items()
        ]


def _number(order: Order, name: str) -> float:
    value = order.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadOrder(f"{name} must be a number")
    return float(value)


def _endpoint(act: Callable[[Order], Any]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if request.client is None or request.client.host not in _LOOPBACK:
            return JSONResponse({"message": "loopback callers only"}, 403)
        body = await request.body()
        try:
            order = orjson.loads(body) if body else {}
            if not isinstance(order, dict):
                raise BadOrder("the body must be a JSON object")
            outcome = act(order)
            return JSONResponse(await outcome if isawaitable(outcome) else outcome)
        except (BadOrder, orjson.JSONDecodeError, KeyError, TypeError, ValueError) as exc:
            return JSONResponse({"message": str(exc)}, 400)

    return endpoint
