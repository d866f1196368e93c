"""Call an instance by hand: any verb and path, the answer as a table, and the calls before.

What a GET asks for stands in the address, so that it can be shared. Such an address is only run
when a page of this console leads to it: opened from elsewhere it fills the form and waits."""

import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from valence.activity import CallSearch
from valence.console.entries import is_entry
from valence.console.outcome import Outcome, called
from valence.console.references import objects_of, sample_body
from valence.console.snippets import snippets
from valence.console.view import View, Visit
from valence.domain import Call, CallerSecrets, Element, Instance, Operation
from valence.gateway import ResourceRequest

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
HELPERS = ("where", "fields", "orderBy", "pageSize")
PREVIOUS = 8
_BLANK_ROWS = 2
_MOST_ROWS = 50
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_SAFE = "/%:@!$&'()*+,;=~-._"
_PLACEHOLDER = re.compile(r"\{([^{}/]+)\}")


@dataclass(frozen=True, slots=True)
class Wish:
    """A call as the form holds it; `query` in the order in which it is sent."""

    method: str = "GET"
    path: str = "/"
    query: tuple[tuple[str, str], ...] = ()
    body: str = ""

    @property
    def sent_path(self) -> str:
        """The path with what an address cannot hold written as bytes."""
        return quote(self.path, safe=_SAFE)

    @property
    def line(self) -> str:
        """Path and query."""
        return self.sent_path + (f"?{urlencode(self.query)}" if self.query else "")

    def address(self, *, is_run: bool = False, **more: str) -> str:
        """Return the query of the page that holds it."""
        pairs = [("method", self.method), ("path", self.path)]
        query = [pair for pair in self.query if pair[0] not in more] + list(more.items())
        if query:
            pairs.append(("query", urlencode(query)))
        if is_run:
            pairs.append(("run", "1"))
        return "?" + urlencode(pairs)


@dataclass(frozen=True, slots=True)
class Problems:
    """What is wrong with a wish, by the field that holds it."""

    path: str = ""
    body: str = ""

    def __bool__(self) -> bool:
        return bool(self.path or self.body)


@dataclass(frozen=True, slots=True)
class Previous:
    """A call made before, and where it can be made again."""

    call: Call
    href: str


def routes(view: View) -> list[Route]:
    """Return the routes of this place."""
    pages = _Pages(view)
    base = "/console/instances/{id:int}/playground"
    return [
        Route(base, view.page(pages.show)),
        Route(base, view.form(pages.submit), methods=["POST"]),
    ]


class _Pages:
    def __init__(self, view: View) -> None:
        self._view = view
        self._services = view.services

    async def show(self, visit: Visit) -> Response:
        instance, element = await self._about(visit)
        if is_entry(element):
            return RedirectResponse(f"/console/instances/{instance.id}", 303)
        asked = visit.request.query_params
        wish = _wish_of_address(visit.request, element)
        outcome, is_waiting = None, False
        problems = Problems()
        if asked.get("run") == "1" and wish.method == "GET":
            problems = _problems(wish)
            is_waiting = not _is_from_here(visit.request)
            if not problems and not is_waiting:
                outcome = await self._called(visit, instance, wish)
        return await self._page(
            visit, instance, element, wish, outcome, problems, is_waiting=is_waiting
        )

    async def submit(self, visit: Visit) -> Response:
        instance, element = await self._about(visit)
        wish = _wish_of_form(await visit.request.form())
        problems = _problems(wish)
        if problems:
            return await self._page(visit, instance, element, wish, None, problems)
        if wish.method == "GET":
            address = f"/console/instances/{instance.id}/playground"
            return RedirectResponse(f"{address}{wish.address(is_run=True)}#outcome", 303)
        outcome = await self._called(visit, instance, wish)
        return await self._page(visit, instance, element, wish, outcome, problems)

    async def _called(self, visit: Visit, instance: Instance, wish: Wish) -> Outcome:
        content = wish.body.encode() if wish.method != "GET" and wish.body.strip() else b""
        headers = {"content-type": "application/json"} if content else {}
        request = ResourceRequest(
            CallerSecrets(), wish.method, wish.sent_path, wish.query, headers, content
        )
        line = f"{wish.method} {wish.line}"
        return await called(self._view, visit, instance, request, line=line)

    async def _about(self, visit: Visit) -> tuple[Instance, Element]:
        number = int(visit.request.path_params["id"])
        instance = await self._services.instances.get(visit.principal, number)
        element = await self._services.elements.of(instance.account_id, instance.element_id)
        return instance, element

    async def _page(
        self,
        visit: Visit,
        instance: Instance,
        element: Element,
        wish: Wish,
        outcome: Outcome | None,
        problems: Problems,
        *,
        is_waiting: bool = False,
    ) -> Response:
        text = visit.request.query_params.get("q", "").strip()
        objects = objects_of(await self._services.mappings.of(instance))
        reference = self._view.references.of(element, objects)
        base = f"{self._services.settings.effective_public_url}/elements/api-v2"
        base += f"/hubs/{element.hub}"
        operation = _operation(element, wish)
        body = wish.body
        if not body and outcome is None and wish.method in _WITH_BODY:
            shown = (one for one in reference if one.verb == wish.method)
            known = next((one for one in shown if _matches(one.path, wish.path)), None)
            body = sample_body(element, known, objects) if known else ""
        calls, _ = await self._services.calls.search(
            visit.principal, CallSearch(instance_id=instance.id, limit=PREVIOUS)
        )
        helpers = dict.fromkeys(HELPERS, "")
        rows = []
        for name, value in wish.query:
            if name in helpers and not helpers[name]:
                helpers[name] = value
            else:
                rows.append((name, value))
        following = outcome.next_page if outcome else None
        values = {
            "instance": instance,
            "element": element,
            "here": f"/console/instances/{instance.id}/playground",
            "methods": METHODS,
            "wish": wish,
            "helpers": helpers,
            "rows": rows + [("", "")] * _BLANK_ROWS,
            "body": body,
            "problems": problems,
            "outcome": outcome,
            "is_waiting": is_waiting,
            "next_href": wish.address(is_run=True, nextPage=following) if following else "",
            "operation": operation,
            "filters": _filters(operation),
            "orders": sorted(operation.ordering.fields or ())
            if operation and operation.ordering
            else [],
            "groups": reference.search(text),
            "q": text,
            "previous": [_previous(call) for call in calls],
            "snippets": snippets(base + wish.line, wish.method, body=_parsed(body)),
        }
        status = 400 if problems else 200
        return self._view.render("playground.html", visit, values, status=status)


