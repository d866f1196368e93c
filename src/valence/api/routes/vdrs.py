"""`/vdrs`: common resources by id, the organization's choice of view, export and import."""

from fastapi import APIRouter, Request, Response

from valence.api import bodies
from valence.api.callers import Caller, CommonObjectEditor, CommonObjectViewer, Services
from valence.api.hints import add_warning, hint_masks
from valence.api.ids import path_id
from valence.api.wire import Json
from valence.ceql import compile_filter, parse
from valence.common_resources import Answer, is_backup, is_system_id, require_level

router = APIRouter()

_NOT_CHANGED = "The system level is the catalog's, so this was ignored; clone it to change it."


@router.put("/vdrs/upgrade/v2")
async def upgrade(services: Services, caller: CommonObjectEditor) -> Json:
    """Choose the second view of common resources for the organization; answers stay the same."""
    require_level(caller, "organization")
    await services.common_resources.set_version(caller.organization_id, "v2")
    return {"vdrVersion": "v2"}


@router.delete("/vdrs/upgrade/v2")
async def roll_back(services: Services, caller: CommonObjectEditor) -> Json:
    """Choose the first view again."""
    require_level(caller, "organization")
    await services.common_resources.set_version(caller.organization_id, "v1")
    return {"vdrVersion": "v1"}


@router.put("/vdrs/import")
async def import_resource(
    request: Request, services: Services, caller: Caller, response: Response
) -> Json:
    """Store an export or a backup, over what is there; forbidden levels are left out."""
    body = await bodies.read_object(request)
    answer: Json
    if is_backup(body):
        names, dropped = await services.exchange.restore(caller, body)
        answer = {"vdrNames": names}
    else:
        name, dropped = await services.exchange.import_(caller, body)
        answer = {"vdrName": name}
    if dropped:
        add_warning(response, f"Parts of the level {' and '.join(dropped)} were ignored.")
    return answer


@router.get("/vdrs/export")
async def export_resources(services: Services, caller: CommonObjectViewer) -> Json:
    """Answer all common resources with their transformations as one backup, as it imports."""
    return await services.exchange.backup(caller)


@router.get("/vdrs/{name}/export")
async def export_resource(name: str, services: Services, caller: CommonObjectViewer) -> Json:
    """Answer a common resource with its transformations, as it imports elsewhere."""
    return await services.exchange.export(caller, name)


@router.get("/vdrs")
async def list_vdrs(request: Request, services: Services, caller: Caller) -> list[Json]:
    """Answer the organization's common resources, or with `systemOnly=true` the canonical ones."""
    known = services.system_vdrs if _is_system_only(request) else services.vdrs
    found = await known.all(caller)
    where = request.query_params.get("where")
    if where and where.strip():
        keeps = compile_filter(parse(where))
        found = [one for one in found if keeps(one)]
    return found


@router.post("/vdrs")
async def create_vdr(
    request: Request, services: Services, caller: Caller, response: Response
) -> Json:
    """Create a common resource; what the caller may not write is left out."""
    body = await bodies.read_object(request)
    return _told(await services.vdrs.create(caller, body), response)


@router.get("/vdrs/{vdr_id}")
async def read_vdr(vdr_id: str, request: Request, services: Services, caller: Caller) -> Json:
    """Answer a common resource by id."""
    number = _vdr(vdr_id)
    if is_system_id(number) or _is_system_only(request):
        return await services.system_vdrs.one(caller, number)
    answer = await services.vdrs.one(caller, number, instance_id=_instance(request))
    return dict(answer.value)


@router.put("/vdrs/{vdr_id}")
async def replace_vdr(
    vdr_id: str, request: Request, services: Services, caller: Caller, response: Response
) -> Json:
    """Replace what the caller may write of a common resource."""
    body = await bodies.read_object(request)
    number = _vdr(vdr_id)
    if is_system_id(number):
        return _kept(await services.system_vdrs.one(caller, number), response)
    return _told(await services.vdrs.replace(caller, number, body), response)


@router.post("/vdrs/{vdr_id}/clone")
async def clone_vdr(vdr_id: str, request: Request, services: Services, caller: Caller) -> Json:
    """Copy a canonical resource with its transformations to the caller's account, or level."""
    body = await bodies.read_object(request)
    query = request.query_params
    listed = [*query.getlist("elementKeys[]"), *query.getlist("elementKeys")]
    keys = [key.strip() for text in listed for key in text.split(",") if key.strip()]
    is_all = not keys and query.get("cloneAllTransformations", "false").lower() == "true"
    made = await services.system_vdrs.clone(
        caller,
        _vdr(vdr_id),
        level=query.get("level", "account"),
        name=body.get("objectName"),
        element_keys=None if is_all else keys,
    )
    return dict(made.value)


