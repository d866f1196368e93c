"""`/elements/{keyOrId}/configuration`, `/parameters` and `/hooks`: what holds for every call."""

from fastapi import APIRouter, Request

from valence.api import bodies
from valence.api.callers import ElementEditor, ElementViewer, Services
from valence.api.ids import path_id
from valence.api.wire import Json
from valence.elements import configuration_to_wire

router = APIRouter(prefix="/elements/{key_or_id}")


@router.get("/configuration")
async def read_configuration(key_or_id: str, services: Services, caller: ElementViewer) -> Json:
    """Answer an element's configuration entries: an object, not an array."""
    return configuration_to_wire(await services.elements.require(caller, key_or_id))


@router.post("/configuration")
async def add_entry(
    key_or_id: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Add a configuration entry to an own element."""
    body = await bodies.read_object(request)
    return await services.element_parts.add_entry(caller, key_or_id, body)


@router.put("/configuration/{config_key}")
async def replace_entry(
    key_or_id: str, config_key: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Change a configuration entry, its key included."""
    body = await bodies.read_object(request)
    return await services.element_parts.replace_entry(caller, key_or_id, config_key, body)


@router.delete("/configuration/{config_key}")
async def delete_entry(
    key_or_id: str, config_key: str, services: Services, caller: ElementEditor
) -> Json:
    """Delete a configuration entry."""
    await services.element_parts.remove_entry(caller, key_or_id, config_key)
    return {}


@router.get("/parameters")
async def list_parameters(key_or_id: str, services: Services, caller: ElementViewer) -> list[Json]:
    """Answer the parameters of every call."""
    return await services.element_parts.rows(caller, key_or_id, "parameters")


@router.post("/parameters")
async def add_parameter(
    key_or_id: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Add a parameter of every call."""
    body = await bodies.read_object(request)
    return await services.element_parts.add(caller, key_or_id, "parameters", body)


@router.put("/parameters/{parameter_id}")
async def replace_parameter(
    key_or_id: str, parameter_id: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Change a parameter of every call."""
    body = await bodies.read_object(request)
    number = path_id(parameter_id, what="parameter")
    return await services.element_parts.replace(caller, key_or_id, "parameters", number, body)


@router.delete("/parameters/{parameter_id}")
async def delete_parameter(
    key_or_id: str, parameter_id: str, services: Services, caller: ElementEditor
) -> Json:
    """Delete a parameter of every call."""
    number = path_id(parameter_id, what="parameter")
    await services.element_parts.remove(caller, key_or_id, "parameters", number)
    return {}


@router.get("/hooks")
async def list_hooks(key_or_id: str, services: Services, caller: ElementViewer) -> list[Json]:
    """Answer the hooks of every call."""
    return await services.element_parts.rows(caller, key_or_id, "hooks")


@router.post("/hooks")
async def add_hook(
    key_or_id: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Add a hook of every call."""
    body = await bodies.read_object(request)
    return await services.element_parts.add(caller, key_or_id, "hooks", body)


@router.get("/hooks/{hook_id}")
async def read_hook(
    key_or_id: str, hook_id: str, services: Services, caller: ElementViewer
) -> Json:
    """Answer a hook of every call."""
    number = path_id(hook_id, what="hook")
    return await services.element_parts.row(caller, key_or_id, "hooks", number)


@router.put("/hooks/{hook_id}")
async def replace_hook(
    key_or_id: str, hook_id: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Change a hook of every call."""
    body = await bodies.read_object(request)
    number = path_id(hook_id, what="hook")
    return await services.element_parts.replace(caller, key_or_id, "hooks", number, body)


@router.delete("/hooks/{hook_id}")
async def delete_hook(
    key_or_id: str, hook_id: str, services: Services, caller: ElementEditor
) -> Json:
    """Delete a hook of every call."""
    number = path_id(hook_id, what="hook")
    await services.element_parts.remove(caller, key_or_id, "hooks", number)
    return {}
