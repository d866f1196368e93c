"""The process in which scripts run: one engine, no files, no network, little memory.

Started by `worker.py <socket> <engine file> <limits>` with `python -I -S` and an empty environment,
it imports nothing of the product. On the socket travel frames: 4 bytes of length, a letter, a
payload.

    parent -> worker   C  header length (4 bytes), header (JSON), variables (JSON)
    worker -> parent   F  requests that the script wants to have made (JSON list)
    parent -> worker   R  id of the request (4 bytes), what came of it (JSON)
    worker -> parent   A  what came of the script (JSON)

Two clocks watch a call, both of this process. The engine's own stops ordinary loops and can tell
where. It does not look up inside a long builtin (`indexOf`, a regular expression, `JSON.parse`), so
the kernel's alarm stands behind it: SIGALRM keeps its default action, which needs no Python code to
run and no parent to be alive. Between calls no alarm is set; when the parent goes, the socket ends.

A context serves one call and is made before the call, after the previous answer was sent: nothing a
script leaves behind meets another script, and the caller does not wait for the making."""

import importlib.machinery
import importlib.util
import json
import os
import re
import resource
import signal
import socket
import struct
import sys
import time
from typing import Any

# Every source of ours is shorter than this, so a position below it is the author's.
LINES_ABOVE = 1000
_POSITION = re.compile(r"<input>:(\d+):(\d+)")
_COMPUTED_REQUIRE = re.compile(r"\brequire\b(?!\s*\(\s*['\"`])")

# What the text of a script may name: its surroundings, or a module behind a global.
_NAMES = {
    "console": "+console",
    "setTimeout": "+timers",
    "setInterval": "+timers",
    "setImmediate": "+timers",
    "clearTimeout": "+timers",
    "clearInterval": "+timers",
    "clearImmediate": "+timers",
    "require": "+require",
    "notify": "+notify",
    "getArray": "+legacy",
    "Java": "+legacy",
    "CE": ":ce",
    "Buffer": "buffer",
    "URL": "url",
    "URLSearchParams": "url",
}
_NAMED = re.compile(rf"\b(?:{'|'.join(_NAMES)})\b")
# By these a script can come by globals that its text does not name.
_REFLECTIVE = re.compile(
    r"\b(?:globalThis|eval|Function|constructor|template|Atomics|SharedArrayBuffer)\b|\\u"
)
_THIS = re.compile(r"\bthis\b")
_GLOBAL_MODULES = frozenset({":ce", "buffer", "url"})

# A file of the library and the sources it needs itself.
_LIBRARY: dict[str, tuple[str, tuple[str, ...]]] = {
    "lodash": ("lodash.min.js", ()),
    "lodash/fp": ("lodash.fp.js", ("lodash",)),
    "moment": ("moment.min.js", ()),
    "jmespath": ("jmespath.min.js", ()),
    "util": ("util.js", ()),
    "querystring": ("querystring.js", ()),
    "url": ("url.js", ("querystring",)),
    "buffer": ("buffer.js", ()),
    "crypto": ("crypto.js", ("buffer", ":hashes")),
    "zlib": ("zlib.js", ("buffer",)),
    "http": ("http.js", ("buffer", "url", ":bodies")),
    "https": ("https.js", ("http",)),
    "axios": ("axios.js", ("buffer", ":bodies")),
    ":ce": ("ce.js", ("buffer", ":hashes")),
    ":hashes": ("hashes.js", ()),
    ":bodies": ("bodies.js", ("buffer",)),
}
# In the order in which they are set up: `require` first, for what needs it.
_SURROUNDINGS = ("require", "console", "timers", "globals", "notify", "legacy")
# What the worker itself asks for when a call needs it.
_ON_DEMAND = ("furnish", "returning", "same", "ending")
_PLANS_KEPT = 256
_LONGEST_KEPT = 64 * 1024


class Stopped(Exception):
    """The script does not go on: an error as the answer tells it."""

    def __init__(self, code: str, **told: object) -> None:
        self.told = {"code": code, **told}


