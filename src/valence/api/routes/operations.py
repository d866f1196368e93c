"""For operators and their machines: is it alive, is it ready, what does it serve."""

from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.routing import APIRoute

from valence import __version__
from valence.api.callers import Services

router = APIRouter()


@router.get("/health")
async def health() -> dict[str, str]:
    """Answer when the process lives; looks at nothing else."""
    return {"status": "alive", "version": __version__}


@router.get("/ready")
async def ready(services: Services) -> JSONResponse:
    """Answer 200 when database, keyring and workers are ready, else 503 with what is not."""
    found = await services.readiness()
    return JSONResponse(found, 200 if found["status"] == "ready" else 503)


@router.get("/elements/api-docs/openapi.json", include_in_schema=False)
async def openapi_document(request: Request) -> Response:
    """Answer the platform's API as OpenAPI 3.1."""
    content: bytes = request.app.state.openapi()
    headers = {"Cache-Control": "public, max-age=300"}
    return Response(content, media_type="application/json", headers=headers)


@router.get("/elements/api-docs", include_in_schema=False)
async def api_docs(request: Request) -> HTMLResponse:
    """Answer a page that lists what the platform API serves."""
    rows = sorted(
        (
            route.path,
            " ".join(sorted(route.methods or ())),
            (route.endpoint.__doc__ or "").split("\n")[0],
        )
        for route in request.app.state.documented
        if isinstance(route, APIRoute) and route.include_in_schema
    )
    cells = "".join(
        f"<tr><td><code>{escape(verbs)}</code></td><td><code>{escape(path)}</code></td>"
        f"<td>{escape(text)}</td></tr>"
        for path, verbs, text in rows
    )
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Valence API</title>'
        f"<h1>Valence platform API</h1><table>{cells}</table></html>"
    )
    policy = "default-src 'none'; frame-ancestors 'self'"
    return HTMLResponse(page, headers={"Content-Security-Policy": policy})
