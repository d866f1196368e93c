"""One worker process, seen from the parent."""

import asyncio
import contextlib
import dataclasses
import importlib.util
import json
import socket
import sys
from pathlib import Path

from valence.domain import OperatorError
from valence.scripting.frames import Frames
from valence.scripting.values import ScriptLimits

_FILE = Path(__file__).with_name("worker.py")
# What stands around value and console in a frame, and a failure's text.
_FRAME_SLACK_BYTES = 1024 * 1024


class WorkerProcess:
    """A process that serves one call at a time over its socket."""

    def __init__(self, process: asyncio.subprocess.Process, frames: Frames) -> None:
        self._process = process
        self.frames = frames

    @classmethod
    async def start(cls, limits: ScriptLimits) -> "WorkerProcess":
        """Start one; it may be called at once, the socket holds the call until it is ready.

        Nothing of this process goes with it but its end of the socket: no environment, no
        site-packages, no open file. It is in a session of its own, so that Ctrl-C at a terminal
        reaches the parent alone.

        Raises:
            OperatorError: the engine is not installed.
            OSError: the system has no room for another process.
        """
        engine = engine_file()
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-I", "-S", str(_FILE), str(theirs.fileno()), engine),
                    json.dumps(dataclasses.asdict(limits)),
                    pass_fds=(theirs.fileno(),),
                    env={},
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.DEVNULL,
                    start_new_session=True,
                )
            except BaseException:
                ours.close()
                raise
        ours.setblocking(False)
        limit_bytes = limits.output_bytes + _FRAME_SLACK_BYTES
        _, frames = await asyncio.get_running_loop().create_unix_connection(
            lambda: Frames(limit_bytes=limit_bytes), sock=ours
        )
        return cls(process, frames)

    @property
    def process_id(self) -> int:
        """Return its number at the operating system."""
        return self._process.pid

    def kill(self) -> None:
        """End it, whatever it does; `ended` tells when it has."""
        self.frames.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def ended(self) -> int:
        """Wait for its end; return its exit code, negative for a signal."""
        return await self._process.wait()


def engine_file() -> str:
    """Return the file of the engine's extension module, without importing it.

    Raises:
        OperatorError: the engine is not installed.
    """
    found = importlib.util.find_spec("_quickjs")
    if found is None or found.origin is None:
        raise OperatorError("The JavaScript engine is not installed: pip install quickjs-ng.")
    return found.origin
