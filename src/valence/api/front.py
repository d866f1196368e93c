"""What stands before every request: id, host check, CORS, size limit, error shape, access log.

Pure ASGI and in one place, because the gateway's side passes the framework by and both sides must
behave the same, 401 answers included."""

import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog

from valence.api.access import AccessLog
from valence.api.problems import problem
from valence.domain import (
    Clock,
    InvalidRequest,
    PayloadTooLarge,
    ValenceError,
    new_request_id,
)

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

API_PREFIX = "/elements/api-v2"
EXPOSED = (
    b"Elements-Returned-Count, Elements-Total-Count, Elements-Request-Id,"
    b" Elements-Next-Page-Token, Elements-Trace-Id, Elements-Error, Elements-Provenance,"
    b" Content-Disposition"
)
_METHODS = b"GET, POST, PUT, PATCH, DELETE, OPTIONS"

_log = structlog.get_logger("valence.access")


class Front:
    """Wraps the whole application.

    Args:
        hosts: further host names to answer to; `*` allows any.
        origins: origins that browsers may call from; `*` allows any.
    """

    def __init__(
        self,
        inside: Asgi,
        *,
        clock: Clock,
        hosts: frozenset[str],
        origins: frozenset[str],
        max_body_bytes: int,
        max_file_bytes: int,
        access: AccessLog,
    ) -> None:
        self._inside = inside
        self._clock = clock
        self._access = access
        self._hosts = hosts
        self._origins = origins
        self._max_body_bytes = max_body_bytes
        self._max_file_bytes = max(max_body_bytes, max_file_bytes)
        self._allowed_hosts: set[bytes] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; the outermost frame of all of them."""
        if scope["type"] != "http":
            await self._inside(scope, receive, send)
            return
        started = self._clock.monotonic()
        request_id = new_request_id(self._clock.now_ms())
        scope["valence.request_id"] = request_id
        headers: dict[bytes, bytes] = dict(scope["headers"])
        answer = _Answer(send, request_id, self._cors(headers), is_head=scope["method"] == "HEAD")
        if scope["method"] == "HEAD":
            scope["method"] = "GET"
        try:
            self._check_host(headers.get(b"host", b""))
            if _is_preflight(scope, headers):
                await answer.preflight()
            else:
                _strip_trailing_slash(scope)
                limited = self._limited(receive, headers)
                await self._inside(scope, limited, answer.send)
        except PayloadTooLarge as exc:
            if b"expect" not in headers:  # who waits for our word has sent nothing
                await _drain(receive, limit_bytes=4 * self._max_body_bytes)
            await answer.error(exc)
        except ValenceError as exc:
            await answer.error(exc)
        except Exception:
            # The outermost frame: whatever it is, the caller gets a problem and the log the trace.
            _log.exception("request failed", request_id=request_id)
            await answer.error(ValenceError("Valence failed; the operator finds it in the log."))
        self._access.write(
            request_id=request_id,
            method=scope["method"],
            path=scope["path"],
            status=answer.status,
            ms=round((self._clock.monotonic() - started) * 1000, 1),
        )

    def _cors(self, headers: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
        origin = headers.get(b"origin")
        if origin is None:
            return []
        found = [(b"access-control-expose-headers", EXPOSED)]
        if "*" in self._origins:
            found.append((b"access-control-allow-origin", b"*"))
        elif origin.decode("latin-1") in self._origins:
            found += [(b"access-control-allow-origin", origin), (b"vary", b"Origin")]
        return found

    def _check_host(self, host: bytes) -> None:
        if host in self._allowed_hosts:
            return
        name = _host_name(host.decode("latin-1"))
        if not (name in self._hosts or "*" in self._hosts or _is_local(name)):
            raise InvalidRequest(
                "This host name is not served here; the operator can add it to"
                " VALENCE_ALLOWED_HOSTS.",
                code="unknown-host",
            )
        if len(self._allowed_hosts) < 1000:
            self._allowed_hosts.add(host)

    def _limited(self, receive: Receive, headers: dict[bytes, bytes]) -> Receive:
        length = headers.get(b"content-length", b"")
        limit = self._max_body_bytes
        if headers.get(b"content-type", b"").lower().startswith(b"multipart/form-data"):
            limit = self._max_file_bytes  # its files are not held in memory
        if length.isdigit() and int(length) > limit:
            raise PayloadTooLarge(f"The body must have at most {limit} bytes.")
        if length:
            return receive
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise PayloadTooLarge(f"The body must have at most {limit} bytes.")
            return message

        return counted


class _Answer:
    """The answer on its way out: adds our headers, remembers what was sent."""

    def __init__(
        self,
        send: Send,
        request_id: str,
        cors: list[tuple[bytes, bytes]],
        *,
        is_head: bool,
    ) -> None:
        self._send = send
        self._request_id = request_id
        self._extra = [(b"elements-request-id", request_id.encode()), *cors]
        self._is_head = is_head
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", []), *self._extra]
        elif self._is_head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)

    async def error(self, error: ValenceError) -> None:
        if self.status:
            return  # the answer is already on its way; the connection ends with it
        status, headers, body = problem(error, self._request_id)
        headers = [*headers, (b"content-length", str(len(body)).encode())]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    async def preflight(self) -> None:
        headers = [
            (b"access-control-allow-methods", _METHODS),
            (b"access-control-allow-headers", b"*, Authorization"),
            (b"access-control-max-age", b"600"),
            (b"content-length", b"0"),
        ]
        await self.send({"type": "http.response.start", "status": 200, "headers": headers})
        await self.send({"type": "http.response.body", "body": b""})


async def _drain(receive: Receive, *, limit_bytes: int) -> None:
    """Read on for a while: a client still sending would see a broken pipe, not the answer."""
    seen = 0
    while seen < limit_bytes:
        message = await receive()
        seen += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return


def _is_preflight(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    return (
        scope["method"] == "OPTIONS"
        and b"access-control-request-method" in headers
        and scope["path"].startswith(API_PREFIX)
    )


def _strip_trailing_slash(scope: Scope) -> None:
    if scope["path"].endswith("/") and scope["path"].startswith(API_PREFIX):
        scope["path"] = scope["path"].rstrip("/")
        scope["raw_path"] = scope["raw_path"].rstrip(b"/")


def _host_name(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].rstrip(".").lower()


def _is_local(name: str) -> bool:
    """Accept localhost, any *.localhost, and literal addresses, which no foreign DNS can point."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
