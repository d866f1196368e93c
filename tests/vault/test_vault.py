"""Sealed values open where they were sealed and nowhere else; rotation loses nothing."""

import asyncio
import base64
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import FixedClock
from valence.settings import Settings
from valence.storage import Database
from valence.vault import KeyringError, Place, SealBroken, Vault, envelope

PLACE = Place("instances", "row", "token")
OTHER_PLACES = [
    Place("credentials", "row", "token"),
    Place("instances", "other", "token"),
    Place("instances", "row", "secret"),
]


async def open_vault(settings: Settings, database: Database) -> Vault:
    return await Vault.open(settings, database, clock=FixedClock())


@given(text=st.text(), key=st.binary(min_size=32, max_size=32))
def test_what_is_sealed_opens_at_its_place(text: str, key: bytes) -> None:
    """Any text survives, and no byte of it can be changed."""
    text = text.encode("utf-8", "ignore").decode()
    associated = envelope.associated_data(2, PLACE)
    sealed = envelope.seal(text, key=key, key_id=7, associated=associated)
    assert envelope.unseal(sealed, key=key, associated=associated) == text
    assert envelope.key_id_of(sealed) == 7
    altered = sealed[:-1] + bytes([sealed[-1] ^ 1])
    with pytest.raises(SealBroken):
        envelope.unseal(altered, key=key, associated=associated)


@pytest.mark.parametrize("place", OTHER_PLACES, ids=str)
async def test_a_moved_value_does_not_open(
    place: Place, settings: Settings, sqlite_database: Database
) -> None:
    """Another table, row or field, or another organization, refuses it."""
    vault = await open_vault(settings, sqlite_database)
    sealed = await vault.seal("s3cret", organization_id=2, place=PLACE)
    assert (await vault.unseal(sealed, organization_id=2, place=PLACE)).reveal() == "s3cret"
    with pytest.raises(SealBroken):
        await vault.unseal(sealed, organization_id=2, place=place)
    with pytest.raises(SealBroken):
        await vault.unseal(sealed, organization_id=3, place=PLACE)


async def test_the_keyring_is_private_and_made_once(
    settings: Settings, sqlite_database: Database
) -> None:
    """Mode 0600; vaults opened together agree on the keys."""
    vaults = await asyncio.gather(*(open_vault(settings, sqlite_database) for _ in range(4)))
    assert stat.S_IMODE(settings.keyring_file.stat().st_mode) == 0o600
    assert len({vault.lookup_hash("x", "y") for vault in vaults}) == 1
    assert vaults[0].lookup_hash("x", "y") != vaults[0].lookup_hash("z", "y")


async def test_a_keyring_that_others_can_read_is_refused(
    settings: Settings, sqlite_database: Database
) -> None:
    """The message says what to run."""
    await open_vault(settings, sqlite_database)
    settings.keyring_file.chmod(0o644)
    with pytest.raises(KeyringError, match="chmod 600"):
        await open_vault(settings, sqlite_database)


async def test_sealed_data_without_its_keyring_stops_the_start(
    settings: Settings, sqlite_database: Database
) -> None:
    """No new key is made over data that an old one sealed; a foreign key is refused too."""
    await open_vault(settings, sqlite_database)
    settings.keyring_file.unlink()
    with pytest.raises(KeyringError, match="missing"):
        await open_vault(settings, sqlite_database)
    assert not settings.keyring_file.exists()
    foreign = settings.model_copy(update={"master_key": base64.b64encode(os.urandom(32)).decode()})
    with pytest.raises(KeyringError, match="lacks master key"):
        await open_vault(foreign, sqlite_database)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"primary":"a","keys":{}}', "nonsense"])
async def test_a_broken_keyring_file_is_refused(
    text: str, settings: Settings, sqlite_database: Database
) -> None:
    """Whatever is in it, the start stops with a sentence."""
    settings.keyring_file.write_text(text)
    settings.keyring_file.chmod(0o600)
    with pytest.raises(KeyringError):
        await open_vault(settings, sqlite_database)


async def test_keys_may_come_from_a_setting_or_a_command(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    """No file is made then; a second key first in the list takes over by rotation."""
    first, second = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))
    vault = await open_vault(settings.model_copy(update={"master_key": first}), database)
    sealed = await vault.seal("x", organization_id=2, place=PLACE)
    assert not settings.keyring_file.exists()
    both = await open_vault(
        settings.model_copy(update={"master_key": f"{second},{first}"}), database
    )
    report = await both.rotate()
    assert report.rewrapped == 2
    alone = await open_vault(settings.model_copy(update={"master_key": second}), database)
    assert (await alone.unseal(sealed, organization_id=2, place=PLACE)).reveal() == "x"
    with pytest.raises(KeyringError, match="failed"):
        await open_vault(settings.model_copy(update={"master_key_command": "false"}), database)


async def test_rotation_runs_while_requests_do(settings: Settings, database: Database) -> None:
    """Seals and openings go on in two vaults while keys are rotated; everything opens after."""
    writer, rotator = [await open_vault(settings, database) for _ in range(2)]
    sealed: list[tuple[int, bytes]] = []

    async def work() -> None:
        for number in range(60):
            organization = 2 + number % 7
            value = await writer.seal(str(number), organization_id=organization, place=PLACE)
            sealed.append((organization, value))
            await writer.unseal(value, organization_id=organization, place=PLACE)

    async def rotate() -> None:
        for _ in range(4):
            await rotator.rotate()

    await asyncio.gather(work(), rotate())
    fresh = await open_vault(settings, database)
    opened = [
        (await fresh.unseal(value, organization_id=organization, place=PLACE)).reveal()
        for organization, value in sealed
    ]
    assert opened == [str(number) for number in range(60)]
    assert [key.is_primary for key in await fresh.keys()].count(True) == 1
    await writer.check()


async def test_a_rotation_in_another_process_is_noticed(
    settings: Settings, sqlite_database: Database, tmp_path: Path
) -> None:
    """`valence keys rotate` in a process of its own does not disturb a running one."""
    vault = await open_vault(settings, sqlite_database)
    sealed = await vault.seal("x", organization_id=2, place=PLACE)
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "valence", "keys", "rotate"],
        env={**os.environ, "VALENCE_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert "2 data keys re-wrapped" in done.stdout
    fresh_organization = await vault.seal("y", organization_id=3, place=PLACE)
    for organization, value in ((2, sealed), (3, fresh_organization)):
        await vault.unseal(value, organization_id=organization, place=PLACE)
    assert len(await vault.keys()) == 2
