"""Paging of a statement: by LIMIT and OFFSET as far as the vendor counts, from there on by links.

In a definition: `paging: {style: statement, deepest: 2000, smallest: 200}` beside a `statement`,
and `nextPageKey` where the answer holds the address of its next part. A page that ends before
`deepest` is asked for with a limit. One that reaches it has none, so that the vendor's answer leads
on; its parts are then as large as the page (`batch`), but not below `smallest`."""

from collections.abc import Mapping

from valence.domain import InvalidRequest
from valence.gateway.paginate.cursor import at
from valence.gateway.values import Manner, VendorPage

__all__ = ["at", "counts", "first", "following", "vendor_values"]


def counts(manner: Manner) -> bool:
    """Tell whether any place of the list can be named by the number of records before it."""
    return True


def first(offset: int, wanted: int, manner: Manner) -> VendorPage:
    """Return the vendor's page that begins at an offset.

    Raises:
        InvalidRequest: the vendor cannot count that far.
    """
    if manner.deepest is not None and offset > manner.deepest:
        raise InvalidRequest(
            f"page leads past record {manner.deepest}, which is as far as the vendor counts: go on"
            " with nextPage from an earlier page.",
            code="page-too-deep",
        )
    return VendorPage(offset, min(wanted, manner.largest or wanted))


def vendor_values(page: VendorPage, manner: Manner) -> Mapping[str, str]:
    """Return what fills `{page}` (an offset), `{pageSize}` (a limit) and `{batch}`.

    A cursor is followed as the address it is; only a row would need it.
    """
    values = {"batch": str(max(page.limit, manner.smallest or 1))}
    if page.cursor is not None:
        values["nextPage"] = page.cursor
    if page.cursor is None:
        if page.offset:
            values["page"] = str(page.offset)
        if _has_limit(page, manner):
            values["pageSize"] = str(page.limit)
    return values


def following(
    page: VendorPage, *, returned: int, total: int | None, cursor: str | None, manner: Manner
) -> VendorPage | None:
    """Return the vendor's next page, or None: this was the last.

    A full page with a limit is taken as a sign of another; without one the vendor's link decides.
    """
    after = page.offset + returned
    if _has_limit(page, manner):
        return VendorPage(after, page.limit) if returned >= page.limit else None
    if not cursor or cursor == page.cursor:
        return None
    return VendorPage(after, page.limit, cursor)


def _has_limit(page: VendorPage, manner: Manner) -> bool:
    is_counted = manner.deepest is None or page.offset + page.limit < manner.deepest
    return page.cursor is None and is_counted
