"""Races and crashes of a refresh, with real processes, really killed.

N processes x how long the token endpoint takes x where one of them is killed x which database.
Durations are scaled down; `make matrix` runs every combination, `make test` a representative
part.

The vendor is as strict as Keap: a refresh token used twice kills the grant. "Before the call"
kills a process after it recorded its intent and before its request arrives (the endpoint is
stopped by SIGSTOP meanwhile); "after rotation" while the vendor holds its answer back; "before
commit" when the answer has arrived and the database is locked against its commit."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Hub, Sim, _new_postgres
from valence.cli.children import command, end, free_port, wait_for

SCALE = 0.05
IS_FULL = os.environ.get("VALENCE_MATRIX") == "full"
DELAYS = (0.3, 14.0, 40.0)
FULL = [
    (processes, delay, kill, kind, reuse)
    for kind in ("sqlite", "postgresql")
    for processes in (1, 2, 4)
    for delay in DELAYS
    for kill in ("none", "before-call", "after-rotation", "before-commit")
    for reuse in ("kills_grant", "grace")
]
PART = [
    (4, 0.3, "none", "sqlite", "kills_grant"),
    (2, 40.0, "none", "postgresql", "kills_grant"),
    (1, 0.3, "before-call", "sqlite", "grace"),
    (2, 14.0, "after-rotation", "postgresql", "kills_grant"),
    (1, 14.0, "after-rotation", "sqlite", "grace"),
    (1, 0.3, "before-commit", "sqlite", "kills_grant"),
    (2, 0.3, "before-commit", "postgresql", "grace"),
]
Open = Callable[..., Awaitable[Hub]]


class Vendor(Sim):
    """A sandbox of its own, whose process can be stopped and continued."""

    def __init__(self, port: int) -> None:
        super().__init__(f"http://127.0.0.1:{port}")
        self.process = subprocess.Popen(
            command("sandbox", "--port", str(port), "--no-limits"), stdout=subprocess.DEVNULL
        )
        wait_for(f"{self.url}/_sim/stats", self.process)


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    started = Vendor(free_port())
    yield started
    started.process.send_signal(signal.SIGCONT)
    end(started.process)


class Worker:
    """A process that asks for headers."""

    def __init__(self, instance_id: int, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "worker.py"), str(instance_id), "5"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def start(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def outcome(self) -> list[object]:
        output, _ = self.process.communicate(timeout=60)
        found: list[object] = json.loads(output.splitlines()[-1])
        return found


def wait_until(condition: Callable[[], object]) -> None:
    give_up = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < give_up, "it did not happen"
        time.sleep(0.005)


@pytest.mark.parametrize(("processes", "delay", "kill", "kind", "reuse"), FULL if IS_FULL else PART)
async def test_a_refresh_happens_once_whoever_dies(
    processes: int,
    delay: float,
    kill: str,
    kind: str,
    reuse: str,
    open_hub: Open,
    vendor: Vendor,
    tmp_path: Path,
) -> None:
    """One rotation per expiry; a lost answer ends in a clean state; nothing else is ever lost."""
    url = f"sqlite:///{tmp_path / 'valence.db'}" if kind == "sqlite" else await _new_postgres()
    environment = {
        **os.environ,
        "VALENCE_DATA_DIR": str(tmp_path),
        "VALENCE_DATABASE_URL": url,
        "VALENCE_SANDBOX_URL": vendor.url,
        "VALENCE_OUTBOUND_ALLOW_LOOPBACK": "true",
        "VALENCE_TIME_SCALE": str(SCALE),
    }
    hub = await open_hub(database_url=url, sandbox_url=vendor.url, time_scale=SCALE)
    vendor.post("switches", refresh_reuse=reuse)
    vendor.post("lifetimes", accessSeconds=0.01)
    instance = await hub.instance()
    vendor.post("lifetimes", accessSeconds=86_399)
    await asyncio.to_thread(time.sleep, 0.02)
    race = _Race(vendor, hub, instance.id, environment, url)
    outcomes = await asyncio.to_thread(race.run, processes, delay * SCALE, kill)
    await _judge(hub, instance.id, vendor, outcomes, kill=kill, reuse=reuse)


class _Race:
    def __init__(
        self, vendor: Vendor, hub: Hub, instance_id: int, environment: dict[str, str], url: str
    ) -> None:
        self._vendor = vendor
        self._instance_id = instance_id
        self._environment = environment
        self._url = url

    def run(self, processes: int, delay: float, kill: str) -> list[object]:
        """Race, kill one at the point, let another finish what it left; return what was got."""
        workers = [Worker(self._instance_id, self._environment) for _ in range(processes)]
        if kill == "none":
            self._vendor.post("token-delay", seconds=delay, when="before")
            for worker in workers:
                worker.start()
            return [one for worker in workers for one in worker.outcome()]
        victim, others = workers[0], workers[1:]
        getattr(self, "_" + kill.replace("-", "_"))(victim, delay)
        self._vendor.post("token-delay", seconds=0, when="before")
        survivors = others or [Worker(self._instance_id, self._environment)]
        for worker in survivors:
            worker.start()
        return [one for worker in survivors for one in worker.outcome()]

    def _before_call(self, victim: Worker, delay: float) -> None:
        self._vendor.process.send_signal(signal.SIGSTOP)
        victim.start()
        wait_until(self._has_intent)
        time.sleep(delay)
        victim.kill()
        self._vendor.process.send_signal(signal.SIGCONT)

    def _after_rotation(self, victim: Worker, delay: float) -> None:
        self._vendor.post("token-delay", seconds=max(delay, 1.0), when="after")
        victim.start()
        wait_until(lambda: self._vendor.refreshes()["succeeded"])
        victim.kill()

    def _before_commit(self, victim: Worker, delay: float) -> None:
        self._vendor.post("token-delay", seconds=max(delay, 0.3), when="after")
        victim.start()
        wait_until(lambda: self._vendor.refreshes()["succeeded"])
        with self._locked():
            time.sleep(max(delay, 0.3) + 0.3)  # the answer arrives; its commit has to wait
            victim.kill()

    def _has_intent(self) -> bool:
        query = "SELECT intent_fence FROM credentials"
        if self._url.startswith("sqlite"):
            with sqlite3.connect(self._url.removeprefix("sqlite:///")) as database:
                return database.execute(query).fetchone()[0] is not None
        return _postgres(self._url, query) not in ("", None)

    def _locked(self) -> "_Lock":
        return _Lock(self._url)


class _Lock:
    """Keeps everybody else from writing the credentials."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __enter__(self) -> None:
        if self._url.startswith("sqlite"):
            self._database = sqlite3.connect(
                self._url.removeprefix("sqlite:///"), isolation_level=None, timeout=20
            )
            self._database.execute("BEGIN IMMEDIATE")
        else:
            self._loop = asyncio.new_event_loop()
            self._connection = self._loop.run_until_complete(_connect(self._url))
            self._loop.run_until_complete(
                self._connection.execute("BEGIN; LOCK TABLE credentials IN EXCLUSIVE MODE")
            )

    def __exit__(self, *_: object) -> None:
        if self._url.startswith("sqlite"):
            self._database.execute("ROLLBACK")
            self._database.close()
        else:
            self._loop.run_until_complete(self._connection.close())
            self._loop.close()


