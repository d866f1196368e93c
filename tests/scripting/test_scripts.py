"""What a script sees, what it gives, and what its errors tell."""

import asyncio
from pathlib import Path

import pytest

import valence.scripting
from tests.scripting.conftest import ROOMY, Scripts
from valence.domain import ServiceUnavailable
from valence.scripting import ScriptCall, ScriptFailed, ScriptFetch, ScriptLimits, ScriptPool
from valence.scripting.answer import encode
from valence.scripting.worker import LINES_ABOVE

VALUES = [
    ("done(1)", 1),
    ("done()", None),
    ("done(undefined)", None),
    ("done('a')", "a"),
    ("done({a: undefined, b: () => 1, c: NaN, d: new Date(0)})", {"c": None, "d": "1970-01-01T00:00:00.000Z"}),
    ("done({n: request.n, s: request.s})", {"n": 4, "s": "ü€😀"}),
    ("done(1); done(2)", 1),
    ("const v = {a: 1}; done(v); v.a = 2; v.b = 3", {"a": 1}),
    ("done(1); throw new Error('later')", 1),
    ("done(await Promise.resolve(3))", 3),
    ("Promise.resolve(4).then(done)", 4),
    ("(async () => { await null; done(5) })()", 5),
    ("setTimeout(() => done(6), 3600000)", 6),
    ("const o = []; setTimeout(() => o.push('late'), 20); setTimeout(() => o.push('early'), 10); setTimeout(() => done(o), 30)", ["early", "late"]),
    ("let n = 0; const t = setInterval(() => { n += 1; if (n === 3) { clearInterval(t); done(n) } }, 10)", 3),
    ("const t = setTimeout(() => done('timer'), 1); clearTimeout(t); setTimeout(() => done('other'), 2)", "other"),
    ("done(1); setInterval(() => {}, 1)", 1),
    ("let request = 5; done(request)", 5),
    ("request = 6; done(request)", 6),
    ("done(this === undefined)", True),
    ("done(`${[1, 2, 3].map((x) => x * 2).join()}`) // a comment at the end", "2,4,6"),
    ("done('\\ud83d')", "\N{REPLACEMENT CHARACTER}"),
    ("done(typeof setTimeout + typeof console + typeof require)", "functionobjectfunction"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "value"), VALUES, ids=[body[:40] for body, _ in VALUES])
async def test_done_gives_its_value(scripts: Scripts, body: str, value: object) -> None:
    """The first one, as JSON, as it was at that moment."""
    assert await scripts.value(body, request={"n": 4, "s": "ü€😀"}) == value


LEGACY = [
    ("return {a: request.n}", {"a": 4}),
    ("return 0", 0),
    ("return Promise.resolve(7)", 7),
    ("done(8)", 8),
    ("var unused = 1", None),
    ("y = 3; return y", 3),
    ("var list = getArray(); list.add({id: 1}); return {events: list}", {"events": [{"id": 1}]}),
]


@pytest.mark.parametrize(("body", "value"), LEGACY, ids=[body for body, _ in LEGACY])
async def test_a_legacy_script_returns(scripts: Scripts, body: str, value: object) -> None:
    """It is not strict, and it may give nothing."""
    assert (await scripts.run(body, is_legacy=True, request={"n": 4})).value == value


