"""When credentials want a refresh: the times stored beside them."""

import random

from valence.domain import Element
from valence.oauth import TokenSet

DEFAULT_LIFETIME_SECONDS = 3600  # wire contract: oauth.user.refresh_interval
LONGEST_SILENCE_MS = 7 * 86_400_000
_DAY_MS = 86_400_000


def credential_times(
    tokens: TokenSet, element: Element, *, margin: float, is_renewable: bool | None = None
) -> dict[str, object]:
    """Return the columns issued_ms, expires_ms, due_ms and sweep_ms of a new token set.

    `due_ms` is before expiry by a fraction of the lifetime; absent: it is renewed when the vendor
    refuses it, if it can be at all. `sweep_ms` is when the background sweep refreshes though nobody
    called: at a third of the time after which the vendor lets an unused refresh token die, a week
    at most, so that two failures in a row lose nothing; spread, so that instances made together are
    not refreshed together. It is absent without a refresh token.

    Args:
        is_renewable: whether new tokens can be had without an owner; by default, whether there is
            a refresh token.
    """
    if is_renewable is None:
        is_renewable = tokens.refresh_token is not None
    waits = element.default("oauth.refresh.on") == "refusal"
    expires_ms = tokens.expires_ms
    if expires_ms is None and is_renewable and not waits and tokens.token_type != "session":  # noqa: S105 - what kind it is
        seconds = element.default("oauth.user.refresh_interval") or ""
        lifetime = int(seconds) if seconds.isdecimal() else DEFAULT_LIFETIME_SECONDS
        expires_ms = tokens.issued_ms + lifetime * 1000
    due_ms = sweep_ms = None
    if is_renewable and expires_ms is not None and not waits:
        due_ms = expires_ms - int((expires_ms - tokens.issued_ms) * margin)
    if tokens.refresh_token is not None:
        sweep_ms = tokens.issued_ms + int(_silence_ms(element) * random.uniform(0.9, 1.0))  # noqa: S311
    return {
        "issued_ms": tokens.issued_ms,
        "expires_ms": expires_ms,
        "due_ms": due_ms,
        "sweep_ms": sweep_ms,
    }


def _silence_ms(element: Element) -> int:
    days = element.default("oauth.refresh.idle_days") or ""
    if not days.isdecimal():
        return LONGEST_SILENCE_MS
    return min(int(days) * _DAY_MS // 3, LONGEST_SILENCE_MS)
