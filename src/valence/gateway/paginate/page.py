"""Paging by the number of a page.

In a definition: `pagination.type: page`, and rows `page` -> the vendor's page number, `pageSize`
-> its page size. A slice that is no page of the vendor's is cut from the pages that hold it.
Without a `pageSize` row the size of a page is the vendor's own: `pagination.max` where it is
known, else the pages are walked from the first."""

from collections.abc import Mapping

from valence.gateway.values import Manner, VendorPage


def counts(manner: Manner) -> bool:
    """Tell whether any place of the list can be named by the number of records before it."""
    return manner.is_sized or manner.largest is not None


def first(offset: int, wanted: int, manner: Manner) -> VendorPage:
    """Return the vendor's page that holds the record at an offset, and how far into it."""
    if not manner.is_sized:
        if manner.largest is None:
            return VendorPage(cursor="0")
        limit = manner.largest
    else:
        limit = min(wanted, manner.largest or wanted)
    skip = offset % limit
    return VendorPage(offset - skip, limit, skip=skip)


def vendor_values(page: VendorPage, manner: Manner) -> Mapping[str, str]:
    """Return what the rows named `page`, `pageSize` and `nextPage` send."""
    if page.cursor is not None:
        return {"page": str(int(page.cursor) + manner.first)}
    return {"page": str(page.offset // page.limit + manner.first), "pageSize": str(page.limit)}


def following(
    page: VendorPage, *, returned: int, total: int | None, cursor: str | None, manner: Manner
) -> VendorPage | None:
    """Return the vendor's next page, or None: this was the last.

    Where the vendor tells no total, a full page is taken as a sign of another.
    """
    if page.cursor is not None:
        after = page.offset + returned
        is_last = returned == 0 or (total is not None and after >= total)
        return None if is_last else VendorPage(after, cursor=str(int(page.cursor) + 1))
    after = page.offset + page.limit
    is_more = returned >= page.limit if total is None else returned > 0 and after < total
    return VendorPage(after, page.limit) if is_more else None


def at(page: VendorPage, taken: int) -> VendorPage:
    """Return the vendor's page whose first `taken` records are used up."""
    return VendorPage(page.offset, page.limit, page.cursor, taken)
