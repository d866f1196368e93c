"""Is every instance well, and if not, what is it that fails?"""

from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from valence.activity import HealthSearch, InstanceHealth
from valence.console import words
from valence.console.view import View, Visit

PAGE = 50
_ORDERS = {"failures": "Failures", "calls": "Calls", "name": "Name"}


def routes(view: View) -> list[Route]:
    """Return the routes of this place."""
    services = view.services

    async def show(visit: Visit) -> Response:
        query = visit.request.query_params
        text, order = query.get("q", "").strip(), query.get("order", "")
        order = order if order in _ORDERS else "failures"
        only = query.get("only") == "unhealthy"
        number = query.get("page", "")
        page = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 1
        page = max(page, 1)
        found = await services.health.search(
            visit.principal,
            HealthSearch(
                text=text or None, is_unhealthy_only=only, order=order, page=page, limit=PAGE
            ),
        )
        elements = await services.elements.all(visit.principal)
        known = {element.id: element for element in elements}
        asked = {"q": text, "only": "unhealthy" if only else "", "order": order}

        def address(**changes: object) -> str:
            wanted = {**asked, **changes}
            return "?" + urlencode({name: value for name, value in wanted.items() if value})

        first = (page - 1) * PAGE + 1
        values = {
            "rows": found.instances,
            "total": found.total,
            "first": first,
            "last": first + len(found.instances) - 1,
            "before": address(page=page - 1) if page > 1 else None,
            "after": address(page=page + 1) if first + PAGE <= found.total else None,
            "orders": {key: (word, address(order=key)) for key, word in _ORDERS.items()},
            "order": order,
            "q": text,
            "only": only,
            "is_filtered": bool(text or only or page > 1),
            "element_of": {one.id: known.get(one.element_id) for one in found.instances},
            "state_of": {one.id: _state(one) for one in found.instances},
            "hold_of": {one.id: services.gateway.hold(one.id) for one in found.instances},
        }
        return view.render("health.html", visit, values)

    return [Route("/console/instances/health", view.page(show))]


def _state(one: InstanceHealth) -> words.State:
    if one.needs_owner:
        return words.STATES["needs-owner"]
    return words.STATES["disabled" if one.is_disabled else "connected"]
