"""An OpenAPI document as the viewer shows it: groups of operations, trees of schemas, examples.

Pure: a document goes in, values for a template come out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]

VERBS = ("get", "post", "put", "patch", "delete")
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Node:
    """A field of a schema, with the fields below it."""

    name: str
    type: str
    description: str = ""
    is_required: bool = False
    choices: tuple[str, ...] = ()
    children: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a caller gives in the path, the query or a header."""

    name: str
    place: str
    type: str
    description: str
    is_required: bool
    choices: tuple[str, ...] = ()

    @property
    def input_name(self) -> str:
        """The name of its field in the form."""
        return f"{self.place}.{self.name}"


@dataclass(frozen=True, slots=True)
class Content:
    """A body or an answer: its media type, its tree, and an example."""

    media: str
    root: Node
    example: Any = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back under one status."""

    status: str
    description: str
    content: Content | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb on one path."""

    id: str
    verb: str
    path: str
    summary: str
    description: str
    tag: str
    parameters: tuple[Parameter, ...]
    body: Content | None
    is_body_required: bool
    answers: tuple[Answer, ...]
    may_be_tried: bool = True

    @property
    def changes_data(self) -> bool:
        """Tell whether calling it changes something."""
        return self.verb != "GET"

    @property
    def takes_json(self) -> bool:
        """Tell whether the body is JSON, which an editor can hold."""
        return self.body is not None and self.body.media == "application/json"


