"""The authoring form of a definition: what an element's file may say.

Every word has its place in the element JSON of the wire contract; names are the contract's, in
camelCase, except where one says more in less: `operation` and `vendor` hold verb and path,
`parameters` may be texts, `where` lists the filters that are vendor parameters of the same name,
`use` takes rows declared once under `groups`, `models` are short field lists. `expand.py` says
what each becomes; `docs/reference/definitions.md` explains them with examples."""

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from valence.domain import AuthenticationKind

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
METHODS: frozenset[str] = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})

Source = Literal[
    "query",
    "path",
    "header",
    "body",
    "bodyField",
    "form",
    "multipart",
    "configuration",
    "value",
    "prevBody",
    "prevBodyField",
]
Destination = Literal[
    "query",
    "path",
    "header",
    "body",
    "bodyField",
    "form",
    "multipart",
    "bodyToken",
    "configuration",
    "value",
    "no-op",
]
PagingStyle = Literal["page", "offset", "cursor", "link", "none", "statement"]
Texts = dict[str, str]

_ROW = re.compile(
    r"^(?:(?P<type>[A-Za-z-]+):)?(?P<name>[^>!\s]+)(?P<required>!)?"
    r"(?:\s*>\s*(?:(?P<vendorType>[A-Za-z-]+):)?(?P<vendorName>\S+))?"
    r"(?:\s+(?P<dataType>\w+))?$"
)
_SCALAR = (bool, int, float)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _row(value: object) -> object:
    """Return a parameter's mapping for its short form, `query:page > query:offset integer`."""
    if not isinstance(value, str):
        return value
    found = _ROW.match(value.strip())
    if found is None:
        raise ValueError(
            "expected a name, or 'type:name > vendorType:vendorName dataType', such as"
            " 'query:page > query:offset integer'"
        )
    given = {name: part for name, part in found.groupdict().items() if part and name != "required"}
    given.setdefault("type", "query")
    if given.get("dataType"):
        given["vendorDataType"] = given["dataType"]
    return given | {"required": bool(found["required"])}


def _names(value: Any) -> Any:
    """Return a mapping for a list of fields whose vendor's word is the same."""
    return {name: name for name in value} if _are_texts(value) else value


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _styled(value: object) -> object:
    return {"style": value} if isinstance(value, str) else value


def _text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, _SCALAR) else value


Text = Annotated[str, BeforeValidator(_text)]


