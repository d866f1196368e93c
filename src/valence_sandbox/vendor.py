"""A vendor described: what a package in `vendors/` says, and the front that plays it.

The front's order is that of a real vendor: (forced faults, in `host.py`,) authentication, quota,
route, handler. `vendors/__init__.py` shows a whole vendor.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any

from starlette.datastructures import QueryParams

from valence_sandbox.account import Account, Kept
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call, Caller
from valence_sandbox.checks import Check, Keyring, Presented
from valence_sandbox.clock import SandboxClock
from valence_sandbox.fields import Invalid
from valence_sandbox.oauth import AuthorizationServer, OAuthFault, OAuthRules, oauth_switches
from valence_sandbox.quotas import Quota, Quotas
from valence_sandbox.refusals import Refusal
from valence_sandbox.routing import Handler, RouteTable
from valence_sandbox.switches import Switch, Switches

Order = dict[str, Any]
Routes = Mapping[tuple[str, str], Handler]
Seeder = Callable[[Account, int], Any]


def rfc_refusal(fault: OAuthFault) -> Answer:
    """Return a refusal of the token endpoint in the words of RFC 6749."""
    return Answer(fault.status, {"error": fault.error, "error_description": fault.description})


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Everything that one vendor is, apart from its handlers' code.

    A handler is `(Call) -> Answer`, or a coroutine of one; it may raise Refusal. `routes` maps
    (method, pattern below the vendor's root) to handlers; `open_routes` need no caller. `checks`
    are tried in order. `shape` makes the body of every refusal, also of forced faults. `accounts`
    are names: the first is that of the login `demo`, the last that of `other`. `plant` fills an
    account as it starts; `seeders` add made-up records for `/_sim/.../seed`. `stamps` are headers
    of every answer. `secret_names` are headers and parameters that never show in the journal.
    """

    key: str
    accounts: tuple[str, ...]
    plant: Callable[[Account], None]
    routes: Routes
    checks: tuple[Check, ...]
    shape: Callable[[Refusal], Answer]
    open_routes: Routes = field(default_factory=dict)
    kept: Mapping[str, Kept] = field(default_factory=dict)
    seeders: Mapping[str, Seeder] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    logins: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    oauth: OAuthRules | None = None
    oauth_refused: Callable[[OAuthFault], Answer] = rfc_refusal
    quotas: Mapping[str, Quota] = field(default_factory=dict)
    switches: Mapping[str, Switch] = field(default_factory=dict)
    stamps: Callable[[], Mapping[str, str]] = dict
    secret_names: frozenset[str] = frozenset()
    most_body_bytes: int = 16 * 1024 * 1024
    orders: Callable[["Vendor"], Mapping[str, Callable[[Order], Any]]] = lambda _: {}


class Vendor:
    """One simulated vendor with its accounts, as its description says."""

    def __init__(self, says: Description, *, clock: SandboxClock, has_limits: bool) -> None:
        self.says = says
        self.key = says.key
        self.fault_path = f"/{says.key}"
        self.seedable = tuple(says.seeders)
        self.clock = clock
        rules = says.oauth or OAuthRules()
        self.switches = Switches({**oauth_switches(rules), **says.switches})
        self.oauth = AuthorizationServer(clock=clock, switches=self.switches, rules=rules)
        self.authorize_path = f"/{says.key}/{rules.authorize_path}"
        self.quotas = Quotas(says.quotas, has_limits=has_limits)
        self.keyring = Keyring()
        self.tenants = {
            name: Account(name, clock=clock, kept=says.kept, plant=says.plant, seeders=says.seeders)
            for name in says.accounts
        }
        self._routes = RouteTable(says.routes)
        self._open_routes = RouteTable(says.open_routes)
        self.restore_keyring()

    @property
    def keys(self) -> dict[str, str]:
        """The accounts by API key; they may be changed."""
        return self.keyring.keys

    @property
    def limits(self) -> dict[str, int]:
        """The limits of the quotas by name; they may be changed."""
        return self.quotas.limits

    @property
    def has_limits(self) -> bool:
        """Whether calls above a quota are refused."""
        return self.quotas.has_limits

    @has_limits.setter
    def has_limits(self, value: bool) -> None:
        self.quotas.has_limits = value

    def restore_keyring(self) -> None:
        """Go back to the keys and logins of the description."""
        self.keyring.keys = dict(self.says.keys)
        self.keyring.logins = dict(self.says.logins)

    def reset(self) -> None:
        """Forget everything that happened; the clients stay registered."""
        self.switches.reset()
        self.oauth.clear()
        self.quotas.reset()
        self.restore_keyring()
        for account in self.tenants.values():
            account.clear()

    def orders(self) -> Mapping[str, Callable[[Order], Any]]:
        """Return the further orders of `/_sim`."""
        return self.says.orders(self)

    async def answer(
        self,
        method: str,
        path: tuple[str, ...],
        *,
        query: QueryParams,
        headers: Mapping[str, str],
        body: bytes,
        base: str,
    ) -> Answer:
        """Answer a call: authentication, quota, route, handler."""
        told: dict[str, str] = dict(self.says.stamps())
        try:
            handler = _found(self._open_routes, method, path)
            if callable(handler):
                caller = Caller(self.says.accounts[0], "")
            else:
                caller = self._caller(query, headers)
                quota_headers, refusing = self.quotas.count(
                    method,
                    path,
                    client=caller.client,
                    account=caller.account,
                    now_ms=self.clock.now_ms(),
                )
                told |= quota_headers
                if refusing is not None:
                    raise Refusal("throttled", details=refusing)
                handler = _found(self._routes, method, path)
            if not callable(handler):
                raise Refusal(handler or "no-route", details="/".join(path))
            call = Call(
                method=method,
                path=path,
                base=base,
                query=query,
                headers=headers,
                body=body,
                account=self.tenants[caller.account],
                caller=caller,
                switches=self.switches,
                oauth=self.oauth,
            )
            outcome = handler(call)
            answer: Answer = await outcome if isawaitable(outcome) else outcome
        except Refusal as refusal:
            answer = self.says.shape(refusal)
        except Invalid as invalid:
            answer = self.says.shape(Refusal("invalid", str(invalid)))
        return answer.with_headers(told)

    def _caller(self, query: QueryParams, headers: Mapping[str, str]) -> Caller:
        presented = Presented(query, headers, self.keyring, self.oauth, self.clock.now_ms())
        for check in self.says.checks:
            caller = check(presented)
            if caller is not None:
                return caller
        raise Refusal("unauthorized", details="absent")


def _found(routes: RouteTable, method: str, path: tuple[str, ...]) -> Handler | str | None:
    handler = routes.find(method, path)
    if handler == "method" and method == "HEAD":
        return routes.find("GET", path)
    return handler
