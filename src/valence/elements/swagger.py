"""Swagger 2.0 of an element, of one operation, of one object, of a hub.

Source: the wire contract. Paths are below the hub and sorted; a list's root model is written as an
array of its record; `definitions` hold, for every operation shown, the root of its answer, the root
of its body and every model these refer to."""

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from valence.domain import InvalidRequest, NotFound
from valence.elements import universal
from valence.elements.hubs import resources_of_hub
from valence.elements.objects import vendor_name
from valence.elements.resources import (
    canonical_name,
    is_list,
    object_of,
    operation_id,
    path_of,
    placeholders,
    plain_id,
    resources_of,
    resources_of_object,
    single_segments,
)
from valence.elements.schemas import (
    answer_schema,
    definitions_of,
    inline_schema,
    parameter_type,
    reference,
)
from valence.elements.shapes import (
    WRITING,
    Json,
    Model,
    body_type,
    parameters_of,
    request_model,
    response_model,
)

AUTHORIZATION: Json = {
    "name": "Authorization",
    "in": "header",
    "description": "User <user secret>, Organization <organization secret>, Element <token>",
    "required": True,
    "type": "string",
}
FAILURES = {
    "400": "The request cannot be served as it is; the message says why",
    "401": "The Authorization header is missing or wrong, or the owner must consent again",
    "403": "The caller may not do this, or the instance is disabled",
    "404": "There is no such record",
    "405": "The resource does not know this verb",
    "429": "The vendor's limit is reached; Retry-After tells when to try again",
    "500": "The element or this installation has a fault",
    "502": "The vendor cannot be reached or answered nonsense",
}
_IN = {"query": "query", "header": "header", "path": "path", "form": "formData"}
_NUMBERED = {"page", "pageSize"}
_STEP = re.compile(r"(?:`(?:[^`]|``)*`|[^.])+")
_QUOTED = re.compile(r"`((?:[^`]|``)*)`")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the API stands, and who answers questions about it."""

    host: str
    schemes: tuple[str, ...]
    email: str

    @classmethod
    def of(cls, base_url: str, *, email: str = "") -> "Place":
        """Return the place of an address such as `https://hub.example`.

        Without an e-mail address it is the postmaster of that host, who always has to be there.

        Raises:
            InvalidRequest: it is not the address of a server.
        """
        refused = InvalidRequest("baseUrl must be an address such as https://hub.example.")
        try:
            parts = urlsplit(base_url)
            name, _ = parts.hostname, parts.port
        except ValueError as exc:
            raise refused from exc
        is_plain = all(32 < ord(letter) < 127 and letter not in "{}/\\@" for letter in parts.netloc)
        if parts.scheme not in ("http", "https") or not name or not is_plain:
            raise refused
        return cls(parts.netloc, (parts.scheme,), email or f"postmaster@{name}")


@dataclass(frozen=True, slots=True)
class DocumentedObject:
    """An object of the caller's own shape that documents show: name, and fields by dotted path.

    `fields` are pairs of path and type.
    """

    name: str
    fields: tuple[tuple[str, str], ...] = ()


def element_swagger(
    document: Mapping[str, Any], place: Place, *, objects: Sequence[DocumentedObject] = ()
) -> Json:
    """Return the document of an element; `objects` are mapped objects shown beside its own."""
    resources = resources_of(document)
    paths, definitions = _paths(document, resources), _definitions(resources)
    for mapped in objects:
        paths |= _mapped_paths(mapped)
        definitions[mapped.name] = _mapped_definition(mapped)
    for name, declared in _declared_definitions(document).items():
        definitions.setdefault(name, declared)
    for path, item in universal.paths().items():
        paths.setdefault(path, item)
    for name, schema in universal.DEFINITIONS.items():
        definitions.setdefault(name, copy.deepcopy(schema))
    return _whole(document, place, paths, definitions)


def mapped_swagger(document: Mapping[str, Any], mapped: DocumentedObject, place: Place) -> Json:
    """Return the document of one mapped object."""
    definitions = {mapped.name: _mapped_definition(mapped)}
    return _whole(document, place, _mapped_paths(mapped), definitions)


def operation_swagger(
    document: Mapping[str, Any],
    wanted: str,
    place: Place,
    *,
    discovered: Sequence[Mapping[str, Any]] = (),
    is_resolved: bool = False,
    is_basic: bool = False,
) -> Json:
    """Return the document of one operation. Raises NotFound."""
    resource = _operation(document, wanted)
    return _part(document, [resource], place, discovered, is_resolved, is_basic)


def operation_definitions(
    document: Mapping[str, Any],
    wanted: str,
    *,
    discovered: Sequence[Mapping[str, Any]] = (),
    is_resolved: bool = False,
    is_basic: bool = False,
) -> Json:
    """Return the definitions of one operation. Raises NotFound."""
    resource = _operation(document, wanted)
    found = _with_custom(_definitions([resource], is_resolved), [resource], discovered, is_resolved)
    return _lighter(found) if is_basic else found


def object_swagger(
    document: Mapping[str, Any],
    name: str,
    place: Place,
    *,
    discovered: Sequence[Mapping[str, Any]] = (),
    is_resolved: bool = False,
    is_basic: bool = False,
) -> Json:
    """Return the document of one object: only its paths and the models these need.

    Args:
        discovered: fields of the object's metadata; the custom ones join its root models.
        is_resolved: write nested models out, so that only root models stay definitions.
        is_basic: leave descriptions, samples and extensions out.

    Raises:
        NotFound: the element has no such object.
    """
    resources = resources_of_object(document, name)
    if not resources:
        if canonical_name(document, name) is None:
            raise NotFound(f"No object found with name {name[:100]!r}.")
        return _whole(document, place, {}, _declared_definitions(document, only=name))
    return _part(document, resources, place, discovered, is_resolved, is_basic)


def object_of_operation(document: Mapping[str, Any], wanted: str) -> str | None:
    """Return the object an operation is about, whose metadata can be asked for. Raises NotFound."""
    return object_of(_operation(document, wanted), single_segments(document))


def hub_swagger(hub: str, name: str, documents: Iterable[Mapping[str, Any]], place: Place) -> Json:
    """Return the document of a hub: its normalised resources and what its elements add."""
    paths: dict[str, Json] = {}
    definitions: dict[str, Json] = {}
    for document in documents:
        shown = element_swagger(document, place)
        for path, item in shown["paths"].items():
            for verb, operation in item.items():
                paths.setdefault(path, {}).setdefault(verb, operation)
        for key, schema in shown["definitions"].items():
            _merge(definitions, key, schema)
    for path, verbs in resources_of_hub(hub).items():
        known = {_shape(one): one for one in paths}
        item = paths.setdefault(known.get(_shape(path), path), {})
        for verb in verbs:
            item.setdefault(verb.lower(), _canonical(path, verb))
    for path, item in universal.paths().items():
        paths.setdefault(path, item)
    for key, schema in universal.DEFINITIONS.items():
        definitions.setdefault(key, copy.deepcopy(schema))
    about = {"name": f"{name} hub", "description": f"What elements of the hub {hub} serve"}
    return _whole({**about, "hub": hub}, place, paths, definitions)


# -- parts ----------------------------------------------------------------------------------------


def _part(
    document: Mapping[str, Any],
    resources: list[Json],
    place: Place,
    discovered: Sequence[Mapping[str, Any]],
    is_resolved: bool,
    is_basic: bool,
) -> Json:
    definitions = _definitions(resources, is_resolved)
    definitions = _with_custom(definitions, resources, discovered, is_resolved)
    paths = _paths(document, resources, is_resolved)
    declared = _declared_definitions(document)
    while missing := _referenced({"paths": paths, "definitions": definitions}) - set(definitions):
        definitions |= {name: declared[name] for name in missing}
    shown = _whole(document, place, paths, definitions)
    if is_basic:
        shown["paths"], shown["definitions"] = _lighter(paths), _lighter(definitions)
        shown["paths"] = dict(sorted(shown["paths"].items()))
    return shown


def _whole(
    document: Mapping[str, Any], place: Place, paths: dict[str, Json], definitions: dict[str, Json]
) -> Json:
    ordered = dict(sorted(paths.items()))
    _make_ids_unique(ordered)
    tags = sorted(
        {tag for item in ordered.values() for one in item.values() for tag in one["tags"]}
    )
    return {
        "swagger": "2.0",
        "info": {
            "title": str(document.get("name") or document.get("key") or "Element"),
            "description": str(document.get("description") or ""),
            "version": "api-v2",
            "contact": {"email": place.email},
        },
        "host": place.host,
        "basePath": f"/elements/api-v2/hubs/{document.get('hub') or 'general'}",
        "schemes": list(place.schemes),
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "tags": [{"name": tag} for tag in tags],
        "paths": ordered,
        "definitions": definitions,
    }


def _operation(document: Mapping[str, Any], wanted: str) -> Json:
    sought = plain_id(wanted)
    for resource in resources_of(document):
        own = plain_id(operation_id(resource))
        if sought in (own, plain_id(f"{resource['method']}-{path_of(resource)}")):
            return resource
    raise NotFound(f"No operation found with ID {wanted[:100]!r}.")


def _make_ids_unique(paths: Mapping[str, Json]) -> None:
    taken: set[str] = set()
    for item in paths.values():
        for operation in item.values():
            wanted = name = operation["operationId"]
            number = 2
            while name in taken:
                name, number = f"{wanted}-{number}", number + 1
            taken.add(name)
            operation["operationId"] = name


def _shape(path: str) -> str:
    """Return a path without the names of its placeholders: equal shapes are the same path."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


