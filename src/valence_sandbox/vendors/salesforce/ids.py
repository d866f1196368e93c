"""Record ids: 15 characters with case, or 18 that say the case of the first 15 again.

Source: Salesforce Help, "What are the 15-character and 18-character IDs": three characters name
the object, and the last three of 18 hold which of the first 15 are upper case, five bits a
character. The API answers 18 characters and takes both.
"""

import re
from collections.abc import Callable

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SHAPE = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?\Z")


def spelled(prefix: str) -> Callable[[str, int], str]:
    """Return how the ids of an object are written; accounts do not share ids."""

    def spell(account: str, number: int) -> str:
        pod = _digits(sum(account.encode()) % (62 * 62), width=2)
        return whole(prefix + pod + _digits(number, width=10))

    return spell


def whole(short: str) -> str:
    """Return the 18 characters of an id of 15."""
    suffix = ""
    for start in (0, 5, 10):
        bits = sum(1 << at for at, sign in enumerate(short[start : start + 5]) if sign.isupper())
        suffix += _SUFFIX[bits]
    return short + suffix


def read(text: object) -> str | None:
    """Return the 18 characters of an id as given, or None: it is none."""
    if not isinstance(text, str) or not _SHAPE.match(text):
        return None
    found = whole(text[:15])
    return found if len(text) == 15 or found == text else None


def _digits(number: int, *, width: int) -> str:
    text = ""
    for _ in range(width):
        number, digit = divmod(number, 62)
        text = _ALPHABET[digit] + text
    return text
