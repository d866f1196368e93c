"""`/vdrs`: common resources by id, the organization's choice of view, export and import."""

from fastapi import APIRouter, Request, Response

from valence.api import bodies
from valence.api.callers import Caller, CommonObjectViewer, Services
from valence.api.hints import add_warning, hint_masks, is_system_only, told
from valence.api.ids import path_id
from valence.api.wire import Json
from valence.ceql import compile_filter, parse
from valence.common_resources import is_backup, require_level
from valence.domain import Forbidden, Principal, Privilege, require_privilege

router = APIRouter()


@router.put("/vdrs/upgrade/v2")
async def upgrade(request: Request, services: Services, caller: Caller) -> Json:
    """Choose the second view of common resources for the organization; answers stay the same."""
    await services.common_resources.set_version(_organizations(request, caller), "v2")
    return {"vdrVersion": "v2"}


@router.delete("/vdrs/upgrade/v2")
async def roll_back(request: Request, services: Services, caller: Caller) -> Json:
    """Choose the first view again."""
    await services.common_resources.set_version(_organizations(request, caller), "v1")
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
    for one in _brought(body):
        hint_masks(response, one)
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
    if is_system_only(request):
        found = await services.vdrs.all_system(caller)
    else:
        found = await services.vdrs.all(caller)
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
    made = await services.vdrs.create(caller, body, is_system_only=is_system_only(request))
    return told(made, response)


@router.get("/vdrs/{vdr_id}")
async def read_vdr(vdr_id: str, request: Request, services: Services, caller: Caller) -> Json:
    """Answer a common resource by id."""
    return await services.vdrs.one(
        caller,
        _vdr(vdr_id),
        instance_id=_instance(request),
        is_system_only=is_system_only(request),
    )


@router.put("/vdrs/{vdr_id}")
async def replace_vdr(
    vdr_id: str, request: Request, services: Services, caller: Caller, response: Response
) -> Json:
    """Replace what the caller may write of a common resource."""
    body = await bodies.read_object(request)
    changed = await services.vdrs.replace(
        caller, _vdr(vdr_id), body, is_system_only=is_system_only(request)
    )
    return told(changed, response)


@router.post("/vdrs/{vdr_id}/clone")
async def clone_vdr(vdr_id: str, request: Request, services: Services, caller: Caller) -> Json:
    """Copy a canonical resource with its transformations to the caller's account, or level."""
    body = await bodies.read_object(request)
    keys = _listed(request, "elementKeys")
    is_all = not keys and (
        request.query_params.get("cloneAllTransformations", "false").lower() == "true"
    )
    return await services.system_vdrs.clone(
        caller,
        _vdr(vdr_id),
        level=request.query_params.get("level", "account"),
        name=body.get("objectName"),
        element_keys=None if is_all else keys,
    )


@router.delete("/vdrs/{vdr_id}")
async def delete_vdr(
    vdr_id: str, request: Request, services: Services, caller: Caller, response: Response
) -> Json:
    """Delete the levels of a common resource that the caller may touch."""
    gone = await services.vdrs.delete(caller, _vdr(vdr_id), is_system_only=is_system_only(request))
    return told(gone, response)


@router.get("/vdrs/{vdr_id}/transformations")
async def list_vdr_transformations(
    vdr_id: str, request: Request, services: Services, caller: Caller
) -> list[Json]:
    """Answer how a common resource is mapped, one for each element."""
    return await services.vdrs.transformations(
        caller,
        _vdr(vdr_id),
        instance_id=_instance(request),
        is_system_only=is_system_only(request),
    )


@router.post("/vdrs/{vdr_id}/transformations")
async def create_vdr_transformation(
    vdr_id: str, request: Request, services: Services, caller: Caller, response: Response
) -> Json:
    """Map a common resource to an element; what the caller may not write is left out."""
    body = await bodies.read_object(request)
    made = await services.vdrs.map(
        caller, _vdr(vdr_id), body, is_system_only=is_system_only(request)
    )
    hint_masks(response, body)
    return told(made, response)


@router.get("/vdrs/{vdr_id}/transformations/{transformation_id}")
async def read_vdr_transformation(
    vdr_id: str, transformation_id: str, request: Request, services: Services, caller: Caller
) -> Json:
    """Answer one transformation; `instanceId` chooses an instance's view."""
    return await services.vdrs.transformation(
        caller,
        _vdr(vdr_id),
        _mapping(transformation_id),
        instance_id=_instance(request),
        is_system_only=is_system_only(request),
    )


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
    changed = await services.vdrs.remap(
        caller,
        _vdr(vdr_id),
        _mapping(transformation_id),
        body,
        is_system_only=is_system_only(request),
    )
    hint_masks(response, body)
    return told(changed, response)


@router.delete("/vdrs/{vdr_id}/transformations/{transformation_id}")
async def delete_vdr_transformation(
    vdr_id: str,
    transformation_id: str,
    request: Request,
    services: Services,
    caller: Caller,
    response: Response,
) -> Json:
    """Delete the levels of a transformation that the caller may touch."""
    gone = await services.vdrs.unmap(
        caller,
        _vdr(vdr_id),
        _mapping(transformation_id),
        is_system_only=is_system_only(request),
    )
    return told(gone, response)


def _brought(body: Json) -> list[Json]:
    """Return the transformations of an import that was stored."""
    if "objectDefinitions" not in body:
        return list((body.get("transformation") or {}).values())
    return [
        one for by_name in (body.get("transformations") or {}).values() for one in by_name.values()
    ]


def _organizations(request: Request, caller: Principal) -> list[int]:
    """Return the organizations whose view is chosen: the caller's, or those he names.

    Raises:
        Forbidden: the caller does not administer his, or names others without the role for it.
    """
    named = _listed(request, "orgIds")
    if not named:
        require_privilege(caller.role, Privilege.EDIT_COMMON_OBJECTS)
        require_level(caller, "organization")
        return [caller.organization_id]
    if not caller.is_vdr_admin:
        raise Forbidden("orgIds are for the role vdrAdmin.", code="level-forbidden")
    return [path_id(one, what="organization") for one in named]


def _listed(request: Request, name: str) -> list[str]:
    """Return the values of a parameter that is given again, or parted by commas."""
    query = request.query_params
    texts = [*query.getlist(f"{name}[]"), *query.getlist(name)]
    return [one.strip() for text in texts for one in text.split(",") if one.strip()]


def _vdr(text: str) -> int:
    return path_id(text, what="common resource")


def _mapping(text: str) -> int:
    return path_id(text, what="transformation")


def _instance(request: Request) -> int | None:
    text = request.query_params.get("instanceId", "")
    is_number = text.isascii() and text.isdecimal() and len(text) < 19
    return int(text) if is_number else None
