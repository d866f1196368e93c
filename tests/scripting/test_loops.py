"""The pool on the event loop that serves, which is not the one of the other tests."""

import os
import subprocess
import sys

PROGRAM = """
import asyncio
import uvloop
from valence.scripting import ScriptCall, ScriptFailed, ScriptFetched, ScriptLimits, ScriptPool

async def fetch(request):
    return ScriptFetched(200, {}, b'{"a": 1}')

async def main():
    pool = await ScriptPool.open(workers=2, fetch=fetch, limits=ScriptLimits(seconds=20.0, engine_seconds=10.0))
    async def value(body, **variables):
        return (await pool.run(ScriptCall(body=body, variables=variables))).value
    assert await value("done((await require('axios').get('https://a.test/')).data)") == {"a": 1}
    assert len(await value("done('x'.repeat(3e6) + text)", text="y" * 3_000_000)) == 6_000_000
    try:
        await pool.run(ScriptCall(body="for (;;);", variables={}, seconds=0.2))
    except ScriptFailed as failure:
        assert failure.code == "script-timeout"
    running = asyncio.create_task(value("for (;;);"))
    await asyncio.sleep(0)
    running.cancel()
    assert await asyncio.gather(*(value("done(n)", n=n) for n in range(10))) == list(range(10))
    await pool.close()
    print("fine")

uvloop.run(main())
"""


def test_the_pool_runs_on_uvloop() -> None:
    """Answers, large frames, requests, a killed worker and a cancelled caller."""
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ran.stdout, ran.returncode) == ("fine\n", 0), ran.stderr
