"""The compact form of a definition file to element JSON.

One function a word of the form. The document it makes is what other platforms of the kind import;
what they have no word for goes under `x-valence`, which they ignore."""

from collections.abc import Iterator
from typing import Any

from valence.domain import MASK
from valence.elements import models
from valence.elements.canonical import canonical_faults
from valence.elements.document import EXTENSION, Json
from valence.elements.schema import (
    ConfigurationForm,
    DefinitionForm,
    FilterForm,
    HookForm,
    ObjectForm,
    OrderingForm,
    PagingForm,
    ParameterForm,
    ResourceForm,
)

Place = tuple[int | str, ...]
"""Where something is in the file: keys and positions."""


def misnamed(form: DefinitionForm) -> Iterator[tuple[Place, str]]:
    """Yield every name in a form that names nothing: what expansion could not follow."""
    keys = {entry.key for entry in form.configuration}
    keyed = {
        "sandbox": form.sandbox,
        "sandbox_account": form.sandbox_account,
        "captures": form.captures,
    }
    for name, said in keyed.items():
        for key in said:
            if key not in keys:
                yield (name, key), "no configuration entry has this key"
    templates = {name: held.model_dump(by_alias=True) for name, held in form.canonical.items()}
    for inside, text in canonical_faults(form.hub, templates):
        yield ("canonical", *inside), text
    for model, field, type_ in models.unknown_types(form.models):
        yield ("models", model, field), f"{type_!r} is no type and no model"
    for name, held in form.objects.items():
        if held.model is not None and held.model not in form.models:
            yield ("objects", name, "model"), f"no model is called {held.model}"
    for position, resource in enumerate(form.resources):
        place: Place = ("resources", position)
        for group in resource.use:
            if group not in form.groups:
                yield (*place, "use"), f"no group is called {group}"
        if resource.filter is not None and resource.where:
            yield (*place, "filter"), "where says the same: keep one of the two"
        named = resource.model[0] if isinstance(resource.model, tuple) else resource.model
        if isinstance(named, str) and named not in form.models:
            yield (*place, "model"), f"no model is called {named}"


def expand(form: DefinitionForm) -> Json:
    """Return the element JSON of a form in which every name names something."""
    document: Json = {
        "id": form.id,
        "name": form.name,
        "key": form.key,
        "description": form.description,
        "image": form.image,
        "active": True,
        **form.flags,
        "beta": form.beta,
        "authentication": {"type": form.authentication["type"].value},
        "hub": form.hub,
        "protocolType": form.protocol,
        "paginatorVersion": "V2",
        "configuration": [_entry(*pair) for pair in enumerate(form.configuration)],
        "resources": [_resource(form, resource) for resource in form.resources],
        "parameters": [_parameter(row) for row in form.parameters],
        "hooks": _hooks(form),
        "objects": [_object(form, *pair) for pair in form.objects.items()],
        EXTENSION: _extension(form),
    }
    if form.logo:
        document["logo"] = form.logo
    return document | form.also


def place_in_file(form: DefinitionForm, pointer: str) -> Place:
    """Return where in the file lies what a pointer finds in the expanded document."""
    parts: list[int | str] = [
        int(part) if part.isdecimal() else part for part in pointer.split("/")[1:]
    ]
    if len(parts) < 3 or parts[0] != "resources":
        return tuple(parts)
    resource = form.resources[int(parts[1])]
    start = ("resources", parts[1])
    if parts[2] == "parameters" and len(parts) > 3:
        return (*start, *_place_of_row(form, resource, int(parts[3])))
    if parts[2] == "hooks" and len(parts) > 3:
        written = [name for name in ("pre", "post") if getattr(resource, name)]
        position = int(parts[3])
        if position < len(written):
            return (*start, written[position])
        return (*start, "hooks", position - len(written), *parts[4:])
    return (*start, *_WORDS.get(str(parts[2]), (parts[2],)))


_WORDS = {
    "method": ("operation",),
    "path": ("operation",),
    "vendorMethod": ("vendor",),
    "vendorPath": ("vendor",),
    "nextResource": ("next",),
}


