"""Short field lists to the schemas of element JSON.

`Contact: {id: integer, given_name: string, company: Company, tags: [Tag], title: string!}` becomes
`{"Contact": {"id": "Contact", "properties": {...}, "required": ["title"]}}`, in the dialect of the
wire contract: a type may be another model's name, items of an array refer to one by `$ref`."""

from collections.abc import Iterator, Mapping
from typing import Any

from valence.elements.document import Json

_TYPES: Mapping[str, Json] = {
    "string": {"type": "string"},
    "integer": {"type": "integer", "format": "int64"},
    "number": {"type": "number", "format": "double"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "date-time": {"type": "string", "format": "date-time"},
    "object": {"type": "object"},
    "any": {"type": "unknown"},
}

Models = Mapping[str, Mapping[str, Any]]


def unknown_types(models: Models) -> Iterator[tuple[str, str, str]]:
    """Yield model, field and type of every field whose type is no type and no model."""
    for name, fields in models.items():
        for field, written in fields.items():
            type_ = _named(written)
            if type_ is not None and type_ not in _TYPES and type_ not in models:
                yield name, field, type_


def swagger(models: Models, name: str, *, is_list: bool = False) -> Json:
    """Return the schema of a model and of all it refers to; as a list, under `<Model>List`."""
    found = {part: _schema(part, models[part], models) for part in _closure(models, name)}
    if not is_list:
        return found
    return {f"{name}List": {"type": "array", "items": {"$ref": name}}} | found


def fields_of(models: Models, name: str, *, primary_key: str) -> list[Json]:
    """Return the fields of an object that has the shape of a model."""
    found = []
    for field, written in models[name].items():
        known = _property(written, models)
        row: Json = {"name": field, "type": known["type"]}
        if "format" in known:
            row["format"] = known["format"]
        if field == primary_key:
            row["primaryKey"] = True
        found.append(row)
    return found


def _closure(models: Models, name: str) -> list[str]:
    found: list[str] = []
    waiting = [name]
    while waiting:
        part = waiting.pop(0)
        if part in found:
            continue
        found.append(part)
        types = [_named(written) for written in models[part].values()]
        waiting += [type_ for type_ in types if type_ is not None and type_ in models]
    return found


def _schema(name: str, fields: Mapping[str, Any], models: Models) -> Json:
    shown: Json = {
        "id": name,
        "properties": {field: _property(written, models) for field, written in fields.items()},
    }
    required = [
        field
        for field, written in fields.items()
        if isinstance(written, str) and written.endswith("!")
    ]
    if required:
        shown["required"] = required
    if "id" in fields:
        shown["x-primary-key"] = ["id"]
    return shown


def _property(written: Any, models: Models) -> Json:
    if isinstance(written, dict):
        return dict(written)
    name = _named(written) or "any"
    is_model = name in models
    if isinstance(written, list):
        return {"type": "array", "items": {"$ref": name} if is_model else dict(_TYPES[name])}
    return {"type": name} if is_model else dict(_TYPES[name])


def _named(written: Any) -> str | None:
    """Return the name of a type as written; None: it is a schema of its own."""
    if isinstance(written, list):
        return str(written[0]) if len(written) == 1 else "[...]"
    return None if isinstance(written, dict) else str(written).removesuffix("!")
