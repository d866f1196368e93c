"""An API key in a header or in the query.

In a definition, by rows:

    authentication: {type: customApiKey}
    configuration:
      - {key: acme.key, name: API key, description: From your settings, type: PASSWORD, required: true}
    parameters:
      - configuration:acme.key! > header:X-Api-Key      # or query:api_key

or without rows, which keeps the key out of the address where it goes into the query:

    configuration:
      - {key: api.key, name: API key, description: From your settings, type: PASSWORD, required: true}
      - {key: api.key.header, name: Header, description: Its name, default: X-Api-Key, internal: true}
      - {key: api.key.prefix, name: Prefix, description: Before the key, default: Token, internal: true}
      # or, in the place of these two
      - {key: api.key.query, name: Parameter, description: Its name, default: api_key, internal: true}
"""  # noqa: E501 - a sample is one line an entry

from valence.instances.clients import Configured
from valence.instances.schemes.authorization import NOTHING, Authorization, in_query

KEYS = ("api.key",)


def authorization(configured: Configured) -> Authorization:
    """Return what authenticates a call; nothing where rows do it."""
    key = configured.text("api.key")
    if not key:
        return NOTHING
    parameter = configured.default("api.key.query")
    if parameter:
        return Authorization(sign=in_query(parameter, key))
    header = configured.default("api.key.header") or "X-Api-Key"
    prefix = configured.default("api.key.prefix") or ""
    return Authorization(((header, f"{prefix} {key}".strip()),))
