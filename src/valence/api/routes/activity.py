"""`/usage` and trace logging: what was called, and how to see more of it."""

import re
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request, Response

from valence.activity import CallSearch
from valence.api import bodies, pages
from valence.api.callers import ByToken, Caller, Services
from valence.api.ids import path_id
from valence.api.services import ApiServices
from valence.api.wire import Json, call_to_wire
from valence.domain import Call, InvalidRequest, NotFound

router = APIRouter()

DEFAULT_TRACE_MINUTES = 60
_DEFAULT_DAYS = 7
_MS = 1000


@router.put("/instances/trace-logging")
async def trace_own(request: Request, services: Services, called: ByToken) -> Json:
    """Keep wire traces of the token's instance for a while."""
    return await trace(str(called.instance.id), request, services, called.principal)


@router.delete("/instances/trace-logging")
async def end_own_trace(services: Services, called: ByToken) -> Json:
    """Keep no more wire traces of the token's instance."""
    return await end_trace(str(called.instance.id), services, called.principal)


@router.put("/instances/{instance_id}/trace-logging")
async def trace(instance_id: str, request: Request, services: Services, caller: Caller) -> Json:
    """Keep wire traces of an instance's calls for `duration` minutes, an hour if left out."""
    body = await bodies.read(request, bodies.TraceBody)
    minutes = DEFAULT_TRACE_MINUTES if body.duration is None else body.duration
    await services.instances.set_trace_logging(caller, _id(instance_id), minutes=minutes)
    return {}


@router.delete("/instances/{instance_id}/trace-logging")
async def end_trace(instance_id: str, services: Services, caller: Caller) -> Json:
    """Keep no more wire traces of an instance's calls."""
    await services.instances.set_trace_logging(caller, _id(instance_id), minutes=None)
    return {}


@router.get("/usage")
async def list_usage(
    request: Request, services: Services, caller: Caller, response: Response
) -> list[Json]:
    """Answer the calls of resources, newest first; 404 when there are none."""
    query = request.query_params
    size = min(pages.positive(request, "pageSize", 100), pages.LARGEST)
    before = None
    bound_to = f"usage\x1f{caller.account_id}\x1f{caller.user_id}"
    if query.get("nextPage"):
        before = pages.redeem(services.sign, query["nextPage"], bound_to=bound_to)
    status = query.get("status", "").lower()
    if status not in ("", "success", "failed"):
        raise InvalidRequest("status must be success or failed.")
    found, following = await services.calls.search(
        caller,
        CallSearch(
            element_keys=tuple(query.getlist("keys[]")),
            failed=None if not status else status == "failed",
            text=query.get("searchText") or None,
            since_ms=_moment(query.get("from"), services.clock.now_ms()),
            until_ms=_moment(query.get("to"), None, is_end=True),
            before=before,
            limit=size,
        ),
    )
    if not found:
        raise NotFound("No usage found")
    response.headers["Elements-Returned-Count"] = str(len(found))
    if following is not None:
        token = pages.issue(services.sign, following, bound_to=bound_to)
        response.headers["Elements-Next-Page-Token"] = token
    return [await _shown(call, services) for call in found]


@router.get("/usage/{usage_id}")
async def read_usage(usage_id: str, services: Services, caller: Caller) -> Json:
    """Answer the call of a request id."""
    call = await services.calls.one(caller, usage_id)
    return await _shown(call, services)


async def _shown(call: Call, services: ApiServices) -> Json:
    return call_to_wire(call, await services.elements.find(call.account_id, call.element_id))


def _id(text: str) -> int:
    return path_id(text, what="element instance")


def _moment(text: str | None, now_ms: int | None, *, is_end: bool = False) -> int | None:
    """Return a date or time as epoch milliseconds; a date that ends a range counts whole."""
    if not text:
        return None if now_ms is None else now_ms - _DEFAULT_DAYS * 86_400 * _MS
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        raise InvalidRequest(f"{text[:40]!r} is not a date or time of ISO 8601.") from exc
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if is_end and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        moment += timedelta(days=1)
    return int(moment.timestamp() * _MS)
