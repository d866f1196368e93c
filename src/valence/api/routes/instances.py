"""`/instances`: element instances by id, and by Element token where the id is left out."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from valence.api import bodies, pages
from valence.api.callers import ByToken, Caller, Provisioner, Services
from valence.api.ids import path_id
from valence.api.wire import Json, instance_to_wire, light_instance_to_wire, record_to_wire
from valence.domain import Element, Instance, InvalidRequest, NotFound
from valence.gateway import object_names
from valence.instances import InstanceChange, NewInstance

router = APIRouter(prefix="/instances")

Tags = Annotated[list[str], Query(alias="tags[]")]


# -- without an id: lists, creation, and the token's own instance ---------------------------------


@router.get("")
async def list_all(
    request: Request, services: Services, caller: Caller, response: Response
) -> list[Json]:
    """Answer the caller's instances; 404 when there are none."""
    return await list_instances(request, services, caller, response)


@router.post("")
async def create_instance(request: Request, services: Services, caller: Provisioner) -> Json:
    """Authenticate with a vendor and answer the new instance with its token."""
    return await create(request, services, caller)


@router.get("/count")
async def count(services: Services, caller: Caller) -> Json:
    """Answer how many instances there are, in all and per element."""
    counts = await services.instances.counts_by_element(caller)
    per_element = [{"elementKey": key, "count": number} for key, number in counts.items()]
    return {"totalInstances": sum(counts.values()), "elementInstances": per_element}


@router.put("")
@router.patch("")
async def change_own(request: Request, services: Services, called: ByToken) -> Json:
    """Change the token's instance."""
    return await change(str(called.instance.id), request, services, called.principal)


@router.delete("")
async def delete_own(services: Services, called: ByToken) -> Json:
    """Delete the token's instance."""
    return await remove(str(called.instance.id), services, called.principal)


@router.put("/enabled")
async def enable_own(services: Services, called: ByToken) -> Json:
    """Enable the token's instance."""
    return await _set_enabled(str(called.instance.id), services, called.principal, is_enabled=True)


@router.delete("/enabled")
async def disable_own(services: Services, called: ByToken) -> Json:
    """Disable the token's instance."""
    return await _set_enabled(str(called.instance.id), services, called.principal, is_enabled=False)


@router.get("/configuration")
async def list_own_configuration(services: Services, called: ByToken) -> list[Json]:
    """Answer the configuration records of the token's instance."""
    return await list_configuration(str(called.instance.id), services, called.principal)


@router.get("/configuration/{record_id}")
async def read_own_record(record_id: str, services: Services, called: ByToken) -> Json:
    """Answer one configuration record of the token's instance."""
    return await read_record(str(called.instance.id), record_id, services, called.principal)


@router.patch("/configuration/{record_id}")
async def change_own_record(
    record_id: str, request: Request, services: Services, called: ByToken
) -> Json:
    """Change one configuration value of the token's instance."""
    own = str(called.instance.id)
    return await change_record(own, record_id, request, services, called.principal)


# -- by id ----------------------------------------------------------------------------------------


@router.get("/{instance_id}")
async def read_instance(instance_id: str, services: Services, caller: Caller) -> Json:
    """Answer an instance."""
    return await _shown(await services.instances.get(caller, _id(instance_id)), services)


@router.put("/{instance_id}")
@router.patch("/{instance_id}")
async def change(
    instance_id: str, request: Request, services: Services, caller: Provisioner
) -> Json:
    """Change an instance; what the body leaves out stays, and a mask leaves a secret alone."""
    body = await bodies.read(request, bodies.InstanceChangeBody)
    number = _id(instance_id)
    instance = await services.instances.get(caller, number)
    target = await _target(body.element, instance, services, caller)
    changed = await services.instances.update(
        caller,
        number,
        InstanceChange(
            element=target,
            name=body.name,
            tags=body.tags,
            configuration=body.configuration or {},
            provider_data=body.provider_data or {},
        ),
    )
    return await _shown(changed, services)


@router.delete("/{instance_id}")
async def remove(instance_id: str, services: Services, caller: Caller) -> Json:
    """Delete an instance, revoking its grant where the vendor can."""
    await services.instances.delete(caller, _id(instance_id))
    return {}


@router.put("/{instance_id}/enabled")
async def enable(instance_id: str, services: Services, caller: Caller) -> Json:
    """Let calls through again."""
    return await _set_enabled(instance_id, services, caller, is_enabled=True)


@router.delete("/{instance_id}/enabled")
async def disable(instance_id: str, services: Services, caller: Caller) -> Json:
    """Refuse calls with 403 from now on."""
    return await _set_enabled(instance_id, services, caller, is_enabled=False)


@router.get("/{instance_id}/configuration")
async def list_configuration(instance_id: str, services: Services, caller: Caller) -> list[Json]:
    """Answer the configuration records, defaults included and secrets masked."""
    records = await services.instances.configuration_records(caller, _id(instance_id))
    return [record_to_wire(record) for record in records]