def _place_of_row(form: DefinitionForm, resource: ResourceForm, position: int) -> Place:
    for group in resource.use:
        if position < len(form.groups[group]):
            return ("use",)
        position -= len(form.groups[group])
    if position < len(resource.parameters):
        return ("parameters", position)
    return ("body",) if resource.body is not None else ("where",)


def _entry(position: int, entry: ConfigurationForm) -> Json:
    shown: Json = {
        "name": entry.name,
        "key": entry.key,
        "description": entry.description,
        "type": entry.type,
        "required": entry.required,
        "internal": entry.internal,
        "hideFromConsole": entry.hidden or entry.internal,
        "displayOrder": position,
        "groupControl": entry.group_control,
    }
    if entry.default is not None and entry.default != MASK:
        shown["defaultValue"] = entry.default
    if entry.group is not None:
        shown["groupName"] = entry.group
    if entry.options:
        shown["options"] = [{"value": v, "description": d} for v, d in entry.options.items()]
    return shown


def _extension(form: DefinitionForm) -> Json:
    said: Json = {"vendor": form.vendor, "source": form.source}
    if form.help:
        said["help"] = form.help.strip()
    if form.errors:
        said["errors"] = list(form.errors)
    if form.statuses:
        said["statuses"] = [{"status": one.status, "when": one.when} for one in form.statuses]
    if form.sandbox:
        said["sandbox"] = dict(form.sandbox)
    if form.sandbox_account:
        said["sandboxAccount"] = dict(form.sandbox_account)
    if form.canonical:
        said["canonical"] = {
            name: held.model_dump(by_alias=True, exclude_defaults=True, mode="json")
            for name, held in form.canonical.items()
        }
    if form.limits:
        said["limits"] = form.limits
    if form.authorize:
        said["authorize"] = dict(form.authorize)
    if form.captures:
        said["captures"] = dict(form.captures)
    return said


def _resource(form: DefinitionForm, resource: ResourceForm) -> Json:
    method, _, path = resource.operation.partition(" ")
    vendor_method, _, vendor_path = resource.vendor.partition(" ")
    shown: Json = {
        "description": resource.description,
        "path": f"/hubs/{form.hub}{path}",
        "vendorPath": vendor_path,
        "method": method,
        "vendorMethod": vendor_method,
        "operationId": resource.operation_id or f"{method}-{path.strip('/')}",
        "type": resource.type,
        "kind": resource.kind,
        "response": {"contentType": resource.response},
        "paginationType": resource.pagination_type,
        "parameters": _rows(form, resource),
        "hooks": _hooks(resource),
    }
    given = {
        "rootKey": resource.root_key or None,
        "nextPageKey": resource.next_page_key,
        "nextResource": resource.next.replace(" ", ":", 1) if resource.next else None,
        "formulaId": resource.formula_id,
        "model": _model(form, resource),
        "object": resource.object,
        EXTENSION: _said(resource) or None,
    }
    return shown | {n: v for n, v in given.items() if v is not None} | resource.also


def _rows(form: DefinitionForm, resource: ResourceForm) -> list[Json]:
    rows = [row for group in resource.use for row in form.groups[group]]
    shown = [_parameter(row) for row in (*rows, *resource.parameters)]
    if resource.body is not None:
        type_ = resource.body if resource.body in form.models else "object"
        body = ParameterForm(
            name=resource.body,
            type="body",
            dataType=type_,
            vendorDataType=type_,
            required=True,
        )
        shown.append(_parameter(body))
    said = _filter(resource)
    if said is not None:
        shown.append(_where(said))
    return shown


def _where(said: FilterForm) -> Json:
    """Return the row that says to other platforms what they can understand of a filter."""
    converter = {
        "query-parameters": "converter:toQueryParameters",
        "odata": "converter:toODataFilter",
    }.get(said.dialect)
    fields = ", ".join(said.fields or {})
    row = ParameterForm(
        name="where",
        vendorName=converter or said.parameter or "where",
        type="query",
        vendorType="no-op" if said.dialect == "hook" else "query",
        description=f"Filters on {fields}" if fields else "Filters",
    )
    return _parameter(row)


