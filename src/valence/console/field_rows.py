"""Fields of a definition as the rows of a form, there and back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from valence.common_resources import HeldDefinition
from valence.domain import InvalidRequest

TYPES = ("string", "number", "int", "boolean", "date", "array", "array[string]")
MOST_INPUTS = 10_000
"""Inputs of a form: five a field, of which a level has at most 2000."""
BLANK = 3
_PATH = re.compile(r"path-(\d{1,5})")


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field as a form holds it; `id` None: it is new."""

    path: str = ""
    type: str = "string"
    display_name: str = ""
    id: int | None = None
    is_gone: bool = False


def rows_of(definition: HeldDefinition | None) -> list[FieldRow]:
    """Return the rows of what a level defines."""
    fields = () if definition is None else definition.fields
    return [FieldRow(one.path, one.type, one.display_name, one.id) for one in fields]


def rows_in(form: FormData) -> list[FieldRow]:
    """Return the rows of a form in their order; new ones without a name are left out."""
    numbers = sorted(int(found[1]) for name in form if (found := _PATH.fullmatch(name)))
    rows = []
    for number in numbers:
        given = {name: str(form.get(f"{name}-{number}", "")).strip() for name in _NAMES}
        known = given["id"]
        row = FieldRow(
            path=given["path"],
            type=given["type"] or "string",
            display_name=given["shown"],
            id=int(known) if known.isascii() and known.isdecimal() and len(known) < 18 else None,
            is_gone=bool(given["gone"]),
        )
        if row.path or row.id is not None:
            rows.append(row)
    return rows


_NAMES = ("path", "type", "shown", "id", "gone")


def fields_of(rows: Iterable[FieldRow]) -> list[dict[str, Any]]:
    """Return the fields that rows leave, as a definition takes them.

    Raises:
        InvalidRequest: one has no name, or two have the same.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row.is_gone:
            continue
        if not row.path:
            raise InvalidRequest("A field has lost its name. Name it, or tick Remove.")
        if row.path in found:
            raise InvalidRequest(f"Two fields have the name {row.path[:100]}. Each needs its own.")
        field: dict[str, Any] = {"path": row.path, "type": row.type}
        if row.display_name:
            field["displayName"] = row.display_name
        found[row.path] = field if row.id is None else {**field, "id": row.id}
    return list(found.values())


def renames_of(
    rows: Sequence[FieldRow], definition: HeldDefinition | None
) -> Mapping[tuple[str, str], str]:
    """Return new names by level and old name, of the fields that stay."""
    if definition is None:
        return {}
    before = {one.id: one.path for one in definition.fields}
    return {
        (definition.level, before[row.id]): row.path
        for row in rows
        if row.id in before and not row.is_gone and row.path and before[row.id] != row.path
    }
