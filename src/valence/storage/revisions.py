"""How caches learn that what they hold has changed.

A write that changes something cached raises a number in the table `revisions`, inside its own
transaction (`bump`), and after the commit tells everyone on this node through a small
memory-mapped file (`announce`). Reading the number (`current`) is a memory read, so a cache can
ask at every use. Other nodes, and workers of a process killed between commit and announcement,
learn by looking at the table four times a second (`poll`)."""

import asyncio
import fcntl
import mmap
import os
import struct
from pathlib import Path
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from valence.domain import ServiceUnavailable
from valence.storage.database import Database
from valence.storage.tables import revisions
from valence.storage.upsert import insert_into

RevisionName = Literal["callers", "instances", "elements", "mappings"]
_SLOTS: dict[RevisionName, int] = {"callers": 0, "instances": 8, "elements": 16, "mappings": 24}
_SIZE = 64
POLL_SECONDS = 0.25


async def bump(connection: AsyncConnection, name: RevisionName) -> None:
    """Raise a revision inside the transaction that changes what it stands for."""
    statement = insert_into(connection, revisions).values(name=name, number=1)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[revisions.c.name], set_={"number": revisions.c.number + 1}
        )
    )


class Revisions:
    """The revision numbers of this node, shared by its processes."""

    def __init__(self, database: Database, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._database = database
        self._handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if os.fstat(self._handle).st_size < _SIZE:
            os.ftruncate(self._handle, _SIZE)
        self._map = mmap.mmap(self._handle, _SIZE)
        self._seen: dict[str, int] = {}

    def current(self, name: RevisionName) -> int:
        """Return the number now; a cached value is good while it is the same."""
        number: int = struct.unpack_from("<q", self._map, _SLOTS[name])[0]
        return number

    def announce(self, name: RevisionName) -> None:
        """Tell every process of this node that something changed; call it after the commit."""
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        try:
            struct.pack_into("<q", self._map, _SLOTS[name], self.current(name) + 1)
        finally:
            fcntl.flock(self._handle, fcntl.LOCK_UN)

    async def look(self) -> None:
        """Compare with the table once, and announce what changed elsewhere."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(revisions.c.name, revisions.c.number))).all()
        for name, number in rows:
            if name in _SLOTS and self._seen.get(name) != number:
                if name in self._seen:
                    self.announce(name)
                self._seen[name] = number

    async def poll(self) -> None:
        """Look at the table for ever; the outermost frame of a background task."""
        while True:
            try:
                await self.look()
            except ServiceUnavailable:
                # Nothing can be learnt while the database is away; whoever needs it says so.
                for name in _SLOTS:
                    self.announce(name)
            await asyncio.sleep(POLL_SECONDS)

    def close(self) -> None:
        """Give the file back."""
        self._map.close()
        os.close(self._handle)
