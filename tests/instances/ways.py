"""Every way to authenticate, as the conformance suite walks it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.instances.connected import CHECK, CLIENT, ME, Connected, element_of
from tests.instances.vendor import (
    AWS_KEY,
    AWS_SECRET,
    CALLBACK,
    CLIENT_ID,
    CLIENT_SECRET,
    EC,
    OTHER,
    PASSWORD,
    RSA,
    USER,
    Vendor,
    pem,
)
from valence.domain import Element, Secret
from valence.instances import OAuthUrlRequest

Bring = Callable[["Way", Connected, Vendor], Any]


async def nothing(way: "Way", hub: Connected, vendor: Vendor) -> dict[str, str]:
    """Configuration is all."""
    return {}


async def a_code(way: "Way", hub: Connected, vendor: Vendor) -> dict[str, str]:
    """What an owner's consent gives."""
    query = parse_qs(urlsplit(await hub.url()).query)
    challenge = query.get("code_challenge", [""])[0]
    return {"code": vendor.code(query["redirect_uri"][0], challenge), "state": "kinds"}


async def a_verifier(way: "Way", hub: Connected, vendor: Vendor) -> dict[str, str]:
    """What an owner's consent gives in OAuth 1.0a."""
    request = OAuthUrlRequest(CLIENT_ID, CALLBACK, api_secret=Secret(CLIENT_SECRET))
    made = await hub.services.instances.request_token(hub.principal, hub.element, request)
    token = made.access_token.reveal()
    address = urlsplit(await hub.url(request_token=token))
    assert parse_qs(address.query) == {"oauth_token": [token]}
    assert made.token_secret is not None
    return {"oauth_token": token, "oauth_verifier": "v-1", "secret": made.token_secret.reveal()}


@dataclass(frozen=True)
class Way:
    """One way: its element, its vendor, what is configured, and what is wrong.

    `renews`: expired or refused tokens are replaced without the owner. `recovers`: after a refusal
    for good, correct configuration alone brings it back.
    """

    kind: str
    configuration: Mapping[str, str]
    wrong: Mapping[str, str]
    vendor: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    bring: Bring = nothing
    renews: bool = False
    recovers: bool = False
    grants: int = 0  # what it costs the vendor to connect
    resources: tuple[dict[str, Any], ...] = (ME, CHECK)
    more: Mapping[str, Any] = field(default_factory=dict)

    def element(self, vendor: Vendor) -> Element:
        """Return the element."""
        defaults = {
            "base.url": vendor.url,
            **{key: value.replace("{url}", vendor.url) for key, value in self.defaults.items()},
        }
        asks = tuple(self.configuration)
        return element_of(self.kind, defaults, asks=asks, resources=self.resources, **self.more)


TOKEN = {"oauth.token.url": "{url}/token"}
CONSENT = {**TOKEN, "oauth.authorization.url": "https://login.vendor.example/authorize"}
DANCE = {
    "oauth.request.url": "{url}/request_token",
    "oauth.authorization.url": "https://login.vendor.example/authorize",
    "oauth.token.url": "{url}/access_token",
}
OAUTH1 = {"calls_by": "oauth1"}
WRONG_APP = {"oauth.api.secret": "wrong"}
APP = {"oauth.api.key": CLIENT_ID, "oauth.api.secret": CLIENT_SECRET}
KEYED = {"oauth.api.key": CLIENT_ID, "oauth.private.key": pem(RSA)}
WRONG_KEY = {"oauth.private.key": pem(OTHER)}
LOGIN = {"username": USER, "password": PASSWORD}
WRONG_LOGIN = {"password": "wrong"}
SERVICE = {"oauth.jwt.issuer": "service-1", "oauth.jwt.subject": USER}
CLAIMS = {"oauth.scope": "read", "oauth.jwt.claims": '{"scope": "{oauth.scope}"}'}
AWS = {"aws.api.key": AWS_KEY, "aws.api.secret": AWS_SECRET, "aws.region": "eu-west-1"}


def row(**given: str) -> dict[str, str]:
    """A row of the request."""
    return {"source": "request", "type": "configuration", **given}


LOG_IN = {
    "method": "POST",
    "path": "/login",
    "vendorMethod": "POST",
    "vendorPath": "/login",
    "kind": "eb",
    "parameters": [
        row(name="username", vendorType="bodyField", vendorName="user"),
        row(name="password", vendorType="bodyField", vendorName="password"),
        row(name="my.session", vendorType="bodyField", vendorName="token") | {"source": "response"},
    ],
}
BY_SESSION = {"parameters": [row(name="my.session", vendorType="header", vendorName="X-Session")]}
SESSION = {"my.session": "", "expires_in": "3600"}

