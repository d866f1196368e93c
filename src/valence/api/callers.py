"""Who calls a management route, as dependencies of the routes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from valence.api.front import API_PREFIX
from valence.api.ids import path_id
from valence.api.services import ApiServices
from valence.common_resources import Scope, require_level
from valence.domain import (
    CallerSecrets,
    Instance,
    InvalidRequest,
    Principal,
    Privilege,
    Unauthenticated,
    parse_authorization,
    require_privilege,
)
from valence.transformations import Level


def services_of(request: Request) -> ApiServices:
    """Return the services of the application."""
    services: ApiServices = request.app.state.services
    return services


def secrets_of(request: Request) -> CallerSecrets:
    """Return the presented secrets. Raises Unauthenticated."""
    header = request.headers.get("authorization")
    if header is None:
        raise Unauthenticated("The Authorization header is missing.")
    return parse_authorization(header)


async def principal_of(request: Request) -> Principal:
    """Return the caller. Raises Unauthenticated."""
    return await services_of(request).callers.authenticate(secrets_of(request))


@dataclass(frozen=True, slots=True)
class CalledInstance:
    """A caller with the instance his Element token names."""

    principal: Principal
    instance: Instance


async def instance_of_token(request: Request) -> CalledInstance:
    """Return caller and instance for paths that name the instance by token only."""
    services, secrets = services_of(request), secrets_of(request)
    principal = await services.callers.authenticate(secrets)
    if secrets.element is None:
        raise InvalidRequest(
            "Name the instance: by its id in the path, or by its Element token in Authorization."
        )
    instance = await services.instances.by_token(secrets.element)
    if instance.account_id != principal.account_id:
        raise Unauthenticated("The Element token does not belong to this User's account.")
    return CalledInstance(principal, instance)


def address_of(request: Request) -> str:
    """Return the caller's network address, a trusted proxy's word taken for it."""
    peer = request.client.host if request.client else ""
    forwarded = request.headers.get("x-forwarded-for", "")
    return services_of(request).settings.client_address(peer, forwarded)


def who_may(privilege: Privilege) -> Callable[[Request], Awaitable[Principal]]:
    """Return a dependency: the caller, refused before the body or the object is looked at."""

    async def caller(request: Request) -> Principal:
        principal = await principal_of(request)
        require_privilege(principal.role, privilege)
        return principal

    return caller


@dataclass(frozen=True, slots=True)
class CalledScope:
    """A caller with the level that a path names."""

    principal: Principal
    scope: Scope


def scope_for(
    privilege: Privilege, *, is_writing: bool
) -> Callable[[Request], Awaitable[CalledScope]]:
    """Return a dependency: caller and level of `/organizations`, `/accounts` or `/instances`.

    Privilege and level are asked before whether anything is there.
    """

    async def scope(request: Request) -> CalledScope:
        services, principal = services_of(request), await principal_of(request)
        require_privilege(principal.role, privilege)
        level, given = _level(request), request.path_params
        if is_writing:
            require_level(principal, level)
        scopes = services.scopes
        if level == "organization":
            found = scopes.organization(principal)
        elif level == "account":
            text = given.get("account_id")
            number = None if text is None else path_id(text, what="account")
            found = await scopes.account(principal, number)
        elif "instance_id" in given:
            number = path_id(given["instance_id"], what="element instance")
            found = await scopes.instance(principal, number)
        else:
            found = scopes.of((await instance_of_token(request)).instance)
        return CalledScope(principal, found)

    return scope


def _level(request: Request) -> Level:
    path: str = request.scope["path"].removeprefix(API_PREFIX)
    if path.startswith("/organizations/"):
        return "organization"
    return "account" if path.startswith("/accounts/") else "instance"


Services = Annotated[ApiServices, Depends(services_of)]
Caller = Annotated[Principal, Depends(principal_of)]
ElementViewer = Annotated[Principal, Depends(who_may(Privilege.VIEW_ELEMENTS))]
ElementCreator = Annotated[Principal, Depends(who_may(Privilege.CREATE_ELEMENTS))]
ElementEditor = Annotated[Principal, Depends(who_may(Privilege.EDIT_ELEMENTS))]
ElementDeleter = Annotated[Principal, Depends(who_may(Privilege.DELETE_ELEMENTS))]
Provisioner = Annotated[Principal, Depends(who_may(Privilege.CREATE_ELEMENT_INSTANCES))]
ByToken = Annotated[CalledInstance, Depends(instance_of_token)]
CommonObjectViewer = Annotated[Principal, Depends(who_may(Privilege.VIEW_COMMON_OBJECTS))]
CommonObjectEditor = Annotated[Principal, Depends(who_may(Privilege.EDIT_COMMON_OBJECTS))]
CommonObjectDeleter = Annotated[Principal, Depends(who_may(Privilege.DELETE_COMMON_OBJECTS))]
ViewedScope = Annotated[
    CalledScope, Depends(scope_for(Privilege.VIEW_COMMON_OBJECTS, is_writing=False))
]
CreatedScope = Annotated[
    CalledScope, Depends(scope_for(Privilege.CREATE_COMMON_OBJECTS, is_writing=True))
]
EditedScope = Annotated[
    CalledScope, Depends(scope_for(Privilege.EDIT_COMMON_OBJECTS, is_writing=True))
]
DeletedScope = Annotated[
    CalledScope, Depends(scope_for(Privilege.DELETE_COMMON_OBJECTS, is_writing=True))
]
