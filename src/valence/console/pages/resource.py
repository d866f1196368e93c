"""One common resource: its fields level by level, who maps it, trying it out, code, its end."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from valence.common_resources import (
    NOT_MAPPABLE,
    HeldMapping,
    Resource,
    Scope,
    fingerprint,
    require_level,
)
from valence.console.field_rows import (
    BLANK,
    MOST_INPUTS,
    TYPES,
    FieldRow,
    fields_of,
    renames_of,
    rows_in,
    rows_of,
)
from valence.console.outcome import readable
from valence.console.pages.resources import (
    address_of,
    chosen_instance,
    document_answer,
    known_elements,
    writable_levels,
)
from valence.console.snippets import snippets
from valence.console.uploads import document_in
from valence.console.view import View, Visit
from valence.domain import (
    PRIVILEGES_OF,
    Conflict,
    Element,
    Instance,
    InvalidRequest,
    Privilege,
    ValenceError,
    require_privilege,
)
from valence.transformations import LEVELS, Level, Transformation, example

TABS = {
    "definition": "Definition",
    "elements": "Elements",
    "try": "Try it",
    "code": "Code",
    "settings": "Settings",
}
MOST_CHOICES = 100
"""Instances that a list to choose from holds, for each element."""
CALLS = {
    "list": ("GET", "Read a page"),
    "one": ("GET", "Read one"),
    "create": ("POST", "Create"),
    "change": ("PATCH", "Change"),
    "execute": ("POST", "Try a record"),
}
_LEVELS: tuple[Level, ...] = LEVELS[1:]


@dataclass(frozen=True, slots=True)
class MappedElement:
    """An element that a resource is mapped to; `element` None: it is not in this installation.

    `undefined` are fields that are filled and that no level defines, `unfilled` the other way.
    """

    key: str
    element: Element | None
    mappings: tuple[HeldMapping, ...]
    instances: tuple[Instance, ...]
    undefined: tuple[str, ...]
    unfilled: tuple[str, ...]

    @property
    def has_script(self) -> bool:
        """Tell whether a script has the last word on what the fields hold."""
        return any(one.has_script for one in self.mappings)


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying a record out."""

    text: str = ""
    warning: str = ""
    problem: str = ""


def routes(view: View) -> list[Route]:
    """Return the routes of this place."""
    pages = _Pages(view)
    one = "/console/resources/{name}"
    change = view.form(pages.change, most_fields=MOST_INPUTS)
    return [
        Route(one, view.page(pages.show)),
        Route(one + "/export", view.page(pages.export)),
        Route(one + "/fields", change, methods=["POST"]),
        Route(one + "/try", view.form(pages.try_out), methods=["POST"]),
        Route(one + "/rename", view.form(pages.rename), methods=["POST"]),
        Route(one + "/delete", view.form(pages.delete), methods=["POST"]),
    ]


