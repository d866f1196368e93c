"""Where the script of a transformation failed."""

from collections.abc import AsyncIterator

import pytest

from valence.gateway.mapped import Mapper
from valence.scripting import ScriptFetch, ScriptFetched, ScriptPool
from valence.transformations import checked, compile_plan, effective


async def no_fetch(_: ScriptFetch) -> ScriptFetched:
    raise AssertionError("scripts of transformations fetch nothing")


@pytest.fixture
async def mapper() -> AsyncIterator[Mapper]:
    pool = await ScriptPool.open(fetch=no_fetch)
    yield Mapper(pool)
    await pool.close()


def document(body: str, **more: object) -> dict[str, object]:
    """A transformation that is a script alone."""
    return {"vendorName": "contacts", "script": {"body": body}, **more}


@pytest.mark.parametrize("is_watched", [False, True], ids=["plain", "with provenance"])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (document("\n\nnope();"), "ReferenceError: nope is not defined (line 3)"),
        (document("const a = 1;\nconst b = ;"), "(line 2)"),
        (document("done(1));"), "(line 1)"),
        (document("await 1;\nawait Promise.reject(new TypeError('late'));"), "late (line 2)"),
        (document("throw 'a text'"), "ignored: a text"),
        (document("let a;\n\n\nreturn a.b;", isLegacy=True), "(line 4)"),
        (document("return {\n a: }", isLegacy=True), "(line 2)"),
    ],
)
async def test_an_error_tells_the_line_of_its_author(
    given: dict[str, object], said: str, is_watched: bool, mapper: Mapper
) -> None:
    """Counted in his own text, whatever stands around it when it runs."""
    plan = compile_plan(effective([checked(given, level="organization")], name="myContact"))
    made = await mapper.read(plan, [{"id": 1}], asks_provenance=is_watched)
    assert made.value == [{"id": 1}]
    assert made.warning is not None
    assert made.warning.endswith(said), made.warning


async def test_of_several_scripts_the_level_is_told(mapper: Mapper) -> None:
    """The line is counted in the script that failed."""
    above = checked(document("done({a: 1});\n"), level="organization")
    own = document("\nnope();", configuration=[{"type": "inherit"}])
    plan = compile_plan(effective([above, checked(own, level="account")], name="myContact"))
    made = await mapper.read(plan, [{}, {}])
    assert made.warning is not None
    assert made.warning.endswith("(line 2 of the account's) (and 1 more)")
