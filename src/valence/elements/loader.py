"""Read a definition file and compile it.

An error names the file, the line and the pointer into the document, because the author has a text
editor open and not a debugger."""

import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from valence.domain import ConfigurationEntry, DefinitionError, Element, Operation, Parameter
from valence.elements.schema import DefinitionForm, ParameterForm, ResourceForm

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_PAGING_NAMES = frozenset({"page", "pageSize", "nextPage"})


class BadDefinition(DefinitionError):
    """A definition file that cannot work; the message names file, line and pointer."""

    code = "bad-definition"


def load_definition(path: Path) -> Element:
    """Return the compiled element of a definition file.

    Raises:
        BadDefinition: it is not YAML, not in the form, or contradicts itself.
    """
    text = path.read_text(encoding="utf-8")
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.YAMLError as exc:
        raise BadDefinition(f"{path.name} is not YAML: {exc}") from exc
    try:
        form = DefinitionForm.model_validate(content)
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        location = tuple(part for part in first["loc"] if isinstance(part, int | str))
        raise _bad(path, node, location, first["msg"]) from exc
    _check(path, node, form)
    return _compile(form)


def _bad(path: Path, node: Any, location: tuple[int | str, ...], text: str) -> BadDefinition:
    pointer = "".join(f"/{part}" for part in location)
    return BadDefinition(f"{path.name}:{_line(node, location)} at {pointer or '/'}: {text}")


def _line(node: Any, location: tuple[int | str, ...]) -> int:
    line = 1 if node is None else node.start_mark.line + 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next((pair for pair in node.value if pair[0].value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return int(line)


def _check(path: Path, node: Any, form: DefinitionForm) -> None:
    keys = [entry.key for entry in form.configuration]
    for position, key in enumerate(keys):
        if key in keys[:position]:
            raise _bad(path, node, ("configuration", position, "key"), f"{key} is there twice")
    for key in form.sandbox:
        if key not in keys:
            raise _bad(path, node, ("sandbox", key), "no configuration entry has this key")
    seen: set[str] = set()
    for position, resource in enumerate(form.resources):
        if resource.operation in seen:
            raise _bad(path, node, ("resources", position), f"{resource.operation} is there twice")
        seen.add(resource.operation)
        given = set(_PLACEHOLDER.findall(resource.operation))
        given |= {row.vendor_name for row in resource.parameters if row.vendor_type == "path"}
        missing = set(_PLACEHOLDER.findall(resource.vendor)) - given
        if missing:
            text = f"nothing fills {{{sorted(missing)[0]}}} of the vendor's path"
            raise _bad(path, node, ("resources", position, "vendor"), text)


def _compile(form: DefinitionForm) -> Element:
    return Element(
        id=form.id,
        key=form.key,
        name=form.name,
        description=form.description,
        hub=form.hub,
        authentication=form.authentication["type"],
        configuration=tuple(
            ConfigurationEntry(
                key=entry.key,
                name=entry.name,
                description=entry.description,
                type=entry.type,
                default_value=entry.default,
                is_required=entry.required,
                is_internal=entry.internal,
                is_hidden=entry.hidden or entry.internal,
                display_order=position,
                options=tuple(entry.options.items()),
            )
            for position, entry in enumerate(form.configuration)
        ),
        operations=tuple(_operation(resource, _paging_type(form)) for resource in form.resources),
        wire={"image": form.image, "beta": form.beta},
        vendor=form.vendor,
        error_paths=form.errors,
        sandbox_addresses=form.sandbox,
        setup_help=form.help.strip(),
    )


def _paging_type(form: DefinitionForm) -> str | None:
    return next((e.default for e in form.configuration if e.key == "pagination.type"), None)


def _operation(resource: ResourceForm, paging: str | None) -> Operation:
    method, _, path = resource.operation.partition(" ")
    vendor_method, _, vendor_path = resource.vendor.partition(" ")
    request_key, separator, response_key = resource.root_key.partition("|")
    if not separator:
        request_key, response_key = "", request_key
    names = {row.name for row in resource.parameters if row.type == "query"}
    return Operation(
        method=method,
        path=path,
        vendor_method=vendor_method,
        vendor_path=vendor_path,
        type=resource.type,
        operation_id=f"{method}-{path.strip('/')}",
        description=resource.description,
        parameters=tuple(_parameter(row) for row in resource.parameters),
        request_key=request_key or None,
        response_key=response_key or None,
        total_key=resource.total_key,
        pagination=paging if names & _PAGING_NAMES else None,
        where_fields={name: name for name in resource.where},
        vendor_defaults={
            row.vendor_name: row.name
            for row in resource.parameters
            if row.type == "value" and row.vendor_type == "query"
        },
        sample_body=resource.example,
    )


def _parameter(row: ParameterForm) -> Parameter:
    return Parameter(
        name=row.name,
        vendor_name=row.vendor_name,
        type=row.type,
        vendor_type=row.vendor_type,
        data_type=row.data_type,
        vendor_data_type=row.vendor_data_type,
        source=row.source,
        is_required=row.required,
        description=row.description,
    )
