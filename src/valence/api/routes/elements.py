"""`/elements`: the catalog, and the address at which an owner consents."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from valence.api import bodies, pages
from valence.api.callers import Caller, Services
from valence.api.routes.instances import (
    change,
    create,
    list_instances,
    read_instance,
    remove,
)
from valence.api.wire import Json
from valence.ceql import And, Comparison, InList, parse
from valence.domain import Element, InvalidRequest, NotFound
from valence.elements import configuration_to_wire, element_to_wire
from valence.instances import OAuthUrlRequest

router = APIRouter(prefix="/elements")

_CONSUMED = frozenset(
    {"apiKey", "apiSecret", "callbackUrl", "scope", "state", "boundState", "pkce"}
)
_ALIASES = {"siteAddress": "site.address"}


@router.get("")
async def list_elements(
    request: Request, services: Services, caller: Caller, response: Response
) -> list[Json]:
    """Answer the elements, by name."""
    query = request.query_params
    found = list(services.catalog.all())
    is_abridged = query.get("abridged") in ("true", "")
    text = query.get("searchText", "").casefold()
    if text:
        found = [e for e in found if text in e.name.casefold() or text in e.key.casefold()]
    if query.get("where", "").strip():
        found, is_where_abridged = _filtered(found, query["where"])
        is_abridged = is_abridged or is_where_abridged
        if not found:
            raise NotFound("No elements found")
    shown = [element_to_wire(element, abridged=is_abridged) for element in _page(request, found)]
    response.headers["Elements-Returned-Count"] = str(len(shown))
    response.headers["Elements-Total-Count"] = str(len(found))
    return shown


@router.get("/keys")
async def list_keys(request: Request, services: Services, caller: Caller) -> list[str]:
    """Answer the keys of all elements."""
    return [element.key for element in _page(request, list(services.catalog.all()))]


@router.get("/{key_or_id}")
async def read_element(key_or_id: str, services: Services, caller: Caller) -> Json:
    """Answer one element in full."""
    return element_to_wire(services.catalog.require(key_or_id))


@router.get("/{key_or_id}/configuration")
async def read_configuration(key_or_id: str, services: Services, caller: Caller) -> Json:
    """Answer an element's configuration entries."""
    return configuration_to_wire(services.catalog.require(key_or_id))


@router.get("/{key_or_id}/oauth/url")
async def read_oauth_url(
    key_or_id: str, request: Request, services: Services, caller: Caller
) -> Json:
    """Answer the address at which the owner consents; parameters in the query."""
    return await _oauth_url(key_or_id, dict(request.query_params), services, caller)


@router.post("/{key_or_id}/oauth/url")
async def make_oauth_url(
    key_or_id: str, request: Request, services: Services, caller: Caller
) -> Json:
    """Answer the address at which the owner consents; parameters in the body, as is better."""
    raw = await request.body()
    try:
        content = orjson.loads(raw) if raw.strip() else {}
    except orjson.JSONDecodeError as exc:
        raise InvalidRequest("The body is not JSON.", code="bad-body") from exc
    if not isinstance(content, dict):
        raise InvalidRequest("The body must be a JSON object.", code="bad-body")
    return await _oauth_url(key_or_id, content, services, caller)


@router.get("/{key_or_id}/instances")
async def list_instances_of(
    key_or_id: str, request: Request, services: Services, caller: Caller, response: Response
) -> list[Json]:
    """Answer the caller's instances of one element."""
    element = services.catalog.require(key_or_id)
    return await list_instances(request, services, caller, response, element_key=element.key)


@router.post("/{key_or_id}/instances")
async def create_instance_of(
    key_or_id: str, request: Request, services: Services, caller: Caller
) -> Json:
    """Create an instance of the element in the path."""
    return await create(request, services, caller, element=services.catalog.require(key_or_id))


@router.get("/{key_or_id}/instances/{instance_id}")
async def read_instance_of(
    key_or_id: str, instance_id: str, services: Services, caller: Caller
) -> Json:
    """Answer an instance of the element in the path."""
    services.catalog.require(key_or_id)
    return await read_instance(instance_id, services, caller)


@router.put("/{key_or_id}/instances/{instance_id}")
async def replace_instance_of(
    key_or_id: str, instance_id: str, request: Request, services: Services, caller: Caller
) -> Json:
    """Change an instance of the element in the path."""
    services.catalog.require(key_or_id)
    return await change(instance_id, request, services, caller)


@router.delete("/{key_or_id}/instances/{instance_id}")
async def delete_instance_of(
    key_or_id: str, instance_id: str, services: Services, caller: Caller
) -> Json:
    """Delete an instance of the element in the path."""
    services.catalog.require(key_or_id)
    return await remove(instance_id, services, caller)


async def _oauth_url(
    key_or_id: str, given: dict[str, Any], services: Services, caller: Caller
) -> Json:
    # The secret is accepted for old clients and dropped here: an OAuth 2 address does not need it.
    given = {name: value for name, value in given.items() if name != "apiSecret"}
    texts = bodies.parse({"values": given}, _Texts).values
    element = services.catalog.require(key_or_id)
    extra = {
        _ALIASES.get(name, name): value for name, value in texts.items() if name not in _CONSUMED
    }
    answer = await services.instances.oauth_url(
        caller,
        element,
        OAuthUrlRequest(
            api_key=texts.get("apiKey", ""),
            callback_url=texts.get("callbackUrl", ""),
            scope=texts.get("scope") or None,
            state=texts.get("state") or None,
            is_bound=_is_true(texts.get("boundState")),
            wants_pkce=texts.get("pkce") != "false",
            extra=extra,
        ),
    )
    return {"oauthUrl": answer.url, "element": answer.element_key}


class _Texts(bodies.Lenient):
    values: bodies.Texts


def _is_true(text: str | None) -> bool:
    return text is not None and text.lower() in ("true", "")


def _page(request: Request, found: list[Element]) -> list[Element]:
    size, number = pages.page_size(request), pages.positive(request, "page", 1)
    return found[(number - 1) * size : number * size]


def _filtered(elements: list[Element], where: str) -> tuple[list[Element], bool]:
    """Apply a `where`; fields are key, hub, private, extended and abridged, joined by AND."""
    expression = parse(where)
    is_abridged = False
    for term in expression.terms if isinstance(expression, And) else (expression,):
        if isinstance(term, Comparison) and term.operator == "=":
            wanted: tuple[str, ...] = (_text(term.value),)
        elif isinstance(term, InList) and not term.is_negated:
            wanted = tuple(_text(value) for value in term.values)
        else:
            raise InvalidRequest("Elements are filtered by = and IN joined by AND.")
        match str(term.path):
            case "key":
                elements = [e for e in elements if e.key.casefold() in wanted]
            case "hub":
                elements = [e for e in elements if e.hub.casefold() in wanted]
            case "private" | "extended":
                elements = elements if "false" in wanted else []
            case "abridged":
                is_abridged = "true" in wanted
            case name:
                raise InvalidRequest(f"Elements cannot be filtered by {name!r}.")
    return elements, is_abridged


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).casefold()
