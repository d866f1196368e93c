"""One line for every request served.

JSON lines are written by hand and a few at a time: the general logger and a system call for each
line would cost as much as everything else that Valence does for a request. The path is without
the query, where old clients put secrets."""

import asyncio
import sys

import orjson
import structlog

from valence.domain import Clock, iso_seconds

FLUSH_SECONDS = 0.05

_log = structlog.get_logger("valence.access")


class AccessLog:
    """Writes access lines to standard output, beside those of the general logger.

    Args:
        is_json: lines for machines; otherwise they are left to the general logger.
        is_silent: requests are not told, because only warnings are wanted.
    """

    def __init__(self, *, clock: Clock, is_json: bool, is_silent: bool) -> None:
        self._clock = clock
        self._is_json = is_json
        self._is_silent = is_silent
        self._second = 0
        self._stamp = ""
        self._lines: list[bytes] = []

    def write(self, *, request_id: str, method: str, path: str, status: int, ms: float) -> None:
        """Tell of one request."""
        if self._is_silent:
            return
        told = {
            "request_id": request_id,
            "method": method,
            "path": path,
            "status": status,
            "ms": ms,
            "event": "request",
        }
        if not self._is_json:
            _log.info(**told)
            return
        now_ms = self._clock.now_ms()
        if now_ms // 1000 != self._second:
            self._second = now_ms // 1000
            self._stamp = iso_seconds(now_ms)[:-1]
        told |= {"level": "info", "timestamp": f"{self._stamp}.{now_ms % 1000:03d}Z"}
        self._lines.append(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))
        if len(self._lines) == 1:
            asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)

    def flush(self) -> None:
        """Write what has gathered; call it once more at the end."""
        if self._lines:
            sys.stdout.write(b"".join(self._lines).decode())
            sys.stdout.flush()
            self._lines.clear()
