"""Valence: an open, self-hosted integration hub.

Rooms stand on floors (ARCHITECTURE.md); a room imports only rooms below it. To follow one call from
the wire to the vendor and back, open `valence.gateway.pipeline`.
"""

__version__ = "0.1.0"
