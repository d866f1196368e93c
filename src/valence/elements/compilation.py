"""A document to the immutable element that the rest of the product works with.

The same for a definition file of the catalog and for element JSON that a tenant imported. It
never interprets at the time of a call: what a row, a hook or a chain means is settled here, once.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, cast

from valence.domain import (
    AuthenticationKind,
    ConfigurationEntry,
    Element,
    Example,
    Hook,
    OnDemand,
    Operation,
    Parameter,
    StatusRule,
    Wait,
)
from valence.domain.elements import SYSTEM_ACCOUNT
from valence.elements.chains import followers, links_of
from valence.elements.check import identity_of, require_valid, resource_type
from valence.elements.document import LISTS, Json, defaults, extension, hubless, read, rows, text
from valence.elements.listing import (
    converter_of,
    filter_of,
    is_consumed,
    ordering_of,
    paging_of,
    statement_of,
)

ERROR_PATHS = ("message", "error.message", "error_description", "error", "detail", "title")
"""Where the text of a vendor's error is looked for when the definition does not say."""


def compile_element(
    document: Mapping[str, Any],
    *,
    owner_account_id: int = SYSTEM_ACCOUNT,
    origin_id: int | None = None,
    is_checked: bool = False,
) -> Element:
    """Return the element of a document.

    Args:
        owner_account_id: whose element it is; the catalog's by default.
        origin_id: of a clone, the element it was made from.
        is_checked: the document was found without a problem already, and more strictly.

    Raises:
        InvalidRequest: it cannot work; the message names the first problem with its pointer.
    """
    held = read(dict(document)) if is_checked else require_valid(dict(document))
    said = extension(held)
    return Element(
        id=int(held.get("id") or 0),
        key=held["key"],
        name=held["name"],
        description=held["description"],
        hub=held["hub"],
        authentication=AuthenticationKind(held["authentication"]["type"]),
        configuration=_configuration(held),
        operations=tuple(_operations(held)),
        wire=_wire(held),
        vendor=text(said.get("vendor")),
        error_paths=tuple(said["errors"]) if said.get("errors") else ERROR_PATHS,
        statuses=tuple(
            StatusRule(one["status"], dict(one["when"])) for one in rows(said.get("statuses"))
        ),
        sandbox_addresses=dict(said.get("sandbox") or {}),
        sandbox_account=dict(said.get("sandboxAccount") or {}),
        setup_help=text(said.get("help")).strip(),
        is_private=held["private"],
        is_extended=held["extended"],
        is_active=held["active"],
        owner_account_id=owner_account_id,
        origin_id=origin_id,
        document=held,
        event_hooks=_hooks(held, "event", "the element"),
        limits=dict(said.get("limits") or {}),
        authorize=dict(said.get("authorize") or {}),
        captures=dict(said.get("captures") or {}),
    )


def _wire(held: Json) -> Mapping[str, object]:
    return {name: value for name, value in held.items() if name not in LISTS}


def _configuration(held: Json) -> tuple[ConfigurationEntry, ...]:
    by_key = {row["key"]: row for row in held["configuration"]}
    entries = [_entry(row) for row in by_key.values()]
    return tuple(sorted(entries, key=lambda entry: entry.display_order))


def _entry(row: Json) -> ConfigurationEntry:
    order, options = row["displayOrder"], row.get("options")
    return ConfigurationEntry(
        key=row["key"],
        name=text(row["name"]),
        description=text(row["description"]),
        type=text(row["type"]),
        default_value=row.get("defaultValue"),
        # Nobody can be asked for what is switched off.
        is_required=row["required"] and row["active"],
        is_internal=row["internal"],
        is_hidden=row["hideFromConsole"] or row["internal"] or not row["active"],
        display_order=order if isinstance(order, int) else 0,
        options=tuple(_option(one) for one in options) if isinstance(options, list) else (),
        is_group_control=row["groupControl"],
        group=row.get("groupName") or None,
    )


def _option(option: object) -> tuple[str, str]:
    if not isinstance(option, dict):
        return text(option), text(option)
    value = text(option.get("value"))
    return value, text(option.get("description")) or value


def _operations(held: Json) -> list[Operation]:
    # Of two with the same verb and path the later wins: an account's own follows the catalog's.
    chosen = {identity_of(row): row for row in held["resources"]}
    set_up = defaults(held)
    alone = {identity: _operation(held, row, set_up) for identity, row in chosen.items()}
    links = links_of(held)
    found = []
    for identity, row in chosen.items():
        following, fault = followers(links, row)
        chain = tuple(alone[identity_of(link)] for link in following)
        operation = alone[identity]
        if chain or fault:
            operation = replace(operation, chain=chain, chain_fault=fault)
        found.append(operation)
    return found


