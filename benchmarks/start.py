"""From the command to the first answer, and the memory of one worker."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request

from benchmarks.hub import connected
from benchmarks.processes import Missing, free_port, resident_mb, wrk
from benchmarks.tables import Measured
from valence.cli.children import command, end, running_sandbox, wait_for

CALLS = 10_000


def measure() -> Measured:
    """Return times and sizes, a bare Python beside them."""
    result = Measured("Start and memory, one worker, SQLite", ("what", "measured", "aim"))
    bare = _seconds_of([sys.executable, "-c", "import asyncio"])
    cold, again = _starts()
    result.rows.extend(
        [
            ("`python -c 'import asyncio'`", f"{bare:.2f} s", ""),
            ("`valence serve` to first answer, empty folder", f"{cold:.2f} s", "2 s"),
            ("the same, second start", f"{again:.2f} s", "2 s"),
        ]
    )
    try:
        with (
            running_sandbox("--no-limits", "--contacts", "100") as sandbox,
            connected(sandbox) as hub,
        ):
            pid = hub.hub.process.pid
            result.rows.append(("resident, idle", f"{resident_mb(pid):.0f} MB", "200 MB"))
            done = 0
            while done < CALLS:
                load = wrk(hub.contacts_url, connections=16, seconds=5, headers=hub.headers)
                done += load.requests
            result.rows.append(
                (f"resident, after {done:,} calls", f"{resident_mb(pid):.0f} MB", "200 MB")
            )
    except Missing as exc:
        result.rows.append((str(exc), "", ""))
    return result


def _starts() -> tuple[float, float]:
    found = []
    with tempfile.TemporaryDirectory(prefix="valence-bench-") as folder:
        for _ in range(2):
            port = free_port()
            environment = {**os.environ, "VALENCE_DATA_DIR": folder, "VALENCE_PORT": str(port)}
            begun = time.perf_counter()
            child = subprocess.Popen(command("serve"), env=environment, stdout=subprocess.DEVNULL)
            try:
                wait_for(f"http://127.0.0.1:{port}/ready", child)
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health"):
                    found.append(time.perf_counter() - begun)
            finally:
                end(child)
    return found[0], found[1]


def _seconds_of(words: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(words, check=True)
    return time.perf_counter() - begun
