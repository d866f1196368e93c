"""OAuth 2.0 with a signed assertion in place of an owner. Source: RFC 7523 section 2.1.

In a definition:

    authentication: {type: jwtOauth}
    configuration:
      - {key: oauth.private.key, name: Private key, description: In PEM form, type: PASSWORD, required: true}
      - {key: oauth.private.key.id, name: Key id, description: The vendor's name for it}
      - {key: oauth.jwt.issuer, name: Issuer, description: Of the service account, required: true}
      - {key: oauth.jwt.subject, name: Subject, description: For whom it acts}
      - {key: oauth.jwt.audience, ..., default: "https://v.example", internal: true}
      - {key: oauth.jwt.claims, ..., default: '{"scope": "{oauth.scope}"}', internal: true}
      - {key: oauth.signing.algorithm, ..., default: RS256, internal: true}      # or ES256
      - {key: oauth.token.url, ..., default: "https://v.example/token", internal: true}

Left out, the issuer is oauth.api.key, the subject the issuer, the audience the token's address;
oauth.jwt.lifetime are the assertion's seconds (300). A client with a secret shows itself too."""  # noqa: E501 - a sample is one line an entry

from valence.instances.applicants import Applicant
from valence.oauth import TokenRequest, jwt_bearer_request

KEYS = (
    *("oauth.private.key", "oauth.private.key.id", "oauth.jwt.issuer", "oauth.jwt.subject"),
    *("oauth.api.key", "oauth.api.secret", "oauth.signing.algorithm"),
)


def request(applicant: Applicant) -> TokenRequest:
    """Build the request for a token, with a new assertion."""
    configured, client = applicant.configured, applicant.client
    address = applicant.endpoint("oauth.token.url")
    issuer = configured.text("oauth.jwt.issuer") or client.client_id
    claims = applicant.claims()
    return jwt_bearer_request(
        address,
        assertion=applicant.assertion(
            issuer,
            configured.text("oauth.jwt.subject") or issuer,
            configured.text("oauth.jwt.audience") or address,
            extra=claims,
        ),
        scope="" if "scope" in claims else configured.scope(),
        client_id=client.client_id,
        client_secret=client.client_secret,
        client_authentication=applicant.authentication(address)
        if client.client_secret is not None
        else "none",
    )
