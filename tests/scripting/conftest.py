"""Pools for the tests: an ordinary one with time to spare, so that a busy machine fails no test."""

from collections.abc import AsyncIterator

import pytest

from valence.scripting import ScriptCall, ScriptFailed, ScriptLimits, ScriptOutcome, ScriptPool

ROOMY = ScriptLimits(seconds=20.0, engine_seconds=10.0)
STRICT = ScriptLimits(seconds=1.0, engine_seconds=0.3)


class Scripts:
    """A pool, and short ways to ask it."""

    def __init__(self, pool: ScriptPool) -> None:
        self.pool = pool

    async def run(
        self, body: str, /, *, is_legacy: bool = False, **variables: object
    ) -> ScriptOutcome:
        """Return what a script did."""
        return await self.pool.run(ScriptCall(body=body, variables=variables, is_legacy=is_legacy))

    async def value(self, body: str, /, **variables: object) -> object:
        """Return what it gave to `done`."""
        return (await self.run(body, **variables)).value

    async def failure(self, body: str, *, is_legacy: bool = False, place: str = "") -> ScriptFailed:
        """Return how it failed."""
        call = ScriptCall(body=body, variables={}, is_legacy=is_legacy, place=place)
        with pytest.raises(ScriptFailed) as caught:
            await self.pool.run(call)
        return caught.value


@pytest.fixture(scope="session")
async def scripts() -> AsyncIterator[Scripts]:
    """One worker, so that what one script leaves behind would meet the next."""
    pool = await ScriptPool.open(workers=1, limits=ROOMY)
    yield Scripts(pool)
    await pool.close()


@pytest.fixture(scope="session")
async def strict() -> AsyncIterator[Scripts]:
    """One worker with little time."""
    pool = await ScriptPool.open(workers=1, limits=STRICT)
    yield Scripts(pool)
    await pool.close()
