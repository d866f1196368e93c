"""The `Authorization` header of the platform, taken apart.

Source: the wire contract. The value is a comma-separated list of `<Kind> <value>` pairs in any
order; values use a base64-like alphabet in which `+`, `/` and `=` occur and are never split on.
`Token` is an old synonym of `Element`. `UserId` and bare vendor-style keys are refused.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from valence.domain.errors import Unauthenticated

_FIELDS = {
    "user": "user",
    "organization": "organization",
    "element": "element",
    "token": "element",
    "bearer": "bearer",
}


@dataclass(frozen=True, slots=True)
class CallerSecrets:
    """The secrets a caller presented; hashable, so that answers to them can be cached."""

    user: str | None = field(default=None, repr=False)
    organization: str | None = field(default=None, repr=False)
    element: str | None = field(default=None, repr=False)
    bearer: str | None = field(default=None, repr=False)


@lru_cache(maxsize=4096)
def parse_authorization(header: str) -> CallerSecrets:
    """Split the header into the secrets it presents; what was split lately is remembered.

    Raises:
        Unauthenticated: empty, malformed, an unknown kind, or a kind given twice.
    """
    found: dict[str, str] = {}
    for part in header.split(","):
        kind, _, value = part.strip().partition(" ")
        name = _FIELDS.get(kind.lower())
        value = value.strip()
        if name is None or not value or name in found:
            raise Unauthenticated(
                "The Authorization header is not of the form"
                " 'User <secret>, Organization <secret>[, Element <token>]'.",
                code="malformed-authorization",
            )
        found[name] = value
    return CallerSecrets(**found)
