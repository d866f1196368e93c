"""Which page is asked for, how the vendor pages, and the token that leads on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from valence.domain import Clock, InvalidRequest, Operation, Paging
from valence.gateway.paginate import cursor, link, none, offset, page, statement, token
from valence.gateway.paginate.walk import Walk
from valence.gateway.values import Call, Kept, Manner, Page, VendorPage

DEFAULT_PAGE_SIZE = 200
LARGEST_PAGE_SIZE = 2000
STYLES: Mapping[str, ModuleType] = {
    "page": page,
    "offset": offset,
    "cursor": cursor,
    "link": link,
    "none": none,
    "statement": statement,
}
_PAGING = frozenset({"page", "pageSize", "nextPage"})


@dataclass(frozen=True, slots=True)
class Pager:
    """The style of a list and how it is used. `style` is a module of this folder."""

    style: Any
    manner: Manner

    def vendor_values(self, place: VendorPage) -> Mapping[str, str]:
        """Return what the rows named `page`, `pageSize` and `nextPage` send."""
        values: Mapping[str, str] = self.style.vendor_values(place, self.manner)
        return values


class Pages:
    """Pages of lists, asked for and led on to."""

    def __init__(self, sign: Callable[[str], bytes], *, clock: Clock) -> None:
        self._sign = sign
        self._clock = clock
        self._pagers = Kept(_pager)

    def pager(self, call: Call) -> Pager | None:
        """Return how a call's list is paged, or None: it answers no list."""
        found = self._pagers.of(call.operation)
        if found is None:
            return None
        chosen = call.resolved.instance.configuration.get("pagination.max")
        if isinstance(chosen, str) and chosen.isdecimal() and int(chosen) > 0:
            return Pager(found.style, replace(found.manner, largest=int(chosen)))
        return found

    def walk(self, call: Call, pager: Pager) -> Walk:
        """Return the walk to the page that a call asks for.

        Raises:
            InvalidRequest: `page`, `pageSize` or `nextPage` cannot be used; the message names it.
        """
        return Walk(
            self._asked(call, pager), pager.style, manner=pager.manner, selection=call.selection
        )

    def next_token(self, call: Call, following: Page) -> str:
        """Return the token that leads to a page of a call's list."""
        return token.issue(
            self._sign, following, bound_to=fingerprint(call), now_ms=self._clock.now_ms()
        )

    def _asked(self, call: Call, pager: Pager) -> Page:
        manner = pager.manner
        given = call.query.get("nextPage")
        if given:
            page = token.redeem(
                self._sign, given, bound_to=fingerprint(call), now_ms=self._clock.now_ms()
            )
        else:
            page = self._from_number(call, pager)
        return replace(page, warning=_warning(call, manner)) if manner.is_capped else page

    def _from_number(self, call: Call, pager: Pager) -> Page:
        style, manner = pager.style, pager.manner
        size = _number(call.query, "pageSize", DEFAULT_PAGE_SIZE)
        if size > LARGEST_PAGE_SIZE:
            raise InvalidRequest(f"pageSize must be at most {LARGEST_PAGE_SIZE}.")
        if manner.is_capped and manner.largest is not None:
            size = min(size, manner.largest)
        before = (_number(call.query, "page", 1) - 1) * size
        if call.selection.keeps is not None:
            # Most records are looked at only: larger vendor pages save calls.
            wanted = max(size, DEFAULT_PAGE_SIZE)
            return Page(style.first(0, wanted, manner), size, before)
        if style.counts(manner):
            return Page(style.first(before, size, manner), size)
        wanted = size if before == 0 else min(before + size, LARGEST_PAGE_SIZE)
        return Page(style.first(0, wanted, manner), size, before)


def fingerprint(call: Call) -> str:
    """Return what a next-page token is bound to: instance, path and everything but the page."""
    rest = sorted(
        (name, value)
        for name, value in call.query.items()
        if name not in _PAGING and value  # an empty parameter counts as absent
    )
    return f"{call.resolved.instance.id}\x1f{_hubless(call.request.path)}\x1f{rest}"


def _pager(operation: Operation) -> Pager | None:
    last = operation.chain[-1] if operation.chain else operation
    paging: Paging | None = operation.paging or last.paging
    if paging is None:
        return None
    is_sized = any(row.name == "pageSize" and row.type == "query" for row in operation.parameters)
    manner = Manner(
        paging.largest,
        paging.first,
        is_sized,
        paging.is_capped,
        deepest=paging.deepest,
        smallest=paging.smallest,
    )
    return Pager(STYLES[paging.style], manner)


def _warning(call: Call, manner: Manner) -> str | None:
    """Return what is said where a page of ours is smaller than the one asked for."""
    asked = call.query.get("pageSize")
    if manner.largest is None or not asked or not asked.isdecimal():
        return None
    if int(asked[:18]) <= manner.largest:
        return None
    return f"The vendor gives at most {manner.largest} records a page; nextPage leads to the rest."


def _hubless(path: str) -> str:
    if path.startswith("/hubs/"):
        path = path[6:].partition("/")[2]
    return path.strip("/")


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdecimal()) or int(text[:18]) < 1 or len(text) > 18:
        raise InvalidRequest(f"{name} must be a whole number of at least 1, not {text[:40]!r}.")
    return int(text)
