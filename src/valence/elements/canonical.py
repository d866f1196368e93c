"""Canonical models: the shapes that a hub's elements have in common, and each element's template.

A template is a transformation of the wire contract, ready to be installed at any level under the
resource's name: from then on `/hubs/{hub}/contacts` speaks the canonical names on that element.
What it does not map passes, so nothing of the vendor's is lost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml

from valence.domain import Element
from valence.elements.document import Json, extension

_LEVEL = "system"


@dataclass(frozen=True, slots=True)
class CanonicalObject:
    """A shape: its fields with their types, in the words of object definitions."""

    hub: str
    name: str
    description: str
    fields: Mapping[str, str]


@cache
def canonical_objects() -> tuple[CanonicalObject, ...]:
    """Return the shapes of all hubs."""
    folder = Path(str(files("valence.catalog"))) / "canonical"
    found = []
    for path in sorted(folder.glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        found += [
            CanonicalObject(content["hub"], name, row["description"], dict(row["fields"]))
            for name, row in content["objects"].items()
        ]
    return tuple(found)


def canonical_object(hub: str, name: str) -> CanonicalObject | None:
    """Return a hub's shape of that name, if it has one."""
    return next((one for one in canonical_objects() if (one.hub, one.name) == (hub, name)), None)


def canonical_definitions() -> Json:
    """Return the shapes as object definitions by name, of the level `system`."""
    return {
        one.name: {
            "objectName": one.name,
            "description": one.description,
            "vdrShared": False,
            "level": _LEVEL,
            "fields": [
                {"path": path, "type": type_, "level": _LEVEL} for path, type_ in one.fields.items()
            ],
        }
        for one in canonical_objects()
    }


def templates_of(element: Element) -> Json:
    """Return an element's templates as transformations by object name; {} where it has none."""
    said = extension(element.document).get("canonical") or {}
    found: Json = {}
    for name, row in said.items():
        shape = canonical_object(element.hub, name)
        types = {} if shape is None else shape.fields
        found[name] = {
            "objectName": name,
            "vendorName": row.get("vendorName") or name,
            "level": _LEVEL,
            "isLegacy": False,
            "configuration": [],
            "fields": [
                _field(path, vendor_path, types.get(path, "string"))
                for path, vendor_path in row["fields"].items()
            ],
        }
        if row.get("script"):
            found[name]["script"] = {
                "body": row["script"],
                "mimeType": "application/javascript",
                "filterEmptyResponse": False,
                "level": _LEVEL,
            }
    return found


def coverage(elements: Iterable[Element]) -> list[tuple[CanonicalObject, Element, frozenset[str]]]:
    """Return which canonical fields each element's templates give, per shape."""
    found = []
    known = list(elements)
    for shape in canonical_objects():
        for element in known:
            row = (extension(element.document).get("canonical") or {}).get(shape.name)
            if element.hub == shape.hub and row is not None:
                given = frozenset([*row["fields"], *row.get("scripted", ())])
                found.append((shape, element, given))
    return found


def canonical_faults(hub: str, said: Mapping[str, Json]) -> list[tuple[tuple[str, ...], str]]:
    """Return what a definition's templates name that is no canonical object or field."""
    faults: list[tuple[tuple[str, ...], str]] = []
    for name, row in said.items():
        shape = canonical_object(hub, name)
        if shape is None:
            faults.append(((name,), f"the hub {hub} has no canonical object of that name"))
            continue
        faults += [
            ((name, word, field), f"{name} has no canonical field of that name")
            for word in ("fields", "scripted")
            for field in row.get(word) or ()
            if field not in shape.fields
        ]
    return faults


def _field(path: str, vendor_path: str, type_: str) -> Json:
    # Vendors write dates in their own ways; they pass as they are.
    kept = "string" if type_ == "date" else type_
    return {
        "path": path,
        "type": kept,
        "vendorPath": vendor_path,
        "level": _LEVEL,
        "configuration": [],
    }
