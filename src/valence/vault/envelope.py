"""Envelopes: AES-256-GCM with the key's id in front and the place as associated data.

Layout: version (1 byte, 1), data key id (8 bytes, big-endian), nonce (12 bytes, random),
ciphertext with tag. Source: NIST SP 800-38D; random 96-bit nonces bound one key to 2^32 values,
far above what one organization stores."""

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from valence.vault.errors import SealBroken

VERSION = 1
_HEADER = 9
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lives; moved elsewhere it does not open."""

    table: str
    row: str
    field: str


def associated_data(organization_id: int, place: Place) -> bytes:
    """Return the bytes that bind a value to organization and place."""
    return "\x1f".join((str(organization_id), place.table, place.row, place.field)).encode()


def seal(text: str, *, key: bytes, key_id: int, associated: bytes) -> bytes:
    """Encrypt for one place."""
    header = bytes([VERSION]) + key_id.to_bytes(8, "big")
    nonce = os.urandom(_NONCE)
    return header + nonce + AESGCM(key).encrypt(nonce, text.encode(), header + associated)


def key_id_of(sealed: bytes) -> int:
    """Return the id of the data key a value was sealed with.

    Raises:
        SealBroken: this is not a sealed value.
    """
    if len(sealed) < _HEADER + _NONCE + 16 or sealed[0] != VERSION:
        raise SealBroken("A stored secret is not in the form the vault writes.")
    return int.from_bytes(sealed[1:_HEADER], "big")


def unseal(sealed: bytes, *, key: bytes, associated: bytes) -> str:
    """Decrypt at the same place.

    Raises:
        SealBroken: altered, moved, or sealed with another key.
    """
    header, nonce = sealed[:_HEADER], sealed[_HEADER : _HEADER + _NONCE]
    try:
        clear = AESGCM(key).decrypt(nonce, sealed[_HEADER + _NONCE :], header + associated)
    except InvalidTag as exc:
        raise SealBroken("A stored secret does not open: it was altered or moved.") from exc
    return clear.decode()


def wrap(data_key: bytes, *, master_key: bytes, associated: bytes) -> bytes:
    """Encrypt a data key under a master key."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(master_key).encrypt(nonce, data_key, associated)


def unwrap(wrapped: bytes, *, master_key: bytes, associated: bytes) -> bytes:
    """Decrypt a data key.

    Raises:
        SealBroken: another master key, or altered.
    """
    try:
        return AESGCM(master_key).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], associated)
    except InvalidTag as exc:
        raise SealBroken("A data key does not open under its master key.") from exc
