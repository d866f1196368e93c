"""What keeps a document from working, each with a JSON pointer.

Two measures. What any document must be: a known kind of authentication, resources with verb and
path, parameters of known types. And, where `is_strict`, what its author can mend and a real export
of long ago need not be: a filled vendor path, a chain that runs, no resource twice. A definition
file is held to both; an import to the first, since what is wrong with one resource of two hundred
must not keep the others from being used."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from valence.ceql import STATEMENT_LANGUAGES
from valence.domain import AuthenticationKind, InvalidRequest
from valence.elements.chains import Links, fault_of, link_name, links_of
from valence.elements.document import EXTENSION, Json, defaults, extension, hubless, read, rows

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
SOURCES = frozenset(
    {
        *("query", "header", "path", "body", "bodyField", "form", "multipart", "configuration"),
        *("value", "prevBody", "prevBodyField", "no-op"),
    }
)
"""`type` of a parameter: where its value comes from."""

DESTINATIONS = frozenset(
    {
        *("query", "header", "form", "path", "body", "bodyField", "multipart", "bodyToken"),
        *("configuration", "value", "no-op", "prevBody", "prevBodyField"),
    }
)
"""`vendorType` of a parameter: where its value goes."""

HOOK_TYPES = frozenset({"preRequest", "postRequest", "event"})
PAGING_STYLES = frozenset({"page", "offset", "cursor", "link", "none", "statement"})
TYPES: Mapping[str, str] = {
    name.casefold(): name
    for name in (
        *("api", "apiNoDocumentation", "formulaAsResource", "provisionAuthValidation"),
        *("onProvision", "onProvisionWebhook", "onRefresh", "onDeleteWebhook", "onDelete"),
        # The old platform's own spelling is the name; the right one is taken for it.
        *("oauthOnAuthroizeUrl", "oauthOnTokenExchange", "oauthOnTokenRefresh"),
        *("oauthOnTokenRevoke", "oauthOnTokenRequest", "oauth1OnTokenRequest"),
        *("oauth2ClientCredentials", "onProvisionCacheVendorDataAsync", "apiElementRequest"),
    )
} | {"oauthonauthorizeurl": "oauthOnAuthroizeUrl"}
"""The types of resources, by their spelling in lower case."""

CALLABLE = frozenset({"api", "apiNoDocumentation", "formulaAsResource"})
MOST = {
    "configuration": 500,
    "parameters": 200,
    "hooks": 50,
    "resources": 2000,
    "objects": 2000,
    "models": 2000,
}
"""The longest lists that compile. Parameters and hooks of the element apply to each resource, so
without a bound a small import could become an element that fills the memory."""

_DIRECTIONS = frozenset({"request", "response"})
_KINDS = frozenset(kind.value for kind in AuthenticationKind)
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_PATH = re.compile(r"(?:[^.\[\]]+|\[(?:\*|\d+)\])(?:\.[^.\[\]]+|\[(?:\*|\d+)\])*\Z")
_WELL_BRACED = re.compile(r"^(?:[^{}]|\{[^{}]+\})*$")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a document from working, and where it is."""

    pointer: str
    text: str

    def __str__(self) -> str:
        return f"at {self.pointer or '/'}: {self.text}"


def check(document: object, *, is_strict: bool = False) -> list[Problem]:
    """Return every problem of a document, in its order; none: it compiles."""
    if not isinstance(document, dict):
        return [Problem("", "expected an element, a JSON object")]
    return list(_problems(read(document), is_strict=is_strict))


def require_valid(document: object) -> Json:
    """Return a document that can be compiled, read.

    Raises:
        InvalidRequest: it cannot; the message names the first problem with its pointer.
    """
    found = check(document)
    if found or not isinstance(document, dict):
        raise InvalidRequest(
            f"The element cannot work, {found[0]}.",
            code="invalid-definition",
        )
    return read(document)


def resource_type(name: object) -> str:
    """Return a resource's type in its own spelling; an unknown one as it is."""
    return TYPES.get(str(name).casefold(), str(name))


def _problems(document: Json, *, is_strict: bool) -> Iterator[Problem]:
    yield from _identity(document)
    yield from _configuration(document, is_strict=is_strict)
    yield from _parameters(document, "")
    yield from _hooks(document, "")
    yield from _objects(document)
    yield from _extension(document, "")
    yield from _resources(document, is_strict=is_strict)


