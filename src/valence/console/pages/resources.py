"""My own shapes over theirs: which are there, and how a first one begins."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from valence.common_resources import Brought, brought_by, is_backup, may_touch
from valence.console.field_rows import (
    BLANK,
    MOST_INPUTS,
    TYPES,
    FieldRow,
    fields_of,
    rows_in,
)
from valence.console.uploads import LARGEST, document_in, text_of
from valence.console.view import View, Visit
from valence.domain import (
    PRIVILEGES_OF,
    Element,
    Instance,
    InvalidRequest,
    NotFound,
    Privilege,
    ValenceError,
    require_privilege,
)
from valence.transformations import Level

PAGE = 50
MOST_PREVIEWED = 100
STARTS = {
    "canonical": "From a canonical model",
    "import": "From a file",
    "own": "Field by field",
}
_ORDERS = {"name": "Name", "fields": "Fields", "newest": "Created"}
_LEVELS: tuple[Level, ...] = ("organization", "account", "instance")


@dataclass(frozen=True, slots=True)
class Preview:
    """A resource that a document brings, and what storing it means here."""

    one: Brought
    is_known: bool
    keys: tuple[tuple[str, bool], ...]


def routes(view: View) -> list[Route]:
    """Return the routes of this place."""
    pages = _Pages(view)
    # Twice the largest: a text in a form may have longer line ends than it had in its file.
    submit = view.form(pages.submit, largest_field=2 * LARGEST, most_fields=MOST_INPUTS)
    return [
        Route("/console/resources", view.page(pages.show)),
        Route("/console/resources", submit, methods=["POST"]),
        Route("/console/resources.json", view.page(pages.export)),
    ]


def address_of(name: str) -> str:
    """Return where a resource is shown."""
    return f"/console/resources/{quote(name, safe='')}"


def writable_levels(visit: Visit) -> tuple[Level, ...]:
    """Return the levels at which somebody may define, from the general on."""
    if Privilege.EDIT_COMMON_OBJECTS not in PRIVILEGES_OF[visit.principal.role]:
        return ()
    return tuple(level for level in _LEVELS if may_touch(visit.principal, level))


async def chosen_instance(view: View, visit: Visit) -> Instance | None:
    """Return the instance that an address names, if it does. Raises NotFound, Forbidden."""
    text = visit.request.query_params.get("instance", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 18):
        return None
    return await view.services.instances.get(visit.principal, int(text))


async def known_elements(view: View, visit: Visit) -> dict[str, Element]:
    """Return the elements by key; an account's own before one of the catalog."""
    found: dict[str, Element] = {}
    for element in await view.services.elements.all(visit.principal):
        if element.is_private or element.key not in found:
            found[element.key] = element
    return found


