"""Errors as the wire shows them; one renderer for the gateway's side and the management side.

Source: the wire contract. `requestId`, `message` and `providerMessage` are its own; `code`,
`retryable` and `whose` are additions. No stack trace, no secret, no internal name."""

import orjson

from valence.domain import ValenceError

Headers = list[tuple[bytes, bytes]]


def problem(error: ValenceError, request_id: str) -> tuple[int, Headers, bytes]:
    """Return status, headers and body of an error answer."""
    content: dict[str, object] = {"requestId": request_id, "message": error.message}
    if error.provider_message is not None:
        content["providerMessage"] = error.provider_message
    content |= {"code": error.code, "retryable": error.retryable, "whose": error.whose.value}
    headers: Headers = [(b"content-type", b"application/json")]
    if error.retry_after_seconds is not None:
        headers.append((b"retry-after", str(error.retry_after_seconds).encode()))
    return error.status, headers, orjson.dumps(content)
