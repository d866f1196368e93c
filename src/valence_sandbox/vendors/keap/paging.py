"""The list envelope of REST v1, exactly as observed.

`count` is the number of all matches. `next` and `previous` are always there, also on the last and
on an empty page. Collections have a slash before the question mark, sub-collections do not."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from valence_sandbox.answers import Answer
from valence_sandbox.vendors.keap.call import Call, Refusal
from valence_sandbox.vendors.keap.description import MAXIMUM_LIMIT


def limit_of(call: Call) -> int:
    """Return the page size a call asks for. Raises Refusal."""
    limit = call.integer("limit", MAXIMUM_LIMIT) or 0
    if limit < 0:
        raise Refusal(400, "limit must not be negative")
    if limit == 0:
        rule = call.switches["limit_zero"]
        if rule == "error400":
            raise Refusal(400, "limit must be greater than 0")
        return MAXIMUM_LIMIT if rule == "default" else 0
    if limit > MAXIMUM_LIMIT:
        if call.switches["limit_over_max"] == "error400":
            raise Refusal(400, f"limit must not be greater than {MAXIMUM_LIMIT}")
        return MAXIMUM_LIMIT
    return limit


def page(call: Call, records: Sequence[Any]) -> tuple[Sequence[Any], int, int]:
    """Return the page's records, the limit and the offset. Raises Refusal."""
    limit, offset = limit_of(call), call.integer("offset", 0) or 0
    if offset < 0:
        raise Refusal(400, "offset must not be negative")
    return records[offset : offset + limit], limit, offset


def sync_token(call: Call) -> str:
    """Return the token that some lists carry: opaque, and later than everything listed."""
    return base64.urlsafe_b64encode(str(call.tenant.now_ms()).encode()).decode()


def synced_since(token: str) -> int:
    """Return the moment that a sync token stands for. Raises Refusal."""
    try:
        return int(base64.urlsafe_b64decode(token.encode()).decode())
    except (ValueError, binascii.Error) as exc:
        raise Refusal(400, "sync_token is not valid") from exc


def envelope(
    call: Call,
    key: str,
    rendered: Sequence[Any],
    *,
    count: int,
    limit: int,
    offset: int,
    path: str,
    carried: dict[str, str] | None = None,
) -> Answer:
    """Return a list answer; `carried` are the parameters that the page addresses repeat."""
    after = {"limit": str(min(limit, count)), "offset": str(offset + limit), **(carried or {})}
    before = {**after, "offset": str(max(0, offset - limit))}
    root = f"{call.base}{path}?"
    return Answer(
        200,
        {
            key: list(rendered),
            "count": count,
            "next": root + urlencode(after),
            "previous": root + urlencode(before),
        },
    )