def document_answer(document: Mapping[str, Any], file: str) -> Response:
    """Return a document as a file to keep."""
    headers = {
        "Content-Type": "application/json",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(json.dumps(document, indent=2, ensure_ascii=False), headers=headers)


class _Pages:
    def __init__(self, view: View) -> None:
        self._view = view
        self._services = view.services

    async def show(self, visit: Visit) -> Response:
        if visit.request.query_params.get("start") in STARTS:
            return await self._start(visit, visit.request.query_params["start"])
        return await self._list(visit)

    async def export(self, visit: Visit) -> Response:
        require_privilege(visit.principal.role, Privilege.VIEW_COMMON_OBJECTS)
        document = await self._services.exchange.backup(visit.principal)
        return document_answer(document, "common-resources.json")

    async def submit(self, visit: Visit) -> Response:
        require_privilege(visit.principal.role, Privilege.CREATE_COMMON_OBJECTS)
        form = await visit.request.form()
        start = str(form.get("start", ""))
        if start == "import":
            return await self._import(visit, form)
        act = self._clone if start == "canonical" else self._define
        try:
            name = await act(visit, form)
        except ValenceError as exc:
            start = start if start in STARTS else "own"
            return await self._start(visit, start, form=form, problem=exc)
        return self._to(visit, name, "resource-cloned" if act == self._clone else "resource-made")

    # -- the list --------------------------------------------------------------------------------

    async def _list(self, visit: Visit) -> Response:
        query = visit.request.query_params
        text, key = query.get("q", "").strip(), query.get("element", "")
        level, state = query.get("level", ""), query.get("state", "")
        order = query.get("order", "")
        order = order if order in _ORDERS else "name"
        number = query.get("page", "")
        page = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 1
        page = max(page, 1)
        instance = await chosen_instance(self._view, visit)
        every = await self._services.inventory.all(visit.principal)
        words = text.casefold().split()
        found = [
            one
            for one in every
            if all(word in f"{one.name} {one.description}".casefold() for word in words)
            and (not key or key in one.element_keys)
            and (not level or level in one.levels)
            and (state not in ("mapped", "unmapped") or bool(one.mappings) == (state == "mapped"))
        ]
        if order == "fields":
            found.sort(key=lambda one: -one.field_count)
        elif order == "newest":
            found.sort(key=lambda one: (-one.created_ms, -one.id))
        first = (page - 1) * PAGE
        asked = {
            "q": text, "element": key, "level": level, "state": state, "order": order,
            "instance": instance.id if instance else "",
        }  # fmt: skip

        def address(**changes: object) -> str:
            wanted = {**asked, **changes}
            return "?" + urlencode({name: value for name, value in wanted.items() if value})

        values = {
            **asked,
            "resources": found[first : first + PAGE],
            "total": len(found),
            "has_any": bool(every),
            "first": first + 1,
            "last": min(first + PAGE, len(found)),
            "before": address(page=page - 1) if page > 1 else None,
            "after": address(page=page + 1) if first + PAGE < len(found) else None,
            "orders": {name: (word, address(order=name)) for name, word in _ORDERS.items()},
            "is_filtered": bool(text or key or level or state or page > 1),
            "known": await known_elements(self._view, visit),
            "keys": sorted({one for resource in every for one in resource.element_keys}),
            "levels": _LEVELS,
            "instance": instance,
            "mapped": {one.name for one in every if instance and one.mapped_for(instance)},
            "address_of": address_of,
            "may_write": bool(writable_levels(visit)),
        }
        return self._view.render("resources.html", visit, values)

    # -- beginnings ------------------------------------------------------------------------------

    async def _start(
        self,
        visit: Visit,
        start: str,
        *,
        form: FormData | None = None,
        problem: ValenceError | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> Response:
        given = {} if form is None else {k: v for k, v in form.items() if isinstance(v, str)}
        models = []
        if start == "canonical":
            counts = await self._services.instances.counts_by_element_id(visit.principal)
            elements = await self._services.elements.all(visit.principal)
            names = {element.id: element.name for element in elements}
            known = await self._services.system_vdrs.definitions(visit.principal)
            for one in known.values():
                ids = one["mappedElementIds"]
                models.append(
                    {
                        **one,
                        "hub": _hub_of(elements, ids),
                        "elements": [names[number] for number in ids if number in names],
                        "connected": sum(1 for number in ids if counts.get(number)),
                    }
                )
        rows = rows_in(form) if form is not None and start == "own" else []
        levels = [one for one in writable_levels(visit) if one != "instance"]
        values = {
            "start": start,
            "starts": STARTS,
            "models": models,
            "given": given,
            "chosen": given.get("model", ""),
            "levels": levels,
            "level": given.get("level", "") or (levels[0] if levels else ""),
            "rows": [*rows, *[FieldRow()] * BLANK],
            "types": TYPES,
            "problem": problem,
            "instance": await chosen_instance(self._view, visit),
            "text": "",
            "previews": None,
            "left_out": 0,
            "ignored": (),
            "largest": LARGEST,
            **(more or {}),
        }
        status = 200 if problem is None else problem.status
        return self._view.render("resources_start.html", visit, values, status=status)

    async def _clone(self, visit: Visit, form: FormData) -> str:
        model = str(form.get("model", ""))
        if not (model.isascii() and model.isdecimal() and len(model) < 18):
            raise InvalidRequest("Choose a model.")
        templates = str(form.get("templates", "all"))
        keys: list[str] | None = [] if templates == "none" else None
        if templates == "connected":
            keys = await self._connected_keys(visit, int(model))
        name = str(form.get("name", "")).strip()
        made = await self._services.system_vdrs.clone(
            visit.principal,
            int(model),
            level=str(form.get("level", "")),
            name=name or None,
            element_keys=keys,
        )
        return str(made["objectName"])

    async def _connected_keys(self, visit: Visit, model: int) -> list[str]:
        counts = await self._services.instances.counts_by_element_id(visit.principal)
        connected = {
            element.key
            for element in await self._services.elements.all(visit.principal)
            if counts.get(element.id)
        }
        known = await self._services.system_vdrs.definitions(visit.principal)
        name = next((name for name, one in known.items() if one["id"] == model), None)
        if name is None:
            raise NotFound("There is no such model.")
        templates = await self._services.system_vdrs.transformations(visit.principal, name=name)
        return [one["elementKey"] for one in templates if one["elementKey"] in connected]

    async def _define(self, visit: Visit, form: FormData) -> str:
        level = str(form.get("level", ""))
        if level not in writable_levels(visit) or level == "instance":
            raise InvalidRequest("Choose the level: the organization's or the account's.")
        scopes = self._services.scopes
        scope = scopes.organization(visit.principal)
        if level == "account":
            scope = await scopes.account(visit.principal)
        name = str(form.get("name", "")).strip()
        body: dict[str, Any] = {"fields": fields_of(rows_in(form))}
        body["description"] = str(form.get("description", "")).strip()
        (made,) = await self._services.common_resources.define(scope, {name: body})
        return made

    async def _import(self, visit: Visit, form: FormData) -> Response:
        text = ""
        try:
            text = await text_of(form, "an export")
            document = document_in(text, "an export")
            brought = brought_by(document)
            if form.get("step") == "store":
                exchange, principal = self._services.exchange, visit.principal
                if is_backup(document):
                    names, dropped = await exchange.restore(principal, document)
                else:
                    name, dropped = await exchange.import_(principal, document)
                    names = [name]
                notice = "resources-imported-in-part" if dropped else "resources-imported"
                if len(names) == 1:
                    return self._to(visit, names[0], notice)
                return RedirectResponse(f"/console/resources?order=newest&notice={notice}", 303)
        except ValenceError as exc:
            return await self._start(visit, "import", form=form, problem=exc, more={"text": text})
        return await self._start(visit, "import", form=form, more={
            "text": text, **await self._previews(visit, brought),
        })  # fmt: skip

    async def _previews(self, visit: Visit, brought: list[Brought]) -> dict[str, Any]:
        held = {one.name for one in await self._services.inventory.all(visit.principal)}
        known = await known_elements(self._view, visit)
        levels = {level for one in brought for level in one.levels}
        writable = {one for one in ("organization", "account") if may_touch(visit.principal, one)}
        return {
            "previews": [
                Preview(
                    one,
                    one.name in held,
                    tuple((key, key in known) for key in sorted(one.transformations)),
                )
                for one in brought[:MOST_PREVIEWED]
            ],
            "left_out": max(len(brought) - MOST_PREVIEWED, 0),
            "count": len(brought),
            "ignored": [level for level in _LEVELS if level in levels - writable],
            "known": known,
        }

    def _to(self, visit: Visit, name: str, notice: str) -> Response:
        number = visit.request.query_params.get("instance", "")
        query = {"instance": number, "tab": "elements", "notice": notice}
        told = urlencode({key: value for key, value in query.items() if value})
        return RedirectResponse(f"{address_of(name)}?{told}", 303)


def _hub_of(elements: list[Element], ids: list[int]) -> str:
    return next((one.hub for one in elements if one.id in ids), "")
