"""What Stripe refuses, in its words. Source: https://stripe.com/docs/api/errors."""

from typing import Any

from valence_sandbox.answers import Answer
from valence_sandbox.refusals import Refusal

_REQUEST = "invalid_request_error"
_ABSENT_KEY = (
    "You did not provide an API key. You need to provide your API key in the Authorization header,"
    " using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See"
    " https://stripe.com/docs/api#authentication for details."
)
_WORDS: dict[str, tuple[int, str]] = {
    "unauthorized": (401, "Invalid API Key provided."),
    "expired": (401, "Expired API Key provided."),
    "forbidden": (403, "The provided key does not have the required permissions."),
    "missing": (404, "No such object."),
    "method": (404, "Unrecognized request URL. Please see https://stripe.com/docs."),
    "no-route": (404, "Unrecognized request URL. Please see https://stripe.com/docs."),
    "throttled": (429, "Request rate limit exceeded. Learn more about rate limits here"
                       " https://stripe.com/docs/rate-limits."),
    "failed": (500, "An unknown error occurred."),
    "unavailable": (503, "Stripe is temporarily unavailable."),
}  # fmt: skip


def refused(
    message: str,
    *,
    status: int = 400,
    type_: str = _REQUEST,
    code: str | None = None,
    param: str | None = None,
    decline_code: str | None = None,
) -> Refusal:
    """Return a refusal with the fields of `error`."""
    said = {"type": type_, "code": code, "param": param, "decline_code": decline_code}
    return Refusal("invalid", message, status=status, details=said)


def missing(noun: str, record_id: str, *, param: str = "id") -> Refusal:
    """Return the refusal of an id that nothing has: 404 in the path, 400 in a parameter."""
    status = 404 if param == "id" else 400
    return refused(
        f"No such {noun}: {record_id}", status=status, code="resource_missing", param=param
    )


def required(param: str) -> Refusal:
    """Return the refusal of a call that lacks a parameter."""
    return refused(f"Missing required param: {param}.", code="parameter_missing", param=param)


def card_refused(message: str, code: str, *, param: str | None = None) -> Refusal:
    """Return the refusal of a card; a declined one has no faulty parameter."""
    declined = "generic_decline" if code == "card_declined" else None
    return refused(
        message, status=402, type_="card_error", code=code, param=param, decline_code=declined
    )


def shape(refusal: Refusal) -> Answer:
    """Return a refusal as Stripe's body; what there is nothing to say of is left out."""
    said: dict[str, Any] = refusal.details if isinstance(refusal.details, dict) else {}
    status, message = _WORDS.get(refusal.kind, (refusal.status, refusal.message))
    if refusal.kind == "unauthorized" and refusal.details == "absent":
        message = _ABSENT_KEY
    type_ = said.get("type") or ("api_error" if status >= 500 else _REQUEST)
    code = said.get("code") or ("rate_limit" if refusal.kind == "throttled" else None)
    error = {
        "code": code,
        "decline_code": said.get("decline_code"),
        "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
        if code
        else None,
        "message": message,
        "param": said.get("param"),
        "type": type_,
    }
    return Answer(status, {"error": {name: v for name, v in error.items() if v is not None}})
