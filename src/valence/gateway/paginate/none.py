"""No paging: the vendor answers everything at once, and it is sliced here.

In a definition: `paginationType: VENDOR_NOT_SUPPORTED`."""

from collections.abc import Mapping

from valence.gateway.values import Manner, VendorPage


def counts(manner: Manner) -> bool:
    """Tell whether any place of the list can be named by the number of records before it."""
    return False


def first(offset: int, wanted: int, manner: Manner) -> VendorPage:
    """Return the vendor's only page."""
    return VendorPage()


def vendor_values(page: VendorPage, manner: Manner) -> Mapping[str, str]:
    """Return nothing: rows named `page` or `pageSize` mean nothing to this vendor."""
    return {}


def following(
    page: VendorPage, *, returned: int, total: int | None, cursor: str | None, manner: Manner
) -> VendorPage | None:
    """Return None: there is no other page."""
    return None


def at(page: VendorPage, taken: int) -> VendorPage:
    """Return the vendor's page whose first `taken` records are used up."""
    return VendorPage(skip=taken)
