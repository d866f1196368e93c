"""A token that a person made for himself in the vendor's settings.

In a definition:

    authentication: {type: personalAccessToken}
    configuration:
      - {key: access.token, name: Token, description: Made in your profile, type: PASSWORD, required: true}
      - {key: access.token.header, name: Header, description: Its name, default: Authorization, internal: true}
      - {key: access.token.prefix, name: Prefix, description: Before the token, default: Bearer, internal: true}

The last two are the default and may be left out."""  # noqa: E501 - a sample is one line an entry

from valence.instances.clients import Configured
from valence.instances.schemes.authorization import NOTHING, Authorization

KEYS = ("access.token",)


def authorization(configured: Configured) -> Authorization:
    """Return what authenticates a call; nothing where there is no token."""
    token = configured.text("access.token")
    if not token:
        return NOTHING
    header = configured.default("access.token.header") or "Authorization"
    prefix = configured.default("access.token.prefix")
    prefix = "Bearer" if prefix is None else prefix
    return Authorization(((header, f"{prefix} {token}".strip()),), token=token)