WAYS: Mapping[str, Way] = {
    "oauth2": Way(
        "oauth2", CLIENT, WRONG_APP, defaults=CONSENT, bring=a_code, renews=True, grants=1
    ),
    "oauth2, client by header": Way(
        "oauth2",
        CLIENT,
        WRONG_APP,
        vendor={"client_by": "basic"},
        defaults={**CONSENT, "oauth.basic.header": "true"},
        bring=a_code,
        renews=True,
        grants=1,
    ),
    "oauth2, client by assertion": Way(
        "oauth2",
        {**KEYED, "oauth.callback.url": CALLBACK},
        WRONG_KEY,
        vendor={"client_by": "assertion"},
        defaults={**CONSENT, "oauth.client.authentication": "private_key_jwt"},
        bring=a_code,
        renews=True,
        grants=1,
    ),
    "oauth2, renewed on refusal only": Way(
        "oauth2",
        CLIENT,
        WRONG_APP,
        vendor={"lifetime": None},
        defaults={**CONSENT, "oauth.refresh.on": "refusal"},
        bring=a_code,
        renews=True,
        grants=1,
    ),
    "oauth2, for ever": Way(
        "oauth2",
        CLIENT,
        WRONG_APP,
        vendor={"lifetime": None, "rotates": False},
        defaults=CONSENT,
        bring=a_code,
        grants=1,
    ),
    "oauth2Pkce": Way(
        "oauth2Pkce", CLIENT, WRONG_APP, defaults=CONSENT, bring=a_code, renews=True, grants=1
    ),
    "oauth2ClientCredentials": Way(
        "oauth2ClientCredentials",
        APP,
        WRONG_APP,
        vendor={"rotates": False, "scope": "read"},
        defaults={**TOKEN, "oauth.scope": "read"},
        renews=True,
        recovers=True,
        grants=1,
    ),
    "oauth2ClientCredentials, by assertion": Way(
        "oauth2ClientCredentials",
        KEYED,
        WRONG_KEY,
        vendor={"client_by": "assertion"},
        defaults={**TOKEN, "oauth.client.authentication": "private_key_jwt"},
        renews=True,
        recovers=True,
        grants=1,
    ),
    "oauth2Password": Way(
        "oauth2Password",
        {**LOGIN, **APP},
        WRONG_LOGIN,
        defaults=TOKEN,
        renews=True,
        recovers=True,
        grants=1,
    ),
    "oauth2Password, nothing else": Way(
        "oauth2Password",
        LOGIN,
        WRONG_LOGIN,
        vendor={"client_by": "nobody", "rotates": False},
        defaults=TOKEN,
        renews=True,
        recovers=True,
        grants=1,
    ),
    "jwtOauth": Way(
        "jwtOauth",
        {**SERVICE, "oauth.private.key": pem(RSA)},
        WRONG_KEY,
        vendor={"client_by": "nobody", "rotates": False},
        defaults={**TOKEN, **CLAIMS},
        renews=True,
        recovers=True,
        grants=1,
    ),
    "jwtOauth, ES256": Way(
        "jwtOauth",
        {**SERVICE, "oauth.private.key": pem(EC), "oauth.private.key.id": "key-1"},
        {"oauth.private.key.id": "key-2"},
        vendor={"client_by": "nobody", "rotates": False},
        defaults={**TOKEN, **CLAIMS, "oauth.signing.algorithm": "ES256"},
        renews=True,
        recovers=True,
        grants=1,
    ),
    "oauth1": Way(
        "oauth1", CLIENT, WRONG_APP, vendor=OAUTH1, defaults=DANCE, bring=a_verifier, grants=2
    ),
    "oauth1, in the query": Way(
        "oauth1",
        CLIENT,
        WRONG_APP,
        vendor={**OAUTH1, "placement": "query"},
        defaults={**DANCE, "oauth.request.authorization.type": "query"},
        bring=a_verifier,
        grants=2,
    ),
    "basic": Way("basic", LOGIN, WRONG_LOGIN, vendor={"calls_by": "basic"}),
    "customApiKey, by a row": Way(
        "customApiKey",
        {"my.Key": PASSWORD},
        {"my.Key": "wrong"},
        vendor={"calls_by": "key-header"},
        more={"parameters": [row(name="my.Key", vendorType="header", vendorName="X-Key")]},
    ),
    "customApiKey, in a header": Way(
        "customApiKey",
        {"api.key": PASSWORD},
        {"api.key": "wrong"},
        vendor={"calls_by": "key-header"},
        defaults={"api.key.header": "X-Key"},
    ),
    "customApiKey, in the query": Way(
        "customApiKey",
        {"api.key": PASSWORD},
        {"api.key": "wrong"},
        vendor={"calls_by": "key-query"},
        defaults={"api.key.query": "api_key"},
    ),
    "personalAccessToken": Way(
        "personalAccessToken",
        {"access.token": PASSWORD},
        {"access.token": "wrong"},
        vendor={"calls_by": "personal"},
        defaults={"access.token.prefix": "token"},
    ),
    "awsv4": Way(
        "awsv4",
        AWS,
        {"aws.api.secret": "wrong"},
        vendor={"calls_by": "awsv4"},
        defaults={"aws.service": "people"},
    ),
    "awsv2": Way("awsv2", AWS, {"aws.api.secret": "wrong"}, vendor={"calls_by": "awsv2"}),
    "custom, a session": Way(
        "custom",
        LOGIN,
        WRONG_LOGIN,
        vendor={"calls_by": "session"},
        defaults=SESSION,
        renews=True,
        recovers=True,
        grants=1,
        resources=(ME, {**LOG_IN, "type": "onRefresh"}),
        more=BY_SESSION,
    ),
    "custom, a session that the validation begins": Way(
        "custom",
        LOGIN,
        WRONG_LOGIN,
        vendor={"calls_by": "session"},
        defaults=SESSION,
        renews=True,
        recovers=True,
        grants=1,
        resources=(
            ME,
            {**LOG_IN, "type": "provisionAuthValidation"},
            {**LOG_IN, "path": "/again", "type": "onRefresh"},
        ),
        more=BY_SESSION,
    ),
}
