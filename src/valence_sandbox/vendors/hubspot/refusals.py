"""HubSpot's error bodies: `{status, message, correlationId, category}` and what some add.

Source: https://legacydocs.hubspot.com/docs/faq/api-error-responses"""

from typing import Any
from uuid import uuid4

from valence_sandbox.answers import Answer
from valence_sandbox.oauth import OAuthFault
from valence_sandbox.refusals import Refusal

_CATEGORIES = {
    "unauthorized": "INVALID_AUTHENTICATION",
    "expired": "EXPIRED_AUTHENTICATION",
    "forbidden": "MISSING_SCOPES",
    "missing": "OBJECT_NOT_FOUND",
    "invalid": "VALIDATION_ERROR",
    "unparsable": "VALIDATION_ERROR",
    "exists": "CONFLICT",
    "throttled": "RATE_LIMITS",
}
_MESSAGES = {
    "unauthorized": (
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you"
        " can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview"
    ),
    "expired": "This oauth-token is expired!",
    "missing": "resource not found",
    "method": "Method Not Allowed",
    "failed": "internal error",
    "unavailable": "Service temporarily unavailable",
}
# RFC 6749's word with a part of the core's text -> HubSpot's status and message.
_OAUTH = (
    ("invalid_client", "", "BAD_CLIENT_ID", "missing or unknown client id"),
    (
        "invalid_grant",
        "redirect",
        "MISMATCH_REDIRECT_URI_AUTH_CODE",
        "redirect URI does not match initial auth code URI",
    ),
    ("invalid_grant", "refresh", "BAD_REFRESH_TOKEN", "missing or invalid refresh token"),
    ("invalid_grant", "expired", "EXPIRED_AUTH_CODE", "auth code is expired"),
    ("invalid_grant", "", "BAD_AUTH_CODE", "missing or unknown auth code"),
    ("invalid_request", "refresh_token", "BAD_REFRESH_TOKEN", "missing or invalid refresh token"),
    ("invalid_request", "redirect_uri", "BAD_REDIRECT_URI", "missing or invalid redirect uri"),
    ("invalid_request", "code", "BAD_AUTH_CODE", "missing or unknown auth code"),
    ("", "", "BAD_GRANT_TYPE", "missing or unknown grant type"),
)


def shape(refusal: Refusal) -> Answer:
    """Return the error body of a refusal."""
    if refusal.kind == "no-route":
        return Answer(404, html="<html><body><h1>404 Not Found</h1></body></html>")
    body: dict[str, Any] = {
        "status": "error",
        "message": refusal.message or _MESSAGES.get(refusal.kind, refusal.kind),
        "correlationId": str(uuid4()),
        "requestId": uuid4().hex,
    }
    if refusal.kind == "forbidden":
        body["message"] = "This oauth-token does not have proper permissions!"
    if refusal.kind == "throttled":
        body |= {
            "message": "You have reached your ten_secondly_rolling limit.",
            "errorType": "RATE_LIMIT",
            "policyName": "TEN_SECONDLY_ROLLING",
        }
    if refusal.kind in _CATEGORIES:
        body["category"] = _CATEGORIES[refusal.kind]
    if refusal.kind in ("exists", "invalid") and isinstance(refusal.details, dict):
        body |= refusal.details
    return Answer(refusal.status, body)


def oauth_refused(fault: OAuthFault) -> Answer:
    """Return a refusal of the token endpoint, which is not in the words of RFC 6749."""
    text = fault.description.lower()
    status, message = next(
        (status, message)
        for error, part, status, message in _OAUTH
        if error in ("", fault.error) and part in text
    )
    return Answer(
        400,
        {
            "status": status,
            "message": message,
            "correlationId": str(uuid4()),
            "requestId": str(uuid4()),
        },
    )


def exists(profile: dict[str, Any]) -> Refusal:
    """Return the refusal of a contact whose e-mail address another one has."""
    return Refusal(
        "exists",
        "Contact already exists",
        status=409,
        details={"identityProfile": profile, "error": "CONTACT_EXISTS"},
    )


def not_valid(results: list[dict[str, Any]]) -> Refusal:
    """Return the refusal of property values."""
    return Refusal(
        "invalid", "Property values were not valid", details={"validationResults": results}
    )
