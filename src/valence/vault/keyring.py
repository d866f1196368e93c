"""The master keys: from a file, from a setting, or from a command.

The file is JSON, `{"primary": "<id>", "keys": {"<id>": "<base64 of 32 bytes>"}}`, mode 0600, and
is replaced whole so that a crash leaves the old one. A setting holds one or several base64 keys,
the first primary; a command prints what the file would hold. Key ids are derived from the keys,
so that one key has one id wherever it comes from."""

import base64
import binascii
import contextlib
import fcntl
import hashlib
import json
import os
import shlex
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from valence.settings import Settings
from valence.vault.errors import KeyringError

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """A master key as one may show it."""

    id: str
    is_primary: bool
    data_keys: int


@dataclass(frozen=True, slots=True)
class Keyring:
    """Master keys by id; `primary` wraps what is wrapped from now on."""

    primary: str
    keys: dict[str, bytes] = field(repr=False)


def key_id(key: bytes) -> str:
    """Return a master key's id: 16 hexadecimal characters of a hash of it."""
    return hashlib.sha256(b"valence master key id" + key).hexdigest()[:16]


def load(settings: Settings) -> Keyring | None:
    """Read the keyring from wherever the settings say; None: the file does not exist yet.

    Raises:
        KeyringError: it is there and cannot be used.
    """
    if settings.master_key:
        return _from_setting(settings.master_key)
    if settings.master_key_command:
        return _from_json(_run(settings.master_key_command), source="VALENCE_MASTER_KEY_COMMAND")
    return _from_file(settings.keyring_file)


def is_file_based(settings: Settings) -> bool:
    """Tell whether Valence itself keeps the keyring."""
    return not settings.master_key and not settings.master_key_command


def with_new_key(keyring: Keyring | None) -> Keyring:
    """Return the keyring with a fresh primary key; the others stay for what they wrapped."""
    key = os.urandom(KEY_BYTES)
    return Keyring(key_id(key), {**(keyring.keys if keyring else {}), key_id(key): key})


def store(path: Path, keyring: Keyring) -> None:
    """Replace the keyring file whole, on disk before this returns, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(path.name + ".new")
    encoded = {name: base64.b64encode(key).decode() for name, key in keyring.keys.items()}
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump({"primary": keyring.primary, "keys": encoded}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the keyring's lock file, so that two processes do not make two first keys."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(
        path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
    )
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _from_setting(text: str) -> Keyring:
    keys = [_decode(part.strip(), source="VALENCE_MASTER_KEY") for part in text.split(",")]
    return Keyring(key_id(keys[0]), {key_id(key): key for key in keys})


def _from_file(path: Path) -> Keyring | None:
    try:
        with path.open(encoding="ascii") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as exc:
        raise KeyringError(f"The keyring file {path} cannot be read.") from exc
    if stat.S_IMODE(mode) & 0o077:
        raise KeyringError(
            f"The keyring file can be read by others; run: chmod 600 {shlex.quote(str(path))}"
        )
    return _from_json(text, source=str(path))


def _from_json(text: str, *, source: str) -> Keyring:
    try:
        content = json.loads(text)
        encoded, primary = dict(content["keys"]), str(content["primary"])
    except (ValueError, KeyError, TypeError) as exc:
        raise KeyringError(f"The keyring from {source} is not in its form.") from exc
    keys = {str(name): _decode(str(key), source=source) for name, key in encoded.items()}
    if primary not in keys:
        raise KeyringError(f"The keyring from {source} does not hold its primary key.")
    return Keyring(primary, keys)


def _decode(text: str, *, source: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise KeyringError(f"A master key from {source} is not base64.") from exc
    if len(key) != KEY_BYTES:
        raise KeyringError(f"A master key from {source} has not {KEY_BYTES} bytes.")
    return key


def _run(command: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own setting, no shell
            shlex.split(command), capture_output=True, check=True, timeout=30, text=True
        )
    except (OSError, ValueError, subprocess.SubprocessError) as exc:
        raise KeyringError("VALENCE_MASTER_KEY_COMMAND failed.") from exc
    return done.stdout
