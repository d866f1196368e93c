"""One HTTP call to something on loopback, as a program outside would make it."""

import json
import secrets
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError

LONGEST_WAIT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def json(self) -> Any:
        """The body as JSON; None where there is none, or it is something else."""
        try:
            return json.loads(self.body) if self.body else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Form:
    """A `multipart/form-data` body: fields and files, name to content."""

    fields: Mapping[str, Any]
    files: Mapping[str, str]

    def encoded(self) -> tuple[str, bytes]:
        """Return content type and bytes."""
        boundary = secrets.token_hex(16)
        parts = [f'; name="{name}"\r\n\r\n{value}' for name, value in self.fields.items()]
        parts += [
            f'; name="{name}"; filename="{name}.txt"\r\nContent-Type: text/plain\r\n\r\n{content}'
            for name, content in self.files.items()
        ]
        lines = [f"--{boundary}\r\nContent-Disposition: form-data{part}\r\n" for part in parts]
        text = "".join([*lines, f"--{boundary}--\r\n"])
        return f"multipart/form-data; boundary={boundary}", text.encode()


def call(method: str, url: str, *, authorization: str | None = None, body: Any = None) -> Answer:
    """Send a request, `body` as JSON or as the form it is, and return whatever is answered.

    Raises:
        OSError: nobody answers.
    """
    request = urllib.request.Request(url, method=method)  # noqa: S310 - loopback
    if authorization is not None:
        request.add_header("Authorization", authorization)
    if isinstance(body, Form):
        kind, request.data = body.encoded()
        request.add_header("Content-Type", kind)
    elif body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        response = urllib.request.urlopen(request, timeout=LONGEST_WAIT_SECONDS)  # noqa: S310
    except HTTPError as exc:
        response = exc
    with response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status or 0, headers, response.read())
