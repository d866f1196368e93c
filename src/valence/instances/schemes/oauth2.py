"""OAuth 2.0 bearer tokens. Source: RFC 6750 section 2.1.

In a definition:

    authentication: {type: oauth2}
    configuration: entries oauth.authorization.url, oauth.token.url, oauth.scope, ...
"""

from valence.oauth import TokenSet


def headers(tokens: TokenSet) -> tuple[tuple[str, str], ...]:
    """Return the headers that authenticate a call."""
    return (("Authorization", f"Bearer {tokens.access_token.reveal()}"),)
