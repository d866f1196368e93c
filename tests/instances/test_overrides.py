"""Elements that replace steps of OAuth, against a vendor that knows no standard step."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web

from valence.assembly import Services, open_services
from valence.domain import (
    CallerSecrets,
    DefinitionError,
    Element,
    Instance,
    InvalidRequest,
    NeedsOwner,
    Principal,
    Secret,
    ValenceError,
    VendorError,
    VendorTimeout,
)
from valence.elements import Catalog, compile_element
from valence.instances import InstanceChange, InstanceDraft, NewInstance, OAuthUrlRequest
from valence.settings import Settings

CALLBACK = "http://localhost/callback"
CLIENT = {
    "oauth.api.key": "key-1",
    "oauth.api.secret": "s3cret-of-app",
    "oauth.callback.url": CALLBACK,
}


@dataclass
class Vendor:
    """Grants by JSON at addresses of its own; refuses everything else."""

    url: str = ""
    codes: set[str] = field(default_factory=lambda: {"c-1", "c-2"})
    refresh: set[str] = field(default_factory=set)
    ended: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    fault: tuple[int, object] | None = None
    grants: int = 0
    omits: str = ""
    pause: asyncio.Event | None = None

    async def handle(self, request: web.Request) -> web.Response:
        self.calls.append(f"{request.method} {request.path}")
        if self.pause is not None:
            await self.pause.wait()
        if self.fault is not None:
            status, body = self.fault
            return web.json_response(body, status=status)
        if request.method != "POST" or request.content_type != "application/json":
            return web.json_response({"error": "invalid_request"}, status=405)
        body = await request.json()
        app = (body.pop("app", None), body.pop("app_secret", None))
        if app != ("key-1", "s3cret-of-app"):
            return web.json_response({"error": "invalid_client"}, status=401)
        match request.path, body:
            case "/grant", {"ticket": str(code), "back": str(back)} if len(body) == 2:
                if code not in self.codes or back != CALLBACK:
                    said = {"error": "invalid_grant", "error_description": "code already used"}
                    return web.json_response(said, status=400)
                self.codes.remove(code)
            case "/renew", {"keepsake": str(token)} if len(body) == 1:
                if token not in self.refresh:
                    return web.json_response({"error": "invalid_grant"}, status=400)
                self.refresh.remove(token)
            case "/end", {"keepsake": str(token)} if len(body) == 1:
                self.ended.append(token)
                return web.json_response({})
            case _:
                return web.json_response({"error": "invalid_request"}, status=400)
        self.grants += 1
        self.refresh.add(f"r-{self.grants}")
        given = {
            "key": f"a-{self.grants}",
            "keepsake": f"r-{self.grants}",
            "lives": 600,
            "shard": f"{self.url}/shard{self.grants}",
        }
        return web.json_response({k: v for k, v in given.items() if k != self.omits})


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    made = Vendor()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", made.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


def row(type_: str, name: str, vendor_name: str, *, is_answer: bool = False) -> dict[str, Any]:
    return {
        "type": type_,
        "name": name,
        "vendorType": "bodyField",
        "vendorName": vendor_name,
        "source": "response" if is_answer else "request",
    }


def hook(type_: str, body: str) -> dict[str, Any]:
    return {"type": type_, "mimeType": "application/javascript", "isLegacy": False, "body": body}


APP = [row("configuration", "oauth.api.key", "app"), row("query", "client_secret", "app_secret")]
TOKENS = [
    row("configuration", "oauth.user.token", "key", is_answer=True),
    row("configuration", "oauth.user.refresh_token", "keepsake", is_answer=True),
    row("configuration", "oauth.user.refresh_interval", "lives", is_answer=True),
]


def resource(type_: str, path: str, *parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "method": "POST",
        "path": path,
        "vendorMethod": "POST",
        "vendorPath": path,
        "type": type_,
        "kind": "eb",
        "parameters": list(parameters),
        "hooks": [],
        **more,
    }


PRE = """
const p = request_parameters;
done({request_vendor_path: 'https://' + configuration['subdomain'] + '.vendor.example/ask?app='
  + p.client_id + '&back=' + encodeURIComponent(p.redirect_uri) + '&for=' + p.scope
  + '&secret=' + (p.client_secret || 'none') + '&region=' + configuration['region'] + STATE});
