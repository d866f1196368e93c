"""What canonical models say of an element's object: which of its fields is which."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from valence.domain import Element
from valence.elements import templates_of
from valence.transformations import NO_CANON, Canon, folded


def canon_of(element: Element, names: Collection[str], *, others: Iterable[Element]) -> Canon:
    """Return what is said of an object that goes by any of several names at an element.

    Args:
        others: elements whose words for the same fields count as synonyms.
    """
    wanted = {name.casefold() for name in names}
    for name, template in templates_of(element).items():
        known = {name, str(template["vendorName"]), *_described(element, name)}
        if wanted & {one.casefold() for one in known}:
            rows = [
                templates_of(other)[name]
                for other in others
                if other.hub == element.hub and name in templates_of(other)
            ]
            places = _places(template)
            return Canon(_synonyms(rows) | {folded(field): field for field in places}, places)
    return NO_CANON


def _described(element: Element, name: str) -> set[str]:
    """Return the vendor's objects that a resource's operations say they read and write."""
    return {
        operation.describes
        for operation in element.operations
        if operation.describes and operation.path.strip("/").split("/")[0] == name
    }


def _places(template: Mapping[str, Any]) -> dict[str, str]:
    return {row["path"]: row["vendorPath"] for row in template["fields"]}


def _synonyms(templates: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the fields that the vendors' own words stand for; a word for two stands for none."""
    found: dict[str, set[str]] = {}
    for template in templates:
        for field, place in _places(template).items():
            for word in {folded(place), folded(place.rpartition(".")[2])}:
                found.setdefault(word, set()).add(field)
    return {word: next(iter(fields)) for word, fields in found.items() if len(fields) == 1}
