"""Client authentication at the token endpoint.

Source: RFC 6749 section 2.3.1, RFC 7523 section 2.2. The id and secret go either into the form or,
form-encoded first, into a Basic header; or the client signs an assertion in place of a secret. A
public client sends its id in the form; `none` sends nothing, where the grant itself says who asks.
"""

import base64
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote_plus, urlencode

from valence.domain import Secret

CLIENT_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class ClientAssertion:
    """A signed JWT with which a client shows itself."""

    jwt: Secret


ClientAuthentication = Literal["body", "basic", "none"] | ClientAssertion


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A form POST to a token or revocation endpoint, ready to send; its body holds secrets."""

    url: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)


def build_token_request(
    endpoint: str,
    form: dict[str, str],
    *,
    client_id: str,
    client_secret: Secret | None,
    client_authentication: ClientAuthentication,
) -> TokenRequest:
    """Add the client's authentication to a form and encode it."""
    headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Accept", "application/json"),
    ]
    if isinstance(client_authentication, ClientAssertion):
        form = {
            **form,
            "client_id": client_id,
            "client_assertion_type": CLIENT_ASSERTION_TYPE,
            "client_assertion": client_authentication.jwt.reveal(),
        }
    elif client_secret is not None and client_authentication == "basic":
        pair = f"{quote_plus(client_id)}:{quote_plus(client_secret.reveal())}"
        headers.append(("Authorization", "Basic " + base64.b64encode(pair.encode()).decode()))
    elif client_authentication != "none":
        form = {**form, "client_id": client_id}
        if client_secret is not None:
            form["client_secret"] = client_secret.reveal()
    return TokenRequest(url=endpoint, headers=tuple(headers), body=urlencode(form).encode())