"""
POST = "done({response_body: request_vendor_url});"


def consent(pre: str = PRE.replace("STATE", "''"), post: str = POST) -> dict[str, Any]:
    hooks = [hook("preRequest", pre), hook("postRequest", post)]
    # The word as it should be spelt; the vendor's own spelling is read to the same type.
    return resource("oauthOnAuthorizeUrl", "/consent", hooks=hooks)


EXCHANGE = resource(
    "oauthOnTokenExchange",
    "/grant",
    *APP,
    row("query", "code", "ticket"),
    row("query", "redirect_uri", "back"),
    *TOKENS,
    hooks=[
        hook("postRequest", "done({configuration: {'base.url': response_body.shard || ''}});"),
    ],
)


def element_of(base: str, *resources: dict[str, Any]) -> Element:
    defaults = {
        "base.url": base,
        "region": "eu",
        "oauth.scope": "all",
        "oauth.authorization.url": "https://nowhere.example/authorize",
        "oauth.token.url": f"{base}/standard",
        "oauth.token.revoke_url": f"{base}/standard-end",
    }
    keys = {"subdomain": None, **dict.fromkeys(CLIENT), **defaults}
    return compile_element(
        {
            "id": 78,
            "key": "ways",
            "name": "Ways",
            "description": "-",
            "hub": "crm",
            "active": True,
            "authentication": {"type": "oauth2"},
            "configuration": [
                {
                    "key": key,
                    "name": key,
                    "description": "-",
                    "internal": key.startswith(("oauth.token", "base")),
                    **({} if value is None else {"defaultValue": value}),
                    **({"type": "PASSWORD"} if key == "oauth.api.secret" else {}),
                }
                for key, value in keys.items()
            ],
            "resources": list(resources),
        }
    )


@dataclass
class Ways:
    """A hub whose only element is the test's."""

    services: Services
    principal: Principal
    element: Element

    async def url(self, **values: Any) -> str:
        given = {"extra": {"subdomain": "acme"}, **values}
        request = OAuthUrlRequest("key-1", CALLBACK, **given)
        made = await self.services.instances.oauth_url(self.principal, self.element, request)
        return made.url

    async def create(self, code: str = "c-1", **configuration: str) -> Instance:
        request = NewInstance(
            self.element,
            "Ways",
            provider_data={"code": code, "state": "ways"},
            configuration={**CLIENT, "subdomain": "acme", **configuration},
        )
        return (await self.services.instances.create(self.principal, request)).instance

    async def header(self, instance: Instance) -> str:
        held = await self.services.credentials.headers(instance, self.element)
        return held.headers[0][1]


Open = Callable[..., Awaitable[Ways]]


@pytest.fixture
async def open_ways(tmp_path: Path, vendor: Vendor) -> AsyncIterator[Open]:
    async with contextlib.AsyncExitStack() as stack:

        async def open_one(*resources: dict[str, Any], **settings: Any) -> Ways:
            element = element_of(vendor.url, *resources)
            given = {"outbound_allow_loopback": True, "synchronous": "normal", **settings}
            services = await stack.enter_async_context(
                open_services(Settings(data_dir=tmp_path, **given), catalog=Catalog((element,)))
            )
            made = await services.tenancy.bootstrap(email="a@b.example", password="Str0ng-one!")
            principal = await services.callers.authenticate(
                CallerSecrets(
                    user=made.user_secret.reveal(), organization=made.organization_secret.reveal()
                )
            )
            return Ways(services, principal, element)

        yield open_one


def query_of(url: str) -> Mapping[str, list[str]]:
    return parse_qs(urlsplit(url).query)


# -- where the owner consents --------------------------------------------------------------------


async def test_the_script_makes_the_address(open_ways: Open, vendor: Vendor) -> None:
    """From client, callback, scope, defaults and the caller's own keys; nobody is called."""
    ways = await open_ways(consent())
    url = await ways.url()
    assert url == (
        "https://acme.vendor.example/ask?app=key-1&back=http%3A%2F%2Flocalhost%2Fcallback"
        "&for=all&secret=none&region=eu&state=ways"
    )
    other = query_of(await ways.url(scope="some", state="mine", api_secret=Secret("s-9")))
    assert (other["for"], other["state"], other["secret"]) == (["some"], ["mine"], ["s-9"])
    assert vendor.calls == []


async def test_a_state_that_the_script_puts_in_stays_alone(open_ways: Open) -> None:
    """Bound or not, it is in the address once."""
    ways = await open_ways(consent(PRE.replace("STATE", "'&state=' + p.state")))
    assert query_of(await ways.url(state="mine"))["state"] == ["mine"]
    bound = query_of(await ways.url(is_bound=True))["state"]
    assert len(bound) == 1
    assert bound[0].startswith("ways.")


