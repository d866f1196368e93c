"""Token answers. Source: RFC 6749 sections 5.1 and 5.2.

Three outcomes, told apart because they lead to different ends: a token set; `TokenRefused`, the
vendor's verdict about grant or client; `TokenAnswerUnusable`, which says nothing about the grant.
A refusal counts only with a status of 400 to 499 other than 429: an error body under a 5xx is a
symptom, not a verdict."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from valence.domain import Secret, retry_after_seconds
from valence.oauth.errors import TokenAnswerUnusable, TokenRefused

_KNOWN = frozenset({"access_token", "refresh_token", "token_type", "expires_in", "scope"})
_LONGEST_LIFETIME_SECONDS = 10 * 365 * 86_400


@dataclass(frozen=True, slots=True)
class TokenSet:
    """What a grant gives: tokens, their times in epoch milliseconds, and what else the vendor
    said, by its name, dotted where it lies deeper.
    """

    access_token: Secret
    refresh_token: Secret | None
    token_type: str
    scope: str | None
    issued_ms: int
    expires_ms: int | None
    extra: Mapping[str, str] = field(default_factory=dict, repr=False)
    token_secret: Secret | None = None  # OAuth 1.0a's, with which calls are signed


def parse_token_answer(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    now_ms: int,
    previous: TokenSet | None = None,
) -> TokenSet:
    """Read the answer of a token endpoint.

    Args:
        previous: on a refresh, the set in use; its refresh token stays when none is returned.

    Raises:
        TokenRefused: the vendor's verdict in the form of RFC 6749 section 5.2.
        TokenAnswerUnusable: anything that is neither tokens nor a verdict.
    """
    answer = _json_object(body)
    if answer is not None and isinstance(answer.get("error"), str) and _is_verdict(status):
        raise TokenRefused(
            str(answer["error"]),
            description=str(answer.get("error_description") or ""),
            status=status,
        )
    if not 200 <= status < 300 or answer is None:
        raise _unusable(status, headers, is_json=answer is not None, now_ms=now_ms)
    access = answer.get("access_token")
    if not isinstance(access, str) or not access:
        raise TokenAnswerUnusable("The answer has no access_token.", status=status)
    refresh = answer.get("refresh_token")
    if isinstance(refresh, str) and refresh:
        refresh_token: Secret | None = Secret(refresh)
    else:
        refresh_token = previous.refresh_token if previous else None
    lifetime = _lifetime_seconds(answer.get("expires_in"))
    scope = answer.get("scope")
    return TokenSet(
        access_token=Secret(access),
        refresh_token=refresh_token,
        token_type=str(answer.get("token_type") or "bearer"),
        scope=scope if isinstance(scope, str) else (previous.scope if previous else None),
        issued_ms=now_ms,
        expires_ms=None if lifetime is None else now_ms + lifetime * 1000,
        extra=_flat({k: v for k, v in answer.items() if k not in _KNOWN}),
    )


def _is_verdict(status: int) -> bool:
    # Some servers answer an error with 200; RFC 6749 wants 400 or 401.
    return (200 <= status < 300 or 400 <= status < 500) and status not in (408, 425, 429)


def _flat(found: Mapping[str, object], *, depth: int = 3) -> dict[str, str]:
    """Return scalars as texts by dotted name; lists say nothing of an instance."""
    flat: dict[str, str] = {}
    for name, value in found.items():
        if isinstance(value, str | int | float | bool):
            flat[name] = value if isinstance(value, str) else json.dumps(value)
        elif isinstance(value, dict) and depth > 0:
            flat |= {f"{name}.{below}": v for below, v in _flat(value, depth=depth - 1).items()}
    return flat


def _json_object(body: bytes) -> dict[str, object] | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _lifetime_seconds(value: object) -> int | None:
    """Read `expires_in`; a number in text is taken, nonsense counts as absent, negatives as 0."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value)
    except ValueError:
        return None
    if not 0 <= seconds < float("inf"):
        return 0 if seconds < 0 else None
    return min(int(seconds), _LONGEST_LIFETIME_SECONDS)


def _unusable(
    status: int, headers: Mapping[str, str], *, is_json: bool, now_ms: int
) -> TokenAnswerUnusable:
    return TokenAnswerUnusable(
        f"The token endpoint answered status {status}"
        + ("." if is_json else " with a body that is not a JSON object."),
        status=status,
        retry_after_seconds=retry_after_seconds(headers, now_ms=now_ms),
    )
