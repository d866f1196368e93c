"""Places that are linked to and not built yet: they say so."""

from starlette.responses import Response
from starlette.routing import Route

from valence.console.view import View, Visit

PLACES = {
    "formulas": ("Formulas", "Run workflows over your instances: when this changes, do that."),
    "events": ("Events", "Hear of changes in your customers' accounts as they happen."),
}


def routes(view: View) -> list[Route]:
    """Return the routes of this place."""

    async def show(visit: Visit) -> Response:
        title, promise = PLACES[visit.request.url.path.rpartition("/")[2]]
        return view.render("coming.html", visit, {"title": title, "promise": promise})

    return [Route(f"/console/{name}", view.page(show)) for name in PLACES]
