"""OneDrive as data: addresses, tokens, quotas, the bodies of errors."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from valence_sandbox.answers import Answer
from valence_sandbox.call import Call, Caller
from valence_sandbox.checks import Presented, bearer
from valence_sandbox.oauth import Issue, OAuthFault, OAuthRules
from valence_sandbox.quotas import Quota, Standing
from valence_sandbox.refusals import Refusal
from valence_sandbox.routing import Handler
from valence_sandbox.vendor import Description
from valence_sandbox.vendors.onedrive import content, drive, items

_BY_TICKET = "ticket"
ACCOUNTS = ("sandbox.example", "other.example")
# Names of permissions are compared whatever their case; both ways of writing are asked for.
_SCOPES = ("Files.Read", "Files.ReadWrite", "Files.Read.All", "Files.ReadWrite.All", "User.Read")
_CODES = {
    "unauthorized": ("InvalidAuthenticationToken", "Access token is empty or not valid."),
    "expired": ("InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."),
    "forbidden": ("accessDenied", "The caller does not have permission to perform the action."),
    "missing": ("itemNotFound", "The resource could not be found."),
    "no-route": ("BadRequest", "Resource not found for the segment."),
    "method": ("methodNotAllowed", "The HTTP method is not supported for this resource."),
    "invalid": ("invalidRequest", "The request is malformed or incorrect."),
    "unparsable": ("BadRequest", "Unable to read JSON request payload."),
    "conflict": ("nameAlreadyExists", "The specified item name already exists."),
    "stale": ("resourceModified", "The resource has changed."),
    "unsupported": ("notSupported", "The request is not supported."),
    "too-large": ("fileTooLarge", "The file is larger than what a simple upload takes."),
    "throttled": ("activityLimitReached", "The request has been throttled."),
    "failed": ("generalException", "An unspecified error has occurred."),
    "unavailable": ("serviceNotAvailable", "The service is not available."),
}


def shape(refusal: Refusal) -> Answer:
    """Return Graph's answer to a refusal."""
    code, usual = _CODES.get(refusal.kind, ("generalException", refusal.kind))
    status = {"no-route": 400, "conflict": 409}.get(refusal.kind, refusal.status)
    inner = {"date": "2026-01-01T00:00:00", "request-id": str(uuid4())}
    headers = {"WWW-Authenticate": 'Bearer realm=""'} if status == 401 else {}
    error = {"code": code, "message": refusal.message or usual, "innerError": inner}
    return Answer(status, {"error": error}, headers=headers)


def _oauth_refused(fault: OAuthFault) -> Answer:
    number = {"invalid_grant": 70008, "invalid_client": 7000215}.get(fault.error, 900144)
    return Answer(
        fault.status,
        {
            "error": fault.error,
            "error_description": f"AADSTS{number}: {fault.description}",
            "error_codes": [number],
            "timestamp": "2026-01-01 00:00:00Z",
            "trace_id": str(uuid4()),
            "correlation_id": str(uuid4()),
        },
    )


def _token_answer(fields: dict[str, Any], _: Issue) -> dict[str, Any]:
    return {**fields, "token_type": "Bearer", "ext_expires_in": fields.get("expires_in", 3600)}


def _told(at: Standing) -> Mapping[str, str]:
    return {
        "RateLimit-Limit": str(at.limit),
        "RateLimit-Remaining": str(at.left),
        "RateLimit-Reset": str(at.seconds_left),
    }


def _refused(at: Standing) -> Mapping[str, str]:
    return {"Retry-After": str(at.seconds_left)}


def _ticket(presented: Presented) -> Caller | None:
    """Let in whoever brings the address of a download or a monitor, and to nothing else."""
    account = presented.query.get(drive.TICKET_PARAMETER, "")
    return Caller(account, _BY_TICKET) if account in ACCOUNTS else None


def _known(handler: Handler) -> Handler:
    """Return a handler that a ticket alone does not open."""

    def handle(call: Call) -> Answer:
        if call.caller.client == _BY_TICKET:
            raise Refusal("unauthorized")
        answer: Answer = handler(call)
        return answer

    return handle


TOKEN_PATH = "common/oauth2/v2.0/token"
DESCRIPTION = Description(
    key="onedrive",
    accounts=ACCOUNTS,
    plant=drive.plant,
    kept=drive.KEPT,
    seeders={"children": drive.seed_files},
    routes={
        ("GET", "v1.0/me"): _known(items.read_me),
        ("GET", "v1.0/me/drive"): _known(items.read_drive),
        ("GET", "v1.0/me/drive/**"): _known(items.get),
        ("PUT", "v1.0/me/drive/**"): _known(items.put),
        ("POST", "v1.0/me/drive/**"): _known(items.post),
        ("PATCH", "v1.0/me/drive/**"): _known(items.patch),
        ("DELETE", "v1.0/me/drive/**"): _known(items.delete),
        ("GET", "download/*"): content.download,
        ("GET", "monitor/*"): items.monitor,
    },
    checks=(_ticket, bearer()),
    secret_names=frozenset({drive.TICKET_PARAMETER}),
    shape=shape,
    oauth=OAuthRules(
        authorize_path="common/oauth2/v2.0/authorize",
        token_path=TOKEN_PATH,
        scopes=frozenset(
            {*_SCOPES, *(name.lower() for name in _SCOPES), "offline_access", "openid", "profile"}
        ),
        offline_scope="offline_access",
        refresh_days=90,
        code_seconds=600,
        answer=_token_answer,
    ),
    oauth_refused=_oauth_refused,
    quotas={"app": Quota(3000, "minute", units=5, headers=_told, refused=_refused)},
    most_body_bytes=drive.LARGEST_UPLOAD_BYTES,
)
