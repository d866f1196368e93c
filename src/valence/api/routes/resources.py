"""HTTP into a `ResourceRequest` and the answer back: nothing else. A plain ASGI endpoint."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

from valence.api.front import API_PREFIX, Message, Receive, Scope, Send
from valence.api.parts import is_form, is_multipart, read_multipart, read_parts
from valence.domain import InvalidRequest, Unauthenticated, parse_authorization
from valence.gateway import Download, Gateway, Part, ResourceRequest, ResourceResponse

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
        kind = headers.get("content-type", "")
        body, parts = b"", list[Part]()
        try:
            if scope["method"] == "GET":
                pass
            elif is_multipart(kind):
                await read_multipart(kind, _pieces(receive), parts)
            else:
                body = await read_body(receive)
                if body and is_form(kind, body):
                    body, parts = b"", list(read_parts(kind, body))
            response = await self._gateway.handle(
                ResourceRequest(
                    secrets=parse_authorization(authorization),
                    method=scope["method"],
                    path=scope["raw_path"].decode("latin-1")[_PREFIX_LENGTH:],
                    query=_query(scope["query_string"]),
                    headers=headers,
                    body=body,
                    parts=tuple(parts),
                    request_id=scope["valence.request_id"],
                    address=scope["client"][0] if scope.get("client") else "",
                    takes_downloads=True,
                )
            )
        finally:
            for part in parts:
                if part.spool is not None:
                    part.spool.close()
        if response.download is not None:
            await _send_download(response, response.download, receive, send)
            return
        size = (b"content-length", b"%d" % len(response.body))
        await send(_start(response, size))
        await send({"type": "http.response.body", "body": response.body})


def _start(response: ResourceResponse, *more: tuple[bytes, bytes]) -> Message:
    headers = [
        (b"content-type", response.content_type.encode("latin-1", "replace")),
        *more,
        *(
            (name.encode("latin-1"), value.encode("latin-1", "replace"))
            for name, value in response.headers
        ),
    ]
    return {"type": "http.response.start", "status": 200, "headers": headers}


async def _send_download(
    response: ResourceResponse, file: Download, receive: Receive, send: Send
) -> None:
    """Hand a file on as it comes; the caller takes it as fast as he can, and no faster is read.

    When he goes away the vendor's answer is closed: `send` does not tell, so `receive` is asked.
    """
    sending = asyncio.ensure_future(_send_pieces(response, file, send))
    gone = asyncio.ensure_future(_until_gone(receive))
    try:
        await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
        if sending.done():
            await sending
    finally:
        for task in (sending, gone):
            task.cancel()
        await asyncio.gather(sending, gone, return_exceptions=True)
        await file.close()


async def _send_pieces(response: ResourceResponse, file: Download, send: Send) -> None:
    size = file.size
    told = () if size is None else ((b"content-length", b"%d" % size),)
    await send(_start(response, *told))
    async for piece in file.pieces():
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


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
    return b"".join([piece async for piece in _pieces(receive)])


async def _pieces(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise InvalidRequest("The caller went away.", code="disconnected")
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return
