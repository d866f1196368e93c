"""One call that passed the front: what a handler sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import QueryParams

from valence_sandbox.account import Account
from valence_sandbox.bodies import Upload, form_of, json_of, multipart_of
from valence_sandbox.oauth import AuthorizationServer
from valence_sandbox.refusals import Refusal
from valence_sandbox.switches import Switches


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the account, the client (or key) that acts for it, and what it may do."""

    account: str
    client: str
    user: str = ""
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler sees. `base` is the vendor's root as the caller wrote it
    (`http://127.0.0.1:8090/close`), `path` the decoded segments below it.
    """

    method: str
    path: tuple[str, ...]
    base: str
    query: QueryParams
    headers: Mapping[str, str]
    body: bytes
    account: Account
    caller: Caller
    switches: Switches
    oauth: AuthorizationServer
    more: Mapping[str, Any] = field(default_factory=dict)

    def now_ms(self) -> int:
        """The sandbox's time."""
        return self.account.now_ms()

    def json(self) -> dict[str, Any]:
        """Return the JSON object of the body. Raises Refusal (`unparsable`)."""
        value = json_of(self.body)
        if not isinstance(value, dict):
            raise Refusal("unparsable", "The body must be a JSON object")
        return value

    def form(self) -> dict[str, Any]:
        """Return the form of the body, nested. Raises Refusal (`unparsable`)."""
        return form_of(self.body)

    def multipart(self) -> tuple[dict[str, str], list[Upload]]:
        """Return fields and files of the body. Raises Refusal (`unparsable`)."""
        return multipart_of(self.body, self.headers.get("content-type", ""))

    def integer(self, name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
        """Return a query parameter as an integer. Raises Refusal (`invalid`)."""
        text = self.query.get(name, "")
        if text == "":
            return default
        if not text.removeprefix("-").isdecimal():
            raise Refusal("invalid", f"{name} must be an integer", details=name)
        number = int(text)
        if number < least or (most is not None and number > most):
            raise Refusal("invalid", f"{name} is out of range", details=name)
        return number

    def names(self, name: str) -> tuple[str, ...]:
        """Return a list parameter: comma-separated, repeated, or both."""
        texts = (part.strip() for text in self.query.getlist(name) for part in text.split(","))
        return tuple(text for text in texts if text)

    def require(self, *scopes: str) -> None:
        """Refuse a caller that has none of the scopes. Raises Refusal (`forbidden`)."""
        if not self.caller.scopes.intersection(scopes):
            raise Refusal("forbidden", "Insufficient scope", details=scopes)
