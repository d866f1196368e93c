"""Map a common resource to the vendor's fields of one instance, with live values.

The page holds what the levels of the instance store; its module asks the endpoints below for
records, previews, coverage and suggestions, and stores one level with its definitions at once.
Nothing is kept here between two requests: a page sends the records it shows back where they are
counted, so that the vendor is asked once."""

from typing import Any
from urllib.parse import quote

from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from valence.common_resources import require_level, require_mappable
from valence.console.entries import is_entry
from valence.console.mapping import (
    TYPES,
    Wish,
    changes_of,
    documented_sample,
    fault_of,
    guessed_name,
    level_out,
    rows_of,
    sample_of,
    script_fault,
    wish_of,
)
from valence.console.snippets import snippets
from valence.console.view import Refusal, View, Visit
from valence.domain import (
    Element,
    Instance,
    InvalidRequest,
    NotFound,
    Privilege,
    ValenceError,
    require_privilege,
)
from valence.elements import document_of, object_names
from valence.gateway import Sample
from valence.transformations import old_masks
from valence.workbench import coverage_to_wire, field_to_wire, suggestion_to_wire

SWITCHED = 100
"""So many instances are offered to switch to, and to choose from."""

Json = dict[str, Any]


def routes(view: View) -> list[Route]:
    """Return the routes of this place."""
    pages = _Pages(view)
    base = "/console/resources/{name}/map"
    asked = {
        "state": pages.state,
        "sample": pages.sample,
        "suggest": pages.suggest,
        "preview": pages.preview,
        "coverage": pages.coverage,
        "save": pages.save,
        "unmap": pages.unmap,
    }
    return [
        Route(base, view.page(pages.show)),
        Route(f"{base}/export", view.page(pages.export)),
        *(Route(f"{base}/{verb}", view.data(act), methods=["POST"]) for verb, act in asked.items()),
    ]


