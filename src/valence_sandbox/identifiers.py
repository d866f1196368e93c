"""How ids are written: the same number of the same account always gives the same text."""

from collections.abc import Callable
from hashlib import sha256
from string import ascii_letters, digits
from uuid import UUID

BASE62 = digits + ascii_letters
# (account, number) -> id
Spelling = Callable[[str, int], str]


def lettered(prefix: str = "", *, length: int = 24, alphabet: str = BASE62) -> Spelling:
    """Return a spelling such as `lead_9vQ...`: a prefix and so many characters."""

    def spell(account: str, number: int) -> str:
        seed = f"{prefix}|{account}|{number}".encode()
        letters = ""
        while len(letters) < length:
            seed = sha256(seed).digest()
            letters += "".join(alphabet[byte % len(alphabet)] for byte in seed)
        return prefix + letters[:length]

    return spell


def decimal(account: str, number: int) -> str:
    """Return the number as text."""
    return str(number)


def uuid(account: str, number: int) -> str:
    """Return a UUID."""
    return str(UUID(bytes=sha256(f"{account}|{number}".encode()).digest()[:16], version=4))
