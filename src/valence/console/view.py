"""What every page needs: the session, forms that are really ours, templates, and headers.

Cookies: `valence_session` names the server-side session; `valence_browser` is a random value that
ties pending authorizations and the sign-in form to this browser. Both are HttpOnly and
SameSite=Lax: the vendor's redirect back is a top-level GET, which Lax lets through."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from valence import __version__
from valence.console import words
from valence.console.references import References
from valence.console.services import ConsoleServices, reference
from valence.domain import (
    Forbidden,
    InvalidRequest,
    PayloadTooLarge,
    Principal,
    Unauthenticated,
    ValenceError,
    Whose,
)
from valence.tenancy import Session

SESSION_COOKIE = "valence_session"
BROWSER_COOKIE = "valence_browser"
_BROWSER_SECONDS = 365 * 86_400
_LARGEST_FIELD = 1024 * 1024
_MOST_FIELDS = 1000

_LARGEST_DATA = 4 * 1024 * 1024
_DATA = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

Page = Callable[["Visit"], Awaitable[Response]]
Data = Callable[["Visit", dict[str, Any]], "Awaitable[dict[str, Any] | Refusal]"]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a signed-in person."""

    request: Request
    session: Session

    @property
    def principal(self) -> Principal:
        """The person as a caller of services."""
        return self.session.principal


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error as an answer, with what a page's module needs beside it."""

    error: ValenceError
    details: Mapping[str, Any] = field(default_factory=dict)


