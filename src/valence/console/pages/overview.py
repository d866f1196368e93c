"""Is everything well?"""

from starlette.responses import Response
from starlette.routing import Route

from valence.console.charts import day_chart
from valence.console.view import View, Visit


def routes(view: View) -> list[Route]:
    """Return the routes of this place."""

    async def show(visit: Visit) -> Response:
        instances, inventory = view.services.instances, view.services.inventory
        counts = await instances.counts_by_state(visit.principal)
        waiting = await instances.search(visit.principal, state="needs-owner", limit=5)
        newest = await instances.search(visit.principal, limit=5, is_newest_first=True)
        values = {
            "counts": counts,
            "total": sum(counts.values()),
            "waiting": waiting,
            "newest": newest,
            "element_of": await view.services.elements_of(visit.principal, newest),
            "apps": await view.services.oauth_apps.of(visit.principal),
            "has_mapped": any(one.mappings for one in await inventory.all(visit.principal)),
            "chart": day_chart(await view.services.calls.last_day(visit.principal)),
        }
        return view.render("overview.html", visit, values)

    return [Route("/console", view.page(show)), Route("/console/", view.page(show))]
