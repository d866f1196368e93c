"""HTTP Basic. Source: RFC 7617 section 2.

In a definition:

    authentication: {type: basic}
    configuration:
      - {key: username, name: User, description: Your login, required: true}
      - {key: password, name: Password, description: Your password, type: PASSWORD}

Vendors that want an API key in the place of the name (Stripe, Close) need the name only."""

import base64

from valence.instances.clients import Configured
from valence.instances.schemes.authorization import NOTHING, Authorization

KEYS = ("username", "password")


def authorization(configured: Configured) -> Authorization:
    """Return what authenticates a call; nothing where there is no user name."""
    username, password = (configured.text(key) for key in KEYS)
    if not username and not password:
        return NOTHING
    pair = base64.b64encode(f"{username}:{password}".encode()).decode()
    return Authorization((("Authorization", f"Basic {pair}"),))
