"""The document of an element: element JSON, read leniently and brought to one order and shape.

Source: the wire contract on elements, its sections on the definition. Real exports carry nulls,
texts where flags belong, lists left out and fields nobody knows. A document that went through
`read` has none of the first three: flags are booleans, lists are lists, fields are in the
documented order and absent ones are left out; fields nobody knows stay, so that an export loses
nothing. It does not judge: `check.py` does.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

Json = dict[str, Any]

IMAGE = "elements/provider_custom.png"
"""Shown for an element that brings no image; the field is never absent in an answer."""

EXTENSION = "x-valence"
"""The key under which a document says what the element JSON has no word for."""

FLAGS: Mapping[str, bool] = {
    "active": True,
    "deleted": False,
    "typeOauth": False,
    "trialAccount": False,
    "transformationsEnabled": True,
    "childTransformationsEnabled": False,
    "bulkDownloadEnabled": True,
    "bulkUploadEnabled": True,
    "cloneable": True,
    "extendable": True,
    "beta": False,
    "useModelsForMetadata": False,
    "extended": False,
    "private": False,
}
"""The flags of an element and what they are when nobody says."""

ABRIDGED = (
    *("id", "name", "key", "description", "image", "logo"),
    *(name for name in FLAGS if name not in ("extended", "private")),
    *("authentication", "extended", "hub", "protocolType", "paginatorVersion", "private"),
)
"""The fields of the abridged form, in their order."""

LISTS = ("configuration", "resources", "parameters", "hooks", "objects")
ORDER = (*ABRIDGED, *LISTS, "models", "modelType", EXTENSION)

ENTRY_FLAGS: Mapping[str, bool] = {
    "required": False,
    "active": True,
    "internal": False,
    "hideFromConsole": False,
    "resellerConfig": False,
    "companyConfig": False,
    "groupControl": False,
}
_ENTRY = (
    *("id", "name", "key", "description", "defaultValue", "type", "required", "active", "internal"),
    *("hideFromConsole", "displayOrder", "resellerConfig", "companyConfig", "groupControl"),
    *("groupName", "options"),
)
_RESOURCE = (
    *("id", "description", "path", "vendorPath", "method", "vendorMethod", "operationId", "type"),
    *("kind", "ownerAccountId", "response", "rootKey", "nextPageKey", "paginationType"),
    *("nextResource", "formulaId", "parameters", "hooks", "model", "object", EXTENSION),
)
_PARAMETER = (
    *("id", "name", "vendorName", "type", "vendorType", "dataType", "vendorDataType", "source"),
    *("required", "description", "converter"),
)
_HOOK = ("id", "type", "mimeType", "isLegacy", "body")
_HUB = re.compile(r"^/hubs/[^/]+(?=/|$)")


def read(document: Mapping[str, Any]) -> Json:
    """Return a document in the one shape that the rest of the room works on.

    What is not an object or not a list where one belongs is left as it is, for `check` to name.
    """
    given = _given(document)
    given.setdefault("key", derived_key(text(given.get("name"))))
    given.setdefault("name", given["key"])
    given.setdefault("description", "")
    given.setdefault("image", IMAGE)
    given.setdefault("hub", "general")
    given.setdefault("protocolType", "http")
    for name, default in FLAGS.items():
        given[name] = flag(given.get(name), default)
    for name in LISTS:
        given.setdefault(name, [])
    given["configuration"] = _each(given["configuration"], entry)
    given["parameters"] = _each(given["parameters"], parameter)
    given["hooks"] = _each(given["hooks"], hook)
    given["resources"] = _each(given["resources"], resource)
    given["objects"] = _each(given["objects"], _with_fields)
    if "models" in given:
        given["models"] = _each(given["models"], _with_model_fields)
    return _ordered(given, ORDER)


def entry(row: Mapping[str, Any]) -> Json:
    """Return a configuration entry in that shape."""
    given = _given(row)
    if "defaultValue" in given:
        given["defaultValue"] = text(given["defaultValue"])
    given.setdefault("name", given.get("key", ""))
    given.setdefault("description", "")
    given.setdefault("type", "TEXTFIELD_1000")
    given.setdefault("displayOrder", 0)
    for name, default in ENTRY_FLAGS.items():
        given[name] = flag(given.get(name), default)
    return _ordered(given, _ENTRY)


def parameter(row: Mapping[str, Any]) -> Json:
    """Return a parameter in that shape."""
    given = _given(row)
    given.setdefault("vendorName", given.get("name", ""))
    given.setdefault("vendorType", given.get("type", ""))
    given.setdefault("source", "request")
    given["required"] = flag(given.get("required"), False)
    return _ordered(given, _PARAMETER)


def hook(row: Mapping[str, Any]) -> Json:
    """Return a hook in that shape."""
    given = _given(row)
    given.setdefault("mimeType", "application/javascript")
    given["isLegacy"] = flag(given.get("isLegacy"), False)
    return _ordered(given, _HOOK)


def resource(row: Mapping[str, Any]) -> Json:
    """Return a resource in that shape."""
    given = _given(row)
    if isinstance(given.get("method"), str):
        given["method"] = given["method"].upper()
    given.setdefault("vendorMethod", given.get("method", ""))
    given.setdefault("vendorPath", "")
    given.setdefault("type", "api")
    given.setdefault("kind", "eb")
    given["parameters"] = _each(given.get("parameters", []), parameter)
    given["hooks"] = _each(given.get("hooks", []), hook)
    if isinstance(given.get("object"), dict):
        given["object"] = _with_fields(given["object"])
    return _ordered(given, _RESOURCE)


def rows(value: object) -> list[Json]:
    """Return the objects of a list; anything else is no row."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def text(value: object) -> str:
    """Return a scalar as the text that the wire holds for it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def flag(value: object, default: bool) -> bool:
    """Return a flag; old exports say `"true"` for true."""
    if isinstance(value, str):
        return value.strip().casefold() == "true" if value.strip() else default
    return value if isinstance(value, bool) else default


def hubless(path: str) -> str:
    """Return a path without its hub and without a slash at its end: `/contacts/{id}`."""
    return "/" + _HUB.sub("", path).strip("/")


def derived_key(name: str) -> str:
    """Return the key of an element that brings none: `Acme CRM 2` becomes `acmecrm2`."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def extension(holder: Mapping[str, Any]) -> Json:
    """Return what an element or a resource says under `x-valence`."""
    found = holder.get(EXTENSION)
    return found if isinstance(found, dict) else {}


def defaults(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the default values of the configuration, by key."""
    return {
        text(row.get("key")): text(row["defaultValue"])
        for row in rows(document.get("configuration"))
        if row.get("defaultValue") is not None
    }


def _given(row: Mapping[str, Any]) -> Json:
    return {name: value for name, value in row.items() if value is not None}


def _each(value: Any, shape: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [shape(row) if isinstance(row, dict) else row for row in value]


def _with_fields(row: Mapping[str, Any]) -> Json:
    given = _given(row)
    given["fields"] = _each(given.get("fields", []), _given)
    return given


def _with_model_fields(row: Mapping[str, Any]) -> Json:
    given = _given(row)
    given["modelFields"] = _each(given.get("modelFields", []), _given)
    return given


def _ordered(given: Json, order: Iterable[str]) -> Json:
    known = {name: given[name] for name in order if name in given}
    return known | given
