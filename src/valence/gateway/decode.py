"""The vendor's bytes to a value or records, or to an error in the platform's words."""

from typing import Any

import orjson

from valence.domain import Element, Operation, VendorError, VendorMalformed, VendorRefused, Whose
from valence.egress import OutboundResponse, redact, retry_after_seconds
from valence.gateway.values import Decoded

LONGEST_PROVIDER_MESSAGE = 4000
_KEPT = frozenset({400, 401, 403, 404, 405, 406, 409, 415, 429})
_CALLERS = frozenset({400, 404, 405, 406, 409, 415})


def decode(response: OutboundResponse, operation: Operation) -> Decoded:
    """Return what a successful answer holds.

    Raises:
        VendorMalformed: it is not JSON, or the records are not where the definition says.
    """
    body = response.body
    if not body.strip():
        return Decoded(None if not operation.is_list else [], has_null=False)
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError as exc:
        raise VendorMalformed(
            "The vendor's answer is not JSON.",
            provider_message=redact(body[:200].decode("utf-8", "replace")),
        ) from exc
    value = answer
    if operation.response_key is not None:
        value = at(answer, operation.response_key)
    if operation.is_list and not isinstance(value, list):
        raise VendorMalformed("The vendor's answer holds no list where its API promises one.")
    total = at(answer, operation.total_key) if operation.total_key else None
    return Decoded(value, total if isinstance(total, int) else None, has_null=b"null" in body)


def at(value: Any, path: str) -> Any:
    """Return what lies at a dotted path, or None."""
    for part in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value


def vendor_error(response: OutboundResponse, element: Element, secrets: list[str]) -> VendorError:
    """Return the error that a vendor's error answer stands for.

    400 to 415 and 429 keep their status, other 4xx become 400, 5xx become 502. The message is the
    first text found where the definition says; the whole body, redacted, is the provider message.
    """
    text = redact(response.body[:LONGEST_PROVIDER_MESSAGE].decode("utf-8", "replace"), secrets)
    status = response.status
    if status >= 500 or status < 400:
        mapped, whose, retryable = 502, Whose.VENDOR, True
    else:
        mapped = status if status in _KEPT else 400
        whose = Whose.CALLER if mapped in _CALLERS else Whose.VENDOR
        retryable = mapped == 429
    return VendorRefused(
        _message(response, element) or f"The vendor answered status {status}.",
        status=mapped,
        whose=Whose.RESOURCE_OWNER if mapped in (401, 403) else whose,
        retryable=retryable,
        retry_after_seconds=retry_after_seconds(response.headers, now_ms=response.received_ms),
        provider_message=text or None,
    )


def _message(response: OutboundResponse, element: Element) -> str | None:
    try:
        answer = orjson.loads(response.body)
    except orjson.JSONDecodeError:
        return None
    for path in element.error_paths:
        found = at(answer, path)
        if isinstance(found, str) and found:
            return redact(found[:500])
    return None
