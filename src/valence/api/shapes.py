"""The wire contract's shapes as types: what the platform's own API document says of answers.

Routes answer plain dicts in documented order; these types describe them, and a foreign tester
compares the two. Further members may come: clients must ignore what they do not know."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = dict[str, str]


class Shape(BaseModel):
    """An object of the wire; unknown members are allowed."""

    model_config = ConfigDict(extra="allow", title=None)


class Problem(Shape):
    """Why a call was not served, and whose turn it is."""

    requestId: str
    message: str = Field(description="A sentence a stranger can act on")
    providerMessage: str = Field(default="", description="The vendor's own words, if it had any")
    code: str = Field(description="Stable, kebab-case")
    retryable: bool
    whose: Literal["caller", "definition", "resource-owner", "vendor", "operator"]


class Nothing(Shape):
    """An empty object: it is done."""


class Role(Shape):
    """What a user may do."""

    id: int
    key: str
    name: str


class Login(Shape):
    """Who signed in, and the bearer token that stands for him."""

    id: int
    username: str
    firstName: str
    lastName: str
    token: str
    createdDate: str
    organizationId: int
    organizationName: str
    accountId: int
    accountName: str
    organizationAdmin: bool
    accountAdmin: bool
    roles: list[Role]


class Secrets(Shape):
    """What a caller's Authorization header is made of."""

    userSecret: str
    organizationSecret: str


class Organization(Shape):
    """The caller's organization; `secret` only for who presented it or administers it."""

    id: int
    name: str
    createdDate: str
    secret: str = ""


class Hub(Shape):
    """A kind of business software, such as CRM."""

    id: int
    key: str
    name: str
    description: str


class AuthenticationType(Shape):
    """How an element authenticates."""

    type: str


class Option(Shape):
    """One value of a configuration entry."""

    value: str
    description: str


class ConfigurationEntry(Shape):
    """A configuration key of an element; the default of a secret is never shown."""

    id: int
    key: str
    name: str
    description: str
    type: str
    defaultValue: str = ""
    required: bool
    active: bool
    internal: bool
    hideFromConsole: bool
    displayOrder: int
    options: list[Option] = []


class Configuration(Shape):
    """An element's configuration entries."""

    configuration: list[ConfigurationEntry]


class Parameter(Shape):
    """How one value travels to the vendor, or back."""

    name: str
    vendorName: str
    type: str
    vendorType: str
    source: str
    required: bool


class Resource(Shape):
    """One verb on one path of an element."""

    id: int
    path: str
    method: str
    vendorPath: str
    vendorMethod: str
    type: str
    parameters: list[Parameter] = []


class AbridgedElement(Shape):
    """A connector to one vendor API, without its definition."""

    id: int
    name: str
    key: str
    description: str
    image: str
    hub: str
    active: bool
    authentication: AuthenticationType


class Element(AbridgedElement):
    """A connector to one vendor API."""

    configuration: list[ConfigurationEntry]
    resources: list[Resource]
    parameters: list[dict[str, Any]]
    hooks: list[dict[str, Any]]


class Row(Shape):
    """A part of the element JSON, or another object whose members its own page describes."""


class Events(Shape):
    """How an element tells of changes."""

    supported: bool
    methods: list[str]


class ElementMetadata(Shape):
    """What an element can do; `expand=true` answers more."""

    id: int
    key: str
    name: str
    description: str
    events: Events


class OAuthUrl(Shape):
    """Where the account's owner consents."""

    oauthUrl: str
    element: str


class DefaultOAuthUrl(Shape):
    """Where the account's owner consents to the operator's application."""

    oauthUrl: str
    element: str
    configuration: dict[str, str]


class RequestToken(Shape):
    """A request token of OAuth 1.0a."""

    token: str
    secret: str


class Owner(Shape):
    """Whose instance it is."""

    id: int
    emailAddress: str
    firstName: str
    lastName: str


class InstanceElement(Shape):
    """The element of an instance."""

    id: int
    key: str
    hub: str


class LightInstance(Shape):
    """An instance as `hydrate=false` shows it."""

    id: int
    name: str
    token: str
    element: InstanceElement
    tags: list[str]


class Instance(LightInstance):
    """One authenticated account at a vendor; secrets of its configuration are masked."""

    createdDate: str
    elementId: int
    valid: bool
    disabled: bool
    configuration: Text
    eventsEnabled: bool
    externalAuthentication: str
    user: Owner


class ElementCount(Shape):
    """How many instances one element has."""

    elementKey: str
    count: int


