"""The authorization endpoint: login form, consent form, redirect."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from valence_sandbox import pages
from valence_sandbox.oauth import AuthorizationServer, Challenge, Grant
from valence_sandbox.settings import SandboxSettings
from valence_sandbox.switches import Switches


class AuthorizingVendor(Protocol):
    """What the pages need of a vendor."""

    oauth: AuthorizationServer
    switches: Switches

    @property
    def tenants(self) -> Mapping[str, Any]:
        """The accounts by name."""
        ...

    @property
    def authorize_path(self) -> str:
        """The address of the pages."""
        ...


@dataclass(frozen=True, slots=True)
class Ticket:
    """A signed-in user about to decide."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None
    tenant: str
    challenge: Challenge | None


_PKCE = ("code_challenge", "code_challenge_method")
_CARRIED = ("client_id", "redirect_uri", "response_type", "state", *_PKCE)


class AuthorizationPages:
    """The pages of one vendor; two users exist, one an account."""

    def __init__(self, vendor: AuthorizingVendor, settings: SandboxSettings) -> None:
        self._vendor = vendor
        self._rules = vendor.oauth.rules
        self._carried = (*_CARRIED, *self._rules.scope_parameters)
        tenants = list(vendor.tenants)
        self._users = {
            settings.username: (settings.password, tenants[0]),
            "other": ("other", tenants[-1]),
        }
        self._tickets: dict[str, Ticket] = {}

    def routes(self) -> list[Route]:
        """Return the routes to mount."""
        path = self._vendor.authorize_path
        return [
            Route(path, self.ask, methods=["GET"]),
            Route(path + "/login", self.log_in, methods=["POST"]),
            Route(path + "/consent", self.decide, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """Show the login form for a well-formed authorization request."""
        asked = {name: request.query_params.get(name, "") for name in self._carried}
        return self._problem(asked) or HTMLResponse(self._login(asked))

    async def log_in(self, request: Request) -> Response:
        """Check the login and show the consent form."""
        form = await request.form()
        asked = {name: str(form.get(name, "")) for name in self._carried}
        problem = self._problem(asked)
        if problem is not None:
            return problem
        password, tenant = self._users.get(str(form.get("username", "")), ("", ""))
        if not password or password != form.get("password"):
            return HTMLResponse(self._login(asked, failed=True), 401)
        ticket = secrets.token_urlsafe(16)
        self._tickets[ticket] = Ticket(
            asked["client_id"],
            asked["redirect_uri"],
            self._rules.asked(asked),
            asked["state"] or None,
            tenant,
            self._challenge(asked),
        )
        return HTMLResponse(
            pages.consent_page(
                self._vendor.authorize_path + "/consent",
                ticket,
                client_id=asked["client_id"],
                tenant=tenant,
                scopes=self._rules.asked(asked),
            )
        )

    async def decide(self, request: Request) -> Response:
        """Send the browser back with a code or an error."""
        form = await request.form()
        ticket = self._tickets.pop(str(form.get("ticket", "")), None)
        if ticket is None:
            return HTMLResponse(pages.error_page("Expired", "Start again at the application."), 400)
        if form.get("decision") == "allow":
            grant = Grant(ticket.client_id, ticket.tenant, scopes=ticket.scopes)
            code = self._vendor.oauth.issue_code(
                grant, redirect_uri=ticket.redirect_uri, challenge=ticket.challenge
            )
            answer = {"code": code, **self._rules.redirect_extra(grant)}
        else:
            extra = dict.fromkeys(self._vendor.switches["deny_extra_fields"], "denied")
            answer = {"error": "access_denied", **extra}
        if ticket.state is not None:
            answer["state"] = ticket.state
        separator = "&" if "?" in ticket.redirect_uri else "?"
        return RedirectResponse(ticket.redirect_uri + separator + urlencode(answer), 302)

    def _login(self, asked: dict[str, str], *, failed: bool = False) -> str:
        carried = {name: value for name, value in asked.items() if value}
        return pages.login_page(self._vendor.authorize_path + "/login", carried, failed=failed)

    def _challenge(self, asked: dict[str, str]) -> Challenge | None:
        if self._rules.pkce == "ignored" or not asked["code_challenge"]:
            return None
        return Challenge(asked["code_challenge"], asked["code_challenge_method"] or "plain")

    def _problem(self, asked: dict[str, str]) -> Response | None:
        rules, scopes = self._rules, self._rules.asked(asked)
        unknown = set(scopes) - rules.scopes if rules.scopes else set()
        challenge = self._challenge(asked)
        if asked["client_id"] not in self._vendor.oauth.clients:
            text = "No application is registered under this client_id."
        elif asked["response_type"] != "code":
            text = "response_type must be code."
        elif unknown or not scopes:
            text = (
                f"No such scope: {', '.join(sorted(unknown))}." if unknown else "scope is missing."
            )
        elif challenge is not None and challenge.method not in rules.pkce_methods:
            text = "There is no such code_challenge_method."
        elif challenge is None and rules.pkce == "required":
            text = "code_challenge is missing."
        elif not self._vendor.oauth.is_redirect_allowed(asked["redirect_uri"]):
            text = "The redirect_uri must be https, or http on loopback."
        else:
            return None
        # An untrusted redirect_uri is never redirected to (RFC 6749 section 4.1.2.1).
        return HTMLResponse(pages.error_page("Invalid request", text), 400)
