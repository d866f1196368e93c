"""What the fields of a vendor's object are: asked of the element itself, and remembered.

An element with its own `GET /objects/{objectName}/metadata` can say of other resources that it
`describes` what they read and write. Then callers may write names in any case, the filter knows the
type of each field, and a statement can list every field. A description costs the vendor a call, so
it is kept for a quarter hour, and asked for anew when the vendor refuses what was made of it."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from valence.domain import Clock
from valence.gateway.values import Described, Resolved

KEPT_SECONDS = 900.0
"""How long a description counts: a field that a customer adds is not looked for much longer."""

DOUBTED_SECONDS = 30.0
"""From what age on a refused call is a reason to ask again."""

MOST_KEPT = 2_000

Ask = Callable[[], Awaitable[Iterable[Mapping[str, Any]]]]
_Key = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class _Held:
    described: Described
    since: float


class Descriptions:
    """The descriptions that this process has."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: OrderedDict[_Key, _Held] = OrderedDict()
        self._asking: dict[_Key, asyncio.Lock] = {}

    async def of(self, resolved: Resolved, name: str, ask: Ask) -> Described:
        """Return the description of an instance's object; who comes meanwhile waits for it.

        Raises:
            ValenceError: as asking does.
        """
        key = _key(resolved, name)
        found = self._known(key)
        if found is not None:
            return found
        lock = self._asking.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                found = self._known(key)
                if found is None:
                    found = described(await ask())
                    self._keep(key, found)
                return found
        finally:
            if not lock.locked():
                self._asking.pop(key, None)

    def forget_old(self, resolved: Resolved, name: str) -> bool:
        """Forget a description that may be outdated; tell whether it was old enough for that."""
        held = self._held.get(_key(resolved, name))
        if held is None or self._clock.monotonic() - held.since < DOUBTED_SECONDS:
            return False
        del self._held[_key(resolved, name)]
        return True

    def _known(self, key: _Key) -> Described | None:
        held = self._held.get(key)
        if held is None or self._clock.monotonic() - held.since >= KEPT_SECONDS:
            return None
        return held.described

    def _keep(self, key: _Key, found: Described) -> None:
        self._held[key] = _Held(found, self._clock.monotonic())
        self._held.move_to_end(key)
        while len(self._held) > MOST_KEPT:
            self._held.popitem(last=False)


def described(fields: Iterable[Mapping[str, Any]]) -> Described:
    """Return the description that the fields of a metadata answer make."""
    known = {}
    for field in fields:
        name = field.get("vendorPath")
        if isinstance(name, str) and name:
            kind = field.get("vendorNativeType") or field.get("type") or ""
            known[name.casefold()] = (name, str(kind))
    return Described(tuple(name for name, _ in known.values()), known)


def _key(resolved: Resolved, name: str) -> _Key:
    # Where the instance leads elsewhere, its objects are others.
    return resolved.instance.id, resolved.configured("base.url") or "", name.casefold()