def main() -> None:
    """Take what is needed, give the rest up, serve until the parent goes."""
    descriptor, engine_file, limits_text = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    limits = json.loads(limits_text)
    engine = _load_engine(engine_file)
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib costs 5 ms
    prelude = _text(f"{here}/prelude.js")
    sources = {f"+{name}": _text(f"{here}/surroundings/{name}.js") for name in _SURROUNDINGS}
    sources |= {name: _text(f"{here}/library/{file}") for name, (file, _) in _LIBRARY.items()}
    sources |= {f"={name}": _text(f"{here}/surroundings/{name}.js") for name in _ON_DEMAND}
    channel = socket.socket(fileno=descriptor)
    _give_up_rights(limits["memory_bytes"])
    Worker(channel, engine=engine, prelude=prelude, sources=sources, limits=limits).serve()


def _load_engine(file: str) -> Any:
    """Load the extension alone: the package around it starts a thread."""
    loader = importlib.machinery.ExtensionFileLoader("_quickjs", file)
    spec = importlib.util.spec_from_file_location("_quickjs", file, loader=loader)
    if spec is None:
        raise ImportError(file)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def _text(file: str) -> str:
    with open(file, encoding="utf-8") as opened:  # noqa: PTH123 - see main
        return opened.read()


def _give_up_rights(memory_bytes: int) -> None:
    """Leave the process memory and its socket; nothing to write, to start or to dump."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C is for the parent, which closes the socket
    os.chdir("/")
    # Python needs about 60 MB of addresses; the rest is the heap twice over and an answer's copies.
    addresses = max(512 * 1024 * 1024, 4 * memory_bytes)
    for name, value in (
        (resource.RLIMIT_AS, addresses),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 16),
    ):
        resource.setrlimit(name, (value, value))


class Plan:
    """What a script's text asks for, found out once: its source, and what it finds there."""

    __slots__ = ("function", "has_requests", "has_timers", "is_plain", "needs_seed", "sources_rest")

    def __init__(self, body: str, *, is_legacy: bool, sources: dict[str, str]) -> None:
        opening = "(function(){" if is_legacy else '(async function(){"use strict";'
        self.function = opening + "\n" * LINES_ABOVE + body + "\n})"
        found = sources_for(body)
        self.is_plain = not found and not is_reflective(body, is_legacy=is_legacy)
        needed = {name: text for name, text in sources.items() if name in found}
        # The rest of a JSON object; what differs from call to call is put before it.
        self.sources_rest = f'"sources":{json.dumps(needed)}}}'
        self.has_requests = ":bodies" in found
        self.has_timers = "+timers" in found
        self.needs_seed = "crypto" in found


def is_reflective(body: str, *, is_legacy: bool) -> bool:
    """Tell whether a script may read globals that its text does not name."""
    if _REFLECTIVE.search(body):
        return True
    return is_legacy and _THIS.search(body) is not None  # which is the global object there


def sources_for(body: str) -> set[str]:
    """Return the names of what this script's text names, and of what that needs.

    A `require` whose argument is no literal may mean any module."""
    named = {_NAMES[word] for word in _NAMED.findall(body)}
    if "+require" in named:
        is_computed = _COMPUTED_REQUIRE.search(body) is not None
        named |= {name for name in _LIBRARY if is_computed or name in body}
    if named & _GLOBAL_MODULES:
        named |= {"+globals"}
    wanted = list(named)
    found = set()
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            if name in _LIBRARY:
                found.add("+require")
                wanted.extend(_LIBRARY[name][1])
    return found


