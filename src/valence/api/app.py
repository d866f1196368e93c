"""The whole ASGI application: front, dispatcher, management routes, gateway, console."""

import functools
from typing import Any
from urllib.parse import urlsplit

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from valence.api.access import AccessLog
from valence.api.dispatcher import Dispatcher
from valence.api.front import API_PREFIX, Asgi, Front
from valence.api.openapi import openapi
from valence.api.problems import problem
from valence.api.routes import (
    activity,
    authentication,
    common_resources,
    docs,
    element_configuration,
    element_instances,
    element_models,
    element_resources,
    elements,
    instances,
    mapping,
    models,
    object_definitions,
    operations,
    platform,
    snippets,
    transformations,
    vdrs,
)
from valence.api.routes.resources import ResourceEndpoint
from valence.api.services import ApiServices
from valence.domain import InvalidRequest, MethodNotAllowed, NotFound, ValenceError

# What is called most comes early: every route that is passed over costs. Where paths overlap the
# first that knows one answers it: `/instances/docs` stands before `/instances/{id}`.
_ROUTERS = (
    authentication.router,
    docs.router,
    activity.router,
    instances.router,
    object_definitions.router,
    transformations.router,
    mapping.router,
    common_resources.router,
    snippets.router,
    vdrs.router,
    platform.router,
    element_instances.router,
    elements.router,
    element_configuration.router,
    element_resources.router,
    element_models.router,
    models.router,
)


def create_api(services: ApiServices, *, console: Asgi, access: AccessLog) -> Asgi:
    """Return the application; `console` serves what is below /console."""
    management = _management(services)
    dispatcher = Dispatcher(
        management=management,
        gateway=ResourceEndpoint(services.gateway),
        console=console,
        nouns=platform_nouns(),
        declares=services.gateway.declares,
    )
    settings = services.settings
    names = {settings.host, urlsplit(settings.effective_public_url).hostname or ""}
    return Front(
        dispatcher,
        clock=services.clock,
        hosts=frozenset(name.lower() for name in names | set(settings.allowed_hosts)),
        origins=frozenset(settings.cors_origins),
        max_body_bytes=settings.max_body_bytes,
        max_file_bytes=settings.max_file_bytes,
        access=access,
    )


def platform_nouns() -> frozenset[bytes]:
    """Return the first path segments that are the platform's, read from the routers."""
    paths = [route.path for router in _ROUTERS for route in router.routes]  # type: ignore[attr-defined]
    return frozenset(path.split("/")[1].encode() for path in paths)


def platform_openapi(*, server: str) -> dict[str, Any]:
    """Return the platform's API as OpenAPI 3.1, as served by a server at that address."""
    routes = [(API_PREFIX, route) for router in _ROUTERS for route in router.routes]
    routes += [("", route) for route in operations.router.routes]
    return openapi(
        (
            (prefix, route)
            for prefix, route in routes
            if isinstance(route, APIRoute) and route.include_in_schema
        ),
        server=server,
    )


def _management(services: ApiServices) -> FastAPI:
    app = FastAPI(
        title="Valence",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.services = services
    for router in _ROUTERS:
        app.include_router(router, prefix=API_PREFIX)
    app.include_router(operations.router)
    server = services.settings.effective_public_url
    app.state.openapi = functools.cache(lambda: orjson.dumps(platform_openapi(server=server)))
    app.state.documented = [route for router in _ROUTERS for route in router.routes]
    app.add_exception_handler(ValenceError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    return app


async def _on_error(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, ValenceError)  # noqa: S101 - registered for this class
    status, headers, body = problem(exc, request.scope["valence.request_id"])
    return Response(body, status, headers={k.decode(): v.decode() for k, v in headers})


async def _on_invalid(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, RequestValidationError)  # noqa: S101 - registered for this class
    first: Any = exc.errors()[0]
    name = ".".join(str(part) for part in first["loc"][1:])
    return await _on_error(request, InvalidRequest(f"{name}: {first['msg']}."))


async def _on_http(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)  # noqa: S101 - registered for this class
    if exc.status_code == 405:
        return await _on_error(request, MethodNotAllowed("This path does not know that verb."))
    if exc.status_code == 404:
        return await _on_error(request, NotFound("This path is not served.", code="not-served"))
    return await _on_error(request, InvalidRequest(str(exc.detail)))
