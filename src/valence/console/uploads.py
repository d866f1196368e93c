"""JSON that people bring in a form: by file or by paste, read with care."""

import json
from collections.abc import Iterator
from typing import Any

from starlette.datastructures import FormData, UploadFile

from valence.domain import InvalidRequest

LARGEST = 5 * 1024 * 1024
"""Bytes of a definition; the largest exports known have about two million."""
DEEPEST = 100
"""Levels of a definition; it has about ten, and a stack of frames must hold them all."""


async def text_of(form: FormData, what: str) -> str:
    """Return the JSON of `what` that a form brings: its file, else its text.

    Raises:
        InvalidRequest: it brings none, or one that is too large.
    """
    upload = form.get("file")
    if isinstance(upload, UploadFile) and upload.filename:
        if upload.size is not None and upload.size > LARGEST:
            raise _too_large()
        raw = await upload.read()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as exc:
            raise InvalidRequest(
                f"{upload.filename[:100]} is not a text in UTF-8. Choose the JSON of {what}.",
                code="bad-body",
            ) from exc
    else:
        text = str(form.get("document", ""))
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        raise _too_large()
    if not text.strip():
        raise InvalidRequest(f"Drop a file, choose one, or paste the JSON of {what}.")
    return text


def _too_large() -> InvalidRequest:
    return InvalidRequest(
        f"The file is larger than {LARGEST // 1024 // 1024} MB, which is more than any definition"
        " needs. Post it to the API if it is one all the same."
    )


def document_in(text: str, what: str) -> dict[str, Any]:
    """Return the JSON object in a text. Raises InvalidRequest."""
    try:
        found = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as exc:
        raise InvalidRequest(
            f"This is not JSON: {exc.msg}, in line {exc.lineno}, column {exc.colno}.",
            code="bad-body",
        ) from exc
    except RecursionError as exc:
        raise _too_deep(what) from exc
    except ValueError as exc:
        raise InvalidRequest("The JSON holds a number that is none.", code="bad-body") from exc
    if not isinstance(found, dict):
        raise InvalidRequest(f"{what.capitalize()} is a JSON object: {{ … }}.", code="bad-body")
    for depth, value in _walk(found):
        if depth > DEEPEST:
            raise _too_deep(what)
        if isinstance(value, str) and ("\x00" in value or not value.isprintable()):
            _check_text(value)
    return found


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _check_text(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as exc:
        raise InvalidRequest("The JSON holds half a character.", code="bad-body") from exc
    if "\x00" in value:
        raise InvalidRequest("The JSON holds a null character.", code="bad-body")


def _too_deep(what: str) -> InvalidRequest:
    return InvalidRequest(
        f"The JSON is nested more than {DEEPEST} levels deep, which {what} never is.",
        code="bad-body",
    )


def _walk(value: object) -> Iterator[tuple[int, object]]:
    """Yield every name and value with its level, without a stack of frames."""
    waiting: list[tuple[int, object]] = [(1, value)]
    while waiting:
        level, one = waiting.pop()
        yield level, one
        if isinstance(one, dict):
            waiting += [(level + 1, part) for pair in one.items() for part in pair]
        elif isinstance(one, list):
            waiting += [(level + 1, part) for part in one]