def _also(*forms: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    """Return what lets the published schema accept short forms beside the long one."""

    def extend(schema: dict[str, Any]) -> None:
        kept = {name: schema.pop(name) for name in ("title", "description") if name in schema}
        default = {"default": schema.pop("default")} if "default" in schema else {}
        long_forms = schema.pop("anyOf", None) or [dict(schema)]
        schema.clear()
        schema.update(kept | default | {"anyOf": [*long_forms, *forms]})

    return extend


def _also_items(*forms: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    def extend(schema: dict[str, Any]) -> None:
        schema["items"] = {"anyOf": [schema["items"], *forms]}

    return extend


_A_TEXT: dict[str, Any] = {"type": "string"}
_TEXTS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
_SCALARS: dict[str, Any] = {
    "type": "object",
    "additionalProperties": {"type": ["string", "number", "boolean"]},
}


class ConfigurationForm(_Strict):
    """One configuration entry."""

    key: str = Field(min_length=1)
    name: str = Field(min_length=1)
    description: str = Field(min_length=1)
    type: str = "TEXTFIELD_1000"
    default: str | None = None
    required: bool = False
    internal: bool = False
    hidden: bool = False
    options: dict[str, str] = Field(default_factory=dict)
    group: str | None = None
    group_control: bool = Field(default=False, alias="groupControl")


class ParameterForm(_Strict):
    """One row of a value's way to the vendor; what is left out is as on our side."""

    name: str
    vendor_name: str | None = Field(default=None, alias="vendorName")
    type: Source = "query"
    vendor_type: Destination | None = Field(default=None, alias="vendorType")
    data_type: str = Field(default="string", alias="dataType")
    vendor_data_type: str = Field(default="string", alias="vendorDataType")
    source: Literal["request", "response"] = "request"
    required: bool = False
    description: str = ""
    converter: str | None = None


Row = Annotated[ParameterForm, BeforeValidator(_row)]
Rows = tuple[Row, ...]


class HookForm(_Strict):
    """A script with its phase."""

    type: Literal["preRequest", "postRequest", "event"]
    body: str = Field(min_length=1)
    is_legacy: bool = Field(default=False, alias="isLegacy")


class FilterForm(_Strict):
    """How `where` reaches the vendor."""

    dialect: str
    parameter: str | None = None
    fields: Annotated[Texts | None, BeforeValidator(_names)] = Field(
        default=None, json_schema_extra=_also(_TEXTS)
    )
    residue: bool = False
    within: str | None = None
    vendor_only: tuple[str, ...] = Field(default=(), alias="vendorOnly")


class OrderingForm(_Strict):
    """How `orderBy` reaches the vendor."""

    parameter: str
    direction_parameter: str | None = Field(default=None, alias="directionParameter")
    ascending: str = "asc"
    descending: str = "desc"
    prefix: str = ""
    fields: Annotated[Texts | None, BeforeValidator(_names)] = Field(
        default=None, json_schema_extra=_also(_TEXTS)
    )
    default: str | None = None
    tie: str | None = None


class OnDemandForm(_Strict):
    """The fields that the vendor answers only where a call names them."""

    parameter: str
    fields: tuple[str, ...] | None = None
    within: str | None = None


class StatementForm(_Strict):
    """How a list is asked for in a vendor's query language."""

    language: str
    parameter: str
    text: str = Field(min_length=1)
    headers: dict[str, str] = Field(default_factory=dict)


class PagingForm(_Strict):
    """How a list is paged, where rows and `pagination.type` do not say it."""

    style: PagingStyle
    largest: int | None = Field(default=None, gt=0)
    first: int | None = Field(default=None, ge=0)
    more_key: str | None = Field(default=None, alias="moreKey")
    capped: bool = False
    deepest: int | None = Field(default=None, gt=0)
    smallest: int | None = Field(default=None, gt=0)


class WaitForm(_Strict):
    """How the end of what the vendor does after its answer is known."""

    header: str = "Location"
    field: str
    done: tuple[str, ...]
    failed: tuple[str, ...] = ()


class ExampleForm(_Strict):
    """A call that works against the sandbox vendor."""

    path: dict[str, Text] = Field(default_factory=dict, json_schema_extra=_also(_SCALARS))
    query: dict[str, Text] = Field(default_factory=dict, json_schema_extra=_also(_SCALARS))
    body: Any = None
    files: Texts = Field(default_factory=dict)
    saves: str | None = None


class QueryDateForm(_Strict):
    """The date that an object's records are asked for by."""

    name: str
    format: str
    operator: str = "="


class ObjectForm(_Strict):
    """An object of the element, for bulk, events and discovery."""

    vendor_name: str | None = Field(default=None, alias="vendorName")
    model: str | None = None
    primary_key: str = Field(default="id", alias="primaryKey")
    created: str | None = None
    updated: str | None = None
    date_format: str | None = Field(default=None, alias="dateFormat")
    query_date: QueryDateForm | None = Field(default=None, alias="queryDate")
    download: bool = True
    upload: bool = True
    events: bool = False


class CanonicalForm(_Strict):
    """How an object's canonical names meet the vendor's: ours to the vendor's paths.

    `script` gives what no path can, in both directions; `scripted` names the fields it gives.
    """

    vendor_name: str | None = Field(default=None, alias="vendorName")
    fields: dict[str, str]
    scripted: tuple[str, ...] = ()
    script: str | None = None


class ResourceForm(_Strict):
    """One verb on one path."""

    operation: str
    vendor: str
    type: str = "api"
    kind: Literal["eb", "java"] = "eb"
    description: str = ""
    operation_id: str | None = Field(default=None, alias="operationId")
    root_key: str = Field(default="", alias="rootKey")
    total_key: str | None = Field(default=None, alias="totalKey")
    next_page_key: str | None = Field(default=None, alias="nextPageKey")
    id_field: str | None = Field(default=None, alias="idField")
    pagination_type: Literal["VENDOR_SUPPORTED", "VENDOR_NOT_SUPPORTED"] = Field(
        default="VENDOR_SUPPORTED", alias="paginationType"
    )
    next: str | None = None
    response: str = "application/json"
    formula_id: int | None = Field(default=None, alias="formulaId")
    use: Annotated[tuple[str, ...], BeforeValidator(_one_or_more)] = Field(
        default=(), json_schema_extra=_also(_A_TEXT)
    )
    parameters: Rows = Field(default=(), json_schema_extra=_also_items(_A_TEXT))
    body: str | None = None
    where: Annotated[Texts, BeforeValidator(_names)] = Field(
        default_factory=dict, json_schema_extra=_also(_TEXTS)
    )
    filter: FilterForm | None = None
    statement: StatementForm | None = None
    describes: str | None = None
    order_by: OrderingForm | None = Field(default=None, alias="orderBy")
    fields_in: str | None = Field(default=None, alias="fieldsIn")
    on_demand: OnDemandForm | None = Field(default=None, alias="onDemand")
    paging: Annotated[PagingForm | None, BeforeValidator(_styled)] = Field(
        default=None, json_schema_extra=_also(_A_TEXT)
    )
    wait: WaitForm | None = None
    pre: str | None = None
    post: str | None = None
    hooks: tuple[HookForm, ...] = ()
    model: str | tuple[str] | dict[str, Any] | None = None
    object: dict[str, Any] | None = None
    examples: tuple[ExampleForm, ...] = ()
    also: dict[str, Any] = Field(default_factory=dict)

    @field_validator("operation")
    @classmethod
    def _verb_and_path(cls, value: str) -> str:
        method, _, path = value.partition(" ")
        if method not in METHODS or not path.startswith("/"):
            raise ValueError("expected a verb and a path, such as 'GET /contacts/{id}'")
        return value

    @field_validator("vendor")
    @classmethod
    def _verb_and_address(cls, value: str) -> str:
        # The vendor's path may be empty, absolute, or the SQL of a database element.
        if value.partition(" ")[0] not in METHODS:
            raise ValueError("expected a verb and the vendor's path, such as 'GET /v1/people'")
        return value

    @field_validator("next")
    @classmethod
    def _next_verb_and_path(cls, value: str | None) -> str | None:
        return value if value is None else cls._verb_and_path(value)


class StatusForm(_Strict):
    """An error of the vendor's that gets another status than its own."""

    status: int = Field(ge=400, le=499)
    when: dict[str, str | None] = Field(min_length=1)


class DefinitionForm(_Strict):
    """A whole definition file."""

    key: str = Field(pattern=r"^[A-Za-z0-9-]+$")
    id: int = Field(gt=0)
    name: str = Field(min_length=1)
    description: str = Field(min_length=1)
    image: str
    logo: str | None = None
    hub: str
    vendor: str
    source: str
    authentication: dict[Literal["type"], AuthenticationKind]
    protocol: Literal["http", "jdbc", "soap"] = "http"
    help: str = ""
    beta: bool = False
    flags: dict[str, bool] = Field(default_factory=dict)
    configuration: tuple[ConfigurationForm, ...]
    sandbox: dict[str, str] = Field(default_factory=dict)
    sandbox_account: dict[str, str] = Field(default_factory=dict)
    errors: tuple[str, ...] = ()
    statuses: tuple[StatusForm, ...] = ()
    limits: dict[str, dict[str, str]] = Field(default_factory=dict)
    authorize: dict[str, Text] = Field(default_factory=dict, json_schema_extra=_also(_SCALARS))
    captures: dict[str, str] = Field(default_factory=dict)
    groups: dict[str, Rows] = Field(default_factory=dict)
    parameters: Rows = Field(default=(), json_schema_extra=_also_items(_A_TEXT))
    pre: str | None = None
    post: str | None = None
    hooks: tuple[HookForm, ...] = ()
    models: dict[str, dict[str, Any]] = Field(default_factory=dict)
    objects: dict[str, ObjectForm] = Field(default_factory=dict)
    canonical: dict[str, CanonicalForm] = Field(default_factory=dict)
    resources: tuple[ResourceForm, ...]
    also: dict[str, Any] = Field(default_factory=dict)


def definition_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition file, for editors."""
    schema = DefinitionForm.model_json_schema(by_alias=True)
    rows = schema["properties"]["groups"]["additionalProperties"]
    rows["items"] = {"anyOf": [rows["items"], _A_TEXT]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Definition of a Valence element",
    } | {name: value for name, value in schema.items() if name != "title"}
