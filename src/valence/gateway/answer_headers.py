"""Which headers a definition may put into our answer.

A script may say something beside the answer: a warning, the state of a limit. What says how the
answer is to be read, who may read it, and what the platform tells of it by itself is not the
definition's to say."""

import re

from valence.gateway.values import Headers

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")
_MOST_CHARACTERS = 2000
_KEPT = frozenset({"elements-error"})
_OURS = frozenset(
    {
        *("content-length", "content-type", "content-encoding", "transfer-encoding", "connection"),
        *("keep-alive", "upgrade", "trailer", "date", "server", "vary", "set-cookie", "refresh"),
        *("www-authenticate", "clear-site-data", "content-security-policy", "alt-svc"),
        *("strict-transport-security", "x-content-type-options", "x-frame-options"),
    }
)
_OUR_PREFIXES = ("elements-", "access-control-", "cross-origin-", "proxy-")


def added(before: dict[str, str], after: dict[str, str]) -> Headers:
    """Return the headers that a script added to the vendor's, or changed, and may.

    Text that no header can hold becomes question marks, so that a definition's words can never
    make an answer unreadable."""
    known = {name.lower(): value for name, value in before.items()}
    return tuple(
        (name, _UNPRINTABLE.sub("?", value)[:_MOST_CHARACTERS])
        for name, value in after.items()
        if known.get(name.lower()) != value and _is_theirs(name)
    )


def _is_theirs(name: str) -> bool:
    lowered = name.lower()
    if lowered in _KEPT:
        return True
    is_ours = lowered in _OURS or lowered.startswith(_OUR_PREFIXES)
    return _NAME.fullmatch(name) is not None and not is_ours
