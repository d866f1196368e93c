"""Pipedrive described: addresses, credentials, limits.

Source: https://pipedrive.readme.io/docs/core-api-concepts-authentication,
https://pipedrive.readme.io/docs/marketplace-oauth-authorization and
https://pipedrive.readme.io/docs/core-api-concepts-rate-limiting"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from valence_sandbox.account import Kept
from valence_sandbox.checks import api_key, bearer
from valence_sandbox.oauth import Issue, OAuthRules
from valence_sandbox.quotas import Quota, Standing
from valence_sandbox.routing import Handler
from valence_sandbox.vendor import Description
from valence_sandbox.vendors.pipedrive import account_parts, fields, filters, seed
from valence_sandbox.vendors.pipedrive.answers import shape
from valence_sandbox.vendors.pipedrive.records import KINDS, of_parent

ACCOUNTS = ("pipedrive-1", "pipedrive-2")
_SCOPES = "base deals:full contacts:full activities:full users:read mail:full"


def written(now_ms: int) -> str:
    """Return a moment as Pipedrive writes it, in UTC and to the second."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _told(standing: Standing) -> Mapping[str, str]:
    return {
        "X-RateLimit-Limit": str(standing.limit),
        "X-RateLimit-Remaining": str(standing.left),
        "X-RateLimit-Reset": str(standing.seconds_left),
    }


def _refused(standing: Standing) -> Mapping[str, str]:
    return {"Retry-After": str(standing.seconds_left)}


def _at_home(answer: dict[str, Any], issue: Issue) -> dict[str, Any]:
    return {**answer, "token_type": "Bearer", "api_domain": issue.base}


_ROUTES: dict[tuple[str, str], Handler] = {
    ("GET", "v1/users"): account_parts.list_users,
    ("POST", "v1/users"): account_parts.create_user,
    ("GET", "v1/users/*"): account_parts.read_user,
    ("PUT", "v1/users/*"): account_parts.update_user,
    ("GET", "v1/activityTypes"): account_parts.list_types,
    ("POST", "v1/activityTypes"): account_parts.create_type,
    ("DELETE", "v1/activityTypes"): account_parts.delete_types,
    ("PUT", "v1/activityTypes/*"): account_parts.update_type,
    ("DELETE", "v1/activityTypes/*"): account_parts.delete_type,
    ("GET", "v1/filters"): filters.list_all,
    ("POST", "v1/filters"): filters.create,
    ("GET", "v1/filters/*"): filters.read,
    ("DELETE", "v1/filters/*"): filters.delete,
    ("GET", "v1/mailbox/mailThreads"): account_parts.list_threads,
    ("GET", "v1/mailbox/mailThreads/*"): account_parts.read_thread,
    ("DELETE", "v1/mailbox/mailThreads/*"): account_parts.delete_thread,
}
for _kind in KINDS:
    _ROUTES.update(_kind.routes())
for _path in fields.KINDS.values():
    _ROUTES[("GET", f"v1/{_path}")] = fields.list_all
    _ROUTES[("GET", f"v1/{_path}/*")] = fields.read
    if _path != "noteFields":
        _ROUTES[("POST", f"v1/{_path}")] = fields.create
for _parent in ("persons", "organizations", "deals"):
    _ROUTES[("GET", f"v1/{_parent}/*/activities")] = of_parent("activities", _parent)
    _ROUTES[("GET", f"v1/{_parent}/*/mailMessages")] = account_parts.list_mails

_TIMED = Kept(created="add_time", updated="update_time", written=written)

DESCRIPTION = Description(
    key="pipedrive",
    accounts=ACCOUNTS,
    plant=seed.plant,
    routes=_ROUTES,
    open_routes={("POST", "v1/authorizations"): account_parts.authorize},
    checks=(api_key(header="x-api-token", parameter="api_token"), bearer()),
    shape=shape,
    kept={
        **{kind.path: _TIMED for kind in KINDS},
        "filters": _TIMED,
        "activityTypes": _TIMED,
        "personFields": Kept(first_id=9039),
        "organizationFields": Kept(first_id=4002),
        "dealFields": Kept(first_id=12451),
        "noteFields": Kept(first_id=1),
    },
    seeders={
        "persons": seed.more_persons,
        "organizations": seed.more_organizations,
        "deals": seed.more_deals,
    },
    keys={account_parts.TOKEN: ACCOUNTS[0]},
    oauth=OAuthRules(
        authorize_path="oauth/authorize",
        token_path="oauth/token",  # noqa: S106 - a path
        scopes=frozenset(_SCOPES.split()),
        default_scope=_SCOPES,
        client_by="basic",
        pkce="ignored",
        rotates=False,
        access_seconds=3600,
        refresh_days=60,
        answer=_at_home,
    ),
    quotas={
        "ten-seconds": Quota(limit=100, unit="second", units=10, headers=_told, refused=_refused)
    },
    secret_names=frozenset({"x-api-token", "api_token"}),
)
