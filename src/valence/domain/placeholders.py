"""`{name}` in a vendor's address, filled with a value that cannot lead anywhere else.

Tenants bring such values (`subdomain`, `site.address`); definitions say where they stand."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from valence.domain.secret import Secret

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def quoted_for(value: str, *, before: str, after: str) -> str:
    """Encode a value for its place: as an address, as a host, or as one segment of a path.

    Only a value that stands for the whole address or host may bring slashes: elsewhere one could
    lead to another host than the definition names."""
    is_followed_by_path = not after or after.startswith("/")
    if not before and is_followed_by_path:
        return value.rstrip("/")
    if before in ("https://", "http://") and is_followed_by_path:
        return quote(value.removeprefix("https://").removeprefix("http://").rstrip("/"), safe=":/")
    return quote(value, safe="")


def fill_address(template: str, look_up: Callable[[str], str | None]) -> tuple[str, list[str]]:
    """Return an address with its placeholders filled, and the names that nothing fills."""
    pieces = PLACEHOLDER.split(template)  # odd ones are names
    found, missing = [pieces[0]], []
    for position in range(1, len(pieces), 2):
        value = look_up(pieces[position])
        if not value:
            missing.append(pieces[position])
            continue
        found.append(quoted_for(value, before="".join(found), after=pieces[position + 1]))
        found.append(pieces[position + 1])
    return "".join(found), missing


def fill_text(template: str, look_up: Callable[[str], str | None]) -> str | None:
    """Return a text with its placeholders filled as they are; None: nothing fills one of them."""
    pieces = PLACEHOLDER.split(template)
    for position in range(1, len(pieces), 2):
        value = look_up(pieces[position])
        if not value:
            return None
        pieces[position] = value
    return "".join(pieces)


def texts_in(values: Mapping[str, str | Secret]) -> Callable[[str], str | None]:
    """Return what looks names up among configuration values, secret ones too."""

    def look_up(name: str) -> str | None:
        value = values.get(name)
        return value.reveal() if isinstance(value, Secret) else value

    return look_up
