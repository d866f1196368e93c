"""A thousand calls that arrive on an expired token at once."""

import asyncio
import json
import time
import urllib.request

import aiohttp

from benchmarks.hub import Connected, connected, order
from benchmarks.tables import Measured
from valence.cli.children import running_sandbox

CALLS = 1000
DELAY_SECONDS = 1.0


def measure() -> Measured:
    """Return how many token calls were made, and how long everyone waited."""
    result = Measured(
        f"Expired token, token endpoint answering after {DELAY_SECONDS:.0f} s",
        ("the token", "calls at once", "token calls", "seconds", "x one call"),
        notes=("Of a refused token every call costs the vendor two: the refusal and the repeat.",),
    )
    with running_sandbox("--no-limits") as sandbox, connected(sandbox) as hub:
        for label, spoil in (("has expired", _let_expire), ("is refused", _refuse)):
            alone = 0.0
            for calls in (1, CALLS):
                order(sandbox, "token-delay", seconds=0)
                asyncio.run(_calls(hub, calls))  # connections and caches warm, token good
                spoil(hub, sandbox)
                order(sandbox, "token-delay", seconds=DELAY_SECONDS)
                before = _refreshes(sandbox)
                seconds = asyncio.run(_calls(hub, calls))
                alone = alone or seconds
                made = _refreshes(sandbox) - before
                row = (label, f"{calls:,}", str(made), f"{seconds:.2f}", f"{seconds / alone:.2f}")
                result.rows.append(row)
    return result


def _refuse(hub: Connected, sandbox: str) -> None:
    order(sandbox, "expire")


def _let_expire(hub: Connected, sandbox: str) -> None:
    """Have a token of two seconds issued, and wait for its end."""
    order(sandbox, "lifetimes", accessSeconds=2)
    order(sandbox, "expire")
    asyncio.run(_calls(hub, 1))
    order(sandbox, "lifetimes", accessSeconds=86_399)
    time.sleep(2.1)


async def _calls(hub: Connected, count: int) -> float:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, headers=hub.headers) as session:

        async def call() -> int:
            async with session.get(hub.contacts_url) as response:
                await response.read()
                return response.status

        begun = time.perf_counter()
        statuses = await asyncio.gather(*(call() for _ in range(count)))
        seconds = time.perf_counter() - begun
    if set(statuses) != {200}:
        raise RuntimeError(f"answers: {sorted(set(statuses))}")
    return seconds


def _refreshes(sandbox: str) -> int:
    with urllib.request.urlopen(f"{sandbox}/_sim/stats") as response:
        received: dict[str, int] = json.load(response)["tokenCalls"]["received"]
        return received.get("refresh_token", 0)
