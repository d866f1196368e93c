"""The standard configuration of each kind of authentication.

A tenant's element that lacks an entry gets it, so that whoever creates an instance is asked for
what the kind needs. Source: the wire contract, its table of authentication kinds."""

from collections.abc import Mapping
from typing import Any

from valence.domain import AuthenticationKind
from valence.elements.document import Json, entry, rows

BASE_URL = "base.url"

_ENTRIES: Mapping[str, tuple[str, str, str, str]] = {
    # key: name, description, type, for whom
    BASE_URL: ("Base URL", "The address of the vendor's API", "TEXTFIELD_1000", "internal"),
    "username": ("Username", "The user's name at the vendor", "TEXTFIELD_128", "asked"),
    "password": ("Password", "The user's password at the vendor", "PASSWORD", "asked"),
    "oauth.api.key": ("API Key", "The client id of your app", "TEXTFIELD_128", "asked"),
    "oauth.api.secret": ("API Secret", "The client secret of your app", "PASSWORD", "asked"),
    "oauth.callback.url": (
        *("Callback URL", "Where the vendor sends the browser back to"),
        *("TEXTFIELD_1000", "asked"),
    ),
    "oauth.request.url": ("Request URL", "Issues request tokens", "TEXTFIELD_1000", "internal"),
    "oauth.authorization.url": (
        *("Authorization URL", "Where the owner consents", "TEXTFIELD_1000", "internal"),
    ),
    "oauth.token.url": ("Token URL", "Where tokens are issued", "TEXTFIELD_1000", "internal"),
    "oauth.token.refresh_url": (
        *("Refresh URL", "Where tokens are refreshed", "TEXTFIELD_1000", "internal"),
    ),
    "oauth.token.revoke_url": (
        *("Revoke URL", "Where tokens are revoked", "TEXTFIELD_1000", "internal"),
    ),
    "oauth.scope": ("Scope", "What consent is asked for", "TEXTFIELD_1000", "internal"),
    "oauth.request.authorization.type": (
        *("Signature", "Whether the signature is in the header or the query"),
        *("TEXTFIELD_32", "internal"),
    ),
    "oauth.user.token": ("Access token", "Kept by the platform", "PASSWORD", "internal"),
    "oauth.user.token.secret": ("Token secret", "Kept by the platform", "PASSWORD", "internal"),
    "oauth.user.refresh_token": ("Refresh token", "Kept by the platform", "PASSWORD", "internal"),
    "oauth.user.refresh_time": ("Refresh time", "When it was", "TEXTFIELD_32", "internal"),
    "oauth.user.refresh_interval": (
        *("Refresh interval", "Seconds a token lives", "TEXTFIELD_32", "internal"),
    ),
    "aws.api.key": ("Access key", "The id of the access key", "TEXTFIELD_128", "asked"),
    "aws.api.secret": ("Secret key", "The secret access key", "PASSWORD", "asked"),
    "oauth.private.key": ("Private key", "In PEM form; it signs", "PASSWORD", "optional"),
    "oauth.private.key.id": ("Key id", "The vendor's name for it", "TEXTFIELD_128", "optional"),
    "oauth.jwt.issuer": ("Issuer", "Whose assertion it is", "TEXTFIELD_1000", "optional"),
    "oauth.jwt.subject": ("Subject", "For whom it acts", "TEXTFIELD_1000", "optional"),
    "access.token": ("Token", "Made in the vendor's settings", "PASSWORD", "optional"),
    "aws.region": ("Region", "The region that is called", "TEXTFIELD_64", "optional"),
}

_APP = ("oauth.api.key", "oauth.api.secret")
_OAUTH2_STATE = (
    *("oauth.user.token", "oauth.user.refresh_token", "oauth.user.refresh_time"),
    "oauth.user.refresh_interval",
)
_OAUTH2 = (
    *(*_APP, "oauth.callback.url", "oauth.authorization.url", "oauth.token.url", "oauth.scope"),
    *("oauth.token.refresh_url", "oauth.token.revoke_url", *_OAUTH2_STATE),
)
_AWS = ("aws.api.key", "aws.api.secret", "aws.region")

STANDARD: Mapping[AuthenticationKind, tuple[str, ...]] = {
    AuthenticationKind.BASIC: ("username", "password"),
    AuthenticationKind.OAUTH2: _OAUTH2,
    AuthenticationKind.OAUTH2_PKCE: _OAUTH2,
    AuthenticationKind.OAUTH2_CLIENT_CREDENTIALS: (
        *(*_APP, "oauth.token.url", "oauth.scope", *_OAUTH2_STATE),
    ),
    AuthenticationKind.OAUTH2_PASSWORD: (
        *("username", "password", *_APP, "oauth.token.url", "oauth.scope", *_OAUTH2_STATE),
    ),
    AuthenticationKind.OAUTH1: (
        *("oauth.request.url", "oauth.authorization.url", "oauth.token.url", *_APP),
        *("oauth.callback.url", "oauth.request.authorization.type", "oauth.scope"),
        "oauth.user.token.secret",
    ),
    AuthenticationKind.JWT: (
        *("oauth.private.key", "oauth.private.key.id", "oauth.jwt.issuer", "oauth.jwt.subject"),
        *("oauth.token.url", "oauth.scope", *_OAUTH2_STATE),
    ),
    AuthenticationKind.PERSONAL_ACCESS_TOKEN: ("access.token",),
    AuthenticationKind.AWS_V2: _AWS,
    AuthenticationKind.AWS_V4: _AWS,
}
"""Kinds that are not here have none: their parameters and hooks say what they need."""


def with_standard(document: Mapping[str, Any]) -> Json:
    """Return a document with one `base.url` and all entries of its kind of authentication.

    Entries with the same key are one: the later wins where it stands first. An entry whose default
    is known to the first only keeps it.
    """
    by_key: dict[str, Json] = {}
    for row in rows(document.get("configuration")):
        known = by_key.get(row["key"])
        by_key[row["key"]] = row if known is None else known | row
    kind = AuthenticationKind(document["authentication"]["type"])
    for key in (BASE_URL, *STANDARD.get(kind, ())):
        if key not in by_key:
            by_key[key] = _standard(key, len(by_key))
    return dict(document) | {"configuration": list(by_key.values())}


def _standard(key: str, position: int) -> Json:
    name, description, type_, whom = _ENTRIES[key]
    return entry(
        {
            "name": name,
            "key": key,
            "description": description,
            "type": type_,
            "required": whom == "asked",
            "internal": whom == "internal",
            "hideFromConsole": whom == "internal",
            "displayOrder": position,
        }
    )
