"""Who calls a management route, as dependencies of the routes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from valence.api.services import ApiServices
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


Services = Annotated[ApiServices, Depends(services_of)]
Caller = Annotated[Principal, Depends(principal_of)]
ElementViewer = Annotated[Principal, Depends(who_may(Privilege.VIEW_ELEMENTS))]
ElementCreator = Annotated[Principal, Depends(who_may(Privilege.CREATE_ELEMENTS))]
ElementEditor = Annotated[Principal, Depends(who_may(Privilege.EDIT_ELEMENTS))]
ElementDeleter = Annotated[Principal, Depends(who_may(Privilege.DELETE_ELEMENTS))]
Provisioner = Annotated[Principal, Depends(who_may(Privilege.CREATE_ELEMENT_INSTANCES))]
ByToken = Annotated[CalledInstance, Depends(instance_of_token)]
