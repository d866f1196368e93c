"""No script gets out, stays, eats the machine, or disturbs another."""

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from tests.scripting.conftest import ROOMY, STRICT, Scripts
from valence.domain import InvalidRequest
from valence.scripting import ScriptCall, ScriptFailed, ScriptOutcome, ScriptPool

TIME = {"script-timeout"}
MEMORY = {"script-memory"}
EITHER = TIME | MEMORY
BOMBS = [
    ("endless loop", "while (true) {}", TIME),
    ("endless loop after done", "done(1); while (true) {}", TIME),
    ("endless loop that catches everything", "for (;;) { try { for (;;); } catch {} finally { continue } }", TIME),
    ("endless loop in a promise", "await null; for (;;);", TIME),
    ("endless promises", "(async () => { for (;;) await null })()", TIME),
    ("promises that multiply", "const f = () => { Promise.resolve().then(f); Promise.resolve().then(f) }; f()", EITHER),
    ("endless timers", "(function f() { setTimeout(f, 0) })()", TIME),
    ("endless interval", "setInterval(() => {}, 1)", TIME),
    ("loop in toJSON", "done({toJSON() { for (;;); }})", TIME),
    ("loop in a thrown message", "throw {get message() { for (;;); }}", TIME),
    ("regular expression", "/^(a+)+$/.test('a'.repeat(60) + 'b')", TIME),
    ("long indexOf", "const s = 'a'.repeat(2e7); for (;;) s.indexOf('a'.repeat(1e7) + 'b')", EITHER),
    ("sorting", "const a = Array.from({length: 1e6}, Math.random); for (;;) a.sort()", EITHER),
    ("sorting that calls back", "[3, 1, 2].sort(() => { for (;;); })", TIME),
    ("huge sparse join", "new Array(2 ** 32 - 1).join('x')", EITHER),
    ("growing string", "let s = 'x'; for (;;) s += s", MEMORY),
    ("growing array", "const a = []; for (;;) a.push([a.length])", EITHER),
    ("growing map", "const m = new Map(); for (let i = 0; ; i++) m.set('k' + i, {i})", EITHER),
    ("huge buffer", "new ArrayBuffer(2 ** 31 - 1)", {"script-failed", "script-memory"}),
    ("growing BigInt", "let n = 3n; for (;;) n = n * n", EITHER | {"script-failed"}),
    ("JSON that grows", "let o = {a: 1}; for (;;) o = {a: o, b: JSON.stringify(o)}", EITHER),
    ("JSON that is deep", "done(JSON.parse('['.repeat(1e6) + ']'.repeat(1e6)))", {"script-failed"}),
    ("value that is deep", "let d = []; for (let i = 0; i < 1e5; i++) d = [d]; done(d)", {"script-failed"}),
    ("recursion", "(function f() { f() })()", {"script-failed"}),
    ("recursion through getters", "const o = {get a() { return this.a }}; o.a", {"script-failed"}),
    ("huge answer", "done('x'.repeat(9e6))", MEMORY),
    ("huge answer in pieces", "const part = 'x'.repeat(1e6); done(Array(20).fill(part))", EITHER),
    ("zip bomb", "const z = require('zlib'); let b = Buffer.alloc(1e6); for (;;) b = Buffer.concat([b, z.gzipSync(b)])", EITHER),
]  # fmt: skip


@pytest.mark.parametrize(("body", "codes"), [bomb[1:] for bomb in BOMBS], ids=[b[0] for b in BOMBS])
async def test_a_bomb_ends_alone(strict: Scripts, body: str, codes: set[str]) -> None:
    """Within its limits; the next script runs as if nothing had been."""
    failure = await asyncio.wait_for(strict.failure(body), timeout=10)
    assert failure.code in codes
    call = ScriptCall(body="done(1)", variables={}, seconds=20.0, engine_seconds=10.0)
    assert (await strict.pool.run(call)).value == 1


async def test_the_kernel_ends_what_the_engine_does_not() -> None:
    """With an engine that never looks, the alarm alone does it, and the message is the same."""
    limits = replace(STRICT, seconds=0.3, engine_seconds=60.0)
    pool = await ScriptPool.open(workers=1, limits=limits)
    with pytest.raises(ScriptFailed, match=r"did not finish in time.*0\.3 s in all") as caught:
        await pool.run(ScriptCall(body="for (;;);", variables={}))
    assert caught.value.code == "script-timeout"
    await pool.close()


