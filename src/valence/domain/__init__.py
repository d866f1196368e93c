"""The product's nouns as frozen values, its clock, its ids and its tree of errors.

Open `instances.py` first: everything else exists for an element instance. The room does no I/O,
keeps no state and imports no other room.
"""

from valence.domain.authorization import CallerSecrets, parse_authorization
from valence.domain.callback_urls import check_callback_url
from valence.domain.calls import Call
from valence.domain.clock import Clock, SystemClock, iso_seconds
from valence.domain.elements import (
    SYSTEM_ACCOUNT,
    AuthenticationKind,
    ConfigurationEntry,
    Element,
    Example,
    Filter,
    Hook,
    Operation,
    Ordering,
    Paging,
    Parameter,
    StatusRule,
)
from valence.domain.errors import (
    Conflict,
    DefinitionError,
    Forbidden,
    InvalidRequest,
    MethodNotAllowed,
    NeedsOwner,
    NotAcceptable,
    NotFound,
    OperatorError,
    PayloadTooLarge,
    ScriptFailed,
    ServiceUnavailable,
    TooManyRequests,
    Unauthenticated,
    UnsupportedMediaType,
    ValenceError,
    VendorError,
    VendorMalformed,
    VendorRefused,
    VendorTimeout,
    VendorUnreachable,
    Whose,
)
from valence.domain.ids import new_request_id
from valence.domain.instances import (
    CREDENTIAL_STATES,
    MASK,
    CredentialState,
    Instance,
    InstanceOwner,
    TimelineEntry,
)
from valence.domain.markup import strip_markup
from valence.domain.placeholders import fill_address, fill_text, quoted_for, texts_in
from valence.domain.privileges import PRIVILEGES_OF, Privilege, require_privilege
from valence.domain.quick import quick
from valence.domain.retry_after import http_date_ms, retry_after_seconds, server_now_ms
from valence.domain.secret import Secret
from valence.domain.tenancy import Account, Organization, Principal, Role, User

__all__ = [
    "CREDENTIAL_STATES",
    "MASK",
    "PRIVILEGES_OF",
    "SYSTEM_ACCOUNT",
    "Account",
    "AuthenticationKind",
    "Call",
    "CallerSecrets",
    "Clock",
    "ConfigurationEntry",
    "Conflict",
    "CredentialState",
    "DefinitionError",
    "Element",
    "Example",
    "Filter",
    "Forbidden",
    "Hook",
    "Instance",
    "InstanceOwner",
    "InvalidRequest",
    "MethodNotAllowed",
    "NeedsOwner",
    "NotAcceptable",
    "NotFound",
    "Operation",
    "OperatorError",
    "Ordering",
    "Organization",
    "Paging",
    "Parameter",
    "PayloadTooLarge",
    "Principal",
    "Privilege",
    "Role",
    "ScriptFailed",
    "Secret",
    "ServiceUnavailable",
    "StatusRule",
    "SystemClock",
    "TimelineEntry",
    "TooManyRequests",
    "Unauthenticated",
    "UnsupportedMediaType",
    "User",
    "ValenceError",
    "VendorError",
    "VendorMalformed",
    "VendorRefused",
    "VendorTimeout",
    "VendorUnreachable",
    "Whose",
    "check_callback_url",
    "fill_address",
    "fill_text",
    "http_date_ms",
    "iso_seconds",
    "new_request_id",
    "parse_authorization",
    "quick",
    "quoted_for",
    "require_privilege",
    "retry_after_seconds",
    "server_now_ms",
    "strip_markup",
    "texts_in",
]
