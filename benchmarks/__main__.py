"""`python -m benchmarks [NAME ..]`: run what is named, or everything, and print tables."""

import platform
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from benchmarks import hop, languages, listing, mapping, memory, scripting, start, storm
from benchmarks.tables import Measured, table

BENCHMARKS: dict[str, Callable[[], Measured]] = {
    "hop": hop.measure,
    "workers": hop.workers,
    "request-log": hop.request_log,
    "listing": listing.measure,
    "memory": memory.measure,
    "storm": storm.measure,
    "start": start.measure,
    "languages": languages.measure,
    "mapping": mapping.measure,
    "scripting": scripting.measure,
}


def main(chosen: list[str]) -> int:
    """Run what is named, or everything; tell what a missing tool keeps from being measured."""
    console = Console(width=110)
    unknown = [name for name in chosen if name not in BENCHMARKS]
    if unknown:
        console.print(f"No benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}.")
        return 2
    console.print(f"{_processor()}, {platform.system()}, Python {platform.python_version()}")
    for name in chosen or BENCHMARKS:
        console.print(table(BENCHMARKS[name]()))
    return 0


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else platform.processor()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
