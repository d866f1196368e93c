"""What can be called, and how? The documents of the platform and of each instance, and *Try it*."""

import functools
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from valence.console.entries import is_entry
from valence.console.outcome import called, failed
from valence.console.reference import Operation, Reference, placeholders, reference_of
from valence.console.references import objects_of, sample_body
from valence.console.services import reference as reference_to
from valence.console.snippets import snippets
from valence.console.view import View, Visit
from valence.domain import CallerSecrets, Element, Instance, InvalidRequest
from valence.gateway import ResourceRequest

_FIRST_PAGE = {"query.pageSize": "5"}


@dataclass(frozen=True, slots=True)
class _Call:
    """A call as the form says it: path with its values, query, headers, body."""

    path: str
    query: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    body: bytes

    @property
    def address(self) -> str:
        """Path and query."""
        return self.path + (f"?{urlencode(self.query)}" if self.query else "")


def routes(view: View) -> list[Route]:
    """Return the routes of this place."""
    pages = _Pages(view)
    base = "/console/instances/{id:int}/docs"
    return [
        Route("/console/docs", view.page(pages.platform)),
        Route("/console/elements/{key}/docs", view.page(pages.element)),
        Route(base, view.page(pages.instance)),
        Route(base, view.form(pages.call), methods=["POST"]),
    ]


class _Pages:
    def __init__(self, view: View) -> None:
        self._view = view
        self._services = view.services
        self._platform = functools.cache(lambda: reference_of(view.services.platform_document()))

    async def platform(self, visit: Visit) -> Response:
        wanted = visit.request.query_params.get("instance", "")
        if wanted.isascii() and wanted.isdecimal() and len(wanted) < 18:
            return RedirectResponse(f"/console/instances/{int(wanted)}/docs", 303)
        reference = self._platform()
        operation = self._chosen(visit, reference) or next(iter(reference))
        base = self._services.settings.effective_public_url
        body = operation.body.example if operation.body else None
        values: dict[str, Any] = {
            "instance": None,
            "element": None,
            "instances": await self._services.instances.search(visit.principal, limit=200),
            "reference": reference,
            "here": "/console/docs",
            "raw": "/elements/api-docs/openapi.json",
            "base": base,
            "snippets": snippets(
                base + operation.path, operation.verb, body=body, has_element=False
            ),
            "given": {},
            "body": "",
            "outcome": None,
        }
        return self._render(visit, operation, values)

    async def element(self, visit: Visit) -> Response:
        services = self._services
        element = await services.element(visit.principal, visit.request.path_params["key"])
        if is_entry(element):
            return RedirectResponse(f"/console/elements/{reference_to(element)}", 303)
        reference = self._view.references.of(element)
        operation = self._chosen(visit, reference) or _first(reference, element)
        base = f"{services.settings.effective_public_url}/elements/api-v2/hubs/{element.hub}"
        body = operation.body.example if operation.body else None
        values: dict[str, Any] = {
            "instance": None,
            "element": element,
            "instances": await services.instances.search(
                visit.principal, element=element, limit=200
            ),
            "reference": reference,
            "element_address": f"/console/elements/{reference_to(element)}",
            "here": f"/console/elements/{reference_to(element)}/docs",
            "base": base,
            "snippets": snippets(base + operation.path, operation.verb, body=body),
            "given": {},
            "body": "",
            "outcome": None,
        }
        return self._render(visit, operation, values)

    async def instance(self, visit: Visit) -> Response:
        instance = await self._instance(visit)
        return await self._show(visit, instance, None)

    async def call(self, visit: Visit) -> Response:
        instance = await self._instance(visit)
        return await self._show(visit, instance, await visit.request.form())

    async def _show(self, visit: Visit, instance: Instance, form: FormData | None) -> Response:
        element = await self._services.elements.of(instance.account_id, instance.element_id)
        if is_entry(element):
            return RedirectResponse(f"/console/instances/{instance.id}", 303)
        mapped = await self._services.mappings.of(instance)
        objects = objects_of(mapped, are_documented=True)
        reference = self._view.references.of(element, objects)
        operation = self._chosen(visit, reference, form) or _first(reference, element)
        base = f"{self._services.settings.effective_public_url}/elements/api-v2"
        base += f"/hubs/{element.hub}"
        given = dict(_FIRST_PAGE) if form is None else _texts(form)
        body = sample_body(element, operation, objects) if form is None else given.get("body", "")
        outcome, shown = None, given
        try:
            call = _call(operation, given, body)
        except InvalidRequest as exc:
            call = None
            if form is not None:
                outcome = failed(visit, f"{operation.verb} {operation.path}", exc)
        if call is not None and form is not None:
            request = ResourceRequest(
                CallerSecrets(), operation.verb, call.path, call.query, call.headers, call.body
            )
            line = f"{operation.verb} {call.address}"
            outcome = await called(self._view, visit, instance, request, line=line)
        values = {
            "instance": instance,
            "element": element,
            "instances": [],
            "reference": reference,
            "here": f"/console/instances/{instance.id}/docs",
            "base": base,
            "snippets": snippets(
                base + (call.address if call else operation.path),
                operation.verb,
                body=_parsed(body) if operation.takes_json else None,
            ),
            "given": shown,
            "body": body,
            "outcome": outcome,
        }
        return self._render(visit, operation, values)

    def _render(self, visit: Visit, operation: Operation, values: dict[str, Any]) -> Response:
        text = visit.request.query_params.get("q", "").strip()
        reference: Reference = values["reference"]
        about = {"operation": operation, "q": text, "groups": reference.search(text)}
        return self._view.render("api_docs.html", visit, {**values, **about})

    async def _instance(self, visit: Visit) -> Instance:
        number = int(visit.request.path_params["id"])
        return await self._services.instances.get(visit.principal, number)

    def _chosen(
        self, visit: Visit, reference: Reference, form: FormData | None = None
    ) -> Operation | None:
        wanted = form.get("operation") if form is not None else None
        wanted = wanted or visit.request.query_params.get("operation", "")
        return reference.find(str(wanted))


def _first(reference: Reference, element: Element) -> Operation:
    """Return what a newcomer reads first: the first list that the element declares."""
    shown = {(one.verb, one.path): one for one in reference}
    declared = (shown.get((one.method, one.path)) for one in element.operations if one.is_list)
    return next((one for one in declared if one), next(iter(reference)))


def _texts(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _call(operation: Operation, given: dict[str, str], body: str) -> _Call:
    """Return the call a form describes. Raises InvalidRequest: a value of the path is missing."""
    path = operation.path
    for name in placeholders(path):
        value = given.get(f"path.{name}", "").strip()
        if not value:
            raise InvalidRequest(f"The path needs {name}.", code="missing-parameter")
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    query = tuple(
        (one.name, given[one.input_name].strip())
        for one in operation.parameters
        if one.place == "query" and given.get(one.input_name, "").strip()
    )
    headers = {
        one.name.lower(): given[one.input_name].strip()
        for one in operation.parameters
        if one.place == "header" and given.get(one.input_name, "").strip()
    }
    content = body.encode() if operation.takes_json and body.strip() else b""
    if content:
        headers["content-type"] = "application/json"
    return _Call(path, query, headers, content)


def _parsed(text: str) -> Any:
    """Return what JSON text says, or the text itself where it is none."""
    try:
        return json.loads(text) if text.strip() else None
    except ValueError:
        return text
