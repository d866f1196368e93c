"""Models in the element JSON dialect become schemas of Swagger 2.0.

Names become references, or are written out where a caller asks for it; words that are no types of
Swagger become the nearest that are."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from valence.elements.shapes import PRIMITIVES, Json, Model

Refer = Callable[[str], Json]

_TYPES: dict[str, tuple[str, str | None]] = {
    "int": ("integer", None),
    "long": ("integer", "int64"),
    "float": ("number", "float"),
    "double": ("number", "double"),
    "date": ("string", "date"),
    "dateTime": ("string", "date-time"),
    "datetime": ("string", "date-time"),
    "date-time": ("string", "date-time"),
    "byte": ("string", "byte"),
    "binary": ("string", "binary"),
    "password": ("string", "password"),
    "file": ("string", "binary"),
}
_OWN = frozenset({"string", "integer", "number", "boolean", "array", "object"})
_TEXTS = ("format", "title", "description", "pattern")
_NUMBERS = ("maximum", "minimum", "multipleOf")
_COUNTS = ("maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties")


def reference(name: str) -> Json:
    """Return a reference to a definition."""
    return {"$ref": "#/definitions/" + quote(name.replace("~", "~0").replace("/", "~1"), safe="~")}


def schema_of(model: Model, name: str, refer: Refer) -> Json:
    """Return one definition of a model as a schema."""
    return _schema(model, model.definitions[name], refer)


def definitions_of(model: Model, *, is_resolved: bool) -> dict[str, Json]:
    """Return the definitions a model needs: its record, and all it refers to unless resolved.

    A root that is a list is no definition; the object it holds is. A list of plain values needs
    none.
    """
    root = model.record_name
    if root is None:
        return {}
    if is_resolved:
        return {root: schema_of(model, root, _inlined(model, (root,)))}
    found: dict[str, Json] = {}
    waiting = [root]

    def refer(name: str) -> Json:
        if name not in found:
            waiting.append(name)
        return reference(name)

    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = {}
            found[name] = schema_of(model, name, refer)
    return found


def answer_schema(model: Model, *, is_list: bool, is_resolved: bool = False) -> Json:
    """Return the schema of an answer: a reference to the record, in an array where it is a list."""
    name = model.record_name
    if name is None:
        return _schema(model, model.root, reference)
    if model.is_array or is_list:
        return {"type": "array", "items": reference(name)}
    return reference(name)


def inline_schema(model: Model, *, is_resolved: bool) -> Json:
    """Return the root written out; what it refers to stays a reference unless resolved."""
    refer = _inlined(model, (model.name,)) if is_resolved else reference
    return schema_of(model, model.name, refer)


def _inlined(model: Model, seen: tuple[str, ...]) -> Refer:
    def refer(name: str) -> Json:
        if name in seen:  # a model that holds itself ends here
            return {"type": "object"}
        return _schema(model, model.definitions[name], _inlined(model, (*seen, name)))

    return refer


def _schema(model: Model, given: Mapping[str, Any], refer: Refer) -> Json:
    named = model.reference(given)
    if named is not None:
        shown = refer(named)
        if "$ref" not in shown and isinstance(given.get("description"), str):
            shown = {**shown, "description": given["description"]}
        return shown
    word = given.get("type")
    if isinstance(word, list):
        word = next((one for one in word if one != "null"), "unknown")
    shown = _common(given)
    properties = given.get("properties")
    if isinstance(properties, dict):
        shown["type"] = "object"
        shown["properties"] = {
            str(key): _schema(model, value if isinstance(value, dict) else {}, refer)
            for key, value in properties.items()
        }
        required = _required(given, properties)
        if required:
            shown["required"] = required
    elif word == "array" or (word is None and "items" in given):
        items = given.get("items")
        shown["type"] = "array"
        shown["items"] = _schema(model, items if isinstance(items, dict) else {}, refer)
    elif word in _OWN:
        shown["type"] = word
    elif word in _TYPES:
        kind, format_ = _TYPES[word]
        shown["type"] = kind
        if format_:
            shown.setdefault("format", format_)
    elif isinstance(word, str) and word not in PRIMITIVES:
        shown["type"] = "object"  # the name of a model that is not there
    if "type" not in shown or shown["type"] in ("object", "array"):
        shown.pop("format", None)
    _check_enum(given, shown)
    return shown


def _common(given: Mapping[str, Any]) -> Json:
    shown: Json = {}
    for key in _TEXTS:
        if isinstance(given.get(key), str) and given[key]:
            shown[key] = given[key]
    for key in _NUMBERS:
        value = given.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            shown[key] = value
    for key in _COUNTS:
        value = given.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            shown[key] = value
    if given.get("readOnly") is True:
        shown["readOnly"] = True
    if "example" in given:
        shown["example"] = given["example"]
    shown |= {key: value for key, value in given.items() if str(key).startswith("x-")}
    return shown


def _required(given: Mapping[str, Any], properties: Mapping[str, Any]) -> list[str]:
    """Return the required names: a list as Swagger has it, or flags on the properties."""
    told = given.get("required")
    names = [str(name) for name in told] if isinstance(told, list) else []
    names += [
        str(key)
        for key, value in properties.items()
        if isinstance(value, dict) and value.get("required") is True
    ]
    return list(dict.fromkeys(name for name in names if name in properties))


def _check_enum(given: Mapping[str, Any], shown: Json) -> None:
    values = given.get("enum")
    if not isinstance(values, list) or not values:
        return
    unique: list[Any] = []
    for value in values:
        if value not in unique:
            unique.append(value)
    target = shown["items"] if shown.get("type") == "array" else shown
    if "$ref" not in target:  # definitions put the values of a list on the list
        target["enum"] = unique


def parameter_type(word: object) -> Json:
    """Return type and format of a parameter; objects travel as text."""
    if word in _TYPES:
        kind, format_ = _TYPES[str(word)]
        return {"type": kind, "format": format_} if format_ else {"type": kind}
    if word in _OWN - {"array", "object"}:
        return {"type": word}
    return {"type": "string"}
