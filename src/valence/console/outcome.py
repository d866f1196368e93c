"""What came of a call made from a page: shown beside the call, never instead of the page."""

import json
from dataclasses import dataclass, field
from typing import Any

from valence.console import words
from valence.console.view import View, Visit
from valence.domain import Instance, ValenceError, Whose
from valence.gateway import ResourceRequest

LONGEST_SHOWN = 20_000
MOST_ROWS = 100
_CLIPPED = 80  # letters of a cell; what is longer opens


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in a table: its text, and the whole of it where the text was cut."""

    text: str
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Records as a table; `columns` are the keys of any of them, in the order they came."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, or the error in its place with whose turn it is."""

    line: str
    status: int
    request_id: str
    ms: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    table: Table | None = None
    error: ValenceError | None = None
    turn: tuple[str, str] = field(default=("", ""))

    @property
    def next_page(self) -> str | None:
        """The token of the page that follows."""
        wanted = "elements-next-page-token"
        return next((value for name, value in self.headers if name.lower() == wanted), None)


async def called(
    view: View, visit: Visit, instance: Instance, request: ResourceRequest, *, line: str
) -> Outcome:
    """Make a call as the person who is signed in and return what came of it."""
    clock = view.services.clock
    begun = clock.monotonic()
    try:
        response = await view.services.gateway.handle_as(visit.principal, instance, request)
    except ValenceError as exc:
        return failed(visit, line, exc, ms=round((clock.monotonic() - begun) * 1000))
    return Outcome(
        line=line,
        status=200,
        request_id=request_id_of(visit),
        ms=round((clock.monotonic() - begun) * 1000),
        headers=tuple(response.headers),
        body=readable(response.body),
        table=table_of(response.body),
    )


def failed(visit: Visit, line: str, error: ValenceError, *, ms: int = 0) -> Outcome:
    """Return an error as an outcome."""
    return Outcome(
        line=line,
        status=error.status,
        request_id=request_id_of(visit),
        ms=ms,
        error=error,
        turn=words.TURNS[Whose(error.whose)],
    )


def request_id_of(visit: Visit) -> str:
    """Return the id under which a request and the call made in it are logged."""
    return str(visit.request.scope.get("valence.request_id", ""))


def readable(body: bytes) -> str:
    """Return an answer as people read it, cut where it would fill the page."""
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        text = body.decode("utf-8", "replace")
    cut = len(text) - LONGEST_SHOWN
    return text if cut <= 0 else f"{text[:LONGEST_SHOWN]}\n… {cut} more characters"


def table_of(body: bytes) -> Table | None:
    """Return an answer that is a list of records as a table; anything else is none."""
    try:
        records = json.loads(body)
    except ValueError:
        return None
    if not isinstance(records, list) or not records:
        return None
    if not all(isinstance(record, dict) for record in records):
        return None
    shown = records[:MOST_ROWS]
    columns = tuple(dict.fromkeys(key for record in shown for key in record))
    rows = tuple(tuple(_cell(record, key) for key in columns) for record in shown)
    return Table(columns, rows, left_out=len(records) - len(shown))


def _cell(record: dict[str, Any], key: str) -> Cell:
    value = record.get(key)
    if value is None:
        return Cell("")
    if isinstance(value, str):
        text = whole = value
    else:
        text = json.dumps(value, ensure_ascii=False)
        whole = json.dumps(value, ensure_ascii=False, indent=2)
    if len(text) <= _CLIPPED:
        return Cell(text)
    return Cell(text[: _CLIPPED - 1] + "…", whole[:LONGEST_SHOWN])
