"""Refresh what nobody calls, before its refresh token dies of silence.

Every process sweeps; the lease of each refresh sees to it that one of them makes the call.
"""

import asyncio

import structlog

from valence.domain import Clock, ServiceUnavailable, ValenceError
from valence.instances.refresh import Refresher
from valence.storage import Database, credentials

AT_ONCE = 8
A_PASS = 200

_log = structlog.get_logger("valence.sweep")


class Sweep:
    """The background look for credentials due while nobody calls."""

    def __init__(
        self,
        database: Database,
        refresher: Refresher,
        *,
        clock: Clock,
        interval_seconds: float,
    ) -> None:
        self._database = database
        self._refresher = refresher
        self._clock = clock
        self._interval_seconds = interval_seconds

    async def run(self) -> None:
        """Sweep for ever; the outermost frame of a background task."""
        while True:
            try:
                await self.once()
            except ServiceUnavailable as exc:
                _log.warning("sweep skipped", code=exc.code)
            await asyncio.sleep(self._interval_seconds)

    async def once(self) -> int:
        """Make one pass and return how many instances were looked at."""
        async with self._database.read() as connection:
            due = await credentials.due_for_sweep(
                connection, now=self._clock.now_ms(), limit=A_PASS
            )
        gate = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._refresh(instance_id, gate) for instance_id in due))
        return len(due)

    async def _refresh(self, instance_id: int, gate: asyncio.Semaphore) -> None:
        async with gate:
            async with self._database.read() as connection:
                row = await credentials.read(connection, instance_id)
            now = self._clock.now_ms()
            if row is None or row.sweep_ms is None or row.sweep_ms > now:
                return  # another process was here
            try:
                await self._refresher.refresh(instance_id, version=row.version)
            except ValenceError as exc:
                # The instance's own timeline holds what happened; the sweep goes on.
                _log.info("swept in vain", instance_id=instance_id, code=exc.code)
