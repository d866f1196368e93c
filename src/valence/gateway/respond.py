"""Records to the answer: nulls dropped, fields selected, headers set."""

from collections.abc import Callable
from typing import Any

import orjson

from valence.domain import Clock
from valence.gateway.paginate import offset, token
from valence.gateway.values import Decoded, Resolved, ResourceResponse, VendorRequest

_NESTED = frozenset({dict, list})


class Responder:
    """Makes answers."""

    def __init__(self, sign: Callable[[str], bytes], *, clock: Clock) -> None:
        self._sign = sign
        self._clock = clock

    def respond(
        self, decoded: Decoded, request: VendorRequest, resolved: Resolved
    ) -> ResourceResponse:
        """Return the answer to a call that the vendor fulfilled."""
        value = decoded.value
        if decoded.has_null and _drops_nulls(resolved):
            value = without_nulls(value)
        if request.fields:
            value = _select(value, request.fields)
        headers = [("Elements-Element-Instance-Id", str(resolved.instance.id))]
        if request.page is not None:
            headers += self._page_headers(decoded, request)
        body = orjson.dumps(value) if value is not None else b"{}"
        return ResourceResponse(body, tuple(headers))

    def _page_headers(self, decoded: Decoded, request: VendorRequest) -> list[tuple[str, str]]:
        page = request.page
        assert page is not None  # noqa: S101 - the caller looked
        returned = len(decoded.value)
        headers = [("Elements-Returned-Count", str(returned))]
        if decoded.total is not None:
            headers.append(("Elements-Total-Count", str(decoded.total)))
        following = offset.next_offset(page, returned=returned, total=decoded.total)
        if following is not None:
            next_page = token.issue(
                self._sign,
                offset=following,
                size=page.size,
                bound_to=request.fingerprint,
                now_ms=self._clock.now_ms(),
            )
            headers.append(("Elements-Next-Page-Token", next_page))
        if page.warning is not None:
            headers.append(("Elements-Error", page.warning))
        return headers


def _drops_nulls(resolved: Resolved) -> bool:
    value = resolved.configured("filter.response.nulls")
    return value != "false"


def without_nulls(value: Any) -> Any:
    """Return the value without keys whose value is null, at every depth; list items stay."""
    # Most values are texts and numbers: a call for each of them would double the cost.
    kind = type(value)
    if kind is dict:
        return {
            name: without_nulls(part) if type(part) in _NESTED else part
            for name, part in value.items()
            if part is not None
        }
    if kind is list:
        return [without_nulls(part) if type(part) in _NESTED else part for part in value]
    return value


def _select(value: Any, fields: tuple[str, ...]) -> Any:
    if isinstance(value, list):
        return [_select(part, fields) for part in value]
    if not isinstance(value, dict):
        return value
    kept: dict[str, Any] = {}
    for field in fields:
        name, _, rest = field.partition(".")
        if name not in value:
            continue
        if not rest:
            kept[name] = value[name]
            continue
        part = _select(value[name], (rest,))
        known = kept.get(name)
        if isinstance(known, dict) and isinstance(part, dict):
            part = {**known, **part}
        kept[name] = part
    return kept
