"""`/models`: models from samples. Pure functions; no vendor is called."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from valence.api.callers import Caller
from valence.api.wire import Json
from valence.domain import InvalidRequest, NotAcceptable, UnsupportedMediaType
from valence.elements import (
    csv_from_definitions,
    definitions_from_csv,
    definitions_from_sample,
)

router = APIRouter(prefix="/models")


@router.post("/{name}/schema")
async def make_schema(name: str, request: Request, caller: Caller) -> Json:
    """Answer the dictionary of definitions of a sample."""
    return definitions_from_sample(name, await _json(request))


@router.post("/{name}/csv")
async def make_csv(name: str, request: Request, caller: Caller) -> Response:
    """Answer the field list of a sample, or with `fromSchema=true` of a dictionary, as CSV."""
    accepted = request.headers.get("accept", "*/*").lower()
    if not any(kind in accepted for kind in ("text/csv", "text/*", "*/*")):
        raise NotAcceptable("This answers text/csv only.")
    content = await _json(request)
    if request.query_params.get("fromSchema", "false").lower() not in ("true", ""):
        content = definitions_from_sample(name, content)
    plain = "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in name)
    headers = {
        "Content-Type": "text/csv",  # without a charset: clients compare the whole value
        "Content-Disposition": f'attachment; filename="{plain[:100]}.csv"',
    }
    text = csv_from_definitions(name, content)
    return Response(text.encode("utf-8", "replace"), headers=headers)


@router.post("/{name}/schema/csv")
async def make_schema_from_csv(name: str, request: Request, caller: Caller) -> Json:
    """Answer the dictionary of definitions of a field list in the part `file`."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise UnsupportedMediaType("Send the CSV as multipart/form-data in a part called file.")
    try:
        form = await request.form(max_files=2, max_fields=20)
    except (MultiPartException, ValueError) as exc:
        raise InvalidRequest("The body is not multipart/form-data.", code="bad-body") from exc
    part = form.get("file")
    if part is None:
        raise InvalidRequest("Missing the part file.", code="missing-parameter")
    raw = await part.read() if isinstance(part, UploadFile) else part.encode()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise InvalidRequest("The file is not UTF-8 text.", code="bad-body") from exc
    return definitions_from_csv(name, text)


async def _json(request: Request) -> Any:
    try:
        return orjson.loads(await request.body())
    except orjson.JSONDecodeError as exc:
        raise InvalidRequest("The body is not JSON.", code="bad-body") from exc
