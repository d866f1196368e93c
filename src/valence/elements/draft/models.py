"""The schemas of a description as models of a definition, as far as operations name them."""

import re

from valence.elements.document import Json
from valence.elements.draft.describe import Description, Shape

_DATES = {"date": "date", "date-time": "date-time"}
_PLAIN = {"integer": "integer", "number": "number", "boolean": "boolean", "string": "string"}
_LEGAL_NAME = re.compile(r"[^A-Za-z0-9_]+")


class Models:
    """Models by name; a schema that several operations name is one model."""

    def __init__(self, description: Description) -> None:
        self._description = description
        self._names: dict[int, str] = {}
        # Names are remembered by identity, so what they were given for must stay.
        self._kept: list[Json] = []
        self.found: dict[str, dict[str, object]] = {}

    def name(self, shape: Shape, noun: str) -> str | None:
        """Return the model of a schema, made at its first use; None: it has no fields.

        Args:
            noun: what it is called when the description has no name for it.
        """
        properties = shape.schema.get("properties")
        if not isinstance(properties, dict) or not properties:
            return None
        known = self._names.get(id(properties))
        if known is not None:
            return known
        wished = _LEGAL_NAME.sub("", shape.name or noun) or "Record"
        if shape.name is not None and self.found.get(wished) is not None:
            return wished
        name, number = wished, 2
        while name in self.found:
            name, number = f"{wished}{number}", number + 1
        self._names[id(properties)] = name
        self._kept.append(properties)
        fields = self.found[name] = {}  # named before its fields are, which may name it again
        fields |= self._fields(shape, name)
        if name != wished and self.found[wished] == fields:
            del self.found[name]
            name = self._names[id(properties)] = wished
        return name

    def _fields(self, shape: Shape, name: str) -> dict[str, object]:
        required = shape.schema.get("required")
        fields: dict[str, object] = {}
        for field, said in shape.schema["properties"].items():
            written = self._written(said, f"{name}{str(field)[:1].upper()}{str(field)[1:]}")
            if isinstance(required, list) and field in required and isinstance(written, str):
                written = f"{written}!"
            fields[str(field)] = written
        return fields

    def _written(self, said: object, noun: str) -> object:
        shape = self._description.resolved(said)
        kind = shape.schema.get("type")
        if isinstance(kind, list):
            kind = next((one for one in kind if one != "null"), None)
        if kind == "array":
            inner = self._written(shape.schema.get("items") or {}, noun)
            return [inner if isinstance(inner, str) else "any"]
        if shape.name is not None and shape.schema.get("properties"):
            return self.name(shape, noun) or "object"
        if kind == "string":
            return _DATES.get(str(shape.schema.get("format")), "string")
        if shape.schema.get("properties") or kind == "object":
            return "object"
        return _PLAIN.get(str(kind), "any")
