"""Rows of the tables as values, sealed columns still sealed."""

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """One row of `credentials`; times are epoch milliseconds."""

    instance_id: int
    version: int
    fence: int
    state: str
    reason: str | None
    sealed: bytes = field(repr=False)
    issued_ms: int
    expires_ms: int | None
    due_ms: int | None
    sweep_ms: int | None
    retry_ms: int
    failures: int
    intent_fence: int | None
    intent_ms: int | None
