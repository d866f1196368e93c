"""What can be connected?"""

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from valence.console.services import reference
from valence.console.view import View, Visit


def routes(view: View) -> list[Route]:
    """Return the routes of this place."""
    services = view.services

    async def show_list(visit: Visit) -> Response:
        query = visit.request.query_params
        text, hub = query.get("q", "").strip(), query.get("hub", "")
        known = await services.elements.all(visit.principal)
        found = [
            element
            for element in known
            if (not hub or element.hub == hub)
            and (not text or text.casefold() in f"{element.name} {element.key}".casefold())
        ]
        values = {
            "elements": found,
            "hubs": sorted({element.hub for element in known}),
            "q": text,
            "hub": hub,
            "connected": await view.services.instances.counts_by_element(visit.principal),
        }
        return view.render("elements.html", visit, values)

    async def show_one(visit: Visit) -> Response:
        element = await services.element(visit.principal, visit.request.path_params["key"])
        counts = await view.services.instances.counts_by_element(visit.principal)
        values = {
            "element": element,
            "connected": counts.get(element.key, 0),
            "asked": [entry for entry in element.configuration if not entry.is_hidden],
            "operations": [op for op in element.operations if op.type == "api"],
        }
        return view.render("element.html", visit, values)

    async def palette(visit: Visit) -> Response:
        places = [
            {
                "label": f"Authenticate {e.name}",
                "href": f"/console/elements/{reference(e)}/authenticate",
            }
            for e in await services.elements.all(visit.principal)
        ]
        found = await view.services.instances.search(visit.principal, limit=200)
        places += [{"label": i.name, "href": f"/console/instances/{i.id}"} for i in found]
        return JSONResponse(places, headers={"Cache-Control": "no-store"})

    return [
        Route("/console/elements", view.page(show_list)),
        Route("/console/palette", view.page(palette)),
        Route("/console/elements/{key}", view.page(show_one)),
    ]
