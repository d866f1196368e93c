"""The examples of a definition, filled with what earlier ones saved."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from valence.cli.calls import Form
from valence.domain import Example, InvalidRequest, Operation

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def filled(value: Any, saved: Mapping[str, str]) -> Any:
    """Return a value with `{name}` replaced by what was saved; alone, a number stays a number."""
    if isinstance(value, str):
        if value[:1] == "{" and value[1:-1] in saved:
            found = saved[value[1:-1]]
            return int(found) if found.isdecimal() else found
        return _PLACEHOLDER.sub(lambda found: saved.get(found[1], found[0]), value)
    if isinstance(value, dict):
        return {name: filled(part, saved) for name, part in value.items()}
    if isinstance(value, list):
        return [filled(part, saved) for part in value]
    return value


def names_in(value: Any) -> set[str]:
    """Return the names that a value has placeholders for."""
    if isinstance(value, str):
        return set(_PLACEHOLDER.findall(value))
    parts: list[Any] = []
    if isinstance(value, Mapping):
        parts = list(value.values())
    elif isinstance(value, list | tuple):
        parts = list(value)
    return {name for part in parts for name in names_in(part)}


def body_of(example: Example, saved: Mapping[str, str]) -> Any:
    """Return the body of an example: JSON, or a form where it sends files."""
    body = None if example.body is None else filled(example.body, saved)
    return Form(body or {}, example.files) if example.files else body


def id_of(record: Any) -> str:
    """Return the id of what an example made: `id`, or `Id` where a resource has the vendor's."""
    return str(record["id"] if "id" in record else record["Id"])


def address(operation: Operation, example: Example, saved: Mapping[str, str]) -> str:
    """Return path and query of an example.

    Raises:
        InvalidRequest: it leaves a placeholder of the path open.
    """
    path = operation.path
    for name, value in example.path_values.items():
        path = path.replace("{" + name + "}", quote(str(filled(value, saved)), safe=""))
    if "{" in path:
        raise InvalidRequest(f"{operation.method} {path}: an example leaves a placeholder open")
    query = {name: str(filled(value, saved)) for name, value in example.query.items()}
    return path + (f"?{urlencode(query)}" if query else "")
