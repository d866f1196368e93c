"""`/vdrs/snippets`: pieces of script that are kept for reuse."""

from fastapi import APIRouter, Request, Response

from valence.api import bodies
from valence.api.callers import Caller, Services
from valence.api.hints import is_system_only, told
from valence.api.ids import path_id
from valence.api.wire import Json

router = APIRouter()


@router.get("/vdrs/snippets")
async def list_snippets(request: Request, services: Services, caller: Caller) -> list[Json]:
    """Answer the snippets that the caller sees, or with `systemOnly=true` the system's."""
    return await services.snippets.all(caller, is_system_only=is_system_only(request))


@router.post("/vdrs/snippets")
async def create_snippet(request: Request, services: Services, caller: Caller) -> Json:
    """Keep a piece of script at a level."""
    return await services.snippets.create(caller, await bodies.read_object(request))


@router.get("/vdrs/snippets/{snippet_id}")
async def read_snippet(snippet_id: str, services: Services, caller: Caller) -> Json:
    """Answer a snippet."""
    return await services.snippets.one(caller, path_id(snippet_id, what="snippet"))


@router.put("/vdrs/snippets/{snippet_id}")
async def replace_snippet(
    snippet_id: str, request: Request, services: Services, caller: Caller, response: Response
) -> Json:
    """Replace a snippet; what the body leaves out stays."""
    number = path_id(snippet_id, what="snippet")
    body = await bodies.read_object(request)
    return told(await services.snippets.replace(caller, number, body), response)


@router.delete("/vdrs/snippets/{snippet_id}")
async def delete_snippet(
    snippet_id: str, services: Services, caller: Caller, response: Response
) -> Json:
    """Delete a snippet."""
    number = path_id(snippet_id, what="snippet")
    return told(await services.snippets.delete(caller, number), response)
