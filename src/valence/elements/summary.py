"""The summary of an element: what it can do, for clients that decide on it.

What is polled follows from the configuration, which has four ways to say it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from valence.elements.objects import object_names
from valence.elements.resources import is_list, path_of, resources_of, resources_of_object
from valence.elements.shapes import Json

_WORDS = {"POST": "CREATE", "GET": "RETRIEVE", "PATCH": "UPDATE", "PUT": "UPDATE"}
_OPERATIONS = ("CREATE", "RETRIEVE", "UPDATE", "DELETE", "SEARCH")


def element_metadata(document: Mapping[str, Any], *, expand: bool = False) -> Json:
    """Return the summary of an element; `expand` adds capabilities and resources."""
    entries = {str(one.get("key")): one for one in document.get("configuration") or []}
    events = _events(document, entries)
    shown: Json = {
        "id": document.get("id"),
        "name": document.get("name"),
        "key": document.get("key"),
        "description": document.get("description") or "",
        "events": events,
    }
    if not expand:
        return shown
    paths = {path_of(one) for one in resources_of(document, frozenset({"api"}))}
    objects = list(document.get("objects") or [])
    return shown | {
        "image": document.get("image") or "",
        "displayOrder": int(document.get("displayOrder") or 0),
        "active": document.get("active") is not False,
        "beta": document.get("beta") is True,
        "transformations": document.get("transformationsEnabled") is not False,
        "elementType": document.get("protocolType") or "http",
        "normalizedPaging": any(is_list(one) for one in resources_of(document)),
        "swaggerValidated": True,
        "cloneable": document.get("cloneable") is not False,
        "authenticationType": (document.get("authentication") or {}).get("type") or "none",
        "discovery": {
            "customFields": any(one.get("customFields") is True for one in objects),
            "customObjects": any(path.startswith("/{") for path in paths),
            "endpointCustomFields": any(
                path.startswith("/objects/{") and path.endswith(("/metadata", "/customFields"))
                for path in paths
            ),
            "endpointCustomObjects": "/objects" in paths,
        },
        "bulk": {
            "upload": document.get("bulkUploadEnabled") is True,
            "download": document.get("bulkDownloadEnabled") is True,
        },
        "api": {"type": "REST", "contentType": "application/json"},
        "resources": [_resource(document, name, events) for name in object_names(document)],
        "hub": document.get("hub"),
    }


def _resource(document: Mapping[str, Any], name: str, events: Json) -> Json:
    words = set()
    for resource in resources_of_object(document, name):
        if resource["method"] == "GET" and not path_of(resource).endswith("}"):
            words.add("SEARCH")
        else:
            words.add(_WORDS.get(str(resource["method"]), "DELETE"))
    declared: Json = next(
        (one for one in document.get("objects") or [] if one.get("name") == name), {}
    )
    watched = (events.get("polling") or {}).get(name)
    is_watched = watched is not None or (
        declared.get("eventsEnabled") is True and bool(events["supported"])
    )
    methods = [one for one in events["methods"] if is_watched and (one != "polling" or watched)]
    return {
        "canonicalName": name,
        "operations": [word for word in _OPERATIONS if word in words],
        "events": {
            "supported": bool(methods),
            "methods": methods,
            "eventTypes": list((watched or {}).get("eventTypes") or []),
        },
        "bulk": {
            direction: {"supported": _has_bulk(document, declared, direction), "native": False}
            for direction in ("upload", "download")
        },
        "customField": {
            "get": declared.get("customFields") is True,
            "create": False,
            "update": False,
            "delete": False,
        },
    }


def _has_bulk(document: Mapping[str, Any], declared: Mapping[str, Any], direction: str) -> bool:
    flag = f"bulk{direction.capitalize()}Enabled"
    return document.get(flag) is True and declared.get(flag) is not False


def _events(document: Mapping[str, Any], entries: Mapping[str, Json]) -> Json:
    def value(key: str) -> str:
        return str((entries.get(key) or {}).get("defaultValue") or "").strip()

    told = [word.strip().lower() for word in value("event.vendor.type").split(",")]
    methods = [word for word in ("polling", "webhook") if word in told]
    polled = _polled(document, value)
    if polled and not methods:
        methods = ["polling"]
    events: Json = {"supported": bool(methods), "methods": methods}
    if "polling" in methods:
        events["polling"] = polled
    return events


def _polled(document: Mapping[str, Any], value: Any) -> Json:
    """Return what is polled: the objects that any of the four ways of configuring names."""
    told = _object_of_json(value("event.metadata")).get("polling")
    described: Mapping[str, Any] = told if isinstance(told, dict) else {}
    names: Iterable[str] = [part.strip() for part in value("event.objects").split(",")]
    names = [*names, *described, *_object_of_json(value("event.poller.configuration"))]
    for line in value("event.poller.urls").replace("\n", "|").split("|"):
        part = line.strip().partition("?")[0].rstrip("/").rpartition("/")[2]
        names.append(part)
    names += [
        str(one.get("name"))
        for one in document.get("objects") or []
        if one.get("eventsEnabled") is True
    ]
    found: Json = {}
    for name in names:
        if name and "{" not in name and name not in found:
            about = described.get(name) or described.get("{objectName}") or {}
            about = about if isinstance(about, dict) else {}
            found[name] = {
                "eventTypes": about.get("eventTypes") or ["CREATED", "UPDATED"],
                "pollUrl": about.get("pollUrl")
                or about.get("url")
                or f"/hubs/{document.get('hub')}/{name}",
            }
    return found


def _object_of_json(text: str) -> Json:
    """Return a JSON object, or an empty one: a definition may hold any text here."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