class _Pages:
    def __init__(self, view: View) -> None:
        self._view = view
        self._services = view.services

    # -- pages -----------------------------------------------------------------------------------

    async def show(self, visit: Visit) -> Response:
        require_privilege(visit.principal.role, Privilege.VIEW_COMMON_OBJECTS)
        name = str(visit.request.path_params["name"])
        await self._services.views.one(visit.principal, name)
        given = visit.request.query_params.get("instance", "")
        if not given:
            return await self._choose(visit, name)
        if not given.isdecimal() or len(given) > 18:
            raise NotFound(f"No instance found with ID {given[:20]!r}.")
        instance, element = await self._about(visit, int(given))
        if is_entry(element):
            return RedirectResponse(f"/console/instances/{instance.id}", 303)
        require_mappable(element)
        values = await self._values(visit, name, instance, element)
        return self._view.render("mapper.html", visit, values)

    async def export(self, visit: Visit) -> Response:
        require_privilege(visit.principal.role, Privilege.VIEW_COMMON_OBJECTS)
        name = str(visit.request.path_params["name"])
        document = await self._services.exchange.export(visit.principal, name)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.json"}
        return JSONResponse(document, headers=headers)

    async def _choose(self, visit: Visit, name: str) -> Response:
        text = visit.request.query_params.get("q", "").strip()
        found = await self._services.instances.search(
            visit.principal, text=text or None, limit=SWITCHED
        )
        elements = await self._services.elements_of(visit.principal, found)
        values = {
            "name": name,
            "here": _here(name),
            "q": text,
            "choices": [
                (instance, element)
                for instance in found
                if (element := elements[instance.element_id]) is not None and not is_entry(element)
            ],
        }
        return self._view.render("mapper_choose.html", visit, values)

    async def _values(self, visit: Visit, name: str, instance: Instance, element: Element) -> Json:
        levels = await self._levels(visit, name, instance, element)
        asked = visit.request.query_params.get("level", "")
        level = _chosen(levels, asked)
        names = object_names(document_of(element))
        guess = guessed_name(name, names)
        rows, mapped = rows_of(levels, level)
        others = await self._services.instances.search(visit.principal, limit=SWITCHED)
        base = f"{self._services.settings.effective_public_url}/elements/api-v2"
        call_url = f"{base}/hubs/{element.hub}/{quote(name, safe='')}"
        return {
            "name": name,
            "here": _here(name),
            "instance": instance,
            "element": element,
            "levels": levels,
            "level": level,
            "rows": rows,
            "types": TYPES,
            "vendor_names": names,
            "vendor_name": mapped or guess,
            "others": others if len(others) > 1 else [],
            "snippets": snippets(f"{call_url}?pageSize=5"),
            "data": {
                "name": name,
                "here": _here(name),
                "csrf": visit.session.csrf_token,
                "instance": {"id": instance.id, "name": instance.name},
                "element": {"key": element.key, "name": element.name},
                "levels": levels,
                "level": level,
                "guess": guess,
                "vendorNames": names,
                "types": TYPES,
            },
        }

    # -- what the page asks ----------------------------------------------------------------------

    async def state(self, visit: Visit, body: Json) -> Json:
        """Return what the levels store now."""
        require_privilege(visit.principal.role, Privilege.VIEW_COMMON_OBJECTS)
        wish, instance, element = await self._wished(visit, body)
        return {"levels": await self._levels(visit, wish.name, instance, element)}

    async def sample(self, visit: Visit, body: Json) -> Json | Refusal:
        """Return records of the vendor with the fields that are known of them."""
        wish, _, element = await self._wished(visit, body)
        try:
            found = await self._sampled(visit, wish, body)
        except ValenceError as exc:
            # What is documented can be mapped to while the vendor does not answer.
            known = documented_sample(element, wish.vendor_name)
            return Refusal(exc, {"fields": [field_to_wire(one) for one in known]})
        return {
            "records": found.records,
            "fields": [field_to_wire(one) for one in found.fields],
            "nextPage": found.next_page,
            "warning": found.warning,
        }

    async def suggest(self, visit: Visit, body: Json) -> Json | Refusal:
        """Return where the vendor likely has the fields that are not mapped."""
        wish, instance, _ = await self._wished(visit, body)
        try:
            found = await self._services.workbench.suggest(
                visit.principal,
                instance.id,
                wish.name,
                wish.vendor_name,
                draft=wish.draft,
                sample=sample_of(wish, body),
            )
        except InvalidRequest as exc:
            return Refusal(exc, fault_of(exc, wish))
        return {"suggestions": [suggestion_to_wire(one) for one in found]}

    async def preview(self, visit: Visit, body: Json) -> Json | Refusal:
        """Return what the draft makes of a record, and of a body on the way to the vendor."""
        wish, instance, _ = await self._wished(visit, body)
        record, given = body.get("record"), body.get("body")
        method = body.get("method")
        if not isinstance(record, dict) or method not in ("POST", "PATCH"):
            raise InvalidRequest("A preview needs a record, and POST or PATCH.", code="bad-body")
        if given is not None and not isinstance(given, dict | list):
            raise InvalidRequest("The body must be an object.", code="bad-body")
        bench, draft = self._services.workbench, wish.draft
        try:
            read = await bench.preview(visit.principal, instance.id, wish.name, draft, record)
            sent = read.value if given is None else given
            write = await bench.preview(
                visit.principal, instance.id, wish.name, draft, sent, method=method
            )
        except InvalidRequest as exc:
            return Refusal(exc, fault_of(exc, wish))
        return {
            "read": {"value": read.value, "warning": read.warning},
            "write": {"value": write.value, "warning": write.warning},
            "script": script_fault(read.warning) or script_fault(write.warning),
        }

    async def coverage(self, visit: Visit, body: Json) -> Json | Refusal:
        """Return what becomes of every field with the draft."""
        wish, instance, _ = await self._wished(visit, body)
        try:
            found = await self._services.workbench.coverage(
                visit.principal,
                instance.id,
                wish.name,
                wish.draft,
                sample=sample_of(wish, body),
            )
        except InvalidRequest as exc:
            return Refusal(exc, fault_of(exc, wish))
        return coverage_to_wire(found)

    async def save(self, visit: Visit, body: Json) -> Json | Refusal:
        """Store a level's transformation and the definitions that changed, all or nothing."""
        require_privilege(visit.principal.role, Privilege.EDIT_COMMON_OBJECTS)
        wish, instance, element = await self._wished(visit, body)
        require_mappable(element)
        changes = changes_of(wish, body)
        for change in changes:
            require_level(visit.principal, change.level)
        try:
            await self._services.layers.change(
                self._services.scopes.of(instance), element.key, wish.name, changes
            )
        except InvalidRequest as exc:
            return Refusal(exc, fault_of(exc, wish))
        told: Json = {"levels": await self._levels(visit, wish.name, instance, element)}
        masks = old_masks(wish.transformation or {})
        if masks:
            told["hint"] = f"In {', '.join(masks)} mm was read as the month; MM says so."
        return told

    async def unmap(self, visit: Visit, body: Json) -> Json:
        """Give up what a level maps: the levels above count again."""
        require_privilege(visit.principal.role, Privilege.DELETE_COMMON_OBJECTS)
        wish, instance, element = await self._wished(visit, body)
        require_level(visit.principal, wish.level)
        await self._services.common_resources.unmap(
            self._services.scopes.of(instance).at(wish.level),
            element_key=element.key,
            name=wish.name,
        )
        return {"levels": await self._levels(visit, wish.name, instance, element)}

    # -- inside ----------------------------------------------------------------------------------

    async def _about(self, visit: Visit, number: int) -> tuple[Instance, Element]:
        instance = await self._services.instances.get(visit.principal, number)
        element = await self._services.elements.of(instance.account_id, instance.element_id)
        return instance, element

    async def _wished(self, visit: Visit, body: Json) -> tuple[Wish, Instance, Element]:
        wish = wish_of(str(visit.request.path_params["name"]), body)
        return wish, *await self._about(visit, wish.instance_id)

    async def _levels(
        self, visit: Visit, name: str, instance: Instance, element: Element
    ) -> list[Json]:
        scope = self._services.scopes.of(instance)
        layers = await self._services.layers.of(scope, element.key, name)
        return [level_out(layer, visit.principal, element, instance) for layer in layers]

    async def _sampled(self, visit: Visit, wish: Wish, body: Json) -> Sample:
        search = str(body.get("search") or "").strip()
        following = body.get("nextPage")
        is_id = bool(search) and search.replace("-", "").replace("_", "").isalnum()
        return await self._services.workbench.sample(
            visit.principal,
            wish.instance_id,
            wish.name,
            vendor_name=wish.vendor_name,
            where=search if search and not is_id else None,
            record_id=search if is_id else None,
            next_page=following if isinstance(following, str) else None,
        )


def _here(name: str) -> str:
    return f"/console/resources/{quote(name, safe='')}/map"


def _chosen(levels: list[Json], asked: str) -> str:
    """Return the level that is edited: as asked, else the most specific that holds something, else
    the most general that the person may write."""
    known = [one["level"] for one in levels]
    if asked in known:
        return asked
    held = [one["level"] for one in levels if one["mapping"] and one["mayEdit"]]
    may = [one["level"] for one in levels if one["mayEdit"]]
    return str((held[-1:] or may[:1] or known[:1])[0])
