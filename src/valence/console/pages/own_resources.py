"""Resources that an account adds to an element: to its own, or to one of the catalog for itself."""

import re
from typing import Any

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from valence.console.services import reference
from valence.console.view import View, Visit
from valence.domain import Element, InvalidRequest, Privilege, ValenceError, require_privilege

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_WITH_BODY = ("POST", "PUT", "PATCH")
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_FIELDS = ("method", "path", "vendorMethod", "vendorPath", "rootKey", "description")


def routes(view: View) -> list[Route]:
    """Return the routes of this place."""
    pages = _Pages(view)
    base = "/console/elements/{key}/resources"
    one = base + "/{id:int}"
    return [
        Route(base + "/new", view.page(pages.show_new)),
        Route(base + "/new", view.form(pages.add), methods=["POST"]),
        Route(one, view.page(pages.show)),
        Route(one, view.form(pages.change), methods=["POST"]),
        Route(one + "/remove", view.form(pages.remove), methods=["POST"]),
    ]


class _Pages:
    def __init__(self, view: View) -> None:
        self._view = view
        self._services = view.services

    async def show_new(self, visit: Visit) -> Response:
        element = await self._element(visit)
        return self._form(visit, element, {"method": "GET", "vendorMethod": "GET"})

    async def add(self, visit: Visit) -> Response:
        require_privilege(visit.principal.role, Privilege.EDIT_ELEMENTS)
        element = await self._element(visit)
        given = _texts(await visit.request.form())
        try:
            body = _resource(element, given, [])
            await self._services.element_parts.add(
                visit.principal, str(element.id), "resources", body
            )
        except ValenceError as exc:
            return self._form(visit, element, given, problem=exc)
        return _back(element, "resource-added")

    async def show(self, visit: Visit) -> Response:
        element = await self._element(visit)
        return self._form(visit, element, _shown(await self._row(visit, element)))

    async def change(self, visit: Visit) -> Response:
        require_privilege(visit.principal.role, Privilege.EDIT_ELEMENTS)
        element = await self._element(visit)
        given = _texts(await visit.request.form())
        row = await self._row(visit, element)
        try:
            body = _resource(element, given, row.get("parameters") or [])
            await self._services.element_parts.replace(
                visit.principal, str(element.id), "resources", row["id"], body
            )
        except ValenceError as exc:
            return self._form(visit, element, given, problem=exc)
        return _back(element, "resource-changed")

    async def remove(self, visit: Visit) -> Response:
        require_privilege(visit.principal.role, Privilege.EDIT_ELEMENTS)
        element = await self._element(visit)
        await self._services.element_parts.remove(
            visit.principal, str(element.id), "resources", int(visit.request.path_params["id"])
        )
        return _back(element, "resource-removed")

    async def _element(self, visit: Visit) -> Element:
        return await self._services.element(visit.principal, visit.request.path_params["key"])

    async def _row(self, visit: Visit, element: Element) -> dict[str, Any]:
        number = int(visit.request.path_params["id"])
        return await self._services.element_parts.row(
            visit.principal, str(element.id), "resources", number
        )

    def _form(
        self,
        visit: Visit,
        element: Element,
        given: dict[str, str],
        *,
        problem: ValenceError | None = None,
    ) -> Response:
        values = {
            "element": element,
            "address": f"/console/elements/{reference(element)}",
            "given": {name: given.get(name, "") for name in _FIELDS},
            "id": visit.request.path_params.get("id"),
            "methods": METHODS,
            "problem": problem,
        }
        status = 200 if problem is None else problem.status
        return self._view.render("own_resource.html", visit, values, status=status)


def _texts(form: FormData) -> dict[str, str]:
    return {name: str(form.get(name, "")).strip() for name in _FIELDS}


def _shown(row: dict[str, Any]) -> dict[str, str]:
    shown = {name: str(row.get(name) or "") for name in _FIELDS}
    return shown | {"path": re.sub(r"^/hubs/[^/]+", "", shown["path"]) or "/"}


def _resource(
    element: Element, given: dict[str, str], parameters: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return a resource as a definition holds it, with rows for what its paths and verb imply.

    Rows of other kinds that an earlier form of it has are kept. Raises InvalidRequest.
    """
    path = given["path"]
    if not path.startswith("/"):
        raise InvalidRequest("The path begins with a slash, such as /contacts/{id}/notes.")
    if not given["vendorPath"].startswith(("/", "http://", "https://")):
        raise InvalidRequest("The vendor's path begins with a slash, such as /people/{id}/notes.")
    if not path.startswith("/hubs/"):
        path = f"/hubs/{element.hub}{path}"
    names = _PLACEHOLDER.findall(path)
    rows = [row for row in parameters if row.get("type") != "path" or row.get("name") in names]
    known = {(row.get("type"), row.get("name")) for row in rows}
    rows += [_row(name, "path") for name in dict.fromkeys(names) if ("path", name) not in known]
    if given["method"] in _WITH_BODY and not any(row.get("type") == "body" for row in rows):
        rows.append(_row("body", "body"))
    return {
        "method": given["method"],
        "path": path,
        "vendorMethod": given["vendorMethod"] or given["method"],
        "vendorPath": given["vendorPath"],
        "rootKey": given["rootKey"] or None,
        "description": given["description"],
        "parameters": rows,
    }


def _row(name: str, place: str) -> dict[str, Any]:
    kind = "object" if place == "body" else "string"
    return {
        "name": name,
        "vendorName": name,
        "type": place,
        "vendorType": place,
        "dataType": kind,
        "vendorDataType": kind,
        "source": "request",
        "required": True,
    }


def _back(element: Element, notice: str) -> Response:
    address = f"/console/elements/{reference(element)}?tab=resources&notice={notice}"
    return RedirectResponse(address, 303)
