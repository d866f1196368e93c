"""`/_sim`: what tests and people move the sandbox with; loopback callers only."""

from collections.abc import Awaitable, Callable, Sequence
from inspect import isawaitable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from valence_sandbox.answers import Answer
from valence_sandbox.forced import KINDS, ForcedFault
from valence_sandbox.oauth import Grant
from valence_sandbox.simulation import BadOrder, Order, Simulation, TokenDelay
from valence_sandbox.switches import UnknownSwitch

_LOOPBACK = ("127.0.0.1", "::1")


class Admin:
    """The admin endpoints over the simulation of one vendor."""

    def __init__(self, simulation: Simulation, *, root: str = "/_sim") -> None:
        self._sim = simulation
        self._root = root

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
            "keys": self.keys,
            **self._sim.vendor.orders(),
        }
        gets: dict[str, Callable[[Order], Any]] = {
            "stats": self.stats,
            "tokens": lambda _: self._sim.vendor.oauth.described(),
            "calls": self._sim.journal.listed,
            "switches": lambda _: self._sim.vendor.switches.all(),
        }
        return [
            Route(f"{self._root}/{name}", _endpoint(act), methods=[method])
            for method, acts in (("POST", posts), ("GET", gets))
            for name, act in acts.items()
        ]

    def reset(self, _: Order) -> Any:
        """Put everything back to how it started."""
        self._sim.vendor.clock.reset()  # before the records, which carry the time
        self._sim.vendor.reset()
        self._sim.faults.clear()
        self._sim.delay = TokenDelay()
        self._sim.journal.clear()
        self._sim.api_calls = 0
        return {}

    def seed(self, order: Order) -> Any:
        """Add made-up records to the first account: {"contacts": N, "orders": N, ...}."""
        seedable = self._sim.vendor.seedable
        if not order or not set(order) <= set(seedable):
            raise BadOrder(f"seed one or more of {', '.join(seedable)}")
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
        """Force the next answers: {"kind", "count", "path", "seconds"}, for the kind `answer` with
        {"status", "body", "headers"}.
        """
        if order.get("kind") not in KINDS:
            raise BadOrder(f"kind is one of {', '.join(KINDS)}")
        headers = {str(name): str(value) for name, value in dict(order.get("headers", {})).items()}
        self._sim.faults.add(
            ForcedFault(
                order["kind"],
                int(order.get("count", 1)),
                str(order.get("path", self._sim.vendor.fault_path)),
                float(order.get("seconds", 0)),
                Answer(int(order.get("status", 500)), order.get("body"), headers=headers),
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
        """Issue a token pair without a browser: {"clientId", "tenant", "scopes"}."""
        vendor = self._sim.vendor
        rules = vendor.oauth.rules
        tenant = str(order.get("tenant") or next(iter(vendor.tenants)))
        client_id = str(order.get("clientId") or next(iter(vendor.oauth.clients)))
        if tenant not in vendor.tenants or client_id not in vendor.oauth.clients:
            raise BadOrder("unknown tenant or clientId")
        scopes = tuple(order.get("scopes") or rules.asked({}) or sorted(rules.scopes))
        return vendor.oauth.issue_tokens(Grant(client_id, tenant, scopes=scopes))

    def clients(self, order: Order) -> Any:
        """Register a client: {"clientId", "clientSecret"}."""
        self._sim.vendor.oauth.clients[str(order["clientId"])] = str(order["clientSecret"])
        return {}

    def keys(self, order: Order) -> Any:
        """Register a key of an account: {"key", "tenant"}; without a tenant the key is ended."""
        keys, tenant = self._sim.vendor.keys, order.get("tenant")
        if tenant is None:
            keys.pop(str(order["key"]), None)
        elif tenant in self._sim.vendor.tenants:
            keys[str(order["key"])] = str(tenant)
        else:
            raise BadOrder("unknown tenant")
        return {"count": len(keys)}

    def stats(self, _: Order) -> Any:
        """Return what was counted since the start or the last reset."""
        counters = self._sim.vendor.oauth.counters
        return {
            "apiCalls": self._sim.api_calls,
            "methods": dict(self._sim.journal.methods),
            "statuses": dict(self._sim.journal.statuses),
            "tokenCalls": {
                "received": counters.received,
                "succeeded": counters.succeeded,
                "refused": counters.refused,
            },
        }


class EveryAdmin:
    """One order for all vendors at once."""

    def __init__(self, admins: Sequence[Admin]) -> None:
        self._admins = admins

    def routes(self) -> list[Route]:
        """Return the routes to mount: what makes sense without knowing the vendor."""
        return [
            Route("/_sim/all/reset", _endpoint(self.reset), methods=["POST"]),
            Route("/_sim/all/limits", _endpoint(self.limits), methods=["POST"]),
        ]

    def reset(self, order: Order) -> Any:
        """Put everything back to how it started."""
        for admin in self._admins:
            admin.reset(order)
        return {}

    def limits(self, order: Order) -> Any:
        """Let quotas refuse or not: {"enabled": false}."""
        if set(order) != {"enabled"}:
            raise BadOrder("enabled is all that can be said to every vendor")
        for admin in self._admins:
            admin.limits(order)
        return {}


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
            order = orjson.loads(body) if body else dict(request.query_params)
            if not isinstance(order, dict):
                raise BadOrder("the body must be a JSON object")
            outcome = act(order)
            return JSONResponse(await outcome if isawaitable(outcome) else outcome)
        except (BadOrder, orjson.JSONDecodeError, KeyError, TypeError, ValueError) as exc:
            return JSONResponse({"message": str(exc)}, 400)

    return endpoint
