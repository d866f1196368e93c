"""What a vendor endpoint answers, before it is HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with a JSON body, an HTML page, bytes of a media type, or nothing."""

    status: int = 200
    json: Any = None
    html: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    media_type: str = "application/json;charset=UTF-8"

    def with_headers(self, headers: Mapping[str, str]) -> "Answer":
        """Return the same with further headers; its own weigh more."""
        return replace(self, headers={**headers, **self.headers})

    def to_response(self) -> Response:
        """Render it."""
        if self.html is not None:
            return Response(
                self.html, self.status, headers=dict(self.headers), media_type="text/html"
            )
        if self.body is not None:
            return Response(
                self.body, self.status, headers=dict(self.headers), media_type=self.media_type
            )
        if self.json is None:
            return Response(b"", self.status, headers=dict(self.headers))
        return Response(
            orjson.dumps(self.json),
            self.status,
            headers=dict(self.headers),
            media_type=self.media_type,
        )
