"""A vendor request's values to what goes on the wire: address, headers, bytes."""

import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode

from valence.gateway.values import (
    Body,
    Headers,
    Part,
    Spool,
    Streamed,
    VendorRequest,
    WireRequest,
    json_of,
    one_line,
)

_URLENCODED = "application/x-www-form-urlencoded"


def encode(request: VendorRequest) -> WireRequest:
    """Return the address, the headers and the body of a vendor request.

    The content type of a form belongs to its bytes, so it is set here; one that a script or a row
    set for another kind of body stays. A JSON value for a vendor that takes forms, as its
    `Content-Type` says, is written as one.
    """
    headers = request.headers
    content: bytes | Streamed | None = None
    body = request.body
    if body is None:
        pass
    elif body.kind == "json":
        is_form = isinstance(body.value, dict) and _takes_form(headers)
        content = _nested_form(body.value) if is_form else json_of(body.value)
    elif body.kind == "file":
        content = _joined([_content(body.value)])
    elif body.kind == "text":
        content = body.value.encode() if isinstance(body.value, str) else body.value
    else:
        kind, content = _form(body)
        kept = tuple(pair for pair in headers if pair[0].lower() != "content-type")
        headers = (*kept, ("Content-Type", kind))
    return WireRequest(
        request.method, address(request), headers, content, request.has_authorization
    )


def address(request: VendorRequest) -> str:
    """Return the whole address of a vendor request."""
    path = request.path
    url = path if path.startswith(("https://", "http://")) else request.base + path
    if not request.query:
        return url
    return url + ("&" if "?" in url else "?") + "&".join(_pairs(request.query))


def _pairs(query: Mapping[str, Any]) -> list[str]:
    found = []
    for name, value in query.items():
        if type(value) is list:
            found += [f"{_quoted(name)}={_quoted(str(part))}" for part in value]
        else:
            found.append(f"{_quoted(name)}={_quoted(value)}")
    return found


def _quoted(text: str) -> str:
    # Nearly all names and most values are plain words, which the library takes 1 us to find out.
    return text if text.isascii() and text.replace("_", "").isalnum() else quote_plus(text)


def _takes_form(headers: Headers) -> bool:
    return any(
        name.lower() == "content-type" and value.lower().startswith(_URLENCODED)
        for name, value in headers
    )


def _nested_form(value: Mapping[str, Any]) -> bytes:
    """Write an object as form fields whose names say where they are: `items[0][plan]=gold`.

    A form has no word for null or for an empty object, so both are left out, as is what becomes
    empty by that. Blanks around a name can only be a slip of whoever typed it.
    """
    return urlencode(list(_fields(value, ""))).encode()


def _fields(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, part in value.items():
            inner = str(key).strip()
            yield from _fields(part, f"{name}[{inner}]" if name else inner)
    elif isinstance(value, list):
        for position, part in enumerate(value):
            yield from _fields(part, f"{name}[{position}]")
    elif isinstance(value, bool):
        yield name, "true" if value else "false"
    elif isinstance(value, float) and value.is_integer():
        yield name, str(int(value))  # scripts know one kind of number only
    elif value is not None:
        yield name, str(value)


def _form(body: Body) -> tuple[str, bytes | Streamed]:
    if body.kind == "form":
        return _URLENCODED, urlencode(body.value).encode()
    boundary = secrets.token_hex(16)
    chunks: list[bytes | Spool] = []
    for part in body.value:
        chunks += [f"--{boundary}\r\n".encode(), _part_head(part), _content(part), b"\r\n"]
    chunks.append(f"--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", _joined(chunks)


def _content(part: Part) -> bytes | Spool:
    return part.content if part.spool is None else part.spool


def _joined(chunks: list[bytes | Spool]) -> bytes | Streamed:
    """Return the chunks as one: in memory, or as a stream where one of them is not."""
    held = [chunk for chunk in chunks if isinstance(chunk, bytes)]
    if len(held) == len(chunks):
        return b"".join(held)

    async def pieces() -> AsyncIterator[bytes]:
        for chunk in chunks:
            if isinstance(chunk, bytes):
                yield chunk
            else:
                async for piece in chunk.pieces():
                    yield piece

    size = sum(len(chunk) if isinstance(chunk, bytes) else chunk.size for chunk in chunks)
    return Streamed(size, pieces)


def _part_head(part: Part) -> bytes:
    head = f'Content-Disposition: form-data; name="{_escaped(part.name)}"'
    if part.filename is not None:
        head += f'; filename="{_escaped(part.filename)}"'
    kind = part.content_type or ("application/octet-stream" if part.filename is not None else "")
    if kind:
        head += f"\r\nContent-Type: {one_line(kind)}"
    return (head + "\r\n\r\n").encode()


def _escaped(text: str) -> str:
    # As browsers do (WHATWG HTML, multipart/form-data): a name must not end its quotes or line.
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
