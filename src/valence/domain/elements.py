"""An element: the connector to one vendor API, as the rest of the product sees it.

The authoring format is read by `valence.elements`; these are the immutable values it compiles to.
Field names in `to-wire` form follow the element JSON of the Cloud Elements kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class AuthenticationKind(StrEnum):
    """`authentication.type` of an element; those that run have a file in `instances/schemes`."""

    OAUTH2 = "oauth2"
    OAUTH2_PKCE = "oauth2Pkce"
    OAUTH2_CLIENT_CREDENTIALS = "oauth2ClientCredentials"
    OAUTH2_PASSWORD = "oauth2Password"  # noqa: S105 - a kind, not a password
    OAUTH1 = "oauth1"
    BASIC = "basic"
    API_KEY = "customApiKey"
    PERSONAL_ACCESS_TOKEN = "personalAccessToken"  # noqa: S105 - a kind, not a token
    JWT = "jwtOauth"
    AWS_V2 = "awsv2"
    AWS_V4 = "awsv4"
    CUSTOM = "custom"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ConfigurationEntry:
    """One configuration key of an element, as the wire and the console's form show it."""

    key: str
    name: str
    description: str
    type: str
    # It can be a secret, of an operator or of a tenant.
    default_value: str | None = field(default=None, repr=False)
    is_required: bool = False
    is_internal: bool = False
    is_hidden: bool = False
    display_order: int = 0
    options: tuple[tuple[str, str], ...] = ()
    is_group_control: bool = False  # its chosen value selects the entries of that group
    group: str | None = None

    @property
    def is_secret(self) -> bool:
        """Tell whether values of this entry are sealed at rest and masked on every read."""
        return self.type == "PASSWORD" or self.key in SECRET_KEYS


SYSTEM_ACCOUNT = 1
"""The account that owns the catalog; no tenant can be it."""

