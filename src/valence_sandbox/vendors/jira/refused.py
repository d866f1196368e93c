"""What Jira refuses, in its words: `errorMessages` of the whole call, `errors` by field.

Source: https://docs.atlassian.com/software/jira/docs/api/REST/8.5.0/, "Status codes"."""

from valence_sandbox.answers import Answer
from valence_sandbox.refusals import Refusal

_NEEDS_LOGIN = "Client must be authenticated to access this resource."
_WORDS = {
    "forbidden": "You do not have permission to do that.",
    "missing": "The requested resource was not found.",
    "no-route": "null for uri",
    "method": "Method Not Allowed",
    "throttled": "Rate limit exceeded.",
    "failed": "Internal server error",
    "unavailable": "Service unavailable",
    "unparsable": "Unexpected character in the request body",
    "too-large": "The request is too large",
}


def invalid(**errors: str) -> Refusal:
    """Return the refusal of a body, by field."""
    return Refusal("invalid", details=errors)


def refused(message: str, *, status: int = 400) -> Refusal:
    """Return a refusal in one sentence."""
    return Refusal("invalid", message, status=status, details={})


def missing(message: str) -> Refusal:
    """Return the refusal of something that is not there."""
    return Refusal("missing", message)


def shape(refusal: Refusal) -> Answer:
    """Return a refusal as Jira's body."""
    if refusal.kind in ("unauthorized", "expired"):
        return Answer(401, {"message": _NEEDS_LOGIN, "status-code": 401})
    errors = refusal.details if isinstance(refusal.details, dict) else {}
    said = refusal.message if refusal.message != refusal.kind else _WORDS.get(refusal.kind, "")
    messages = [said] if said and not errors else []
    return Answer(refusal.status, {"errorMessages": messages, "errors": errors})
