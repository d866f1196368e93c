"""Generated documents of hubs, elements and instances: Swagger 2.0, or OpenAPI 3.1 when asked."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from valence.api.callers import ByToken, Caller, Services
from valence.api.services import ApiServices
from valence.api.wire import Json
from valence.common_resources import Mapped
from valence.domain import (
    CallerSecrets,
    Element,
    Instance,
    InvalidRequest,
    NotFound,
    Principal,
    ValenceError,
)
from valence.elements import (
    HUBS,
    Place,
    document_of,
    element_swagger,
    hub_swagger,
    object_of_operation,
    openapi_of,
    operation_definitions,
    operation_swagger,
)
from valence.gateway import ResourceRequest, documented

router = APIRouter()


@router.get("/docs/{hub}")
async def read_hub_docs(hub: str, request: Request, services: Services, caller: Caller) -> Response:
    """Answer the document of a hub: its resources over all its elements."""
    if hub not in HUBS:
        raise NotFound(f"No hub found with key {hub[:100]!r}.")
    seen = await services.elements.all(caller)
    documents = [document_of(one) for one in seen if one.hub == hub]
    swagger = hub_swagger(hub, HUBS[hub][0], documents, place(request, services))
    return _shown(request, swagger)


@router.get("/elements/{key_or_id}/docs")
async def read_element_docs(
    key_or_id: str, request: Request, services: Services, caller: Caller
) -> Response:
    """Answer the document of an element, or with `operationId` of one operation."""
    element = await services.elements.require(caller, key_or_id)
    chain = (await services.scopes.account(caller)).chain
    mapped = await services.mappings.at(caller.organization_id, element.key, chain)
    return _whole(request, services, element, mapped)


@router.get("/instances/docs")
async def read_own_docs(request: Request, services: Services, called: ByToken) -> Response:
    """Answer the document of the token's instance."""
    mapped = await services.mappings.of(called.instance)
    return _whole(request, services, await _element(services, called.instance), mapped)


@router.get("/instances/docs/{operation_id:path}/definitions")
async def read_own_definitions(
    operation_id: str, request: Request, services: Services, called: ByToken
) -> Response:
    """Answer the definitions of one operation of the token's instance."""
    return await _definitions(operation_id, request, services, called.principal, called.instance)


@router.get("/instances/docs/{operation_id:path}")
async def read_own_operation_docs(
    operation_id: str, request: Request, services: Services, called: ByToken
) -> Response:
    """Answer the document of one operation of the token's instance."""
    return await _operation(operation_id, request, services, called.principal, called.instance)


@router.get("/instances/{instance_id}/docs")
async def read_docs(
    instance_id: str, request: Request, services: Services, caller: Caller
) -> Response:
    """Answer the document of an instance: its element's, and mapped objects."""
    instance = await _instance(services, caller, instance_id)
    mapped = await services.mappings.of(instance)
    return _whole(request, services, await _element(services, instance), mapped)


@router.get("/instances/{instance_id}/docs/{operation_id:path}/definitions")
async def read_definitions(
    instance_id: str, operation_id: str, request: Request, services: Services, caller: Caller
) -> Response:
    """Answer the definitions of one operation of an instance."""
    instance = await _instance(services, caller, instance_id)
    return await _definitions(operation_id, request, services, caller, instance)


@router.get("/instances/{instance_id}/docs/{operation_id:path}")
async def read_operation_docs(
    instance_id: str, operation_id: str, request: Request, services: Services, caller: Caller
) -> Response:
    """Answer the document of one operation of an instance."""
    instance = await _instance(services, caller, instance_id)
    return await _operation(operation_id, request, services, caller, instance)


def place(request: Request, services: ApiServices) -> Place:
    """Return where the documented API stands: `baseUrl`, else this installation's address."""
    settings = services.settings
    base_url = request.query_params.get("baseUrl") or settings.effective_public_url
    return Place.of(base_url, email=settings.contact_email)


def _whole(request: Request, services: ApiServices, element: Element, mapped: Mapped) -> Response:
    document, where = document_of(element), place(request, services)
    wanted = request.query_params.get("operationId")
    if wanted:
        return _shown(request, operation_swagger(document, wanted, where))
    objects = [documented(one) for one in mapped.transformations.values() if one.is_documented]
    return _shown(request, element_swagger(document, where, objects=objects))


async def _operation(
    wanted: str, request: Request, services: ApiServices, caller: Principal, instance: Instance
) -> Response:
    document = document_of(await _element(services, instance))
    swagger = operation_swagger(
        document,
        wanted,
        place(request, services),
        discovered=await _discovered(wanted, document, request, services, caller, instance),
        is_resolved=is_true(request, "resolveReferences"),
        is_basic=is_true(request, "basic"),
    )
    return _shown(request, swagger)


async def _definitions(
    wanted: str, request: Request, services: ApiServices, caller: Principal, instance: Instance
) -> Response:
    document = document_of(await _element(services, instance))
    definitions = operation_definitions(
        document,
        wanted,
        discovered=await _discovered(wanted, document, request, services, caller, instance),
        is_resolved=is_true(request, "resolveReferences"),
        is_basic=is_true(request, "basic"),
    )
    return _json(definitions)


async def _discovered(
    wanted: str,
    document: Mapping[str, Any],
    request: Request,
    services: ApiServices,
    caller: Principal,
    instance: Instance,
) -> Sequence[Mapping[str, Any]]:
    """Return the fields of the operation's object, as the instance's own metadata tells them."""
    if not is_true(request, "discovery"):
        return ()
    name = object_of_operation(document, wanted)
    if name is None:
        return ()
    call = ResourceRequest(CallerSecrets(), "GET", f"/objects/{name}/metadata")
    try:
        answer = await services.gateway.handle_as(caller, instance, call)
    except ValenceError as exc:
        if exc.status == 404:  # the object is none that can be described
            return ()
        raise
    found = orjson.loads(answer.body)
    fields = found.get("fields") if isinstance(found, dict) else None
    return [one for one in fields or () if isinstance(one, dict)]


def is_true(request: Request, name: str) -> bool:
    """Tell whether a flag of the query is set; a bare name counts."""
    return request.query_params.get(name, "false").lower() in ("true", "")


def _json(value: Json) -> Response:
    """Return JSON past the framework's encoder, which is slow on documents of this size."""
    return Response(orjson.dumps(value), media_type="application/json")


def _shown(request: Request, swagger: Json) -> Response:
    wanted = request.query_params.get("openapi")
    if not wanted:
        return _json(swagger)
    if wanted not in ("3", "3.1", "3.1.0"):
        raise InvalidRequest(
            f"openapi must be 3.1, not {wanted[:20]!r}; left out it is Swagger 2.0."
        )
    return _json(openapi_of(swagger))


async def _element(services: ApiServices, instance: Instance) -> Element:
    return await services.elements.of(instance.account_id, instance.element_id)


async def _instance(services: ApiServices, caller: Principal, text: str) -> Instance:
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise NotFound(f"No element instance found with ID {text[:40]!r}.")
    return await services.instances.get(caller, int(text))
