"""From the command to the first answer."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request

from benchmarks.processes import free_port
from benchmarks.tables import Measured
from valence.cli.children import command, end, wait_for


def measure() -> Measured:
    """Return times, a bare Python beside them."""
    result = Measured("Start, one worker, SQLite", ("what", "measured", "aim"))
    bare = _seconds_of([sys.executable, "-c", "import asyncio"])
    cold, again = _starts()
    result.rows.extend(
        [
            ("`python -c 'import asyncio'`", f"{bare:.2f} s", ""),
            ("`valence serve` to first answer, empty folder", f"{cold:.2f} s", "2 s"),
            ("the same, second start", f"{again:.2f} s", "2 s"),
        ]
    )
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