ESCAPES = [
    ("the global's names", "done(Object.getOwnPropertyNames(globalThis).filter((n) => /^(std|os|bjson|process|global|print|load|scriptArgs|Deno|host|inner|Worker|fetch|XMLHttpRequest|WebAssembly|Atomics|SharedArrayBuffer)$/.test(n)))", []),
    ("the function constructor", "const g = done.constructor.constructor('return this')(); done([typeof g.process, typeof g.std, typeof g.os, typeof g.host])", ["undefined"] * 4),
    ("the async function's constructor", "const F = (async () => {}).constructor; done(await new F('return typeof host + typeof inner + typeof internal')())", "undefinedundefinedundefined"),
    ("importing a system module", "done(await import('os').catch((e) => e.name))", "ReferenceError"),
    ("importing std", "done(await import('std').catch((e) => e.name))", "ReferenceError"),
    ("importing a file", "done(await import('/etc/passwd').catch((e) => e.name))", "ReferenceError"),
    ("requiring a file", "try { require('/etc/passwd') } catch (e) { done(e.message) }", "require cannot find '/etc/passwd'"),
    ("requiring our own parts", "try { require('+errors') } catch (e) { done(e.message) }", "require cannot find '+errors'"),
    ("requiring child_process", "const name = 'child_' + 'process'; try { require(name) } catch (e) { done(e.message) }", "require cannot find 'child_process'"),
    ("a name of the prototype", "try { require('constructor') } catch (e) { done(e.message) }", "require cannot find 'constructor'"),
    ("the caller's frames", "function f() { try { return f.caller } catch (e) { return e.name } } done(f())", "TypeError"),
    ("leaving the wrapper", "}); globalThis.left = typeof host + typeof inner; (async function () { done(left)", "undefinedundefined"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "value"), [escape[1:] for escape in ESCAPES], ids=[escape[0] for escape in ESCAPES]
)
async def test_there_is_no_way_out(scripts: Scripts, body: str, value: object) -> None:
    """Not to Python, the system, the network, nor to what stands around the script."""
    assert await scripts.value(body) == value


LEFT_BEHIND = [
    "globalThis.secret = 'of tenant one'",
    "Object.prototype.secret = 'x'; Array.prototype.map = () => 'x'; String.prototype.secret = 'x'",
    "JSON.stringify = () => '{}'; JSON.parse = () => 'x'; Promise.prototype.then = () => 'x'",
    "const _ = require('lodash'); _.secret = 'x'; _.map = () => 'x'; CE.secret = 'x'",
    "console.secret = 'x'; globalThis.done = () => 'x'; setTimeout(() => { globalThis.secret = 1 }, 1e9)",
    "Object.defineProperty(globalThis, 'secret', {value: 1, configurable: false})",
]  # fmt: skip


@pytest.mark.parametrize("first", LEFT_BEHIND, ids=[body[:30] for body in LEFT_BEHIND])
async def test_nothing_is_left_for_the_next_script(scripts: Scripts, first: str) -> None:
    """One worker serves all tenants, one after the other, in a context for each call."""
    await scripts.run(first + ";", is_legacy=True)
    found = await scripts.value(
        "const _ = require('lodash'); done([typeof secret, ({}).secret, 'a'.secret, _.secret, CE.secret,"
        " console.secret, [1].map((x) => x + 1), JSON.parse(JSON.stringify({a: [1]})), await Promise.resolve(2)])"
    )
    assert found == ["undefined", *[None] * 5, [2], {"a": [1]}, 2]


FORGED = [
    "Array.prototype.toJSON = () => ({})",
    "Object.prototype.toJSON = () => 'x'",
    "Array.prototype.toJSON = () => [1]; console.log(1)",
    "String.prototype.toJSON = () => 5; console.log('a')",
    "Object.keys = () => ['a']; Array.prototype.push = () => 1; console.log('a')",
]


@pytest.mark.parametrize("body", FORGED)
async def test_a_forged_answer_is_no_defect_of_ours(scripts: Scripts, body: str) -> None:
    """A script may spoil its own answer; then it failed, or it gave what it gave."""
    call = ScriptCall(body=body + "; done({a: 1})", variables={})
    try:
        done = await scripts.pool.run(call)
    except ScriptFailed as failure:
        assert failure.code == "script-failed"
    else:
        assert isinstance(done, ScriptOutcome)
        assert all(isinstance(line, str) for line in done.console)


