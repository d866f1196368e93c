"""What can be connected, and what does it do? The account's own elements can be changed here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from valence.console import words
from valence.console.entries import is_entry
from valence.console.pages.resources import address_of
from valence.console.services import reference
from valence.console.view import View, Visit
from valence.domain import (
    PRIVILEGES_OF,
    Element,
    InvalidRequest,
    Operation,
    Privilege,
    ValenceError,
    require_privilege,
)
from valence.elements import document_of, identity_of

TABS = {
    "about": "About",
    "resources": "Resources",
    "configuration": "Configuration",
    "docs": "API docs",
    "json": "JSON",
}
LONGEST_SHOWN = 40_000
MOST_RESOURCES = 120
"""More than these are shown an object at a time, so that a page stays small."""
_OWNS = ("", "own", "extended")


@dataclass(frozen=True, slots=True)
class Group:
    """The resources of one object, or those that run on occasions of an instance's life."""

    name: str
    operations: tuple[Operation, ...]


def routes(view: View) -> list[Route]:
    """Return the routes of this place."""
    pages = _Pages(view)
    one = "/console/elements/{key}"
    return [
        Route("/console/elements", view.page(pages.show_list)),
        Route("/console/palette", view.page(pages.palette)),
        Route(one, view.page(pages.show)),
        Route(one + "/export", view.page(pages.export)),
        Route(one + "/clone", view.form(pages.clone), methods=["POST"]),
        Route(one + "/active", view.form(pages.set_active), methods=["POST"]),
        Route(one + "/delete", view.form(pages.delete), methods=["POST"]),
        Route(one + "/share", view.form(pages.share), methods=["POST"]),
        Route(one + "/unshare", view.form(pages.unshare), methods=["POST"]),
    ]


