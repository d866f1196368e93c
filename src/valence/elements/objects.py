"""Which objects an element has, and their fields.

Fields are told in one of two forms, told apart by their keys: as the element declares them, or as
they follow from the models of its resources. Clients compare key by key and in order, so key sets
and order are part of the wire contract."""

from collections.abc import Mapping
from typing import Any

from valence.domain import NotFound
from valence.elements.resources import (
    OBJECTS,
    canonical_name,
    object_of,
    path_of,
    resources_of,
    resources_of_object,
    single_segments,
)
from valence.elements.shapes import (
    NUMBERS,
    WRITING,
    Json,
    Leaf,
    Model,
    request_model,
    response_model,
)


def object_names(document: Mapping[str, Any]) -> list[str]:
    """Return the names of an element's objects: its resources' first, then declared ones.

    An object or model that only types a nested field and has no resource is left out.
    """
    firsts = single_segments(document)
    found = [object_of(resource, firsts) for resource in resources_of(document, OBJECTS)]
    names = list(dict.fromkeys(name for name in found if name))
    known = {name.casefold() for name in names}
    nested = _nested_types(document)
    modelled = _modelled(document)
    declared = [(one, False) for one in document.get("objects") or []]
    declared += [(one, True) for one in document.get("models") or []]
    for one, is_model in declared:
        name = str(one.get("name") or "")
        if not name or name.casefold() in known or name in nested:
            continue
        if is_model and (name in modelled or one.get("resources") or one.get("parentModelIds")):
            continue
        known.add(name.casefold())
        names.append(name)
    return names


def helium_objects(document: Mapping[str, Any]) -> list[Json]:
    """Return the objects with the vendor's names and their kind, as Helium clients ask for."""
    firsts = single_segments(document)
    canonical = {object_of(resource, firsts) for resource in resources_of(document, OBJECTS)}
    found = []
    for name in object_names(document):
        vendor = vendor_name(document, name)
        kind = "ceCanonical" if name in canonical else "vendor"
        found.append(
            {"name": name, "vendorName": name if kind == "vendor" else vendor, "type": kind}
        )
    return found


def vendor_name(document: Mapping[str, Any], name: str) -> str:
    """Return the vendor's name of an object: declared, else by its path there, else its own."""
    for declared in document.get("objects") or []:
        if str(declared.get("name") or "").casefold() == name.casefold():
            own = declared.get("vendorName")
            if own:
                return str(own)
    resources = resources_of_object(document, name)
    for resource in resources:
        own = (resource.get("object") or {}).get("vendorName")
        if own:
            return str(own)
    for resource in resources:
        model = response_model(resource)
        own = model and model.definitions[model.record_name or model.name]
        if own and own.get("x-vendor-objectname"):
            return str(own["x-vendor-objectname"])
    for resource in resources:
        path = str(resource.get("vendorPath") or "").partition("?")[0]
        parts = [part for part in path.split("/") if part and "{" not in part and ":" not in part]
        if parts and path.startswith("/"):
            return parts[-1]
    return name


def object_metadata(
    document: Mapping[str, Any],
    name: str,
    *,
    use_models: bool = False,
    custom_fields_only: bool = False,
) -> Json:
    """Return the fields of an object.

    Args:
        use_models: derive them from the resource models although the object declares fields.
        custom_fields_only: only those marked `custom`.

    Raises:
        NotFound: the element has no such object.
    """
    known = canonical_name(document, name)
    if known is None:
        raise NotFound(f"No object found with name {name[:100]!r}.")
    fields = [] if use_models else _declared_fields(document, known)
    if not fields:
        fields = _derived_fields(resources_of_object(document, known))
    if not fields and use_models:
        fields = _declared_fields(document, known)
    if custom_fields_only:
        fields = [field for field in fields if field.get("custom") is True]
    return {"fields": fields}


# -- as declared ----------------------------------------------------------------------------------


def _declared_fields(document: Mapping[str, Any], name: str) -> list[Json]:
    resources = [
        (str(one["method"]), (one.get("object") or {}).get("fields") or [])
        for one in resources_of(document)
        if _is_about(document, one, name)
    ]
    rows = _rows(document, name)
    if not rows:
        merged: dict[str, Json] = {}
        for _, fields in resources:
            for row in fields:
                merged.setdefault(str(row.get("name")), row)
        # What only a resource marks required is not required by the vendor.
        rows = [{**row, "required": False} for row in merged.values()]
    found = _flattened(document, rows, resources, "", (name,))
    if not any(fields for _, fields in resources):
        _add_methods(found, resources_of_object(document, name))
    return found


def _add_methods(fields: list[Json], resources: list[Json]) -> None:
    """Tell the verbs of declared fields by the models, where no resource lists its fields."""
    for resource in resources:
        verb = str(resource["method"])
        held = {"request": _paths(request_model(resource)),
                "response": _paths(response_model(resource))}  # fmt: skip
        for field in fields:
            flags = {key: field["vendorPath"] in paths for key, paths in held.items()}
            if any(flags.values()):
                known = next((one for one in field["method"] if one["name"] == verb), None)
                if known is None:
                    field["method"].append({"name": verb, **flags})
                else:
                    known |= {key: known[key] or flag for key, flag in flags.items()}


def _paths(model: Model | None) -> set[str]:
    """Return the dotted paths of a model's fields, leaves and what holds them."""
    found: set[str] = set()
    for leaf in model.leaves() if model else ():
        parts = leaf.path.replace("[*]", "").split(".")
        found |= {".".join(parts[: end + 1]) for end in range(len(parts))}
    return found