@router.get("/{instance_id}/configuration/{record_id}")
async def read_record(instance_id: str, record_id: str, services: Services, caller: Caller) -> Json:
    """Answer one configuration record."""
    records = await services.instances.configuration_records(caller, _id(instance_id))
    for record in records:
        if str(record.id) == record_id:
            return record_to_wire(record)
    raise NotFound(f"No configuration found with ID {record_id[:40]}.")


@router.patch("/{instance_id}/configuration/{record_id}")
async def change_record(
    instance_id: str, record_id: str, request: Request, services: Services, caller: Caller
) -> Json:
    """Change one configuration value; the mask changes nothing."""
    body = await bodies.read(request, bodies.RecordBody)
    if body.property_value is None:
        raise InvalidRequest("Missing propertyValue.", code="missing-parameter")
    number = _id(record_id, what="configuration")
    record = await services.instances.update_configuration_record(
        caller, _id(instance_id), number, body.property_value
    )
    return record_to_wire(record)


# -- shared with /elements/{keyOrId}/instances ----------------------------------------------------


async def list_instances(
    request: Request,
    services: Services,
    caller: Caller,
    response: Response,
    *,
    element: Element | None = None,
) -> list[Json]:
    """Answer instances by tags, text and element, in pages. Raises NotFound when empty."""
    query = request.query_params
    size = pages.page_size(request)
    tags = tuple(query.getlist("tags[]"))
    text = query.get("searchText") or None
    bound_to = f"instances\x1f{caller.account_id}\x1f{tags}\x1f{text}"
    if element is not None:
        bound_to += f"\x1f{element.id}"
    after = 0
    if query.get("nextPage"):
        after = pages.redeem(services.sign, query["nextPage"], bound_to=bound_to)
    found = await services.instances.search(
        caller,
        tags=tags,
        text=text,
        element=element,
        after_id=after,
        limit=size + 1,
    )
    page = found[:size]
    if not page:
        raise NotFound("No instances found")
    response.headers["Elements-Returned-Count"] = str(len(page))
    if len(found) > size:
        token = pages.issue(services.sign, page[-1].id, bound_to=bound_to)
        response.headers["Elements-Next-Page-Token"] = token
    if query.get("hydrate") == "false":
        return [light_instance_to_wire(one, await _element(one, services)) for one in page]
    return [await _shown(one, services) for one in page]


async def create(
    request: Request, services: Services, caller: Caller, *, element: Element | None = None
) -> Json:
    """Create an instance of the element in the path or in the body."""
    body = await bodies.read(request, bodies.NewInstanceBody)
    if element is None:
        named = body.element.key_or_id if body.element else None
        if named is None:
            raise InvalidRequest("Missing element.key.", code="missing-parameter")
        element = await services.elements.require(caller, named)
    if body.name is None:
        raise InvalidRequest("Missing name.", code="missing-parameter")
    created = await services.instances.create(
        caller,
        NewInstance(
            element=element,
            name=body.name,
            tags=body.tags,
            provider_data=body.provider_data,
            configuration=body.configuration,
            external_authentication=body.external_authentication or "none",
        ),
    )
    shown = instance_to_wire(
        created.instance,
        element,
        now_ms=services.clock.now_ms(),
        provider_data=created.provider_data,
    )
    if body.retrieve_objects:
        names = object_names(element)
        shown["objects"] = [{"name": n, "vendorName": n, "type": "ceCanonical"} for n in names]
    return shown


async def _set_enabled(
    instance_id: str, services: Services, caller: Caller, *, is_enabled: bool
) -> Json:
    await services.instances.set_enabled(caller, _id(instance_id), is_enabled=is_enabled)
    return {}


async def _shown(instance: Instance, services: Services) -> Json:
    element = await _element(instance, services)
    return instance_to_wire(instance, element, now_ms=services.clock.now_ms())


async def _element(instance: Instance, services: Services) -> Element:
    return await services.elements.of(instance.account_id, instance.element_id)


async def _target(
    reference: bodies.ElementReference | None,
    instance: Instance,
    services: Services,
    caller: Caller,
) -> Element | None:
    """Return the element that a change names, or None: it names the instance's own, or none.

    A body that was read and sent back has key and id; the key alone may name another element, one
    of the account's own with the key of the catalog's.
    """
    if reference is None or reference.key_or_id is None:
        return None
    if reference.id is not None:
        if reference.id == instance.element_id:
            return None
        return await services.elements.require(caller, str(reference.id))
    if reference.key_or_id.casefold() == instance.element_key.casefold():
        return None
    return await services.elements.require(caller, reference.key_or_id)


def _id(text: str, *, what: str = "element instance") -> int:
    return path_id(text, what=what)
