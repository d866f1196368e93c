"""Client authentication at the token endpoint.

Source: RFC 6749 section 2.3.1. The id and secret go either into the form or, form-encoded first,
into a Basic header. A public client sends its id in the form."""

import base64
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote_plus, urlencode

from valence.domain import Secret

ClientAuthentication = Literal["body", "basic"]


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
    if client_secret is not None and client_authentication == "basic":
        pair = f"{quote_plus(client_id)}:{quote_plus(client_secret.reveal())}"
        headers.append(("Authorization", "Basic " + base64.b64encode(pair.encode()).decode()))
    else:
        form = {**form, "client_id": client_id}
        if client_secret is not None:
            form["client_secret"] = client_secret.reveal()
    return TokenRequest(url=endpoint, headers=tuple(headers), body=urlencode(form).encode())