async def test_the_consoles_flow_uses_the_script_too(open_ways: Open, vendor: Vendor) -> None:
    """With a state of its own; coming back, the code is exchanged by the element's resource."""
    ways = await open_ways(consent(), EXCHANGE)
    draft = InstanceDraft("Mine", (), {**CLIENT, "subdomain": "acme"})
    url = await ways.services.instances.begin_authorization(
        ways.principal, ways.element, draft, browser="b"
    )
    query = query_of(url)
    assert query["secret"] == ["s3cret-of-app"]
    back = {"code": "c-1", "state": query["state"][0]}
    finished = await ways.services.instances.finish_authorization(ways.principal, back, browser="b")
    assert await ways.header(finished.instance) == "Bearer a-1"


@pytest.mark.parametrize(
    "post",
    [
        "done({});",
        "done({response_body: 7});",
        "done({response_body: ''});",
        "done({response_body: '/ask'});",
        "done({response_body: 'http://vendor.example/ask'});",
        "done({response_body: 'javascript:alert(1)'});",
        "done({response_body: 'https://10.0.0.1/ask'});",
        "done({response_body: 'https://vendor.example/a b'});",
        "done({response_body: {url: 'https://vendor.example'}});",
    ],
)
async def test_an_address_for_no_owner_names_the_hook(post: str, open_ways: Open) -> None:
    """An error of the definition that says which hook must do what."""
    ways = await open_ways(consent(post=post))
    with pytest.raises(DefinitionError, match="postRequest hook of the oauthOnAuthroizeUrl") as no:
        await ways.url()
    assert "POST /consent of ways" in no.value.message


async def test_loopback_is_an_address_where_the_policy_allows_it(open_ways: Open) -> None:
    """As for calls."""
    ways = await open_ways(consent(post="done({response_body: 'http://127.0.0.1:9/ask'});"))
    assert await ways.url() == "http://127.0.0.1:9/ask?state=ways"


# -- the exchange --------------------------------------------------------------------------------


async def test_the_resource_exchanges_the_code(open_ways: Open, vendor: Vendor) -> None:
    """Its tokens are the grant, the rest is the instance's; the standard endpoint is not asked."""
    ways = await open_ways(EXCHANGE)
    instance = await ways.create()
    assert vendor.calls == ["POST /grant"]
    assert await ways.header(instance) == "Bearer a-1"
    assert instance.configuration["base.url"] == f"{vendor.url}/shard1"
    assert not [key for key in instance.configuration if key.startswith("oauth.user.")]
    status = await ways.services.credentials.status(instance)
    assert status.expires_ms is not None
    assert status.issued_ms is not None
    assert status.expires_ms - status.issued_ms == 600_000
    with pytest.raises(InvalidRequest) as used:
        await ways.create()
    assert used.value.code == "code-already-used"
    assert vendor.calls == ["POST /grant"]


async def test_authorizing_again_exchanges_in_the_same_way(open_ways: Open, vendor: Vendor) -> None:
    """The instance keeps its id and has what the new grant brought."""
    ways = await open_ways(EXCHANGE)
    instance = await ways.create()
    renewed = await ways.services.instances.update(
        ways.principal, instance.id, InstanceChange(provider_data={"code": "c-2"})
    )
    assert renewed.id == instance.id
    assert await ways.header(renewed) == "Bearer a-2"
    assert renewed.configuration["base.url"] == f"{vendor.url}/shard2"


@pytest.mark.parametrize(
    ("fault", "change", "code", "is_retryable"),
    [
        (None, {"oauth.api.secret": "wrong"}, "client-refused", False),
        (None, {"oauth.callback.url": "http://localhost/other"}, "code-already-used", False),
        ((400, {"error": "invalid_grant"}), {}, "code-refused", False),
        ((200, {"error": "invalid_grant"}), {}, "code-refused", False),
        ((400, {"error": "odd"}), {}, "exchange-refused", False),
        ((400, {"message": "no"}), {}, "vendor-refused", False),
        ((503, {"error": "invalid_grant"}), {}, "vendor-refused", True),
        ((429, {"error": "invalid_grant"}), {}, "vendor-refused", True),
    ],
)
async def test_what_the_vendor_refuses_is_told_apart(
    fault: tuple[int, object] | None,
    change: dict[str, str],
    code: str,
    is_retryable: bool,
    open_ways: Open,
    vendor: Vendor,
) -> None:
    """As at the standard exchange; it is asked once, and nothing is stored."""
    ways = await open_ways(EXCHANGE)
    vendor.fault = fault
    with pytest.raises(ValenceError) as refused:
        await ways.create(**change)
    assert (refused.value.code, refused.value.retryable) == (code, is_retryable)
    assert "s3cret" not in repr(refused.value.provider_message)
    assert vendor.calls == ["POST /grant"]
    assert await ways.services.instances.search(ways.principal) == []


