"""HubSpot described: addresses, credentials, limits, switches.

Source: https://legacydocs.hubspot.com/docs/methods/oauth2/oauth2-overview and
https://developers.hubspot.com/docs/guides/apps/api-usage/usage-details"""

from collections.abc import Mapping
from typing import Any

from valence_sandbox.account import Kept
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.checks import api_key, bearer
from valence_sandbox.oauth import Issue, OAuthRules
from valence_sandbox.quotas import Quota, Standing
from valence_sandbox.refusals import Refusal
from valence_sandbox.routing import Handler
from valence_sandbox.switches import Switch
from valence_sandbox.vendor import Description
from valence_sandbox.vendors.hubspot import (
    contacts,
    definitions,
    engagements,
    owners,
    pipelines,
    seed,
    timeline,
)
from valence_sandbox.vendors.hubspot.records import KINDS
from valence_sandbox.vendors.hubspot.refusals import oauth_refused, shape

SCOPES = frozenset(
    {"contacts", "timeline", "files", "oauth", "automation", "content", "e-commerce", "forms",
     "hubdb", "integration-sync", "reports", "social", "tickets", "transactional-email"}
)  # fmt: skip
ACCOUNTS = ("hubspot-1", "hubspot-2")
_INTERVAL_MS = 10_000


def _told(standing: Standing) -> Mapping[str, str]:
    return {
        "X-HubSpot-RateLimit-Interval-Milliseconds": str(_INTERVAL_MS),
        "X-HubSpot-RateLimit-Max": str(standing.limit),
        "X-HubSpot-RateLimit-Remaining": str(standing.left),
    }


def _without_scope(fields: dict[str, Any], _: Issue) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != "scope"}


def _me(call: Call) -> Answer:
    """GET /integrations/v1/me: whose account this is."""
    return Answer(
        200,
        {
            "portalId": call.account.state["portal"],
            "timeZone": "US/Eastern",
            "currency": "USD",
            "utcOffsetMilliseconds": -18_000_000,
            "utcOffset": "-05:00",
        },
    )


def _revoke(call: Call) -> Answer:
    """DELETE /oauth/v1/refresh-tokens/{token}: ends the grant; needs no other credentials."""
    if not call.oauth.revoke(call.path[-1]):
        raise Refusal("missing", "refresh token not found")
    return Answer(204)


_ROUTES: dict[tuple[str, str], Handler] = {
    ("GET", "integrations/v1/me"): _me,
    ("POST", "contacts/v1/contact"): contacts.create,
    ("POST", "contacts/v1/contact/createOrUpdate/email/*"): contacts.create_or_update,
    ("GET", "contacts/v1/contact/vid/*/profile"): contacts.read,
    ("GET", "contacts/v1/contact/email/*/profile"): contacts.read_by_email,
    ("POST", "contacts/v1/contact/vid/*/profile"): contacts.update,
    ("DELETE", "contacts/v1/contact/vid/*"): contacts.delete,
    ("GET", "contacts/v1/lists/all/contacts/all"): contacts.list_all,
    ("GET", "contacts/v1/lists/all/contacts/recent"): contacts.list_created,
    ("GET", "contacts/v1/lists/recently_updated/contacts/recent"): contacts.list_changed,
    ("GET", "contacts/v1/search/query"): contacts.search,
    ("GET", "companies/v2/companies/*/contacts"): contacts.of_company,
    ("POST", "engagements/v1/engagements"): engagements.create,
    ("GET", "engagements/v1/engagements/paged"): engagements.list_all,
    ("GET", "engagements/v1/engagements/associated/*/*/paged"): engagements.of_record,
    ("GET", "engagements/v1/engagements/*"): engagements.read,
    ("PATCH", "engagements/v1/engagements/*"): engagements.update,
    ("DELETE", "engagements/v1/engagements/*"): engagements.delete,
    ("GET", "owners/v2/owners"): owners.list_all,
    ("GET", "owners/v2/owners/*"): owners.read,
    ("GET", "crm-pipelines/v1/pipelines/*"): pipelines.list_all,
    ("POST", "crm-pipelines/v1/pipelines/*"): pipelines.create,
    ("PUT", "crm-pipelines/v1/pipelines/*/*"): pipelines.replace,
    ("DELETE", "crm-pipelines/v1/pipelines/*/*"): pipelines.delete,
    ("GET", "integrations/v1/*/timeline/event-types"): timeline.list_types,
    ("POST", "integrations/v1/*/timeline/event-types"): timeline.create_type,
    ("PUT", "integrations/v1/*/timeline/event-types/*"): timeline.update_type,
    ("DELETE", "integrations/v1/*/timeline/event-types/*"): timeline.delete_type,
    ("GET", "integrations/v1/*/timeline/event-types/*/properties"): timeline.list_properties,
    ("POST", "integrations/v1/*/timeline/event-types/*/properties"): timeline.create_property,
    ("PUT", "integrations/v1/*/timeline/event-types/*/properties"): timeline.update_property,
    ("DELETE", "integrations/v1/*/timeline/event-types/*/properties/*"): timeline.delete_property,
    ("PUT", "integrations/v1/*/timeline/event"): timeline.put_event,
    ("GET", "integrations/v1/*/timeline/event/*/*"): timeline.read_event,
    **{
        (method, f"properties/{version}/*/properties{rest}"): handler
        for version in ("v1", "v2")
        for method, rest, handler in (
            ("GET", "", definitions.list_all),
            ("POST", "", definitions.create),
            ("GET", "/named/*", definitions.read),
        )
    },
}
for _kind in KINDS:
    _ROUTES.update(_kind.routes())

DESCRIPTION = Description(
    key="hubspot",
    accounts=ACCOUNTS,
    plant=seed.plant,
    routes=_ROUTES,
    open_routes={("DELETE", "oauth/v1/refresh-tokens/*"): _revoke},
    checks=(bearer(), api_key(parameter="hapikey")),
    shape=shape,
    kept={
        "contacts": Kept(first_id=101, id_name="vid"),
        "companies": Kept(first_id=5001, id_name="companyId"),
        "deals": Kept(first_id=9001, id_name="dealId"),
        "tickets": Kept(first_id=301, id_name="objectId"),
        "products": Kept(first_id=401, id_name="objectId"),
        "engagements": Kept(first_id=70001),
        "owners": Kept(first_id=1, id_name="ownerId"),
        "event-types": Kept(first_id=17001),
        "event-properties": Kept(first_id=33001),
    },
    seeders={
        "contacts": seed.more_contacts,
        "companies": seed.more_companies,
        "deals": seed.more_deals,
    },
    keys={timeline.DEVELOPER_KEY: ACCOUNTS[0]},
    oauth=OAuthRules(
        authorize_path="oauth/authorize",
        token_path="oauth/v1/token",  # noqa: S106 - a path
        scopes=SCOPES,
        client_by="body",
        pkce="ignored",
        rotates=False,
        access_seconds=1800,
        answer=_without_scope,
    ),
    oauth_refused=oauth_refused,
    quotas={"ten-seconds": Quota(limit=100, unit="second", units=10, per="account", headers=_told)},
    switches={
        "size_over_max": Switch("clamp", ("error400",), "a page size above the largest"),
    },
    secret_names=frozenset({"hapikey"}),
)
