"""Take secrets out of a vendor's text before anybody reads it."""

import re
from collections.abc import Iterable

from valence.domain import MASK

_SHORTEST_SECRET = 6  # shorter strings occur by chance and would garble the text
_PATTERNS = (
    re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}"),
    re.compile(
        r'(?i)("?\b(?:access_token|refresh_token|client_secret|id_token|password|api_?key|code)"?'
        r'\s*[:=]\s*"?)([^"&\s,}]{4,})'
    ),
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return the text with the given secrets, bearer tokens and client secrets masked."""
    for secret in sorted({s for s in secrets if len(s) >= _SHORTEST_SECRET}, key=len, reverse=True):
        text = text.replace(secret, MASK)
    text = _PATTERNS[0].sub(lambda found: f"{found[1]} {MASK}", text)
    return _PATTERNS[1].sub(lambda found: f"{found[1]}{MASK}", text)
