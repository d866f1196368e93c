"""Identifiers that Valence makes itself.

Request ids have the style of a MongoDB object id: 24 lower-case hexadecimal characters, of which
the first 8 are the unix time and the other 16 are random. Database ids are positive integers and
come from storage."""

import random

_random = random.Random()  # noqa: S311 - an id of a log line, seeded by the system, not a secret


def new_request_id(epoch_ms: int) -> str:
    """Return a fresh request id, 24 lower-case hexadecimal characters."""
    return f"{(epoch_ms // 1000) & 0xFFFFFFFF:08x}{_random.getrandbits(64):016x}"
