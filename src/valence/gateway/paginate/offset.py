"""Paging by offset and limit.

In a definition: `pagination.type: offset`, and rows `page` -> the vendor's offset, `pageSize` ->
its limit."""

from valence.gateway.values import Page


def vendor_values(page: Page) -> dict[str, str]:
    """Return what the rows named `page` and `pageSize` send."""
    return {"page": str(page.offset), "pageSize": str(page.size)}


def next_offset(page: Page, *, returned: int, total: int | None) -> int | None:
    """Return the offset of the next page, or None: this was the last.

    Where the vendor tells no total, a full page is taken as a sign of another.
    """
    if returned == 0:
        return None
    after = page.offset + returned
    if total is None:
        return after if returned >= page.size else None
    return after if after < total else None
