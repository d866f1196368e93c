"""What is worth knowing of a call after its end."""

from collections.abc import Mapping
from dataclasses import asdict

from valence.domain import Call, ValenceError
from valence.egress import Trace
from valence.gateway.values import Resolved, ResourceRequest


def noted(
    request: ResourceRequest,
    resolved: Resolved,
    *,
    ended_ms: int,
    duration_us: int,
    stages_us: Mapping[str, int],
    exchanges: int,
    trace: Trace | None,
    error: ValenceError | None,
) -> Call:
    """Return a call as the log takes it; `error` is what it ended with, None: it was answered."""
    instance = resolved.instance
    return Call(
        request_id=request.request_id,
        at_ms=ended_ms - duration_us // 1000,
        duration_us=duration_us,
        organization_id=instance.organization_id,
        account_id=instance.account_id,
        user_id=resolved.caller_id,
        instance_id=instance.id,
        element_id=resolved.element.id,
        element_key=resolved.element.key,
        method=request.method,
        path=request.path,
        query="&".join([f"{name}={value}" for name, value in request.query])
        if request.query
        else "",
        status=200 if error is None else error.status,
        code=None if error is None else error.code,
        message=None if error is None else error.message,
        whose=None if error is None else error.whose.value,
        stages=tuple(stages_us.items()),
        exchanges=exchanges,
        address=request.address,
        trace=() if trace is None else tuple(asdict(one) for one in trace.exchanges),
    )