def _identity(document: Json) -> Iterator[Problem]:
    if not isinstance(document["name"], str) or not document["name"].strip():
        yield Problem("/name", "an element needs a name")
    key = document["key"]
    if not isinstance(key, str) or not re.fullmatch(r"[A-Za-z0-9._-]+", key):
        yield Problem("/key", "a key has letters, digits, '-', '_' and '.' only")
    for name in ("description", "hub", "image", "protocolType"):
        if not isinstance(document[name], str):
            yield Problem(f"/{name}", "expected a text")
    authentication = document.get("authentication")
    kind = authentication.get("type") if isinstance(authentication, dict) else None
    if kind is None:
        yield Problem("/authentication", "expected {type: ...}, such as {type: oauth2}")
    elif not _is_one_of(kind, _KINDS):
        known = ", ".join(sorted(_KINDS))
        yield Problem("/authentication/type", f"{kind!r} is none of {known}")


def _configuration(document: Json, *, is_strict: bool) -> Iterator[Problem]:
    seen: set[str] = set()
    for pointer, row, problem in _rows(document, "configuration", ""):
        if problem:
            yield problem
            continue
        key = row.get("key")
        if not isinstance(key, str) or not key:
            yield Problem(f"{pointer}/key", "a configuration entry needs a key")
        elif key in seen and is_strict:
            yield Problem(f"{pointer}/key", f"{key} is there twice")
        else:
            seen.add(key)
        if row.get("type") == "COMBO" and is_strict and not row.get("options"):
            yield Problem(pointer, "a COMBO needs options")


def _parameters(holder: Json, place: str) -> Iterator[Problem]:
    for pointer, row, problem in _rows(holder, "parameters", place):
        if problem:
            yield problem
            continue
        if not isinstance(row.get("name"), str):
            yield Problem(f"{pointer}/name", "a parameter needs a name")
        if not isinstance(row["vendorName"], str):
            yield Problem(f"{pointer}/vendorName", "expected a text")
        if not _is_one_of(row.get("type"), SOURCES):
            known = ", ".join(sorted(SOURCES))
            yield Problem(f"{pointer}/type", f"{row.get('type')!r} is none of {known}")
        if not _is_one_of(row["vendorType"], DESTINATIONS):
            known = ", ".join(sorted(DESTINATIONS))
            yield Problem(f"{pointer}/vendorType", f"{row['vendorType']!r} is none of {known}")
        if not _is_one_of(row["source"], _DIRECTIONS):
            yield Problem(f"{pointer}/source", "expected 'request' or 'response'")


def _hooks(holder: Json, place: str) -> Iterator[Problem]:
    for pointer, row, problem in _rows(holder, "hooks", place):
        if problem:
            yield problem
            continue
        if not _is_one_of(row.get("type"), HOOK_TYPES):
            known = ", ".join(sorted(HOOK_TYPES))
            yield Problem(f"{pointer}/type", f"{row.get('type')!r} is none of {known}")
        if not isinstance(row.get("body", ""), str):
            yield Problem(f"{pointer}/body", "expected the script as a text")


def _objects(document: Json) -> Iterator[Problem]:
    for name in ("objects", "models"):
        for pointer, row, problem in _rows(document, name, ""):
            if problem:
                yield problem
            elif not isinstance(row.get("name"), str) or not row["name"]:
                yield Problem(f"{pointer}/name", "expected a name")


def _resources(document: Json, *, is_strict: bool) -> Iterator[Problem]:
    seen: set[tuple[str, str, str]] = set()
    links = links_of(document) if is_strict else {}
    for pointer, row, problem in _rows(document, "resources", ""):
        if problem:
            yield problem
            continue
        broken = list(_resource(row, pointer))
        broken += _parameters(row, pointer)
        broken += _hooks(row, pointer)
        broken += _extension(row, pointer)
        yield from broken
        if broken or not is_strict:
            continue
        name = identity_of(row)
        if name in seen:
            yield Problem(pointer, f"{row['method']} {hubless(row['path'])} is there twice")
        seen.add(name)
        yield from _strictly(document, row, pointer, links=links)


