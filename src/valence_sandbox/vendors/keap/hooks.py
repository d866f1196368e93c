"""REST hooks: who subscribed, what waits to be told, and how often it was tried.

Events wait 30 to 60 seconds (tag events 5 to 10 minutes) and go out together, at most 1000 to a
call. A call that fails is repeated after 30 to 60 seconds, 5 minutes and 30 minutes; the fourth
failure, or a single 410, makes the hook Inactive. All of it runs on the sandbox's own clock, and
goes out when `/_sim/hooks/fire` says so.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any

import orjson

from valence_sandbox.clock import SandboxClock
from valence_sandbox.outbound import Poster, post
from valence_sandbox.vendors.keap.dates import render_z

WAIT_MS = 45_000
TAG_WAIT_MS = 420_000
REPEATS_MS = (45_000, 300_000, 1_800_000)
MOST_KEYS = 1000
ANSWER_SECONDS = 30.0


@dataclass(slots=True)
class Batch:
    """Object keys that go out in one call, when it is due, and how often it failed."""

    keys: list[dict[str, Any]]
    due_ms: int
    failures: int = 0


@dataclass(slots=True)
class Hook:
    """One subscription."""

    key: str
    event_key: str
    url: str
    status: str = "Unverified"
    secret: str = ""
    batches: list[Batch] = field(default_factory=list)

    def shown(self) -> dict[str, str]:
        """Return it as the API answers it."""
        return {
            "key": self.key,
            "eventKey": self.event_key,
            "hookUrl": self.url,
            "status": self.status,
        }

    def accept(self, key: dict[str, Any], due_ms: int) -> None:
        """Let an event wait, with others that were not tried yet if there is room."""
        last = self.batches[-1] if self.batches else None
        if last is not None and not last.failures and len(last.keys) < MOST_KEYS:
            last.keys.append(key)
        else:
            self.batches.append(Batch([key], due_ms))


class Hooks:
    """The subscriptions of one account."""

    def __init__(self, clock: SandboxClock, *, poster: Poster = post) -> None:
        self._clock = clock
        self._post = poster
        self._hooks: dict[str, Hook] = {}
        self._last = 0

    def clear(self) -> None:
        """Forget every subscription."""
        self._hooks.clear()

    def all(self) -> list[Hook]:
        """Return the subscriptions, oldest first."""
        return list(self._hooks.values())

    def get(self, key: str) -> Hook | None:
        """Return a subscription."""
        return self._hooks.get(key)

    def add(self, event_key: str, url: str) -> Hook:
        """Subscribe; nothing is heard before it is verified."""
        self._last += 1
        hook = Hook(str(self._last), event_key, url)
        self._hooks[hook.key] = hook
        return hook

    def remove(self, key: str) -> None:
        """End a subscription."""
        self._hooks.pop(key, None)

    async def verify(self, hook: Hook) -> None:
        """Ask the receiver to echo a fresh secret; only then is the hook Verified."""
        hook.secret = secrets.token_hex(16)
        answer = await self._post(
            hook.url, body=b"", headers={"X-Hook-Secret": hook.secret}, seconds=ANSWER_SECONDS
        )
        is_echoed = answer is not None and answer.status == 200
        is_echoed = is_echoed and answer is not None and answer.hook_secret == hook.secret
        hook.status = "Verified" if is_echoed else "Unverified"

    def confirm(self, hook: Hook, secret: str) -> bool:
        """Verify with the secret that the receiver was sent; tell whether it is the one."""
        if not hook.secret or not secrets.compare_digest(hook.secret.encode(), secret.encode()):
            return False
        hook.status = "Verified"
        return True

    def note(self, event: str, record_id: int) -> None:
        """Let an event wait at every verified hook that wants it."""
        for hook in self._hooks.values():
            if hook.event_key == event and hook.status == "Verified":
                now = self._clock.now_ms()
                wait = TAG_WAIT_MS if event.startswith("contactGroup.") else WAIT_MS
                stamp = {"id": record_id, "apiUrl": "", "timestamp": render_z(now)}
                hook.accept(stamp, now + wait)

    async def fire(self, *, is_impatient: bool) -> list[dict[str, Any]]:
        """Call out with what is due, or everything that waits; return what came of each call."""
        outcomes = []
        for hook in self.all():
            for batch in list(hook.batches):
                is_due = batch.due_ms <= self._clock.now_ms()
                if hook.status == "Verified" and (is_due or is_impatient):
                    outcomes.append(await self._deliver(hook, batch))
        return outcomes

    async def _deliver(self, hook: Hook, batch: Batch) -> dict[str, Any]:
        body = {
            "event_key": hook.event_key,
            "object_type": hook.event_key.rpartition(".")[0],
            "object_keys": batch.keys,
        }
        # An event of the meantime must not slip into a batch that is already on its way.
        hook.batches.remove(batch)
        answer = await self._post(
            hook.url,
            body=orjson.dumps(body),
            headers={"Content-Type": "application/json"},
            seconds=ANSWER_SECONDS,
        )
        status = None if answer is None else answer.status
        is_delivered = status is not None and 200 <= status < 400
        if not is_delivered:
            self._failed(hook, batch, is_gone=status == 410)
        return {
            "key": hook.key,
            "eventKey": hook.event_key,
            "objects": len(batch.keys),
            "answer": status,
            "delivered": is_delivered,
            "status": hook.status,
        }

    def _failed(self, hook: Hook, batch: Batch, *, is_gone: bool) -> None:
        batch.failures += 1
        if is_gone or batch.failures > len(REPEATS_MS):
            hook.status = "Inactive"
            hook.batches.clear()
            return
        batch.due_ms = self._clock.now_ms() + REPEATS_MS[batch.failures - 1]
        hook.batches.insert(0, batch)
