"""What whoever maps an object looks at: the vendor's records, coverage, suggestions."""

from fastapi import APIRouter, Request, Response

from valence.api import bodies, pages
from valence.api.callers import Services, ViewedScope
from valence.api.hints import add_warning
from valence.api.wire import Json
from valence.common_resources import Draft
from valence.workbench import SAMPLED, coverage_to_wire, sample_to_wire, suggestion_to_wire

router = APIRouter()


@router.get("/instances/objects/{name}/samples")
@router.get("/instances/{instance_id}/objects/{name}/samples")
async def list_samples(
    name: str, request: Request, services: Services, called: ViewedScope, response: Response
) -> Json:
    """Answer records of an object as the vendor has them, with what is known of its fields."""
    query = request.query_params
    sample = await services.workbench.sample(
        called.principal,
        called.scope.place.owner_id,
        name,
        where=query.get("where") or None,
        size=pages.positive(request, "pageSize", SAMPLED),
        record_id=query.get("recordId") or None,
        next_page=query.get("nextPage") or None,
    )
    if sample.warning is not None:
        add_warning(response, sample.warning)
    return sample_to_wire(sample)


@router.get("/instances/transformations/{name}/coverage")
@router.get("/instances/{instance_id}/transformations/{name}/coverage")
async def read_coverage(
    name: str, request: Request, services: Services, called: ViewedScope
) -> Json:
    """Answer what becomes of every field of an object, as its transformation is in force."""
    report = await services.workbench.coverage(
        called.principal,
        called.scope.place.owner_id,
        name,
        size=pages.positive(request, "pageSize", SAMPLED),
    )
    return coverage_to_wire(report)


@router.post("/instances/transformations/{name}/coverage")
@router.post("/instances/{instance_id}/transformations/{name}/coverage")
async def draft_coverage(
    name: str, request: Request, services: Services, called: ViewedScope
) -> Json:
    """Answer what would become of every field with a draft, which is stored nowhere."""
    report = await services.workbench.coverage(
        called.principal,
        called.scope.place.owner_id,
        name,
        Draft.read(await bodies.read_object(request)),
        size=pages.positive(request, "pageSize", SAMPLED),
    )
    return coverage_to_wire(report)


@router.get("/instances/transformations/{name}/suggestions")
@router.get("/instances/{instance_id}/transformations/{name}/suggestions")
async def list_suggestions(
    name: str, request: Request, services: Services, called: ViewedScope
) -> list[Json]:
    """Answer where the vendor likely has the fields of an object's definition, surest first."""
    found = await services.workbench.suggest(
        called.principal,
        called.scope.place.owner_id,
        name,
        request.query_params.get("vendorName") or None,
    )
    return [suggestion_to_wire(one) for one in found]
