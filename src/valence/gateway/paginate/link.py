"""Paging by the address of the next page, from the `Link` header or the answer.

In a definition: `pagination.type: link`, and `nextPageKey` where the answer holds the address;
without one it is the `Link` header's `rel="next"` (RFC 8288). The address itself is called in
place of the built one; whose host it may have is the builder's rule."""

from valence.gateway.paginate.cursor import at, counts, first, following, vendor_values

__all__ = ["at", "counts", "first", "following", "next_link", "vendor_values"]


def next_link(header: str) -> str | None:
    """Return the target of the first link whose relation is `next`. Source: RFC 8288, section 3."""
    position = 0
    while True:
        start = header.find("<", position)
        end = header.find(">", start)
        if start < 0 or end < 0:
            return None
        stop = header.find("<", end)
        parameters = header[end + 1 : stop if stop >= 0 else len(header)]
        for parameter in parameters.split(";"):
            name, _, value = parameter.strip(" \t,").partition("=")
            relations = value.strip(' \t,"').lower().split()
            if name.strip().lower() == "rel" and "next" in relations:
                return header[start + 1 : end].strip() or None
        position = end + 1
