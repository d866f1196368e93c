"""Bring an element: drop or paste its JSON, see what will be stored, then store it."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from valence.console.services import reference
from valence.console.uploads import LARGEST, document_in, text_of
from valence.console.view import View, Visit
from valence.domain import Conflict, Privilege, ValenceError, require_privilege
from valence.elements import Problem, check, imported

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
            text = await text_of(form, "an element")
            document = document_in(text, "an element")
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


def _free(key: str, taken: set[str]) -> str:
    number = 2
    while f"{key}-{number}".casefold() in taken:
        number += 1
    return f"{key}-{number}"
