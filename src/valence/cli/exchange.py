"""One HTTP exchange of the demo, sent and shown, secrets masked."""

import json
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from valence.cli.calls import Answer, call
from valence.domain import MASK

_SHOWN_HEADERS = (
    "elements-request-id",
    "elements-returned-count",
    "elements-total-count",
    "elements-next-page-token",
)
LONGEST_BODY_LINES = 26


class Exchanger:
    """Sends requests and prints them as they went, without the given secrets."""

    def __init__(self, console: Console, secrets: list[str]) -> None:
        self._console = console
        self._secrets = secrets

    def hide(self, secret: str) -> None:
        """Mask one more secret from here on."""
        self._secrets.append(secret)

    def send(
        self,
        method: str,
        url: str,
        *,
        authorization: str | None = None,
        body: Any = None,
        hide: str = "",
    ) -> Answer:
        """Send a request, print the exchange, return the answer.

        Args:
            hide: a field of the answer that is a secret.
        """
        parts = urlsplit(url)
        self._print(f"> {method} {parts.path}" + (f"?{parts.query}" if parts.query else ""), "cyan")
        if authorization is not None:
            self._print(f"> Authorization: {authorization}", "cyan")
        if body is not None:
            self._print_json(body)
        answer = call(method, url, authorization=authorization, body=body)
        self._print(f"< {answer.status}", "green" if answer.status == 200 else "red")
        for name in _SHOWN_HEADERS:
            if name in answer.headers:
                self._print(f"< {name}: {answer.headers[name]}", "green")
        content = answer.json
        if hide and isinstance(content, dict) and isinstance(content.get(hide), str):
            self.hide(content[hide])
        self._print_json(content)
        return answer

    def _print(self, line: str, style: str) -> None:
        self._console.print(Text(self._masked(line), style=style), soft_wrap=True)

    def _print_json(self, value: Any) -> None:
        lines = self._masked(json.dumps(value, indent=2, ensure_ascii=False)).split("\n")
        if len(lines) > LONGEST_BODY_LINES:
            more = len(lines) - LONGEST_BODY_LINES
            lines = [*lines[:LONGEST_BODY_LINES], f"  ... {more} more lines"]
        text = "\n".join(lines)
        if self._console.is_terminal:
            self._console.print(Syntax(text, "json", background_color="default", word_wrap=True))
        else:
            self._console.print(Text(text), soft_wrap=True)

    def _masked(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text
