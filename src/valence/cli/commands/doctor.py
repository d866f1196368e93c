"""`valence doctor`: look at everything an installation stands on and say what is wrong."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from valence.cli.options import DatabaseUrl, DataDir
from valence.domain import SystemClock, ValenceError
from valence.settings import Settings, load_settings

if TYPE_CHECKING:
    from valence.storage import Database

LARGEST_SKEW_MS = 5000


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found."""

    subject: str
    is_well: bool
    text: str


def doctor(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Check settings, database, keyring, clock and outbound policy; exit code 1 on a problem."""
    settings = load_settings(data_dir=data_dir, database_url=database_url)
    findings = [
        Finding("settings", True, "every setting can be used"),
        *asyncio.run(_look(settings)),
    ]
    for finding in findings:
        mark = "ok     " if finding.is_well else "PROBLEM"
        typer.echo(f"{mark}  {finding.subject:10} {finding.text}")
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(1)


async def _look(settings: Settings) -> list[Finding]:
    from valence.storage import Database

    try:
        database = await Database.open(settings.effective_database_url)
    except ValenceError as exc:
        return [Finding("database", False, exc.message), _outbound(settings)]
    try:
        looks: list[tuple[str, Callable[[Settings, Database], Awaitable[Finding]]]] = [
            ("database", _database),
            ("keyring", _keyring),
            ("clock", _clock),
        ]
        found = []
        for subject, look in looks:
            try:
                found.append(await look(settings, database))
            except ValenceError as exc:
                found.append(Finding(subject, False, exc.message))
        return [*found, _outbound(settings)]
    finally:
        await database.close()


async def _database(settings: Settings, database: "Database") -> Finding:
    from valence.storage import check

    health = await check(database)
    if not health.is_current:
        text = (
            f"at revision {health.revision}, not {health.newest_revision}: run valence db upgrade"
        )
        return Finding("database", False, text)
    return Finding("database", True, f"{database.dialect}, revision {health.revision}")


async def _keyring(settings: Settings, database: "Database") -> Finding:
    from valence.vault import Vault

    vault = await Vault.open(settings, database, clock=SystemClock())
    keys = await vault.keys()
    return Finding("keyring", True, f"{len(keys)} master keys; every stored secret opens")


async def _clock(settings: Settings, database: "Database") -> Finding:
    from valence.storage import check

    skew = abs((await check(database)).clock_ms - SystemClock().now_ms())
    if skew > LARGEST_SKEW_MS:
        text = f"{skew / 1000:.1f} s away from the database's: set both by NTP"
        return Finding("clock", False, text)
    return Finding("clock", True, "agrees with the database's")


def _outbound(settings: Settings) -> Finding:
    if settings.sandbox_url and not settings.outbound_allow_loopback:
        text = "the sandbox is on loopback: set VALENCE_OUTBOUND_ALLOW_LOOPBACK=true to reach it"
        return Finding("outbound", False, text)
    if settings.outbound_allow_loopback:
        return Finding("outbound", True, "loopback is OPEN: for sandboxes and tests only")
    return Finding("outbound", True, "https only; private and loopback addresses refused")