def children() -> set[int]:
    """Return the worker processes of this process."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if parent == os.getpid() and b"scripting/worker.py" in command:
                found.add(int(entry.name))
    return found


async def test_a_worker_has_nothing() -> None:
    """No environment, no file but its socket, no right to make one, a bounded memory."""
    before = children()
    pool = await ScriptPool.open(workers=1, limits=ROOMY)
    await pool.run(ScriptCall(body="done(1)", variables={}))
    (worker,) = children() - before
    assert Path(f"/proc/{worker}/environ").read_bytes() == b""
    targets = {file.readlink().name for file in Path(f"/proc/{worker}/fd").iterdir()}
    assert {name for name in targets if name.startswith("socket")}
    assert not {name for name in targets if name.endswith((".py", ".js", ".db", ".so"))}
    limits = Path(f"/proc/{worker}/limits").read_text()
    for name, value in (
        ("Max file size", "0"),
        ("Max core file size", "0"),
        ("Max processes", "0"),
    ):
        (line,) = (line for line in limits.splitlines() if line.startswith(name))
        assert line[len(name) :].split()[0] == value
    await pool.close()
    assert not children() - before


async def test_a_killed_worker_costs_one_call() -> None:
    """The others go on, those who wait are served, and the place is taken again."""
    before = children()
    pool = await ScriptPool.open(workers=2, limits=ROOMY)
    long = ScriptCall(body="for (;;);", variables={})
    victim = asyncio.create_task(pool.run(long))
    (busy, idle) = await _busy_and_idle(children() - before)
    others = [
        asyncio.create_task(pool.run(ScriptCall(body=f"done({n})", variables={})))
        for n in range(20)
    ]
    os.kill(busy, signal.SIGKILL)
    with pytest.raises(ScriptFailed, match="its process ended unexpectedly"):
        await victim
    assert [done.value for done in await asyncio.gather(*others)] == list(range(20))
    os.kill(idle, signal.SIGKILL)
    while idle in children():
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.01)  # the loop hears of it
    assert {(await pool.run(ScriptCall(body="done(1)", variables={}))).value for _ in range(4)} == {
        1
    }
    await pool.close()


async def _busy_and_idle(workers: set[int]) -> tuple[int, int]:
    """Return which of two workers burns processor time; asks until one has burned much more."""
    while True:
        spent = {
            worker: sum(map(int, Path(f"/proc/{worker}/stat").read_text().split()[13:15]))
            for worker in workers
        }
        idle, busy = sorted(workers, key=lambda worker: spent[worker])
        if spent[busy] - spent[idle] > 10:
            return busy, idle
        await asyncio.sleep(0.01)


async def test_a_cancelled_caller_confuses_nobody() -> None:
    """His worker is given up; the next caller gets his own answer."""
    pool = await ScriptPool.open(workers=1, limits=ROOMY)
    await pool.run(ScriptCall(body="done(0)", variables={}))
    running = asyncio.create_task(pool.run(ScriptCall(body="for (;;);", variables={})))
    waiting = asyncio.create_task(pool.run(ScriptCall(body="done('waiting')", variables={})))
    next_one = asyncio.create_task(pool.run(ScriptCall(body="done('next')", variables={})))
    await asyncio.sleep(0)
    waiting.cancel()
    running.cancel()
    assert (await next_one).value == "next"
    for task in (running, waiting):
        with pytest.raises(asyncio.CancelledError):
            await task
    await pool.close()


async def test_calls_are_served_in_their_order() -> None:
    """First come, first served, however many wait."""
    pool = await ScriptPool.open(workers=1, limits=ROOMY)
    served: list[int] = []

    async def call(number: int) -> None:
        await pool.run(ScriptCall(body="done(1)", variables={}))
        served.append(number)

    await asyncio.gather(*(call(number) for number in range(50)))
    assert served == list(range(50))
    await pool.close()


async def test_bombs_among_scripts_harm_only_themselves() -> None:
    """Fifty calls at once over two workers, every tenth a bomb that kills its process."""
    limits = replace(ROOMY, seconds=0.5)
    pool = await ScriptPool.open(workers=2, limits=limits)

    async def call(number: int) -> object:
        body = "for (;;);" if number % 10 == 0 else f"done({number})"
        seconds = 0.2 if number % 10 == 0 else 20.0
        try:
            return (await pool.run(ScriptCall(body=body, variables={}, seconds=seconds))).value
        except ScriptFailed as failure:
            return failure.code

    told = await asyncio.gather(*(call(number) for number in range(50)))
    assert told == [number if number % 10 else "script-timeout" for number in range(50)]
    await pool.close()


@pytest.mark.parametrize("depth", [100, 250])
async def test_what_is_deep_goes_in_and_out(scripts: Scripts, depth: int) -> None:
    """As deep as JSON is written here."""
    assert await scripts.value("done(given)", given=_nested(depth)) == _nested(depth)


@pytest.mark.parametrize("given", ["deep", "large"])
async def test_what_cannot_be_written_is_not_given(scripts: Scripts, given: str) -> None:
    """Neither the script's fault nor ours; the next one runs."""
    value = _nested(300) if given == "deep" else 2**70
    with pytest.raises(InvalidRequest, match="nested too deeply") as caught:
        await scripts.run("done(given)", given=value)
    assert caught.value.code == "bad-body"
    assert await scripts.value("done(1)") == 1


def _nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value
