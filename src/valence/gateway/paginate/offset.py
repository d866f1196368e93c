"""Paging by offset and limit.

In a definition: `pagination.type: offset`, and rows `page` -> the vendor's offset, `pageSize` ->
its limit. Any record can be the first of a page."""

from collections.abc import Mapping

from valence.gateway.values import Manner, VendorPage


def counts(manner: Manner) -> bool:
    """Tell whether any place of the list can be named by the number of records before it."""
    return True


def first(offset: int, wanted: int, manner: Manner) -> VendorPage:
    """Return the vendor's page that begins at an offset."""
    return VendorPage(offset, min(wanted, manner.largest or wanted))


def vendor_values(page: VendorPage, manner: Manner) -> Mapping[str, str]:
    """Return what the rows named `page`, `pageSize` and `nextPage` send."""
    return {"page": str(page.offset + manner.first), "pageSize": str(page.limit)}


def following(
    page: VendorPage, *, returned: int, total: int | None, cursor: str | None, manner: Manner
) -> VendorPage | None:
    """Return the vendor's next page, or None: this was the last.

    Where the vendor tells no total, a full page is taken as a sign of another.
    """
    if returned == 0:
        return None
    after = page.offset + returned
    is_more = returned >= page.limit or not manner.is_sized
    if total is not None:
        is_more = after < total
    return VendorPage(after, page.limit) if is_more else None


def at(page: VendorPage, taken: int) -> VendorPage:
    """Return the vendor's page that begins `taken` records after the start of this one."""
    return VendorPage(page.offset + taken, page.limit)
