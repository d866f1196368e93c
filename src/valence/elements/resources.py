"""Which resources an element has, and which named object each of them is about.

Everything here reads element JSON: what documents and metadata are generated from."""

import functools
import re
from collections.abc import Mapping
from typing import Any

from valence.elements.shapes import Json

OBJECTS = frozenset({"api"})
DOCUMENTED = frozenset({"api", "formulaAsResource"})
UNIVERSAL = frozenset({"ping", "objects", "bulk"})
_PAGING = frozenset({"page", "pageSize", "nextPage"})
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def path_of(resource: Mapping[str, Any]) -> str:
    """Return a resource's path without the hub: `/contacts/{id}`."""
    return _hubless(str(resource.get("path") or ""))


@functools.lru_cache(maxsize=4096)
def _hubless(path: str) -> str:
    parts = [part for part in path.split("/") if part]
    if len(parts) > 1 and parts[0] == "hubs":
        parts = parts[2:]
    return "/" + "/".join(parts)


def placeholders(path: str) -> list[str]:
    """Return the names in braces, in order."""
    return _PLACEHOLDER.findall(path)


def resources_of(document: Mapping[str, Any], types: frozenset[str] = DOCUMENTED) -> list[Json]:
    """Return the resources of those types, in declaration order; no type means `api`."""
    found = document.get("resources") or []
    return [one for one in found if (one.get("type") or "api") in types and one.get("method")]


def is_list(resource: Mapping[str, Any]) -> bool:
    """Tell whether a resource answers records in pages."""
    if resource.get("method") != "GET" or path_of(resource).endswith("}"):
        return False
    names = {row.get("name") for row in resource.get("parameters") or []}
    return bool(names & _PAGING)


def object_of(resource: Mapping[str, Any], firsts: frozenset[str]) -> str | None:
    """Return the object that a resource reads or writes, or None: it is about no whole object.

    `/contacts` and `/contacts/{id}` are about `contacts`; `/contacts/{id}/tags` is not. Of
    `/customers/groups` it is `groups`, unless `customers` (in `firsts`) is an object itself.
    """
    parts = path_of(resource).strip("/").split("/")
    if parts and parts[-1].startswith("{"):
        parts = parts[:-1]
    if not parts or not parts[0] or any("{" in part for part in parts):
        return None
    if parts[0] in UNIVERSAL:
        return None
    if len(parts) == 1:
        return parts[0]
    has_model = bool(resource.get("model") or resource.get("object"))
    return parts[-1] if has_model and parts[0] not in firsts else None


def single_segments(document: Mapping[str, Any]) -> frozenset[str]:
    """Return the first segments that are objects by themselves."""
    found = set()
    for resource in resources_of(document, OBJECTS):
        parts = path_of(resource).strip("/").split("/")
        if len(parts) == 1 or (len(parts) == 2 and parts[1].startswith("{")):
            found.add(parts[0])
    return frozenset(found)


def resources_of_object(document: Mapping[str, Any], name: str) -> list[Json]:
    """Return the resources about one object, in declaration order; letter case does not matter."""
    firsts, wanted = single_segments(document), name.casefold()
    return [
        one for one in resources_of(document) if (object_of(one, firsts) or "").casefold() == wanted
    ]


def canonical_name(document: Mapping[str, Any], name: str) -> str | None:
    """Return the name under which an element knows an object, or None: it does not.

    Resources come first, then declared objects by name and by vendor name, in any letter case.
    """
    wanted, firsts = name.casefold(), single_segments(document)
    for resource in resources_of(document, OBJECTS):
        found = object_of(resource, firsts)
        if found and found.casefold() == wanted:
            return found
    for key in ("name", "vendorName"):
        for declared in [*(document.get("objects") or []), *(document.get("models") or [])]:
            if str(declared.get(key) or "").casefold() == wanted:
                return str(declared.get("name"))
    return None


def operation_id(resource: Mapping[str, Any]) -> str:
    """Return a resource's own operation id, else `METHOD-resource`."""
    own = resource.get("operationId")
    if isinstance(own, str) and own.strip():
        return own.strip()
    return f"{resource['method']}-{path_of(resource).strip('/')}"


def plain_id(text: str) -> str:
    """Return an operation id as it is compared: `GET-contacts/{id}` is `get-contacts-id`."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
