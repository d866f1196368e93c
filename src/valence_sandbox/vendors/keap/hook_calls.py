"""The API of REST hooks: subscribe, verify, list, end."""

from typing import Any

from valence_sandbox.answers import Answer
from valence_sandbox.outbound import is_allowed
from valence_sandbox.vendors.keap.call import Call, Refusal
from valence_sandbox.vendors.keap.enumerations import EVENT_KEYS
from valence_sandbox.vendors.keap.hooks import Hook


def list_hooks(call: Call) -> Answer:
    """GET /hooks: a bare array."""
    return Answer(200, [hook.shown() for hook in call.tenant.hooks.all()])


def list_event_keys(_: Call) -> Answer:
    """GET /hooks/event_keys: a bare array."""
    return Answer(200, list(EVENT_KEYS))


async def create_hook(call: Call) -> Answer:
    """POST /hooks: a first attempt to verify is made at once."""
    event_key, url = _wanted(call, call.json(), None)
    hook = call.tenant.hooks.add(event_key, url)
    await call.tenant.hooks.verify(hook)
    return Answer(200, hook.shown())


def _wanted(call: Call, body: dict[str, Any], current: Hook | None) -> tuple[str, str]:
    event_key = body.get("eventKey", current.event_key if current else None)
    url = body.get("hookUrl", current.url if current else None)
    if event_key not in EVENT_KEYS:
        raise Refusal(400, f"Invalid value for eventKey: {event_key}")
    if not isinstance(url, str) or not is_allowed(url):
        raise Refusal(400, "hookUrl must be an https address")
    others = [hook.url for hook in call.tenant.hooks.all() if hook is not current]
    if call.switches["hook_url_unique"] and url in others:
        raise Refusal(400, "hookUrl is already subscribed")
    return event_key, url


def _found(call: Call) -> Hook:
    hook = call.tenant.hooks.get(call.path[1])
    if hook is None:
        raise Refusal(404, "Unable to find this Hook")
    return hook


def read_hook(call: Call) -> Answer:
    """GET /hooks/{key}."""
    return Answer(200, _found(call).shown())


async def update_hook(call: Call) -> Answer:
    """PUT /hooks/{key}: another address has to be verified anew."""
    hook = _found(call)
    hook.event_key, url = _wanted(call, call.json(), hook)
    if url != hook.url:
        hook.url = url
        await call.tenant.hooks.verify(hook)
    return Answer(200, hook.shown())


def delete_hook(call: Call) -> Answer:
    """DELETE /hooks/{key}."""
    call.tenant.hooks.remove(_found(call).key)
    return Answer(204)


async def verify_hook(call: Call) -> Answer:
    """POST /hooks/{key}/verify: another attempt; it also wakes an inactive hook."""
    hook = _found(call)
    await call.tenant.hooks.verify(hook)
    return Answer(200, hook.shown())


def confirm_hook(call: Call) -> Answer:
    """POST /hooks/{key}/delayedVerify: the receiver brings the secret itself."""
    hook = _found(call)
    secret = call.headers.get("x-hook-secret", "")
    if not call.tenant.hooks.confirm(hook, secret):
        raise Refusal(400, "X-Hook-Secret is not the secret of this hook")
    return Answer(200, hook.shown())


ROUTES: dict[tuple[str, str], Any] = {
    ("GET", "hooks"): list_hooks,
    ("POST", "hooks"): create_hook,
    ("GET", "hooks/event_keys"): list_event_keys,
    ("GET", "hooks/*"): read_hook,
    ("PUT", "hooks/*"): update_hook,
    ("DELETE", "hooks/*"): delete_hook,
    ("POST", "hooks/*/verify"): verify_hook,
    ("POST", "hooks/*/delayedVerify"): confirm_hook,
}