async def test_no_token_no_instance(open_ways: Open, vendor: Vendor) -> None:
    """The refusal says which resource gave none."""
    ways = await open_ways(EXCHANGE)
    vendor.omits = "key"
    with pytest.raises(DefinitionError, match=r"POST /grant of ways gave no oauth\.user\.token"):
        await ways.create()
    assert await ways.services.instances.search(ways.principal) == []


async def test_a_base_that_may_not_be_called_is_refused(open_ways: Open, vendor: Vendor) -> None:
    """And the grant that was just obtained is ended."""
    script = hook("postRequest", "done({configuration: {'base.url': 'http://10.0.0.1/v1'}});")
    ways = await open_ways({**EXCHANGE, "hooks": [script]})
    with pytest.raises(ValenceError, match=r"10\.0\.0\.1"):
        await ways.create()
    assert vendor.calls == ["POST /grant", "POST /standard-end"]
    assert await ways.services.instances.search(ways.principal) == []


# -- the refresh ---------------------------------------------------------------------------------

REFRESH = resource(
    "oauthOnTokenRefresh",
    "/renew",
    *APP,
    row("configuration", "oauth.user.refresh_token", "keepsake"),
    *TOKENS,
    hooks=[hook("postRequest", "done({configuration: {region: 'r-' + response_body.lives}});")],
    vendorPath="/renew",
)
EXCHANGE_ONLY = {**EXCHANGE, "hooks": []}


async def test_the_resource_refreshes_once(open_ways: Open, vendor: Vendor, tmp_path: Path) -> None:
    """For all who wait, in two hubs; the new refresh token is the next one's."""
    ways = await open_ways(EXCHANGE_ONLY, REFRESH)
    instance = await ways.create()
    settings = Settings(data_dir=tmp_path, outbound_allow_loopback=True, synchronous="normal")
    async with open_services(settings, catalog=Catalog((ways.element,))) as other:
        refreshers = [ways.services.refresher, other.refresher] * 5
        found = await asyncio.gather(*(one.refresh(instance.id, version=1) for one in refreshers))
    assert {row.version for row in found} == {2}
    assert vendor.calls == ["POST /grant", "POST /renew"]
    assert await ways.header(instance) == "Bearer a-2"
    await ways.services.credentials.refresh_now(instance)
    assert vendor.calls[2:] == ["POST /renew"]
    kept = await ways.services.instances.get(ways.principal, instance.id)
    assert kept.configuration["region"] == "r-600"
    assert not [key for key in kept.configuration if key.startswith("oauth.user.")]


async def test_a_resource_has_the_time_of_a_token_call(open_ways: Open, vendor: Vendor) -> None:
    """The lease outlives it; the grant stays as it is."""
    ways = await open_ways(EXCHANGE_ONLY, REFRESH, token_timeout=0.5)
    instance = await ways.create()
    vendor.pause = asyncio.Event()
    with pytest.raises(VendorTimeout, match="POST /renew of ways"):
        await ways.services.credentials.refresh_now(instance)
    vendor.pause.set()
    assert vendor.calls == ["POST /grant", "POST /renew"]
    status = await ways.services.credentials.status(instance)
    assert (status.state, status.failures) == ("active", 1)


async def test_a_withdrawn_grant_needs_its_owner(open_ways: Open, vendor: Vendor) -> None:
    """By the vendor's word to the resource."""
    ways = await open_ways(EXCHANGE_ONLY, REFRESH)
    instance = await ways.create()
    vendor.refresh.clear()
    for _ in range(2):
        with pytest.raises(NeedsOwner):
            await ways.services.credentials.refresh_now(instance)
    assert vendor.calls == ["POST /grant", "POST /renew"]
    assert not (await ways.services.instances.get(ways.principal, instance.id)).is_valid


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503])
async def test_a_vendor_out_of_order_needs_nobody(
    status: int, open_ways: Open, vendor: Vendor
) -> None:
    """Even where it says invalid_grant: that is a symptom there, and it is asked once."""
    ways = await open_ways(EXCHANGE_ONLY, REFRESH)
    instance = await ways.create()
    vendor.fault = (status, {"error": "invalid_grant"})
    with pytest.raises(VendorError):
        await ways.services.credentials.refresh_now(instance)
    assert vendor.calls == ["POST /grant", "POST /renew"]
    status_now = await ways.services.credentials.status(instance)
    assert (status_now.state, status_now.failures) == ("active", 1)


