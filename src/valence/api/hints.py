"""What is said beside a change that succeeded: `Elements-Error`, in one line of a header."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from valence.api.wire import Json
from valence.common_resources import Answer
from valence.transformations import old_masks

LONGEST = 500


def add_warning(response: Response, text: str) -> None:
    """Add a warning to what the answer says already."""
    plain = text[:LONGEST].encode("latin-1", "replace").decode("latin-1")
    said = response.headers.get("Elements-Error")
    line = " ".join(plain.split())
    response.headers["Elements-Error"] = line if said is None else f"{said} {line}"


def told(answer: Answer, response: Response) -> Json:
    """Return what is answered; what was ignored of the request goes into the header."""
    if answer.ignored:
        parts = ", ".join(answer.ignored)
        add_warning(response, f"Not the caller's to write, so ignored: {parts}.")
    value: Json = answer.value
    return value


def is_system_only(request: Request) -> bool:
    """Tell whether a query asks for the system level alone."""
    return request.query_params.get("systemOnly", "false").lower() in ("true", "")


def hint_masks(response: Response, body: Mapping[str, Any]) -> None:
    """Say which date masks of a transformation that was sent are read otherwise than written."""
    found = old_masks(body)
    if found:
        add_warning(
            response,
            f"In the date mask of {', '.join(found)}, mm is read as the month; write MM, mm is for"
            " minutes.",
        )
