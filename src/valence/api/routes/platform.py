"""Small platform resources: hubs and the caller's organization; and what is not served."""

from fastapi import APIRouter, Request, Response

from valence.api.callers import Caller, ElementViewer, Services, secrets_of
from valence.api.wire import Json
from valence.domain import NotFound, iso_seconds
from valence.elements import HUBS, element_to_wire

router = APIRouter()

NOT_SERVED = (
    "accounts",
    "applications",
    "audit-logs",
    "customers",
    "docs",
    "formulas",
    "integrations",
    "jobs",
    "metrics",
    "notifications",
)


@router.get("/hubs")
async def list_hubs(services: Services, caller: Caller) -> list[Json]:
    """Answer the hubs."""
    return [_hub(key) for key in HUBS]


@router.get("/hubs/keys")
async def list_hub_keys(services: Services, caller: Caller) -> list[str]:
    """Answer the keys of the hubs."""
    return list(HUBS)


@router.get("/hubs/{key}")
async def read_hub(key: str, services: Services, caller: Caller) -> Json:
    """Answer a hub."""
    if key not in HUBS:
        raise NotFound(f"No hub found with key {key[:100]!r}.")
    return _hub(key)


@router.get("/hubs/{key}/elements")
async def list_hub_elements(key: str, services: Services, caller: ElementViewer) -> list[Json]:
    """Answer the elements of a hub."""
    if key not in HUBS:
        raise NotFound(f"No hub found with key {key[:100]!r}.")
    found = await services.elements.all(caller)
    return [element_to_wire(e, abridged=True) for e in found if e.hub == key]


@router.get("/organizations/me")
async def read_organization(
    request: Request, services: Services, caller: Caller, response: Response
) -> Json:
    """Answer the caller's organization; its secret only to who presented it or administers it."""
    organization = await services.tenancy.organization(caller.organization_id)
    shown: Json = {
        "id": organization.id,
        "name": organization.name,
        "createdDate": iso_seconds(organization.created_ms),
        "vdrVersion": await services.common_resources.version(organization.id),
    }
    if secrets_of(request).organization is not None or caller.role == "org-admin":
        pair = await services.tenancy.secrets(caller)
        shown["secret"] = pair.organization_secret.reveal()
        response.headers["Cache-Control"] = "no-store"
    return shown


async def refuse(request: Request, caller: Caller) -> Json:
    """Answer 404 for what is not served, after the caller has shown who he is."""
    raise NotFound("This path is not served.", code="not-served")


def _hub(key: str) -> Json:
    name, description = HUBS[key]
    return {"id": list(HUBS).index(key) + 1, "key": key, "name": name, "description": description}


for _noun in NOT_SERVED:
    for _path in (f"/{_noun}", f"/{_noun}/{{rest:path}}"):
        router.add_api_route(
            _path,
            refuse,
            methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            include_in_schema=False,
        )
