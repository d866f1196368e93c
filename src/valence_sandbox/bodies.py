"""Request bodies: JSON, forms with nested brackets, multipart."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

import orjson

from valence_sandbox.refusals import Refusal

_BRACKET = re.compile(r"\[([^\[\]]*)\]")
_DEPTH_LIMIT = 10  # nobody nests deeper on purpose


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a multipart body."""

    name: str
    filename: str
    media_type: str
    content: bytes


def json_of(body: bytes) -> Any:
    """Return a JSON body. Raises Refusal (`unparsable`)."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as exc:
        raise Refusal("unparsable", str(exc)) from exc


def form_of(body: bytes) -> dict[str, Any]:
    """Return a form; `a[b][c]=1`, `a[]=1` and `a[0][b]=1` nest. Raises Refusal (`unparsable`)."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True)
    except UnicodeDecodeError as exc:
        raise Refusal("unparsable", "The body is not text") from exc
    return nested(pairs)


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return flat pairs as the object that their brackets mean. Raises Refusal (`unparsable`)."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        head, bracket, tail = name.partition("[")
        steps = [head, *_BRACKET.findall(bracket + tail)]
        if len(steps) > _DEPTH_LIMIT:
            raise Refusal("unparsable", f"Too deeply nested: {name[:40]}")
        holder: dict[str, Any] = root
        for step in steps[:-1]:
            inner = holder.setdefault(step or str(len(holder)), {})
            if not isinstance(inner, dict):
                raise Refusal("unparsable", f"Conflicting parameter: {name[:40]}")
            holder = inner
        last = steps[-1] or str(len(holder))
        holder[last] = value
    return {name: _listed(value) for name, value in root.items()}


def _listed(value: Any) -> Any:
    """Turn objects whose names are 0, 1, 2... into lists."""
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(item) for name, item in value.items()}
    if inner and all(name == str(position) for position, name in enumerate(inner)):
        return list(inner.values())
    return inner


def multipart_of(body: bytes, content_type: str) -> tuple[dict[str, str], list[Upload]]:
    """Return the fields and the files of a multipart body. Raises Refusal (`unparsable`)."""
    if not content_type.lower().startswith("multipart/"):
        raise Refusal("unparsable", "The body is not multipart")
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = message_from_bytes(head + body, policy=HTTP)
    if not message.is_multipart():
        raise Refusal("unparsable", "The body is not multipart")
    fields: dict[str, str] = {}
    uploads: list[Upload] = []
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        data = content if isinstance(content, bytes) else b""
        name = str(part.get_param("name", "", header="content-disposition"))
        filename = part.get_filename()
        if filename is None:
            fields[name] = data.decode("utf-8", "replace")
        else:
            uploads.append(Upload(name, filename, part.get_content_type(), data))
    return fields, uploads
