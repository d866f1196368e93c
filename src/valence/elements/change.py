"""New documents from old ones: an import, a change, a clone. Values in, values out.

Source: the wire contract on create, update, import and export. The checks of `check.py` come
first: these functions expect a document that works."""

import copy
from collections.abc import Callable, Container, Hashable, Mapping
from typing import Any

from valence.domain import MASK, InvalidRequest
from valence.elements.check import identity_of, require_valid
from valence.elements.document import Json, flag, read, rows, text
from valence.elements.exchange import is_secret_entry, without_secrets
from valence.elements.identity import without_ids
from valence.elements.standard import with_standard

_KEPT = frozenset({"id", "key", "private", "extended", "ownerAccountId", "createdDate"})
"""What a change never touches, whatever it brings."""


def imported(document: object) -> Json:
    """Return a tenant's new element from element JSON: an export, or the least that names one.

    Raises:
        InvalidRequest: it cannot work; the message names the first problem with its pointer.
    """
    held = without_ids(require_valid(document))
    assert isinstance(document, dict)  # noqa: S101 - require_valid refused anything else
    fixed = {
        "private": True,
        "extended": False,
        "deleted": False,
        # Not the catalog's default: a tenant's element waits for its own switch.
        "active": flag(document.get("active"), False),
    }
    return read(with_standard(_unmasked(copy.deepcopy(held) | fixed)))


def merged(document: Mapping[str, Any], change: object) -> Json:
    """Return a stored document after a PUT that brings a whole element or a part of one.

    The key never changes. What is not brought stays as it is. A list that is brought replaces the
    stored one, and what was there before keeps its id: configuration by key, resources by verb,
    path and type, parameters and hooks by what they are. Objects and models are added or replaced
    by name. A secret that comes without a default, or masked, keeps the stored one.

    Raises:
        InvalidRequest: the result cannot work.
    """
    if not isinstance(change, dict):
        raise InvalidRequest("The body must be a JSON object.", code="bad-body")
    stored = read(document)
    brought = {name: value for name, value in change.items() if value is not None}
    # Checked as it was sent, so that a pointer leads into what the caller wrote.
    require_valid(stored | brought | {"key": stored["key"]})
    given = without_ids({"name": stored["name"], "key": stored["key"]} | brought)
    found = dict(stored)
    for name in brought:
        if name in given and name not in _KEPT:
            found[name] = given[name]
    for name, identity in _IDENTITIES.items():
        if name in brought:
            found[name] = _kept_ids(rows(stored.get(name)), rows(given.get(name)), identity)
    for name in ("objects", "models"):
        if name in brought:
            found[name] = _upserted(rows(stored.get(name)), rows(given.get(name)))
    found["configuration"] = _with_secrets(stored, found)
    return read(with_standard(found))


def clone(document: Mapping[str, Any], *, taken: Container[str]) -> Json:
    """Return a new private element made from another, without ids and without secrets.

    Args:
        taken: the keys of the account's elements; the clone gets the first free one of
            `<key>-clone`, `<key>-clone-2` and so on.

    Raises:
        InvalidRequest: the element says that it is not cloneable.
    """
    held = read(document)
    if not held["cloneable"]:
        raise InvalidRequest(f"The element {held['key']} is not cloneable.", code="not-cloneable")
    ending = "-clone"
    number = 1
    while held["key"] + ending in taken:
        number += 1
        ending = f"-clone-{number}"
    fresh = copy.deepcopy(without_ids(without_secrets(held)))
    own = {"private": True, "extended": False, "cloneable": True}
    return read(fresh | own | {"key": held["key"] + ending, "name": held["name"] + ending})


def _unmasked(held: Json) -> Json:
    kept = [
        {name: value for name, value in row.items() if name != "defaultValue" or value != MASK}
        for row in rows(held["configuration"])
    ]
    return held | {"configuration": kept}


def _parameter_identity(row: Json) -> Hashable:
    return tuple(
        text(row.get(name)) for name in ("name", "vendorName", "type", "vendorType", "source")
    )


def _hook_identity(row: Json) -> Hashable:
    return text(row.get("type")), text(row.get("body"))


def _by_key(row: Json) -> Hashable:
    return text(row.get("key"))


_IDENTITIES: Mapping[str, Callable[[Json], Hashable]] = {
    "configuration": _by_key,
    "parameters": _parameter_identity,
    "hooks": _hook_identity,
    "resources": identity_of,
}


def _kept_ids(
    stored: list[Json], given: list[Json], identity: Callable[[Json], Hashable]
) -> list[Json]:
    before: dict[Hashable, list[Json]] = {}
    for row in stored:
        before.setdefault(identity(row), []).append(row)
    found = []
    for row in given:
        same = before.get(identity(row))
        found.append(_succeeding(same.pop(0), row) if same else row)
    return found


def _succeeding(old: Json, new: Json) -> Json:
    """Return a row in another's place: its id and owner, and the ids of what it holds."""
    kept = {name: old[name] for name in ("id", "ownerAccountId", "createdDate") if name in old}
    result = new | kept
    for name in ("parameters", "hooks"):
        if name in result:
            identity = _IDENTITIES[name]
            result[name] = _kept_ids(rows(old.get(name)), rows(result[name]), identity)
    return result


def _upserted(stored: list[Json], given: list[Json]) -> list[Json]:
    by_name = {text(row.get("name")): row for row in stored}
    for row in given:
        name = text(row.get("name"))
        by_name[name] = _succeeding(by_name[name], row) if name in by_name else row
    return list(by_name.values())


def _with_secrets(stored: Json, found: Json) -> list[Json]:
    known = {row["key"]: row for row in rows(stored["configuration"])}
    result = []
    for row in rows(found["configuration"]):
        default = known.get(row["key"], {}).get("defaultValue")
        is_silent = row.get("defaultValue") in (None, MASK)
        if is_secret_entry(row) and is_silent:
            row = {name: value for name, value in row.items() if name != "defaultValue"}
            row |= {} if default is None else {"defaultValue": default}
        result.append(row)
    return result
