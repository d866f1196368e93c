"""Elements as element JSON: what the API answers and what exports hold.

Source: the wire contract. A listed field is never null; a secret's default is never shown; ids of
sub-resources are derived from the element's id and their position, so that they are stable.
"""

from typing import Any

from valence.domain import ConfigurationEntry, Element, Operation, Parameter

Json = dict[str, Any]
_IDS_PER_ELEMENT = 1000
SYSTEM_ACCOUNT = 1


def document_of(element: Element) -> Json:
    """Return the element JSON from which documents and metadata are generated."""
    return dict(element.document) or element_to_wire(element)


def element_to_wire(element: Element, *, abridged: bool = False) -> Json:
    """Return an element in full, or without configuration, resources and parameters."""
    shown = _identity(element) | {
        "active": True,
        "deleted": False,
        "typeOauth": False,
        "trialAccount": False,
        "transformationsEnabled": True,
        "bulkDownloadEnabled": True,
        "bulkUploadEnabled": True,
        "cloneable": True,
        "extendable": True,
        "beta": bool(element.wire.get("beta", False)),
        "authentication": {"type": element.authentication.value},
        "extended": False,
        "hub": element.hub,
        "protocolType": "http",
        "private": False,
    }
    if abridged:
        return shown
    return shown | {
        "configuration": _entries(element),
        "resources": [
            _resource(element, position, operation)
            for position, operation in enumerate(element.operations)
        ],
        "parameters": [],
        "hooks": [],
    }


def instance_element_to_wire(element: Element) -> Json:
    """Return the `element` object inside an instance, in the documented order of its fields."""
    return _identity(element) | {
        "active": True,
        "deleted": False,
        "typeOauth": False,
        "trialAccount": False,
        "resources": [],
        "transformationsEnabled": True,
        "bulkDownloadEnabled": True,
        "bulkUploadEnabled": True,
        "cloneable": True,
        "extendable": True,
        "beta": bool(element.wire.get("beta", False)),
        "authentication": {"type": element.authentication.value},
        "extended": False,
        "hub": element.hub,
        "protocolType": "http",
        "parameters": [],
        "private": False,
    }


def configuration_to_wire(element: Element) -> Json:
    """Return the answer of `/elements/{keyOrId}/configuration`: an object, not an array."""
    return {"configuration": _entries(element)}


def _identity(element: Element) -> Json:
    return {
        "id": element.id,
        "name": element.name,
        "key": element.key,
        "description": element.description,
        "image": element.wire["image"],
    }


def _entries(element: Element) -> list[Json]:
    return [
        _entry(element, position, entry) for position, entry in enumerate(element.configuration)
    ]


def _entry(element: Element, position: int, entry: ConfigurationEntry) -> Json:
    shown: Json = {
        "id": element.id * _IDS_PER_ELEMENT + position,
        "name": entry.name,
        "key": entry.key,
        "description": entry.description,
    }
    if entry.default_value is not None and not entry.is_secret:
        shown["defaultValue"] = entry.default_value
    shown |= {
        "type": entry.type,
        "required": entry.is_required,
        "active": True,
        "internal": entry.is_internal,
        "hideFromConsole": entry.is_hidden,
        "displayOrder": entry.display_order,
        "resellerConfig": False,
        "companyConfig": False,
        "groupControl": False,
    }
    if entry.options:
        shown["options"] = [{"value": v, "description": d} for v, d in entry.options]
    return shown


def _resource(element: Element, position: int, operation: Operation) -> Json:
    resource_id = element.id * _IDS_PER_ELEMENT + position
    shown: Json = {
        "id": resource_id,
        "description": operation.description,
        "path": f"/hubs/{element.hub}{operation.path}",
        "vendorPath": operation.vendor_path,
        "method": operation.method,
        "vendorMethod": operation.vendor_method,
        "operationId": operation.operation_id,
        "type": operation.type,
        "kind": "eb",
        "ownerAccountId": SYSTEM_ACCOUNT,
        "response": {"contentType": "application/json"},
        "paginationType": "VENDOR_SUPPORTED",
        "parameters": [
            _parameter(resource_id * _IDS_PER_ELEMENT + number, row)
            for number, row in enumerate(operation.parameters)
        ],
        "hooks": [],
    }
    if operation.where_fields:
        shown["parameters"].append(
            _parameter(
                resource_id * _IDS_PER_ELEMENT + len(operation.parameters),
                Parameter(
                    name="where",
                    vendor_name="converter:toQueryParameters",
                    type="query",
                    vendor_type="query",
                    description="Filters on " + ", ".join(operation.where_fields),
                ),
            )
        )
    if operation.request_key or operation.response_key:
        shown["rootKey"] = f"{operation.request_key or ''}|{operation.response_key or ''}"
    return shown


def _parameter(parameter_id: int, row: Parameter) -> Json:
    shown: Json = {
        "id": parameter_id,
        "name": row.name,
        "vendorName": row.vendor_name,
        "type": row.type,
        "vendorType": row.vendor_type,
        "dataType": row.data_type,
        "vendorDataType": row.vendor_data_type,
        "source": row.source,
        "required": row.is_required,
    }
    if row.description:
        shown["description"] = row.description
    return shown