async def _connect(url: str) -> "object":
    import asyncpg

    return await asyncpg.connect(url)


def _postgres(url: str, query: str) -> object:
    async def ask() -> object:
        connection = await _connect(url)
        try:
            return await connection.fetchval(query)  # type: ignore[attr-defined]
        finally:
            await connection.close()  # type: ignore[attr-defined]

    return asyncio.run(ask())


async def _judge(
    hub: Hub, instance_id: int, vendor: Vendor, outcomes: list[object], *, kill: str, reuse: str
) -> None:
    counts = vendor.refreshes()
    instance = await hub.services.instances.get(hub.principal, instance_id)
    status = await hub.services.credentials.status(instance)
    if kill == "none":
        assert set(outcomes) == {2}
        assert counts == {"received": 1, "succeeded": 1, "refused": 0}
    elif kill == "before-call":
        # The vendor may still take the dead process's request from its queue; on a strict one
        # that is an
        # answer lost for good, otherwise the survivor's call is the one that counts.
        assert counts["succeeded"] <= 2
        assert status.state in ("active", "needs-owner")
    elif reuse == "grace":
        assert set(outcomes) == {2}
        assert status.state == "active"
    else:
        assert set(outcomes) == {"needs-owner"}
        assert counts == {"received": 2, "succeeded": 1, "refused": 1}
        assert "lost" in (status.reason or "")
    if status.state == "active":
        # Whatever happened, what is stored now is good at the vendor.
        element = hub.element
        held = await hub.services.credentials.headers(instance, element)
        assert held.headers
        await hub.services.credentials.refresh_now(instance)
