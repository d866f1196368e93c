"""What travels between the stages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from valence.domain import CallerSecrets, Element, Instance, Operation, Secret

Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ResourceRequest:
    """A call of a resource, HTTP taken off.

    `path` is below the API's base and still percent-encoded; `query` is decoded.
    """

    secrets: CallerSecrets = field(repr=False)
    method: str
    path: str
    query: Query = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class ResourceResponse:
    """The answer to a call, before it is HTTP; success is always 200."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """Who is called: an instance and its element."""

    instance: Instance
    element: Element

    def configured(self, key: str) -> str | None:
        """Return a configuration value of the instance, the element's default filled in."""
        value = self.instance.configuration.get(key)
        if isinstance(value, Secret):
            return value.reveal()
        return value if value is not None else self.element.default(key)


@dataclass(frozen=True, slots=True)
class Matched:
    """Which operation is called, with the path's values, still percent-encoded."""

    operation: Operation
    path_values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """Which slice of a list is asked for: `offset` records are passed over, `size` returned."""

    offset: int
    size: int
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class VendorRequest:
    """One vendor call without its authentication."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    page: Page | None
    fields: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """The vendor's answer: one value or the records of a page, and the total where it is told."""

    value: Any
    total: int | None = None
    has_null: bool = True
