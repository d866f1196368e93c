"""`/elements`: the catalog and the account's own, as whole definitions."""

from typing import Any

from fastapi import APIRouter, Request, Response

from valence.api import bodies, pages
from valence.api.callers import (
    ElementCreator,
    ElementDeleter,
    ElementEditor,
    ElementViewer,
    Services,
)
from valence.api.ids import path_id
from valence.api.wire import Json
from valence.ceql import And, Comparison, InList, parse
from valence.domain import Element, InvalidRequest, NotFound, Principal
from valence.elements import (
    authentication_types_to_wire,
    document_of,
    element_metadata,
    element_to_wire,
    entries_of_type,
)

router = APIRouter(prefix="/elements")


@router.get("")
async def list_elements(
    request: Request, services: Services, caller: ElementViewer, response: Response
) -> list[Json]:
    """Answer the elements that the caller's account sees, by name."""
    query = request.query_params
    found = await services.elements.all(caller)
    is_abridged = _is_true(query.get("abridged")) or query.get("hydrate") == "false"
    text = query.get("searchText", "").casefold()
    if text:
        found = [e for e in found if text in e.name.casefold() or text in e.key.casefold()]
    if query.get("where", "").strip():
        found, is_where_abridged = _filtered(found, query["where"])
        is_abridged = is_abridged or is_where_abridged
        if not found:
            raise NotFound("No elements found")
    page = _page(request, services, caller, response, found)
    response.headers["Elements-Returned-Count"] = str(len(page))
    response.headers["Elements-Total-Count"] = str(len(found))
    return [element_to_wire(element, abridged=is_abridged) for element in page]


@router.post("")
async def create_element(request: Request, services: Services, caller: ElementCreator) -> Json:
    """Store an element of the account's own: an export, or name and authentication."""
    body = await bodies.read_object(request)
    for name in ("name", "authentication"):
        if not body.get(name):
            raise InvalidRequest(f"Missing {name}.", code="missing-parameter")
    return element_to_wire(await services.elements.create(caller, body))


@router.get("/keys")
async def list_keys(
    request: Request, services: Services, caller: ElementViewer, response: Response
) -> list[str]:
    """Answer the keys of all elements."""
    found = await services.elements.all(caller)
    return [element.key for element in _page(request, services, caller, response, found)]


@router.get("/metadata")
async def list_metadata(
    request: Request, services: Services, caller: ElementViewer, response: Response
) -> list[Json]:
    """Answer what every element can do."""
    is_expanded = _is_true(request.query_params.get("expand"))
    found = await services.elements.all(caller)
    page = _page(request, services, caller, response, found)
    return [element_metadata(document_of(element), expand=is_expanded) for element in page]


@router.get("/{key_or_id}")
async def read_element(key_or_id: str, services: Services, caller: ElementViewer) -> Json:
    """Answer one element in full, with what the account added to it."""
    return element_to_wire(await services.elements.require(caller, key_or_id))


@router.put("/{key_or_id}")
async def replace_element(
    key_or_id: str, request: Request, services: Services, caller: ElementEditor
) -> Json:
    """Change an own element; what the body leaves out stays, the key always."""
    body = await bodies.read_object(request)
    return element_to_wire(await services.elements.replace(caller, key_or_id, body))


@router.delete("/{key_or_id}")
async def delete_element(key_or_id: str, services: Services, caller: ElementDeleter) -> Json:
    """Delete an own element that has no instances; its key is free at once."""
    await services.elements.delete(caller, key_or_id)
    return {}


@router.put("/{key_or_id}/active")
async def activate_element(key_or_id: str, services: Services, caller: ElementEditor) -> Json:
    """Set an own element's flag `active`."""
    await services.elements.set_active(caller, key_or_id, is_active=True)
    return {}


@router.delete("/{key_or_id}/active")
async def deactivate_element(key_or_id: str, services: Services, caller: ElementEditor) -> Json:
    """Clear an own element's flag `active`."""
    await services.elements.set_active(caller, key_or_id, is_active=False)
    return {}


@router.post("/{key_or_id}/clone")
async def clone_element(key_or_id: str, services: Services, caller: ElementCreator) -> Json:
    """Make an own element from another, under a new key and without secrets."""
    return element_to_wire(await services.elements.clone(caller, key_or_id))