def _wish_of_address(request: Request, element: Element) -> Wish:
    asked = request.query_params
    method = asked.get("method", "GET").upper()
    path = asked.get("path", "").strip()
    if not path:
        lists = (one for one in element.operations if one.type == "api" and one.is_list)
        first = next(lists, None)
        return Wish(path=first.path if first else "/ping", query=(("pageSize", "5"),))
    pairs = parse_qsl(asked.get("query", ""), keep_blank_values=True)
    return _wish(method, path, pairs, "")


def _wish_of_form(form: FormData) -> Wish:
    pairs = [(name, str(form.get(name, "")).strip()) for name in HELPERS]
    names, values = form.getlist("name"), form.getlist("value")
    pairs = [pair for pair in pairs if pair[1]]
    pairs += [
        (str(name).strip(), str(value))
        for name, value in zip(names, values, strict=False)
        if str(name).strip()
    ]
    method = str(form.get("method", "GET")).upper()
    return _wish(method, str(form.get("path", "")).strip(), pairs, str(form.get("body", "")))


def _wish(method: str, path: str, pairs: list[tuple[str, str]], body: str) -> Wish:
    """Return a wish; a path may be pasted with what stands before it, and with its query."""
    path, _, typed = path.partition("?")
    path = re.sub(r"^(https?://[^/]+)?(/elements/api-v2)?(/hubs/[^/]+)?(?=/)", "", path)
    query = (*parse_qsl(typed, keep_blank_values=True), *pairs)[:_MOST_ROWS]
    return Wish(method if method in METHODS else "GET", path, tuple(query), body)


def _problems(wish: Wish) -> Problems:
    path = body = ""
    missing = _PLACEHOLDER.findall(wish.path)
    if not wish.path.startswith("/"):
        path = "A path begins with a slash, such as /contacts."
    elif missing:
        path = f"Put a value in place of {{{missing[0]}}}."
    if wish.method != "GET" and wish.body.strip():
        try:
            json.loads(wish.body)
        except json.JSONDecodeError as exc:
            body = f"This is not JSON: {exc.msg}, in line {exc.lineno}, column {exc.colno}."
        except (ValueError, RecursionError):
            body = "This is no JSON that a vendor could read."
    return Problems(path, body)


def _is_from_here(request: Request) -> bool:
    """Tell whether a page of this console led here; browsers say so, old ones by the referrer."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("referer", "")).netloc == request.headers.get("host")


def _operation(element: Element, wish: Wish) -> Operation | None:
    found = (
        one
        for one in element.operations
        if one.method == wish.method and one.type in ("api", "apiNoDocumentation")
    )
    return next((one for one in found if _matches(one.path, wish.path)), None)


def _matches(template: str, path: str) -> bool:
    """Tell whether a path is one of a template: `/contacts/7`, or the template itself."""
    if template == path:
        return True
    parts, given = template.split("/"), path.split("/")
    return len(parts) == len(given) and all(
        part == one or (part.startswith("{") and one)
        for part, one in zip(parts, given, strict=True)
    )


def _filters(operation: Operation | None) -> list[str]:
    if operation is None or operation.filter is None:
        return []
    return sorted(operation.filter.fields or ())


def _previous(call: Call) -> Previous:
    pairs = parse_qsl(call.query, keep_blank_values=True)
    wish = _wish(call.method, call.path, pairs, "")
    return Previous(call, wish.address(is_run=wish.method == "GET"))


def _parsed(text: str) -> object:
    """Return what JSON text says; the text itself where it is none; None: there is none."""
    try:
        return json.loads(text) if text.strip() else None
    except (ValueError, RecursionError):
        return text