ERRORS = [
    ("null.x", "script-failed", 1, 1, "TypeError: cannot read property 'x' of null"),
    ("// first\nconst a = 1;\n  a.b.c();", "script-failed", 3, 3, "TypeError: cannot read property 'c' of undefined"),
    ("y = 3", "script-failed", 1, 1, "ReferenceError: y is not defined"),
    ("const a = ;", "script-failed", 1, 11, "SyntaxError: unexpected token in expression: ';'"),
    ("if (true) {\n  done(1", "script-failed", 2, 9, "SyntaxError: "),
    ("await null;\nthrow new RangeError('far')", "script-failed", 2, 11, "RangeError: far"),
    ("setTimeout(() => {\n  throw new Error('tick') }, 5)", "script-failed", 2, 13, "Error: tick"),
    ("throw {code: 4}", "script-failed", None, None, '{"code":4}'),
    ("throw 'words'", "script-failed", None, None, "words"),
    ("\nrequire('fs')", "script-failed", 2, 1, "Error: require cannot find 'fs'"),
    ("const _ = require('lodash');\n_.map([1], () => { throw new Error('inside') })", "script-failed", 2, 30, "Error: inside"),
    ("Java.type('java.io.File')", "script-failed", 1, 6, "Error: Java.type is not available: scripts run without Java"),
    ("const a = {};\na.self = a; done(a)", "script-failed", 2, 18, "done was given a value that refers to itself"),
    ("done({id: 10n})", "script-failed", 1, 1, "done was given a value that JSON cannot hold: "),
    ("done({toJSON() { throw new Error('no') }})", "script-failed", 1, None, "done was given a value that JSON cannot hold: no"),
    ("1 + 1", "script-no-answer", None, None, ""),
    ("return {a: 1}", "script-no-answer", None, None, ""),
    ("Promise.reject(new Error('unseen'))", "script-no-answer", None, None, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "code", "line", "column", "text"), ERRORS, ids=[error[0][:40] for error in ERRORS]
)
async def test_an_error_tells_what_and_where(
    scripts: Scripts, body: str, code: str, line: int | None, column: int | None, text: str
) -> None:
    """With line and column of the author's own text."""
    failure = await scripts.failure(body, place="preRequest hook of GET /contacts")
    assert (failure.code, failure.status, failure.whose) == (code, 500, "definition")
    assert failure.message.startswith("The preRequest hook of GET /contacts ")
    assert (failure.text or "").startswith(text)
    assert failure.line == line
    if column is not None:
        assert failure.column == column
        assert f"at line {line}, column {column}: {text}" in failure.message


async def test_a_legacy_error_has_its_place(scripts: Scripts) -> None:
    """The wrapper around a legacy script is as long as the other."""
    failure = await scripts.failure("var a;\nreturn a.b", is_legacy=True)
    assert (failure.line, failure.column) == (2, 8)


def test_positions_below_our_own_sources_are_the_authors() -> None:
    """What makes that so: every source of ours is shorter than the wrapper's gap."""
    folder = Path(valence.scripting.__file__).parent
    lengths = [len(file.read_text().split("\n")) for file in folder.rglob("*.js")]
    assert len(lengths) > 15
    assert max(lengths) < LINES_ABOVE


async def test_the_same_objects_are_told(scripts: Scripts) -> None:
    """An object that was received and comes back under its name; a copy is none."""
    body = "headers.x = 'y'; delete headers.a; done({headers, copy: {...copy}, other: headers, n})"
    done = await scripts.run(body, headers={"a": "b"}, copy={}, n=1)
    assert done.same_objects == {"headers"}
    assert done.value == {"headers": {"x": "y"}, "copy": {}, "other": {"x": "y"}, "n": 1}


async def test_nothing_is_told_of_the_same_objects_when_nobody_asks(scripts: Scripts) -> None:
    """To find out costs a little."""
    call = ScriptCall(body="done({headers})", variables={"headers": {}}, is_same_told=False)
    assert (await scripts.pool.run(call)).same_objects == frozenset()


UNNAMED = [
    ("done(globalThis['req' + 'uest'])", False),
    ("done(eval('req' + 'uest'))", False),
    ("done(Function('return req' + 'uest')())", False),
    ("done((() => {}).constructor('return req' + 'uest')())", False),
    ("done(req\\u0075est)", False),
    ("done(require('lodash').template('<%= req' + 'uest.a %>')() && {a: 1})", False),
    ("return this['req' + 'uest']", True),
    ("const [name] = Object.keys({request}); done({a: name === 'request' && 1})", False),
]


@pytest.mark.parametrize(("body", "is_legacy"), UNNAMED, ids=[body for body, _ in UNNAMED])
async def test_a_variable_is_found_without_its_name(
    scripts: Scripts, body: str, is_legacy: bool
) -> None:
    """Only what a script cannot come by is not sent."""
    outcome = await scripts.run(body, is_legacy=is_legacy, request={"a": 1})
    assert outcome.value == {"a": 1}


def test_what_a_script_cannot_read_is_not_sent() -> None:
    """Nor is it made JSON of."""
    call = ScriptCall(
        body="done(named.a)",
        variables={"named": 1, "named.dotted": 2, "other": object(), "kept": 3},
        keep=("kept",),
    )
    assert encode(call, ScriptLimits())[2] == b'{"named":1,"named.dotted":2,"kept":3}'