def _resource(row: Json, pointer: str) -> Iterator[Problem]:
    if not _is_one_of(row.get("method"), METHODS):
        known = ", ".join(sorted(METHODS))
        yield Problem(f"{pointer}/method", f"{row.get('method')!r} is none of {known}")
    path = row.get("path")
    if not isinstance(path, str) or not path.startswith("/"):
        yield Problem(f"{pointer}/path", "expected a path, such as '/hubs/crm/contacts/{id}'")
    elif not _WELL_BRACED.match(path):
        yield Problem(f"{pointer}/path", "a placeholder is written {name}")
    for name in ("vendorPath", "vendorMethod", "type", "rootKey", "nextPageKey", "nextResource"):
        if not isinstance(row.get(name, ""), str):
            yield Problem(f"{pointer}/{name}", "expected a text")
    for name in ("model", "object", "response"):
        if not isinstance(row.get(name, {}), dict):
            yield Problem(f"{pointer}/{name}", "expected an object")


def _strictly(document: Json, row: Json, pointer: str, *, links: Links) -> Iterator[Problem]:
    if row["type"].casefold() not in TYPES:
        yield Problem(f"{pointer}/type", f"{row['type']!r} is no type of resource")
    names = _PLACEHOLDER.findall(row["path"])
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        yield Problem(f"{pointer}/path", f"{{{twice}}} is there twice")
    fault = fault_of(links, row)
    if fault is not None:
        yield Problem(f"{pointer}/nextResource", fault)
    shared = [row, document]
    if any(hook.get("type") == "preRequest" for owner in shared for hook in rows(owner["hooks"])):
        return  # a script may fill what no row fills
    given = set(names) | set(defaults(document))
    given |= {str(entry.get("key")) for entry in rows(document["configuration"])}
    given |= {
        str(parameter["vendorName"])
        for owner in shared
        for parameter in rows(owner["parameters"])
        if parameter["vendorType"] == "path" and parameter["source"] == "request"
    }
    if str(document["protocolType"]).casefold() == "jdbc":
        return  # its vendor path is SQL
    missing = sorted(set(_PLACEHOLDER.findall(row["vendorPath"])) - given)
    if missing:
        text = f"nothing fills {{{missing[0]}}} of the vendor's path"
        yield Problem(f"{pointer}/vendorPath", text)


def _extension(holder: Json, place: str) -> Iterator[Problem]:
    pointer = f"{place}/{EXTENSION}"
    if not isinstance(holder.get(EXTENSION, {}), dict):
        yield Problem(pointer, "expected an object")
        return
    said = {name: part for name, part in extension(holder).items() if part is not None}
    for name, (is_right, expected) in _EXTENSION.items():
        if name in said and not is_right(said[name]):
            yield Problem(f"{pointer}/{name}", f"expected {expected}")
    for name, needed in _PARTS.items():
        part = said.get(name)
        if part is None:
            continue
        if not isinstance(part, dict) or not isinstance(part.get(needed), str):
            yield Problem(f"{pointer}/{name}", f"expected an object with {needed}")
        elif not _is_texts_by_name(part.get("fields") or {}):
            yield Problem(f"{pointer}/{name}/fields", "expected an object, field to vendor's word")
        elif name == "paging" and part["style"] not in PAGING_STYLES:
            known = ", ".join(sorted(PAGING_STYLES))
            yield Problem(f"{pointer}/paging/style", f"{part['style']!r} is none of {known}")
        else:
            yield from _details(part, f"{pointer}/{name}")


_PARTS = {"filter": "dialect", "ordering": "parameter", "paging": "style", "wait": "field"}
_DETAILS = (
    "parameter",
    "directionParameter",
    "ascending",
    "descending",
    "default",
    "moreKey",
    "prefix",
    "tie",
    "within",
    "header",
)
_LISTS = ("vendorOnly", "done", "failed")


