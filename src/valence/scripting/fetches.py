"""The requests of one running script, made by whoever may make them."""

import asyncio
import base64
import re
import struct
from typing import Any

import orjson

from valence.domain import ValenceError
from valence.scripting.frames import Frames, FrameUnreadable
from valence.scripting.values import Fetch, ScriptFetch, ScriptLimits

# RFC 9110 section 5.6.2: what a method and a field name are made of.
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NOT_IN_VALUES = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_URL = re.compile(r"https?://[^\s\x00-\x1f]+", re.IGNORECASE)


class Unusable(Exception):
    """What the script asks for is no request; the text says why, to the script."""


class Fetches:
    """Takes requests from the worker and gives it what came of them.

    The worker runs a stranger's code, so nothing it says is believed: count, time and form are
    checked here. `async with` ends what is still open when the script does."""

    def __init__(self, fetch: Fetch | None, *, frames: Frames, limits: ScriptLimits) -> None:
        self._fetch = fetch
        self._frames = frames
        self._limits = limits
        self._left = limits.fetches
        self._ends = asyncio.get_running_loop().time() + limits.fetch_seconds
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Fetches":
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def begin(self, payload: bytes) -> None:
        """Start what one frame asks for.

        Raises:
            FrameUnreadable: the script has altered what requests are written with.
        """
        for wanted in _requests(payload):
            task = asyncio.create_task(self._make(wanted))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _make(self, wanted: dict[str, Any]) -> None:
        """A request's outermost frame: a defect of ours ends the call that it belongs to."""
        try:
            told = await self._told(wanted)
            self._frames.send(b"R", struct.pack(">I", wanted["id"]), orjson.dumps(told))
        except Exception as exc:
            broken = RuntimeError("what makes the requests of scripts has failed")
            broken.__cause__ = exc
            self._frames.interrupt(broken)

    async def _told(self, wanted: dict[str, Any]) -> dict[str, object]:
        if self._fetch is None:
            return {"error": "scripts cannot make requests here"}
        if self._left == 0:
            return {"error": f"a script can make {self._limits.fetches} requests, not more"}
        self._left -= 1
        try:
            request = request_of(wanted, seconds=self._limits.fetch_seconds)
            async with asyncio.timeout_at(self._ends):
                fetched = await self._fetch(request)
        except Unusable as exc:
            return {"error": str(exc)}
        except ValenceError as exc:
            return {"error": exc.message}
        except TimeoutError:
            return {"error": f"no answer within {self._limits.fetch_seconds:g} s"}
        if len(fetched.body) > self._limits.output_bytes:
            return {"error": "the answer is larger than a script can take"}
        headers = {name.lower(): value for name, value in fetched.headers.items()}
        return {"status": fetched.status, "headers": headers, **_body(fetched.body)}


def _requests(payload: bytes) -> list[dict[str, Any]]:
    try:
        told = orjson.loads(payload)
    except orjson.JSONDecodeError:
        told = None
    if isinstance(told, list) and all(isinstance(one, dict) for one in told):
        numbers = [one.get("id") for one in told]
        if all(type(number) is int and 0 <= number < 1 << 32 for number in numbers):
            return told
    raise FrameUnreadable("its request cannot be read")


def request_of(wanted: dict[str, Any], *, seconds: float) -> ScriptFetch:
    """Return the request that a frame describes.

    Raises:
        Unusable: method, URL, headers or body are not those of an HTTP request.
    """
    method, url = wanted.get("method"), wanted.get("url")
    headers, body = wanted.get("headers") or {}, wanted.get("body")
    if not isinstance(method, str) or not _TOKEN.fullmatch(method):
        raise Unusable("the method of a request is a word such as GET")
    if not isinstance(url, str) or not _URL.fullmatch(url):
        raise Unusable("the URL of a request begins with http:// or https:// and has no spaces")
    if not isinstance(headers, dict):
        raise Unusable("the headers of a request are an object")
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name) or not isinstance(value, str) or _NOT_IN_VALUES.search(value):
            raise Unusable("a header of the request has a name or value that HTTP does not allow")
    timeout = wanted.get("timeout")
    own = timeout / 1000 if isinstance(timeout, int | float) and timeout > 0 else seconds
    return ScriptFetch(
        method=method.upper(),
        url=url,
        headers=headers,
        body=_bytes(body),
        timeout_seconds=min(own, seconds),
    )


def _bytes(body: object) -> bytes | None:
    if body is None:
        return None
    try:
        return base64.b64decode(str(body), validate=True)
    except ValueError as exc:
        raise Unusable("the body of a request is text or a Buffer") from exc


def _body(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}
