"""What a vendor received, for `/_sim/.../calls`: the latest calls, without their secrets."""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

MASK = "********"
_KEPT_CALLS = 500
_KEPT_BYTES = 16_384
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(frozen=True, slots=True)
class Received:
    """One call as it came."""

    method: str
    path: str
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes
    status: int


@dataclass(slots=True)
class Journal:
    """The latest calls and the counters of all."""

    secrets: frozenset[str] = frozenset()  # further names of headers and parameters, lower case
    calls: deque[Received] = field(default_factory=lambda: deque(maxlen=_KEPT_CALLS))
    methods: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)

    def clear(self) -> None:
        """Forget everything."""
        self.calls.clear()
        self.methods.clear()
        self.statuses.clear()

    def write(self, call: Received) -> None:
        """Note a call and what it was answered; a long body is cut."""
        self.methods[call.method] += 1
        self.statuses[str(call.status)] += 1
        self.calls.append(replace(call, body=call.body[:_KEPT_BYTES]))

    def listed(self, order: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the calls, oldest first, narrowed by `method` and `path` (a prefix)."""
        method, path = str(order.get("method", "")), str(order.get("path", ""))
        return [
            self._shown(call)
            for call in self.calls
            if call.path.startswith(path) and method in ("", call.method)
        ]

    def _shown(self, call: Received) -> dict[str, Any]:
        secrets = self.secrets | _SECRET_HEADERS
        return {
            "method": call.method,
            "path": call.path,
            "query": [(n, MASK if n.lower() in secrets else value) for n, value in call.query],
            "headers": {n: MASK if n.lower() in secrets else v for n, v in call.headers.items()},
            "body": _readable(call.body),
            "status": call.status,
        }


def _readable(body: bytes) -> Any:
    """Return JSON as it is, anything else as text."""
    try:
        return orjson.loads(body) if body else None
    except orjson.JSONDecodeError:
        return body.decode("utf-8", "replace")
