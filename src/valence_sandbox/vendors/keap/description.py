"""Keap as data: addresses, switches, quotas, property sets, enumerations."""

from valence_sandbox.oauth import Grant, OAuthRules
from valence_sandbox.switches import Switch

TENANT = "sbx123.infusionsoft.com"
OTHER_TENANT = "sbx456.infusionsoft.com"
KEYS = {"KeapAK-sandbox": TENANT}


def scope_text(grant: Grant, _: str = "") -> str:
    """Return the scope as Keap writes it: with the account behind a bar."""
    return f"full|{grant.tenant}"


OAUTH = OAuthRules(
    scopes=frozenset({"full"}),
    default_scope="full",
    pkce="ignored",
    access_seconds=86_399,
    scope_text=scope_text,
    redirect_extra=lambda grant: {"scope": scope_text(grant)},
)

SWITCHES = {
    "redirect_match": Switch("exact", ("prefix", "any"), "how redirect_uri is compared"),
    "redirect_allow_localhost": Switch(True, (False,), "http redirect URIs on loopback"),
    "deny_extra_fields": Switch([], None, "further parameters of the redirect after a denial"),
    "exchange_accepts_basic": Switch(True, (False,), "Basic client authentication on exchange"),
    "old_access_token_after_refresh": Switch(
        "valid_until_expiry", ("revoked",), "the access token that a refresh replaced"
    ),
    "code_reuse": Switch("invalid_grant", ("revoke_chain",), "a code used twice"),
    "refresh_reuse": Switch(
        "kills_grant", ("grace", "ignored"), "an old refresh token used again; or no rotation"
    ),
    "oauth_error_texts": Switch("rfc", ("custom",), "the descriptions of OAuth errors"),
    "expired_token_fault": Switch(
        "access_token_expired", ("invalid_access_token",), "the 401 of an expired token"
    ),
    "refresh_ttl_days": Switch(45, None, "days an unused refresh token lives"),
    "limit_over_max": Switch("clamp", ("error400",), "limit above 1000"),
    "limit_zero": Switch("default", ("empty", "error400"), "limit=0"),
    "upsert_created_status": Switch(201, (200,), "PUT /contacts that creates"),
    "missing_contact_status": Switch(404, (400,), "an unknown contact"),
    "opt_in_effect": Switch(True, (False,), "opt_in_reason makes an address marketable"),
    "since_field_tasks": Switch(
        "creation_date",
        ("modification_date", "due_date", "completion_date"),
        "since and until of tasks",
    ),
    "since_field_orders": Switch(
        "order_date", ("creation_date", "modification_date"), "since and until of orders"
    ),
    "since_field_appointments": Switch(
        "start_date", ("end_date",), "since and until of appointments"
    ),
    "since_field_transactions": Switch(
        "transaction_date", ("paymentDate",), "since and until of transactions"
    ),
    "custom_fields_change": Switch(
        "merge", ("replace",), "custom fields that a change does not name"
    ),
    "opportunity_create_status": Switch(201, (200,), "POST /opportunities"),
    "hook_url_unique": Switch(True, (False,), "one hook at most for an address"),
    "strict_base64_email": Switch(False, (True,), "content of emails that is not base64"),
    "retry_after_on_429": Switch("sometimes", ("always", "never"), "Retry-After on 429"),
    "userinfo_in_v1": Switch(True, (False,), "/oauth/connect/userinfo below v1"),
}

# Per OAuth client over all accounts, per key, and per account.
QUOTAS = {
    "product-quota": (150_000, "day"),
    "product-throttle": (1_500, "minute"),
    "product-spike": (25, "second"),
    "key-quota": (30_000, "day"),
    "key-throttle": (240, "minute"),
    "key-spike": (10, "second"),
    "tenant-quota": (250_000, "day"),
    "tenant-throttle": (10_000, "minute"),
}
MAXIMUM_LIMIT = 1000

CONTACT_DEFAULT = (
    "id",
    "given_name",
    "middle_name",
    "family_name",
    "email_addresses",
    "phone_numbers",
    "addresses",
    "company",
    "owner_id",
    "tag_ids",
    "email_opted_in",
    "email_status",
    "date_created",
    "last_updated",
    "last_updated_utc_millis",
    "ScoreValue",
)
CONTACT_OPTIONAL = (
    "birthday",
    "opt_in_reason",
    "preferred_locale",
    "website",
    "notes",
    "custom_fields",
    "prefix",
    "origin",
    "source_type",
    "time_zone",
    "suffix",
    "lead_source_id",
    "social_accounts",
    "fax_numbers",
    "relationships",
    "spouse_name",
    "contact_type",
    "company_name",
    "job_title",
    "anniversary",
    "preferred_name",
)
CONTACT_LISTS = frozenset(
    {
        "email_addresses",
        "phone_numbers",
        "addresses",
        "tag_ids",
        "fax_numbers",
        "social_accounts",
        "relationships",
        "custom_fields",
    }
)
CONTACT_READ_ONLY = frozenset(
    {
        "id",
        "tag_ids",
        "email_opted_in",
        "email_status",
        "date_created",
        "last_updated",
        "last_updated_utc_millis",
        "ScoreValue",
        "company_name",
        "relationships",
        "duplicate_option",
    }
)
CONTACT_ORDERS = {
    "id": "id",
    "date_created": "date_created",
    "last_updated": "last_updated_utc_millis",
    "name": "given_name",
    "firstName": "given_name",
    "email": "email",
}
CONTACT_STRINGS = (
    "given_name",
    "middle_name",
    "family_name",
    "preferred_name",
    "prefix",
    "suffix",
    "spouse_name",
    "job_title",
    "website",
    "time_zone",
    "preferred_locale",
    "birthday",
    "anniversary",
    "contact_type",
    "opt_in_reason",
    "notes",
)
CONTACT_INTEGERS = ("owner_id", "lead_source_id")
EMAIL_FIELDS = ("EMAIL1", "EMAIL2", "EMAIL3")
PHONE_FIELDS = ("PHONE1", "PHONE2", "PHONE3", "PHONE4", "PHONE5")
ADDRESS_FIELDS = ("BILLING", "SHIPPING", "OTHER")
FAX_FIELDS = ("FAX1", "FAX2")
DUPLICATE_OPTIONS = ("Email", "EmailAndName", "EmailAndNameAndCompany")
