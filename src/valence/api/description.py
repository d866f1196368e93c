"""What the platform's API document says of each route beyond its path and its docstring.

A row for every route, by verb and path; a test compares the two lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from valence.api import bodies, shapes

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Query:
    """A parameter of the query."""

    name: str
    description: str
    type: str = "string"
    is_many: bool = False

    def shown(self) -> Json:
        """Return the parameter as OpenAPI has it."""
        schema: Json = {"type": self.type}
        if self.type == "integer":
            schema["minimum"] = 1
        if self.is_many:
            schema = {"type": "array", "items": schema}
        return {
            "name": self.name,
            "in": "query",
            "description": self.description,
            "required": False,
            "schema": schema,
        }


@dataclass(frozen=True, slots=True)
class Described:
    """What one route takes and answers.

    `answer` is a type; a text names a media type that is not JSON. `body` is the type of the JSON
    body, or a schema with its media type. `is_public` routes need no Authorization.
    """

    answer: Any
    body: type[BaseModel] | tuple[str, Json] | None = None
    query: tuple[Query, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    is_public: bool = False
    is_body_required: bool = True


_PAGE = (
    Query("page", "Which page, from 1", "integer"),
    Query("pageSize", "Entries in a page, at most 200", "integer"),
)
_ELEMENTS = (
    Query("searchText", "Part of a name or a key"),
    Query("where", "A filter on key, hub, private, extended: hub = 'crm'"),
    Query("abridged", "true leaves configuration, resources and parameters out"),
    *_PAGE,
)
_INSTANCES = (
    Query("tags[]", "Only instances with this tag; may be repeated", is_many=True),
    Query("searchText", "Part of a name or of an element's key"),
    Query("hydrate", "false answers less of each instance"),
    Query("pageSize", "Entries in a page, at most 200", "integer"),
    Query("nextPage", "The header elements-next-page-token of the page before"),
)
_OAUTH = (
    Query("apiKey", "The client id of your app at the vendor"),
    Query("callbackUrl", "Where the vendor sends the browser back; as registered there"),
    Query("scope", "Other than the element's"),
    Query("state", "Comes back unchanged; without: the element's key"),
    Query("boundState", "true makes a state that is accepted once, for the same caller"),
    Query("pkce", "false leaves PKCE out where the vendor knows it"),
    Query("requestToken", "OAuth 1.0a: the token that oauth/token answered"),
)
_REQUEST_TOKEN = (
    Query("apiKey", "The consumer key of your app at the vendor"),
    Query("apiSecret", "Its secret: OAuth 1.0a signs with it"),
    Query("callbackUrl", "Where the vendor sends the browser back; as registered there"),
    Query("scope", "Other than the element's"),
)
_BASE = (Query("baseUrl", "The address that documents name, such as https://hub.example"),)
_DOCUMENT = (
    *_BASE,
    Query("openapi", "3.1 answers OpenAPI 3.1 in place of Swagger 2.0"),
    Query("operationId", "Only this operation"),
    Query("version", "Accepted for old clients, without effect"),
)
_PART = (
    *_BASE,
    Query("openapi", "3.1 answers OpenAPI 3.1 in place of Swagger 2.0"),
    Query("discovery", "true adds custom fields"),
    Query("resolveReferences", "true writes nested models out"),
    Query("basic", "true leaves descriptions, samples and extensions out"),
    Query("version", "Accepted for old clients, without effect"),
)
_DEFINITIONS = tuple(one for one in _PART if one.name not in ("baseUrl", "openapi"))
_COUNTED = {"elements-returned-count": "Entries in this answer"}
_TOTALLED = _COUNTED | {"elements-total-count": "All entries that match"}
_PAGED = _COUNTED | {"elements-next-page-token": "For nextPage, as long as there is more"}
_SAMPLE: Json = {
    "anyOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}, "minItems": 1}],
    "description": "A record as the vendor answers it, or a list of them",
}
_FILE: Json = {
    "type": "object",
    "properties": {"file": {"type": "string", "contentMediaType": "text/csv"}},
    "required": ["file"],
}

_EXPAND = Query("expand", "true adds capabilities and resources")
_USAGE = (
    Query("keys[]", "Only calls of this element; may be repeated", is_many=True),
    Query("status", "success or failed"),
    Query("searchText", "Part of a path or an id"),
    Query("from", "A date or time of ISO 8601"),
    Query("to", "A date or time of ISO 8601"),
    Query("pageSize", "Entries in a page, at most 200", "integer"),
    Query("nextPage", "The header elements-next-page-token of the page before"),
)
_TRACED: Json = {
    "type": ["object", "null"],
    "properties": {
        "duration": {
            "type": ["integer", "null"],
            "minimum": 1,
            "maximum": 1440,
            "description": "Minutes; 60 if left out",
        }
    },
}

_instance = Described(shapes.Instance)
_changed = Described(shapes.Instance, bodies.InstanceChangeBody, is_body_required=False)
_created = Described(shapes.Instance, bodies.NewInstanceBody)
_done = Described(shapes.Nothing)
_traced = Described(shapes.Nothing, ("application/json", _TRACED), is_body_required=False)
_records = Described(list[shapes.ConfigurationRecord])
_record = Described(shapes.ConfigurationRecord)
_listed = Described(list[shapes.Instance | shapes.LightInstance], query=_INSTANCES, headers=_PAGED)
_recorded = Described(shapes.ConfigurationRecord, bodies.RecordBody)
_document = Described(shapes.ApiDocument, query=_DOCUMENT)
_part = Described(shapes.ApiDocument, query=_PART)
_definitions = Described(shapes.Definitions, query=_DEFINITIONS)

_BELOW = "/elements/{key_or_id}"
_ROW: Json = {"type": "object", "description": "A part of the element JSON, as it is answered"}
_WRITTEN = ("application/json", _ROW)
_part_row = Described(shapes.Row)
_part_rows = Described(
    list[shapes.Row], query=(Query("accountOnly", "true: only what the account added"),)
)
_part_written = Described(shapes.Row, _WRITTEN)


def _parts(path: str, name: str) -> dict[str, Described]:
    """Return the rows of a list of parts of an element, and of one of them."""
    one = f"{_BELOW}{path}/{{{name}}}"
    return {
        f"GET {_BELOW}{path}": _part_rows,
        f"POST {_BELOW}{path}": _part_written,
        f"GET {one}": _part_row,
        f"PUT {one}": _part_written,
        f"DELETE {one}": _done,
    }


def _object(*required: str, **properties: Json) -> tuple[str, Json]:
    """Return a JSON body that is an object with at least these members."""
    shown: Json = {"type": "object", "required": list(required), "properties": properties}
    return "application/json", shown


_ACCOUNTS = ("/accounts", "/accounts/{account_id}")
_OWN = ("/instances", "/instances/{instance_id}")
_FIELDS: Json = {"type": ["array", "null"], "items": {"type": "object"}}
_DEFINITION: Json = {"type": ["object", "null"], "properties": {"fields": _FIELDS}}
_defined = Described(
    shapes.ObjectDefinition, ("application/json", _DEFINITION), is_body_required=False
)
_mapping = Described(
    shapes.Transformation, _object("vendorName", vendorName={"type": "string"}, fields=_FIELDS)
)
_by_name = Described(dict[str, shapes.ObjectDefinition])
_resource = Described(shapes.CommonResource)
_SYSTEM_ONLY = Query("systemOnly", "true: of the canonical ones alone")
_INSTANCE = (Query("instanceId", "Of the instance level, only what this instance has"),)
_propagated = Described(
    shapes.Nothing, query=(Query("propagate", "true deletes those of the other levels too"),)
)


def _common_objects() -> dict[str, Described]:
    """Return the rows of the calls that name a level."""
    found: dict[str, Described] = {}
    for base in ("/organizations", *_ACCOUNTS):
        found |= {
            f"GET {base}/objects/definitions": _by_name,
            f"POST {base}/objects/definitions": Described(
                dict[str, shapes.ObjectDefinition],
                ("application/json", {"type": "object", "minProperties": 1}),
            ),
            f"DELETE {base}/objects/definitions": _done,
            f"GET {base}/objects/{{name}}/transformations": Described(list[shapes.Transformation]),
        }
    found["GET /instances/{instance_id}/objects/definitions"] = _by_name
    found["DELETE /instances/{instance_id}/transformations"] = _done
    for base in ("/organizations", *_ACCOUNTS, *_OWN):
        one = f"{base}/objects/{{name}}/definitions"
        found |= {
            f"GET {one}": Described(shapes.ObjectDefinition),
            f"POST {one}": _defined,
            f"PUT {one}": _defined,
            f"DELETE {one}": _done,
        }
        if base != "/instances":
            found[f"PATCH {base}/objects/{{name}}"] = Described(
                shapes.ObjectDefinition, _object("objectName", objectName={"type": "string"})
            )
        if base in _OWN:
            found |= _mapping_aids(base)
        many = base + ("" if base in _OWN else "/elements/{key_or_id}") + "/transformations"
        found |= {
            f"GET {many}": Described(dict[str, shapes.Transformation]),
            f"GET {many}/{{name}}": Described(shapes.Transformation),
            f"POST {many}/{{name}}": _mapping,
            f"PUT {many}/{{name}}": _mapping,
            f"DELETE {many}/{{name}}": _propagated,
        }
    return found


def _mapping_aids(base: str) -> dict[str, Described]:
    """Return the rows of what whoever maps an object for an instance looks at."""
    size = Query("pageSize", "How many records are looked at, at most 200; 25 without", "integer")
    one = f"{base}/transformations/{{name}}"
    return {
        f"GET {base}/objects/{{name}}/samples": Described(
            shapes.Samples,
            query=(
                size,
                Query("nextPage", "The nextPage of the answer before"),
                Query("recordId", "This one record"),
                Query("where", "A filter in the vendor's names"),
            ),
        ),
        f"GET {one}/coverage": Described(shapes.Coverage, query=(size,)),
        f"POST {one}/coverage": Described(
            shapes.Coverage,
            _object(
                "vendorName",
                vendorName={"type": "string"},
                fields=_FIELDS,
                level={"enum": ["organization", "account", "instance", None]},
                definition=_DEFINITION,
            ),
            query=(size,),
        ),
        f"GET {one}/suggestions": Described(
            list[shapes.Suggestion],
            query=(Query("vendorName", "The vendor's object, where it is not the mapped one"),),
        ),
    }


_ORGANIZATIONS = (Query("orgIds[]", "Of these organizations, for the role vdrAdmin"),)
_SNIPPET: Json = {
    "name": {"type": "string"},
    "body": {"type": "string"},
    "description": {"type": "string"},
}

DESCRIBED: Mapping[str, Described] = {
    **_common_objects(),
    "GET /common-resources": Described(list[shapes.CommonResource], query=(_SYSTEM_ONLY,)),
    "PUT /common-resources": Described(
        shapes.CommonResource, _object("name", name={"type": "string"}, fields=_FIELDS)
    ),
    "GET /common-resources/{name}": _resource,
    "GET /common-resources/{name}/usages": Described(shapes.Row),
    "PATCH /common-resources/{name}": Described(
        shapes.CommonResource, _object("name", name={"type": "string"})
    ),
    "DELETE /common-resources/{name}": Described(
        shapes.Nothing, query=(Query("force", "true deletes its transformations too"),)
    ),
    "PUT /transformations": Described(
        shapes.Transformation,
        _object(
            "objectName",
            "vendorName",
            objectName={"type": "string"},
            vendorName={"type": "string"},
            fields=_FIELDS,
        ),
    ),
    "POST /transformations/{name}/execute": Described(
        dict[str, Any] | list[Any],
        _object(
            "payload",
            payload={"type": ["object", "array"]},
            transformation={
                "type": ["object", "null"],
                "description": "A draft to try out in place of what is stored",
            },
        ),
        query=(Query("provenance", "true tells in a header where each field is from"),),
    ),
    "PUT /vdrs/upgrade/v2": Described(shapes.Row, query=_ORGANIZATIONS),
    "DELETE /vdrs/upgrade/v2": Described(shapes.Row, query=_ORGANIZATIONS),
    "GET /vdrs/snippets": Described(list[shapes.Snippet], query=(_SYSTEM_ONLY,)),
    "POST /vdrs/snippets": Described(shapes.Snippet, _object("name", "body", **_SNIPPET)),
    "GET /vdrs/snippets/{snippet_id}": Described(shapes.Snippet),
    "PUT /vdrs/snippets/{snippet_id}": Described(
        shapes.Snippet, _object(**_SNIPPET), is_body_required=False
    ),
    "DELETE /vdrs/snippets/{snippet_id}": _done,
    "PUT /vdrs/import": Described(shapes.Row, _object(definition={"type": "object"})),
    "GET /vdrs/export": Described(shapes.Row),
    "GET /vdrs/{name}/export": Described(shapes.Row),
    "GET /vdrs": Described(
        list[shapes.CommonResource],
        query=(Query("where", "A filter on objectName: objectName in ('a', 'b')"), _SYSTEM_ONLY),
    ),
    "POST /vdrs": Described(
        shapes.CommonResource, _object("objectName", objectName={"type": "string"}, fields=_FIELDS)
    ),
    "POST /vdrs/{vdr_id}/clone": Described(
        shapes.CommonResource,
        _object(objectName={"type": ["string", "null"]}),
        query=(
            Query("level", "account, or organization"),
            Query("cloneAllTransformations", "true copies those of every element"),
            Query("elementKeys[]", "Of these elements, parted by commas"),
        ),
        is_body_required=False,
    ),
    "GET /vdrs/{vdr_id}": Described(shapes.CommonResource, query=(*_INSTANCE, _SYSTEM_ONLY)),
    "PUT /vdrs/{vdr_id}": Described(
        shapes.CommonResource, ("application/json", _DEFINITION), is_body_required=False
    ),
    "DELETE /vdrs/{vdr_id}": _done,
    "GET /vdrs/{vdr_id}/transformations": Described(list[shapes.Transformation], query=_INSTANCE),
    "POST /vdrs/{vdr_id}/transformations": _mapping,
    "GET /vdrs/{vdr_id}/transformations/{transformation_id}": Described(
        shapes.Transformation, query=_INSTANCE
    ),
    "PUT /vdrs/{vdr_id}/transformations/{transformation_id}": _mapping,
    "DELETE /vdrs/{vdr_id}/transformations/{transformation_id}": _done,
    **_parts("/configuration", "config_key"),
    **_parts("/parameters", "parameter_id"),
    **_parts("/hooks", "hook_id"),
    **_parts("/models", "model_id"),
    **_parts("/objects", "object_id"),
    **_parts("/objects/{object_id}/fields", "field_id"),
    **_parts("/resources", "resource_id"),
    **_parts("/resources/{resource_id}/parameters", "parameter_id"),
    **_parts("/resources/{resource_id}/hooks", "hook_id"),
    f"PUT {_BELOW}/models": _part_written,
    f"PUT {_BELOW}/models/{{model_id}}/fields": Described(
        shapes.Row, ("application/json", {"type": ["object", "array"]})
    ),
    f"GET {_BELOW}/resources/{{resource_id}}/models": _part_row,
    f"POST {_BELOW}/resources/{{resource_id}}/models": _part_written,
    f"PUT {_BELOW}/resources/{{resource_id}}/models": _part_written,
    f"DELETE {_BELOW}/resources/{{resource_id}}/models": _done,
    "POST /elements": Described(shapes.Element, _WRITTEN),
    "GET /elements/metadata": Described(list[shapes.ElementMetadata], query=(_EXPAND, *_PAGE)),
    f"PUT {_BELOW}": Described(shapes.Element, _WRITTEN),
    f"DELETE {_BELOW}": _done,
    f"PUT {_BELOW}/active": _done,
    f"DELETE {_BELOW}/active": _done,
    f"POST {_BELOW}/clone": Described(shapes.Element),
    f"GET {_BELOW}/export": Described(
        shapes.Row, query=(Query("extendedOnly", "true: only what the account added"),)
    ),
    f"GET {_BELOW}/metadata": Described(shapes.ElementMetadata, query=(_EXPAND,)),
    f"GET {_BELOW}/transformations": Described(dict[str, shapes.Row]),
    f"GET {_BELOW}/versions": Described(list[shapes.Row]),
    f"GET {_BELOW}/authentication-types": _part_row,
    f"GET {_BELOW}/authentication-types/{{type_name}}/configurations": Described(
        list[shapes.ConfigurationEntry]
    ),
    f"GET {_BELOW}/accounts": Described(list[int]),
    f"PUT {_BELOW}/accounts/{{account_id}}": _done,
    f"DELETE {_BELOW}/accounts/{{account_id}}": _done,
    "PUT /instances/trace-logging": _traced,
    "DELETE /instances/trace-logging": _done,
    "PUT /instances/{instance_id}/trace-logging": _traced,
    "DELETE /instances/{instance_id}/trace-logging": _done,
    "GET /usage": Described(list[shapes.Row], query=_USAGE, headers=_PAGED),
    "GET /usage/{usage_id}": Described(shapes.Row),
    "POST /authentication": Described(shapes.Login, bodies.LoginBody, is_public=True),
    "GET /authentication/secrets": Described(shapes.Secrets),
    "POST /authentication/passwords": Described(shapes.Nothing, bodies.PasswordBody),
    "GET /organizations/me": Described(shapes.Organization),
    "GET /hubs": Described(list[shapes.Hub]),
    "GET /hubs/keys": Described(list[str]),
    "GET /hubs/{key}": Described(shapes.Hub),
    "GET /hubs/{key}/elements": Described(list[shapes.AbridgedElement]),
    "GET /elements": Described(
        list[shapes.Element | shapes.AbridgedElement], query=_ELEMENTS, headers=_TOTALLED
    ),
    "GET /elements/keys": Described(list[str], query=_PAGE),
    "GET /elements/{key_or_id}": Described(shapes.Element),
    "GET /elements/{key_or_id}/configuration": Described(shapes.Configuration),
    "GET /elements/{key_or_id}/oauth/url": Described(shapes.OAuthUrl, query=_OAUTH),
    "GET /elements/{key_or_id}/oauth/url/default": Described(
        shapes.DefaultOAuthUrl, query=_OAUTH[1:]
    ),
    "GET /elements/{key_or_id}/oauth/token": Described(shapes.RequestToken, query=_REQUEST_TOKEN),
    "POST /elements/{key_or_id}/oauth/url": Described(
        shapes.OAuthUrl,
        (
            "application/json",
            {
                "type": "object",
                "properties": {
                    one.name: {"type": "string", "description": one.description} for one in _OAUTH
                },
                "required": ["apiKey", "callbackUrl"],
            },
        ),
    ),
    "GET /elements/{key_or_id}/instances": _listed,
    "POST /elements/{key_or_id}/instances": _created,
    "GET /elements/{key_or_id}/instances/{instance_id}": _instance,
    "PUT /elements/{key_or_id}/instances/{instance_id}": _changed,
    "DELETE /elements/{key_or_id}/instances/{instance_id}": _done,
    "GET /instances": _listed,
    "POST /instances": _created,
    "GET /instances/count": Described(shapes.InstanceCounts),
    "PUT /instances": _changed,
    "PATCH /instances": _changed,
    "DELETE /instances": _done,
    "PUT /instances/enabled": _done,
    "DELETE /instances/enabled": _done,
    "GET /instances/configuration": _records,
    "GET /instances/configuration/{record_id}": _record,
    "PATCH /instances/configuration/{record_id}": _recorded,
    "GET /instances/{instance_id}": _instance,
    "PUT /instances/{instance_id}": _changed,
    "PATCH /instances/{instance_id}": _changed,
    "DELETE /instances/{instance_id}": _done,
    "PUT /instances/{instance_id}/enabled": _done,
    "DELETE /instances/{instance_id}/enabled": _done,
    "GET /instances/{instance_id}/configuration": _records,
    "GET /instances/{instance_id}/configuration/{record_id}": _record,
    "PATCH /instances/{instance_id}/configuration/{record_id}": _recorded,
    "GET /docs/{hub}": Described(
        shapes.ApiDocument, query=tuple(one for one in _DOCUMENT if one.name != "operationId")
    ),
    "GET /elements/{key_or_id}/docs": _document,
    "GET /instances/docs": _document,
    "GET /instances/docs/{operation_id}": _part,
    "GET /instances/docs/{operation_id}/definitions": _definitions,
    "GET /instances/{instance_id}/docs": _document,
    "GET /instances/{instance_id}/docs/{operation_id}": _part,
    "GET /instances/{instance_id}/docs/{operation_id}/definitions": _definitions,
    "POST /models/{name}/schema": Described(shapes.Definitions, ("application/json", _SAMPLE)),
    "POST /models/{name}/csv": Described(
        "text/csv",
        ("application/json", _SAMPLE),
        query=(Query("fromSchema", "true: the body is a dictionary of definitions"),),
    ),
    "POST /models/{name}/schema/csv": Described(shapes.Definitions, ("multipart/form-data", _FILE)),
    "GET /health": Described(shapes.Health, is_public=True),
    "GET /ready": Described(shapes.Readiness, is_public=True),
}

ANYTHING = Described(dict[str, Any] | list[Any])
"""What is said of a route without a row."""
