"""What can be called, and how? The documents of the platform and of each instance, and *Try it*."""

import functools
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from valence.console import words
from valence.console.reference import Operation, Reference, placeholders, reference_of
from valence.console.snippets import snippets
from valence.console.view import View, Visit
from valence.domain import CallerSecrets, Element, Instance, InvalidRequest, ValenceError, Whose
from valence.elements import Place, document_of, element_swagger, openapi_of
from valence.gateway import ResourceRequest

LONGEST_SHOWN = 20_000
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
        Route(base, view.page(pages.instance)),
        Route(base, view.form(pages.call), methods=["POST"]),
    ]


class _Pages:
    def __init__(self, view: View) -> None:
        self._view = view
        self._services = view.services
        self._platform = functools.cache(lambda: reference_of(view.services.platform_document))
        self._references: dict[int, tuple[Element, Reference]] = {}

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

    async def instance(self, visit: Visit) -> Response:
        instance = await self._instance(visit)
        return await self._show(visit, instance, None)

    async def call(self, visit: Visit) -> Response:
        instance = await self._instance(visit)
        return await self._show(visit, instance, await visit.request.form())

    async def _show(self, visit: Visit, instance: Instance, form: FormData | None) -> Response:
        element = await self._services.elements.of(instance.account_id, instance.element_id)
        reference = self._reference(element)
        operation = self._chosen(visit, reference, form) or _first(reference, element)
        base = f"{self._services.settings.effective_public_url}/elements/api-v2"
        base += f"/hubs/{element.hub}"
        given = dict(_FIRST_PAGE) if form is None else _texts(form)
        body = _sample(element, operation) if form is None else given.get("body", "")
        outcome, shown = None, given
        try:
            call = _call(operation, given, body)
        except InvalidRequest as exc:
            call = None
            if form is not None:
                outcome = _failed(f"{operation.verb} {operation.path}", exc)
        if call is not None and form is not None:
            outcome = await self._outcome(visit, instance, operation, call)
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

    async def _outcome(
        self, visit: Visit, instance: Instance, operation: Operation, call: _Call
    ) -> dict[str, Any]:
        line = f"{operation.verb} {call.address}"
        request = ResourceRequest(
            CallerSecrets(), operation.verb, call.path, call.query, call.headers, call.body
        )
        begun = self._services.clock.monotonic()
        try:
            response = await self._services.gateway.handle_as(visit.principal, instance, request)
        except ValenceError as exc:
            return _failed(line, exc)
        return {
            "line": line,
            "status": 200,
            "error": None,
            "ms": round((self._services.clock.monotonic() - begun) * 1000),
            "headers": response.headers,
            "body": _readable(response.body),
        }

    async def _instance(self, visit: Visit) -> Instance:
        number = int(visit.request.path_params["id"])
        return await self._services.instances.get(visit.principal, number)

    def _reference(self, element: Element) -> Reference:
        """Return an element's reference, made once for each form the element takes."""
        known = self._references.get(element.id)
        if known is None or known[0] is not element:
            place = Place.of(self._services.settings.effective_public_url)
            swagger = element_swagger(document_of(element), place)
            known = self._references[element.id] = element, reference_of(openapi_of(swagger))
        return known[1]

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


def _sample(element: Element, operation: Operation) -> str:
    """Return what the body's editor begins with: the definition's example, or one made up."""
    if not operation.takes_json or operation.body is None:
        return ""
    for one in element.operations:
        if one.method == operation.verb and one.path == operation.path:
            example = next((e.body for e in one.examples if e.body is not None), None)
            if example is not None:
                return json.dumps(example, indent=2, ensure_ascii=False, default=dict)
    return json.dumps(operation.body.example, indent=2, ensure_ascii=False)


def _parsed(text: str) -> Any:
    """Return what JSON text says, or the text itself where it is none."""
    try:
        return json.loads(text) if text.strip() else None
    except ValueError:
        return text


def _readable(body: bytes) -> str:
    """Return an answer as people read it, cut where it would fill the page."""
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        text = body.decode("utf-8", "replace")
    cut = len(text) - LONGEST_SHOWN
    return text if cut <= 0 else f"{text[:LONGEST_SHOWN]}\n… {cut} more characters"


def _failed(line: str, error: ValenceError) -> dict[str, Any]:
    turn = words.TURNS[Whose(error.whose)]
    return {"line": line, "status": error.status, "error": error, "turn": turn}