# -- operations -----------------------------------------------------------------------------------


def _paths(
    document: Mapping[str, Any], resources: list[Json], is_resolved: bool = False
) -> dict[str, Json]:
    found: dict[str, Json] = {}
    shapes: dict[str, str] = {}
    for resource in resources:
        path = path_of(resource)
        path = shapes.setdefault(_shape(path), path)
        item = found.setdefault(path, {})
        verb = str(resource["method"]).lower()
        if verb not in item:
            item[verb] = _shown(document, resource, path, is_resolved)
    return found


def _shown(document: Mapping[str, Any], resource: Json, path: str, is_resolved: bool) -> Json:
    first = next((part for part in path.split("/") if part), "resources").strip("{}")
    shown: Json = {
        "operationId": operation_id(resource),
        "parameters": _parameters(document, resource, path, is_resolved),
        "responses": _responses(document, resource, is_resolved),
        "summary": str(resource.get("description") or f"{resource['method']} {path}"),
        "tags": [first],
    }
    if resource.get("tryitoutDisable") is True:
        shown["x-tryit-disabled"] = True
    kind = (resource.get("response") or {}).get("contentType")
    if isinstance(kind, str) and "/" in kind and kind != "application/json":
        shown["produces"] = [kind]
    locations = {one["in"] for one in shown["parameters"]}
    if "formData" in locations:
        has_file = any(one.get("type") == "file" for one in shown["parameters"])
        form = "multipart/form-data" if has_file else "application/x-www-form-urlencoded"
        shown["consumes"] = [form]
    return shown


