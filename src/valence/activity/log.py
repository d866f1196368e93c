"""Writing the log: noted at once, stored within a second."""

import asyncio

import orjson
import structlog

from valence.activity.seals import seal_trace
from valence.domain import Call, Clock, ServiceUnavailable
from valence.egress import redact
from valence.storage import Database, calls
from valence.vault import Vault

FLUSH_SECONDS = 0.5
MOST_WAITING = 20_000
_AT_ONCE = 1000
_PRUNE_EVERY = 600  # flushes: five minutes
_DAY_MS = 86_400_000

_log = structlog.get_logger("valence.activity")


class CallLog:
    """Notes calls of one process.

    Args:
        keeps: `all`, `errors`, or `off`.
        days, most: how long, and how many at most, calls are remembered.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        clock: Clock,
        keeps: str,
        days: float,
        most: int,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._keeps = keeps
        self._days = days
        self._most = most
        self._waiting: list[Call] = []
        self._dropped = 0

    @property
    def is_on(self) -> bool:
        """Tell whether any call is remembered."""
        return self._keeps != "off"

    def note(self, call: Call) -> None:
        """Take a call to be stored; costs no I/O and never fails."""
        if self._keeps == "off" or (self._keeps == "errors" and call.is_success):
            return
        if len(self._waiting) >= MOST_WAITING:
            self._dropped += 1
            return
        self._waiting.append(call)

    async def run(self) -> None:
        """Store what was noted, for ever; the outermost frame of a background task."""
        flushes = 0
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            try:
                await self.flush()
                if flushes % _PRUNE_EVERY == 0:
                    await self.prune()
            except ServiceUnavailable as exc:
                _log.warning("calls not stored", code=exc.code, waiting=len(self._waiting))
            flushes += 1

    async def flush(self) -> None:
        """Store what was noted until now. Raises ServiceUnavailable: nothing is lost by it."""
        if self._dropped:
            _log.warning("calls not remembered: more came than can be stored", count=self._dropped)
            self._dropped = 0
        while self._waiting:
            batch = self._waiting[:_AT_ONCE]
            rows = [
                _row(call, await seal_trace(self._vault, call) if call.trace else None)
                for call in batch
            ]
            async with self._database.write() as connection:
                await calls.add(connection, rows)
            del self._waiting[: len(batch)]

    async def close(self) -> None:
        """Store what is still waiting, if the database takes it; the process ends."""
        try:
            await self.flush()
        except ServiceUnavailable as exc:
            _log.warning("calls not stored", code=exc.code, waiting=len(self._waiting))

    async def prune(self) -> int:
        """Forget what is too old or too much; return how many calls went."""
        before_ms = self._clock.now_ms() - int(self._days * _DAY_MS)
        async with self._database.write() as connection:
            return await calls.prune(connection, before_ms=before_ms, most=self._most)


def _row(call: Call, sealed: bytes | None) -> dict[str, object]:
    return {
        "request_id": call.request_id,
        "at_ms": call.at_ms,
        "duration_us": call.duration_us,
        "organization_id": call.organization_id,
        "account_id": call.account_id,
        "user_id": call.user_id,
        "instance_id": call.instance_id,
        "element_id": call.element_id,
        "element_key": call.element_key,
        "method": call.method,
        "path": call.path,
        "query": redact(call.query) if call.query else "",
        "status": call.status,
        "code": call.code,
        "message": call.message,
        "whose": call.whose,
        "stages": orjson.dumps(call.stages).decode(),
        "exchanges": call.exchanges,
        "address": call.address,
        "trace_sealed": sealed,
    }
