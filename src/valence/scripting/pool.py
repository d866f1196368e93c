"""The worker processes, who waits for one, and what happens when one dies."""

import asyncio
import signal
from collections.abc import Coroutine

from valence.domain import ScriptFailed, ServiceUnavailable
from valence.scripting.answer import encode, failed, outcome
from valence.scripting.fetches import Fetches
from valence.scripting.frames import FrameTooLarge, FrameUnreadable
from valence.scripting.process import WorkerProcess, engine_file
from valence.scripting.values import Fetch, ScriptCall, ScriptLimits, ScriptOutcome

# The worker's own clocks end every call; this is for one that was stopped or is still starting.
_GRACE_SECONDS = 5.0


class ScriptPool:
    """Runs scripts, each in a process apart, as many at once as there are workers.

    Whoever finds all workers busy waits, first come, first served. A worker in the middle of a call
    that does not come to its end (it died, its caller was cancelled, the clock ran out) is never
    used again: it is killed and another takes its place, so no answer reaches the wrong caller."""

    def __init__(self, limits: ScriptLimits, fetch: Fetch | None) -> None:
        self._limits = limits
        self._fetch = fetch
        # None is a place without a worker: the system had no room for a process.
        self._idle: asyncio.Queue[WorkerProcess | None] = asyncio.Queue()
        self._living: set[WorkerProcess] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closed = False

    @classmethod
    async def open(
        cls,
        *,
        workers: int = 2,
        limits: ScriptLimits = ScriptLimits(),  # noqa: B008 - a frozen value
        fetch: Fetch | None = None,
    ) -> "ScriptPool":
        """Start the workers; `fetch` makes the requests of scripts, None refuses them.

        Raises:
            OperatorError: the engine is not installed.
        """
        engine_file()
        pool = cls(limits, fetch)
        await asyncio.gather(*(pool._occupy() for _ in range(workers)))
        return pool

    async def run(self, call: ScriptCall) -> ScriptOutcome:
        """Run one script.

        Raises:
            ScriptFailed: it threw (`script-failed`), took too long (`script-timeout`), used too
                much (`script-memory`), or never called `done` (`script-no-answer`).
            ServiceUnavailable: no worker process can be started, or the pool is closed.
        """
        parts = encode(call, self._limits)
        worker = await self._take()
        is_whole = False
        try:
            payload = await self._converse(worker, call, parts)
            is_whole = True
        except (EOFError, ConnectionError) as exc:
            raise await self._lost(worker, call) from exc
        except FrameTooLarge as exc:
            raise failed("script-memory", call, self._limits, is_output=True) from exc
        except FrameUnreadable as exc:
            raise failed("script-failed", call, self._limits, text=str(exc)) from exc
        except TimeoutError as exc:
            raise failed("script-timeout", call, self._limits) from exc
        finally:
            if is_whole:
                self._idle.put_nowait(worker)
            else:
                self._replace(worker)
        return outcome(payload, call, self._limits)

    async def close(self) -> None:
        """End all workers; calls that run or wait fail."""
        self._is_closed = True
        self._idle.put_nowait(None)  # wakes who waits, see `_take`
        await asyncio.gather(*self._tasks)
        for worker in self._living:
            worker.kill()
        await asyncio.gather(*(worker.ended() for worker in self._living))
        self._living.clear()

    async def _take(self) -> WorkerProcess:
        worker = await self._idle.get()
        if self._is_closed:
            self._idle.put_nowait(None)  # and the next who waits
            raise ServiceUnavailable("No scripts are run any more: the service is stopping.")
        if worker is not None and not worker.frames.is_ended:
            return worker
        try:  # it died between two calls, which must not cost the next one
            return await self._start()
        except BaseException:
            self._idle.put_nowait(None)
            raise
        finally:
            if worker is not None:
                self._bury(worker)

    async def _converse(
        self, worker: WorkerProcess, call: ScriptCall, parts: tuple[bytes, ...]
    ) -> bytes:
        # One reader waits for one worker, so a timer on the frames does what a timeout of the task
        # would, at a fifth of the price.
        frames, loop = worker.frames, asyncio.get_running_loop()
        seconds = (call.seconds or self._limits.seconds) + _GRACE_SECONDS
        timer = loop.call_later(seconds, frames.interrupt, TimeoutError())
        try:
            frames.send(b"C", *parts)
            kind, payload = await frames.receive()
            if kind == b"A":
                return payload
            timer.cancel()
            seconds += self._limits.fetch_seconds
            timer = loop.call_later(seconds, frames.interrupt, TimeoutError())
            fetch = self._fetch if call.may_fetch else None
            async with Fetches(fetch, frames=frames, limits=self._limits) as fetches:
                while kind != b"A":
                    fetches.begin(payload)
                    kind, payload = await frames.receive()
                return payload
        finally:
            timer.cancel()

    async def _lost(self, worker: WorkerProcess, call: ScriptCall) -> ScriptFailed:
        """Return why the worker died.

        It has hung up, so its end is near or past. Killing it now could hide what it died of."""
        try:
            async with asyncio.timeout(_GRACE_SECONDS):
                code = await worker.ended()
        except TimeoutError:
            code = None
        if code == -signal.SIGALRM:
            return failed("script-timeout", call, self._limits)
        return failed("script-failed", call, self._limits, text="its process ended unexpectedly")

    def _replace(self, worker: WorkerProcess) -> None:
        if not self._is_closed:
            self._bury(worker)
            self._begin(self._occupy())

    def _bury(self, worker: WorkerProcess) -> None:
        worker.kill()
        self._begin(self._forget(worker))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _occupy(self) -> None:
        """Put a new worker, or the lack of one, into a free place."""
        try:
            self._idle.put_nowait(await self._start())
        except ServiceUnavailable:
            self._idle.put_nowait(None)

    async def _forget(self, worker: WorkerProcess) -> None:
        await worker.ended()
        self._living.discard(worker)

    async def _start(self) -> WorkerProcess:
        try:
            worker = await WorkerProcess.start(self._limits)
        except OSError as exc:
            raise ServiceUnavailable("No process can be started to run a script in.") from exc
        self._living.add(worker)
        return worker
