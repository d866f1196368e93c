"""The ids of a document: of its configuration, parameters, hooks, resources, objects and models.

An id that is there stays; an import comes here without ids. The catalog's are derived from the
element's id and a row's position, so that they are the same on every start; a tenant's are handed
out by whoever stores the document."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from valence.domain.elements import SYSTEM_ACCOUNT
from valence.elements.document import Json, read, rows, text

IDS_PER_ROW = 1000
BOOKKEEPING = frozenset(
    {
        *("id", "elementId", "resourceId", "modelId", "objectId", "ownerAccountId"),
        *("createdDate", "updatedDate"),
    }
)
"""Fields that belong to the installation that wrote a document, and are ignored on import."""

_HELD_IN_ELEMENT = ("configuration", "parameters", "hooks", "resources", "objects", "models")


def with_ids(
    document: Mapping[str, Any],
    *,
    element_id: int,
    owner_account_id: int,
    allocate: Callable[[], int],
) -> Json:
    """Return a document in which the element and every part of it has an id.

    Resources without an owner get the given one. Links of models to resources, which an import
    keeps as verb and path, become ids again.
    """
    found = read(document) | {"id": element_id}
    for holder, name in _lists(found):
        holder[name] = [_identified(row, allocate) for row in holder[name]]
    for resource in rows(found["resources"]):
        resource.setdefault("ownerAccountId", owner_account_id)
    _relink(found)
    return read(found)


def with_system_ids(document: Mapping[str, Any], element_id: int) -> Json:
    """Return the document of a catalog element with its derived ids: id * 1000 + position."""
    found = read(document) | {"id": element_id}
    _number(found, element_id)
    for resource in rows(found["resources"]):
        resource.setdefault("ownerAccountId", SYSTEM_ACCOUNT)
    return read(found)


def without_ids(document: Mapping[str, Any]) -> Json:
    """Return a document without what belongs to the installation that wrote it.

    A model's links to resources are kept, as verb and path in place of the id.
    """
    found = read(document)
    known = {text(row["id"]): row for row in rows(found["resources"]) if "id" in row}
    for model in rows(found.get("models")):
        links = [known.get(text(link.get("id"))) for link in rows(model.get("resources"))]
        model["resources"] = [
            {"method": link["method"], "path": link["path"]} for link in links if link is not None
        ]
        for name in ("childModelIds", "parentModelIds"):
            model.pop(name, None)
    for holder, name in _lists(found):
        holder[name] = [_stripped(row) for row in holder[name]]
    return {name: value for name, value in found.items() if name not in BOOKKEEPING}


def _lists(document: Json) -> Iterator[tuple[Json, str]]:
    """Yield every list of rows with ids, the element's before what is inside of them."""
    for name in _HELD_IN_ELEMENT:
        if isinstance(document.get(name), list):
            yield document, name
    for resource in rows(document["resources"]):
        for name in ("parameters", "hooks"):
            if isinstance(resource.get(name), list):
                yield resource, name
    for held in rows(document["objects"]):
        if isinstance(held.get("fields"), list):
            yield held, "fields"
    for model in rows(document.get("models")):
        if isinstance(model.get("modelFields"), list):
            yield model, "modelFields"


def _identified(row: Any, allocate: Callable[[], int]) -> Any:
    if not isinstance(row, dict) or isinstance(row.get("id"), int):
        return row
    return {"id": allocate()} | {name: value for name, value in row.items() if name != "id"}


def _number(holder: Json, base: int) -> None:
    for name in _HELD_IN_ELEMENT:
        # The hooks of a resource stand apart from its parameters.
        start = IDS_PER_ROW // 2 if name == "hooks" and "path" in holder else 0
        for position, row in enumerate(rows(holder.get(name))):
            row["id"] = base * IDS_PER_ROW + start + position
            _number(row, row["id"])
    for name in ("fields", "modelFields"):
        for position, row in enumerate(rows(holder.get(name))):
            row["id"] = base * IDS_PER_ROW + position


def _relink(document: Json) -> None:
    known = {(row["method"], row["path"]): row["id"] for row in rows(document["resources"])}
    for model in rows(document.get("models")):
        if not isinstance(model.get("resources"), list):
            continue
        links = [
            {"id": known.get((text(link.get("method")), text(link.get("path"))), link.get("id"))}
            for link in rows(model["resources"])
        ]
        model["resources"] = [link for link in links if link["id"] is not None]


def _stripped(row: Any) -> Any:
    if not isinstance(row, dict):
        return row
    return {name: value for name, value in row.items() if name not in BOOKKEEPING}
