"""The authoring form of a definition: what an element's file may say.

Every word has its place in the element JSON of the wire contract; names are the contract's, in
camelCase, except three that say more in less: `operation` and `vendor` hold verb and path in one,
`where` lists the filters that become vendor parameters of the same name."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from valence.domain import AuthenticationKind

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
METHODS: frozenset[str] = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


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


class ParameterForm(_Strict):
    """One row of a value's way to the vendor."""

    name: str
    vendor_name: str = Field(alias="vendorName")
    type: Literal["query", "path", "header", "body", "bodyField", "form", "configuration", "value"]
    vendor_type: Literal["query", "path", "header", "body", "bodyField", "form", "no-op"] = Field(
        alias="vendorType"
    )
    data_type: str = Field(default="string", alias="dataType")
    vendor_data_type: str = Field(default="string", alias="vendorDataType")
    source: Literal["request", "response"] = "request"
    required: bool = False
    description: str = ""


class ResourceForm(_Strict):
    """One verb on one path."""

    operation: str
    vendor: str
    type: Literal["api", "apiNoDocumentation", "provisionAuthValidation"] = "api"
    description: str = ""
    root_key: str = Field(default="", alias="rootKey")
    total_key: str | None = Field(default=None, alias="totalKey")
    where: tuple[str, ...] = ()
    parameters: tuple[ParameterForm, ...] = ()
    example: dict[str, Any] | None = None

    @field_validator("operation", "vendor")
    @classmethod
    def _verb_and_path(cls, value: str) -> str:
        method, _, path = value.partition(" ")
        if method not in METHODS or not path.startswith("/"):
            raise ValueError("expected a verb and a path, such as 'GET /contacts/{id}'")
        return value


class DefinitionForm(_Strict):
    """A whole definition file."""

    key: str = Field(pattern=r"^[A-Za-z0-9-]+$")
    id: int = Field(gt=0)
    name: str = Field(min_length=1)
    description: str = Field(min_length=1)
    image: str
    hub: str
    vendor: str
    source: str
    authentication: dict[Literal["type"], AuthenticationKind]
    help: str = ""
    beta: bool = False
    configuration: tuple[ConfigurationForm, ...]
    sandbox: dict[str, str] = Field(default_factory=dict)
    errors: tuple[str, ...] = ()
    resources: tuple[ResourceForm, ...]
