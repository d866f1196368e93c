"""Every outbound call leaves here: address policy, wire, redirects, repeats, limits, redaction.

Open `client.py` first. The room holds the only HTTP client of the product, turns its exceptions
into the platform's errors, leaves alone a vendor that is down or has had enough, and refuses to
know what a request is for."""

from valence.domain import retry_after_seconds
from valence.egress.budget import (
    GENERIC_WINDOWS,
    BudgetKey,
    LimitHeaders,
    LimitScope,
    LimitWindow,
)
from valence.egress.circuit import VendorDown
from valence.egress.client import Egress, Hold, OutboundStream
from valence.egress.messages import NeverSent, OutboundRequest, OutboundResponse
from valence.egress.policy import AddressRefused, OutboundPolicy
from valence.egress.redaction import redact
from valence.egress.trace import Exchange, Trace

__all__ = [
    "GENERIC_WINDOWS",
    "AddressRefused",
    "BudgetKey",
    "Egress",
    "Exchange",
    "Hold",
    "LimitHeaders",
    "LimitScope",
    "LimitWindow",
    "NeverSent",
    "OutboundPolicy",
    "OutboundRequest",
    "OutboundResponse",
    "OutboundStream",
    "Trace",
    "VendorDown",
    "redact",
    "retry_after_seconds",
]
