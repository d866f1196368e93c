"""Paging by a word of the vendor's that leads to the next page.

In a definition: `pagination.type: cursor`, `nextPageKey` where the answer holds the cursor, and a
row `nextPage` -> the vendor's parameter. A place can only be reached by walking, so the number of
a page is walked to from the beginning; a token carries the cursor and is cheap."""

from collections.abc import Mapping

from valence.gateway.values import Manner, VendorPage


def counts(manner: Manner) -> bool:
    """Tell whether any place of the list can be named by the number of records before it."""
    return False


def first(offset: int, wanted: int, manner: Manner) -> VendorPage:
    """Return the vendor's first page; the offset is walked to."""
    return VendorPage(0, min(wanted, manner.largest or wanted))


def vendor_values(page: VendorPage, manner: Manner) -> Mapping[str, str]:
    """Return what the rows named `pageSize` and `nextPage` send; the first page has no cursor."""
    if page.cursor is None:
        return {"pageSize": str(page.limit)}
    return {"pageSize": str(page.limit), "nextPage": page.cursor}


def following(
    page: VendorPage, *, returned: int, total: int | None, cursor: str | None, manner: Manner
) -> VendorPage | None:
    """Return the vendor's next page, or None: it gave no cursor, or the same one again.

    An empty page with a new cursor is not the end: vendors that filter late answer such pages.
    """
    if not cursor or cursor == page.cursor:
        return None
    return VendorPage(page.offset + returned, page.limit, cursor)


def at(page: VendorPage, taken: int) -> VendorPage:
    """Return the vendor's page whose first `taken` records are used up."""
    return VendorPage(page.offset, page.limit, page.cursor, taken)