@router.delete("/vdrs/{vdr_id}")
async def delete_vdr(vdr_id: str, services: Services, caller: Caller, response: Response) -> Json:
    """Delete the levels of a common resource that the caller may touch."""
    number = _vdr(vdr_id)
    if is_system_id(number):
        await services.system_vdrs.one(caller, number)
        return _kept({}, response)
    return _told(await services.vdrs.delete(caller, number), response)


@router.get("/vdrs/{vdr_id}/transformations")
async def list_vdr_transformations(
    vdr_id: str, request: Request, services: Services, caller: Caller
) -> list[Json]:
    """Answer how a common resource is mapped, one for each element."""
    number = _vdr(vdr_id)
    if is_system_id(number) or _is_system_only(request):
        return await services.system_vdrs.transformations(caller, number)
    return await services.vdrs.transformations(caller, number, instance_id=_instance(request))


@router.post("/vdrs/{vdr_id}/transformations")
async def create_vdr_transformation(
    vdr_id: str, request: Request, services: Services, caller: Caller, response: Response
) -> Json:
    """Map a common resource to an element; what the caller may not write is left out."""
    body = await bodies.read_object(request)
    vdr = _vdr(vdr_id)
    if is_system_id(vdr):
        await services.system_vdrs.one(caller, vdr)
        return _kept({}, response)
    made = _told(await services.vdrs.map(caller, vdr, body), response)
    hint_masks(response, body)
    return made


@router.get("/vdrs/{vdr_id}/transformations/{transformation_id}")
async def read_vdr_transformation(
    vdr_id: str, transformation_id: str, request: Request, services: Services, caller: Caller
) -> Json:
    """Answer one transformation; `instanceId` chooses an instance's view."""
    vdr, number = _vdr(vdr_id), _mapping(transformation_id)
    if is_system_id(vdr) or _is_system_only(request):
        return await services.system_vdrs.transformation(caller, vdr, number)
    return await services.vdrs.transformation(caller, vdr, number, instance_id=_instance(request))


@router.put("/vdrs/{vdr_id}/transformations/{transformation_id}")
async def replace_vdr_transformation(
    vdr_id: str,
    transformation_id: str,
    request: Request,
    services: Services,
    caller: Caller,
    response: Response,
) -> Json:
    """Replace what the caller may write of a transformation."""
    body = await bodies.read_object(request)
    vdr, number = _vdr(vdr_id), _mapping(transformation_id)
    if is_system_id(vdr):
        return _kept(await services.system_vdrs.transformation(caller, vdr, number), response)
    made = _told(await services.vdrs.remap(caller, vdr, number, body), response)
    hint_masks(response, body)
    return made


@router.delete("/vdrs/{vdr_id}/transformations/{transformation_id}")
async def delete_vdr_transformation(
    vdr_id: str, transformation_id: str, services: Services, caller: Caller, response: Response
) -> Json:
    """Delete the levels of a transformation that the caller may touch."""
    vdr, number = _vdr(vdr_id), _mapping(transformation_id)
    if is_system_id(vdr):
        await services.system_vdrs.transformation(caller, vdr, number)
        return _kept({}, response)
    return _told(await services.vdrs.unmap(caller, vdr, number), response)


def _told(answer: Answer, response: Response) -> Json:
    if answer.ignored:
        parts = ", ".join(answer.ignored)
        add_warning(response, f"Not the caller's to write, so ignored: {parts}.")
    value: Json = answer.value
    return value


def _kept(value: Json, response: Response) -> Json:
    """Answer a change of what the catalog holds, which no caller's role may change."""
    add_warning(response, _NOT_CHANGED)
    return value


def _is_system_only(request: Request) -> bool:
    return request.query_params.get("systemOnly", "false").lower() in ("true", "")


def _vdr(text: str) -> int:
    return path_id(text, what="common resource")


def _mapping(text: str) -> int:
    return path_id(text, what="transformation")


def _instance(request: Request) -> int | None:
    text = request.query_params.get("instanceId", "")
    is_number = text.isascii() and text.isdecimal() and len(text) < 19
    return int(text) if is_number else None
