"""Ten thousand contacts, page by page: through Valence, and by a plain client at the vendor."""

import asyncio
import json
import time

import aiohttp

from benchmarks.captured import CONTACTS
from benchmarks.hub import Connected, connected, order
from benchmarks.tables import Measured
from valence.cli.children import running_sandbox

RECORDS = 10_000
PAGE_SIZE = 200
ROUNDS = 3


def measure() -> Measured:
    """Return the best of a few rounds each; the two take turns."""
    result = Measured(
        f"{RECORDS:,} contacts in pages of {PAGE_SIZE}, one after the other",
        ("client", "seconds", "x plain", "aim"),
        notes=("The vendor is the sandbox, one Python process, in both.",),
    )
    with (
        running_sandbox("--no-limits", "--contacts", str(RECORDS - 2)) as sandbox,
        connected(sandbox) as hub,
    ):
        token = order(sandbox, "grants")["access_token"]
        plain, through = float("inf"), float("inf")
        for _ in range(ROUNDS):
            plain = min(plain, asyncio.run(_plain(sandbox, token)))
            through = min(through, asyncio.run(_through(hub)))
    result.rows.append(("plain, straight at the vendor", f"{plain:.2f}", "1", ""))
    row = ("through Valence", f"{through:.2f}", f"{through / plain:.2f}", "1.3")
    result.rows.append(row)
    return result


async def _plain(sandbox: str, token: str) -> float:
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        begun, seen = time.perf_counter(), 0
        while seen < RECORDS:
            url = f"{sandbox}{CONTACTS}?limit={PAGE_SIZE}&offset={seen}&order=id"
            async with session.get(url) as response:
                found = json.loads(await response.read())["contacts"]
            _require(found)
            seen += len(found)
        return time.perf_counter() - begun


async def _through(hub: Connected) -> float:
    async with aiohttp.ClientSession(headers=hub.headers) as session:
        begun, seen = time.perf_counter(), 0
        parameters = {"pageSize": str(PAGE_SIZE)}
        while seen < RECORDS:
            async with session.get(hub.url("/contacts"), params=parameters) as response:
                found = json.loads(await response.read())
                following = response.headers.get("Elements-Next-Page-Token")
            _require(found)
            seen += len(found)
            parameters["nextPage"] = following or ""
        return time.perf_counter() - begun


def _require(found: object) -> None:
    if not isinstance(found, list) or not found:
        raise RuntimeError(f"not a page of contacts: {found!r:.200}")
