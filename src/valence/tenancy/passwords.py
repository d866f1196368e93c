"""Passwords: the policy, and argon2id.

The default policy wants 8 characters with one of each class and nothing of the user's own name in
it. Up to 128 characters and any Unicode are accepted. Hashing runs in a thread: it takes tens of
milliseconds by design and must not stop the event loop."""

import asyncio
import functools

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from valence.domain import InvalidRequest

MINIMUM_LENGTH = 8
MAXIMUM_LENGTH = 128
SYMBOLS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
TRIVIAL = frozenset(
    {"password1!", "qwerty123!", "abcd1234!", "abc123!@#", "1q2w3e4r!", "welcome1!", "admin123!"}
)
"""Meets the policy and is guessed first; refused where a person chooses (set-up, console)."""

_hasher = PasswordHasher()


def check_policy(
    password: str, *, first_name: str = "", last_name: str = "", email: str = "", chosen: bool
) -> None:
    """Hold a new password against the policy.

    Args:
        chosen: a person is choosing it now, so trivially guessed ones are refused too.

    Raises:
        InvalidRequest: a rule is violated; the message names it in the contract's words.
    """
    if len(password) < MINIMUM_LENGTH:
        raise InvalidRequest(f"The password must have at least {MINIMUM_LENGTH} characters.")
    if len(password) > MAXIMUM_LENGTH:
        raise InvalidRequest(f"The password must have at most {MAXIMUM_LENGTH} characters.")
    for is_met, rule in (
        (any(c.isupper() for c in password), "at least 1 uppercase character"),
        (any(c.islower() for c in password), "at least 1 lowercase character"),
        (any(c.isdigit() for c in password), "at least 1 numeric character"),
        (any(c in SYMBOLS for c in password), "at least 1 special character"),
    ):
        if not is_met:
            raise InvalidRequest(f"The password must have {rule}.")
    folded = password.casefold()
    for own, words in (
        (first_name, "first name"),
        (last_name, "last name"),
        (email.partition("@")[0], "username"),
    ):
        if own and own.casefold() in folded:
            raise InvalidRequest(f"The password must not contain the {words}.")
    if chosen and folded in TRIVIAL:
        raise InvalidRequest("This password is among the first that are guessed; choose another.")


@functools.cache
def _decoy() -> str:
    """Return what is verified against when the user is unknown: both answers take as long."""
    return _hasher.hash("no such user")


async def hash_password(password: str) -> str:
    """Return the argon2id hash to store."""
    return await asyncio.to_thread(_hasher.hash, password)


async def verify_password(stored: str | None, password: str) -> bool:
    """Tell whether the password is the one; None (no such user) takes as long and says no."""

    def verify() -> bool:
        try:
            return _hasher.verify(stored or _decoy(), password) and stored is not None
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False

    return await asyncio.to_thread(verify)
