"""What documents say of the calls that every element answers: ping and objects."""

import copy

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


def paths() -> dict[str, Json]:
    """Return the universal paths of an element."""
    ping = {"endpoint": _TEXT, "valid": {"type": "boolean"}, "dateTime": _TEXT}
    return {
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
