"""What documents say of the calls that every element answers: ping, objects, bulk."""

import copy
from collections.abc import Mapping
from typing import Any

from valence.elements.shapes import Json

LISTING: list[Json] = [
    {"name": "where", "in": "query", "description": "A CEQL expression", "required": False,
     "type": "string"},
    {"name": "fields", "in": "query", "description": "Only these fields, separated by commas",
     "required": False, "type": "string"},
    {"name": "pageSize", "in": "query", "description": "Records in a page", "required": False,
     "type": "integer", "format": "int64"},
    {"name": "nextPage", "in": "query", "description": "The token of the page before",
     "required": False, "type": "string"},
]  # fmt: skip
DEFINITIONS: dict[str, Json] = {
    "objectsMetadata": {
        "type": "object",
        "properties": {
            "fields": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "type": {"type": "string"},
                        "path": {"type": "string"},
                        "vendorPath": {"type": "string"},
                        "vendorNativeType": {"type": "string"},
                    },
                },
            }
        },
    }
}
_TEXT: Json = {"type": "string"}
_OBJECT: Json = {"type": "object"}
_NAME: Json = {"name": "objectName", "in": "path", "required": True, "type": "string"}
_JOB: Json = {"name": "id", "in": "path", "required": True, "type": "string"}
_STARTED: Json = {"type": "object", "properties": {"id": _TEXT, "status": _TEXT}}


def paths(document: Mapping[str, Any]) -> dict[str, Json]:
    """Return the universal paths of an element; bulk where its flags allow it."""
    ping = {"endpoint": _TEXT, "valid": {"type": "boolean"}, "dateTime": _TEXT}
    found = {
        "/ping": {"get": _call("GET", "/ping", "Tell whether the instance can be called", "ping",
                               {"type": "object", "properties": ping})},
        "/objects": {"get": _call("GET", "/objects", "List the names of objects", "objects",
                                  {"type": "array", "items": _TEXT})},
        "/objects/{objectName}/metadata": {
            "get": _call("GET", "/objects/{objectName}/metadata", "List the fields of an object",
                         "objects", {"$ref": "#/definitions/objectsMetadata"}, [_NAME])
        },
        "/objects/{objectName}/docs": {
            "get": _call("GET", "/objects/{objectName}/docs", "Read the document of an object",
                         "objects", _OBJECT, [_NAME])
        },
    }  # fmt: skip
    if document.get("bulkDownloadEnabled") is True:
        query = {"name": "q", "in": "query", "required": True, "type": "string",
                 "description": "A CEQL query: select * from contacts"}  # fmt: skip
        found |= {
            "/bulk/query": {"post": _call("POST", "/bulk/query", "Start a bulk download", "bulk",
                                          _STARTED, [query])},
            "/bulk/{id}/status": {"get": _call("GET", "/bulk/{id}/status", "Read a job's state",
                                               "bulk", _OBJECT, [_JOB])},
            "/bulk/{id}/errors": {"get": _call("GET", "/bulk/{id}/errors", "Read a job's errors",
                                               "bulk", _OBJECT, [_JOB])},
            "/bulk/{id}/{objectName}": {
                "get": _call("GET", "/bulk/{id}/{objectName}", "Download a job's records", "bulk",
                             _OBJECT, [_JOB, _NAME])
            },
        }  # fmt: skip
    if document.get("bulkUploadEnabled") is True:
        file = {"name": "file", "in": "formData", "required": True, "type": "file"}
        about = {"name": "metaData", "in": "formData", "required": False, "type": "string"}
        upload = _call("POST", "/bulk/{objectName}", "Start a bulk upload", "bulk", _STARTED,
                       [_NAME, file, about])  # fmt: skip
        found["/bulk/{objectName}"] = {"post": {**upload, "consumes": ["multipart/form-data"]}}
    return found


def _call(
    verb: str, path: str, summary: str, tag: str, answer: Json, parameters: list[Json] | None = None
) -> Json:
    authorization = {
        "name": "Authorization",
        "in": "header",
        "description": "User <user secret>, Organization <organization secret>, Element <token>",
        "required": True,
        "type": "string",
    }
    return {
        "operationId": f"{verb}-{path.strip('/')}",
        "parameters": [authorization, *copy.deepcopy(parameters or [])],
        "responses": {
            "200": {"description": "OK", "schema": copy.deepcopy(answer)},
            "401": {"description": "The Authorization header is missing or wrong"},
            "404": {"description": "There is no such object"},
        },
        "summary": summary,
        "tags": [tag],
    }