@dataclass(frozen=True, slots=True)
class Group:
    """Operations with one tag."""

    name: str
    description: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A document, ready to be shown."""

    title: str
    description: str
    version: str
    groups: tuple[Group, ...] = field(default=())

    def search(self, text: str) -> tuple[Group, ...]:
        """Return the groups with the operations that hold every word, empty ones left out."""
        words = text.casefold().split()
        found = []
        for group in self.groups:
            kept = tuple(one for one in group.operations if _holds(one, words))
            if kept:
                found.append(Group(group.name, group.description, kept))
        return tuple(found)

    def find(self, operation_id: str) -> Operation | None:
        """Return the operation of that id."""
        return next((one for one in self if one.id == operation_id), None)

    def __iter__(self) -> Iterator[Operation]:
        return (one for group in self.groups for one in group.operations)


def reference_of(document: Json) -> Reference:
    """Return what an OpenAPI 3.1 document shows."""
    told = {one["name"]: one.get("description", "") for one in document.get("tags") or []}
    groups: dict[str, list[Operation]] = {}
    for path, item in document["paths"].items():
        for verb in VERBS:
            if verb in item:
                operation = _operation(document, path, verb, item[verb])
                groups.setdefault(operation.tag, []).append(operation)
    info = document["info"]
    return Reference(
        title=info["title"],
        description=info.get("description", ""),
        version=info["version"],
        groups=tuple(
            Group(name, told.get(name, ""), tuple(operations))
            for name, operations in sorted(groups.items())
        ),
    )


def example_of(document: Json, schema: Json, seen: tuple[str, ...] = ()) -> Any:
    """Return a value that fits a schema, made of its samples where it has some."""
    schema, seen = _resolved(document, schema, seen)
    for key in ("example", "x-samplevalue", "default", "const"):
        if schema.get(key) is not None:
            return schema[key]
    if schema.get("enum"):
        return schema["enum"][0]
    forms = _forms(schema)
    if forms:
        return example_of(document, forms[0], seen)
    match _word(schema):
        case "object":
            if len(seen) > _DEEPEST:
                return {}
            properties = schema.get("properties") or {}
            return {
                name: example_of(document, one, seen)
                for name, one in properties.items()
                if not one.get("readOnly")
            }
        case "array":
            return [] if len(seen) > _DEEPEST else [example_of(document, schema["items"], seen)]
        case "integer":
            return schema.get("minimum", 0)
        case "number":
            return schema.get("minimum", 0.5)
        case "boolean":
            return True
        case "string":
            texts = {"date": "2026-01-31", "date-time": "2026-01-31T10:00:00Z"}
            return texts.get(schema.get("format", ""), "text")
        case _:
            return None


def _operation(document: Json, path: str, verb: str, given: Json) -> Operation:
    body = given.get("requestBody")
    return Operation(
        id=given["operationId"],
        verb=verb.upper(),
        path=path,
        summary=given.get("summary", ""),
        description=given.get("description", ""),
        tag=(given.get("tags") or ["other"])[0],
        parameters=tuple(_parameter(one) for one in given.get("parameters") or []),
        body=_content(document, body) if body else None,
        is_body_required=bool(body and body.get("required")),
        answers=tuple(
            Answer(status, one.get("description", ""), _content(document, one))
            for status, one in given["responses"].items()
        ),
        may_be_tried=given.get("x-tryit-disabled") is not True,
    )


def _parameter(given: Json) -> Parameter:
    schema = given.get("schema") or {}
    return Parameter(
        name=given["name"],
        place=given["in"],
        type=_word(schema),
        description=given.get("description", ""),
        is_required=bool(given.get("required")),
        choices=tuple(str(one) for one in schema.get("enum") or ()),
    )


def _content(document: Json, holder: Json) -> Content | None:
    for media, one in (holder.get("content") or {}).items():
        schema = one.get("schema") or {}
        example = example_of(document, schema) if media == "application/json" else None
        return Content(media, _node(document, "", schema, False, ()), example)
    return None


def _node(
    document: Json, name: str, schema: Json, is_required: bool, seen: tuple[str, ...]
) -> Node:
    resolved, below = _resolved(document, schema, seen)
    forms = _forms(resolved)
    if len(forms) == 1:  # one form or null: the form
        resolved, below = _resolved(document, forms[0], below)
    word, inner, inside = _word(resolved), resolved, below
    if word == "array":
        inner, inside = _resolved(document, resolved.get("items") or {}, below)
        word = f"array of {_word(inner)}"
    children: list[Node] = []
    if len(inside) <= _DEEPEST and inside.count(inside[-1] if inside else "") < 2:
        required = set(inner.get("required") or ())
        children = [
            _node(document, key, one, key in required, inside)
            for key, one in (inner.get("properties") or {}).items()
        ]
        for number, one in enumerate(_forms(inner), 1):
            children.append(_node(document, f"form {number}", one, False, inside))
    kind = resolved.get("format")
    return Node(
        name=name,
        type=f"{word} ({kind})" if kind else word,
        description=str(resolved.get("description") or schema.get("description") or ""),
        is_required=is_required,
        choices=tuple(str(one) for one in inner.get("enum") or ()),
        children=tuple(children),
    )


def _resolved(document: Json, schema: Json, seen: tuple[str, ...]) -> tuple[Json, tuple[str, ...]]:
    target = schema.get("$ref")
    if not isinstance(target, str):
        return schema, seen
    name = target.rpartition("/")[2]
    found = document["components"]["schemas"].get(name, {})
    if seen.count(name) > 0:  # a model that holds itself is shown once
        return {"type": "object", "description": f"{name}, as above"}, seen
    return found, (*seen, name)


def _forms(schema: Json) -> tuple[Json, ...]:
    """Return the forms a value may have, null left out."""
    given = schema.get("anyOf") or schema.get("oneOf") or ()
    return tuple(one for one in given if one.get("type") != "null")


def _word(schema: Json) -> str:
    word = schema.get("type")
    if isinstance(word, list):
        word = " or ".join(str(one) for one in word)
    if isinstance(word, str):
        return word
    if schema.get("properties"):
        return "object"
    forms = _forms(schema)
    if len(forms) == 1:
        return _word(forms[0])
    return "one of several" if forms else "any"


def _holds(operation: Operation, words: list[str]) -> bool:
    text = f"{operation.verb} {operation.path} {operation.summary} {operation.tag}".casefold()
    return all(word in text for word in words)


def placeholders(path: str) -> list[str]:
    """Return the names in braces of a path."""
    return re.findall(r"\{([^{}]+)\}", path)
