"""A hub's API, spoken to with the secrets of one person: what verbs for users go through."""

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

import typer

from valence.cli.calls import Answer, call
from valence.domain import InvalidRequest, OperatorError, Secret
from valence.settings import load_settings

Url = Annotated[str | None, typer.Option(help="Address of the hub (VALENCE_PUBLIC_URL).")]
Secrets = Annotated[
    Path | None,
    typer.Option(
        help="JSON with userSecret and organizationSecret, as `valence init --json` prints it"
        " (VALENCE_SECRETS_FILE)."
    ),
]
WARNED = 3
"""Exit code of what was done with a warning."""


class Refused(OperatorError):
    """The hub refused a call; its own sentence is the message."""


@dataclass(frozen=True, slots=True)
class Hub:
    """The API of a hub as one person calls it."""

    url: str
    authorization: Secret = field(repr=False)

    @classmethod
    def of(cls, url: str | None, secrets_file: Path | None) -> "Hub":
        """Return the hub that options and settings name.

        Raises:
            OperatorError: nobody's secrets are named, or cannot be read.
        """
        settings = load_settings(secrets_file=secrets_file)
        address = (url or settings.effective_public_url).rstrip("/")
        if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
            raise OperatorError(f"{address[:200]} is no address such as https://hub.example.")
        if settings.secrets_file is None:
            raise OperatorError(
                "Whose calls are these? --secrets names a JSON file with userSecret and"
                " organizationSecret, as `valence init --json` prints it."
            )
        return cls(address, _authorization(settings.secrets_file))

    def call(self, method: str, *parts: str | int, query: str = "", body: Any = None) -> Answer:
        """Return the answer of a call that succeeds, as `send`.

        Raises:
            Refused: it did not. OperatorError: nobody answers, or no hub does.
        """
        answer = self.send(method, *parts, query=query, body=body)
        told = answer.json
        if answer.status != 200:
            message = told.get("message") if isinstance(told, dict) else None
            raise Refused(str(message or f"The hub answers {answer.status}."))
        if told is None:
            raise OperatorError(f"What answers at {self.url} is no hub.")
        return answer

    def send(self, method: str, *parts: str | int, query: str = "", body: Any = None) -> Answer:
        """Return whatever is answered; `parts` are of the path, yet to be quoted.

        Raises:
            OperatorError: nobody answers.
        """
        path = "/".join(quote(str(part), safe="") for part in parts)
        url = f"{self.url}/elements/api-v2/{path}" + (f"?{query}" if query else "")
        try:
            return call(method, url, authorization=self.authorization.reveal(), body=body)
        except OSError as exc:
            raise OperatorError(
                f"Nobody answers at {self.url}: is the hub running? --url names another."
            ) from exc


def warned(answer: Answer) -> bool:
    """Print the warning that an answer carries, if any, to standard error; tell whether it did."""
    text = answer.headers.get("elements-error")
    if text:
        print(f"valence: warning: {text}", file=sys.stderr)
    return bool(text)


def read_json(file: Path) -> Any:
    """Return what a file holds, `-` being standard input. Raises InvalidRequest."""
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return json.loads(raw.decode("utf-8-sig"))
    except OSError as exc:
        raise InvalidRequest(f"{file} cannot be read: {exc.strerror}.") from exc
    except json.JSONDecodeError as exc:
        raise InvalidRequest(
            f"{file} is not JSON: {exc.msg}, in line {exc.lineno}, column {exc.colno}."
        ) from exc
    except (UnicodeDecodeError, RecursionError) as exc:
        raise InvalidRequest(f"{file} is not JSON in UTF-8.") from exc


def _authorization(file: Path) -> Secret:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        user, organization = found["userSecret"], found["organizationSecret"]
    except OSError as exc:
        raise OperatorError(f"{file} cannot be read: {exc.strerror}.") from exc
    except (ValueError, KeyError, TypeError) as exc:
        raise OperatorError(
            f"{file} is no JSON object with userSecret and organizationSecret."
        ) from exc
    text = f"User {user}, Organization {organization}"
    if not text.isascii() or not text.isprintable():
        raise OperatorError(f"The secrets in {file} hold letters that no header can.")
    return Secret(text)
