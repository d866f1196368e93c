"""Element JSON as its authors write it, for what is generated from it."""

from typing import Any

Json = dict[str, Any]


def _row(name: str, kind: str, data_type: str = "string", **more: Any) -> Json:
    return {
        "name": name, "vendorName": name, "type": kind, "vendorType": kind, "dataType": data_type,
        "vendorDataType": data_type, "source": "request", "required": False, **more,
    }  # fmt: skip


def _resource(method: str, path: str, *rows: Json, **more: Any) -> Json:
    return {
        "method": method, "path": f"/hubs/crm{path}", "vendorMethod": method,
        "vendorPath": path.replace("contacts", "people"), "type": "api", "kind": "eb",
        "response": {"contentType": "application/json"}, "parameters": list(rows), "hooks": [],
        **more,
    }  # fmt: skip


def contacts() -> list[Json]:
    """The five resources of an object whose models are counted: ten definitions."""
    listed = {
        "contactsList": {"type": "array", "items": {"type": "contactsListObject"}},
        "contactsListObject": {"properties": {"id": {"type": "string"}, "email": {"type": "string"},
                                              "score": {"type": "integer", "format": "int32"}}},
    }  # fmt: skip
    one = {
        "contact": {
            "properties": {
                "id": {"type": "string", "required": True},
                "email": {"type": "string"},
                "address": {"type": "contactAddress", "description": "Where"},
                "tags": {"type": "array", "items": {"$ref": "contactTag"}},
                "phones": {"type": "array", "items": {"type": "string"}},
            },
            "x-vendor-objectname": "people",
        },
        "contactAddress": {"properties": {"city": {"type": "string"},
                                          "country": {"type": "contactCountry"}}},
        "contactCountry": {"properties": {"code": {"type": "string"}}},
        "contactTag": {"properties": {"data": {"type": "contactTagData"}}},
        "contactTagData": {"properties": {"id": {"type": "long"}, "note": {"type": "unknown"}}},
    }  # fmt: skip
    created = {
        "contactPost": {"properties": {"email": {"type": "string"}, "name": {"type": "string"}}}
    }
    answered = {"contactPostRes": {"properties": {"id": {"type": "string"}}}}
    changed = {"contactPatch": {"properties": {"email": {"type": "string"}}}}
    patched = {"contactPatchRes": {"properties": {"id": {"type": "string"},
                                                  "email": {"type": "string"}}}}  # fmt: skip
    return [
        _resource(
            "GET", "/contacts", _row("pageSize", "query", "integer"), _row("nextPage", "query"),
            _row("where", "query"),
            model={"name": "contactsList", "swagger": listed},
        ),
        _resource(
            "POST", "/contacts", _row("body", "body", "contactPost", required=True),
            model={"name": "contactPostRes", "swagger": answered,
                   "requestName": "contactPost", "requestSwagger": created},
        ),
        _resource(
            "GET", "/contacts/{id}", _row("id", "path", required=True),
            model={"name": "contact", "swagger": one},
        ),
        _resource(
            "PATCH", "/contacts/{contactId}", _row("contactId", "path", required=True),
            _row("body", "body", "contactPatch", required=True),
            model={"name": "contactPatchRes", "swagger": patched,
                   "requestName": "contactPatch", "requestSwagger": changed},
        ),
        _resource("DELETE", "/contacts/{id}", _row("id", "path", required=True)),
    ]  # fmt: skip


def acme() -> Json:
    """A CRM element: modelled contacts, declared deals, and what documents must leave out."""
    return {
        "id": 90, "key": "acmecrm", "name": "Acme CRM", "description": "Contacts of Acme",
        "image": "elements/acme.png", "hub": "crm", "active": True, "cloneable": True,
        "transformationsEnabled": True, "bulkDownloadEnabled": True, "bulkUploadEnabled": False,
        "protocolType": "http", "authentication": {"type": "oauth2"},
        "configuration": [
            {"name": "Vendor type", "key": "event.vendor.type", "description": "-",
             "defaultValue": "polling"},
            {"name": "Objects", "key": "event.objects", "description": "-",
             "defaultValue": "contacts, deals"},
        ],
        "parameters": [], "hooks": [],
        "resources": [
            *contacts(),
            _resource(
                "GET", "/deals", _row("page", "query", "integer"), vendorPath="/sales/deals",
                object={"name": "deals", "fields": [
                    {"name": "id", "response": True},
                    {"name": "amount", "response": True, "required": True},
                    {"name": "address", "response": True,
                     "reference": {"name": "address", "fields": [{"name": "country",
                                                                 "response": True}]}},
                ]},
            ),
            _resource(
                "POST", "/deals", _row("body", "body", "deals", required=True),
                object={"name": "deals", "fields": [
                    {"name": "amount", "request": True, "response": True, "required": True},
                    {"name": "address", "request": True},
                ]},
            ),
            _resource("GET", "/contacts/{id}/tags", _row("id", "path", required=True)),
            _resource("PUT", "/settings", _row("colour", "bodyField", required=True),
                      _row("size", "bodyField", "integer")),
            _resource("POST", "/files", _row("file", "multipart", "file", required=True),
                      _row("note", "form")),
            _resource("GET", "/auth-check", type="provisionAuthValidation"),
            _resource("GET", "/secret", type="apiNoDocumentation"),
            _resource("POST", "/quote", type="formulaAsResource", formulaId=7,
                      operationId="quoteIt", description="Make a quote"),
        ],
        "objects": [
            {"name": "deals", "vendorName": "Deal", "fields": [
                {"name": "id", "type": "string", "readOnly": True},
                {"name": "amount", "type": "integer", "displayName": "Amount"},
                {"name": "address", "type": "object"},
                {"name": "flavour", "type": "string", "hidden": True, "custom": True},
            ]},
            {"name": "address", "fields": [
                {"name": "country", "type": "string", "required": True},
                {"name": "zip", "type": "integer"},
            ]},
        ],
        "models": [],
    }  # fmt: skip