@router.get("/{key_or_id}/export")
async def export_element(
    key_or_id: str, request: Request, services: Services, caller: ElementViewer
) -> Json:
    """Answer the definition as it imports elsewhere; `extendedOnly`: the account's own parts."""
    is_extended_only = _is_true(request.query_params.get("extendedOnly"))
    return await services.elements.export(caller, key_or_id, extended_only=is_extended_only)


@router.get("/{key_or_id}/metadata")
async def read_metadata(
    key_or_id: str, request: Request, services: Services, caller: ElementViewer
) -> Json:
    """Answer what an element can do; `expand=true` with its resources."""
    element = await services.elements.require(caller, key_or_id)
    is_expanded = _is_true(request.query_params.get("expand"))
    return element_metadata(document_of(element), expand=is_expanded)


@router.get("/{key_or_id}/transformations")
async def read_transformations(key_or_id: str, services: Services, caller: ElementViewer) -> Json:
    """Answer an element's templates and default transformations by object name; none: `{}`."""
    element = await services.elements.require(caller, key_or_id)
    held: Any = element.document.get("defaultTransformations") or []
    rows = [row for row in held if isinstance(row, dict)] if isinstance(held, list) else []
    templates = await services.system_vdrs.transformations(caller, element=element)
    return {one["objectName"]: one for one in templates} | {
        str(row["objectName"]): row for row in rows if row.get("objectName")
    }


@router.get("/{key_or_id}/versions")
async def list_versions(key_or_id: str, services: Services, caller: ElementViewer) -> list[Json]:
    """Answer the versions of an element: Valence keeps none but the current one."""
    await services.elements.require(caller, key_or_id)
    return []


@router.get("/{key_or_id}/authentication-types")
async def read_authentication_types(
    key_or_id: str, services: Services, caller: ElementViewer
) -> Json:
    """Answer the ways an element authenticates, of which an instance chooses one."""
    return authentication_types_to_wire(await services.elements.require(caller, key_or_id))


@router.get("/{key_or_id}/authentication-types/{type_name}/configurations")
async def list_configurations_of_type(
    key_or_id: str, type_name: str, services: Services, caller: ElementViewer
) -> list[Json]:
    """Answer the configuration entries of one way to authenticate and those of all ways."""
    return entries_of_type(await services.elements.require(caller, key_or_id), type_name)


@router.get("/{key_or_id}/accounts")
async def list_accounts(key_or_id: str, services: Services, caller: ElementViewer) -> list[int]:
    """Answer the accounts that an element is shared with."""
    return await services.elements.accounts(caller, key_or_id)


@router.put("/{key_or_id}/accounts/{account_id}")
async def share_element(
    key_or_id: str, account_id: str, services: Services, caller: ElementEditor
) -> Json:
    """Share an own element with another account of the organization."""
    await services.elements.share(caller, key_or_id, path_id(account_id, what="account"))
    return {}


@router.delete("/{key_or_id}/accounts/{account_id}")
async def unshare_element(
    key_or_id: str, account_id: str, services: Services, caller: ElementEditor
) -> Json:
    """Take an own element back from another account."""
    await services.elements.unshare(caller, key_or_id, path_id(account_id, what="account"))
    return {}


def _is_true(text: str | None) -> bool:
    return text is not None and text.lower() in ("true", "")


def _page(
    request: Request,
    services: Services,
    caller: Principal,
    response: Response,
    found: list[Element],
) -> list[Element]:
    """Return the page asked for; a token, which says how many were passed over, decides."""
    query = request.query_params
    size, number = pages.page_size(request), pages.positive(request, "page", 1)
    where, text = query.get("where"), query.get("searchText")
    bound_to = f"elements\x1f{caller.account_id}\x1f{where}\x1f{text}"
    start = (number - 1) * size
    if query.get("nextPage"):
        start = pages.redeem(services.sign, query["nextPage"], bound_to=bound_to)
    if start + size < len(found):
        token = pages.issue(services.sign, start + size, bound_to=bound_to)
        response.headers["Elements-Next-Page-Token"] = token
    return found[start : start + size]


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
            case "private":
                elements = [e for e in elements if _text(e.is_private) in wanted]
            case "extended":
                elements = [e for e in elements if _text(e.is_extended) in wanted]
            case "abridged":
                is_abridged = "true" in wanted
            case name:
                raise InvalidRequest(f"Elements cannot be filtered by {name!r}.")
    return elements, is_abridged


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).casefold()
