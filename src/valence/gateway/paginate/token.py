"""The opaque value of `elements-next-page-token`.

It is signed, so that nobody makes one up; bound to instance and query, so that it continues only
the list it came from; and expires. Layout, base64url: 16 bytes of the keyed hash, then the numbers
of the page and the expiry as text, then the vendor's cursor where there is one."""

import base64
import binascii
import hmac
from collections.abc import Callable

from valence.domain import InvalidRequest
from valence.gateway.values import Page, VendorPage

LIFETIME_MS = 24 * 3_600_000
_SIGNATURE = 16

Sign = Callable[[str], bytes]


def issue(sign: Sign, page: Page, *, bound_to: str, now_ms: int) -> str:
    """Return a token for a page."""
    start = page.start
    text = (
        f"{start.offset}.{start.limit}.{start.skip}.{page.size}.{page.pass_over}"
        f".{now_ms + LIFETIME_MS}."
    )
    if start.cursor is not None:
        text += "c" + start.cursor
    signature = sign(f"{text}\x1f{bound_to}")[:_SIGNATURE]
    return base64.urlsafe_b64encode(signature + text.encode()).rstrip(b"=").decode()


def redeem(sign: Sign, token: str, *, bound_to: str, now_ms: int) -> Page:
    """Return the page a token leads to.

    Raises:
        InvalidRequest: altered, of another list or instance, or expired.
    """
    refused = InvalidRequest(
        "nextPage is not a token of this list, or has expired: start again at page 1.",
        code="bad-page-token",
    )
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        text = raw[_SIGNATURE:].decode()
        *numbers, cursor = text.split(".", 6)
        offset, limit, skip, size, pass_over, expires_ms = (int(part) for part in numbers)
    except (binascii.Error, ValueError) as exc:
        raise refused from exc
    if not hmac.compare_digest(raw[:_SIGNATURE], sign(f"{text}\x1f{bound_to}")[:_SIGNATURE]):
        raise refused
    if expires_ms <= now_ms:
        raise refused
    start = VendorPage(offset, limit, cursor[1:] if cursor else None, skip)
    return Page(start, size, pass_over)
