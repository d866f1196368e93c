"""The console as an ASGI application."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from valence.console.pages import (
    activity,
    api_docs,
    authorize,
    coming,
    elements,
    health,
    importing,
    instances,
    mapper,
    overview,
    own_resources,
    playground,
    resource,
    resources,
    settings,
    signin,
)
from valence.console.services import ConsoleServices
from valence.console.view import View
from valence.domain import NotFound, ValenceError

FOLDER = Path(__file__).parent


class _Static(StaticFiles):
    """Files whose address carries a hash of their content: never to be asked for again.

    What a module imports is named without one, and is asked for anew: 304 while it is the same.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        is_hashed = b"v=" in scope["query_string"]
        kept = "public, max-age=31536000, immutable" if is_hashed else "no-cache"
        response.headers["Cache-Control"] = kept
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def create_console(services: ConsoleServices) -> Starlette:
    """Return the console; it serves `/`, `/console/...` and the old sign-in address."""
    view = View(services, FOLDER)
    modules = (
        signin,
        overview,
        importing,  # before the elements, whose keys would take its address
        elements,
        own_resources,
        authorize,
        health,
        instances,
        mapper,
        playground,
        api_docs,
        resources,
        resource,
        activity,
        settings,
        coming,
    )
    routes = [route for module in modules for route in module.routes(view)]

    async def on_error(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, ValenceError)  # noqa: S101 - registered for this class
        return await view.failure(request, exc)

    async def on_missing(request: Request, _: Exception) -> Response:
        return await view.failure(request, NotFound("There is no such page."))

    return Starlette(
        routes=[
            *routes,
            # Files alone: a page holds the form's token, whose length no answer may tell.
            Mount("/console/static", GZipMiddleware(_Static(directory=FOLDER / "static"))),
        ],
        exception_handlers={ValenceError: on_error, 404: on_missing},
    )
