"""What the mapper's page and its module say to each other: drafts in, reports out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from valence.common_resources import Change, Draft, Layer, may_touch
from valence.domain import (
    PRIVILEGES_OF,
    Element,
    Instance,
    InvalidRequest,
    NotFound,
    Principal,
    Privilege,
)
from valence.elements import document_of, object_metadata
from valence.gateway import Sample
from valence.transformations import (
    LEVELS,
    Level,
    SampledField,
    checked,
    documented_fields,
    merged,
    sampled_fields,
)

Json = dict[str, Any]
TYPES = ("string", "number", "int", "boolean", "date", "array", "array[string]", "object")
MOST_RECORDS = 200
_FIELD = re.compile(r"fields\[(\d+)\](?:\.(\w+))?(?:: )?")
_SCRIPT = re.compile(
    r"failed and was ignored: (.+?)(?: \(line (\d+)(?: of the (\w+)'s)?\))?(?: \(and \d+ more\))?$"
)
_PARTS = {"configuration": "pattern"}  # the one option with a text that may be unreadable
_WORDS = re.compile(r"[^a-z0-9]")
_HELP: dict[Level, str] = {
    "organization": "Counts for every {element} instance of your organization.",
    "account": "Counts for every {element} instance of your account.",
    "instance": "Counts for {instance} alone.",
}


# -- what comes in -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wish:
    """What the page sends with every question: which instance, and the draft of a level."""

    name: str
    instance_id: int
    vendor_name: str
    level: Level
    transformation: Json | None = field(default=None, repr=False)
    definitions: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def draft(self) -> Draft | None:
        """The draft, or None: what is stored counts."""
        if self.transformation is None:
            return None
        own = self.definitions.get(self.level)
        definition = {"fields": own} if isinstance(own, list) else None
        return Draft(self.transformation, self.level, definition)


def wish_of(name: str, body: Json) -> Wish:
    """Return what was sent as a value. Raises InvalidRequest."""
    number, level = body.get("instance"), body.get("level") or "instance"
    transformation, definitions = body.get("transformation"), body.get("definitions") or {}
    if type(number) is not int or not 0 < number < 2**62:
        raise InvalidRequest("instance must be the id of an instance.", code="bad-body")
    known = next((one for one in LEVELS[1:] if one == level), None)
    if known is None:
        raise InvalidRequest(f"level must be one of {', '.join(LEVELS[1:])}.", code="bad-body")
    if transformation is not None and not isinstance(transformation, dict):
        raise InvalidRequest("transformation must be an object.", code="bad-body")
    if not isinstance(definitions, dict):
        raise InvalidRequest("definitions must hold fields by level.", code="bad-body")
    vendor_name = body.get("vendorName") or (transformation or {}).get("vendorName") or ""
    return Wish(name, number, str(vendor_name), known, transformation, definitions)


def changes_of(wish: Wish, body: Json) -> list[Change]:
    """Return what is to be stored. Raises InvalidRequest."""
    versions = body.get("versions")
    if not isinstance(versions, dict):
        raise InvalidRequest("versions must tell what was edited.", code="bad-body")
    found = []
    for level in LEVELS[1:]:
        fields = wish.definitions.get(level)
        own = wish.transformation if level == wish.level else None
        if fields is None and own is None:
            continue
        if fields is not None and not isinstance(fields, list):
            raise InvalidRequest("definitions must hold lists of fields.", code="bad-body")
        if fields is not None and not all(isinstance(one, dict) for one in fields):
            raise InvalidRequest("A field must be an object.", code="bad-body")
        found.append(Change(level, str(versions.get(level)), fields, own))
    return found


def sample_of(wish: Wish, body: Json) -> Sample | None:
    """Return the records that the page shows, or None: it sent none, so the vendor is asked."""
    records, fields = body.get("records"), body.get("fields")
    if not isinstance(records, list) or not isinstance(fields, list):
        return None
    if len(records) > MOST_RECORDS or not all(isinstance(one, dict) for one in records):
        raise InvalidRequest(f"records must be at most {MOST_RECORDS} objects.", code="bad-body")
    told = [one for one in fields if isinstance(one, dict) and one.get("documented")]
    rows = [
        {
            "path": one.get("path"),
            "type": one.get("type"),
            "custom": one.get("custom"),
            "vendorDisplayName": one.get("displayName"),
            "vendorReadOnly": one.get("readOnly"),
        }
        for one in told
    ]
    found = sampled_fields(records, documented_fields(rows))
    return Sample(wish.name, f"/{wish.vendor_name}", records, tuple(found))


# -- what goes out -----------------------------------------------------------------------------


def level_out(layer: Layer, principal: Principal, element: Element, instance: Instance) -> Json:
    """Return what one level holds, and whether the person may change it."""
    may_edit = Privilege.EDIT_COMMON_OBJECTS in PRIVILEGES_OF[principal.role]
    definition = layer.definition or {"fields": []}
    return {
        "level": layer.level,
        "help": _HELP[layer.level].format(element=element.name, instance=instance.name),
        "mayEdit": may_edit and may_touch(principal, layer.level),
        "version": layer.version,
        "fields": [
            {name: value for name, value in one.items() if name not in ("id", "level")}
            for one in definition["fields"]
        ],
        "mapping": layer.transformation,
    }


def rows_of(levels: Sequence[Json], level: str) -> tuple[list[Json], str]:
    """Return the fields as the page shows them without its module, and the vendor's object."""
    known: dict[str, Json] = {}
    for one in levels:
        for defined in one["fields"]:
            known[defined["path"]] = {"path": defined["path"], "type": defined["type"]}
    place = [one["level"] for one in levels].index(level)
    documents = [one["mapping"] for one in levels[: place + 1] if one["mapping"]]
    found: Json = merged(documents) if documents else {"fields": [], "vendorName": ""}
    for mapped in found["fields"]:
        row = known.setdefault(mapped["path"], {"path": mapped["path"], "type": "string"})
        row |= {"type": mapped.get("type") or row["type"], "level": mapped.get("level")}
        row["vendor_path"] = mapped.get("vendorPath")
        row["options"] = [_option_text(one) for one in mapped["configuration"]]
    rows: list[Json] = [
        {"vendor_path": None, "level": None, "options": []} | row for row in known.values()
    ]
    return rows, str(found["vendorName"])