class InstanceCounts(Shape):
    """How many instances there are."""

    totalInstances: int
    elementInstances: list[ElementCount]


class ConfigurationRecord(Shape):
    """One configuration value of an instance, masked where it is secret."""

    id: int
    key: str
    name: str
    type: str
    propertyValue: str = ""
    required: bool
    active: bool


class DocumentInfo(Shape):
    """What a document is about."""

    title: str
    version: str


class ApiDocument(Shape):
    """Swagger 2.0, or OpenAPI 3.1 where it was asked for."""

    info: DocumentInfo
    paths: dict[str, dict[str, Any]]


class Health(Shape):
    """That the process lives."""

    status: Literal["alive"]
    version: str


class Readiness(Shape):
    """What is ready and what is not."""

    status: Literal["ready", "not ready"]
    database: str
    keyring: str


Definitions = dict[str, dict[str, Any]]


class DefinedField(Shape):
    """A field of the caller's own object."""

    id: int
    path: str
    type: str


class ObjectDefinition(Shape):
    """What one level says of an object."""

    id: int
    objectName: str
    createdDate: str
    vdrShared: bool
    level: Literal["system", "organization", "account", "instance"]
    fields: list[DefinedField]


class MappedField(Shape):
    """A field of the caller's own object, and where the vendor has it."""

    path: str
    type: str
    level: Literal["system", "organization", "account", "instance"]
    vendorPath: str = ""
    configuration: list[dict[str, Any]]


class Transformation(Shape):
    """How an object is mapped to a vendor's, at one level and with what it inherits."""

    id: int
    objectName: str
    vendorName: str
    level: Literal["system", "organization", "account", "instance"]
    startDate: str | None = None
    isLegacy: bool
    configuration: list[dict[str, Any]]
    fields: list[MappedField]
    scripts: list[dict[str, Any]]


class Snippet(Shape):
    """A piece of script that is kept for reuse."""

    id: int
    name: str
    description: str
    body: str
    snippetType: str
    level: Literal["system", "organization", "account"]
    createdDate: str


class CommonResource(Shape):
    """An object of the caller's own over all levels that he sees."""

    id: int
    name: str
    objectName: str
    fields: list[DefinedField]
    elementInstanceIds: list[int]
    mappedElementIds: list[int]


class SeenField(Shape):
    """A field of a vendor's object: as records have it, as metadata tells it, or both."""

    path: str
    type: str
    types: dict[str, int] = Field(description="In how many values each type was met")
    seen: int = Field(description="In how many records there is a value")
    nulls: int = Field(description="In how many there is null and no value")
    samples: list[Any]
    documented: bool
    custom: bool
    readOnly: bool
    displayName: str = ""
    vendorType: str = ""


class Samples(Shape):
    """Records of a vendor's object as the vendor has them, and its fields."""

    objectName: str
    path: str
    recordCount: int
    records: list[Any]
    fields: list[SeenField]
    nextPage: str = ""


class Conflict(Shape):
    """A value that is not of the declared type and is kept as it is."""

    sample: Any
    declared: str
    found: str


class CoveredField(Shape):
    """A field of the caller's object, and whether anything fills it."""

    path: str
    vendorPath: str = ""
    type: str
    state: Literal["mapped", "unmapped", "neverSeen", "empty", "removed"]
    level: Literal["system", "organization", "account", "instance"] = "instance"
    seen: int
    writable: bool
    conflictCount: int
    conflicts: list[Conflict]


class CoveredVendorField(Shape):
    """A field of the vendor, and what becomes of it."""

    path: str
    state: Literal["mapped", "passed", "dropped"]
    mappedTo: list[str]
    partial: bool
    type: str
    types: dict[str, int]
    seen: int
    documented: bool
    custom: bool
    displayName: str = ""


class CoverageSummary(Shape):
    """Counts by state, and shares of what is filled and of what reaches the caller."""

    fields: dict[str, int]
    vendorFields: dict[str, int]
    conflicts: int
    share: float
    vendorShare: float


class Coverage(Shape):
    """What becomes of every field, on both sides of a transformation."""

    objectName: str
    vendorName: str
    recordCount: int
    scripted: bool
    summary: CoverageSummary
    fields: list[CoveredField]
    vendorFields: list[CoveredVendorField]


class Suggestion(Shape):
    """Where the vendor likely has a field."""

    path: str
    vendorPath: str
    score: float
    why: list[Literal["name", "type", "canonical", "value"]]
