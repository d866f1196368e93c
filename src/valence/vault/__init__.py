"""The only room that sees a credential in the clear: keyring, envelopes, rotation.

Open `vault.py` first. Values are sealed under a data key of their organization; data keys are
wrapped by the master key, which is never in the database. The room refuses to start in plaintext,
to make a new master key where sealed data exists, and to open a value anywhere but where it was
sealed."""

from valence.vault.envelope import Place
from valence.vault.errors import KeyringError, SealBroken
from valence.vault.keyring import KeyInfo
from valence.vault.signing import KeyUnusable, sign
from valence.vault.vault import RotationReport, Vault

__all__ = [
    "KeyInfo",
    "KeyUnusable",
    "KeyringError",
    "Place",
    "RotationReport",
    "SealBroken",
    "Vault",
    "sign",
]
