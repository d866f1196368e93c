"""Ids in paths: whole numbers of any size; whatever else stands there is simply unknown."""

from valence.domain import NotFound


def path_id(text: str, *, what: str) -> int:
    """Return the id. Raises NotFound naming what was looked for."""
    if not text.lstrip("-").isdecimal() or not text.isascii() or len(text) > 40:
        raise NotFound(f"No {what} found with ID {text[:40]!r}.")
    return int(text)