SECRET_KEYS = frozenset(
    {
        "oauth.api.key",
        "oauth.api.secret",
        "password",
        "oauth.user.token",
        "oauth.user.refresh_token",
        "oauth.user.token.secret",
        "oauth.private.key",
        "api.key",
        "access.token",
        "aws.api.secret",
        "aws.session.token",
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
class Hook:
    """A script that runs before or after the vendor call.

    `place` says whose it is in words for an error: `element`, or verb and path of the resource.
    A legacy script ends with `return {...}`, another by calling `done({...})`.
    """

    type: Literal["preRequest", "postRequest", "event"]
    body: str = field(repr=False)
    place: str
    is_legacy: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """How `where` reaches the vendor.

    `dialect` names a file of `ceql/dialects` (`query-parameters`, `odata`, ...) or is `hook`: a
    script reads `request_expression`. `parameter` is the vendor's parameter that takes the whole
    expression; None: one parameter a field. `fields` maps a field to the vendor's word and is all
    that can be filtered by; None: any field goes through under its own name. Where `has_residue`,
    what the dialect cannot say is evaluated here, on a bounded number of records; a field that a
    record lacks is then looked for in the record's object named `within`. Not so what names a field
    that is `vendor_only`, which records do not have.
    `known` are the vendor's name and type of fields by their name in lower case, where the object
    is described.
    """

    dialect: str
    parameter: str | None = None
    fields: Mapping[str, str] | None = None
    has_residue: bool = False
    within: str | None = None
    vendor_only: frozenset[str] = frozenset()
    known: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statement:
    """How a list is asked for in a vendor's query language.

    `text` is the template of a statement, sent in `parameter`; `language` names the dialect of its
    texts. `headers` are templates of headers that go with it.
    """

    language: str
    parameter: str
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ordering:
    """How `orderBy` reaches the vendor.

    `parameter` takes the field; `direction_parameter` the direction in the vendor's words, or
    None: the direction follows the field after a blank, or, where it ends in a sign or a colon,
    stands before it. `fields` maps a field to the vendor's word and is all that can be ordered by;
    None: any. `default` is sent when nobody asks: the order that keeps pages from overlapping.
    Where the filter has the same parameter, it takes both, the filter first. `prefix` stands before
    the first field, as `ORDER BY ` does in query languages.
    `tie` is the field that settles what is equal in all others.
    """

    parameter: str
    direction_parameter: str | None = None
    ascending: str = "asc"
    descending: str = "desc"
    fields: Mapping[str, str] | None = None
    default: str | None = None
    prefix: str = ""
    tie: str | None = None


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list is paged.

    `style` names a file of `gateway/paginate`: `page`, `offset`, `cursor`, `link`, `statement`, or
    `none`: the vendor's whole answer is read and sliced here. `largest` is the largest vendor
    page, `first` the number of the first page or the base of offsets. `more_key` is the dotted path
    of the answer's word on whether there is another page; without it a cursor alone says so. Where
    it `is_capped`, a page of ours is no larger than one of the vendor's either; a caller who asked
    for more is told. `deepest` is the largest offset of a statement, `smallest` the smallest part
    its answer comes in.
    """

    style: Literal["page", "offset", "cursor", "link", "none", "statement"]
    largest: int | None = None
    first: int = 0
    more_key: str | None = None
    is_capped: bool = False
    deepest: int | None = None
    smallest: int | None = None


@dataclass(frozen=True, slots=True)
class StatusRule:
    """An error of the vendor's that gets another status than its own.

    `when` are dotted paths of the error answer and what they hold, all of them; None: nothing.
    """

    status: int
    when: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class OnDemand:
    """The fields of a record that the vendor answers only where a call names them.

    `parameter` is that of the resource which takes their names, with commas between. `fields` are
    those fields; None: any. `within` is the field of a record that holds them, where one does.
    """

    parameter: str
    fields: frozenset[str] | None = None
    within: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """How the end of what a vendor does after its answer is known.

    An answer 202 has in `header` an address, which answers JSON; the word at `field` (dotted) is
    one of `done` at the end, or one of `failed`.
    """

    field: str
    done: frozenset[str]
    failed: frozenset[str] = frozenset()
    header: str = "Location"


@dataclass(frozen=True, slots=True)
class Example:
    """A call of an operation that works against the sandbox, as documentation and as a test.

    `path_values` fill the path's placeholders; `saves` is a name under which the answer's `id` is
    kept for the placeholders (`{name}`) of later examples. With `files`, name of a part to its
    content, the call is a multipart form, and the body its fields.
    """

    path_values: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    saves: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb on one path of an element, ready to run.

    `path` is hub-less with `{x}` placeholders (`/contacts/{id}`). `parameters` are the element's
    and then the resource's own, without the row that became `filter`. `request_key` wraps the
    vendor body, `response_key` is the dotted path of the records in the vendor's answer. `chain`
    are the operations that follow (`nextResource`); their last answer is the call's. `chain_fault`
    says why it cannot run. `fields_in` is the field of a record that `fields` chooses from, where
    that is not the record itself.
    `id_field` is the vendor's name of a record's key, where it is not `id`.
    `on_demand` says which fields are answered only where they are asked for.
    `describes` names the object whose description says the names and types of fields.
    `pre_hooks` and `post_hooks` are in the order in which they run.
    """

    method: str
    path: str
    vendor_method: str
    vendor_path: str
    type: str = "api"
    kind: str = "eb"
    id: int = 0
    operation_id: str = ""
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    pre_hooks: tuple[Hook, ...] = ()
    post_hooks: tuple[Hook, ...] = ()
    request_key: str | None = None
    response_key: str | None = None
    total_key: str | None = None
    next_page_key: str | None = None
    paging: Paging | None = None
    filter: Filter | None = None
    ordering: Ordering | None = None
    fields_in: str | None = None
    on_demand: OnDemand | None = None
    wait: Wait | None = None
    chain: tuple["Operation", ...] = ()
    chain_fault: str | None = None
    id_field: str | None = None
    statement: Statement | None = None
    describes: str | None = None
    response_type: str = "application/json"
    formula_id: int | None = None
    examples: tuple[Example, ...] = ()

    @property
    def is_list(self) -> bool:
        """Tell whether the answer is a paged list of records."""
        return self.paging is not None


@dataclass(frozen=True, slots=True)
class Element:
    """The connector to one vendor API, compiled and immutable.

    `configuration` is in display order. `document` is the whole element JSON with its ids, from
    which this was compiled and which is answered and exported; never change it. `wire` holds the
    flags and texts of the element JSON that are not fields here.
    `sandbox_addresses` are the configuration values that take the place of the defaults when the
    operator has pointed Valence at the sandbox vendors; `{sandbox}` stands for its address.
    `sandbox_account` is the configuration of an instance of the account that the sandbox has for
    everybody: published values, no secrets.
    `authorize` are parameters that the vendor's authorization address wants besides the standard
    ones; `captures` are configuration values that a token answer gives. Both are templates.
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
    statuses: tuple[StatusRule, ...] = ()
    sandbox_addresses: Mapping[str, str] = field(default_factory=dict)
    sandbox_account: Mapping[str, str] = field(default_factory=dict)
    setup_help: str = ""
    is_private: bool = False
    is_extended: bool = False
    is_active: bool = True
    owner_account_id: int = SYSTEM_ACCOUNT
    origin_id: int | None = None  # of a clone: the element it was made from
    document: Mapping[str, object] = field(default_factory=dict, repr=False, compare=False)
    event_hooks: tuple[Hook, ...] = ()  # they normalise what a vendor's webhook sends
    limits: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # scope -> header names
    authorize: Mapping[str, str] = field(default_factory=dict)
    captures: Mapping[str, str] = field(default_factory=dict)
    _defaults: Mapping[str, str | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Asked for several times in every call, so looked up, not searched.
        defaults = {entry.key: entry.default_value for entry in self.configuration}
        object.__setattr__(self, "_defaults", defaults)

    def entry(self, key: str) -> ConfigurationEntry | None:
        """Return the configuration entry of that key, if the element has it."""
        return next((entry for entry in self.configuration if entry.key == key), None)

    def is_internal(self, key: str) -> bool:
        """Tell whether a configuration value is the platform's to say, not a caller's."""
        entry = self.entry(key)
        return entry is not None and entry.is_internal

    def default(self, key: str) -> str | None:
        """Return the default value of a configuration key, if there is one."""
        return self._defaults.get(key)
