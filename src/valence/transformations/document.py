"""What a level stores of a transformation, checked; and what several levels come to together.

Source: the wire contract on transformations, its sections on fields and options, and inheritance.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from valence.domain import InvalidRequest
from valence.transformations.dates import date_mask, is_old_month
from valence.transformations.paths import parse_path
from valence.transformations.values import (
    MISSING,
    FieldMapping,
    Level,
    Script,
    Transformation,
)

Document = dict[str, Any]
MOST_FIELDS = 2000
LONGEST_SCRIPT = 200_000
_FIELD_TEXTS = ("path", "type", "vendorPath", "vendorType", "vendorName", "displayName")
_NO_VENDOR = ("", None)


def checked(body: Mapping[str, Any], *, level: Level) -> Document:
    """Return a transformation as a level stores it, from what a client sent.

    Raises:
        InvalidRequest: `vendorName` is missing, or a path, mask or option cannot be read.
    """
    vendor_name = body.get("vendorName")
    if not isinstance(vendor_name, str) or not vendor_name.strip():
        raise InvalidRequest("vendorName is missing: the vendor's object.", code="bad-body")
    found: Document = {
        "vendorName": vendor_name.strip(),
        "isLegacy": _flag(body.get("isLegacy")) is True,
        "configuration": _options(body.get("configuration"), "configuration", level),
        "fields": _fields(body.get("fields"), level),
    }
    script = _script(body.get("script"), level)
    if script is None and isinstance(body.get("scripts"), list) and body["scripts"]:
        script = _script(body["scripts"][-1], level)
    if script is not None:
        found["script"] = script
    compiled([found], name="checked")
    return found


def merged(documents: Sequence[Document], *, is_always: bool = False) -> Document:
    """Return what levels come to, given from the general to the specific.

    The most specific counts alone, unless it inherits: then it is laid over what the levels above
    come to; fields by path, options by type, scripts one after the other. `is_always`: as if all
    did. `scripts` are all that run, `engines` tells of each whether it is the legacy one's.
    """
    found: Document = {}
    for document in documents:
        scripts = [document["script"]] if document.get("script") else []
        # A script keeps the engine that its own level wrote it for.
        own = document | {"scripts": scripts, "engines": [document["isLegacy"]] * len(scripts)}
        if not found or not (is_always or _inherits(document)):
            found = own
            continue
        fields = {field["path"]: field for field in found["fields"]}
        fields |= {field["path"]: field for field in document["fields"]}
        options = {option["type"]: option for option in found["configuration"]}
        options |= {option["type"]: option for option in document["configuration"]}
        found = own | {
            "fields": list(fields.values()),
            "configuration": list(options.values()),
            "scripts": [*found["scripts"], *own["scripts"]],
            "engines": [*found["engines"], *own["engines"]],
            "script": document.get("script") or found.get("script"),
        }
        if found["script"] is None:
            del found["script"]
    return found


def effective(
    documents: Sequence[Document], *, name: str, types: Mapping[str, str] | None = None
) -> Transformation:
    """Return the transformation that levels come to, from the general to the specific.

    Args:
        types: of the definition's fields by path, for fields that tell none.
    """
    return compiled(documents, name=name, types=types)


def compiled(
    documents: Sequence[Document], *, name: str, types: Mapping[str, str] | None = None
) -> Transformation:
    """Return documents as a value; the checks of paths and masks happen here."""
    document = merged(documents)
    passes = _directions(document["configuration"], "passThrough", default=True)
    kinds = {option["type"] for option in document["configuration"]}
    return Transformation(
        name=name,
        vendor_name=document["vendorName"],
        fields=tuple(_mapping(field, types or {}) for field in document["fields"]),
        passes_read=passes[0],
        passes_written=passes[1],
        is_documented="addToDocumentation" in kinds,
        scripts=tuple(
            Script(
                script["body"],
                is_legacy=is_legacy,
                drops_empty=script.get("filterEmptyResponse") is True,
                level=script.get("level", "organization"),
            )
            for script, is_legacy in zip(document["scripts"], document["engines"], strict=True)
        ),
    )


def old_masks(body: Mapping[str, Any]) -> list[str]:
    """Return the paths of fields, as a client sent them, whose mask says `mm` for the month."""
    found = []
    for field in _objects(body.get("fields")):
        for option in _objects(field.get("configuration")):
            properties = option.get("properties")
            mask = properties.get("pattern") if isinstance(properties, dict) else None
            if option.get("type") != "transformDate" or not isinstance(mask, str):
                continue
            if is_old_month(mask):
                found.append(str(field.get("path") or field.get("vendorPath")))
    return found


def _objects(given: Any) -> list[Any]:
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _mapping(field: Mapping[str, Any], types: Mapping[str, str]) -> FieldMapping:
    options = field["configuration"]
    passes = _directions(options, "passThrough", default=True)
    removed = _directions(options, "remove", default=False)
    vendor_path = field.get("vendorPath")
    if vendor_path is not None:
        parse_path(vendor_path)
    parse_path(field["path"])
    pattern = _property(options, "transformDate", "pattern")
    if pattern is not None:
        if not isinstance(pattern, str):
            raise InvalidRequest("transformDate.pattern must be a text.", code="bad-date-mask")
        date_mask(pattern)
    return FieldMapping(
        path=field["path"],
        vendor_path=vendor_path,
        type=field.get("type") or types.get(field["path"], "string"),
        vendor_type=field.get("vendorType"),
        is_read=passes[0] and not removed[0],
        is_written=passes[1] and not removed[1],
        pattern=pattern,
        default=_property(options, "defaultValue", "value", default=MISSING),
        level=field.get("level", "organization"),
    )


def _inherits(document: Document) -> bool:
    for option in document["configuration"]:
        if option["type"] == "inherit":
            values = [_flag(value) for value in (option.get("properties") or {}).values()]
            return False not in values
    return False


def _directions(options: Sequence[Document], type_: str, *, default: bool) -> tuple[bool, bool]:
    for option in options:
        if option["type"] == type_:
            given = option.get("properties") or {}
            read, written = (_flag(given.get(name)) for name in ("fromVendor", "toVendor"))
            return (default if read is None else read, default if written is None else written)
    return default, default


def _property(options: Sequence[Document], type_: str, name: str, *, default: Any = None) -> Any:
    for option in options:
        if option["type"] == type_:
            return (option.get("properties") or {}).get(name, default)
    return default


def _flag(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return None


# -- checking --------------------------------------------------------------------------------------


def _fields(given: Any, level: Level) -> list[Document]:
    if given is None:
        return []
    if not isinstance(given, list) or len(given) > MOST_FIELDS:
        raise InvalidRequest(f"fields must be a list of at most {MOST_FIELDS}.", code="bad-body")
    by_path: dict[str, Document] = {}
    for number, row in enumerate(given):
        if not isinstance(row, dict) or not isinstance(row.get("path"), str) or not row["path"]:
            raise InvalidRequest(f"fields[{number}] must have a path.", code="bad-body")
        field: Document = {}
        for name in _FIELD_TEXTS:
            value = row.get(name)
            if value in _NO_VENDOR:
                continue
            if not isinstance(value, str):
                raise InvalidRequest(f"fields[{number}].{name} must be a text.", code="bad-body")
            field[name] = value
            if name in ("path", "vendorPath"):
                with _saying(f"fields[{number}].{name}"):
                    parse_path(value)
        options = _options(row.get("configuration"), f"fields[{number}].configuration", None)
        pattern = _property(options, "transformDate", "pattern")
        if isinstance(pattern, str):
            with _saying(f"fields[{number}].configuration"):
                date_mask(pattern)
        by_path[field["path"]] = field | {"level": level, "configuration": options}
    return list(by_path.values())


@contextlib.contextmanager
def _saying(place: str) -> Iterator[None]:
    """Say of what cannot be read whose it is."""
    try:
        yield
    except InvalidRequest as exc:
        raise InvalidRequest(f"{place}: {exc.message}", code=exc.code) from exc


def _options(given: Any, place: str, level: Level | None) -> list[Document]:
    if given is None:
        return []
    if not isinstance(given, list):
        raise InvalidRequest(f"{place} must be a list.", code="bad-body")
    found = []
    for option in given:
        if not isinstance(option, dict) or not isinstance(option.get("type"), str):
            raise InvalidRequest(f"Each entry of {place} must have a type.", code="bad-body")
        properties = option.get("properties")
        if properties is not None and not isinstance(properties, dict):
            raise InvalidRequest(f"properties in {place} must be an object.", code="bad-body")
        kept = {"type": option["type"]} | ({} if properties is None else {"properties": properties})
        found.append(kept | ({} if level is None else {"level": level}))
    return found


def _script(given: Any, level: Level) -> Document | None:
    if given is None or given == {}:
        return None
    body = given.get("body") if isinstance(given, dict) else None
    if not isinstance(body, str) or len(body) > LONGEST_SCRIPT:
        raise InvalidRequest(
            f"script.body must be a text of at most {LONGEST_SCRIPT} characters.", code="bad-body"
        )
    if not body.strip():
        return None
    return {
        "body": body,
        "mimeType": "application/javascript",
        "filterEmptyResponse": _flag(given.get("filterEmptyResponse")) is True,
        "level": level,
    }
