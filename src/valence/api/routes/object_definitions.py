"""`.../objects/.../definitions`: definitions of organizations, accounts and instances."""

from fastapi import APIRouter, Request

from valence.api import bodies
from valence.api.callers import CreatedScope, DeletedScope, EditedScope, Services, ViewedScope
from valence.api.hints import is_system_only
from valence.api.wire import Json
from valence.domain import InvalidRequest

router = APIRouter()


@router.get("/organizations/objects/definitions")
@router.get("/accounts/objects/definitions")
@router.get("/accounts/{account_id}/objects/definitions")
@router.get("/instances/{instance_id}/objects/definitions")
async def list_definitions(request: Request, services: Services, called: ViewedScope) -> Json:
    """Answer all definitions of a level by name; `systemOnly=true`: the system's."""
    if is_system_only(request):
        return dict(await services.system_vdrs.definitions(called.principal))
    return dict(await services.common_resources.definitions(called.scope))


@router.post("/organizations/objects/definitions")
@router.post("/accounts/objects/definitions")
@router.post("/accounts/{account_id}/objects/definitions")
async def create_definitions(request: Request, services: Services, called: CreatedScope) -> Json:
    """Create definitions given by name, all or none."""
    body = await bodies.read_object(request)
    # What a level answers may carry its name beside the definitions.
    given = {name: one for name, one in body.items() if name != "level" or isinstance(one, dict)}
    if not given or not all(isinstance(one, dict) for one in given.values()):
        raise InvalidRequest("The body must hold definitions by name.", code="bad-body")
    return dict(await services.common_resources.define(called.scope, given))


@router.delete("/organizations/objects/definitions")
@router.delete("/accounts/objects/definitions")
@router.delete("/accounts/{account_id}/objects/definitions")
async def delete_definitions(services: Services, called: DeletedScope) -> Json:
    """Delete all definitions of a level; none while one of them is mapped there."""
    await services.common_resources.undefine(called.scope)
    return {}


@router.get("/organizations/objects/{name}/definitions")
@router.get("/accounts/objects/{name}/definitions")
@router.get("/accounts/{account_id}/objects/{name}/definitions")
@router.get("/instances/objects/{name}/definitions")
@router.get("/instances/{instance_id}/objects/{name}/definitions")
async def read_definition(
    name: str, request: Request, services: Services, called: ViewedScope
) -> Json:
    """Answer a level's definition of an object; `systemOnly=true`: the system's."""
    if is_system_only(request):
        return await services.system_vdrs.definition(called.principal, name)
    return await services.common_resources.definition(called.scope, name)


@router.post("/organizations/objects/{name}/definitions")
@router.post("/accounts/objects/{name}/definitions")
@router.post("/accounts/{account_id}/objects/{name}/definitions")
@router.post("/instances/objects/{name}/definitions")
@router.post("/instances/{instance_id}/objects/{name}/definitions")
async def create_definition(
    name: str, request: Request, services: Services, called: CreatedScope
) -> Json:
    """Create a level's definition of an object."""
    body = await bodies.read_object(request)
    made = await services.common_resources.define(called.scope, {name: body})
    return next(iter(made.values()))


@router.put("/organizations/objects/{name}/definitions")
@router.put("/accounts/objects/{name}/definitions")
@router.put("/accounts/{account_id}/objects/{name}/definitions")
@router.put("/instances/objects/{name}/definitions")
@router.put("/instances/{instance_id}/objects/{name}/definitions")
async def replace_definition(
    name: str, request: Request, services: Services, called: EditedScope
) -> Json:
    """Replace a level's definition of an object."""
    body = await bodies.read_object(request)
    return await services.common_resources.redefine(called.scope, name, body)


@router.delete("/organizations/objects/{name}/definitions")
@router.delete("/accounts/objects/{name}/definitions")
@router.delete("/accounts/{account_id}/objects/{name}/definitions")
@router.delete("/instances/objects/{name}/definitions")
@router.delete("/instances/{instance_id}/objects/{name}/definitions")
async def delete_definition(name: str, services: Services, called: DeletedScope) -> Json:
    """Delete a level's definition of an object, unless it is mapped there."""
    await services.common_resources.undefine(called.scope, name)
    return {}


@router.patch("/organizations/objects/{name}")
@router.patch("/accounts/objects/{name}")
@router.patch("/accounts/{account_id}/objects/{name}")
@router.patch("/instances/{instance_id}/objects/{name}")
async def rename_object(
    name: str, request: Request, services: Services, called: EditedScope
) -> Json:
    """Rename what a level has of an object: definition and transformations."""
    body = await bodies.read_object(request)
    return await services.common_resources.rename(called.scope, name, body.get("objectName"))
