"""What travels between the stages."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import Any, Generic, Literal, Protocol, TypeVar

import orjson

from valence.common_resources import NOTHING_MAPPED, Mapped
from valence.domain import (
    CallerSecrets,
    Element,
    Instance,
    InvalidRequest,
    Operation,
    Secret,
    quick,
)
from valence.transformations import Plan, SampledField

Query = tuple[tuple[str, str], ...]
Headers = tuple[tuple[str, str], ...]
Record = Any  # one record of a list: nearly always a dict, whatever the vendor's JSON holds

SPOOL_BYTES = 1024 * 1024
"""As much of an uploaded file is kept in memory; what is larger goes to disk."""

PIECE_BYTES = 64 * 1024

PROVENANCE = "Elements-Provenance"
"""The header that tells where the values of a mapped answer are from."""

_Source = TypeVar("_Source")
_Made = TypeVar("_Made")


class Kept(Generic[_Source, _Made]):
    """What is compiled from a definition: made when first asked for, then kept.

    Definitions are never changed, only replaced, so identity is the key; the source is kept beside
    what was made of it, so that no other object can come to have its id.
    """

    __slots__ = ("_kept", "_make", "_most")

    def __init__(self, make: Callable[[_Source], _Made], *, most: int = 20_000) -> None:
        self._make = make
        self._most = most
        self._kept: dict[int, tuple[_Source, _Made]] = {}

    def of(self, source: _Source) -> _Made:
        """Return what was made of a source."""
        found = self._kept.get(id(source))
        if found is not None:
            return found[1]
        made = self._make(source)
        if len(self._kept) >= self._most:  # elements of tenants come and go
            self._kept.clear()
        self._kept[id(source)] = (source, made)
        return made


class Spool:
    """A file on its way through: in memory while it is small, else on disk and without a name.

    Reads and writes are of one piece at a time and come from the kernel's cache: not worth a
    thread each.
    """

    __slots__ = ("_file", "size")

    def __init__(self) -> None:
        # Closed by `close`; without a name, so that nothing is left where a process is killed.
        self._file = SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115
        self.size = 0

    def write(self, piece: bytes) -> None:
        """Append a piece."""
        self._file.write(piece)
        self.size += len(piece)

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the content from its beginning; any number of times, one after the other."""
        position = 0
        while True:
            self._file.seek(position)
            piece = self._file.read(PIECE_BYTES)
            if not piece:
                return
            position += len(piece)
            yield piece

    def close(self) -> None:
        """Let go of what is kept."""
        self._file.close()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a multipart body, or a field of a form; a file has a `filename`.

    A file may be in a `spool`; `content` is then empty.
    """

    name: str
    content: bytes = field(repr=False)
    filename: str | None = None
    content_type: str | None = None
    spool: Spool | None = field(default=None, repr=False)

    @property
    def text(self) -> str:
        """The content as text; what is not UTF-8 is replaced."""
        return self.content.decode("utf-8", "replace")


def one_line(media_type: str | None) -> str:
    """Return a caller's media type as a header can carry it."""
    kind = media_type or "application/octet-stream"
    return kind.replace("\r", "").replace("\n", "")


def json_of(value: Any) -> bytes:
    """Return a body as JSON. Raises InvalidRequest: it cannot be written as it was read."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError as exc:
        raise InvalidRequest(
            "The body is nested too deeply, or holds a number of more than 64 bits.",
            code="bad-body",
        ) from exc


@dataclass(frozen=True, slots=True)
class Streamed:
    """Bytes that are sent piece by piece, once more for each call of `pieces`."""

    size: int
    pieces: Callable[[], AsyncIterator[bytes]] = field(repr=False)


class Download(Protocol):
    """A vendor's file under way; whoever takes it closes it."""

    @property
    def size(self) -> int | None:
        """How many bytes there are, where the vendor told."""
        ...

    def pieces(self) -> AsyncIterator[bytes]:
        """Return the content as it comes; once."""
        ...

    async def close(self) -> None:
        """End it, read or not."""
        ...


@quick
@dataclass(frozen=True, slots=True)
class ResourceRequest:
    """A call of a resource, HTTP taken off.

    `path` is below the API's base and still percent-encoded; `query` is decoded; names of
    `headers` are in lower case. `parts` are the fields and files of a form; `body` is then empty.
    `address` is the caller's on the network. Who `takes_downloads` closes the one that an answer
    may have in place of its body.
    """

    secrets: CallerSecrets = field(repr=False)
    method: str
    path: str
    query: Query = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    parts: tuple[Part, ...] = ()
    request_id: str = ""
    address: str = ""
    takes_downloads: bool = False


@quick
@dataclass(frozen=True, slots=True)
class ResourceResponse:
    """The answer to a call, before it is HTTP; success is always 200."""

    body: bytes
    headers: Headers
    content_type: str = "application/json"
    download: Download | None = None  # in place of the body


@dataclass(frozen=True, slots=True)
class Records:
    """One page of a list, for whoever walks it inside Valence."""

    records: list[Record]
    next_page: str | None
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """Some records of a vendor's object as the vendor has them, and the fields of it.

    `path` is that of the resource they were read from. Records have their nulls. `next_page` leads
    to more of them; `warning` is what went wrong without an end.
    """

    name: str
    path: str
    records: list[Record]
    fields: tuple[SampledField, ...]
    next_page: str | None = None
    warning: str | None = None


