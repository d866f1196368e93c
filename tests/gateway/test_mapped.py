"""Pages of mapped records and what their scripts cost."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from valence.gateway.mapped import Made, Mapper
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
    """A real pool that counts who goes to a worker, and remembers with what."""

    def __init__(self, pool: ScriptPool) -> None:
        self.pool = pool
        self.trips = 0
        self.originals: list[Any] = []

    async def run(self, call: ScriptCall) -> ScriptOutcome:
        self.trips += 1
        page: Any = call.variables["pageOfRecords"]
        self.originals = [original for original, _ in page]
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


ORIGINALS: list[tuple[str, bool, Any]] = [
    ("done({ x: transformedObject.id });", False, "4"),
    ("return { x: transformedObject.id };", False, "4"),
    ("done({ x: originalObject.Id });", True, 4),
    ("return { x: originalObject.Id };", True, 4),
    ("const { Id } = originalObject; done({ x: Id });", True, 4),
    ("done({ x: $original.Id });", True, 4),
    ("done({ x: pageOfRecords[0][0].Id });", True, 4),
    ("done({ x: eval('original' + 'Object').Id });", True, 4),
    ("done({ x: globalThis['page' + 'OfRecords'][0][0].Id });", True, 4),
    (r"done({ x: origina\u006cObject.Id });", True, 4),
    ("return { x: this['page' + 'OfRecords'][0][0].Id };", True, 4),
]  # fmt: skip


@pytest.mark.parametrize(("body", "is_sent", "value"), ORIGINALS)
async def test_a_script_gets_the_originals_that_it_can_read(
    pool: ScriptPool, body: str, is_sent: bool, value: Any
) -> None:
    """By their names, or by a name made at run time; for others they are not sent."""
    counting = Counting(pool)
    script = Script(body, is_legacy=body.startswith("return"))
    plan = compile_plan(Transformation("o", "v", FIELDS, scripts=(script,)))
    made = await Mapper(counting).read(plan, [{"Id": 4}])
    assert made == Made([{"x": value}])
    assert counting.originals == ([{"Id": 4}] if is_sent else [None])


async def test_originals_are_sent_where_one_level_reads_them(pool: ScriptPool) -> None:
    """Scripts of several levels run together."""
    counting = Counting(pool)
    scripts = (Script("done(transformedObject)"), Script("done({ x: originalObject.Id })"))
    plan = compile_plan(Transformation("o", "v", FIELDS, scripts=scripts))
    assert (await Mapper(counting).read(plan, [{"Id": 4}])).value == [{"x": 4}]
    assert counting.originals == [{"Id": 4}]


async def test_a_page_without_scripts_goes_to_no_worker(pool: ScriptPool) -> None:
    """Nor does an empty one."""
    counting = Counting(pool)
    plain = compile_plan(Transformation("o", "v", FIELDS))
    scripted = compile_plan(Transformation("o", "v", FIELDS, scripts=V2))
    assert len((await Mapper(counting).read(plain, PAGE)).value) == 200
    assert (await Mapper(counting).read(scripted, [])).value == []
    assert counting.trips == 0
