"""Who is connected, and is it healthy?"""

from typing import Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from valence.activity import CallSearch
from valence.common_resources import HeldMapping, Resource
from valence.console import words
from valence.console.entries import first_call, is_entry
from valence.console.outcome import called
from valence.console.pages.resources import address_of
from valence.console.snippets import snippets
from valence.console.targets import form_targets
from valence.console.view import View, Visit
from valence.domain import CallerSecrets, Element, Instance, ValenceError
from valence.gateway import ResourceRequest
from valence.instances import InstanceChange, asks_owner

PAGE = 50
RECENT = 5


def routes(view: View) -> list[Route]:
    """Return the routes of this place."""
    pages = _Pages(view)
    base = "/console/instances/{id:int}"
    return [
        Route("/console/instances", view.page(pages.show_list)),
        Route(base, view.page(pages.show)),
        Route(base + "/connected", view.page(pages.connected)),
        Route(base + "/change", view.form(pages.change), methods=["POST"]),
        Route(base + "/enabled", view.form(pages.set_enabled), methods=["POST"]),
        Route(base + "/refresh", view.form(pages.refresh), methods=["POST"]),
        Route(base + "/delete", view.form(pages.delete), methods=["POST"]),
        Route(base + "/call", view.form(pages.call), methods=["POST"]),
    ]


class _Pages:
    def __init__(self, view: View) -> None:
        self._view = view
        self._services = view.services

    async def show_list(self, visit: Visit) -> Response:
        query = visit.request.query_params
        text, tag = query.get("q", "").strip(), query.get("tag", "")
        element, state = query.get("element", ""), query.get("state", "")
        after = query.get("after", "")
        chosen = await self._chosen(visit, element)
        found = await self._services.instances.search(
            visit.principal,
            tags=(tag,) if tag else (),
            text=text or None,
            element=chosen,
            state=state if state in words.STATES else None,
            after_id=int(after) if after.isdecimal() and len(after) < 18 else 0,
            limit=PAGE + 1,
        )
        values = {
            "instances": found[:PAGE],
            "next_after": found[PAGE - 1].id if len(found) > PAGE else None,
            "q": text,
            "tag": tag,
            "element_key": element,
            "state": state,
            "is_filtered": bool(text or tag or element or state or after),
            "elements": await self._services.elements.all(visit.principal),
            "element_of": await self._services.elements_of(visit.principal, found),
            "tags": await self._services.instances.tags_in_use(visit.principal),
        }
        return self._view.render("instances.html", visit, values)

    async def show(self, visit: Visit) -> Response:
        return await self._detail(visit, await self._instance(visit))

    async def connected(self, visit: Visit) -> Response:
        instance = await self._instance(visit)
        values = await self._about(visit, instance)
        return self._view.render("connected.html", visit, values)

    async def change(self, visit: Visit) -> Response:
        instance = await self._instance(visit)
        form = await visit.request.form()
        tags = tuple(tag.strip() for tag in str(form.get("tags", "")).split(",") if tag.strip())
        try:
            await self._services.instances.update(
                visit.principal,
                instance.id,
                InstanceChange(name=str(form.get("name", "")), tags=tags),
            )
        except ValenceError as exc:
            return await self._detail(visit, instance, problem=exc.message, status=exc.status)
        return RedirectResponse(f"/console/instances/{instance.id}?notice=renamed", 303)

    async def set_enabled(self, visit: Visit) -> Response:
        instance = await self._instance(visit)
        form = await visit.request.form()
        is_enabled = form.get("enabled") == "true"
        await self._services.instances.set_enabled(
            visit.principal, instance.id, is_enabled=is_enabled
        )
        notice = "enabled" if is_enabled else "disabled"
        return RedirectResponse(f"/console/instances/{instance.id}?notice={notice}", 303)

    async def refresh(self, visit: Visit) -> Response:
        instance = await self._instance(visit)
        try:
            await self._services.credentials.refresh_now(instance)
        except ValenceError as exc:
            instance = await self._instance(visit)
            return await self._detail(visit, instance, problem=exc.message, status=exc.status)
        return RedirectResponse(f"/console/instances/{instance.id}?notice=refreshed", 303)

    async def delete(self, visit: Visit) -> Response:
        instance = await self._instance(visit)
        form = await visit.request.form()
        if str(form.get("confirm", "")).strip() != instance.name:
            problem = "To delete the instance, type its name exactly."
            return await self._detail(visit, instance, problem=problem, status=400)
        await self._services.instances.delete(visit.principal, instance.id)
        return RedirectResponse("/console/instances?notice=deleted", 303)

    async def call(self, visit: Visit) -> Response:
        instance = await self._instance(visit)
        form = await visit.request.form()
        method, _, path = str(form.get("operation", "GET /contacts")).partition(" ")
        path = path.replace("{id}", str(form.get("record", "")).strip() or "0")
        query = (("pageSize", "5"),) if method == "GET" else ()
        line = f"{method} {path}" + "".join(f"?{name}={value}" for name, value in query)
        request = ResourceRequest(CallerSecrets(), method, path, query)
        outcome = await called(self._view, visit, instance, request, line=line)
        values = await self._about(visit, instance)
        return self._view.render("connected.html", visit, {**values, "outcome": outcome})

    async def _instance(self, visit: Visit) -> Instance:
        number = int(visit.request.path_params["id"])
        return await self._services.instances.get(visit.principal, number)

    async def _chosen(self, visit: Visit, reference: str) -> Element | None:
        return await self._services.element(visit.principal, reference) if reference else None

    async def _element(self, instance: Instance) -> Element:
        return await self._services.elements.of(instance.account_id, instance.element_id)

    async def _about(self, visit: Visit, instance: Instance) -> dict[str, Any]:
        element = await self._element(instance)
        base = f"{self._services.settings.effective_public_url}/elements/api-v2"
        operations = [op for op in element.operations if op.type == "api"]
        first = first_call(element)
        return {
            "instance": instance,
            "element": element,
            "state": words.state_of(instance),
            "status": await self._services.credentials.status(instance),
            "operations": operations,
            "is_entry": is_entry(element),
            "consents": asks_owner(element, instance.configuration),
            "base": base,
            "first": first,
            "snippets": snippets(f"{base}/hubs/{element.hub}{first.path}?pageSize=5")
            if first is not None
            else (),
            "outcome": None,
        }

    async def _shapes(self, visit: Visit, instance: Instance) -> list[tuple[Resource, HeldMapping]]:
        """Return the resources mapped for an instance, each with the level that counts."""
        every = await self._services.inventory.all(visit.principal)
        return [(one, chain[-1]) for one in every if (chain := one.mapped_for(instance))]

    async def _detail(
        self, visit: Visit, instance: Instance, *, problem: str = "", status: int = 200
    ) -> Response:
        about = await self._about(visit, instance)
        element = about["element"]
        recent, _ = await self._services.calls.search(
            visit.principal, CallSearch(instance_id=instance.id, limit=RECENT)
        )
        values = {
            **about,
            "problem": problem,
            "timeline": await self._services.instances.timeline(visit.principal, instance.id),
            "records": [
                record
                for record in await self._services.instances.configuration_records(
                    visit.principal, instance.id
                )
                if not record.is_hidden
            ],
            "tags_in_use": await self._services.instances.tags_in_use(visit.principal),
            "recent": recent,
            "shapes": await self._shapes(visit, instance),
            "address_of": address_of,
            "is_traced": instance.is_traced(self._services.clock.now_ms()),
        }
        targets = form_targets(element)
        return self._view.render(
            "instance.html", visit, values, status=status, form_targets=targets
        )
