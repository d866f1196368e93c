"""The vendor's bytes to a value or records, or to an error in the platform's words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from valence.domain import (
    DefinitionError,
    Element,
    Operation,
    VendorError,
    VendorMalformed,
    VendorRefused,
    Whose,
)
from valence.egress import OutboundResponse, redact, retry_after_seconds
from valence.gateway.paginate.link import next_link
from valence.gateway.values import Decoded, Download, Headers, Kept

LONGEST_PROVIDER_MESSAGE = 4000
_KEPT = frozenset({400, 401, 403, 404, 405, 406, 409, 415, 429})
_CALLERS = frozenset({400, 404, 405, 406, 409, 415})
_TEXT_KINDS = ("text/html", "text/plain", "application/xml", "text/xml", "application/xhtml")
_SECRET_PARAMETERS = frozenset({"access_token", "token", "api_key", "apikey", "key", "code"})

Read = Callable[[Any], Any]


class Decoder:
    """Reads answers; the paths of an operation are compiled once."""

    def __init__(self) -> None:
        self._plans = Kept(_plan)

    def decode(self, response: OutboundResponse, operation: Operation) -> Decoded:
        """Return what a successful answer holds.

        Whether a list was promised and came is asked later, by `require_list`: a script may still
        make one.

        Raises:
            VendorMalformed: it is not JSON where the vendor's API promises JSON.
        """
        plan = self._plans.of(operation)
        body = response.body
        if plan.is_file or _is_download(response):
            return _file(body, response.headers, response.status)
        if not body or body.isspace():
            return Decoded(
                [] if operation.is_list else None,
                has_null=False,
                status=response.status,
                headers=response.headers,
            )
        try:
            answer = orjson.loads(body)
        except orjson.JSONDecodeError as exc:
            raise VendorMalformed(
                "The vendor's answer is not JSON.",
                provider_message=redact(body[:200].decode("utf-8", "replace")),
            ) from exc
        value = plan.root(answer) if plan.root is not None else answer
        if value is None and operation.is_list and _has_null(answer, operation.response_key):
            value = []  # several vendors write null for a list without records
        if plan.id_field is not None:
            _identify(value, plan.id_field)
        total = plan.total(answer) if plan.total is not None else None
        return Decoded(
            value,
            total if isinstance(total, int) and not isinstance(total, bool) else None,
            has_null=b"null" in body,
            cursor=plan.cursor(answer, response.headers) if plan.cursor is not None else None,
            status=response.status,
            headers=response.headers,
        )

    def is_file(self, operation: Operation) -> bool:
        """Tell whether an operation answers a file: its response is of another type than JSON."""
        return self._plans.of(operation).is_file

    def download(self, file: Download, headers: Mapping[str, str]) -> Decoded:
        """Return a file that is still to come as an answer."""
        return _file(file, headers)

    def error_value(self, response: OutboundResponse) -> Any:
        """Return what an error answer holds, for scripts: JSON, else its text."""
        try:
            return orjson.loads(response.body)
        except orjson.JSONDecodeError:
            return response.body.decode("utf-8", "replace")


def _has_null(answer: Any, path: str | None) -> bool:
    """Tell whether an answer holds null at a path, as opposed to nothing at all."""
    if path is None or "[" in path:
        return False
    *parents, last = path.split(".")
    for name in parents:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return isinstance(answer, dict) and last in answer


def require_list(decoded: Decoded) -> None:
    """Refuse an answer that holds no list where one was promised. Raises VendorMalformed."""
    if not isinstance(decoded.value, list):
        raise VendorMalformed("The vendor's answer holds no list where its API promises one.")


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where an operation's answer holds what."""

    root: Read | None
    total: Read | None
    cursor: Callable[[Any, Mapping[str, str]], str | None] | None
    is_file: bool
    id_field: str | None


def _plan(operation: Operation) -> _Plan:
    last = operation.chain[-1] if operation.chain else operation
    paging = operation.paging or last.paging
    cursor = None
    if paging is not None and (paging.style in ("cursor", "link", "statement")):
        cursor = _cursor_reader(
            operation.next_page_key, more_key=paging.more_key, is_link=paging.style == "link"
        )
    kind = operation.response_type.partition(";")[0].strip().lower()
    is_json = kind in ("", "*/*") or kind.endswith("json")
    return _Plan(
        root=reader(operation.response_key) if operation.response_key else None,
        total=reader(operation.total_key) if operation.total_key else None,
        cursor=cursor,
        is_file=not is_json and not kind.startswith(_TEXT_KINDS),
        id_field=operation.id_field,
    )


def _identify(value: Any, name: str) -> None:
    """Give each record `id` beside the vendor's own name of its key, whichever of them it has."""
    for record in value if isinstance(value, list) else (value,):
        if not isinstance(record, dict):
            continue
        if name in record:
            record.setdefault("id", record[name])
        elif "id" in record:
            record[name] = record["id"]


def _cursor_reader(
    key: str | None, *, more_key: str | None, is_link: bool
) -> Callable[[Any, Mapping[str, str]], str | None]:
    read = reader(key) if key else None
    is_more = reader(more_key) if more_key else None

    def cursor(answer: Any, headers: Mapping[str, str]) -> str | None:
        if is_more is not None and not is_more(answer):
            return None
        if read is not None:
            found = read(answer)
            if found is not None and not isinstance(found, dict | list | bool):
                return _without_secrets(str(found)) or None
        if is_link:
            link = next_link(headers.get("Link", ""))
            return _without_secrets(link) if link else None
        return None

    return cursor


