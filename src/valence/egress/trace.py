"""What went over the wire in one call, for whoever has to explain it.

A caller that wants it passes a `Trace`; each exchange, repeats and redirects included, is added
with its secrets masked and its bodies cut. What is not masked here is kept nowhere: the trace
never holds a secret, so it may be stored and shown. Without a trace nothing is made."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from valence.domain import ValenceError
from valence.egress.messages import Answer, OutboundRequest
from valence.egress.redaction import Redactor

SHOWN_BODY_CHARACTERS = 8 * 1024
EXCHANGES_KEPT = 50


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what became of it, masked and cut.

    `status`, the response headers and body are None where no answer came, `error` is None where
    one did. The request headers are those it was given; what the client adds (`Host` and the like)
    is not among them. A body that was streamed is not shown, and its `duration_ms` ends with the
    headers. `repeat` counts from 0 and is the same for the hops of a redirect.
    """

    method: str
    url: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: str | None
    status: int | None
    response_headers: tuple[tuple[str, str], ...]
    response_body: str | None
    started_ms: int
    duration_ms: int
    error: str | None
    repeat: int


class Trace:
    """Collects the exchanges of one call, at most fifty.

    Args:
        secrets: what must not be seen anywhere, besides what its name betrays.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._redactor = Redactor(secrets)
        self._exchanges: list[Exchange] = []

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """What was collected, in order."""
        return tuple(self._exchanges)

    def record(
        self,
        request: OutboundRequest,
        answer: Answer | None,
        *,
        started_ms: int,
        duration_ms: int,
        error: BaseException | None,
        repeat: int,
    ) -> None:
        """Add one exchange. The request goes first: what it holds is then known in the answer."""
        if len(self._exchanges) >= EXCHANGES_KEPT:
            return
        redactor = self._redactor
        headers = redactor.headers(request.headers, is_request=True)
        url = redactor.url(request.url)
        body = self._request_body(request)
        self._exchanges.append(
            Exchange(
                method=request.method,
                url=url,
                request_headers=headers,
                request_body=body,
                status=answer.status if answer else None,
                response_headers=redactor.headers(answer.headers.items(), is_request=False)
                if answer
                else (),
                response_body=self._body(answer.body, answer.headers.get("Content-Type", ""))
                if answer
                else None,
                started_ms=started_ms,
                duration_ms=duration_ms,
                error=None if answer else redactor.text(_told(error)),
                repeat=repeat,
            )
        )

    def _request_body(self, request: OutboundRequest) -> str | None:
        if request.is_one_shot:
            return "(streamed)"
        kind = next(
            (value for name, value in request.headers if name.lower() == "content-type"), ""
        )
        return self._body(request.body if isinstance(request.body, bytes) else None, kind)

    def _body(self, body: bytes | None, content_type: str) -> str | None:
        if body is None:
            return None
        return self._redactor.body(body, content_type=content_type, limit=SHOWN_BODY_CHARACTERS)


def _told(error: BaseException | None) -> str:
    if isinstance(error, ValenceError):
        return f"{error.code}: {error.message}"
    if isinstance(error, asyncio.CancelledError):
        return "The caller went away before the answer came."
    return type(error).__name__