def _parameters(
    document: Mapping[str, Any], resource: Json, path: str, is_resolved: bool
) -> list[Json]:
    rows = parameters_of(resource)
    wanted = placeholders(path)
    # The path may be spelled with another resource's placeholders: they correspond by position.
    names = dict(zip(placeholders(path_of(resource)), wanted, strict=True))
    found = [dict(AUTHORIZATION)]
    seen = {("header", "authorization")}
    form = [row for row in rows if row.get("type") in ("form", "multipart")]
    for row in rows:
        kind, name = str(row.get("type")), str(row.get("name") or "")
        if kind not in ("query", "header", "path", "form", "multipart") or not name:
            continue
        if kind == "path":
            name = names.get(name, name)
            if name not in wanted:
                continue
        where = _IN.get(kind, "formData")
        key = (where, name.casefold() if where == "header" else name)
        if key not in seen:
            seen.add(key)
            found.append(_parameter(row, name, where))
    for name in wanted:
        if ("path", name) not in seen:
            seen.add(("path", name))
            found.append({"name": name, "in": "path", "required": True, "type": "string"})
    if is_list(resource):  # what the platform does for every list, declared or not
        found += [
            dict(one)
            for one in universal.LISTING
            if one["name"] != "where" and ("query", one["name"]) not in seen
        ]
    if not form:
        body = _body(document, resource, rows, is_resolved)
        if body is not None:
            found.append(body)
    return found


