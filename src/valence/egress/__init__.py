"""Every outbound call leaves here: address policy, wire, redirects, repeats, limits, redaction.

Open `client.py` first. The room holds the only HTTP client of the product, turns its exceptions
into the platform's errors, and refuses to know what a request is for."""

from valence.egress.client import Egress, NeverSent, OutboundRequest, OutboundResponse
from valence.egress.policy import AddressRefused, OutboundPolicy
from valence.egress.redaction import redact

__all__ = [
    "AddressRefused",
    "Egress",
    "NeverSent",
    "OutboundPolicy",
    "OutboundRequest",
    "OutboundResponse",
    "redact",
]
