"""OAuth 2.0 bearer tokens, of every grant. Source: RFC 6750 section 2.

In a definition, where the owner consents:

    authentication: {type: oauth2}          # oauth2Pkce where the vendor requires PKCE
    authorize: {access_type: offline, prompt: consent}
    captures: {base.url: "{instance_url}/services/data/v60.0"}
    configuration:
      - {key: oauth.api.key, name: API Key, description: Client id, type: PASSWORD, required: true}
      - {key: oauth.api.secret, name: API Secret, description: Secret, type: PASSWORD, required: true}
      - {key: oauth.callback.url, name: Callback URL, description: The way back, required: true}
      - {key: oauth.authorization.url, ..., default: "https://v.example/authorize", internal: true}
      - {key: oauth.token.url, ..., default: "https://v.example/token", internal: true}
      - {key: oauth.scope, ..., default: "read write", internal: true}

Vendors that take the token elsewhere say so with oauth.token.header, oauth.token.prefix or
oauth.token.query."""  # noqa: E501 - a sample is one line an entry

from valence.instances.clients import Configured
from valence.instances.schemes.authorization import Authorization, in_query
from valence.oauth import TokenSet


def authorization(configured: Configured, tokens: TokenSet) -> Authorization:
    """Return what authenticates a call."""
    token = tokens.access_token.reveal()
    parameter = configured.default("oauth.token.query")
    if parameter:
        return Authorization(sign=in_query(parameter, token), token=token)
    header = configured.default("oauth.token.header")
    prefix = configured.default("oauth.token.prefix")
    if prefix is None:
        prefix = "" if header else "Bearer"
    return Authorization(
        ((header or "Authorization", f"{prefix} {token}".strip()),),
        token=token,
    )