def _parameter(row: Json, name: str, where: str) -> Json:
    shown: Json = {"name": name, "in": where}
    if row.get("description"):
        shown["description"] = str(row["description"])
    shown["required"] = where == "path" or row.get("required") is True
    if row.get("type") == "multipart" and (name == "file" or row.get("dataType") == "file"):
        return shown | {"type": "file"}
    kind = parameter_type(row.get("dataType"))
    if name in _NUMBERED and where == "query":
        kind = {"type": "integer", "format": "int64"}
    return shown | kind


def _body(
    document: Mapping[str, Any], resource: Json, rows: list[Json], is_resolved: bool
) -> Json | None:
    row = next((one for one in rows if one.get("type") == "body"), None)
    fields = [one for one in rows if one.get("type") == "bodyField"]
    if row is None and not fields and resource["method"] not in WRITING:
        return None
    model = request_model(resource)
    if row is None and not fields and model is None:
        return None
    if model is not None:
        schema = inline_schema(model, is_resolved=is_resolved)
        if schema.get("type") == "array":  # the body is a list: the record's fields are what counts
            schema = answer_schema(model, is_list=True)
    else:
        schema = {"type": "object", "properties": _properties(document, resource, fields)}
        required = [str(one["name"]) for one in fields if one.get("required") is True]
        required = [name for name in dict.fromkeys(required) if name in schema["properties"]]
        if required:
            schema["required"] = required
    name = object_of(resource, single_segments(document)) or path_of(resource).strip("/")
    schema.setdefault("x-vendor-objectname", vendor_name(document, name))
    shown: Json = {"name": str((row or {}).get("name") or "body"), "in": "body"}
    if row and row.get("description"):
        shown["description"] = str(row["description"])
    return shown | {"required": bool(row and row.get("required") is True), "schema": schema}


def _properties(document: Mapping[str, Any], resource: Json, fields: list[Json]) -> Json:
    found = {str(one["name"]): parameter_type(one.get("dataType")) for one in fields}
    if found:
        return found
    named = object_of(resource, single_segments(document)) or body_type(resource) or ""
    declared = _declared_definitions(document, only=named).get(named)
    return dict(declared["properties"]) if declared else {}


def _responses(document: Mapping[str, Any], resource: Json, is_resolved: bool) -> Json:
    model = response_model(resource)
    if resource["method"] == "DELETE" and model is None:
        schema: Json = {"type": "object"}
    elif model is not None:
        schema = answer_schema(model, is_list=is_list(resource))
    else:
        named = object_of(resource, single_segments(document)) or ""
        declared = _declared_definitions(document, only=named)
        schema = reference(named) if named in declared else {"type": "object"}
        if is_list(resource):
            schema = {"type": "array", "items": schema}
    shown = {"200": {"description": "OK", "schema": schema}}
    return shown | {code: {"description": text} for code, text in FAILURES.items()}


