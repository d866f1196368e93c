"""A hub and a sandbox as child processes on loopback: for the demo, tests and benchmarks.

Children are started without a shell, awaited at their own health endpoints, and ended by their
process ids."""

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from valence.domain import OperatorError

START_SECONDS = 120.0


class ChildFailed(OperatorError):
    """A child process did not come up; its last output is in the message."""

    code = "child-failed"


@dataclass(frozen=True, slots=True)
class LocalHub:
    """A running hub."""

    url: str
    data_dir: Path
    process: subprocess.Popen[bytes]
    secrets: Mapping[str, str] = field(repr=False)

    @property
    def api(self) -> str:
        """The address of the API."""
        return f"{self.url}/elements/api-v2"


def free_port() -> int:
    """Return a port of loopback that nobody listens on now.

    From below the range that systems give to outgoing connections (32768 on Linux): one of that
    range may be taken by any connection before the child that it is for has started."""
    for _ in range(200):
        port = secrets.randbelow(20_000) + 12_000
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise ChildFailed("No port of loopback is free between 12000 and 32000.")


def command(*words: str) -> list[str]:
    """Return the command line that runs a verb in this Python."""
    return [sys.executable, "-m", "valence", *words]


@contextlib.contextmanager
def running_sandbox(*options: str, port: int | None = None) -> Iterator[str]:
    """Run the sandbox and yield its address."""
    port = port or free_port()
    child = subprocess.Popen(  # noqa: S603 - our own command
        command("sandbox", "--port", str(port), *options), stdout=subprocess.DEVNULL
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/_sim/stats", child)
        yield f"http://127.0.0.1:{port}"
    finally:
        end(child)


@contextlib.contextmanager
def running_hub(
    data_dir: Path,
    *,
    sandbox_url: str = "",
    port: int | None = None,
    settings: Mapping[str, str] | None = None,
    email: str = "demo@valence.example",
    password: str = "Sandbox-2026!",  # noqa: S107 - of a throw-away installation on loopback
) -> Iterator[LocalHub]:
    """Make an organization, run the hub, and yield it when it is ready."""
    port = port or free_port()
    environment = {
        **os.environ,
        "VALENCE_DATA_DIR": str(data_dir),
        "VALENCE_HOST": "127.0.0.1",
        "VALENCE_PORT": str(port),
        "VALENCE_PUBLIC_URL": f"http://localhost:{port}",
        "VALENCE_SANDBOX_URL": sandbox_url,
        "VALENCE_OUTBOUND_ALLOW_LOOPBACK": "true" if sandbox_url else "false",
        **(settings or {}),
    }
    made = subprocess.run(  # noqa: S603 - our own command
        command("init", "--email", email, "--password", password, "--json"),
        env=environment,
        capture_output=True,
        check=False,
    )
    if made.returncode:
        raise ChildFailed(
            made.stderr.decode().removeprefix("valence: ").strip() or "valence init failed."
        )
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "hub.log").open("wb") as log:
        child = subprocess.Popen(  # noqa: S603 - our own command
            command("serve"), env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/ready", child)
        yield LocalHub(f"http://localhost:{port}", data_dir, child, json.loads(made.stdout))
    finally:
        end(child)


def wait_for(url: str, child: "subprocess.Popen[bytes]") -> None:
    """Return when an address answers 200. Raises ChildFailed."""
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        if child.poll() is not None:
            raise ChildFailed(f"A child process ended with {child.returncode} before it was ready.")
        with (
            contextlib.suppress(urllib.error.URLError, OSError),
            urllib.request.urlopen(url, timeout=2),  # noqa: S310 - loopback
        ):
            return
        time.sleep(0.03)
    raise ChildFailed(f"Nothing answered at {url} within {START_SECONDS:.0f} seconds.")


def end(child: "subprocess.Popen[bytes]") -> None:
    """End a child by its process id, firmly if it does not listen."""
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
