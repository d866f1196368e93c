"""The value to the answer: nulls dropped, fields selected, headers set."""

from typing import Any

import orjson

from valence.domain import VendorMalformed
from valence.gateway.values import (
    PROVENANCE,
    Call,
    Decoded,
    Gathered,
    Headers,
    Resolved,
    ResourceResponse,
)

_NESTED = frozenset({dict, list})


def respond(call: Call, decoded: Decoded) -> ResourceResponse:
    """Return the answer to a call whose answer is one value, or a file."""
    headers = _instance_header(call.resolved)
    if decoded.answer_headers:
        headers += decoded.answer_headers
    if call.warning is not None:
        headers += (("Elements-Error", call.warning),)
    if call.provenance is not None:
        headers += ((PROVENANCE, call.provenance),)
    if decoded.content_type is not None:
        headers += _sandboxed()
        if isinstance(decoded.value, bytes):
            return ResourceResponse(decoded.value, headers, decoded.content_type)
        return ResourceResponse(b"", headers, decoded.content_type, decoded.value)
    value = shaped(decoded.value, call, has_null=decoded.has_null)
    if isinstance(value, list):
        headers += (("Elements-Returned-Count", str(len(value))),)
    return ResourceResponse(_written(value) if value is not None else b"{}", headers)


def respond_list(
    call: Call, gathered: Gathered, *, has_null: bool, next_token: str | None, more: Headers = ()
) -> ResourceResponse:
    """Return the answer to a call of a list."""
    value = shaped(gathered.records, call, has_null=has_null)
    headers = [
        ("Elements-Element-Instance-Id", str(call.resolved.instance.id)),
        ("Elements-Returned-Count", str(len(gathered.records))),
        *more,
    ]
    if gathered.total is not None:
        headers.append(("Elements-Total-Count", str(gathered.total)))
    if next_token is not None:
        headers.append(("Elements-Next-Page-Token", next_token))
    warnings = [text for text in (gathered.warning, call.warning) if text is not None]
    if warnings:
        headers.append(("Elements-Error", " ".join(warnings)))
    if call.provenance is not None:
        headers.append((PROVENANCE, call.provenance))
    return ResourceResponse(_written(value), tuple(headers))


def _written(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError as exc:
        raise VendorMalformed(
            "The vendor's answer is nested too deeply, or holds a number of more than 64 bits."
        ) from exc


def shaped(value: Any, call: Call, *, has_null: bool) -> Any:
    """Return a value as callers see it: without nulls, and only the fields asked for.

    The value given is of no use to others afterwards.
    """
    if call.plan is not None:
        # A script may make nulls, and an object that nothing passes into never has any.
        has_null = has_null or bool(call.plan.transformation.scripts)
        if call.plan.drops_nulls:
            drop_nulls(value)
            has_null = False
    if has_null and call.resolved.configured("filter.response.nulls") != "false":
        drop_nulls(value)
    if call.selection.fields is not None:
        value = call.selection.fields(value)
    return value


def drop_nulls(value: Any) -> None:
    """Take keys whose value is null out of a value, at every depth; list items stay.

    The value is the call's own, read from its answer: to copy it would cost a third more.
    """
    # Most values are texts and numbers, and many lists are empty: a call for each of them would
    # double the cost.
    if type(value) is list:
        for part in value:
            if type(part) in _NESTED and part:
                drop_nulls(part)
    elif type(value) is dict:
        empty = []
        for name, part in value.items():
            if part is None:
                empty.append(name)
            elif type(part) in _NESTED and part:
                drop_nulls(part)
        for name in empty:
            del value[name]


def _instance_header(resolved: Resolved) -> Headers:
    return (("Elements-Element-Instance-Id", str(resolved.instance.id)),)


def _sandboxed() -> Headers:
    """Return headers that keep a vendor's file from acting as a page of this server."""
    return (("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "sandbox"))
