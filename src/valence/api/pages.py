"""Paging of platform lists: `page`, `pageSize`, and an opaque, signed `nextPage`."""

import base64
import binascii
import hmac
from collections.abc import Callable

from fastapi import Request

from valence.domain import InvalidRequest

LARGEST = 200
_SIGNATURE = 16

Sign = Callable[[str], bytes]


def page_size(request: Request) -> int:
    """Return the wished page size, at most 200. Raises InvalidRequest."""
    return min(positive(request, "pageSize", LARGEST), LARGEST)


def positive(request: Request, name: str, default: int) -> int:
    """Return a query parameter that is a whole number of at least 1. Raises InvalidRequest."""
    text = request.query_params.get(name)
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdecimal()) or len(text) > 18 or int(text) < 1:
        raise InvalidRequest(f"{name} must be a whole number of at least 1, not {text[:40]!r}.")
    return int(text)


def issue(sign: Sign, after: int, *, bound_to: str) -> str:
    """Return a token that continues a list after a position."""
    text = str(after)
    signature = sign(f"{text}\x1f{bound_to}")[:_SIGNATURE]
    return base64.urlsafe_b64encode(signature + text.encode()).rstrip(b"=").decode()


def redeem(sign: Sign, token: str, *, bound_to: str) -> int:
    """Return the position a token continues after. Raises InvalidRequest."""
    refused = InvalidRequest("nextPage is not a token of this list.", code="bad-page-token")
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        text = raw[_SIGNATURE:].decode("ascii")
        position = int(text)
    except (binascii.Error, ValueError) as exc:
        raise refused from exc
    if not hmac.compare_digest(raw[:_SIGNATURE], sign(f"{text}\x1f{bound_to}")[:_SIGNATURE]):
        raise refused
    return position