async def test_variables_may_be_json_already(scripts: Scripts) -> None:
    """Bytes go through as they are."""
    assert await scripts.value("done(body.a[1])", body=b'{"a": [1, {"b": 2}]}') == {"b": 2}


async def test_a_dotted_name_is_set_on_its_owner(scripts: Scripts) -> None:
    """As `events.eventHeaders`, which JSON does not show."""
    body = "done({events, kind: events.eventHeaders.kind})"
    variables = {"events": [{"id": 1}], "events.eventHeaders": {"kind": "k"}}
    assert await scripts.value(body, **variables) == {"events": [{"id": 1}], "kind": "k"}


async def test_the_state_of_kept_variables_is_told(scripts: Scripts) -> None:
    """What the script wrote into them, beside its value."""
    call = ScriptCall(
        body="config.seen = true; steps.x = 1; done({})",
        variables={"config": {"a": 1}, "steps": {}},
        keep=("config",),
    )
    assert (await scripts.pool.run(call)).variables == {"config": {"a": 1, "seen": True}}


async def test_the_console_is_collected(scripts: Scripts) -> None:
    """Also that of a script that fails; lines have a length, and there is a number of them."""
    body = "console.log('a', {b: 1}, undefined, new Error('e')); console.error([2]); "
    expected = ('a {"b":1} undefined Error: e', "[2]")
    assert (await scripts.run(body + "done(1)")).console == expected
    assert (await scripts.failure(body + "null.x")).console == expected
    many = await scripts.run(
        "for (let i = 0; i < 1000; i++) console.log('x'.repeat(9999)); done(1)"
    )
    assert len(many.console) == ROOMY.console_lines + 1
    assert many.console[0] == "x" * ROOMY.console_characters
    assert many.console[-1] == "(800 more were dropped)"
    assert (await scripts.run("done(1); throw new Error('x')")).console == (
        "Error after done: Error: x",
    )


async def test_an_email_is_an_effect(scripts: Scripts) -> None:
    """Whoever ran the script sends it; there is a number of them."""
    done = await scripts.run("notify.email('a@b.c', 'Hello', 'World'); done(1)")
    assert done.effects == ({"kind": "email", "to": "a@b.c", "subject": "Hello", "body": "World"},)
    failure = await scripts.failure("for (;;) notify.email('a@b.c', 'Hello', 'World')")
    assert failure.text == "Error: notify.email was called too often"


async def test_a_call_may_have_another_time(strict: Scripts) -> None:
    """Than the pool's."""
    body = "const end = Date.now() + 1500; while (Date.now() < end); done('slow')"
    call = ScriptCall(body=body, variables={}, seconds=20.0, engine_seconds=10.0)
    assert (await strict.pool.run(call)).value == "slow"


def test_no_repr_shows_what_travels() -> None:
    """Variables and URLs may hold secrets."""
    shown = repr(ScriptCall(body="", variables={"configuration": {"token": "hush"}}))
    shown += repr(ScriptFetch(method="GET", url="https://x/?key=hush", headers={"k": "hush"}))
    assert "hush" not in shown


async def test_unusable_limits_of_a_call_reach_no_worker(scripts: Scripts) -> None:
    """A value that is no JSON is the caller's defect, and the pool goes on."""
    with pytest.raises(TypeError):
        await scripts.run("done(value)", value=object())
    assert await scripts.value("done(1)") == 1


async def test_a_closed_pool_serves_nobody() -> None:
    """Who runs fails, who waits or comes later is told; nobody waits for ever."""
    pool = await ScriptPool.open(workers=1, limits=ROOMY)
    running = asyncio.create_task(pool.run(ScriptCall(body="for (;;);", variables={})))
    waiting = [
        asyncio.create_task(pool.run(ScriptCall(body="done(1)", variables={}))) for _ in range(3)
    ]
    await asyncio.sleep(0)
    await pool.close()
    with pytest.raises(ScriptFailed):
        await running
    for task in [*waiting, pool.run(ScriptCall(body="done(1)", variables={}))]:
        with pytest.raises(ServiceUnavailable):
            await task