def _without_secrets(cursor: str) -> str:
    """Take the caller's token out of a vendor's next address: it goes into our page token."""
    if "?" not in cursor:
        return cursor
    address, _, query = cursor.partition("?")
    kept = [
        pair
        for pair in query.split("&")
        if pair.partition("=")[0].lower() not in _SECRET_PARAMETERS
    ]
    return f"{address}?{'&'.join(kept)}"


# -- files -----------------------------------------------------------------------------------------


def _is_download(response: OutboundResponse) -> bool:
    """Tell whether bytes came that are no JSON and were not meant to be."""
    if "Content-Disposition" in response.headers:
        return True
    kind = response.headers.get("Content-Type", "")
    if not kind or kind.startswith("application/json"):
        return False
    kind = kind.partition(";")[0].strip().lower()
    return not kind.endswith("json") and kind.startswith(_FILE_KINDS)


_FILE_KINDS = (
    *("image/", "audio/", "video/", "font/", "text/csv", "text/calendar", "text/vcard"),
    *("application/octet-stream", "application/pdf", "application/zip", "application/gzip"),
    *("application/vnd.", "application/msword", "application/x-zip"),
)


def _file(content: bytes | Download, told: Mapping[str, str], status: int = 200) -> Decoded:
    headers: Headers = ()
    disposition = told.get("Content-Disposition")
    if disposition:
        headers = (("Content-Disposition", disposition.replace("\r", "").replace("\n", "")),)
    kind = told.get("Content-Type", "application/octet-stream")
    return Decoded(
        content,
        has_null=False,
        status=status,
        headers=told,
        content_type=kind,
        answer_headers=headers,
    )


# -- paths -----------------------------------------------------------------------------------------


def reader(path: str) -> Read:
    """Compile a path: dotted names, `[n]` for one item, `[-1]` for the last, `[*]` for all of them.

    `data.items`, `items[*].contact`, `[*].id`, `data[-1].id`. What is not there is None. A field
    that has the whole path as its name wins.

    Raises:
        DefinitionError: it is not a path.
    """
    steps: list[tuple[str, object]] = []
    for part in path.split("."):
        name, bracket, rest = part.partition("[")
        if name:
            steps.append(("name", name))
        while bracket:
            index, closing, rest = rest.partition("]")
            if not closing or not (index in ("*", "-1") or index.isdecimal()):
                raise DefinitionError(f"{path!r} is not a path such as data.items[*].id.")
            steps.append(("all", None) if index == "*" else ("index", int(index)))
            _, bracket, rest = rest.partition("[")
    if len(steps) == 1 and steps[0][0] == "name":
        name = str(steps[0][1])
        return lambda value: value.get(name) if isinstance(value, dict) else None

    def read(value: Any) -> Any:
        if isinstance(value, dict) and path in value:
            return value[path]  # a name with a dot in it, such as OData's
        return _walk(value, steps, 0)

    return read


def _walk(value: Any, steps: list[tuple[str, object]], position: int) -> Any:
    for index in range(position, len(steps)):
        kind, argument = steps[index]
        if kind == "name":
            value = value.get(argument) if isinstance(value, dict) else None
        elif not isinstance(value, list):
            return None
        elif kind == "index":
            number = argument if isinstance(argument, int) else 0
            value = value[number] if value and number < len(value) else None
        else:
            found: list[Any] = []
            for item in value:
                part = _walk(item, steps, index + 1)
                # Lists inside lists make one list: `pages[*].items[*]` is every item.
                if isinstance(part, list) and any(step[0] == "all" for step in steps[index + 1 :]):
                    found += part
                else:
                    found.append(part)
            return found
    return value


# -- errors ----------------------------------------------------------------------------------------


def vendor_error(response: OutboundResponse, element: Element, secrets: list[str]) -> VendorError:
    """Return the error that a vendor's error answer stands for.

    400, 401, 403 to 406, 409, 415 and 429 keep their status, other 4xx become 400, 5xx become 502.
    The message is the first text found where the definition says, of an object its texts with
    their names; the whole body, redacted, is the provider message.
    """
    text = redact(response.body[:LONGEST_PROVIDER_MESSAGE].decode("utf-8", "replace"), secrets)
    status = response.status
    answer = _json(response.body)
    ruled = _ruled_status(answer, element) if 400 <= status < 500 else None
    if ruled is not None:
        status = ruled
    if status >= 500 or status < 400:
        mapped, whose, retryable = 502, Whose.VENDOR, True
    else:
        mapped = status if status in _KEPT else 400
        whose = Whose.CALLER if mapped in _CALLERS else Whose.VENDOR
        retryable = mapped == 429
    error = VendorRefused(
        _message(answer, element, secrets) or f"The vendor answered status {response.status}.",
        status=mapped,
        whose=Whose.RESOURCE_OWNER if mapped in (401, 403) else whose,
        retryable=retryable,
        retry_after_seconds=retry_after_seconds(response.headers, now_ms=response.received_ms),
        provider_message=text or None,
    )
    error.vendor_status = response.status
    return error


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _ruled_status(answer: Any, element: Element) -> int | None:
    """Return the status that the definition gives an error, or None: its own counts."""
    for rule in element.statuses:
        if all(_at(answer, path) == held for path, held in rule.when.items()):
            return rule.status
    return None


def _at(answer: Any, path: str) -> str | None:
    found = reader(path)(answer)
    return found if found is None or isinstance(found, str) else str(found)


def _message(answer: Any, element: Element, secrets: list[str]) -> str | None:
    for path in element.error_paths:
        found = reader(path)(answer)
        if isinstance(found, list):
            found = next((part for part in found if isinstance(part, str)), None)
        if isinstance(found, dict):
            # What is wrong field by field: {"email": "Invalid email address."}
            found = " ".join(f"{k}: {v}" for k, v in found.items() if isinstance(v, str))
        if isinstance(found, str) and found:
            return redact(found[:500], secrets)
    return None
