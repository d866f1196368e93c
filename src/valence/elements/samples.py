"""Models from samples: sample JSON to a dictionary of definitions, to CSV, and back.

Source: the wire contract. Names of definitions are given depth-first with the keys of an object in
the order of a Java `HashMap`, because clients keep files that were named in that order."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from valence.domain import InvalidRequest
from valence.elements.shapes import Json

COLUMNS = (
    "sampleValue", "name", "type", "format", "subFormat", "displayName", "description", "request",
    "response", "defaultValue", "max", "min", "precision", "nullable", "searchOperators",
    "searchNames", "mask", "enums", "conditionalDescription", "reference", "hidden", "primaryKey",
    "readOnly", "required", "vendorReferenceName", "vendorName", "customFields", "searchable",
    "whereFields", "searchableJoins",
)  # fmt: skip
_FIXED = {
    "request": "true", "response": "true", "nullable": "false", "hidden": "false",
    "primaryKey": "false", "readOnly": "false", "required": "false",
}  # fmt: skip
_MASK = "yyyy-MM-dd'T'HH:mm:ss.SSSZ"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_LARGEST_INT32 = 2**31
_DEEPEST = 64


def java_order(keys: Iterable[str]) -> list[str]:
    """Return keys in the order in which a Java `HashMap` with these keys is walked."""
    given = list(keys)
    size = 16
    while len(given) > size * 3 // 4:
        size *= 2

    def bucket(key: str) -> int:
        hashed = 0
        raw = key.encode("utf-16-be", "surrogatepass")
        for position in range(0, len(raw), 2):
            unit = raw[position] << 8 | raw[position + 1]
            hashed = (31 * hashed + unit) & 0xFFFFFFFF
        return (hashed ^ hashed >> 16) & (size - 1)

    return sorted(given, key=bucket)  # stable: the order of insertion inside a bucket


def definitions_from_sample(name: str, sample: object) -> dict[str, Json]:
    """Return the dictionary of definitions of a sample record, or of a list of them.

    Raises:
        InvalidRequest: the sample is neither, or nests too deeply.
    """
    return _Namer(name).of(sample)


def csv_from_definitions(name: str, definitions: object) -> str:
    """Return the field list of a dictionary of definitions as CSV.

    Raises:
        InvalidRequest: it has no definition of that name, or is not a dictionary of definitions.
    """
    if not isinstance(definitions, dict) or not isinstance(definitions.get(name), dict):
        raise InvalidRequest(f"The body must be a dictionary of definitions with {name[:100]!r}.")
    for key, one in definitions.items():
        if not isinstance(one, dict):
            raise InvalidRequest(f"The definition {key[:100]!r} must be an object.")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for path, leaf in _walk(definitions, definitions[name], "", (name,)):
        writer.writerow(_row(path, leaf).get(column, "") for column in COLUMNS)
    return text.getvalue()


def definitions_from_csv(name: str, text: str) -> dict[str, Json]:
    """Return the dictionary of definitions of a field list; rows may come in any order.

    Raises:
        InvalidRequest: it is not such a CSV.
    """
    try:
        reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
        rows = list(reader)
    except csv.Error as exc:
        raise InvalidRequest(f"The file is not CSV: {exc}.", code="bad-body") from exc
    if not {"name", "type"} <= set(reader.fieldnames or ()):
        raise InvalidRequest("The file needs the columns name and type.", code="bad-body")
    root: Json = {}
    for number, row in enumerate(rows, 2):
        path = (row.get("name") or "").strip()
        if not path:
            raise InvalidRequest(f"Line {number} of the file has no name.", code="bad-body")
        _place(root, path, _leaf_of_row(row, number), number)
    is_list = set(root) == {"[*]"} and not isinstance(root["[*]"], _Known)
    return _Namer(name).of([root["[*]"]] if is_list else root)


# -- from a sample --------------------------------------------------------------------------------


class _Known(dict[str, Any]):
    """A leaf that is described already: not an object of a sample."""


class _Namer:
    def __init__(self, name: str) -> None:
        self._name = name
        self._found: dict[str, Json] = {}

    def of(self, sample: object) -> dict[str, Json]:
        if isinstance(sample, list) and sample and all(isinstance(one, dict) for one in sample):
            item = f"{self._name}Object"
            self._found[self._name] = {"type": "array", "items": {"type": item}}
            self._found[item] = {}
            self._fill(item, _merged(sample), self._name, self._name, has_type=True, depth=1)
        elif isinstance(sample, dict):
            self._found[self._name] = {}
            self._fill(self._name, sample, self._name, self._name, has_type=False, depth=1)
        else:
            raise InvalidRequest("The sample must be a JSON object, or an array of objects.")
        return self._found

    def _fill(
        self, name: str, value: Json, title: str, parent: str, *, has_type: bool, depth: int
    ) -> None:
        if depth > _DEEPEST:
            raise InvalidRequest(f"The sample must not nest deeper than {_DEEPEST} objects.")
        shown: dict[str, Json] = {}
        for key in java_order(value):
            shown[key] = self._property(key, value[key], parent, depth)
        definition: Json = {"type": "object"} if has_type else {}
        definition |= {"title": title, "x-has-customfields": False}
        # The order of insertion decides inside a bucket, so it is kept.
        definition["properties"] = {key: shown[key] for key in value}
        self._found[name] = definition

    def _property(self, key: str, value: object, parent: str, depth: int) -> Json:
        if isinstance(value, _Known):
            return dict(value)
        if isinstance(value, dict) and value:
            return {"type": self._nested(key, value, parent, True, depth)}
        if isinstance(value, list) and any(isinstance(one, dict) and one for one in value):
            item = self._nested(key, _merged(value), parent, False, depth)
            return {"type": "array", "items": {"type": item}}
        return leaf_of(value)

    def _nested(self, key: str, value: Json, parent: str, has_type: bool, depth: int) -> str:
        name = key
        if name in self._found:
            name = parent + key
        number = 2
        while name in self._found:
            name, number = f"{parent}{key}{number}", number + 1
        self._found[name] = {}  # taken, before what is below asks for names
        self._fill(name, value, key, key, has_type=has_type, depth=depth + 1)
        return name


def leaf_of(value: object) -> Json:
    """Return the description of a plain value, or of a list of them."""
    match value:
        case bool():
            return {"type": "boolean", "x-samplevalue": value}
        case int():
            is_small = -_LARGEST_INT32 <= value < _LARGEST_INT32
            return {
                "type": "integer",
                "format": "int32" if is_small else "int64",
                "x-samplevalue": value,
            }
        case float():
            return {"type": "number", "x-samplevalue": value}
        case str() if _MOMENT.fullmatch(value):
            return {"type": "string", "format": "date-time", "x-mask": _MASK}
        case str():
            return {"type": "string", "x-samplevalue": value}
        case list():
            first = next((one for one in value if one is not None), "")
            return {
                "type": "array",
                "items": {"type": leaf_of(first)["type"]},
                "x-samplevalue": value,
            }
        case dict():
            return {"type": "object"}
        case _:
            return {"type": "string"}


def _merged(sample: list[Any]) -> Json:
    """Return one object with the keys of all; a key has its first value that says something."""
    found: Json = {}
    for one in sample:
        for key, value in one.items() if isinstance(one, dict) else ():
            if found.get(key) in (None, {}, []):
                found[key] = value
    return found


# -- to and from CSV ------------------------------------------------------------------------------


def _walk(
    definitions: Json, schema: Json, path: str, seen: tuple[str, ...]
) -> Iterator[tuple[str, Json]]:
    items = schema.get("items")
    if schema.get("type") == "array" and isinstance(items, dict):
        named = items.get("type") or items.get("$ref")
        if isinstance(named, str) and named in definitions:
            yield from _below(definitions, named, f"{path}[*]", seen)
            return
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        if path:
            yield path, schema
        return
    for key in java_order(properties):
        value = properties[key] if isinstance(properties[key], dict) else {}
        below = f"{path}.{key}" if path else key
        named = value.get("type")
        if isinstance(named, str) and named in definitions:
            yield from _below(definitions, named, below, seen)
        else:
            yield from _walk(definitions, value, below, seen)


def _below(
    definitions: Json, name: str, path: str, seen: tuple[str, ...]
) -> Iterator[tuple[str, Json]]:
    if name in seen or len(seen) > _DEEPEST:  # a model that holds itself
        yield path, {"type": "object"}
    else:
        yield from _walk(definitions, definitions[name], path, (*seen, name))


def _row(path: str, leaf: Json) -> dict[str, str]:
    kind = str(leaf.get("type") or "")
    items = leaf.get("items")
    if kind == "array" and isinstance(items, dict):
        kind = f"array-{items.get('type') or 'string'}"
    return {
        "sampleValue": _text(leaf.get("x-samplevalue")),
        "name": path,
        "type": kind,
        "format": str(leaf.get("format") or ""),
        "mask": str(leaf.get("x-mask") or ""),
        **_FIXED,
    }


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(_text(one) for one in value)}]"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _leaf_of_row(row: dict[str, Any], number: int) -> _Known:
    kind, sample = (row["type"] or "").strip(), row.get("sampleValue") or ""
    if kind.startswith("array"):
        inner = kind.partition("-")[2] or "string"
        leaf = _Known({"type": "array", "items": {"type": inner}})
        parts = sample.strip().removeprefix("[").removesuffix("]")
        if sample:
            texts = parts.split(", ") if parts else []
            leaf["x-samplevalue"] = [_value(inner, text, number) for text in texts]
        return leaf
    leaf = _Known({"type": kind or "string"})
    if row.get("format"):
        leaf["format"] = row["format"]
    if row.get("mask"):
        leaf["x-mask"] = row["mask"]
    if sample or (kind == "string" and not row.get("mask") and not row.get("format")):
        leaf["x-samplevalue"] = _value(kind, sample, number)
    return leaf


def _value(kind: str, text: str, number: int) -> object:
    try:
        match kind:
            case "integer":
                return int(text)
            case "number":
                return float(text)
            case "boolean":
                return text.strip().lower() == "true"
            case _:
                return text
    except ValueError as exc:
        raise InvalidRequest(
            f"Line {number} of the file: {text[:40]!r} is no {kind}.", code="bad-body"
        ) from exc


def _place(root: Json, path: str, leaf: _Known, number: int) -> None:
    """Put a leaf where its path says; `[*]` makes a list of one object."""
    steps = path.split(".")
    holder = root
    for position, step in enumerate(steps):
        is_last = position == len(steps) - 1
        name = step.removesuffix("[*]")
        if is_last:
            holder[step] = leaf
            return
        below = holder.setdefault(name or "[*]", [{}] if step != name and name else {})
        if isinstance(below, list):
            below = below[0]
        if not isinstance(below, dict) or isinstance(below, _Known):
            raise InvalidRequest(
                f"Line {number} of the file: {'.'.join(steps[: position + 1])[:100]} is a field"
                " and cannot have fields.",
                code="bad-body",
            )
        holder = below
