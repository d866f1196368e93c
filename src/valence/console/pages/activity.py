"""Every call: what was asked, what was answered, and where the time went."""

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from valence.activity import CallSearch
from valence.console.charts import day_chart, waterfall
from valence.console.view import View, Visit
from valence.domain import Call, Instance, ValenceError

PAGE = 50
TRACE_MINUTES = 60


def routes(view: View) -> list[Route]:
    """Return the routes of this place."""
    pages = _Pages(view)
    switch = "/console/instances/{id:int}/trace-logging"
    return [
        Route("/console/activity", view.page(pages.show_list)),
        Route("/console/activity/{request_id}", view.page(pages.show)),
        Route(switch, view.form(pages.set_trace), methods=["POST"]),
    ]


class _Pages:
    def __init__(self, view: View) -> None:
        self._view = view
        self._services = view.services

    async def show_list(self, visit: Visit) -> Response:
        query = visit.request.query_params
        text, outcome = query.get("q", "").strip(), query.get("outcome", "")
        status, instance = query.get("status", ""), query.get("instance", "")
        before = query.get("before", "")
        wish = CallSearch(
            instance_id=_number(instance),
            failed={"failed": True, "answered": False}.get(outcome),
            status=_number(status),
            text=text or None,
            before=_number(before),
            limit=PAGE,
        )
        calls = self._services.calls
        found, following = await calls.search(visit.principal, wish)
        day = await calls.last_day(visit.principal, instance_id=_number(instance))
        values = {
            "calls": found,
            "next_before": following,
            "q": text,
            "outcome": outcome,
            "status": status,
            "instance": instance,
            "is_filtered": bool(text or outcome or status or instance or before),
            "instances": await self._services.instances.search(visit.principal, limit=200),
            "chart": day_chart(day),
        }
        return self._view.render("activity.html", visit, values)

    async def show(self, visit: Visit) -> Response:
        request_id = str(visit.request.path_params["request_id"])
        call = await self._services.calls.one(visit.principal, request_id)
        values = {
            "call": call,
            "instance": await self._instance_of(visit, call),
            "steps": waterfall(call.stages, total_us=call.duration_us),
            "now_ms": self._services.clock.now_ms(),
        }
        return self._view.render("call.html", visit, values)

    async def _instance_of(self, visit: Visit, call: Call) -> Instance | None:
        try:
            return await self._services.instances.get(visit.principal, call.instance_id)
        except ValenceError:
            return None  # the log outlives the instance

    async def set_trace(self, visit: Visit) -> Response:
        number = int(visit.request.path_params["id"])
        form = await visit.request.form()
        is_on = form.get("trace") == "on"
        await self._services.instances.set_trace_logging(
            visit.principal, number, minutes=TRACE_MINUTES if is_on else None
        )
        notice = "traced" if is_on else "untraced"
        return RedirectResponse(f"/console/instances/{number}?notice={notice}", 303)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None