class Worker:
    """Serves calls one after the other."""

    def __init__(
        self,
        channel: socket.socket,
        *,
        engine: Any,
        prelude: str,
        sources: dict[str, str],
        limits: dict[str, Any],
    ) -> None:
        self._channel = channel
        self._engine = engine
        self._prelude = prelude
        self._sources = sources
        self._limits = limits
        self._limits_text = json.dumps(limits)
        self._plans: dict[tuple[str, bool], Plan] = {}
        self._received = bytearray()

    def serve(self) -> None:
        """Answer calls until the socket ends."""
        while True:
            context, host = self._fresh()
            kind, frame = self._receive()
            if kind != b"C":
                raise ValueError(kind)
            (length,) = struct.unpack_from(">I", frame)
            header = json.loads(frame[4 : 4 + length])
            signal.setitimer(signal.ITIMER_REAL, header["seconds"])
            answer = self._answer(context, host, header, frame[4 + length :].decode())
            signal.setitimer(signal.ITIMER_REAL, 0)
            self._send(b"A", answer)

    def _fresh(self) -> tuple[Any, Any]:
        context = self._engine.Context()
        context.set_memory_limit(self._limits["memory_bytes"])
        context.set_max_stack_size(self._limits["stack_bytes"])
        return context, context.eval(self._prelude)

    def _answer(self, context: Any, host: Any, header: dict[str, Any], variables: str) -> bytes:
        call = Call(self, context, host, header)
        try:
            encoded = call.run(variables).encode("utf-8", "replace")
        except Stopped as stopped:
            return failure(stopped.told, self._console(call))
        except self._engine.JSException as exc:
            return failure(told_of(str(exc)), self._console(call))
        except MemoryError:
            return failure({"code": "script-memory"}, self._console(call))
        if len(encoded) > self._limits["output_bytes"]:
            return failure({"code": "script-memory", "is_output": True}, self._console(call))
        return encoded

    def ask(self, requests: str) -> None:
        """Hand requests to the parent."""
        self._send(b"F", requests.encode("utf-8", "replace"))

    def reply(self) -> tuple[int, str]:
        """Return the next request's id and what came of it."""
        kind, frame = self._receive()
        if kind != b"R":
            raise ValueError(kind)
        return struct.unpack_from(">I", frame)[0], frame[4:].decode()

    def source(self, name: str) -> str:
        """Return the text of one of the parts that are used on demand."""
        return self._sources[f"={name}"]

    @property
    def fetch_seconds(self) -> float:
        """Return how long one script may wait for the network."""
        return float(self._limits["fetch_seconds"])

    @property
    def limits_text(self) -> str:
        """Return the limits as JSON."""
        return self._limits_text

    def plan(self, body: str, *, is_legacy: bool) -> Plan:
        """Return the plan of a script; those of the last few hundred are kept."""
        plan = self._plans.get((body, is_legacy))
        if plan is None:
            plan = Plan(body, is_legacy=is_legacy, sources=self._sources)
            if len(self._plans) >= _PLANS_KEPT:
                self._plans.clear()
            if len(body) <= _LONGEST_KEPT:
                self._plans[body, is_legacy] = plan
        return plan

    def _console(self, call: "Call") -> object:
        """Return what was logged, unless the engine cannot even tell that any more."""
        try:
            return call.told_console()
        except (self._engine.JSException, MemoryError, ValueError, TypeError):
            return []

    def _receive(self) -> tuple[bytes, bytes]:
        (length,) = struct.unpack(">I", self._exactly(4))
        frame = self._exactly(length)
        return frame[:1], frame[1:]

    def _exactly(self, count: int) -> bytes:
        received = self._received
        while len(received) < count:
            part = self._channel.recv(max(min(count - len(received), 1 << 20), 1 << 16))
            if not part:
                os._exit(0)  # the parent has gone
            received += part
        exactly = bytes(received[:count])
        del received[:count]
        return exactly

    def _send(self, kind: bytes, payload: bytes) -> None:
        try:
            self._channel.sendall(struct.pack(">I", len(payload) + 1) + kind + payload)
        except OSError:
            os._exit(0)


