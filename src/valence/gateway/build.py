"""A matched call to a vendor request: address, parameters, filter, page, body."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, quote_plus

import orjson

from valence.ceql import parse, to_query_parameters
from valence.domain import (
    Clock,
    DefinitionError,
    InvalidRequest,
    Operation,
    Parameter,
)
from valence.gateway.paginate import offset, token
from valence.gateway.values import Matched, Page, Resolved, ResourceRequest, VendorRequest

DEFAULT_PAGE_SIZE = 200
LARGEST_PAGE_SIZE = 2000
_PAGING = frozenset({"page", "pageSize", "nextPage"})

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_READ_HEADERS = (("Accept", "application/json"),)
_WRITE_HEADERS = (("Accept", "application/json"), ("Content-Type", "application/json"))


class Builder:
    """Builds vendor requests."""

    def __init__(self, sign: Callable[[str], bytes], *, clock: Clock) -> None:
        self._sign = sign
        self._clock = clock

    def build(
        self, request: ResourceRequest, resolved: Resolved, matched: Matched
    ) -> VendorRequest:
        """Return the vendor request of a call.

        Raises:
            InvalidRequest: a parameter, filter, page or body cannot be used; the message names it.
            DefinitionError: the definition lacks an address.
        """
        operation = matched.operation
        query = dict(request.query)
        fingerprint = _fingerprint(request, resolved, query)
        page = None
        if operation.is_list:
            page = self._page(operation, resolved, query, fingerprint)
        sent = dict(operation.vendor_defaults)
        _place_parameters(sent, operation.parameters, query, page)
        sent.update(_filter(operation, query.get("where", "")))
        body = _body(operation, request)
        return VendorRequest(
            method=operation.vendor_method,
            url=_url(resolved, matched, sent),
            headers=_READ_HEADERS if body is None else _WRITE_HEADERS,
            body=body,
            page=page,
            fields=_fields(query.get("fields", "")),
            fingerprint=fingerprint,
        )

    def _page(
        self, operation: Operation, resolved: Resolved, query: Mapping[str, str], bound_to: str
    ) -> Page:
        given = query.get("nextPage")
        if given:
            return token.redeem(self._sign, given, bound_to=bound_to, now_ms=self._clock.now_ms())
        size = _number(query, "pageSize", DEFAULT_PAGE_SIZE)
        number = _number(query, "page", 1)
        if size > LARGEST_PAGE_SIZE:
            raise InvalidRequest(f"pageSize must be at most {LARGEST_PAGE_SIZE}.")
        most = int(resolved.configured("pagination.max") or size)
        if size <= most:
            return Page((number - 1) * size, size)
        warning = f"pageSize {size} is above the vendor's limit; {most} records are returned."
        return Page((number - 1) * most, most, warning)


def _fingerprint(request: ResourceRequest, resolved: Resolved, query: Mapping[str, str]) -> str:
    """Return what a next-page token is bound to: instance, path and everything but the page."""
    rest = sorted((name, value) for name, value in query.items() if name not in _PAGING)
    return f"{resolved.instance.id}\x1f{_hubless(request.path)}\x1f{rest}"


def _hubless(path: str) -> str:
    if path.startswith("/hubs/"):
        path = path[6:].partition("/")[2]
    return path.strip("/")


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdecimal()) or int(text[:18]) < 1 or len(text) > 18:
        raise InvalidRequest(f"{name} must be a whole number of at least 1, not {text[:40]!r}.")
    return int(text)


def _place_parameters(
    sent: dict[str, str],
    parameters: tuple[Parameter, ...],
    query: Mapping[str, str],
    page: Page | None,
) -> None:
    paging = offset.vendor_values(page) if page is not None else {}
    for row in parameters:
        if row.type != "query" or row.vendor_type != "query":
            continue
        value = paging.get(row.name) if row.name in _PAGING else query.get(row.name)
        if value is not None:
            sent[row.vendor_name] = value
        elif row.is_required:
            raise InvalidRequest(f"Missing parameter: {row.name}.", code="missing-parameter")


def _filter(operation: Operation, where: str) -> list[tuple[str, str]]:
    if not where.strip():
        return []
    if not operation.where_fields:
        raise InvalidRequest("This resource takes no where.", code="unsupported-field")
    return to_query_parameters(parse(where), operation.where_fields)


def _fields(text: str) -> tuple[str, ...]:
    return tuple(part for part in (name.strip() for name in text.split(",")) if part)


def _body(operation: Operation, request: ResourceRequest) -> bytes | None:
    row = next((row for row in operation.parameters if row.type == "body"), None)
    if row is None:
        return None  # a body is never sent where none is declared: some vendors refuse a GET's
    try:
        value = orjson.loads(request.body) if request.body.strip() else None
    except orjson.JSONDecodeError as exc:
        raise InvalidRequest("The body is not JSON.", code="bad-body") from exc
    if value is None:
        if row.is_required:
            raise InvalidRequest("The body is missing.", code="bad-body")
        return None
    if not isinstance(value, dict):
        raise InvalidRequest("The body must be a JSON object.", code="bad-body")
    if operation.request_key:
        for part in reversed(operation.request_key.split(".")):
            value = {part: value}
    return orjson.dumps(value)


def _url(resolved: Resolved, matched: Matched, sent: Mapping[str, str]) -> str:
    base = resolved.configured("base.url")
    if not base:
        raise DefinitionError(f"The element {resolved.element.key} has no base.url.")
    path = matched.operation.vendor_path
    if "{" in path or "{" in base:

        def fill(found: re.Match[str]) -> str:
            value = matched.path_values.get(found[1])
            if value is not None:
                return value  # percent-encoded as the caller sent it
            known = resolved.configured(found[1])
            if known is None:
                raise DefinitionError(f"Nothing fills {{{found[1]}}} of the vendor's address.")
            return quote(known, safe="")

        path = _PLACEHOLDER.sub(fill, path)
        base = _PLACEHOLDER.sub(fill, base)
    url = path if path.startswith("https://") else base + path
    if not sent:
        return url
    return url + "?" + "&".join(f"{_quoted(name)}={_quoted(sent[name])}" for name in sent)


def _quoted(text: str) -> str:
    # Nearly all names and most values are plain words, which the library takes 1 us to find out.
    return text if text.isascii() and text.replace("_", "").isalnum() else quote_plus(text)
