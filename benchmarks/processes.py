"""Processor time and memory of running processes, from /proc; a nginx of our own; wrk."""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from valence.cli.children import end, free_port, wait_for

_TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")


class Missing(Exception):
    """A tool that the measurement needs is not on this machine."""


def tool(name: str, package: str) -> str:
    """Return the path of a program. Raises Missing with the command that would provide it."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        raise Missing(f"{name} is not here; on Debian: apt-get install {package}")
    return found


def family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid] + [one for child in children for one in family(int(child))]


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process and its descendants, in user and kernel."""
    total = 0.0
    for one in family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) * _TICK_SECONDS
    return total


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process and its descendants, in MB (10^6 bytes)."""
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in family(pid))
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextlib.contextmanager
def nginx(folder: Path, servers: str, *, ready: str) -> Iterator[int]:
    """Run a nginx of one worker with these server blocks; yield its process id."""
    folder.mkdir()
    for name in ("body", "proxy", "fastcgi", "uwsgi", "scgi"):
        (folder / name).mkdir()
    temporary = "".join(
        f"{name}_temp_path {folder}/{folder_name};"
        for name, folder_name in (
            ("client_body", "body"),
            ("proxy", "proxy"),
            ("fastcgi", "fastcgi"),
            ("uwsgi", "uwsgi"),
            ("scgi", "scgi"),
        )
    )
    (folder / "nginx.conf").write_text(
        f"user {'nobody nogroup' if os.getuid() == 0 else os.environ.get('USER', 'nobody')};"
        f"worker_processes 1; daemon off; pid {folder}/pid; error_log stderr crit;"
        f"events {{ worker_connections 4096; }}"
        f"http {{ access_log off; keepalive_requests 1000000; {temporary} {servers} }}"
    )
    command = [tool("nginx", "nginx-light"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    child = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for(ready, child)
        yield child.pid
    finally:
        end(child)


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw."""

    requests: int
    per_second: float
    mean_ms: float
    p99_ms: float


def wrk(url: str, *, connections: int, seconds: int, headers: dict[str, str]) -> Load:
    """Ask for one address over and over. Raises RuntimeError when an answer is not 2xx."""
    command = [tool("wrk", "wrk"), "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    out = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise RuntimeError(out)
    return Load(
        int(_found(r"(\d+) requests in", out)),
        float(_found(r"Requests/sec:\s+([\d.]+)", out)),
        _milliseconds(_found(r"Latency\s+([\d.]+\w+)", out)),
        _milliseconds(_found(r"99%\s+([\d.]+\w+)", out)),
    )


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise RuntimeError(text)
    return match[1]


def _milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(\w+)", text).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


__all__ = ["Load", "Missing", "cpu_seconds", "free_port", "nginx", "resident_mb", "tool", "wrk"]
