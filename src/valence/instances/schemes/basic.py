"""HTTP Basic. Source: RFC 7617 section 2.

In a definition:

    authentication: {type: basic}
    configuration: entries username and password
"""

import base64
from collections.abc import Mapping

from valence.domain import Secret

KEYS = ("username", "password")


def headers(configuration: Mapping[str, str | Secret]) -> tuple[tuple[str, str], ...]:
    """Return the headers that authenticate a call; none where there is no user name."""
    username, password = (_text(configuration, key) for key in KEYS)
    if not username and not password:
        return ()
    pair = base64.b64encode(f"{username}:{password}".encode()).decode()
    return (("Authorization", f"Basic {pair}"),)


def _text(configuration: Mapping[str, str | Secret], key: str) -> str:
    value = configuration.get(key, "")
    return value.reveal() if isinstance(value, Secret) else value