# -- definitions ----------------------------------------------------------------------------------


def _models(resources: list[Json]) -> list[Model]:
    found = [(response_model(one), request_model(one)) for one in resources]
    return [model for pair in found for model in pair if model is not None]


def _definitions(resources: list[Json], is_resolved: bool = False) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for model in _models(resources):
        for name, schema in definitions_of(model, is_resolved=is_resolved).items():
            _merge(found, name, schema)
    return found


def _merge(found: dict[str, Json], name: str, schema: Json) -> None:
    """Keep one definition a name: what operations say differently of one model is put together."""
    known = found.setdefault(name, schema)
    if known is not schema and "properties" in known and "properties" in schema:
        properties = {**schema["properties"], **known["properties"]}
        found[name] = {**schema, **known, "properties": properties}


def _declared_definitions(document: Mapping[str, Any], only: str | None = None) -> dict[str, Json]:
    """Return definitions of the objects whose fields the element declares."""
    declared = {
        str(one.get("name")): one.get("fields")
        for one in document.get("objects") or []
        if one.get("name") and one.get("fields")
    }
    found: dict[str, Json] = {}
    for name, rows in declared.items():
        if only is not None and name.casefold() != only.casefold():
            continue
        properties: dict[str, Json] = {}
        for row in rows or []:
            key = str(row.get("name") or "")
            if not key:
                continue
            if row.get("type") == "object" and key in declared and only is None:
                properties[key] = reference(key)
            elif row.get("type") == "object":
                properties[key] = {"type": "object"}
            elif row.get("type") == "array":
                properties[key] = {"type": "array", "items": {}}
            else:
                properties[key] = parameter_type(row.get("type"))
        found[name] = {"type": "object", "properties": properties}
        vendor = next(
            (one.get("vendorName") for one in document["objects"] if one.get("name") == name), None
        )
        if vendor:
            found[name]["x-vendor-objectname"] = str(vendor)
    return found


def _with_custom(
    definitions: dict[str, Json],
    resources: list[Json],
    discovered: Sequence[Mapping[str, Any]],
    is_resolved: bool,
) -> dict[str, Json]:
    """Add custom fields to the root models; nested ones in a definition of their own.

    One that lies in an array is what the array's definition says.
    """
    roots = {name for model in _models(resources) if (name := model.record_name) is not None}
    nested: dict[str, dict[str, Json]] = {}
    plain: dict[str, Json] = {}
    for field in discovered:
        path = str(field.get("path") or field.get("vendorPath") or "")
        if field.get("custom") is not True or not path or "[" in path:
            continue
        first, *rest = _steps(path)
        schema = parameter_type(field.get("type"))
        if rest:
            nested.setdefault(first, {})[".".join(rest)] = schema
        else:
            plain[first] = schema
    for name, fields in nested.items():
        schema = {"type": "object", "properties": fields}
        plain[name] = schema if is_resolved else reference(name)
        if not is_resolved:
            _merge(definitions, name, schema)
    for name in roots:
        known = definitions[name]
        properties = {**plain, **known.get("properties", {})}
        definitions[name] = {**known, "type": "object", "properties": properties}
    return definitions


def _steps(path: str) -> list[str]:
    """Return the names of a path; one in back quotes may have dots in it."""
    return [
        _QUOTED.sub(lambda quoted: quoted[1].replace("``", "`"), one)
        for one in _STEP.findall(path) or [path]
    ]


def _referenced(value: Any) -> set[str]:
    found: set[str] = set()
    if isinstance(value, dict):
        target = value.get("$ref")
        if isinstance(target, str):
            found.add(target.rpartition("/")[2])
        for part in value.values():
            found |= _referenced(part)
    elif isinstance(value, list):
        for part in value:
            found |= _referenced(part)
    return found


