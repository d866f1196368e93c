"""OpenAPI 3.1 of what Swagger 2.0 says, for viewers and generators of today."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from valence.elements.shapes import Json

_PARAMETER = ("name", "in", "description", "required")
_DEFINITIONS = "#/definitions/"
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def openapi_of(swagger: Mapping[str, Any]) -> Json:
    """Return a Swagger 2.0 document of this room as OpenAPI 3.1.

    The Authorization header becomes a security scheme, bodies become request bodies, and paths,
    operation ids and schemas stay what they are. A definition whose name 3.1 does not allow gets
    the nearest that it does.
    """
    kinds = swagger.get("produces") or ["application/json"]
    names = _names(swagger["definitions"])
    shown = {
        "openapi": "3.1.0",
        "info": swagger["info"],
        "servers": [
            {"url": f"{scheme}://{swagger['host']}{swagger['basePath']}"}
            for scheme in swagger["schemes"]
        ],
        "tags": swagger["tags"],
        "security": [{"callerAndInstance": []}],
        "paths": {
            path: {verb: _operation(one, kinds) for verb, one in item.items()}
            for path, item in swagger["paths"].items()
        },
        "components": {
            "schemas": {names[name]: one for name, one in swagger["definitions"].items()},
            "securitySchemes": {
                "callerAndInstance": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "`User <user secret>, Organization <organization secret>,"
                    " Element <token>`, in any order",
                }
            },
        },
    }
    moved: Json = _moved(shown, names)
    return moved


def _names(definitions: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in definitions:
        wanted = plain = re.sub(r"[^A-Za-z0-9._-]", "_", name) or "_"
        number = 2
        while plain in found.values() or (plain != name and plain in definitions):
            plain, number = f"{wanted}-{number}", number + 1
        found[name] = plain
    return found


def _operation(given: Mapping[str, Any], kinds: list[str]) -> Json:
    shown: Json = {key: given[key] for key in ("operationId", "summary", "tags")}
    shown |= {key: value for key, value in given.items() if key.startswith("x-")}
    parameters, form = [], []
    for one in given["parameters"]:
        where = one["in"]
        if where == "body":
            shown["requestBody"] = _body(one)
        elif where == "formData":
            form.append(one)
        elif not (where == "header" and one["name"].casefold() == "authorization"):
            schema = {key: value for key, value in one.items() if key not in _PARAMETER}
            plain = {key: one[key] for key in _PARAMETER if key in one}
            parameters.append({**plain, "schema": schema})
    if form:
        shown["requestBody"] = _form(form, given.get("consumes") or [_FORMS[0]])
    shown["parameters"] = parameters
    shown["responses"] = {
        code: _response(answer, given.get("produces") or kinds)
        for code, answer in given["responses"].items()
    }
    return shown


def _body(given: Mapping[str, Any]) -> Json:
    shown: Json = {"required": given["required"]}
    if "description" in given:
        shown["description"] = given["description"]
    return {**shown, "content": {"application/json": {"schema": given["schema"]}}}


def _form(rows: list[Json], kinds: list[str]) -> Json:
    properties: Json = {}
    for row in rows:
        schema = {key: value for key, value in row.items() if key not in ("name", "in", "required")}
        if schema.get("type") == "file":
            schema |= {"type": "string", "format": "binary"}
        properties[row["name"]] = schema
    schema = {"type": "object", "properties": properties}
    required = [row["name"] for row in rows if row.get("required")]
    if required:
        schema["required"] = required
    return {"required": bool(required), "content": {kind: {"schema": schema} for kind in kinds}}


def _response(given: Mapping[str, Any], kinds: list[str]) -> Json:
    shown: Json = {"description": given["description"]}
    if "schema" in given:
        shown["content"] = {kind: {"schema": given["schema"]} for kind in kinds}
    return shown


def _moved(value: Any, names: Mapping[str, str]) -> Any:
    """Return a copy in which references lead to the place where 3.1 keeps schemas."""
    if isinstance(value, list):
        return [_moved(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    shown = {}
    for key, part in value.items():
        if key == "$ref" and isinstance(part, str) and part.startswith(_DEFINITIONS):
            name = unquote(part.removeprefix(_DEFINITIONS)).replace("~1", "/").replace("~0", "~")
            shown[key] = f"#/components/schemas/{names[name]}"
        else:
            shown[key] = _moved(part, names)
    return shown
