"""The product's nouns as frozen values, its clock, its ids and its tree of errors.

Open `instances.py` first: everything else exists for an element instance. The room does no I/O,
keeps no state and imports no other room.
"""

from valence.domain.authorization import CallerSecrets, parse_authorization
from valence.domain.clock import Clock, SystemClock, iso_seconds
from valence.domain.elements import (
    AuthenticationKind,
    ConfigurationEntry,
    Element,
    Operation,
    Parameter,
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
from valence.domain.secret import Secret
from valence.domain.tenancy import Account, Organization, Principal, Role, User

__all__ = [
    "CREDENTIAL_STATES",
    "MASK",
    "Account",
    "AuthenticationKind",
    "CallerSecrets",
    "Clock",
    "ConfigurationEntry",
    "Conflict",
    "CredentialState",
    "DefinitionError",
    "Element",
    "Forbidden",
    "Instance",
    "InstanceOwner",
    "InvalidRequest",
    "MethodNotAllowed",
    "NeedsOwner",
    "NotAcceptable",
    "NotFound",
    "Operation",
    "OperatorError",
    "Organization",
    "Parameter",
    "PayloadTooLarge",
    "Principal",
    "Role",
    "Secret",
    "ServiceUnavailable",
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
    "iso_seconds",
    "new_request_id",
    "parse_authorization",
    "strip_markup",
]
