"""Ids in paths: digits of any length are an id that may be unknown, anything else is none."""

from valence.domain import NotFound


def instance_id_of(text: str, *, what: str = "element instance") -> int:
    """Return a path segment as an id. Raises NotFound."""
    if not text.lstrip("-").isdecimal() or not text.isascii() or len(text) > 40:
        raise NotFound(f"No {what} found with ID {text[:40]!r}.")
    return int(text)
