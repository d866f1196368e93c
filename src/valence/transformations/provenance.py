"""Where the values of a mapped answer are from, told on request in a header.

One entry a field: the vendor's path and the level that mapped it, or that a script gave it. Fields
that are not mapped pass under the vendor's own names and are not listed."""

import json
from typing import Any

from valence.transformations.values import MISSING, FieldMapping, Level, Transformation

MOST_CHARACTERS = 7000
CUT = "..."
"""The name under which it stands how many entries were left out; no path is written so."""
_ROOM_FOR_CUT = len(f',"{CUT}":{{"more":999999}}')

Given = dict[str, Level]
"""Which level's script gave or changed the value of a field."""


def provenance_of(transformation: Transformation, given: Given, *, is_read: bool) -> str:
    """Return what a header tells: JSON in ASCII, cut where it would become too long.

    Args:
        is_read: the fields are the caller's, made of the vendor's; else the other way.
    """
    told: dict[str, dict[str, Any]] = {}
    for field in transformation.fields:
        path = field.path if is_read else field.vendor_path
        if path is not None and _is_told(field, is_read=is_read) and not _is_given(path, given):
            told[path] = _source(field, is_read=is_read)
    told |= {path: {"script": True, "level": level} for path, level in given.items()}
    return _compact(told)


def _is_told(field: FieldMapping, *, is_read: bool) -> bool:
    if not is_read:
        return field.is_written
    return field.is_read and (field.vendor_path is not None or field.default is not MISSING)


def _source(field: FieldMapping, *, is_read: bool) -> dict[str, Any]:
    if not is_read:
        return {"path": field.path, "level": field.level}
    if field.vendor_path is None:
        return {"default": True, "level": field.level}
    return {"vendorPath": field.vendor_path, "level": field.level}


def _is_given(path: str, given: Given) -> bool:
    """Tell whether a script gave a field, or the list or object that holds it."""
    for place, character in enumerate(path):
        if character in ".[" and path[:place] in given:
            return True
    return path in given


def _compact(told: dict[str, dict[str, Any]]) -> str:
    entries: list[str] = []
    length = 2
    for number, (path, source) in enumerate(told.items()):
        entry = f"{json.dumps(path)}:{json.dumps(source, separators=(',', ':'))}"
        is_last = number == len(told) - 1
        if length + len(entry) + 1 > MOST_CHARACTERS - (0 if is_last else _ROOM_FOR_CUT):
            entries.append(f'"{CUT}":{{"more":{len(told) - number}}}')
            break
        entries.append(entry)
        length += len(entry) + 1
    return "{" + ",".join(entries) + "}"
