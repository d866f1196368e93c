"""`/elements/{keyOrId}/oauth` and `/instances`: from an element to an authenticated account."""

from typing import Any

from fastapi import APIRouter, Request, Response

from valence.api import bodies
from valence.api.callers import Caller, ElementViewer, Provisioner, Services
from valence.api.routes.instances import (
    change,
    create,
    list_instances,
    read_instance,
    remove,
)
from valence.api.wire import Json
from valence.domain import Secret
from valence.instances import OAuthUrlRequest

router = APIRouter(prefix="/elements/{key_or_id}")

_CONSUMED = frozenset(
    {"apiKey", "apiSecret", "callbackUrl", "scope", "state", "boundState", "pkce", "requestToken"}
)
_ALIASES = {"siteAddress": "site.address"}


@router.get("/oauth/url")
async def read_oauth_url(
    key_or_id: str, request: Request, services: Services, caller: ElementViewer
) -> Json:
    """Answer the address at which the owner consents; parameters in the query."""
    return await _oauth_url(key_or_id, dict(request.query_params), services, caller)


@router.get("/oauth/url/default")
async def read_default_oauth_url(
    key_or_id: str, request: Request, services: Services, caller: ElementViewer
) -> Json:
    """Answer that address with the operator's application; no apiKey is needed."""
    given = dict(request.query_params)
    return await _oauth_url(key_or_id, given, services, caller, is_default=True)


@router.get("/oauth/token")
async def read_request_token(
    key_or_id: str, request: Request, services: Services, caller: ElementViewer, response: Response
) -> Json:
    """Answer a request token of OAuth 1.0a; parameters in the query."""
    element = await services.elements.require(caller, key_or_id)
    made = await services.instances.request_token(
        caller, element, _wish(dict(request.query_params))
    )
    response.headers["Cache-Control"] = "no-store"
    secret = made.token_secret.reveal() if made.token_secret else ""
    return {"token": made.access_token.reveal(), "secret": secret}


@router.post("/oauth/url")
async def make_oauth_url(
    key_or_id: str, request: Request, services: Services, caller: ElementViewer
) -> Json:
    """Answer the address at which the owner consents; parameters in the body, as is better."""
    content = await bodies.read_object(request)
    return await _oauth_url(key_or_id, content, services, caller)


@router.get("/instances")
async def list_instances_of(
    key_or_id: str, request: Request, services: Services, caller: Caller, response: Response
) -> list[Json]:
    """Answer the caller's instances of one element."""
    element = await services.elements.require(caller, key_or_id)
    return await list_instances(request, services, caller, response, element=element)


@router.post("/instances")
async def create_instance_of(
    key_or_id: str, request: Request, services: Services, caller: Provisioner
) -> Json:
    """Create an instance of the element in the path."""
    element = await services.elements.require(caller, key_or_id)
    return await create(request, services, caller, element=element)


@router.get("/instances/{instance_id}")
async def read_instance_of(
    key_or_id: str, instance_id: str, services: Services, caller: Caller
) -> Json:
    """Answer an instance of the element in the path."""
    await services.elements.require(caller, key_or_id)
    return await read_instance(instance_id, services, caller)


@router.put("/instances/{instance_id}")
async def replace_instance_of(
    key_or_id: str, instance_id: str, request: Request, services: Services, caller: Provisioner
) -> Json:
    """Change an instance of the element in the path."""
    await services.elements.require(caller, key_or_id)
    return await change(instance_id, request, services, caller)


@router.delete("/instances/{instance_id}")
async def delete_instance_of(
    key_or_id: str, instance_id: str, services: Services, caller: Caller
) -> Json:
    """Delete an instance of the element in the path."""
    await services.elements.require(caller, key_or_id)
    return await remove(instance_id, services, caller)


async def _oauth_url(
    key_or_id: str,
    given: dict[str, Any],
    services: Services,
    caller: Caller,
    *,
    is_default: bool = False,
) -> Json:
    element = await services.elements.require(caller, key_or_id)
    answer = await services.instances.oauth_url(caller, element, _wish(given, is_default))
    shown: Json = {"oauthUrl": answer.url, "element": answer.element_key}
    if is_default:
        secret = answer.request_token_secret
        shown["configuration"] = {} if secret is None else {"secret": secret.reveal()}
    return shown


def _wish(given: dict[str, Any], is_default: bool = False) -> OAuthUrlRequest:
    # Kept apart: an OAuth 2 address does not need it, OAuth 1.0a and an element that makes its own
    # address may.
    secret = given.get("apiSecret")
    given = {name: value for name, value in given.items() if name != "apiSecret"}
    texts = bodies.parse({"values": given}, _Texts).values
    return OAuthUrlRequest(
        api_key=texts.get("apiKey", ""),
        callback_url=texts.get("callbackUrl", ""),
        scope=texts.get("scope") or None,
        state=texts.get("state") or None,
        is_bound=_is_true(texts.get("boundState")),
        wants_pkce=texts.get("pkce") != "false",
        api_secret=Secret(secret) if isinstance(secret, str) and secret else None,
        request_token=texts.get("requestToken", ""),
        is_default=is_default,
        extra={
            _ALIASES.get(name, name): value
            for name, value in texts.items()
            if name not in _CONSUMED
        },
    )


class _Texts(bodies.Lenient):
    values: bodies.Texts


def _is_true(text: str | None) -> bool:
    return text is not None and text.lower() in ("true", "")
