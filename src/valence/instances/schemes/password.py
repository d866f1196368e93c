"""OAuth 2.0 with a user's name and password. Source: RFC 6749 section 4.3.

In a definition:

    authentication: {type: oauth2Password}
    configuration:
      - {key: username, name: User, description: Your login, required: true}
      - {key: password, name: Password, description: Your password, type: PASSWORD, required: true}
      - {key: oauth.api.key, name: Client id, description: Of your app, type: PASSWORD}
      - {key: oauth.api.secret, name: Client secret, description: Of your app, type: PASSWORD}
      - {key: oauth.token.url, ..., default: "https://v.example/token", internal: true}

Where the vendor gives a refresh token it is used first; when it is refused, name and password are
sent again. Without a client neither id nor secret is sent."""

from valence.domain import Secret
from valence.instances.applicants import Applicant
from valence.oauth import TokenRequest, password_request

KEYS = ("username", "password", "oauth.api.key", "oauth.api.secret", "oauth.private.key")


def request(applicant: Applicant) -> TokenRequest:
    """Build the request for tokens."""
    address = applicant.endpoint("oauth.token.url")
    configured, client = applicant.configured, applicant.client
    return password_request(
        address,
        username=configured.text("username"),
        password=configured.secret("password") or Secret(""),
        scope=configured.scope(),
        client_id=client.client_id,
        client_secret=client.client_secret,
        client_authentication=applicant.authentication(address) if client.client_id else "none",
        extra=configured.filled(configured.element.authorize),
    )
