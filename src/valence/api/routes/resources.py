"""HTTP into a `ResourceRequest` and the answer back: nothing else. A plain ASGI endpoint."""

from urllib.parse import parse_qsl

from valence.api.front import API_PREFIX, Receive, Scope, Send
from valence.api.parts import is_form, read_parts
from valence.domain import InvalidRequest, Unauthenticated, parse_authorization
from valence.gateway import Gateway, Part, ResourceRequest

_PREFIX_LENGTH = len(API_PREFIX)


class ResourceEndpoint:
    """Calls the gateway."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one resource call."""
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        authorization = headers.get("authorization")
        if authorization is None:
            raise Unauthenticated("The Authorization header is missing.")
        body = await read_body(receive) if scope["method"] != "GET" else b""
        kind = headers.get("content-type", "")
        parts: tuple[Part, ...] = ()
        if body and is_form(kind, body):
            body, parts = b"", read_parts(kind, body)
        response = await self._gateway.handle(
            ResourceRequest(
                secrets=parse_authorization(authorization),
                method=scope["method"],
                path=scope["raw_path"].decode("latin-1")[_PREFIX_LENGTH:],
                query=_query(scope["query_string"]),
                headers=headers,
                body=body,
                parts=parts,
                request_id=scope["valence.request_id"],
                address=scope["client"][0] if scope.get("client") else "",
            )
        )
        start_headers = [
            (b"content-type", response.content_type.encode("latin-1", "replace")),
            (b"content-length", b"%d" % len(response.body)),
            *(
                (name.encode("latin-1"), value.encode("latin-1", "replace"))
                for name, value in response.headers
            ),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": start_headers})
        await send({"type": "http.response.body", "body": response.body})


def _query(raw: bytes) -> tuple[tuple[str, str], ...]:
    if not raw:
        return ()
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=200
        )
    except ValueError as exc:  # bad UTF-8 or too many fields
        raise InvalidRequest("The query string cannot be read as UTF-8 parameters.") from exc
    return tuple(pairs)


async def read_body(receive: Receive) -> bytes:
    """Return the whole body of a request."""
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise InvalidRequest("The caller went away.", code="disconnected")
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)
