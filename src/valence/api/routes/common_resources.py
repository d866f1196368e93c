"""`/common-resources` and `/transformations`: common resources over all levels."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from valence.api import bodies
from valence.api.callers import (
    CommonObjectDeleter,
    CommonObjectEditor,
    CommonObjectViewer,
    Services,
)
from valence.api.hints import add_warning, hint_masks, is_system_only
from valence.api.services import ApiServices
from valence.api.wire import Json
from valence.common_resources import Draft
from valence.domain import InvalidRequest, Principal
from valence.gateway import PROVENANCE, Made

router = APIRouter()


@router.get("/common-resources")
async def list_common_resources(
    request: Request, services: Services, caller: CommonObjectViewer
) -> list[Json]:
    """Answer the common resources that the caller sees, or with `systemOnly=true` the system's."""
    if is_system_only(request):
        return await services.vdrs.all_system(caller)
    return await services.views.all(caller)


@router.put("/common-resources")
async def put_common_resource(
    request: Request, services: Services, caller: CommonObjectEditor
) -> Json:
    """Create or change a common resource, each field at the level it names."""
    return await services.views.put(caller, await bodies.read_object(request))


@router.get("/common-resources/{name}")
async def read_common_resource(
    name: str, request: Request, services: Services, caller: CommonObjectViewer
) -> Json:
    """Answer a common resource, by name or by id."""
    if is_system_only(request):
        return await services.system_vdrs.definition(caller, name)
    return await services.views.one(caller, name)


@router.get("/common-resources/{name}/usages")
async def list_usages(name: str, _caller: CommonObjectViewer) -> Json:
    """Answer the formulas that call a common resource: none, for there are no formulas yet."""
    return {"formulaUsages": []}


@router.patch("/common-resources/{name}")
async def rename_common_resource(
    name: str, request: Request, services: Services, caller: CommonObjectEditor
) -> Json:
    """Rename a common resource at every level."""
    body = await bodies.read_object(request)
    return await services.views.rename(caller, name, body.get("name"))


@router.delete("/common-resources/{name}")
async def delete_common_resource(
    name: str, request: Request, services: Services, caller: CommonObjectDeleter
) -> Json:
    """Delete a common resource; with `force=true` its transformations too."""
    is_forced = request.query_params.get("force", "false").lower() in ("true", "")
    await services.views.delete(caller, name, is_forced=is_forced)
    return {}


@router.put("/transformations")
async def put_transformation(
    request: Request, services: Services, caller: CommonObjectEditor, response: Response
) -> Json:
    """Create or change a transformation, each field at the level it names."""
    body = await bodies.read_object(request)
    made = await services.views.put_transformation(caller, body)
    hint_masks(response, body)
    return made


@router.post("/transformations/{name}/execute")
async def execute(
    name: str, request: Request, services: Services, caller: CommonObjectViewer, response: Response
) -> Any:
    """Answer what a transformation, stored or a draft, makes of a payload; no vendor is called."""
    body = await bodies.read_object(request)
    if not isinstance(body.get("payload"), dict | list):
        raise InvalidRequest(
            "payload must be the object to be mapped, or a list of them.", code="bad-body"
        )
    draft = _draft(body)
    made = await _preview(services, caller, body)(
        name,
        draft,
        body["payload"],
        method=str(body.get("method") or "GET").upper(),
        asks_provenance=request.query_params.get("provenance", "").lower() == "true",
    )
    if draft is not None:
        hint_masks(response, draft.transformation)
    if made.warning is not None:
        add_warning(response, made.warning)
    if made.provenance is not None:
        response.headers[PROVENANCE] = made.provenance
    return made.value


def _draft(body: dict[str, Any]) -> Draft | None:
    """Return the draft of a body, if it has one. Raises InvalidRequest."""
    given = body.get("transformation")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise InvalidRequest("transformation must be the draft of one.", code="bad-body")
    beside = {key: body[key] for key in ("level", "definition") if body.get(key) is not None}
    return Draft.read({**given, **beside})


def _preview(
    services: ApiServices, caller: Principal, body: dict[str, Any]
) -> Callable[..., Awaitable[Made]]:
    """Return what previews for the instance that a body names, or for an element."""
    workbench = services.workbench
    if _is_number(body.get("instanceId")):
        return partial(workbench.preview, caller, int(body["instanceId"]))
    if not _is_number(body.get("elementId")):
        raise InvalidRequest("Name an instance by instanceId or an element by elementId.")
    return partial(workbench.preview_for_element, caller, str(body["elementId"]))


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii() and value.isdecimal() and len(value) < 19
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**62
