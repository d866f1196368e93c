"""What can be wrong with an answer of an authorization server.

The room's own exceptions; `instances` translates them into the platform's errors, because whose
turn it is depends on the step that asked."""


class TokenRefused(Exception):
    """The token endpoint refused in the form of RFC 6749 section 5.2.

    `error` is the code (`invalid_grant`, `invalid_client`, ...), `description` the vendor's text.
    """

    def __init__(self, error: str, *, description: str = "", status: int = 400) -> None:
        super().__init__(f"{error}: {description}" if description else error)
        self.error = error
        self.description = description
        self.status = status


class TokenAnswerUnusable(Exception):
    """The token endpoint's answer says nothing about the grant: HTML, cut JSON, 429, 5xx.

    Never a reason to give a grant up.
    """

    def __init__(self, reason: str, *, status: int, retry_after_seconds: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.retry_after_seconds = retry_after_seconds


class CallbackMalformed(Exception):
    """The redirect back carries neither a code nor an error."""
