"""The models of resources: what goes to an operation and what comes back, as element JSON says it.

The dialect is `{"<Name>": {"properties": {…}}}`. A property's `type` may be another definition's
name; items are `{"$ref": "<Name>"}` or `{"type": …}`; a type may be missing or `unknown`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

PRIMITIVES = frozenset(
    {
        "string", "integer", "long", "int", "number", "float", "double", "boolean", "date",
        "dateTime", "date-time", "datetime", "byte", "binary", "password", "object", "array",
        "file", "unknown", "null", "any", "",
    }
)  # fmt: skip
NUMBERS = frozenset({"integer", "int", "long", "float", "double", "number"})
WRITING = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """A field without fields of its own, by its path; array steps are written `[*]`."""

    path: str
    type: str


@dataclass(frozen=True, slots=True)
class Model:
    """One root definition and what it refers to."""

    name: str
    definitions: Mapping[str, Json]

    @property
    def root(self) -> Json:
        """The root definition."""
        return self.definitions[self.name]

    @property
    def is_array(self) -> bool:
        """Tell whether the root is a list of records."""
        return self.root.get("type") == "array"

    @property
    def record_name(self) -> str | None:
        """The definition of one record: the root, or what a root array holds, if it has a name."""
        return self.reference(self.root.get("items")) if self.is_array else self.name

    def reference(self, schema: object) -> str | None:
        """Return the definition that a property or an items object names, if it names one."""
        if not isinstance(schema, dict):
            return None
        named = schema.get("$ref") or schema.get("type")
        if not isinstance(named, str):
            return None
        named = named.rpartition("/")[2]
        return named if named in self.definitions else None

    def leaves(self) -> list[Leaf]:
        """Return the leaf fields in the order of the definitions."""
        schema = self.root.get("items") if self.is_array else self.root
        return list(self._leaves(schema if isinstance(schema, dict) else {}, "", (self.name,)))

    def _leaves(self, schema: Json, path: str, seen: tuple[str, ...]) -> Iterator[Leaf]:
        named = self.reference(schema)
        if named is not None:
            if named not in seen:
                yield from self._leaves(self.definitions[named], path, (*seen, named))
            elif path:
                yield Leaf(path, "object")
            return
        properties = schema.get("properties")
        if isinstance(properties, dict) and properties:
            for key, value in properties.items():
                below = f"{path}.{key}" if path else str(key)
                yield from self._leaves(value if isinstance(value, dict) else {}, below, seen)
            return
        items = schema.get("items")
        if isinstance(items, dict) and (self.reference(items) or items.get("properties")):
            yield from self._leaves(items, f"{path}[*]", seen)
        elif path:
            yield Leaf(path, type_word(schema))


def type_word(schema: Mapping[str, Any]) -> str:
    """Return the type a field has in metadata: numbers are one, a missing type is `unknown`."""
    word = schema.get("type")
    if not isinstance(word, str) or not word:
        return "unknown"
    return "number" if word in NUMBERS else word


def response_model(resource: Mapping[str, Any]) -> Model | None:
    """Return the model of an operation's answer, if it is declared."""
    model = resource.get("model") or {}
    return _model(model.get("name"), model.get("swagger"))


def request_model(resource: Mapping[str, Any]) -> Model | None:
    """Return the model of an operation's body: its own, or the one its body parameter names."""
    if resource.get("method") not in WRITING:
        return None
    model = resource.get("model") or {}
    own = _model(model.get("requestName"), model.get("requestSwagger"))
    if own is not None:
        return own
    named = body_type(resource)
    definitions = model.get("swagger")
    if named and isinstance(definitions, dict) and named in definitions:
        return _model(named, definitions)
    return None


def body_type(resource: Mapping[str, Any]) -> str | None:
    """Return the type that the body parameter of a resource names."""
    for row in parameters_of(resource):
        if row.get("type") == "body":
            word = row.get("dataType")
            return word if isinstance(word, str) else None
    return None


def parameters_of(resource: Mapping[str, Any]) -> list[Json]:
    """Return the parameter rows of a resource that travel with the request."""
    return [row for row in resource.get("parameters") or [] if row.get("source") != "response"]


def _model(name: object, definitions: object) -> Model | None:
    if not isinstance(definitions, dict):
        return None
    usable = {key: value for key, value in definitions.items() if isinstance(value, dict)}
    if not usable:
        return None
    known = isinstance(name, str) and name in usable
    return Model(str(name) if known else next(iter(usable)), usable)