def _is_about(document: Mapping[str, Any], resource: Json, name: str) -> bool:
    own = (resource.get("object") or {}).get("name")
    if own:
        return str(own).casefold() == name.casefold()
    found = object_of(resource, single_segments(document))
    return found is not None and found.casefold() == name.casefold()


def _rows(document: Mapping[str, Any], name: str) -> list[Json]:
    for declared in document.get("objects") or []:
        if str(declared.get("name") or "").casefold() == name.casefold():
            return list(declared.get("fields") or [])
    return []


def _flattened(
    document: Mapping[str, Any],
    rows: list[Json],
    resources: list[tuple[str, list[Json]]],
    prefix: str,
    seen: tuple[str, ...],
) -> list[Json]:
    found: list[Json] = []
    for row in rows:
        name = str(row.get("name") or "")
        if not name:
            continue
        if row.get("type") == "object" and name not in seen:
            reference = row.get("reference") or {}
            below = _rows(document, str(reference.get("name") or name))
            below = below or list(reference.get("fields") or [])
            if below:
                inner = [(verb, _referenced(fields, name, below)) for verb, fields in resources]
                found += _flattened(document, below, inner, f"{prefix}{name}.", (*seen, name))
                continue
        found.append(_declared(row, f"{prefix}{name}", name, resources))
    return found


def _referenced(fields: list[Json], name: str, below: list[Json]) -> list[Json]:
    """Return the rows one resource has for a nested object; its own flags where it lists none."""
    row = next((one for one in fields if one.get("name") == name), None)
    if row is None:
        return []
    listed = (row.get("reference") or {}).get("fields")
    if listed:
        return list(listed)
    flags: Json = {key: row[key] for key in ("request", "response") if key in row}
    return [{"name": one.get("name"), **flags} for one in below]


def _declared(row: Json, path: str, name: str, resources: list[tuple[str, list[Json]]]) -> Json:
    native = str(row.get("type") or "unknown")
    field: Json = {"type": "number" if native in NUMBERS else native, "vendorPath": path}
    if row.get("displayName"):
        field["vendorDisplayName"] = row["displayName"]
    methods: dict[str, Json] = {}
    for verb, fields in resources:
        listed = next((one for one in fields if one.get("name") == name), None)
        if listed is None:
            continue
        entry = methods.setdefault(verb, {"name": verb, "request": False, "response": False})
        for flag in ("request", "response"):
            entry[flag] = entry[flag] or listed.get(flag) is True
    field |= {
        "vendorNativeType": native,
        "vendorRequired": row.get("required") is True,
        "vendorReadOnly": row.get("readOnly") is True,
        "hidden": row.get("hidden") is True,
        "method": list(methods.values()),
    }
    if row.get("custom") is True:
        field["custom"] = True
    return field


# -- derived from models --------------------------------------------------------------------------


def _derived_fields(resources: list[Json]) -> list[Json]:
    by_id = next(
        (one for one in resources if one["method"] == "GET" and path_of(one).endswith("}")), None
    )
    substitute = _leaves(response_model(by_id)) if by_id else []
    fields: dict[str, Json] = {}
    for resource in reversed(resources):
        verb = str(resource["method"])
        request = _leaves(request_model(resource))
        response = _leaves(response_model(resource))
        if verb in WRITING and not response:
            response = substitute
        asked = {leaf.path for leaf in request}
        answered = {leaf.path for leaf in response}
        for leaf in [*response, *request]:
            field = fields.setdefault(leaf.path, _derived(leaf))
            entry = next((one for one in field["method"] if one["name"] == verb), None)
            if entry is None:
                entry = {"name": verb}
                if verb != "GET":
                    entry["request"] = False
                entry["response"] = False
                field["method"].append(entry)
            entry["response"] = entry["response"] or leaf.path in answered
            if verb != "GET":
                entry["request"] = entry["request"] or leaf.path in asked
            if leaf.path in asked:
                field["createable"] = field["createable"] or verb == "POST"
                field["updateable"] = field["updateable"] or verb in ("PATCH", "PUT")
    return list(fields.values())


def _leaves(model: Model | None) -> list[Leaf]:
    return sorted(model.leaves(), key=lambda leaf: leaf.path) if model else []


def _derived(leaf: Leaf) -> Json:
    return {
        "type": leaf.type,
        "path": leaf.path,
        "vendorPath": leaf.path,
        "vendorNativeType": leaf.type,
        "createable": False,
        "updateable": False,
        "method": [],
    }


# -- which names only type a field ----------------------------------------------------------------


def _nested_types(document: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    for declared in document.get("objects") or []:
        for row in declared.get("fields") or []:
            found |= _types_of_row(row)
    for resource in resources_of(document):
        for row in (resource.get("object") or {}).get("fields") or []:
            found |= _types_of_row(row)
    by_id = {one.get("id"): str(one.get("name")) for one in document.get("models") or []}
    for model in document.get("models") or []:
        for row in model.get("modelFields") or []:
            related = by_id.get(row.get("relatedModelId"))
            sample = str(row.get("sampleValue") or "")
            found |= {related} if related else set()
            found |= {sample[1:].partition(".")[0]} if sample.startswith("$") else set()
    return found


def _types_of_row(row: Mapping[str, Any]) -> set[str]:
    reference = row.get("reference") or {}
    found = {str(reference["name"])} if reference.get("name") else set()
    if row.get("type") in ("object", "array"):
        found.add(str(row.get("name")))
    elif row.get("type"):
        found.add(str(row["type"]))
    for below in reference.get("fields") or []:
        found |= _types_of_row(below)
    return found


def _modelled(document: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    for resource in resources_of(document):
        for model in (response_model(resource), request_model(resource)):
            found |= set(model.definitions) if model else set()
    return found