class _Pages:
    def __init__(self, view: View) -> None:
        self._view = view
        self._services = view.services

    async def show(self, visit: Visit) -> Response:
        resource = await self._resource(visit)
        instance = await chosen_instance(self._view, visit)
        tab = visit.request.query_params.get("tab", "")
        act = {
            "elements": self._elements,
            "try": self._try,
            "code": self._code,
            "settings": self._settings,
        }.get(tab, self._definition)
        return await act(visit, resource, instance)

    async def export(self, visit: Visit) -> Response:
        require_privilege(visit.principal.role, Privilege.VIEW_COMMON_OBJECTS)
        name = visit.request.path_params["name"]
        document = await self._services.exchange.export(visit.principal, name)
        return document_answer(document, f"{name}.json")

    async def change(self, visit: Visit) -> Response:
        require_privilege(visit.principal.role, Privilege.EDIT_COMMON_OBJECTS)
        resource = await self._resource(visit)
        instance = await chosen_instance(self._view, visit)
        form = await visit.request.form()
        level = _level(str(form.get("level", "")))
        rows = rows_in(form)
        try:
            scope = await self._scope(visit, level, instance)
            await self._store(resource, scope, rows, form)
        except ValenceError as exc:
            return await self._definition(
                visit, resource, instance, level=level, rows=rows, form=form, problem=exc
            )
        return self._to(visit, resource.name, "fields-saved", tab="", level=level)

    async def try_out(self, visit: Visit) -> Response:
        require_privilege(visit.principal.role, Privilege.VIEW_COMMON_OBJECTS)
        resource = await self._resource(visit)
        instance = await chosen_instance(self._view, visit)
        return await self._try(visit, resource, instance, form=await visit.request.form())

    async def rename(self, visit: Visit) -> Response:
        require_privilege(visit.principal.role, Privilege.EDIT_COMMON_OBJECTS)
        resource = await self._resource(visit)
        form = await visit.request.form()
        try:
            made = await self._services.views.rename(
                visit.principal, resource.name, str(form.get("name", ""))
            )
        except ValenceError as exc:
            instance = await chosen_instance(self._view, visit)
            return await self._settings(visit, resource, instance, problem=exc)
        return self._to(visit, made["name"], "resource-renamed", tab="settings")

    async def delete(self, visit: Visit) -> Response:
        require_privilege(visit.principal.role, Privilege.DELETE_COMMON_OBJECTS)
        resource = await self._resource(visit)
        form = await visit.request.form()
        try:
            if str(form.get("confirm", "")).strip() != resource.name.strip():
                raise InvalidRequest("To delete the resource, type its name exactly.")
            await self._services.views.delete(visit.principal, resource.name, is_forced=True)
        except ValenceError as exc:
            instance = await chosen_instance(self._view, visit)
            return await self._settings(visit, resource, instance, problem=exc)
        return RedirectResponse("/console/resources?notice=resource-deleted", 303)

    # -- tabs ------------------------------------------------------------------------------------

    async def _definition(
        self,
        visit: Visit,
        resource: Resource,
        instance: Instance | None,
        *,
        level: Level | None = None,
        rows: list[FieldRow] | None = None,
        form: FormData | None = None,
        problem: ValenceError | None = None,
    ) -> Response:
        asked = _level(visit.request.query_params.get("level", ""), resource.levels[:1])
        level = level or asked
        if level == "instance" and instance is None:
            level = "organization"
        owner = _owner(visit, level, instance)
        held = resource.defined_at(level, owner)
        shown = rows if rows is not None else rows_of(held)
        own = [one for one in resource.definitions if one.level == "instance"]
        names = await self._names(visit, [one.owner_id for one in own])
        description = held.description if held else ""
        values = {
            "level": level,
            "levels": [
                (one, resource.defined_at(one, _owner(visit, one, instance)))
                for one in _LEVELS
                if one != "instance" or instance is not None
            ],
            "rows": [*shown, *[FieldRow()] * (BLANK if rows is None else 1)],
            "types": TYPES,
            "description": description if form is None else str(form.get("description", "")),
            "version": held.version if held else fingerprint(None),
            "others": [
                (one, field)
                for one in resource.definitions
                if (one.level, one.owner_id) != (level, owner)
                and (one.level != "instance" or one.owner_id == (instance.id if instance else 0))
                for field in one.fields
            ],
            "own": [(one, names.get(one.owner_id, "")) for one in own],
            "may_write": level in writable_levels(visit),
        }
        return self._page(visit, resource, instance, "definition", values, problem)

    async def _elements(
        self, visit: Visit, resource: Resource, instance: Instance | None
    ) -> Response:
        mapped = await self._mapped(visit, resource)
        keys = {one.key for one in mapped}
        known = await known_elements(self._view, visit)
        found = await self._services.instances.search(visit.principal, limit=200)
        names = await self._names(
            visit, [one.owner_id for one in resource.mappings if one.level == "instance"]
        )
        values = {
            "mapped": mapped,
            "names": names,
            "known": known,
            "others": [
                one
                for one in found
                if one.element_key not in keys
                and one.element_key in known
                and known[one.element_key].hub not in NOT_MAPPABLE
            ],
            "has_instances": bool(found),
            "is_mapped_here": instance is not None and bool(resource.mapped_for(instance)),
        }
        return self._page(visit, resource, instance, "elements", values)

    async def _try(
        self,
        visit: Visit,
        resource: Resource,
        instance: Instance | None,
        *,
        form: FormData | None = None,
    ) -> Response:
        choices = await self._choices(visit, resource, instance)
        instance = instance or next(iter(choices), None)
        way = visit.request.query_params.get("way", "")
        if form is not None:
            way = str(form.get("way", ""))
        is_read = way != "to-vendor"
        transformation = await self._transformation(resource, instance)
        text, tried, status = "", None, 200
        if form is not None:
            text = str(form.get("payload", ""))
            if form.get("act") == "record":
                text, tried = await self._record(visit, resource, instance, text, is_read=is_read)
            else:
                tried = await self._tried(resource, instance, text, is_read=is_read)
            status = 400 if tried and tried.problem else 200
        elif transformation is not None:
            made = example(transformation, is_read=is_read)
            text = json.dumps(made, indent=2, ensure_ascii=False)
        values = {
            "choices": choices,
            "transformation": transformation,
            "is_read": is_read,
            "payload": text,
            "tried": tried,
        }
        return self._page(visit, resource, instance, "try", values, status=status)

    async def _code(self, visit: Visit, resource: Resource, instance: Instance | None) -> Response:
        choices = await self._choices(visit, resource, instance)
        instance = instance or next(iter(choices), None)
        transformation = await self._transformation(resource, instance)
        call = visit.request.query_params.get("call", "")
        call = call if call in CALLS else "list"
        values: dict[str, Any] = {
            "choices": choices,
            "transformation": transformation,
            "calls": CALLS,
            "call": call,
            "snippets": (),
        }
        if transformation is not None and instance is not None:
            element = await self._element(instance)
            values |= {
                "snippets": self._snippets(call, transformation, instance, element),
                "element": element,
                "is_documented": transformation.is_documented,
            }
        return self._page(visit, resource, instance, "code", values)

    async def _settings(
        self,
        visit: Visit,
        resource: Resource,
        instance: Instance | None,
        *,
        problem: ValenceError | None = None,
    ) -> Response:
        levels: set[Level] = {one.level for one in resource.definitions}
        levels |= {one.level for one in resource.mappings}
        may = writable_levels(visit)
        values = {
            "mapped": await self._mapped(visit, resource),
            "may_write": levels <= set(may),
            "may_delete": levels <= set(may)
            and Privilege.DELETE_COMMON_OBJECTS in PRIVILEGES_OF[visit.principal.role],
            "forbidden": [level for level in _LEVELS if level in levels - set(may)],
        }
        return self._page(visit, resource, instance, "settings", values, problem)

    def _page(
        self,
        visit: Visit,
        resource: Resource,
        instance: Instance | None,
        tab: str,
        values: dict[str, Any],
        problem: ValenceError | None = None,
        *,
        status: int = 200,
    ) -> Response:
        address = address_of(resource.name)
        number = f"instance={instance.id}" if instance else ""
        about = {
            "resource": resource,
            "instance": instance,
            "address": address,
            "here": f"?{number}" if number else "",
            "and_here": f"&{number}" if number else "",
            "tab": tab,
            "tabs": TABS,
            "problem": problem,
            "is_exported": any(one.level != "instance" for one in resource.definitions),
        }
        status = status if problem is None else problem.status
        return self._view.render("resource.html", visit, {**about, **values}, status=status)

    # -- inside ----------------------------------------------------------------------------------

    async def _resource(self, visit: Visit) -> Resource:
        return await self._services.inventory.one(
            visit.principal, visit.request.path_params["name"]
        )

    async def _element(self, instance: Instance) -> Element:
        return await self._services.elements.of(instance.account_id, instance.element_id)

    async def _store(
        self, resource: Resource, scope: Scope, rows: list[FieldRow], form: FormData
    ) -> None:
        held = resource.defined_at(scope.level, scope.place.owner_id)
        body: dict[str, Any] = {"fields": fields_of(rows)}
        body["description"] = str(form.get("description", "")).strip()
        if held is not None and held.display_name:
            body["displayName"] = held.display_name
        is_mapped = any(
            (one.level, one.owner_id) == (scope.level, scope.place.owner_id)
            for one in resource.mappings
        )
        others = len(resource.definitions) - (held is not None)
        resources = self._services.common_resources
        try:
            await resources.spread(
                resource.name,
                [(scope, body)],
                renames=renames_of(rows, held),
                versions={scope.level: str(form.get("version", ""))},
            )
        except Conflict as exc:
            raise Conflict(
                f"{exc.message} What you typed is below; open the page anew to see theirs.",
                code=exc.code,
            ) from exc
        if held is not None and not body["fields"] and others and not is_mapped:
            # A level without fields that nothing hangs on is no level any more.
            await resources.undefine(scope, resource.name)

    async def _scope(self, visit: Visit, level: Level, instance: Instance | None) -> Scope:
        require_level(visit.principal, level)
        scopes = self._services.scopes
        if level == "organization":
            return scopes.organization(visit.principal)
        if level == "account":
            return await scopes.account(visit.principal)
        if instance is None:
            raise InvalidRequest("Choose the instance whose fields these are.")
        return scopes.of(instance)

    async def _mapped(self, visit: Visit, resource: Resource) -> list[MappedElement]:
        known = await known_elements(self._view, visit)
        defined = {field.path for one in resource.definitions for field in one.fields}
        found = []
        for key in resource.element_keys:
            element = known.get(key)
            instances = []
            if element is not None:
                instances = await self._services.instances.search(
                    visit.principal, element=element, limit=MOST_CHOICES
                )
            mappings = tuple(one for one in resource.mappings if one.element_key == key)
            filled = dict.fromkeys(path for one in mappings for path in one.paths)
            found.append(
                MappedElement(
                    key,
                    element,
                    mappings,
                    tuple(instances),
                    undefined=tuple(path for path in filled if path not in defined),
                    unfilled=tuple(sorted(defined - filled.keys())),
                )
            )
        # What somebody works with stands first.
        return sorted(found, key=lambda one: (not one.instances, one.element is None))

    async def _choices(
        self, visit: Visit, resource: Resource, instance: Instance | None
    ) -> list[Instance]:
        """Return the instances that a resource is mapped for, and the chosen one first."""
        found = {} if instance is None else {instance.id: instance}
        for one in await self._mapped(visit, resource):
            for each in one.instances:
                if resource.mapped_for(each):
                    found.setdefault(each.id, each)
        return list(found.values())

    async def _names(self, visit: Visit, ids: list[int]) -> dict[int, str]:
        """Return the names of instances that are still to be seen."""
        found = {}
        for number in dict.fromkeys(ids[:MOST_CHOICES]):
            try:
                found[number] = (await self._services.instances.get(visit.principal, number)).name
            except ValenceError:
                continue  # another user's, which this one may not see
        return found

    async def _transformation(
        self, resource: Resource, instance: Instance | None
    ) -> Transformation | None:
        if instance is None:
            return None
        mapped = await self._services.mappings.of(instance)
        return mapped.transformations.get(resource.name)

    async def _record(
        self,
        visit: Visit,
        resource: Resource,
        instance: Instance | None,
        text: str,
        *,
        is_read: bool,
    ) -> tuple[str, Tried | None]:
        """Return a record of the instance's account, or what was typed and why there is none."""
        if instance is None:
            return text, Tried(problem="Choose an instance.")
        workbench = self._services.workbench
        try:
            found = await workbench.sample(visit.principal, instance.id, resource.name, size=1)
            if not found.records:
                return text, Tried(problem="The account has no such record.")
            record: Any = found.records[0]
            if not is_read:
                made = await workbench.preview(
                    visit.principal, instance.id, resource.name, None, record
                )
                record = made.value
        except ValenceError as exc:
            return text, Tried(problem=exc.message)
        return json.dumps(record, indent=2, ensure_ascii=False), None

    async def _tried(
        self, resource: Resource, instance: Instance | None, text: str, *, is_read: bool
    ) -> Tried:
        try:
            payload = _payload(text)
        except ValenceError as exc:
            return Tried(problem=exc.message)
        plan = None
        if instance is not None:
            plan = (await self._services.mappings.of(instance)).plan(resource.name)
        if plan is None:
            return Tried(problem="This resource is not mapped for the instance.")
        method = "GET" if is_read else "POST"
        try:
            made = await self._services.gateway.try_mapping(plan, payload, method=method)
        except ValenceError as exc:
            return Tried(problem=exc.message)
        return Tried(readable(json.dumps(made.value).encode()), made.warning or "")

    def _snippets(
        self, call: str, transformation: Transformation, instance: Instance, element: Element
    ) -> Any:
        base = f"{self._services.settings.effective_public_url}/elements/api-v2"
        name = quote(transformation.name, safe="")
        method, _ = CALLS[call]
        if call == "execute":
            payload = example(transformation, is_read=True)
            body = {"payload": payload, "instanceId": instance.id}
            url = f"{base}/transformations/{name}/execute"
            return snippets(url, method, body=body, has_element=False)
        ends = {"list": "?pageSize=5", "create": ""}
        url = f"{base}/hubs/{element.hub}/{name}{ends.get(call, '/{id}')}"
        sent = example(transformation, is_read=False) if method != "GET" else None
        return snippets(url, method, body=sent)

    def _to(self, visit: Visit, name: str, notice: str, **query: str) -> Response:
        number = visit.request.query_params.get("instance", "")
        asked = {**query, "instance": number, "notice": notice}
        told = urlencode({key: value for key, value in asked.items() if value})
        return RedirectResponse(f"{address_of(name)}?{told}", 303)


def _level(text: str, others: tuple[Level, ...] = ()) -> Level:
    for level in _LEVELS:
        if level == text:
            return level
    return next(iter(others), "organization")


def _owner(visit: Visit, level: Level, instance: Instance | None) -> int:
    if level == "organization":
        return visit.principal.organization_id
    if level == "account":
        return visit.principal.account_id
    return instance.id if instance is not None else 0


def _payload(text: str) -> Any:
    """Return a record, or a list of them. Raises InvalidRequest."""
    if not text.strip():
        raise InvalidRequest("Paste a record, as JSON.")
    if text.lstrip().startswith("["):
        return document_in(f'{{"records": {text}}}', "a record")["records"]
    return document_in(text, "a record")