class View:
    """Renders pages and guards them."""

    def __init__(self, services: ConsoleServices, folder: Path) -> None:
        self.services = services
        self.references = References(services.settings.effective_public_url)
        self._is_secure = services.settings.effective_public_url.startswith("https:")
        self._versions = _versions(folder / "static")
        self._templates = Environment(
            loader=FileSystemLoader(folder / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            asset=self._asset,
            version=__version__,
            words=words,
            reference=reference,
            sandbox_url=services.settings.sandbox_url,
            is_loopback_open=services.settings.outbound_allow_loopback,
        )
        self._templates.filters.update(
            ago=lambda ms: words.ago(ms, services.clock.now_ms()),
            moment=words.moment,
            took=words.took,
        )

    # -- guards ----------------------------------------------------------------------------------

    def page(self, act: Page) -> Callable[[Request], Awaitable[Response]]:
        """Serve a page to signed-in people; others sign in first and come back."""

        async def endpoint(request: Request) -> Response:
            session = await self.session_of(request)
            if session is None:
                there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
                return RedirectResponse(f"/console/sign-in?next={quote(there, safe='')}", 303)
            return await act(Visit(request, session))

        return endpoint

    def form(
        self, act: Page, *, largest_field: int = _LARGEST_FIELD, most_fields: int = _MOST_FIELDS
    ) -> Callable[[Request], Awaitable[Response]]:
        """Serve a form's submission by a signed-in person, once it is seen to be his own.

        Args:
            largest_field: bytes of a field, where the form carries files; files do not count.
            most_fields: inputs that the form may have.
        """

        async def endpoint(request: Request) -> Response:
            session = await self.session_of(request)
            if session is None:
                return RedirectResponse("/console/sign-in", 303)
            try:
                form = await request.form(max_fields=most_fields, max_part_size=largest_field)
            except HTTPException as exc:
                raise InvalidRequest(f"The form cannot be read: {exc.detail}") from exc
            self.check_form(request, form, expected=session.csrf_token)
            return await act(Visit(request, session))

        return endpoint

    def data(self, act: Data) -> Callable[[Request], Awaitable[Response]]:
        """Serve JSON to a page of ours: an object comes in, with the form's token as a header.

        A failure answers as JSON too: what happened, whose turn it is, and the request's id.
        """

        async def endpoint(request: Request) -> Response:
            session = await self.session_of(request)
            try:
                if session is None:
                    raise Unauthenticated("You are signed out.")
                self._check_token(request, request.headers.get("x-csrf", ""), session.csrf_token)
                answer = await act(Visit(request, session), await _object(request))
            except ValenceError as exc:
                answer = Refusal(exc)
            if not isinstance(answer, Refusal):
                return JSONResponse(answer, headers=_DATA)
            error = answer.error
            told = {
                "message": error.message,
                "code": error.code,
                "turn": words.TURNS[Whose(error.whose)][0],
                "request": request.scope.get("valence.request_id", ""),
            }
            return JSONResponse({**told, **answer.details}, error.status, headers=_DATA)

        return endpoint

    async def session_of(self, request: Request) -> Session | None:
        """Return the live session of a request."""
        cookie = request.cookies.get(SESSION_COOKIE)
        return await self.services.tenancy.session(cookie) if cookie else None

    def check_form(self, request: Request, form: FormData, *, expected: str) -> None:
        """Refuse a form that another site made this browser send. Raises Forbidden."""
        self._check_token(request, str(form.get("csrf", "")), expected)

    def _check_token(self, request: Request, given: str, expected: str) -> None:
        origin = request.headers.get("origin")
        is_foreign = (
            origin is not None
            and origin != "null"
            and urlsplit(origin).netloc != request.headers.get("host")
        )
        if is_foreign or not hmac.compare_digest(given.encode(), expected.encode()):
            raise Forbidden(
                "This form is out of date or was not sent from here: go back and try again.",
                code="form-refused",
            )

    # -- cookies ---------------------------------------------------------------------------------

    def browser_of(self, request: Request) -> str:
        """Return the value that names this browser, a new one when it has none."""
        return request.cookies.get(BROWSER_COOKIE) or secrets.token_urlsafe(32)

    def signin_token(self, browser: str) -> str:
        """Return the CSRF token of the sign-in form, which has no session yet."""
        return hashlib.sha256(f"sign-in form\x1f{browser}".encode()).hexdigest()

    def set_browser(self, response: Response, browser: str) -> None:
        """Name this browser."""
        self._set(response, BROWSER_COOKIE, browser, seconds=_BROWSER_SECONDS)

    def set_session(self, response: Response, cookie: str) -> None:
        """Sign this browser in."""
        seconds = int(self.services.settings.session_hours * 3600)
        self._set(response, SESSION_COOKIE, cookie, seconds=seconds)

    def end_session(self, response: Response) -> None:
        """Sign this browser out."""
        response.delete_cookie(SESSION_COOKIE, path="/console")

    def _set(self, response: Response, name: str, value: str, *, seconds: int) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/console",
            secure=self._is_secure,
            httponly=True,
            samesite="lax",
        )

    # -- rendering -------------------------------------------------------------------------------

    def render(
        self,
        template: str,
        visit: Visit | None,
        values: Mapping[str, Any] | None = None,
        *,
        status: int = 200,
        form_targets: tuple[str, ...] = (),
    ) -> Response:
        """Return a page.

        Args:
            form_targets: origins beside our own that a form's submission may be redirected to.
        """
        notice = None
        if visit is not None:
            notice = words.NOTICES.get(visit.request.query_params.get("notice", ""))
        content = self._templates.get_template(template).render(
            visit=visit,
            session=visit.session if visit else None,
            path=visit.request.url.path if visit else "",
            notice=notice,
            **(values or {}),
        )
        targets = " ".join(("'self'", *form_targets))
        policy = (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
            f" connect-src 'self'; form-action {targets}; base-uri 'none'; frame-ancestors 'none'"
        )
        headers = {
            "Content-Security-Policy": policy,
            "X-Frame-Options": "DENY",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cache-Control": "no-store",
        }
        return HTMLResponse(content, status, headers=headers)

    async def failure(self, request: Request, error: ValenceError, **more: Any) -> Response:
        """Return the page of a failure: what happened, whose turn it is, what to do next."""
        session = await self.session_of(request)
        visit = Visit(request, session) if session else None
        values = {
            "error": error,
            "turn": words.TURNS[Whose(error.whose)],
            "request_id": request.scope.get("valence.request_id", ""),
            "action": more.get("action") or {"href": "/console", "label": "Go to the overview"},
            "title": more.get("title") or words.FAILURES.get(error.code, "That did not work"),
        }
        return self.render("failure.html", visit, values, status=error.status)

    def _asset(self, name: str) -> str:
        return f"/console/static/{name}?v={self._versions[name]}"


async def _object(request: Request) -> dict[str, Any]:
    """Return the JSON object that a page's module sent. Raises InvalidRequest, PayloadTooLarge."""
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > _LARGEST_DATA:
            raise PayloadTooLarge(f"At most {_LARGEST_DATA} bytes are read at once.")
    try:
        found = json.loads(content or b"{}")
    except (ValueError, RecursionError) as exc:
        raise InvalidRequest("What was sent is not JSON.", code="bad-body") from exc
    if not isinstance(found, dict):
        raise InvalidRequest("What is sent must be a JSON object.", code="bad-body")
    return found


def _versions(folder: Path) -> dict[str, str]:
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        for file in folder.iterdir()
        if file.is_file()
    }