@quick
@dataclass(frozen=True, slots=True)
class Resolved:
    """Who is called: an instance and its element; and by whom, 0: by Valence itself.

    `mapped` are the objects of the caller's own shape.
    """

    instance: Instance
    element: Element
    caller_id: int = 0
    mapped: Mapped = NOTHING_MAPPED

    def configured(self, key: str) -> str | None:
        """Return a configuration value of the instance, the element's default filled in."""
        value = self.instance.configuration.get(key)
        if isinstance(value, Secret):
            return value.reveal()
        return value if value is not None else self.element.default(key)


@quick
@dataclass(frozen=True, slots=True)
class Matched:
    """Which operation is called, with the path's values, still percent-encoded."""

    operation: Operation
    path_values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Described:
    """The fields of a vendor's object: their names, in its order, and by name in lower case its
    own name and type of each."""

    names: tuple[str, ...]
    known: Mapping[str, tuple[str, str]] = field(repr=False)

    def own(self, name: str) -> str:
        """Return the vendor's own name of a field, whatever its case; an unknown one as it is."""
        found = self.known.get(name.casefold())
        return found[0] if found is not None else name


@quick
@dataclass(frozen=True, slots=True)
class Selection:
    """What `where`, `orderBy` and `fields` ask for.

    `parameters` go to the vendor. `keeps` and `sorts` are left for us: what the vendor cannot
    filter or order. `fields` keeps what is asked for of a record, None: all of it; `names` are the
    fields asked for. `conditions` are what a script sees of `where`.
    """

    parameters: Query = ()
    keeps: Callable[[Record], bool] | None = None
    sorts: Callable[[list[Record]], list[Record]] | None = None
    fields: Callable[[Any], Any] | None = None
    conditions: tuple[Mapping[str, object], ...] = ()
    names: tuple[str, ...] = ()


EVERYTHING = Selection()


@dataclass(frozen=True, slots=True)
class Previous:
    """The answer of the chain's previous link."""

    value: Any
    headers: Mapping[str, str]


@quick
@dataclass(frozen=True, slots=True)
class Call:
    """One link of a call as the stages see it. `query` is by name, the last of each counts.

    Where a `plan` maps the object that is called, path, query and body are the vendor's already;
    `fields` of the selection are the caller's. `warning` is what went wrong without an end. Where
    the caller `asks_provenance`, `provenance` tells where the values of the answer are from.
    """

    request: ResourceRequest
    resolved: Resolved
    operation: Operation
    path_values: Mapping[str, str]
    query: Mapping[str, str]
    selection: Selection = EVERYTHING
    previous: Previous | None = None
    plan: Plan | None = None
    warning: str | None = None
    described: Described | None = None
    asks_provenance: bool = False
    provenance: str | None = None


@quick
@dataclass(frozen=True, slots=True)
class VendorPage:
    """A page of the vendor's list: where it begins and how many records it may have.

    Which of `offset` (records before it) and `cursor` (the vendor's own word for the place) says
    where it begins is the style's matter. `limit` 0: the vendor decides. The first `skip` records
    of it belong to the page before.
    """

    offset: int = 0
    limit: int = 0
    cursor: str | None = None
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Manner:
    """How one list is paged. `is_sized` tells whether the vendor can be told a page's size,
    `is_capped` whether a page of ours may be no larger than one of the vendor's.

    `deepest` and `smallest` are of statements: the largest offset, the smallest part of an answer.
    """

    largest: int | None
    first: int
    is_sized: bool
    is_capped: bool = False
    deepest: int | None = None
    smallest: int | None = None


@quick
@dataclass(frozen=True, slots=True)
class Page:
    """Which slice of a list is asked for.

    Reading begins at `start`; of the records that pass the filter there, `pass_over` are passed
    over and then `size` returned. `warning` says what of the request was not followed.
    """

    start: VendorPage
    size: int
    pass_over: int = 0
    warning: str | None = None


@quick
@dataclass(frozen=True, slots=True)
class Gathered:
    """The records of a page, and where the next one begins; None: this was the last."""

    records: list[Record]
    following: Page | None = None
    total: int | None = None
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a vendor request before it is bytes.

    `value` is a JSON value, a text, a mapping of form fields, a tuple of `Part`s, or the `Part`
    that is the whole body.
    """

    kind: Literal["json", "text", "form", "multipart", "file"]
    value: Any = field(repr=False)


@quick
@dataclass(frozen=True, slots=True)
class VendorRequest:
    """One vendor call without its authentication, as scripts may still change it.

    `base` and `path` have their placeholders filled and are percent-encoded; a path that is a URL
    stands alone. `query` holds texts, or lists of texts for repeated parameters. An `Authorization`
    among the headers wins over the instance's own. `configuration` is to be stored in the instance.
    """

    method: str
    base: str
    path: str
    query: Mapping[str, Any]
    headers: Headers = field(repr=False)
    body: Body | None = None
    is_sent: bool = True
    has_authorization: bool = False
    configuration: Mapping[str, str] = field(default_factory=dict, repr=False)


@quick
@dataclass(frozen=True, slots=True)
class WireRequest:
    """A vendor request as it goes on the wire, but for the instance's authentication."""

    method: str
    url: str
    headers: Headers = field(repr=False)
    body: bytes | Streamed | None = field(repr=False)
    has_authorization: bool = False


@quick
@dataclass(frozen=True, slots=True)
class Decoded:
    """The vendor's answer: one value or the records of a page, and what stands beside them.

    `cursor` leads to the vendor's next page. `content_type` is set where `value` is bytes, or a
    `Download`, that are handed on as they are.
    """

    value: Any
    total: int | None = None
    has_null: bool = True
    cursor: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str | None = None
    answer_headers: Headers = ()
