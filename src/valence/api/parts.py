"""Forms that callers send: `multipart/form-data` and urlencoded, as parts.

Source: RFC 7578 and the URL standard. What a body may weigh is the front's business; what of it is
held in memory is decided here: files are not, beyond a bound."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from valence.domain import InvalidRequest, PayloadTooLarge
from valence.gateway import SPOOL_BYTES, Part, Spool

MOST_PARTS = 1000
MOST_FIELD_BYTES = 16 * 1024 * 1024
"""As much of a form's fields, all together, is read; files are counted apart."""

_MULTIPART = "multipart/form-data"
_URLENCODED = "application/x-www-form-urlencoded"


def is_form(content_type: str, body: bytes) -> bool:
    """Tell whether a body is a form.

    Common clients label JSON as urlencoded when nobody tells them otherwise, so that label alone
    is not believed: a form does not begin with a bracket.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == _MULTIPART:
        return True
    return kind == _URLENCODED and body.lstrip()[:1] not in (b"{", b"[", b'"')


def is_multipart(content_type: str) -> bool:
    """Tell whether a body is a form that may bring files."""
    return content_type.partition(";")[0].strip().lower() == _MULTIPART


async def read_multipart(
    content_type: str, pieces: AsyncIterator[bytes], into: list[Part]
) -> tuple[Part, ...]:
    """Return the fields and files of a form as it comes, larger files in spools.

    Args:
        into: where parts are put as they end, so that the spools of a form that breaks off can be
            closed too.

    Raises:
        InvalidRequest, PayloadTooLarge: as `read_parts`.
    """
    reader = _Reader(into)
    parser = _parser(content_type, reader)
    try:
        async for piece in pieces:
            parser.write(piece)
        parser.finalize()
    except FormParserError as exc:
        raise InvalidRequest("The body is not a multipart form.", code="bad-body") from exc
    finally:
        reader.let_go()
    if not reader.is_ended:
        raise InvalidRequest("The multipart body ends too early.", code="bad-body")
    return tuple(reader.parts)


def _parser(content_type: str, reader: "_Reader") -> MultipartParser:
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise InvalidRequest("The multipart body's content type has no boundary.", code="bad-body")
    try:
        return MultipartParser(boundary, reader.callbacks())  # type: ignore[arg-type]
    except FormParserError as exc:
        raise InvalidRequest("The body is not a multipart form.", code="bad-body") from exc


def read_parts(content_type: str, body: bytes) -> tuple[Part, ...]:
    """Return the fields and files of a form, in their order.

    Raises:
        InvalidRequest: it is cut off, has no boundary, or has too many parts.
    """
    kind = content_type.partition(";")[0].strip().lower()
    return _urlencoded(body) if kind == _URLENCODED else _multipart(content_type, body)


def _urlencoded(body: bytes) -> tuple[Part, ...]:
    try:
        pairs = parse_qsl(
            body.decode("ascii").strip(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_PARTS,
        )
    except ValueError as exc:  # bad UTF-8 or too many fields
        raise InvalidRequest("The body is not a urlencoded form.", code="bad-body") from exc
    return tuple(Part(name, value.encode()) for name, value in pairs)


def _multipart(content_type: str, body: bytes) -> tuple[Part, ...]:
    reader = _Reader([])
    parser = _parser(content_type, reader)
    try:
        parser.write(body)
        parser.finalize()
    except FormParserError as exc:
        raise InvalidRequest("The body is not a multipart form.", code="bad-body") from exc
    if not reader.is_ended:
        raise InvalidRequest("The multipart body ends too early.", code="bad-body")
    return tuple(reader.parts)


class _Reader:
    """Collects what the parser finds."""

    def __init__(self, parts: list[Part]) -> None:
        self.parts = parts
        self.is_ended = False
        self._content = bytearray()
        self._spool: Spool | None = None
        self._is_file = False
        self._field_bytes = 0
        self._name = b""
        self._value = b""
        self._headers: dict[bytes, bytes] = {}

    def callbacks(self) -> dict[str, Any]:
        """Return what the parser calls as it goes."""
        return {
            "on_part_begin": self._begin,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_end,
            "on_end": self._finish,
        }

    def _begin(self) -> None:
        if len(self.parts) >= MOST_PARTS:
            raise InvalidRequest(f"A form may have at most {MOST_PARTS} parts.", code="bad-body")
        self._headers, self._content = {}, bytearray()
        self._spool, self._is_file = None, False

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._is_file = b"filename" in options

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._spool is not None:
            self._spool.write(data[start:end])
            return
        self._content += data[start:end]
        if not self._is_file:
            self._field_bytes += end - start
            if self._field_bytes > MOST_FIELD_BYTES:
                raise PayloadTooLarge(
                    f"The fields of a form must have at most {MOST_FIELD_BYTES} bytes."
                )
        elif len(self._content) > SPOOL_BYTES:
            self._spool = Spool()
            self._spool.write(bytes(self._content))
            self._content = bytearray()

    def let_go(self) -> None:
        """Close the spool of a part that did not come to its end."""
        if self._spool is not None:
            self._spool.close()

    def _end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = options.get(b"name")
        if name is None:
            raise InvalidRequest("A part of the form has no name.", code="bad-body")
        filename, kind = options.get(b"filename"), self._headers.get(b"content-type")
        self.parts.append(
            Part(
                name.decode("utf-8", "replace"),
                bytes(self._content),
                None if filename is None else filename.decode("utf-8", "replace"),
                None if kind is None else kind.decode("latin-1"),
                self._spool,
            )
        )
        self._spool = None  # it is the part's now

    def _finish(self) -> None:
        self.is_ended = True
