"""`.../transformations/...`: how objects of organizations, accounts and instances are mapped."""

from fastapi import APIRouter, Request, Response

from valence.api import bodies
from valence.api.callers import (
    CalledScope,
    CreatedScope,
    DeletedScope,
    EditedScope,
    Services,
    ViewedScope,
)
from valence.api.hints import hint_masks, is_system_only
from valence.api.services import ApiServices
from valence.api.wire import Json
from valence.common_resources import require_level, require_mappable
from valence.domain import NotFound

router = APIRouter()


@router.get("/organizations/elements/{key_or_id}/transformations")
@router.get("/accounts/elements/{key_or_id}/transformations")
@router.get("/accounts/{account_id}/elements/{key_or_id}/transformations")
@router.get("/instances/transformations")
@router.get("/instances/{instance_id}/transformations")
async def list_transformations(request: Request, services: Services, called: ViewedScope) -> Json:
    """Answer a level's transformations of an element by object name, or the system's."""
    if is_system_only(request):
        return {one["objectName"]: one for one in await _of_system(request, services, called)}
    key = await _known_key(request, services, called)
    found = await services.common_resources.transformations(called.scope, element_key=key)
    return {one["objectName"]: one for one in found}


@router.get("/organizations/objects/{name}/transformations")
@router.get("/accounts/objects/{name}/transformations")
@router.get("/accounts/{account_id}/objects/{name}/transformations")
async def list_transformations_of_object(
    name: str, request: Request, services: Services, called: ViewedScope
) -> list[Json]:
    """Answer a level's transformations of an object, one for each element."""
    if is_system_only(request):
        return await services.system_vdrs.transformations(called.principal, name=name)
    return await services.common_resources.transformations(called.scope, name=name)


@router.get("/organizations/elements/{key_or_id}/transformations/{name}")
@router.get("/accounts/elements/{key_or_id}/transformations/{name}")
@router.get("/accounts/{account_id}/elements/{key_or_id}/transformations/{name}")
@router.get("/instances/transformations/{name}")
@router.get("/instances/{instance_id}/transformations/{name}")
async def read_transformation(
    name: str, request: Request, services: Services, called: ViewedScope
) -> Json:
    """Answer a level's transformation, with what it inherits; `systemOnly=true`: the system's."""
    if is_system_only(request):
        for one in await _of_system(request, services, called):
            if one["objectName"] == name:
                return one
        raise NotFound(f"No transformation of the system found for object {name[:100]!r}.")
    key = await _known_key(request, services, called)
    return await services.common_resources.transformation(called.scope, key, name)


@router.post("/organizations/elements/{key_or_id}/transformations/{name}")
@router.post("/accounts/elements/{key_or_id}/transformations/{name}")
@router.post("/accounts/{account_id}/elements/{key_or_id}/transformations/{name}")
@router.post("/instances/transformations/{name}")
@router.post("/instances/{instance_id}/transformations/{name}")
async def create_transformation(
    name: str, request: Request, services: Services, called: CreatedScope, response: Response
) -> Json:
    """Map an object at a level."""
    body = await bodies.read_object(request)
    key = await _mappable_key(request, services, called)
    made = await services.common_resources.map(called.scope, key, {name: body})
    hint_masks(response, body)
    return made[name]


@router.put("/organizations/elements/{key_or_id}/transformations/{name}")
@router.put("/accounts/elements/{key_or_id}/transformations/{name}")
@router.put("/accounts/{account_id}/elements/{key_or_id}/transformations/{name}")
@router.put("/instances/transformations/{name}")
@router.put("/instances/{instance_id}/transformations/{name}")
async def replace_transformation(
    name: str, request: Request, services: Services, called: EditedScope, response: Response
) -> Json:
    """Replace a level's transformation."""
    body = await bodies.read_object(request)
    key = await _mappable_key(request, services, called)
    made = await services.common_resources.remap(called.scope, key, name, body)
    hint_masks(response, body)
    return made


@router.delete("/organizations/elements/{key_or_id}/transformations/{name}")
@router.delete("/accounts/elements/{key_or_id}/transformations/{name}")
@router.delete("/accounts/{account_id}/elements/{key_or_id}/transformations/{name}")
@router.delete("/instances/transformations/{name}")
@router.delete("/instances/{instance_id}/transformations/{name}")
async def delete_transformation(
    name: str, request: Request, services: Services, called: DeletedScope
) -> Json:
    """Delete a level's transformation; with `propagate=true` those of the other levels too."""
    is_propagated = request.query_params.get("propagate", "false").lower() == "true"
    if is_propagated:
        require_level(called.principal, "organization")
    key = await _known_key(request, services, called)
    await services.common_resources.unmap(
        called.scope, element_key=key, name=name, is_propagated=is_propagated
    )
    return {}


@router.delete("/instances/{instance_id}/transformations")
async def delete_transformations(services: Services, called: DeletedScope) -> Json:
    """Delete all transformations of an instance."""
    await services.common_resources.unmap(called.scope)
    return {}


async def _of_system(request: Request, services: ApiServices, called: CalledScope) -> list[Json]:
    named: str = called.scope.element_key or request.path_params["key_or_id"]
    element = await services.elements.require(called.principal, named)
    return await services.system_vdrs.transformations(called.principal, element=element)


async def _known_key(request: Request, services: ApiServices, called: CalledScope) -> str:
    """Return the key of the element; one that an import brought need not exist here."""
    if called.scope.element_key is not None:
        return called.scope.element_key
    named: str = request.path_params["key_or_id"]
    try:
        return (await services.elements.require(called.principal, named)).key
    except NotFound:
        if named.isdecimal():
            raise
        return named


async def _mappable_key(request: Request, services: ApiServices, called: CalledScope) -> str:
    """Return the key of an element that is there and whose hub has transformations."""
    named: str = called.scope.element_key or request.path_params["key_or_id"]
    element = await services.elements.require(called.principal, named)
    require_mappable(element)
    return element.key