@pytest.mark.parametrize("script", ["throw new Error('no');", "done({response_error: 'no'});"])
async def test_a_script_that_fails_loses_no_grant(
    script: str, open_ways: Open, vendor: Vendor
) -> None:
    """The next refresh waits a while; the instance stays as valid as it was."""
    failing = {**REFRESH, "hooks": [hook("postRequest", script)]}
    ways = await open_ways(EXCHANGE_ONLY, failing)
    instance = await ways.create()
    with pytest.raises(VendorError):
        await ways.services.credentials.refresh_now(instance)
    status = await ways.services.credentials.status(instance)
    assert (status.state, status.failures) == ("active", 1)


async def test_a_refresh_without_a_token_is_none(open_ways: Open, vendor: Vendor) -> None:
    """The message names the resource."""
    ways = await open_ways(EXCHANGE_ONLY, REFRESH)
    instance = await ways.create()
    vendor.omits = "key"
    with pytest.raises(VendorError, match=r"POST /renew of ways gave no oauth\.user\.token"):
        await ways.services.credentials.refresh_now(instance)


async def test_a_refresh_token_that_is_brought_is_traded_by_the_resource(
    open_ways: Open, vendor: Vendor
) -> None:
    """At once, so that a bad one is found at creation."""
    ways = await open_ways(REFRESH)
    vendor.refresh.add("mine")
    for word, outcome in (("mine", None), ("mine", "refresh-token-refused")):
        request = NewInstance(
            ways.element,
            "Ways",
            configuration={**CLIENT, "oauth.user.refresh_token": word},
            external_authentication="initial",
        )
        if outcome is None:
            made = await ways.services.instances.create(ways.principal, request)
            assert await ways.header(made.instance) == "Bearer a-1"
        else:
            with pytest.raises(InvalidRequest) as refused:
                await ways.services.instances.create(ways.principal, request)
            assert refused.value.code == outcome


AFTER = resource(
    "onRefresh",
    "/after",
    vendorPath="/no-op",
    hooks=[
        hook(
            "postRequest",
            "done({configuration: {region: 'after ' + configuration['oauth.user.token']}});",
        )
    ],
)


async def test_what_follows_a_refresh_is_kept(open_ways: Open) -> None:
    """Its scripts see the new token."""
    ways = await open_ways(EXCHANGE_ONLY, REFRESH, AFTER)
    instance = await ways.create()
    await ways.services.credentials.refresh_now(instance)
    kept = await ways.services.instances.get(ways.principal, instance.id)
    assert kept.configuration["region"] == "after a-2"


@pytest.mark.parametrize(
    "script",
    ["throw new Error('no');", "done({configuration: {'base.url': 'http://10.0.0.1/'}});"],
)
async def test_what_follows_may_fail(script: str, open_ways: Open) -> None:
    """The grant is there, and the timeline tells."""
    failing = {**AFTER, "hooks": [hook("postRequest", script)]}
    ways = await open_ways(EXCHANGE_ONLY, REFRESH, failing)
    instance = await ways.create()
    await ways.services.credentials.refresh_now(instance)
    assert await ways.header(instance) == "Bearer a-2"
    told = await ways.services.instances.timeline(ways.principal, instance.id)
    assert [one.kind for one in told] == ["follow-up-failed", "refreshed", "issued"]


# -- the end -------------------------------------------------------------------------------------

END = resource(
    "oauthOnTokenRevoke",
    "/end",
    *APP,
    row("configuration", "oauth.user.refresh_token", "keepsake"),
)


async def test_the_resource_ends_the_grant(open_ways: Open, vendor: Vendor) -> None:
    """In place of the standard revocation."""
    ways = await open_ways(EXCHANGE_ONLY, END)
    instance = await ways.create()
    await ways.services.instances.delete(ways.principal, instance.id)
    assert vendor.ended == ["r-1"]
    assert vendor.calls == ["POST /grant", "POST /end"]


async def test_a_revocation_that_fails_keeps_nothing_alive(open_ways: Open, vendor: Vendor) -> None:
    """The instance is gone; the vendor was asked once."""
    ways = await open_ways(EXCHANGE_ONLY, END)
    instance = await ways.create()
    vendor.fault = (503, {})
    await ways.services.instances.delete(ways.principal, instance.id)
    assert await ways.services.instances.search(ways.principal) == []
    assert vendor.calls == ["POST /grant", "POST /end"]
