"""Salesforce: OAuth, the REST API with describe, SOQL, files and reports.

`objects.py` says what objects there are, `org.py` how records are made and changed, `soql.py` and
`judge.py` read and run queries, `api.py` has the routes. Source: the REST API Developer Guide, the
Object Reference, the SOQL and SOSL Reference, and Help on the OAuth 2.0 web server flow.

Where the documentation leaves something open, a switch says which way: whether a body's field
names are matched whatever their case.
"""

from typing import Any

from valence_sandbox.account import Kept
from valence_sandbox.answers import Answer
from valence_sandbox.checks import bearer
from valence_sandbox.oauth import Grant, Issue, OAuthFault, OAuthRules
from valence_sandbox.quotas import Quota, Standing
from valence_sandbox.refusals import Refusal
from valence_sandbox.switches import Switch
from valence_sandbox.vendor import Description
from valence_sandbox.vendors.salesforce import ids
from valence_sandbox.vendors.salesforce.api import OPEN_ROUTES, ROUTES
from valence_sandbox.vendors.salesforce.objects import OBJECTS
from valence_sandbox.vendors.salesforce.seed import SEEDERS, plant

_SCOPES = frozenset(
    {"api", "refresh_token", "offline_access", "full", "id", "openid", "profile", "email", "web"}
)
# What the front calls by a word of its own, and what the vendor calls it.
_CODES = {
    "unauthorized": ("INVALID_SESSION_ID", "Session expired or invalid"),
    "expired": ("INVALID_SESSION_ID", "Session expired or invalid"),
    "forbidden": ("API_DISABLED_FOR_ORG", "API is not enabled for this Organization or Partner"),
    "missing": ("NOT_FOUND", "The requested resource does not exist"),
    "no-route": ("NOT_FOUND", "The requested resource does not exist"),
    "method": ("METHOD_NOT_ALLOWED", "HTTP Method not allowed."),
    "throttled": ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
    "too-large": ("REQUEST_ENTITY_TOO_LARGE", "The request body is too large"),
    "unparsable": ("JSON_PARSER_ERROR", "The body cannot be read"),
    "invalid": ("INVALID_FIELD", "The value is invalid"),
    "failed": ("UNKNOWN_EXCEPTION", "An unexpected error occurred."),
    "unavailable": ("SERVER_UNAVAILABLE", "The server is temporarily unavailable."),
}
# The vendor's own words for refusals of the token endpoint.
_OAUTH_WORDS = {
    "invalid_client": ("invalid_client_id", "client identifier invalid"),
    "invalid_grant": ("invalid_grant", "expired access/refresh token"),
}


def _shape(refusal: Refusal) -> Answer:
    code, usual = _CODES.get(refusal.kind, (refusal.kind, ""))
    said: dict[str, Any] = {"message": usual or refusal.message, "errorCode": code}
    if isinstance(refusal.details, list):
        said["fields"] = refusal.details
    if refusal.kind != "throttled":
        return Answer(refusal.status, [said])
    # What is used up is forbidden here: no 429, and no Retry-After. One that was ordered is one.
    if isinstance(refusal.details, Standing):
        return Answer(403, [said])
    return Answer(429, [said], headers={"Retry-After": "1"})


def _oauth_refused(fault: OAuthFault) -> Answer:
    error, description = _OAUTH_WORDS.get(fault.error, (fault.error, fault.description))
    if "code" in fault.description.lower():
        description = "expired authorization code"
    elif "redirect" in fault.description.lower():
        error, description = "redirect_uri_mismatch", "redirect_uri must match configuration"
    return Answer(400, {"error": error, "error_description": description})


def _token(fields: dict[str, Any], issue: Issue) -> dict[str, Any]:
    """Return a token answer: with the org's address, without a lifetime."""
    account = issue.grant.tenant
    answer = {
        **fields,
        "token_type": "Bearer",
        "instance_url": issue.base,
        "id": f"{issue.base}/id/{ids.spelled('00D')(account, 1)}/{ids.spelled('005')(account, 1)}",
        "issued_at": "1767225600000",
        "signature": "c2FuZGJveC1zaWduYXR1cmU=",
    }
    answer.pop("expires_in", None)
    if issue.grant_type == "refresh_token":
        answer.pop("refresh_token", None)
    return answer


def _usage(standing: Standing) -> dict[str, str]:
    used = min(standing.used, standing.limit)
    return {"Sforce-Limit-Info": f"api-usage={used}/{standing.limit}"}


def _scope_text(grant: Grant, separator: str) -> str:
    return separator.join(grant.scopes)


DESCRIPTION = Description(
    key="salesforce",
    accounts=("sbx1.my.salesforce.example", "sbx2.my.salesforce.example"),
    plant=plant,
    routes=ROUTES,
    open_routes=OPEN_ROUTES,
    checks=(bearer(schemes=("bearer", "oauth")),),
    shape=_shape,
    kept={
        said.name: Kept(spell=ids.spelled(said.prefix), id_name="Id") for said in OBJECTS.values()
    },
    seeders=SEEDERS,
    oauth=OAuthRules(
        authorize_path="services/oauth2/authorize",
        token_path="services/oauth2/token",  # noqa: S106 - a path
        revoke_path="services/oauth2/revoke",
        scopes=_SCOPES,
        default_scope="full refresh_token",
        rotates=False,
        offline_scope="refresh_token",
        access_seconds=7200,
        code_seconds=900,
        answer=_token,
        scope_text=_scope_text,
    ),
    oauth_refused=_oauth_refused,
    quotas={"api": Quota(15_000, "day", per="account", headers=_usage)},
    switches={
        "field_case": Switch(
            "strict", ("free",), "whether case counts in the field names of bodies"
        )
    },
    most_body_bytes=50 * 1024 * 1024,
)
