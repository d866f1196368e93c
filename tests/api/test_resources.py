"""HTTP into a `ResourceRequest` and the answer back."""

from typing import Any

import pytest

from valence.api.routes.resources import ResourceEndpoint
from valence.domain import InvalidRequest, Unauthenticated
from valence.gateway import Part, ResourceRequest, ResourceResponse


class Gateway:
    """Answers anything with a file, and remembers what it was asked."""

    asked: ResourceRequest

    async def handle(self, request: ResourceRequest) -> ResourceResponse:
        self.asked = request
        return ResourceResponse(b"\x00", (("Content-Disposition", "attachment"),), "image/png")


async def asked(
    method: str,
    content_type: str = "",
    body: bytes = b"",
    *,
    query: bytes = b"",
    known: bool = True,
) -> tuple[ResourceRequest, list[dict[str, Any]]]:
    """Return what the gateway was asked, and what was sent back."""
    sent: list[dict[str, Any]] = []
    chunks = [body[:5], body[5:]]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

    async def send(message: Any) -> None:
        sent.append(message)

    gateway = Gateway()
    headers = [(b"content-type", content_type.encode())] if content_type else []
    if known:
        headers.append((b"authorization", b"User u, Organization o, Element t"))
    scope = {
        "method": method,
        "raw_path": b"/elements/api-v2/hubs/crm/files/a%2Fb",
        "query_string": query,
        "headers": headers,
        "valence.request_id": "r-1",
    }
    await ResourceEndpoint(gateway)(scope, receive, send)  # type: ignore[arg-type]
    return gateway.asked, sent


async def test_a_form_becomes_parts() -> None:
    """And the body is empty then; the path stays encoded."""
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\ndata\r\n--x--\r\n'
    request, _ = await asked("POST", "multipart/form-data; boundary=x", body)
    assert (request.parts, request.body) == ((Part("file", b"data", "a.txt"),), b"")
    assert (request.path, request.request_id) == ("/hubs/crm/files/a%2Fb", "r-1")
    assert (request.secrets.user, request.secrets.element) == ("u", "t")


async def test_json_stays_a_body_and_a_get_has_none() -> None:
    """Whatever the label of the JSON."""
    request, _ = await asked("POST", "application/x-www-form-urlencoded", b'{"a": 1}')
    assert (request.parts, request.body) == ((), b'{"a": 1}')
    request, _ = await asked("GET", "application/json", b'{"a": 1}', query=b"where=a%3D1&q=")
    assert (request.body, request.query) == (b"", (("where", "a=1"), ("q", "")))


async def test_an_answer_keeps_its_type_and_headers() -> None:
    """Files are no JSON; success is 200."""
    _, sent = await asked("GET")
    assert (sent[0]["status"], sent[1]["body"]) == (200, b"\x00")
    headers = dict(sent[0]["headers"])
    assert (headers[b"content-type"], headers[b"content-length"]) == (b"image/png", b"1")
    assert headers[b"Content-Disposition"] == b"attachment"


async def test_what_cannot_be_read_is_refused() -> None:
    """No caller, and a query that is no text."""
    with pytest.raises(Unauthenticated):
        await asked("GET", known=False)
    with pytest.raises(InvalidRequest):
        await asked("GET", query=b"a=%ff")
