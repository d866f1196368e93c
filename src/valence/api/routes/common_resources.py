"""`/transformations/{name}/execute`: a transformation tried out."""

from typing import Any

from fastapi import APIRouter, Request, Response

from valence.api import bodies
from valence.api.callers import CommonObjectViewer, Services
from valence.api.services import ApiServices
from valence.common_resources import Mapped
from valence.domain import InvalidRequest, NotFound, Principal

router = APIRouter()


@router.post("/transformations/{name}/execute")
async def execute(
    name: str, request: Request, services: Services, caller: CommonObjectViewer, response: Response
) -> Any:
    """Answer what a transformation makes of a payload; the vendor is not called."""
    body = await bodies.read_object(request)
    if "payload" not in body:
        raise InvalidRequest("payload is missing: the object to be mapped.", code="bad-body")
    method = str(body.get("method") or "GET").upper()
    plan = (await _mapped(services, caller, body)).plan(name)
    if plan is None:
        raise NotFound(f"No transformation found for object {name[:100]!r}.")
    made, warning = await services.gateway.try_mapping(plan, body["payload"], method=method)
    if warning is not None:
        response.headers["Elements-Error"] = warning.encode("latin-1", "replace").decode("latin-1")
    return made


async def _mapped(services: ApiServices, caller: Principal, body: dict[str, Any]) -> Mapped:
    """Return what is mapped for the instance that a body names, or for an element."""
    if _is_number(body.get("instanceId")):
        instance = await services.instances.get(caller, int(body["instanceId"]))
        return await services.mappings.of(instance)
    if not _is_number(body.get("elementId")):
        raise InvalidRequest("Name an instance by instanceId or an element by elementId.")
    element = await services.elements.require(caller, str(body["elementId"]))
    chain = services.scopes.organization(caller).chain
    return await services.mappings.at(caller.organization_id, element.key, chain)


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii() and value.isdecimal() and len(value) < 19
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**62
