"""How a vendor says no, before it has a body: what every vendor's front and handlers raise."""

from typing import Any


class Refusal(Exception):
    """An error of the vendor; its `shape` hook turns it into the vendor's body.

    `kind` is one of the front's words (`unauthorized`, `expired`, `forbidden`, `missing`,
    `no-route`, `method`, `throttled`, `invalid`, `unparsable`, `too-large`, `failed`,
    `unavailable`) or one of the vendor's own. `details` is whatever the vendor's shape understands.
    """

    def __init__(self, kind: str, message: str = "", *, status: int = 0, details: Any = None):
        super().__init__(message or kind)
        self.kind = kind
        self.message = message
        self.status = status or STATUSES.get(kind, 400)
        self.details = details


STATUSES = {
    "unauthorized": 401,
    "expired": 401,
    "forbidden": 403,
    "missing": 404,
    "no-route": 404,
    "method": 405,
    "throttled": 429,
    "invalid": 400,
    "unparsable": 400,
    "too-large": 413,
    "failed": 500,
    "unavailable": 503,
}