def _details(part: Json, pointer: str) -> Iterator[Problem]:
    for name in _DETAILS:
        if not isinstance(part.get(name, ""), str | None):
            yield Problem(f"{pointer}/{name}", "expected a text")
    for name in _LISTS:
        given = part.get(name) or ()
        # Of a form they are a tuple.
        if not isinstance(given, list | tuple) or not _is_texts(list(given)):
            yield Problem(f"{pointer}/{name}", "expected a list of texts")
    for name in ("largest", "first", "deepest", "smallest"):
        number = part.get(name)
        is_number = isinstance(number, int) and not isinstance(number, bool) and number >= 0
        if number is not None and not is_number:
            yield Problem(f"{pointer}/{name}", "expected a whole number")


def _is_texts_by_name(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(part, str) for part in value.values())


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


def _is_limits(value: object) -> bool:
    return isinstance(value, dict) and all(_is_texts_by_name(part) for part in value.values())


def _is_templates(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(row, dict)
        and _is_texts_by_name(row.get("fields"))
        and isinstance(row.get("vendorName"), str | None)
        and isinstance(row.get("script"), str | None)
        and _is_texts(row.get("scripted") or [])
        for row in value.values()
    )


def _is_statement(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.get("language") in STATEMENT_LANGUAGES
        and all(isinstance(value.get(name), str) for name in ("parameter", "text"))
        and _is_texts_by_name(value.get("headers") or {})
    )


def _is_on_demand(value: object) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("parameter"), str)
        and isinstance(value.get("within"), str | None)
        and (value.get("fields") is None or _is_texts(value["fields"]))
    )


def _is_statuses(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(part, dict)
        and type(part.get("status")) is int
        and 400 <= part["status"] <= 499
        and isinstance(part.get("when"), dict)
        and all(_is_path(path) for path in part["when"])
        and all(isinstance(held, str | None) for held in part["when"].values())
        for part in value
    )


def _is_path(value: object) -> bool:
    return isinstance(value, str) and _PATH.match(value) is not None


def _is_examples(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(part, dict)
        and isinstance(part.get("path") or {}, dict)
        and isinstance(part.get("query") or {}, dict)
        and isinstance(part.get("saves"), str | None)
        and _is_texts_by_name(part.get("files") or {})
        for part in value
    )


_EXTENSION: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "errors": (_is_texts, "a list of paths"),
    "sandbox": (_is_texts_by_name, "an object, configuration key to address"),
    "sandboxAccount": (_is_texts_by_name, "an object, configuration key to value"),
    "canonical": (_is_templates, "an object, templates of {fields, scripted, script} by object"),
    "authorize": (_is_texts_by_name, "an object, parameter to value"),
    "captures": (_is_texts_by_name, "an object, configuration key to value"),
    "limits": (_is_limits, "an object, one object of header names a limit"),
    "statuses": (_is_statuses, "a list of {status: 400 to 499, when: path to value}"),
    "totalKey": (lambda value: isinstance(value, str), "a path"),
    "fieldsIn": (lambda value: isinstance(value, str), "the name of a field"),
    "onDemand": (_is_on_demand, "{parameter, fields, within}, fields a list of names"),
    "statement": (_is_statement, "{language, parameter, text, headers}, in a language there is"),
    "describes": (lambda value: isinstance(value, str), "the name of an object"),
    "idField": (lambda value: isinstance(value, str), "a name"),
    "examples": (_is_examples, "a list of {path, query, body, files, saves}"),
}


def identity_of(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return by what a resource is known among others: verb, path and type.

    The names of placeholders do not count, nor what tells two types of callable resources apart.
    """
    kind = resource_type(row.get("type", "api"))
    method, path = link_name(str(row["method"]), str(row["path"]))
    return method, path, "api" if kind in CALLABLE else kind


def _is_one_of(value: object, known: frozenset[str]) -> bool:
    return isinstance(value, str) and value in known


def _rows(holder: Json, name: str, place: str) -> Iterator[tuple[str, Json, Problem | None]]:
    value = holder.get(name, [])
    if not isinstance(value, list):
        yield "", {}, Problem(f"{place}/{name}", "expected a list")
        return
    if len(value) > MOST[name]:
        yield "", {}, Problem(f"{place}/{name}", f"expected at most {MOST[name]}")
        return
    for position, row in enumerate(value):
        pointer = f"{place}/{name}/{position}"
        if isinstance(row, dict):
            yield pointer, row, None
        else:
            yield pointer, {}, Problem(pointer, "expected an object")