def _parameter(row: ParameterForm) -> Json:
    shown: Json = {
        "name": row.name,
        "vendorName": row.vendor_name if row.vendor_name is not None else row.name,
        "type": row.type,
        "vendorType": row.vendor_type or row.type,
        "dataType": row.data_type,
        "vendorDataType": row.vendor_data_type,
        "source": row.source,
        "required": row.required,
    }
    if row.description:
        shown["description"] = row.description
    if row.converter:
        shown["converter"] = row.converter
    return shown


def _hooks(holder: DefinitionForm | ResourceForm) -> list[Json]:
    written: list[HookForm] = []
    if holder.pre:
        written.append(HookForm(type="preRequest", body=holder.pre))
    if holder.post:
        written.append(HookForm(type="postRequest", body=holder.post))
    return [
        {
            "type": row.type,
            "mimeType": "application/javascript",
            "isLegacy": row.is_legacy,
            "body": row.body,
        }
        for row in (*written, *holder.hooks)
    ]


def _model(form: DefinitionForm, resource: ResourceForm) -> Json | None:
    written = resource.model
    if isinstance(written, dict):
        return written
    shown: Json = {}
    if isinstance(written, tuple):
        swagger = models.swagger(form.models, written[0], is_list=True)
        shown = {"name": f"{written[0]}List", "swagger": swagger}
    elif written is not None:
        shown = {"name": written, "swagger": models.swagger(form.models, written)}
    if resource.body in form.models and resource.body != written:
        assert resource.body is not None  # noqa: S101 - None is no model
        shown["requestName"] = resource.body
        shown["requestSwagger"] = models.swagger(form.models, resource.body)
        shown.setdefault("name", resource.body)
        shown.setdefault("swagger", {})
    return shown or None


def _object(form: DefinitionForm, name: str, held: ObjectForm) -> Json:
    shown: Json = {
        "name": name,
        "vendorName": held.vendor_name or name,
        "primaryKeyName": held.primary_key,
        "bulkDownloadEnabled": held.download,
        "bulkUploadEnabled": held.upload,
        "eventsEnabled": held.events,
    }
    dates = (("createdDate", held.created), ("updatedDate", held.updated))
    for prefix, field in dates:
        if field is not None:
            shown |= {f"{prefix}Name": field, f"{prefix}Format": held.date_format or ""}
    if held.query_date is not None:
        shown |= {
            "queryDateName": held.query_date.name,
            "queryDateFormat": held.query_date.format,
            "queryDateOperator": held.query_date.operator,
        }
    fields: list[Any] = []
    if held.model is not None:
        fields = models.fields_of(form.models, held.model, primary_key=held.primary_key)
    return shown | {"fields": fields}


def _said(resource: ResourceForm) -> Json:
    parts: dict[str, Any] = {
        "totalKey": resource.total_key,
        "idField": resource.id_field,
        "filter": _given(_filter(resource)),
        "ordering": _given(resource.order_by),
        "fieldsIn": resource.fields_in,
        "onDemand": resource.on_demand.model_dump(mode="json", exclude_unset=True)
        if resource.on_demand
        else None,
        "paging": _given(resource.paging),
        "statement": resource.statement.model_dump() if resource.statement else None,
        "describes": resource.describes,
        "wait": _given(resource.wait),
        "examples": [_given(example) for example in resource.examples] or None,
    }
    return {name: part for name, part in parts.items() if part is not None}


def _filter(resource: ResourceForm) -> FilterForm | None:
    if resource.where:
        return FilterForm(dialect="query-parameters", fields=resource.where)
    return resource.filter


def _given(part: Any) -> Json | None:
    """Return what a form says, without what it leaves to its defaults."""
    if not isinstance(part, FilterForm | OrderingForm | PagingForm) and part is not None:
        return dict(part.model_dump(by_alias=True, exclude_unset=True))
    return None if part is None else dict(part.model_dump(by_alias=True, exclude_defaults=True))
