"""Bring an element: drop or paste its JSON, see what will be stored, then store it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from valence.console.services import reference
from valence.console.view import View, Visit
from valence.domain import Conflict, InvalidRequest, Privilege, ValenceError, require_privilege
from valence.elements import Problem, check, imported

LARGEST = 5 * 1024 * 1024
"""Bytes of a definition; the largest exports known have about two million."""
DEEPEST = 100
"""Levels of a definition; it has about ten, and a stack of frames must hold them all."""
MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be stored; `doubts` do not keep it from being stored, but some calls may fail."""

    name: str
    key: str
    hub: str
    authentication: str
    configuration: int
    resources: tuple[tuple[str, str, str], ...]
    hooks: int
    doubts: tuple[Problem, ...]
    other_key: str = ""
    hides: str = ""


def routes(view: View) -> list[Route]:
    """Return the routes of this place."""
    pages = _Pages(view)
    there = "/console/elements/import"
    # Twice the largest: a text in a form may have longer line ends than it had in its file.
    submit = view.form(pages.submit, largest_field=2 * LARGEST)
    return [
        Route(there, view.page(pages.show)),
        Route(there, submit, methods=["POST"]),
    ]


class _Pages:
    def __init__(self, view: View) -> None:
        self._view = view
        self._services = view.services

    async def show(self, visit: Visit) -> Response:
        return self._page(visit, "")

    async def submit(self, visit: Visit) -> Response:
        require_privilege(visit.principal.role, Privilege.CREATE_ELEMENTS)
        form = await visit.request.form()
        text, key = "", str(form.get("key", "")).strip()
        try:
            text = await _text(form)
            document = _document(text)
        except ValenceError as exc:
            return self._page(visit, text, problem=exc.message, status=exc.status)
        if key:
            document |= {"key": key}
        problems = check(document)
        if problems:
            return self._page(visit, text, problems=problems, status=400)
        preview = await self._preview(visit, document)
        if form.get("step") != "store":
            return self._page(visit, text, preview=preview)
        try:
            element = await self._services.elements.create(visit.principal, document)
        except Conflict as exc:
            return self._page(visit, text, preview=preview, problem=exc.message, status=exc.status)
        except ValenceError as exc:
            return self._page(visit, text, problem=exc.message, status=exc.status)
        return RedirectResponse(f"/console/elements/{reference(element)}?notice=imported", 303)

    async def _preview(self, visit: Visit, document: dict[str, Any]) -> Preview:
        held = imported(document)
        key = str(held["key"])
        known = await self._services.elements.all(visit.principal)
        own = {
            one.key.casefold()
            for one in known
            if one.is_private and one.owner_account_id == visit.principal.account_id
        }
        twin = next(
            (one for one in known if not one.is_private and one.key.casefold() == key.casefold()),
            None,
        )
        resources = held["resources"]
        return Preview(
            name=held["name"],
            key=key,
            hub=held["hub"],
            authentication=held["authentication"]["type"],
            configuration=len(held["configuration"]),
            resources=tuple(
                (row["method"], row["path"], row.get("type") or "api") for row in resources
            ),
            hooks=len(held["hooks"]) + sum(len(row["hooks"]) for row in resources),
            doubts=tuple(check(document, is_strict=True)[:MOST_PROBLEMS]),
            other_key=_free(key, own) if key.casefold() in own else "",
            hides=twin.name if twin else "",
        )

    def _page(
        self,
        visit: Visit,
        text: str,
        *,
        preview: Preview | None = None,
        problems: list[Problem] | None = None,
        problem: str = "",
        status: int = 200,
    ) -> Response:
        values = {
            "text": text,
            "preview": preview,
            "problems": (problems or [])[:MOST_PROBLEMS],
            "left_out": max(len(problems or []) - MOST_PROBLEMS, 0),
            "problem": problem,
            "largest": LARGEST,
        }
        return self._view.render("import.html", visit, values, status=status)


async def _text(form: FormData) -> str:
    """Return the definition that a form brings: its file, else its text. Raises InvalidRequest."""
    upload = form.get("file")
    if isinstance(upload, UploadFile) and upload.filename:
        if upload.size is not None and upload.size > LARGEST:
            raise _too_large()
        raw = await upload.read()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as exc:
            raise InvalidRequest(
                f"{upload.filename[:100]} is not a text in UTF-8. Choose the JSON of an element.",
                code="bad-body",
            ) from exc
    else:
        text = str(form.get("document", ""))
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        raise _too_large()
    if not text.strip():
        raise InvalidRequest("Drop a file, choose one, or paste the JSON of an element.")
    return text


def _too_large() -> InvalidRequest:
    return InvalidRequest(
        f"The file is larger than {LARGEST // 1024 // 1024} MB, which is more than any definition"
        " needs. Post it to the API if it is one all the same."
    )


def _document(text: str) -> dict[str, Any]:
    """Return the JSON object in a text. Raises InvalidRequest."""
    try:
        found = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as exc:
        raise InvalidRequest(
            f"This is not JSON: {exc.msg}, in line {exc.lineno}, column {exc.colno}.",
            code="bad-body",
        ) from exc
    except RecursionError as exc:
        raise _too_deep() from exc
    except ValueError as exc:
        raise InvalidRequest("The JSON holds a number that is none.", code="bad-body") from exc
    if not isinstance(found, dict):
        raise InvalidRequest("An element is a JSON object: { … }.", code="bad-body")
    for depth, value in _walk(found):
        if depth > DEEPEST:
            raise _too_deep()
        if isinstance(value, str) and ("\x00" in value or not value.isprintable()):
            _check_text(value)
    return found


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _check_text(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as exc:
        raise InvalidRequest("The JSON holds half a character.", code="bad-body") from exc
    if "\x00" in value:
        raise InvalidRequest("The JSON holds a null character.", code="bad-body")


def _too_deep() -> InvalidRequest:
    return InvalidRequest(
        f"The JSON is nested more than {DEEPEST} levels deep: it is no element.", code="bad-body"
    )


def _walk(value: object) -> Iterator[tuple[int, object]]:
    """Yield every name and value with its level, without a stack of frames."""
    waiting: list[tuple[int, object]] = [(1, value)]
    while waiting:
        level, one = waiting.pop()
        yield level, one
        if isinstance(one, dict):
            waiting += [(level + 1, part) for pair in one.items() for part in pair]
        elif isinstance(one, list):
            waiting += [(level + 1, part) for part in one]


def _free(key: str, taken: set[str]) -> str:
    number = 2
    while f"{key}-{number}".casefold() in taken:
        number += 1
    return f"{key}-{number}"
