"""Pages of mapped records and what their scripts cost."""

from collections.abc import AsyncIterator

import pytest

from valence.gateway.mapped import Mapper
from valence.scripting import ScriptCall, ScriptLimits, ScriptOutcome, ScriptPool
from valence.transformations import FieldMapping, Script, Transformation, compile_plan

FIELDS = (FieldMapping("id", "Id"), FieldMapping("name.first", "First"))
PAGE = [{"Id": number, "First": f"n{number}"} for number in range(200)]
V2 = (
    Script("transformedObject.twice = originalObject.Id * 2; done(transformedObject);"),
    Script("transformedObject.more = transformedObject.twice + 1; done(transformedObject);"),
)
V1 = (
    Script("transformedObject.twice = originalObject.Id * 2;", is_legacy=True),
    Script(
        "transformedObject.more = transformedObject.twice + 1; return transformedObject;",
        is_legacy=True,
    ),
)


class Counting:
    """A real pool that counts who goes to a worker."""

    def __init__(self, pool: ScriptPool) -> None:
        self.pool = pool
        self.trips = 0

    async def run(self, call: ScriptCall) -> ScriptOutcome:
        self.trips += 1
        return await self.pool.run(call)


@pytest.fixture(scope="module")
async def pool() -> AsyncIterator[ScriptPool]:
    pool = await ScriptPool.open(workers=1, limits=ScriptLimits(seconds=20.0, engine_seconds=10.0))
    yield pool
    await pool.close()


@pytest.mark.parametrize("scripts", [V2, V1], ids=["v2", "v1"])
@pytest.mark.parametrize("asks_provenance", [False, True])
async def test_the_scripts_of_a_page_are_one_round_trip(
    pool: ScriptPool, scripts: tuple[Script, ...], asks_provenance: bool
) -> None:
    """However many records it has, and however many levels have a script."""
    counting = Counting(pool)
    plan = compile_plan(Transformation("o", "v", FIELDS, passes_read=False, scripts=scripts))
    made = await Mapper(counting).read(plan, PAGE, asks_provenance=asks_provenance)
    assert made.warning is None
    assert made.value == [
        {"id": str(n), "name": {"first": f"n{n}"}, "twice": 2 * n, "more": 2 * n + 1}
        for n in range(200)
    ]
    assert counting.trips == 1


async def test_a_page_without_scripts_goes_to_no_worker(pool: ScriptPool) -> None:
    """Nor does an empty one."""
    counting = Counting(pool)
    plain = compile_plan(Transformation("o", "v", FIELDS))
    scripted = compile_plan(Transformation("o", "v", FIELDS, scripts=V2))
    assert len((await Mapper(counting).read(plain, PAGE)).value) == 200
    assert (await Mapper(counting).read(scripted, [])).value == []
    assert counting.trips == 0
