"""Signing in and out."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from valence.console.view import SESSION_COOKIE, View, Visit
from valence.domain import Forbidden, TooManyRequests, Unauthenticated


def routes(view: View) -> list[Route]:
    """Return the routes of this place."""

    async def root(request: Request) -> Response:
        return RedirectResponse("/console", 303)

    async def show(request: Request) -> Response:
        if await view.session_of(request) is not None:
            return RedirectResponse(local(request.query_params.get("next")), 303)
        return _form(view, request)

    async def submit(request: Request) -> Response:
        form = await request.form()
        browser = view.browser_of(request)
        try:
            view.check_form(request, form, expected=view.signin_token(browser))
        except Forbidden as exc:
            return _form(view, request, problem=exc.message, status=403)
        email = str(form.get("email", ""))
        address = view.services.settings.client_address(
            request.client.host if request.client else "",
            request.headers.get("x-forwarded-for", ""),
        )
        try:
            login = await view.services.tenancy.log_in(
                email, str(form.get("password", "")), address=address
            )
        except Unauthenticated as exc:
            return _form(view, request, problem=exc.message, email=email, status=401)
        except TooManyRequests as exc:
            minutes = max(1, (exc.retry_after_seconds or 60) // 60)
            problem = f"Too many failed sign-ins. Try again in about {minutes} minutes."
            return _form(view, request, problem=problem, email=email, status=429)
        cookie, _ = await view.services.tenancy.start_session(login)
        response = RedirectResponse(local(str(form.get("next", ""))), 303)
        view.set_session(response, cookie.reveal())
        return response

    async def leave(visit: Visit) -> Response:
        await view.services.tenancy.end_session(visit.request.cookies[SESSION_COOKIE])
        response = RedirectResponse("/console/sign-in", 303)
        view.end_session(response)
        return response

    return [
        Route("/", root),
        Route("/console/sign-in", show, methods=["GET"]),
        Route("/console/sign-in", submit, methods=["POST"]),
        Route("/elements/jsp/login.jsp", show, methods=["GET"]),
        Route("/console/sign-out", view.form(leave), methods=["POST"]),
    ]


def local(target: str | None) -> str:
    """Return a path of this console, whatever was asked for."""
    if target and target.startswith("/console") and not target.startswith("//"):
        return target
    return "/console"


def _form(
    view: View, request: Request, *, problem: str = "", email: str = "", status: int = 200
) -> Response:
    browser = view.browser_of(request)
    values = {
        "problem": problem,
        "email": email,
        "form_token": view.signin_token(browser),
        "next": local(request.query_params.get("next")),
    }
    response = view.render("sign_in.html", None, values, status=status)
    view.set_browser(response, browser)
    return response