class _Pages:
    def __init__(self, view: View) -> None:
        self._view = view
        self._services = view.services

    async def show_list(self, visit: Visit) -> Response:
        query = visit.request.query_params
        text, hub = query.get("q", "").strip(), query.get("hub", "")
        kind, own = query.get("auth", ""), query.get("own", "")
        known = await self._services.elements.all(visit.principal)
        found = [
            element
            for element in known
            if (not hub or element.hub == hub)
            and (not kind or element.authentication.value == kind)
            and (own != "own" or element.is_private)
            and (own != "extended" or element.is_extended)
            and (not text or text.casefold() in f"{element.name} {element.key}".casefold())
        ]
        values = {
            # What can be called stands first; among each other they stay in order.
            "elements": sorted(found, key=is_entry),
            "entries": {element.id for element in found if is_entry(element)},
            "hubs": sorted({element.hub for element in known}),
            "kinds": sorted({element.authentication.value for element in known}),
            "q": text,
            "hub": hub,
            "auth": kind,
            "own": own if own in _OWNS else "",
            "connected": await self._services.instances.counts_by_element_id(visit.principal),
            "may": PRIVILEGES_OF[visit.principal.role],
        }
        return self._view.render("elements.html", visit, values)

    async def show(self, visit: Visit) -> Response:
        return await self._detail(visit, await self._element(visit))

    async def export(self, visit: Visit) -> Response:
        element = await self._element(visit)
        only = visit.request.query_params.get("extendedOnly") == "true"
        document = await self._services.elements.export(
            visit.principal, str(element.id), extended_only=only
        )
        name = f"{element.key}-own.json" if only else f"{element.key}.json"
        headers = {
            "Content-Type": "application/json",
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        return Response(_pretty(document), headers=headers)

    async def clone(self, visit: Visit) -> Response:
        require_privilege(visit.principal.role, Privilege.CREATE_ELEMENTS)
        element = await self._element(visit)
        made = await self._services.elements.clone(visit.principal, str(element.id))
        return _to(made, "cloned")

    async def set_active(self, visit: Visit) -> Response:
        require_privilege(visit.principal.role, Privilege.EDIT_ELEMENTS)
        element = await self._element(visit)
        form = await visit.request.form()
        is_active = form.get("active") == "true"
        await self._services.elements.set_active(
            visit.principal, str(element.id), is_active=is_active
        )
        return _to(element, "activated" if is_active else "deactivated")

    async def delete(self, visit: Visit) -> Response:
        require_privilege(visit.principal.role, Privilege.DELETE_ELEMENTS)
        element = await self._element(visit)
        form = await visit.request.form()
        try:
            if str(form.get("confirm", "")).strip() != element.name:
                raise InvalidRequest("To delete the element, type its name exactly.")
            await self._services.elements.delete(visit.principal, str(element.id))
        except ValenceError as exc:
            return await self._detail(visit, element, problem=exc.message, status=exc.status)
        return RedirectResponse("/console/elements?notice=element-deleted", 303)

    async def share(self, visit: Visit) -> Response:
        return await self._set_shared(visit, is_shared=True)

    async def unshare(self, visit: Visit) -> Response:
        return await self._set_shared(visit, is_shared=False)

    async def _set_shared(self, visit: Visit, *, is_shared: bool) -> Response:
        require_privilege(visit.principal.role, Privilege.EDIT_ELEMENTS)
        element = await self._element(visit)
        form = await visit.request.form()
        text = str(form.get("account", "")).strip()
        elements = self._services.elements
        try:
            if not (text.isascii() and text.isdecimal() and len(text) < 18):
                raise InvalidRequest("An account is named by its number.")
            change = elements.share if is_shared else elements.unshare
            await change(visit.principal, str(element.id), int(text))
        except ValenceError as exc:
            return await self._detail(visit, element, problem=exc.message, status=exc.status)
        return _to(element, "shared" if is_shared else "unshared")

    async def palette(self, visit: Visit) -> Response:
        places = []
        for element in await self._services.elements.all(visit.principal):
            address = f"/console/elements/{reference(element)}"
            places += [
                {"label": element.name, "href": address},
                {"label": f"Authenticate {element.name}", "href": f"{address}/authenticate"},
            ]
        places.append({"label": "Import an element", "href": "/console/elements/import"})
        places.append({"label": "New resource", "href": "/console/resources?start=canonical"})
        for resource in (await self._services.inventory.all(visit.principal))[:200]:
            address = address_of(resource.name)
            places += [
                {"label": resource.name, "href": address},
                {"label": f"Map {resource.name}", "href": f"{address}?tab=elements"},
            ]
        for one in await self._services.instances.search(visit.principal, limit=200):
            address = f"/console/instances/{one.id}"
            places += [
                {"label": one.name, "href": address},
                {"label": f"Playground of {one.name}", "href": f"{address}/playground"},
            ]
        return JSONResponse(places, headers={"Cache-Control": "no-store"})

    async def _element(self, visit: Visit) -> Element:
        return await self._services.element(visit.principal, visit.request.path_params["key"])

    async def _detail(
        self, visit: Visit, element: Element, *, problem: str = "", status: int = 200
    ) -> Response:
        services, principal = self._services, visit.principal
        tab = visit.request.query_params.get("tab", "about")
        tabs = {key: word for key, word in TABS.items() if key != "docs" or not is_entry(element)}
        tab = tab if tab in tabs else "about"
        counts = await services.instances.counts_by_element_id(principal)
        is_own = element.is_private and element.owner_account_id == principal.account_id
        values: dict[str, Any] = {
            "element": element,
            "address": f"/console/elements/{reference(element)}",
            "tabs": tabs,
            "is_entry": is_entry(element),
            "tab": tab,
            "problem": problem,
            "connected": counts.get(element.id, 0),
            "may": PRIVILEGES_OF[principal.role],
            "is_own": is_own,
            "operations": [op for op in element.operations if op.type == "api"],
            "own_ids": own_ids(element, principal.account_id),
        }
        if tab == "about":
            values["instances"] = await services.instances.search(
                principal, element=element, limit=10, is_newest_first=True
            )
            values["shared"] = await services.elements.accounts(principal, str(element.id))
            values["origin"] = await self._origin(visit, element)
        elif tab == "resources":
            values |= _resources(visit, element)
        elif tab == "configuration":
            values["entries"] = sorted(element.configuration, key=lambda one: one.is_hidden)
        elif tab == "docs":
            values["groups"] = self._view.references.of(element).groups
        elif tab == "json":
            text = _pretty(await services.elements.export(principal, str(element.id)))
            values |= {"json": text[:LONGEST_SHOWN], "left_out": max(len(text) - LONGEST_SHOWN, 0)}
        return self._view.render("element.html", visit, values, status=status)

    async def _origin(self, visit: Visit, element: Element) -> Element | None:
        if element.origin_id is None:
            return None
        try:
            return await self._services.elements.require(visit.principal, str(element.origin_id))
        except ValenceError:
            return None  # gone, or not to be seen any more


def own_ids(element: Element, account_id: int) -> frozenset[int]:
    """Return the ids of the resources that an account may change."""
    found: Any = document_of(element).get("resources") or []
    is_own = element.is_private and element.owner_account_id == account_id
    return frozenset(
        row["id"] for row in found if is_own or row.get("ownerAccountId") == account_id
    )


def _resources(visit: Visit, element: Element) -> dict[str, Any]:
    query = visit.request.query_params
    text, chosen = query.get("q", "").strip(), query.get("object", "")
    groups = _grouped(element.operations)
    total = len(element.operations)
    if text:
        wanted = text.casefold().split()
        shown = [
            Group(group.name, kept)
            for group in groups
            if (kept := tuple(op for op in group.operations if _holds(op, wanted)))
        ]
    elif chosen or total > MOST_RESOURCES:
        names = [group.name for group in groups]
        chosen = chosen if chosen in names else next(iter(names), "")
        shown = [group for group in groups if group.name == chosen]
    else:
        shown = groups
    return {
        "groups": groups,
        "shown": shown,
        "object": chosen,
        "q": text,
        "total": total,
        "is_long": total > MOST_RESOURCES,
        "overriding": _overriding(element),
    }


def _grouped(operations: tuple[Operation, ...]) -> list[Group]:
    found: dict[str, list[Operation]] = {}
    for operation in operations:
        is_called = operation.type in ("api", "apiNoDocumentation", "formulaAsResource")
        name = operation.path.strip("/").partition("/")[0] if is_called else "life cycle"
        found.setdefault(name or "/", []).append(operation)
    return [Group(name, tuple(found[name])) for name in sorted(found)]


def _holds(operation: Operation, wanted: list[str]) -> bool:
    text = f"{operation.method} {operation.path} {operation.vendor_path} {operation.description}"
    return all(word in text.casefold() for word in wanted)


def _overriding(element: Element) -> frozenset[int]:
    """Return the ids of resources that take the place of one before them."""
    rows: Any = document_of(element).get("resources") or []
    seen: set[tuple[str, str, str]] = set()
    found = set()
    for row in rows:
        name = identity_of(row)
        if name in seen:
            found.add(row["id"])
        seen.add(name)
    return frozenset(found)


def _pretty(document: Mapping[str, object]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, default=dict)


def _to(element: Element, notice: str) -> Response:
    assert notice in words.NOTICES  # noqa: S101 - a word of ours
    return RedirectResponse(f"/console/elements/{reference(element)}?notice={notice}", 303)
