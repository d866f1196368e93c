"""OAuth 2.0 client credentials: the client is its own owner. Source: RFC 6749 section 4.4.

In a definition:

    authentication: {type: oauth2ClientCredentials}
    configuration:
      - {key: oauth.api.key, name: Client id, description: Of your app, type: PASSWORD, required: true}
      - {key: oauth.api.secret, name: Client secret, description: Of your app, type: PASSWORD, required: true}
      - {key: oauth.token.url, ..., default: "https://v.example/token", internal: true}
      - {key: oauth.scope, ..., default: read, internal: true}
    authorize: {audience: "https://api.v.example"}      # goes into the token request

A token is asked for at creation and again when it expires; refresh tokens are not used. A client
that signs in place of a secret has oauth.client.authentication: private_key_jwt."""  # noqa: E501 - a sample is one line an entry

from valence.instances.applicants import Applicant
from valence.oauth import TokenRequest, client_credentials_request

KEYS = ("oauth.api.key", "oauth.api.secret", "oauth.private.key")


def request(applicant: Applicant) -> TokenRequest:
    """Build the request for a token."""
    address = applicant.endpoint("oauth.token.url")
    return client_credentials_request(
        address,
        scope=applicant.configured.scope(),
        client_id=applicant.client.client_id,
        client_secret=applicant.client.client_secret,
        client_authentication=applicant.authentication(address),
        extra=applicant.configured.filled(applicant.configured.element.authorize),
    )
