"""`/elements/{keyOrId}/models` and the older `/objects`: what the vendor's records look like."""

from fastapi import APIRouter, Request

from valence.api import bodies
from valence.api.callers import ElementEditor, ElementViewer, Services
from valence.api.ids import path_id
from valence.api.wire import Json

router = APIRouter(prefix="/elements/{key_or_id}")


@router.get("/models")
async def list_models(key_or_id: str, services: Services, caller: ElementViewer) -> list[Json]:
    """Answer the models."""
    return await services.element_parts.rows(caller, key_or_id, "models")


@router.post("/models")
async def add_model(
    key_or_id: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Add a model; on an element of the catalog it is the account's alone."""
    body = await bodies.read_object(request)
    return await services.element_parts.add(caller, key_or_id, "models", body)


@router.put("/models")
async def upsert_model(
    key_or_id: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Add a model, or change the one that has its id or name."""
    body = await bodies.read_object(request)
    return await services.element_parts.upsert_model(caller, key_or_id, body)


@router.get("/models/{model_id}")
async def read_model(
    key_or_id: str, model_id: str, services: Services, caller: ElementViewer
) -> Json:
    """Answer a model."""
    number = path_id(model_id, what="model")
    return await services.element_parts.row(caller, key_or_id, "models", number)


@router.put("/models/{model_id}")
async def replace_model(
    key_or_id: str, model_id: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Change a model; `resources` replaces its links."""
    body, number = await bodies.read_object(request), path_id(model_id, what="model")
    return await services.element_parts.replace(caller, key_or_id, "models", number, body)


@router.delete("/models/{model_id}")
async def delete_model(
    key_or_id: str, model_id: str, services: Services, caller: ElementEditor
) -> Json:
    """Delete a model."""
    number = path_id(model_id, what="model")
    await services.element_parts.remove(caller, key_or_id, "models", number)
    return {}


@router.put("/models/{model_id}/fields")
async def replace_model_fields(
    key_or_id: str, model_id: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Replace the fields of a model: an array, or `{"modelFields": [...]}`."""
    fields = await bodies.read_rows(request, "modelFields")
    number = path_id(model_id, what="model")
    change = {"modelFields": fields}
    return await services.element_parts.replace(caller, key_or_id, "models", number, change)


@router.get("/objects")
async def list_objects(
    key_or_id: str, request: Request, services: Services, caller: ElementViewer
) -> list[Json]:
    """Answer the objects; `accountOnly=true`: those that the account added."""
    is_own_only = request.query_params.get("accountOnly", "false").lower() in ("true", "")
    return await services.element_parts.rows(caller, key_or_id, "objects", is_own_only=is_own_only)


@router.post("/objects")
async def add_object(
    key_or_id: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Add an object; on an element of the catalog it is the account's alone."""
    body = await bodies.read_object(request)
    return await services.element_parts.add(caller, key_or_id, "objects", body)


@router.get("/objects/{object_id}")
async def read_object(
    key_or_id: str, object_id: str, services: Services, caller: ElementViewer
) -> Json:
    """Answer an object."""
    return await services.element_parts.row(caller, key_or_id, "objects", _id(object_id))


@router.put("/objects/{object_id}")
async def replace_object(
    key_or_id: str, object_id: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Change an object."""
    body, number = await bodies.read_object(request), _id(object_id)
    return await services.element_parts.replace(caller, key_or_id, "objects", number, body)


@router.delete("/objects/{object_id}")
async def delete_object(
    key_or_id: str, object_id: str, services: Services, caller: ElementEditor
) -> Json:
    """Delete an object."""
    await services.element_parts.remove(caller, key_or_id, "objects", _id(object_id))
    return {}


@router.get("/objects/{object_id}/fields")
async def list_fields(
    key_or_id: str, object_id: str, services: Services, caller: ElementViewer
) -> list[Json]:
    """Answer an object's fields."""
    return await services.element_parts.rows(caller, key_or_id, "fields", inside=_id(object_id))


@router.post("/objects/{object_id}/fields")
async def add_field(
    key_or_id: str, object_id: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Add a field to an object."""
    body, inside = await bodies.read_object(request), _id(object_id)
    return await services.element_parts.add(caller, key_or_id, "fields", body, inside=inside)


@router.get("/objects/{object_id}/fields/{field_id}")
async def read_field(
    key_or_id: str, object_id: str, field_id: str, services: Services, caller: ElementViewer
) -> Json:
    """Answer a field of an object."""
    number = path_id(field_id, what="field")
    return await services.element_parts.row(
        caller, key_or_id, "fields", number, inside=_id(object_id)
    )


@router.put("/objects/{object_id}/fields/{field_id}")
async def replace_field(
    key_or_id: str,
    object_id: str,
    field_id: str,
    request: Request,
    services: Services,
    caller: ElementEditor,
) -> Json:
    """Change a field of an object."""
    body, number = await bodies.read_object(request), path_id(field_id, what="field")
    return await services.element_parts.replace(
        caller, key_or_id, "fields", number, body, inside=_id(object_id)
    )


@router.delete("/objects/{object_id}/fields/{field_id}")
async def delete_field(
    key_or_id: str, object_id: str, field_id: str, services: Services, caller: ElementEditor
) -> Json:
    """Delete a field of an object."""
    number = path_id(field_id, what="field")
    await services.element_parts.remove(caller, key_or_id, "fields", number, inside=_id(object_id))
    return {}


def _id(text: str) -> int:
    return path_id(text, what="object")
