"""An element: the connector to one vendor API, as the rest of the product sees it.

The authoring format is read by `valence.elements`; these are the immutable values it compiles to.
Field names in `to-wire` form follow the element JSON of the Cloud Elements kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class AuthenticationKind(StrEnum):
    """`authentication.type` of an element; one file each in `instances/schemes`."""

    OAUTH2 = "oauth2"
    BASIC = "basic"
    API_KEY = "customApiKey"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ConfigurationEntry:
    """One configuration key of an element, as the wire and the console's form show it."""

    key: str
    name: str
    description: str
    type: str
    default_value: str | None = None
    is_required: bool = False
    is_internal: bool = False
    is_hidden: bool = False
    display_order: int = 0
    options: tuple[tuple[str, str], ...] = ()

    @property
    def is_secret(self) -> bool:
        """Tell whether values of this entry are sealed at rest and masked on every read."""
        return self.type == "PASSWORD" or self.key in SECRET_KEYS


SECRET_KEYS = frozenset(
    {
        "oauth.api.key",
        "oauth.api.secret",
        "password",
        "oauth.user.token",
        "oauth.user.refresh_token",
        "oauth.user.token.secret",
        "aws.api.secret",
        "jks.password",
        "base64.encoded.jks",
    }
)
"""Keys masked whatever their declared type; the mask rule of the wire contract."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """How one value travels from the caller's request to the vendor's, or back.

    `type`/`name` say where the value comes from, `vendor_type`/`vendor_name` where it goes;
    for `source="response"` the roles are swapped.
    """

    name: str
    vendor_name: str
    type: str
    vendor_type: str
    data_type: str = "string"
    vendor_data_type: str = "string"
    source: str = "request"
    is_required: bool = False
    description: str = ""
    converter: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb on one path of an element, ready to run.

    `path` is hub-less with `{x}` placeholders (`/contacts/{id}`). `request_key` wraps the vendor
    body, `response_key` is the dotted path of the records in the vendor's answer. `where_fields`
    maps a CEQL field to the vendor query parameter; empty means the resource takes no filter.
    """

    method: str
    path: str
    vendor_method: str
    vendor_path: str
    type: str = "api"
    operation_id: str = ""
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    request_key: str | None = None
    response_key: str | None = None
    total_key: str | None = None
    next_page_key: str | None = None
    pagination: str | None = None
    where_fields: Mapping[str, str] = field(default_factory=dict)
    vendor_defaults: Mapping[str, str] = field(default_factory=dict)
    sample_body: Mapping[str, object] | None = None

    @property
    def is_list(self) -> bool:
        """Tell whether the answer is a paged list of records."""
        return self.pagination is not None


@dataclass(frozen=True, slots=True)
class Element:
    """The connector to one vendor API, compiled and immutable.

    `configuration` is in display order. `wire` holds the remaining fields of the element JSON
    (flags, image, description) exactly as they are answered.
    `sandbox_addresses` are the configuration values that take the place of the defaults when the
    operator has pointed Valence at the sandbox vendors; `{sandbox}` stands for its address.
    """

    id: int
    key: str
    name: str
    description: str
    hub: str
    authentication: AuthenticationKind
    configuration: tuple[ConfigurationEntry, ...]
    operations: tuple[Operation, ...]
    wire: Mapping[str, object]
    vendor: str = ""
    error_paths: tuple[str, ...] = ()
    sandbox_addresses: Mapping[str, str] = field(default_factory=dict)
    setup_help: str = ""
    _defaults: Mapping[str, str | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Asked for several times in every call, so looked up, not searched.
        defaults = {entry.key: entry.default_value for entry in self.configuration}
        object.__setattr__(self, "_defaults", defaults)

    def entry(self, key: str) -> ConfigurationEntry | None:
        """Return the configuration entry of that key, if the element has it."""
        return next((entry for entry in self.configuration if entry.key == key), None)

    def default(self, key: str) -> str | None:
        """Return the default value of a configuration key, if there is one."""
        return self._defaults.get(key)
