"""Every error Valence raises on purpose.

ValenceError                    code, status, whose fault, can a retry help
+- InvalidRequest        400    the caller sent something that cannot be served
+- Unauthenticated       401    no, malformed, unknown or mismatched secrets
+- Forbidden             403    privilege missing, foreign object, instance disabled
+- NotFound              404
+- MethodNotAllowed      405
+- NotAcceptable         406
+- Conflict              409
+- PayloadTooLarge       413
+- UnsupportedMediaType  415
+- TooManyRequests       429    Valence's own limits (logins); a vendor's 429 is a VendorRefused
+- NeedsOwner            401    the vendor refused the stored grant for good: its owner must consent
+- DefinitionError       500    an element definition cannot do what it says
|  +- ScriptFailed       500    a script threw, ran out of its limits, or gave no answer
+- OperatorError         500    settings, keyring, database: only the operator can mend it
|  +- ServiceUnavailable 503    the same, and a retry may help
+- VendorError           502    the vendor, or the way to it
   +- VendorRefused             the vendor answered with an error; the status is mapped, 4xx kept
   +- VendorMalformed    502    the vendor's answer is not what its API promises (HTML, cut JSON)
   +- VendorUnreachable  502    no connection, or the connection was lost
   +- VendorTimeout      504    no answer in time

A message is a sentence a stranger can act on: what, where, what was expected. It never holds a
secret. Foreign exceptions are translated at the borders only (egress, storage, token endpoint).
"""

from enum import StrEnum


class Whose(StrEnum):
    """Whose turn it is: who can make the next call succeed."""

    CALLER = "caller"
    DEFINITION = "definition"
    RESOURCE_OWNER = "resource-owner"
    VENDOR = "vendor"
    OPERATOR = "operator"


class ValenceError(Exception):
    """The root of the tree.

    Args:
        message: a sentence for the person or program that called.
        code: stable, kebab-case; by default the class's.
        retry_after_seconds: when a retry may help and the time is known.
        provider_message: the vendor's own text, already redacted.
    """

    code = "internal"
    status = 500
    whose = Whose.OPERATOR
    retryable = False

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        whose: Whose | None = None,
        retryable: bool | None = None,
        retry_after_seconds: int | None = None,
        provider_message: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after_seconds = retry_after_seconds
        self.provider_message = provider_message
        if code is not None:
            self.code = code
        if status is not None:
            self.status = status
        if whose is not None:
            self.whose = whose
        if retryable is not None:
            self.retryable = retryable


class InvalidRequest(ValenceError):
    """400: a parameter or body is missing or malformed."""

    code, status, whose = "invalid-request", 400, Whose.CALLER


class Unauthenticated(ValenceError):
    """401: no, malformed, unknown or mismatched secrets."""

    code, status, whose = "unauthenticated", 401, Whose.CALLER


class Forbidden(ValenceError):
    """403: the caller is known and may not do this."""

    code, status, whose = "forbidden", 403, Whose.CALLER


class NotFound(ValenceError):
    """404: nothing is there, or a legacy list is empty."""

    code, status, whose = "not-found", 404, Whose.CALLER


class MethodNotAllowed(ValenceError):
    """405: the resource exists and does not know this verb."""

    code, status, whose = "method-not-allowed", 405, Whose.CALLER


class NotAcceptable(ValenceError):
    """406: the requested representation cannot be produced."""

    code, status, whose = "not-acceptable", 406, Whose.CALLER


class Conflict(ValenceError):
    """409: it already exists, or somebody else is doing it."""

    code, status, whose = "conflict", 409, Whose.CALLER


class PayloadTooLarge(ValenceError):
    """413: the body is larger than Valence accepts."""

    code, status, whose = "payload-too-large", 413, Whose.CALLER


class UnsupportedMediaType(ValenceError):
    """415: the body's content type cannot be handled."""

    code, status, whose = "unsupported-media-type", 415, Whose.CALLER


class TooManyRequests(ValenceError):
    """429: one of Valence's own limits, such as login attempts."""

    code, status, whose, retryable = "too-many-requests", 429, Whose.CALLER, True


class NeedsOwner(ValenceError):
    """401: the vendor refused the stored grant for good; its owner must consent again."""

    code, status, whose = "needs-owner", 401, Whose.RESOURCE_OWNER


class DefinitionError(ValenceError):
    """500: an element definition cannot do what it says; its author can mend it."""

    code, status, whose = "definition-error", 500, Whose.DEFINITION


class ScriptFailed(DefinitionError):
    """500: a script threw, ran out of its limits, or gave no answer; its author can mend it.

    Args:
        text: the script's own error, such as `TypeError: x is not a function`; None when there is
            none, as after a time limit.
        line: where in the author's script, from 1, when that is known; `column` likewise.
        console: what the script had logged.
    """

    code = "script-failed"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        text: str | None = None,
        line: int | None = None,
        column: int | None = None,
        console: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, code=code)
        self.text = text
        self.line = line
        self.column = column
        self.console = console


class OperatorError(ValenceError):
    """500: settings, keyring or database; only the operator can mend it."""

    code, status, whose = "operator-error", 500, Whose.OPERATOR


class ServiceUnavailable(OperatorError):
    """503: a part of this installation is not available now."""

    code, status, retryable = "service-unavailable", 503, True


class VendorError(ValenceError):
    """502: the vendor, or the way to it, failed."""

    code, status, whose = "vendor-error", 502, Whose.VENDOR


class VendorRefused(VendorError):
    """The vendor answered with an error status; `status` is the normalised one.

    `vendor_status` is the vendor's own, where the error stands for an answer of his.
    """

    code = "vendor-refused"
    vendor_status: int | None = None


class VendorMalformed(VendorError):
    """502: the vendor's answer is not what its API promises, such as an HTML page."""

    code, status, retryable = "vendor-malformed", 502, True


class VendorUnreachable(VendorError):
    """502: no connection could be made, or it was lost before the answer."""

    code, status, retryable = "vendor-unreachable", 502, True


class VendorTimeout(VendorError):
    """504: the vendor did not answer in time."""

    code, status, retryable = "vendor-timeout", 504, True
