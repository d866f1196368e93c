"""Seal and open, with keys that are made, wrapped, cached and rotated here.

Rotation runs while requests do: data keys never change, only their wrapping, and a process that
meets a wrapping it does not know reads the keyring again. Nothing sealed is rewritten."""

import asyncio
import hashlib
import os
from dataclasses import dataclass
from typing import Any

from valence.domain import Clock, Secret
from valence.settings import Settings
from valence.storage import Connection, Database, data_keys
from valence.vault import envelope, keyring
from valence.vault.envelope import Place
from valence.vault.errors import KeyringError
from valence.vault.keyring import KeyInfo, Keyring

INSTALLATION = 0  # the organization id under which the installation's own keys stand


@dataclass(frozen=True, slots=True)
class RotationReport:
    """What a rotation did."""

    primary: str
    rewrapped: int


class Vault:
    """The open vault; one a process."""

    def __init__(
        self, settings: Settings, database: Database, *, clock: Clock, master: Keyring
    ) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._master = master
        self._ids: dict[int, int] = {}  # organization -> id of its sealing key
        self._keys: dict[int, bytes] = {}  # data key id -> data key
        self._lookup_key = b""

    @classmethod
    async def open(cls, settings: Settings, database: Database, *, clock: Clock) -> "Vault":
        """Load the keyring, or make the first one where nothing was ever sealed.

        Raises:
            KeyringError: the keyring cannot be used, or does not open the data that is there.
        """
        master = await asyncio.to_thread(keyring.load, settings)
        if master is None:
            master = await cls._first_keyring(settings, database)
        vault = cls(settings, database, clock=clock, master=master)
        await vault.check()
        vault._lookup_key = (await vault._data_key(INSTALLATION, "lookup"))[1]
        return vault

    @staticmethod
    async def _first_keyring(settings: Settings, database: Database) -> Keyring:
        async with database.read() as connection:
            is_sealed = bool(await data_keys.every(connection))
        if is_sealed:
            # Another process may have made keyring and keys since this one looked for the file.
            found = await asyncio.to_thread(keyring.load, settings)
            if found is not None:
                return found
            raise KeyringError(
                f"The keyring file {settings.keyring_file} is missing, and the database holds"
                " secrets sealed with it. Restore it from its backup."
            )

        def make() -> Keyring:
            with keyring.locked(settings.keyring_file):
                found = keyring.load(settings)  # another process may have been first
                if found is None:
                    found = keyring.with_new_key(None)
                    keyring.store(settings.keyring_file, found)
                return found

        return await asyncio.to_thread(make)

    async def seal(self, text: str, *, organization_id: int, place: Place) -> bytes:
        """Encrypt a text for one place of one organization."""
        key_id, key = await self._data_key(organization_id, "seal")
        return envelope.seal(
            text,
            key=key,
            key_id=key_id,
            associated=envelope.associated_data(organization_id, place),
        )

    async def unseal(self, sealed: bytes, *, organization_id: int, place: Place) -> Secret:
        """Decrypt a value at the place it was sealed for.

        Raises:
            SealBroken: it was altered, or sealed for another place or organization.
        """
        key = await self._key_by_id(envelope.key_id_of(sealed))
        associated = envelope.associated_data(organization_id, place)
        return Secret(envelope.unseal(sealed, key=key, associated=associated))

    def lookup_hash(self, purpose: str, text: str) -> bytes:
        """Return the keyed hash by which a secret is found; 32 bytes, one domain a purpose.

        Source: RFC 7693, BLAKE2b with a key. An HMAC costs three times as much, on every page.
        """
        message = f"{purpose}\x1f{text}".encode()
        return hashlib.blake2b(message, key=self._lookup_key, digest_size=32).digest()

    async def rotate(self) -> RotationReport:
        """Make a new master key primary and wrap every data key with it.

        Where the keyring comes from a setting or command, its first key is taken as the new one.

        Raises:
            KeyringError: the keyring cannot be read or written.
        """
        if keyring.is_file_based(self._settings):
            self._master = await asyncio.to_thread(self._add_key)
        else:
            await self._reload()
        rewrapped = 0
        async with self._database.write() as connection:
            for row in await data_keys.every(connection):
                if row.master_key_id == self._master.primary:
                    continue
                key = self._unwrap(row)
                await data_keys.rewrap(
                    connection,
                    row.id,
                    wrapped=self._wrap(key, row.organization_id, row.purpose),
                    master_key_id=self._master.primary,
                )
                rewrapped += 1
        return RotationReport(self._master.primary, rewrapped)

    async def keys(self) -> list[KeyInfo]:
        """List the master keys and how many data keys each wraps."""
        await self._reload()
        async with self._database.read() as connection:
            wrapping = [row.master_key_id for row in await data_keys.every(connection)]
        return [
            KeyInfo(name, name == self._master.primary, wrapping.count(name))
            for name in self._master.keys
        ]

    async def check(self) -> None:
        """See that every data key opens.

        Raises:
            KeyringError: at least one does not.
        """
        async with self._database.read() as connection:
            rows = await data_keys.every(connection)
        if any(row.master_key_id not in self._master.keys for row in rows):
            await self._reload()
        for row in rows:
            self._unwrap(row)

    def _add_key(self) -> Keyring:
        path = self._settings.keyring_file
        with keyring.locked(path):
            grown = keyring.with_new_key(keyring.load(self._settings) or self._master)
            keyring.store(path, grown)
            return grown

    async def _reload(self) -> None:
        found = await asyncio.to_thread(keyring.load, self._settings)
        if found is None:
            raise KeyringError(f"The keyring file {self._settings.keyring_file} is missing.")
        self._master = found

    async def _data_key(self, organization_id: int, purpose: str) -> tuple[int, bytes]:
        if purpose == "seal" and organization_id in self._ids:
            key_id = self._ids[organization_id]
            return key_id, self._keys[key_id]
        async with self._database.read() as connection:
            row = await data_keys.find(connection, organization_id, purpose)
        if row is None:
            async with self._database.write() as connection:
                row = await self._make(connection, organization_id, purpose)
        key = await self._opened(row)
        self._keys[row.id] = key
        if purpose == "seal":
            self._ids[organization_id] = row.id
        return row.id, key

    async def _make(self, connection: Connection, organization_id: int, purpose: str) -> Any:
        await data_keys.add(
            connection,
            organization_id,
            purpose,
            wrapped=self._wrap(os.urandom(keyring.KEY_BYTES), organization_id, purpose),
            master_key_id=self._master.primary,
            now=self._clock.now_ms(),
        )
        return await data_keys.find(connection, organization_id, purpose)

    async def _key_by_id(self, key_id: int) -> bytes:
        if key_id not in self._keys:
            async with self._database.read() as connection:
                row = await data_keys.by_id(connection, key_id)
            if row is None:
                raise KeyringError("A stored secret names a data key that does not exist.")
            self._keys[key_id] = await self._opened(row)
        return self._keys[key_id]

    async def _opened(self, row: Any) -> bytes:
        if row.master_key_id not in self._master.keys:
            await self._reload()
        return self._unwrap(row)

    def _wrap(self, key: bytes, organization_id: int, purpose: str) -> bytes:
        return envelope.wrap(
            key,
            master_key=self._master.keys[self._master.primary],
            associated=_key_place(organization_id, purpose),
        )

    def _unwrap(self, row: Any) -> bytes:
        master_key = self._master.keys.get(row.master_key_id)
        if master_key is None:
            raise KeyringError(
                f"The keyring lacks master key {row.master_key_id}, with which stored"
                " secrets are sealed. Restore it from its backup."
            )
        return envelope.unwrap(
            row.wrapped,
            master_key=master_key,
            associated=_key_place(row.organization_id, row.purpose),
        )


def _key_place(organization_id: int, purpose: str) -> bytes:
    return f"data key\x1f{organization_id}\x1f{purpose}".encode()
