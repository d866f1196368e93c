"""A hook's script in its worker process, beside reading and writing the same values as JSON."""

import asyncio
import json
import time
import timeit

from benchmarks.tables import Measured
from valence.scripting import ScriptCall, ScriptPool

CALLS = 400
VARIABLES = {
    "request_vendor_headers": {"accept": "application/json", "x-api-key": "k" * 32},
    "request_vendor_parameters": {"limit": "50", "order": "name"},
    "request_vendor_path": "/v1/contacts",
    "configuration": {"base.url": "https://api.example.com", "site": "s"},
}
HOOK = """
const headers = request_vendor_headers;
headers['x-site'] = configuration.site;
done({ request_vendor_headers: headers });
"""
WITH_LIBRARY = "done({ request_vendor_headers: { sign: CE.hmacSha256Hex('key', 'text') } });"


def measure() -> Measured:
    """Return microseconds a call: alone, and with two workers kept busy."""
    result = Measured(
        "Scripts in worker processes, microseconds a call",
        ("what", "one by one", "two at once", "x JSON"),
        notes=("JSON: the variables written and read once, in this process, without a script.",),
    )
    floor = min(timeit.repeat(_round_trip, number=5000, repeat=5)) / 5000 * 1e6
    result.rows.append(("JSON round-trip of the same values", f"{floor:.1f}", "", "1"))
    for label, body in (("a hook that sets a header", HOOK), ("a hook that signs", WITH_LIBRARY)):
        alone, together = asyncio.run(_calls(body))
        result.rows.append((label, f"{alone:.0f}", f"{together:.0f}", f"{alone / floor:.0f}"))
    return result


def _round_trip() -> None:
    json.loads(json.dumps(VARIABLES))


async def _calls(body: str) -> tuple[float, float]:
    """Return what a caller waits, one by one, and what each of many calls costs at full speed."""
    pool = await ScriptPool.open(workers=2)
    call = ScriptCall(body=body, variables=VARIABLES)

    async def caller(count: int) -> None:
        for _ in range(count):
            await pool.run(call)

    await caller(50)
    begun = time.perf_counter()
    await caller(CALLS)
    between = time.perf_counter()
    await asyncio.gather(*(caller(CALLS // 4) for _ in range(4)))
    ended = time.perf_counter()
    await pool.close()
    return (between - begun) / CALLS * 1e6, (ended - between) / CALLS * 1e6