class Call:
    """One script from its text to its answer."""

    def __init__(self, worker: Worker, context: Any, host: Any, header: dict[str, Any]) -> None:
        self._worker = worker
        self._context = context
        self._host = host
        self._header = header
        self._spent_at = time.process_time() + header["engine_seconds"]
        self._network_seconds = worker.fetch_seconds
        self._open = 0
        self._hands: Any = None
        self.console: object = None

    def run(self, variables: str) -> str:
        """Return what is told at the end: JSON text.

        Raises:
            Stopped: the script failed, gave no answer, or took too long.
        """
        header = self._header
        is_legacy = header["is_legacy"]
        self._context.set_time_limit(header["engine_seconds"])
        plan = self._worker.plan(header["body"], is_legacy=is_legacy)
        if plan.is_plain and not header["is_placed"]:
            self._host("begin", self._context.parse_json(variables))
        else:
            self._furnish(variables, plan)
        script = self._context.eval(plan.function)
        if is_legacy:
            self._host("with", self._part("returning"), script)
        else:
            self._host("run", script)
        self._settle(plan)
        answer = self._host("answer")
        if answer is None or header["keep"] or self._hands is not None:
            return self._told()
        same = self._host("with", self._part("same")) if header["is_same_told"] else "[]"
        return f'{{"value":{answer},"same":{same},"kept":{{}},"console":[],"effects":[]}}'

    def told_console(self) -> object:
        """Return what was logged until now."""
        if self.console is None and self._hands is not None:
            self.console = json.loads(self._hands("console"))
        return self.console or []

    def _part(self, name: str) -> Any:
        return self._context.eval(self._worker.source(name))

    def _furnish(self, variables: str, plan: Plan) -> None:
        seed = os.urandom(32).hex() if plan.needs_seed else ""
        told = f'{{"seed":"{seed}","limits":{self._worker.limits_text},{plan.sources_rest}'
        read = self._context.parse_json
        self._hands = self._host("with", self._part("furnish"), read(variables), read(told))

    def _told(self) -> str:
        """Return all that can be told, where that is more than an answer.

        Raises:
            Stopped: the script failed, or gave no answer.
        """
        header = self._header
        wish = json.dumps({"isLegacy": header["is_legacy"], "keep": header["keep"]})
        same = "[]"
        if header["is_same_told"] and self._host("answer") is not None:
            same = self._host("with", self._part("same"))
        text: str = self._host("with", self._part("ending"), self._context.parse_json(wish), same)
        if text.startswith('{"failure":'):
            told = json.loads(text)
            self.console = told["console"]
            raise stopped_by(told["failure"])
        return text

    def _settle(self, plan: Plan) -> None:
        """Run promises, then the network, then the next timer, until nothing is left.

        The network comes before timers: their clock is a fiction, and a script that gives a
        request a time to live means the real one."""
        while True:
            while self._context.execute_pending_job():
                self._check_time()
            requests: str = self._hands("outgoing") if plan.has_requests else ""
            if requests:
                self._open += len(json.loads(requests))
                self._worker.ask(requests)
            elif self._open:
                self._await_reply()
            elif not plan.has_timers or self._hands("tick") is not True:
                return
            self._check_time()

    def _await_reply(self) -> None:
        """Wait with the script's clock stopped and the network's clock running.

        The alarm is exchanged, never absent: a parent that is gone or stuck cannot keep us."""
        begun = time.monotonic()
        left, _ = signal.setitimer(signal.ITIMER_REAL, self._network_seconds + 1)
        number, text = self._worker.reply()
        signal.setitimer(signal.ITIMER_REAL, max(left, 0.001))
        self._network_seconds = max(self._network_seconds - (time.monotonic() - begun), 0.0)
        self._open -= 1
        self._hands("deliver", number, text)

    def _check_time(self) -> None:
        if time.process_time() > self._spent_at:
            raise Stopped("script-timeout")


def failure(told: dict[str, object], console: object) -> bytes:
    """Return the frame of a call that came to no answer."""
    return json.dumps({"error": told, "console": console}).encode()


def stopped_by(failure: dict[str, str] | None) -> Stopped:
    """Turn what the prelude tells of an error into the answer."""
    if failure is None:
        return Stopped("script-no-answer")
    name, message = failure["name"], failure["message"]
    told = told_of(f"{name}: {message}" if name else message)
    told.update(position_in(failure["stack"]))
    return Stopped(**told)


def told_of(text: str) -> dict[str, Any]:
    """Turn an exception of the engine, message and stack in one text, into the answer.

    Out of memory the engine may have no memory left for the error: then it throws null."""
    message = text.partition("\n    at ")[0].strip()
    told: dict[str, Any] = {"code": "script-failed", "text": message, **position_in(text)}
    if message.startswith("InternalError: interrupted"):
        told["code"] = "script-timeout"
    elif message == "null" or "out of memory" in message or message.endswith("string too long"):
        told["code"] = "script-memory"
    return told


def position_in(stack: str) -> dict[str, int]:
    """Return line and column of the author's script, if the stack has been there."""
    for line, column in _POSITION.findall(stack):
        if int(line) > LINES_ABOVE:
            return {"line": int(line) - LINES_ABOVE, "column": int(column)}
    return {}


if __name__ == "__main__":
    main()
