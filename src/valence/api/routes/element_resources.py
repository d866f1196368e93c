"""`/elements/{keyOrId}/resources` with their parameters, hooks and model."""

from fastapi import APIRouter, Request

from valence.api import bodies
from valence.api.callers import ElementEditor, ElementViewer, Services
from valence.api.ids import path_id
from valence.api.wire import Json

router = APIRouter(prefix="/elements/{key_or_id}/resources")


@router.get("")
async def list_resources(
    key_or_id: str, request: Request, services: Services, caller: ElementViewer
) -> list[Json]:
    """Answer the resources; `accountOnly=true`: those that the account added."""
    is_own_only = request.query_params.get("accountOnly", "false").lower() in ("true", "")
    return await services.element_parts.rows(
        caller, key_or_id, "resources", is_own_only=is_own_only
    )


@router.post("")
async def add_resource(
    key_or_id: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Add a resource; on an element of the catalog it is the account's alone."""
    body = await bodies.read_object(request)
    return await services.element_parts.add(caller, key_or_id, "resources", body)


@router.get("/{resource_id}")
async def read_resource(
    key_or_id: str, resource_id: str, services: Services, caller: ElementViewer
) -> Json:
    """Answer a resource."""
    return await services.element_parts.row(caller, key_or_id, "resources", _id(resource_id))


@router.put("/{resource_id}")
async def replace_resource(
    key_or_id: str, resource_id: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Change a resource of the account's own."""
    body = await bodies.read_object(request)
    number = _id(resource_id)
    return await services.element_parts.replace(caller, key_or_id, "resources", number, body)


@router.delete("/{resource_id}")
async def delete_resource(
    key_or_id: str, resource_id: str, services: Services, caller: ElementEditor
) -> Json:
    """Delete a resource of the account's own; what it overrode answers again."""
    await services.element_parts.remove(caller, key_or_id, "resources", _id(resource_id))
    return {}


@router.get("/{resource_id}/parameters")
async def list_parameters(
    key_or_id: str, resource_id: str, services: Services, caller: ElementViewer
) -> list[Json]:
    """Answer a resource's parameters."""
    inside = _id(resource_id)
    return await services.element_parts.rows(caller, key_or_id, "parameters", inside=inside)


@router.post("/{resource_id}/parameters")
async def add_parameter(
    key_or_id: str, resource_id: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Add a parameter to a resource."""
    body, inside = await bodies.read_object(request), _id(resource_id)
    return await services.element_parts.add(caller, key_or_id, "parameters", body, inside=inside)


@router.put("/{resource_id}/parameters/{parameter_id}")
async def replace_parameter(
    key_or_id: str,
    resource_id: str,
    parameter_id: str,
    request: Request,
    services: Services,
    caller: ElementEditor,
) -> Json:
    """Change a parameter of a resource."""
    body, number = await bodies.read_object(request), path_id(parameter_id, what="parameter")
    return await services.element_parts.replace(
        caller, key_or_id, "parameters", number, body, inside=_id(resource_id)
    )


@router.delete("/{resource_id}/parameters/{parameter_id}")
async def delete_parameter(
    key_or_id: str,
    resource_id: str,
    parameter_id: str,
    services: Services,
    caller: ElementEditor,
) -> Json:
    """Delete a parameter of a resource."""
    number = path_id(parameter_id, what="parameter")
    await services.element_parts.remove(
        caller, key_or_id, "parameters", number, inside=_id(resource_id)
    )
    return {}


@router.get("/{resource_id}/hooks")
async def list_hooks(
    key_or_id: str, resource_id: str, services: Services, caller: ElementViewer
) -> list[Json]:
    """Answer a resource's hooks."""
    return await services.element_parts.rows(caller, key_or_id, "hooks", inside=_id(resource_id))


@router.post("/{resource_id}/hooks")
async def add_hook(
    key_or_id: str, resource_id: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Add a hook to a resource."""
    body, inside = await bodies.read_object(request), _id(resource_id)
    return await services.element_parts.add(caller, key_or_id, "hooks", body, inside=inside)


@router.get("/{resource_id}/hooks/{hook_id}")
async def read_hook(
    key_or_id: str, resource_id: str, hook_id: str, services: Services, caller: ElementViewer
) -> Json:
    """Answer a hook of a resource."""
    number = path_id(hook_id, what="hook")
    return await services.element_parts.row(
        caller, key_or_id, "hooks", number, inside=_id(resource_id)
    )


@router.put("/{resource_id}/hooks/{hook_id}")
async def replace_hook(
    key_or_id: str,
    resource_id: str,
    hook_id: str,
    request: Request,
    services: Services,
    caller: ElementEditor,
) -> Json:
    """Change a hook of a resource."""
    body, number = await bodies.read_object(request), path_id(hook_id, what="hook")
    return await services.element_parts.replace(
        caller, key_or_id, "hooks", number, body, inside=_id(resource_id)
    )


@router.delete("/{resource_id}/hooks/{hook_id}")
async def delete_hook(
    key_or_id: str, resource_id: str, hook_id: str, services: Services, caller: ElementEditor
) -> Json:
    """Delete a hook of a resource."""
    number = path_id(hook_id, what="hook")
    await services.element_parts.remove(caller, key_or_id, "hooks", number, inside=_id(resource_id))
    return {}


@router.get("/{resource_id}/models")
async def read_model(
    key_or_id: str, resource_id: str, services: Services, caller: ElementViewer
) -> Json:
    """Answer a resource's model; without one, `{}`."""
    return await services.element_parts.resource_model(caller, key_or_id, _id(resource_id))


@router.post("/{resource_id}/models")
@router.put("/{resource_id}/models")
async def set_model(
    key_or_id: str, resource_id: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Give a resource its model, in place of the one it had."""
    body, number = await bodies.read_object(request), _id(resource_id)
    return await services.element_parts.set_resource_model(caller, key_or_id, number, body)


@router.delete("/{resource_id}/models")
async def delete_model(
    key_or_id: str, resource_id: str, services: Services, caller: ElementEditor
) -> Json:
    """Take a resource's model away."""
    await services.element_parts.remove_resource_model(caller, key_or_id, _id(resource_id))
    return {}


def _id(text: str) -> int:
    return path_id(text, what="resource")