def _operation(held: Json, row: Json, set_up: Mapping[str, str]) -> Operation:
    place = f"{row['method']} {hubless(row['path'])}"
    applying = [*held["parameters"], *row["parameters"]]
    pre_hooks = _hooks(held, "preRequest", "the element") + _hooks(row, "preRequest", place)
    post_hooks = _hooks(row, "postRequest", place) + _hooks(held, "postRequest", "the element")
    chosen = filter_of(row, applying, [hook.body for hook in pre_hooks])
    ordering = ordering_of(row)
    paging = paging_of(row, applying, set_up)
    request_key, response_key = _root_keys(row)
    said = extension(row)
    examples = tuple(_example(example) for example in rows(said.get("examples")))
    return Operation(
        method=row["method"],
        path=hubless(row["path"]),
        vendor_method=row["vendorMethod"].upper() or row["method"],
        vendor_path=row["vendorPath"],
        type=resource_type(row["type"]),
        kind=text(row["kind"]),
        id=row["id"] if isinstance(row.get("id"), int) else 0,
        operation_id=text(row.get("operationId")) or operation_id(row["method"], row["path"]),
        description=text(row.get("description")),
        parameters=tuple(_parameter(p) for p in applying if not is_consumed(p, chosen)),
        pre_hooks=pre_hooks,
        post_hooks=post_hooks,
        request_key=request_key,
        response_key=response_key,
        total_key=said.get("totalKey"),
        id_field=said.get("idField"),
        statement=statement_of(row),
        describes=said.get("describes"),
        next_page_key=text(row.get("nextPageKey")) or None,
        paging=paging,
        filter=chosen,
        ordering=ordering,
        fields_in=said.get("fieldsIn"),
        on_demand=_on_demand(said.get("onDemand")),
        wait=_wait(said.get("wait")),
        response_type=text((row.get("response") or {}).get("contentType")) or "application/json",
        formula_id=_formula_id(row),
        examples=examples,
    )


def operation_id(method: str, path: str) -> str:
    """Return the name of an operation that brings none: `GET-contacts`."""
    return f"{method}-{hubless(path).strip('/')}"


def _root_keys(row: Json) -> tuple[str | None, str | None]:
    written = text(row.get("rootKey"))
    request_key, bar, response_key = written.partition("|")
    if not bar:
        request_key, response_key = "", written
    return request_key.strip() or None, response_key.strip() or None


def _hooks(holder: Json, type_: str, place: str) -> tuple[Hook, ...]:
    kind = cast(Literal["preRequest", "postRequest", "event"], type_)
    return tuple(
        Hook(type=kind, body=row["body"], place=place, is_legacy=row["isLegacy"])
        for row in holder["hooks"]
        # Some exports come without the scripts; an empty one could only fail.
        if row["type"] == type_ and row.get("body", "").strip()
    )


def _parameter(row: Json) -> Parameter:
    return Parameter(
        name=row["name"],
        vendor_name=row["vendorName"],
        type=row["type"],
        vendor_type=row["vendorType"],
        data_type=text(row.get("dataType")) or "string",
        vendor_data_type=text(row.get("vendorDataType")) or "string",
        source=row["source"],
        is_required=row["required"],
        description=text(row.get("description")),
        converter=converter_of(row),
    )


def _formula_id(row: Json) -> int | None:
    written = text(row.get("formulaId"))
    return int(written) if written.isdecimal() else None


def _on_demand(said: Json | None) -> OnDemand | None:
    if said is None:
        return None
    fields = said.get("fields")
    return OnDemand(
        parameter=said["parameter"],
        fields=None if fields is None else frozenset(fields),
        within=said.get("within"),
    )


def _wait(said: Json | None) -> Wait | None:
    if said is None:
        return None
    return Wait(
        field=said["field"],
        done=frozenset(said.get("done") or ()),
        failed=frozenset(said.get("failed") or ()),
        header=text(said.get("header")) or "Location",
    )


def _example(row: Json) -> Example:
    return Example(
        path_values={name: text(value) for name, value in (row.get("path") or {}).items()},
        query={name: text(value) for name, value in (row.get("query") or {}).items()},
        body=row.get("body"),
        saves=row.get("saves"),
        files={name: text(value) for name, value in (row.get("files") or {}).items()},
    )
