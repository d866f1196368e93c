"""What authenticates a vendor call, whatever the kind."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlsplit, urlunsplit

from valence.domain import Instance
from valence.egress import OutboundRequest

Sign = Callable[[OutboundRequest], OutboundRequest]
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Authorization:
    """Headers, or what signs each call; and which version of the credentials they are from.

    `token` is the bearer token for scripts that build a request of their own. `snapshot` is the
    instance whose configuration went into it: with another one it has to be made anew; None: the
    credentials alone. `is_session`: rows carry what a login gave, so a refused call has to be built
    again when it was renewed. `version` 0: there is nothing to renew.
    """

    headers: Headers = field(default=(), repr=False)
    version: int = 0
    due_ms: int | None = None
    expires_ms: int | None = None
    sign: Sign | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    is_session: bool = False
    snapshot: Instance | None = field(default=None, repr=False)


NOTHING = Authorization()
"""A call that goes out as it is."""


def in_query(name: str, value: str) -> Sign:
    """Return what puts a secret into the query of each call.

    It is no part of the address before that, so no redirect carries it to another origin."""

    def sign(request: OutboundRequest) -> OutboundRequest:
        parts = urlsplit(request.url)
        pair = f"{quote(name, safe='')}={quote(value, safe='')}"
        query = f"{parts.query}&{pair}" if parts.query else pair
        return replace(request, url=urlunsplit(parts._replace(query=query)))

    return sign
