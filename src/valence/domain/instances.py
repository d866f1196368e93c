"""An element instance: one authenticated account of an element, with an id and a token."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from valence.domain.secret import Secret

MASK = "********"
"""What a reader sees in place of a secret; sent back by a writer it means "unchanged"."""

CredentialState = Literal["none", "active", "needs-owner"]
CREDENTIAL_STATES: tuple[CredentialState, ...] = ("none", "active", "needs-owner")


@dataclass(frozen=True, slots=True)
class InstanceOwner:
    """The user who created the instance, as the wire shows him."""

    id: int
    email: str
    first_name: str
    last_name: str


@dataclass(frozen=True, slots=True)
class Instance:
    """One authenticated account of an element, secrets still sealed or carried as `Secret`.

    `configuration` holds the values a reader may see as text and the secret ones as `Secret`;
    entries without a stored value are absent (the element's default applies).
    `is_valid` is false once the vendor refused the stored grant for good.
    """

    id: int
    uid: str
    organization_id: int
    account_id: int
    owner: InstanceOwner
    element_key: str
    element_id: int
    name: str
    token: Secret
    tags: tuple[str, ...]
    configuration: Mapping[str, str | Secret]
    external_authentication: Literal["none", "initial"]
    is_valid: bool
    is_disabled: bool
    events_enabled: bool
    created_ms: int
    updated_ms: int
    needs_owner_reason: str | None = None
    token_expires_ms: int | None = None
    trace_until_ms: int | None = None  # wire traces of its calls are kept until then

    def is_traced(self, now_ms: int) -> bool:
        """Tell whether wire traces of its calls are kept now."""
        return self.trace_until_ms is not None and self.trace_until_ms > now_ms


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Something that happened to an instance's health, oldest facts never rewritten.

    `kind` is one of issued, refreshed, refresh-failed, follow-up-failed, needs-owner,
    reauthenticated, disabled, enabled, renamed, revoked, revoke-failed, traced, untraced.
    """

    at_ms: int
    kind: str
    message: str
    details: Mapping[str, str] = field(default_factory=dict)
