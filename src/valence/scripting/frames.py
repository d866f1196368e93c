"""Frames on the socket to a worker process; the format is told in `worker.py`."""

import asyncio
import struct
from collections import deque
from typing import cast

LENGTH_BYTES = 4


class FrameTooLarge(Exception):
    """The worker sent a frame beyond the limit."""


class FrameUnreadable(Exception):
    """The worker sent a frame that says nothing."""


class Frames(asyncio.Protocol):
    """One end of the socket: frames out, frames in, one reader."""

    def __init__(self, *, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._received = bytearray()
        self._frames: deque[tuple[bytes, bytes]] = deque()
        self._waiting: asyncio.Future[tuple[bytes, bytes]] | None = None
        self._ended: Exception | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        # Not asked with isinstance: uvloop's transports are no subclasses of asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Cut what came into frames."""
        self._received += data
        while len(self._received) >= LENGTH_BYTES:
            (length,) = struct.unpack_from(">I", self._received)
            if length > self._limit_bytes:
                self._end(FrameTooLarge(f"a frame of {length} bytes"))
                return
            if len(self._received) < LENGTH_BYTES + length:
                return
            frame = bytes(self._received[LENGTH_BYTES : LENGTH_BYTES + length])
            del self._received[: LENGTH_BYTES + length]
            self._arrive((frame[:1], frame[1:]))

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the reader that nothing more comes."""
        self._end(exc or EOFError("the worker has gone"))

    def send(self, kind: bytes, *parts: bytes) -> None:
        """Write one frame; a connection that is lost shows at the next read."""
        if self._transport is not None and not self._transport.is_closing():
            head = struct.pack(">I", 1 + sum(map(len, parts))) + kind
            self._transport.write(b"".join((head, *parts)))

    async def receive(self) -> tuple[bytes, bytes]:
        """Return the next frame's letter and payload.

        Raises:
            EOFError: the worker has gone (or another OSError of the socket).
            FrameTooLarge: what it sends is beyond the limit.
        """
        if self._frames:
            return self._frames.popleft()
        if self._ended is not None:
            raise self._ended
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            return await self._waiting
        finally:
            self._waiting = None

    def interrupt(self, why: Exception) -> None:
        """Have the reader fail with this; the connection is of no more use."""
        self._end(why)

    @property
    def is_ended(self) -> bool:
        """Whether nothing more can come."""
        return self._ended is not None

    def close(self) -> None:
        """Hang up; a worker that waits for a call ends by it."""
        if self._transport is not None:
            self._transport.close()

    def _arrive(self, frame: tuple[bytes, bytes]) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(frame)
        else:
            self._frames.append(frame)

    def _end(self, why: Exception) -> None:
        if self._ended is None:
            self._ended = why
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(self._ended)
        self.close()
