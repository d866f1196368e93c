"""Forms that callers send."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.payload import BytesPayload
from hypothesis import given
from hypothesis import strategies as st

from valence.api import parts as parts_module
from valence.api.parts import MOST_PARTS, is_form, read_multipart, read_parts
from valence.domain import InvalidRequest, PayloadTooLarge
from valence.gateway import SPOOL_BYTES, Part, Spool

KIND = "multipart/form-data; boundary=xx"


def multipart(*parts: str) -> bytes:
    return ("".join(f"--xx\r\n{part}\r\n" for part in parts) + "--xx--\r\n").encode()


def test_fields_and_files_are_told_apart() -> None:
    """A file has a name, and bytes that nobody touches."""
    body = (
        b'--xx\r\nContent-Disposition: form-data; name="title"\r\n\r\nMr\r\n'
        b'--xx\r\ncontent-disposition: form-data; name="file"; filename="a \\"b\\".png"\r\n'
        b"Content-Type: image/png\r\n\r\n\x00\r\n--x\xff\r\n--xx--\r\n"
    )
    assert read_parts(KIND, body) == (
        Part("title", b"Mr"),
        Part("file", b"\x00\r\n--x\xff", 'a "b".png', "image/png"),
    )


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", multipart('Content-Disposition: form-data; name="a"\r\n\r\n1')),
        (KIND, b""),
        (KIND, b"nonsense"),
        (KIND, b'--xx\r\nContent-Disposition: form-data; name="a"\r\n\r\ncut'),
        (KIND, multipart("Content-Type: text/plain\r\n\r\nno name")),
        (
            KIND,
            multipart(*['Content-Disposition: form-data; name="a"\r\n\r\n1'] * (MOST_PARTS + 1)),
        ),
        ("application/x-www-form-urlencoded", "ü=1".encode()),
        ("application/x-www-form-urlencoded", b"a=%ff"),
    ],
    ids=["no boundary", "empty", "no form", "cut", "no name", "too many", "not ascii", "not utf-8"],
)
def test_a_form_that_is_none_is_refused(kind: str, body: bytes) -> None:
    """With 400 and bad-body."""
    with pytest.raises(InvalidRequest) as caught:
        read_parts(kind, body)
    assert caught.value.code == "bad-body"


def test_a_urlencoded_form_is_fields() -> None:
    """Decoded, in their order, empty ones too."""
    kind = "application/x-www-form-urlencoded; charset=utf-8"
    assert read_parts(kind, b"a=1&b=x+y%21&a=&%C3%BC=1") == (
        Part("a", b"1"),
        Part("b", b"x y!"),
        Part("a", b""),
        Part("ü", b"1"),
    )


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        (KIND, b"x", True),
        ("Multipart/Form-Data; boundary=x", b"x", True),
        ("application/x-www-form-urlencoded", b"a=1", True),
        ("application/x-www-form-urlencoded", b' {"a": 1}', False),
        ("application/x-www-form-urlencoded", b"[1]", False),
        ("application/json", b"a=1", False),
        ("", b"a=1", False),
    ],
)
def test_json_is_no_form_whatever_its_label(kind: str, body: bytes, expected: bool) -> None:
    """Common clients label any body as urlencoded."""
    assert is_form(kind, body) is expected


@given(
    st.lists(st.tuples(st.text("abc", min_size=1), st.binary(max_size=200)), min_size=1, max_size=5)
)
async def test_what_a_foreign_client_writes_is_read_back(fields: list[tuple[str, bytes]]) -> None:
    """Byte for byte, with the HTTP library's own writer as the witness."""
    form = FormData()
    for name, content in fields:
        form.add_field(name, BytesPayload(content), filename="f.bin")
    writer = form()

    class Sink:
        data = b""

        async def write(self, chunk: bytes) -> None:
            self.data += chunk

    sink = Sink()
    await writer.write(sink)  # type: ignore[arg-type]
    found = read_parts(writer.content_type + f"; boundary={writer.boundary}", sink.data)  # type: ignore[attr-defined]
    assert [(part.name, part.content) for part in found] == fields


async def pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


LARGE = (
    b'--xx\r\nContent-Disposition: form-data; name="title"\r\n\r\nMr\r\n'
    b'--xx\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    + bytes(range(256)) * (SPOOL_BYTES // 256 + 1)
    + b"\r\n--xx--\r\n"
)


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
async def test_a_form_that_comes_in_pieces(size: int) -> None:
    """Is the same form, wherever the pieces are cut; a small file is held."""
    body = LARGE[:300] + b"\r\n--xx--\r\n"
    assert await read_multipart(KIND, pieces(body, size), []) == read_parts(KIND, body)


async def test_a_large_file_is_not_held() -> None:
    """It is in a spool, which can be read again; a field stays a field."""
    title, file = await read_multipart(KIND, pieces(LARGE, 50_000), [])
    assert (title.content, title.spool, file.content) == (b"Mr", None, b"")
    assert file.spool is not None
    for _ in range(2):
        content = b"".join([piece async for piece in file.spool.pieces()])
        assert content == bytes(range(256)) * (SPOOL_BYTES // 256 + 1)
    assert file.spool.size == len(content)
    file.spool.close()


async def test_the_spool_of_a_form_that_breaks_off_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As are those of parts that had come to their end: their owner has them."""
    made: list[Any] = []

    class Watched(Spool):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    monkeypatch.setattr(parts_module, "Spool", Watched)
    kept: list[Part] = []
    with pytest.raises(InvalidRequest):
        await read_multipart(KIND, pieces(LARGE[:-20], 50_000), kept)
    assert [part.name for part in kept] == ["title"]
    (spool,) = made
    with pytest.raises(ValueError, match="closed"):
        spool.write(b"x")


async def test_fields_are_bounded() -> None:
    """Fields are held, so they may not be as large as files."""
    head = b'--xx\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
    body = head + b"x" * (parts_module.MOST_FIELD_BYTES + 1) + b"\r\n--xx--\r\n"
    with pytest.raises(PayloadTooLarge, match="fields"):
        await read_multipart(KIND, pieces(body, 1_000_000), [])
