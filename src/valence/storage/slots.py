"""Which of this node's worker slots are taken: a kernel lock that dies with its process."""

import contextlib
import fcntl
import itertools
import os
from pathlib import Path


def claim_slot(folder: Path) -> tuple[int, int]:
    """Take the first free slot and return its number and the handle to keep open."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for number in itertools.count():
        handle = os.open(_file(folder, number), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return number, handle
        os.close(handle)
    raise AssertionError("unreachable: counting does not end")


def count_taken(folder: Path, *, own: int) -> int:
    """Return how many slots are held, this process's own included."""
    taken = 1
    for file in folder.glob("slot-*.lock"):
        if file.name == _file(folder, own).name:
            continue
        handle = os.open(file, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            taken += 1
        finally:
            os.close(handle)
    return taken


def release_slot(handle: int) -> None:
    """Give a slot back."""
    os.close(handle)


def _file(folder: Path, number: int) -> Path:
    return folder / f"slot-{number}.lock"
