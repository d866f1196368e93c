"""One authenticated call of the REST API, and Keap's ways of saying no."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.datastructures import QueryParams

from valence_sandbox.answers import Answer
from valence_sandbox.switches import Switches
from valence_sandbox.vendors.keap.tenant import Tenant


class Refusal(Exception):
    """An error of the application: v1 answers `{"message"}`, v2 an envelope."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    def to_answer(self, *, version: int) -> Answer:
        """Return it in the form of the API version."""
        if version == 1:
            return Answer(self.status, {"message": self.message})
        words = {400: "INVALID_ARGUMENT", 404: "NOT_FOUND"}.get(self.status, "UNKNOWN")
        return Answer(
            self.status,
            {
                "code": self.status,
                "message": self.message,
                "status": words,
                "details": [{"domain": "keap", "resource": "unknown"}],
            },
        )


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler sees; `base` is the address of the API root as the caller wrote it."""

    tenant: Tenant
    switches: Switches
    base: str
    query: QueryParams
    body: bytes = b""
    path: tuple[str, ...] = field(default=())
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """Return the JSON object of the body. Raises Refusal."""
        try:
            value = orjson.loads(self.body)
        except orjson.JSONDecodeError as exc:
            raise Refusal(400, "Unable to parse the request body") from exc
        if not isinstance(value, dict):
            raise Refusal(400, "The request body must be an object")
        return value

    def integer(self, name: str, default: int | None = None) -> int | None:
        """Return a query parameter as an integer. Raises Refusal."""
        text = self.query.get(name)
        if text is None or text == "":
            return default
        try:
            return int(text)
        except ValueError as exc:
            raise Refusal(400, f"Invalid value for {name}: {text}") from exc

    def integers(self, name: str) -> list[int]:
        """Return a list parameter: comma-separated, repeated, or both. Raises Refusal."""
        texts = [part.strip() for text in self.query.getlist(name) for part in text.split(",")]
        return [record_id(text) for text in texts if text]

    def optional_properties(self, known: Collection[str]) -> tuple[str, ...]:
        """Return the properties that are asked for besides the usual ones. Raises Refusal."""
        asked = self.names("optional_properties")
        unknown = [name for name in asked if name not in known]
        if unknown:
            text = f"The following optional-properties are unrecognized: {', '.join(unknown)}"
            raise Refusal(400, text)
        return asked

    def names(self, name: str) -> tuple[str, ...]:
        """Return a list parameter as texts."""
        texts = [part.strip() for text in self.query.getlist(name) for part in text.split(",")]
        return tuple(text for text in texts if text)


def record_id(text: str) -> int:
    """Return a path segment as an id. Raises Refusal."""
    if not text.removeprefix("-").isdecimal():
        raise Refusal(400, f"Invalid id: {text}")
    return int(text)


def ids_of(body: Mapping[str, Any], name: str) -> list[int]:
    """Return a list of ids in a body. Raises Refusal."""
    ids = body.get(name)
    if not isinstance(ids, list) or not all(type(number) is int for number in ids):
        raise Refusal(400, f"{name} must be a list of integers")
    return ids