def _lighter(value: Any, *, is_names: bool = False) -> Any:
    """Return a copy without descriptions of fields, samples and extensions.

    Keys of `properties` are names of fields and all stay.
    """
    if isinstance(value, list):
        return [_lighter(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for key, part in value.items():
        is_extension = key.startswith("x-") and key != "x-vendor-objectname"
        if not is_names and (is_extension or key == "example" or _is_text(key, part, value)):
            continue
        kept[key] = _lighter(part, is_names=key in ("properties", "responses"))
    return kept


def _is_text(key: str, part: Any, holder: Mapping[str, Any]) -> bool:
    is_response = "schema" in holder or set(holder) == {"description"}
    return key == "description" and isinstance(part, str) and not is_response


# -- mapped objects and the hub's own resources ---------------------------------------------------


def _mapped_definition(mapped: DocumentedObject) -> Json:
    root: Json = {"type": "object", "properties": {}}
    for path, kind in mapped.fields:
        holder = root
        *parents, last = _steps(path)
        for part in parents:
            is_many, name = part.endswith("[*]"), part.removesuffix("[*]")
            below = holder["properties"].setdefault(name, {"type": "object", "properties": {}})
            if is_many and below["type"] != "array":
                inside = {"type": "object", "properties": below.get("properties", {})}
                below = holder["properties"][name] = {"type": "array", "items": inside}
            holder = below["items"] if below["type"] == "array" else below
            if "properties" not in holder:
                holder |= {"type": "object", "properties": {}}
        if last.endswith("[*]"):
            item = {"type": "array", "items": parameter_type(kind)}
            holder["properties"][last.removesuffix("[*]")] = item
        else:
            holder["properties"].setdefault(last, parameter_type(kind))
    return root


def _mapped_paths(mapped: DocumentedObject) -> dict[str, Json]:
    one, many = reference(mapped.name), {"type": "array", "items": reference(mapped.name)}
    base = f"/{mapped.name}"
    return {
        base: {
            "get": _generic(base, "GET", [mapped.name], many),
            "post": _generic(base, "POST", [mapped.name], one, _mapped_definition(mapped)),
        },
        f"{base}/{{objectId}}": {
            verb: _generic(
                f"{base}/{{objectId}}",
                verb.upper(),
                [mapped.name],
                {"type": "object"} if verb == "delete" else one,
                _mapped_definition(mapped) if verb == "patch" else None,
            )
            for verb in ("get", "patch", "delete")
        },
    }


def _canonical(path: str, verb: str) -> Json:
    name = path.split("/")[1]
    is_many = verb == "GET" and not path.endswith("}")
    one: Json = {"type": "object"}
    answer = {"type": "array", "items": one} if is_many else one
    body = {"type": "object", "properties": {}} if verb in WRITING else None
    return _generic(path, verb, [name], answer, body)


def _generic(path: str, verb: str, tags: list[str], answer: Json, body: Json | None = None) -> Json:
    parameters = [dict(AUTHORIZATION)]
    parameters += [
        {"name": name, "in": "path", "required": True, "type": "string"}
        for name in placeholders(path)
    ]
    if answer.get("type") == "array":
        parameters += copy.deepcopy(universal.LISTING)
    if body is not None:
        schema = {**body, "x-vendor-objectname": tags[0]}
        parameters.append({"name": "body", "in": "body", "required": True, "schema": schema})
    words = {"GET": "Read", "POST": "Create", "PATCH": "Change", "PUT": "Change"}
    word = "List" if answer.get("type") == "array" else words.get(verb, "Delete")
    responses: Json = {"200": {"description": "OK", "schema": answer}}
    return {
        "operationId": f"{verb}-{path.strip('/')}",
        "parameters": parameters,
        "responses": responses | {code: {"description": text} for code, text in FAILURES.items()},
        "summary": f"{word} {tags[0]}",
        "tags": tags,
    }
