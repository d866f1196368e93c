"""The fields that an object's metadata tells, and what records show of them: one list of both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from valence.domain import InvalidRequest
from valence.transformations.inference import SeenField, infer
from valence.transformations.paths import Steps, compile_read, parse_path
from valence.transformations.values import MISSING, Json

_TYPES = {
    "integer": "int", "long": "int", "int": "int", "double": "number", "float": "number",
    "number": "number", "boolean": "boolean", "array": "array", "object": "object",
    "date": "date", "dateTime": "date", "date-time": "date", "datetime": "date",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DocumentedField:
    """A field as an object's metadata tells it; `path` is the vendor's.

    `type` is in the words of object definitions, `vendor_type` in the vendor's.
    """

    path: str
    type: str = "string"
    is_custom: bool = False
    display_name: str | None = None
    vendor_type: str | None = None
    is_read_only: bool = False


@dataclass(frozen=True, slots=True)
class SampledField:
    """A field of a vendor's object: as records have it, as metadata tells it, or both.

    `types`, `seen`, `nulls` and `samples` are of the records (see `SeenField`). `type` is what the
    records say; where they say nothing, what is documented.
    """

    path: str
    type: str
    types: Mapping[str, int] = field(default_factory=dict)
    seen: int = 0
    nulls: int = 0
    samples: tuple[Json, ...] = ()
    is_documented: bool = False
    is_custom: bool = False
    display_name: str | None = None
    vendor_type: str | None = None
    is_read_only: bool = False


def documented_fields(rows: Iterable[Mapping[str, Any]]) -> list[DocumentedField]:
    """Return the fields of a metadata answer; a row without a place that can be read is left out.

    `path`, where a row has it, says where records have the field, else `vendorPath` does.
    """
    found: dict[str, DocumentedField] = {}
    for row in rows:
        path = row.get("path") or row.get("vendorPath")
        if isinstance(path, str) and _steps(path) is not None:
            found.setdefault(path, _documented(path, row))
    return list(found.values())


def sampled_fields(
    records: Sequence[Json], documented: Sequence[DocumentedField]
) -> list[SampledField]:
    """Return the fields that records have, in their order, then those that are only documented.

    A documented field that holds others is left out where the records show what it holds, or where
    those are documented too.
    """
    seen = infer(records)
    told: dict[Steps, DocumentedField] = {}
    for one in documented:
        told.setdefault(place_of(one.path), one)
    found = [_merged(one, told.pop(place_of(one.path), None)) for one in seen]
    inside = {place_of(one.path) for one in seen} | set(told)
    holders = {steps[:length] for steps in inside for length in range(1, len(steps))}
    holders = {_without_star(steps) for steps in holders}
    for steps, one in told.items():
        if steps not in holders or one.is_custom:
            found.append(_looked_up(one, steps, records))
    return found


def place_of(path: str) -> Steps:
    """Return a path as places are compared: `tags` and `tags[*]` are the same."""
    return _without_star(parse_path(path))


# -- inside ----------------------------------------------------------------------------------------


def _documented(path: str, row: Mapping[str, Any]) -> DocumentedField:
    kind = row.get("type")
    native = row.get("vendorNativeType")
    label = row.get("vendorDisplayName") or row.get("displayName")
    return DocumentedField(
        path=path,
        type=_type(kind) if isinstance(kind, str) else "string",
        is_custom=row.get("custom") is True,
        display_name=label if isinstance(label, str) else None,
        vendor_type=native if isinstance(native, str) else None,
        is_read_only=row.get("vendorReadOnly") is True,
    )


def _type(kind: str) -> str:
    # What begins with a capital is the name of a model.
    return _TYPES.get(kind) or ("object" if kind[:1].isupper() else "string")


def _merged(seen: SeenField, told: DocumentedField | None) -> SampledField:
    kind = seen.type if seen.types or told is None else told.type
    return SampledField(
        path=seen.path,
        type=kind,
        types=seen.types,
        seen=seen.seen,
        nulls=seen.nulls,
        samples=seen.samples,
        is_documented=told is not None,
        is_custom=told is not None and told.is_custom,
        display_name=None if told is None else told.display_name,
        vendor_type=None if told is None else told.vendor_type,
        is_read_only=told is not None and told.is_read_only,
    )


def _looked_up(told: DocumentedField, steps: Steps, records: Sequence[Json]) -> SampledField:
    """Return a documented field that no record shows as it stands: one found by a search may be."""
    if all(step.kind in ("key", "every") for step in steps):
        return _merged(SeenField(told.path, {}, 0, 0), told)
    read = compile_read(steps)
    values = [read(record) for record in records]
    shown = infer([{"value": value} for value in values if value is not MISSING])
    own = shown[0] if shown else None
    if own is None:
        return _merged(SeenField(told.path, {}, 0, 0), told)
    return _merged(SeenField(told.path, own.types, own.seen, own.nulls, own.samples), told)


def _without_star(steps: Steps) -> Steps:
    while len(steps) > 1 and steps[-1].kind == "every":
        steps = steps[:-1]
    return steps


def _steps(path: str) -> Steps | None:
    try:
        return parse_path(path)
    except InvalidRequest:
        return None
