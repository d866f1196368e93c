"""The platform's API as OpenAPI 3.1, generated from its routes and what `description.py` adds."""

import functools
import re
from collections.abc import Iterable, Mapping
from typing import Any, get_type_hints

from fastapi import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter

from valence import __version__
from valence.api import shapes
from valence.api.description import ANYTHING, DESCRIBED, Described, Json

_REFERENCE = "#/components/schemas/{model}"
_WORDS = {
    "authentication": "Signing in, and the secrets of callers",
    "docs": "Generated documents",
    "elements": "The catalog: connectors to vendors' APIs",
    "hubs": "Kinds of business software",
    "instances": "Authenticated accounts at vendors",
    "models": "Models from samples",
    "operations": "For operators and their machines",
    "organizations": "The caller's organization",
}
_FAILURES = {
    "400": "The request cannot be served as it is",
    "401": "The Authorization header is missing or wrong, or the owner must consent again",
    "403": "The caller may not do this",
    "404": "There is no such thing",
    "default": "Another failure; the body says whose turn it is",
}


def openapi(routes: Iterable[tuple[str, APIRoute]], *, server: str) -> Json:
    """Return the document of routes; each comes with the prefix at which it is mounted."""
    components: dict[str, Json] = {}
    paths: dict[str, Json] = {}
    for prefix, route in routes:
        path = plain_path(route.path)
        for verb in sorted(route.methods or ()):
            described = DESCRIBED.get(f"{verb} {path}") or _by_annotation(route)
            tag = path.split("/")[1] if prefix else "operations"
            shown = _operation(route, verb, path, described, components)
            paths.setdefault(prefix + path, {})[verb.lower()] = shown | {"tags": [tag]}
    _schema(shapes.Problem, components)
    tags = sorted({one["tags"][0] for item in paths.values() for one in item.values()})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Valence platform API",
            "version": __version__,
            "description": "Authenticate a vendor account once, call it through one API. Calls of"
            " an account's resources have documents of their own, at `/instances/{id}/docs`.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "tags": [{"name": tag, "description": _WORDS.get(tag, tag.capitalize())} for tag in tags],
        "security": [{"caller": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                "caller": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "`User <user secret>, Organization <organization secret>`, and"
                    " `, Element <token>` where the path does not name the instance; or"
                    " `Bearer <token>` of a login",
                }
            },
        },
    }


def _by_annotation(route: APIRoute) -> Described:
    """Return what the return type of a route without a row says."""
    told = get_type_hints(route.endpoint).get("return")
    is_json = told is not None and not (isinstance(told, type) and issubclass(told, Response))
    return Described(told) if is_json else ANYTHING


def plain_path(path: str) -> str:
    """Return a route's path without what its placeholders match."""
    return re.sub(r"\{(\w+):\w+\}", r"{\1}", path)


def _operation(
    route: APIRoute, verb: str, path: str, described: Described, components: dict[str, Json]
) -> Json:
    words = " ".join((route.endpoint.__doc__ or route.name).split())
    summary, _, more = words.partition(". ")
    shown: Json = {
        "operationId": f"{verb.lower()}-{re.sub(r'[^A-Za-z0-9]+', '-', path).strip('-')}",
        "summary": summary.rstrip("."),
        "parameters": [
            {"name": one, "in": "path", "required": True, "schema": {"type": "string"}}
            for one in re.findall(r"\{(\w+)\}", path)
        ]
        + [one.shown() for one in described.query],
        "responses": _responses(described, components, path),
    }
    if more:
        shown["description"] = more
    if described.body is not None:
        shown["requestBody"] = _body(described, components)
    if described.is_public:
        shown["security"] = []
    return shown


def _body(described: Described, components: dict[str, Json]) -> Json:
    body = described.body
    if isinstance(body, tuple):
        kind, schema = body
    else:
        kind, schema = "application/json", _schema(body, components)
    return {"required": described.is_body_required, "content": {kind: {"schema": schema}}}


def _responses(described: Described, components: dict[str, Json], path: str) -> Json:
    if isinstance(described.answer, str):
        content = {described.answer: {"schema": {"type": "string"}}}
    else:
        content = {"application/json": {"schema": _schema(described.answer, components)}}
    success: Json = {"description": "OK", "content": content}
    if described.headers:
        success["headers"] = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in described.headers.items()
        }
    shown = {"200": success}
    if path == "/ready":
        shown["503"] = {"description": "Something is not ready", "content": content}
    problem = {"application/json": {"schema": {"$ref": _REFERENCE.format(model="Problem")}}}
    for code, text in _FAILURES.items():
        shown.setdefault(code, {"description": text, "content": problem})
    return shown


def _schema(type_: Any, components: dict[str, Json]) -> Json:
    """Return the schema of a type; models of it become components."""
    schema, parts = _schema_of(type_)
    for name, one in parts.items():
        components.setdefault(name, one)
    if isinstance(type_, type) and issubclass(type_, BaseModel):
        components.setdefault(type_.__name__, schema)
        return {"$ref": _REFERENCE.format(model=type_.__name__)}
    return schema


@functools.cache
def _schema_of(type_: Any) -> tuple[Json, dict[str, Json]]:
    """Return the schema of a type, and of the models it names; hundreds of routes share a few."""
    schema = TypeAdapter(type_).json_schema(ref_template=_REFERENCE, by_alias=True)
    parts = {name: _untitled(one) for name, one in schema.pop("$defs", {}).items()}
    return _untitled(schema), parts


def _untitled(schema: Mapping[str, Any]) -> Json:
    """Return a copy without the titles that only repeat a member's name."""
    shown: Json = {}
    for key, value in schema.items():
        if key == "title" and isinstance(value, str):
            continue
        if key == "properties":
            shown[key] = {name: _untitled(one) for name, one in value.items()}
        elif isinstance(value, dict):
            shown[key] = _untitled(value)
        elif isinstance(value, list):
            shown[key] = [_untitled(one) if isinstance(one, dict) else one for one in value]
        else:
            shown[key] = value
    return shown