def _option_text(option: Json) -> str:
    given = option.get("properties") or {}
    told = ", ".join(f"{name} {value}" for name, value in given.items())
    return f"{option['type']}: {told}" if told else str(option["type"])


def guessed_name(name: str, names: Sequence[str]) -> str:
    """Return the vendor's object that an object's name speaks of, or nothing."""
    wanted = _WORDS.sub("", name.lower())
    found = [
        one for one in names if (word := _WORDS.sub("", one.lower()).rstrip("s")) and word in wanted
    ]
    return max(found, key=len, default="")


def documented_sample(element: Element, vendor_name: str) -> list[SampledField]:
    """Return the fields that the definition tells of an object: what is known without a vendor."""
    try:
        rows = object_metadata(document_of(element), vendor_name)["fields"]
    except NotFound:
        return []
    return sampled_fields([], documented_fields(rows))


# -- what went wrong, and where ----------------------------------------------------------------


def fault_of(error: InvalidRequest, wish: Wish) -> Json:
    """Return the field that an error is about and which part of it, where that can be told."""
    fields = (wish.transformation or {}).get("fields")
    rows = fields if isinstance(fields, list) else []
    named = _FIELD.search(error.message)
    if named is not None and int(named[1]) < len(rows) and _is_faulty(rows[int(named[1])]):
        told = error.message.replace(named[0], "", 1)
        return {
            "path": rows[int(named[1])].get("path"),
            "part": _PARTS.get(named[2] or "", named[2] or "path"),
            "message": f"{told[:1].upper()}{told[1:]}",
        }
    for row in rows:
        if _is_faulty(row):
            return {"path": row.get("path"), "part": "pattern"}
    for own in wish.definitions.values():
        for row in own if isinstance(own, list) else []:
            if _is_faulty({"path": row.get("path")} if isinstance(row, dict) else row):
                return {"path": row.get("path"), "part": "path"}
    return {}


def script_fault(warning: str | None) -> Json | None:
    """Return what a warning tells of a script: the error, its line where that is known, and the
    level where several scripts ran."""
    found = _SCRIPT.search(warning or "")
    if found is None:
        return None
    return {"message": found[1], "line": int(found[2] or 0), "level": found[3]}


def _is_faulty(row: object) -> bool:
    try:
        checked({"vendorName": "any", "fields": [row]}, level="instance")
    except InvalidRequest:
        return isinstance(row, dict)
    return False
